"""The pretend apps of the school's own lessons. Without one a lesson keeps ours, which practises the same things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lessons.own import OWN, OwnShelf
from lessons.registers import Registers

from .compiler import PracticeSource, make_practice
from .engine import Practice


@dataclass(frozen=True, eq=False)
class OwnApps(OwnShelf):
    practices: Mapping[str, Practice]  # by the own lesson's id
    practice_sources: Mapping[str, PracticeSource]


def make(lesson_id: str, source: PracticeSource, registers: Registers) -> Practice:
    """The practice of a source, as ours or, by its lesson's id, as the school's own."""
    practice = make_practice(source, registers)
    return replace(practice, lesson=lesson_id) if lesson_id.startswith(OWN) else practice
