"""Writes about who is who: making schools, classes, staff and pupils. None of them commits; the caller does, once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from accounts.models import (
    Adult,
    AuditEntry,
    Invitation,
    Membership,
    Pupil,
    Role,
    School,
    SchoolClass,
    User,
)
from accounts.school_time import end_of_school_year
from accounts.secrets import CLEAR_LETTERS, TYPED_CARD_LETTERS, card_token, code_hash
from database import db, new_public_id
from keys import Keys

BOAT_SAILS = range(8)
BOAT_PATTERNS = range(7)
INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewPupil:
    """A pupil to be made. The three identity hashes are DESIGN.md 6's; None where the list had no such thing."""

    class_id: int
    year_group: int
    first_name: str
    surname_letters: str
    is_surname_known: bool
    id_mac: bytes | None = None
    name_mac: bytes | None = None
    class_mac: bytes | None = None
    public_id: str = field(default_factory=new_public_id)


def shown_name(first_name: str, surname_letters: str) -> str:
    """What tiles and tables call a pupil: "Amina", or "Amina K" where there are two."""
    return f"{first_name} {surname_letters}".rstrip()


def name_key(name: str) -> str:
    """A class's name as it is compared: " 3h" and "3H" are one class."""
    return " ".join(name.split()).casefold()


def make_school(name: str, at: datetime, *, is_demo: bool = False, timezone: str = "Europe/London") -> School:
    school = School(name=name, is_demo=is_demo, timezone=timezone, home_from=None, home_until=None, made_at=at)
    db.session.add(school)
    db.session.flush()
    return school


def make_class(school_id: int, name: str, year_group: int, at: datetime) -> SchoolClass:
    made = SchoolClass(
        school_id=school_id,
        name=" ".join(name.split()),
        name_key=name_key(name),
        year_group=year_group,
        code=new_class_code(),
        code_made_at=at,
        door_opened_at=None,
        door_open_until=None,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def new_class_code() -> str:
    """Six of 25 clear letters: 2.4e8, and counted by address, so that nobody finds one by trying."""
    while True:
        code = "".join(secrets.choice(CLEAR_LETTERS) for _ in range(6))
        if db.session.scalar(select(SchoolClass.id).where(SchoolClass.code == code)) is None:
            return code


def add_pupils(keys: Keys, school: School, new: Sequence[NewPupil], at: datetime) -> list[Pupil]:
    """Make these pupils, each with a boat that no namesake in the class has. A whole school at once: two INSERTs."""
    taken = _boats_taken({pupil.class_id for pupil in new})
    users = [
        User(
            public_id=pupil.public_id,
            school_id=school.id,
            role=Role.PUPIL,
            name=shown_name(pupil.first_name, pupil.surname_letters),
            made_at=at,
            left_at=None,
        )
        for pupil in new
    ]
    db.session.add_all(users)
    db.session.flush()
    until = end_of_school_year(at, school.timezone)
    made = []
    for pupil, user in zip(new, users, strict=True):
        boats = taken.setdefault(pupil.class_id, [])
        sail, pattern = free_boat(boats)
        boats.append((sail, pattern))
        made.append(
            Pupil(
                user_id=user.id,
                school_id=school.id,
                class_id=pupil.class_id,
                year_group=pupil.year_group,
                first_name=pupil.first_name,
                surname_letters=pupil.surname_letters,
                is_surname_known=pupil.is_surname_known,
                boat_sail=sail,
                boat_pattern=pattern,
                key_version=keys.version,
                secret_version=1,
                card_version=1,
                card_hash=card_hash_for(keys, user.public_id, 1, keys.version),
                card_until=until,
                id_mac=pupil.id_mac,
                name_mac=pupil.name_mac,
                class_mac=pupil.class_mac,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    return made


def _boats_taken(class_ids: set[int]) -> dict[int, list[tuple[int, int]]]:
    taken: dict[int, list[tuple[int, int]]] = {}
    rows = db.session.execute(
        select(Pupil.class_id, Pupil.boat_sail, Pupil.boat_pattern)
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.class_id.in_(class_ids), User.left_at.is_(None))
        .order_by(Pupil.user_id)
    )
    for class_id, sail, pattern in rows:
        taken.setdefault(class_id, []).append((sail, pattern))
    return taken


def free_boat(taken: list[tuple[int, int]]) -> tuple[int, int]:
    """The next boat of 56 that the class has fewest of: in 30, no two are alike."""
    every = [(sail, pattern) for pattern in BOAT_PATTERNS for sail in BOAT_SAILS]
    # Neighbours in the list differ in sail and in pattern, so that a class of seven already looks like a regatta.
    order = [every[place * 13 % len(every)] for place in range(len(every))]
    return min(order, key=lambda boat: (taken.count(boat), order.index(boat)))


def card_hash_for(keys: Keys, public_id: str, version: int, key_version: int) -> bytes:
    token = card_token(keys, public_id, version, key_version)
    return code_hash(keys, "card", token[:TYPED_CARD_LETTERS], key_version)


def void_card(keys: Keys, pupil: Pupil, public_id: str, until: datetime) -> None:
    """The old card opens nothing any more; the next one printed does, until this moment."""
    pupil.card_version += 1
    pupil.card_hash = card_hash_for(keys, public_id, pupil.card_version, pupil.key_version)
    pupil.card_until = until


def new_pictures(pupil: Pupil) -> None:
    pupil.secret_version += 1


def add_staff(school_id: int, role: Role, name: str, email: str, at: datetime, password_hash: str = "") -> User:
    """A member of staff; without a password they set one with an invitation."""
    return _add_adult(school_id, role, name, email, at, password_hash)


def add_parent(school_id: int, name: str, email: str, password_hash: str, at: datetime) -> User:
    return _add_adult(school_id, Role.PARENT, name, email, at, password_hash)


def _add_adult(school_id: int, role: Role, name: str, email: str, at: datetime, password_hash: str) -> User:
    user = User(school_id=school_id, role=role, name=name, made_at=at, left_at=None)
    db.session.add(user)
    db.session.flush()
    adult = Adult(user_id=user.id, school_id=school_id, email=email.strip().casefold(), password_hash=password_hash)
    adult.totp_secret = None
    db.session.add(adult)
    db.session.flush()
    return user


def is_email_taken(email: str) -> bool:
    return db.session.scalar(select(Adult.user_id).where(Adult.email == email.strip().casefold())) is not None


def teach(user: User, school_class: SchoolClass) -> None:
    """This teacher teaches this class from now on; said twice, once is enough."""
    key = {"user_id": user.id, "class_id": school_class.id}
    if db.session.get(Membership, key) is None:
        db.session.add(Membership(**key, school_id=school_class.school_id))
        db.session.flush()


def invite(keys: Keys, user: User, at: datetime) -> str:
    """A code, shown once, with which this person sets a password. An earlier one stops working."""
    db.session.execute(
        update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)).values(used_at=at)
    )
    code = "".join(secrets.choice(CLEAR_LETTERS) for _ in range(16))
    db.session.add(
        Invitation(
            user_id=user.id,
            code_hash=code_hash(keys, "invitation", code),
            expires_at=at + INVITATION_LASTS,
            used_at=None,
        )
    )
    db.session.flush()
    return code


def settle_year_group(school_class: SchoolClass) -> None:
    """The class's year group is the commonest of its pupils'; the younger one on a tie."""
    row = db.session.execute(
        select(Pupil.year_group, func.count().label("pupils"))
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.class_id == school_class.id, User.left_at.is_(None))
        .group_by(Pupil.year_group)
        .order_by(func.count().desc(), Pupil.year_group)
    ).first()
    if row is not None:
        school_class.year_group = row.year_group


def note(
    school_id: int,
    actor_id: int | None,
    what: str,
    about_id: int | None,
    at: datetime,
    detail: Mapping[str, int] | None = None,
) -> None:
    """Keep who did what to whom, by id; `detail` holds other ids and counts, never a name."""
    said = json.dumps(detail) if detail else ""
    db.session.add(AuditEntry(school_id=school_id, actor_id=actor_id, what=what, about_id=about_id, detail=said, at=at))
