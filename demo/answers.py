"""Two terms of answers for the demo school, given through the same functions as a pupil's own.

Each pupil has a way of answering that stays the same, and each class a wrong idea that many of its pupils hold, so that
the class page has something to show. Nothing here is random twice: the same seed gives the same school.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from sqlalchemy import Connection

from lessons.activities.kind import is_good
from lessons.lesson import Lesson
from practices.engine import ActNotAllowed, Practice
from quizzes.attempts import LESSON, REMEMBER, Sailing, begin, finish, read_attempt, record_answer
from quizzes.catalogue import QuizCatalogue
from quizzes.engine import HELP, NEXT, Item, Outcome
from quizzes.steps import (
    PLAYED,
    Fact,
    Given,
    Step,
    act_on,
    answer_item,
    is_done,
    is_item_done,
    steps_of,
    steps_to_remember,
    story_key,
    tell,
    tell_on,
    thing_fact,
    things_done,
    turn_card,
    with_fact,
)

#: What the demo's teachers begin with; then comes the order of the chart.
TAUGHT_FIRST = ("passwords", "privacy-settings", "block-report", "online-friends")
#: How many weeks ago each lesson was taught, in the order of teaching; the last one is under way.
WEEKS_AGO = (31, 22, 8, 1)
#: How many weeks after a lesson its form C was asked; the lesson of eight weeks ago is still due for many.
REMEMBER_WEEKS = 3
#: The share of a class that holds its planted wrong idea.
PLANTED = 0.34
THINKING = timedelta(seconds=20)
#: Wrong ideas that a third of each class holds (ids of misconceptions.yaml), one or two a lesson.
PLANTED_IDEAS = (
    "swaps-make-strong",
    "decline-is-rude",
    "friend-of-friend-is-known",
    "silence-means-nobody-cares",
    "time-is-knowing",
    "friends-are-enough",
    "kind-is-known",
    "nobody-wants-mine",
    "cannot-fix-so-keep-out",
)


@dataclass(frozen=True, slots=True)
class Learner:
    """A demo pupil: how often the first choice is safe, and how often help is asked for."""

    pupil_id: int
    school_id: int
    class_id: int
    steadiness: float  # 0 to 1
    asks: float  # 0 to 1
    planted: frozenset[str]  # misconceptions held


def learners(rows: Sequence[tuple[int, int, int]], wrong_ideas: Sequence[str], chance: Random) -> list[Learner]:
    """A learner for each (pupil, school, class), about a third of them with one of these wrong ideas."""
    return [
        Learner(
            pupil_id=pupil,
            school_id=school,
            class_id=class_id,
            steadiness=chance.triangular(0.55, 0.98, 0.86),
            asks=chance.choice((0.0, 0.0, 0.02, 0.05, 0.12)),
            planted=frozenset(idea for idea in wrong_ideas if chance.random() < PLANTED),
        )
        for pupil, school, class_id in rows
    ]


def in_order_of_teaching(lessons: Iterable[Lesson]) -> list[Lesson]:
    """The lessons of a band as the demo's teachers take them, one for each of WEEKS_AGO."""
    last = len(TAUGHT_FIRST)
    order = {topic: place for place, topic in enumerate(TAUGHT_FIRST)}
    return sorted(lessons, key=lambda lesson: order.get(lesson.topic, last))[: len(WEEKS_AGO)]


def take_lesson(
    connection: Connection,
    bank: QuizCatalogue,
    lesson: Lesson,
    learner: Learner,
    at: datetime,
    chance: Random,
    stop: int,
) -> None:
    """One pupil goes through a lesson, as far as step `stop` (0: to the end)."""
    public_id = begin(
        connection,
        school_id=learner.school_id,
        pupil_id=learner.pupil_id,
        class_id=learner.class_id,
        kind=LESSON,
        lesson=lesson.id,
        number=1,
        version=lesson.version,
        at=at,
    )
    steps = steps_of(lesson, bank.quiz(lesson.id), bank.practice(lesson.id))
    _sail(
        connection, _opened(connection, public_id, learner), steps[: stop or len(steps)], learner, at, chance, not stop
    )


def remember(
    connection: Connection, items: Sequence[Item], learner: Learner, number: int, at: datetime, chance: Random
) -> None:
    """One pupil answers these form C items, weeks later."""
    public_id = begin(
        connection,
        school_id=learner.school_id,
        pupil_id=learner.pupil_id,
        class_id=learner.class_id,
        kind=REMEMBER,
        lesson="",
        number=number,
        version=0,
        at=at,
        items=[item.id for item in items],
    )
    opened = _opened(connection, public_id, learner)
    _sail(connection, opened, steps_to_remember(items), learner, at, chance, True)


def _opened(connection: Connection, public_id: str, learner: Learner) -> Sailing:
    opened = read_attempt(connection, public_id, learner.pupil_id)
    if opened is None:
        raise RuntimeError("an attempt that was just begun is not there")
    return opened


def _sail(
    connection: Connection,
    attempt: Sailing,
    steps: Sequence[Step],
    learner: Learner,
    at: datetime,
    chance: Random,
    to_the_end: bool,
) -> None:
    answers: dict[str, list[Given]] = {}
    moment = at
    for step in steps:
        if step.practice is not None:
            for act in _acts(step.practice, learner, chance):
                moment += THINKING
                record_answer(connection, attempt, act, attempt.version, moment)
                answers.setdefault(act.item, []).append(Given(act.item, act.number, act.choice, act.outcome))
        while (fact := _next_fact(step, answers, learner, chance)) is not None:
            moment += THINKING
            record_answer(connection, attempt, fact, attempt.version, moment)
            answers.setdefault(fact.item, []).append(Given(fact.item, fact.number, fact.choice, fact.outcome))
    if to_the_end:
        finish(connection, attempt.id, moment)


def _acts(practice: Practice, learner: Learner, chance: Random) -> tuple[Fact, ...]:
    """The safe path, from which a less steady learner leaves out a step where that still leads to an end."""
    left_out = {
        act.key
        for act in practice.acts.values()
        if set(act.steps) & set(practice.routine) and chance.random() > learner.steadiness
    }
    for keys in ([key for key in practice.safe_path if key not in left_out], practice.safe_path):
        facts = _played(practice, tuple(keys))
        if facts:
            return facts
    raise RuntimeError(f"the safe path of {practice.lesson} leads to no end")


@lru_cache(maxsize=256)
def _played(practice: Practice, keys: tuple[str, ...]) -> tuple[Fact, ...]:
    """What is stored of these acts; nothing where they lead to no end. Worked out once for all who do the same: whose
    attempt it is changes the words in the bag, and never what can be done."""
    facts: list[Fact] = []
    answers: dict[str, list[Given]] = {}
    try:
        for key in keys:
            for fact in act_on(practice, answers, "", key):
                facts.append(fact)
                answers = with_fact(answers, fact)
    except ActNotAllowed:
        return ()
    return tuple(facts) if PLAYED in answers else ()


def _next_fact(step: Step, answers: dict[str, list[Given]], learner: Learner, chance: Random) -> Fact | None:
    """What this learner does next at this step; None when the step is done."""
    if step.item is not None:
        if is_item_done(step.item, answers):
            return None
        given = answers.get(step.item.id, [])
        return answer_item(step.item, _choice(step.item, given, learner, chance), len(given) + 1)
    if step.card is not None:
        offers = tuple(step.card.activity.offers(things_done(step.card, answers))) if step.card.activity else ()
        if offers:
            act = next((offer for offer in offers if is_good(offer)), offers[0])
            if chance.random() > learner.steadiness:
                act = chance.choice(offers)
            return thing_fact(step.card, act)
        return None if is_done(step, answers) else turn_card(step.card)
    if step.scenario is not None:
        node = tell(step.scenario, answers).node
        if node is None:
            return None
        tries = len(answers.get(story_key(node), [])) + 1
        if not node.choices:
            return tell_on(node, NEXT, tries)
        safe = [choice.key for choice in node.choices if choice.outcome is Outcome.SAFE]
        other = [choice.key for choice in node.choices if choice.outcome is not Outcome.SAFE] or safe
        return tell_on(node, chance.choice(safe if chance.random() < learner.steadiness else other), tries)
    return None


def _choice(item: Item, given: Sequence[Given], learner: Learner, chance: Random) -> str:
    """The option this learner picks: a planted wrong idea first, then by steadiness, then the right one."""
    right = next(option.key for option in item.options if option.is_correct)
    tried = {answer.choice for answer in given}
    if not given and chance.random() < learner.asks:
        return HELP
    if tried - {HELP}:
        return right
    held = [option.key for option in item.options if option.misconception in learner.planted]
    if held and not (item.form == "C" and chance.random() < 0.5):
        return held[0]
    # Before the lesson fewer know; a lesson helps most of them.
    steadiness = learner.steadiness - (0.3 if item.form == "A" else 0.0)
    if chance.random() < steadiness:
        return right
    return chance.choice([option.key for option in item.options if not option.is_correct])
