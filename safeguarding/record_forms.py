"""What the DSL team may record about a concern: each form read and judged. Pure: a form in, an entry or problems out.

A problem stands beside its field, whose name it carries; what was typed goes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from .concerns import LONGEST_NOTE
from .models import Entry, State
from .wording import CATEGORIES, PRIORITIES

LONGEST_LINE = 200
ALREADY_CLOSED = "It has been closed. Open it again first, then record this."
NOT_CLOSED = "It is open already."


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as the chronology would hold it; `problems` says what to do, by field."""

    kind: Entry
    content: Mapping[str, Any]
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form is judged by: who is in the team, by public id, and which day it is at the school."""

    team: Mapping[str, tuple[int, str]]
    today: date


def read_form(what: str, form: Mapping[str, str], asked: Asked) -> Typed:
    """The form with this name, which is one of FORMS."""
    return FORMS[what](form, asked)


def refused_in(what: str, state: str) -> str:
    """Why this form cannot be kept while the concern is in this state; empty where it can."""
    if what == "reopen":
        return "" if state == State.CLOSED else NOT_CLOSED
    return ALREADY_CLOSED if state == State.CLOSED and what not in WHEN_CLOSED else ""


#: The field beside which a form's refusal stands.
FIRST_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "note": "note",
        "action": "action",
        "told": "told_who",
        "outcome": "outcome",
        "reopen": "reopen",
        "priority": "priority",
        "category": "category",
    }
)
#: What each form of the page is typed or chosen in.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "note": ("note", "note_reason"),
        "action": ("action", "action_who", "action_by", "action_waits"),
        "told": ("told_who", "told_why"),
        "outcome": ("outcome",),
        "reopen": ("reopen",),
        "priority": ("priority",),
        "category": ("category",),
        "see-me": ("see_whom",),
    }
)
#: Of these, what shows something from the start and says nothing without the words beside it.
_CHOSEN = frozenset({"action_who", "action_by", "action_waits"})
NOT_KEPT = "This is not kept yet. Save it as well, or take it away."
#: What may still be recorded about a closed concern.
WHEN_CLOSED = frozenset({"note", "told", "category", "reopen"})


def unkept_in(form: Mapping[str, str], sent: str, now: Mapping[str, str], state: str) -> dict[str, str]:
    """What the other forms of the page held when this one was sent, as a line for each that says it is not kept yet.
    `now`: what stands chosen for the fields that always show something."""
    held = {}
    for what, names in FIELDS.items():
        typed = [form.get(name, "").strip() for name in names if name not in _CHOSEN]
        if what != sent and any(typed) and typed != [now.get(names[0])]:
            refusal = refused_in(what, state)
            held[what] = f"This is not kept yet. {refusal}" if refusal else NOT_KEPT
    return held


def _note(form: Mapping[str, str], _asked: Asked) -> Typed:
    words, reason = _text(form, "note"), _line(form, "note_reason")
    problems = _must(words, "note", "Type what you did or saw, then save.")
    return Typed(Entry.NOTE, {"words": words, "reason": reason}, problems)


def _action(form: Mapping[str, str], asked: Asked) -> Typed:
    words, who, by = _text(form, "action"), form.get("action_who", ""), form.get("action_by", "").strip()
    problems = _must(words, "action", "Type what is to be done next.")
    if who not in asked.team:
        problems["action_who"] = "Choose who does it."
    day = _day(by)
    if day is None:
        problems["action_by"] = "Choose the day by which it is done."
    elif day < asked.today:
        problems["action_by"] = "Choose today or a later day."
    who_id, name = asked.team.get(who, (None, ""))
    content = {"words": words, "who_id": who_id, "who": name, "by": by, "is_waiting": "action_waits" in form}
    return Typed(Entry.ACTION, content, problems)


def _told(form: Mapping[str, str], _asked: Asked) -> Typed:
    who, why = _line(form, "told_who"), _text(form, "told_why")
    problems = _must(who, "told_who", "Type who was told.")
    problems |= _must(why, "told_why", "Type why they were told, or why it was decided not to tell them.")
    return Typed(Entry.INFORMED, {"who": who, "why": why}, problems)


def _outcome(form: Mapping[str, str], _asked: Asked) -> Typed:
    words = _text(form, "outcome")
    return Typed(Entry.OUTCOME, {"words": words}, _must(words, "outcome", "Type what came of it and why it can close."))


def _reopen(form: Mapping[str, str], _asked: Asked) -> Typed:
    words = _text(form, "reopen")
    return Typed(Entry.REOPENED, {"words": words}, _must(words, "reopen", "Type why it is opened again."))


def _priority(form: Mapping[str, str], _asked: Asked) -> Typed:
    chosen = next((key for key in PRIORITIES if str(key) == form.get("priority")), None)
    problems = {} if chosen is not None else {"priority": "Choose today, this week or note."}
    return Typed(Entry.PRIORITY, {"priority": chosen}, problems)


def _category(form: Mapping[str, str], _asked: Asked) -> Typed:
    chosen = form.get("category", "")
    problems = {} if chosen in CATEGORIES else {"category": "Choose what kind of concern this is."}
    return Typed(Entry.CATEGORY, {"category": chosen}, problems)


FORMS: Mapping[str, Callable[[Mapping[str, str], Asked], Typed]] = MappingProxyType(
    {
        "note": _note,
        "action": _action,
        "told": _told,
        "outcome": _outcome,
        "reopen": _reopen,
        "priority": _priority,
        "category": _category,
    }
)


def _text(form: Mapping[str, str], name: str) -> str:
    """Words as they were typed, without the empty lines around them."""
    return form.get(name, "").replace("\r\n", "\n").strip()


def _line(form: Mapping[str, str], name: str) -> str:
    return " ".join(form.get(name, "").split())[:LONGEST_LINE]


def _must(words: str, name: str, problem: str) -> dict[str, str]:
    if not words:
        return {name: problem}
    if len(words) > LONGEST_NOTE:
        return {name: f"That is {len(words)} letters. Keep it to {LONGEST_NOTE}, or save it as two notes."}
    return {}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
