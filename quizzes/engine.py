"""The quiz and story engine: plain values and rules, no Flask, no database, no clock.

An item is one question in one form (A before the lesson, B after it, C weeks later, D to spare). A scenario is a story
with choices. Help can be chosen at every one of them: in an item it gives support and leaves the item open, in a story
it is always safe (CURRICULUM.md 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from lessons.outcome import Outcome as Outcome

HELP = "help"  # the choice key of "I would ask for help", in items and in scenarios
NEXT = "next"  # the choice key of turning a page that asks nothing


#: Between two sentences: a stop, perhaps a closing quote, a space, and a capital or an opening quote.
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“‘']?[A-Z])|(?<=[.!?][\"”])\s+(?=[\"“]?[A-Z])")


class UnknownChoice(ValueError):
    """The choice is none of those offered."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str  # "a", "b", "c": the order of the file; the page may show them in another order
    text: str
    is_correct: bool
    misconception: str  # an id of misconceptions.yaml; empty for the correct option
    feedback: str  # empty in form A
    picture: str = ""  # the youngest choose by it


@dataclass(frozen=True, slots=True)
class Item:
    id: str  # online-friends.y3-4.1.B
    objective: str  # online-friends.y3-4.1
    form: str  # A, B, C or D
    stem: str
    options: tuple[Option, ...]
    help: str  # the support given when Help is chosen
    picture: str = ""  # beside the question; the place's own where there is none

    @property
    def question(self) -> str:
        """The last sentence of the stem: the page's heading. What goes before it is `lead`."""
        return _SENTENCE.split(self.stem)[-1]

    @property
    def lead(self) -> str:
        return self.stem[: len(self.stem) - len(self.question)].rstrip()

    def option(self, key: str) -> Option:
        """The option with this key; raises UnknownChoice."""
        for option in self.options:
            if option.key == key:
                return option
        raise UnknownChoice(key)


@dataclass(frozen=True, slots=True)
class Choice:
    key: str  # "a", "b", ... and HELP
    text: str
    outcome: Outcome
    to: str
    picture: str = ""  # the youngest choose by it

    @property
    def is_help(self) -> bool:
        return self.key == HELP


@dataclass(frozen=True, slots=True)
class Node:
    id: str  # s1
    text: str
    choices: tuple[Choice, ...]  # empty: the story goes on to `to`
    to: str | None  # None with no choices: the story ends here
    is_adult: bool  # an adult in the story has stepped in
    picture: str

    @property
    def question(self) -> str:
        """The last sentence of a node that asks: the page's heading. What goes before it is `lead`."""
        return _SENTENCE.split(self.text)[-1]

    @property
    def lead(self) -> str:
        return self.text[: len(self.text) - len(self.question)].rstrip()

    def choice(self, key: str) -> Choice:
        """The choice with this key; raises UnknownChoice."""
        for choice in self.choices:
            if choice.key == key:
                return choice
        raise UnknownChoice(key)


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    start: str
    nodes: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Quiz:
    """Everything that is asked about one lesson."""

    lesson: str
    items: tuple[Item, ...]
    scenario: Scenario

    def form(self, form: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.form == form)


def judge(item: Item, key: str) -> Outcome:
    """What choosing this key in this item leads to; raises UnknownChoice."""
    if key == HELP:
        return Outcome.HELP
    return Outcome.SAFE if item.option(key).is_correct else Outcome.RETHINK


def shown_order(item: Item, seed: str) -> tuple[Option, ...]:
    """The options as a page shows them: shuffled, and the same each time for the same seed (an attempt's id, say).
    Help is not one of them; the page puts it last."""
    options = list(item.options)
    Random(f"{seed} {item.id}").shuffle(options)
    return tuple(options)


def shown_choices(node: Node, seed: str) -> tuple[Choice, ...]:
    """The choices as a page shows them: shuffled as `shown_order`, with Help last."""
    choices = [choice for choice in node.choices if not choice.is_help]
    Random(f"{seed} {node.id}").shuffle(choices)
    return (*choices, *(choice for choice in node.choices if choice.is_help))


@dataclass(frozen=True, slots=True)
class Told:
    """One node that has been read, and what the pupil chose there (NEXT where nothing was asked)."""

    node: Node
    key: str

    @property
    def outcome(self) -> Outcome:
        """What the choice led to; DONE where nothing was asked."""
        return self.node.choice(self.key).outcome if self.node.choices else Outcome.DONE


@dataclass(frozen=True, slots=True)
class Story:
    """How far a pupil is in a story. `node` is the one to show now; None once the last page has been turned."""

    told: tuple[Told, ...]
    node: Node | None

    @property
    def is_over(self) -> bool:
        return self.node is None


def is_narrative(node: Node) -> bool:
    """The node asks nothing: it is read, and NEXT turns the page."""
    return not node.choices


def is_end(node: Node) -> bool:
    """The last page of a story."""
    return not node.choices and node.to is None


def keys(node: Node) -> tuple[str, ...]:
    """Every key that this node takes."""
    return tuple(choice.key for choice in node.choices) or (NEXT,)


def after(scenario: Scenario, node: Node, key: str) -> Node | None:
    """The node that follows when this key is chosen here; None when the story is over. Raises UnknownChoice."""
    if node.choices:
        return scenario.nodes[node.choice(key).to]
    if key != NEXT:
        raise UnknownChoice(key)
    return None if node.to is None else scenario.nodes[node.to]


def replay(scenario: Scenario, chosen: Iterable[str]) -> Story:
    """The story after these keys, in the order in which they were chosen. Raises UnknownChoice for a key that is not
    offered where it stands, one after the end included."""
    told: list[Told] = []
    node: Node | None = scenario.nodes[scenario.start]
    for key in chosen:
        if node is None:
            raise UnknownChoice(key)
        told.append(Told(node, key))
        node = after(scenario, node, key)
    return Story(tuple(told), node)


class TooManyPaths(ValueError):
    """The story has more ways through it than anyone can check."""


def walk(scenario: Scenario, limit: int = 20_000) -> Iterator[Story]:
    """Every way through the story, each to its end. Raises TooManyPaths beyond `limit` ways or when one goes round
    and round (the compiler lets no such story pass)."""
    ways: list[tuple[str, ...]] = [()]
    found = 0
    while ways:
        way = ways.pop()
        story = replay(scenario, way)
        if story.node is None:
            found += 1
            yield story
        else:
            ways.extend((*way, key) for key in reversed(keys(story.node)))
        if found > limit or len(way) > 4 * len(scenario.nodes):
            raise TooManyPaths(scenario.id)
