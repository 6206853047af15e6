"""What the DSL's desk reads: the inbox, one concern with its chronology, a child's other concerns, the read log.

Whoever calls has the right to read (`readers_of`), and keeps the look first (`concerns.look`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from accounts.models import Role, SignIn, User
from accounts.school_time import day_of
from accounts.sessions import Actor
from keys import Keys

from .chain import ENTRIES, KEYS, READS, moment_of
from .concerns import DESK, HEAD_NUMBERS
from .models import Entry, Look, Source, State
from .sealing import Unreadable, child_mac, unseal, unwrap

#: How many concerns a page of the inbox shows.
PAGE = 50
#: How many of a shelf's concerns a search looks through, the first of the shelf's own order: names are sealed, so each
#: is opened.
SEARCHED = 1000
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
    # By the number as well, which an erased concern keeps: the team never learns that there was one about them.
    if actor.role == Role.HEAD:
        return mine if has_glass else and_(mine, DESK.c.number > HEAD_NUMBERS)
    if actor.role in (Role.DSL, Role.DEPUTY):
        return and_(mine, DESK.c.is_for_head.is_(False), DESK.c.number <= HEAD_NUMBERS)
    return and_(mine, DESK.c.concern.is_(None))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a shelf. Each line holds one concern, or what one child sent on one day: the most urgent of it first,
    of those the newest."""

    lines: tuple[tuple[Listed, ...], ...]
    all_lines: int  # of the whole shelf
    counts: Mapping[str, int]  # of concerns, by shelf


def inbox(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], timezone: str, shelf: str = "open", page: int = 1
) -> Shelf:
    """Lines by urgency and age, so that one child's many taps bury nobody else's. What is closed, which grows from year
    to year, is not joined into lines. As many statements for 3 as for 300."""
    counts = _counts(connection, scope)
    here = slice((page - 1) * PAGE, page * PAGE)
    if shelf == "closed":
        rows = _all_listed(connection, keys, _on_shelf(scope, shelf).limit(PAGE).offset(here.start))
        return Shelf(tuple((row,) for row in rows), counts[shelf], counts)
    lines = _lines(connection, scope, timezone, shelf)
    wanted = [concern for line in lines[here] for concern in line]
    asked = _on_shelf(scope, shelf).where(DESK.c.concern.in_(wanted))
    found = {row.concern: row for row in _all_listed(connection, keys, asked)}
    shown = (tuple(found[concern] for concern in line if concern in found) for line in lines[here])
    return Shelf(tuple(line for line in shown if line), len(lines), counts)


def _lines(connection: Connection, scope: ColumnElement[bool], timezone: str, shelf: str) -> list[list[str]]:
    """The concerns of a shelf by line, in the shelf's order. By the keyed hash of the child: nothing is opened."""
    asked = (
        select(DESK.c.concern, DESK.c.source, DESK.c.child_mac, DESK.c.priority, DESK.c.sent_at)
        .where(scope, DESK.c.state.in_(SHELVES[shelf]))
        .order_by(DESK.c.priority, DESK.c.sent_at, DESK.c.number)
    )
    lines: dict[object, list[Any]] = {}
    for row in connection.execute(asked):
        is_pupils = row.source == Source.PUPIL and row.child_mac is not None
        key = (bytes(row.child_mac), day_of(row.sent_at, timezone)) if is_pupils else row.concern
        lines.setdefault(key, []).append(row)
    for line in lines.values():
        line.sort(key=lambda row: row.sent_at, reverse=True)
        line.sort(key=lambda row: row.priority)
    return [[row.concern for row in line] for line in lines.values()]


def search(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], shelf: str, words: str
) -> tuple[list[Listed], dict[str, int]]:
    """Those of a shelf whose child's name holds these words, or whose reference they are ("SH-0012", "12"); as `inbox`.
    Looks through the first SEARCHED of the shelf."""
    sought = " ".join(words.split()).casefold()
    number = sought.removeprefix("sh").lstrip("- ")
    asked = _on_shelf(scope, shelf).limit(SEARCHED)
    if number.isdecimal():
        asked = _on_shelf(scope, shelf).where(DESK.c.number == int(number[:9]))
    found = _all_listed(connection, keys, asked)
    if not number.isdecimal():
        found = [each for each in found if sought in each.name.casefold()]
    return found[:PAGE], _counts(connection, scope)


def _on_shelf(scope: ColumnElement[bool], shelf: str) -> Select[Any]:
    """What the inbox reads of each concern on a shelf, in the shelf's order."""
    newest_or_oldest = (DESK.c.changed_at.desc(),) if shelf == "closed" else (DESK.c.priority, DESK.c.sent_at)
    return (
        select(DESK, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version.label("wrap_version"))
        .join(ENTRIES, and_(ENTRIES.c.concern == DESK.c.concern, ENTRIES.c.kind == Entry.TOLD))
        .outerjoin(KEYS, KEYS.c.concern == DESK.c.concern)
        .where(scope, DESK.c.state.in_(SHELVES[shelf]))
        .order_by(*newest_or_oldest, DESK.c.number)
    )


def _all_listed(connection: Connection, keys: Keys, asked: Select[Any]) -> list[Listed]:
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    named = _children_named(connection, keys, [row["concern"] for row in rows])
    return [_listed(keys, row, named.get(row["concern"])) for row in rows]


def _counts(connection: Connection, scope: ColumnElement[bool]) -> dict[str, int]:
    counted = connection.execute(select(DESK.c.state, func.count()).where(scope).group_by(DESK.c.state)).all()
    return {name: sum(row[1] for row in counted if row[0] in states) for name, states in SHELVES.items()}


def _children_named(connection: Connection, keys: Keys, concerns: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Whom the team has said that these concerns are about."""
    rows = connection.execute(
        select(ENTRIES.c.concern, ENTRIES.c.school_id, ENTRIES.c.sealed, KEYS.c.wrapped, KEYS.c.key_version)
        .join(KEYS, KEYS.c.concern == ENTRIES.c.concern)
        .where(ENTRIES.c.concern.in_(concerns), ENTRIES.c.kind == Entry.CHILD)
        .order_by(ENTRIES.c.place)
    )
    named: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        try:
            key = unwrap(keys, row.school_id, row.concern, bytes(row.wrapped), row.key_version)
            named[row.concern] = unseal(key, row.concern, Entry.CHILD, bytes(row.sealed))
        except Unreadable:  # `_listed` says so, in its row
            continue
    return named


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
    entries = connection.execute(_entries_of([concern], school_id)).mappings()
    lines = [_line(key, each) for each in entries]
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


def _entries_of(concerns: Sequence[str], school_id: int) -> Select[Any]:
    return (
        select(ENTRIES, User.name.label("author"))
        .outerjoin(User, User.id == ENTRIES.c.author_id)
        .where(ENTRIES.c.concern.in_(concerns), ENTRIES.c.school_id == school_id)
        .order_by(ENTRIES.c.place)
    )


def _line(key: bytes, entry: Mapping[Any, Any]) -> Line:
    return Line(
        kind=Entry(entry["kind"]),
        at=moment_of(entry["at"]),
        author=entry["author"] or "",
        content=unseal(key, entry["concern"], entry["kind"], bytes(entry["sealed"])),
        hash=bytes(entry["hash"]).hex(),
    )


def concerns_of_child(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], school_id: int, child_id: int
) -> list[Mapping[str, Any]]:
    """The inbox's rows of all that is about this child and may be read in this scope, oldest first."""
    macs = [child_mac(keys, school_id, child_id, version) for version in keys.roots]
    asked = select(DESK).where(scope, DESK.c.child_mac.in_(macs)).order_by(DESK.c.sent_at, DESK.c.number)
    return [dict(row) for row in connection.execute(asked).mappings()]


def chronology(
    connection: Connection, keys: Keys, school_id: int, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Line]]:
    """Every entry of these concerns in the order of time, each with its concern's row. Two statements, however many."""
    by_id = {row["concern"]: row for row in rows}
    asked = select(KEYS.c.concern, KEYS.c.wrapped, KEYS.c.key_version).where(KEYS.c.concern.in_(list(by_id)))
    held = {
        row.concern: unwrap(keys, school_id, row.concern, bytes(row.wrapped), row.key_version)
        for row in connection.execute(asked)
    }
    entries = connection.execute(_entries_of(list(held), school_id)).mappings()
    return [(by_id[each["concern"]], _line(held[each["concern"]], each)) for each in entries]


def _looks(connection: Connection, school_id: int, concern: str) -> Iterable[LookLine]:
    for row in connection.execute(
        select(READS.c.at, READS.c.kind, User.name)
        .outerjoin(User, User.id == READS.c.reader_id)
        .where(READS.c.concern == concern, READS.c.school_id == school_id)
        .order_by(READS.c.place)
    ):
        yield LookLine(moment_of(row.at), Look(row.kind), row.name or "the child")


def last_seen(connection: Connection, school_id: int, sign_in_id: int) -> datetime | None:
    """When this session last looked at anything of the desk, or showed its second factor, whichever came later: after
    15 idle minutes it is asked again."""
    looked = select(func.max(READS.c.at)).where(READS.c.sign_in_id == sign_in_id, READS.c.school_id == school_id)
    row = connection.execute(
        select(SignIn.second_factor_at, looked.scalar_subquery().label("looked")).where(SignIn.id == sign_in_id)
    ).one()
    moments = [row.second_factor_at, moment_of(row.looked) if row.looked else None]
    return max((each for each in moments if each is not None), default=None)


def others_of_child(
    connection: Connection, keys: Keys, scope: ColumnElement[bool], school_id: int, child_id: int, but: str
) -> list[tuple[str, int, datetime, str]]:
    """The child's other concerns, oldest first: public id, number, when, state."""
    rows = concerns_of_child(connection, keys, scope, school_id, child_id)
    return [(row["concern"], row["number"], row["sent_at"], row["state"]) for row in rows if row["concern"] != but]
