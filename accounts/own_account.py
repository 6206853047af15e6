"""Writes about one's own account: the second factor, its recovery codes, a password and the invitation to set one; and
how a pupil likes the pages.

None of them commits; the caller does, once, so that a try and its count are kept together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from accounts.comfort import Comfort
from accounts.models import Adult, Invitation, Pupil, RecoveryCode, Role, SignIn, User
from accounts.second_factor import matching_step, recovery_codes_for, seal, unseal
from accounts.secrets import code_hash, tidy_code
from accounts.sessions import end_all_of
from accounts.signing_in import HOUR, Tried
from accounts.throttle import CODES_AN_HOUR, count_hit, count_wrong, forget, read_tally
from database import db
from keys import Keys

#: A page that was sent twice shows the recovery codes again for this long, in the session that made them.
SHOWN_AGAIN_FOR = timedelta(minutes=10)


def try_second_factor(
    connection: Connection, keys: Keys, user_id: int, sign_in_id: int, typed: str, at: datetime
) -> Tried:
    """Six figures from the phone, or a recovery code. A right one marks the session; a wrong one counts by person."""
    if rest := read_tally(connection, keys, "second-factor", str(user_id), at, HOUR).rest(at):
        return Tried(False, rest)
    if not (_use_figures(connection, keys, user_id, typed, at) or _use_recovery(connection, keys, user_id, typed, at)):
        return Tried(False, count_wrong(connection, keys, "second-factor", str(user_id), at, HOUR).rest(at))
    forget(connection, keys, "second-factor", str(user_id))
    connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(second_factor_at=at))
    return Tried(True)


def _use_figures(connection: Connection, keys: Keys, user_id: int, typed: str, at: datetime) -> bool:
    row = connection.execute(
        select(Adult.totp_secret, Adult.totp_key_version, Adult.totp_last_step).where(
            Adult.user_id == user_id, Adult.is_totp_on
        )
    ).first()
    if row is None or row.totp_secret is None:
        return False
    step = matching_step(unseal(keys, row.totp_secret, row.totp_key_version), typed, at, row.totp_last_step)
    if step is None:
        return False
    # Of two browsers that send the same figures together, one is let in.
    used = connection.execute(
        update(Adult).where(Adult.user_id == user_id, Adult.totp_last_step < step).values(totp_last_step=step)
    )
    return used.rowcount == 1


def _use_recovery(connection: Connection, keys: Keys, user_id: int, typed: str, at: datetime) -> bool:
    hashes = [code_hash(keys, "recovery", typed, version) for version in keys.roots]
    used = connection.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash.in_(hashes), RecoveryCode.used_at.is_(None))
        .values(used_at=at)
    )
    return used.rowcount == 1


def turn_on(
    connection: Connection, keys: Keys, user_id: int, sign_in_id: int, secret: str, step: int, at: datetime
) -> list[str]:
    """This phone is the second factor from now on, here and at once; other sessions end. Returns the recovery codes."""
    connection.execute(
        update(Adult)
        .where(Adult.user_id == user_id)
        .values(totp_secret=seal(keys, secret), totp_key_version=keys.version, is_totp_on=True, totp_last_step=step)
    )
    codes = recovery_codes_for(keys, secret)
    connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    for code in codes:
        db.session.add(RecoveryCode(user_id=user_id, code_hash=code_hash(keys, "recovery", code), used_at=None))
    connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(second_factor_at=at))
    end_all_of(connection, user_id, at, but=sign_in_id)
    return codes


def just_turned_on(keys: Keys, user_id: int, sign_in_id: int, secret: str, at: datetime) -> list[str]:
    """The recovery codes of this secret, if this session turned it on a moment ago; else none."""
    row = db.session.execute(
        select(Adult.totp_secret, Adult.totp_key_version, SignIn.second_factor_at)
        .join(SignIn, SignIn.user_id == Adult.user_id)
        .where(Adult.user_id == user_id, SignIn.id == sign_in_id, Adult.is_totp_on)
    ).first()
    if row is None or row.totp_secret is None or row.second_factor_at is None:
        return []
    is_this_one = unseal(keys, row.totp_secret, row.totp_key_version) == secret
    return recovery_codes_for(keys, secret) if is_this_one and at - row.second_factor_at < SHOWN_AGAIN_FOR else []


def forget_second_factor(connection: Connection, user_id: int) -> None:
    """The phone is lost: a new one is set up at the next sign-in. The codes in the safe go with it."""
    connection.execute(update(Adult).where(Adult.user_id == user_id).values(totp_secret=None, is_totp_on=False))
    connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def set_password(connection: Connection, user_id: int, password_hash: str, at: datetime, but: int | None) -> None:
    """The new password opens the account, and whoever is in it with the old one is out."""
    connection.execute(update(Adult).where(Adult.user_id == user_id).values(password_hash=password_hash))
    end_all_of(connection, user_id, at, but=but)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody with an invitation that may still be used."""

    invitation_id: int
    user_id: int
    school_id: int
    role: Role
    email: str


def invited(connection: Connection, keys: Keys, typed: str, at: datetime) -> Invited | None:
    """Whose invitation this code is; None for one that is unknown, used or older than seven days."""
    hashes = [code_hash(keys, "invitation", typed, version) for version in keys.roots]
    row = connection.execute(
        select(Invitation.id, User.id.label("user_id"), User.school_id, User.role, Adult.email)
        .join(User, User.id == Invitation.user_id)
        .join(Adult, Adult.user_id == User.id)
        .where(
            Invitation.code_hash.in_(hashes),
            Invitation.used_at.is_(None),
            Invitation.expires_at > at,
            User.left_at.is_(None),
        )
    ).first()
    return None if row is None else Invited(row.id, row.user_id, row.school_id, Role(row.role), row.email)


def try_invitation(
    connection: Connection, keys: Keys, typed: str, device: bytes, address: str, at: datetime
) -> tuple[Tried, Invited | None]:
    """Look an invitation up, and count a wrong code by device and by network address."""
    if rest := read_tally(connection, keys, "welcome-device", device.hex(), at, HOUR).rest(at):
        return Tried(False, rest), None
    if rest := count_hit(connection, keys, "welcome-address", address, at, HOUR, CODES_AN_HOUR):
        return Tried(False, rest), None
    found = invited(connection, keys, tidy_code(typed), at)
    if found is None:
        return Tried(False, count_wrong(connection, keys, "welcome-device", device.hex(), at, HOUR).rest(at)), None
    forget(connection, keys, "welcome-device", device.hex())
    return Tried(True), found


def use_invitation(connection: Connection, found: Invited, password_hash: str, at: datetime) -> bool:
    """Once: of two browsers that send the same invitation together, one sets the password."""
    used = connection.execute(
        update(Invitation).where(Invitation.id == found.invitation_id, Invitation.used_at.is_(None)).values(used_at=at)
    )
    if used.rowcount != 1:
        return False
    set_password(connection, found.user_id, password_hash, at, but=None)
    return True


def keep_comfort(connection: Connection, user_id: int, comfort: Comfort) -> None:
    """How this pupil's pages look and sound from now on, on every device. The last one kept wins."""
    connection.execute(update(Pupil).where(Pupil.user_id == user_id).values(comfort=comfort.kept()))
