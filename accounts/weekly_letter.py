"""Whether a parent wants the weekly letter, and the proof in each letter that stops it without signing in."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, select, update

from accounts.models import Adult, User
from keys import Keys

PROOF_BYTES = 16


def choose_letters(connection: Connection, user_id: int, at: datetime, *, is_weekly: bool) -> None:
    """Weekly from this moment, or never. Who chooses weekly again keeps the moment of the first time."""
    if is_weekly:
        wanted = update(Adult).where(Adult.user_id == user_id, Adult.weekly_since.is_(None)).values(weekly_since=at)
    else:
        wanted = update(Adult).where(Adult.user_id == user_id).values(weekly_since=None)
    connection.execute(wanted)


def wants_letters(connection: Connection, user_id: int) -> bool:
    return connection.scalar(select(Adult.weekly_since).where(Adult.user_id == user_id)) is not None


def stop_token(keys: Keys, public_id: str) -> str:
    """What stands in the address that stops this person's letters, and takes that back. It does nothing else, so it
    need not run out."""
    return f"{public_id}-{_proof(keys, public_id, keys.version)}"


def whose_letters(connection: Connection, keys: Keys, token: str) -> int | None:
    """The user whose letters this token stops; None for one that we have not made."""
    public_id, _, proof = token.partition("-")
    if not any(hmac.compare_digest(_proof(keys, public_id, version), proof) for version in keys.roots):
        return None
    return connection.scalar(select(User.id).where(User.public_id == public_id))


def _proof(keys: Keys, public_id: str, key_version: int) -> str:
    return keys.mac("stop-letters", public_id, key_version)[:PROOF_BYTES].hex()
