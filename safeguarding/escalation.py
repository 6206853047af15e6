"""What the clock does with a concern that nobody has opened: first the deputies, then the head, then the office desk.

By the school's calendar alone (school_hours.py), computed from when it was sent, so that a missed minute or a server
that was off for a night loses nothing. A mail says that something waits, and never what, from whom or about whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from accounts.models import Role, School
from keys import Keys

from .alerts import mail, people
from .concerns import DESK, Erased, record
from .models import Entry, HelpBox
from .school_hours import USUAL_HOURS, SchoolHours, holidays_of

#: School minutes without anybody opening it (TRUST.md 2.1).
DEPUTIES_AFTER = 30
HEAD_AFTER = 120


@dataclass(frozen=True, slots=True)
class Due:
    """When an unopened concern is passed on; None where no school day comes for months."""

    deputies: datetime | None
    head: datetime | None
    office: datetime | None


def due_moments(sent_at: datetime, hours: SchoolHours) -> Due:
    """Deputies after 30 school minutes, the head after 120, red at the office desk at the end of the school day."""
    return Due(
        deputies=hours.after(sent_at, DEPUTIES_AFTER),
        head=hours.after(sent_at, HEAD_AFTER),
        office=hours.end_of_day(sent_at),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A concern that nobody has opened, and what the clock has done with it."""

    concern: str
    school_id: int
    sent_at: datetime
    is_for_head: bool
    done: frozenset[str]  # of deputies, head, office


#: What `hours_of` reads, of a row in which the school and its box are joined.
HOURS = (School.timezone, HelpBox.opens, HelpBox.closes, HelpBox.holidays)


def unopened(connection: Connection) -> list[tuple[Waiting, SchoolHours]]:
    """Every concern of every school that nobody has opened and for which the clock has something left to do, with its
    school's hours: one statement."""
    rows = connection.execute(
        select(
            DESK.c.concern,
            DESK.c.school_id,
            DESK.c.sent_at,
            DESK.c.is_for_head,
            DESK.c.deputies_at,
            DESK.c.head_at,
            DESK.c.office_at,
            *HOURS,
        )
        .join(School, School.id == DESK.c.school_id)
        .outerjoin(HelpBox, HelpBox.school_id == DESK.c.school_id)
        .where(
            DESK.c.first_read_at.is_(None),
            DESK.c.key_gone_at.is_(None),
            or_(
                DESK.c.office_at.is_(None),
                and_(DESK.c.is_for_head.is_(False), or_(DESK.c.deputies_at.is_(None), DESK.c.head_at.is_(None))),
            ),
        )
        .order_by(DESK.c.sent_at)
    )
    found = []
    for row in rows:
        done = frozenset(name for name in ("deputies", "head", "office") if getattr(row, f"{name}_at") is not None)
        found.append((Waiting(row.concern, row.school_id, row.sent_at, row.is_for_head, done), hours_of(row)))
    return found


def hours_of(row: Row[Any]) -> SchoolHours:
    """The school's calendar of a row with `HOURS`; the usual hours where none are set."""
    opens, closes = (row.opens, row.closes) if row.opens is not None else USUAL_HOURS
    return SchoolHours(row.timezone, opens, closes, holidays_of(row.holidays or ""))


def steps_due(waiting: Waiting, hours: SchoolHours, at: datetime) -> list[str]:
    """To whom this one is to be passed on now. Neither deputies nor the head's notice for what is the head's alone:
    the head was told at once."""
    due = due_moments(waiting.sent_at, hours)
    steps = {"office": due.office} if waiting.is_for_head else {
        "deputies": due.deputies, "head": due.head, "office": due.office,
    }  # fmt: skip
    return [name for name, moment in steps.items() if name not in waiting.done and moment is not None and moment <= at]


def pass_on(connection: Connection, keys: Keys, waiting: Waiting, whom: str, at: datetime) -> bool:
    """Keep in the chronology that it was passed on, and queue the mails. False when that was done before."""
    try:
        is_new = record(
            connection, keys, waiting.school_id, waiting.concern, Entry.ALERTED, {"whom": whom},
            author_id=None, form=f"alerted-{whom}", at=at,
        )  # fmt: skip
    except Erased:
        return False
    if is_new and whom != "office":  # the office desk is a notice on the screen
        roles = (Role.DEPUTY,) if whom == "deputies" else (Role.HEAD,)
        mail(connection, waiting.school_id, waiting.concern, whom, people(connection, waiting.school_id, roles), at)
    return is_new
