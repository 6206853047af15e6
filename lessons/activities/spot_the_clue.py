"""`spot-the-clue`: a drawn picture with named spots. All clues to who or where are found; no wrong tap counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, Schema

from .kind import Act, Acts, Kind, KindForm, Notes, PlainThingForm, Posted, Said, Say, Words, bare, first

SEEN = "seen"
#: Targets of 64 px must not meet on a phone of 320 px, where the picture is 276 by 179: per cent of width, height.
APART = (24, 36)
EDGE = (12, 18)
Percent = Annotated[int, Field(ge=0, le=100)]


class LayerForm(Schema):
    """A drawing in the picture. x, y: its middle; wide: its width. All in per cent of the picture."""

    picture: Words
    x: Percent
    y: Percent
    wide: Percent


class SpotForm(PlainThingForm):
    x: Percent
    y: Percent
    clue: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    picture: str  # any symbol: "house", "cast-tobi-up:happy"
    x: int
    y: int
    wide: int


@dataclass(frozen=True, slots=True)
class Spot:
    key: str
    text: str
    picture: str
    why: str
    is_clue: bool
    x: int  # its middle, per cent of the picture's width
    y: int  # and height


@dataclass(frozen=True, slots=True)
class SpotTheClue(Kind):
    """`scene` is one drawing that fills the picture, or empty for the street; `layers` stand in front of it."""

    label: str  # what the picture shows, for who does not see it
    scene: str
    layers: tuple[Layer, ...]
    spots: tuple[Spot, ...]
    kind: ClassVar[str] = "spot-the-clue"
    element: ClassVar[str] = "activity-show"
    ask: ClassVar[str] = "Tap a thing in the picture."

    class Form(KindForm):
        shows: Words
        picture: str = ""
        layers: list[LayerForm] = Field(default_factory=list)
        things: Annotated[list[SpotForm], Field(min_length=2, max_length=6)]

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            if not self.picture and not self.layers:
                yield read.mistake("draw something: picture: scene-..., or layers: [...]", "shows")
            if not any(thing.clue for thing in self.things):
                yield read.mistake("let one thing be a clue: take out its `clue: false`", "things")
            for index, thing in enumerate(self.things):
                if not (EDGE[0] <= thing.x <= 100 - EDGE[0] and EDGE[1] <= thing.y <= 100 - EDGE[1]):
                    message = f"`{thing.text}` is too near the edge to be tapped: x {EDGE[0]} to {100 - EDGE[0]}"
                    yield read.mistake(f"{message}, y {EDGE[1]} to {100 - EDGE[1]}", "things", index)
                if thing.clue and not thing.why:
                    yield read.mistake(f"say in why: what `{thing.text}` tells", "things", index)
            for (_, one), (index, other) in combinations(enumerate(self.things), 2):
                if abs(one.x - other.x) < APART[0] and abs(one.y - other.y) < APART[1]:
                    message = f"`{other.text}` is too near `{one.text}`: {APART[0]} apart in x or {APART[1]} in y"
                    yield read.mistake(message, "things", index)

        def make(self, say: Say) -> SpotTheClue:
            return SpotTheClue(
                label=say(self.shows),
                scene=bare(self.picture),
                layers=tuple(Layer(bare(each.picture), each.x, each.y, each.wide) for each in self.layers),
                spots=tuple(
                    Spot(str(number), say(each.text), bare(each.picture), say(each.why), each.clue, each.x, each.y)
                    for number, each in enumerate(self.things, 1)
                ),
            )

    def offers(self, acts: Acts) -> Iterable[Act]:
        if not self.is_done(acts):
            for spot in self.spots:
                if spot.key not in acts:
                    yield Act(spot.key, 1, SEEN, Outcome.SAFE if spot.is_clue else Outcome.DONE)

    def is_done(self, acts: Acts) -> bool:
        return all(spot.key in acts for spot in self.spots if spot.is_clue)

    def sends(self, act: Act) -> tuple[str, ...]:
        return ()

    def is_settled(self, key: str, acts: Acts) -> bool:
        """A tap that comes after the last clue was found says nothing more."""
        return key in acts or (self.is_done(acts) and any(spot.key == key for spot in self.spots))

    def mark(self, posted: Posted) -> str:
        return first(posted, "thing")

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        last = next((spot for spot in self.spots if spot.key == mark and spot.key in acts), None)
        clues = [spot for spot in self.spots if spot.is_clue]
        found = [spot for spot in clues if spot.key in acts]
        return {
            "said": Said(last.text, "", last.why or "That is fine to show.", False)
            if last and not last.is_clue
            else None,
            "newest": last.key if last else "",
            "found": found,
            "left": len(clues) - len(found),
            "total": len(clues),
            "seen": set(acts),
        }

    def notes(self) -> Notes:
        rows = tuple((spot.text, spot.why if spot.is_clue else "no clue") for spot in self.spots)
        return Notes("Find in the picture", "", rows)
