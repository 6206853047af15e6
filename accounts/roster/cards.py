"""Sign-in cards as they are printed: what stands on each, and how they fill A4 sheets of eight. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Pupil, SchoolClass, User
from accounts.qr import QrCode, qr_code
from accounts.secrets import (
    PICTURES,
    TYPED_CARD_LETTERS,
    Way,
    card_token,
    credential_for,
    given_secret,
    grouped,
)
from accounts.sessions import Boat
from keys import Keys

CARDS_A_SHEET = 8


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card: the square holds the address with the token after the #, where no server and no log sees it."""

    name: str
    boat: Boat
    qr: QrCode
    letters: str  # what is typed where there is no camera
    class_code: str
    pictures: tuple[Picture, ...]
    words: tuple[str, ...]  # one of the two is empty, by the pupil's own year group


def card_of(keys: Keys, pupil: Pupil, user: User, school_class: SchoolClass, address: str) -> Card:
    """`address` is that of the page which reads the token, scheme and host included."""
    token = card_token(keys, user.public_id, pupil.card_version, pupil.key_version)
    given = given_secret(keys, user.public_id, pupil.year_group, pupil.secret_version, pupil.key_version)
    is_words = credential_for(pupil.year_group).way is Way.WORDS
    return Card(
        name=user.name,
        boat=Boat(pupil.boat_sail, pupil.boat_pattern),
        qr=qr_code(f"{address}#{token}"),
        letters=grouped(token[:TYPED_CARD_LETTERS]),
        class_code=grouped(school_class.code, 3),
        pictures=() if is_words else tuple(Picture(PICTURES[key], f"pic-{key}") for key in given),
        words=given if is_words else (),
    )


def sheets(cards: Sequence[Card]) -> list[Sequence[Card]]:
    """Eight to a page."""
    return [cards[start : start + CARDS_A_SHEET] for start in range(0, len(cards), CARDS_A_SHEET)]


def run_out(pupils: Iterable[tuple[Pupil, User]], at: datetime) -> list[tuple[Pupil, User]]:
    """Those whose card was last school year's: it opens nothing, so it must not be printed again."""
    return [(pupil, user) for pupil, user in pupils if pupil.card_until <= at]
