"""What a pupil signs in with: pictures, words and a card, given by the system and derived, never stored.

Each is HMAC(key, pupil, kind, version), so a card can be printed again unchanged, and "void" or "new pictures" raises
the version (DESIGN.md 7). No slow hash: 12 bits cannot be saved by one, and thirty children sign in at one bell
(TRUST.md 2.1). Pure: no Flask, no database, no clock.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from keys import Keys

#: The picture board, in the order in which hands learn it. Reception and Year 1 see the first twelve.
PICTURES: Mapping[str, str] = {
    "fish": "Fish",
    "crab": "Crab",
    "starfish": "Starfish",
    "shell": "Shell",
    "whale": "Whale",
    "octopus": "Octopus",
    "bucket": "Bucket",
    "anchor": "Anchor",
    "puffin": "Puffin",
    "icecream": "Ice cream",
    "kite": "Kite",
    "tug": "Tug boat",
    "sandcastle": "Sandcastle",
    "umbrella": "Umbrella",
    "jellyfish": "Jellyfish",
    "boot": "Boot",
}

#: 256 words that an eight-year-old can read and spell, three to eight letters.
WORDS: tuple[str, ...] = tuple((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())

#: Letters of class codes, cards and family codes: 25 that are not mistaken for one another.
CLEAR_LETTERS = "ACDEFGHJKLMNPQRTUVWXY3479"

CARD_LETTERS = 28
TYPED_CARD_LETTERS = 12


class Way(StrEnum):
    """How a pupil of some age signs in without a card."""

    PICTURES = "pictures"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a year group signs in with: `length` of `board` pictures in order, or three words of 256."""

    way: Way
    length: int
    board: tuple[str, ...]  # picture keys in their fixed order; empty for words


def credential_for(year_group: int) -> Credential:
    """By the pupil's own year group, 0 (Reception) to 6, whatever the class (DESIGN.md 6, 7)."""
    pictures = tuple(PICTURES)
    if year_group <= 1:
        return Credential(Way.PICTURES, 2, pictures[:12])
    if year_group <= 3:
        return Credential(Way.PICTURES, 3, pictures)
    return Credential(Way.WORDS, 3, ())


def given_secret(keys: Keys, pupil: str, year_group: int, version: int, key_version: int) -> tuple[str, ...]:
    """The pictures (all different, in order) or words given to this pupil, who is named by the public id."""
    credential = credential_for(year_group)
    choices = list(WORDS if credential.way is Way.WORDS else credential.board)
    stream = _stream(keys, f"{credential.way}:{credential.length}:{len(choices)}", pupil, version, key_version)
    given = []
    for place in range(credential.length):
        # Four bytes for each draw: the remainder's bias is under one in ten million.
        pick = int.from_bytes(stream[place * 4 : place * 4 + 4], "big") % len(choices)
        given.append(choices.pop(pick))
    return tuple(given)


def is_given(tried: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether the same things were chosen in the same order. Words forgive case, accents and spaces."""
    said = "|".join(spelled(word) for word in tried)
    return hmac.compare_digest(said.encode(), "|".join(given).encode())


def spelled(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).casefold()
    return re.sub(r"[^a-z]", "", plain)


def card_token(keys: Keys, pupil: str, version: int, key_version: int) -> str:
    """The token in the card's QR code: 28 letters, 128 bits and more, in the fragment of the address.

    Its first twelve are the form typed by hand where there is no camera (55 bits, behind a throttle).
    """
    return clear_letters(_stream(keys, "card", pupil, version, key_version), CARD_LETTERS)


def clear_letters(mac: bytes, length: int) -> str:
    """A keyed hash as this many letters that are not mistaken for one another; 32 bytes are enough for 55."""
    number = int.from_bytes(mac, "big")
    letters = []
    for _ in range(length):
        number, pick = divmod(number, len(CLEAR_LETTERS))
        letters.append(CLEAR_LETTERS[pick])
    return "".join(letters)


def code_hash(keys: Keys, kind: str, code: str, key_version: int | None = None) -> bytes:
    """What the database holds of a card, a letter or an invitation: enough to find it, useless without the key."""
    return keys.mac(f"codes:{kind}", tidy_code(code), key_version)


def tidy_code(text: str) -> str:
    """A typed code in capitals without spaces and dashes; cut at 64, so that nobody hashes a megabyte."""
    return re.sub(r"[^0-9A-Z]", "", text[:64].upper())


def grouped(code: str, size: int = 4) -> str:
    """A code in groups, as it is printed: "ACDE FGHJ KLMN"."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def _stream(keys: Keys, kind: str, pupil: str, version: int, key_version: int) -> bytes:
    return keys.mac("pupil-secrets", f"{kind}:{pupil}:{version}", key_version)
