"""The school's own lessons: files in a folder outside the code, each in the place of one of ours (docs/own-lessons.md).

The rooms above read and check them and say here how they are found: an own lesson is taught only with its quiz. Without
the setting there is none, and nothing is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .compiler import LessonSource, make_lesson
from .lesson import Lesson
from .reading import Mistake
from .registers import Registers

OWN = "own."  # before the id of a lesson, an item, a story: "own.passwords.y3-4"


@dataclass(frozen=True, eq=False)  # a shelf is itself, however alike another is
class OwnShelf:
    """What the school's folder holds: lessons that can be taught, and what keeps others from it."""

    lessons: Mapping[str, Lesson]  # by their ids, OWN included
    sources: Mapping[str, LessonSource]
    registers: Registers  # ours with the school's
    mistakes: tuple[Mistake, ...]  # a lesson with one is not taught
    notes: tuple[Mistake, ...]  # to think about
    is_level_checked: bool  # textstat is installed
    is_spelling_checked: bool  # hunspell-en-gb is


def _none() -> OwnShelf | None:
    return None


_find: Callable[[], OwnShelf | None] = _none


def found_by(find: Callable[[], OwnShelf | None]) -> None:
    """How the shelf of whoever asks is found; the app says so, once."""
    global _find
    _find = find


def shelf() -> OwnShelf | None:
    """The school's own lessons; None where it has none."""
    return _find()


def make(lesson_id: str, source: LessonSource, registers: Registers) -> Lesson:
    """The lesson of a source, as ours or, by its id, as the school's own."""
    lesson = make_lesson(source, registers)
    return replace(lesson, id=lesson_id, is_own=True) if lesson_id.startswith(OWN) else lesson
