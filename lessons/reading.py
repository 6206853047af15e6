"""Reads the files that teachers and authors write, and answers in their language: which file, which line, what to do.

YAML is narrowed (DESIGN.md 4): a plain word is only ever null, true or false, a whole number, or a date such as
2026-11-22. Everything else stays a word, so `Yes`, `0300`, `12:30` and `1.10` are what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:  # libyaml is ten times as fast and in every PyYAML wheel; without it the same answers come more slowly
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Where = tuple[str | int, ...]  # the keys and places that lead to a value, as pydantic's `loc`


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something an author can put right. `message` says what to do, in plain English."""

    path: str
    line: int  # 1, 2, ...
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Schema(BaseModel):
    """What a file may hold: exact types, and no key that nobody reads."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Read:
    """A YAML text as plain values, and the line of everything in it."""

    path: str
    value: object
    lines: Mapping[Where, int]

    def line(self, *where: str | int) -> int:
        """The line of what stands there, or of the nearest thing around it that is written down."""
        for length in range(len(where), 0, -1):
            line = self.lines.get(tuple(where[:length]))
            if line is not None:
                return line
        return self.lines.get((), 1)

    def mistake(self, message: str, *where: str | int) -> Mistake:
        return Mistake(self.path, self.line(*where), message)


_NULL, _BOOL, _INT, _DATE, _STR, _SEQ, _MAP = (
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "timestamp", "str", "seq", "map")
)
_PLAIN = (
    (_NULL, re.compile(r"null|~|")),
    (_BOOL, re.compile(r"true|false")),
    (_INT, re.compile(r"-?(?:0|[1-9][0-9]*)")),
    (_DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
)
_NOT_ALWAYS_WORDS = frozenset("ntf~-0123456789")  # what a plain scalar of another kind begins with


class _Loader(_SafeLoader):
    """PyYAML's own safe parser with our few plain words instead of YAML 1.1's."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that has none written; `implicit[0]` says that a scalar stands without quotes."""
        if kind is not yaml.ScalarNode:
            return _SEQ if kind is yaml.SequenceNode else _MAP
        if implicit[0] and (not value or value[0] in _NOT_ALWAYS_WORDS):
            return next((tag for tag, pattern in _PLAIN if pattern.fullmatch(value)), _STR)
        return _STR


def read_yaml(text: str, path: str, first_line: int = 1) -> tuple[Read, list[Mistake]]:
    """The values of a YAML text. `first_line` is the line of the file on which the text begins.

    Mistakes: text that is not YAML (the value is then None), a key given twice, an alias, a tag, a date that no
    calendar has.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        return Read(path, None, {(): line}), [Mistake(path, line, f"mend the YAML: {_plain(error)}")]
    except yaml.YAMLError as error:
        return Read(path, None, {(): first_line}), [Mistake(path, first_line, f"mend the YAML: {error}")]
    lines: dict[Where, int] = {(): first_line}
    mistakes: list[Mistake] = []
    seen: set[int] = set()

    def line_of(node: yaml.Node) -> int:
        return int(node.start_mark.line) + first_line

    def wrong(node: yaml.Node, message: str) -> None:
        mistakes.append(Mistake(path, line_of(node), message))

    def value_of(node: yaml.Node, where: Where) -> object:
        if id(node) in seen:
            wrong(node, "write it out again: & and * are not used here")
            return None
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == _MAP:
            return mapping_of(node, where)
        if isinstance(node, yaml.SequenceNode) and node.tag == _SEQ:
            values = []
            for index, child in enumerate(node.value):
                lines[*where, index] = line_of(child)
                values.append(value_of(child, (*where, index)))
            return values
        if isinstance(node, yaml.ScalarNode):
            return scalar_of(node)
        wrong(node, f"take out {node.tag}: tags are not used here")
        return None

    def mapping_of(node: yaml.MappingNode, where: Where) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, child in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                wrong(key_node, "a name before a colon is one word or a few, not a list")
                continue
            if key in values:
                wrong(key_node, f"`{key}` is here twice: keep one")
                continue
            lines[*where, key] = line_of(key_node)
            values[key] = value_of(child, (*where, key))
        return values

    def scalar_of(node: yaml.ScalarNode) -> object:
        word = str(node.value)
        if node.tag == _STR:
            return word
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL and word in {"true", "false"}:
            return word == "true"
        try:
            if node.tag == _INT:
                return int(word)
            if node.tag == _DATE:
                return date.fromisoformat(word)
        except ValueError:
            wrong(node, f"{word} is not a date: write year-month-day, as 2026-11-22")
            return None
        wrong(node, f"take out {node.tag}: tags are not used here")
        return None

    value = None if node is None else value_of(node, ())
    return Read(path, value, lines), mistakes


def _plain(error: yaml.MarkedYAMLError) -> str:
    """What PyYAML found, with the two commonest causes in plain words."""
    problem = error.problem or error.context or "it cannot be read"
    if "mapping values are not allowed" in problem:
        return "a colon stands inside words here; put the words in quotes"
    if "tab" in problem or "cannot start any token" in problem:
        return "use spaces, not tabs, and put words that begin with @, ` or % in quotes"
    if "expected <block end>" in problem or "did not find expected" in problem:
        return "a quote, bracket or space is missing on this line or the one before"
    return problem


AnySchema = TypeVar("AnySchema", bound=Schema)


def fit(schema: type[AnySchema], read: Read, at: str = "") -> tuple[AnySchema | None, list[Mistake]]:
    """The read value (or what stands under the key `at`) as this schema, or None and every mistake in it."""
    value = read.value[at] if at and isinstance(read.value, dict) else read.value
    before = (at,) if at else ()
    if value is None:
        return None, [read.mistake(f"add {_all_names(_required(schema))}", *before)]
    try:
        return schema.model_validate(value), []
    except ValidationError as error:
        problems = error.errors(include_url=False)
        return None, sorted({_explain(schema, read, before, problem) for problem in problems})


def _required(schema: type[Schema]) -> list[str]:
    return [name for name, field in schema.model_fields.items() if field.is_required()]


def _explain(schema: type[Schema], read: Read, before: Where, problem: Mapping[str, Any]) -> Mistake:
    """One of pydantic's errors as a remedy."""
    inside: Where = tuple(problem["loc"])
    where = (*before, *inside)
    kind: str = problem["type"]
    given = problem.get("input")
    context: Mapping[str, Any] = problem.get("ctx") or {}
    name = _name(where)
    if kind == "missing":
        return read.mistake(f"add {where[-1]}", *where[:-1])
    if kind == "extra_forbidden":
        known = _fields_at(schema, inside[:-1])
        return read.mistake(did_you_mean(str(where[-1]), known, "is not known here"), *where)
    if kind == "value_error":
        return read.mistake(str(context.get("error", problem["msg"])), *where)
    if kind == "string_type":
        if isinstance(given, bool | int | date):
            return read.mistake(f'{name} takes words: put it in quotes, "{_written(given)}"', *where)
        if given is None:
            return read.mistake(f"write something for {name}, or take it out", *where)
        return read.mistake(f"{name} takes words, not a list", *where)
    remedy = {
        "list_type": f"{name} takes a list: [one, two]",
        "dict_type": f"{name} takes names and values, one a line",
        "model_type": f"{name} takes names and values, one a line",
        "model_attributes_type": f"{name} takes names and values, one a line",
        "int_type": f"{name} takes a whole number without quotes",
        "bool_type": f"{name} takes true or false",
        "date_type": f"{name} takes a date without quotes, as 2026-11-22",
        "string_too_short": f"write something for {name}",
        "string_pattern_mismatch": f"{name}: `{_written(given)}` is not written as it should be",
        "too_short": f"{name} takes at least {context.get('min_length')}, and has {context.get('actual_length')}",
        "too_long": f"{name} takes at most {context.get('max_length')}, and has {context.get('actual_length')}",
        "greater_than_equal": f"{name} is at least {context.get('ge')}",
    }.get(kind, f"{name}: {problem['msg']}")
    return read.mistake(remedy, *where)


def did_you_mean(word: str, known: Iterable[str], complaint: str) -> str:
    """`cirlces` is not known here: did you mean `circles`?"""
    choices = list(known)
    near = get_close_matches(word.casefold(), choices, n=1, cutoff=0.6)
    if near:
        return f"`{word}` {complaint}: did you mean `{near[0]}`?"
    return f"`{word}` {complaint}: use {_all_names(choices, 'or')}" if choices else f"`{word}` {complaint}: take it out"


def _all_names(names: Iterable[str], joined_by: str = "and") -> str:
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined_by} {names[-1]}"


def _name(where: Where) -> str:
    """The nearest thing with a name: `things` for ("things", 3), `text` for ("things", 3, "text")."""
    named = [step for step in where if isinstance(step, str)]
    return named[-1] if named else "this"


def _written(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    return "nothing" if given is None else str(given)


def _fields_at(schema: type[Schema], where: Where) -> list[str]:
    """The keys that the schema knows in this place."""
    kinds: list[object] = [schema]
    for step in where:
        below: list[object] = []
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                field = kind.model_fields.get(str(step))
                below += _parts(field.annotation) if field else []
            elif get_origin(kind) in (list, dict):
                below += _parts(get_args(kind)[-1])
        kinds = below
    schemas = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [name for one in schemas for name in one.model_fields]


def _parts(annotation: object) -> list[object]:
    """The members of a union, or the one kind."""
    if get_origin(annotation) in (Union, UnionType):
        return list(get_args(annotation))
    return [annotation]
