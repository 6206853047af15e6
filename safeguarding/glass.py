"""Break-glass: the head reads what is not the head's, for an hour, with a reason and another adult, in sight of all
(TRUST.md 2.1). Every member of the DSL team is told at once, and it stands in the log for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from accounts.models import Role, User
from accounts.outbox import queue
from accounts.sessions import Actor
from keys import Keys

from .alerts import ALERT, last_line, people
from .box import DSL_TEAM
from .chain import ENTRIES, KEYS, moment_of, moment_text
from .concerns import open_glass
from .desk import reader_scope
from .models import Entry
from .sealing import Unreadable, unseal, unwrap

LASTS = timedelta(minutes=60)
#: For so long the desk itself says that it was done; the log says it for ever.
TOLD_FOR = timedelta(days=7)
SUBJECT = "Safe Harbour: the box was opened by the head"
BODY = "The head has opened the box of your school's safeguarding team, for 60 minutes.\n\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """One time that the glass was broken."""

    at: datetime
    head: str
    reason: str
    other_adult: str


def break_glass(
    connection: Connection, keys: Keys, school_id: int, head_id: int, reason: str, other_adult: str, form: str,
    at: datetime,
) -> bool:  # fmt: skip
    """Open everything to this head for an hour, and tell the DSL team. False when this form was kept before."""
    content: Mapping[str, Any] = {"reason": reason, "other_adult": other_adult}
    if not open_glass(connection, keys, school_id, content, author_id=head_id, form=form, at=at):
        return False
    for user_id in people(connection, school_id, DSL_TEAM):
        queue(
            connection,
            school_id=school_id,
            user_id=user_id,
            kind=ALERT,
            key=f"glass:{head_id}:{moment_text(at)}:{user_id}",
            subject=SUBJECT,
            body=BODY + last_line(),
            at=at,
        )
    return True


def open_until(connection: Connection, school_id: int, head_id: int, at: datetime) -> datetime | None:
    """Until when this head may read everything; None when the glass is whole."""
    last = connection.scalar(
        select(ENTRIES.c.at)
        .where(
            ENTRIES.c.school_id == school_id,
            ENTRIES.c.kind == Entry.GLASS,
            ENTRIES.c.author_id == head_id,
            ENTRIES.c.at > moment_text(at - LASTS),
        )
        .order_by(ENTRIES.c.at.desc())
        .limit(1)
    )
    return moment_of(last) + LASTS if last else None


def opened_of_late(connection: Connection, school_id: int, at: datetime) -> tuple[datetime, str] | None:
    """The last time within a week, and the head's name: for the team, at their desk."""
    last = connection.execute(
        select(ENTRIES.c.at, User.name)
        .outerjoin(User, User.id == ENTRIES.c.author_id)
        .where(
            ENTRIES.c.school_id == school_id, ENTRIES.c.kind == Entry.GLASS, ENTRIES.c.at > moment_text(at - TOLD_FOR)
        )
        .order_by(ENTRIES.c.at.desc())
        .limit(1)
    ).first()
    return (moment_of(last.at), last.name or "The head") if last else None


def openings(connection: Connection, keys: Keys, school_id: int) -> list[Opening]:
    """Every time, the newest first: for the log that the whole team reads."""
    rows = connection.execute(
        select(ENTRIES.c.concern, ENTRIES.c.at, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version, User.name)
        .join(KEYS, KEYS.c.concern == ENTRIES.c.concern)
        .outerjoin(User, User.id == ENTRIES.c.author_id)
        .where(ENTRIES.c.school_id == school_id, ENTRIES.c.kind == Entry.GLASS)
        .order_by(ENTRIES.c.place.desc())
    )
    found = []
    for row in rows:
        try:
            key = unwrap(keys, school_id, row.concern, bytes(row.wrapped), row.key_version)
            content = unseal(key, row.concern, Entry.GLASS, bytes(row.sealed))
        except Unreadable:
            content = {"reason": "cannot be read: the key is missing", "other_adult": ""}
        found.append(Opening(moment_of(row.at), row.name or "", content["reason"], content["other_adult"]))
    return found


def scope_for(connection: Connection, actor: Actor, at: datetime) -> ColumnElement[bool]:
    """Which concerns this person may read now (desk.reader_scope), the head's broken glass taken in."""
    has_glass = actor.role == Role.HEAD and open_until(connection, actor.school_id, actor.me, at) is not None
    return reader_scope(actor, has_glass=has_glass)
