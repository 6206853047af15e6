"""What the lessons serve and what they do not, worked out from the lessons themselves: never written down twice.

A lesson names policy statements and frameworks for the whole of it, so each of its objectives counts for all of them.
Pure: lessons and frameworks in, rows and sentences out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.bands import BAND_NAMES, BANDS

from .frameworks import STATEMENT, Framework, Frameworks, Statement, Strand
from .lesson import PLACE_NAMES, PLACES, Lesson


@dataclass(frozen=True, slots=True)
class Code:
    """One key of a framework as a page shows it."""

    key: str  # OR-Y3-2, OSA-1, contact
    is_checked: bool  # against the document itself


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson with what it serves: every objective of it is counted for all of this."""

    lesson: Lesson
    statements: tuple[str, ...]
    codes: Mapping[str, tuple[Code, ...]]  # framework id: what is served of it


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement of the policy, and how many objectives of each band serve it."""

    statement: Statement
    by_band: Mapping[str, tuple[Lesson, ...]]
    prepared: frozenset[str]  # bands in which it is prepared for, not named

    def objectives(self, band: str) -> int:
        return sum(len(lesson.objectives) for lesson in self.by_band[band])


@dataclass(frozen=True, slots=True)
class StrandRow:
    strand: Strand
    lessons: tuple[Lesson, ...]
    codes: tuple[Code, ...]  # the statements of it that lessons name; none where a framework has no statements

    @property
    def objectives(self) -> int:
        return sum(len(lesson.objectives) for lesson in self.lessons)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The statements that nobody has compared with the document."""
        return tuple(code.key for code in self.codes if not code.is_checked)


@dataclass(frozen=True, slots=True)
class Coverage:
    taught: tuple[Taught, ...]
    statements: tuple[StatementRow, ...]
    frameworks: tuple[tuple[Framework, tuple[StrandRow, ...]], ...]
    gaps: tuple[str, ...]  # what is not covered, in sentences
    prepared_says: str
    policy_source: str

    @property
    def objectives(self) -> int:
        return sum(len(one.lesson.objectives) for one in self.taught)

    @property
    def has_unchecked(self) -> bool:
        """Whether something is named that nobody has compared with its document."""
        return any(not code.is_checked for one in self.taught for codes in one.codes.values() for code in codes)


def cover(lessons: Iterable[Lesson], frameworks: Frameworks) -> Coverage:
    """The coverage of the lessons that are taught, in the order of bands and chart."""
    bands, topics = list(BANDS), list(PLACES)
    in_order = sorted(lessons, key=lambda lesson: (bands.index(lesson.band), topics.index(lesson.topic)))
    taught = tuple(
        Taught(
            lesson,
            tuple(sorted(lesson.policy)),
            {name: _codes(lesson, framework) for name, framework in frameworks.by_id.items()},
        )
        for lesson in in_order
    )
    statements = tuple(_statement(one, in_order, frameworks) for one in frameworks.statements.values())
    strands = tuple(
        (framework, tuple(_strand(framework, strand, in_order) for strand in framework.strands.values()))
        for framework in frameworks.by_id.values()
    )
    gaps = (*_without_lesson(in_order), *_without_objective(statements), *_without_strand(strands))
    return Coverage(taught, statements, strands, gaps, frameworks.prepared_says, frameworks.policy_source)


def _codes(lesson: Lesson, framework: Framework) -> tuple[Code, ...]:
    named = lesson.frameworks.get(framework.id, ())
    if framework.given_by != STATEMENT:
        named = tuple(key for key in framework.strands if key in framework.strands_of(lesson.topic, lesson.band, named))
    return tuple(Code(code.removesuffix("*"), framework.is_checked(code)) for code in named)


def _statement(statement: Statement, lessons: Sequence[Lesson], frameworks: Frameworks) -> StatementRow:
    by_band = {
        band: tuple(lesson for lesson in lessons if lesson.band == band and statement.key in lesson.policy)
        for band in BANDS
    }
    prepared = frameworks.prepared_bands if statement.key in frameworks.prepared else frozenset()
    return StatementRow(statement, by_band, prepared)


def _strand(framework: Framework, strand: Strand, lessons: Sequence[Lesson]) -> StrandRow:
    serving = tuple(
        lesson
        for lesson in lessons
        if strand.key in framework.strands_of(lesson.topic, lesson.band, lesson.frameworks.get(framework.id, ()))
    )
    codes = {code.key: code for lesson in serving for code in _codes(lesson, framework)}
    in_order = (f"{strand.key}-{statement}" for statement in strand.statements)
    return StrandRow(strand, serving, tuple(codes[key] for key in in_order if key in codes))


# -------------------------------------------------------------------------------------------------- what is missing


def _without_lesson(lessons: Sequence[Lesson]) -> Iterator[str]:
    """A place for which a band has no lesson: nothing of it is taught there."""
    there = {(lesson.topic, lesson.band) for lesson in lessons}
    for band in BANDS:
        missing = [PLACE_NAMES[place] for topic, place in PLACES.items() if (topic, band) not in there]
        if missing:
            yield f"{BAND_NAMES[band]}: there is no lesson yet for {_list(missing)}."


def _without_objective(rows: Iterable[StatementRow]) -> Iterator[str]:
    for row in rows:
        missing = [BAND_NAMES[band] for band in BANDS if not row.by_band[band]]
        if missing:
            key, text = row.statement.key, row.statement.text
            yield f"{key} of the policy ({text}): no objective serves it in {_list(missing)}."


def _without_strand(frameworks: Iterable[tuple[Framework, tuple[StrandRow, ...]]]) -> Iterator[str]:
    """Strands without an objective, strands of which most is left out, and statements that no lesson names."""
    for framework, rows in frameworks:
        for row in rows:
            strand = row.strand
            named = {code.key for code in row.codes}
            unnamed = [f"{strand.key}-{key}" for key in strand.statements if f"{strand.key}-{key}" not in named]
            said = []
            if not row.lessons:
                said.append(strand.missing or "no objective serves it.")
            else:
                said += [f"no objective serves {_list(unnamed)}."] if unnamed else []
                said += [strand.partly] if strand.partly else []
            if said:
                yield f"{framework.name}, {strand.name}: {' '.join(said)}"
        if framework.note:
            yield f"{framework.name}: {framework.note}"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
