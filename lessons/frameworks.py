"""What the lessons serve: the policy's statements and the frameworks' strands, read from `frameworks.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from .reading import Mistake, Schema, did_you_mean, fit, read_yaml
from .schema import FRAMEWORKS, POLICY, Band, Topic, Words, one_of

#: How a lesson comes to a framework's strands: it names statements of them, or the strands, or its topic decides.
STATEMENT, STRAND, TOPIC = "statement", "strand", "topic"
_YEARS = {"eyfs": ("R",), "y1-2": ("Y1", "Y2"), "y3-4": ("Y3", "Y4"), "y5-6": ("Y5", "Y6")}
_CODE = re.compile(r"^([A-Z]+)-((R|Y[1-6])-\d+)\*?$")


# ----------------------------------------------------------------------------------------------------------- the file


class _StatementForm(Schema):
    text: Words
    source: str = ""
    main: list[Topic]
    also: list[Topic]


class _PreparedForm(Schema):
    bands: list[Band]
    statements: list[Annotated[str, one_of(POLICY, "is not a policy statement")]]
    says: Words


class _PolicyForm(Schema):
    source: Words
    statements: dict[Annotated[str, one_of(POLICY, "is not a policy statement")], _StatementForm]
    prepared: _PreparedForm


class _StrandForm(Schema):
    name: Words
    statements: Annotated[list[Words], Field(default_factory=list)]
    topics: Annotated[list[Topic], Field(default_factory=list)]
    bands: Annotated[list[Band], Field(default_factory=list)]
    partly: str = ""
    missing: str = ""


class _FrameworkForm(Schema):
    name: Words
    edition: Words
    nation: Words
    source: Words
    given_by: Annotated[str, one_of((STATEMENT, STRAND, TOPIC), "is not a way to give strands")]
    note: str = ""
    strands: Annotated[dict[str, _StrandForm], Field(min_length=1)]


class _FrameworksForm(Schema):
    policy: _PolicyForm
    frameworks: dict[Annotated[str, one_of(FRAMEWORKS, "is not a framework")], _FrameworkForm]


# ------------------------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the school's policy: "Children will be taught ..."."""

    key: str  # P3
    text: str
    source: str  # empty: the policy's section as a whole
    main: tuple[str, ...]  # topics that are about it
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strand:
    key: str  # OR, OSA-2, contact
    name: str
    statements: Mapping[str, bool]  # "Y3-2": was it read in the document?
    topics: frozenset[str]
    bands: frozenset[str]  # empty: all
    partly: str  # what lessons that serve it leave out of it, in words; empty where nothing has to be said
    missing: str  # what to say where no lesson serves it; empty for the usual words


@dataclass(frozen=True, slots=True)
class Framework:
    id: str
    name: str
    edition: str
    nation: str
    source: str
    given_by: str
    note: str  # what has to be said of it as a whole; may be empty
    strands: Mapping[str, Strand]

    def strands_of(self, topic: str, band: str, codes: tuple[str, ...]) -> frozenset[str]:
        """The keys of the strands that a lesson serves which names these codes."""
        if self.given_by == TOPIC:
            return frozenset(
                key for key, one in self.strands.items() if topic in one.topics and (not one.bands or band in one.bands)
            )
        return frozenset(code.partition("-")[0] if self.given_by == STATEMENT else code for code in codes)

    def is_checked(self, code: str) -> bool:
        """Whether the statement was read in the document. A strand is quoted, so it was."""
        match = _CODE.match(code)
        if self.given_by != STATEMENT or match is None:
            return True
        return not code.endswith("*") and self.strands[match[1]].statements.get(match[2], False)


@dataclass(frozen=True, slots=True)
class Frameworks:
    """The policy and the frameworks; none where the file cannot be read."""

    statements: Mapping[str, Statement] = field(default_factory=dict)
    policy_source: str = ""
    prepared_bands: frozenset[str] = frozenset()
    prepared: frozenset[str] = frozenset()  # statements that these bands prepare for
    prepared_says: str = ""
    by_id: Mapping[str, Framework] = field(default_factory=dict)

    def main_statement(self, topic: str) -> str:
        """The statement that a topic is about; empty when the file is missing."""
        return next((key for key, one in self.statements.items() if topic in one.main), "")

    def problem(self, framework: str, code: str, band: str) -> str:
        """What to do about a code that a lesson of this band cannot name; empty when all is well."""
        found = self.by_id.get(framework)
        if found is None:
            return ""
        if found.given_by == TOPIC:
            return f"the topic says what it serves of {framework}: leave `{code}` out"
        if found.given_by == STRAND:
            return "" if code in found.strands else did_you_mean(code, found.strands, f"is not a strand of {framework}")
        match = _CODE.match(code)
        if match is None or match[1] not in found.strands:
            return f"`{code}` is not a code: write it as OR-Y3-1"
        if match[2] not in found.strands[match[1]].statements:
            return f"`{code}` is not in frameworks.yaml: look it up in the document, then add it there"
        if match[3] not in _YEARS[band]:
            return f"`{code}` is not of {band}: name statements of its own years"
        return ""


def read_frameworks(folder: Path, shown_as: str) -> tuple[Frameworks, list[Mistake]]:
    """The frameworks of a content folder; empty ones when the file is not there or cannot be read."""
    file, path = folder / "frameworks.yaml", f"{shown_as}/frameworks.yaml"
    if not file.exists():
        return Frameworks(), [Mistake(path, 1, "add this file: what the lessons serve")]
    read, mistakes = read_yaml(file.read_text(encoding="utf-8-sig"), path)
    form, wrong = fit(_FrameworksForm, read)
    mistakes += wrong
    if form is None:
        return Frameworks(), mistakes
    for name in POLICY:
        if name not in form.policy.statements:
            mistakes.append(read.mistake(f"add {name}", "policy", "statements"))
    for name in FRAMEWORKS:
        if name not in form.frameworks:
            mistakes.append(read.mistake(f"add {name}", "frameworks"))
    policy = form.policy
    return Frameworks(
        {
            key: Statement(key, one.text, one.source, tuple(one.main), tuple(one.also))
            for key, one in policy.statements.items()
        },
        policy.source,
        frozenset(policy.prepared.bands),
        frozenset(policy.prepared.statements),
        policy.prepared.says,
        {name: _framework(name, one) for name, one in form.frameworks.items()},
    ), mistakes


def _framework(name: str, form: _FrameworkForm) -> Framework:
    strands = {
        key: Strand(
            key,
            one.name,
            {code.removesuffix("*"): not code.endswith("*") for code in one.statements},
            frozenset(one.topics),
            frozenset(one.bands),
            one.partly,
            one.missing,
        )
        for key, one in form.strands.items()
    }
    return Framework(name, form.name, form.edition, form.nation, form.source, form.given_by, form.note, strands)
