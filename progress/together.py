"""What a family is offered of lessons: what was set for home, to do together, and what may be tried without it being
kept. Reads in as many statements for one lesson as for eight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, null, select

from accounts.bands import band_of_class
from accounts.models import Pupil, SchoolClass
from accounts.school_time import day_words
from database import db
from lessons.lesson import PLACE_ART, Lesson
from quizzes.attempts import ATTEMPTS, LESSON
from quizzes.catalogue import QuizCatalogue
from quizzes.home_lessons import read_home

_LESSONS: BindParameter[Any] = bindparam("lessons", expanding=True)
#: Of each lesson: how many goes, the number of the one that is open, and when one was last finished.
_GOES = (
    select(
        ATTEMPTS.c.lesson,
        func.max(ATTEMPTS.c.number),
        func.max(ATTEMPTS.c.number).filter(ATTEMPTS.c.finished_at.is_(None)),
        func.max(ATTEMPTS.c.finished_at),
    )
    .where(ATTEMPTS.c.pupil_id == bindparam("pupil"), ATTEMPTS.c.kind == LESSON, ATTEMPTS.c.lesson.in_(_LESSONS))
    .group_by(ATTEMPTS.c.lesson)
)
#: `coalesce` as in queries.py: by the index on pupil, kind and lesson.
_DONE_BY_CLASS = (
    select(ATTEMPTS.c.lesson)
    .join(Pupil, Pupil.user_id == ATTEMPTS.c.pupil_id)
    .where(
        Pupil.class_id == bindparam("school_class"),
        ATTEMPTS.c.kind == LESSON,
        ATTEMPTS.c.lesson.in_(_LESSONS),
        func.coalesce(ATTEMPTS.c.finished_at, null()).is_not(None),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class SetLesson:
    """One lesson to do together."""

    title: str
    place: str  # "pier"
    art: str
    last_day: str  # "Friday 27 November"
    number: int  # of the go that the button begins or goes on with
    is_begun: bool
    is_done: bool  # since it was set


@dataclass(frozen=True, slots=True)
class Together:
    to_do: tuple[SetLesson, ...]
    to_try: tuple[Lesson, ...]  # lessons that the class has done or has been set, in the order of the chart

    def lesson_at(self, place: str) -> Lesson | None:
        return next((lesson for lesson in self.to_try if lesson.place == place), None)


def read_together(pupil: Pupil, bank: QuizCatalogue, timezone: str, at: datetime) -> Together:
    """For one child, of the lessons of the band of the child's class."""
    school_class = db.session.get_one(SchoolClass, pupil.class_id)
    band = band_of_class(school_class.chosen_band, school_class.year_group)
    lessons = {lesson.id: lesson for lesson in bank.lessons.in_band(band) if lesson.id in bank.quizzes}
    home = read_home(db.session, pupil.class_id, timezone, at)
    set_now = [one for one in home.lessons if one.lesson in lessons]
    goes = _goes(pupil.user_id, [one.lesson for one in set_now])
    done = set(db.session.scalars(_DONE_BY_CLASS, {"school_class": pupil.class_id, "lessons": list(lessons)}))
    to_do = []
    for one in set_now:
        last, open_number, finished_at = goes.get(one.lesson, (0, None, None))
        lesson = lessons[one.lesson]
        to_do.append(
            SetLesson(
                title=lesson.title,
                place=lesson.place,
                art=PLACE_ART[lesson.place],
                last_day=day_words(one.until),
                number=open_number or last + 1,
                is_begun=open_number is not None,
                is_done=finished_at is not None and finished_at >= one.set_at,
            )
        )
    may_try = done | {one.lesson for one in set_now}
    return Together(tuple(to_do), tuple(lesson for name, lesson in lessons.items() if name in may_try))


def _goes(pupil_id: int, lessons: Collection[str]) -> dict[str, tuple[int, int | None, datetime | None]]:
    if not lessons:
        return {}
    rows = db.session.execute(_GOES, {"pupil": pupil_id, "lessons": list(lessons)})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
