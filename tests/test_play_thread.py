"""A pretend message app: what was written, what was new, the signs in it, and how it looks for the youngest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import render_template

from practices.engine import Practice, replay
from practices.page import page_of
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice("online-friends.y3-4")
    assert found is not None
    return found


@pytest.fixture
def musa(world: World) -> Visitor:
    return world.signed_in(world.pupil("Musa", world.klass("Willow", year_group=3)))


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "pier", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def test_a_chat_says_who_writes_and_marks_the_words_that_are_a_sign(musa: Visitor) -> None:
    page = begins(musa)
    assert words_of(page.one(".thread__top b")) == "ReefRider"
    assert [words_of(one) for one in page.all(".bub mark")] == ["meet by the swings"]
    assert "Lookout notes Wants to meet" in page.text
    assert not page.all(".bub--new")


def test_each_reply_is_answered_in_another_way(musa: Visitor) -> None:
    page = does(musa, begins(musa), "ask-age")
    assert [words_of(one) for one in page.all(".bub--new")] == [
        "You: How old are you?",
        "ReefRider: Same as you! Trust me.",
    ]
    page = does(musa, page, "say-rule")
    assert "You are no fun." in words_of(page.all(".bub--new")[-1])


def test_block_report_and_an_adult_are_one_tap_away_and_go_once_used(musa: Visitor) -> None:
    page = begins(musa)
    menu = [str(one["value"]) for one in page.all(".actmenu button")]
    assert menu == ["show", "block", "report", "help"]
    page = does(musa, page, "stop", "block")
    assert [str(one["value"]) for one in page.all(".actmenu button")] == ["show", "report", "help"]
    assert "Block : done" in page.text


def test_a_report_asks_for_its_reason_and_losing_is_none(musa: Visitor) -> None:
    page = does(musa, begins(musa), "stop")
    assert "why-secret" not in page.text
    page = does(musa, page, "report")
    reasons = [str(one["value"]) for one in page.all("[name=act]") if str(one["value"]).startswith("why-")]
    assert sorted(reasons) == ["why-better", "why-secret"]
    page = does(musa, page, "why-better")
    assert "that breaks no rule" in page.text
    page = does(musa, page, "why-secret")
    assert "which words to read first" in page.text
    assert [one for one in page.all("[name=act]") if str(one["value"]).startswith("why-")] == []


def test_the_youngest_see_the_last_three_messages_as_pictures_and_pick_a_picture(
    world: World, practice: Practice
) -> None:
    line = replace(practice.scenes["hello"].lines[0], picture="ob-bubble-kind")
    young = replace(
        practice,
        lesson="online-friends.y1-2",
        acts={key: replace(act, picture="ob-hand-stop") for key, act in practice.acts.items()},
        scenes={
            key: replace(scene, lines=tuple(replace(line, text=one.text) for one in scene.lines))
            for key, scene in practice.scenes.items()
        },
    )
    with world.app.test_request_context("/"):
        html = render_template(
            "practices/thread.html",
            page=page_of(young, replay(young, ["say-yes"]), None),
            to="/",
            sent={},
            is_preview=True,
            preview_band="y12",
            back_to="/",
        )
    soup = BeautifulSoup(html, "html.parser")
    bubbles = soup.select(".bub")
    assert len(bubbles) == 3
    assert all(one.select("svg") for one in soup.select(".choice, .act"))
    assert "Lookout notes" not in html
    assert all(one.select(".bub__art svg") for one in bubbles if "bub--me" not in one["class"])
