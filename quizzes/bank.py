"""The rules that only show in all quizzes together: guessing, places, names, roles, and what each band meets once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.bands import BANDS
from lessons.check import Rules
from lessons.compiler import LessonSource
from lessons.lesson import PLACES, Lesson
from lessons.reading import Mistake
from lessons.wording import phrase

from .compiler import QuizSource
from .engine import Choice, Item, Node, Outcome, Quiz
from .rules import correct_place, too_good
from .solvers import LESSON_ITEMS, solve

NAME_USES = 3  # rethink choices of one first name
#: The share of correct answers that each position may hold, by the number of options.
POSITIONS: Mapping[int, tuple[float, float]] = {2: (0.4, 0.6), 3: (0.25, 0.42), 4: (0.17, 0.33)}
#: Neither she nor he is more than this share of those who do something: no gender is the usual one (CURRICULUM.md 5.3).
USUAL = 2 / 3
FEWEST = 12  # of a group, before its shares say anything


@dataclass(frozen=True, slots=True)
class Shelf:
    """One lesson with its quiz, as written and as made."""

    lesson_source: LessonSource
    source: QuizSource
    lesson: Lesson
    quiz: Quiz


def check_bank(shelves: Sequence[Shelf], rules: Rules, is_complete: bool) -> list[Mistake]:
    """What is wrong with all of them together, told at the first quiz; names at the quiz that uses them once too often.

    `is_complete`: every lesson is there, so that each band must hold what it has to hold once.
    """
    if not shelves:
        return []
    items = [item for shelf in shelves for item in shelf.quiz.items]
    found = [*too_good(solve(items, rules.words)), *_unbalanced(items), *_one_way_only(shelves)]
    found += [*_usual(_chosen(shelves), "make the rethink choices of the stories")]
    mistakes = [shelves[0].source.mistake(f"in the whole bank, {message}", "items") for message in found]
    for message in _roles(shelves, rules):
        mistakes.append(shelves[0].lesson_source.mistake(f"in the whole bank, {message}", "characters"))
    mistakes += _names(shelves)
    if is_complete:
        mistakes += _busy(shelves, rules)
    return mistakes


def _unbalanced(items: Sequence[Item]) -> Iterator[str]:
    for count, (least, most) in POSITIONS.items():
        group = [correct_place(item) for item in items if len(item.options) == count]
        if len(group) < LESSON_ITEMS:
            continue
        for place in range(count):
            share = group.count(place) / len(group)
            if not least <= share <= most:
                told = f"{share:.0%} of the correct options of {count} stand in place {place + 1}"
                yield f"{told}: bring it to {least:.0%} to {most:.0%}"


def _one_way_only(shelves: Sequence[Shelf]) -> Iterator[str]:
    """Most stories have a step at which two ways are safe. In Reception one of the two is Help."""
    stories = [shelf.quiz.scenario for shelf in shelves if shelf.lesson.band != "eyfs"]
    wide = sum(any(_safe(node) > 1 for node in story.nodes.values()) for story in stories)
    if len(stories) > 1 and wide * 2 <= len(stories):
        yield f"{wide} of {len(stories)} stories have a step with two safe choices: bring it to more than half"


def _safe(node: Node) -> int:
    return sum(choice.outcome is Outcome.SAFE and not choice.is_help for choice in node.choices)


# ------------------------------------------------------------------------------------------------- names and roles


def who_rethinks(node: Node, choice: Choice, names: Iterable[str]) -> str:
    """The character whom a choice has act: named in the choice, or last in the words before it; "" when unknown."""
    for text in (choice.text, node.text):
        found = [(match.start(), name) for name in names for match in phrase(name).finditer(text)]
        if found:
            return max(found)[1]
    return ""


def _rethinks(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Who makes each rethink choice of the story ("" where nobody can tell), and in which node."""
    names = [character.name for character in shelf.lesson.characters]
    for node in shelf.quiz.scenario.nodes.values():
        for choice in node.choices:
            if choice.outcome is Outcome.RETHINK:
                yield who_rethinks(node, choice, names), node.id


def _names(shelves: Sequence[Shelf]) -> Iterator[Mistake]:
    uses: Counter[str] = Counter()
    for shelf in shelves:
        for name, node in _rethinks(shelf):
            uses[name] += 1
            if name and uses[name] == NAME_USES + 1:
                message = f"{name} makes more than {NAME_USES} rethink choices in the bank: use another name"
                yield shelf.source.mistake(message, "scenario", "nodes", node)


def _chosen(shelves: Sequence[Shelf]) -> Counter[str]:
    """The pronouns of those who make the rethink choices."""
    pronouns: Counter[str] = Counter()
    for shelf in shelves:
        of_name = {character.name: character.pronoun for character in shelf.lesson.characters}
        pronouns.update(of_name[name] for name, _ in _rethinks(shelf) if name)
    return pronouns


def _roles(shelves: Sequence[Shelf], rules: Rules) -> Iterator[str]:
    everyone = [character for shelf in shelves for character in shelf.lesson.characters]
    yield from _usual(Counter(one.pronoun for one in everyone), "are in the lessons")
    for does, pattern in rules.words.roles.items():
        members = [one for one in everyone if pattern.search(f"{one.name}: {one.role}")]
        yield from _usual(Counter(one.pronoun for one in members), does)


def _usual(pronouns: Counter[str], does: str) -> Iterator[str]:
    total = pronouns["she"] + pronouns["he"]
    for pronoun, other in (("she", "he"), ("he", "she")):
        if total >= FEWEST and pronouns[pronoun] > USUAL * total:
            counted = f"{pronouns[pronoun]} of {total} who {does} are `{pronoun}`"
            yield f"{counted}: let more of them be `{other}`"


# ---------------------------------------------------------------------------------------------------- in every band


def _whole_bands(shelves: Sequence[Shelf]) -> Iterator[tuple[str, list[Shelf]]]:
    """The bands that have a lesson for every topic: what they lack, no lesson to come will bring."""
    for band in BANDS:
        found = [shelf for shelf in shelves if shelf.lesson.band == band]
        if {shelf.lesson.topic for shelf in found} == set(PLACES):
            yield band, found


def _busy(shelves: Sequence[Shelf], rules: Rules) -> Iterator[Mistake]:
    """In at least one story of a band the first adult is busy and the child asks another (CURRICULUM.md 6.3)."""
    for band, found in _whole_bands(shelves):
        told = (node.text for shelf in found for node in shelf.quiz.scenario.nodes.values())
        if not any(rules.words.busy.search(text) for text in told):
            message = f"in one story of {band} let the first adult be busy, and the child ask another"
            yield found[0].source.mistake(message, "scenario")
