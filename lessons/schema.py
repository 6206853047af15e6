"""What the files in `content/` may hold: a lesson's settings, and the registers beside it (activities: activities/)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from accounts.bands import BANDS

from .activities.kind import Words as Words
from .lesson import PLACES
from .reading import Schema, did_you_mean

CARD_KINDS = ("recall", "goal", "story", "teach", "activity", "rule", "practise", "help")
FRAMEWORKS = ("efacw", "rshe", "computing", "kcsie", "tos")  # CURRICULUM.md 3.2 to 3.6
POLICY = tuple(f"P{number}" for number in range(1, 10))  # CURRICULUM.md 3.1
#: Where a wrong idea was found, CURRICULUM.md 9; "practice" is practitioner judgement with no study behind it.
SOURCES = (
    *(
        "K17",
        "Z19",
        "M22",
        "N19",
        "N21",
        "CSK21",
        "O25",
        "VB",
        "PR11",
        "STR",
        "SSN",
        "NCSC",
        "CEOP",
        "PZ",
        "EC",
        "KC26",
    ),
    "practice",
)


def one_of(words: Iterable[str], complaint: str = "is not known here") -> AfterValidator:
    """The word is one of these; otherwise the mistake names the nearest."""
    allowed = tuple(words)

    def check(word: str) -> str:
        if word not in allowed:
            raise ValueError(did_you_mean(word, allowed, complaint))
        return word

    return AfterValidator(check)


Topic = Annotated[str, one_of(PLACES, "is not a topic")]
Band = Annotated[str, one_of(BANDS, "is not a band")]


class CharacterForm(Schema):
    """One named character, so that a program can count who does what (CURRICULUM.md 5.3)."""

    name: Words
    pronoun: Annotated[str, one_of(("she", "he", "they", "it"), "is not a pronoun used here")]
    role: Words


def _said_elsewhere(given: object) -> object:
    raise ValueError("take it out: objectives.yaml says of each objective what it serves")


Codes = Annotated[list[Words], Field(default_factory=list)]


class ObjectiveForm(Schema):
    """One objective: its words, and what they serve (CURRICULUM.md 3). A framework's key is its id in `FRAMEWORKS`."""

    text: Words
    policy: Annotated[list[Annotated[str, one_of(POLICY, "is not a policy statement")]], Field(min_length=1)]
    efacw: Codes
    rshe: Codes
    computing: Codes
    kcsie: Codes
    tos: Codes


class LessonForm(Schema):
    """The settings of a lesson, CURRICULUM.md 8.1 and 7.1(2)."""

    id: Words
    title: Words
    topic: Topic
    band: Band
    version: Annotated[int, Field(ge=1)]
    minutes: Annotated[int, Field(ge=1)]
    objectives: Annotated[list[Words], Field(min_length=1)]
    builds_on: list[Words]
    vocabulary: Annotated[dict[str, Words], Field(min_length=1)]
    facts: list[Words]
    sensitivity: Annotated[str, one_of(("low", "medium", "high"), "is not a sensitivity")]
    reviewer: Words
    reviewed_on: date
    review_by: date
    learned: Annotated[list[Words], Field(min_length=3, max_length=3)]
    say_at_home: Words
    strengths: dict[str, Words]
    characters: list[CharacterForm]
    audio: bool = True
    policy: Annotated[object, AfterValidator(_said_elsewhere)] = None
    frameworks: Annotated[object, AfterValidator(_said_elsewhere)] = None


class FactForm(Schema):
    """One dated fact, CURRICULUM.md 4.1."""

    id: Words
    value: str
    child_text: dict[Band, Words]
    adult_text: Words
    audience: list[Annotated[str, one_of(("pupil", "staff", "parent"), "is not an audience")]]
    source: Words
    checked_on: date
    review_by: date
    status: Annotated[str, one_of(("verified", "second-hand", "unverified"), "is not a status")]
    confirmed_by: Words
    local: bool = False

    @model_validator(mode="after")
    def _has_value(self) -> FactForm:
        if not self.value and not self.local:
            raise ValueError("write the value: only a local fact may be empty")
        return self


class FactsForm(Schema):
    facts: list[FactForm]


class ReteachForm(Schema):
    """Ten minutes with a class that holds a wrong idea, in four parts."""

    say: Words
    ask: Words
    show: Words
    check: Words


class MisconceptionForm(Schema):
    """One wrong idea that children hold, where it is met and what a teacher can do about it."""

    name: Words
    belief: Words
    bands: Annotated[list[Band], Field(min_length=1)]
    source: Annotated[str, one_of(SOURCES, "is not a source")]
    reteach: ReteachForm


class HomeForm(Schema):
    """What the home card says: by wrong idea, and by lesson."""

    questions: dict[str, Words]
    practised: dict[str, Words]
    activity: dict[str, Words]
    settings: dict[str, Words]
