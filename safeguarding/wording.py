"""What the desk says: priorities, states, kinds of concern, and each entry of a chronology in words. Asks nothing.

The kinds use the words of Keeping Children Safe in Education (England): content, contact, conduct, commerce.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from accounts.bands import YEAR_NAMES
from accounts.school_time import clock_words, date_words, local

from .concerns import NOTE, THIS_WEEK, TODAY
from .models import Entry, Look, Source, State
from .school_hours import day_words
from .telling import FEELINGS, WANTS

PRIORITIES: Mapping[int, str] = MappingProxyType({TODAY: "Today", THIS_WEEK: "This week", NOTE: "Note"})
STATES: Mapping[str, str] = MappingProxyType(
    {
        State.NEW: "New",
        State.READ: "Read",
        State.ACTION: "Action set",
        State.WAITING: "Waiting on others",
        State.CLOSED: "Closed",
    }
)
SHELF_NAMES: Mapping[str, str] = MappingProxyType({"open": "Open", "waiting": "Waiting on others", "closed": "Closed"})
SOURCES: Mapping[str, str] = MappingProxyType(
    {Source.PUPIL: "from pupil", Source.STAFF: "from staff", Source.FAMILY: "from family"}
)
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "contact": "Online contact",
        "content": "Online content",
        "conduct": "Online conduct",
        "commerce": "Commerce or scams",
        "bullying": "Bullying",
        "home": "Home",
        "health": "Health and wellbeing",
        "friendship": "Friendship",
        "testing": "Testing the button",
        "other": "Other",
    }
)
#: How a session was opened. Evidence says this, and never that a child wrote something (TRUST.md 2.1).
_HOW: Mapping[str, str] = MappingProxyType(
    {
        "pictures": "signed in with pictures",
        "words": "signed in with three words",
        "card": "signed in with a card",
        "let-in": "let in by a teacher",
        "password": "signed in with a password",
    }
)
#: What the child is shown, once (DESIGN.md 19).
WORD_BACK = "Someone at school would like a chat with you. You are not in trouble."


def reference(number: int) -> str:
    return f"SH-{number:04}"


def how_words(how: str) -> str:
    return _HOW.get(how, how)


def wants_words(wants: str) -> str:
    return WANTS.get(wants, sentence(wants))


def feeling_words(feeling: str) -> str:
    return FEELINGS.get(feeling, sentence(feeling))


def sentence(key: str) -> str:
    """A key of a form as a person reads it: "not-sure" is "Not sure"."""
    said = key.replace("-", " ").replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def class_words(class_name: str, year_group: int | None) -> str:
    """ "Willow, Year 3"; what is not known is left out."""
    year = YEAR_NAMES[year_group] if year_group is not None and 0 <= year_group < len(YEAR_NAMES) else ""
    return ", ".join(each for each in (class_name, year) if each)


def when_words(moment: datetime, at: datetime, timezone: str) -> str:
    """As short as can be understood: "Today 09:42", "Fri 14:10", "3 November 2026, 14:10"."""
    then, here = local(moment, timezone), local(at, timezone)
    days = (here.date() - then.date()).days
    clock = clock_words(moment, timezone)
    if days in (0, 1):
        return f"{('Today', 'Yesterday')[days]} {clock}"
    if 1 < days < 7:
        return f"{then:%a} {clock}"
    return f"{date_words(moment, timezone)}, {clock}"


def exact_words(moment: datetime, timezone: str) -> str:
    """For the record: "Mon 23 November 2026, 09:42"."""
    return f"{local(moment, timezone):%a} {date_words(moment, timezone)}, {clock_words(moment, timezone)}"


def written_words(text: str, timezone: str) -> str:
    """When something was written offline, by the device's own clock; as it stands where that is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return exact_words(moment, timezone) if moment.tzinfo is not None else text


@dataclass(frozen=True, slots=True)
class Said:
    """One entry in words: what it is, and what it says, as pairs of label (or nothing) and words."""

    head: str
    rows: tuple[tuple[str, str], ...] = ()


def said_of(kind: Entry, content: Mapping[str, Any]) -> Said:
    """An entry of a chronology. What a transfer needs (full name, date of birth) is not shown here."""

    def text(name: str) -> str:
        return str(content.get(name) or "")

    match kind:
        case Entry.TOLD:
            return Said(f"Sent {SOURCES.get(text('source'), '')}".rstrip(), _rows(("", text("words"))))
        case Entry.CHILD:
            named = class_words(text("class_name"), content.get("year_group"))
            return Said("It is about " + ", ".join(each for each in (text("about_name"), named) if each))
        case Entry.CATEGORY:
            return Said(f"Kind: {CATEGORIES.get(text('category'), text('category')).lower()}")
        case Entry.PRIORITY:
            return Said(f"Priority: {PRIORITIES.get(content.get('priority', 0), '').lower()}")
        case Entry.NOTE:
            return Said("Note", _rows(("", text("words")), ("Why", text("reason"))))
        case Entry.ACTION:
            by = day_words(date.fromisoformat(text("by"))) if text("by") else ""
            head = "Next step, waiting on others" if content.get("is_waiting") else "Next step"
            return Said(head, _rows(("", text("words")), ("Who", text("who")), ("By", by)))
        case Entry.INFORMED:
            return Said("Told", _rows(("Who", text("who")), ("Why", text("why"))))
        case Entry.OUTCOME:
            return Said("Closed", _rows(("", text("words"))))
        case Entry.REOPENED:
            return Said("Opened again", _rows(("", text("words"))))
        case Entry.WORD_BACK:
            return Said("A word back waits for the child", _rows(("", text("words"))))
        case Entry.SEE_ME:
            return Said(f"Asked {text('to_name')}: please see me about {text('about')}")
        case Entry.ALERTED:
            whom = {"deputies": "the deputies", "head": "the head", "office": "the office"}.get(text("whom"), "others")
            return Said(f"Not read yet: {whom} told that something waits")
        case Entry.TRANSFER:
            return Said("Exported for another school", _rows(("To", text("to_school"))))
        case Entry.RECEIPT:
            return Said("The next school has it", _rows(("Who", text("received_by"))))
    return Said(
        {
            Entry.FULL_NAME: "Full name and date of birth typed for a transfer",
            Entry.ERASED: "Erased by the retention rule",
            Entry.GLASS: "Break-glass",
        }[kind]
    )


def _rows(*rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(row for row in rows if row[1])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read a concern on one day, and how: "Mrs Okafor opened it 4 times"."""

    name: str
    did: str
    first: datetime
    last: datetime
    times: int


_DID: Mapping[Look, str] = MappingProxyType(
    {
        Look.LIST: "saw it in the list",
        Look.OPEN: "opened it",
        Look.PRINT: "printed it",
        Look.EXPORT: "exported it",
        Look.WORD_BACK: "was shown the word back",
        Look.LOG: "read who has read it",
    }
)


def readers(looks: list[tuple[datetime, Look, str]], timezone: str) -> list[Reader]:
    """Looks in order, those of one person on one day joined."""
    found: dict[tuple[str, Look, object], Reader] = {}
    for moment, kind, name in looks:
        key = name, kind, local(moment, timezone).date()
        before = found.get(key)
        first, times = (before.first, before.times) if before is not None else (moment, 0)
        found[key] = Reader(name, _DID[kind], first, moment, times + 1)
    return sorted(found.values(), key=lambda each: each.first)
