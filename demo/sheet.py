"""What `make run` prints: addresses, class codes, cards and passwords of the demo school."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from accounts.bands import BAND_NAMES, band_for_year
from accounts.family_links import family_code
from accounts.models import Adult, FamilyCode, Membership, Pupil, Role, School, SchoolClass, User
from accounts.secrets import (
    PICTURES,
    TYPED_CARD_LETTERS,
    WORDS,
    Way,
    card_token,
    credential_for,
    given_secret,
    grouped,
)
from database import db
from keys import Keys
from web import settings

#: Long enough to try it out in, short enough that a forgotten demo shuts itself.
DOORS_OPEN = timedelta(hours=12)


def demo_password(keys: Keys, email: str) -> str:
    """Three words that differ from installation to installation, so that a demo left running is no open door."""
    long_enough = [word for word in WORDS if len(word) >= 4]  # the page asks for twelve characters
    return " ".join(long_enough[byte % len(long_enough)] for byte in keys.mac("demo", email)[:3])


def open_doors(at: datetime) -> None:
    """Open every class door of the demo school, so that its codes and boats can be tried at once."""
    demo = select(School.id).where(School.is_demo)
    db.session.execute(
        update(SchoolClass)
        .where(SchoolClass.school_id.in_(demo))
        .values(door_opened_at=at, door_open_until=at + DOORS_OPEN)
        .execution_options(synchronize_session=False)
    )


def sign_in_sheet(keys: Keys, at: datetime) -> str:
    """One screen of text: how to come in as a pupil of each band, and as each grown-up."""
    address = settings().address
    lines = ["", "Safe Harbour demo school (invented people)", "", f"  Everyone starts at   {address}/", "", "Pupils"]
    for school_class, pupil, user in _a_pupil_of_each_band():
        lines += _pupil_lines(keys, address, school_class, pupil, user)
    lines += ["", f"Staff                  {address}/staff/"]
    for user, adult in _staff_worth_trying():
        lines.append(f"  {user.role:<8} {adult.email:<24} {demo_password(keys, adult.email)}")
    lines += ["", f"Parents and carers     {address}/families/"]
    lines += [
        f"  {user.role:<8} {adult.email:<24} {demo_password(keys, adult.email)}"
        for user, adult in _adults()
        if user.role == Role.PARENT
    ]
    code = _an_open_letter(keys, at)
    if code:
        lines.append(f"  a letter's code, not used yet: {grouped(code)}   at {address}/families/join")
    dsl = next((adult.email for user, adult in _adults() if user.role == Role.DSL), "")
    lines += ["", "DSL, deputy, head and admin need a second-factor code. This prints the one of this moment:"]
    lines += [f"  .venv/bin/flask --app app demo code {dsl}", ""]
    return "\n".join(lines)


def _pupil_lines(keys: Keys, address: str, school_class: SchoolClass, pupil: Pupil, user: User) -> list[str]:
    credential = credential_for(pupil.year_group)
    given = given_secret(keys, user.public_id, pupil.year_group, pupil.secret_version, pupil.key_version)
    said = ", ".join(given) if credential.way is Way.WORDS else ", ".join(PICTURES[key] for key in given)
    card = card_token(keys, user.public_id, pupil.card_version, pupil.key_version)
    band = BAND_NAMES[band_for_year(pupil.year_group)]
    return [
        f"  {band:<15} {school_class.name:<9} class code {grouped(school_class.code, 3)}   {user.name}: {said}",
        f"  {'':<15} card {grouped(card[:TYPED_CARD_LETTERS])}   {address}/card#{card}",
    ]


def _a_pupil_of_each_band() -> list[tuple[SchoolClass, Pupil, User]]:
    found = []
    for year_group in (0, 2, 3, 5):
        row = db.session.execute(
            select(SchoolClass, Pupil, User)
            .join(Pupil, Pupil.class_id == SchoolClass.id)
            .join(User, User.id == Pupil.user_id)
            .join(School, School.id == SchoolClass.school_id)
            .where(School.is_demo, Pupil.year_group == year_group, User.left_at.is_(None))
            .order_by(SchoolClass.name, User.name)
            .limit(1)
        ).first()
        if row is not None:
            found.append((row[0], row[1], row[2]))
    return found


def _adults() -> list[tuple[User, Adult]]:
    rows = db.session.execute(
        select(User, Adult)
        .join(Adult, Adult.user_id == User.id)
        .join(School, School.id == User.school_id)
        .where(School.is_demo)
        .order_by(User.id)
    )
    return [(row[0], row[1]) for row in rows]


def _staff_worth_trying() -> list[tuple[User, Adult]]:
    """One of each role; the teacher is one whose class has done lessons."""
    year_3 = (
        select(Membership.user_id)
        .join(SchoolClass, SchoolClass.id == Membership.class_id)
        .where(SchoolClass.year_group == 3)
    )
    taught = set(db.session.scalars(year_3))
    found: dict[str, tuple[User, Adult]] = {}
    for user, adult in _adults():
        if user.role != Role.PARENT and (user.role != Role.TEACHER or user.id in taught):
            found.setdefault(user.role, (user, adult))
    return list(found.values())


def _an_open_letter(keys: Keys, at: datetime) -> str:
    letter = db.session.scalars(
        select(FamilyCode)
        .join(School, School.id == FamilyCode.school_id)
        .where(School.is_demo, FamilyCode.used_at.is_(None), FamilyCode.voided_at.is_(None), FamilyCode.expires_at > at)
        .order_by(FamilyCode.id)
        .limit(1)
    ).first()
    return family_code(keys, letter) if letter is not None else ""
