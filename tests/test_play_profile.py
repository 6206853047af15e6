"""A pretend profile: each setting changes what each person sees, requests are checked first, and a gate that asks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from database import db
from practices.engine import Practice
from quizzes import catalogue
from quizzes.attempts import ANSWERS
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

LESSON = "privacy-settings.y3-4"
GATE = "/lessons/bay/y12/try"
CLOSED = ("posts=friends", "school=friends", "list=friends", "map=off", "fits")
TO_REQUESTS = (*CLOSED, "posts=friends", "fits-again")
TO_NOTE = (*TO_REQUESTS, "ali-yes", "maya-no", "frog-no", "go-on")


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice(LESSON)
    assert found is not None
    return found


@pytest.fixture
def noor(world: World) -> Visitor:
    """A pupil of Year 3."""
    return world.signed_in(world.pupil("Noor", world.klass("Willow", year_group=3)))


@pytest.fixture
def teacher(world: World) -> Visitor:
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Acorn", year_group=1)))


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "bay", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def at_the_gate(browser: Visitor, *acts: str) -> Page:
    """The youngest's page after these acts, as staff try it."""
    page = browser.visits(GATE)
    for act in acts:
        page = browser.posts(GATE, {"did": page.form(GATE).values().getlist("did"), "act": act}, status=200)
    return page


def sees(page: Page, viewer: str) -> list[str]:
    return [words_of(line) for line in page.one(f'.eye[aria-label="{viewer}"]').select("li")]


def clues(page: Page) -> str:
    return words_of(page.one(".tally__n"))


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


def acts_stored(world: World) -> list[str]:
    with world.app.app_context():
        said = select(ANSWERS.c.choice).where(ANSWERS.c.item == "act").order_by(ANSWERS.c.number)
        return list(db.session.execute(said).scalars())


def test_noor_makes_her_circle_small_and_gets_help_with_a_note(world: World, noor: Visitor, practice: Practice) -> None:
    page = does(noor, begins(noor), *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text
    assert all(line in page.text for line in practice.learned)
    assert acts_stored(world) == list(practice.safe_path)


def test_each_change_shows_at_once_what_each_person_sees(noor: Visitor) -> None:
    page = begins(noor)
    assert clues(page) == "4"
    assert "Greenbank Primary (a clue: where Noor goes to school)" in sees(page, "Anyone at all sees")
    page = does(noor, page, "school=friends")
    assert clues(page) == "3"
    assert sees(page, "Anyone at all sees")[1] == sees(page, "A friend of a friend sees")[1] == "Hidden"
    assert sees(page, "A friend sees")[1] == sees(page, "Grandad sees")[1] == "Greenbank Primary"
    page = does(noor, page, "school=us")
    assert sees(page, "A friend sees")[1] == "Hidden"
    assert sees(page, "Grandad sees")[1] == "Greenbank Primary"
    assert clues(does(noor, page, "school=everyone")) == "4"


def test_only_what_outsiders_can_use_is_outlined(noor: Visitor) -> None:
    page = begins(noor)
    assert len(page.all('.eye[aria-label="Anyone at all sees"] .leak')) == 4
    assert not page.all('.eye[aria-label="A friend sees"] .leak')
    page = does(noor, page, *CLOSED[:4])
    assert clues(page) == "0"
    assert not page.all(".leak")
    assert sees(page, "A friend sees")[3] == "Frogs again on Tuesday!"


def test_a_circle_that_still_leaks_is_nearly_there_and_says_to_whom(noor: Visitor) -> None:
    assert "Anyone at all still sees clues" in does(noor, begins(noor), "fits").text


def test_a_friend_of_a_friend_is_outside_too(noor: Visitor) -> None:
    page = does(noor, begins(noor), "posts=second", "school=us", "list=us", "fits")
    assert clues(page) == "0"
    assert "A friend of a friend may be new to Noor too." in page.text


def test_an_update_opens_a_setting_again_and_it_can_be_found(noor: Visitor) -> None:
    page = does(noor, begins(noor), *CLOSED)
    assert page.h1.text == "The app has changed a setting"
    assert clues(page) == "1"
    page = does(noor, page, "look-again", "posts=friends", "fits-again")
    assert page.h1.text == "Three people ask to join"


def test_a_request_has_choices_that_look_alike_and_can_be_checked(noor: Visitor) -> None:
    page = does(noor, begins(noor), *TO_REQUESTS)
    for row in page.all(".player"):
        assert [words_of(one).split(" : ")[0] for one in row.select("button")] == ["Approve", "Check first", "Decline"]
        assert all(not one.get("class") for one in row.select("button"))
    page = does(noor, page, "maya-check")
    assert "That is not me!" in page.text
    assert {"maya-yes", "maya-no"} <= offered(page)
    assert "maya-check" not in offered(page)


def test_a_look_alike_that_is_let_in_is_put_right_without_blame(noor: Visitor) -> None:
    page = does(noor, begins(noor), *TO_REQUESTS, "maya-yes")
    assert "Let’s look again." in page.text
    assert "Mr Cole helps Noor take the contact off her list." in page.text
    assert "Put right" in page.text


def test_somebody_new_turns_out_fine_once_grandad_has_looked(noor: Visitor) -> None:
    page = does(noor, begins(noor), *TO_REQUESTS, "frog-yes")
    assert "Let’s look again." in page.text
    page = does(noor, page, "frog-check", "frog-yes")
    assert "New people can turn out to be fine." in page.text


def test_the_step_that_is_left_out_is_named(noor: Visitor) -> None:
    page = does(noor, begins(noor), *TO_NOTE, "stop", "block", "report", "finish")
    assert "One to try next time: Tell an adult." in page.text


def test_an_act_that_is_not_offered_is_refused_and_nothing_is_stored(world: World, noor: Visitor) -> None:
    page = begins(noor)
    for act in ("maya-yes", "posts=everyone", "posts=nobody", ""):
        refused = noor.posts(page.path, {"act": act, "number": "1"}, status=422)
        assert {"posts=friends", "fits", "help"} <= offered(refused)
    assert acts_stored(world) == []


def test_a_resend_and_a_stale_page_change_nothing(world: World, noor: Visitor) -> None:
    page = does(noor, begins(noor), "posts=friends")
    noor.posts(page.path, {"act": "school=us", "number": "1"}, status=200)
    noor.posts(page.path, {"act": "school=us", "number": "9"}, status=200)
    assert acts_stored(world) == ["posts=friends"]


def test_the_youngest_ask_two_questions_at_the_gate_before_it_opens(teacher: Visitor) -> None:
    page = at_the_gate(teacher)
    assert offered(page) == {"gran-me", "gran-dad", "gran-open", "gran-wait", "help"}
    assert page.all(".knock__who svg[aria-label='Gran Jo']")
    page = at_the_gate(teacher, "gran-me", "gran-dad")
    assert offered(page) == {"gran-open", "gran-wait", "help"}


def test_the_gate_opens_for_known_friends_and_stays_shut_for_a_pony(teacher: Visitor) -> None:
    page = at_the_gate(teacher, "gran-dad", "gran-open", "pony-open")
    assert "Dad shuts the gate." in page.text
    assert page.h1.text == "Knock, knock! It is StarPony."
    page = at_the_gate(teacher, "gran-dad", "gran-open", "pony-wait", "bear-dad", "bear-open")
    assert "New friends can be fine." in page.text
    assert page.h1.text == "Ned asked first"


def test_never_asking_a_grown_up_is_the_step_to_try_next_time(teacher: Visitor) -> None:
    page = at_the_gate(teacher, "gran-wait", "pony-wait", "bear-wait")
    assert "One to try next time: Tell an adult." in page.text
