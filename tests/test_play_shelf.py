"""A pretend shelf of apps: the age sign falls as parts come out, apps find a shelf, and boxes come along a belt."""

from __future__ import annotations

import pytest

from practices.engine import Practice
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

SHELF = "/lessons/gates/y34/try"
BELT = "/lessons/gates/y12/try"
APART = ("chat-out", "posts-out", "boxes-out", "data-out", "see")
SORTED = (*APART, "cove-now", "isles-ask", "ripple-later", "go-on")


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Somebody who tries it as pupils see it."""
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=3)))


def practice_of(lesson: str) -> Practice:
    found = catalogue.load().practice(lesson)
    assert found is not None
    return found


def tries(browser: Visitor, path: str, *acts: str) -> Page:
    page = browser.visits(path)
    for act in acts:
        page = browser.posts(path, {"did": page.form(path).values().getlist("did"), "act": act}, status=200)
    return page


def sign(page: Page) -> str:
    return str(page.one(".apart .sign")["aria-label"])


def shelves(page: Page) -> dict[str, str]:
    return {words_of(one.select("h2")[0]): words_of(one.select("ul")[0]) for one in page.all(".shelves section")}


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


@pytest.mark.parametrize(("path", "lesson"), [(SHELF, "right-for-my-age.y3-4"), (BELT, "right-for-my-age.y1-2")])
def test_the_safe_way_ends_with_every_step_done(teacher: Visitor, path: str, lesson: str) -> None:
    practice = practice_of(lesson)
    page = tries(teacher, path, *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text
    assert all(line in page.text for line in practice.learned)


def test_the_number_falls_as_parts_come_out_and_rises_when_they_go_back(teacher: Visitor) -> None:
    signs = [sign(tries(teacher, SHELF, *APART[:count])) for count in range(5)]
    assert signs == ["Age sign 18", "Age sign 16", "Age sign 12", "Age sign 7", "Age sign 3"]
    assert sign(tries(teacher, SHELF, "boxes-out", "boxes-in")) == "Age sign 18"


def test_what_is_left_in_keeps_the_number_high(teacher: Visitor) -> None:
    page = tries(teacher, SHELF, "chat-out", "see")
    assert "The number is still high." in page.text
    assert sign(page) == "Age sign 16"


def test_ages_are_drawn_and_never_typed() -> None:
    for lesson in ("right-for-my-age.y3-4", "right-for-my-age.y1-2"):
        practice = practice_of(lesson)
        said = [f"{thing.text} {thing.detail}" for thing in practice.things.values()]
        said += [case.says for act in practice.acts.values() for case in act.cases]
        assert not [text for text in said if any(letter.isdigit() for letter in text)]


def test_apps_stand_on_the_shelf_that_was_picked(teacher: Visitor) -> None:
    page = tries(teacher, SHELF, *SORTED[:-1])
    assert shelves(page) == {"Now": "Craft Cove", "With an adult": "Block Isles", "Later": "Ripple"}
    assert "go-on" in offered(page)


def test_too_soon_is_put_right_by_an_adult_with_the_reason(teacher: Visitor) -> None:
    page = tries(teacher, SHELF, *APART, "ripple-now")
    assert "Let’s look again." in page.text
    assert shelves(page)["Later"] == "Ripple"
    page = tries(teacher, SHELF, *APART, "isles-now")
    assert shelves(page)["With an adult"] == "Block Isles"


def test_a_push_can_be_answered_with_something_more_fun(teacher: Visitor) -> None:
    page = tries(teacher, SHELF, *SORTED, "made-up")
    assert page.h1.text == "Ella's mum sits down"
    page = tries(teacher, SHELF, *SORTED, "made-up", "camera", "finish")
    assert "One to try next time: Tell an adult." in page.text


def test_the_youngest_see_one_box_with_its_sign_and_pick_a_picture(teacher: Visitor) -> None:
    page = tries(teacher, BELT)
    assert [str(one["aria-label"]) for one in page.all(".knock__who svg")] == ["Teddy Tea", "Age sign 3"]
    assert len(page.all(".tiles .choice svg")) == 2
    page = tries(teacher, BELT, "teddy-ours", "dragon-ours")
    assert "Gran puts it on the older shelf." in page.text


def test_stop_turn_and_tell_each_count_and_the_missing_one_is_named(teacher: Visitor) -> None:
    start = ("teddy-ours", "dragon-older", "why-sign", "new-ask")
    for acts, missing in (
        (("turn", "tell", "finish"), "Stop"),
        (("stop", "tell", "finish"), "Turn it over"),
        (("stop", "turn-it", "finish", "sit"), "Tell an adult"),
    ):
        page = tries(teacher, BELT, *start, *acts)
        assert f"One to try next time: {missing}." in page.text


def test_who_goes_on_without_telling_is_found_by_gran_and_may_tell_her_then(teacher: Visitor) -> None:
    way = ("teddy-ours", "dragon-older", "why-sign", "new-ask", "stop", "turn-it", "finish")
    page = tries(teacher, BELT, *way)
    assert page.h1.text == "Gran sees Bibi's face"
    assert "One to try next time" not in tries(teacher, BELT, *way, "tell", "finish").text


@pytest.mark.parametrize(
    ("path", "act", "open_acts"),
    [
        (SHELF, "cove-now", {"chat-out", "posts-out", "boxes-out", "data-out", "see", "help"}),
        (BELT, "tell", {"teddy-ours", "teddy-older", "help"}),
    ],
)
def test_an_act_that_is_not_offered_is_refused_with_those_that_are(
    teacher: Visitor, path: str, act: str, open_acts: set[str]
) -> None:
    tries(teacher, path)
    assert offered(teacher.posts(path, {"act": act}, status=422)) == open_acts


def test_what_was_done_twice_counts_once(teacher: Visitor) -> None:
    page = teacher.posts(SHELF, {"did": ["chat-out", "chat-out"], "act": "posts-out"}, status=200)
    assert sign(page) == "Age sign 12"
