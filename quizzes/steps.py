"""The steps of one go through a lesson, and where a pupil is: worked out from what was answered, never stored.

So a pupil who closes the browser, presses Back or loses the server comes back to the same step on any device. Pure:
no Flask, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lessons.lesson import Card, Lesson, Thing
from quizzes.engine import (
    HELP,
    NEXT,
    Item,
    Node,
    Option,
    Outcome,
    Quiz,
    Scenario,
    Story,
    UnknownChoice,
    after,
    judge,
    replay,
)


class Part(StrEnum):
    """What a pupil is doing; the page says it in words."""

    BEFORE = "before"  # form A: no right or wrong is shown
    CARD = "card"
    QUIZ = "quiz"  # form B
    STORY = "story"
    REMEMBER = "remember"  # form C
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `place` of `of` counts within its part, from 1."""

    part: Part
    place: int
    of: int
    item: Item | None = None
    card: Card | None = None
    scenario: Scenario | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One stored answer of an attempt."""

    item: str
    number: int
    choice: str
    outcome: str


#: What was answered in an attempt, by item, in the order of the tries.
Answers = Mapping[str, Sequence[Given]]


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer about to be stored. Attempt, item and number are its identity (DESIGN.md 5)."""

    item: str
    number: int
    form: str
    objective: str | None
    choice: str
    outcome: Outcome
    misconception: str | None


def steps_of(lesson: Lesson, quiz: Quiz) -> tuple[Step, ...]:
    """Form A, the cards, form B, the story, and the finish."""
    steps: list[Step] = []
    first, later = quiz.form("A"), quiz.form("B")
    steps += [Step(Part.BEFORE, place, len(first), item=item) for place, item in enumerate(first, 1)]
    steps += [Step(Part.CARD, place, len(lesson.cards), card=card) for place, card in enumerate(lesson.cards, 1)]
    steps += [Step(Part.QUIZ, place, len(later), item=item) for place, item in enumerate(later, 1)]
    steps.append(Step(Part.STORY, 1, 1, scenario=quiz.scenario))
    return (*steps, Step(Part.FINISH, 1, 1))


def steps_to_remember(items: Sequence[Item]) -> tuple[Step, ...]:
    """Form C of the objectives that are due, and the finish."""
    asked = [Step(Part.REMEMBER, place, len(items), item=item) for place, item in enumerate(items, 1)]
    return (*asked, Step(Part.FINISH, 1, 1))


def current_step(steps: Sequence[Step], answers: Answers) -> int:
    """The number, from 1, of the first step that is not done; the finish when all are."""
    for number, step in enumerate(steps, 1):
        if not is_done(step, answers):
            return number
    return len(steps)


def is_done(step: Step, answers: Answers) -> bool:
    if step.item is not None:
        return is_item_done(step.item, answers)
    if step.card is not None:
        return card_key(step.card) in answers
    if step.scenario is not None:
        return tell(step.scenario, answers).node is None
    return False


def is_item_done(item: Item, answers: Answers) -> bool:
    """Form A: an option was chosen. Else: the safe one was found; trying again costs nothing."""
    given = answers.get(item.id, ())
    if item.form == "A":
        return any(answer.choice != HELP for answer in given)
    return any(answer.outcome == Outcome.SAFE for answer in given)


def card_key(card: Card) -> str:
    return f"card.{card.number}"


def thing_key(card: Card, thing: Thing) -> str:
    return f"card.{card.number}.{thing.key}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing of an activity and where a pupil put it. `fits`: it went where it is expected, or nothing is expected."""

    thing: Thing
    bins: tuple[str, ...]
    fits: bool


def things_placed(card: Card, answers: Answers) -> list[Placed]:
    """The things of this card's activity that have been placed, in the order of the card."""
    if card.activity is None:
        return []
    placed = []
    for thing in card.activity.things:
        if given := answers.get(thing_key(card, thing)):
            placed.append(Placed(thing, bins_of(card, given[0].choice), given[0].outcome != Outcome.RETHINK))
    return placed


def next_thing(card: Card, answers: Answers) -> Thing | None:
    """The thing to place now; None when all are placed, or the card has none."""
    if card.activity is None:
        return None
    return next((thing for thing in card.activity.things if thing_key(card, thing) not in answers), None)


NO_BIN = "0"


def bin_choice(card: Card, words: Sequence[str]) -> str:
    """What is stored for these bins, by their words: "1", "1+3", or "0" for none. Raises UnknownChoice."""
    if card.activity is None or any(each not in card.activity.bins for each in words):
        raise UnknownChoice(", ".join(words)[:80])
    if card.activity.kind == "sort" and len(words) != 1:
        raise UnknownChoice("one bin for each thing")
    numbers = sorted({card.activity.bins.index(each) + 1 for each in words})
    return "+".join(str(number) for number in numbers) or NO_BIN


def bins_of(card: Card, choice: str) -> tuple[str, ...]:
    """The words of the bins that a stored choice names; a bin that the card no longer has is left out."""
    if card.activity is None or choice == NO_BIN:
        return ()
    bins = card.activity.bins
    return tuple(bins[int(number) - 1] for number in choice.split("+") if int(number) <= len(bins))


def tell(scenario: Scenario, answers: Answers) -> Story:
    """The story as far as the stored choices tell it. A node met twice uses its second answer the second time."""
    chosen: list[str] = []
    met: dict[str, int] = {}
    node: Node | None = scenario.nodes[scenario.start]
    while node is not None:
        visit = met.get(node.id, 0)
        given = answers.get(story_key(node), ())
        if visit >= len(given):
            break
        met[node.id] = visit + 1
        chosen.append(given[visit].choice)
        node = after(scenario, node, given[visit].choice)
    return replay(scenario, chosen)


def story_key(node: Node) -> str:
    return f"story.{node.id}"


def answer_item(item: Item, choice: str, number: int) -> Fact:
    """What is stored when this choice is made; raises UnknownChoice."""
    outcome = judge(item, choice)
    option: Option | None = None if choice == HELP else item.option(choice)
    return Fact(
        item=item.id,
        number=number,
        form=item.form,
        objective=item.objective,
        choice=choice,
        outcome=outcome,
        misconception=(option.misconception or None) if option is not None else None,
    )


def turn_card(card: Card) -> Fact:
    return Fact(card_key(card), 1, "K", None, NEXT, Outcome.DONE, None)


def place_thing(card: Card, thing: Thing, choice: str) -> Fact:
    """What is stored when a thing is put somewhere, `choice` being `bin_choice`'s. Nobody is scored on it."""
    bins = frozenset(bins_of(card, choice))
    if thing.is_open:
        outcome = Outcome.DONE
    elif card.activity is not None and card.activity.kind == "sort":
        outcome = Outcome.SAFE if bins <= thing.fits else Outcome.RETHINK
    else:
        outcome = Outcome.SAFE if bins == thing.fits else Outcome.RETHINK
    return Fact(thing_key(card, thing), 1, "P", None, choice, outcome, None)


def tell_on(node: Node, choice: str, number: int) -> Fact:
    """What is stored when a story goes on; raises UnknownChoice."""
    if not node.choices:
        if choice != NEXT:
            raise UnknownChoice(choice)
        return Fact(story_key(node), number, "S", None, NEXT, Outcome.DONE, None)
    chosen = node.choice(choice)
    return Fact(story_key(node), number, "S", None, choice, chosen.outcome, None)


def with_fact(answers: Answers, fact: Fact) -> dict[str, list[Given]]:
    """The answers as they are once this fact is stored."""
    then = {item: list(given) for item, given in answers.items()}
    then.setdefault(fact.item, []).append(Given(fact.item, fact.number, fact.choice, fact.outcome))
    return then
