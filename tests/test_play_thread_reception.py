"""The singing bear of Reception: what a pupil hears, sees and picks, and that the bear, once told, only sings on."""

from __future__ import annotations

import pytest

from practices.engine import Practice
from quizzes import catalogue
from quizzes.engine import HELP
from quizzes.steps import steps_of
from tests.harness.page_rules import words_of
from tests.harness.sailor import Sailor
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

LESSON = "personal-info.eyfs"


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice(LESSON)
    assert found is not None
    return found


@pytest.fixture
def kofi(world: World) -> Visitor:
    return world.signed_in(world.pupil("Kofi", world.klass("Acorn", year_group=0)))


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "keepsafe", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def bubbles(page: Page) -> list[str]:
    return [words_of(one) for one in page.all(".bub")]


def test_kofi_stops_turns_and_tells_and_the_bear_gets_a_silly_name(kofi: Visitor, practice: Practice) -> None:
    page = does(kofi, begins(kofi), *practice.safe_path)

    assert page.h1.text == practice.scenes["end"].heading
    assert words_of(page.one(".said")) == '"Hello, Captain Kite!" Ada\'s own name is hers.'
    assert "One to try next time" not in page.text


def test_the_bear_asks_in_pictures_and_every_answer_is_a_picture(kofi: Visitor, practice: Practice) -> None:
    page = begins(kofi)
    asked = page.all(".bub")

    assert [words_of(one) for one in asked] == ["Bear: Hello! What is your name?", "Bear: Where do you live?"]
    assert all(one.select(".bub__art svg") for one in asked)
    for act in practice.safe_path:
        choices = page.all("main label.choice")
        assert 2 <= len(choices) <= 3
        assert all(one.select("svg use") for one in choices)
        assert len({str(one.select_one("use")) for one in choices}) == len(choices), "two that look the same"
        assert page.all('main button[name=act][value="help"] svg'), "Help is always there"
        page = does(kofi, page, act)


def test_after_the_bear_is_told_it_sings_on_and_gran_sits_down(kofi: Visitor, practice: Practice) -> None:
    page = does(kofi, begins(kofi), "tell-bear")

    assert bubbles(page) == ["You: I am Ada.", "Bear: La la la!"], "the last two, and nothing but singing"
    assert "Gran sits down" in page.text
    assert practice.scenes["again"].is_adult
    assert {str(one["value"]) for one in page.all("main label input")} == {"stop", "turn", "fetch"}
    page = does(kofi, page, "stop", "turn", "fetch", "who-gran", "hers", "drum")
    assert "One to try next time" not in page.text


def test_a_tablet_that_is_turned_over_shows_no_messages(kofi: Visitor) -> None:
    page = does(kofi, begins(kofi), "stop")
    assert bubbles(page)[-1] == "Bear: La la la!"

    page = does(kofi, page, "turn")

    assert bubbles(page) == []
    assert page.all(".young__see > svg")


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        (("tell-bear", "turn", "fetch", "who-gran", "hers", "kite"), "Stop."),
        (("stop", "fetch", "who-gran", "hers", "kite"), "Turn it over."),
        (("stop", "turn", "teddy", "play-on", "play-more"), "Tell a grown-up."),
    ],
)
def test_a_step_that_was_left_out_is_one_for_next_time(kofi: Visitor, acts: tuple[str, ...], left: str) -> None:
    page = does(kofi, begins(kofi), *acts)

    assert f"One to try next time: {left}" in page.text


def test_who_picks_the_bear_may_pick_gran(kofi: Visitor) -> None:
    page = does(kofi, begins(kofi), "fetch", "who-bear")
    assert "who looks after Ada?" in page.text

    assert does(kofi, page, "who-gran").h1.text == "Whose are these?"


def test_her_name_is_hers_is_said_and_not_shown_by_a_silly_name(kofi: Visitor, practice: Practice) -> None:
    page = does(kofi, begins(kofi), "fetch", "who-gran", "bears")
    assert "are they about Ada" in page.text
    assert practice.acts["hers"].shows == ("personal-info.eyfs.1",)
    assert practice.acts["kite"].shows == practice.acts["drum"].shows == ()


def test_who_plays_on_finds_gran_beside_her_and_may_tell_her_then(kofi: Visitor, practice: Practice) -> None:
    way = ("stop", "turn", "teddy", "play-on")
    page = does(kofi, begins(kofi), *way)
    assert page.h1.text == "Gran sits with Ada"
    assert does(kofi, page, "tell-gran").h1.text == practice.scenes["gran"].heading


def test_in_the_story_fetching_gran_is_help_and_says_so(world: World) -> None:
    """CURRICULUM.md 2: in Reception the fetch-a-grown-up choice is Help."""
    sailor = Sailor(world, world.pupil("Ada", world.klass("Oak", year_group=0)))
    bank = sailor.bank
    sailor.steps = steps_of(bank.lessons.lesson(LESSON), bank.quiz(LESSON), bank.practice(LESSON))
    page = sailor.sets_sail("keepsafe")
    while not page.all("input[name=node]"):
        page = sailor.answers_step(page)

    assert words_of(page.one(".choice--help")) == "Go and ask Gran."
    page = sailor.browser.submits(page.path.split("?")[0], {"choice": HELP})

    assert "Thank you for asking" in page.text
    assert page.all("p.choice svg.cast"), "what was picked is shown as its picture"
