"""What the activities of cards have in common: a kind is one class, with its fence, its values and its rules.

Pure: no Flask, no database, no clock. What a pupil did is handed in as acts; a rule answers what may be done now, what
a sent form means and what is to be shown. The page, the compiler, the steps and the demo ask no kind for its name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, Field

from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, Schema, Where

ANY = "any"  # `fits: any`: every place is a good answer
Words = Annotated[str, Field(min_length=1)]
#: A sent form: every value of each field.
Posted = Mapping[str, Sequence[str]]
#: Fills the facts into a pupil's words.
Say = Callable[[str], str]


class NotOffered(ValueError):
    """What was sent is nothing that the page offers now. Says what to do, in words for the child."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done, as it is stored. `key` names a thing or a place of the activity."""

    key: str
    number: int  # of the try at this key: 1, 2, ...
    choice: str  # what was chosen: short keys, 40 characters at most
    outcome: Outcome  # safe, rethink; done where nothing is judged


#: What was done in an activity, by key; the tries of one key in order, the keys in none.
Acts = Mapping[str, Sequence[Act]]


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says about the last act."""

    text: str  # the thing it was done to; may be empty
    chose: str  # where it went; may be empty
    why: str
    is_look: bool  # to look at again


@dataclass(frozen=True, slots=True)
class Notes:
    """What a teacher reads about an activity: the task, and each thing with what is expected of it (may be empty)."""

    task: str
    places: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to put a thing: a bin, a circle, a partner, a face."""

    key: str  # "1", "2", ... in the order of the file
    text: str
    picture: str  # a symbol without "ob-", or empty


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do something with. `fits` holds the places that are expected; empty with `is_open` expects none."""

    key: str  # "1", "2", ... in the order of the file
    text: str
    fits: frozenset[str]
    is_open: bool  # the file says `fits: any`
    why: str  # said afterwards; may be empty
    picture: str  # a symbol without "ob-", or empty


class KindForm(Schema):
    """What the fence of a kind holds. Every string in it is read by pupils, but for the keys in `silent`."""

    silent: ClassVar[frozenset[str]] = frozenset({"picture", "fits", "after"})

    def mistakes(self, read: Read) -> Iterator[Mistake]:
        """What the types of the fields cannot say."""
        return iter(())

    @abstractmethod
    def make(self, say: Say) -> Kind:
        """The activity, each string as `say` has it."""

    def words(self) -> Iterator[tuple[Where, str]]:
        """Every string that a pupil reads or hears, and where it stands."""
        for where, text in _strings(self, ()):
            if text and not self.silent & {step for step in where if isinstance(step, str)}:
                yield where, text

    def pictures(self) -> Iterator[tuple[Where, str]]:
        """Every picture that is named, and where."""
        for where, text in _strings(self, ()):
            if text and where[-1] == "picture":
                yield where, text

    def without_picture(self) -> Iterator[tuple[Where, str]]:
        """Everything with words that could have a picture and has none, and where."""
        for where, part in _parts(self, ()):
            text = str(getattr(part, "text", ""))
            if text and not getattr(part, "picture", "there"):
                yield where, text


def _strings(value: object, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _strings(getattr(value, name), (*where, name))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _strings(each, (*where, index))


def _parts(value: object, where: Where) -> Iterator[tuple[Where, BaseModel]]:
    """The models inside a model, the outermost left out."""
    for name in type(value).model_fields if isinstance(value, BaseModel) else ():
        inside = getattr(value, name)
        for index, each in enumerate(inside) if isinstance(inside, list) else ((None, inside),):
            at = (*where, name) if index is None else (*where, name, index)
            if isinstance(each, BaseModel):
                yield at, each
                yield from _parts(each, at)


class Kind(ABC):
    """One activity as plain values. A kind fills in the class variables, the form and the rules."""

    __slots__ = ()
    kind: ClassVar[str]  # the fence's name; its page is templates/lessons/activities/<kind>.html
    element: ClassVar[str]  # the custom element around the form, static/js/<element>.js
    Form: ClassVar[type[KindForm]]
    field: ClassVar[str] = "pick"  # what the page's form calls the choice
    ask: ClassVar[str] = "Pick one first."  # to a child who sent something else

    @property
    def template(self) -> str:
        return f"lessons/activities/{self.kind}.html"

    @abstractmethod
    def offers(self, acts: Acts) -> Iterable[Act]:
        """All that may be done now, each as it would be stored; nothing when the activity is done."""

    @abstractmethod
    def is_done(self, acts: Acts) -> bool: ...

    @abstractmethod
    def shown(self, acts: Acts, sent: Posted, mark: str) -> dict[str, Any]:
        """What its template shows: `said` and what else it needs. `sent`: a form that was refused, or nothing.
        `mark`: as `mark` answered for the act before this page."""

    @abstractmethod
    def notes(self) -> Notes: ...

    def sends(self, act: Act) -> tuple[str, ...]:
        """The values of `field` with which a page asks for this act."""
        return (act.choice,)

    def is_settled(self, key: str, acts: Acts) -> bool:
        """Nothing more can be done at this key."""
        return key in acts

    def read(self, posted: Posted, acts: Acts) -> Act | None:
        """What a sent form means; None for what is done already (a double tap, a resend, a second tab). Raises
        NotOffered."""
        key = first(posted, "thing")
        chosen = set(posted.get(self.field, ()))
        for offer in self.offers(acts):
            if offer.key == key and set(self.sends(offer)) == chosen:
                return offer
        if self.is_settled(key, acts) or any(set(self.sends(act)) == chosen for act in acts.get(key, ())):
            return None
        raise NotOffered(self.ask)

    def mark(self, posted: Posted) -> str:
        """What the next page has to know to speak of this act, where the stored acts do not tell which was the last."""
        return ""

    def form_of(self, act: Act) -> dict[str, list[str]]:
        """The fields with which a page asks for this act."""
        return {"thing": [act.key], self.field: list(self.sends(act))}


def first(posted: Posted, name: str) -> str:
    return next(iter(posted.get(name, ())), "")


def bare(picture: str) -> str:
    """A picture as pages name it: objects stand without their "ob-"."""
    return picture.removeprefix("ob-")


def is_good(act: Act) -> bool:
    return act.outcome is not Outcome.RETHINK


# ------------------------------------------------------------------------------------------------- parts of a fence


def _as_place(value: object) -> object:
    """`Keep private` as `{text: Keep private}`."""
    return {"text": value} if isinstance(value, str) else value


def _as_list(fits: object) -> object:
    """`fits: Keep private` and `fits: any` as lists of one."""
    return [fits] if isinstance(fits, str) else fits


class PlaceForm(Schema):
    text: Words
    picture: str = ""


class PlainThingForm(Schema):
    text: Words
    picture: str = ""
    why: str = ""


class ThingForm(PlainThingForm):
    fits: Annotated[list[Words], BeforeValidator(_as_list)]


PlaceOrWords = Annotated[PlaceForm, BeforeValidator(_as_place)]
Places = Annotated[list[PlaceOrWords], Field(min_length=2)]
Things = Annotated[list[ThingForm], Field(min_length=2)]


def make_places(places: Iterable[PlaceForm]) -> tuple[Place, ...]:
    return tuple(Place(str(number), each.text, bare(each.picture)) for number, each in enumerate(places, 1))


def make_things(things: Iterable[ThingForm], say: Say) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            key=str(number),
            text=say(thing.text),
            fits=frozenset(thing.fits) - {ANY},
            is_open=ANY in thing.fits,
            why=say(thing.why),
            picture=bare(thing.picture),
        )
        for number, thing in enumerate(things, 1)
    )
