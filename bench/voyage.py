"""A whole lesson as a pupil goes through it: every answer, and the form that carries it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from quizzes.engine import NEXT, Item, Outcome
from quizzes.steps import (
    Fact,
    Given,
    Step,
    answer_item,
    bin_choice,
    is_done,
    next_thing,
    place_thing,
    story_key,
    tell,
    tell_on,
    turn_card,
    with_fact,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: at which step, what its form sends, and what is stored."""

    step: int
    form: dict[str, str | list[str]]
    fact: Fact


def whole_lesson(steps: Sequence[Step], wrong_first: Collection[str] = ()) -> Iterator[Said]:
    """Every answer from first to last; an item of `wrong_first` is got wrong once (for good in form A)."""
    answers: dict[str, list[Given]] = {}
    for number, step in enumerate(steps, 1):
        while not is_done(step, answers) and step.part != "finish":
            form, fact = _next(step, answers, wrong_first)
            answers = with_fact(answers, fact)
            yield Said(number, form, fact)


def _next(
    step: Step, answers: dict[str, list[Given]], wrong_first: Collection[str]
) -> tuple[dict[str, str | list[str]], Fact]:
    if step.item is not None:
        tries = len(answers.get(step.item.id, ()))
        choice = _choice(step.item, is_right=bool(tries) or step.item.id not in wrong_first)
        return {"choice": choice, "number": str(tries + 1)}, answer_item(step.item, choice, tries + 1)
    if step.card is not None:
        thing = next_thing(step.card, answers)
        if thing is None or step.card.activity is None:
            return {}, turn_card(step.card)
        fits = [words for words in step.card.activity.bins if words in thing.fits] or [step.card.activity.bins[0]]
        bins = fits[:1] if step.card.activity.kind == "sort" else fits
        return {"thing": thing.key, "bin": bins}, place_thing(step.card, thing, bin_choice(step.card, bins))
    if step.scenario is None:
        raise ValueError(f"nothing to answer at {step.part}")
    node = tell(step.scenario, answers).node
    if node is None:
        raise ValueError("the story is over")
    safe = [choice.key for choice in node.choices if choice.outcome is Outcome.SAFE]
    choice = (safe or [choice.key for choice in node.choices] or [NEXT])[0]
    tried = len(answers.get(story_key(node), ()))
    return {"node": node.id, "choice": choice}, tell_on(node, choice, tried + 1)


def _choice(item: Item, *, is_right: bool) -> str:
    return next(option.key for option in item.options if option.is_correct is is_right)
