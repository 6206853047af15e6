"""Musa practises: he stops, tells, blocks and reports where nobody is real, and his teacher sees what the class did."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from database import db, writing
from practices.engine import Practice
from progress.acts import acts_of_class
from quizzes import catalogue, standings
from quizzes.attempts import ANSWERS, ATTEMPTS, PLAYS
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

LESSON = "online-friends.y3-4"


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice(LESSON)
    assert found is not None
    return found


@pytest.fixture
def musa(world: World) -> APerson:
    return world.pupil("Musa", world.klass("Willow", year_group=3))


def begins(browser: Visitor, number: int = 1) -> Page:
    return browser.posts("/sail/try", {"place": "pier", "number": str(number)}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def acts_stored(world: World) -> list[str]:
    with world.app.app_context():
        said = select(ANSWERS.c.choice).where(ANSWERS.c.item == "act").order_by(ANSWERS.c.number)
        return list(db.session.execute(said).scalars())


def test_musa_does_the_safe_thing_to_the_end(world: World, musa: APerson, practice: Practice) -> None:
    browser = world.signed_in(musa)
    page = begins(browser)
    assert "Pretend app. Nobody real is here." in page.text
    for act in practice.safe_path:
        page = does(browser, page, act)

    assert page.h1.text == practice.scenes["end"].heading
    assert all(line in page.text for line in practice.learned)
    assert "One to try next time" not in page.text
    assert acts_stored(world) == list(practice.safe_path)


def test_what_he_leaves_out_is_named_kindly(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = does(browser, begins(browser), "stop", "show", "block", "finish")
    assert "One to try next time: Report." in page.text


def test_a_risky_reply_is_answered_and_he_can_still_do_well(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = does(browser, begins(browser), "say-yes")
    assert "Let’s look again." in page.text
    assert "Do not tell anyone at home." in page.text
    page = does(browser, page, "stop", "show", "block", "report", "finish")
    assert "One to try next time" not in page.text


def test_help_is_always_there_and_always_safe(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = does(browser, begins(browser), "help")
    assert "Thank you for telling me." in page.text
    page = does(browser, page, "stop", "block", "report", "finish")
    assert "One to try next time" not in page.text


def test_an_act_that_is_not_offered_is_refused_and_the_others_stay(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = begins(browser)
    refused = browser.posts(page.path, {"act": "finish", "number": "1"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert refused.all("button[value=stop]")
    assert acts_stored(world) == []


def test_a_resend_a_second_tab_and_a_stale_page_change_nothing(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = begins(browser)
    does(browser, page, "stop")
    for act, number in (("stop", "1"), ("say-yes", "1"), ("show", "7")):
        browser.posts(page.path, {"act": act, "number": number}, status=200)
    assert acts_stored(world) == ["stop"]


def test_another_device_goes_on_where_he_was(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    page = does(browser, begins(browser), "say-rule", "stop")
    elsewhere = world.signed_in(musa).visits(page.path)
    assert elsewhere.h1.text == page.h1.text
    assert elsewhere.one("input[name=number]")["value"] == "3"


def test_an_act_costs_no_more_statements_than_an_answer(world: World, musa: APerson, practice: Practice) -> None:
    browser = world.signed_in(musa)
    page = begins(browser)
    for number, act in enumerate(practice.safe_path, 1):
        sent = {"act": act, "number": str(number), "csrf_token": browser.csrf_token()}
        with count_statements(world.app) as said:
            assert browser.asks("POST", page.path, sent).status_code == 303
        assert len(said) <= (5 if act != practice.safe_path[-1] else 6), said  # the last one ends this go as well


def test_the_teacher_sees_acts_beside_answers(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    teacher = world.teacher("Mr Okoro", willow)
    for name, acts in (
        ("Amina", ("stop", "show", "block", "report", "finish")),
        ("Ben", ("stop", "show", "block", "finish")),
        ("Cass", ("stop", "block", "finish")),
    ):
        browser = world.signed_in(world.pupil(name, willow))
        does(browser, begins(browser), *acts)
    page = world.signed_in(teacher).visits(f"/classes/{willow.public_id}?place=pier")
    shown = " ".join(page.one("#acts").get_text(" ").split())
    assert "Told an adult: 2 of 3" in shown
    assert "Reported: 1 of 3" in shown
    assert "Blocked but did not report: 2 Ben, Cass" in shown
    assert "Stopped but did not tell an adult: 1 Cass" in shown


def test_the_last_go_is_what_counts_and_it_can_be_worked_out_again(world: World, musa: APerson) -> None:
    browser = world.signed_in(musa)
    does(browser, begins(browser), "stop", "block", "finish")
    does(browser, begins(browser, 2), "stop", "show", "block", "report", "finish")
    with world.app.app_context():
        assert db.session.execute(select(PLAYS.c.steps)).scalars().all() == ["stop+tell+block+report"]
        assert db.session.execute(select(func.count()).select_from(ATTEMPTS)).scalar_one() == 2
        with writing() as connection:
            assert standings.rebuild(connection) == 0
            connection.execute(PLAYS.update().values(steps="stop"))
            assert standings.rebuild(connection) == 1
        assert db.session.execute(select(PLAYS.c.steps)).scalars().all() == ["stop+tell+block+report"]


def test_nobody_has_played_and_nothing_is_shown() -> None:
    assert acts_of_class(("stop", "tell"), {}, {}) == ((), ())


def test_staff_try_it_as_pupils_see_it_and_nothing_is_kept(world: World) -> None:
    teacher = world.signed_in(world.teacher("Mr Okoro", world.klass("Willow")))
    page = teacher.visits("/lessons/pier/y34/try")
    assert "Pretend app. Nobody real is here." in page.text
    sent = {"act": "stop", "csrf_token": teacher.csrf_token()}
    page = teacher.posts("/lessons/pier/y34/try", sent, status=200)
    assert page.h1.text == "Musa has stopped. What else helps?"
    refused = teacher.posts("/lessons/pier/y34/try", {"did": "stop", "act": "say-yes"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert acts_stored(world) == []
