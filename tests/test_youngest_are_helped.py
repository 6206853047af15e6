"""Reception and Years 1 and 2: whoever does not tell is found by a grown-up, so that no pretend app ends with a child
alone with a worry (CURRICULUM.md 1, rules 4 and 5)."""

from __future__ import annotations

from collections import deque

import pytest

from lessons.outcome import Outcome
from practices import catalogue
from practices.engine import Practice, State, allowed, begin, do, is_over, position

PRACTICES = {name: one for name, one in catalogue.load().practices.items() if one.band in ("eyfs", "y1-2")}
WANT_TELLING = [name for name, one in PRACTICES.items() if "tell" in one.routine]


def ends_alone(practice: Practice) -> list[tuple[str, ...]]:
    """Ways to an end on which nobody was told and no grown-up stepped in after the last trouble: an act to rethink, or
    a screen that had to be stopped or turned over."""
    ahead: deque[tuple[State, bool]] = deque([(begin(practice), False)])
    seen = set()
    alone = []
    while ahead:
        state, is_helped = ahead.popleft()
        if is_over(practice, state):
            if not is_helped:
                alone.append(tuple(did.act.key for did in state.done))
            continue
        for act in allowed(practice, state):
            then = do(practice, state, act.key)
            assert then.last is not None
            case = then.last.case
            is_trouble = case.outcome is Outcome.RETHINK or not {"stop", "turn"}.isdisjoint(act.steps)
            steps_in = case.is_adult or practice.scenes[then.scene].is_adult or "tell" in then.steps
            helped = steps_in or (is_helped and not is_trouble)
            if (position(then), helped) not in seen:
                seen.add((position(then), helped))
                ahead.append((then, helped))
    return alone


@pytest.mark.parametrize("lesson", WANT_TELLING)
def test_no_way_ends_with_a_child_alone(lesson: str) -> None:
    assert ends_alone(PRACTICES[lesson]) == []


def test_most_of_them_are_asked() -> None:
    assert len(WANT_TELLING) == 13
