"""Turns one quiz file into a `Quiz`: items in forms A to D and a story with choices (CURRICULUM.md 8.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from string import ascii_lowercase
from typing import Annotated

from pydantic import Field

from lessons.compiler import Passage, facts_told
from lessons.lesson import Lesson
from lessons.reading import Mistake, Read, Schema, did_you_mean, fit, read_yaml
from lessons.registers import Registers, facts_in
from lessons.schema import Words, one_of

from .engine import HELP, Choice, Item, Node, Option, Outcome, Quiz, Scenario

FORMS = ("A", "B", "C", "D")

#: What a pupil who chose Help in an item reads, where the item does not say more.
SUPPORT = {
    "eyfs": "Good asking! Ask your grown-up. Then look again.",
    "y1-2": "Good asking! Ask a grown-up near you to read it with you. Then look again.",
    "y3-4": "Asking for help is a good choice. Read it with an adult or a partner. Then look at each answer again.",
    "y5-6": "Asking for help is a good choice. Talk it over with an adult or a partner, then weigh each answer again.",
}


class OptionForm(Schema):
    text: Words
    correct: bool = False
    misconception: str = ""
    feedback: str = ""
    picture: str = ""


class ItemForm(Schema):
    id: Words
    objective: Words
    form: Annotated[str, one_of(FORMS, "is not a form")]
    stem: Words
    options: Annotated[list[OptionForm], Field(min_length=2, max_length=4)]
    help: str = ""
    picture: str = ""


class ChoiceForm(Schema):
    text: Words
    outcome: Annotated[str, one_of(("safe", "partly", "rethink"), "is not an outcome")]
    to: Words
    help: bool = False
    picture: str = ""


class NodeForm(Schema):
    text: Words
    choices: Annotated[list[ChoiceForm], Field(max_length=6, default_factory=list)]
    to: str | None = None
    adult: bool = False
    picture: str = ""


class ScenarioForm(Schema):
    id: Words
    start: Words
    nodes: Annotated[dict[str, NodeForm], Field(min_length=1)]


class QuizForm(Schema):
    lesson: Words
    items: list[ItemForm]
    scenario: ScenarioForm


@dataclass(frozen=True, slots=True)
class QuizSource:
    """A quiz file that has been read and found whole."""

    path: str
    form: QuizForm
    lines: Read

    def mistake(self, message: str, *where: str | int) -> Mistake:
        return self.lines.mistake(message, *where)


def compile_quiz(text: str, path: str, lesson: Lesson, registers: Registers) -> tuple[Quiz | None, list[Mistake]]:
    """The quiz in this text, or None and all that keeps it from being one. `path` is only for the mistakes."""
    source, mistakes = read_quiz(text, path)
    if source is None:
        return None, mistakes
    mistakes += refer(source, lesson, registers)
    return (None if mistakes else make_quiz(source, lesson.band, registers)), mistakes


def read_quiz(text: str, path: str) -> tuple[QuizSource | None, list[Mistake]]:
    """The parts of a quiz file; None when one is missing or cannot be understood."""
    read, mistakes = read_yaml(text.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    form, wrong = fit(QuizForm, read)
    mistakes += wrong
    if form is None or mistakes:
        return None, sorted(set(mistakes))
    return QuizSource(path, form, read), []


# -------------------------------------------------------------------------------------------------------- referring


def refer(source: QuizSource, lesson: Lesson, registers: Registers) -> list[Mistake]:
    """What must hold before the quiz can be taken at all: names that exist, one correct option, a story to walk."""
    return sorted({*_items(source, lesson, registers), *_scenario(source), *_facts(source, lesson, registers)})


def _items(source: QuizSource, lesson: Lesson, registers: Registers) -> Iterator[Mistake]:
    taught = [objective.id for objective in lesson.objectives]
    seen: set[str] = set()
    for index, item in enumerate(source.form.items):
        at = ("items", index)
        if item.id in seen:
            yield source.mistake(f"`{item.id}` is here twice: give this item its own id", *at, "id")
        seen.add(item.id)
        if item.objective not in taught:
            complaint = f"is not an objective of {lesson.id}"
            yield source.mistake(did_you_mean(item.objective, taught, complaint), *at, "objective")
        elif not re.fullmatch(rf"{re.escape(item.objective)}\.{item.form}\d?", item.id):
            yield source.mistake(f"write id: {item.objective}.{item.form}", *at, "id")
        correct = [place for place, option in enumerate(item.options) if option.correct]
        if not correct:
            yield source.mistake("mark one option `correct: true`: none is", *at, "options")
        for place in correct[1:]:
            yield source.mistake("only one option can be correct: this is the second", *at, "options", place, "correct")
        for place, option in enumerate(item.options):
            where = (*at, "options", place)
            if option.correct and option.misconception:
                yield source.mistake("a correct option has no misconception: take it out", *where, "misconception")
            elif not option.correct and not option.misconception:
                yield source.mistake("add the misconception that this option shows", *where)
            elif option.misconception and option.misconception not in registers.misconceptions:
                near = get_close_matches(option.misconception, registers.misconceptions, n=1)
                remedy = f"did you mean `{near[0]}`?" if near else "add it there"
                message = f"`{option.misconception}` is not in misconceptions.yaml: {remedy}"
                yield source.mistake(message, *where, "misconception")


def _scenario(source: QuizSource) -> Iterator[Mistake]:
    scenario = source.form.scenario
    nodes = scenario.nodes
    complaint = "is not a node of this story"
    if scenario.start not in nodes:
        yield source.mistake(did_you_mean(scenario.start, nodes, complaint), "scenario", "start")
    for name, node in nodes.items():
        at = ("scenario", "nodes", name)
        if node.choices and node.to:
            yield source.mistake(f"`{name}` has choices, so take out its `to:`", *at, "to")
        if not node.choices and "to" not in node.model_fields_set:
            yield source.mistake(f"say where `{name}` goes on: add `to:`, or `to: null` where the story ends", *at)
        if node.to is not None and node.to not in nodes:
            yield source.mistake(did_you_mean(node.to, nodes, complaint), *at, "to")
        helps = [place for place, choice in enumerate(node.choices) if choice.help]
        if node.choices and not helps:
            yield source.mistake(f"add the Help choice to `{name}`: text, outcome: safe, help: true and to", *at)
        for place in helps[1:]:
            yield source.mistake("one Help choice is enough", *at, "choices", place)
        for place, choice in enumerate(node.choices):
            where = (*at, "choices", place)
            if choice.help and choice.outcome != "safe":
                yield source.mistake("Help is always safe: write outcome: safe", *where, "outcome")
            if choice.help and place != len(node.choices) - 1:
                yield source.mistake("put Help last, where it is everywhere", *where)
            if choice.to not in nodes:
                yield source.mistake(did_you_mean(choice.to, nodes, complaint), *where, "to")
    yield from _shape(source)


def _shape(source: QuizSource) -> Iterator[Mistake]:
    """Nodes that nobody reaches, and ways round in a circle."""
    nodes = source.form.scenario.nodes

    def onward(name: str) -> list[str]:
        node = nodes[name]
        targets = [choice.to for choice in node.choices] or ([node.to] if node.to else [])
        return [target for target in targets if target in nodes]

    done: set[str] = set()

    def rounds(name: str, way: tuple[str, ...]) -> Iterator[Mistake]:
        if name in way:
            circle = " to ".join((*way[way.index(name) :], name))
            message = f"the story can go round for ever, {circle}: lead on instead"
            yield source.mistake(message, "scenario", "nodes", way[-1])
        elif name not in done:
            for target in onward(name):
                yield from rounds(target, (*way, name))
            done.add(name)

    start = source.form.scenario.start
    if start not in nodes:
        return
    yield from rounds(start, ())
    for name in nodes:
        if name not in done:
            yield source.mistake(f"nothing leads to `{name}`: lead to it or take it out", "scenario", "nodes", name)


def passages(source: QuizSource) -> Iterator[Passage]:
    """Everything that is read in a quiz."""
    lines = source.lines

    def told(text: str, *where: str | int) -> Passage:
        return Passage(lines.line(*where), text)

    for index, item in enumerate(source.form.items):
        yield told(item.stem, "items", index, "stem")
        yield told(item.help, "items", index, "help")
        for place, option in enumerate(item.options):
            yield told(option.text, "items", index, "options", place, "text")
            yield told(option.feedback, "items", index, "options", place, "feedback")
    for name, node in source.form.scenario.nodes.items():
        yield told(node.text, "scenario", "nodes", name, "text")
        for place, choice in enumerate(node.choices):
            yield told(choice.text, "scenario", "nodes", name, "choices", place, "text")


def _facts(source: QuizSource, lesson: Lesson, registers: Registers) -> Iterator[Mistake]:
    for passage in passages(source):
        yield from facts_told(passage, source.path, lesson.band, "pupil", registers.facts, lesson.facts)


def facts_of(source: QuizSource) -> set[str]:
    """The ids of the facts that the quiz tells."""
    return {fact for passage in passages(source) for fact in facts_in(passage.text)}


# ----------------------------------------------------------------------------------------------------------- making


def make_quiz(source: QuizSource, band: str, registers: Registers) -> Quiz:
    """The quiz of a whole source, with the facts as these registers have them."""
    form = source.form

    def said(text: str) -> str:
        return registers.facts.fill(text, band, "pupil")

    def options(forms: Iterable[OptionForm]) -> tuple[Option, ...]:
        return tuple(
            Option(key, said(one.text), one.correct, one.misconception, said(one.feedback), one.picture)
            for key, one in zip(ascii_lowercase, forms, strict=False)
        )

    items = tuple(
        Item(
            id=item.id,
            objective=item.objective,
            form=item.form,
            stem=said(item.stem),
            options=options(item.options),
            help=said(item.help) or SUPPORT[band],
            picture=item.picture,
        )
        for item in form.items
    )
    nodes = {
        name: Node(name, said(node.text), _choices(node.choices, said), node.to, node.adult, node.picture)
        for name, node in form.scenario.nodes.items()
    }
    return Quiz(form.lesson, items, Scenario(form.scenario.id, form.scenario.start, nodes))


def _choices(forms: Iterable[ChoiceForm], said: Callable[[str], str]) -> tuple[Choice, ...]:
    """Help has a key of its own; the others are a, b, c in the order of the file."""
    keys = iter(ascii_lowercase)
    return tuple(
        Choice(HELP if one.help else next(keys), said(one.text), Outcome(one.outcome), one.to, one.picture)
        for one in forms
    )
