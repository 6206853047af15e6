"""Checks everything that is written for pupils, parents and teachers, and says every mistake at once.

`flask content check` and `python -m quizzes.check` both run it. Nothing here needs Flask or a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

from accounts.bands import BANDS
from lessons import catalogue as lesson_catalogue
from lessons.catalogue import Catalogue
from lessons.check import Rules, check_facts, check_lesson, measure
from lessons.compiler import LessonSource
from lessons.compiler import passages as lesson_passages
from lessons.home_rules import check_home
from lessons.idea_rules import check_ideas
from lessons.lesson import PLACES, Lesson
from lessons.pictures import read_symbols
from lessons.readability import load_level
from lessons.reading import Mistake
from lessons.standard import read_words
from lessons.wording import phrase
from practices import catalogue as practice_catalogue
from practices.check import check_practice

from . import catalogue as quiz_catalogue
from .catalogue import QuizCatalogue
from .compiler import QuizSource
from .compiler import passages as quiz_passages
from .rules import check_bank, check_quiz, form_levels
from .solvers import Solved, solve

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

    `complete`: a lesson of the grid that is not there is a mistake, and so is a wrong idea without a question for the
    home card. `release`: so are a review that is overdue and an
    unverified fact in a pupil's text, which otherwise are warnings.
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
        rules = Rules(lists, lessons.registers, load_level(), read_symbols(), today, release)
        for name, lesson in lessons.lessons.items():
            findings = check_lesson(lessons.sources[name], lesson, rules)
            mistakes += findings.mistakes
            warnings += findings.warnings
        for name, quiz in quizzes.quizzes.items():
            mistakes += check_quiz(quizzes.sources[name], quiz, lessons.lessons[name], rules)
            warnings += _unused_names(lessons.sources[name], lessons.lessons[name], quizzes.sources[name])
        for name, practice in practices.practices.items():
            mistakes += check_practice(practices.sources[name], practice, rules)
        mistakes += check_home(content_folders[0], "lessons/content", lessons.lessons, rules, complete)
        all_read = not quizzes.mistakes
        mistakes += check_ideas(content_folders[0], "lessons/content", _tags(quizzes), all_read, rules)
        names = list(quizzes.quizzes)
        mistakes += check_bank(
            [quizzes.sources[name] for name in names],
            [quizzes.quizzes[name] for name in names],
            [lessons.lessons[name] for name in names],
            rules,
        )
        counts |= _measures(lessons, quizzes, rules)
    (mistakes if release else warnings).extend(check_facts(lessons.facts, today))
    missing = _missing(content_folders[0])
    if complete:
        mistakes += [Mistake(path, 1, "write this lesson") for path in missing]
    mistakes += _without_quiz(content_folders)
    found, noted = tuple(sorted(set(mistakes))), tuple(sorted(set(warnings)))
    counts |= {"missing_lessons": len(missing), "mistakes": len(found), "warnings": len(noted)}
    return Report(found, noted, counts)


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


def _without_quiz(folders: tuple[Path, Path, Path]) -> list[Mistake]:
    cells = [(file.parent.name, file.stem) for file, _ in lesson_catalogue.lesson_files(folders[0])]
    return [
        Mistake(f"quizzes/content/{topic}/{band}.yaml", 1, "write this quiz: its lesson is there")
        for topic, band in cells
        if not (folders[1] / topic / f"{band}.yaml").exists()
    ]


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
        "items": {form: forms[form] for form in "ABCD"},
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
    solved = {name: _as_data(solve(quiz.items, rules.words)) for name, quiz in quizzes.quizzes.items()}
    return {
        "readability": readability,
        "reading_level": "checked" if rules.level else "not checked",
        "solvers": {"bank": _as_data(solve(quizzes.items.values(), rules.words)), **solved},
    }


def _as_data(solved: Mapping[str, Solved]) -> dict[str, float]:
    data = {name: result.share for name, result in solved.items()}
    return data | {"chance": next(iter(solved.values())).chance} if solved else {}


if __name__ == "__main__":  # the same as `flask content check`, without an app; the command imports this module
    import_module("quizzes.commands").check()
