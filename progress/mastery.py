"""What we say about one pupil and one objective (CURRICULUM.md 6.4). Pure: no Flask, no database, no clock.

Never a score: four states, and beside them whether the pupil asked for help, which never lowers one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

RECEPTION = "eyfs"


class Mastery(StrEnum):
    """The states, in the words of the page."""

    SECURE = "secure"
    GROWING = "growing"
    NEEDS_ANOTHER_LOOK = "needs another look"
    NOT_SEEN = "not seen yet"


#: Reception is done with an adult beside the child, and says so.
IN_RECEPTION: Mapping[Mastery, str] = {
    Mastery.SECURE: "practised",
    Mastery.GROWING: "with help",
    Mastery.NEEDS_ANOTHER_LOOK: "with help",
    Mastery.NOT_SEEN: "not yet seen",
}


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """The first option ever chosen in each form of one objective: whether it was safe, None where not done.

    Form A is not here: it never counts.
    """

    b: bool | None = None
    c: bool | None = None
    d: bool | None = None
    is_b_later: bool = False  # of B and C, both done, B was the later one


def counted(first: FirstChoices) -> tuple[bool | None, bool | None]:
    """What stands for the quiz (B) and for the check weeks later (C), once D has replaced the later of the two.

    The later one is the one taken last, so D replaces B while C has not been asked, and stands in B's place where there
    is neither.
    """
    if first.d is None:
        return first.b, first.c
    if first.c is None or (first.b is not None and first.is_b_later):
        return first.d, first.c
    return first.b, first.d


def judge(first: FirstChoices) -> Mastery:
    """The state of one objective for one pupil."""
    quiz, later = counted(first)
    if quiz is None:
        return Mastery.NOT_SEEN
    if quiz and later:
        return Mastery.SECURE
    return Mastery.GROWING if quiz or later else Mastery.NEEDS_ANOTHER_LOOK


def word_for(mastery: Mastery, band: str) -> str:
    """The state as this band's teacher reads it; `band` as the curriculum writes it ("y3-4")."""
    return IN_RECEPTION[mastery] if band == RECEPTION else mastery.value


#: The last word of a state that was answered at home in part, where somebody may have helped. It counts all the same.
AT_HOME = "at home"


def in_words(mastery: Mastery, has_asked_for_help: bool, is_home: bool, band: str) -> str:
    """The state with what stands beside it: "growing, asked for help, at home"."""
    beside = [words for words, holds in (("asked for help", has_asked_for_help), (AT_HOME, is_home)) if holds]
    return ", ".join([word_for(mastery, band), *beside])
