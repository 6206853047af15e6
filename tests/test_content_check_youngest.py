"""Reception and Years 1 and 2 work by ear and picture alone: what keeps a child out is told with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lessons import catalogue as lesson_catalogue
from lessons.check import Rules
from practices import catalogue as practice_catalogue
from practices.check import check_practice
from practices.compiler import make_practice, read_practice, refer
from tests.harness.content import Copy, copy_shipped
from tests.test_practice_check import rules as rules

LESSON = "lessons/content/passwords/eyfs.md"
QUIZ = "quizzes/content/passwords/eyfs.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_shipped(tmp_path, "passwords.eyfs")


def changed(copy: Copy, file: str, pattern: str, new: str) -> int:
    """The first place where the pattern stands becomes `new`; its line."""
    path = copy.root / file
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, f"{file} has no {pattern}"
    path.write_text(text[: found.start()] + found.expand(new) + text[found.end() :], encoding="utf-8")
    return text.count("\n", 0, found.start()) + 1


def test_a_shipped_lesson_of_reception_is_as_it_should_be(copy: Copy) -> None:
    assert [one for one in copy.told() if "passwords/eyfs" in one] == []  # the registers speak of all lessons


@pytest.mark.parametrize(
    ("file", "pattern", "new", "below", "says"),
    [
        (LESSON, r"^audio: true", "audio: false", 0, "pupils of this band listen: write audio: true"),
        (LESSON, r"^(## Card 1 .*) picture=[a-z:-]+\}", r"\1}", 0, "give this card a picture"),
        (LESSON, r"^Tia has a box\.", "Tia has a box & a key.", 0, "`&` cannot be heard: write it as a word"),
        (QUIZ, r"^    picture: ob-tablet\n", "", -3, "add a picture: in eyfs nothing needs reading"),
        (QUIZ, r", picture: ob-touch-on\}", "}", 0, "add a picture: in eyfs nothing needs reading"),
        (QUIZ, r"picture: ob-touch-on\}", "picture: ob-code-odd}", -1, "`ob-code-odd` stands for two choices"),
        (QUIZ, r"(?<=text: \")One tap", "1 + 1 tap", 0, "`+` cannot be heard: write it as a word"),
        (QUIZ, r"^      picture: cast-ruby:happy\n", "", -2, "add a picture: in eyfs nothing needs reading"),
        (QUIZ, r"to: s1a, picture: ob-code-mix\}", "to: s1a}", 0, "add a picture: in eyfs nothing needs reading"),
        (QUIZ, r"to: s1a, picture: ob-code-mix\}", "to: s1a, picture: ob-hand-shield}", -1, "`ob-hand-shield` stands"),
        (LESSON, r"^(  - \{text: [^}]*), picture: [a-z:-]+", r"\1", 0, "a picture: pupils of this band do not have"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_or_heard(copy: Copy, file: str, pattern: str, new: str, below: int, says: str) -> None:
    line = changed(copy, file, pattern, new) + below
    told = copy.told()
    assert [one for one in told if one.startswith(f"{file}:{line}: ") and says in one], "\n".join(told)


@pytest.mark.parametrize(
    ("lesson", "pattern", "new", "at", "says"),
    [
        ("privacy-settings.y1-2", r", picture: ob-star-pony\}", "}", "  pony: {", "add a picture"),
        ("privacy-settings.y1-2", r"^    picture: cast-finn:thinking\n", "", "  gran-me:", "add a picture"),
        ("personal-info.y1-2", r"^    picture: scene-bike-photo\n", "", "  photo:", "add a picture"),
        ("block-report.y1-2", r"(?<=^people:\n)(.*), picture: [^}]*", r"\1", "  splat: {", "add a picture"),
        ("personal-info.y1-2", r"^    picture: ob-send$", "    picture: cast-dad", "  photo:", "two choices"),
        ("personal-info.y1-2", r"(?<=\")He is proud of his", "He is proud of his #1", "He is proud", "cannot be heard"),
    ],
)
def test_so_it_is_in_a_pretend_app(lesson: str, pattern: str, new: str, at: str, says: str, rules: Rules) -> None:
    topic, _, band = lesson.partition(".")
    path = f"practices/content/{topic}/{band}.yaml"
    text = (practice_catalogue.CONTENT / topic / f"{band}.yaml").read_text(encoding="utf-8")
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None
    text = text[: found.start()] + found.expand(new) + text[found.end() :]
    source, mistakes = read_practice(text, path)
    assert source is not None
    registers = lesson_catalogue.load().registers
    assert mistakes + refer(source, registers) == []
    told = [one for one in check_practice(source, make_practice(source, registers), rules) if says in one.message]
    line = next(number for number, one in enumerate(text.split("\n"), 1) if at in one)
    assert (path, line) in {(one.path, one.line) for one in told}


def test_years_5_and_6_are_not_shouted_at(tmp_path: Path) -> None:
    copy = copy_shipped(tmp_path, "passwords.y5-6")
    file = "lessons/content/passwords/y5-6.md"
    line = changed(copy, file, r"^(## Card 1 .*\n)", r"\1Look at this! \"Well done!\" says Ivy.\n") + 1
    assert f"{file}:{line}: no exclamation mark in Years 5 and 6, unless somebody speaks" in copy.told()
    changed(copy, file, r"Look at this!", "Look at this.")
    assert not any("exclamation" in one for one in copy.told())
