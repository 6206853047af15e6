"""A pretend feed: pause, hear how it sounds, send, change or bin; be kind, tell; put things right."""

from __future__ import annotations

import pytest

from practices.engine import Practice
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

QUIZ, STICKERS = "/lessons/quay/y34/try", "/lessons/quay/y12/try"


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Staff try it on the pages that pupils have."""
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=3)))


def practice(lesson: str) -> Practice:
    found = catalogue.load().practices.of(lesson)
    assert found is not None
    return found


def after(browser: Visitor, path: str, *acts: str) -> Page:
    page = browser.visits(path)
    for act in acts:
        page = browser.posts(path, {"did": page.form(path).values().getlist("did"), "act": act}, status=200)
    return page


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


def posts(page: Page) -> list[str]:
    return [words_of(one) for one in page.all(".bub")]


@pytest.mark.parametrize(("path", "lesson"), [(QUIZ, "kind-online.y3-4"), (STICKERS, "kind-online.y1-2")])
def test_the_safe_way_ends_well_with_every_step(teacher: Visitor, path: str, lesson: str) -> None:
    page = after(teacher, path, *practice(lesson).safe_path)
    assert page.h1.text == practice(lesson).scenes["end"].heading
    assert all(line in page.text for line in practice(lesson).learned)
    assert "One to try next time" not in page.text


def test_dylan_hears_his_post_before_it_is_sent_and_changes_it(teacher: Visitor) -> None:
    page = after(teacher, QUIZ, "pause")
    assert words_of(page.one(".draft b")) == "Bad luck! Ha ha."
    assert {str(one["value"]) for one in page.all(".draft button")} == {"hear", "send-first", "change", "bin"}
    assert not any("Bad luck" in one for one in posts(page))
    assert "A face can be read both ways." in after(teacher, QUIZ, "pause", "hear").text
    page = after(teacher, QUIZ, "pause", "hear", "change")
    assert words_of(page.one(".draft b")) == "Good try! That one was hard."
    assert "Good try! That one was hard." in posts(after(teacher, QUIZ, "pause", "change", "send-kind"))[-2]


def test_leila_answers_each_post_in_another_way(teacher: Visitor) -> None:
    assert "Are you laughing at us too?" in posts(after(teacher, QUIZ, "pause", "send-first"))[-1]
    assert "Oh, good. I was not sure." in posts(after(teacher, QUIZ, "pause", "send-first", "sorry-muddle"))[-1]
    assert "I asked because I like you." in posts(after(teacher, QUIZ, "pause", "send-first", "her-problem"))[-1]
    assert "Thank you." in posts(after(teacher, QUIZ, "pause", "change", "send-kind"))[-1]


def test_one_face_more_can_be_taken_back(teacher: Visitor) -> None:
    page = after(teacher, QUIZ, "add-one")
    assert "Let’s look again." in page.text
    assert page.h1.text == "Leila has gone quiet"
    page = after(teacher, QUIZ, "add-one", "only-joking")
    assert "You are not in trouble." in page.text
    page = after(teacher, QUIZ, "add-one", "sorry")
    assert "OK. Thanks for saying it." in posts(page)[-1]


def test_telling_and_reporting_are_named_when_they_were_left_out(teacher: Visitor) -> None:
    way = ("pause", "change", "send-kind", "own-sorry", "is-bullying")
    assert "One to try next time: Tell an adult, report." in after(teacher, QUIZ, *way, "finish").text
    assert "One to try next time: Report." in after(teacher, QUIZ, *way, "show", "finish").text
    assert "One to try next time" not in after(teacher, QUIZ, *way, "help", "report", "finish").text


def test_mrs_bello_thanks_and_never_blames(teacher: Visitor) -> None:
    page = after(teacher, QUIZ, "show")
    assert "That is helping, not telling tales" in page.text
    assert "show" not in offered(page)


def test_an_act_of_another_moment_is_refused_and_those_of_this_one_stay(teacher: Visitor) -> None:
    refused = teacher.posts(QUIZ, {"did": ["pause"], "act": "own-sorry"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert {"hear", "change", "bin", "send-first", "show", "report", "help"} == offered(refused)


def test_asha_presses_pause_in_pictures(teacher: Visitor) -> None:
    page = after(teacher, STICKERS)
    assert all(one.select("svg") for one in page.all(".tiles .choice, .draft, .bub, .act"))
    assert offered(page) == {"pause", "send-lose", "help"}
    page = after(teacher, STICKERS, "pause")
    assert offered(page) == {"hear", "change", "bin", "help"}
    page = after(teacher, STICKERS, "pause", "hear")
    assert offered(page) == {"change", "bin", "help"}


def test_a_sticker_sent_too_soon_is_put_right(teacher: Visitor) -> None:
    page = after(teacher, STICKERS, "send-lose")
    assert page.h1.text == "Theo feels sad"
    assert "OK. Thank you." in posts(after(teacher, STICKERS, "send-lose", "sorry"))[-1]
    assert "You are not in trouble." in after(teacher, STICKERS, "send-lose", "again").text


def test_where_one_act_is_left_it_is_one_button_with_a_picture(teacher: Visitor) -> None:
    page = after(teacher, STICKERS, "pause", "change", "send-kind", "tell")
    assert "It is never Asha" in page.text
    assert offered(page) == {"on", "help"}
    assert page.one("button[value=on] svg")
