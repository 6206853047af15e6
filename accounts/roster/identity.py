"""How a later list finds the same child again without a name being kept: DESIGN.md 6's three keyed hashes. Pure.

The key is the caller's: `mac` turns a text into 32 bytes. What is hashed is a name without accents, case, spaces and
punctuation, because one export of a school's system has them and the next has not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from accounts.roster.reading import Child, class_key

Mac = Callable[[str], bytes]

#: Letters that are not taken apart into a plain one and an accent.
_SINGLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Identity:
    """The hashes of one child; None where the list has no such thing."""

    by_id: bytes | None  # its first byte tells a UPN ("u") from an admission number ("n")
    by_name: bytes | None  # full name and intake year, which survives moving up; None without a surname
    by_class: bytes  # full name and class


def plain(name: str) -> str:
    """A name as it is compared: "Zoë Müller" and "zoe muller" are "zoemuller". Other scripts keep their vowel marks."""
    small = name.casefold()
    if small.isascii():
        return "".join(c for c in small if c.isalpha())
    apart = unicodedata.normalize("NFKD", small.translate(_SINGLE))
    return "".join(c for c in apart if c.isalpha() or (unicodedata.category(c)[0] == "M" and c > "\u036f"))


def intake_of(year_group: int, school_year: int) -> int:
    """The year in which her year group began Reception: the same number however far she has moved up."""
    return school_year - year_group


def identity_of(child: Child, *, year_group: int, school_year: int, mac: Mac) -> Identity:
    """The hashes of this child, who has this year group in the school year that began in this September."""
    return identities(child.first_name, child, year_group=year_group, school_year=school_year, mac=mac)


def identities(first_name: str, child: Child, *, year_group: int, school_year: int, mac: Mac) -> Identity:
    """As `identity_of`, under another first name: the one she is called by, which some lists give alone."""
    first, family = plain(first_name), plain(child.surname)
    intake = intake_of(year_group, school_year)
    is_whole = len(family) > 1  # "Bilal A" is no whole name
    # First names alone: next year's Noah of the same class is another child, so the class is tied to its year.
    room = class_key(child.class_name) if is_whole else f"{class_key(child.class_name)}:{intake}"
    return Identity(
        by_id=mac_of_id(child.stable_id, mac) if child.stable_id else None,
        by_name=mac(f"name:{intake}:{first}{family}") if is_whole else None,
        by_class=mac(f"class:{room}:{first}{family}"),
    )


def mac_of_id(stable_id: str, mac: Mac) -> bytes:
    """32 bytes; the first says which kind of number it is, so that two kinds are not taken for two children."""
    return stable_id[:1].encode() + mac(f"id:{stable_id}")[1:]


def is_same_kind(one: bytes | None, other: bytes | None) -> bool:
    """Whether both are known and of one kind: then two that differ are two children."""
    return one is not None and other is not None and one[:1] == other[:1]


def near_names(name: str) -> Iterator[str]:
    """Every spelling that is one slip away from this plain name: a letter missing, added, changed, or two swapped.

    The hashes of these are how a misspelled surname is noticed though no surname was kept.
    """
    seen = {name}
    splits = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    for before, after in splits:
        slips = [before + letter + after for letter in _LETTERS]
        if after:
            slips.append(before + after[1:])
            slips.extend(before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            slips.append(before + after[1] + after[0] + after[2:])
        for slip in slips:
            if slip and slip not in seen:
                seen.add(slip)
                yield slip


def is_near(one: str, other: str) -> bool:
    """Whether two plain first names are one slip apart, or one begins the other ("Tom", "Tomasz")."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    if len(long) - len(short) > 1 or len(short) < 3:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) == len(long):
        swapped = long[start + 1 : start + 2] + long[start : start + 1] + long[start + 2 :]
        return short[start + 1 :] == long[start + 1 :] or short[start:] == swapped
    return short[start:] == long[start + 1 :]
