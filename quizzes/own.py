"""The quizzes of the school's own lessons, and the whole of what its folder holds. Read by own_reading.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lessons.own import OWN
from lessons.registers import Registers
from practices.own import OwnApps

from .compiler import QuizSource, make_quiz
from .engine import Quiz


@dataclass(frozen=True, eq=False)
class OwnBank(OwnApps):
    quizzes: Mapping[str, Quiz]  # by the own lesson's id
    quiz_sources: Mapping[str, QuizSource]


def make(lesson_id: str, source: QuizSource, band: str, registers: Registers) -> Quiz:
    """The quiz of a source, as ours or, by its lesson's id, as the school's own: then its items and its story carry
    OWN, so that an answer always tells which question it was given to."""
    quiz = make_quiz(source, band, registers)
    if not lesson_id.startswith(OWN):
        return quiz
    items = tuple(replace(item, id=OWN + item.id) for item in quiz.items)
    return replace(quiz, lesson=lesson_id, items=items, scenario=replace(quiz.scenario, id=OWN + quiz.scenario.id))
