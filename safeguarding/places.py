"""Where the lifebuoy was pressed: the page before as an address of ours to go back to, and in words for who reads."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from lessons.lesson import PLACE_NAMES
from quizzes import catalogue
from quizzes.attempts import PRACTISE, REMEMBER, read_attempt
from quizzes.steps import Part, Step, steps_of, steps_to_practise

#: An address of ours: no host, and no query, which may hold what was just done.
_INSIDE = re.compile(r"/(?![/\\])[\w/.-]*\Z", re.ASCII)
_STEP = re.compile(r"/sail/(\w+)/(\d{1,3})\Z", re.ASCII)
_OTHERS = {
    "/chart": "The chart",
    "/my-page": "My reading",
    "/boats": "The names of the class",
    "/classes": "Classes",
    "/families": "Pages for families",
    "/lessons": "Lessons",
}
_PARTS = {
    Part.BEFORE: "question {} before the lesson",
    Part.CARD: "card {}",
    Part.PRACTICE: "the pretend app",
    Part.QUIZ: "question {} after the lesson",
    Part.STORY: "the story",
    Part.FINISH: "the end",
}


def inside(address: str) -> str:
    """The path of this address without its query, or nothing where it is no page of ours, or one about help itself."""
    path = address.split("?")[0].split("#")[0]
    return path if _INSIDE.match(path) and not path.startswith("/help") else ""


def is_lesson(path: str) -> bool:
    return path.startswith("/sail/")


def in_words(connection: Connection, pupil_id: int | None, path: str) -> str:
    """ "Lesson: Meeting Pier, card 4"; empty where the page before is not known, or is another pupil's."""
    if found := _STEP.match(path):
        return _step_in_words(connection, pupil_id, found[1], int(found[2])) if pupil_id is not None else ""
    if path == "/":
        return "The front page"
    return next((words for start, words in _OTHERS.items() if path.startswith(start)), "")


def _step_in_words(connection: Connection, pupil_id: int, attempt: str, number: int) -> str:
    sailing = read_attempt(connection, attempt, pupil_id)
    if sailing is None:
        return ""
    bank = catalogue.load()
    lesson = bank.lessons.lessons.get(sailing.lesson)
    if sailing.kind == REMEMBER or lesson is None or lesson.id not in bank.quizzes:
        return f"Remember, question {number}"
    practice = bank.practice(lesson.id)
    steps: tuple[Step, ...] = steps_of(lesson, bank.quiz(lesson.id), practice)
    if sailing.kind == PRACTISE and practice is not None:
        steps = steps_to_practise(practice)
    if not 1 <= number <= len(steps):
        return f"Lesson: {PLACE_NAMES[lesson.place]}"
    step = steps[number - 1]
    return f"Lesson: {PLACE_NAMES[lesson.place]}, {_PARTS[step.part].format(step.place)}"
