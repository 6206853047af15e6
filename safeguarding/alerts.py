"""Mails of this room: that something waits, and never what, from whom or about whom. Queued with the write that they
tell about; once for each concern, step and reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

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
        queue(
            connection,
            school_id=school_id,
            user_id=user_id,
            kind=ALERT,
            key=f"{ALERT}:{concern}:{whom}:{user_id}",
            subject=SUBJECT,
            body=f"{_BODIES[whom]}\n\n{last_line()}",
            at=at,
        )
