"""The words for what a concern's rows hold: for the desk, on paper and in a transfer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import Entry, Source

SOURCE_WORDS: Mapping[str, str] = {
    Source.PUPIL.value: "from pupil",
    Source.STAFF.value: "from staff",
    Source.FAMILY.value: "from family",
    "": "",
}
KIND_WORDS: Mapping[Entry, str] = {
    Entry.TOLD: "Sent",
    Entry.CHILD: "About",
    Entry.CATEGORY: "Category",
    Entry.PRIORITY: "Priority",
    Entry.NOTE: "Note",
    Entry.ACTION: "Next step",
    Entry.INFORMED: "Told",
    Entry.OUTCOME: "Closed",
    Entry.REOPENED: "Opened again",
    Entry.WORD_BACK: "Word back sent",
    Entry.SEE_ME: "Asked a teacher to come",
    Entry.ALERTED: "Passed on by the clock",
    Entry.FULL_NAME: "Full name for a transfer",
    Entry.TRANSFER: "Transfer file made",
    Entry.RECEIPT: "The next school has it",
    Entry.ERASED: "Erased",
    Entry.GLASS: "Break-glass",
}
#: What stands in an entry's content, in the order in which it is read, with its label; the rest is for the computer.
_LABELS: tuple[tuple[str, str], ...] = (
    ("words", ""),
    ("feeling", "Feeling"),
    ("wants", "Would like to talk to"),
    ("about_name", "About"),
    ("class_name", "Class"),
    ("where", "Sent from"),
    ("how", "Signed in"),
    ("written_at", "Written, by the device's clock"),
    ("sent_by", "Handed over while signed in"),
    ("category", "Category"),
    ("reason", "Reason"),
    ("who", "Who"),
    ("by", "By"),
    ("staff_name", "Who"),
    ("whom", "To"),
    ("full_name", "Full name"),
    ("born", "Date of birth"),
    ("to_school", "To"),
    ("received_by", "Received by"),
    ("other_adult", "With"),
)
PRIORITY_WORDS: Mapping[int, str] = {1: "Today", 2: "This week", 3: "Note"}


def said_in(kind: Entry, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an entry says, as pairs of label and words; a label may be empty."""
    found = [(label, str(content[name])) for name, label in _LABELS if content.get(name)]
    if kind is Entry.TOLD and content.get("wants_talk"):
        found.append(("", "Would like a grown-up to come and talk."))
    if kind is Entry.TOLD and content.get("is_for_head"):
        found.append(("", "The sender ticked that it is about somebody of the safeguarding team."))
    if kind is Entry.PRIORITY:
        found.append(("", PRIORITY_WORDS.get(content.get("priority", 0), "")))
    return found
