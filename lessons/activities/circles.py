"""`circles`: each thing goes into any number of circles, none included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read

from .kind import Act, KindForm, Notes, Places, Say, Thing, Things, make_places, make_things
from .placing import Placing, misfits

NO_CIRCLE = "0"


@dataclass(frozen=True, slots=True)
class Circles(Placing):
    """A thing fits when exactly the circles in `fits` hold it."""

    kind: ClassVar[str] = "circles"
    element: ClassVar[str] = "activity-drag"
    field: ClassVar[str] = "bin"
    between: ClassVar[str] = " and "
    ask: ClassVar[str] = "Pick one circle, or more, or none."

    class Form(KindForm):
        circles: Places
        things: Things

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            return misfits(self.circles, self.things, read)

        def make(self, say: Say) -> Circles:
            return Circles(make_places(self.circles), make_things(self.things, say))

    def choices(self, thing: Thing) -> Iterable[str]:
        """Every number of circles; none comes last."""
        keys = [place.key for place in self.places]
        for size in range(1, len(keys) + 1):
            for some in combinations(keys, size):
                yield "+".join(some)
        yield NO_CIRCLE

    def outcome(self, thing: Thing, choice: str) -> Outcome:
        if thing.is_open:
            return Outcome.DONE
        return Outcome.SAFE if set(self.bins_of(choice)) == thing.fits else Outcome.RETHINK

    def sends(self, act: Act) -> tuple[str, ...]:
        return self.bins_of(act.choice)

    def notes(self) -> Notes:
        return Notes(
            "Place in", ", ".join(self.bins), tuple((thing.text, self.expected(thing)) for thing in self.things)
        )
