"""Which lamps of a place are lit. A lamp says that something was done, never how well, and is never put out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Years 3 to 6 light three lamps a place, younger pupils one (DESIGN-LANGUAGE.md 3).
LAMPS: Mapping[str, tuple[str, ...]] = {
    "eyfs": ("learn",),
    "y1-2": ("learn",),
    "y3-4": ("learn", "practise", "remember"),
    "y5-6": ("learn", "practise", "remember"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What a pupil has done of one lesson."""

    is_asked_after: bool  # each objective was asked in form B
    is_story_told: bool
    is_asked_again: bool  # each objective was asked in form C


@dataclass(frozen=True, slots=True)
class Lamp:
    name: str  # learn, practise, remember
    is_lit: bool


def lamps(band: str, done: Done) -> tuple[Lamp, ...]:
    """The lamps of a place for this band, in order."""
    lit = {"learn": done.is_asked_after, "practise": done.is_story_told, "remember": done.is_asked_again}
    if len(LAMPS[band]) == 1:
        return (Lamp("learn", done.is_asked_after and done.is_story_told),)
    return tuple(Lamp(name, lit[name]) for name in LAMPS[band])
