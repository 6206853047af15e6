"""A shelf with one lesson for a band, in which every card is an activity: nothing is asked before the first one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from lessons.compiler import compile_lesson
from lessons.lesson import Lesson
from quizzes import catalogue
from quizzes.catalogue import QuizCatalogue

MODEL = Path(__file__).parent.parent / "model"
#: The two lessons: pictures alone, and with words.
FILES = {
    "eyfs": "activities-small",
    "y1-2": "activities-small",
    "y3-4": "activities-big",
    "y5-6": "activities-big",
}
_SHIPPED = catalogue.load()


def lesson_of(band: str) -> Lesson:
    """The lesson of a band ("eyfs"), compiled from its text; raises AssertionError for a mistake in it."""
    text = (MODEL / f"{FILES[band]}.md").read_text(encoding="utf-8").replace("BAND", band)
    lesson, mistakes = compile_lesson(text, f"{FILES[band]}.md", _SHIPPED.lessons.registers)
    assert lesson is not None, "\n".join(map(str, mistakes))
    return lesson


def shelf_of(band: str) -> QuizCatalogue:
    """The lesson with a quiz that asks nothing, the story of another lesson and no pretend app."""
    lesson = lesson_of(band)
    quiz = replace(_SHIPPED.quiz("online-friends.y3-4"), lesson=lesson.id, items=())
    lessons = replace(_SHIPPED.lessons, lessons=MappingProxyType({lesson.id: lesson}))
    practices = replace(_SHIPPED.practices, practices=MappingProxyType({}))
    return replace(_SHIPPED, lessons=lessons, quizzes=MappingProxyType({lesson.id: quiz}), practices=practices)
