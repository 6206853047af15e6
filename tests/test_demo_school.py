"""The demo school: fourteen classes, everybody the sheet names can come in, and the same each time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from accounts.models import Pupil, Role, School, SchoolClass, User
from app import create_app
from database import db, start_writing, writing
from demo.build import build
from demo.sheet import demo_password, open_doors, sign_in_sheet
from quizzes.attempts import ANSWERS, ATTEMPTS, STANDINGS
from quizzes.standings import kept, work_out
from safeguarding.chain import verify_words
from safeguarding.concerns import DESK, rebuild
from settings import Settings
from tests.harness.world import World

HERE = Path(__file__).resolve().parent.parent
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

Row = tuple[object, ...]


def built(app: Flask) -> None:
    with app.app_context():
        start_writing()
        build(app.extensions["keys"], AT)
        start_writing()
        open_doors(AT)
        db.session.commit()


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
    for name in ("one", "two"):
        app = create_app(Settings(environment="test", instance=tmp_path / name, clock=lambda: AT))
        with app.app_context():
            upgrade(directory=str(HERE / "migrations"))
        built(app)
        schools.append(said(app))
        with app.app_context():
            db.engine.dispose()
    people, answers = schools[0]
    assert len(people) == 420
    assert len(answers) > 10_000
    assert schools[0] == schools[1]


def test_everybody_on_the_sheet_can_come_in(world: World) -> None:
    world.clock.set(AT)
    built(world.app)
    keys = world.keys
    with world.app.app_context():
        sheet = sign_in_sheet(keys, AT)
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
