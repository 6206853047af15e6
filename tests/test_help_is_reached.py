"""However a pupil of Years 3 to 6 goes through a pretend app, somebody who can help knows at its end. The routine is
measured all the same: who did not tell has not told, and the page says so kindly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lessons.outcome import Outcome
from practices import catalogue
from practices.engine import Case, Practice, State, do, is_over, walk

BANDS = ("y3-4", "y5-6")
#: In a feed a kind post after a pause is the skill; elsewhere a message after stopping would go to whoever pushes.
POSTS_ARE_KIND = "feed"
#: Said to a friend who sits beside, and not to whoever pushes.
SPOKEN = {("personal-info.y5-6", "not-fault")}


def practices() -> list[Practice]:
    found = catalogue.load().practices.values()
    return sorted((one for one in found if one.band in BANDS), key=lambda one: one.lesson)


def steps_of(practice: Practice) -> Iterator[tuple[State, State, Case]]:
    """Every act that can be done: where it is done, where it leads, and what it does."""
    walked = walk(practice)
    for place, ways in walked.ways.items():
        for key, _ in ways:
            then = do(practice, walked.states[place], key)
            if then.last is not None:
                yield walked.states[place], then, then.last.case


@pytest.mark.parametrize("practice", practices(), ids=lambda one: one.lesson)
def test_no_way_ends_with_nobody_knowing(practice: Practice) -> None:
    if "tell" not in practice.routine:
        assert practice.lesson == "passwords.y5-6", "there telling is the only way on"
        return
    for before, then, case in steps_of(practice):
        if is_over(practice, then) and "tell" not in then.steps:
            known = case.is_adult or practice.scenes[before.scene].is_adult
            assert known, f"{before.scene}: {[did.act.key for did in then.done]}"


@pytest.mark.parametrize("practice", practices(), ids=lambda one: one.lesson)
def test_after_stopping_nothing_more_is_written_and_a_slip_brings_an_adult(practice: Practice) -> None:
    if practice.app == POSTS_ARE_KIND:
        return
    for before, then, case in steps_of(practice):
        if "stop" in before.steps:
            is_spoken = then.last is not None and (practice.lesson, then.last.act.key) in SPOKEN
            assert is_spoken or all(line.who != "me" for line in case.lines), then.last
            if case.outcome is Outcome.RETHINK:
                assert case.is_adult or practice.scenes[then.scene].is_adult, then.last


@pytest.mark.parametrize("practice", practices(), ids=lambda one: one.lesson)
def test_an_end_with_an_adult_blames_nobody(practice: Practice) -> None:
    for scene in practice.scenes.values():
        if scene.is_end and scene.is_adult:
            assert not any(word in scene.text for word in ("should", "next time", "Why did", "forgot")), scene.text
