"""A pretend video call: who is at the door, who is in it, and what a pupil does when somebody asks for a secret."""

from __future__ import annotations

import pytest

from practices import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

pytestmark = pytest.mark.one_database

Y56 = "/lessons/pier/y56/try"


@pytest.fixture
def teacher(world: World) -> Visitor:
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=5)))


@pytest.fixture
def rosa(world: World) -> APerson:
    return world.pupil("Rosa", world.klass("Puffins", year_group=1))


def after(browser: Visitor, *acts: str) -> Page:
    """The older pupils' page after these acts, each of them sent from the page before."""
    page = browser.visits(Y56)
    for act in acts:
        page = browser.posts(Y56, {"did": page.form(Y56).values().getlist("did"), "act": act}, status=200)
    return page


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


def in_call(page: Page) -> list[str]:
    return [words_of(one) for one in page.all(".call__tile")]


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "pier", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def test_jude_asks_first_and_the_newcomer_turns_out_fine(teacher: Visitor) -> None:
    page = after(teacher)
    assert in_call(page) == ["You", "Miss Adeyemi", "Riverwolf"]
    assert "Who in this call could know?" in after(teacher, "let-in").text
    page = after(teacher, "ask-host")
    assert "I have met Marlo and the family." in page.text
    assert "ask-host" not in offered(page)
    assert in_call(after(teacher, "ask-host", "let-in")) == ["You", "Miss Adeyemi", "Marlo", "Riverwolf"]


def test_the_signs_are_named_once_he_has_noticed_them(teacher: Visitor) -> None:
    page = after(teacher, "ask-host", "let-in")
    assert page.all("mark") == []
    assert "Lookout notes" not in page.text
    page = after(teacher, "ask-host", "let-in", "name-signs")
    assert len(page.all("mark")) == 3
    assert "A gift A private call Hurry" in page.text


def test_whoever_is_blocked_leaves_the_call_and_writes_no_more(teacher: Visitor) -> None:
    page = after(teacher, "ask-host", "let-in", "block", "stop")
    assert "Riverwolf" not in in_call(page)
    assert "Have another gift" not in page.text
    assert "accept" not in offered(page)
    assert "Have another gift" in after(teacher, "ask-host", "let-in", "stop").text


def test_a_private_call_can_be_left_and_no_blame_follows(teacher: Visitor) -> None:
    page = after(teacher, "ask-host", "let-in", "go-private")
    assert in_call(page) == ["You", "Riverwolf"]
    page = after(teacher, "ask-host", "let-in", "go-private", "answer-more")
    assert "you are not in trouble" in page.text
    page = after(teacher, "ask-host", "let-in", "go-private", "answer-more", "show", "no-fault")
    assert "It is never the child’s fault." in page.text


@pytest.mark.parametrize(
    ("left_out", "name"),
    [("keep", "Keep what was said"), ("show", "Tell an adult"), ("block", "Block"), ("report", "Report")],
)
def test_a_step_left_out_is_named(teacher: Visitor, left_out: str, name: str) -> None:
    practice = catalogue.load().of("online-friends.y5-6")
    assert practice is not None
    acts = [act for act in practice.safe_path if act != left_out and (act != "no-fault" or left_out != "show")]
    page = after(teacher, *acts)
    assert f"One to try next time: {name}." in page.text
    assert "One to try next time" not in after(teacher, *practice.safe_path).text


def test_rosa_fetches_her_mum_and_it_is_gran(world: World, rosa: APerson) -> None:
    browser = world.signed_in(rosa)
    page = begins(browser)
    assert page.h1.text == "Who wants to join?"
    assert page.all(".call__door")
    assert len(page.all(".tiles input[type=radio]")) == 2
    page = does(browser, page, "fetch")
    assert page.h1.text == "It is Gran!"
    assert in_call(page) == ["Gran"]
    assert not page.all(".call__door")


def test_rosa_goes_the_safe_way_to_the_end(world: World, rosa: APerson) -> None:
    practice = catalogue.load().of("online-friends.y1-2")
    assert practice is not None
    browser = world.signed_in(rosa)
    page = does(browser, begins(browser), *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text


def test_rosa_says_yes_and_can_still_stop_turn_and_tell(world: World, rosa: APerson) -> None:
    browser = world.signed_in(rosa)
    page = does(browser, begins(browser), "fetch", "hello", "child", "say-yes")
    assert "You do not have to go. You are not in trouble." in page.text
    assert {"stop", "turn", "help"} == offered(page)
    page = does(browser, page, "stop", "turn", "tell", "rule")
    assert "One to try next time" not in page.text


def test_saying_nothing_brings_mum_who_asks_and_rosa_can_tell_her_then(world: World, rosa: APerson) -> None:
    browser = world.signed_in(rosa)
    page = does(browser, begins(browser), "fetch", "hello", "anyone", "stop", "turn", "say-nothing")
    assert page.h1.text == "Mum comes to say good night"
    assert does(browser, page, "tell").h1.text == "What is the meeting rule?"


def test_what_is_not_offered_is_refused_and_a_resend_or_a_stale_page_changes_nothing(
    world: World, rosa: APerson
) -> None:
    browser = world.signed_in(rosa)
    page = begins(browser)
    refused = browser.posts(page.path, {"act": "turn", "number": "1"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert {"fetch", "let-in", "help"} == offered(refused)
    here = does(browser, page, "fetch").h1.text
    for act, number in (("fetch", "1"), ("let-in", "1"), ("hello", "9")):
        assert browser.posts(page.path, {"act": act, "number": number}, status=200).h1.text == here
