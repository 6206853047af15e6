"""`match`: each thing goes with one of the partners: a message with a feeling, a sign with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lessons.reading import Mistake, Read

from .kind import (
    Acts,
    KindForm,
    Notes,
    Places,
    Posted,
    Said,
    Say,
    ThingForm,
    first,
    is_good,
    make_places,
    make_things,
)
from .placing import Placing, homeless, misfits


class MatchThingForm(ThingForm):
    not_yet: str = ""  # said about a partner that does not fit


@dataclass(frozen=True, slots=True)
class Match(Placing):
    """A pair that does not fit gets a reason, and the thing stays; a partner may go with several things."""

    hints: tuple[str, ...]  # one a thing; may be empty
    kind: ClassVar[str] = "match"
    element: ClassVar[str] = "activity-drag"
    ask: ClassVar[str] = "Pick one that goes with it."

    class Form(KindForm):
        things: Annotated[list[MatchThingForm], Field(min_length=2)]
        partners: Places

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            yield from homeless(self.partners, self.things, read)
            yield from misfits(self.partners, self.things, read)
            for index, partner in enumerate(self.partners):
                if not any(partner.text in thing.fits for thing in self.things):
                    yield read.mistake(f"nothing goes with `{partner.text}`: take it out", "partners", index)

        def make(self, say: Say) -> Match:
            hints = tuple(say(thing.not_yet) for thing in self.things)
            return Match(make_places(self.partners), make_things(self.things, say), hints)

    def is_settled(self, key: str, acts: Acts) -> bool:
        return any(is_good(act) for act in acts.get(key, ()))

    def mark(self, posted: Posted) -> str:
        return f"{first(posted, 'thing')}.{first(posted, self.field)}"

    def said(self, acts: Acts, mark: str) -> Said | None:
        """About the partner that was just tried, or about the last pair."""
        key, _, tried = mark.partition(".")
        thing = self.now(acts)
        if thing is not None and acts.get(thing.key):
            partners = {act.choice: self.bins_of(act.choice) for act in acts[thing.key]}
            chosen = partners.get(tried if key == thing.key else "") or self.bins_of(acts[thing.key][-1].choice)
            hint = self.hints[self.things.index(thing)] or "Those two could go with others. Try another one."
            return Said(thing.text, " and ".join(chosen), hint, True)
        placed = self.placed(acts)
        return (
            Said(placed[-1].thing.text, " and ".join(placed[-1].bins), placed[-1].thing.why, False) if placed else None
        )

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        thing = self.now(acts)
        tried = {act.choice for act in acts.get(thing.key, ())} if thing else set()
        # `Placing.shown` by name: with slots a dataclass is made anew, and a bare super() would mean the first one.
        return {**Placing.shown(self, acts, sent, mark), "tried": tried}

    def notes(self) -> Notes:
        return Notes(
            "Match with", ", ".join(self.bins), tuple((thing.text, self.expected(thing)) for thing in self.things)
        )
