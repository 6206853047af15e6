"""The numbers that a text must keep to, from CURRICULUM.md 5.1, and the word lists of `words.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from accounts.bands import BANDS

from .reading import Mistake, Schema, fit, read_yaml
from .schema import one_of
from .wording import phrases


@dataclass(frozen=True, slots=True)
class Limits:
    """What a band can read. Lengths are in words, levels are Flesch-Kincaid grades, pairs are least and most."""

    lesson_level: float
    card_level: float  # of a card with 20 words or more
    mean_sentence: float
    longest_sentence: int
    card_words: int
    cards: tuple[int, int]
    taught_words: int
    stem: int
    option: int
    feedback: int
    options: tuple[int, int]  # Help not counted
    decisions: tuple[int, int]  # in a story, CURRICULUM.md 6.1
    minutes: int


LIMITS: Mapping[str, Limits] = {
    "eyfs": Limits(1.0, 2.5, 6, 10, 15, (5, 6), 2, 12, 5, 15, (2, 2), (2, 3), 10),
    "y1-2": Limits(2.0, 4.0, 8.5, 15, 30, (6, 8), 3, 20, 10, 25, (2, 3), (3, 3), 20),
    "y3-4": Limits(3.5, 6.0, 11, 20, 50, (8, 9), 4, 30, 14, 35, (3, 3), (3, 3), 30),
    "y5-6": Limits(5.5, 7.5, 14, 24, 75, (8, 10), 5, 40, 18, 45, (3, 4), (3, 5), 40),
}


@dataclass(frozen=True, slots=True)
class AdultLimits:
    """What a grown-up has time for. `part_level` is for each part of 20 words or more; None where there is none."""

    level: float
    part_level: float | None
    mean_sentence: float
    longest_sentence: int
    minutes: int  # to read it, or to prepare

    @property
    def words(self) -> int:
        return self.minutes * WORDS_A_MINUTE


WORDS_A_MINUTE = 200  # that an adult reads at ease
ADULT_LIMITS: Mapping[str, AdultLimits] = {
    "parent": AdultLimits(7.5, 9, 18, 30, 2),
    "staff": AdultLimits(10, None, 20, 35, 5),
}


# ------------------------------------------------------------------------------------------------------- word lists


class _Solvers(Schema):
    adult: list[str]
    kind: list[str]


class _Meeting(Schema):
    words: list[str]
    permission: list[str]
    accompanied: list[str]


class _Roles(Schema):
    helps: list[str]
    plays: list[str]
    unkind: list[str]


class _WordsForm(Schema):
    forbidden: dict[Annotated[str, one_of(["any", *BANDS], "is not a band")], list[str]]
    forbidden_of_a_person: list[str]
    feedback_openings: list[str]
    idioms: list[str]
    personal_questions: list[str]
    banned_options: list[str]
    solvers: _Solvers
    meeting: _Meeting
    busy: list[str]
    roles: _Roles
    spelling: dict[str, list[str]]
    celebrity_names: list[str]
    brands: list[str]
    brands_with_capital: list[str]
    american: dict[str, str]


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists as patterns. `forbidden` holds one for each band, what is forbidden in all of them included."""

    forbidden: Mapping[str, re.Pattern[str]]
    of_a_person: re.Pattern[str]
    openings: re.Pattern[str]  # at the start of a reply
    idioms: re.Pattern[str]
    personal_questions: re.Pattern[str]
    banned_options: re.Pattern[str]
    adult: re.Pattern[str]
    kind: re.Pattern[str]
    meeting: re.Pattern[str]
    permission: re.Pattern[str]
    accompanied: re.Pattern[str]
    celebrities: re.Pattern[str]
    brands: re.Pattern[str]
    brands_with_capital: re.Pattern[str]  # as written, and not at the start of a sentence
    american: re.Pattern[str]
    british: Mapping[str, str]  # the American word in small letters to ours
    busy: re.Pattern[str]
    roles: Mapping[str, re.Pattern[str]]  # what somebody does, in words, to how a role (or a name) says so
    spelling: Mapping[str, frozenset[str]]  # words that no dictionary holds: in `any` text, or in one lesson's


def read_words(folder: Path, shown_as: str) -> tuple[WordLists | None, list[Mistake]]:
    """The word lists of a content folder; None when they cannot be read."""
    file = folder / "words.yaml"
    path = f"{shown_as}/words.yaml"
    if not file.exists():
        return None, [Mistake(path, 1, "add this file: the words that the check looks for")]
    lists, wrong = _read(file.read_text(encoding="utf-8-sig"), path)
    return lists, list(wrong)


@lru_cache(maxsize=2)  # a thousand words as patterns take half a second, and a test checks a hundred times
def _read(text: str, path: str) -> tuple[WordLists | None, tuple[Mistake, ...]]:
    read, mistakes = read_yaml(text, path)
    form, wrong = fit(_WordsForm, read)
    return (None if form is None else _as_patterns(form)), (*mistakes, *wrong)


def _as_patterns(form: _WordsForm) -> WordLists:
    everywhere = form.forbidden.get("any", [])
    person = phrases(form.forbidden_of_a_person).pattern
    capitals = phrases(form.brands_with_capital).pattern
    return WordLists(
        forbidden={band: phrases([*everywhere, *form.forbidden.get(band, [])]) for band in BANDS},
        of_a_person=re.compile(
            rf"\b(?:is|are|was|were|am|so|be|being|you|he|she|they)\s+(?:so\s+|very\s+)?({person})"
            rf"(?!\s+(?!boy|girl|child|people|person|pupil|mistake)[a-z])"
            rf"|({person})\s+(?:boy|girl|child|children|person|people|pupil|mistake)s?\b",
            re.IGNORECASE,
        ),
        openings=re.compile(rf"^[\"“'‘]?(?:{phrases(form.feedback_openings).pattern})", re.IGNORECASE),
        idioms=phrases(form.idioms),
        personal_questions=phrases(form.personal_questions),
        banned_options=phrases(form.banned_options),
        adult=phrases(form.solvers.adult),
        kind=phrases(form.solvers.kind),
        meeting=phrases(form.meeting.words),
        permission=phrases(form.meeting.permission),
        accompanied=phrases(form.meeting.accompanied),
        celebrities=phrases(form.celebrity_names),
        brands=phrases(form.brands),
        brands_with_capital=re.compile(rf"(?<=[a-z,;:] )(?:{capitals})"),
        american=phrases(form.american),
        british={word.casefold(): ours for word, ours in form.american.items()},
        busy=phrases(form.busy),
        roles={
            "help as grown-ups": phrases(form.roles.helps),
            "play games": phrases(form.roles.plays),
            "are unkind or push": phrases(form.roles.unkind),
        },
        spelling={name: frozenset(words) for name, words in form.spelling.items()},
    )
