"""Reading a class list: from a file or a paste to children, or a plain reason for each row that cannot be used. Pure.

Two steps, because a teacher may choose a class or turn the names round in between: `read_table` finds the columns and
throws away everything else (a birthday never leaves it); `read_children` makes children of what is left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.bands import YEAR_NAMES
from accounts.roster.cells import Unusable, classes_in, name_in, number_in, squashed, tidy, year_in
from accounts.roster.columns import Layout, find_columns
from accounts.roster.documents import ListRefused, Record, open_document
from accounts.roster.headings import Column, column_named

__all__ = ["Child", "ListRefused", "RawRow", "Refused", "Table", "read_children", "read_table"]

_LONGEST_KEPT = 120  # characters of a cell: enough to say why it cannot be used


@dataclass(frozen=True, slots=True)
class RawRow:
    """The used cells of one row as the list has them; `reason` says why the row is no pupil at all."""

    line: int  # as the spreadsheet program numbers it
    first: str = ""
    preferred: str = ""
    surname: str = ""
    full: str = ""
    year: str = ""
    class_name: str = ""
    upn: str = ""
    number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A list with nothing left in it but what we use."""

    rows: tuple[RawRow, ...]
    #: What was taken from which column: ("surname", "Last name"); the second is empty without headings.
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]  # headings of what was thrown away
    is_guessed: bool  # no headings: the columns were told by what they hold
    is_surname_first: bool  # of names without a comma
    blank_lines: int
    notes: tuple[str, ...]

    def as_data(self) -> list[object]:
        """Plain lists, to travel in a form and come back; only what was read, never the file."""
        rows = [
            [r.line, r.first, r.preferred, r.surname, r.full, r.year, r.class_name, r.upn, r.number, r.reason]
            for r in self.rows
        ]
        flags = [int(self.is_guessed), int(self.is_surname_first), self.blank_lines]
        return [rows, [list(pair) for pair in self.columns], list(self.ignored), flags, list(self.notes)]

    @classmethod
    def from_data(cls, data: Any) -> Table:
        """The table that `as_data` took apart. Only for what we signed: it does not look for lies."""
        rows, columns, ignored, (is_guessed, is_surname_first, blank), notes = data
        return cls(
            rows=tuple(RawRow(*row) for row in rows),
            columns=tuple((what, heading) for what, heading in columns),
            ignored=tuple(ignored),
            is_guessed=bool(is_guessed),
            is_surname_first=bool(is_surname_first),
            blank_lines=blank,
            notes=tuple(notes),
        )


@dataclass(frozen=True, slots=True)
class Child:
    """A row that can be used, as far as the list alone can tell."""

    line: int
    first_name: str  # the forename of the register, which identity goes by
    preferred: str  # what she is called, where the list says so; else empty
    surname: str  # forgotten once the letters and the identity are worked out; may be empty
    year_group: int | None  # None: the list does not say, and the class may
    class_name: str
    stable_id: str = ""  # "u:" and a UPN, or "n:" and an admission number
    notes: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        return self.preferred or self.first_name


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, and why, to stand after "Left out:"."""

    line: int
    said: str  # the name on the row, cut short, or empty
    reason: str


def read_table(data: bytes | str, filename: str = "") -> Table:
    """Raises ListRefused with a plain reason and 413 (too large) or 422."""
    document = open_document(data, filename)
    layout = find_columns(document.records)
    rows = [_raw_row(record, layout) for record in document.records[layout.first :]]
    if not rows:
        raise ListRefused("There are headings in this list and no pupils under them.")
    columns = tuple(
        (str(column), layout.headings[index] if layout.headings else "") for column, index in layout.places.items()
    )
    return Table(
        rows=tuple(rows),
        columns=columns,
        ignored=layout.ignored,
        is_guessed=layout.is_guessed,
        is_surname_first=layout.is_surname_first,
        blank_lines=document.blank_lines,
        notes=document.notes,
    )


def _raw_row(record: Record, layout: Layout) -> RawRow:
    reason = _why_no_pupil(record, layout)
    if reason:
        return RawRow(record.line, reason=reason)

    def cell(column: Column) -> str:
        place = layout.places.get(column, len(record.cells))
        return record.cells[place][:_LONGEST_KEPT] if place < len(record.cells) else ""

    return RawRow(
        line=record.line,
        first=cell(Column.FIRST),
        preferred=cell(Column.PREFERRED),
        surname=cell(Column.PREFERRED_SURNAME).strip() or cell(Column.SURNAME),
        full=cell(Column.FULL),
        year=cell(Column.YEAR),
        class_name=cell(Column.CLASS),
        upn=cell(Column.UPN),
        number=cell(Column.NUMBER),
    )


_TOTAL = re.compile(r"(?:grand |class |sub-?)?totals?\b.*|(?:number of )?pupils?\s*[:=].*|count", re.IGNORECASE)


def _why_no_pupil(record: Record, layout: Layout) -> str:
    """Totals at the foot, and headings that a print-out repeats on each page."""
    said = [tidy(cell) for cell in record.cells]
    said = [cell for cell in said if cell]
    if not said:
        return "there is nothing on this line that we can use"
    others = said[1:]
    # "Total" is nobody's first name when figures, or nothing, stand beside it.
    if _TOTAL.fullmatch(said[0]) and all(re.fullmatch(r"[\d.,/% ]+", cell) for cell in others):
        return "this line is a total"
    if layout.headings and len(said) > 1:
        used = [record.cells[place] for place in layout.places.values() if place < len(record.cells)]
        if len(used) > 1 and all(column_named(cell) for cell in used):
            return "this line repeats the headings"
    return ""


def read_children(
    table: Table,
    *,
    class_name: str = "",
    year_group: int | None = None,
    is_surname_first: bool | None = None,
) -> tuple[Child | Refused, ...]:
    """Each row, in order. The class and year group given are for rows that have none of their own."""
    turned = is_surname_first is not None and is_surname_first != table.is_surname_first
    surname_first = table.is_surname_first if is_surname_first is None else is_surname_first
    swapped = turned and table.is_guessed
    found = [_child_or_reason(row, class_name, year_group, surname_first, swapped) for row in table.rows]
    return _with_commonest_years(found)


def _child_or_reason(
    row: RawRow, class_name: str, year_group: int | None, is_surname_first: bool, is_turned: bool
) -> Child | Refused:
    said = tidy(row.preferred or row.first or row.full)[:40] or tidy(row.surname)[:40]
    if row.reason:
        return Refused(row.line, "", row.reason)
    try:
        return _child(row, class_name, year_group, is_surname_first, is_turned)
    except Unusable as reason:
        return Refused(row.line, said, str(reason))


def _child(row: RawRow, class_name: str, year_group: int | None, is_surname_first: bool, is_turned: bool) -> Child:
    notes: list[str] = []
    if row.full:
        first, surname = split_name(row.full, is_surname_first)
    else:
        first, surname = (row.surname, row.first) if is_turned else (row.first, row.surname)
    first, in_brackets = _without_brackets(first)
    first_name = name_in(first, "first name")
    surname = name_in(surname, "surname")
    preferred = _preferred(row.preferred or in_brackets, surname)
    first_name = first_name or preferred
    if not first_name:
        raise Unusable("no first name")
    classes = classes_in(row.class_name) or classes_in(class_name)
    if not classes:
        raise Unusable("no class. Choose one above for the lines without")
    if len(classes) > 1:
        notes.append(f"Also in {', '.join(classes[1:])} on the list: {classes[0]} is used.")
    year = year_in(row.year)
    if year is None:
        year = year_group
    if not surname:
        notes.append("No surname needed.")
    upn, number = number_in(row.upn), number_in(row.number)
    if upn:
        stable_id = f"u:{upn}"
    else:
        # Spreadsheet programs drop the noughts in front of a number that is meant as text.
        stable_id = f"n:{number.lstrip('0')}" if number else ""
    return Child(row.line, first_name, preferred, surname, year, classes[0], stable_id, tuple(notes))


def _preferred(text: str, surname: str) -> str:
    """What she is called; some lists write the whole preferred name there, surname and all."""
    preferred = name_in(text, "preferred name")
    if surname and squashed(preferred).endswith(squashed(surname)) and " " in preferred:
        words, family = preferred.split(), len(surname.split())
        shorter = " ".join(words[:-family])
        if shorter and squashed(" ".join(words[-family:])) == squashed(surname):
            return shorter
    return preferred


def _without_brackets(text: str) -> tuple[str, str]:
    """ "Robert (Bob)" is called Bob."""
    found = re.fullmatch(r"\s*([^()]+?)\s*\(([^()]+)\)\s*", text)
    return (found[1], found[2]) if found else (text, "")


_PARTICLES = (
    "van der den de del della di da dos du la le les ten ter von zu bin ibn bint al el abu ap ab "
    "ní nic mac mc ó o ua uí st st. san santa"
)
_JOINED = frozenset(_PARTICLES.split())


def split_name(text: str, is_surname_first: bool) -> tuple[str, str]:
    """First name and surname of a whole name in one cell: "Khan, Amina", "Amina Khan", "KHAN Amina"."""
    before, comma, after = text.partition(",")
    if comma and tidy(after):
        return after, before
    if tidy(text).startswith(("=", "+", "-", "@")):
        return text, ""
    brackets = re.search(r"\([^()]*\)", text)
    words = tidy(re.sub(r"\([^()]*\)", " ", text).replace(",", " ")).split()
    if len(words) < 2:
        return text, ""
    called = f" {brackets[0]}" if brackets else ""
    shouted = [len(word) > 1 and word.isupper() for word in words]
    if shouted[0] and not shouted[-1]:
        count = shouted.index(False)
        return " ".join(words[count:]) + called, " ".join(words[:count])
    if is_surname_first:
        count = 1
        while count < len(words) - 1 and words[count - 1].casefold() in _JOINED:
            count += 1
        return " ".join(words[count:]) + called, " ".join(words[:count])
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _JOINED:
        start -= 1
    return " ".join(words[:start]) + called, " ".join(words[start:])


def _with_commonest_years(found: Sequence[Child | Refused]) -> tuple[Child | Refused, ...]:
    """A child without a year group takes the one that most of her class on this list has."""
    years = _years_by_class(found)
    settled: list[Child | Refused] = []
    for row in found:
        if isinstance(row, Child) and row.year_group is None:
            counted = years.get(class_key(row.class_name))
            if counted:
                year = min(counted, key=lambda y: (-counted[y], y))
                note = f"{YEAR_NAMES[year]}, like the rest of {row.class_name}."
                row = replace(row, year_group=year, notes=(*row.notes, note))
        settled.append(row)
    return tuple(settled)


def _years_by_class(found: Sequence[Child | Refused]) -> Mapping[str, Counter[int]]:
    years: dict[str, Counter[int]] = {}
    for row in found:
        if isinstance(row, Child) and row.year_group is not None:
            years.setdefault(class_key(row.class_name), Counter())[row.year_group] += 1
    return years


def class_key(name: str) -> str:
    """A class's name as it is compared: " 3h" and "3H" are one class."""
    return " ".join(name.split()).casefold()
