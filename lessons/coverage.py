"""What the objectives serve and what no objective serves, worked out from the registers: never written down twice.

Each objective counts for what it names itself (`objectives.yaml`), whatever else its lesson says. Only what is taught
counts. Pure: lessons and frameworks in, rows and sentences out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.bands import BAND_NAMES, BANDS

from .frameworks import STATEMENT, Code, Framework, Frameworks, Statement, Strand
from .lesson import PLACE_NAMES, PLACES, Lesson, Objective


@dataclass(frozen=True, slots=True)
class Aim:
    """An objective that is taught, with what it serves."""

    lesson: Lesson
    objective: Objective
    number: int  # in its lesson: 1, 2, ...
    statements: tuple[str, ...]
    prepared: frozenset[str]  # those of them that its band prepares for and does not name
    codes: Mapping[str, tuple[Code, ...]]  # framework id: what is served of it

    @property
    def anchor(self) -> str:
        """Where it stands on a page, in neutral words: pier-y34-2."""
        return f"{self.lesson.place}-{BANDS[self.lesson.band]}-{self.number}"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement of the policy, and the objectives of each band that serve it."""

    statement: Statement
    by_band: Mapping[str, tuple[Aim, ...]]
    prepared: frozenset[str]  # bands in which it is prepared for, not named

    @property
    def aims(self) -> tuple[Aim, ...]:
        return tuple(aim for aims in self.by_band.values() for aim in aims)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One statement of a framework, and the objectives that serve it."""

    code: Code
    aims: tuple[Aim, ...]


@dataclass(frozen=True, slots=True)
class StrandRow:
    strand: Strand
    aims: tuple[Aim, ...]
    codes: tuple[CodeRow, ...]  # every statement of it that is known; none where a framework has no statements

    @property
    def served(self) -> tuple[CodeRow, ...]:
        return tuple(row for row in self.codes if row.aims)

    @property
    def unserved(self) -> tuple[Code, ...]:
        return tuple(row.code for row in self.codes if not row.aims)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not covered, in a sentence; `codes` are the statements of a framework that it speaks of."""

    says: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    lessons: tuple[Lesson, ...]
    aims: tuple[Aim, ...]
    statements: tuple[StatementRow, ...]
    frameworks: tuple[tuple[Framework, tuple[StrandRow, ...]], ...]
    gaps: tuple[Gap, ...]
    prepared_says: str
    policy_source: str

    def aims_of(self, lesson: Lesson) -> tuple[Aim, ...]:
        return tuple(aim for aim in self.aims if aim.lesson is lesson)

    @property
    def has_unchecked(self) -> bool:
        """Whether something is named that nobody has compared with its document."""
        return any(not code.is_checked for aim in self.aims for codes in aim.codes.values() for code in codes)


def cover(lessons: Iterable[Lesson], frameworks: Frameworks) -> Coverage:
    """The coverage of the lessons that are taught, in the order of bands and chart."""
    bands, topics = list(BANDS), list(PLACES)
    in_order = sorted(lessons, key=lambda lesson: (bands.index(lesson.band), topics.index(lesson.topic)))
    aims = tuple(
        _aim(lesson, objective, number, frameworks)
        for lesson in in_order
        for number, objective in enumerate(lesson.objectives, 1)
    )
    statements = tuple(_statement(one, aims, frameworks) for one in frameworks.statements.values())
    strands = tuple(
        (framework, tuple(_strand(framework, strand, aims) for strand in framework.strands.values()))
        for framework in frameworks.by_id.values()
    )
    gaps = (*_without_lesson(in_order), *_without_objective(statements), *_without_strand(strands))
    return Coverage(
        tuple(in_order), aims, statements, strands, gaps, frameworks.prepared_says, frameworks.policy_source
    )


def _aim(lesson: Lesson, objective: Objective, number: int, frameworks: Frameworks) -> Aim:
    statements = tuple(sorted(objective.policy))
    prepared = frameworks.prepared.intersection(statements if lesson.band in frameworks.prepared_bands else ())
    codes = {
        name: tuple(code for key in objective.frameworks.get(name, ()) if (code := framework.code(key)) is not None)
        for name, framework in frameworks.by_id.items()
    }
    return Aim(lesson, objective, number, statements, prepared, codes)


def _statement(statement: Statement, aims: Sequence[Aim], frameworks: Frameworks) -> StatementRow:
    serving = [aim for aim in aims if statement.key in aim.statements]
    by_band = {band: tuple(aim for aim in serving if aim.lesson.band == band) for band in BANDS}
    prepared = frameworks.prepared_bands if statement.key in frameworks.prepared else frozenset()
    return StatementRow(statement, by_band, prepared)


def _strand(framework: Framework, strand: Strand, aims: Sequence[Aim]) -> StrandRow:
    named = [(aim, {code.key for code in aim.codes[framework.id]}) for aim in aims]
    serving = tuple(aim for aim, keys in named if any(framework.strand_of(key) == strand.key for key in keys))
    if framework.given_by != STATEMENT:
        return StrandRow(strand, serving, ())
    rows = (CodeRow(code, tuple(aim for aim, keys in named if code.key in keys)) for code in strand.statements.values())
    return StrandRow(strand, serving, tuple(rows))


# -------------------------------------------------------------------------------------------------- what is missing


def _without_lesson(lessons: Sequence[Lesson]) -> Iterator[Gap]:
    """A place for which a band has no lesson: nothing of it is taught there."""
    there = {(lesson.topic, lesson.band) for lesson in lessons}
    for band in BANDS:
        missing = [PLACE_NAMES[place] for topic, place in PLACES.items() if (topic, band) not in there]
        if missing:
            yield Gap(f"{BAND_NAMES[band]}: there is no lesson yet for {_list(missing)}.")


def _without_objective(rows: Iterable[StatementRow]) -> Iterator[Gap]:
    for row in rows:
        missing = [BAND_NAMES[band] for band in BANDS if not row.by_band[band]]
        if missing:
            key, text = row.statement.key, row.statement.text
            yield Gap(f"{key} of the policy ({text}): no objective serves it in {_list(missing)}.")


def _without_strand(frameworks: Iterable[tuple[Framework, tuple[StrandRow, ...]]]) -> Iterator[Gap]:
    """Strands without an objective, strands of which most is left out, and statements that no objective serves."""
    for framework, rows in frameworks:
        for row in rows:
            strand, unserved = row.strand, row.unserved
            name = f"{framework.name}, {strand.name}"
            if not row.aims:
                yield Gap(f"{name}: {strand.missing or 'no objective serves it.'}")
                continue
            if unserved:
                yield Gap(f"{name}: no objective serves {'this' if len(unserved) == 1 else 'these'}.", unserved)
            if strand.partly:
                yield Gap(f"{name}: {strand.partly}")
        if framework.note:
            yield Gap(f"{framework.name}: {framework.note}")


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
