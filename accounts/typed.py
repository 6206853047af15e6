"""What people type into one line of a form: tidied and judged. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST_EMAIL = 254
#: One @, something on both sides, a dot in the domain: whether it can be reached is for the person to know.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


def one_line(text: str, longest: int) -> str:
    """The text with single spaces and without control characters (PostgreSQL takes no NUL), cut at `longest`."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in ("Cc", "Cs"))[:longest].strip()


def is_email(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def minutes_of(text: str) -> int | None:
    """Minutes after midnight of a time such as "16:30"; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def time_of(minutes: int | None) -> str:
    """The time that a form shows for minutes after midnight; empty for none."""
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"
