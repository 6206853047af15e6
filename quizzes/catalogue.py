"""Every quiz, compiled once at start-up beside its lesson; pages look items and stories up here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from lessons import catalogue as lesson_catalogue
from lessons.catalogue import Catalogue
from lessons.own import shelf
from lessons.reading import Mistake
from practices import catalogue as practice_catalogue
from practices.catalogue import PracticeCatalogue
from practices.engine import Practice

from .compiler import QuizSource, facts_of, make_quiz, read_quiz, refer
from .engine import Item, Quiz
from .own import OwnBank, make

CONTENT = Path(__file__).parent / "content"  # the quizzes that Safe Harbour ships


@dataclass(frozen=True, eq=False)
class QuizCatalogue:
    """The quizzes of one content folder. A file with a mistake is left out and named in `mistakes`."""

    quizzes: Mapping[str, Quiz]  # by the lesson's id
    sources: Mapping[str, QuizSource]
    lessons: Catalogue
    practices: PracticeCatalogue
    mistakes: tuple[Mistake, ...] = ()

    def practice(self, lesson_id: str) -> Practice | None:
        """The pretend app of this lesson; None where it has none."""
        return self.practices.of(lesson_id)

    def quiz(self, lesson_id: str) -> Quiz:
        """The quiz of this lesson; raises KeyError."""
        return self.quizzes[lesson_id]

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item of the bank by its id."""
        return {item.id: item for quiz in self.quizzes.values() for item in quiz.items}

    def item(self, item_id: str) -> Item:
        """The item; raises KeyError."""
        return self.items[item_id]

    @cached_property
    def _of_objective(self) -> Mapping[tuple[str, str], tuple[Item, ...]]:
        found: dict[tuple[str, str], tuple[Item, ...]] = {}
        for lesson_id, quiz in self.quizzes.items():
            for item in () if self.lessons.is_replaced(lesson_id) else quiz.items:
                found[item.objective, item.form] = (*found.get((item.objective, item.form), ()), item)
        return found

    def items_of(self, objective_id: str, form: str) -> tuple[Item, ...]:
        """The items that ask about this objective in this form, of the lesson that is taught; none where it is not
        asked."""
        return self._of_objective.get((objective_id, form), ())

    def for_school(self, local: Mapping[str, str]) -> QuizCatalogue:
        """The same quizzes with a school's own facts, kept as `Catalogue.for_school` keeps them."""
        lessons = self.lessons.for_school(local)
        return self if lessons is self.lessons else _with(self, lessons, self.practices.for_school(local))


@lru_cache(maxsize=64)
def _with(quizzes: QuizCatalogue, lessons: Catalogue, practices: PracticeCatalogue) -> QuizCatalogue:
    changed = lessons.facts.changed_from(quizzes.lessons.facts)
    made = {
        lesson_id: make(lesson_id, source, lessons.lesson(lesson_id).band, lessons.registers)
        for lesson_id, source in quizzes.sources.items()
        if not changed.isdisjoint(facts_of(source))
    }
    return replace(quizzes, quizzes={**quizzes.quizzes, **made}, lessons=lessons, practices=practices)


def quiz_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The quiz files of a content folder and the name mistakes give them, sorted."""
    for file in sorted(folder.glob("*/*.yaml")):
        yield file, f"quizzes/content/{file.parent.name}/{file.name}"


def load(
    folder: Path = CONTENT,
    lessons_folder: Path = lesson_catalogue.CONTENT,
    practices_folder: Path = practice_catalogue.CONTENT,
) -> QuizCatalogue:
    """The catalogue of three content folders, with the school's own lessons where it has some, read once in the life of
    the process."""
    own = shelf()
    ours = shipped(folder, lessons_folder, practices_folder)
    return with_own(ours, own) if isinstance(own, OwnBank) else ours


@lru_cache(maxsize=4)
def with_own(catalogue: QuizCatalogue, own: OwnBank) -> QuizCatalogue:
    """The same quizzes and those of the school's own lessons."""
    practices = practice_catalogue.with_own(catalogue.practices, own)
    local = own.registers.facts.local
    kept = {name: source for name, source in own.quiz_sources.items() if not local.isdisjoint(facts_of(source))}
    return replace(
        catalogue,
        quizzes={**catalogue.quizzes, **own.quizzes},
        sources={**catalogue.sources, **kept},
        lessons=practices.lessons,
        practices=practices,
    )


def shipped(
    folder: Path = CONTENT,
    lessons_folder: Path = lesson_catalogue.CONTENT,
    practices_folder: Path = practice_catalogue.CONTENT,
) -> QuizCatalogue:
    """The catalogue of three content folders alone: the same one, whoever asks."""
    return _shipped(folder, lessons_folder, practices_folder)


@lru_cache(maxsize=8)
def _shipped(folder: Path, lessons_folder: Path, practices_folder: Path) -> QuizCatalogue:
    """`sources` are kept as lessons' `_shipped` keeps them."""
    practices = practice_catalogue.shipped(practices_folder, lessons_folder)
    found = read_catalogue(folder, practices.lessons, practices)
    local = found.lessons.facts.local
    kept = {name: source for name, source in found.sources.items() if not local.isdisjoint(facts_of(source))}
    return replace(found, sources=kept)


def read_catalogue(folder: Path, lessons: Catalogue, practices: PracticeCatalogue) -> QuizCatalogue:
    """The catalogue of a content folder, read now."""
    mistakes: list[Mistake] = []
    sources: dict[str, QuizSource] = {}
    for file, path in quiz_files(folder):
        source, wrong = read_quiz(file.read_text(encoding="utf-8-sig"), path)
        mistakes += wrong
        if source is None:
            continue
        wrong = misplaced(source)
        lesson = lessons.lessons.get(source.form.lesson)
        if lesson is None and not wrong:
            topic, name = path.split("/")[-2:]
            first = f"lessons/content/{topic}/{name.removesuffix('.yaml')}.md"
            wrong = [source.mistake(f"write or mend the lesson first: {first}", "lesson")]
        elif lesson is not None:
            wrong += refer(source, lesson, lessons.registers)
        mistakes += wrong
        if lesson is not None and not wrong:
            sources[lesson.id] = source
    quizzes = {
        lesson_id: make_quiz(sources[lesson_id], lesson.band, lessons.registers)
        for lesson_id, lesson in lessons.lessons.items()
        if lesson_id in sources
    }
    return QuizCatalogue(quizzes, sources, lessons, practices, tuple(sorted(set(mistakes))))


def misplaced(source: QuizSource) -> list[Mistake]:
    """Whether the quiz names the lesson that its own place says."""
    topic, name = source.path.split("/")[-2:]
    lesson_id = f"{topic}.{name.removesuffix('.yaml')}"
    if source.form.lesson != lesson_id:
        return [source.mistake(f"the file's place says lesson: {lesson_id}", "lesson")]
    return []
