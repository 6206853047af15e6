"""Writes that link a grown-up to a child, and end it: letters' codes, links, unlinking (TRUST.md 2.1). None commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select, update

from accounts.home_links import end_home_links
from accounts.models import FamilyCode, FamilyLink, Pupil, Role, SchoolClass, User
from accounts.outbox import void_waiting
from accounts.people import note
from accounts.policy import UNLINKED
from accounts.reset_links import void_links
from accounts.secrets import clear_letters, code_hash, tidy_code
from accounts.sessions import Actor, alive_of, end_all_of
from accounts.signing_in import HOUR, Tried
from accounts.throttle import CODES_AN_HOUR, count_hit, count_wrong, forget, read_tally
from database import db, new_public_id
from keys import Keys

CODE_LETTERS = 12  # 55 bits, behind a throttle
CODE_LASTS = timedelta(days=30)
GROWN_UPS = (1, 2)


def family_code(keys: Keys, code: FamilyCode) -> str:
    """The letters on the letter: derived, so that it can be printed again unchanged."""
    return _letters(keys, code.public_id, code.key_version)


def _letters(keys: Keys, public_id: str, key_version: int) -> str:
    return clear_letters(keys.mac("family-code", public_id, key_version), CODE_LETTERS)


def make_code(keys: Keys, school_id: int, pupil_id: int, number: int, at: datetime) -> FamilyCode:
    """A new code for one child and one grown-up (1 or 2); whether there is one already is for the caller."""
    public_id = new_public_id()
    code = FamilyCode(
        public_id=public_id,
        school_id=school_id,
        pupil_id=pupil_id,
        number=number,
        key_version=keys.version,
        code_hash=code_hash(keys, "family", _letters(keys, public_id, keys.version)),
        made_at=at,
        expires_at=at + CODE_LASTS,
        used_at=None,
        voided_at=None,
    )
    db.session.add(code)
    return code


def make_class_codes(
    actor: Actor, keys: Keys, school_class: SchoolClass, numbers: Collection[int], at: datetime
) -> list[FamilyCode]:
    """Codes for the children of a class who have none for this grown-up.

    A child whose code was used or made void is left out: another letter for that child is a decision about that child,
    taken on the child's own page. So a letter printed for all never undoes an unlinking.
    """
    pupils = db.session.scalars(
        select(Pupil.user_id)
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.class_id == school_class.id, User.left_at.is_(None))
        .order_by(User.name, User.id)
    ).all()
    settled: set[tuple[int, int]] = set()
    for pupil_id, number in db.session.execute(
        select(FamilyCode.pupil_id, FamilyCode.number).where(
            FamilyCode.pupil_id.in_(pupils),
            FamilyCode.used_at.is_not(None) | FamilyCode.voided_at.is_not(None) | (FamilyCode.expires_at > at),
        )
    ):
        settled.add((pupil_id, number))
    unlinked = set(
        db.session.scalars(
            select(FamilyLink.pupil_id).where(FamilyLink.pupil_id.in_(pupils), FamilyLink.ended_at.is_not(None))
        )
    )
    made = [
        make_code(keys, school_class.school_id, pupil_id, number, at)
        for pupil_id in pupils
        for number in sorted(numbers)
        if (pupil_id, number) not in settled and pupil_id not in unlinked
    ]
    if made:
        note(school_class.school_id, actor.user_id, "family-codes-of-class", school_class.id, at)
    return made


def make_pupil_code(actor: Actor, keys: Keys, pupil: Pupil, number: int, at: datetime) -> FamilyCode:
    """A code for this child and grown-up; the one that may still be used, where there is one."""
    still_open = db.session.scalar(
        select(FamilyCode).where(FamilyCode.pupil_id == pupil.user_id, FamilyCode.number == number, *_open_at(at))
    )
    if still_open is not None:
        return still_open
    note(pupil.school_id, actor.user_id, "family-code", pupil.user_id, at)
    return make_code(keys, pupil.school_id, pupil.user_id, number, at)


def void_code(actor: Actor, code: FamilyCode, at: datetime) -> None:
    """The letter was lost, or should not have gone out."""
    code.voided_at = at
    note(code.school_id, actor.user_id, "family-code-void", code.pupil_id, at)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that may still be used, and the child it is for."""

    code_id: int
    school_id: int
    pupil_id: int
    first_name: str
    class_name: str


def try_family_code(
    connection: Connection, keys: Keys, typed: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, Waiting | None]:
    """Look a letter's code up, and count a wrong one by device and by network address. Uses nothing up."""
    if rest := read_tally(connection, keys, "family-device", device.hex(), at, HOUR).rest(at):
        return Tried(False, rest), None
    if rest := count_hit(connection, keys, "family-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest), None
    hashes = [code_hash(keys, "family", tidy_code(typed), version) for version in keys.roots]
    row = connection.execute(
        select(FamilyCode.id, FamilyCode.school_id, FamilyCode.pupil_id, Pupil.first_name, SchoolClass.name)
        .join(User, User.id == FamilyCode.pupil_id)
        .join(Pupil, Pupil.user_id == FamilyCode.pupil_id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(FamilyCode.code_hash.in_(hashes), User.left_at.is_(None), *_open_at(at))
    ).first()
    if row is None:
        return Tried(False, count_wrong(connection, keys, "family-device", device.hex(), at, HOUR).rest(at)), None
    forget(connection, keys, "family-device", device.hex())
    return Tried(True), Waiting(row.id, row.school_id, row.pupil_id, row.first_name, row.name)


def link(connection: Connection, waiting: Waiting, parent_id: int, at: datetime) -> bool:
    """This grown-up reads this child's summaries from now on. False if somebody has just used the code.

    Who is linked already keeps the code for another grown-up.
    """
    linked = connection.execute(
        select(FamilyLink.id).where(
            FamilyLink.parent_id == parent_id,
            FamilyLink.pupil_id == waiting.pupil_id,
            FamilyLink.ended_at.is_(None),
        )
    ).first()
    if linked is not None:
        return True
    used = connection.execute(
        update(FamilyCode).where(FamilyCode.id == waiting.code_id, *_open_at(at)).values(used_at=at)
    )
    if used.rowcount != 1:
        return False
    db.session.add(
        FamilyLink(
            school_id=waiting.school_id, parent_id=parent_id, pupil_id=waiting.pupil_id, linked_at=at, ended_at=None
        )
    )
    note(waiting.school_id, parent_id, "family-linked", waiting.pupil_id, at)
    return True


def unlink(actor: Actor, pupil: Pupil, parent_id: int, at: datetime) -> bool:
    """End this grown-up's link to this child, at the next request. False if there was none.

    The child's letters that nobody has used are void, since one of them may lie in this grown-up's kitchen; so are the
    links to the child's home card, and the account's links to a new password and the mails that wait for it. With no
    other child, its sessions end. Nobody is told by mail. What ended is kept with the entry in
    the log, from which a record can be printed.
    """
    connection = db.session.connection()
    ended = connection.execute(
        update(FamilyLink)
        .where(FamilyLink.parent_id == parent_id, FamilyLink.pupil_id == pupil.user_id, FamilyLink.ended_at.is_(None))
        .values(ended_at=at)
    )
    if ended.rowcount == 0:
        return False
    letters = connection.execute(
        update(FamilyCode).where(FamilyCode.pupil_id == pupil.user_id, *_open_at(at)).values(voided_at=at)
    )
    end_home_links(connection, [pupil.user_id])
    others = connection.execute(
        select(FamilyLink.id).where(FamilyLink.parent_id == parent_id, FamilyLink.ended_at.is_(None)).limit(1)
    ).first()
    sessions = 0
    if others is None:
        sessions = alive_of(connection, parent_id, Role.PARENT, at)
        end_all_of(connection, parent_id, at)
    note(
        pupil.school_id,
        actor.user_id,
        UNLINKED,
        pupil.user_id,
        at,
        {
            "grown_up": parent_id,
            "has_another_child": others is not None,
            "sessions": sessions,
            "letters": letters.rowcount,
            "links": void_links(connection, parent_id, at),
            "mails": void_waiting(connection, parent_id, at),
        },
    )
    return True


def _open_at(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    return FamilyCode.used_at.is_(None), FamilyCode.voided_at.is_(None), FamilyCode.expires_at > at
