"""What the class page and the home-learning summary read. As many statements for 30 pupils as for 3, and columns, never
whole rows; nothing here walks through a pupil's history (DESIGN.md 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, Table, and_, bindparam, exists, func, null, select

from accounts.bands import band_of_class
from accounts.models import Pupil, Role, SchoolClass, User
from database import db
from lessons.catalogue import Catalogue
from lessons.lesson import Lesson
from lessons.registers import Facts
from quizzes.attempts import ANSWERS, ATTEMPTS, LESSON, PLAYS, STANDINGS
from quizzes.catalogue import QuizCatalogue
from quizzes.home_lessons import ForHome, read_home

from .acts import ActsLine, acts_of_class
from .class_sheet import (
    IdeaShown,
    OpenGo,
    Person,
    Sheet,
    Stood,
    Unfinished,
    choice_parts,
    columns_of,
    make_sheet,
    not_begun,
    put_in_words,
    unfinished,
)
from .home_card import HomeCard, Known, make_home_card
from .home_learning import HELP_LINES, Help
from .mastery import FirstChoices

_USERS = cast(Table, User.__table__)
_PUPILS = cast(Table, Pupil.__table__)

_PEOPLE = (
    select(_USERS.c.id, _USERS.c.public_id, _USERS.c.name)
    .join(_PUPILS, _PUPILS.c.user_id == _USERS.c.id)
    .where(_PUPILS.c.class_id == bindparam("school_class"), _USERS.c.left_at.is_(None))
)
_IDS: BindParameter[Any] = bindparam("pupils", expanding=True)
_OBJECTIVES: BindParameter[Any] = bindparam("objectives", expanding=True)
_STOOD = select(
    STANDINGS.c.pupil_id,
    STANDINGS.c.objective,
    STANDINGS.c.a_safe,
    STANDINGS.c.b_safe,
    STANDINGS.c.c_safe,
    STANDINGS.c.d_safe,
    STANDINGS.c.b_at > STANDINGS.c.c_at,
    STANDINGS.c.misconception,
    STANDINGS.c.wrong_choice,
    STANDINGS.c.helps,
    STANDINGS.c.is_home,
).where(STANDINGS.c.pupil_id.in_(_IDS), STANDINGS.c.objective.in_(_OBJECTIVES))
#: Of the class's quiz answers the newest: its objective and its moment, beside each name, so that one statement does.
_CLASSMATES = _PUPILS.alias()
_QUIZZED = (
    select(STANDINGS.c.objective)
    .join(_CLASSMATES, _CLASSMATES.c.user_id == STANDINGS.c.pupil_id)
    .where(_CLASSMATES.c.class_id == bindparam("school_class"), STANDINGS.c.objective.in_(_OBJECTIVES))
)
_PEOPLE_AND_LAST_QUIZ = _PEOPLE.add_columns(
    _QUIZZED.where(STANDINGS.c.b_at.is_not(None))
    .order_by(STANDINGS.c.b_at.desc(), STANDINGS.c.objective)
    .limit(1)
    .scalar_subquery(),
    _QUIZZED.with_only_columns(func.max(STANDINGS.c.b_at)).scalar_subquery(),
)
#: The index on pupil and finished_at leads straight to the few goes that are open, past years of finished ones.
_OPEN = (
    select(
        ATTEMPTS.c.id,
        ATTEMPTS.c.pupil_id,
        ATTEMPTS.c.lesson,
        ATTEMPTS.c.started_at,
        ATTEMPTS.c.is_home,
        ANSWERS.c.form,
        func.count(ANSWERS.c.id),
    )
    .select_from(ATTEMPTS.outerjoin(ANSWERS, and_(ANSWERS.c.attempt_id == ATTEMPTS.c.id, ANSWERS.c.number == 1)))
    .where(
        ATTEMPTS.c.pupil_id.in_(_IDS),
        ATTEMPTS.c.finished_at.is_(None),
        ATTEMPTS.c.lesson.in_(bindparam("lessons", expanding=True)),
    )
    .group_by(
        ATTEMPTS.c.id,
        ATTEMPTS.c.pupil_id,
        ATTEMPTS.c.lesson,
        ATTEMPTS.c.started_at,
        ATTEMPTS.c.is_home,
        ANSWERS.c.form,
    )
    .order_by(ATTEMPTS.c.id)
)
#: `coalesce` hides finished_at from SQLite's planner, which would otherwise walk through all that a pupil ever finished
#: instead of going straight to this lesson by the index on pupil, kind and lesson.
_HAS_FINISHED = exists().where(
    ATTEMPTS.c.pupil_id == _PUPILS.c.user_id,
    ATTEMPTS.c.kind == LESSON,
    ATTEMPTS.c.lesson == bindparam("lesson"),
    func.coalesce(ATTEMPTS.c.finished_at, null()).is_not(None),
)
_WENT = (
    select(_PUPILS.c.user_id, _HAS_FINISHED, _HAS_FINISHED.where(ATTEMPTS.c.is_home), PLAYS.c.steps, PLAYS.c.is_home)
    .outerjoin(PLAYS, and_(PLAYS.c.pupil_id == _PUPILS.c.user_id, PLAYS.c.lesson == bindparam("lesson")))
    .where(_PUPILS.c.user_id.in_(_IDS))
)
_FINISHED = (
    select(ATTEMPTS.c.pupil_id, ATTEMPTS.c.lesson, func.max(ATTEMPTS.c.finished_at))
    .where(ATTEMPTS.c.pupil_id.in_(_IDS), ATTEMPTS.c.kind == LESSON, ATTEMPTS.c.finished_at.is_not(None))
    .group_by(ATTEMPTS.c.pupil_id, ATTEMPTS.c.lesson)
)
_STOOD_AT_ALL = select(
    STANDINGS.c.pupil_id,
    STANDINGS.c.objective,
    STANDINGS.c.a_safe,
    STANDINGS.c.b_safe,
    STANDINGS.c.c_safe,
    STANDINGS.c.d_safe,
    STANDINGS.c.b_at > STANDINGS.c.c_at,
    STANDINGS.c.misconception,
).where(STANDINGS.c.pupil_id.in_(_IDS))
_PLAYED = select(PLAYS.c.pupil_id, PLAYS.c.lesson, PLAYS.c.steps).where(PLAYS.c.pupil_id.in_(_IDS))
_LEADS = (
    select(_USERS.c.name)
    .where(_USERS.c.school_id == bindparam("school"), _USERS.c.role == Role.DSL, _USERS.c.left_at.is_(None))
    .order_by(_USERS.c.name)
)

ALL = "all"


class NoSuchPlace(LookupError):
    """This class has no lesson there."""


@dataclass(frozen=True, slots=True)
class ClassPage:
    """What the class page shows. `chosen` is None for all lessons."""

    band: str
    lessons: tuple[Lesson, ...]
    chosen: Lesson | None
    sheet: Sheet
    ideas: tuple[IdeaShown, ...]
    unfinished: tuple[Unfinished, ...]
    finished: int  # how many pupils have finished the chosen lesson; 0 for all lessons
    not_begun: tuple[str, ...]  # who has neither begun nor finished it; empty for all lessons
    acts: tuple[ActsLine, ...]  # the steps of the pretend app; empty for all lessons, and until somebody has played
    gaps: tuple[ActsLine, ...]  # one step without the next
    played_at_home: int  # how many of those who have played the pretend app did so at home
    for_home: tuple[tuple[Lesson, ForHome], ...]  # what is set for home now, whichever lesson is chosen
    done_at_home: tuple[str, ...]  # who has finished the chosen lesson at home, by name; empty for all lessons

    @property
    def place(self) -> str:
        return self.chosen.place if self.chosen else ALL


def read_class_page(
    school_class: SchoolClass, place: str, quizzes: QuizCatalogue, timezone: str, at: datetime
) -> ClassPage:
    """The class page of a place, of `ALL`, or, with no place, of the lesson last worked on; raises NoSuchPlace."""
    band = band_of_class(school_class.chosen_band, school_class.year_group)
    lessons = quizzes.lessons.in_band(band)
    people, last_quiz = _people(school_class.id, lessons, is_last_quiz_asked=not place)
    ids = [person.id for person in people]
    goes, last_begun = _open_goes(ids, [lesson.id for lesson in lessons])
    chosen = _chosen(place, lessons) if place else _last_worked_on(lessons, last_quiz, last_begun)
    shown = (chosen,) if chosen else lessons
    columns = columns_of(shown)
    found = db.session.execute(_STOOD, {"pupils": ids, "objectives": [column.objective for column in columns]})
    sheet = make_sheet(band, columns, people, cast("list[Stood]", found.all()))
    went = _who_went(ids, chosen) if chosen else Went()
    home = read_home(db.session, school_class.id, timezone, at)
    practice = quizzes.practice(chosen.id) if chosen else None
    names = {person.id: person.name for person in people}
    acts, gaps = acts_of_class(practice.routine if practice else (), went.played, names)
    by_id = {lesson.id: lesson for lesson in shown}
    return ClassPage(
        band=band,
        lessons=lessons,
        chosen=chosen,
        sheet=sheet,
        ideas=put_in_words(
            sheet.ideas, quizzes.lessons.registers.misconceptions, lambda choice: _option(choice, quizzes)
        ),
        unfinished=unfinished(goes, names, by_id, quizzes.practices.practices.keys()),
        finished=len(went.finished),
        not_begun=not_begun(people, went.finished | {go.pupil for go in goes if go.lesson in by_id}) if chosen else (),
        acts=acts,
        gaps=gaps,
        played_at_home=len(went.played_at_home),
        for_home=tuple((lesson, one) for one in home.lessons for lesson in lessons if lesson.id == one.lesson),
        done_at_home=tuple(sorted((names[pupil] for pupil in went.finished_at_home), key=str.casefold)),
    )


def _chosen(place: str, lessons: Sequence[Lesson]) -> Lesson | None:
    if place == ALL:
        return None
    for lesson in lessons:
        if lesson.place == place:
            return lesson
    raise NoSuchPlace(place)


def _people(
    school_class: int, lessons: Sequence[Lesson], *, is_last_quiz_asked: bool
) -> tuple[list[Person], tuple[datetime, str] | None]:
    """The pupils of the class, and when and in which lesson one of them last answered a quiz for the first time."""
    if not is_last_quiz_asked:
        return [Person(*row) for row in db.session.execute(_PEOPLE, {"school_class": school_class})], None
    lesson_of = {objective.id: lesson.id for lesson in lessons for objective in lesson.objectives}
    rows = db.session.execute(
        _PEOPLE_AND_LAST_QUIZ, {"school_class": school_class, "objectives": list(lesson_of)}
    ).all()
    last = (rows[0][4], lesson_of[rows[0][3]]) if rows and rows[0][3] else None
    return [Person(*row[:3]) for row in rows], last


def _last_worked_on(lessons: Sequence[Lesson], *last: tuple[datetime, str] | None) -> Lesson | None:
    """The lesson of the newest of these moments; None for a class that has done none."""
    done = [one for one in last if one is not None]
    newest = max(done)[1] if done else ""
    return next((lesson for lesson in lessons if lesson.id == newest), None)


def _open_goes(ids: Sequence[int], lessons: Sequence[str]) -> tuple[list[OpenGo], tuple[datetime, str] | None]:
    """The newest open go of each pupil in each lesson, and when and in which lesson the newest of all was begun."""
    done: dict[tuple[int, str], tuple[int, bool, dict[str, int]]] = {}
    last: tuple[datetime, str] | None = None
    for attempt, pupil, lesson, started_at, is_home, form, count in db.session.execute(
        _OPEN, {"pupils": ids, "lessons": lessons}
    ):
        if (pupil, lesson) not in done or done[pupil, lesson][0] != attempt:
            done[pupil, lesson] = (attempt, is_home, {})  # in the order of ids: a later go stands for an earlier one
        if form is not None:
            done[pupil, lesson][2][form] = count
        if last is None or started_at > last[0]:
            last = (started_at, lesson)
    goes = [OpenGo(pupil, lesson, forms, is_home) for (pupil, lesson), (_, is_home, forms) in done.items()]
    return goes, last


@dataclass(frozen=True, slots=True)
class Went:
    """Who has been through one lesson, by the pupil's id."""

    finished: Set[int] = frozenset()
    finished_at_home: Set[int] = frozenset()
    played: Mapping[int, frozenset[str]] = field(default_factory=dict)  # the steps that each did in the pretend app
    played_at_home: Set[int] = frozenset()


def _who_went(ids: Sequence[int], lesson: Lesson) -> Went:
    rows = db.session.execute(_WENT, {"pupils": ids, "lesson": lesson.id}).all()
    return Went(
        finished={row[0] for row in rows if row[1]},
        finished_at_home={row[0] for row in rows if row[2]},
        played={row[0]: frozenset(row[3].split("+")) - {""} for row in rows if row[3] is not None},
        played_at_home={row[0] for row in rows if row[4]},
    )


def _option(wrong_choice: str, quizzes: QuizCatalogue) -> str:
    """The words of the option, where its question has not been changed since; else nothing, rather than other words."""
    parts = choice_parts(wrong_choice)
    if parts is None:
        return ""
    item_id, version, key = parts
    item = quizzes.items.get(item_id)
    lesson = quizzes.lessons.teaching(item.objective) if item is not None else None
    if item is None or lesson is None or lesson.version != version:
        return ""
    return next((option.text for option in item.options if option.key == key), "")


@dataclass(frozen=True, slots=True)
class Learned:
    """What one child has finished and how it stands, for the home card and the home-learning summary."""

    finished: dict[str, datetime] = field(default_factory=dict)  # lesson: when last
    first_choices: dict[str, FirstChoices] = field(default_factory=dict)  # by objective
    hard: dict[str, str] = field(default_factory=dict)  # objective: the wrong idea behind the latest first choice
    acts: dict[str, frozenset[str]] = field(default_factory=dict)  # lesson: steps done in its pretend app
    not_before: set[str] = field(default_factory=set)  # objectives not chosen well before the lesson


def read_learned(ids: Sequence[int]) -> dict[int, Learned]:
    """Of each of these pupils: three statements, however many they are."""
    found = {pupil: Learned() for pupil in ids}
    for pupil, lesson, at in db.session.execute(_FINISHED, {"pupils": ids}):
        found[pupil].finished[lesson] = at
    for pupil, objective, a, b, c, d, is_b_later, idea in db.session.execute(_STOOD_AT_ALL, {"pupils": ids}):
        found[pupil].first_choices[objective] = FirstChoices(b, c, d, bool(is_b_later))
        if a is False:
            found[pupil].not_before.add(objective)
        if idea:
            found[pupil].hard[objective] = idea
    for pupil, lesson, steps in db.session.execute(_PLAYED, {"pupils": ids}):
        found[pupil].acts[lesson] = frozenset(steps.split("+")) - {""}
    return found


def read_home_cards(pupils: Mapping[int, str], band: str, lessons: Catalogue) -> dict[int, HomeCard]:
    """The home cards of these pupils (id: first name), whose class is taught in this band."""
    learned = read_learned(list(pupils))
    return {pupil: home_card_of(name, learned[pupil], band, lessons) for pupil, name in pupils.items()}


def home_card_of(name: str, learned: Learned, band: str, lessons: Catalogue) -> HomeCard:
    newest_first = sorted(learned.finished, key=lambda lesson: (learned.finished[lesson], lesson), reverse=True)
    known = Known(
        finished=tuple(lessons.lessons[lesson] for lesson in newest_first if lesson in lessons.lessons),
        first_choices=learned.first_choices,
        hard=learned.hard,
        acts=learned.acts,
        not_before=frozenset(learned.not_before),
    )
    return make_home_card(name, known, lessons.in_band(band), lessons.registers.home)


def read_help(school_id: int, facts: Facts) -> Help:
    """Whom an adult may ask, and ring; in the school's own words where it has filled them in."""
    return Help(
        leads=facts.by_id["safeguarding-lead"].value or " or ".join(read_safeguarding_leads(school_id)),
        **{name.replace("-", "_"): facts.by_id[name].value for name in HELP_LINES},
    )


def read_safeguarding_leads(school_id: int) -> list[str]:
    """The names of the school's designated safeguarding leads, whom a parent may ask."""
    return list(db.session.scalars(_LEADS, {"school": school_id}))
