"""What a lesson is: plain values, read from a content file by `compiler.py` and shown by the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .activities.kind import Kind

#: The eight topics in the order of the chart; each is a place on the water (DESIGN.md 9).
#: Addresses carry the place's neutral word, because school filters trip on some topic words.
PLACES: Mapping[str, str] = {
    "tell-adult": "light",
    "personal-info": "keepsafe",
    "passwords": "cove",
    "privacy-settings": "bay",
    "kind-online": "quay",
    "right-for-my-age": "gates",
    "block-report": "foghorn",
    "online-friends": "pier",
}
TOPICS: Mapping[str, str] = {place: topic for topic, place in PLACES.items()}

#: The place's name as pupils read it, and its symbol in the sprite (unlit; lit is `<symbol>-lit` where it exists).
PLACE_NAMES: Mapping[str, str] = {
    "light": "Tell Someone Light",
    "keepsafe": "Keepsafe Island",
    "cove": "Password Cove",
    "bay": "Privacy Bay",
    "quay": "Kind Quay",
    "gates": "Lock Gates",
    "foghorn": "Foghorn Rock",
    "pier": "Meeting Pier",
}
PLACE_ART: Mapping[str, str] = {
    "light": "place-lighthouse",
    "keepsafe": "place-keepsafe",
    "cove": "place-password",
    "bay": "place-privacy",
    "quay": "place-kind",
    "gates": "place-lock",
    "foghorn": "place-foghorn",
    "pier": "place-meeting",
}


@dataclass(frozen=True, slots=True)
class Objective:
    """One aim, such as `passwords.y3-4.2`; the id never changes."""

    id: str
    text: str  # "I can explain why names, birthdays and teams are easy to guess."
    policy: tuple[str, ...] = ()  # the statements of the school's policy that its words serve: P4
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # framework's id: what they serve of it


@dataclass(frozen=True, slots=True)
class Card:
    """One screen of a lesson. `html` is made from Markdown at start-up and is safe to print as it is."""

    number: int  # 1, 2, ...
    title: str
    kind: str  # recall, goal, story, teach, activity, rule, practise, help
    html: str
    text: str  # the same words without markup, facts filled in: for read-aloud and for the checks
    activity: Kind | None
    picture: str  # scene, cast or object to show beside the words; may be empty
    speech: tuple[str, ...] = ()  # the sentences of `text`; the first is `<span data-s="1">` in `html`


@dataclass(frozen=True, slots=True)
class Character:
    """Someone with a name in the lesson or its quiz."""

    name: str
    pronoun: str  # she, he, they, it
    role: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of the grid (CURRICULUM.md 2)."""

    id: str
    title: str
    topic: str
    band: str
    version: int
    minutes: int
    objectives: tuple[Objective, ...]
    builds_on: tuple[str, ...]
    vocabulary: Mapping[str, str]
    facts: tuple[str, ...]
    sensitivity: str
    reviewer: str
    reviewed_on: date
    review_by: date
    learned: tuple[str, ...]  # three short things for the finish page, in the pupil's words
    say_at_home: str  # one sentence to say at home, in the pupil's words
    strengths: Mapping[str, str]  # objective id: what a parent reads when it went well
    cards: tuple[Card, ...]
    teacher_notes: str  # html
    parent_learned: str  # html: what the child learned
    parent_ask: tuple[str, ...]  # conversation starters, plain text
    parent_do: str  # html: one activity
    parent_know: str  # html: good to know; may be empty
    parent_listen: str = ""  # what to do while the child answers, plain text; may be empty
    characters: tuple[Character, ...] = ()
    is_own: bool = False  # written by the school, not by us: docs/own-lessons.md

    @property
    def place(self) -> str:
        return PLACES[self.topic]

    @property
    def cell(self) -> str:
        """Where it stands in the grid: the id of our lesson there, also where this one is the school's own."""
        return f"{self.topic}.{self.band}"
