"""A quiz in words, for a grown-up who does not take it: the questions form by form, the story page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .engine import Choice, Item, Quiz

#: What each form is for (CURRICULUM.md 6.1).
FORM_NAMES: Mapping[str, str] = {
    "A": "Before the lesson",
    "B": "After the lesson",
    "C": "Two to four weeks later",
    "D": "To spare, for another go",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One choice of a story, and the page on which it goes on."""

    choice: Choice
    to: int


@dataclass(frozen=True, slots=True)
class StoryPage:
    number: int  # 1, 2, ... in the order of the file
    text: str
    ways: tuple[Way, ...]
    to: int | None  # the page that follows where nothing is asked; None at the end


def questions(quiz: Quiz) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """The forms that are there, by name, each with its items."""
    return tuple((name, quiz.form(form)) for form, name in FORM_NAMES.items() if quiz.form(form))


def story_pages(quiz: Quiz) -> tuple[StoryPage, ...]:
    nodes = quiz.scenario.nodes
    number = {name: place for place, name in enumerate(nodes, 1)}
    return tuple(
        StoryPage(
            number[name],
            node.text,
            tuple(Way(choice, number[choice.to]) for choice in node.choices),
            None if node.choices or node.to is None else number[node.to],
        )
        for name, node in nodes.items()
    )
