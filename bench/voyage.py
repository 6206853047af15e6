"""A whole lesson as a pupil goes through it: every answer, and the form that carries it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lessons.activities.kind import is_good
from quizzes.engine import NEXT, Item, Outcome
from quizzes.steps import (
    Fact,
    Given,
    Step,
    act_on,
    acts_done,
    answer_item,
    is_done,
    story_key,
    tell,
    tell_on,
    thing_fact,
    things_done,
    turn_card,
    with_fact,
)

Form = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: at which step, what its form sends, and what is stored."""

    step: int
    form: Form
    facts: tuple[Fact, ...]


def whole_lesson(steps: Sequence[Step], wrong_first: Collection[str] = ()) -> Iterator[Said]:
    """Every answer from first to last; an item of `wrong_first` is got wrong once (for good in form A)."""
    answers: dict[str, list[Given]] = {}
    for number, step in enumerate(steps, 1):
        while not is_done(step, answers) and step.part != "finish":
            form, facts = _next(step, answers, wrong_first)
            for fact in facts:
                answers = with_fact(answers, fact)
            yield Said(number, form, tuple(facts))


def _next(step: Step, answers: dict[str, list[Given]], wrong_first: Collection[str]) -> tuple[Form, list[Fact]]:
    if step.item is not None:
        tries = len(answers.get(step.item.id, ()))
        choice = _choice(step.item, is_right=bool(tries) or step.item.id not in wrong_first)
        return {"choice": choice, "number": str(tries + 1)}, [answer_item(step.item, choice, tries + 1)]
    if step.practice is not None:
        number = len(acts_done(answers)) + 1
        key = step.practice.safe_path[number - 1]
        return {"act": key, "number": str(number)}, act_on(step.practice, answers, "", key)
    if step.card is not None:
        activity = step.card.activity
        act = next(filter(is_good, activity.offers(things_done(step.card, answers))), None) if activity else None
        if activity is None or act is None:
            return {}, [turn_card(step.card)]
        return {**activity.form_of(act)}, [thing_fact(step.card, act)]
    if step.scenario is None:
        raise ValueError(f"nothing to answer at {step.part}")
    node = tell(step.scenario, answers).node
    if node is None:
        raise ValueError("the story is over")
    safe = [choice.key for choice in node.choices if choice.outcome is Outcome.SAFE]
    choice = (safe or [choice.key for choice in node.choices] or [NEXT])[0]
    tried = len(answers.get(story_key(node), ()))
    return {"node": node.id, "choice": choice}, [tell_on(node, choice, tried + 1)]


def _choice(item: Item, *, is_right: bool) -> str:
    return next(option.key for option in item.options if option.is_correct is is_right)
