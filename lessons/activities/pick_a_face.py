"""`pick-a-face`: how might they feel? Every face is a good answer, and never a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read

from .kind import Acts, KindForm, Notes, Places, PlainThingForm, Said, Say, Thing, bare, make_places
from .placing import Placing


@dataclass(frozen=True, slots=True)
class PickAFace(Placing):
    """`places` are the faces; nothing is expected of any thing."""

    kind: ClassVar[str] = "pick-a-face"
    element: ClassVar[str] = "activity-drag"
    ask: ClassVar[str] = "Pick one face."

    class Form(KindForm):
        faces: Annotated[Places, Field(max_length=5)]
        things: Annotated[list[PlainThingForm], Field(min_length=1)]

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            for index, face in enumerate(self.faces):
                if not face.picture.startswith("cast-") or ":" not in face.picture:
                    message = f"give `{face.text}` a face of the cast, as picture: cast-finn:worried"
                    yield read.mistake(message, "faces", index)

        def make(self, say: Say) -> PickAFace:
            things = tuple(
                Thing(str(number), say(each.text), frozenset(), True, say(each.why), bare(each.picture))
                for number, each in enumerate(self.things, 1)
            )
            return PickAFace(make_places(self.faces), things)

    def outcome(self, thing: Thing, choice: str) -> Outcome:
        return Outcome.DONE

    def said(self, acts: Acts, mark: str) -> Said | None:
        placed = self.placed(acts)
        if not placed:
            return None
        last = placed[-1]
        return Said(
            "", ", ".join(last.bins), last.thing.why or "Yes, they might. Someone else may feel another way.", False
        )

    def notes(self) -> Notes:
        return Notes("How might they feel", ", ".join(self.bins), tuple((thing.text, "") for thing in self.things))
