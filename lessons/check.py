"""The rules for one lesson that a program can check: CURRICULUM.md 4.1, 5.1, 5.3 and 7.1. Mistakes say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from accounts.bands import BANDS

from .activities.kind import KindForm
from .by_ear import READS_LITTLE, unspeakable
from .compiler import LessonSource, Passage, passages
from .frameworks import Frameworks
from .lesson import Lesson
from .pictures import picture_problem
from .readability import Level, longest_sentence, masked, mean_sentence
from .reading import Mistake
from .registers import FACT, Facts, Registers, facts_in
from .spelling import Dictionary
from .standard import ADULT_LIMITS, LIMITS, WordLists
from .wording import phrase, sentences, stem, words

#: A service's name, and the beginning of the ids of its facts: the name may be typed where one of them is listed.
SERVICES: Mapping[str, str] = {
    "Childline": "childline",
    "CEOP": "ceop",
    "Report Remove": "report-remove",
    "Internet Watch Foundation": "iwf",
    "NSPCC": "nspcc",
    "Professionals Online Safety Helpline": "staff-helpline",
    "Report Harmful Content": "report-harmful-content",
    "Report Fraud": "report-fraud",
}
#: Lessons that the safeguarding lead reads first, CURRICULUM.md 7.2.
HIGH_SENSITIVITY = frozenset({"online-friends.y5-6", "block-report.y5-6", "tell-adult.y5-6", "kind-online.y5-6"})

#: What an activity says after an act may be longer than what is on its cards: CURRICULUM.md 5.1.
REASONS = frozenset({"why", "not_yet", "shows"})
LONGEST_REASON = 25
#: A shorter text has no reading level of its own.
FEWEST_WORDS = 20

_TEENS = "1[2-9]|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
_ANY_AGE = f"[3-9]|1[0-9]|{_TEENS}"
_UNITS = "words?|letters?|minutes?|people|players?|pupils?|characters?|times?|questions?|days?|weeks?|hours?|cards?|of"
#: Facts that are typed, each with what to do: ages, numbers, addresses and laws move, and live in facts.yaml.
BARE_FACTS: Sequence[tuple[re.Pattern[str], str]] = (
    (
        re.compile(
            r"\b(?:under|over|below|above|until|at least|minimum age(?: is| of)?|aged?|age of"
            r"|must be|(?:have|need) to be)"
            rf"[ -](?:you are )?(?:{_TEENS})\b(?! ?(?:{_UNITS})\b)"
            rf"|\bunder[ -](?:{_ANY_AGE})s\b"
            rf"|\b(?:{_ANY_AGE}) ?(?:\+|or over\b|or older\b|and over\b|and older\b)"
            rf"|\b(?:PEGI|BBFC|rated|age rating of) ?(?:{_ANY_AGE})\b",
            re.IGNORECASE,
        ),
        "an age limit moves",
    ),
    (
        re.compile(
            r"(?<![\w-])(?:0\d{2,4}[ -]?\d{3,4}(?:[ -]?\d{3,4})?|999|101|111|112|116 ?\d{3})(?![\w-]|[,.]\d)",
        ),
        "a phone number moves",
    ),
    (
        re.compile(
            r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.[\w.]+"
            r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|uk|gov|io|app|tv|info|eu)\b(?!\w)",
            re.IGNORECASE,
        ),
        "an address moves",
    ),
    (
        re.compile(r"\b(?:[A-Z][\w'’]+ (?:and |of )?)+Act\b(?: \d{4})?|\bGDPR\b|\bdata protection law\b"),
        "a law moves",
    ),
)
_FAULT = re.compile(r"\b(?:not|never|n['’]t|isn['’]t|nobody|no one|without)\b[^.!?]{0,25}$", re.IGNORECASE)
_MARKUP = re.compile(r"\*+|^\s*[-*+]\s+|^\s*\d+\.\s+", re.MULTILINE)
_SCHOOL_ADULT = re.compile(r"\b(?:school|teacher|teachers|class|headteacher|safeguarding lead)\b", re.IGNORECASE)
_OUTSIDE_ADULT = re.compile(
    r"\b(?:home|somewhere else|outside school|Childline|family|club|coach|neighbour)s?\b"
    r"|\b(?:gran|nan|aunt|uncle|carer|parent|mum|dad)s?\b",
    re.IGNORECASE,
)
_MEANING = re.compile(r"\b(?:means?|is when|is called|are called|called|is a|is an|are|is the)\b|:|\(", re.IGNORECASE)
_SIMPLER = "use shorter words and sentences"
_IN_QUOTES = re.compile(r"[\"“][^\"“”]*[\"”]")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a check needs beside the text. `level` is None where textstat is not installed, `dictionary` where
    hunspell-en-gb is not."""

    words: WordLists
    registers: Registers
    level: Level | None
    symbols: frozenset[str]
    today: date
    is_release: bool
    frameworks: Frameworks = field(default_factory=Frameworks)
    dictionary: Dictionary | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]


def check_lesson(source: LessonSource, lesson: Lesson, rules: Rules) -> Findings:
    """Everything about a lesson that a program can see, its quiz apart."""
    mistakes = [*_settings(source, lesson, rules), *_cards(source, lesson), *_taught_words(source, lesson)]
    warnings: list[Mistake] = []
    for reader, passage in passages(source):
        mistakes += check_words(passage, source.path, lesson, reader, rules)
        if reader == "pupil":
            (mistakes if rules.is_release else warnings).extend(unverified(passage, source.path, rules))
    mistakes += _pictures(source, rules)
    mistakes += _by_ear(source)
    mistakes += _lengths(source, lesson, rules)
    mistakes += _meeting(source, lesson, rules)
    (mistakes if rules.is_release else warnings).extend(_reviews(source, rules))
    wrong, notes = _levels(source, lesson, rules)
    return Findings(tuple(mistakes + wrong), tuple(warnings + notes))


# --------------------------------------------------------------------------------------------------------- settings


def _settings(source: LessonSource, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    bands = list(BANDS)
    for index, objective in enumerate(lesson.builds_on):
        band = objective.split(".")[1] if objective.count(".") == 2 else lesson.band
        if band in bands and bands.index(band) >= bands.index(lesson.band):
            yield source.mistake(f"`{objective}` is not from an earlier band: leave it out", "builds_on", index)
    for objective in rules.registers.objectives:
        if objective.startswith(f"{lesson.id}.") and objective not in source.settings.objectives:
            yield source.mistake(f"teach the whole cell: add {objective}", "objectives")
    if not lesson.builds_on and lesson.band != bands[0]:
        yield source.mistake("name an objective of an earlier band that this lesson goes on from", "builds_on")
    for objective in source.settings.objectives:
        if objective not in lesson.strengths:
            yield source.mistake(f"add what a parent reads when {objective} went well", "strengths")
        if not objective.startswith(f"{lesson.id}."):
            yield source.mistake(f"`{objective}` belongs to another lesson", "objectives")
    if len(lesson.vocabulary) > limits.taught_words:
        extra = f"{len(lesson.vocabulary)} taught words: keep {limits.taught_words}"
        yield source.mistake(extra, "vocabulary")
    if lesson.minutes > limits.minutes:
        yield source.mistake(f"{lesson.minutes} minutes is too long: make it {limits.minutes}", "minutes")
    if lesson.id in HIGH_SENSITIVITY and lesson.sensitivity != "high":
        yield source.mistake("the safeguarding lead reads this first: write sensitivity: high", "sensitivity")
    if (lesson.review_by - lesson.reviewed_on).days > 366:
        yield source.mistake("review_by is more than 12 months after reviewed_on: bring it nearer", "review_by")
    if lesson.review_by <= lesson.reviewed_on:
        yield source.mistake("review_by comes after reviewed_on: put the later date", "review_by")
    for objective, text in lesson.strengths.items():
        if "{name}" not in text or re.search(r"\{(?!name\})", text):
            yield source.mistake("write {name} where the child's name goes", "strengths", objective)


def _reviews(source: LessonSource, rules: Rules) -> Iterator[Mistake]:
    if source.settings.review_by < rules.today:
        yield source.mistake(f"review_by has passed ({source.settings.review_by}): read it again", "review_by")


def check_facts(facts: Facts, today: date) -> Iterator[Mistake]:
    """Facts whose review is due: warnings, and mistakes for a release."""
    for fact in facts.by_id.values():
        if fact.review_by < today:
            message = f"review_by of `{fact.id}` has passed ({fact.review_by}): check it again"
            yield Mistake(facts.path, fact.line, message)


def unverified(passage: Passage, path: str, rules: Rules) -> Iterator[Mistake]:
    """Facts in a pupil's text that nobody has checked: warnings, and mistakes for a release."""
    for name in facts_in(passage.text):
        fact = rules.registers.facts.by_id.get(name)
        if fact is not None and fact.status == "unverified" and not fact.is_local:
            message = f"`{name}` is unverified: check its source before pupils read it"
            yield Mistake(path, passage.line_of(name), message)


# ------------------------------------------------------------------------------------------------------------ cards


def _cards(source: LessonSource, lesson: Lesson) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    least, most = limits.cards
    if not least <= len(lesson.cards) <= most:
        count = f"{len(lesson.cards)} cards: make it {least} to {most}"
        yield Mistake(source.path, source.cards[-1].line, count)
    if lesson.band != "eyfs" and lesson.cards[0].kind != "recall":
        yield Mistake(source.path, source.cards[0].line, "begin with a look back: kind=recall")
    last, last_line = lesson.cards[-1], source.cards[-1].line
    if last.kind != "help":
        yield Mistake(source.path, last_line, "end with where help is: kind=help")
    elif not _SCHOOL_ADULT.search(last.text):
        yield Mistake(source.path, last_line, "name an adult at school on the help card")
    elif not _OUTSIDE_ADULT.search(last.text):
        yield Mistake(source.path, last_line, "name an adult outside school on the help card")
    if not any(card.kind == "practise" for card in lesson.cards):
        yield Mistake(source.path, last_line, "add a card that rehearses what to do: kind=practise")
    if lesson.band == "y5-6":
        for card, written in zip(lesson.cards, source.cards, strict=True):
            for sentence in card.speech:
                if "!" in _IN_QUOTES.sub("", sentence):
                    line = line_of(sentence, written.words)
                    yield Mistake(source.path, line, "no exclamation mark in Years 5 and 6, unless somebody speaks")


def _pictures(source: LessonSource, rules: Rules) -> Iterator[Mistake]:
    for card in source.cards:
        yield from check_picture(card.picture, source.path, card.line, rules)
        if card.activity and card.activity_lines:
            for where, picture in card.activity.pictures():
                yield from check_picture(picture, source.path, card.activity_lines.line(*where), rules)
            if source.settings.band in READS_LITTLE:
                for where, text in card.activity.without_picture():
                    message = f"give `{text}` a picture: pupils of this band do not have to read"
                    yield card.activity_lines.mistake(message, *where)


def _by_ear(source: LessonSource) -> Iterator[Mistake]:
    """Who cannot read sees a picture on every card and hears every word."""
    if source.settings.band not in READS_LITTLE:
        return
    if not source.settings.audio:
        yield source.mistake("pupils of this band listen: write audio: true", "audio")
    for card in source.cards:
        if not card.picture and card.activity is None:
            message = "give this card a picture: pupils of this band do not have to read"
            yield Mistake(source.path, card.line, message)


def check_picture(picture: str, path: str, line: int, rules: Rules) -> Iterator[Mistake]:
    """A picture that no sprite holds."""
    if picture and rules.symbols:
        problem = picture_problem(picture, rules.symbols)
        if problem:
            yield Mistake(path, line, problem)


def _taught_words(source: LessonSource, lesson: Lesson) -> Iterator[Mistake]:
    said = [sentence for card in lesson.cards for sentence in card.speech]
    bold = [found for card in source.cards for found in re.findall(r"\*\*(.+?)\*\*", card.words.text, re.DOTALL)]
    for word in lesson.vocabulary:
        if any(_mentions(text, word) for text in bold):
            continue
        if not any(_mentions(sentence, word) for sentence in said):
            yield source.mistake(f"teach `{word}` on a card, or take it out of the vocabulary", "vocabulary", word)
        elif not any(_mentions(sentence, word) and _MEANING.search(sentence) for sentence in said):
            yield source.mistake(f"put `{word}` in **bold** on a card, or say there what it means", "vocabulary", word)


def _mentions(text: str, word: str) -> bool:
    """Whether the word or phrase is in the text, in any of its endings."""
    wanted = [stem(part) for part in words(word)]
    found = [stem(part) for part in words(text)]
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))


def _meeting(source: LessonSource, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    """P3: who speaks of meeting says both conditions. A story card is free; so is, in other topics, a card that only
    mentions that somebody wants to meet, but not one that teaches half of the rule."""
    is_the_topic = lesson.topic == "online-friends"
    told = [
        (f"{card.title}. {card.text}", written.line)
        for card, written in zip(lesson.cards, source.cards, strict=True)
        if card.kind != "story"
    ]
    home = " ".join([*lesson.learned, lesson.say_at_home])
    told.append((home, source.lines.line("learned")))
    if is_the_topic:
        for reader, parts in _adult_parts(source).items():
            text = "\n\n".join(part.text for part in parts)
            told.append((f"{text}\n\n{home}" if reader == "parent" else text, parts[0].line))  # one page to a parent
    for text, line in told:
        missing = missing_condition(text, text, rules.words, whole=is_the_topic)
        if missing:
            yield Mistake(source.path, line, missing)


def missing_condition(text: str, told: str, lists: WordLists, whole: bool = True) -> str:
    """What a text about meeting leaves out; empty when it is about something else, or when `told`, the part of it
    that a pupil is to believe, says both conditions. Not `whole`: also empty when it says neither, as a text does that
    does not teach the rule."""
    if not lists.meeting.search(text):
        return ""
    missing = [
        said
        for pattern, said in ((lists.permission, "the carer's yes"), (lists.accompanied, "the adult who comes too"))
        if not pattern.search(told)
    ]
    if not missing or (len(missing) == 2 and not whole):
        return ""
    return f"it speaks of meeting, so say {' and '.join(missing)}"


# ------------------------------------------------------------------------------------------------------------ words


class Spoken(Protocol):
    """Whatever is written for one band: a lesson, a practice."""

    @property
    def band(self) -> str: ...
    @property
    def facts(self) -> tuple[str, ...]: ...


def check_words(
    passage: Passage, path: str, lesson: Spoken, reader: str, rules: Rules, is_wrong_choice: bool = False
) -> Iterator[Mistake]:
    """Words that this reader should not meet, and facts that are typed. `is_wrong_choice`: what a character might
    wrongly do or think, where a forbidden word may stand."""
    text = FACT.sub("", passage.text).replace("**", "")
    lists = rules.words

    def found(pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
        for match in pattern.finditer(text):
            yield match[0], passage.line + text.count("\n", 0, match.start())

    if reader == "pupil":
        yield from _values(passage, path, lesson.band, rules.registers.facts)
        if lesson.band in READS_LITTLE:
            heard = _MARKUP.sub("", text)
            for sign, at in unspeakable(heard):
                line = passage.line + heard.count("\n", 0, at)
                yield Mistake(path, line, f"`{sign}` cannot be heard: write it as a word")
        if not is_wrong_choice:
            for match in lists.forbidden[lesson.band].finditer(text):
                if "fault" in match[0].casefold() and _FAULT.search(text[: match.start()]):
                    continue  # "it is never your fault" is what we want said
                line = passage.line + text.count("\n", 0, match.start())
                yield Mistake(path, line, f"`{match[0]}` is not for pupils here: say it another way")
            for word, line in found(lists.of_a_person):
                yield Mistake(path, line, f"`{word}` speaks ill of a person: say what they did")
        for word, line in found(lists.idioms):
            yield Mistake(path, line, f"`{word}` may be taken at its word: say it plainly")
        for pattern in (lists.brands, lists.brands_with_capital):
            for word, line in found(pattern):
                yield Mistake(path, line, f"`{word}` is a real brand: make up a name")
    for word, line in found(lists.celebrities):
        yield Mistake(path, line, f"`{word}` is a real person: make up a name")
    for word, line in found(lists.american):
        ours = lists.british.get(" ".join(word.casefold().replace("’", "'").split()), "it the British way")
        yield Mistake(path, line, f"`{word}` is American: write {ours}")
    for pattern, reason in BARE_FACTS:
        for word, line in found(pattern):
            message = f"`{word.strip()}`: {reason}, so write {{{{ fact:its-id }}}} and put it in facts.yaml"
            yield Mistake(path, line, message)
    for service, prefix in SERVICES.items():
        if not any(name.startswith(prefix) for name in lesson.facts):
            for _, line in found(phrase(service)):
                yield Mistake(path, line, f"`{service}` is named: list its fact under facts: ({prefix}...)")


def _values(passage: Passage, path: str, band: str, facts: Facts) -> Iterator[Mistake]:
    """A fact's bare value where pupils of this band have only its sentence: a number is not for them yet."""
    for match in FACT.finditer(passage.text):
        fact = facts.by_id.get(match[2])
        if match[1] == "text" or fact is None or fact.is_local:
            continue
        if fact.value.casefold() not in fact.child_text.get(band, fact.value).casefold():
            message = f"the value itself is not for pupils of {band}: write {{{{ text:{fact.id} }}}}"
            yield Mistake(path, passage.line_of(match[0]), message)


# ---------------------------------------------------------------------------------------------------------- lengths


def plain(text: str, facts: Facts, band: str, reader: str) -> str:
    """Markdown as it is read: facts put in, marks taken out, list items as sentences of their own."""
    lines = []
    for line in facts.fill(text, band, reader).split("\n"):
        is_item = bool(re.match(r"\s*(?:[-*+]|\d+\.)\s", line))
        bare = _MARKUP.sub("", line).strip()
        if is_item and bare and bare[-1] not in '.!?…"”':
            bare += "."
        lines.append(bare)
    return "\n".join(lines)


def _lengths(source: LessonSource, lesson: Lesson, rules: Rules) -> Iterator[Mistake]:
    limits = LIMITS[lesson.band]
    for card, written in zip(lesson.cards, source.cards, strict=True):
        count = len(words(card.text))
        if count > limits.card_words:
            yield Mistake(source.path, written.line, f"{count} words on this card: cut it to {limits.card_words}")
        yield from long_sentences(card.speech, written.words, source.path, limits.longest_sentence)
        if written.activity and written.activity_lines:
            for where, text in written.activity.words():
                said = Passage(written.activity_lines.line(*where), text)
                yield from long_sentences(sentences(text), said, source.path, limits.longest_sentence)
                name = next(step for step in reversed(where) if isinstance(step, str))
                most = LONGEST_REASON if name in REASONS else limits.option
                if len(words(text)) > most:
                    yield Mistake(source.path, said.line, f"{len(words(text))} words in {name}: cut it to {most}")
    for index, text in enumerate(lesson.learned):
        said = Passage(source.lines.line("learned", index), text)
        yield from long_sentences(sentences(text), said, source.path, limits.longest_sentence)
    home = Passage(source.lines.line("say_at_home"), lesson.say_at_home)
    yield from long_sentences(sentences(lesson.say_at_home), home, source.path, limits.longest_sentence)
    for word, meaning in lesson.vocabulary.items():
        said = Passage(source.lines.line("vocabulary", word), meaning)
        yield from long_sentences(sentences(meaning), said, source.path, limits.longest_sentence)
    for objective, text in lesson.strengths.items():
        said = Passage(source.lines.line("strengths", objective), text)
        yield from long_sentences(sentences(text), said, source.path, ADULT_LIMITS["parent"].longest_sentence)
    mean = mean_sentence("\n\n".join(card.text for card in lesson.cards))
    if mean > limits.mean_sentence:
        message = f"{mean} words a sentence in this lesson: bring it down to {limits.mean_sentence:g}"
        yield Mistake(source.path, source.cards[0].line, message)
    for reader, parts in _adult_parts(source).items():
        adult = ADULT_LIMITS[reader]
        for part in parts:
            text = plain(part.text, rules.registers.facts, lesson.band, reader)
            yield from long_sentences(sentences(text), part, source.path, adult.longest_sentence)
        whole = _whole(parts, rules, lesson, reader)
        mean = mean_sentence(whole)
        if mean > adult.mean_sentence:
            message = f"{mean} words a sentence here: bring it down to {adult.mean_sentence:g}"
            yield Mistake(source.path, parts[0].line, message)
        count = len(words(whole))
        if count > adult.words:
            message = f"{count} words here: cut it to {adult.words}, which is what {adult.minutes} minutes can hold"
            yield Mistake(source.path, parts[0].line, message)


def _adult_parts(source: LessonSource) -> dict[str, list[Passage]]:
    parents = source.parents
    return {"staff": [source.teacher], "parent": [parents.learned, parents.ask, parents.do, parents.know]}


def _whole(parts: Iterable[Passage], rules: Rules, lesson: Lesson, reader: str) -> str:
    return "\n\n".join(plain(part.text, rules.registers.facts, lesson.band, reader) for part in parts)


def long_sentences(said: Iterable[str], written: Passage, path: str, most: int) -> Iterator[Mistake]:
    """Sentences of more than `most` words, each at the line where it begins."""
    for sentence in said:
        count = len(words(sentence))
        if count > most:
            message = f"{count} words in this sentence: cut it to {most} or make two"
            yield Mistake(path, line_of(sentence, written), message)


def line_of(sentence: str, written: Passage) -> int:
    """The line on which the sentence begins, as far as its first words are written together."""
    text = "\n".join(_MARKUP.sub("", line) for line in written.text.split("\n"))
    first = sentence.split()
    for length in (4, 3, 2, 1):
        at = text.find(" ".join(first[:length]))
        if at >= 0:
            return written.line + text.count("\n", 0, at)
    return written.line


# --------------------------------------------------------------------------------------------------- reading level


def measure(source: LessonSource, lesson: Lesson, rules: Rules) -> dict[str, object]:
    """How hard the lesson is, as the counts show it: levels are None where textstat is not installed."""
    text = "\n\n".join(card.text for card in lesson.cards)
    parts = _adult_parts(source)
    levels = {reader: _whole(parts[reader], rules, lesson, reader) for reader in parts}
    return {
        "fk": rules.level(text) if rules.level else None,
        "fk_masked": rules.level(masked(text, lesson.vocabulary)) if rules.level else None,
        "fk_hardest_card": _hardest_card(lesson, rules.level) if rules.level else None,
        "longest_sentence": longest_sentence(text),
        "mean_sentence": mean_sentence(text),
        "words": len(words(text)),
        "fk_parents": rules.level(levels["parent"]) if rules.level else None,
        "fk_teachers": rules.level(levels["staff"]) if rules.level else None,
    }


def _hardest_card(lesson: Lesson, level: Level) -> float:
    long_ones = [card.text for card in lesson.cards if len(words(card.text)) >= FEWEST_WORDS]
    return max((level(masked(text, lesson.vocabulary)) for text in long_ones), default=0.0)


def _told_in(activity: KindForm) -> str:
    """What an activity says after an act: sentences. What stands on its cards is too short to be measured."""
    return "\n\n".join(text for where, text in activity.words() if where[-1] in REASONS)


def _levels(source: LessonSource, lesson: Lesson, rules: Rules) -> tuple[list[Mistake], list[Mistake]]:
    if rules.level is None:
        return [], []
    limits = LIMITS[lesson.band]
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []
    first = source.cards[0].line
    text = "\n\n".join(card.text for card in lesson.cards)
    bare, hidden = rules.level(text), rules.level(masked(text, lesson.vocabulary))
    if hidden > limits.lesson_level:
        message = f"reading level {hidden} without the taught words: {_SIMPLER}, to {limits.lesson_level}"
        mistakes.append(Mistake(source.path, first, message))
    elif bare > limits.lesson_level:
        message = f"reading level {bare} with the taught words ({hidden} without): the aim is {limits.lesson_level}"
        warnings.append(Mistake(source.path, first, message))
    for card, written in zip(lesson.cards, source.cards, strict=True):
        if len(words(card.text)) >= FEWEST_WORDS:
            hidden = rules.level(masked(card.text, lesson.vocabulary))
            if hidden > limits.card_level:
                message = f"reading level {hidden} on this card: {_SIMPLER}, to {limits.card_level}"
                mistakes.append(Mistake(source.path, written.line, message))
        if written.activity and written.activity_lines:
            told = _told_in(written.activity)
            hidden = rules.level(masked(told, lesson.vocabulary)) if len(words(told)) >= FEWEST_WORDS else 0
            if hidden > limits.card_level:
                message = f"reading level {hidden} in this activity: {_SIMPLER}, to {limits.card_level}"
                mistakes.append(written.activity_lines.mistake(message))
    for reader, parts in _adult_parts(source).items():
        adult = ADULT_LIMITS[reader]
        measured = [(parts[0].line, _whole(parts, rules, lesson, reader), adult.level)]
        if adult.part_level is not None:
            measured += [(part.line, _whole([part], rules, lesson, reader), adult.part_level) for part in parts]
        for place, (line, text, most) in enumerate(measured):
            if place == 0 or len(words(text)) >= FEWEST_WORDS:
                grade = rules.level(text)
                if grade > most:
                    message = f"reading level {grade} here: {_SIMPLER}, to {most:g}"
                    mistakes.append(Mistake(source.path, line, message))
    return mistakes, warnings
