"""Finding the columns of a list: by its headings where they stand, or by what the columns hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from accounts.roster.cells import Unusable, number_in, squashed, tidy, year_in
from accounts.roster.documents import ONEROSTER, ListRefused, Record
from accounts.roster.headings import Column, column_named, headings_known, is_oneroster

#: Title lines ("Class list 3H, printed 12 September") that may stand above the headings.
_HEADINGS_WITHIN = 20
_SAMPLE = 60  # rows from which columns without headings are guessed


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns are: `places` by column; rows before `first` are titles and headings."""

    places: dict[Column, int]
    first: int
    headings: tuple[str, ...] = ()  # as the list has them; empty where it has none
    is_guessed: bool = False
    #: Whether names without a comma are written "Khan Amina"; only where it was guessed or had to be.
    is_surname_first: bool = False
    ignored: tuple[str, ...] = field(default=())  # headings of columns that are thrown away


def find_columns(records: Sequence[Record]) -> Layout:
    """Raises ListRefused where no column of names can be found."""
    best, most = -1, 0
    for place, record in enumerate(records[:_HEADINGS_WITHIN]):
        known = headings_known(record.cells)
        # One word alone, such as "Name", is a heading only above a list of one column.
        if known > most and (known > 1 or sum(1 for cell in record.cells if cell.strip()) == 1):
            best, most = place, known
    if best >= 0:
        return _by_headings(records, best)
    return _by_content(records)


def _by_headings(records: Sequence[Record], place: int) -> Layout:
    cells = records[place].cells
    if is_oneroster(cells):
        raise ListRefused(ONEROSTER)
    found: dict[Column, tuple[int, int]] = {}
    for index, cell in enumerate(cells):
        hit = column_named(cell)
        if hit and (hit[0] not in found or hit[1] < found[hit[0]][0]):
            found[hit[0]] = (hit[1], index)
    places = {column: index for column, (_, index) in found.items()}
    _settle_names(places)
    used = set(places.values())
    ignored = tuple(tidy(cell)[:40] for index, cell in enumerate(cells) if index not in used and tidy(cell))
    headings = tuple(tidy(cell)[:40] for cell in cells)
    full = headings[places[Column.FULL]] if Column.FULL in places else ""
    is_surname_first = squashed(full).startswith(("surname", "last"))
    return Layout(places, place + 1, headings, is_surname_first=is_surname_first, ignored=ignored)


def _settle_names(places: dict[Column, int]) -> None:
    """Where a list has several columns for a name, which is which."""
    if Column.FULL in places and Column.FIRST not in places and Column.LEGAL_FIRST not in places:
        has_surname = bool(places.keys() & {Column.SURNAME, Column.LEGAL_SURNAME, Column.PREFERRED_SURNAME})
        if has_surname and Column.PREFERRED not in places:
            places[Column.FIRST] = places.pop(Column.FULL)  # "Name" beside "Surname"
    if Column.LEGAL_FIRST in places:
        if Column.FIRST in places and Column.PREFERRED not in places:
            places[Column.PREFERRED] = places[Column.FIRST]  # beside a legal one, the plain one is what she is called
        places[Column.FIRST] = places.pop(Column.LEGAL_FIRST)
    if Column.LEGAL_SURNAME in places:
        # The surname that the family uses goes before the legal one: a letter of it might be shown.
        legal = places.pop(Column.LEGAL_SURNAME)
        places.setdefault(Column.SURNAME, legal)
    if Column.FIRST in places or (Column.PREFERRED in places and Column.SURNAME in places):
        places.pop(Column.FULL, None)


# Without headings

_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}")
_SEXES = {"m", "f", "male", "female", "boy", "girl", "x"}
_PARTICLES = re.compile(r"(?:van|von|de|der|den|di|da|dos|la|le|bin|ibn|al|el|ní|nic|mac|mc|ó|o')\b|.*-.*|.*'.*", re.I)


def _by_content(records: Sequence[Record]) -> Layout:
    sample = records[:_SAMPLE]
    width = max(len(record.cells) for record in sample)
    columns = [[tidy(record.cells[i]) if i < len(record.cells) else "" for record in sample] for i in range(width)]
    places: dict[Column, int] = {}
    texts: list[int] = []
    bare_years: list[int] = []
    for index, column in enumerate(columns):
        cells = [cell for cell in column if cell]
        if not cells or _mostly(cells, lambda cell: bool(_DAY.fullmatch(cell)) or "@" in cell[1:]):
            continue
        if _mostly(cells, lambda cell: bool(_UPN.fullmatch(number_in(cell)))):
            places.setdefault(Column.UPN, index)
        elif _counts_up(cells):
            continue
        elif _mostly(cells, _is_year):
            if _mostly(cells, lambda cell: not cell[0].isdigit()):
                places.setdefault(Column.YEAR, index)
            else:
                bare_years.append(index)
        elif not _mostly(cells, lambda cell: cell.casefold() in _SEXES) and _mostly(cells, _has_letters):
            texts.append(index)
    for index in bare_years:
        places.setdefault(Column.YEAR, index)
    if not texts:
        raise ListRefused(
            "We could not find any names in this list. Put headings above it: First name, Surname, Year, Class."
        )
    with_comma = [index for index in texts if _mostly([c for c in columns[index] if c], lambda cell: "," in cell)]
    if with_comma:
        places[Column.FULL] = with_comma[0]
        after = [index for index in texts if index > with_comma[0]]
        if after:
            places[Column.CLASS] = after[0]
        return Layout(places, 0, is_guessed=True)
    class_index = _class_among(texts, columns)
    if class_index is not None:
        places[Column.CLASS] = class_index
        texts = [index for index in texts if index != class_index]
    if len(texts) == 1:
        places[Column.FULL] = texts[0]
        return Layout(places, 0, is_guessed=True)
    left, right = texts[:2]
    surname_first = _looks_like_surnames(columns[left], columns[right], _follows_comma(records, right))
    places[Column.SURNAME], places[Column.FIRST] = (left, right) if surname_first else (right, left)
    return Layout(places, 0, is_guessed=True, is_surname_first=surname_first)


def _mostly(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(1 for cell in cells if test(cell)) * 10 >= len(cells) * 7


def _is_year(cell: str) -> bool:
    """Also of a year out of range: the row says so, but the column is the column of years."""
    try:
        return year_in(cell) is not None
    except Unusable:
        return bool(re.fullmatch(r"(?:y|yr|year)?\s*\d{1,2}", cell, re.I))


def _counts_up(cells: Sequence[str]) -> bool:
    """1, 2, 3 ... down the side."""
    if len(cells) < 3 or not all(cell.isdecimal() and len(cell) < 6 for cell in cells):
        return False
    return all(int(after) - int(before) == 1 for before, after in pairwise(cells))


def _has_letters(cell: str) -> bool:
    return any(c.isalpha() for c in cell)


def _class_among(texts: Sequence[int], columns: Sequence[Sequence[str]]) -> int | None:
    """The column that says the same again and again, or is called like "3H"; the last one of three if none does."""
    if len(texts) < 2:
        return None
    best: tuple[float, int] | None = None
    for index in texts:
        cells = [squashed(cell) for cell in columns[index] if cell]
        named = _mostly(cells, lambda cell: any(c.isdigit() for c in cell) and len(cell) <= 6)
        share = 0.0 if named else len(set(cells)) / len(cells)
        repeats = len(cells) >= 3 and share <= 1 / 3
        # Of two that repeat (a family name may), the one that changes least often down the list.
        changes = sum(1 for before, after in pairwise(cells) if before != after)
        if (named or repeats) and (best is None or (changes, -index) < best):
            best = (changes, -index)
    if best is not None:
        return -best[1]
    return texts[2] if len(texts) >= 3 else None


def _follows_comma(records: Sequence[Record], index: int) -> bool:
    """Whether that cell was written after a comma and a space: "Khan, Amina"."""
    cells = [record.cells[index] for record in records[:_SAMPLE] if index < len(record.cells) and record.cells[index]]
    return _mostly(cells, lambda cell: cell.startswith(" "))


def _looks_like_surnames(left: Sequence[str], right: Sequence[str], has_comma: bool) -> bool:
    """Whether the left of two columns of names holds the surnames; where nothing tells, first names come first."""
    if has_comma:
        return True

    def surnames(column: Sequence[str]) -> int:
        return sum(1 for cell in column if cell and (_PARTICLES.match(cell) or (cell.isupper() and len(cell) > 2)))

    return surnames(left) > surnames(right)
