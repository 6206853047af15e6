"""Makes the demo school: its class list, staff, families, two terms of answers, and what stands on the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from accounts import people
from accounts.bands import band_of_class
from accounts.family_links import Waiting, link, make_code
from accounts.models import Adult, Membership, Pupil, Role, School, SchoolClass, User
from accounts.passwords import hash_password
from accounts.roster.importing import import_for_school
from accounts.school_time import day_of
from accounts.second_factor import new_secret, seal
from database import db, writing
from demo.answers import (
    PLANTED_IDEAS,
    REMEMBER_WEEKS,
    WEEKS_AGO,
    in_order_of_teaching,
    learners,
    remember,
    take_lesson,
)
from demo.concerns import fill_the_desk
from demo.sheet import demo_password
from keys import Keys
from lessons.lesson import Lesson
from quizzes import catalogue
from quizzes.catalogue import QuizCatalogue
from quizzes.due import MOST_AT_ONCE
from quizzes.home_lessons import set_for_home

CLASS_LIST = Path(__file__).parent / "school.csv"
SCHOOL_NAME = "Harbour View Primary (demo)"
SEED = "safe harbour"
FOR_HOME = timedelta(days=21)
TEACHERS = (
    "Ms Rahman", "Mr Doyle", "Mrs Achebe", "Mr Novak", "Miss Pereira", "Mr Whitlock", "Ms Iqbal",
    "Mr Brennan", "Mrs Lowe", "Mr Castellan", "Ms Ferreira", "Mr Oduya", "Miss Hartley", "Mr Szabo",
)  # fmt: skip
OTHERS = (
    (Role.DSL, "Ms Okonkwo", "dsl"),
    (Role.DEPUTY, "Mr Lindqvist", "deputy"),
    (Role.HEAD, "Mrs Tremayne", "head"),
    (Role.ADMIN, "Mr Banerjee", "office"),
)
PARENTS = (("Sam Carter", "parent"), ("Jo Adebayo", "parent2"))


def build(keys: Keys, at: datetime) -> School:
    """The whole demo school, committed. The caller has called `start_writing()`."""
    school = people.make_school(SCHOOL_NAME, at, is_demo=True)
    import_for_school(keys, school, CLASS_LIST.read_bytes(), CLASS_LIST.name, at)
    classes = list(
        db.session.scalars(
            select(SchoolClass)
            .where(SchoolClass.school_id == school.id)
            .order_by(SchoolClass.year_group, SchoolClass.name)
        )
    )
    _staff(keys, school, classes, at)
    _families(keys, school, classes, at)
    db.session.commit()
    bank = catalogue.load()
    for number, school_class in enumerate(classes):
        if lessons := bank.lessons.in_band(band_of_class(school_class.chosen_band, school_class.year_group)):
            _answers(bank, lessons, school_class, Random(f"{SEED} {number}"), at)
            _for_home(lessons, school, school_class, at)
    fill_the_desk(keys, school, at)
    return school


def _for_home(lessons: tuple[Lesson, ...], school: School, school_class: SchoolClass, at: datetime) -> None:
    """The lesson after those that were taught is set for home; where the band has no other, the last of them."""
    taught = in_order_of_teaching(lessons)
    following = next((lesson for lesson in lessons if lesson not in taught), taught[-1])
    teacher = db.session.scalars(select(Membership.user_id).where(Membership.class_id == school_class.id)).one()
    today = day_of(at, school.timezone)
    with writing() as connection:
        set_for_home(
            connection,
            school_id=school.id,
            class_id=school_class.id,
            lesson=following.id,
            set_by=teacher,
            until=today + FOR_HOME,
            today=today,
            at=at,
        )


def _staff(keys: Keys, school: School, classes: list[SchoolClass], at: datetime) -> None:
    for number, (school_class, name) in enumerate(zip(classes, TEACHERS, strict=False), 1):
        email = f"teacher{number}@demo.example"
        user = people.add_staff(school.id, Role.TEACHER, name, email, at, hash_password(demo_password(keys, email)))
        people.teach(user, school_class)
    for role, name, mailbox in OTHERS:
        email = f"{mailbox}@demo.example"
        user = people.add_staff(school.id, role, name, email, at, hash_password(demo_password(keys, email)))
        adult = db.session.get_one(Adult, user.id)
        adult.totp_secret = seal(keys, new_secret())
        adult.totp_key_version = keys.version
        adult.is_totp_on = True


def _families(keys: Keys, school: School, classes: list[SchoolClass], at: datetime) -> None:
    """Two grown-ups who are linked, and a letter that nobody has used, in the first class of Year 3."""
    year_3 = next(each for each in classes if each.year_group == 3)
    pupils = list(
        db.session.scalars(
            select(Pupil.user_id).join(User, User.id == Pupil.user_id)
            .where(Pupil.class_id == year_3.id).order_by(User.name).limit(len(PARENTS) + 1)
        )
    )  # fmt: skip
    for pupil_id, (name, mailbox) in zip(pupils, PARENTS, strict=False):
        email = f"{mailbox}@demo.example"
        parent = people.add_parent(school.id, name, email, hash_password(demo_password(keys, email)), at)
        code = make_code(keys, school.id, pupil_id, 1, at)
        db.session.flush()
        link(db.session.connection(), Waiting(code.id, school.id, pupil_id, "", ""), parent.id, at)
    make_code(keys, school.id, pupils[-1], 1, at)
    db.session.flush()


def _answers(
    bank: QuizCatalogue, lessons: tuple[Lesson, ...], school_class: SchoolClass, chance: Random, at: datetime
) -> None:
    rows = db.session.execute(
        select(Pupil.user_id, Pupil.school_id, Pupil.class_id)
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.class_id == school_class.id)
        .order_by(User.name, User.id)
    )
    pupils = learners([(row[0], row[1], row[2]) for row in rows], PLANTED_IDEAS, chance)
    goes_again = dict.fromkeys((pupil.pupil_id for pupil in pupils), 0)
    for lesson, weeks in zip(in_order_of_teaching(lessons), WEEKS_AGO, strict=False):
        taught = at - timedelta(weeks=weeks)
        is_under_way = weeks == WEEKS_AGO[-1]
        with writing() as connection:
            for pupil in pupils:
                if chance.random() < 0.04:
                    continue  # away that day
                stop = chance.randrange(6, 16) if is_under_way and chance.random() < 0.3 else 0
                take_lesson(connection, bank, lesson, pupil, taught, chance, stop)
                if weeks > REMEMBER_WEEKS and not is_under_way and chance.random() < (0.9 if weeks > 8 else 0.4):
                    items = [item for each in lesson.objectives for item in bank.items_of(each.id, "C")][:MOST_AT_ONCE]
                    goes_again[pupil.pupil_id] += 1
                    later = taught + timedelta(weeks=REMEMBER_WEEKS)
                    remember(connection, items, pupil, goes_again[pupil.pupil_id], later, chance)
