"""`sort`: each thing goes into one bin, and stays there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lessons.reading import Mistake, Read

from .kind import Act, KindForm, Places, Say, Things, make_places, make_things
from .placing import Placing, homeless, misfits


@dataclass(frozen=True, slots=True)
class Sort(Placing):
    """Several bins in `fits` are each a good answer."""

    kind: ClassVar[str] = "sort"
    element: ClassVar[str] = "activity-drag"
    field: ClassVar[str] = "bin"
    ask: ClassVar[str] = "Pick one place for it."

    class Form(KindForm):
        bins: Places
        things: Things

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            yield from homeless(self.bins, self.things, read)
            yield from misfits(self.bins, self.things, read)

        def make(self, say: Say) -> Sort:
            return Sort(make_places(self.bins), make_things(self.things, say))

    def sends(self, act: Act) -> tuple[str, ...]:
        return self.bins_of(act.choice)
