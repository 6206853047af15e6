"""The chains: rows that can be added and never changed, and the proof that none was (TRUST.md 2.1).

Each row holds the SHA-256 of itself and of the row before; beside it stands an HMAC of that, by a key outside the
database, so that somebody who can write the database cannot make the chain anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.exc import DBAPIError

from database import insert
from keys import Keys

from .models import ChainHead, ConcernEntry, ConcernKey, ConcernRead, Entry
from .sealing import Unreadable, unseal, unwrap

ENTRIES, READS, HEADS, KEYS = (
    cast(Table, model.__table__) for model in (ConcernEntry, ConcernRead, ChainHead, ConcernKey)
)
FIRST = bytes(32)
#: Every column but the hash, its seal and the place, in the order in which they are hashed. A row is all of this or it
#: is bad. Its place follows from the row before; left out, a row can be proved to another school without telling how
#: many rows lie between two of a child's.
HASHED: Mapping[str, tuple[str, ...]] = {
    table.name: tuple(column.name for column in table.columns if column.name not in ("place", "hash", "seal"))
    for table in (ENTRIES, READS)
}
BATCH = 200


def moment_text(at: datetime) -> str:
    """A moment as the chains hold it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def moment_of(text: str) -> datetime:
    """Raises ValueError for a text that is no moment."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain, held by this transaction."""

    place: int
    hash: bytes
    concerns: int


def lock_head(connection: Connection, school_id: int, table: Table) -> Head:
    """The end of this school's chain, which nobody else can add to before this transaction ends."""
    here = (HEADS.c.school_id == school_id, HEADS.c.chain == table.name)
    asked = select(HEADS.c.place, HEADS.c.hash, HEADS.c.concerns).where(*here).with_for_update()
    row = connection.execute(asked).first()
    if row is None:  # the school's first: two at once make one row
        empty = {"school_id": school_id, "chain": table.name, "place": 0, "hash": FIRST, "concerns": 0}
        connection.execute(insert(HEADS).values(empty).on_conflict_do_nothing())
        row = connection.execute(asked).one()
    return Head(row.place, bytes(row.hash), row.concerns)


def append(
    connection: Connection,
    keys: Keys,
    table: Table,
    school_id: int,
    head: Head,
    *values: Mapping[str, Any],
    new_concern: bool = False,
) -> Head:
    """Rows at the end that `lock_head` gave: two statements, however many. `values`: every column but those of the
    chain itself."""
    rows = []
    place, previous = head.place, head.hash
    for each in values:
        place += 1
        row = {**each, "school_id": school_id, "place": place, "previous": previous, "key_version": keys.version}
        row["hash"] = previous = hash_of(table.name, row)
        row["seal"] = _seal(keys, row["hash"], keys.version)
        rows.append(row)
    connection.execute(table.insert(), rows)
    after = Head(place, previous, head.concerns + new_concern)
    connection.execute(
        update(HEADS)
        .where(HEADS.c.school_id == school_id, HEADS.c.chain == table.name)
        .values(place=after.place, hash=after.hash, concerns=after.concerns)
    )
    return after


def hash_of(table: str, row: Mapping[str, Any]) -> bytes:
    """SHA-256 of a row: a JSON list of its columns in the order of `HASHED`, bytes as "0x" and hex."""
    return hashlib.sha256(
        json.dumps([_plain(row[name]) for name in HASHED[table]], separators=(",", ":")).encode()
    ).digest()


def _plain(value: object) -> object:
    return f"0x{bytes(value).hex()}" if isinstance(value, (bytes, bytearray, memoryview)) else value


def _seal(keys: Keys, hashed: bytes, key_version: int) -> bytes:
    return keys.mac("concern-chain", hashed.hex(), key_version)


# Checking


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one school's chain found. `bad`: the first place that is not as it was written, or None."""

    chain: str
    rows: int
    head: str  # hex: print it, and cutting rows off the end cannot go unseen either
    bad: int | None = None
    why: str = ""
    erased: tuple[str, ...] = ()  # concerns whose key was destroyed by the rule, and cannot be read any more


def verify(connection: Connection, keys: Keys, school_id: int, table: Table) -> Verdict:
    """Walk the chain from its first row. Reads in batches, whatever its length."""
    before, place, told, erased = FIRST, 0, set[str](), set[str]()
    for row in _rows(connection, school_id, table):
        place += 1
        why = _fault(keys, table.name, row, place, before)
        if why:
            return Verdict(table.name, place - 1, before.hex(), place, why)
        before = bytes(row["hash"])
        told.add(row["concern"])
        if row["kind"] == Entry.ERASED:
            erased.add(row["concern"])
    head = connection.execute(
        select(HEADS.c.place, HEADS.c.hash).where(HEADS.c.school_id == school_id, HEADS.c.chain == table.name)
    ).first()
    if (head.place, bytes(head.hash)) != (place, before) if head is not None else place:
        return Verdict(table.name, place, before.hex(), place + 1, "rows are missing at the end")
    return Verdict(table.name, place, before.hex(), erased=tuple(sorted(erased)))


def verify_words(connection: Connection, keys: Keys, school_id: int) -> tuple[int, str] | None:
    """Whether every entry whose key is there can be read, and every key that is gone was erased by the rule. The first
    place where not, and why; None when all is well. For a chain that `verify` found whole."""
    wrapped = {
        row.concern: (row.key_version, bytes(row.wrapped))
        for row in connection.execute(
            select(KEYS.c.concern, KEYS.c.key_version, KEYS.c.wrapped).where(KEYS.c.school_id == school_id)
        )
    }
    erased = set(
        connection.scalars(
            select(ENTRIES.c.concern).where(ENTRIES.c.school_id == school_id, ENTRIES.c.kind == Entry.ERASED)
        )
    )
    opened: dict[str, bytes] = {}
    for row in _rows(connection, school_id, ENTRIES):
        concern = row["concern"]
        if concern in erased:
            continue
        if concern not in wrapped:
            return row["place"], "its key is gone, and no entry says that it was erased"
        try:
            if concern not in opened:
                version, held = wrapped[concern]
                opened[concern] = unwrap(keys, school_id, concern, held, version)
            unseal(opened[concern], concern, row["kind"], bytes(row["sealed"]))
        except Unreadable as fault:
            return row["place"], str(fault)
    return None


def _fault(keys: Keys, table: str, row: Mapping[str, Any] | None, place: int, before: bytes) -> str:
    """What is wrong with the row that should stand here; empty when nothing is."""
    if row is None:
        return "it cannot be read at all"
    if row["place"] != place:
        return "a row is missing here"
    try:
        hashed = hash_of(table, row)
        if bytes(row["previous"]) != before:
            return "it does not follow the row before"
        if not hmac.compare_digest(bytes(row["hash"]), hashed):
            return "it was changed"
        if row["key_version"] not in keys.roots:
            return "it was sealed with a key that is not on this installation"
        if not hmac.compare_digest(bytes(row["seal"]), _seal(keys, hashed, row["key_version"])):
            return "it was not written by this installation"
    except (TypeError, ValueError):
        return "it was changed"
    return ""


def _rows(connection: Connection, school_id: int, table: Table) -> Iterator[Any]:
    """The rows of a chain in order; None for one that the driver cannot read."""
    last = 0
    while True:
        asked = (
            select(table).where(table.c.school_id == school_id, table.c.place > last).order_by(table.c.place)
        ).limit(BATCH)
        rows: Sequence[Any]
        try:
            rows = connection.execute(asked).mappings().all()
        except (DBAPIError, ValueError):  # a text that is no text any more: find which
            rows = list(_one_by_one(connection, school_id, table, last))
        if not rows:
            return
        yield from rows
        if rows[-1] is None:
            return
        last = rows[-1]["place"]


def _one_by_one(connection: Connection, school_id: int, table: Table, last: int) -> Iterator[Any]:
    end = connection.scalar(select(func.max(table.c.place)).where(table.c.school_id == school_id)) or 0
    for place in range(last + 1, end + 1):
        try:
            row = connection.execute(
                select(table).where(table.c.school_id == school_id, table.c.place == place)
            ).mappings()
            yield row.one_or_none()
        except (DBAPIError, ValueError):
            yield None
            return
