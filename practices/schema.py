"""What a practice file may hold. How to write one is docs/practices.md."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from lessons.reading import Schema
from lessons.schema import CharacterForm, Words, one_of

from .engine import STEPS

#: The pretend apps; each has a template of this name.
APPS = ("profile", "thread", "telling", "maker", "lobby", "shelf", "photo", "panel", "feed", "call")
SLOTS = ("choice", "menu", "thing", "go")


def _as_list(value: object) -> object:
    """One word as a list of one; a whole number as its word, so that `clues.stranger: 0` reads well."""
    values = value if isinstance(value, list) else [value]
    return [str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in values]


When = dict[str, Annotated[list[Words], BeforeValidator(_as_list)]]
Step = Annotated[str, one_of(STEPS, "is not a step of a safe routine")]


class LineForm(Schema):
    who: Words
    text: Words
    sign: str = ""
    mark: str = ""
    picture: str = ""


class ViewerForm(Schema):
    text: Words
    picture: str = ""


class OptionForm(Schema):
    key: Words
    text: Words
    seen_by: Annotated[list[Words], Field(default_factory=list)]
    says: str = ""
    picture: str = ""


class SettingForm(Schema):
    label: Words
    options: Annotated[list[OptionForm], Field(min_length=2, max_length=4)]
    start: Words
    picture: str = ""


class ShownForm(Schema):
    text: Words
    picture: str = ""
    under: str = ""
    clue: str = ""
    when: Annotated[When, Field(default_factory=dict)]


class ThingForm(Schema):
    text: Words
    detail: str = ""
    picture: str = ""
    sign: str = ""
    at: Annotated[list[Annotated[int, Field(ge=0, le=100)]], Field(max_length=4, default_factory=list)]

    @model_validator(mode="after")
    def _is_whole(self) -> ThingForm:
        if len(self.at) not in (0, 4):
            raise ValueError("write at: [left, top, width, height] in hundredths of the picture")
        return self


class CaseForm(Schema):
    when: Annotated[When, Field(default_factory=dict)]
    outcome: Annotated[str, one_of(("safe", "partly", "rethink", "done"), "is not an outcome")] = "done"
    set: Annotated[dict[str, Words], Field(default_factory=dict)]
    draw: Annotated[list[Words], Field(default_factory=list)]
    then: str = ""
    says: str = ""
    picture: str = ""
    lines: Annotated[list[LineForm], Field(default_factory=list)]
    adult: bool = False


class ActForm(CaseForm):
    """An act with one case written beside it, or with several under `cases`, the last one without `when`.

    `when` of an act says when it is offered; `when` of a case which case counts.
    """

    text: Words
    slot: Annotated[str, one_of(SLOTS, "is not a place for an act")] = "choice"
    on: str = ""
    steps: Annotated[list[Step], Field(default_factory=list)]
    shows: Annotated[list[Words], Field(default_factory=list)]
    cases: Annotated[list[CaseForm], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> ActForm:
        if self.cases is None:
            return self
        twice = sorted(self.model_fields_set & (set(CaseForm.model_fields) - {"when", "picture"}))
        if twice:
            raise ValueError(f"`{twice[0]}` stands beside `cases`: write it in each case")
        if self.cases[-1].when:
            raise ValueError("the last case holds whenever no other does: take out its `when`")
        if any(not case.when for case in self.cases[:-1]):
            raise ValueError("say when each case but the last counts: add `when`")
        return self


class SceneForm(Schema):
    heading: Words
    text: str = ""
    picture: str = ""
    cast: Annotated[list[Words], Field(max_length=3, default_factory=list)]
    lines: Annotated[list[LineForm], Field(default_factory=list)]
    acts: Annotated[list[Words], Field(default_factory=list)]
    things: Annotated[list[Words], Field(default_factory=list)]
    settings: Annotated[list[Words], Field(default_factory=list)]
    viewers: Annotated[list[Words], Field(default_factory=list)]
    help: str = ""
    adult: bool = False
    end: bool = False


FEWEST_FAMILIES = 5  # three words on the table, and two more families to swap them for


class PracticeForm(Schema):
    lesson: Words
    app: Annotated[str, one_of(APPS, "is not a pretend app")]
    version: Annotated[int, Field(ge=1)]
    title: Words
    name: Words
    picture: Words
    intro: Words
    objectives: Annotated[list[Words], Field(min_length=1)]
    routine: list[Step]
    characters: list[CharacterForm]
    people: Annotated[dict[str, ViewerForm], Field(default_factory=dict)]
    values: Annotated[dict[str, Annotated[list[Words], Field(min_length=2)]], Field(default_factory=dict)]
    settings: Annotated[dict[str, SettingForm], Field(default_factory=dict)]
    viewers: Annotated[dict[str, ViewerForm], Field(default_factory=dict)]
    shown: Annotated[dict[str, ShownForm], Field(default_factory=dict)]
    things: Annotated[dict[str, ThingForm], Field(default_factory=dict)]
    bag: Annotated[dict[str, Annotated[list[Words], Field(min_length=2)]], Field(default_factory=dict)]
    start: Words
    scenes: Annotated[dict[str, SceneForm], Field(min_length=2)]
    acts: Annotated[dict[str, ActForm], Field(min_length=1)]
    help: Words
    learned: Annotated[list[Words], Field(min_length=1, max_length=3)]
    safe_path: Annotated[list[Words], Field(min_length=1)]
