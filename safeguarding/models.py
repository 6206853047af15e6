"""Rows of what was told, and of who read it. The two chains are append-only: triggers of both databases refuse UPDATE
and DELETE, and each row carries the hash of the one before it in its school's chain (chain.py).

Nothing here says in the clear who told, about whom or what: that is inside `sealed`, under a key of the concern's own.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database import Key, Model, Moment


class Source(StrEnum):
    """Who told."""

    PUPIL = "pupil"
    STAFF = "staff"
    FAMILY = "family"


class Entry(StrEnum):
    """What a row of a concern's chronology is."""

    TOLD = "told"  # the first: what was sent, never changed
    CHILD = "child"  # whom it is about, said by the DSL team
    CATEGORY = "category"
    PRIORITY = "priority"
    NOTE = "note"
    ACTION = "action"
    INFORMED = "informed"  # who was told, and why
    OUTCOME = "outcome"  # closes it
    REOPENED = "reopened"
    WORD_BACK = "word-back"  # DESIGN.md 19
    SEE_ME = "see-me"  # "please see me about X", to a teacher
    ALERTED = "alerted"  # the clock passed it on: to deputies, to the head, to the office
    FULL_NAME = "full-name"  # full name and date of birth for a transfer, typed by the DSL and kept nowhere else
    TRANSFER = "transfer"  # an export was made
    RECEIPT = "receipt"  # the next school has it
    ERASED = "erased"  # its key was destroyed by the retention rule
    GLASS = "glass"  # break-glass: the head reads for an hour


class Look(StrEnum):
    """What a row of the read log is."""

    LIST = "list"
    OPEN = "open"
    PRINT = "print"
    EXPORT = "export"
    WORD_BACK = "word-back"  # the child was shown the word back
    LOG = "log"


class State(StrEnum):
    """Where the team is with a concern."""

    NEW = "new"  # nobody of the team has opened it
    READ = "read"
    ACTION = "action"  # something was recorded to do
    WAITING = "waiting"  # on others
    CLOSED = "closed"


class _Chained:
    """What every row of a chain has. `at` is text on purpose: hashed as it stands, and readable when damaged."""

    school_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)  # 1, 2, ...
    concern: Mapped[str] = mapped_column(String(12))  # the concern's public id; empty for a look at the list
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[str] = mapped_column(String(27))  # UTC, to the microsecond: 2026-11-28T09:42:00.000000Z
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))  # the hash of the row before; 32 zeros for the first
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # SHA-256 of this row and `previous`: anybody can check it
    key_version: Mapped[int]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))  # HMAC of the hash: only this installation can make it


class ConcernEntry(_Chained, Model):
    """One thing that was told or done about a concern. Never changed; a correction is a new row."""

    __tablename__ = "concern_entries"
    __table_args__ = (
        UniqueConstraint("school_id", "form_mac", name="one_entry_per_form"),
        Index("ix_concern_entries_concern", "concern"),
        Index("ix_concern_entries_kind", "school_id", "kind", "at"),  # whether the glass was broken of late
        {"sqlite_with_rowid": False},
    )
    author_id: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))  # of the team; no FK:
    # the row outlives the account. Empty for who told (that is sealed) and for the clock.
    form_mac: Mapped[bytes] = mapped_column(LargeBinary(32))  # who sent which form: a resend is the same row
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # JSON under the concern's key; unreadable once that is gone


class ConcernRead(_Chained, Model):
    """One look: who, which concern, when. Written by reading, also on a GET (DESIGN.md 8)."""

    __tablename__ = "concern_reads"
    __table_args__ = (
        Index("ix_concern_reads_concern", "concern"),
        Index("ix_concern_reads_sign_in", "sign_in_id"),
        {"sqlite_with_rowid": False},
    )
    reader_id: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))  # empty: the child
    sign_in_id: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


class ChainHead(Model):
    """The last row of a chain: locked by whoever appends, so that two never take one place."""

    __tablename__ = "chain_heads"
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(String(16), primary_key=True)  # the table's name
    place: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    concerns: Mapped[int]  # how many the DSL team has been told: the last one's number


class ConcernKey(Model):
    """The key of one concern, wrapped by a key outside the database. The only table here that may be deleted from."""

    __tablename__ = "concern_keys"
    concern: Mapped[str] = mapped_column(String(12), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    key_version: Mapped[int]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class DeskRow(Model):
    """What the inbox shows of a concern without opening it: worked out from the chains, kept beside them, rebuilt by
    `flask concerns rebuild`."""

    __tablename__ = "concern_desk"
    __table_args__ = (
        Index("ix_concern_desk_open", "school_id", "state", "sent_at"),
        Index("ix_concern_desk_child", "child_mac"),
    )
    concern: Mapped[str] = mapped_column(String(12), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    number: Mapped[int]  # SH-0001, SH-0002, ... in this school; what is for the head alone has numbers of its own
    source: Mapped[str] = mapped_column(String(8))
    is_for_head: Mapped[bool]  # about somebody of the DSL team: the head alone reads it
    sent_at: Mapped[Moment]
    child_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # a keyed hash: finds, and tells nothing
    priority: Mapped[int]  # 1 today, 2 this week, 3 note: set by the team, never by the software
    state: Mapped[str] = mapped_column(String(8))
    first_read_at: Mapped[Moment | None]
    changed_at: Mapped[Moment]
    deputies_at: Mapped[Moment | None]  # when the clock passed it to the deputies
    head_at: Mapped[Moment | None]
    office_at: Mapped[Moment | None]  # red at the office desk since then
    word_back_at: Mapped[Moment | None]  # a word back waits for the child since then; empty once shown
    key_gone_at: Mapped[Moment | None]  # erased


class HelpBox(Model):
    """Whether this school's lifebuoy sends, and the hours in which somebody reads."""

    __tablename__ = "help_boxes"
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    is_on: Mapped[bool]
    opens: Mapped[int]  # minutes after midnight, in the school's zone
    closes: Mapped[int]
    holidays: Mapped[str] = mapped_column(Text)  # lines "2026-12-19 2027-01-04", both days included
    changed_at: Mapped[Moment]


class StaffNotice(Model):
    """ "Please see me about X": for one member of staff, until they have seen it. The words are sealed."""

    __tablename__ = "staff_notices"
    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key_version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
    seen_at: Mapped[Moment | None]


class TickLease(Model):
    """Which process does what the clock makes due, until when: one at a time (DESIGN.md 11)."""

    __tablename__ = "tick_leases"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    until: Mapped[Moment]
    done_at: Mapped[Moment | None]
