"""Rules that only Years 5 and 6 meet: told with file and line, in a copy of a lesson that we ship."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quizzes import rules
from quizzes.engine import TooManyPaths
from tests.harness.content import QUIZ, Copy, copy_model, copy_shipped


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_shipped(tmp_path, "online-friends.y5-6")


LESSON = "lessons/content/online-friends/y5-6.md"
OLDER_QUIZ = "quizzes/content/online-friends/y5-6.yaml"


def test_a_shipped_lesson_of_years_5_and_6_is_as_it_should_be(copy: Copy) -> None:
    assert [one for one in copy.told() if "online-friends/y5-6" in one] == []  # the registers speak of all lessons


def test_what_the_safeguarding_lead_reads_first_is_marked(copy: Copy) -> None:
    copy.plant(LESSON, "sensitivity: high", "sensitivity: medium")
    line = copy.line(LESSON, "sensitivity:")
    assert f"{LESSON}:{line}: the safeguarding lead reads this first: write sensitivity: high" in copy.told()


def test_which_is_not_stands_in_capitals_from_year_5_on(copy: Copy) -> None:
    text = (copy.root / OLDER_QUIZ).read_text(encoding="utf-8")
    stem = re.search(r'(?<=    stem: ")((?:[^"\\]|\\.)*)(?=")', text)
    assert stem is not None
    name = re.search(r"[A-Z]\w+", stem[0])
    assert name is not None
    for asked, is_told in (("Which of these is not a sign?", True), ("Which of these is NOT a sign?", False)):
        changed = text[: stem.start()] + f"{name[0]} listens. {asked}" + text[stem.end() :]
        (copy.root / OLDER_QUIZ).write_text(changed, encoding="utf-8")
        line = copy.line(OLDER_QUIZ, asked)
        told = f"{OLDER_QUIZ}:{line}: write NOT in capitals, so that it is seen"
        assert (told in copy.told()) is is_told


def test_a_story_with_more_ways_than_anyone_can_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        raise TooManyPaths("online-friends.y3-4.scenario")

    monkeypatch.setattr(rules, "walk", endless)
    copy = copy_model(tmp_path)
    line = copy.line(QUIZ, "  nodes:")
    assert f"{QUIZ}:{line}: too many ways through this story: take some choices out" in copy.told()
