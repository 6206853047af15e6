"""The class page worked out from what pupils have answered: states, totals, wrong ideas, gain. Pure.

Screen and CSV show the same sheet, so they cannot disagree. Nothing here ranks a pupil or gives one a number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lessons.lesson import Lesson
from lessons.registers import Misconception

from .mastery import AT_HOME, RECEPTION, FirstChoices, Mastery, in_words, judge, word_for

#: The number of each state's shape in the heat map (DESIGN-LANGUAGE.md 6), 0 to 3.
SHAPES: Mapping[Mastery, int] = {
    Mastery.NOT_SEEN: 0,
    Mastery.NEEDS_ANOTHER_LOOK: 1,
    Mastery.GROWING: 2,
    Mastery.SECURE: 3,
}
_STATES = {shape: state for state, shape in SHAPES.items()}

#: A column is weak where a third or more of those asked need another look, and no fewer than this many were asked.
FEWEST_FOR_WEAK = 3
NOBODY = "–"

#: As read: pupil, objective, first choices in A, B, C, D, whether B was later than C, wrong idea, wrong choice, helps,
#: whether one of the choices in B, C and D was made at home.
Stood = tuple[
    int, str, bool | None, bool | None, bool | None, bool | None, bool | None, str | None, str | None, int, bool
]
#: A cell is a number: this times the shape, `HOME` where it was answered at home, `ASKED` where help was asked for.
SHAPE, HOME, ASKED = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """One objective."""

    objective: str
    place: str  # "pier"
    heading: str  # "Pier 1"
    text: str  # "I can explain ..."

    @property
    def anchor(self) -> str:
        """Where the page says it in full: "pier-1", which holds no word of the topic."""
        return self.heading.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil. Each cell is a shape and what stands beside it, in one number: see `SHAPE` and `words`."""

    public_id: str
    name: str
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How many of those who answered; `of` is 0 where nobody has."""

    count: int
    of: int
    is_weak: bool = False

    @property
    def text(self) -> str:
        return f"{self.count} of {self.of}" if self.of else NOBODY

    @property
    def in_full(self) -> str:
        """As it is read aloud and exported."""
        return f"{self.text} (teach again)" if self.is_weak else self.text


@dataclass(frozen=True, slots=True)
class Totals:
    """One line of class totals."""

    word: str
    cells: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Idea:
    """A wrong idea: how many hold it, of how many who were asked, and the option that most of them chose."""

    id: str
    count: int
    of: int
    who: tuple[str, ...]
    wrong_choice: str  # "passwords.y3-4.2.B@1:c"; empty where none was kept


@dataclass(frozen=True, slots=True)
class Gain:
    """First choices before the lesson and after it, over those who made both: a figure of the class, never of one."""

    before: int
    after: int
    of: int


@dataclass(frozen=True, slots=True)
class Sheet:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Totals, ...]
    words: tuple[str, ...]  # what each number of a cell says, 0 to 15
    ideas: tuple[Idea, ...]  # the commonest first
    gain: Gain | None  # None until somebody has made both choices

    @property
    def weak(self) -> tuple[tuple[Column, Total], ...]:
        """The columns to teach again, with how many need another look."""
        return tuple(
            (column, total)
            for totals in self.totals
            for column, total in zip(self.columns, totals.cells, strict=True)
            if total.is_weak
        )

    @property
    def has_home(self) -> bool:
        """Something here was answered at home."""
        return any(cell & HOME for row in self.rows for cell in row.cells)

    @property
    def is_untouched(self) -> bool:
        """Nobody has answered a quiz here."""
        return not any(total.of for totals in self.totals for total in totals.cells)


def columns_of(lessons: Iterable[Lesson]) -> tuple[Column, ...]:
    return tuple(
        Column(objective.id, lesson.place, _heading(lesson.place, objective.id), objective.text)
        for lesson in lessons
        for objective in lesson.objectives
    )


def _heading(place: str, objective: str) -> str:
    return f"{place.capitalize()} {objective.rsplit('.', 1)[1]}"


def make_sheet(band: str, columns: Sequence[Column], people: Iterable[Person], stood: Iterable[Stood]) -> Sheet:
    """The sheet of these pupils, by name. `stood` holds no other pupil and no other objective."""
    in_order = sorted(people, key=lambda person: (person.name.casefold(), person.id))
    place_of = {column.objective: place for place, column in enumerate(columns)}
    cells: dict[int, list[int]] = {person.id: [0] * len(columns) for person in in_order}
    asked: dict[str, set[int]] = {column.objective: set() for column in columns}
    held: list[tuple[str, str, int, str | None]] = []
    before = after = both = 0
    for pupil, objective, a, b, c, d, is_b_later, idea, wrong_choice, helps, is_home in stood:
        shape = _shape(band, b, c, d, is_b_later)
        cells[pupil][place_of[objective]] = SHAPE * shape + HOME * is_home + ASKED * (helps > 0)
        if b is not None or c is not None or d is not None:
            asked[objective].add(pupil)
            if idea:
                held.append((idea, objective, pupil, wrong_choice))
        if a is not None and b is not None:
            both += 1
            before += a
            after += b
    return Sheet(
        columns=tuple(columns),
        rows=tuple(Row(person.public_id, person.name, tuple(cells[person.id])) for person in in_order),
        totals=_totals(band, list(cells.values()), len(columns)),
        words=tuple(
            in_words(_STATES[cell // SHAPE], bool(cell & ASKED), bool(cell & HOME), band) for cell in range(4 * SHAPE)
        ),
        ideas=_ideas(held, asked, {person.id: person.name for person in in_order}),
        gain=Gain(before, after, both) if both else None,
    )


@cache
def _shape(band: str, b: bool | None, c: bool | None, d: bool | None, is_b_later: bool | None) -> int:
    """The shape of a state. Reception shows three states: what needs another look is "with help" too."""
    shape = SHAPES[judge(FirstChoices(b, c, d, bool(is_b_later)))]
    return 2 if band == RECEPTION and shape == 1 else shape


def _totals(band: str, cells: Sequence[Sequence[int]], width: int) -> tuple[Totals, ...]:
    is_reception = band == RECEPTION
    below = Mastery.GROWING if is_reception else Mastery.NEEDS_ANOTHER_LOOK
    lines: dict[Mastery, list[Total]] = {Mastery.SECURE: [], below: []}
    for place in range(width):
        shapes = Counter(row[place] // SHAPE for row in cells)
        of = len(cells) - shapes[0]
        for state, totals in lines.items():
            count = shapes[SHAPES[state]]
            is_weak = state is Mastery.NEEDS_ANOTHER_LOOK and of >= FEWEST_FOR_WEAK and count * 3 >= of
            totals.append(Total(count, of, is_weak))
    return tuple(Totals(_capital(word_for(state, band)), tuple(totals)) for state, totals in lines.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _ideas(
    held: Iterable[tuple[str, str, int, str | None]], asked: Mapping[str, set[int]], names: Mapping[int, str]
) -> tuple[Idea, ...]:
    """The wrong ideas held (idea, objective, pupil, option chosen), out of those who were asked where each was met."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    objectives: defaultdict[str, set[str]] = defaultdict(set)
    choices: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for idea, objective, pupil, wrong_choice in held:
        holders[idea].add(pupil)
        objectives[idea].add(objective)
        if wrong_choice:
            choices[idea][wrong_choice] += 1
    found = []
    for idea, pupils in holders.items():
        of = set[int]().union(*(asked[objective] for objective in objectives[idea]))
        commonest = min(choices[idea].items(), key=lambda choice: (-choice[1], choice[0]), default=("", 0))[0]
        who = tuple(sorted((names[pupil] for pupil in pupils), key=str.casefold))
        found.append(Idea(idea, len(pupils), len(of), who, commonest))
    return tuple(sorted(found, key=lambda idea: (-idea.count, idea.id)))


# Who has not finished


@dataclass(frozen=True, slots=True)
class OpenGo:
    """A go through a lesson that is begun and not finished: how many questions, cards and story steps are done."""

    pupil: int
    lesson: str
    done: Mapping[str, int]  # form (A, K a card turned, X and E the pretend app, B, S the story): how many
    is_home: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    name: str
    where: str  # "card 4 of 9", "card 4 of 9, at home"
    place: str  # "Pier", as in the headings


def where_in(lesson: Lesson, done: Mapping[str, int], has_practice: bool) -> str:
    """Where a pupil is in a lesson, in the order of its parts: questions, cards, pretend app, quiz, story."""
    cards, turned, asked = len(lesson.cards), done.get("K", 0), len(lesson.objectives)
    if done.get("S", 0):
        return "in the story"
    if turned >= cards:
        return "in the pretend app" if has_practice and not done.get("E", 0) else "in the quiz"
    if turned or done.get("A", 0) >= asked:
        return f"card {turned + 1} of {cards}"
    return "the first questions"


def unfinished(
    goes: Iterable[OpenGo], names: Mapping[int, str], lessons: Mapping[str, Lesson], practised: Collection[str]
) -> tuple[Unfinished, ...]:
    """Who has begun one of these lessons and not finished it, by name. `practised`: lessons with a pretend app."""
    found = [
        Unfinished(
            names[go.pupil],
            where_in(lessons[go.lesson], go.done, go.lesson in practised) + (f", {AT_HOME}" if go.is_home else ""),
            lessons[go.lesson].place.capitalize(),
        )
        for go in goes
        if go.pupil in names and go.lesson in lessons
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.place)))


def not_begun(people: Iterable[Person], begun: Collection[int]) -> tuple[str, ...]:
    """The names of those who have neither begun nor finished, by name."""
    return tuple(sorted((person.name for person in people if person.id not in begun), key=str.casefold))


# On paper and in a spreadsheet


def table_of(sheet: Sheet, ideas: Iterable[IdeaShown] = ()) -> list[list[str]]:
    """What the table on the screen says, line by line, and under it what each column is about and what is worth
    teaching again."""
    lines = [["Pupil", *(column.heading for column in sheet.columns)]]
    lines += [[totals.word, *(total.in_full for total in totals.cells)] for totals in sheet.totals]
    lines += [[row.name, *(sheet.words[cell] for cell in row.cells)] for row in sheet.rows]
    lines.append([])
    lines += [[column.heading, column.text] for column in sheet.columns]
    again = [
        [one.idea.name, f"{one.count} of {one.of}", one.idea.belief, one.idea.reteach.say, one.idea.reteach.ask]
        for one in ideas
    ]
    if again:
        lines += [[], ["Worth teaching again", "How many", "What they think", "Say", "Ask"], *again]
    return lines


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(lines: Iterable[Iterable[str]]) -> str:
    """Rows as Excel opens them: a byte order mark, CRLF, quotes where needed, and no cell that begins a formula."""
    return "\ufeff" + "".join(",".join(map(_csv_cell, line)) + "\r\n" for line in lines)


def _csv_cell(words: str) -> str:
    safe = f"'{words}" if words.startswith(_FORMULA) else words
    return f'"{safe.replace(chr(34), chr(34) * 2)}"' if any(mark in safe for mark in ',"\r\n\t') else safe


# What an idea says


@dataclass(frozen=True, slots=True)
class IdeaShown:
    """A wrong idea in words."""

    count: int
    of: int
    idea: Misconception
    chose: str  # the words of the option most of them chose; empty where the question has changed since
    who: tuple[str, ...]


def choice_parts(wrong_choice: str) -> tuple[str, int, str] | None:
    """Item, version and option of "passwords.y3-4.2.B@1:c"; None where it is not one."""
    item, at, rest = wrong_choice.partition("@")
    version, colon, key = rest.partition(":")
    if not (at and colon and key and version.isdecimal()):
        return None
    return item, int(version), key


def put_in_words(
    ideas: Iterable[Idea], known: Mapping[str, Misconception], words_of: Callable[[str], str]
) -> tuple[IdeaShown, ...]:
    """The ideas that the register still knows, in its words. `words_of` gives an option's words, or nothing."""
    return tuple(
        IdeaShown(idea.count, idea.of, known[idea.id], words_of(idea.wrong_choice), idea.who)
        for idea in ideas
        if idea.id in known
    )
