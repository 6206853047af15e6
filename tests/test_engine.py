"""The story engine: every way through every story that we ship, and any key pressed at any time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import catalogue
from quizzes.engine import (
    HELP,
    NEXT,
    Choice,
    Item,
    Node,
    Option,
    Outcome,
    Scenario,
    TooManyPaths,
    UnknownChoice,
    after,
    is_end,
    is_narrative,
    judge,
    keys,
    replay,
    shown_choices,
    shown_order,
    walk,
)

QUIZZES = catalogue.load().quizzes
SCENARIOS = [quiz.scenario for quiz in QUIZZES.values()]


def told(text: str, to: str | None, is_adult: bool = False) -> Node:
    return Node(text, text, (), to, is_adult, "")


def asked(name: str, *choices: tuple[str, Outcome, str]) -> Node:
    return Node(name, name, tuple(Choice(key, key, outcome, to) for key, outcome, to in choices), None, False, "")


STORY = Scenario(
    "story",
    "s1",
    {
        "s1": asked("s1", ("a", Outcome.RETHINK, "s1a"), ("b", Outcome.SAFE, "end"), (HELP, Outcome.SAFE, "s1h")),
        "s1a": told("s1a", "end", is_adult=True),
        "s1h": told("s1h", "end", is_adult=True),
        "end": told("end", None),
    },
)


def test_a_story_begins_at_its_start_with_nothing_told() -> None:
    story = replay(STORY, [])
    assert story.node is STORY.nodes["s1"]
    assert story.told == ()
    assert not story.is_over


def test_a_choice_leads_on_and_next_turns_the_page() -> None:
    story = replay(STORY, ["a"])
    assert story.node is STORY.nodes["s1a"]
    assert is_narrative(STORY.nodes["s1a"])
    story = replay(STORY, ["a", NEXT])
    assert story.node is STORY.nodes["end"]
    assert is_end(STORY.nodes["end"])
    story = replay(STORY, ["a", NEXT, NEXT])
    assert story.is_over
    assert [one.outcome for one in story.told] == [Outcome.RETHINK, Outcome.DONE, Outcome.DONE]


def test_help_is_a_safe_choice() -> None:
    story = replay(STORY, [HELP])
    assert story.told[0].outcome is Outcome.SAFE
    assert story.node is not None
    assert story.node.is_adult


@pytest.mark.parametrize("chosen", [["c"], [NEXT], ["a", "a"], ["a", HELP], ["b", NEXT, NEXT], [""]])
def test_a_key_that_is_not_offered_is_refused(chosen: list[str]) -> None:
    with pytest.raises(UnknownChoice):
        replay(STORY, chosen)


def test_every_way_is_walked_once() -> None:
    ways = [tuple(one.key for one in story.told) for story in walk(STORY)]
    assert ways == [("a", NEXT, NEXT), ("b", NEXT), (HELP, NEXT, NEXT)]


def test_a_story_that_goes_round_is_not_walked_for_ever() -> None:
    round_and_round = Scenario("round", "a", {"a": told("a", "b"), "b": told("b", "a")})
    with pytest.raises(TooManyPaths):
        list(walk(round_and_round))


def test_a_story_with_too_many_ways_is_refused() -> None:
    nodes = {
        f"n{depth}": asked(f"n{depth}", *((key, Outcome.SAFE, f"n{depth + 1}") for key in "abcd")) for depth in range(6)
    }
    with pytest.raises(TooManyPaths):
        list(walk(Scenario("wide", "n0", {**nodes, "n6": told("n6", None)}), limit=1000))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_every_way_through_a_shipped_story_ends_well(scenario: Scenario) -> None:
    """Each way ends, each decision offers Help, and no child meets three rethinks without an adult stepping in."""
    seen = set()
    for story in walk(scenario):
        assert story.is_over
        assert is_end(story.told[-1].node)
        rethinks = 0
        for one in story.told:
            seen.add(one.node.id)
            rethinks = 0 if one.node.is_adult else rethinks
            rethinks += one.outcome is Outcome.RETHINK
            assert rethinks <= 2
            if one.node.choices:
                assert one.node.choices[-1].is_help
                assert one.node.choice(HELP).outcome is Outcome.SAFE
    assert seen == set(scenario.nodes)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_a_child_who_asks_for_help_each_time_comes_to_the_end(scenario: Scenario) -> None:
    chosen: list[str] = []
    while (node := replay(scenario, chosen).node) is not None:
        chosen.append(HELP if node.choices else NEXT)
        assert len(chosen) < 50
    assert HELP in chosen


@given(st.sampled_from([STORY, *SCENARIOS]), st.lists(st.sampled_from([*"abcde", HELP, NEXT, "", "A"]), max_size=12))
def test_whatever_is_pressed_the_story_stands_where_the_taken_keys_lead(scenario: Scenario, pressed: list[str]) -> None:
    """A page takes only the keys of its node and passes over the rest: replaying what it took tells the same story."""
    taken: list[str] = []
    node: Node | None = scenario.nodes[scenario.start]
    for key in pressed:
        if node is not None and key in keys(node):
            node = after(scenario, node, key)
            taken.append(key)
        else:
            with pytest.raises(UnknownChoice):
                replay(scenario, [*taken, key])
    story = replay(scenario, taken)
    assert story.node is node
    assert [one.key for one in story.told] == taken


ITEM = Item(
    "i",
    "o",
    "B",
    "stem",
    (Option("a", "one", False, "m", "f"), Option("b", "two", True, "", "f"), Option("c", "three", False, "m", "f")),
    "help",
)


def test_an_option_is_judged_by_its_key() -> None:
    assert [judge(ITEM, key) for key in ("a", "b", "c", HELP)] == [
        Outcome.RETHINK,
        Outcome.SAFE,
        Outcome.RETHINK,
        Outcome.HELP,
    ]
    with pytest.raises(UnknownChoice):
        judge(ITEM, "d")


@given(st.text())
def test_options_are_shown_in_an_order_that_stays(seed: str) -> None:
    shown = shown_order(ITEM, seed)
    assert shown == shown_order(ITEM, seed)
    assert sorted(option.key for option in shown) == ["a", "b", "c"]


def test_the_order_differs_from_child_to_child() -> None:
    assert {tuple(option.key for option in shown_order(ITEM, str(seed))) for seed in range(60)} == {
        ("a", "b", "c"),
        ("a", "c", "b"),
        ("b", "a", "c"),
        ("b", "c", "a"),
        ("c", "a", "b"),
        ("c", "b", "a"),
    }


@given(st.sampled_from(SCENARIOS), st.text())
def test_help_is_always_last(scenario: Scenario, seed: str) -> None:
    for node in scenario.nodes.values():
        shown = shown_choices(node, seed)
        assert set(shown) == set(node.choices)
        assert not any(choice.is_help for choice in shown[:-1])
