"""Lessons that a teacher sets for home: setting one, taking it back, and what a class has been set.

The caller holds the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select, update

from accounts.models import School, SchoolClass
from accounts.school_time import day_of, is_at_home
from database import insert
from quizzes.models import HomeLesson

HOME_LESSONS = cast(Table, HomeLesson.__table__)
_CLASSES, _SCHOOLS = cast(Table, SchoolClass.__table__), cast(Table, School.__table__)

#: A lesson is set for home for so many days at most.
LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ForHome:
    """A lesson that may be done at home now."""

    lesson: str
    until: date  # the last day
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """What a class has been set for home, and whether its pupils are taken to be there now."""

    is_at_home: bool
    lessons: tuple[ForHome, ...]  # those that are not over; the one that ends first comes first

    def of(self, lesson_id: str) -> ForHome | None:
        return next((one for one in self.lessons if one.lesson == lesson_id), None)


class BadDay(ValueError):
    """Not a day until which a lesson may be set. Says what to do."""


def read_day(typed: str, today: date) -> date:
    """The day that a date field sent, or that somebody typed as 27/11/2026; raises BadDay."""
    last = today + LONGEST
    typed = "-".join(reversed(typed.strip().split("/")))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not today <= day <= last:
        raise BadDay(f"Pick a day from today to {last.day} {last:%B %Y}.")
    return day


#: Made once: a whole class opens the chart at one bell.
_OF_CLASS = (
    select(
        _CLASSES.c.door_open_until,
        _SCHOOLS.c.home_from,
        _SCHOOLS.c.home_until,
        HOME_LESSONS.c.lesson,
        HOME_LESSONS.c.until,
        HOME_LESSONS.c.set_at,
    )
    .select_from(
        _CLASSES.join(_SCHOOLS, _SCHOOLS.c.id == _CLASSES.c.school_id).outerjoin(
            HOME_LESSONS, and_(HOME_LESSONS.c.class_id == _CLASSES.c.id, HOME_LESSONS.c.ended_at.is_(None))
        )
    )
    .where(_CLASSES.c.id == bindparam("school_class"))
    .order_by(HOME_LESSONS.c.until, HOME_LESSONS.c.id)
)


def read_home(connection: Any, class_id: int, timezone: str, at: datetime) -> Home:
    """In one SELECT. Takes a Connection or a Session."""
    rows = connection.execute(_OF_CLASS, {"school_class": class_id}).all()
    today = day_of(at, timezone)
    return Home(
        is_at_home=bool(rows) and is_at_home(at, timezone, *rows[0][:3]),
        lessons=tuple(ForHome(*row[3:]) for row in rows if row[3] is not None and row[4] >= today),
    )


def set_for_home(
    connection: Connection,
    *,
    school_id: int,
    class_id: int,
    lesson: str,
    set_by: int,
    until: date,
    today: date,
    at: datetime,
) -> None:
    """Until this day. One that is still on keeps what was done of it and gets the new day; one that is over ends, and
    is set anew."""
    connection.execute(
        update(HOME_LESSONS).where(*_set(class_id, lesson), HOME_LESSONS.c.until < today).values(ended_at=at)
    )
    row = insert(HOME_LESSONS).values(
        school_id=school_id,
        class_id=class_id,
        lesson=lesson,
        set_by=set_by,
        set_at=at,
        until=until,
        ended_at=None,
    )
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["class_id", "lesson"],
            index_where=HOME_LESSONS.c.ended_at.is_(None),
            set_={"until": row.excluded.until},
        )
    )


def take_back(connection: Connection, class_id: int, lesson: str, at: datetime) -> bool:
    """From the next request on nobody does it at home. False if it was not set."""
    ended = connection.execute(update(HOME_LESSONS).where(*_set(class_id, lesson)).values(ended_at=at))
    return ended.rowcount == 1


def _set(class_id: int, lesson: str) -> tuple[ColumnElement[bool], ...]:
    """The one row of this class and lesson that has not ended."""
    return HOME_LESSONS.c.class_id == class_id, HOME_LESSONS.c.lesson == lesson, HOME_LESSONS.c.ended_at.is_(None)
