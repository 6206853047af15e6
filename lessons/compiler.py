"""Turns one lesson file into a `Lesson`, or into every mistake in it with its line and what to do.

A file is settings between `---` lines, then cards (`## Card 3 - Meet Musa {kind=story picture=cast-finn:happy}`), each
Markdown with at most one fenced activity, then `# Teacher notes` and `# Parents and carers` (CURRICULUM.md 8.1).
Reading and making are two steps, so that a school's own facts can be put in without reading the file again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from xml.etree import ElementTree

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from .activities import KINDS
from .activities.kind import KindForm
from .lesson import Card, Character, Lesson, Objective
from .reading import Mistake, Read, did_you_mean, fit, read_yaml
from .registers import FACT, Facts, Registers
from .schema import CARD_KINDS, LessonForm
from .wording import SENTENCE_BREAK

CARD_HEADER = "## Card 1 - Title {kind=teach}"
_CARD = re.compile(r"^##\s+Card\s+(\d+)\s+[-–—]\s+(.+?)\s*\{([^{}]*)\}\s*$")
_SETTING = re.compile(r"^([a-z]+)=([a-z0-9:-]+)$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([^\s`]*)\s*$")
_LEFTOVER = re.compile(r"```|~~~|^\s*/{3}|^\s*:{3}")
_PICTURE = re.compile(r"^(?:(?:ob|cast|place|scene)-[a-z0-9-]+(?::[a-z-]+)?|lifebuoy)$")
TEACHER, PARENTS = "Teacher notes", "Parents and carers"

PUPIL_TAGS = {"p", "strong", "em", "ul", "ol", "li", "blockquote", "br", "span"}
ADULT_TAGS = PUPIL_TAGS | {"h3", "h4", "a"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Some lines of a file as they were written."""

    line: int  # of the first line
    text: str

    def line_of(self, fragment: str) -> int:
        """The line where the fragment begins, or that of the passage."""
        at = self.text.find(fragment)
        return self.line + (self.text.count("\n", 0, at) if at > 0 else 0)


@dataclass(frozen=True, slots=True)
class CardSource:
    """One card as written: `words` are its Markdown without the activity."""

    line: int
    number: int
    title: str
    kind: str
    picture: str
    words: Passage
    activity_kind: str  # "" without an activity
    activity: KindForm | None
    activity_lines: Read | None


@dataclass(frozen=True, slots=True)
class ParentSource:
    learned: Passage
    ask: Passage
    do: Passage
    know: Passage


@dataclass(frozen=True, slots=True)
class LessonSource:
    """A lesson file that has been read and found whole."""

    path: str
    settings: LessonForm
    lines: Read
    cards: tuple[CardSource, ...]
    teacher: Passage
    parents: ParentSource

    def mistake(self, message: str, *where: str | int) -> Mistake:
        return self.lines.mistake(message, *where)


def compile_lesson(text: str, path: str, registers: Registers) -> tuple[Lesson | None, list[Mistake]]:
    """The lesson in this text, or None and all that keeps it from being one. `path` is only for the mistakes."""
    source, mistakes = read_lesson(text, path)
    if source is None:
        return None, mistakes
    mistakes += refer(source, registers)
    return (None if mistakes else make_lesson(source, registers)), mistakes


# ---------------------------------------------------------------------------------------------------------- reading


def read_lesson(text: str, path: str) -> tuple[LessonSource | None, list[Mistake]]:
    """The parts of a lesson file. None when a part is missing or cannot be understood."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        return None, [Mistake(path, 1, "begin the file with a line of --- and the settings")]
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        return None, [Mistake(path, 1, "close the settings with a line of ---")]
    read, mistakes = read_yaml("\n".join(lines[1:end]), path, first_line=2)
    settings, wrong = fit(LessonForm, read)
    mistakes += wrong
    body, teacher, parents, wrong = _split(lines, end + 1, path)
    mistakes += wrong
    cards, wrong = _cards(body, path)
    mistakes += wrong
    parent_source, wrong = _parents(parents, path)
    mistakes += wrong
    if settings is None or mistakes:
        return None, sorted(set(mistakes))
    return LessonSource(path, settings, read, tuple(cards), teacher, parent_source), []


def _split(lines: list[str], start: int, path: str) -> tuple[Passage, Passage, Passage, list[Mistake]]:
    """The cards, the teacher notes and the parents' part, which come in this order."""
    mistakes: list[Mistake] = []
    below = list(enumerate(lines))[start:]
    headings = [(index, line[2:].strip()) for index, line in below if line.startswith("# ")]
    names = [name for _, name in headings]
    for index, name in headings:
        if name not in (TEACHER, PARENTS):
            complaint = "is not a part of a lesson"
            mistakes.append(Mistake(path, index + 1, did_you_mean(name, (TEACHER, PARENTS), complaint)))
    if not mistakes:
        missing = [name for name in (TEACHER, PARENTS) if names.count(name) != 1]
        mistakes += [Mistake(path, len(lines), f"add one part `# {name}` after the cards") for name in missing]
    if mistakes:
        cards = lines[start : headings[0][0] if headings else len(lines)]
        return Passage(start + 1, "\n".join(cards)), Passage(1, ""), Passage(1, ""), mistakes
    ends = [index for index, _ in headings[1:]] + [len(lines)]
    parts = {name: (index, end) for (index, name), end in zip(headings, ends, strict=True)}
    first = headings[0][0]
    if names != [TEACHER, PARENTS]:
        mistakes.append(Mistake(path, first + 1, f"put `# {TEACHER}` before `# {PARENTS}`"))

    def passage(begin: int, end: int) -> Passage:
        return Passage(begin + 1, "\n".join(lines[begin:end]))

    teacher, parents = (passage(parts[name][0] + 1, parts[name][1]) for name in (TEACHER, PARENTS))
    for name, part in ((TEACHER, teacher), (PARENTS, parents)):
        if not part.text.strip():
            mistakes.append(Mistake(path, part.line - 1, f"write something under `# {name}`"))
        mistakes += _leftovers(part, path)
    return passage(start, first), teacher, parents, mistakes


def _cards(body: Passage, path: str) -> tuple[list[CardSource], list[Mistake]]:
    mistakes: list[Mistake] = []
    cards: list[CardSource] = []
    chunks: list[tuple[int, str, list[str]]] = []  # line of the header, header, lines below it
    in_fence = False
    for index, line in enumerate(body.text.split("\n")):
        number = body.line + index
        if _FENCE.match(line):
            in_fence = not in_fence
        if line.startswith("#") and not in_fence:
            chunks.append((number, line, []))
        elif chunks:
            chunks[-1][2].append(line)
        elif line.strip():
            mistakes.append(Mistake(path, number, f"begin the first card before its words: {CARD_HEADER}"))
    if not chunks:
        mistakes.append(Mistake(path, body.line, f"add the cards, each beginning {CARD_HEADER}"))
    for place, (number, header, lines) in enumerate(chunks, 1):
        card, wrong = _card(number, header, lines, place, path)
        mistakes += wrong
        if card is not None:
            cards.append(card)
    return cards, mistakes


def _card(line: int, header: str, lines: list[str], place: int, path: str) -> tuple[CardSource | None, list[Mistake]]:
    match = _CARD.match(header)
    if match is None:
        return None, [Mistake(path, line, f"write a card's first line as {CARD_HEADER}")]
    mistakes: list[Mistake] = []
    if int(match[1]) != place:
        mistakes.append(Mistake(path, line, f"this is card {place}: count the cards 1, 2, 3"))
    settings: dict[str, str] = {}
    for word in match[3].split():
        setting = _SETTING.match(word)
        if setting is None or setting[1] in settings:
            mistakes.append(Mistake(path, line, f"write `{word}` as {{kind=teach picture=ob-tablet}}, each once"))
        elif setting[1] not in ("kind", "picture"):
            mistakes.append(Mistake(path, line, did_you_mean(setting[1], ("kind", "picture"), "is not known here")))
        else:
            settings[setting[1]] = setting[2]
    kind = settings.get("kind", "")
    if not kind and not mistakes:
        mistakes.append(Mistake(path, line, f"say what kind of card this is: kind={' or '.join(CARD_KINDS)}"))
    elif kind and kind not in CARD_KINDS:
        mistakes.append(Mistake(path, line, did_you_mean(kind, CARD_KINDS, "is not a kind of card")))
    picture = settings.get("picture", "")
    if picture and not _PICTURE.match(picture):
        mistakes.append(Mistake(path, line, f"`{picture}` is not a picture: it begins ob-, cast-, place- or scene-"))
    words, activity_kind, activity, read, wrong = _activity(line + 1, lines, path)
    mistakes += wrong
    if kind == "activity" and not activity_kind and not wrong:
        mistakes.append(Mistake(path, line, f"add an activity: ```{' or ```'.join(KINDS)}"))
    if not words.text.strip():
        mistakes.append(Mistake(path, line, "write the words of this card"))
    mistakes += _leftovers(words, path)
    return CardSource(line, place, match[2], kind, picture, words, activity_kind, activity, read), mistakes


def _activity(
    first: int, lines: list[str], path: str
) -> tuple[Passage, str, KindForm | None, Read | None, list[Mistake]]:
    """A card's words with its fenced activity taken out, and the activity."""
    fences = [index for index, line in enumerate(lines) if _FENCE.match(line)]
    if not fences:
        return Passage(first, "\n".join(lines)), "", None, None, []
    begin, end = fences[0], fences[1] if len(fences) > 1 else len(lines)
    rest = [*lines[:begin], *[""] * (end + 1 - begin), *lines[end + 1 :]]
    words = Passage(first, "\n".join(rest[: len(lines)]))
    fence = _FENCE.match(lines[begin])
    kind = fence[2] if fence else ""
    if len(fences) == 1:
        return words, kind, None, None, [Mistake(path, first + begin, "close this activity with a line of ```")]
    mistakes = [Mistake(path, first + index, "one activity a card: make another card") for index in fences[2:3]]
    if kind not in KINDS:
        message = f"name the activity: ```{' or ```'.join(KINDS)}"
        message = did_you_mean(kind, KINDS, "is not an activity") if kind else message
        return words, kind, None, None, [*mistakes, Mistake(path, first + begin, message)]
    read, wrong = read_yaml("\n".join(lines[begin + 1 : end]), path, first_line=first + begin + 1)
    mistakes += wrong
    form, wrong = fit(KINDS[kind].Form, read)
    mistakes += wrong
    if form is not None:
        mistakes += form.mistakes(read)
        for where, picture in form.pictures():
            if not _PICTURE.match(picture):
                message = f"`{picture}` is not a picture: it begins ob-, cast-, place- or scene-"
                mistakes.append(read.mistake(message, *where))
    return words, kind, form, read, mistakes


def _leftovers(passage: Passage, path: str) -> list[Mistake]:
    """Marks of a fence or block that would be printed as words."""
    return [
        Mistake(path, passage.line + index, "take out this mark, or open and close an activity with lines of ```")
        for index, line in enumerate(passage.text.split("\n"))
        if _LEFTOVER.search(line)
    ]


_PARENT_MARK = re.compile(r"^\*(Ask|Do[^*:]*|Good to know):\*\s*", re.MULTILINE)
_QUESTION = re.compile(r"[\"“]([^\"“”]+)[\"”]")


def _parents(part: Passage, path: str) -> tuple[ParentSource, list[Mistake]]:
    """What was learned, then *Ask:*, *Do (5 minutes):* and *Good to know:* in this order."""
    pieces: dict[str, Passage] = {}
    marks = list(_PARENT_MARK.finditer(part.text))
    mistakes: list[Mistake] = []
    ends = [mark.start() for mark in marks[1:]] + [len(part.text)]
    for mark, end in zip(marks, ends, strict=False):  # without a mark there is one end and nothing to cut
        name = mark[1].split()[0]
        line = part.line + part.text.count("\n", 0, mark.start())
        if name in pieces:
            mistakes.append(Mistake(path, line, f"*{mark[1]}:* is here twice: keep one"))
        pieces[name] = Passage(line, part.text[mark.end() : end].strip())
    before = part.text[: marks[0].start() if marks else len(part.text)]
    blank = len(before) - len(before.lstrip("\n"))
    learned = Passage(part.line + blank, before.strip("\n"))
    empty = Passage(part.line, "")
    source = ParentSource(learned, pieces.get("Ask", empty), pieces.get("Do", empty), pieces.get("Good", empty))
    if not part.text.strip():
        return source, mistakes
    if not learned.text.strip():
        mistakes.append(Mistake(path, part.line, "begin with what the child learned"))
    if not _QUESTION.search(source.ask.text):
        mistakes.append(Mistake(path, source.ask.line, 'add a line *Ask:* "A question in quotes?"'))
    if not source.do.text:
        mistakes.append(Mistake(path, source.do.line, "add a line *Do (5 minutes):* with one thing to do together"))
    if not source.know.text:
        mistakes.append(Mistake(path, source.know.line, "add a line *Good to know:*"))
    return source, mistakes


# -------------------------------------------------------------------------------------------------------- referring


def refer(source: LessonSource, registers: Registers) -> list[Mistake]:
    """Names in the lesson that nothing else knows: objectives and facts."""
    settings = source.settings
    mistakes = [
        source.mistake(did_you_mean(name, registers.objectives, "is not in objectives.yaml"), place, index)
        for place, names in (("objectives", settings.objectives), ("builds_on", settings.builds_on))
        for index, name in enumerate(names)
        if name not in registers.objectives
    ]
    for objective in settings.strengths:
        if objective not in settings.objectives:
            message = did_you_mean(objective, settings.objectives, "is not an objective of this lesson")
            mistakes.append(source.mistake(message, "strengths", objective))
    mistakes += [
        source.mistake(registers.facts.problem(fact, settings.band, "staff"), "facts", index)
        for index, fact in enumerate(settings.facts)
        if fact not in registers.facts
    ]
    for reader, passage in passages(source):
        mistakes += facts_told(passage, source.path, settings.band, reader, registers.facts, settings.facts)
    return sorted(set(mistakes))


def passages(source: LessonSource) -> Iterable[tuple[str, Passage]]:
    """Everything that is read in a lesson, with its reader: pupil, staff or parent."""
    settings, lines = source.settings, source.lines
    for card in source.cards:
        yield "pupil", Passage(card.line, card.title)
        yield "pupil", card.words
        if card.activity and card.activity_lines:
            for where, text in card.activity.words():
                yield "pupil", Passage(card.activity_lines.line(*where), text)
    yield "pupil", Passage(lines.line("title"), settings.title)
    for index, text in enumerate(settings.learned):
        yield "pupil", Passage(lines.line("learned", index), text)
    yield "pupil", Passage(lines.line("say_at_home"), settings.say_at_home)
    for word, meaning in settings.vocabulary.items():
        yield "pupil", Passage(lines.line("vocabulary", word), f"{word}: {meaning}")
    for objective, text in settings.strengths.items():
        yield "parent", Passage(lines.line("strengths", objective), text)
    yield "staff", source.teacher
    for part in (source.parents.learned, source.parents.ask, source.parents.do, source.parents.know):
        yield "parent", part


def facts_told(
    passage: Passage, path: str, band: str, reader: str, facts: Facts, listed: Iterable[str]
) -> list[Mistake]:
    """Facts in the passage that are unknown, not for this reader or not listed; and braces that would be printed."""
    mistakes: list[Mistake] = []
    if "{{" not in passage.text and "}}" not in passage.text:  # nearly every passage, and the app waits for this
        return mistakes
    for match in FACT.finditer(passage.text):
        line = passage.line + passage.text.count("\n", 0, match.start())
        problem = facts.problem(match[2], band, reader)
        if problem:
            mistakes.append(Mistake(path, line, problem))
        elif match[2] not in listed:
            mistakes.append(Mistake(path, line, f"list the fact under facts: [{match[2]}]"))
    rest = FACT.sub(lambda match: "\n" * match[0].count("\n"), passage.text)
    for index, text in enumerate(rest.split("\n")):
        if "{{" in text or "}}" in text:
            mistakes.append(Mistake(path, passage.line + index, "write a fact as {{ fact:its-id }}"))
    return mistakes


# ----------------------------------------------------------------------------------------------------------- making


def make_lesson(source: LessonSource, registers: Registers) -> Lesson:
    """The lesson of a whole source, with the facts as these registers have them."""
    settings, band = source.settings, source.settings.band
    facts = registers.facts
    filled = _Filled(facts, band)
    parents = source.parents
    return Lesson(
        id=settings.id,
        title=filled.pupil(settings.title),
        topic=settings.topic,
        band=band,
        version=settings.version,
        minutes=settings.minutes,
        objectives=tuple(registers.objectives.get(name, Objective(name, "")) for name in settings.objectives),
        builds_on=tuple(settings.builds_on),
        vocabulary=dict(settings.vocabulary),
        facts=tuple(settings.facts),
        sensitivity=settings.sensitivity,
        reviewer=settings.reviewer,
        reviewed_on=settings.reviewed_on,
        review_by=settings.review_by,
        learned=tuple(map(filled.pupil, settings.learned)),
        say_at_home=filled.pupil(settings.say_at_home),
        strengths={name: filled.parent(text) for name, text in settings.strengths.items()},
        cards=tuple(_make_card(card, filled) for card in source.cards),
        teacher_notes=filled.adult_html(source.teacher.text, "staff"),
        parent_learned=filled.adult_html(parents.learned.text, "parent"),
        parent_ask=tuple(filled.parent(question) for question in _QUESTION.findall(parents.ask.text)),
        parent_do=filled.adult_html(_opened(parents.do.text), "parent"),
        parent_know=filled.adult_html(_opened(parents.know.text), "parent"),
        parent_listen=filled.parent(" ".join(_QUESTION.sub("", parents.ask.text).split())),
        characters=tuple(Character(one.name, one.pronoun, one.role) for one in settings.characters),
    )


def _opened(text: str) -> str:
    """The text with a capital: in the file it goes on after a label and a colon, on the page it stands by itself."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class _Filled:
    """The words of one lesson with its facts put in, for each reader."""

    facts: Facts
    band: str

    def pupil(self, text: str) -> str:
        return self.facts.fill(text, self.band, "pupil")

    def parent(self, text: str) -> str:
        return self.facts.fill(text, self.band, "parent")

    def adult_html(self, text: str, reader: str) -> str:
        html, _ = _to_html(self.facts.fill(text, self.band, reader, escape=True), is_marked=False)
        return nh3.clean(html, tags=ADULT_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "mailto", "tel"})

    def pupil_html(self, text: str) -> tuple[str, tuple[str, ...]]:
        html, said = _to_html(self.facts.fill(text, self.band, "pupil", escape=True), is_marked=True)
        return nh3.clean(html, tags=PUPIL_TAGS, attributes={"span": {"data-s"}}), said


def _make_card(card: CardSource, filled: _Filled) -> Card:
    html, speech = filled.pupil_html(card.words.text)
    return Card(
        number=card.number,
        title=filled.pupil(card.title),
        kind=card.kind,
        html=html,
        text=" ".join(speech),
        activity=card.activity.make(filled.pupil) if card.activity is not None else None,
        picture=card.picture,
        speech=speech,
    )


# --------------------------------------------------------------------------------------------------------- Markdown


class _Sentences(Treeprocessor):
    """Wraps each sentence in `<span data-s="n">`, so that read-aloud can mark the one being spoken; keeps their words.

    A sentence is found within a paragraph or list item; bold and italic words are never cut in two.
    """

    is_on = True
    said: tuple[str, ...] = ()

    def run(self, root: ElementTree.Element) -> None:
        said: list[str] = []
        if self.is_on:
            for block in list(root.iter()):
                if block.tag in ("p", "li"):
                    _mark_sentences(block, said)
        self.said = tuple(said)


def _mark_sentences(block: ElementTree.Element, said: list[str]) -> None:
    """Puts the block's words into spans and adds the sentences to `said`."""
    parts: list[ElementTree.Element | str] = [block.text or ""]
    nested: list[ElementTree.Element] = []
    for child in list(block):
        if child.tag in ("p", "ul", "ol"):
            nested.append(child)
        else:
            parts += [child, child.tail or ""]
            child.tail = None
        block.remove(child)
    whole = "".join(part if isinstance(part, str) else "".join(part.itertext()) for part in parts)
    breaks = [(found.end(1), found.end()) for found in SENTENCE_BREAK.finditer(whole)]
    spans = [ElementTree.Element("span")]
    offset = 0
    for part in parts:
        if isinstance(part, ElementTree.Element):
            offset += len("".join(part.itertext()))
            spans[-1].append(part)
            continue
        start = offset
        for end, begin in breaks:
            if offset <= end and begin <= offset + len(part):
                _add_words(spans[-1], whole[start:end])
                spans.append(ElementTree.Element("span"))
                start = begin
        _add_words(spans[-1], whole[start : offset + len(part)])
        offset += len(part)
    block.text = None
    for span in spans:
        words = " ".join("".join(span.itertext()).split())
        if words:
            said.append(words)
            span.set("data-s", str(len(said)))
            span.tail = "\n"
            block.append(span)
    block.extend(nested)


def _add_words(span: ElementTree.Element, words: str) -> None:
    if len(span):
        span[-1].tail = (span[-1].tail or "") + words
    else:
        span.text = (span.text or "") + words


class _OurMarkdown(Extension):
    """Markdown of paragraphs, lists, bold and italic words; HTML and code are printed as they were typed."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("code")
        for name in ("backtick", "html", "entity", "autolink", "automail", "image_link", "image_reference"):
            md.inlinePatterns.deregister(name)
        md.treeprocessors.register(_SENTENCES, "sentences", -5)  # after Markdown's own, the last of which is at 0


_SENTENCES = _Sentences()
_MARKDOWN = Markdown(extensions=[_OurMarkdown()], output_format="html")
_ONE_AT_A_TIME = Lock()  # the two hold state while they work, and a school's facts are put in while others read


def _to_html(text: str, is_marked: bool) -> tuple[str, tuple[str, ...]]:
    """HTML of the Markdown (not yet cleaned), and its sentences as plain words when they are marked."""
    with _ONE_AT_A_TIME:
        _SENTENCES.is_on = is_marked
        html = _MARKDOWN.reset().convert(text)
        return html, _SENTENCES.said
