"""Every pretend app in real Chromium: finished by keys alone and by touch alone, with nothing in any state that
keeps somebody out, and small enough to fetch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page

from accounts.bands import BANDS
from lessons.lesson import PLACES
from practices.engine import Practice
from quizzes import catalogue
from tests.browser.practice_driver import clicks_act, keys_act, way_to_a_risk
from tests.harness.browser import AXE, LAPTOP, NARROW, PHONE, TABLET, Browse, keeps_out
from tests.harness.world import World

pytestmark = pytest.mark.browser

PRACTICES = catalogue.load().practices.practices
LARGEST_PAGE = 300_000  # bytes, the first visit


@pytest.fixture
def opens(world: World, browse: Browse) -> Callable[..., Page]:
    """Opens a window of somebody who may try every pretend app: the same pages as pupils have."""

    def open_window(size: tuple[int, int], **options: bool) -> Page:
        return browse(world.teacher(), size, **options)

    return open_window


def address(practice: Practice) -> str:
    return f"/lessons/{PLACES[practice.topic]}/{BANDS[practice.band]}/try"


def is_at_the_end(page: Page, practice: Practice) -> bool:
    return page.locator(".played").count() == 1 and practice.learned[0] in page.locator(".played").inner_text()


@pytest.mark.parametrize("name", sorted(PRACTICES))
def test_it_can_be_finished_by_keys_alone_and_no_state_keeps_anybody_out(name: str, opens: Callable[..., Page]) -> None:
    """Every state on the school's laptop; where it begins and ends, and after a risky act, on a tablet too."""
    practice = PRACTICES[name]
    page = opens(LAPTOP)
    page.context.add_init_script(AXE)
    wrong: list[str] = []

    def looks(state: str, *sizes: tuple[int, int]) -> None:
        wrong.extend(keeps_out(page, state, sizes, is_pupils=True, axe_at=sizes))

    risk = way_to_a_risk(practice)
    if risk is not None:
        page.goto(address(practice))
        for act in risk:
            clicks_act(page, act)
        looks(f"after {risk[-1]}", LAPTOP, TABLET, PHONE)
    page.goto(address(practice))
    looks("the start", LAPTOP, TABLET)
    for act in practice.safe_path:
        keys_act(page, act)
        looks(f"after {act}", LAPTOP)
    assert is_at_the_end(page, practice)
    looks("the end", TABLET)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(PRACTICES))
def test_it_can_be_finished_by_touch_on_a_phone_and_its_first_visit_is_small(
    name: str, opens: Callable[..., Page]
) -> None:
    """No state scrolls sideways or has something too small to tap, down to the narrowest phone; axe looks where it
    begins and ends, for in every state it looks at the laptop."""
    practice = PRACTICES[name]
    page = opens(PHONE, has_touch=True)
    line: CDPSession = page.context.new_cdp_session(page)
    line.send("Network.enable")
    came: list[float] = []
    line.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    page.goto(address(practice))
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(came) <= LARGEST_PAGE
    line.detach()
    page.context.add_init_script(AXE)
    sizes = (PHONE, NARROW)
    wrong = keeps_out(page, "the start", sizes, is_pupils=True, axe_at=(PHONE,))
    for act in practice.safe_path:
        clicks_act(page, act, is_touch=True)
        is_last = act == practice.safe_path[-1]
        wrong += keeps_out(page, f"after {act}", sizes, is_pupils=True, axe_at=(PHONE,) if is_last else ())
    assert is_at_the_end(page, practice)
    assert not wrong, "\n".join(wrong)
