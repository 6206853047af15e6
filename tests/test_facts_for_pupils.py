"""No page of a pupil shows a fact that nobody has checked (CURRICULUM.md 4.1): each is marked, and looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lessons import catalogue as lesson_catalogue
from lessons.compiler import make_lesson
from lessons.registers import Facts, Registers
from practices import catalogue as practice_catalogue
from practices.compiler import make_practice
from quizzes import catalogue
from quizzes.check import SHIPPED, check_content
from quizzes.compiler import make_quiz
from tests.harness.content import TODAY
from tests.harness.world import World

pytestmark = pytest.mark.one_database

MARK = "Nobody has checked this."


@pytest.fixture(scope="module")
def marked() -> Registers:
    """The registers, in which every fact that is unverified says so. What a school fills in itself is its own word."""
    registers = lesson_catalogue.load().registers
    facts = {
        name: replace(fact, value=MARK, child_text=dict.fromkeys(fact.child_text, MARK))
        if fact.status == "unverified" and not fact.is_local
        else fact
        for name, fact in registers.facts.by_id.items()
    }
    assert any(fact.value == MARK for fact in facts.values()), "nothing is unverified, so this says nothing"
    return replace(registers, facts=Facts(facts, registers.facts.path))


def test_no_lesson_shows_a_pupil_one(marked: Registers) -> None:
    for source in lesson_catalogue.read_catalogue(lesson_catalogue.CONTENT).sources.values():
        lesson = make_lesson(source, marked)
        for shown in (lesson.title, lesson.cards, lesson.learned, lesson.say_at_home, lesson.vocabulary):
            assert MARK not in str(shown), lesson.id


def test_no_question_story_or_pretend_app_does(marked: Registers) -> None:
    lessons = lesson_catalogue.read_catalogue(lesson_catalogue.CONTENT)
    practices = practice_catalogue.read_catalogue(practice_catalogue.CONTENT, lessons)
    quizzes = catalogue.read_catalogue(catalogue.CONTENT, lessons, practices)
    for name, source in quizzes.sources.items():
        assert MARK not in str(make_quiz(source, lessons.lessons[name].band, marked)), name
    for name, app in practices.sources.items():
        made = make_practice(app, marked)
        assert MARK not in str([getattr(made, part) for part in made.__dataclass_fields__]), name


@pytest.mark.parametrize("year_group", [0, 2, 4, 6])
def test_nor_does_the_help_page(
    world: World, year_group: int, marked: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = replace(lesson_catalogue.load(), registers=marked)
    monkeypatch.setattr(lesson_catalogue, "load", lambda: shelf)
    pupil = world.signed_in(world.pupil("Amina", world.klass("Willow", year_group)))
    assert MARK not in pupil.visits("/help").text


def test_it_would_be_found(marked: Registers) -> None:
    """A lesson that did name one would show the mark."""
    source = lesson_catalogue.read_catalogue(lesson_catalogue.CONTENT).sources["passwords.y3-4"]
    card = replace(source.cards[0].words, text="{{ text:password-change }}")
    told = make_lesson(replace(source, cards=(replace(source.cards[0], words=card),)), marked)
    assert MARK in told.cards[0].text


def test_a_release_says_so_first() -> None:
    told = check_content(SHIPPED, today=TODAY, release=True).mistakes
    assert [one for one in told if "unverified" in one.message] == []
