"""What the DSL's desk reads: the inbox, one concern with its chronology, a child's other concerns, the read log.

Whoever calls has the right to read (`readers_of`), and keeps the look first (`concerns.look`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from accounts.models import Role, User
from accounts.sessions import Actor
from keys import Keys

from .chain import ENTRIES, KEYS, READS, moment_of
from .concerns import DESK
from .models import Entry, Look, State
from .sealing import Unreadable, child_mac, unseal, unwrap

#: How many concerns a page of the inbox shows.
PAGE = 50
GLASS_MINUTES = 60

OPEN_STATES = (State.NEW, State.READ, State.ACTION)
SHELVES: Mapping[str, tuple[State, ...]] = {
    "open": OPEN_STATES,
    "waiting": (State.WAITING,),
    "closed": (State.CLOSED,),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the inbox: whom it is about, and nothing of what was said."""

    concern: str
    number: int
    source: str
    name: str  # "Bilal"; "Name not given"; "Erased"
    class_name: str
    year_group: int | None
    sent_at: datetime
    priority: int
    state: str
    is_unread: bool
    wants_talk: bool
    is_for_head: bool
    office_at: datetime | None
    deputies_at: datetime | None
    head_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a chronology, readable."""

    place: int
    kind: Entry
    at: datetime
    author: str  # a name of staff; empty for who told and for the clock
    content: Mapping[str, Any]
    hash: str  # hex


@dataclass(frozen=True, slots=True)
class LookLine:
    at: datetime
    kind: Look
    reader: str


@dataclass(frozen=True, slots=True)
class Record:
    """A whole concern. `told` is what was sent; `lines` everything since, oldest first."""

    concern: str
    number: int
    state: str
    priority: int
    is_for_head: bool
    sent_at: datetime
    told: Line
    lines: tuple[Line, ...]
    looks: tuple[LookLine, ...]

    def last(self, kind: Entry) -> Line | None:
        """The newest entry of a kind."""
        return next((line for line in reversed(self.lines) if line.kind is kind), None)

    @property
    def child_id(self) -> int | None:
        """Whom it is about, as the team last said, else as the sender did."""
        named = self.last(Entry.CHILD)
        found: int | None = (named or self.told).content.get("about_id")
        return found

    @property
    def child_name(self) -> str:
        named = self.last(Entry.CHILD)
        return str((named or self.told).content.get("about_name") or "Name not given")


def reader_scope(actor: Actor, *, has_glass: bool = False) -> ColumnElement[bool]:
    """Which concerns this person may read: the DSL team those of the school that are not about one of them; the head
    those that are, and the others only after break-glass."""
    mine = DESK.c.school_id == actor.school_id
    if actor.role == Role.HEAD:
        return mine if has_glass else and_(mine, DESK.c.is_for_head)
    if actor.role in (Role.DSL, Role.DEPUTY):
        return and_(mine, DESK.c.is_for_head.is_(False))
    return and_(mine, DESK.c.concern.is_(None))


def inbox(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], shelf: str = "open", page: int = 1
) -> tuple[list[Listed], dict[str, int]]:
    """A page of a shelf, by urgency and age, and how many each shelf holds. As many statements for 3 as for 300."""
    rows = connection.execute(
        select(DESK, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version.label("wrap_version"))
        .join(ENTRIES, and_(ENTRIES.c.concern == DESK.c.concern, ENTRIES.c.kind == Entry.TOLD))
        .outerjoin(KEYS, KEYS.c.concern == DESK.c.concern)
        .where(scope, DESK.c.state.in_(SHELVES[shelf]))
        .order_by(DESK.c.priority, *((DESK.c.changed_at.desc(),) if shelf == "closed" else (DESK.c.sent_at,)))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).mappings()
    listed = list(rows)
    named = _children_named(connection, keys, [row["concern"] for row in listed])
    counted = connection.execute(select(DESK.c.state, func.count()).where(scope).group_by(DESK.c.state)).all()
    counts = {name: sum(row[1] for row in counted if row[0] in states) for name, states in SHELVES.items()}
    return [_listed(keys, dict(row), named.get(row["concern"])) for row in listed], counts


def _children_named(connection: Connection, keys: Keys, concerns: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Whom the team has said that these concerns are about."""
    rows = connection.execute(
        select(ENTRIES.c.concern, ENTRIES.c.school_id, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version)
        .join(KEYS, KEYS.c.concern == ENTRIES.c.concern)
        .where(ENTRIES.c.concern.in_(list(concerns)), ENTRIES.c.kind == Entry.CHILD)
        .order_by(ENTRIES.c.place)
    )
    return {
        row.concern: unseal(
            unwrap(keys, row.school_id, row.concern, bytes(row.wrapped), row.key_version),
            row.concern,
            Entry.CHILD,
            bytes(row.sealed),
        )
        for row in rows
    }


def _listed(keys: Keys, row: Mapping[str, Any], child: Mapping[str, Any] | None) -> Listed:
    told: Mapping[str, Any] = {}
    name = "Erased"
    if row["wrapped"] is not None:
        try:
            key = unwrap(keys, row["school_id"], row["concern"], bytes(row["wrapped"]), row["wrap_version"])
            told = unseal(key, row["concern"], Entry.TOLD, bytes(row["sealed"]))
            name = (child or told).get("about_name") or "Name not given"
        except Unreadable:
            name = "Cannot be read: the key is missing"
    about = child or told
    return Listed(
        concern=row["concern"],
        number=row["number"],
        source=row["source"],
        name=name,
        class_name=about.get("class_name", ""),
        year_group=about.get("year_group"),
        sent_at=row["sent_at"],
        priority=row["priority"],
        state=row["state"],
        is_unread=row["first_read_at"] is None,
        wants_talk=bool(told.get("wants_talk")),
        is_for_head=row["is_for_head"],
        office_at=row["office_at"],
        deputies_at=row["deputies_at"],
        head_at=row["head_at"],
    )


def find(connection: Connection, scope: ColumnElement[bool], concern: str) -> Mapping[str, Any] | None:
    """The inbox's row of a concern that may be read in this scope; None for another's, or for none."""
    found = connection.execute(select(DESK).where(scope, DESK.c.concern == concern)).mappings().first()
    return dict(found) if found is not None else None


def read_record(connection: Connection, keys: Keys, row: Mapping[str, Any]) -> Record | None:
    """The whole of a concern that `find` gave; None when it was erased. Raises Unreadable without the key."""
    concern, school_id = row["concern"], row["school_id"]
    held = connection.execute(select(KEYS.c.wrapped, KEYS.c.key_version).where(KEYS.c.concern == concern)).first()
    if held is None:
        return None
    key = unwrap(keys, school_id, concern, bytes(held.wrapped), held.key_version)
    entries = connection.execute(
        select(ENTRIES, User.name.label("author"))
        .outerjoin(User, User.id == ENTRIES.c.author_id)
        .where(ENTRIES.c.concern == concern, ENTRIES.c.school_id == school_id)
        .order_by(ENTRIES.c.place)
    ).mappings()
    lines = [
        Line(
            place=each["place"],
            kind=Entry(each["kind"]),
            at=moment_of(each["at"]),
            author=each["author"] or "",
            content=unseal(key, concern, each["kind"], bytes(each["sealed"])),
            hash=bytes(each["hash"]).hex(),
        )
        for each in entries
    ]
    return Record(
        concern=concern,
        number=row["number"],
        state=row["state"],
        priority=row["priority"],
        is_for_head=row["is_for_head"],
        sent_at=row["sent_at"],
        told=lines[0],
        lines=tuple(lines[1:]),
        looks=tuple(_looks(connection, school_id, concern)),
    )


def _looks(connection: Connection, school_id: int, concern: str) -> Iterable[LookLine]:
    for row in connection.execute(
        select(READS.c.at, READS.c.kind, User.name)
        .outerjoin(User, User.id == READS.c.reader_id)
        .where(READS.c.concern == concern, READS.c.school_id == school_id)
        .order_by(READS.c.place)
    ):
        yield LookLine(moment_of(row.at), Look(row.kind), row.name or "the child")


def others_of_child(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], school_id: int, child_id: int, but: str
) -> list[tuple[str, int, datetime, str]]:
    """The child's other concerns, oldest first: public id, number, when, state."""
    macs = [child_mac(keys, school_id, child_id, version) for version in keys.roots]
    rows = connection.execute(
        select(DESK.c.concern, DESK.c.number, DESK.c.sent_at, DESK.c.state)
        .where(scope, DESK.c.child_mac.in_(macs), DESK.c.concern != but)
        .order_by(DESK.c.sent_at)
    )
    return [(row.concern, row.number, row.sent_at, row.state) for row in rows]


def last_look(connection: Connection, school_id: int, sign_in_id: int) -> datetime | None:
    """When this session last looked at anything of the desk: after 15 idle minutes the second factor is asked again."""
    found = connection.scalar(
        select(func.max(READS.c.at)).where(READS.c.sign_in_id == sign_in_id, READS.c.school_id == school_id)
    )
    return moment_of(found) if found else None
