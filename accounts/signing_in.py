"""Writes of signing in: pictures, words, a card, a teacher's "let in", passwords. The caller holds the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from accounts.models import Adult, Pupil, Role, School, SchoolClass, Throttle, User
from accounts.passwords import is_password
from accounts.school_time import is_in_window, is_school_day
from accounts.secrets import (
    CARD_LETTERS,
    TYPED_CARD_LETTERS,
    Way,
    card_token,
    code_hash,
    credential_for,
    given_secret,
    is_given,
    tidy_code,
)
from accounts.sessions import open_sign_in
from accounts.throttle import (
    ADULT_TRIES_AN_HOUR,
    CODES_AN_HOUR,
    KNOWN_DEVICE_TRIES,
    TELL_TEACHER_AT,
    TRIES_A_DAY,
    TRIES_A_LESSON_TWO_PICTURES,
    Tally,
    count_hit,
    count_wrong,
    forget,
    is_known,
    keep_tally,
    read_tally,
    remember_device,
)
from database import db
from keys import Keys

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try. `rest` is how long to wait; `ask_teacher`: only the card or the teacher will do."""

    is_in: bool
    rest: timedelta = timedelta(0)
    ask_teacher: bool = False


def is_door_open(school_class: SchoolClass, at: datetime) -> bool:
    return school_class.door_open_until is not None and at < school_class.door_open_until


def is_let_in(until: datetime | None, at: datetime) -> bool:
    """Whether the teacher's "let in" still stands: the boat then opens once without pictures, door open or not."""
    return until is not None and at < until


def may_look(school: School, school_class: SchoolClass, year_group: int, at: datetime) -> bool:
    """Whether a pupil of this year group may sign in by name now: in the lesson, or in the school's home window if
    words are the way (pictures are too easily guessed to be used from anywhere)."""
    if is_door_open(school_class, at):
        return True
    at_home = is_in_window(at, school.timezone, school.home_from, school.home_until)
    return at_home and credential_for(year_group).way is Way.WORDS


def is_code_rate_spent(connection: Connection, keys: Keys, address: str, at: datetime) -> bool:
    """Whether this network address has tried more class codes this hour than a whole school does."""
    return bool(count_hit(connection, keys, "code-address", address, at, HOUR, CODES_AN_HOUR))


def try_secret(
    connection: Connection,
    keys: Keys,
    pupil: Pupil,
    public_id: str,
    school_class: SchoolClass,
    tried: tuple[str, ...],
    device: bytes,
    at: datetime,
) -> Tried:
    """Pictures or words. A right one opens a session; a wrong one is counted."""
    if is_let_in(pupil.let_in_until, at) and _use_let_in(connection, pupil):
        _come_aboard(connection, pupil, "let-in", device, at)
        return Tried(True)
    by_device = f"{public_id}:{device.hex()}"
    on_device = read_tally(connection, keys, "pupil-device", by_device, at, DAY)
    if rest := on_device.rest(at):
        return Tried(False, rest)
    today = _tries_today(connection, keys, pupil, public_id, school_class, at)
    is_worn_out = today.count >= tries_allowed(pupil.year_group)
    if is_worn_out and not (is_known(connection, pupil.user_id, device) and on_device.count < KNOWN_DEVICE_TRIES):
        return Tried(False, ask_teacher=True)
    given = given_secret(keys, public_id, pupil.year_group, pupil.secret_version, pupil.key_version)
    if not is_given(tried, given):
        keep_tally(connection, keys, "pupil-day", public_id, Tally(today.count + 1, today.since, None))
        wrong = count_wrong(connection, keys, "pupil-device", by_device, at, DAY)
        return Tried(False, wrong.rest(at))
    forget(connection, keys, "pupil-device", by_device)
    _come_aboard(connection, pupil, credential_for(pupil.year_group).way, device, at)
    return Tried(True)


def tries_allowed(year_group: int) -> int:
    """Two pictures of twelve are soon guessed: ten tries a lesson. Else sixty a day."""
    return TRIES_A_LESSON_TWO_PICTURES if credential_for(year_group).length == 2 else TRIES_A_DAY


def _tries_today(
    connection: Connection, keys: Keys, pupil: Pupil, public_id: str, school_class: SchoolClass, at: datetime
) -> Tally:
    today = read_tally(connection, keys, "pupil-day", public_id, at, DAY)
    opened = school_class.door_opened_at
    if tries_allowed(pupil.year_group) == TRIES_A_LESSON_TWO_PICTURES and opened is not None and today.since < opened:
        return Tally(0, at, None)
    return today


def many_tries(connection: Connection, keys: Keys, public_ids: list[str], at: datetime) -> dict[str, int]:
    """The pupils whose pictures were tried so often in the last day that the teacher should know."""
    names = {keys.mac("throttle", public_id): public_id for public_id in public_ids}
    rows = connection.execute(
        select(Throttle.key, Throttle.count.label("tries")).where(
            Throttle.kind == "pupil-day",
            Throttle.key.in_(names),
            Throttle.count >= TELL_TEACHER_AT,
            Throttle.since > at - DAY,
        )
    )
    return {names[row.key]: row.tries for row in rows}


def try_card(
    connection: Connection, keys: Keys, typed: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, str]:
    """A card's token or its twelve letters. Returns what to say when the card is known but not to be used now."""
    on_device = read_tally(connection, keys, "card-device", device.hex(), at, DAY)
    if rest := on_device.rest(at):
        return Tried(False, rest), ""
    if count_hit(connection, keys, "card-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, FIRST_WAIT), ""
    row = _find_card(connection, keys, tidy_code(typed))
    if row is None:
        wrong = count_wrong(connection, keys, "card-device", device.hex(), at, DAY)
        return Tried(False, wrong.rest(at)), ""
    if at >= row.card_until:
        return Tried(False), "This card is from last year. Ask your teacher for a new one."
    door = row.door_open_until is not None and at < row.door_open_until
    if not (row.is_card_for_home or door or is_school_day(at, row.timezone)):
        return Tried(False), "This card works at school. You can use it there."
    forget(connection, keys, "card-device", device.hex())
    open_sign_in(connection, school_id=row.school_id, user_id=row.user_id, class_id=row.class_id, how="card", at=at)
    remember_device(connection, row.user_id, device, at)
    return Tried(True), ""


def _find_card(connection: Connection, keys: Keys, code: str) -> Row[*tuple[Any, ...]] | None:
    """The pupil whose card this is. A scanned token is checked to its last letter, a typed one has twelve."""
    if len(code) not in (TYPED_CARD_LETTERS, CARD_LETTERS):
        return None
    hashes = [code_hash(keys, "card", code[:TYPED_CARD_LETTERS], version) for version in keys.roots]
    row = connection.execute(
        select(
            Pupil.user_id,
            Pupil.school_id,
            Pupil.class_id,
            Pupil.card_version,
            Pupil.key_version,
            Pupil.card_until,
            Pupil.is_card_for_home,
            User.public_id,
            SchoolClass.door_open_until,
            School.timezone,
        )
        .join(User, User.id == Pupil.user_id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .join(School, School.id == Pupil.school_id)
        .where(Pupil.card_hash.in_(hashes), User.left_at.is_(None))
    ).first()
    if row is None:
        return None
    whole = card_token(keys, row.public_id, row.card_version, row.key_version)
    return row if code in (whole, whole[:TYPED_CARD_LETTERS]) else None


def _use_let_in(connection: Connection, pupil: Pupil) -> bool:
    """Once: of two devices that tap the boat together, one comes aboard."""
    used = connection.execute(
        update(Pupil).where(Pupil.user_id == pupil.user_id, Pupil.let_in_until.is_not(None)).values(let_in_until=None)
    )
    return used.rowcount == 1


def _come_aboard(connection: Connection, pupil: Pupil, how: str, device: bytes, at: datetime) -> None:
    open_sign_in(connection, school_id=pupil.school_id, user_id=pupil.user_id, class_id=pupil.class_id, how=how, at=at)
    remember_device(connection, pupil.user_id, device, at)


@dataclass(frozen=True, slots=True)
class Account:
    """An email that somebody tries to sign in with; `user_id` is None where there is no such account here."""

    email: str
    user_id: int | None
    school_id: int
    is_right: bool


def check_password(email: str, password: str, roles: frozenset[Role]) -> Account:
    """Reads and hashes only, so that no writer waits for the 30 ms that a hash takes."""
    email = email.strip().casefold()[:254]
    row = db.session.execute(
        select(User.id, User.school_id, User.role, Adult.password_hash)
        .join(Adult, Adult.user_id == User.id)
        .where(Adult.email == email, User.left_at.is_(None))
    ).first()
    known = row if row is not None and row.role in roles else None
    is_right = is_password(known.password_hash if known is not None else "", password)
    if known is None:
        return Account(email, None, 0, False)
    return Account(email, known.id, known.school_id, is_right)


def try_account(
    connection: Connection, keys: Keys, account: Account, device: bytes, address: str, at: datetime
) -> Tried:
    """Staff and parents. Delays grow by account and device, and by account; a device they know gets its first tries."""
    by_device = f"{account.email}:{device.hex()}"
    on_device = read_tally(connection, keys, "adult-device", by_device, at, HOUR)
    if rest := on_device.rest(at):
        return Tried(False, rest)
    of_account = read_tally(connection, keys, "adult-hour", account.email, at, HOUR)
    if of_account.count >= ADULT_TRIES_AN_HOUR:
        known = account.user_id is not None and is_known(connection, account.user_id, device)
        if not (known and on_device.count < KNOWN_DEVICE_TRIES):
            return Tried(False, of_account.since + HOUR - at)
    if rest := count_hit(connection, keys, "adult-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest)
    if account.user_id is None or not account.is_right:
        keep_tally(connection, keys, "adult-hour", account.email, Tally(of_account.count + 1, of_account.since, None))
        return Tried(False, count_wrong(connection, keys, "adult-device", by_device, at, HOUR).rest(at))
    forget(connection, keys, "adult-device", by_device)
    open_sign_in(connection, school_id=account.school_id, user_id=account.user_id, class_id=None, how="password", at=at)
    remember_device(connection, account.user_id, device, at)
    return Tried(True)
