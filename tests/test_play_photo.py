"""The photo and the map: clues in a picture are found and covered, and small clues meet on a map until one is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from practices.engine import ActNotAllowed, Practice, allowed, clues, do, replay, result
from practices.page import page_of
from quizzes import catalogue
from tests.harness.browser import NARROW, Browse, small_targets
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

SPOTTED = ("ask-dad", "cover-sign", "cover-door", "cover-jumper")
FOUND = ("put-mill", "put-tree", "put-bridge")


def practice_of(lesson: str) -> Practice:
    found = catalogue.load().practice(lesson)
    assert found is not None
    return found


@pytest.fixture
def kofi() -> Practice:
    return practice_of("personal-info.y1-2")


@pytest.fixture
def rusty() -> Practice:
    return practice_of("personal-info.y3-4")


@pytest.fixture
def teacher(world: World) -> Visitor:
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=3)))


def plays(browser: Visitor, band: str, *acts: str) -> Page:
    """The page after these acts, as the form sends them: those before, and the one that was pressed."""
    *done, last = acts
    return browser.posts(f"/lessons/keepsafe/{band}/try", {"did": done, "act": last}, status=200)


# Kofi's bike photo, Years 1 and 2


def test_what_is_found_gets_a_sticker_and_a_line(teacher: Visitor) -> None:
    page = plays(teacher, "y12", "ask-dad")
    assert "3 more to find" in page.text
    assert len(page.all("button.hot")) == 4
    page = plays(teacher, "y12", "ask-dad", "cover-door")
    assert "It tells his home." in page.text
    assert "2 more to find" in page.text
    assert page.one(".hot [role=img]")["aria-label"] == "Door number. Found."
    assert not page.all("button[value=next]")
    page = plays(teacher, "y12", *SPOTTED)
    assert "more to find" not in page.text
    assert page.all("button[value=next]")


def test_what_is_no_clue_may_stay_and_nothing_is_counted_against_him(teacher: Visitor, kofi: Practice) -> None:
    page = plays(teacher, "y12", "ask-dad", "tap-bike")
    assert "It can stay." in page.text
    assert "3 more to find" in page.text
    assert replay(kofi, ["ask-dad", "tap-bike", "tap-bike"]).risks == 0


def test_a_photo_that_went_up_is_taken_down_with_dad(kofi: Practice) -> None:
    state = replay(kofi, ["send-now"])
    assert (state.scene, state.risks) == ("spot", 0)
    state = replay(kofi, ["send-now", *SPOTTED[1:], "next", "plain", "ask-zola"])
    assert result(kofi, state).objectives == kofi.objectives
    assert result(kofi, state).missing == ()


def test_a_smile_is_not_a_yes(teacher: Visitor, kofi: Practice) -> None:
    way = (*SPOTTED, "next", "plain", "she-smiles")
    assert "A smile is nice. But it is not a yes." in plays(teacher, "y12", *way).text
    assert result(kofi, replay(kofi, [*way, "ask-zola"])).is_over


def test_dad_who_was_never_asked_is_the_step_to_try_next_time(teacher: Visitor) -> None:
    page = plays(teacher, "y12", "look", *SPOTTED[1:], "next", "plain", "only-zola")
    assert "One to try next time: Tell an adult." in page.text


def test_a_spot_that_is_covered_cannot_be_covered_again(teacher: Visitor) -> None:
    sent = {"did": ["ask-dad", "cover-door"], "act": "cover-door"}
    refused = teacher.posts("/lessons/keepsafe/y12/try", sent, status=422)
    assert "That cannot be done just now." in refused.text
    assert refused.all("button[value=cover-sign]")


@pytest.mark.browser
def test_every_spot_can_be_tapped_on_the_smallest_screen(world: World, teacher: Visitor, browse: Browse) -> None:
    screen = browse(teacher, NARROW, has_touch=True)
    screen.goto("/lessons/keepsafe/y12/try")
    screen.locator("main input[value=look]").check(force=True)
    with screen.expect_navigation():
        screen.locator("main .btn--go").tap()
    assert [each for each in small_targets(screen, 64) if "hot" in each] == []
    for spot in ("cover-jumper", "cover-sign", "cover-door", "next"):
        with screen.expect_navigation():
            screen.locator(f"main button[value={spot}]").tap()
    expect(screen.locator("h1")).to_have_text("Which photo can go up?")


# Rusty's den, Years 3 and 4


def test_three_harmless_posts_meet_on_the_map(rusty: Practice) -> None:
    for count in range(3):
        seen = clues(rusty, replay(rusty, FOUND[:count]), "finder")
        assert [one.key for one in seen] == ["mill", "tree", "bridge"][:count]
    state = replay(rusty, FOUND)
    assert state.scene == "found"
    assert "den" in [one.key for one in clues(rusty, state, "finder")]


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0), (0, 2, 1)])
def test_the_order_of_the_posts_is_nothing_to_the_map(rusty: Practice, order: tuple[int, ...]) -> None:
    assert replay(rusty, [FOUND[at] for at in order]).scene == "found"


@pytest.mark.parametrize("gone", ["take-mill", "take-tree", "blur-bridge"])
def test_one_clue_less_and_the_map_goes_fuzzy(rusty: Practice, gone: str) -> None:
    state = replay(rusty, [*FOUND, gone])
    assert "den" not in [one.key for one in clues(rusty, state, "finder")]
    assert "personal-info.y3-4.3" in result(rusty, state).objectives


def test_a_nickname_hides_nothing(rusty: Practice) -> None:
    state = replay(rusty, [*FOUND, "nickname"])
    assert state.scene == "found"
    assert "den" in [one.key for one in clues(rusty, state, "finder")]


def test_the_map_is_told_in_words_too(teacher: Visitor) -> None:
    page = plays(teacher, "y34", "put-mill")
    assert "The old mill: on the map. The round oak: fuzzy. The bridge: fuzzy. The den: fuzzy." in page.text
    page = plays(teacher, "y34", *FOUND)
    assert "The den: shown." in str(page.one(".snap > svg")["aria-label"])


def test_the_pin_stays_until_location_is_off(teacher: Visitor, rusty: Practice) -> None:
    way = (*FOUND, "take-tree", "ask")
    assert [one.key for one in clues(rusty, replay(rusty, way), "finder")][-1] == "pin"
    page = plays(teacher, "y34", *way, "look")
    assert "The pin is still on the den." in page.text
    page = plays(teacher, "y34", *way, "location=off")
    assert "The den: fuzzy." in page.text
    page = plays(teacher, "y34", *way, "location=off", "look")
    assert page.h1.text == "What can Rusty share and still join in?"


def test_sharing_has_a_good_side_that_is_found(rusty: Practice) -> None:
    state = replay(rusty, rusty.safe_path)
    assert result(rusty, state).objectives == rusty.objectives
    assert result(rusty, state).missing == ()


def test_looking_alone_works_and_asking_is_the_step_to_try_next_time(rusty: Practice) -> None:
    way = [*FOUND, "take-tree", "myself", "location=off", "look", "pie", "good-and-risk"]
    assert result(rusty, replay(rusty, way)).missing == ("tell",)
    asked = replay(rusty, [*way[:5], "ask-now", *way[5:]])
    assert result(rusty, asked).missing == ()


def test_a_post_that_is_on_the_map_is_not_put_there_twice(rusty: Practice) -> None:
    state = replay(rusty, ["put-mill"])
    with pytest.raises(ActNotAllowed):
        do(rusty, state, "put-mill")
    assert {act.key for act in allowed(rusty, state)} == {"put-tree", "put-bridge", "help"}
    page = page_of(rusty, state, None)
    assert [len(one.acts) for one in page.things[:3]] == [0, 1, 1]
