"""What a parent or carer reads about one child under the home card: words of the lessons done, no measure of anything.

Pure. Never a score, a rank, a day or an hour: when a lesson was done is told by its term alone (TRUST.md 2.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.school_time import local
from lessons.lesson import PLACE_ART, PLACE_NAMES, Lesson

#: The numbers and addresses on the card; each is a fact of `facts.yaml` that parents may read.
HELP_LINES = ("nspcc-phone", "childline-phone", "ceop-site", "emergency-phone")
#: Said in a sentence each, for who looks further.
MORE_HELP = ("nspcc-email", "report-remove", "iwf-site", "report-harmful-content", "report-fraud-phone", "adult-guides")


@dataclass(frozen=True, slots=True)
class Help:
    """Where adults get help."""

    leads: str  # who leads on safeguarding at the school; empty where it has named nobody
    nspcc_phone: str
    childline_phone: str
    ceop_site: str
    emergency_phone: str


@dataclass(frozen=True, slots=True)
class LessonDone:
    """One lesson in the words of its own page for parents and carers."""

    title: str
    place_name: str
    art: str  # the place's drawing
    term: str  # "Autumn term 2026"
    learned: str  # html
    points: tuple[str, ...]  # three short things, in the pupil's words
    say_at_home: str
    ask: tuple[str, ...]
    listen: str  # may be empty
    do: str  # html
    know: str  # html; may be empty


@dataclass(frozen=True, slots=True)
class Summary:
    """A child's page. `lessons` has the newest first and may be empty."""

    child: str  # first name
    lessons: tuple[LessonDone, ...]


def make_summary(child: str, finished: Iterable[tuple[Lesson, datetime]], timezone: str) -> Summary:
    """The summary of a child with this first name; `finished` in any order."""
    newest_first = sorted(finished, key=lambda one: one[1], reverse=True)
    return Summary(child, tuple(_done(lesson, term_of(at, timezone)) for lesson, at in newest_first))


def _done(lesson: Lesson, term: str) -> LessonDone:
    return LessonDone(
        title=lesson.title,
        place_name=PLACE_NAMES[lesson.place],
        art=PLACE_ART[lesson.place],
        term=term,
        learned=lesson.parent_learned,
        points=lesson.learned,
        say_at_home=lesson.say_at_home,
        ask=lesson.parent_ask,
        listen=lesson.parent_listen,
        do=lesson.parent_do,
        know=lesson.parent_know,
    )


def term_of(at: datetime, timezone: str) -> str:
    """The term and its year, roughly, from the school's month: nothing finer is told."""
    here = local(at, timezone)
    if here.month >= 9:
        return f"Autumn term {here.year}"
    return f"Spring term {here.year}" if here.month <= 3 else f"Summer term {here.year}"
