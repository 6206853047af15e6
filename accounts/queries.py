"""Reads of who is who, for the pages of classes, the office and families. Each asks once, however big the school is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.bands import YEAR_NAMES, band_of_class
from accounts.models import (
    STAFF,
    Adult,
    AuditEntry,
    FamilyCode,
    FamilyLink,
    Invitation,
    Membership,
    Pupil,
    RecoveryCode,
    Role,
    SchoolClass,
    SignIn,
    User,
)
from accounts.policy import WHOLE_SCHOOL, Action, classes_for, may, staff_for, unlinkings_for
from accounts.sessions import Actor
from accounts.signing_in import many_tries
from database import db
from keys import Keys


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class as the list of classes shows it."""

    public_id: str
    name: str
    year: str
    code: str
    pupils: int
    teachers: tuple[str, ...]  # told to those who see the whole school
    band: str  # of its lessons: eyfs, y1-2, y3-4, y5-6
    chosen_band: str  # the one the teacher chose, or empty
    door_open_until: datetime | None  # None while the door is shut
    often_tried: tuple[tuple[str, int], ...]  # pupils' names and how often their pictures were tried in a day


def class_rows(actor: Actor, keys: Keys, at: datetime) -> list[ClassRow]:
    """The classes this person may see, youngest first: four statements."""
    classes = list(db.session.scalars(classes_for(actor).order_by(SchoolClass.year_group, SchoolClass.name_key)))
    names: dict[int, dict[str, str]] = defaultdict(dict)
    mine = classes_for(actor).with_only_columns(SchoolClass.id)
    for row in db.session.execute(
        select(Pupil.class_id, User.public_id, User.name)
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.class_id.in_(mine), User.left_at.is_(None))
        .order_by(User.name)
    ):
        names[row.class_id][row.public_id] = row.name
    tries: dict[str, int] = {}
    if may(actor, Action.RUN_CLASS) and names:
        everyone = [public_id for pupils in names.values() for public_id in pupils]
        tries = many_tries(db.session.connection(), keys, everyone, at)
    teachers = _teachers(actor) if actor.role in WHOLE_SCHOOL else {}
    return [
        ClassRow(
            public_id=one.public_id,
            name=one.name,
            year=YEAR_NAMES[one.year_group],
            code=one.code,
            pupils=len(names[one.id]),
            teachers=tuple(teachers.get(one.id, ())),
            band=band_of_class(one.chosen_band, one.year_group),
            chosen_band=one.chosen_band,
            door_open_until=one.door_open_until if one.door_open_until and at < one.door_open_until else None,
            often_tried=tuple(
                (name, tries[public_id]) for public_id, name in names[one.id].items() if public_id in tries
            ),
        )
        for one in classes
    ]


def _teachers(actor: Actor) -> dict[int, list[str]]:
    """The names of those who teach each class of the school, by the class's id."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(
        select(Membership.class_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.school_id == actor.school_id, User.left_at.is_(None))
        .order_by(User.name)
    ):
        found[row.class_id].append(row.name)
    return found


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One member of staff as the office's list shows them."""

    public_id: str
    name: str
    email: str
    role: Role
    classes: tuple[str, ...]
    last_sign_in: datetime | None
    is_totp_on: bool
    invited_until: datetime | None  # an invitation is out that nobody has used yet
    has_account: bool  # a password has been set
    left_at: datetime | None


def staff_rows(actor: Actor, at: datetime) -> list[StaffRow]:
    """Everybody who works here, by name, leavers last: four statements."""
    last = dict(
        db.session.execute(
            select(SignIn.user_id, func.max(SignIn.opened_at))
            .join(User, User.id == SignIn.user_id)
            .where(User.school_id == actor.school_id, User.role.in_(STAFF))
            .group_by(SignIn.user_id)
        ).all()
    )
    invited = dict(
        db.session.execute(
            select(Invitation.user_id, func.max(Invitation.expires_at))
            .join(User, User.id == Invitation.user_id)
            .where(User.school_id == actor.school_id, Invitation.used_at.is_(None), Invitation.expires_at > at)
            .group_by(Invitation.user_id)
        ).all()
    )
    classes: dict[int, list[str]] = defaultdict(list)
    for user_id, name in db.session.execute(
        select(Membership.user_id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(Membership.school_id == actor.school_id)
        .order_by(SchoolClass.year_group, SchoolClass.name_key)
    ):
        classes[user_id].append(name)
    return [
        StaffRow(
            public_id=user.public_id,
            name=user.name,
            email=adult.email,
            role=Role(user.role),
            classes=tuple(classes[user.id]),
            last_sign_in=last.get(user.id),
            is_totp_on=adult.is_totp_on,
            invited_until=invited.get(user.id),
            has_account=bool(adult.password_hash),
            left_at=user.left_at,
        )
        for user, adult in db.session.execute(
            staff_for(actor).order_by(User.left_at.is_not(None), func.lower(User.name))
        )
    ]


def classes_of_school(actor: Actor) -> list[SchoolClass]:
    """Every class of the school, youngest first, for those who see them all."""
    return list(db.session.scalars(classes_for(actor).order_by(SchoolClass.year_group, SchoolClass.name_key)))


def taught_by(user_id: int) -> frozenset[int]:
    """The ids of the classes that somebody teaches."""
    return frozenset(db.session.scalars(select(Membership.class_id).where(Membership.user_id == user_id)))


def recovery_codes_left(user_id: int) -> int:
    return (
        db.session.scalar(select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)))
        or 0
    )


def names_in(school_class: SchoolClass) -> list[tuple[str, str]]:
    """Public id and name of each pupil of a class, by name."""
    return [
        (row.public_id, row.name)
        for row in db.session.execute(
            select(User.public_id, User.name)
            .join(Pupil, Pupil.user_id == User.id)
            .where(Pupil.class_id == school_class.id, User.left_at.is_(None))
            .order_by(User.name)
        )
    ]


def safeguarding_lead(school_id: int) -> str:
    """The DSL's name, for a letter; empty where the school has not added one yet."""
    return (
        db.session.scalar(
            select(User.name)
            .where(User.school_id == school_id, User.role == Role.DSL, User.left_at.is_(None))
            .order_by(User.id)
            .limit(1)
        )
        or ""
    )


@dataclass(frozen=True, slots=True)
class GrownUp:
    """A parent or carer who is linked to a child."""

    public_id: str
    name: str
    email: str  # empty for those who need not know it
    linked_at: datetime


def grown_ups_of(actor: Actor, pupil_id: int) -> list[GrownUp]:
    """Who reads this child's summaries. A teacher is told the names alone."""
    sees_email = actor.role in WHOLE_SCHOOL
    return [
        GrownUp(row.public_id, row.name, row.email if sees_email else "", row.linked_at)
        for row in db.session.execute(
            select(User.public_id, User.name, Adult.email, FamilyLink.linked_at)
            .join(User, User.id == FamilyLink.parent_id)
            .join(Adult, Adult.user_id == User.id)
            .where(FamilyLink.pupil_id == pupil_id, FamilyLink.ended_at.is_(None))
            .order_by(FamilyLink.linked_at, FamilyLink.id)
        )
    ]


@dataclass(frozen=True, slots=True)
class Unlinking:
    """That a grown-up's link to a child was ended: by whom, when, and what ended with it."""

    public_id: str
    at: datetime
    child: str  # names are empty once the retention rule has taken the person's row
    grown_up: str
    email: str
    by: str
    by_role: str
    has_another_child: bool
    sessions: int
    letters: int
    links: int
    mails: int


def unlinkings_of(actor: Actor, pupil_id: int) -> list[Unlinking]:
    """Every unlinking from this child that this person may read, the newest first: two statements."""
    entries = unlinkings_for(actor).where(AuditEntry.about_id == pupil_id)
    return _told(list(db.session.scalars(entries.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()))))


def unlinking(actor: Actor, public_id: str) -> Unlinking | None:
    """One that this person may read; the child may have left since."""
    entry = db.session.scalar(unlinkings_for(actor).where(AuditEntry.public_id == public_id))
    return None if entry is None else _told([entry])[0]


def _told(entries: Sequence[AuditEntry]) -> list[Unlinking]:
    if not entries:
        return []
    details = [json.loads(entry.detail) for entry in entries]
    people = {entry.about_id for entry in entries} | {entry.actor_id for entry in entries}
    people |= {detail["grown_up"] for detail in details}
    rows = db.session.execute(
        select(User.id, User.name, User.role, Adult.email)
        .outerjoin(Adult, Adult.user_id == User.id)
        .where(User.id.in_(people - {None}))
    ).all()
    name = {row.id: row.name for row in rows}
    role = {row.id: row.role for row in rows}
    email = {row.id: row.email for row in rows}
    return [
        Unlinking(
            public_id=entry.public_id,
            at=entry.at,
            child=name.get(entry.about_id, ""),
            grown_up=name.get(detail["grown_up"], ""),
            email=email.get(detail["grown_up"], ""),
            by=name.get(entry.actor_id, ""),
            by_role=role.get(entry.actor_id, ""),
            has_another_child=bool(detail["has_another_child"]),
            sessions=detail["sessions"],
            letters=detail["letters"],
            links=detail["links"],
            mails=detail["mails"],
        )
        for entry, detail in zip(entries, details, strict=True)
    ]


def codes_of(pupil_id: int) -> list[FamilyCode]:
    """Every code that was made for this child, the newest first."""
    return list(
        db.session.scalars(
            select(FamilyCode).where(FamilyCode.pupil_id == pupil_id).order_by(FamilyCode.made_at.desc(), FamilyCode.id)
        )
    )


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that may still be used, and whose letter it is on."""

    code: FamilyCode
    pupil_public_id: str
    name: str  # the child's first name


def open_codes(school_class: SchoolClass, at: datetime) -> list[OpenCode]:
    """The letters of a class that nobody has used yet, by child and grown-up: one statement."""
    return [
        OpenCode(code, public_id, first_name)
        for code, public_id, first_name in db.session.execute(
            select(FamilyCode, User.public_id, Pupil.first_name)
            .join(User, User.id == FamilyCode.pupil_id)
            .join(Pupil, Pupil.user_id == FamilyCode.pupil_id)
            .where(
                Pupil.class_id == school_class.id,
                User.left_at.is_(None),
                FamilyCode.used_at.is_(None),
                FamilyCode.voided_at.is_(None),
                FamilyCode.expires_at > at,
            )
            .order_by(User.name, User.id, FamilyCode.number)
        )
    ]
