"""Guessing is slowed, and nobody is locked out (TRUST.md 2.1).

By child and device: five tries, then a rest of 30 seconds that doubles up to 15 minutes. By child on all devices: 60
tries a day (10 a lesson where two pictures are all there is); past it the pictures rest, while the card, the teacher's
"let in" and the first three tries of a device the child has used before go on working. Never by network address alone,
because a school is one address; class codes and staff sign-in are counted by address as well, at a size that a school
does not reach.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, select

from accounts.models import KnownDevice, Throttle
from database import insert
from keys import Keys

TRIES_BEFORE_REST = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
TRIES_A_DAY = 60
TRIES_A_LESSON_TWO_PICTURES = 10
TELL_TEACHER_AT = 15
KNOWN_DEVICE_TRIES = 3
CODES_AN_HOUR = 600
#: Staff and parents: as by child, with an hour's memory.
ADULT_TRIES_AN_HOUR = 60


def rest_after(wrong: int) -> timedelta:
    """How long to rest after this many wrong tries in a row: 0, then 30 s doubling to 15 min from the fifth."""
    if wrong < TRIES_BEFORE_REST:
        return timedelta(0)
    doublings = min(wrong - TRIES_BEFORE_REST, 10)
    return min(FIRST_REST * (1 << doublings), LONGEST_REST)


def wait_words(rest: timedelta) -> str:
    """How long to wait, as a page says it: "30 seconds", "2 minutes", "15 minutes"; rounded up."""
    seconds = max(1, math.ceil(rest.total_seconds()))
    if seconds <= 60:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"


#: Statements made once: thirty pupils come at one bell, and making one takes longer than running it. Of tables, so that
#: no mapper is asked.
_THROTTLES, _DEVICES = (cast(Table, model.__table__) for model in (Throttle, KnownDevice))
_THIS = (_THROTTLES.c.kind == bindparam("what"), _THROTTLES.c.key == bindparam("whose"))
_READ = (
    select(_THROTTLES.c.count.label("tries"), _THROTTLES.c.since, _THROTTLES.c.rest_until)
    .where(*_THIS)
    .with_for_update()
)
_FORGET = delete(_THROTTLES).where(*_THIS)
_KNOWN = select(_DEVICES.c.user_id).where(
    _DEVICES.c.user_id == bindparam("whose"), _DEVICES.c.device == bindparam("which")
)


@cache
def _keep(_dialect: str) -> Any:
    """`insert` asks which database it is; so once for each."""
    statement = insert(_THROTTLES)
    fresh = statement.excluded
    changed = {"count": fresh["count"], "since": fresh["since"], "rest_until": fresh["rest_until"]}
    return statement.on_conflict_do_update(index_elements=["kind", "key"], set_=changed)


@cache
def _remember(_dialect: str) -> Any:
    statement = insert(_DEVICES)
    return statement.on_conflict_do_update(
        index_elements=["user_id", "device"], set_={"seen_at": statement.excluded["seen_at"]}
    )


@dataclass(frozen=True, slots=True)
class Tally:
    count: int
    since: datetime
    rest_until: datetime | None

    def rest(self, at: datetime) -> timedelta:
        """How long is left to rest; zero for none."""
        if self.rest_until is None or self.rest_until <= at:
            return timedelta(0)
        return self.rest_until - at


def read_tally(connection: Connection, keys: Keys, kind: str, name: str, at: datetime, memory: timedelta) -> Tally:
    """What is remembered of these tries; a tally older than `memory` starts again. Held until the transaction ends."""
    row = connection.execute(_READ, {"what": kind, "whose": keys.mac("throttle", name)}).first()
    if row is None or at - row.since >= memory:
        return Tally(0, at, None)
    return Tally(row.tries, row.since, row.rest_until)


def keep_tally(connection: Connection, keys: Keys, kind: str, name: str, tally: Tally) -> None:
    values = {"count": tally.count, "since": tally.since, "rest_until": tally.rest_until}
    connection.execute(_keep(connection.dialect.name), {"kind": kind, "key": keys.mac("throttle", name), **values})


def count_wrong(connection: Connection, keys: Keys, kind: str, name: str, at: datetime, memory: timedelta) -> Tally:
    """One more wrong try; returns the tally with any rest it earns."""
    before = read_tally(connection, keys, kind, name, at, memory)
    count = before.count + 1
    rest = rest_after(count)
    after = Tally(count, before.since, at + rest if rest else None)
    keep_tally(connection, keys, kind, name, after)
    return after


def forget(connection: Connection, keys: Keys, kind: str, name: str) -> None:
    """A right try: the row of wrong ones starts again."""
    connection.execute(_FORGET, {"what": kind, "whose": keys.mac("throttle", name)})


def count_hit(
    connection: Connection, keys: Keys, kind: str, name: str, at: datetime, memory: timedelta, limit: int
) -> timedelta:
    """Count one try against a plain limit for a length of time; returns how long to rest, zero when within it."""
    before = read_tally(connection, keys, kind, name, at, memory)
    if before.count >= limit:
        return before.since + memory - at
    keep_tally(connection, keys, kind, name, Tally(before.count + 1, before.since, None))
    return timedelta(0)


def is_known(connection: Connection, user_id: int, device: bytes) -> bool:
    return connection.execute(_KNOWN, {"whose": user_id, "which": device}).first() is not None


def remember_device(connection: Connection, user_id: int, device: bytes, at: datetime) -> None:
    connection.execute(_remember(connection.dialect.name), {"user_id": user_id, "device": device, "seen_at": at})
