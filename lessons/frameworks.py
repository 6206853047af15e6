"""What the objectives serve: the policy's statements and the frameworks' strands, read from `frameworks.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from .reading import Mistake, Schema, did_you_mean, fit, read_yaml
from .schema import FRAMEWORKS, POLICY, Band, Topic, Words, one_of

#: What an objective names of a framework: statements of its strands, or the strands.
STATEMENT, STRAND = "statement", "strand"
_YEARS = {"eyfs": ("R",), "y1-2": ("Y1", "Y2"), "y3-4": ("Y3", "Y4"), "y5-6": ("Y5", "Y6")}
_CODE = re.compile(r"^([A-Z]+)-(R|Y[1-6])-\d+$")


# ----------------------------------------------------------------------------------------------------------- the file


class _StatementForm(Schema):
    text: Words
    source: str = ""
    main: list[Topic]


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
    statements: Annotated[dict[str, Words], Field(default_factory=dict)]
    uncovered: Annotated[dict[str, Words], Field(default_factory=dict)]
    bands: Annotated[list[Band], Field(default_factory=list)]
    partly: str = ""
    missing: str = ""


class _FrameworkForm(Schema):
    name: Words
    short: Words
    edition: Words
    nation: Words
    source: Words
    given_by: Annotated[str, one_of((STATEMENT, STRAND), "is not a way to give strands")]
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


@dataclass(frozen=True, slots=True)
class Code:
    """What an objective names of a framework: a statement of a strand, or a strand."""

    key: str  # OR-Y3-2, OSA-1, contact
    text: str  # what it asks for, in a few words of ours
    is_checked: bool  # read in the document
    is_uncovered: bool  # no objective's words serve it


@dataclass(frozen=True, slots=True)
class Strand:
    key: str  # OR, OSA-2, contact
    name: str
    statements: Mapping[str, Code]  # all that are known, by their keys, from Reception up
    bands: frozenset[str]  # empty: all
    partly: str  # what objectives that serve it leave out of it, in words; empty where nothing has to be said
    missing: str  # no objective serves it, and what to say of that; empty where one does


@dataclass(frozen=True, slots=True)
class Framework:
    id: str
    name: str
    short: str  # as an objective's line has it
    edition: str
    nation: str
    source: str
    given_by: str
    note: str  # what has to be said of it as a whole; may be empty
    strands: Mapping[str, Strand]

    def strand_of(self, code: str) -> str:
        """The key of the strand that an objective serves which names this code."""
        return code.partition("-")[0] if self.given_by == STATEMENT else code

    def code(self, key: str) -> Code | None:
        """What stands under this key; None where nothing does. A strand is quoted, so it was read in the document."""
        strand = self.strands.get(self.strand_of(key))
        if strand is None:
            return None
        if self.given_by == STATEMENT:
            return strand.statements.get(key)
        return Code(key, strand.name, True, bool(strand.missing))


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
        """What to do about a code that an objective of this band cannot name; empty when all is well."""
        found = self.by_id.get(framework)
        if found is None:
            return ""
        if found.given_by == STRAND:
            strand = found.strands.get(code)
            if strand is None:
                return did_you_mean(code, found.strands, f"is not a strand of {framework}")
            if strand.bands and band not in strand.bands:
                return f"`{code}` is not of {band}: name what is of its own years"
            return f"frameworks.yaml says that `{code}` is missing: change one of the two" if strand.missing else ""
        if code.endswith("*"):
            return f"write `{code[:-1]}` without the star: frameworks.yaml says what is from memory"
        match = _CODE.match(code)
        if match is None or match[1] not in found.strands:
            return f"`{code}` is not a code: write it as OR-Y3-1"
        known = found.code(code)
        if known is None:
            return f"`{code}` is not in frameworks.yaml: look it up in the document, then add it there"
        if match[2] not in _YEARS[band]:
            return f"`{code}` is not of {band}: name what is of its own years"
        if known.is_uncovered:
            return f"frameworks.yaml says that `{code}` is uncovered: change one of the two"
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
        {key: Statement(key, one.text, one.source, tuple(one.main)) for key, one in policy.statements.items()},
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
            _statements(key, one),
            frozenset(one.bands),
            one.partly,
            one.missing,
        )
        for key, one in form.strands.items()
    }
    return Framework(
        name, form.name, form.short, form.edition, form.nation, form.source, form.given_by, form.note, strands
    )


def _statements(strand: str, form: _StrandForm) -> dict[str, Code]:
    """Both lists as one, in the order of the years."""
    both = {**dict.fromkeys(form.statements, False), **dict.fromkeys(form.uncovered, True)}
    texts = {**form.statements, **form.uncovered}
    found = (
        Code(f"{strand}-{code.removesuffix('*')}", texts[code], not code.endswith("*"), is_uncovered)
        for code, is_uncovered in sorted(both.items())
    )
    return {code.key: code for code in found}
