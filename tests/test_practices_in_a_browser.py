"""Every pretend app in real Chromium: finished by keys alone and by touch alone, and small enough to fetch."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page

from accounts.bands import BANDS
from lessons.lesson import PLACES
from practices.engine import Practice
from quizzes import catalogue
from tests.browser.practice_driver import clicks_act, keys_act
from tests.harness.browser import LAPTOP, PHONE, TABLET, Browse
from tests.harness.visitor import Visitor
from tests.harness.world import World

pytestmark = pytest.mark.browser

PRACTICES = catalogue.load().practices.practices
LARGEST_PAGE = 300_000  # bytes, the first visit


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Somebody who may try every pretend app: the same pages as pupils have."""
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=3)))


@pytest.fixture(params=sorted(PRACTICES))
def practice(request: pytest.FixtureRequest) -> Practice:
    found: Practice = PRACTICES[request.param]
    return found


def opens(page: Page, practice: Practice) -> None:
    page.goto(f"/lessons/{PLACES[practice.topic]}/{BANDS[practice.band]}/try")


def is_at_the_end(page: Page, practice: Practice) -> bool:
    return page.locator(".played").count() == 1 and practice.learned[0] in page.locator(".played").inner_text()


def test_it_can_be_finished_by_keys_alone(teacher: Visitor, practice: Practice, browse: Browse) -> None:
    page = browse(teacher, LAPTOP)
    opens(page, practice)
    for act in practice.safe_path:
        keys_act(page, act)
    assert is_at_the_end(page, practice)


def test_it_can_be_finished_by_touch_on_a_phone(teacher: Visitor, practice: Practice, browse: Browse) -> None:
    page = browse(teacher, PHONE, has_touch=True)
    opens(page, practice)
    for act in practice.safe_path:
        clicks_act(page, act, is_touch=True)
    assert is_at_the_end(page, practice)


def test_its_first_visit_is_small_enough_for_a_slow_line(teacher: Visitor, practice: Practice, browse: Browse) -> None:
    page = browse(teacher, TABLET)
    line: CDPSession = page.context.new_cdp_session(page)
    line.send("Network.enable")
    came: list[float] = []
    line.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    opens(page, practice)
    page.wait_for_load_state("networkidle")
    assert came
    assert sum(came) <= LARGEST_PAGE
