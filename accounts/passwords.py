"""Staff and parents' passwords: argon2id, twelve characters or more, none of the common ones (DESIGN.md 7)."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200  # so that nobody makes us hash a book

#: 19 MiB, two passes, one lane: 30 ms, so that thirty people can sign in at once on an old PC (LIBRARIES.md P4).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_password(stored: str, tried: str) -> bool:
    """Whether this is the password. Takes as long for an account that has none, so that time tells nothing."""
    try:
        _hasher.verify(stored or _nobodys(), tried[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def problem_with(password: str, email: str = "") -> str:
    """What to do about this password, or nothing."""
    if len(password) < SHORTEST:
        return f"Use {SHORTEST} characters or more. Three random words make a good one."
    if len(password) > LONGEST:
        return f"Use {LONGEST} characters or fewer."
    if _is_common(password):
        return "That one is easy to guess. Three random words make a good one."
    if email and email.split("@", 1)[0].casefold() in password.casefold() and len(email.split("@", 1)[0]) > 3:
        return "Leave your own name out of it. Three random words make a good one."
    return ""


def _is_common(password: str) -> bool:
    """One of the common ones, as it stands, said twice, or with figures and signs put round it."""
    plain = password.casefold()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    half = plain[: len(plain) // 2]
    return (
        len(set(plain)) < 5
        or plain in _common()
        or bare in _common()
        or len(bare) < 5
        or (half * 2 == plain and (half in _common() or len(set(half)) < 5))
    )


@cache
def _common() -> frozenset[str]:
    """The common ones of five letters and more: Django's list (BSD licence, see docs/licences.md)."""
    packed = (Path(__file__).parent / "common.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this one")
