"""The steps of one go through a lesson, and where a pupil is: worked out from what was answered, never stored.

So a pupil who closes the browser, presses Back or loses the server comes back to the same step on any device. Pure:
no Flask, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lessons.activities.kind import Act, Posted
from lessons.lesson import Card, Lesson
from practices.engine import Practice, State, do, replay_what_holds, result
from practices.engine import is_over as is_practice_over
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
    PRACTICE = "practice"  # the pretend app
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
    practice: Practice | None = None


class Given(NamedTuple):
    """One stored answer of an attempt. A tuple, as every request makes all those of its attempt anew."""

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


def steps_of(lesson: Lesson, quiz: Quiz, practice: Practice | None) -> tuple[Step, ...]:
    """Form A, the cards, the pretend app where there is one, form B, the story, and the finish."""
    steps: list[Step] = []
    first, later = quiz.form("A"), quiz.form("B")
    steps += [Step(Part.BEFORE, place, len(first), item=item) for place, item in enumerate(first, 1)]
    steps += [Step(Part.CARD, place, len(lesson.cards), card=card) for place, card in enumerate(lesson.cards, 1)]
    if practice is not None:
        steps.append(Step(Part.PRACTICE, 1, 1, practice=practice))
    steps += [Step(Part.QUIZ, place, len(later), item=item) for place, item in enumerate(later, 1)]
    steps.append(Step(Part.STORY, 1, 1, scenario=quiz.scenario))
    return (*steps, Step(Part.FINISH, 1, 1))


def steps_to_remember(items: Sequence[Item]) -> tuple[Step, ...]:
    """Form C of the objectives that are due, and the finish."""
    asked = [Step(Part.REMEMBER, place, len(items), item=item) for place, item in enumerate(items, 1)]
    return (*asked, Step(Part.FINISH, 1, 1))


def steps_to_practise(practice: Practice) -> tuple[Step, ...]:
    """The pretend app once more, and the finish."""
    return (Step(Part.PRACTICE, 1, 1, practice=practice), Step(Part.FINISH, 1, 1))


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
    if step.practice is not None:
        return PLAYED in answers
    return False


def is_item_done(item: Item, answers: Answers) -> bool:
    """Form A: an option was chosen. Else: the safe one was found; trying again costs nothing."""
    given = answers.get(item.id, ())
    if item.form == "A":
        return any(answer.choice != HELP for answer in given)
    return any(answer.outcome == Outcome.SAFE for answer in given)


def card_key(card: Card) -> str:
    return f"card.{card.number}"


def thing_key(card: Card, key: str) -> str:
    """The item under which an act of the card's activity is stored."""
    return f"{card_key(card)}.{key}"


def things_done(card: Card, answers: Answers) -> dict[str, list[Act]]:
    """What was done in this card's activity, by the key of the thing; none where it has no activity."""
    before = thing_key(card, "")
    return {
        item.removeprefix(before): [
            Act(item.removeprefix(before), given.number, given.choice, Outcome(given.outcome)) for given in tries
        ]
        for item, tries in answers.items()
        if item.startswith(before)
    }


def is_playing(card: Card, answers: Answers) -> bool:
    """Something is left to do in the card's activity."""
    return card.activity is not None and not card.activity.is_done(things_done(card, answers))


def do_thing(card: Card, posted: Posted, answers: Answers) -> Fact | None:
    """What is stored for a form that the card sent; None for what is stored already. Raises
    lessons.activities.kind.NotOffered."""
    if card.activity is None or ("thing" not in posted and not is_playing(card, answers)):
        return turn_card(card)
    act = card.activity.read(posted, things_done(card, answers))
    return None if act is None else thing_fact(card, act)


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


PLAYED_FORM = "E"


def turn_card(card: Card) -> Fact:
    return Fact(card_key(card), 1, "K", None, NEXT, Outcome.DONE, None)


def thing_fact(card: Card, act: Act) -> Fact:
    """What is stored of an act. Nobody is scored on it."""
    return Fact(thing_key(card, act.key), act.number, "P", None, act.choice, act.outcome, None)


def tell_on(node: Node, choice: str, number: int) -> Fact:
    """What is stored when a story goes on; raises UnknownChoice."""
    if not node.choices:
        if choice != NEXT:
            raise UnknownChoice(choice)
        return Fact(story_key(node), number, "S", None, NEXT, Outcome.DONE, None)
    chosen = node.choice(choice)
    return Fact(story_key(node), number, "S", None, choice, chosen.outcome, None)


#: What is stored of a pretend app: its acts, numbered in their order, and once, at the end, which steps were done.
ACT, PLAYED = "act", "played"
MOST_ACTS = 200  # of one go: more is a script, not a child


def acts_done(answers: Answers) -> list[str]:
    """The acts of this go, in their order."""
    return [given.choice for given in answers.get(ACT, ())]


def play(practice: Practice, answers: Answers, seed: str) -> State:
    """The pretend app as far as it was played."""
    return replay_what_holds(practice, acts_done(answers), seed)


def act_on(practice: Practice, answers: Answers, seed: str, key: str) -> list[Fact]:
    """What is stored when this act is done: the act and, where it ends the practice, what was played. Raises
    practices.engine.ActNotAllowed."""
    state = do(practice, play(practice, answers, seed), key)
    last = state.last
    outcome = last.case.outcome if last is not None else Outcome.DONE
    facts = [Fact(ACT, len(acts_done(answers)) + 1, "X", None, key, outcome, None)]
    if is_practice_over(practice, state):
        missing = result(practice, state).missing
        done = "+".join(step for step in practice.routine if step not in missing)
        facts.append(Fact(PLAYED, 1, PLAYED_FORM, None, done, Outcome.DONE, None))
    return facts


def with_fact(answers: Answers, fact: Fact) -> dict[str, list[Given]]:
    """The answers as they are once this fact is stored."""
    then = {item: list(given) for item, given in answers.items()}
    then.setdefault(fact.item, []).append(Given(fact.item, fact.number, fact.choice, fact.outcome))
    return then
