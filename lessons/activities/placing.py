"""One thing at a time, put somewhere: what sort, circles, match and pick-a-face share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, did_you_mean

from .kind import ANY, Act, Acts, Kind, Notes, Place, PlaceForm, Posted, Said, Thing, ThingForm, is_good


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing and where a pupil put it. `fits`: it went where it is expected, or nothing is expected."""

    thing: Thing
    places: tuple[Place, ...]
    fits: bool

    @property
    def bins(self) -> tuple[str, ...]:
        return tuple(place.text for place in self.places)


@dataclass(frozen=True, slots=True)
class Placing(Kind):
    """Things that come one after the other. A stored choice holds the keys of places: "2", "1+3", or "0" for none."""

    between: ClassVar[str] = " or "  # what a teacher reads between the places of one thing: any of them is good

    places: tuple[Place, ...]
    things: tuple[Thing, ...]

    @property
    def bins(self) -> tuple[str, ...]:
        """The words of the places."""
        return tuple(place.text for place in self.places)

    @property
    def bin_pictures(self) -> tuple[str, ...]:
        return tuple(place.picture for place in self.places)

    def choices(self, thing: Thing) -> Iterable[str]:
        """What may be chosen for this thing: one place."""
        return (place.key for place in self.places)

    def outcome(self, thing: Thing, choice: str) -> Outcome:
        """One place: any of those that fit is a good answer."""
        if thing.is_open:
            return Outcome.DONE
        return Outcome.SAFE if set(self.bins_of(choice)) <= thing.fits else Outcome.RETHINK

    def places_of(self, choice: str) -> tuple[Place, ...]:
        """The places that a stored choice names; one that the card no longer has is left out."""
        keys = choice.split("+")
        return tuple(place for place in self.places if place.key in keys)

    def bins_of(self, choice: str) -> tuple[str, ...]:
        """The words of the places that a stored choice names."""
        return tuple(place.text for place in self.places_of(choice))

    def now(self, acts: Acts) -> Thing | None:
        """The thing to place now; None when all are placed."""
        return next((thing for thing in self.things if not self.is_settled(thing.key, acts)), None)

    def is_done(self, acts: Acts) -> bool:
        return self.now(acts) is None

    def offers(self, acts: Acts) -> Iterable[Act]:
        thing = self.now(acts)
        if thing is None:
            return ()
        tried = acts.get(thing.key, ())
        number = len(tried) + 1
        before = {act.choice for act in tried}
        return (
            Act(thing.key, number, choice, self.outcome(thing, choice))
            for choice in self.choices(thing)
            if choice not in before
        )

    def placed(self, acts: Acts) -> list[Placed]:
        """The things that are where they stay, in the order of the card."""
        return [
            Placed(thing, self.places_of(acts[thing.key][-1].choice), is_good(acts[thing.key][-1]))
            for thing in self.things
            if thing.key in acts and self.is_settled(thing.key, acts)
        ]

    def said(self, acts: Acts, mark: str) -> Said | None:
        placed = self.placed(acts)
        if not placed:
            return None
        last = placed[-1]
        return Said(last.thing.text, " and ".join(last.bins) or "none of these", last.thing.why, not last.fits)

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        placed = self.placed(acts)
        return {
            "said": self.said(acts, mark),
            "placed": placed,
            "piles": {place.key: [each.thing for each in placed if place in each.places] for place in self.places},
            "thing": self.now(acts),
            "count": f"Card {len(placed) + 1} of {len(self.things)}",
        }

    def notes(self) -> Notes:
        return Notes(
            "Sort into", ", ".join(self.bins), tuple((thing.text, self.expected(thing)) for thing in self.things)
        )

    def expected(self, thing: Thing) -> str:
        """Where a thing belongs, for its teacher, in the order of the places."""
        if thing.is_open:
            return "talk about it"
        return self.between.join(place for place in self.bins if place in thing.fits) or "none of these"


def misfits(places: Sequence[PlaceForm], things: Sequence[ThingForm], read: Read) -> Iterator[Mistake]:
    """Things that name a place which is not there."""
    names = [place.text for place in places]
    for index, thing in enumerate(things):
        for name in thing.fits:
            if name != ANY and name not in names:
                message = did_you_mean(name, [*names, ANY], "is not a place in this activity")
                yield read.mistake(message, "things", index, "fits")


def homeless(places: Sequence[PlaceForm], things: Sequence[ThingForm], read: Read) -> Iterator[Mistake]:
    """Things that fit nowhere, where each goes somewhere."""
    names = ", ".join(place.text for place in places)
    for index, thing in enumerate(things):
        if not thing.fits:
            yield read.mistake(f"say where `{thing.text}` fits: {names} or any", "things", index, "fits")
