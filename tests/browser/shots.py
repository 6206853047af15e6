"""`make shots`: pictures of every kind of page, as each person, and of every step of every lesson, at three sizes, into
shots/ (git-ignored)."""

from __future__ import annotations

import shutil
import tempfile
from multiprocessing import Process, SimpleQueue
from os import cpu_count
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from quizzes import catalogue
from tests.browser.demo_harbour import demo_harbour
from tests.browser.tour import Stop, Tour
from tests.harness.browser import LAPTOP, PHONE, TABLET, chromium

SHOTS = Path(__file__).resolve().parent.parent.parent / "shots"
SIZES = (LAPTOP, TABLET, PHONE)
#: What goes on paper is photographed as it is printed too.
ON_PAPER = ("cards", "letters", "home-cards", "home-card", "home-by-link", "summary", "class-page", "class-page-all")
PAGES = "pages"  # the part that is no lesson
MOST_AT_ONCE = 4
MOST_MS = 60_000  # for one picture, on a machine that has much else to do

#: How many pictures were taken of a part, and what was wrong there.
Taken = tuple[int, list[str]]


def main() -> None:
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir()
    waiting: SimpleQueue[str | None] = SimpleQueue()
    done: SimpleQueue[Taken] = SimpleQueue()
    parts = [PAGES, *catalogue.load().quizzes]
    workers = [Process(target=work, args=(waiting, done)) for _ in range(min(cpu_count() or 1, MOST_AT_ONCE))]
    for worker in workers:
        worker.start()
    for part in (*parts, *(None for _ in workers)):
        waiting.put(part)
    taken: list[Taken] = []
    for _ in workers:
        taken += iter(done.get, (0, []))
    for worker in workers:
        worker.join()
    print(f"{sum(number for number, _ in taken)} pictures in {SHOTS.name}/")
    wrong = [said for _, problems in taken for said in problems]
    if len(taken) < len(parts):
        wrong.append(f"{len(parts) - len(taken)} of {len(parts)} parts were not finished")
    if wrong:
        raise SystemExit("Something is wrong:\n  " + "\n  ".join(wrong))


def work(waiting: SimpleQueue[str | None], done: SimpleQueue[Taken]) -> None:
    """One demo school and one browser: takes part after part until nothing is left, and says so by (0, [])."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="harbour-shots-") as scratch,
            demo_harbour(Path(scratch)) as harbour,
            chromium() as browser,
        ):
            while (part := waiting.get()) is not None:
                done.put(take(Tour(harbour, browser), part))
    finally:
        done.put((0, []))


def take(tour: Tour, part: str) -> Taken:
    """Every picture of this part; where one cannot be taken, the others of the part are missing and that is said."""
    found: list[Taken] = []
    wrong: list[str] = []
    try:
        found += map(shoot, tour.pages() if part == PAGES else tour.lesson(part))
    except PlaywrightError as error:
        wrong.append(f"{part}, after {len(found)} pages: {error}")
        tour.close()
    wrong += [said for _, missing in found for said in missing]
    return sum(number for number, _ in found), tour.problems + wrong


def shoot(stop: Stop) -> Taken:
    """The page at each size, and on paper where it is made for paper. A pupil's page is as high as the window, but for
    lessons on a phone, which scroll."""
    page = stop.page
    wrong = [f"{stop.name}: {said}" for said in pictures_missing(page)]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        is_whole = not stop.is_pupils or ((width, height) == PHONE and stop.name.startswith(("lesson-", "play-")))
        page.screenshot(path=SHOTS / f"{stop.name}-{width}x{height}.png", full_page=is_whole, timeout=MOST_MS)
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    if stop.name not in ON_PAPER:
        return len(SIZES), wrong
    page.pdf(path=SHOTS / f"{stop.name}-print.pdf", prefer_css_page_size=True, format="A4")
    return len(SIZES) + 1, wrong


def pictures_missing(page: Page) -> list[str]:
    """Waits until every drawing and every letter is there; in words what has not come within three seconds."""
    return list(
        page.evaluate(
            """async () => {
              await document.fonts.ready;
              const missing = () => [
                ...[...document.images].filter(image => !image.complete || !image.naturalWidth).map(image => image.src),
                ...[...document.querySelectorAll("svg use")].filter(
                  use => use.checkVisibility() && !use.getBoundingClientRect().width).map(use => use.outerHTML),
              ].map(said => `a picture is missing: ${said.slice(0, 120)}`);
              for (let tries = 0; tries < 60 && missing().length; tries++)
                await new Promise(soon => setTimeout(soon, 50));
              return missing();
            }"""
        )
    )


if __name__ == "__main__":
    main()
