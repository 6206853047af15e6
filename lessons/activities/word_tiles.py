"""`word-tiles`: a sentence from rows of tiles, or some words from a bag. Nothing is typed.

What is pulled from a bag is for practice and is not kept: the stored choice says that it was pulled, not what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, Schema, did_you_mean

from .kind import Act, Acts, Kind, KindForm, Notes, NotOffered, Place, PlaceOrWords, Posted, Said, Say, Words, bare

ONLY = "1"  # the one key: all is sent together
PULLED = "pulled"
_NUMBERS = ("no", "one", "two", "three", "four")


class RowForm(Schema):
    text: Words  # what the row is for: "Begin"
    tiles: Annotated[list[PlaceOrWords], Field(min_length=2, max_length=6)]


class LinkForm(Schema):
    """Words of the bag that go together, and why that is no good."""

    words: Annotated[list[Words], Field(min_length=2)]
    why: Words


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    tiles: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Link:
    tiles: frozenset[str]  # keys
    why: str


@dataclass(frozen=True, slots=True)
class WordTiles(Kind):
    """A bag is one row with `pull` words to take from it; a sentence takes one tile of each row, and `pull` is 0."""

    rows: tuple[Row, ...]
    pull: int
    links: tuple[Link, ...]
    why: str
    kind: ClassVar[str] = "word-tiles"
    element: ClassVar[str] = "activity-tiles"

    class Form(KindForm):
        silent: ClassVar[frozenset[str]] = KindForm.silent | {"words"}
        rows: list[RowForm] = Field(default_factory=list)
        bag: list[PlaceOrWords] = Field(default_factory=list, max_length=12)
        pull: Annotated[int, Field(ge=2, le=4)] = 3
        links: list[LinkForm] = Field(default_factory=list)
        why: str = ""

        @model_validator(mode="after")
        def _one_of_two(self) -> WordTiles.Form:
            if bool(self.rows) == bool(self.bag):
                raise ValueError("write rows: for a sentence, or bag: for words to pull, and not both")
            return self

        def mistakes(self, read: Read) -> Iterator[Mistake]:
            names = [tile.text for tile in self.bag]
            if len(self.rows) > 4:
                yield read.mistake(f"{len(self.rows)} rows of tiles: make it 2 to 4", "rows")
            if names and len(names) < 2 * self.pull:
                yield read.mistake(f"{len(names)} words in the bag: put in {2 * self.pull} or more", "bag")
            for index, link in enumerate(self.links):
                for word in link.words:
                    if word not in names:
                        message = did_you_mean(word, names, "is not a word in the bag")
                        yield read.mistake(message, "links", index, "words")

        def make(self, say: Say) -> WordTiles:
            rows = [(row.text, row.tiles) for row in self.rows] or [("", self.bag)]
            keys = {tile.text: f"1.{number}" for number, tile in enumerate(self.bag, 1)}
            return WordTiles(
                rows=tuple(
                    Row(
                        say(text),
                        tuple(
                            Place(f"{place}.{number}", say(tile.text), bare(tile.picture))
                            for number, tile in enumerate(tiles, 1)
                        ),
                    )
                    for place, (text, tiles) in enumerate(rows, 1)
                ),
                pull=self.pull if self.bag else 0,
                links=tuple(Link(frozenset(keys[word] for word in link.words), say(link.why)) for link in self.links),
                why=say(self.why),
            )

    def picks(self) -> Iterator[tuple[str, ...]]:
        """Every set of tiles that may be taken together."""
        if not self.pull:
            yield from product(*([tile.key for tile in row.tiles] for row in self.rows))
            return
        for some in combinations([tile.key for tile in self.rows[0].tiles], self.pull):
            if self.link_in(some) is None:
                yield some

    def link_in(self, picked: Iterable[str]) -> Link | None:
        """Two of these that go together."""
        taken = set(picked)
        return next((link for link in self.links if len(link.tiles & taken) > 1), None)

    def act_of(self, picked: Sequence[str]) -> Act:
        """As it is stored: the number of the tile in each row, or that something was pulled."""
        choice = PULLED if self.pull else "+".join(key.split(".")[1] for key in picked)
        return Act(ONLY, 1, choice, Outcome.DONE)

    def offers(self, acts: Acts) -> Iterable[Act]:
        if ONLY in acts:
            return
        for picked in self.picks():
            yield self.act_of(picked)
            if self.pull:
                return  # whatever is pulled, the same is stored

    def is_done(self, acts: Acts) -> bool:
        return ONLY in acts

    def sends(self, act: Act) -> tuple[str, ...]:
        if self.pull:
            return next(self.picks())
        return tuple(f"{row}.{number}" for row, number in enumerate(act.choice.split("+"), 1))

    def read(self, posted: Posted, acts: Acts) -> Act | None:
        if ONLY in acts:
            return None
        taken = _taken(posted)
        known = {tile.key for row in self.rows for tile in row.tiles}
        if not self.pull and len(taken) == len(self.rows) and tuple(taken) in set(self.picks()):
            return self.act_of(taken)
        if not self.pull or len(taken) != self.pull or not known >= set(taken):
            raise NotOffered(self.wanted)
        link = self.link_in(taken)
        if link is not None:
            raise NotOffered(f"{link.why} Swap one of them.")
        return self.act_of(taken)

    def form_of(self, act: Act) -> dict[str, list[str]]:
        return {"thing": [ONLY]} | {
            f"tile{place}": [key for key in self.sends(act) if key.startswith(f"{place}.")]
            for place in range(1, len(self.rows) + 1)
        }

    @property
    def wanted(self) -> str:
        return f"Pick {_NUMBERS[self.pull]} words." if self.pull else "Pick one tile in each row."

    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        taken = list(self.sends(acts[ONLY][0])) if ONLY in acts and not self.pull else _taken(sent)
        tiles = {tile.key: tile for row in self.rows for tile in row.tiles}
        return {
            "said": Said("", "", self.why, False) if ONLY in acts and self.why else None,
            "taken": set(taken),
            "built": [tiles[key] for key in taken if key in tiles],
            "is_complete": ONLY in acts,
        }

    def notes(self) -> Notes:
        if self.pull:
            rows = tuple(
                (" and ".join(tile.text for tile in self.rows[0].tiles if tile.key in link.tiles), link.why)
                for link in self.links
            )
            return Notes(f"Pull {_NUMBERS[self.pull]} words", ", ".join(tile.text for tile in self.rows[0].tiles), rows)
        return Notes(
            "Build a sentence", "", tuple((row.text, " / ".join(tile.text for tile in row.tiles)) for row in self.rows)
        )


def _taken(posted: Posted) -> list[str]:
    """The tiles in a sent form, in the order of the rows: each row has a field of its own, tile1, tile2."""
    return sorted({key for name, keys in posted.items() if name.startswith("tile") for key in keys})
