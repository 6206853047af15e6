"""The word back: the one thing that a child is ever shown of a concern, once, at school (DESIGN.md 19).

"Someone at school would like a chat with you." It never says that anything was sent: a teacher may have told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from accounts.models import SchoolClass
from accounts.sessions import Actor
from database import writing
from keys import Keys

from .concerns import DESK, look
from .models import Look
from .sealing import child_mac


def is_at_school(connection: Connection, pupil: Actor, at: datetime) -> bool:
    """Whether this session was opened in the lesson that is still going on: the class door has been open since."""
    door = connection.execute(
        select(SchoolClass.door_opened_at, SchoolClass.door_open_until).where(SchoolClass.id == pupil.class_id)
    ).first()
    if door is None or door.door_opened_at is None or door.door_open_until is None:
        return False
    return bool(door.door_opened_at <= pupil.opened_at and at < door.door_open_until)


def hand_over(connection: Connection, keys: Keys, pupil: Actor, at: datetime) -> bool:
    """Whether a word back is to be shown on this page now. That it was shown is kept first, so it comes once."""
    if not is_at_school(connection, pupil, at) or not _waiting(connection, _for(keys, pupil)):
        return False
    with writing() as own:
        waiting = _waiting(own, _for(keys, pupil))  # a second tab may have been shown it meanwhile
        for concern in waiting:
            look(own, keys, pupil.school_id, concern, Look.WORD_BACK, reader_id=None, sign_in_id=None, at=at)
    return bool(waiting)


def _for(keys: Keys, pupil: Actor) -> ColumnElement[bool]:
    macs = [child_mac(keys, pupil.school_id, pupil.me, version) for version in keys.roots]
    return (DESK.c.school_id == pupil.school_id) & DESK.c.child_mac.in_(macs) & DESK.c.word_back_at.is_not(None)


def _waiting(connection: Connection, mine: ColumnElement[bool]) -> list[str]:
    return list(connection.scalars(select(DESK.c.concern).where(mine).order_by(DESK.c.number)))
