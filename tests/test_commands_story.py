"""What the person who runs the installation types: a new school, the list, the recovery sheet, the totals."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from accounts.models import Pupil, School
from app import create_app
from database import db
from tests.harness.world import World

NEW = "teapot gravel sunshine"


def new_school(run: FlaskCliRunner, email: str = "office@harbour.example") -> Any:
    return run.invoke(args=["school", "new", "--name", "Harbour Primary", "--admin", "Ms Bell", "--email", email])


def test_a_real_school_is_made_and_its_office_opened(world: World) -> None:
    said = new_school(world.app.test_cli_runner())
    assert said.exit_code == 0, said.output
    assert "http://localhost/staff/welcome" in said.output
    assert "opens on this machine alone" in said.output
    code = re.search(r"2\. type +([A-Z0-9 ]+)", said.output)
    assert code is not None
    with world.app.app_context():
        school = db.session.scalars(select(School)).one()
        assert not school.is_demo
        assert db.session.scalar(select(func.count()).select_from(Pupil)) == 0

    bell = world.visitor("Ms Bell")
    bell.visits("/staff/welcome")
    assert bell.submits(code=code[1].strip(), password=NEW).path == "/staff/second/set-up"


def test_the_questions_are_asked_where_nothing_is_given(world: World) -> None:
    typed = "Harbour Primary\nMs Bell\noffice@harbour.example\n"
    said = world.app.test_cli_runner().invoke(args=["school", "new"], input=typed)
    assert said.exit_code == 0
    assert "The school's name" in said.output


def test_an_email_is_used_once_and_has_to_be_one(world: World) -> None:
    run = world.app.test_cli_runner()
    new_school(run)
    again = new_school(run, "OFFICE@harbour.example")
    assert again.exit_code == 1
    assert "has an account already" in again.output
    assert "no email address" in new_school(run, "office").output
    nameless = run.invoke(args=["school", "new", "--name", " ", "--admin", "x", "--email", "a@b.example"])
    assert "Give the school a name" in nameless.output
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(School)) == 1


def test_schools_are_listed_without_anybodys_name(world: World) -> None:
    run = world.app.test_cli_runner()
    assert "No school yet" in run.invoke(args=["school", "list"]).output
    world.pupils(["Amina", "Ben"])
    world.teacher("Mr Okoro")
    said = run.invoke(args=["school", "list"]).output
    assert re.search(r"school +1 staff +2 pupils +Harbour Primary", said)
    assert "Amina" not in said
    assert "Okoro" not in said


def test_without_tables_it_says_what_to_run_first(world: World, house: Any, empty_database: str) -> None:
    app = create_app(replace(house.settings, database_url=empty_database))
    said = new_school(app.test_cli_runner())
    assert said.exit_code == 1
    assert "flask db upgrade" in said.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_recovery_sheet_holds_the_keys_of_the_folder(make_app: Any) -> None:
    app = make_app(secret="")
    root = app.extensions["keys"].roots[1].hex()
    said = app.test_cli_runner().invoke(args=["keys", "print"]).output
    assert root in said.replace(" ", "").replace("\n", "")
    assert "instance/keys/1.key" in said
    assert "Check:" in said


def test_the_recovery_sheet_of_a_secret_in_the_environment_leaves_a_line_for_it(world: World) -> None:
    said = world.app.test_cli_runner().invoke(args=["keys", "print"]).output
    assert "SAFE_HARBOUR_SECRET" in said
    assert world.app.extensions["settings"].secret not in said
    assert world.keys.roots[1].hex() not in said.replace(" ", "")


def test_rebuilding_the_totals_finds_no_difference(world: World) -> None:
    said = world.app.test_cli_runner().invoke(args=["standings", "rebuild"])
    assert said.exit_code == 0
    assert "0 of the kept totals differed" in said.output
