"""The registers beside the lessons: every objective, the wrong ideas children hold, the facts that move, and what the
home card says.

A fact is typed once, in `facts.yaml`, and referred to by `{{ fact:id }}`, which puts in its value, or by
`{{ text:id }}`, which puts in the whole sentence written for the reader: a pupil of the band, or an adult.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from .lesson import Objective
from .reading import Mistake, Read, fit, read_yaml
from .schema import FRAMEWORKS, FactForm, FactsForm, HomeForm, MisconceptionForm, ObjectiveForm

_MARKS = re.compile(r"([\\`*_{}\[\]()>#+\-.!])")  # what Markdown lets a backslash stand before
FACT = re.compile(r"\{\{\s*(fact|text):([a-z0-9-]+)\s*\}\}")
NOT_FILLED_IN = "ask your teacher"  # a local fact that the school has not filled in, as pupils read it
NOT_FILLED_IN_FOR_ADULTS = "ask the school"
LONGEST_IDEA = 60  # as long as a stored wrong idea's id may be (quizzes/models.py)


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact. `value` of a local fact is empty until the school fills it in."""

    id: str
    value: str
    child_text: Mapping[str, str]  # band: a sentence; a band that is not named shows the fact to no pupil
    adult_text: str
    audience: frozenset[str]  # pupil, staff, parent
    source: str
    checked_on: date
    review_by: date
    status: str  # verified, second-hand, unverified
    confirmed_by: str
    is_local: bool
    line: int


@dataclass(frozen=True, slots=True)
class Reteach:
    """Ten minutes with a class that holds a wrong idea; idea_rules.py holds the rules."""

    say: str  # one or two sentences of the teacher's
    ask: str  # one open question
    show: str  # something to show, draw, act or sort with what a classroom has
    check: str  # "A question? Look for: what shows that it has landed."


@dataclass(frozen=True, slots=True)
class Misconception:
    id: str
    name: str  # for teachers
    belief: str  # in a child's words
    bands: tuple[str, ...]  # whose quizzes have an option that shows it, from Reception up
    source: str
    reteach: Reteach


@dataclass(frozen=True, slots=True)
class Home:
    """What the home card says, for adults to read; home_rules.py holds the rules."""

    questions: Mapping[str, str] = field(default_factory=dict)  # misconception: one open question to ask
    practised: Mapping[str, str] = field(default_factory=dict)  # lesson: "{name} practised …"
    activity: Mapping[str, str] = field(default_factory=dict)  # lesson: five minutes together
    settings: Mapping[str, str] = field(default_factory=dict)  # lesson: one setting to check together


@dataclass(frozen=True, slots=True)
class Facts:
    """Every fact, with what a school has filled in for its local ones."""

    by_id: Mapping[str, Fact] = field(default_factory=dict)
    path: str = ""

    def __contains__(self, fact_id: str) -> bool:
        return fact_id in self.by_id

    @property
    def local(self) -> frozenset[str]:
        """The ids of the facts that each school fills in for itself."""
        return frozenset(fact_id for fact_id, fact in self.by_id.items() if fact.is_local)

    def with_local(self, values: Mapping[str, str]) -> Facts:
        """The same facts with a school's own values. Only local facts can be set: national numbers never are."""
        changed = {
            fact_id: replace(fact, value=values[fact_id].strip())
            for fact_id, fact in self.by_id.items()
            if fact.is_local and fact_id in values
        }
        return Facts({**self.by_id, **changed}, self.path)

    def changed_from(self, before: Facts) -> frozenset[str]:
        """The ids of the facts that say something else here than they did before."""
        return frozenset(fact_id for fact_id, fact in self.by_id.items() if fact.value != before.by_id[fact_id].value)

    def problem(self, fact_id: str, band: str, reader: str) -> str:
        """Why this reader may not be shown this fact, as a remedy; empty when all is well.

        `reader` is pupil, staff or parent.
        """
        fact = self.by_id.get(fact_id)
        if fact is None:
            near = get_close_matches(fact_id, self.by_id, n=1)
            return f"`{fact_id}` is not in facts.yaml: " + (f"did you mean `{near[0]}`?" if near else "add it there")
        if reader == "pupil" and band not in fact.child_text:
            return f"the fact `{fact_id}` is not for pupils of {band}: leave it out, or write its child_text for {band}"
        if reader != "pupil" and reader not in fact.audience:
            return f"the fact `{fact_id}` is for {' and '.join(sorted(fact.audience))}: leave it out here"
        return ""

    def fill(self, text: str, band: str, reader: str, escape: bool = False) -> str:
        """The text with each fact put in; an unknown fact stays as it is written. `escape` for Markdown."""

        def put_in(match: re.Match[str]) -> str:
            fact = self.by_id.get(match[2])
            if fact is None:
                return match[0]
            if fact.is_local and not fact.value:
                return NOT_FILLED_IN if reader == "pupil" else NOT_FILLED_IN_FOR_ADULTS
            said = fact.value
            if match[1] == "text":
                said = fact.child_text.get(band, fact.value) if reader == "pupil" else fact.adult_text
            return _MARKS.sub(r"\\\1", said) if escape else said

        return FACT.sub(put_in, text) if "{{" in text else text


@dataclass(frozen=True, slots=True)
class Registers:
    """What lessons and quizzes may refer to."""

    objectives: Mapping[str, Objective] = field(default_factory=dict)
    misconceptions: Mapping[str, Misconception] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    home: Home = field(default_factory=Home)
    paths: Mapping[str, str] = field(default_factory=dict)  # "objectives" to the path as mistakes name it


def facts_in(text: str) -> list[str]:
    """The ids of the facts that the text refers to, in order."""
    return [match[2] for match in FACT.finditer(text)]


def read_registers(folder: Path, shown_as: str) -> tuple[Registers, list[Mistake]]:
    """The registers of a content folder; `shown_as` is the folder as mistakes name it."""
    mistakes: list[Mistake] = []

    def read(name: str) -> Read:
        path = f"{shown_as}/{name}.yaml"
        file = folder / f"{name}.yaml"
        if not file.exists():
            mistakes.append(Mistake(path, 1, "add this file"))
            return Read(path, None, {})
        found, wrong = read_yaml(file.read_text(encoding="utf-8-sig"), path)
        mistakes.extend(wrong)
        return found

    objectives, wrong = _objectives(read("objectives"))
    mistakes += wrong
    misconceptions, wrong = _misconceptions(read("misconceptions"))
    mistakes += wrong
    facts, wrong = _facts(read("facts"))
    mistakes += wrong
    home, wrong = make_home(read("home"))
    mistakes += wrong
    paths = {name: f"{shown_as}/{name}.yaml" for name in ("objectives", "misconceptions", "facts", "home", "words")}
    return Registers(objectives, misconceptions, facts, home, paths), sorted(set(mistakes))


def read_own_registers(folder: Path, ours: Registers) -> tuple[Registers, list[Mistake]]:
    """Our registers with the wrong ideas and facts that a school has written beside its own lessons. Both files may be
    missing; what is ours stays ours."""
    mistakes: list[Mistake] = []

    def read(name: str) -> Read | None:
        file = folder / f"{name}.yaml"
        if not file.is_file():
            return None
        found, wrong = read_yaml(file.read_text(encoding="utf-8-sig"), file.name)
        mistakes.extend(wrong)
        return found

    ideas, facts = read("misconceptions"), read("facts")
    own_ideas, wrong = ({}, []) if ideas is None else _misconceptions(ideas)
    mistakes += wrong
    own_facts, wrong = (Facts(), []) if facts is None else _facts(facts)
    mistakes += wrong
    if ideas is not None:
        for idea in own_ideas:
            if idea in ours.misconceptions:
                mistakes.append(ideas.mistake(f"`{idea}` is ours: give yours another name", idea))
            if len(idea) > LONGEST_IDEA:
                mistakes.append(ideas.mistake(f"`{idea}` is too long: {LONGEST_IDEA} letters at most", idea))
    for fact in own_facts.by_id.values():
        if fact.id in ours.facts or fact.is_local:
            message = f"`{fact.id}` is ours or local: give yours another name, and no `local`"
            mistakes.append(Mistake("facts.yaml", fact.line, message))
    if mistakes:
        return ours, mistakes
    every_fact = replace(ours.facts, by_id={**ours.facts.by_id, **own_facts.by_id})
    return replace(ours, misconceptions={**ours.misconceptions, **own_ideas}, facts=every_fact), []


_OBJECTIVE_ID = re.compile(r"^[a-z-]+\.(eyfs|y1-2|y3-4|y5-6)\.[1-9]$")


def _objectives(read: Read) -> tuple[dict[str, Objective], list[Mistake]]:
    if not isinstance(read.value, dict):
        return {}, []
    objectives: dict[str, Objective] = {}
    mistakes: list[Mistake] = []
    for key in read.value:
        form, wrong = fit(ObjectiveForm, read, at=key)
        mistakes += wrong
        if not _OBJECTIVE_ID.match(key):
            mistakes.append(read.mistake(f"`{key}` is not an objective's id: write topic.band.number", key))
        elif form is not None:
            named = {name: _once(getattr(form, name)) for name in FRAMEWORKS if getattr(form, name)}
            objectives[key] = Objective(key, form.text, _once(form.policy), named)
    return objectives, mistakes


def _once(codes: list[str]) -> tuple[str, ...]:
    """The server holds them as long as it runs, and many objectives name the same."""
    return tuple(map(sys.intern, codes))


def _misconceptions(read: Read) -> tuple[dict[str, Misconception], list[Mistake]]:
    if not isinstance(read.value, dict):
        return {}, []
    found: dict[str, Misconception] = {}
    mistakes: list[Mistake] = []
    bands_met: dict[tuple[str, ...], tuple[str, ...]] = {}  # the server holds the register: each tuple and source once
    for key in read.value:
        form, wrong = fit(MisconceptionForm, read, at=key)
        mistakes += wrong
        if form is not None:
            bands = bands_met.setdefault(tuple(form.bands), tuple(map(sys.intern, form.bands)))
            parts = form.reteach
            reteach = Reteach(parts.say, parts.ask, parts.show, parts.check)
            found[key] = Misconception(key, form.name, form.belief, bands, sys.intern(form.source), reteach)
    return found, mistakes


def _facts(read: Read) -> tuple[Facts, list[Mistake]]:
    if read.value is None:
        return Facts(path=read.path), []
    form, mistakes = fit(FactsForm, read)
    if form is None:
        return Facts(path=read.path), mistakes
    found: dict[str, Fact] = {}
    for index, fact in enumerate(form.facts):
        if fact.id in found:
            mistakes.append(read.mistake(f"`{fact.id}` is here twice: keep one", "facts", index))
        found[fact.id] = _fact(fact, read.line("facts", index))
    return Facts(found, read.path), mistakes


def make_home(read: Read) -> tuple[Home, list[Mistake]]:
    if read.value is None:
        return Home(), []
    form, mistakes = fit(HomeForm, read)
    if form is None:
        return Home(), mistakes
    return Home(form.questions, form.practised, form.activity, form.settings), mistakes


def _fact(form: FactForm, line: int) -> Fact:
    return Fact(
        id=form.id,
        value=form.value,
        child_text=form.child_text,
        adult_text=form.adult_text,
        audience=frozenset(form.audience),
        source=form.source,
        checked_on=form.checked_on,
        review_by=form.review_by,
        status=form.status,
        confirmed_by=form.confirmed_by,
        is_local=form.local,
        line=line,
    )
