"""The school that is measured: 420 pupils in 14 classes with six years of history, made in seconds.

Pupils and classes come from the functions that the pages use. History is one whole lesson as `voyage.py` takes it,
stored for everybody, then copied inside the database: the product's own functions would take an hour over it. What they
would have kept beside the answers is worked out by `quizzes.standings`, which finds nothing to mend afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from accounts import people
from accounts.models import Adult, Pupil, Role, SchoolClass, User
from accounts.second_factor import new_secret, seal
from accounts.secrets import given_secret
from accounts.sessions import cookie_name, open_sign_in, this_session
from app import create_app
from bench.voyage import whole_lesson
from database import db, new_public_id, start_writing, writing
from keys import Keys
from lessons.lesson import Lesson
from quizzes import catalogue, standings
from quizzes.attempts import ANSWERS, ATTEMPTS, LESSON, REMEMBER
from quizzes.catalogue import QuizCatalogue
from quizzes.steps import Step, steps_of, steps_to_remember
from settings import Settings

BAND = "y3-4"
CLASSES, PUPILS_A_CLASS = 14, 30
#: How often everybody went through each lesson in the large school (about 2,400 answers a pupil: six years of 400), and
#: how often the class that is looked at did: a hundred times.
GOES, GOES_OF_THE_CLASS = 15, 100
WAYS = 7  # ways of answering, so that no two neighbours stand alike
NAMES = ("Amina", "Bilal", "Callum", "Dafydd", "Elodie", "Farah", "Grace", "Harun", "Isla", "Jayden")
STILL_SAILING = 3  # pupils of each class who have begun a lesson and not finished it
SIX_YEARS = timedelta(days=6 * 365)


@dataclass(frozen=True, slots=True)
class APupil:
    id: int
    public_id: str
    name: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchSchool:
    """Where things are in the school that was made. Sessions are cookies, by name."""

    instance: Path
    class_id: int  # the class whose page is looked at
    class_page: str
    class_code: str
    pupils: tuple[APupil, ...]  # of another class, who sign in and answer
    new_class_code: str
    new_pupils: tuple[APupil, ...]  # of a class that has done nothing yet
    teacher: dict[str, str]
    offices: tuple[dict[str, str], ...]  # of empty schools, into which 420 pupils may be imported


def make_school(instance: Path, *, imports: int) -> BenchSchool:
    """Everybody has gone through each lesson once, and some of it has been asked again."""
    with _app(instance) as app:
        upgrade()
        keys: Keys = app.extensions["keys"]
        at = datetime.now(UTC)
        start_writing()
        school = people.make_school("Bench Primary", at - SIX_YEARS)
        classes = [
            people.make_class(school.id, f"Class {number}", number // 2, at - SIX_YEARS) for number in range(CLASSES)
        ]
        newcomers = people.make_class(school.id, "Newcomers", 3, at)
        for one in (*classes, newcomers):
            one.door_opened_at, one.door_open_until = at, at + timedelta(hours=3)
        watched, working = classes[6:8]  # Year 3: they sign in with three pictures
        teacher = people.add_staff(school.id, Role.TEACHER, "Mr Okoro", "okoro@bench.example", at)
        for one in (watched, newcomers):
            people.teach(teacher, one)
        made = people.add_pupils(keys, school, [_new(one, number) for one in classes for number in range(30)], at)
        people.add_pupils(keys, school, [_new(newcomers, number) for number in range(30)], at)
        offices = [_office(keys, number, at) for number in range(imports)]
        db.session.commit()
        _give_history(made, catalogue.load(), at - SIX_YEARS)
        mended = _settle()
        bank = catalogue.load()
        of_one = sum(len(lesson.objectives) + (bank.practice(lesson.id) is not None) for lesson in _lessons(bank))
        if mended != len(made) * of_one:
            raise RuntimeError(f"{mended} standings were worked out: not one for each pupil, objective and pretend app")
        return BenchSchool(
            instance=instance,
            class_id=watched.id,
            class_page=f"/classes/{watched.public_id}",
            class_code=working.code,
            pupils=_pupils(keys, working.id),
            new_class_code=newcomers.code,
            new_pupils=_pupils(keys, newcomers.id),
            teacher=_signed_in(app, teacher, at),
            offices=tuple(_signed_in(app, office, at) for office in offices),
        )


def grow(school: BenchSchool, instance: Path) -> None:
    """A copy of the school in another folder, years later: everybody has taken every lesson again and again."""
    shutil.copytree(school.instance, instance)
    with _app(instance):
        with writing() as connection:
            connection.execute(
                text(
                    "WITH RECURSIVE goes(number) AS"
                    " (SELECT 2 UNION ALL SELECT number + 1 FROM goes WHERE number < :most)"
                    " INSERT INTO attempts (public_id, school_id, pupil_id, class_id, kind, lesson, number, version,"
                    " items, started_at, finished_at)"
                    " SELECT lower(hex(randomblob(6))), school_id, pupil_id, class_id, kind, lesson, goes.number,"
                    " version, items, started_at, finished_at FROM goes CROSS JOIN attempts"
                    " WHERE attempts.number = 1 AND finished_at IS NOT NULL"
                    " AND goes.number <= CASE class_id WHEN :watched THEN :watched_goes ELSE :goes END"
                ),
                {
                    "most": GOES_OF_THE_CLASS,
                    "goes": GOES,
                    "watched": school.class_id,
                    "watched_goes": GOES_OF_THE_CLASS,
                },
            )
            connection.execute(
                text(
                    "INSERT INTO answers (school_id, attempt_id, item, number, form, objective, version, choice,"
                    " outcome, misconception, answered_at)"
                    " SELECT answers.school_id, later.id, item, answers.number, form, objective, answers.version,"
                    " choice, outcome, misconception, answered_at FROM attempts AS later"
                    " JOIN attempts AS first ON first.pupil_id = later.pupil_id AND first.kind = later.kind"
                    " AND first.lesson = later.lesson AND first.number = 1"
                    " JOIN answers ON answers.attempt_id = first.id"
                    " WHERE later.number > 1 ORDER BY later.id, answers.id"
                )
            )
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def answers_in(instance: Path, class_id: int) -> tuple[int, int]:
    """How many answers the database holds, and how many of them the class has given."""
    with _app(instance), db.engine.connect() as connection:
        everybody = connection.execute(text("SELECT count(*) FROM answers")).scalar_one()
        of_class = connection.execute(
            text("SELECT count(*) FROM answers JOIN attempts ON attempts.id = attempt_id WHERE class_id = :id"),
            {"id": class_id},
        ).scalar_one()
        return int(everybody), int(of_class)


def lesson_steps() -> tuple[tuple[Lesson, tuple[Step, ...]], ...]:
    """The lessons of the band with their steps, in the order of the chart."""
    bank = catalogue.load()
    return tuple(
        (lesson, steps_of(lesson, bank.quiz(lesson.id), bank.practice(lesson.id))) for lesson in _lessons(bank)
    )


def _lessons(bank: QuizCatalogue) -> list[Lesson]:
    found = [lesson for lesson in bank.lessons.in_band(BAND) if lesson.id in bank.quizzes]
    if not found:
        raise RuntimeError(f"no lesson of {BAND} compiles: `flask content check` says why")
    return found


@contextmanager
def _app(instance: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=instance))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _new(school_class: SchoolClass, number: int) -> people.NewPupil:
    letter = "ABC"[number // len(NAMES)]  # thirty different names
    return people.NewPupil(school_class.id, school_class.year_group, NAMES[number % len(NAMES)], letter, True)


def _office(keys: Keys, number: int, at: datetime) -> User:
    school = people.make_school(f"Empty Primary {number}", at)
    admin = people.add_staff(school.id, Role.ADMIN, "Ms Bell", f"office{number}@bench.example", at)
    adult = db.session.get_one(Adult, admin.id)
    adult.totp_secret, adult.totp_key_version, adult.is_totp_on = seal(keys, new_secret()), keys.version, True
    return admin


def _pupils(keys: Keys, class_id: int) -> tuple[APupil, ...]:
    rows = db.session.query(Pupil, User).join(User, User.id == Pupil.user_id).filter(Pupil.class_id == class_id)
    return tuple(
        APupil(
            user.id,
            user.public_id,
            user.name,
            given_secret(keys, user.public_id, pupil.year_group, pupil.secret_version, pupil.key_version),
        )
        for pupil, user in rows.order_by(User.id)
    )


def _signed_in(app: Flask, adult: User, at: datetime) -> dict[str, str]:
    """A session opened by the function that sign-in uses. Signing in is measured for pupils."""
    with app.test_request_context("/"):
        with writing() as connection:
            open_sign_in(
                connection,
                school_id=adult.school_id,
                user_id=adult.id,
                class_id=None,
                how="password",
                at=at,
                second_factor_at=at if adult.role == Role.ADMIN else None,
            )
        token = this_session().new_token
    if token is None:
        raise RuntimeError("no session was opened")
    return {cookie_name(app): token}


def _give_history(pupils: list[Pupil], bank: QuizCatalogue, at: datetime) -> None:
    """Each pupil once through each lesson and once through "remember"; a few are still under way with the last one."""
    lessons = lesson_steps()
    again = [bank.items_of(objective.id, "C")[0] for lesson, _ in lessons for objective in lesson.objectives[:2]][:6]
    goes = [(LESSON, lesson.id, lesson.version, steps) for lesson, steps in lessons]
    goes.append((REMEMBER, "", 0, steps_to_remember(again)))
    ways = {
        (lesson, way): list(whole_lesson(steps, _wrong(steps, way)))
        for _, lesson, _, steps in goes
        for way in range(WAYS)
    }
    attempts: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    last = lessons[-1][0].id
    for place, pupil in enumerate(pupils):
        for number, (kind, lesson, version, _) in enumerate(goes):
            said = ways[lesson, place % WAYS]
            is_open = lesson == last and place % PUPILS_A_CLASS < STILL_SAILING
            moment = at + timedelta(weeks=number, minutes=place)
            attempts.append(
                {
                    "id": len(attempts) + 1,
                    "public_id": new_public_id(),
                    "school_id": pupil.school_id,
                    "pupil_id": pupil.user_id,
                    "class_id": pupil.class_id,
                    "kind": kind,
                    "lesson": lesson,
                    "number": 1,
                    "version": version,
                    "items": "\n".join(item.id for item in again) if kind == REMEMBER else "",
                    "started_at": moment,
                    "finished_at": None if is_open else moment + timedelta(minutes=25),
                }
            )
            for fact in (each for one in (said[: len(said) * 3 // 4] if is_open else said) for each in one.facts):
                answers.append(
                    {
                        "school_id": pupil.school_id,
                        "attempt_id": len(attempts),
                        "item": fact.item,
                        "number": fact.number,
                        "form": fact.form,
                        "objective": fact.objective,
                        "version": version,
                        "choice": fact.choice,
                        "outcome": fact.outcome.value,
                        "misconception": fact.misconception,
                        "answered_at": moment + timedelta(minutes=5),
                    }
                )
    with writing() as connection:
        connection.execute(ATTEMPTS.insert(), attempts)
        connection.execute(ANSWERS.insert(), answers)


def _wrong(steps: tuple[Step, ...], way: int) -> set[str]:
    """About one item in four is got wrong first, another one in each way."""
    items = [step.item.id for step in steps if step.item is not None]
    return {item for place, item in enumerate(items) if (place + way) % 4 == 0}


def _settle() -> int:
    with writing() as connection:
        mended = standings.rebuild(connection)
        if standings.rebuild(connection):
            raise RuntimeError("the standings differ from the answers they were just worked out from")
        return mended
