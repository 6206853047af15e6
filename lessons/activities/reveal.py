"""`reveal`: cards to turn over, to see who or what is behind. Nothing is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lessons.outcome import Outcome

from .kind import Act, Acts, Kind, KindForm, Notes, Place, PlaceOrWords, PlainThingForm, Posted, Said, Say, bare, first

SEEN = "seen"


class RevealThingForm(PlainThingForm):
    behind: PlaceOrWords


@dataclass(frozen=True, slots=True)
class FlipCard:
    key: str
    text: str
    picture: str
    behind: Place
    why: str


@dataclass(frozen=True, slots=True)
class Reveal(Kind):
    cards: tuple[FlipCard, ...]
    kind: ClassVar[str] = "reveal"
    element: ClassVar[str] = "activity-show"
    ask: ClassVar[str] = "Pick one card to turn."

    class Form(KindForm):
        things: Annotated[list[RevealThingForm], Field(min_length=2, max_length=6)]

        def make(self, say: Say) -> Reveal:
            return Reveal(
                tuple(
                    FlipCard(
                        key=str(number),
                        text=say(each.text),
                        picture=bare(each.picture),
                        behind=Place(str(number), say(each.behind.text), bare(each.behind.picture)),
                        why=say(each.why),
                    )
                    for number, each in enumerate(self.things, 1)
                )
            )

    def offers(self, acts: Acts) -> Iterable[Act]:
        return (Act(card.key, 1, SEEN, Outcome.DONE) for card in self.cards if card.key not in acts)

    def is_done(self, acts: Acts) -> bool:
        return all(card.key in acts for card in self.cards)

    def sends(self, act: Act) -> tuple[str, ...]:
        return ()

    def mark(self, posted: Posted) -> str:
        return first(posted, "thing")

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        last = next((card for card in self.cards if card.key == mark and card.key in acts), None)
        return {
            "said": Said(last.text, last.behind.text, last.why, False) if last else None,
            "turned": {card.key for card in self.cards if card.key in acts},
        }

    def notes(self) -> Notes:
        return Notes("Turn over", "", tuple((card.text, card.behind.text) for card in self.cards))
