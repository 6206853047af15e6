"""What staff pages say at the top: "please see me about Amina" to a teacher, how many are new to the DSL team, and that
the box is shut. One statement a page, and none for whoever can have no notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, exists, func, select, update

from accounts.models import SECOND_FACTOR, Role, School
from accounts.policy import lacks_second_factor
from accounts.sessions import Actor
from keys import Keys

from .box import DSL_TEAM, FEWEST_READERS, READERS
from .concerns import DESK
from .desk import reader_scope
from .models import HelpBox, StaffNotice, State
from .sealing import Unreadable, seal_notice, unseal_notice

NOTICES = cast(Table, StaffNotice.__table__)
#: How many a page shows at once; the next come when these have been seen.
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class BarNotices:
    """What this page says at its top. `asked`: id and words of each "please see me"."""

    asked: tuple[tuple[int, str], ...] = ()
    new: int = 0  # in the box, that nobody has opened
    is_late: bool = False  # something was not opened by the end of a school day: red, until it is
    is_box_shut: bool = False  # by itself: too few of the team can read


NOTHING = BarNotices()


def notices_for(connection: Connection, keys: Keys, actor: Actor | None) -> BarNotices:
    """At most one statement."""
    if actor is None or actor.user_id is None or lacks_second_factor(actor):
        return NOTHING
    if actor.role == Role.TEACHER:
        return BarNotices(asked=_asked(connection, keys, actor))
    if actor.role in SECOND_FACTOR:
        return _of_the_box(connection, actor)
    return NOTHING


def _asked(connection: Connection, keys: Keys, actor: Actor) -> tuple[tuple[int, str], ...]:
    rows = connection.execute(
        select(NOTICES.c.id, NOTICES.c.sealed, NOTICES.c.key_version)
        .where(NOTICES.c.user_id == actor.me, NOTICES.c.school_id == actor.school_id, NOTICES.c.seen_at.is_(None))
        .order_by(NOTICES.c.id)
        .limit(MOST_SHOWN)
    )
    found = []
    for row in rows:
        try:
            said = unseal_notice(keys, actor.school_id, actor.me, bytes(row.sealed), row.key_version)
        except Unreadable:  # sealed with a key that is not here: the desk says so to those who can mend it
            continue
        found.append((row.id, f"{said['by']} asks: please see me about {said['about']}."))
    return tuple(found)


def _of_the_box(connection: Connection, actor: Actor) -> BarNotices:
    new = select(func.count()).select_from(DESK).where(reader_scope(actor), DESK.c.state == State.NEW)
    # The office and the head are told that something waits, whosever it is; the team of its own alone.
    whose = reader_scope(actor) if actor.role in DSL_TEAM else DESK.c.school_id == actor.school_id
    late = exists().where(whose, DESK.c.office_at.is_not(None), DESK.c.first_read_at.is_(None))
    asked = (
        select(HelpBox.is_on, READERS.label("readers"), new.scalar_subquery().label("new"), late.label("late"))
        .select_from(School)
        .outerjoin(HelpBox, HelpBox.school_id == School.id)
        .where(School.id == bindparam("school"))
    )
    row = connection.execute(asked, {"school": actor.school_id}).one()
    return BarNotices(new=row.new, is_late=row.late, is_box_shut=bool(row.is_on) and row.readers < FEWEST_READERS)


def ask_to_see(
    connection: Connection, keys: Keys, school_id: int, user_id: int, *, by: str, about: str, at: datetime
) -> None:
    """Leave "please see me about …" for one member of staff. It says nothing else, and not in the clear."""
    content = {"by": by, "about": about}
    connection.execute(
        NOTICES.insert().values(
            school_id=school_id,
            user_id=user_id,
            key_version=keys.version,
            sealed=seal_notice(keys, school_id, user_id, content),
            made_at=at,
            seen_at=None,
        )
    )


def mark_seen(connection: Connection, actor: Actor, notice_id: int, at: datetime) -> None:
    """ "I have seen it": one's own alone; a second press changes nothing."""
    connection.execute(
        update(NOTICES)
        .where(NOTICES.c.id == notice_id, NOTICES.c.user_id == actor.me, NOTICES.c.seen_at.is_(None))
        .values(seen_at=at)
    )


def seen_by(
    connection: Connection, school_id: int, asked: Collection[tuple[int, datetime]]
) -> Mapping[tuple[int, datetime], datetime | None]:
    """When each of these was seen, by whom it was for and when it was left. Nothing in a notice names its concern."""
    if not asked:
        return {}
    rows: Any = connection.execute(
        select(NOTICES.c.user_id, NOTICES.c.made_at, NOTICES.c.seen_at).where(
            NOTICES.c.school_id == school_id,
            NOTICES.c.user_id.in_({user_id for user_id, _ in asked}),
            NOTICES.c.made_at.in_({moment for _, moment in asked}),
        )
    )
    return {(row.user_id, row.made_at): row.seen_at for row in rows}
