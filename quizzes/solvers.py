"""Simple ways to guess, which must not work: a child should need the idea, not the look of the answer.

CURRICULUM.md 6.2(3). An option that cannot be picked out (a tie, or nothing found) counts as one guess among them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lessons.standard import WordLists
from lessons.wording import content_words, letters

from .engine import Item, Option

MARGIN = 0.15  # over chance, which guessing may reach
LESSON_ITEMS = 12  # from so many on, a lesson is measured by itself


@dataclass(frozen=True, slots=True)
class Solved:
    """How often a way of guessing is right, and how often chance is: shares from 0 to 1."""

    share: float
    chance: float

    @property
    def is_too_good(self) -> bool:
        return self.share > self.chance + MARGIN + 1e-9


Solver = Callable[[Item], Sequence[Option]]


def _first(item: Item) -> list[Option]:
    return [item.options[0]]


def _longest(item: Item) -> list[Option]:
    return _most(item, lambda option: letters(option.text))


def _echo(item: Item) -> list[Option]:
    """The option that says again the most words of the question."""
    asked = content_words(item.stem)
    return _most(item, lambda option: len(asked & content_words(option.text)))


def _most(item: Item, measure: Callable[[Option], int]) -> list[Option]:
    most = max(map(measure, item.options))
    return [option for option in item.options if measure(option) == most]


def _naming(pattern: re.Pattern[str]) -> Solver:
    return lambda item: [option for option in item.options if pattern.search(option.text)]


def solvers(lists: WordLists) -> Mapping[str, Solver]:
    return {
        "first": _first,
        "longest": _longest,
        "adult": _naming(lists.adult),
        "kind": _naming(lists.kind),
        "echo": _echo,
    }


def solve(items: Iterable[Item], lists: WordLists) -> dict[str, Solved]:
    """How each solver does on these items; nothing for no items."""
    items = list(items)
    if not items:
        return {}
    chance = sum(1 / len(item.options) for item in items) / len(items)
    return {
        name: Solved(round(sum(_right(item, solver) for item in items) / len(items), 3), round(chance, 3))
        for name, solver in solvers(lists).items()
    }


def _right(item: Item, solver: Solver) -> float:
    picked = solver(item)
    return float(picked[0].is_correct) if len(picked) == 1 else 1 / len(item.options)
