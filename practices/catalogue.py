"""Every practice, compiled once at start-up; pages look them up here by their lesson."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from lessons import catalogue as lesson_catalogue
from lessons.catalogue import Catalogue
from lessons.own import OWN, shelf
from lessons.reading import Mistake

from .compiler import PracticeSource, facts_of, make_practice, read_practice, refer
from .engine import Practice
from .own import OwnApps, make

CONTENT = Path(__file__).parent / "content"  # the practices that Safe Harbour ships


@dataclass(frozen=True, eq=False)
class PracticeCatalogue:
    """The practices of one content folder. A file with a mistake is left out and named in `mistakes`."""

    practices: Mapping[str, Practice]  # by the lesson's id
    sources: Mapping[str, PracticeSource]
    lessons: Catalogue
    mistakes: tuple[Mistake, ...] = ()

    def of(self, lesson_id: str) -> Practice | None:
        """The practice of this lesson; None where it has none."""
        return self.practices.get(lesson_id)

    def taught(self, cell: str) -> Practice | None:
        """The practice that is taught in this cell ("passwords.y3-4"): of the school's own lesson before ours."""
        return self.practices.get(OWN + cell) or self.practices.get(cell)

    @property
    def all_taught(self) -> tuple[Practice, ...]:
        return tuple(one for name, one in self.practices.items() if not self.lessons.is_replaced(name))

    def for_school(self, local: Mapping[str, str]) -> PracticeCatalogue:
        """The same practices with a school's own facts, kept as `Catalogue.for_school` keeps them."""
        lessons = self.lessons.for_school(local)
        return self if lessons is self.lessons else _with(self, lessons)


@lru_cache(maxsize=64)
def _with(catalogue: PracticeCatalogue, lessons: Catalogue) -> PracticeCatalogue:
    changed = lessons.facts.changed_from(catalogue.lessons.facts)
    made = {
        name: make(name, source, lessons.registers)
        for name, source in catalogue.sources.items()
        if not changed.isdisjoint(facts_of(source))
    }
    return replace(catalogue, practices={**catalogue.practices, **made}, lessons=lessons)


def practice_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The practice files of a content folder and the name mistakes give them, sorted."""
    for file in sorted(folder.glob("*/*.yaml")):
        yield file, f"practices/content/{file.parent.name}/{file.name}"


def load(folder: Path = CONTENT, lessons_folder: Path = lesson_catalogue.CONTENT) -> PracticeCatalogue:
    """The catalogue of a content folder, with those of the school's own lessons. Read once in the life of the
    process."""
    own = shelf()
    ours = shipped(folder, lessons_folder)
    return with_own(ours, own) if isinstance(own, OwnApps) else ours


@lru_cache(maxsize=4)
def with_own(catalogue: PracticeCatalogue, own: OwnApps) -> PracticeCatalogue:
    """The same practices and one for each own lesson: its own, or ours under its name."""
    practices, sources = dict(catalogue.practices), dict(catalogue.sources)
    local = own.registers.facts.local
    for name in own.lessons:
        cell = name.removeprefix(OWN)
        if name in own.practices:
            practices[name] = own.practices[name]
            source = own.practice_sources[name]
            if not local.isdisjoint(facts_of(source)):
                sources[name] = source
        elif cell in practices:
            practices[name] = replace(practices[cell], lesson=name)
            if cell in sources:
                sources[name] = sources[cell]
    lessons = lesson_catalogue.with_own(catalogue.lessons, own)
    return replace(catalogue, practices=practices, sources=sources, lessons=lessons)


def shipped(folder: Path = CONTENT, lessons_folder: Path = lesson_catalogue.CONTENT) -> PracticeCatalogue:
    """The catalogue of a content folder alone: the same one, whoever asks."""
    return _shipped(folder, lessons_folder)


@lru_cache(maxsize=8)
def _shipped(folder: Path, lessons_folder: Path) -> PracticeCatalogue:
    """`sources` are kept as lessons' `_shipped` keeps them."""
    found = read_catalogue(folder, lesson_catalogue.shipped(lessons_folder))
    local = found.lessons.facts.local
    kept = {name: source for name, source in found.sources.items() if not local.isdisjoint(facts_of(source))}
    return replace(found, sources=kept)


def read_catalogue(folder: Path, lessons: Catalogue) -> PracticeCatalogue:
    """The catalogue of a content folder, read now."""
    mistakes: list[Mistake] = []
    sources: dict[str, PracticeSource] = {}
    for file, path in practice_files(folder):
        source, wrong = read_practice(file.read_text(encoding="utf-8-sig"), path)
        if source is not None:
            wrong += refer(source, lessons.registers)
        mistakes += wrong
        if source is not None and not wrong:
            sources[source.form.lesson] = source
    practices = {name: make_practice(source, lessons.registers) for name, source in sources.items()}
    return PracticeCatalogue(practices, sources, lessons, tuple(sorted(set(mistakes))))
