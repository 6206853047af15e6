"""What only shows in all lessons together, and what a whole bank holds: told with file and line, and counted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from lessons import catalogue as lesson_catalogue
from lessons.check import Rules
from lessons.frameworks import read_frameworks
from lessons.pictures import read_symbols
from lessons.reading import Mistake
from lessons.standard import read_words
from lessons.wording import phrases
from practices import catalogue as practice_catalogue
from quizzes import bank, catalogue, commands
from quizzes import check as checking
from quizzes.bank import Shelf, check_bank
from quizzes.engine import Item, Node, Option, Outcome
from tests.harness.content import QUIZ, TODAY, Copy, copy_model, shipped_report


@pytest.fixture(scope="module")
def rules() -> Rules:
    words, wrong = read_words(lesson_catalogue.CONTENT, "lessons/content")
    assert words is not None
    assert not wrong
    frameworks, wrong = read_frameworks(lesson_catalogue.CONTENT, "lessons/content")
    assert not wrong
    registers = lesson_catalogue.load().registers
    return Rules(words, registers, None, read_symbols(), TODAY, False, frameworks)


@pytest.fixture(scope="module")
def shelves() -> list[Shelf]:
    """What we ship, with its sources."""
    lessons = lesson_catalogue.read_catalogue(lesson_catalogue.CONTENT)
    quizzes = catalogue.read_catalogue(catalogue.CONTENT, lessons, practice_catalogue.load())
    return [
        Shelf(lessons.sources[name], quizzes.sources[name], lessons.lessons[name], quiz)
        for name, quiz in quizzes.quizzes.items()
    ]


def of_band(shelves: Sequence[Shelf], band: str) -> list[Shelf]:
    return [shelf for shelf in shelves if shelf.lesson.band == band]


def the_mistake(mistakes: Sequence[Mistake], says: str) -> Mistake:
    told = [one for one in mistakes if says in one.message]
    assert len(told) == 1, "\n".join(map(str, mistakes))
    return told[0]


def test_what_we_ship_is_balanced(shelves: list[Shelf], rules: Rules) -> None:
    assert check_bank(shelves, rules, True) == []


# --------------------------------------------------------------------------------------------------------- guessing


def item(number: int, options: Sequence[str], correct: int, stem: str = "Ana waits. Which is so?") -> Item:
    made = [
        Option("abc"[place], text, place == correct, "" if place == correct else "an-idea", "")
        for place, text in enumerate(options)
    ]
    return Item(f"a.y3-4.{number}.A", f"a.y3-4.{number}", "A", stem, tuple(made), "")


def turned(number: int, correct: str, *wrong: str, stem: str = "Ana waits. Which is so?") -> Item:
    """An item whose correct option stands somewhere else than in the one before."""
    options = list(wrong)
    options.insert(number % 3, correct)
    return item(number, options, number % 3, stem)


#: A way to guess, and items in which it is always right, whatever their number.
GUESSES: dict[str, Callable[[int], Item]] = {
    "first": lambda number: item(number, ["One way.", "Two ways", "Big ways"], 0),
    "longest": lambda number: turned(number, "Another way to do it.", "A way.", "No way."),
    "adult": lambda number: turned(number, "Ask gran.", "Ask none.", "Ask them."),
    "kind": lambda number: turned(number, "Share it.", "Leave it.", "Throw it."),
    "echo": lambda number: turned(number, "Big boats.", "Old goats.", "Red coats.", stem="Ana draws boats. Which?"),
}


@pytest.mark.parametrize("guess", GUESSES)
def test_no_way_of_guessing_works_in_the_bank(guess: str, shelves: list[Shelf], rules: Rules) -> None:
    first = shelves[0]
    items = tuple(GUESSES[guess](number) for number in range(30))
    made = replace(first, quiz=replace(first.quiz, items=items))
    told = the_mistake(check_bank([made], rules, False), f"picking the `{guess}` option is right in 100%")
    assert (told.path, told.line) == (first.source.path, first.source.lines.line("items"))


def test_a_guess_may_be_a_little_better_than_chance(shelves: list[Shelf], rules: Rules) -> None:
    """15 points over chance, as much as the luck of a lesson may bring; not 16."""
    first = shelves[0]

    def share(right: int) -> list[Mistake]:
        options = ["One way.", "Two ways.", "Old ways."]
        items = [item(number, options, 0 if number < right else 1 + number % 2) for number in range(100)]
        return check_bank([replace(first, quiz=replace(first.quiz, items=tuple(items)))], rules, False)

    assert not [one for one in share(48) if "`first`" in one.message]
    assert [one for one in share(49) if "`first`" in one.message]


@pytest.mark.parametrize(("options", "right"), [(2, 0.61), (3, 0.43), (4, 0.34)])
def test_no_place_holds_too_many_correct_options(
    options: int, right: float, shelves: list[Shelf], rules: Rules
) -> None:
    first = shelves[0]
    texts = ["One way.", "Two ways.", "Old ways.", "Red ways."][:options]
    last, often = options - 1, round(100 * right)
    places = [*[last] * often, *(number % last for number in range(100 - often))]
    items = [replace(item(0, texts[:3], 0), options=_options(texts, place)) for place in places]
    made = replace(first, quiz=replace(first.quiz, items=tuple(items)))
    told = [one for one in check_bank([made], rules, False) if f"of {options} stand in place {options}" in one.message]
    assert [one.line for one in told] == [first.source.lines.line("items")]


def _options(texts: Sequence[str], correct: int) -> tuple[Option, ...]:
    return tuple(Option("abcd"[place], text, place == correct, "", "") for place, text in enumerate(texts))


# ---------------------------------------------------------------------------------------------- stories, names, roles


def test_most_stories_have_more_than_one_good_way(shelves: list[Shelf], rules: Rules) -> None:
    def narrow(node: Node) -> Node:
        safe = [choice for choice in node.choices if choice.outcome is Outcome.SAFE and not choice.is_help]
        return replace(node, choices=tuple(choice for choice in node.choices if choice not in safe[1:]))

    narrowed = [
        replace(
            shelf,
            quiz=replace(
                shelf.quiz,
                scenario=replace(
                    shelf.quiz.scenario,
                    nodes={name: narrow(node) for name, node in shelf.quiz.scenario.nodes.items()},
                ),
            ),
        )
        for shelf in shelves
    ]
    told = the_mistake(check_bank(narrowed, rules, False), "have a step with two safe choices")
    assert told.path == shelves[0].source.path


def pronouns(shelves: Sequence[Shelf], of: Callable[[str, str], bool], pronoun: str) -> Iterator[Shelf]:
    """The shelves with this pronoun for every character whose name and role answer."""
    for shelf in shelves:
        people = tuple(
            replace(one, pronoun=pronoun) if of(one.name, one.role) else one for one in shelf.lesson.characters
        )
        yield replace(shelf, lesson=replace(shelf.lesson, characters=people))


@pytest.mark.parametrize(
    ("of", "pronoun", "does"),
    [
        (lambda name, role: True, "he", "who make the rethink choices of the stories are `he`"),
        (lambda name, role: True, "she", "who are in the lessons are `she`"),
        (lambda name, role: "teacher" in role or "help" in role, "she", "who help as grown-ups are `she`"),
        (lambda name, role: "game" in role or "play" in role, "he", "who play games are `he`"),
    ],
)
def test_no_gender_is_the_usual_one(
    of: Callable[[str, str], bool], pronoun: str, does: str, shelves: list[Shelf], rules: Rules
) -> None:
    told = the_mistake(check_bank(list(pronouns(shelves, of, pronoun)), rules, False), does)
    where = "items" if "rethink" in does else "characters"
    first = shelves[0].source if where == "items" else shelves[0].lesson_source
    assert (told.path, told.line) == (first.path, first.lines.line(where))


def test_who_is_unkind_is_no_girl_and_no_boy(shelves: list[Shelf], rules: Rules) -> None:
    pushy = replace(shelves[0].lesson.characters[0], role="pushes", pronoun="he")
    first = replace(shelves[0], lesson=replace(shelves[0].lesson, characters=(pushy,) * bank.FEWEST))
    told = [one.message for one in check_bank([first], rules, False)]
    assert any("who are unkind or push are `he`: let more of them be `she`" in one for one in told)


# ----------------------------------------------------------------------------------------------------- in every band


def test_somebody_is_busy_in_every_band(shelves: list[Shelf], rules: Rules) -> None:
    third = of_band(shelves, "y3-4")
    nobody = replace(rules, words=replace(rules.words, busy=phrases([])))
    told = the_mistake(check_bank(third, nobody, True), "in one story of y3-4 let the first adult be busy")
    assert (told.path, told.line) == (third[0].source.path, third[0].source.lines.line("scenario"))
    assert check_bank(third[1:], nobody, True) == []  # a lesson to come may bring it


# ------------------------------------------------------------------------------------------------- a whole bank


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_model(tmp_path)


def with_practice(copy: Copy) -> Copy:
    shelf = copy.folders[2] / "online-friends"
    shelf.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "model" / "practice.yaml", shelf / "y3-4.yaml")
    return copy


def test_a_lesson_without_a_pretend_app_is_not_whole(copy: Copy) -> None:
    wanted = "practices/content/online-friends/y3-4.yaml:1: write this practice"
    assert wanted in copy.told(complete=True)
    assert wanted not in with_practice(copy).told(complete=True)


def test_one_objective_in_three_has_a_spare_item(copy: Copy) -> None:
    line = copy.line(QUIZ, "items:")
    told = f"{QUIZ}:{line}: 0 of 4 objectives have a spare item: write form D for 2 at least"
    assert told in copy.told(complete=True)
    assert told not in copy.told()


def test_every_objective_of_the_grid_is_registered(copy: Copy) -> None:
    register = "lessons/content/objectives.yaml"
    text = (copy.root / register).read_text(encoding="utf-8")
    start = text.index("\npasswords.eyfs.2:")
    copy.plant(register, text[start : text.index("\n\n", start)], "")
    told = f"{register}:1: 107 objectives are here, and the grid has 108: add or take out the difference"
    assert told in copy.told(complete=True)
    assert told not in copy.told()


def whole(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grid of one cell, which the model fills; two spare items too many to write here are not asked for."""
    for name, value in (("PLACES", {"online-friends": "pier"}), ("BANDS", {"y3-4": "y34"}), ("SPARE_SHARE", 0)):
        monkeypatch.setattr(checking, name, value)
    monkeypatch.setattr(checking, "SHIPPED", with_practice(copy).folders)


def test_a_whole_bank_is_told_in_a_table(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(copy, monkeypatch)
    result = CliRunner().invoke(commands.content, ["check", "--complete"])
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.split("\n")]
    assert lines[:4] == ["lessons 1 of 32", "objectives 4 of 108", "items, form A 4", "items, form B 4"]
    assert "stories 1 of 32" in lines
    assert "pretend apps 1 of 32" in lines
    assert "hardest reading level lesson card story pretend app parents teachers" in lines
    assert any(line.startswith("Years 3 and 4 ") and line.count(".") == 6 for line in lines)
    assert "right by guessing first longest adult kind echo chance" in lines
    assert lines[-2] == "one lesson, 0 not written yet: no mistakes"


def test_without_it_nothing_is_tabled(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(copy, monkeypatch)
    assert "hardest" not in CliRunner().invoke(commands.content, ["check"]).output


def test_the_same_is_one_object_for_programs(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(copy, monkeypatch)
    result = CliRunner().invoke(commands.content, ["check", "--complete", "--json"])
    assert result.exit_code == 0
    counts = json.loads(result.output)
    assert counts["lessons"] == counts["scenarios"] == counts["practices"] == 1
    assert counts["objectives_with_spare"] == 0
    assert counts["worst_readability"]["y3-4"]["lesson"] == {"level": 1.7, "lesson": "online-friends.y3-4"}
    assert set(counts["worst_readability"]["y3-4"]) == {"lesson", "card", "story", "pretend app", "parents", "teachers"}
    assert counts["solvers"]["bank"] == counts["solvers"]["online-friends.y3-4"]


def test_what_is_missing_fails_it(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SHIPPED", copy.folders)
    result = CliRunner().invoke(commands.content, ["check", "--complete"])
    assert result.exit_code == 1
    assert "lessons/content/passwords/eyfs.md:1: write this lesson" in result.output
    assert "one lesson, 31 not written yet: " in result.output


def test_without_textstat_the_table_has_no_levels(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(copy, monkeypatch)
    monkeypatch.setattr(checking, "load_level", lambda: None)
    result = CliRunner().invoke(commands.content, ["check", "--complete"])
    assert result.exit_code == 0
    assert "hardest" not in result.output
    assert "reading level: not checked (textstat is not installed)" in result.output


def test_the_bank_that_we_ship_is_whole() -> None:
    report = shipped_report()
    assert list(map(str, report.mistakes)) == []
    counts = report.counts
    assert (counts["lessons"], counts["scenarios"], counts["practices"], counts["objectives"]) == (32, 32, 32, 108)
    assert counts["items"] == {"A": 108, "B": 108, "C": 108, "D": counts["objectives_with_spare"]}
