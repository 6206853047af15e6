"""A pretend game lobby: who comes in, what mute, block and report do to each screen, and asking again later."""

from __future__ import annotations

import pytest
from bs4 import Tag
from sqlalchemy import select

from database import db
from practices.engine import Practice
from quizzes import catalogue
from quizzes.attempts import ANSWERS
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

LESSON = "block-report.y3-4"
YOUNG = "/lessons/foghorn/y12/try"
TO_QUIET = ("open", "stop")


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice(LESSON)
    assert found is not None
    return found


@pytest.fixture
def hana(world: World) -> Visitor:
    """A pupil of Year 3."""
    return world.signed_in(world.pupil("Hana", world.klass("Willow", year_group=3)))


@pytest.fixture
def teacher(world: World) -> Visitor:
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Acorn", year_group=1)))


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "foghorn", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def tries(browser: Visitor, *acts: str) -> Page:
    """The youngest's page after these acts, as staff try it."""
    page = browser.visits(YOUNG)
    for act in acts:
        page = browser.posts(YOUNG, {"did": page.form(YOUNG).values().getlist("did"), "act": act}, status=200)
    return page


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


def player(page: Page, name: str) -> Tag:
    return next(one for one in page.all(".player") if name in words_of(one))


def sees(page: Page, viewer: str) -> list[str]:
    """What the page says that this viewer sees and cannot see."""
    view = next(one for one in page.all(".views section") if words_of(one).startswith(viewer))
    return [words_of(line) for line in view.select("li")]


def acts_stored(world: World) -> list[str]:
    with world.app.app_context():
        said = select(ANSWERS.c.choice).where(ANSWERS.c.item == "act").order_by(ANSWERS.c.number)
        return list(db.session.execute(said).scalars())


def test_hana_goes_the_safe_way_and_the_note_comes_down(world: World, hana: Visitor, practice: Practice) -> None:
    page = does(hana, begins(hana), *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text
    assert all(line in page.text for line in practice.learned)
    assert acts_stored(world) == list(practice.safe_path)


def test_each_player_has_one_line_and_two_choices_that_look_alike(hana: Visitor) -> None:
    page = begins(hana)
    for name in ("Nell_8", "GemGiver", "Moss_2"):
        buttons = player(page, name).select("button")
        assert [words_of(one) for one in buttons] == ["Let in", "Keep out"]
        assert all(not one.get("class") for one in buttons)
        assert len(player(page, name).select("p")) == 1


def test_a_gift_and_a_secret_are_looked_at_again_and_the_gate_can_still_be_shut(hana: Visitor) -> None:
    page = does(hana, begins(hana), "gems-in")
    assert "Let’s look again." in page.text
    assert words_of(player(page, "GemGiver").select(".seg__on")[0]) == "Let in"
    page = does(hana, page, "gems-out")
    assert words_of(player(page, "GemGiver").select(".seg__on")[0]) == "Keep out"


@pytest.mark.parametrize("act", ["moss-in", "moss-out"])
def test_somebody_new_turns_out_fine_once_dad_has_looked(hana: Visitor, act: str) -> None:
    assert "is Reece from school" in does(hana, begins(hana), act).text


def test_what_each_of_them_sees_changes_with_mute_and_block(hana: Visitor) -> None:
    page = does(hana, begins(hana), *TO_QUIET, "go-flip")
    note, chat, sender = "the note on the wall", "a chat of Toby and PondDash", "who sent a report"
    everything = [f"Sees: {note}", f"Sees: {chat}", f"Can’t see: {sender}"]
    assert sees(page, "Toby") == sees(page, "PondDash") == everything


@pytest.mark.parametrize(
    ("act", "tobys_chat"),
    [("mute", "Sees: a chat of Toby and PondDash"), ("block", "Can’t see: a chat of Toby and PondDash")],
)
def test_mute_and_block_change_tobys_screen_and_not_the_others(hana: Visitor, act: str, tobys_chat: str) -> None:
    page = does(hana, begins(hana), *TO_QUIET, act, "go-flip")
    assert sees(page, "Toby")[:2] == ["Can’t see: the note on the wall", tobys_chat]
    assert sees(page, "Other players")[0] == "Sees: the note on the wall"
    assert sees(page, "PondDash")[0] == "Sees: the note on the wall"
    assert all("Can’t see: who sent a report" in sees(page, viewer) for viewer in ("Toby", "Other players", "PondDash"))


def test_a_note_posted_back_is_taken_down_with_dad(hana: Visitor) -> None:
    page = does(hana, begins(hana), "open", "post-back")
    assert "You are not in trouble" in page.text
    assert "Ha! You are cross." in page.text
    page = does(hana, page, "take-down")
    assert "Thank you for putting that right" in page.text


def test_a_report_wants_a_reason_that_the_moderators_can_use(hana: Visitor) -> None:
    page = does(hana, begins(hana), *TO_QUIET, "report", "reason-race")
    assert "Nearly." in page.text
    assert "reason-again" in offered(page)
    assert "Report : done" in does(hana, page, "reason-again").text


def test_two_days_later_only_who_reported_can_report_again_and_anybody_can_tell_again(hana: Visitor) -> None:
    page = does(hana, begins(hana), *TO_QUIET, "go-flip", "go-later")
    assert {"ask-again", "show", "finish"} <= offered(page)
    assert "report-again" not in offered(page)
    assert "I am glad you told me again." in does(hana, page, "ask-again").text


def test_what_is_left_out_is_named(hana: Visitor) -> None:
    page = does(hana, begins(hana), *TO_QUIET, "show", "block", "go-flip", "go-later", "finish")
    assert "One to try next time: Report." in page.text


def test_an_act_of_another_moment_is_refused_and_those_of_this_one_stay(world: World, hana: Visitor) -> None:
    page = begins(hana)
    refused = hana.posts(page.path, {"act": "report-again", "number": "1"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert {"nell-in", "nell-out", "open", "help"} <= offered(refused)
    assert acts_stored(world) == []


def test_a_resend_and_a_stale_page_change_nothing(world: World, hana: Visitor) -> None:
    page = begins(hana)
    does(hana, page, "gems-out")
    for act, number in (("gems-out", "1"), ("gems-in", "1"), ("open", "9")):
        hana.posts(page.path, {"act": act, "number": number}, status=200)
    assert acts_stored(world) == ["gems-out"]


def test_amira_finds_the_buttons_with_nana_in_pictures(teacher: Visitor) -> None:
    young = catalogue.load().practice("block-report.y1-2")
    assert young is not None
    page = tries(teacher)
    assert all(one.select("svg") for one in page.all(".tiles .choice"))
    assert 2 <= len(page.all(".tiles .choice")) <= 3
    assert "Safe steps" not in page.text
    page = tries(teacher, "stop", "tell", "block")
    assert "It goes quiet." in page.text
    assert "block" not in offered(page)
    page = tries(teacher, *young.safe_path)
    assert page.h1.text == young.scenes["end"].heading
    assert "One to try next time" not in page.text


def test_rude_words_sent_back_bring_more_and_then_nana(teacher: Visitor) -> None:
    page = tries(teacher, "send-back")
    assert "Even more rude words!" in page.text
    assert "You are not in trouble" in page.text
    assert {"stop", "turn", "tell", "help"} == offered(page)


def test_pip_answers_each_reply_in_another_way(teacher: Visitor) -> None:
    to_pip = ("stop", "tell", "on")
    assert "Yay! Let us swim." in tries(teacher, *to_pip, "ask").text
    assert "Oh. OK. Bye." in tries(teacher, *to_pip, "go-away").text
