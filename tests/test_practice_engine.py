"""Every pretend app, walked whole: it ends, help is everywhere, an adult comes in time, what is left out is named."""

from __future__ import annotations

import pytest

from lessons.outcome import Outcome
from practices.engine import (
    HELP,
    MOST_RISKS,
    ActNotAllowed,
    State,
    Walked,
    allowed,
    begin,
    do,
    is_over,
    position,
    replay,
    replay_what_holds,
    result,
    walk,
)
from quizzes import catalogue
from tests.browser.practice_driver import way_to_a_risk

PRACTICES = catalogue.load().practices.practices
ANY = pytest.mark.parametrize("name", sorted(PRACTICES))


@pytest.fixture(scope="module")
def walked() -> dict[str, Walked]:
    return {name: walk(practice, "any seed") for name, practice in PRACTICES.items()}


@ANY
def test_every_state_leads_to_an_end(name: str, walked: dict[str, Walked]) -> None:
    practice, found = PRACTICES[name], walked[name]
    saved = {place for place, state in found.states.items() if is_over(practice, state)}
    assert saved
    is_growing = True
    while is_growing:
        more = {
            place
            for place, ways in found.ways.items()
            if place not in saved and any(there in saved for _, there in ways)
        }
        saved |= more
        is_growing = bool(more)
    trapped = {found.states[place].scene for place in found.states.keys() - saved}
    assert trapped == set()


@ANY
def test_help_is_everywhere_and_always_safe(name: str, walked: dict[str, Walked]) -> None:
    practice = PRACTICES[name]
    for state in walked[name].states.values():
        if is_over(practice, state):
            continue
        assert allowed(practice, state)[-1].key == HELP
        after = do(practice, state, HELP)
        assert after.last is not None
        assert after.last.case.outcome is Outcome.SAFE
        assert after.last.case.says
        assert (after.scene, after.risks) == (state.scene, 0)


@ANY
def test_nobody_takes_three_risks_before_an_adult_steps_in(name: str, walked: dict[str, Walked]) -> None:
    assert max(state.risks for state in walked[name].states.values()) <= MOST_RISKS


@ANY
def test_the_safe_path_shows_everything_it_is_for(name: str) -> None:
    practice = PRACTICES[name]
    for seed in ("one", "two", "three"):  # a bag gives other words, and the same way leads through
        state = replay(practice, practice.safe_path, seed)
        found = result(practice, state)
        assert (found.objectives, found.missing, found.is_over) == (practice.objectives, (), True)
        outcomes = [did.case.outcome for did in state.done]
        assert Outcome.RETHINK not in outcomes


@ANY
def test_leaving_out_any_one_step_names_that_step(name: str, walked: dict[str, Walked]) -> None:
    practice, found = PRACTICES[name], walked[name]
    missing = {result(practice, found.states[place]).missing for place in found.ends(practice)}
    for step in practice.routine:
        assert (step,) in missing


@ANY
def test_something_can_be_got_wrong_and_put_right(name: str, walked: dict[str, Walked]) -> None:
    """After a first risky act there is still a way to an end with every step and every objective."""
    practice, found = PRACTICES[name], walked[name]
    way = way_to_a_risk(practice)
    assert way is not None
    after = replay(practice, way)
    good = [
        state
        for state in _reached_from(found, after)
        if is_over(practice, state) and result(practice, state).objectives == practice.objectives
    ]
    assert good, f"after {way[-1]} nobody can do well any more"


def _reached_from(found: Walked, start: State) -> list[State]:
    seen = {position(start)}
    queue = [position(start)]
    while queue:
        for _, there in found.ways.get(queue.pop(), ()):
            if there not in seen:
                seen.add(there)
                queue.append(there)
    return [found.states[place] for place in seen]


# The rules, on the model


MODEL = PRACTICES["online-friends.y3-4"]


def test_stopping_after_blocking_no_longer_counts() -> None:
    state = replay(MODEL, ("block", "stop", "show", "report", "finish"))
    assert result(MODEL, state).missing == ("stop",)


def test_telling_counts_at_any_point() -> None:
    for path in (("show", "stop", "block", "report", "finish"), ("stop", "block", "report", "show", "finish")):
        assert result(MODEL, replay(MODEL, path)).missing == ()


def test_an_adult_who_steps_in_begins_the_count_again() -> None:
    state = replay(MODEL, ("say-yes", "say-secret"))
    assert MODEL.scenes[state.scene].is_adult
    assert state.risks == 0


def test_what_is_not_offered_is_refused() -> None:
    with pytest.raises(ActNotAllowed):
        do(MODEL, begin(MODEL), "finish")
    with pytest.raises(ActNotAllowed):
        do(MODEL, replay(MODEL, ("stop", "block")), "block")
    with pytest.raises(ActNotAllowed):
        do(MODEL, replay(MODEL, MODEL.safe_path), HELP)


def test_a_practice_that_was_changed_goes_on_with_what_still_holds() -> None:
    state = replay_what_holds(MODEL, ("an act of last year", "stop", "show"))
    assert [did.act.key for did in state.done] == ["stop", "show"]
