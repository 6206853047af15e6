"""Checks everything that is written for pupils, parents and teachers, and says every mistake at once.

`flask content check` and `python -m quizzes.check` both run it. Nothing here needs Flask or a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from math import ceil
from pathlib import Path

from accounts.bands import BANDS
from lessons import catalogue as lesson_catalogue
from lessons.catalogue import Catalogue
from lessons.check import Rules, check_facts, check_lesson, measure
from lessons.compiler import LessonSource, Passage
from lessons.compiler import passages as lesson_passages
from lessons.home_rules import check_home
from lessons.idea_rules import check_ideas
from lessons.lesson import PLACES, Lesson
from lessons.map_rules import check_map
from lessons.pictures import read_symbols
from lessons.readability import load_level
from lessons.reading import Mistake
from lessons.spelling import misspelt, read_dictionary
from lessons.standard import read_words
from lessons.wording import phrase
from practices import catalogue as practice_catalogue
from practices.check import check_practice, check_practice_facts, practice_level
from practices.compiler import passages as practice_passages

from . import catalogue as quiz_catalogue
from .bank import Shelf, check_bank
from .catalogue import QuizCatalogue
from .compiler import QuizSource
from .compiler import passages as quiz_passages
from .rules import check_quiz, check_quiz_facts, form_levels, story_level
from .solvers import Solved, solve

OBJECTIVES = 108  # of the grid, CURRICULUM.md 2
FORMS = "ABCD"
SPARE_SHARE = 1 / 3  # of the objectives have a spare item, form D

SHIPPED = (lesson_catalogue.CONTENT, quiz_catalogue.CONTENT, practice_catalogue.CONTENT)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: `mistakes` are to be put right, `warnings` are to be thought about; both sorted by file and
    line. `counts` is what `--json` prints."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    counts: Mapping[str, object]


def check_content(
    content_folders: tuple[Path, Path, Path], today: date, complete: bool = False, release: bool = False
) -> Report:
    """Every mistake in the content folders of lessons, quizzes and practices.

    `complete`: what the whole bank holds and is not there is a mistake, a question for the home card too. `release`: so
    are a review that is overdue and an unverified fact in a pupil's text, which otherwise are warnings.
    """
    lessons = lesson_catalogue.read_catalogue(content_folders[0])
    practices = practice_catalogue.read_catalogue(content_folders[2], lessons)
    quizzes = quiz_catalogue.read_catalogue(content_folders[1], lessons, practices)
    mistakes = [*lessons.mistakes, *quizzes.mistakes, *practices.mistakes]
    warnings: list[Mistake] = []
    lists, wrong = read_words(content_folders[0], "lessons/content")
    mistakes += wrong
    counts: dict[str, object] = _counts(lessons, quizzes)
    if lists is not None:
        frameworks, dictionary = lessons.frameworks, read_dictionary()
        rules = Rules(lists, lessons.registers, load_level(), read_symbols(), today, release, frameworks, dictionary)
        for name in lessons.lessons:
            found, noted = check_one(name, quizzes, rules)
            mistakes += found
            warnings += noted
        for name, practice in practices.practices.items():
            mistakes += check_practice(practices.sources[name], practice, rules)
            (mistakes if release else warnings).extend(check_practice_facts(practices.sources[name], rules))
        mistakes += check_home(content_folders[0], "lessons/content", lessons.lessons, rules, complete)
        registers = lessons.registers.paths["objectives"]
        is_whole = not any(one.path == registers for one in lessons.mistakes)
        mistakes += check_map(content_folders[0], "lessons/content", rules, is_whole)
        all_read = not quizzes.mistakes
        mistakes += check_ideas(content_folders[0], "lessons/content", _tags(quizzes), all_read, rules)
        shelves = [
            Shelf(lessons.sources[name], quizzes.sources[name], lessons.lessons[name], quiz)
            for name, quiz in quizzes.quizzes.items()
        ]
        mistakes += check_bank(shelves, rules, complete)
        counts |= _measures(lessons, quizzes, rules)
    (mistakes if release else warnings).extend(check_facts(lessons.facts, today))
    missing = _missing(content_folders[0])
    if complete:
        mistakes += [Mistake(path, 1, "write this lesson") for path in missing]
        mistakes += _incomplete(content_folders, lessons, quizzes)
    mistakes += _without_quiz(content_folders)
    mistakes += _strays(content_folders)
    report = Report(tuple(sorted(set(mistakes))), tuple(sorted(set(warnings))), counts)
    counts |= {
        "missing_lessons": len(missing),
        "mistakes": len(report.mistakes),
        "warnings": len(report.warnings),
    }
    return report


def check_one(name: str, quizzes: QuizCatalogue, rules: Rules) -> tuple[list[Mistake], list[Mistake]]:
    """A lesson with its quiz, where there is one: mistakes and warnings."""
    source, lesson = quizzes.lessons.sources[name], quizzes.lessons.lessons[name]
    findings = check_lesson(source, lesson, rules)
    mistakes, warnings = [*findings.mistakes], [*findings.warnings]
    if name in quizzes.quizzes:
        quiz_source = quizzes.sources[name]
        mistakes += check_quiz(quiz_source, quizzes.quizzes[name], lesson, rules)
        (mistakes if rules.is_release else warnings).extend(check_quiz_facts(quiz_source, rules))
        warnings += _unused_names(source, lesson, quiz_source)
    if rules.dictionary is not None:
        allowed = rules.words.spelling.get("any", frozenset()) | rules.words.spelling.get(name, frozenset())
        mistakes += misspelt(_all_that_is_read(name, quizzes), rules.dictionary, _names_in(name, quizzes), allowed)
    return mistakes, warnings


def _names_in(name: str, quizzes: QuizCatalogue) -> Iterator[str]:
    """The names of people and apps that a lesson, its quiz and its pretend app declare."""
    yield from (character.name for character in quizzes.lessons.lessons[name].characters)
    practice = quizzes.practices.sources.get(name)
    if practice is not None:
        form = practice.form
        yield from (form.name, *(one.name for one in form.characters), *(one.text for one in form.people.values()))


def _all_that_is_read(name: str, quizzes: QuizCatalogue) -> Iterator[tuple[str, Passage]]:
    """Every passage of a lesson, its quiz and its pretend app, with its file."""
    source = quizzes.lessons.sources[name]
    yield from ((source.path, part) for _, part in lesson_passages(source))
    quiz = quizzes.sources.get(name)
    if quiz is not None:
        yield from ((quiz.path, part) for part in quiz_passages(quiz))
    practice = quizzes.practices.sources.get(name)
    if practice is not None:
        yield from ((practice.path, part) for part in practice_passages(practice))


def _tags(quizzes: QuizCatalogue) -> Mapping[str, set[str]]:
    """The bands whose quizzes have an option tagged with each wrong idea."""
    tags: dict[str, set[str]] = {}
    for name, quiz in quizzes.quizzes.items():
        for item in quiz.items:
            for option in item.options:
                tags.setdefault(option.misconception, set()).add(quizzes.lessons.lesson(name).band)
    return tags


def _missing(folder: Path) -> list[str]:
    """The lessons of the grid that have no file."""
    cells = [f"{topic}/{band}.md" for topic in PLACES for band in BANDS]
    return [f"lessons/content/{cell}" for cell in cells if not (folder / cell).exists()]


def _incomplete(folders: tuple[Path, Path, Path], lessons: Catalogue, quizzes: QuizCatalogue) -> Iterator[Mistake]:
    """What a whole bank has beside its lessons: every objective, spare items, and a pretend app for each lesson. That
    each objective of a lesson is asked in forms A, B and C is a rule of its quiz, and the story is a part of it."""
    registered = len(lessons.registers.objectives)
    if registered != OBJECTIVES:
        message = f"{registered} objectives are here, and the grid has {OBJECTIVES}: add or take out the difference"
        yield Mistake(lessons.registers.paths["objectives"], 1, message)
    for topic in PLACES:
        for band in BANDS:
            if not (folders[2] / topic / f"{band}.yaml").exists():
                yield Mistake(f"practices/content/{topic}/{band}.yaml", 1, "write this practice")
    taught = {objective.id for lesson in lessons.lessons.values() for objective in lesson.objectives}
    spare = {item.objective for item in quizzes.items.values() if item.form == "D"}
    least = ceil(len(taught) * SPARE_SHARE)
    if len(spare) < least and quizzes.sources:
        first = next(iter(quizzes.sources.values()))
        message = f"{len(spare)} of {len(taught)} objectives have a spare item: write form D for {least} at least"
        yield first.mistake(message, "items")


def _without_quiz(folders: tuple[Path, Path, Path]) -> list[Mistake]:
    cells = [(file.parent.name, file.stem) for file, _ in lesson_catalogue.lesson_files(folders[0])]
    return [
        Mistake(f"quizzes/content/{topic}/{band}.yaml", 1, "write this quiz: its lesson is there")
        for topic, band in cells
        if not (folders[1] / topic / f"{band}.yaml").exists()
    ]


def _strays(folders: tuple[Path, Path, Path]) -> Iterator[Mistake]:
    """Files that nobody would read: another ending, another depth."""
    endings = {"lessons": ".md", "quizzes": ".yaml", "practices": ".yaml"}
    for folder, (room, ending) in zip(folders, endings.items(), strict=True):
        for file in sorted(folder.rglob("*")):
            parts = file.relative_to(folder).parts
            is_register = room == "lessons" and len(parts) == 1 and file.suffix == ".yaml"
            is_cell = len(parts) == 2 and file.suffix == ending
            if file.is_file() and not file.name.startswith(".") and not is_register and not is_cell:
                message = f"nothing reads this file: name it <topic>/<band>{ending}, or take it out"
                yield Mistake(f"{room}/content/{'/'.join(parts)}", 1, message)


def _unused_names(source: LessonSource, lesson: Lesson, quiz: QuizSource) -> Iterator[Mistake]:
    """Characters that the settings declare and nothing mentions."""
    read = [*(part for _, part in lesson_passages(source)), *quiz_passages(quiz)]
    told = "\n".join(part.text for part in read)
    for index, character in enumerate(lesson.characters):
        if not phrase(character.name).search(told):
            message = f"{character.name} is not in the lesson or its quiz: take the name out"
            yield source.mistake(message, "characters", index)


def _counts(lessons: Catalogue, quizzes: QuizCatalogue) -> dict[str, object]:
    items = list(quizzes.items.values())
    forms = Counter(item.form for item in items)
    tagged = {option.misconception for item in items for option in item.options} - {""}
    cards = [card for lesson in lessons.lessons.values() for card in lesson.cards]
    return {
        "lessons": len(lessons.lessons),
        "objectives": sum(len(lesson.objectives) for lesson in lessons.lessons.values()),
        "items": {form: forms[form] for form in FORMS},
        "objectives_with_spare": len({item.objective for item in items if item.form == "D"}),
        "scenarios": len(quizzes.quizzes),
        "practices": len(quizzes.practices.practices),
        "activities": sum(card.activity is not None for card in cards),
        "misconceptions": len(tagged),
        "pronouns": dict(Counter(one.pronoun for lesson in lessons.lessons.values() for one in lesson.characters)),
    }


def _measures(lessons: Catalogue, quizzes: QuizCatalogue, rules: Rules) -> dict[str, object]:
    readability = {name: measure(lessons.sources[name], lesson, rules) for name, lesson in lessons.lessons.items()}
    for name, quiz in quizzes.quizzes.items():
        readability[name]["fk_forms"] = form_levels(quiz, rules)
        if rules.level:
            readability[name]["fk_story"] = story_level(quiz, lessons.lessons[name], rules)
    for name, source in quizzes.practices.sources.items():
        if rules.level and name in readability:
            readability[name]["fk_practice"] = practice_level(source, rules)
    solved = {name: _as_data(solve(quiz.items, rules.words)) for name, quiz in quizzes.quizzes.items()}
    return {
        "readability": readability,
        "worst_readability": _worst(lessons, readability) if rules.level else {},
        "reading_level": "checked" if rules.level else "not checked",
        "spelling": "checked" if rules.dictionary else "American forms alone",
        "solvers": {"bank": _as_data(solve(quizzes.items.values(), rules.words)), **solved},
    }


#: What is measured of each lesson, and how the table calls it.
MEASURED = {
    "fk_masked": "lesson",
    "fk_hardest_card": "card",
    "fk_story": "story",
    "fk_practice": "pretend app",
    "fk_parents": "parents",
    "fk_teachers": "teachers",
}


def _worst(lessons: Catalogue, readability: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """By band, the hardest text of each sort and the lesson that has it."""
    worst: dict[str, dict[str, object]] = {}
    for band in BANDS:
        for key, what in MEASURED.items():
            levels = [
                (float(str(measured[key])), name)
                for name, measured in readability.items()
                if lessons.lessons[name].band == band and key in measured
            ]
            if levels:
                level, name = max(levels)
                worst.setdefault(band, {})[what] = {"level": level, "lesson": name}
    return worst


def _as_data(solved: Mapping[str, Solved]) -> dict[str, float]:
    data = {name: result.share for name, result in solved.items()}
    return data | {"chance": next(iter(solved.values())).chance} if solved else {}


if __name__ == "__main__":  # the same as `flask content check`, without an app; the command imports this module
    import_module("quizzes.commands").check()
