"""Every kind of page in real Chromium, as each person: nothing that keeps somebody out, at any width, with or without
script; and what a first lesson sends to a tablet that has never been here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench.figures import Runs, medians, missed
from bench.first_lesson import Newcomer, first_lesson
from quizzes.steps import Part
from tests.browser.demo_harbour import DemoHarbour, demo_harbour
from tests.browser.lesson_driver import sail, taps
from tests.browser.tour import Tour, steps_of_lesson
from tests.harness.browser import LAPTOP, NARROW, PHONE, TABLET, Browse, LiveServer, keeps_out
from tests.harness.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHarbour]:
    with demo_harbour(tmp_path_factory.mktemp("harbour")) as served:
        yield served


def test_no_page_keeps_anybody_out_at_any_width(harbour: DemoHarbour, browser: Browser) -> None:
    """axe at the three sizes that schools and parents have, no sideways scroll down to 320 px, targets for small
    fingers, and nothing that the browser complains about."""
    tour = Tour(harbour, browser)
    schools_have = (LAPTOP, TABLET, PHONE)
    wrong = [
        said
        for stop in tour.pages()  # pretend apps: tests/test_practices_in_a_browser.py, in every state
        for said in keeps_out(
            stop.page, stop.name, (*schools_have, NARROW), is_pupils=stop.is_pupils, axe_at=schools_have
        )
    ]
    assert not wrong, "\n".join(wrong)
    assert not tour.problems, "\n".join(tour.problems)


def test_a_pupil_learns_a_whole_lesson_without_script(world: World, browse: Browse) -> None:
    """Sign-in by pictures, questions, cards, things to sort, the story and the finish: forms and links alone."""
    willow = world.klass("Willow", year_group=3)
    musa = world.pupil("Musa", willow)
    world.opens_door(willow)
    page = browse(script=False)
    page.goto("/")
    page.locator("a.door--pupil").click()
    page.locator("#code").fill(willow.code)
    taps(page, page.locator("main form button[type=submit]"))
    page.locator("a.name", has_text="Musa").click()
    for picture in world.secret_of(musa):
        taps(page, page.locator(f"button[name=picture][value={picture}]"))
    assert page.url.endswith("/chart")
    place, steps = steps_of_lesson("passwords")
    taps(page, page.locator(f"button[name=place][value={place}]").first)
    seen = list(sail(page, steps))
    assert (seen[0], seen[-1]) == (Part.BEFORE, "finish")
    assert {"sort", "sort-done", "quiz-feedback-help", "quiz-feedback-look", "quiz-feedback-safe", "story"} <= set(seen)
    assert page.locator("h1").inner_text() == "Lamp lit!"
    place, steps = steps_of_lesson("online-friends")
    page.goto("/chart")
    taps(page, page.locator(f"button[name=place][value={place}]").first)
    assert "circles-done" in sail(page, steps)


def test_a_first_lesson_is_small_enough_for_a_slow_line(world: World, live: LiveServer, browser: Browser) -> None:
    """The budgets of bytes and requests; `make bench` measures the same way and holds the limits."""
    willow = world.klass("Willow", year_group=3)
    musa, *_ = world.pupils(["Musa", *(f"Pupil {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZABC")], willow)
    world.opens_door(willow)
    runs = Runs()
    first_lesson(browser, live.url, Newcomer(willow.code, "Musa", world.secret_of(musa)), runs)
    told = medians(runs.product)
    assert set(told) == {
        "first_lesson_bytes",
        "first_lesson_requests",
        "first_lesson_script_bytes",
        "to_first_card_bytes",
    }
    assert not missed(told), told
