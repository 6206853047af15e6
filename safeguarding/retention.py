"""How long a concern is kept: to the child's 25th birthday, worked out from the year group, as no birthday is known;
or until the next school has it and the DSL says so (TRUST.md 2.1). Nothing is erased by itself: it is put forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from accounts.school_time import day_of, school_year
from keys import Keys

from .chain import ENTRIES, KEYS
from .concerns import DESK
from .models import Entry
from .sealing import unseal, unwrap

#: A child in Year 6 turns 11 in that school year and is 25 fourteen years later: nothing younger is looked at.
SOONEST = timedelta(days=365 * 13)


@dataclass(frozen=True, slots=True)
class ToReview:
    """A concern that may be erased: the next school has it, or its time has come on `since`."""

    concern: str
    number: int
    name: str
    since: date | None  # None: another school has said that it has it


def review_on(year_group: int | None, told_at: datetime, timezone: str) -> date:
    """The day from which every child of this year group (0 Reception to 6) is 25: in Reception a child turns 5 in the
    school year, so the youngest is 25 on the 31 August twenty years after it ends. Without a year group: as there."""
    began = school_year(told_at, timezone)
    return date(began + 1 - (year_group or 0) + 20, 9, 1)


def is_due(told: Mapping[str, Any], told_at: datetime, today: date, timezone: str) -> bool:
    return review_on(told.get("year_group"), told_at, timezone) <= today


def due_for_review(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], at: datetime, timezone: str
) -> list[ToReview]:
    """The concerns of this scope that may be erased, oldest first. Reads only those old enough, or with a receipt."""
    receipts = ENTRIES.alias()
    receipt = (
        select(receipts.c.place).where(receipts.c.concern == DESK.c.concern, receipts.c.kind == Entry.RECEIPT).exists()
    )
    told = and_(ENTRIES.c.concern == DESK.c.concern, ENTRIES.c.kind == Entry.TOLD)
    rows = connection.execute(
        select(DESK, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version, receipt.label("has_receipt"))
        .join(ENTRIES, told)
        .join(KEYS, KEYS.c.concern == DESK.c.concern)
        .where(scope, or_(receipt, DESK.c.sent_at < at - SOONEST))
        .order_by(DESK.c.sent_at)
    )
    found = []
    for row in rows:
        key = unwrap(keys, row.school_id, row.concern, bytes(row.wrapped), row.key_version)
        content = unseal(key, row.concern, Entry.TOLD, bytes(row.sealed))
        name = content.get("about_name") or "Name not given"
        if row.has_receipt:
            found.append(ToReview(row.concern, row.number, name, None))
        elif is_due(content, row.sent_at, day_of(at, timezone), timezone):
            since = review_on(content.get("year_group"), row.sent_at, timezone)
            found.append(ToReview(row.concern, row.number, name, since))
    return found
