"""Mails of this room: that something waits, and never what, from whom or about whom. Queued with the write that they
tell about; once for each concern, step and reader, and once a school morning for each reader while anything waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Connection, select

from accounts.models import Role, User
from accounts.outbox import queue
from web import address_of

ALERT = "alert"  # the kind of these mails in the outbox
SUBJECT = "Safe Harbour: something is waiting"
_BODIES = {
    "team": "Something was sent to the safeguarding team of your school.",
    "deputies": "Something was sent to the safeguarding team of your school, and nobody has opened it yet.",
    "head": "Something was sent to the safeguarding team of your school. For two school hours nobody has opened it.",
    "head alone": "Something was sent to you alone.",
    "morning": "Something was sent to the safeguarding team of your school, and still nobody has opened it.",
    "head's morning": "Something was sent through Safe Harbour at your school, and still nobody has opened it.",
}


def alert_readers(connection: Connection, school_id: int, concern: str, *, is_for_head: bool, at: datetime) -> None:
    """Tell those who read first: the DSL, else the deputies; the head for what is the head's alone."""
    if is_for_head:
        mail(connection, school_id, concern, "head alone", people(connection, school_id, (Role.HEAD,)), at)
        return
    readers = people(connection, school_id, (Role.DSL,)) or people(connection, school_id, (Role.DEPUTY,))
    mail(connection, school_id, concern, "team", readers, at)


def last_line() -> str:
    return f"Please sign in and open the desk: {address_of('desk.index')}\nThis message says no more on purpose.\n"


def people(connection: Connection, school_id: int, roles: Collection[Role]) -> list[int]:
    """Who has one of these roles and has not left."""
    return list(
        connection.scalars(
            select(User.id).where(User.school_id == school_id, User.role.in_(roles), User.left_at.is_(None))
        )
    )


def mail(connection: Connection, school_id: int, concern: str, whom: str, readers: Iterable[int], at: datetime) -> None:
    """One mail to each reader for this step: "team", "deputies", "head" or "head alone"."""
    for user_id in readers:
        _mail_one(connection, school_id, user_id, f"{ALERT}:{concern}:{whom}:{user_id}", whom, at)


def morning_key(day: date, user_id: int) -> str:
    """One mail a school morning for each reader, whatever waits."""
    return f"{ALERT}:morning:{day}:{user_id}"


def morning_mail(connection: Connection, school_id: int, user_id: int, whom: str, day: date, at: datetime) -> None:
    """ "Still nobody has opened it", on this school day: "morning" to the team, "head's morning" to the head, whom
    nothing tells whether it is the team's or the head's alone."""
    _mail_one(connection, school_id, user_id, morning_key(day, user_id), whom, at)


def _mail_one(connection: Connection, school_id: int, user_id: int, key: str, whom: str, at: datetime) -> None:
    queue(
        connection,
        school_id=school_id,
        user_id=user_id,
        kind=ALERT,
        key=key,
        subject=SUBJECT,
        body=f"{_BODIES[whom]}\n\n{last_line()}",
        at=at,
    )
