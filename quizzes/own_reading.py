"""Reads and checks the school's own lessons: in our format, held to our rules (docs/own-lessons.md).

    passwords/y3-4.md               the lesson
    passwords/y3-4.quiz.yaml        its questions and its story
    passwords/y3-4.practice.yaml    its pretend app; without one, ours stays
    misconceptions.yaml             wrong ideas that ours do not hold; may be missing
    facts.yaml                      facts that ours do not hold; may be missing

Nothing in the folder stops anything else: a lesson with a mistake is not taught, ours is, and staff read what is wrong.
Only asked for where the setting is: the rules take memory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from accounts.bands import BANDS
from lessons import catalogue as lesson_catalogue
from lessons.catalogue import Catalogue
from lessons.check import Rules, unverified
from lessons.compiler import LessonSource, make_lesson, read_lesson
from lessons.compiler import passages as lesson_passages
from lessons.compiler import refer as refer_lesson
from lessons.lesson import PLACES
from lessons.own import OWN
from lessons.own import make as make_own_lesson
from lessons.pictures import read_symbols
from lessons.readability import load_level
from lessons.reading import Mistake
from lessons.registers import Registers, read_own_registers
from lessons.spelling import read_dictionary
from lessons.standard import read_words
from practices.catalogue import PracticeCatalogue
from practices.check import check_practice, check_practice_facts
from practices.compiler import PracticeSource, make_practice, read_practice
from practices.compiler import refer as refer_practice
from practices.own import make as make_own_practice

from .catalogue import QuizCatalogue
from .check import check_one
from .compiler import QuizSource, make_quiz, read_quiz
from .compiler import refer as refer_quiz
from .own import OwnBank, make
from .rules import check_quiz_facts

REGISTERS = frozenset({"misconceptions.yaml", "facts.yaml"})
ENDINGS = (".md", ".quiz.yaml", ".practice.yaml")


@dataclass(frozen=True, slots=True)
class _Cell:
    """One own lesson whose files have been read and found whole."""

    lesson: LessonSource
    quiz: QuizSource
    practice: PracticeSource | None


def read_own(folder: Path, today: date) -> OwnBank:
    """The school's own lessons as they stand in its folder now, and everything that is wrong there."""
    ours = lesson_catalogue.shipped()
    registers, mistakes = _registers(folder, ours.registers)
    notes: list[Mistake] = []
    words, _ = read_words(lesson_catalogue.CONTENT, "lessons/content")
    if words is None:  # ours cannot be read: nothing here can be checked
        return _bank({}, registers, [Mistake(folder.name, 1, "this version of Safe Harbour is not whole")], [], None)
    rules = Rules(words, registers, load_level(), read_symbols(), today, False, ours.frameworks, read_dictionary())
    cells: dict[str, _Cell] = {}
    for topic, band in _cells(folder):
        found, wrong, noted = _read_cell(folder, topic, band, ours, rules)
        mistakes += wrong
        notes += noted
        if found is not None and not wrong:
            cells[f"{topic}.{band}"] = found
    return _bank(cells, registers, mistakes + list(_strays(folder)), notes, rules)


def _bank(
    cells: dict[str, _Cell], registers: Registers, mistakes: list[Mistake], notes: list[Mistake], rules: Rules | None
) -> OwnBank:
    practices = {OWN + cell: found.practice for cell, found in cells.items() if found.practice is not None}
    lessons = {OWN + cell: make_own_lesson(OWN + cell, found.lesson, registers) for cell, found in cells.items()}
    return OwnBank(
        lessons=lessons,
        sources={OWN + cell: found.lesson for cell, found in cells.items()},
        registers=registers,
        mistakes=tuple(sorted(set(mistakes))),
        notes=tuple(sorted(set(notes))),
        is_level_checked=rules is not None and rules.level is not None,
        is_spelling_checked=rules is not None and rules.dictionary is not None,
        practices={name: make_own_practice(name, source, registers) for name, source in practices.items()},
        practice_sources=practices,
        quizzes={
            OWN + cell: make(OWN + cell, found.quiz, lessons[OWN + cell].band, registers)
            for cell, found in cells.items()
        },
        quiz_sources={OWN + cell: found.quiz for cell, found in cells.items()},
    )


def _registers(folder: Path, ours: Registers) -> tuple[Registers, list[Mistake]]:
    if not folder.is_dir():
        message = "this folder is not there: make it, or take SAFE_HARBOUR_LESSONS out of the settings"
        return ours, [Mistake(str(folder), 1, message)]
    try:
        return read_own_registers(folder, ours)
    except (OSError, UnicodeDecodeError):
        return ours, [Mistake("misconceptions.yaml", 1, "it or facts.yaml cannot be read: save them as UTF-8")]


def _cells(folder: Path) -> Iterator[tuple[str, str]]:
    """The topics and bands for which there is any file."""
    for topic in PLACES:
        for band in BANDS:
            if any((folder / topic / f"{band}{ending}").is_file() for ending in ENDINGS):
                yield topic, band


def _strays(folder: Path) -> Iterator[Mistake]:
    """Files that nobody reads. They stop nothing."""
    known = {f"{topic}/{band}{ending}" for topic in PLACES for band in BANDS for ending in ENDINGS} | REGISTERS
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = file.relative_to(folder).as_posix()
        is_hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and name not in known and not is_hidden:
            yield Mistake(name, 1, "nothing reads this file: name it <topic>/<band>.md, .quiz.yaml or .practice.yaml")


def _read_cell(
    folder: Path, topic: str, band: str, ours: Catalogue, rules: Rules
) -> tuple[_Cell | None, list[Mistake], list[Mistake]]:
    """One own lesson, its mistakes and what is to be thought about. Whatever is wrong with it stays with it."""
    name = f"{topic}/{band}"
    try:
        lesson, mistakes = _lesson(folder, name, rules.registers)
        quiz, wrong = _quiz(folder, name, lesson, rules.registers)
        mistakes += wrong
        practice, wrong = _practice(folder, name, rules.registers)
        mistakes += wrong
        if lesson is None or quiz is None or mistakes:
            return None, mistakes, []
        cell = _Cell(lesson, quiz, practice)
        return (cell, *_check(f"{topic}.{band}", cell, ours, rules))
    except Exception:
        logging.getLogger(__name__).exception("own lesson %s", name)
        return None, [Mistake(f"{name}.md", 1, "it or a file beside it cannot be understood: compare it with ours")], []


def _text(folder: Path, name: str) -> tuple[str, list[Mistake]]:
    try:
        return (folder / name).read_text(encoding="utf-8-sig"), []
    except FileNotFoundError:
        return "", [Mistake(name, 1, "write this file: an own lesson needs it")]
    except (OSError, UnicodeDecodeError):
        return "", [Mistake(name, 1, "it cannot be read: save it as UTF-8, where the server may read it")]


def _lesson(folder: Path, name: str, registers: Registers) -> tuple[LessonSource | None, list[Mistake]]:
    text, mistakes = _text(folder, f"{name}.md")
    if mistakes:
        return None, mistakes
    source, mistakes = read_lesson(text, f"{name}.md")
    if source is not None:
        mistakes += lesson_catalogue.misplaced(source) + refer_lesson(source, registers)
    return source, mistakes


def _quiz(
    folder: Path, name: str, lesson: LessonSource | None, registers: Registers
) -> tuple[QuizSource | None, list[Mistake]]:
    text, mistakes = _text(folder, f"{name}.quiz.yaml")
    if mistakes:
        return None, mistakes
    source, mistakes = read_quiz(text, f"{name}.quiz.yaml")
    if source is None or lesson is None:
        return source, mistakes
    expected = name.replace("/", ".")
    if source.form.lesson != expected:
        return source, [*mistakes, source.mistake(f"the file's place says lesson: {expected}", "lesson")]
    return source, mistakes + refer_quiz(source, make_lesson(lesson, registers), registers)


def _practice(folder: Path, name: str, registers: Registers) -> tuple[PracticeSource | None, list[Mistake]]:
    if not (folder / f"{name}.practice.yaml").exists():
        return None, []
    text, mistakes = _text(folder, f"{name}.practice.yaml")
    if mistakes:
        return None, mistakes
    source, mistakes = read_practice(text, f"{name}.practice.yaml")
    return source, mistakes if source is None else mistakes + refer_practice(source, registers)


def _check(name: str, cell: _Cell, ours: Catalogue, rules: Rules) -> tuple[list[Mistake], list[Mistake]]:
    """Our rules for one lesson by itself. An unverified fact in a pupil's text is a mistake: no release follows."""
    registers = rules.registers
    lesson = make_lesson(cell.lesson, registers)
    lessons = replace(ours, lessons={name: lesson}, sources={name: cell.lesson}, registers=registers, mistakes=())
    apps = {} if cell.practice is None else {name: cell.practice}
    practices = PracticeCatalogue({key: make_practice(one, registers) for key, one in apps.items()}, apps, lessons)
    quiz = make_quiz(cell.quiz, lesson.band, registers)
    mistakes, notes = check_one(name, QuizCatalogue({name: quiz}, {name: cell.quiz}, lessons, practices), rules)
    for key, source in apps.items():
        mistakes += check_practice(source, practices.practices[key], rules)
        mistakes += check_practice_facts(source, rules)
    mistakes += check_quiz_facts(cell.quiz, rules)
    for reader, passage in lesson_passages(cell.lesson):
        if reader == "pupil":
            mistakes += unverified(passage, cell.lesson.path, rules)
    return mistakes, [note for note in notes if note not in mistakes]
