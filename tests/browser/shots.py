"""`make shots`: pictures of every kind of page, as each person, at three sizes, into shots/ (git-ignored)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.browser.demo_harbour import demo_harbour
from tests.browser.tour import Stop, Tour
from tests.harness.browser import LAPTOP, PHONE, TABLET, chromium

SHOTS = Path(__file__).resolve().parent.parent.parent / "shots"
SIZES = (LAPTOP, TABLET, PHONE)
#: What goes on paper is photographed as it is printed too.
ON_PAPER = ("cards", "letters", "home-cards", "home-card", "home-by-link", "summary", "class-page", "class-page-all")


def main() -> None:
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir()
    taken = 0
    with (
        tempfile.TemporaryDirectory(prefix="harbour-shots-") as scratch,
        demo_harbour(Path(scratch)) as harbour,
        chromium() as browser,
    ):
        tour = Tour(harbour, browser)
        for stop in tour.walk():
            taken += shoot(stop)
    print(f"{taken} pictures in {SHOTS.name}/")
    if tour.problems:
        raise SystemExit("The browser complained:\n  " + "\n  ".join(tour.problems))


def shoot(stop: Stop) -> int:
    """The page at each size, and on paper where it is made for paper; returns how many pictures that makes."""
    page = stop.page
    page.wait_for_load_state("networkidle")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=SHOTS / f"{stop.name}-{width}x{height}.png", full_page=not stop.is_pupils)
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    if stop.name not in ON_PAPER:
        return len(SIZES)
    page.pdf(path=SHOTS / f"{stop.name}-print.pdf", prefer_css_page_size=True, format="A4")
    return len(SIZES) + 1


if __name__ == "__main__":
    main()
