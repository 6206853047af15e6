"""A pretend permission panel: switches explain themselves, what the app gets changes, and a leak is nobody's fault."""

from __future__ import annotations

import pytest

from practices.engine import Practice
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

PANEL = "/lessons/keepsafe/y56/try"
NEEDED = ("contacts=off", "microphone=off", "location=off", "open")


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice("personal-info.y5-6")
    assert found is not None
    return found


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Somebody who tries it as the pupils of Year 6 see it."""
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Oak", year_group=6)))


def tries(browser: Visitor, *acts: str) -> Page:
    page = browser.visits(PANEL)
    for act in acts:
        page = browser.posts(PANEL, {"did": page.form(PANEL).values().getlist("did"), "act": act}, status=200)
    return page


def gets(page: Page) -> list[str]:
    """What the app can get now, line by line."""
    return [words_of(line) for line in page.all(".eye li")]


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act]")}


def test_the_safe_way_ends_with_every_step_done(teacher: Visitor, practice: Practice) -> None:
    page = tries(teacher, *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text
    assert all(line in page.text for line in practice.learned)


@pytest.mark.parametrize("switch", ["camera", "contacts", "microphone", "location"])
def test_each_switch_explains_itself_when_it_is_moved(teacher: Visitor, practice: Practice, switch: str) -> None:
    setting = practice.settings[switch]
    page = tries(teacher, f"{switch}=off")
    assert setting.option("off").says in page.text
    assert f"{switch}=on" in offered(page)
    page = tries(teacher, f"{switch}=off", f"{switch}=on")
    assert setting.option("on").says in page.text


def test_what_the_app_can_get_is_counted_and_falls_with_each_switch(teacher: Visitor) -> None:
    assert words_of(tries(teacher).one(".tally__n")) == "3"
    page = tries(teacher, *NEEDED[:2])
    assert words_of(page.one(".tally__n")) == "1"
    assert gets(page) == ["The camera's light", "Nothing", "Nothing", "Where Dev is , which tells where Dev goes"]
    assert len(page.all(".leak")) == 1


def test_too_much_is_looked_at_again_and_too_little_leaves_it_dark(teacher: Visitor) -> None:
    assert "Aunt Kim says" in tries(teacher, "open").text
    dark = tries(teacher, "camera=off", *NEEDED)
    assert "the tent stays dark" in dark.text
    assert dark.h1.text == "What does a torch need?"
    assert tries(teacher, *NEEDED).h1.text == "A free quiz appears"


@pytest.mark.parametrize("act", ["fill-in", "close-it", "plain-quiz"])
def test_whatever_dev_did_with_the_quiz_he_can_help_isla(teacher: Visitor, act: str) -> None:
    page = tries(teacher, *NEEDED, act)
    assert page.h1.text == "Isla has already filled it in"


def test_nobody_is_blamed_and_an_adult_sits_down(teacher: Visitor) -> None:
    page = tries(teacher, *NEEDED, "close-it", "her-fault")
    assert page.h1.text == "Aunt Kim listens to them both"
    page = tries(teacher, *NEEDED, "close-it", "her-fault", "not-fault")
    assert "Isla now feels able to get help." in page.text
    assert "not-fault" not in offered(page)


def test_blocking_before_keeping_is_the_step_to_try_next_time(teacher: Visitor) -> None:
    page = tries(teacher, *NEEDED, "close-it", "stop", "block", "keep", "tell", "report", "finish")
    assert "One to try next time: Keep what was said." in page.text


def test_an_act_that_is_not_offered_is_refused_with_those_that_are(teacher: Visitor) -> None:
    tries(teacher)
    for act in ("finish", "camera=on", "nothing"):
        refused = teacher.posts(PANEL, {"act": act}, status=422)
        assert offered(refused) == {"camera=off", "contacts=off", "microphone=off", "location=off", "open", "help"}


def test_what_no_longer_holds_is_passed_over(practice: Practice, teacher: Visitor) -> None:
    page = teacher.posts(PANEL, {"did": ["contacts=off", "contacts=off", "gone"], "act": "location=off"}, status=200)
    assert words_of(page.one(".tally__n")) == "1"
