"""A parent's way to a new password, by mail: asked for, looked up, used. One use, one hour. None commits.

The code is derived from the row's `public_id`, so that neither the row nor the mail that waits beside it holds it; the
database has its hash, to look it up. Staff are invited again by their office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Table, select, update

from accounts.models import Adult, ResetLink, Role, User
from accounts.own_account import set_password
from accounts.secrets import clear_letters, code_hash, tidy_code
from accounts.signing_in import HOUR, Tried
from accounts.throttle import CODES_AN_HOUR, count_hit, count_wrong, forget, read_tally
from database import new_public_id
from keys import Keys

CODE_LETTERS = 16  # 74 bits
LINK_LASTS = timedelta(hours=1)
#: So many mails an hour go to one address, whoever asks.
MAILS_AN_HOUR = 3

_LINKS = cast(Table, ResetLink.__table__)


def reset_code(keys: Keys, public_id: str, key_version: int) -> str:
    """The letters in the mail's address, derived each time."""
    return clear_letters(keys.mac("reset-link", public_id, key_version), CODE_LETTERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that was made, and whose it is."""

    public_id: str
    school_id: int
    user_id: int


def try_asking(
    connection: Connection, keys: Keys, email: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, Asked | None]:
    """A link for the parent with this email. Who asks is told the same whether there is one or not.

    Every asking counts by device, as a wrong try does at other doors, and by network address; past three an hour for
    one email, none is made, and that is not told either.
    """
    if rest := read_tally(connection, keys, "forgot-device", device.hex(), at, HOUR).rest(at):
        return Tried(False, rest), None
    if rest := count_hit(connection, keys, "forgot-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest), None
    count_wrong(connection, keys, "forgot-device", device.hex(), at, HOUR)
    email = email.strip().casefold()
    is_enough = count_hit(connection, keys, "forgot-email", email, at, HOUR, MAILS_AN_HOUR)
    row = connection.execute(
        select(User.id, User.school_id)
        .join(Adult, Adult.user_id == User.id)
        .where(Adult.email == email, User.role == Role.PARENT, User.left_at.is_(None))
    ).first()
    if row is None or is_enough:
        return Tried(True), None
    public_id = new_public_id()
    connection.execute(
        _LINKS.insert().values(
            public_id=public_id,
            school_id=row.school_id,
            user_id=row.id,
            key_version=keys.version,
            code_hash=code_hash(keys, "reset", reset_code(keys, public_id, keys.version)),
            made_at=at,
            expires_at=at + LINK_LASTS,
        )
    )
    return Tried(True), Asked(public_id, row.school_id, row.id)


@dataclass(frozen=True, slots=True)
class Renewing:
    """Somebody with a link that may still be used."""

    link_id: int
    school_id: int
    user_id: int
    email: str


def try_link(
    connection: Connection, keys: Keys, typed: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, Renewing | None]:
    """Look a code up, and count a wrong one by device and by network address. Uses nothing up."""
    if rest := read_tally(connection, keys, "renew-device", device.hex(), at, HOUR).rest(at):
        return Tried(False, rest), None
    if rest := count_hit(connection, keys, "renew-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest), None
    hashes = [code_hash(keys, "reset", tidy_code(typed), version) for version in keys.roots]
    row = connection.execute(
        select(ResetLink.id, ResetLink.school_id, ResetLink.user_id, Adult.email)
        .join(User, User.id == ResetLink.user_id)
        .join(Adult, Adult.user_id == User.id)
        .where(
            ResetLink.code_hash.in_(hashes),
            ResetLink.used_at.is_(None),
            ResetLink.voided_at.is_(None),
            ResetLink.expires_at > at,
            User.left_at.is_(None),
        )
    ).first()
    if row is None:
        return Tried(False, count_wrong(connection, keys, "renew-device", device.hex(), at, HOUR).rest(at)), None
    forget(connection, keys, "renew-device", device.hex())
    return Tried(True), Renewing(row.id, row.school_id, row.user_id, row.email)


def use_link(connection: Connection, found: Renewing, password_hash: str, at: datetime) -> bool:
    """Once: the password is the new one, whoever was signed in is out, and other links of this account are void."""
    used = connection.execute(
        update(ResetLink)
        .where(ResetLink.id == found.link_id, ResetLink.used_at.is_(None), ResetLink.voided_at.is_(None))
        .values(used_at=at)
    )
    if used.rowcount != 1:
        return False
    void_links(connection, found.user_id, at)
    set_password(connection, found.user_id, password_hash, at, but=None)
    return True


def void_links(connection: Connection, user_id: int, at: datetime) -> int:
    """No link of this account opens anything any more; returns how many still did."""
    ended = connection.execute(
        update(ResetLink)
        .where(
            ResetLink.user_id == user_id,
            ResetLink.used_at.is_(None),
            ResetLink.voided_at.is_(None),
            ResetLink.expires_at > at,
        )
        .values(voided_at=at)
    )
    return ended.rowcount
