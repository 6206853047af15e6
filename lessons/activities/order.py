"""`order`: steps are put in order by tapping the next one. One that is too early gets a reason, and stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, did_you_mean

from .kind import (
    Act,
    Acts,
    Kind,
    KindForm,
    Notes,
    PlainThingForm,
    Posted,
    Said,
    Say,
    Words,
    bare,
    first,
    is_good,
)


class OrderThingForm(PlainThingForm):
    """`after`: what has to come before it; `[]` is any time. Without it: all above it that cannot come at any time."""

    after: list[Words] | None = None
    not_yet: str = ""  # said when it is tapped too early


@dataclass(frozen=True, slots=True)
class OrderStep:
    key: str  # "1", "2", ... in the order of the file
    text: str
    picture: str
    why: str
    not_yet: str
    after: frozenset[str]  # keys of the steps that have to come before it


@dataclass(frozen=True, slots=True)
class Order(Kind):
    """The steps, in an order that is right. An act's key is the place in the row, its choice the step put there."""

    steps: tuple[OrderStep, ...]
    kind: ClassVar[str] = "order"
    element: ClassVar[str] = "activity-drag"
    ask: ClassVar[str] = "Pick one that comes next."

    class Form(KindForm):
        things: Annotated[list[OrderThingForm], Field(min_length=2, max_length=8)]

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            names = [thing.text for thing in self.things]
            for index, thing in enumerate(self.things):
                for name in thing.after or ():
                    if name not in names:
                        message = did_you_mean(name, names[:index], "is not a step above this one")
                        yield read.mistake(message, "things", index, "after")
                    elif names.index(name) >= index:
                        message = f"`{name}` stands below: put the steps in an order that is right"
                        yield read.mistake(message, "things", index, "after")
                if names.index(thing.text) != index:
                    yield read.mistake(f"`{thing.text}` is here twice: keep one", "things", index, "text")

        def make(self, say: Say) -> Order:
            keys = {thing.text: str(number) for number, thing in enumerate(self.things, 1)}
            anytime = {thing.text for thing in self.things if thing.after == []}
            return Order(
                tuple(
                    OrderStep(
                        key=keys[thing.text],
                        text=say(thing.text),
                        picture=bare(thing.picture),
                        why=say(thing.why),
                        not_yet=say(thing.not_yet),
                        after=frozenset(
                            keys[name]
                            for name in (
                                [each.text for each in self.things[:index] if each.text not in anytime]
                                if thing.after is None
                                else thing.after
                            )
                        ),
                    )
                    for index, thing in enumerate(self.things)
                )
            )

    def is_settled(self, key: str, acts: Acts) -> bool:
        return any(is_good(act) for act in acts.get(key, ()))

    def row(self, acts: Acts) -> list[OrderStep]:
        """The steps that are in their places, from the first."""
        by_key = {step.key: step for step in self.steps}
        row: list[OrderStep] = []
        for place in range(1, len(self.steps) + 1):
            good = next((act for act in acts.get(str(place), ()) if is_good(act)), None)
            if good is None or good.choice not in by_key:
                break
            row.append(by_key.pop(good.choice))
        return row

    def is_done(self, acts: Acts) -> bool:
        return len(self.row(acts)) == len(self.steps)

    def mixed(self) -> list[OrderStep]:
        """The steps as the page offers them: always the same way, and never in the order of the file."""
        steps = list(self.steps)
        Random("".join(step.text for step in steps)).shuffle(steps)
        return steps if steps != list(self.steps) else steps[1:] + steps[:1]

    def offers(self, acts: Acts) -> Iterable[Act]:
        row = self.row(acts)
        there = {step.key for step in row}
        place = str(len(row) + 1)
        tried = acts.get(place, ())
        before = {act.choice for act in tried}
        for step in self.mixed():
            if step.key not in there | before:
                outcome = Outcome.SAFE if step.after <= there else Outcome.RETHINK
                yield Act(place, len(tried) + 1, step.key, outcome)

    def mark(self, posted: Posted) -> str:
        return first(posted, self.field)

    def said(self, acts: Acts, mark: str) -> Said | None:
        """About the step that was tapped last."""
        row = self.row(acts)
        tried = [act.choice for act in acts.get(str(len(row) + 1), ())]
        if tried:
            key = mark if mark in tried else tried[-1]
            early = next((step for step in self.steps if step.key == key), None)
            if early is not None:
                return Said(early.text, "", early.not_yet or "That comes later. What comes before it?", True)
        return Said(row[-1].text, "", row[-1].why, False) if row else None

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        row = self.row(acts)
        tried = {act.choice for act in acts.get(str(len(row) + 1), ())}
        return {
            "said": self.said(acts, mark),
            "row": row,
            "next_place": len(row) + 1,
            "left": [step for step in self.mixed() if step not in row],
            "tried": tried,
            "count": len(self.steps),
        }

    def notes(self) -> Notes:
        rows = tuple(
            (step.text, "" if step.after or index == 0 else "any time") for index, step in enumerate(self.steps)
        )
        return Notes("Put in order", "", rows)
