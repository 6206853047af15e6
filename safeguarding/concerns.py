"""Writes about concerns: what is told, and what the DSL team records. None commits; "sent" is said after the commit.

Each write has an identity, the form that was sent and who sent it: many taps, Back and a resend are one row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, select, update

from database import new_public_id
from keys import Keys

from .alerts import alert_readers
from .chain import ENTRIES, KEYS, READS, Head, append, lock_head, moment_of, moment_text
from .models import DeskRow, Entry, Look, Source, State
from .sealing import child_mac, new_key, seal, unseal, unwrap, wrap

DESK = cast(Table, DeskRow.__table__)

TODAY, THIS_WEEK, NOTE = 1, 2, 3
#: What is for the head alone is numbered from here on: a gap among the team's numbers would tell them that it exists.
HEAD_NUMBERS = 90_000
LONGEST_WORDS = 4000  # of what is told
LONGEST_NOTE = 8000


class Erased(LookupError):
    """This concern's key was destroyed: nothing can be added to it, and nothing read."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells, as it is sealed. `about_id`: the pupil it is about, where the sender said whom."""

    source: Source
    from_id: int
    from_name: str
    from_role: str
    words: str = ""
    feeling: str = ""  # a face of the form: its key
    wants: str = ""  # whom a pupil would like to talk to: its key
    wants_talk: bool = False
    about_id: int | None = None
    about_name: str = ""  # as the sender wrote it, or the pupil's name
    class_name: str = ""
    year_group: int | None = None
    where: str = ""  # on which page the lifebuoy was pressed, in words
    how: str = ""  # how the session was opened: evidence says "signed in by picture", never "X wrote this"
    is_for_head: bool = False  # the sender ticked that it is about the DSL team
    written_at: str = ""  # by the device's own clock, where it was written offline
    sent_by: str = ""  # who was signed in when an offline one was handed over


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a form: the concern's public id, its number, and whether this was the first time it came."""

    concern: str
    number: int
    is_new: bool


def tell(connection: Connection, keys: Keys, school_id: int, told: Told, form: str, at: datetime) -> Sent:
    """Keep what was told, once for each form, and queue the mails to those who read first."""
    mac = form_mac(told.from_id, form)
    head = lock_head(connection, school_id, ENTRIES)  # first: whoever sent the same form a moment ago is done now
    earlier = connection.execute(
        select(DESK.c.concern, DESK.c.number)
        .join(ENTRIES, ENTRIES.c.concern == DESK.c.concern)
        .where(ENTRIES.c.school_id == school_id, ENTRIES.c.form_mac == mac)
    ).first()
    if earlier is not None:
        return Sent(earlier.concern, earlier.number, False)
    concern, key = new_public_id(), new_key()
    _keep_key(connection, keys, school_id, concern, key)
    number = _last_of_head(connection, school_id) + 1 if told.is_for_head else head.concerns + 1
    append(
        connection,
        keys,
        ENTRIES,
        school_id,
        head,
        {
            "concern": concern,
            "kind": Entry.TOLD.value,
            "at": moment_text(at),
            "author_id": None,
            "form_mac": mac,
            "sealed": seal(key, concern, Entry.TOLD, asdict(told)),
        },
        new_concern=not told.is_for_head,
    )
    connection.execute(DESK.insert().values(_first_row(keys, school_id, concern, number, asdict(told), at)))
    alert_readers(connection, school_id, concern, is_for_head=told.is_for_head, at=at)
    return Sent(concern, number, True)


def _last_of_head(connection: Connection, school_id: int) -> int:
    """The last number of what is for the head alone."""
    here = (DESK.c.school_id == school_id, DESK.c.number > HEAD_NUMBERS)
    return connection.scalar(select(func.max(DESK.c.number)).where(*here)) or HEAD_NUMBERS


def _first_row(
    keys: Keys, school_id: int, concern: str, number: int, told: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The inbox's row of a new concern. It always arrives as "today"; what it says is not looked at."""
    about = told.get("about_id")
    return {
        "concern": concern,
        "school_id": school_id,
        "number": number,
        "source": told.get("source", ""),
        "is_for_head": told.get("is_for_head", False),
        "sent_at": at,
        "child_mac": child_mac(keys, school_id, about) if about is not None else None,
        "priority": TODAY,
        "state": State.NEW.value,
        "first_read_at": None,
        "changed_at": at,
        "deputies_at": None,
        "head_at": None,
        "office_at": None,
        "word_back_at": None,
        "key_gone_at": None,
    }


def _desk_changes(
    keys: Keys, school_id: int, kind: Entry, content: Mapping[str, Any], at: datetime
) -> dict[str, object]:
    """What an entry does to the inbox's row."""
    changes: dict[str, object] = {"changed_at": at}
    match kind:
        case Entry.CHILD:
            changes["child_mac"] = child_mac(keys, school_id, content["about_id"])
        case Entry.PRIORITY:
            changes["priority"] = content["priority"]
        case Entry.ACTION:
            changes["state"] = (State.WAITING if content["is_waiting"] else State.ACTION).value
        case Entry.OUTCOME:
            changes["state"] = State.CLOSED.value
        case Entry.REOPENED:
            changes["state"] = State.READ.value
        case Entry.WORD_BACK:
            changes["word_back_at"] = at
        case Entry.ALERTED:
            changes[f"{content['whom']}_at"] = at  # deputies, head or office
        case Entry.ERASED:  # what its words said is gone, here too
            gone = ("child_mac", "deputies_at", "head_at", "office_at", "word_back_at")
            changes |= dict.fromkeys(gone, None)
            changes |= {"source": "", "is_for_head": False, "priority": NOTE}
            changes |= {"state": State.CLOSED.value, "key_gone_at": at}
    return changes


def record(
    connection: Connection,
    keys: Keys,
    school_id: int,
    concern: str,
    kind: Entry,
    content: Mapping[str, Any],
    *,
    author_id: int | None,
    form: str,
    at: datetime,
) -> bool:
    """One thing more in a concern's chronology. False when this form was kept before; raises Erased."""
    head = lock_head(connection, school_id, ENTRIES)
    if was_recorded(connection, school_id, concern, author_id, form):
        return False
    key, mac = concern_key(connection, keys, school_id, concern), _record_mac(concern, author_id, form)
    _append_entry(connection, keys, school_id, head, concern, kind, content, key, author_id, mac, at)
    return True


def was_recorded(connection: Connection, school_id: int, concern: str, author_id: int | None, form: str) -> bool:
    """Whether this form has been kept in this concern's chronology before: a double tap, Back, a resend."""
    mac = _record_mac(concern, author_id, form)
    kept = select(ENTRIES.c.place).where(ENTRIES.c.school_id == school_id, ENTRIES.c.form_mac == mac)
    return connection.execute(kept).first() is not None


def _record_mac(concern: str, author_id: int | None, form: str) -> bytes:
    return form_mac(author_id or 0, f"{concern}:{form}")


def _append_entry(
    connection: Connection,
    keys: Keys,
    school_id: int,
    head: Head,
    concern: str,
    kind: Entry,
    content: Mapping[str, Any],
    key: bytes,
    author_id: int | None,
    mac: bytes,
    at: datetime,
) -> None:
    append(
        connection,
        keys,
        ENTRIES,
        school_id,
        head,
        {
            "concern": concern,
            "kind": kind.value,
            "at": moment_text(at),
            "author_id": author_id,
            "form_mac": mac,
            "sealed": seal(key, concern, kind, dict(content)),
        },
    )
    changes = _desk_changes(keys, school_id, kind, content, at)
    connection.execute(update(DESK).where(DESK.c.concern == concern, DESK.c.school_id == school_id).values(changes))


def open_glass(
    connection: Connection,
    keys: Keys,
    school_id: int,
    content: Mapping[str, Any],
    *,
    author_id: int,
    form: str,
    at: datetime,
) -> bool:
    """Break-glass: kept for ever as a chronology of its own. False when this form was kept before."""
    mac = form_mac(author_id, f"glass:{form}")
    head = lock_head(connection, school_id, ENTRIES)
    if connection.execute(
        select(ENTRIES.c.place).where(ENTRIES.c.school_id == school_id, ENTRIES.c.form_mac == mac)
    ).first():
        return False
    concern, key = new_public_id(), new_key()
    _keep_key(connection, keys, school_id, concern, key)
    _append_entry(connection, keys, school_id, head, concern, Entry.GLASS, content, key, author_id, mac, at)
    return True


def look(
    connection: Connection,
    keys: Keys,
    school_id: int,
    concern: str,
    kind: Look,
    *,
    reader_id: int | None,
    sign_in_id: int | None,
    at: datetime,
) -> None:
    """Somebody reads: kept before the page is shown. The first time that a concern is opened stops its clock."""
    look_at_all(connection, keys, school_id, (concern,), kind, reader_id=reader_id, sign_in_id=sign_in_id, at=at)


def look_at_all(
    connection: Connection,
    keys: Keys,
    school_id: int,
    concerns: Iterable[str],
    kind: Look,
    *,
    reader_id: int | None,
    sign_in_id: int | None,
    at: datetime,
) -> None:
    """As `look`, for one page that shows several: a row each, in as many statements as for one."""
    shown = list(concerns)
    if not shown:
        return
    append(
        connection,
        keys,
        READS,
        school_id,
        lock_head(connection, school_id, READS),
        *(
            {
                "concern": concern,
                "kind": kind.value,
                "at": moment_text(at),
                "reader_id": reader_id,
                "sign_in_id": sign_in_id,
            }
            for concern in shown
        ),
    )
    here = (DESK.c.concern.in_(shown), DESK.c.school_id == school_id)
    if kind is Look.OPEN:
        connection.execute(update(DESK).where(*here, DESK.c.first_read_at.is_(None)).values(first_read_at=at))
        connection.execute(update(DESK).where(*here, DESK.c.state == State.NEW).values(state=State.READ))
    elif kind is Look.WORD_BACK:
        connection.execute(update(DESK).where(*here).values(word_back_at=None))


def erase(
    connection: Connection,
    keys: Keys,
    school_id: int,
    concern: str,
    reason: str,
    *,
    author_id: int | None,
    at: datetime,
) -> None:
    """Destroy the key of a concern, so that nobody can read it again, and say so in the chain, which stays whole.
    Raises Erased when that was done before."""
    record(
        connection, keys, school_id, concern, Entry.ERASED, {"reason": reason}, author_id=author_id, form="erase", at=at
    )
    connection.execute(delete(KEYS).where(KEYS.c.concern == concern, KEYS.c.school_id == school_id))


def concern_key(connection: Connection, keys: Keys, school_id: int, concern: str) -> bytes:
    """The key of a concern; raises Erased, or Unreadable where the installation's own key is missing."""
    row = connection.execute(
        select(KEYS.c.wrapped, KEYS.c.key_version).where(KEYS.c.concern == concern, KEYS.c.school_id == school_id)
    ).first()
    if row is None:
        raise Erased(concern)
    return unwrap(keys, school_id, concern, bytes(row.wrapped), row.key_version)


def form_mac(sender_id: int, form: str) -> bytes:
    """What tells two forms apart: who sent it is part of it, so that nobody can send as another's form."""
    return hashlib.sha256(f"{sender_id}:{form[:80]}".encode()).digest()


def _keep_key(connection: Connection, keys: Keys, school_id: int, concern: str, key: bytes) -> None:
    connection.execute(
        KEYS.insert().values(
            concern=concern,
            school_id=school_id,
            key_version=keys.version,
            wrapped=wrap(keys, school_id, concern, key),
        )
    )


# The inbox's rows, worked out again


def rebuild(connection: Connection, keys: Keys, school_id: int) -> int:
    """Work the inbox's rows out again from the chains, and say how many were different: there must be none."""
    asked = select(DESK).where(DESK.c.school_id == school_id)
    kept = {row["concern"]: dict(row) for row in connection.execute(asked).mappings()}
    made: dict[str, dict[str, Any]] = {}
    opened: dict[str, bytes | None] = {}
    last = {False: 0, True: HEAD_NUMBERS}  # the number given last, of the team's and of the head's own
    for row in connection.execute(
        select(ENTRIES).where(ENTRIES.c.school_id == school_id).order_by(ENTRIES.c.place)
    ).mappings():
        at, concern, kind = moment_of(row["at"]), row["concern"], Entry(row["kind"])
        if kind is Entry.GLASS:
            continue
        if concern not in opened:
            opened[concern] = _key_or_none(connection, keys, school_id, concern)
        key = opened[concern]
        content = unseal(key, concern, kind, bytes(row["sealed"])) if key is not None else {}
        if kind is Entry.TOLD:
            if key is None and concern in kept:  # whose it was went with its words, but for its number
                is_for_head = kept[concern]["number"] > HEAD_NUMBERS
            else:
                is_for_head = content.get("is_for_head", False)
            last[is_for_head] += 1
            made[concern] = _first_row(keys, school_id, concern, last[is_for_head], content, at)
        if content or kind is Entry.ERASED:
            made[concern] |= _desk_changes(keys, school_id, kind, content, at)
    _replay_looks(connection, school_id, made)
    different = [concern for concern in made.keys() | kept.keys() if made.get(concern) != kept.get(concern)]
    if different:
        connection.execute(delete(DESK).where(DESK.c.school_id == school_id, DESK.c.concern.in_(different)))
        if again := [made[concern] for concern in different if concern in made]:
            connection.execute(DESK.insert(), again)
    return len(different)


def _replay_looks(connection: Connection, school_id: int, made: Mapping[str, dict[str, Any]]) -> None:
    looks = select(READS.c.concern, READS.c.kind, READS.c.at).where(
        READS.c.school_id == school_id, READS.c.kind.in_((Look.OPEN, Look.WORD_BACK))
    )
    for row in connection.execute(looks.order_by(READS.c.place)):
        one = made[row.concern]
        if row.kind == Look.OPEN:
            one["first_read_at"] = one["first_read_at"] or moment_of(row.at)
            if one["state"] == State.NEW:
                one["state"] = State.READ.value
        elif one["word_back_at"] is not None and one["word_back_at"] <= moment_of(row.at):
            one["word_back_at"] = None


def _key_or_none(connection: Connection, keys: Keys, school_id: int, concern: str) -> bytes | None:
    try:
        return concern_key(connection, keys, school_id, concern)
    except Erased:
        return None
