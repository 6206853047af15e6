"""The rules for `misconceptions.yaml`: a short name, ten minutes in four parts that the youngest who hold the idea can
follow, and bands that say where the quizzes meet it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from accounts.bands import BANDS

from .check import SERVICES, Rules, check_words, long_sentences, missing_condition
from .compiler import Passage
from .reading import Mistake, Read, read_yaml
from .registers import Misconception
from .standard import ADULT_LIMITS, LIMITS
from .wording import sentences, words

PATH = "misconceptions.yaml"
PARTS = ("say", "ask", "show", "check")
#: At most so many words in each part, and the least and most in a name.
LONGEST = 28
NAME = (2, 6)
#: What comes between the question of `check` and its answer.
LOOK_FOR = "Look for:"
#: Where the question of `ask` begins, after a setting such as "If a box pops up, ".
_OPEN = re.compile(r"^(?:[^,?]+, )?(?:what|how|who|whose|when|where|which|why)\b", re.IGNORECASE)
_ACCUSES = re.compile(r"\bwhy (?:did|didn['’]t|do|don['’]t|have|haven['’]t|would|were) you\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """A part as `check_words` takes it: said to pupils of a band. Services may be named: the teacher explains."""

    band: str
    facts: tuple[str, ...] = tuple(SERVICES.values())


def check_ideas(
    folder: Path, shown_as: str, tags: Mapping[str, Collection[str]], all_read: bool, rules: Rules
) -> Iterator[Mistake]:
    """Everything about the register that a program can see. `tags`: the bands whose quizzes are tagged with each idea;
    `all_read`: no quiz was left out, so a band without a tag has none."""
    file = folder / PATH
    if not file.exists():
        return  # told where the registers are read
    read, _ = read_yaml(file.read_text(encoding="utf-8-sig"), f"{shown_as}/{PATH}")
    ideas = rules.registers.misconceptions
    names = Counter(idea.name.casefold() for idea in ideas.values())
    for idea in ideas.values():
        yield from _bands(read, idea, tags.get(idea.id, ()), all_read)
        yield from _name(read, idea, names)
        yield from _parts(read, idea)
        yield from _wording(read, idea, rules)


def _bands(read: Read, idea: Misconception, tagged: Collection[str], all_read: bool) -> Iterator[Mistake]:
    if list(idea.bands) != [band for band in BANDS if band in idea.bands]:
        yield read.mistake("name each band once, from Reception up", idea.id, "bands")
    for band in BANDS:
        if band in tagged and band not in idea.bands:
            yield read.mistake(f"a quiz of {band} is tagged with `{idea.id}`: add {band}", idea.id, "bands")
        if band in idea.bands and band not in tagged and all_read:
            yield read.mistake(f"no option of {band} is tagged with `{idea.id}`: take {band} out", idea.id, "bands")


def _name(read: Read, idea: Misconception, names: Mapping[str, int]) -> Iterator[Mistake]:
    least, most = NAME
    if not least <= len(words(idea.name)) <= most:
        yield read.mistake(f"{len(words(idea.name))} words in this name: make it {least} to {most}", idea.id, "name")
    if names[idea.name.casefold()] > 1:
        yield read.mistake(f"`{idea.name}` is here twice: name one of them another way", idea.id, "name")


def _parts(read: Read, idea: Misconception) -> Iterator[Mistake]:
    say, ask, check = idea.reteach.say, idea.reteach.ask, idea.reteach.check
    for part in PARTS:
        count = len(words(getattr(idea.reteach, part)))
        if count > LONGEST:
            yield read.mistake(f"{count} words in {part}: cut it to {LONGEST}", idea.id, "reteach", part)
    if len(sentences(say)) > 2:
        yield read.mistake("say it in one or two sentences", idea.id, "reteach", "say")
    if len(sentences(ask)) != 1 or not ask.endswith("?"):
        yield read.mistake("write one question, which ends with a question mark", idea.id, "reteach", "ask")
    if not _OPEN.match(ask):
        message = "ask what, how, who, when, where or which: a yes or a no ends the talk"
        yield read.mistake(message, idea.id, "reteach", "ask")
    question, _, answer = (side.strip() for side in check.partition(LOOK_FOR))
    if not re.search(r"\?[\"”']?$", question) or not answer:
        message = f"write a question and what to hear: Which is safe? {LOOK_FOR} the gate."
        yield read.mistake(message, idea.id, "reteach", "check")
    for part, said in (("say", say), ("ask", ask), ("check", question)):
        if found := _ACCUSES.search(said):
            yield read.mistake(f"`{found[0]}` blames: ask it another way", idea.id, "reteach", part)
        youngest = LIMITS[idea.bands[0]]
        passage = Passage(read.line(idea.id, "reteach", part), said)
        yield from long_sentences(sentences(said), passage, read.path, youngest.longest_sentence)


def _wording(read: Read, idea: Misconception, rules: Rules) -> Iterator[Mistake]:
    """What pupils of these bands are not to hear, adults do not say to them either; the wrong idea itself is free."""
    for part in PARTS:
        passage = Passage(read.line(idea.id, "reteach", part), getattr(idea.reteach, part))
        for band in idea.bands:
            yield from check_words(passage, read.path, _Said(band), "pupil", rules)
    for part in ("name", "belief"):
        passage = Passage(read.line(idea.id, part), getattr(idea, part))
        yield from check_words(passage, read.path, _Said(idea.bands[0]), "pupil", rules, is_wrong_choice=True)
    told = " ".join(getattr(idea.reteach, part) for part in PARTS)
    missing = missing_condition(told, told, rules.words)
    if missing:
        yield read.mistake(missing, idea.id, "reteach")
    grade = rules.level(told) if rules.level else 0
    if grade > ADULT_LIMITS["staff"].level:
        message = f"reading level {grade} here: use shorter words and sentences, to {ADULT_LIMITS['staff'].level:g}"
        yield read.mistake(message, idea.id, "reteach")
