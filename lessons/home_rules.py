"""The rules for `home.yaml`: short, open, no blame and no fear, and something for each wrong idea and each lesson."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from accounts.bands import BANDS

from .check import Rules, check_words
from .compiler import Passage
from .lesson import PLACES
from .reading import Mistake, Read, did_you_mean, read_yaml
from .registers import Home, make_home
from .standard import ADULT_LIMITS
from .wording import phrases, sentences, words

PATH = "home.yaml"
#: At most so many words: in a question, and in each part of a lesson's card.
LONGEST_QUESTION = 18
LONGEST = {"practised": 16, "activity": 28, "settings": 20}
BEGINS = "{name} practised "
LESSON_IDS = tuple(f"{topic}.{band}" for topic in PLACES for band in BANDS)
#: A question that can be answered by yes or no ends the talk.
_OPEN = re.compile(r"^(?:If [^?]+, )?(?:what|how|who|whose|when|where|which|why)\b", re.IGNORECASE)
_ACCUSES = re.compile(r"\bwhy (?:did|didn['’]t|do|don['’]t|have|haven['’]t|would|were) you\b", re.IGNORECASE)
_JUDGES = phrases(
    ["wrong", "mistake", "mistakes", "fault", "blame", "trouble", "naughty", "silly of", "should have", "shouldn't"]
)
_FRIGHTENS = phrases(["danger", "dangerous", "scare", "scared", "frightening", "strangers", "stranger", "criminals"])


@dataclass(frozen=True, slots=True)
class _Said:
    """A part of the file as `check_words` takes it: for which band; no fact is put in."""

    band: str
    facts: tuple[str, ...] = ()


def check_home(
    folder: Path, shown_as: str, lessons: Collection[str], rules: Rules, complete: bool
) -> Iterator[Mistake]:
    """Everything about the file that a program can see. `lessons`: the ids of those that are written."""
    file = folder / PATH
    if not file.exists():
        return  # told where the registers are read
    read, _ = read_yaml(file.read_text(encoding="utf-8-sig"), f"{shown_as}/{PATH}")
    home, _ = make_home(read)
    yield from _questions(read, home, rules)
    yield from _parts(read, home, lessons, rules)
    yield from _twice(read, home)
    if complete:
        for idea in rules.registers.misconceptions:
            if idea not in home.questions:
                yield read.mistake(f"write a question for `{idea}`", "questions")


def _questions(read: Read, home: Home, rules: Rules) -> Iterator[Mistake]:
    oldest = list(BANDS)[-1]
    for idea, question in home.questions.items():
        where = ("questions", idea)
        if idea not in rules.registers.misconceptions:
            known = rules.registers.misconceptions
            yield read.mistake(did_you_mean(idea, known, "is not in misconceptions.yaml"), *where)
        if len(words(question)) > LONGEST_QUESTION:
            yield read.mistake(f"{len(words(question))} words in this question: cut it to {LONGEST_QUESTION}", *where)
        if not question.endswith("?") or len(sentences(question)) != 1:
            yield read.mistake("write one question, which ends with a question mark", *where)
        if not _OPEN.match(question):
            yield read.mistake("ask what, how, who, when, where or which: a yes or a no ends the talk", *where)
        for match in (_ACCUSES.search(question), _JUDGES.search(question), _FRIGHTENS.search(question)):
            if match:
                yield read.mistake(f"`{match[0]}` blames or frightens: ask it another way", *where)
        yield from _plain_words(read, where, question, oldest, rules)


def _parts(read: Read, home: Home, lessons: Collection[str], rules: Rules) -> Iterator[Mistake]:
    for name, most in LONGEST.items():
        parts = getattr(home, name)
        for lesson, text in parts.items():
            if lesson not in LESSON_IDS:
                yield read.mistake(did_you_mean(lesson, LESSON_IDS, "is not a lesson"), name, lesson)
                continue
            if len(words(text)) > most:
                yield read.mistake(f"{len(words(text))} words here: cut it to {most}", name, lesson)
            if name != "activity" and len(sentences(text)) != 1:
                yield read.mistake("write one sentence", name, lesson)
            if name == "practised" and not text.startswith(BEGINS):
                yield read.mistake(f"begin with {BEGINS.strip()}", name, lesson)
            yield from _plain_words(read, (name, lesson), text.replace("{name}", "Sam"), lesson.split(".")[1], rules)
        for lesson in lessons:
            if lesson not in parts:
                yield read.mistake(f"write {name} for {lesson}: its lesson is there", name)
    for lesson in home.practised if rules.level else ():
        text = " ".join(getattr(home, name).get(lesson, "") for name in LONGEST).replace("{name}", "Sam")
        grade = rules.level(text) if rules.level else 0
        if grade > ADULT_LIMITS["parent"].level:
            message = f"reading level {grade} on this lesson's card: use shorter words, to 7.5"
            yield read.mistake(message, "practised", lesson)


def _plain_words(read: Read, where: Iterable[str], text: str, band: str, rules: Rules) -> Iterator[Mistake]:
    """What pupils are not to hear, adults do not say to them either; nor is a brand or a bare fact named."""
    passage = Passage(read.line(*where), text)
    yield from check_words(passage, read.path, _Said(band), "pupil", rules)


def _twice(read: Read, home: Home) -> Iterator[Mistake]:
    counted = Counter(home.questions.values())
    for idea, question in home.questions.items():
        if counted[question] > 1:
            yield read.mistake("this question is here twice: ask something else", "questions", idea)
