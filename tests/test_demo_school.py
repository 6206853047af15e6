"""The demo school: fourteen classes, everybody the sheet names can come in, and the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Pupil, Role, School, SchoolClass, User
from database import db, writing
from demo.sheet import demo_password, sign_in_sheet
from quizzes.attempts import ANSWERS, ATTEMPTS, STANDINGS
from quizzes.standings import kept, work_out
from safeguarding.chain import verify_words
from safeguarding.concerns import DESK, rebuild
from tests.harness.clock import START
from tests.harness.demo_school import build_anew, demo_app, fill
from tests.harness.world import World

Row = tuple[object, ...]


def said(app: Flask) -> tuple[list[Row], list[Row]]:
    """Who is in the school and what they answered, without the ids that chance gives."""
    with app.app_context():
        people = db.session.execute(
            select(User.name, SchoolClass.name, Pupil.year_group, Pupil.boat_sail, Pupil.boat_pattern)
            .join(Pupil, Pupil.user_id == User.id)
            .join(SchoolClass, SchoolClass.id == Pupil.class_id)
            .order_by(SchoolClass.name, User.name, User.id)
        ).all()
        answers = db.session.execute(
            select(User.name, ANSWERS.c.item, ANSWERS.c.number, ANSWERS.c.choice, ANSWERS.c.answered_at)
            .join(ATTEMPTS, ATTEMPTS.c.id == ANSWERS.c.attempt_id)
            .join(User, User.id == ATTEMPTS.c.pupil_id)
            .order_by(ANSWERS.c.id)
        ).all()
        return [tuple(row) for row in people], [tuple(row) for row in answers]


@pytest.mark.sqlite_only
def test_the_demo_school_is_the_same_each_time(tmp_path: Path) -> None:
    schools = []
    for app in (demo_app(tmp_path / "one", lambda: START), build_anew(tmp_path / "two")):
        schools.append(said(app))
        with app.app_context():
            db.engine.dispose()
    people, answers = schools[0]
    assert len(people) == 420
    assert len(answers) > 10_000
    assert schools[0] == schools[1]


@pytest.fixture
def demo(world: World, tmp_path: Path) -> Iterator[World]:
    """The demo school on the database of this run."""
    with world.app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite:
        app = demo_app(tmp_path / "demo", world.clock)
    else:
        app = world.app
        fill(app)
    yield World(app, world.clock)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_everybody_on_the_sheet_can_come_in(demo: World) -> None:
    world, keys = demo, demo.keys
    with world.app.app_context():
        sheet = sign_in_sheet(keys, START)
        assert db.session.scalar(select(func.count()).select_from(SchoolClass)) == 14
        assert db.session.scalar(select(School.is_demo)) is True

    cards = re.findall(r"card ([A-Z0-9 ]{14})", sheet)
    assert len(cards) == 4
    for card in cards:
        pupil = world.visitor()
        pupil.visits("/card")
        assert pupil.posts("/card", {"token": card}).path == "/chart"
    for code, name in re.findall(r"class code ([A-Z0-9]{3} [A-Z0-9]{3})   ([^:]+):", sheet):
        door = world.visitor()
        door.visits("/code")
        assert name in door.submits("/code", {"code": code}).text

    for role, email, password in re.findall(r"  (\w+) +(\S+@demo\.example) +([a-z ]+)$", sheet, re.M):
        assert password == demo_password(keys, email)
        start = "/families/" if role == Role.PARENT else "/staff/"
        person = world.visitor()
        person.visits(start)
        page = person.submits(start, {"email": email, "password": password})
        if role in {"dsl", "deputy", "head", "admin"}:
            assert page.path == "/staff/second"
            code = world.app.test_cli_runner().invoke(args=["demo", "code", email]).output.strip()
            page = person.submits(None, {"code": code})
        assert page.path.startswith(("/classes/", "/office/", "/families/children")), f"{email}: {page.path}"

    with world.app.app_context():
        dsl = db.session.query(User).filter(User.role == Role.DSL).one()
    with world.app.app_context(), writing() as connection:
        states = connection.execute(select(DESK.c.state, func.count()).group_by(DESK.c.state)).all()
        assert {row[0]: row[1] for row in states} == {"new": 1, "read": 1, "action": 3, "waiting": 1, "closed": 2}
        assert rebuild(connection, keys, dsl.school_id) == 0
        assert verify_words(connection, keys, dsl.school_id) is None
    with world.app.app_context(), writing() as connection:
        assert work_out(connection) == kept(connection)
        planted = connection.execute(
            select(STANDINGS.c.misconception, func.count()).group_by(STANDINGS.c.misconception)
        ).all()
    held = {row[0]: row[1] for row in planted}
    assert held["time-is-knowing"] >= 15


def test_a_code_is_given_for_demo_accounts_alone(world: World) -> None:
    head = world.head()
    said = world.app.test_cli_runner().invoke(args=["demo", "code", head.email])
    assert said.exit_code != 0
    assert "no demo account" in said.output
