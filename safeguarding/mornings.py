"""Each school morning while something has not been opened: whoever was told before is told again (TRUST.md 2.1).

One mail a morning for each reader, however many concerns wait. Worked out from when they were sent, so that a server
that was off at the opening makes up for it once it is back. The notices on staff pages stand until they are opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select

from accounts.models import Mail, Role, School, User

from .alerts import morning_key, morning_mail
from .concerns import DESK, HEAD_NUMBERS
from .escalation import DEPUTIES_AFTER, HEAD_AFTER, HOURS, hours_of
from .models import HelpBox
from .school_hours import SchoolHours


@dataclass(frozen=True, slots=True)
class Unread:
    """When the oldest concern of a school was sent that nobody has opened: the team's, and the head's alone."""

    team: datetime | None
    head: datetime | None


@dataclass(frozen=True, slots=True)
class Morning:
    """What a school is to be told on a day that has begun."""

    school_id: int
    day: date
    roles: frozenset[Role]


def told_again(unread: Unread, hours: SchoolHours, opening: datetime) -> frozenset[Role]:
    """Who had been told of something by this opening of the school, and is told again. The oldest decides: it
    has waited longest for each of them."""
    roles: set[Role] = set()
    if unread.team is not None and unread.team < opening:
        roles.add(Role.DSL)
        for role, minutes in ((Role.DEPUTY, DEPUTIES_AFTER), (Role.HEAD, HEAD_AFTER)):
            due = hours.after(unread.team, minutes)
            if due is not None and due <= opening:
                roles.add(role)
    if unread.head is not None and unread.head < opening:
        roles.add(Role.HEAD)
    return frozenset(roles)


def mornings(connection: Connection, at: datetime) -> list[Morning]:
    """The latest morning of each school in which something waits that was sent before it. One statement."""
    is_heads = DESK.c.number > HEAD_NUMBERS
    rows = connection.execute(
        select(
            DESK.c.school_id,
            func.min(case((~is_heads, DESK.c.sent_at))).label("team"),
            func.min(case((is_heads, DESK.c.sent_at))).label("head"),
            *HOURS,
        )
        .join(School, School.id == DESK.c.school_id)
        .outerjoin(HelpBox, HelpBox.school_id == DESK.c.school_id)
        .where(DESK.c.first_read_at.is_(None), DESK.c.key_gone_at.is_(None))
        .group_by(DESK.c.school_id, *HOURS)
        .order_by(DESK.c.school_id)
    )
    found = []
    for row in rows:
        hours = hours_of(row)
        opening = hours.last_opening(at)
        roles = told_again(Unread(row.team, row.head), hours, opening) if opening is not None else frozenset()
        if opening is not None and roles:
            found.append(Morning(row.school_id, hours.day_of(opening), roles))
    return found


def not_told(connection: Connection, morning: Morning) -> list[tuple[int, Role]]:
    """Who is to be told this morning and has not been. Where a school has no DSL, the deputies stand for one."""
    team = (Role.DSL, Role.DEPUTY, Role.HEAD)
    rows = connection.execute(
        select(User.id, User.role)
        .where(User.school_id == morning.school_id, User.role.in_(team), User.left_at.is_(None))
        .order_by(User.id)
    ).all()
    roles = set(morning.roles)
    if Role.DSL in roles and not any(row.role == Role.DSL for row in rows):
        roles.add(Role.DEPUTY)
    whose = {morning_key(morning.day, row.id): (row.id, Role(row.role)) for row in rows if row.role in roles}
    told = set(
        connection.scalars(select(Mail.key).where(Mail.school_id == morning.school_id, Mail.key.in_(list(whose))))
    )
    return [one for key, one in whose.items() if key not in told]


def tell_again(connection: Connection, morning: Morning, readers: list[tuple[int, Role]], at: datetime) -> int:
    """Queue their mails; a second time queues none."""
    for user_id, role in readers:
        whom = "head's morning" if role is Role.HEAD else "morning"
        morning_mail(connection, morning.school_id, user_id, whom, morning.day, at)
    return len(readers)
