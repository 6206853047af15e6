"""Every lesson, compiled once at start-up and kept; pages look things up here and never read a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from accounts.bands import BANDS

from .compiler import LessonSource, make_lesson, read_lesson, refer
from .frameworks import Frameworks, read_frameworks
from .lesson import PLACES, TOPICS, Lesson, Objective
from .own import OWN, OwnShelf, make, shelf
from .reading import Mistake
from .registers import Facts, Misconception, Registers, read_registers

CONTENT = Path(__file__).parent / "content"  # the lessons that Safe Harbour ships
_BAND_OF = {short: band for band, short in BANDS.items()}


@dataclass(frozen=True, eq=False)  # a catalogue is itself, however alike another is
class Catalogue:
    """The lessons of one content folder, in the order of the chart and from Reception up.

    A file with a mistake is left out and named in `mistakes`; `flask content check` says the same.
    """

    lessons: Mapping[str, Lesson]
    registers: Registers
    sources: Mapping[str, LessonSource]
    mistakes: tuple[Mistake, ...] = ()
    frameworks: Frameworks = field(default_factory=Frameworks)
    own: OwnShelf | None = None  # the school's own, which are in `lessons` as well

    def lesson(self, lesson_id: str) -> Lesson:
        """The lesson; raises KeyError."""
        return self.lessons[lesson_id]

    def at(self, place: str, band: str) -> Lesson | None:
        """The lesson of a place (`pier`) for a band (`y34` or `y3-4`), the school's own before ours; None where there
        is none."""
        cell = f"{TOPICS.get(place, '')}.{_BAND_OF.get(band, band)}"
        return self.lessons.get(OWN + cell) or self.lessons.get(cell)

    def ours_at(self, place: str, band: str) -> Lesson | None:
        """Our lesson of a place, also where the school's own is taught instead."""
        return self.lessons.get(f"{TOPICS.get(place, '')}.{_BAND_OF.get(band, band)}")

    def in_band(self, band: str) -> tuple[Lesson, ...]:
        """The lessons of a band (`y3-4` or `y34`) that are taught, in the order of the chart."""
        band = _BAND_OF.get(band, band)
        return tuple(
            lesson for lesson in self.lessons.values() if lesson.band == band and not self.is_replaced(lesson.id)
        )

    def is_replaced(self, lesson_id: str) -> bool:
        """A lesson of ours in whose place the school's own is taught."""
        return self.own is not None and OWN + lesson_id in self.lessons

    @property
    def taught(self) -> tuple[Lesson, ...]:
        """Every lesson that pupils can be given, from Reception up."""
        return tuple(lesson for band in BANDS for lesson in self.in_band(band))

    @cached_property
    def _lesson_of(self) -> Mapping[str, Lesson]:
        return {objective.id: lesson for lesson in self.lessons.values() for objective in lesson.objectives}

    def teaching(self, objective_id: str) -> Lesson | None:
        """The lesson that teaches this objective; None where there is none yet."""
        return self._lesson_of.get(objective_id)

    def objective(self, objective_id: str) -> Objective:
        """The objective; raises KeyError. A lesson for it may not exist yet."""
        return self.registers.objectives[objective_id]

    def misconception(self, misconception_id: str) -> Misconception:
        """The wrong idea in a child's words, with ten minutes to teach it again; raises KeyError."""
        return self.registers.misconceptions[misconception_id]

    @property
    def facts(self) -> Facts:
        return self.registers.facts

    def for_school(self, local: Mapping[str, str]) -> Catalogue:
        """The same lessons with a school's own facts (`safeguarding-lead`: a name) where they name one.

        Only facts marked `local: true` can be set; the rest of `local` is passed over. Kept for the schools asked for
        last, so that a page may ask each time.
        """
        mine = {fact: words for fact, words in local.items() if fact in self.facts and self.facts.by_id[fact].is_local}
        return _for_school(self, frozenset(mine.items())) if mine else self


@lru_cache(maxsize=64)
def _for_school(catalogue: Catalogue, local: frozenset[tuple[str, str]]) -> Catalogue:
    registers = replace(catalogue.registers, facts=catalogue.facts.with_local(dict(local)))
    changed = {fact for fact, _ in local}
    lessons = {
        lesson_id: make(lesson_id, catalogue.sources[lesson_id], registers) if changed & set(lesson.facts) else lesson
        for lesson_id, lesson in catalogue.lessons.items()
    }
    return replace(catalogue, lessons=lessons, registers=registers)


def lesson_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The lesson files of a content folder and the name mistakes give them, sorted."""
    for file in sorted(folder.glob("*/*.md")):
        yield file, f"lessons/content/{file.parent.name}/{file.name}"


def load(folder: Path = CONTENT) -> Catalogue:
    """The catalogue of a content folder, with the school's own lessons where it has some. Read once in the life of the
    process."""
    own = shelf()
    return shipped(folder) if own is None else with_own(shipped(folder), own)


@lru_cache(maxsize=4)
def with_own(catalogue: Catalogue, own: OwnShelf) -> Catalogue:
    """The same lessons and, after each that one takes the place of, the school's own."""
    found = _in_order([*catalogue.lessons.values(), *own.lessons.values()])
    local = own.registers.facts.local
    kept = {name: source for name, source in own.sources.items() if not local.isdisjoint(own.lessons[name].facts)}
    return replace(catalogue, lessons=found, sources={**catalogue.sources, **kept}, registers=own.registers, own=own)


def shipped(folder: Path = CONTENT) -> Catalogue:
    """The catalogue of a content folder alone: the same one, whoever asks."""
    return _shipped(folder)


@lru_cache(maxsize=8)
def _shipped(folder: Path) -> Catalogue:
    """Of the sources, much larger than what is made of them, only those stay that a school's own facts change."""
    found = read_catalogue(folder)
    local = found.facts.local
    kept = {name: source for name, source in found.sources.items() if not local.isdisjoint(found.lessons[name].facts)}
    return replace(found, sources=kept)


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a content folder, read now."""
    registers, mistakes = read_registers(folder, "lessons/content")
    frameworks, wrong = read_frameworks(folder, "lessons/content")
    mistakes += wrong
    sources: dict[str, LessonSource] = {}
    for file, path in lesson_files(folder):
        source, wrong = read_lesson(file.read_text(encoding="utf-8-sig"), path)
        if source is not None:
            wrong += misplaced(source) + refer(source, registers)
        mistakes += wrong
        if source is not None and not wrong:
            sources[source.settings.id] = source
    lessons = {name: make_lesson(source, registers) for name, source in sources.items()}
    return Catalogue(_in_order(lessons.values()), registers, sources, tuple(sorted(set(mistakes))), frameworks)


def _in_order(lessons: Collection[Lesson]) -> dict[str, Lesson]:
    """By id, in the order of the chart and from Reception up; the school's own after ours, so that whoever looks for
    the lesson of an objective finds it."""
    topics, bands = list(PLACES), list(BANDS)

    def place(lesson: Lesson) -> tuple[int, int, bool]:
        return topics.index(lesson.topic), bands.index(lesson.band), lesson.is_own

    return {lesson.id: lesson for lesson in sorted(lessons, key=place)}


def misplaced(source: LessonSource) -> list[Mistake]:
    """Whether id, topic, band and the file's own place say the same."""
    settings = source.settings
    topic, name = source.path.split("/")[-2:]
    mistakes = []
    for key, value in (("topic", topic), ("band", name.removesuffix(".md"))):
        if getattr(settings, key) != value:
            mistakes.append(source.mistake(f"the file's place says {key}: {value}", key))
    if settings.id != f"{settings.topic}.{settings.band}":
        mistakes.append(source.mistake(f"write id: {settings.topic}.{settings.band}", "id"))
    return mistakes
