"""A copy of the model lesson, in which a test plants a mistake. No Flask, no database."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lessons import catalogue as lesson_catalogue
from lessons.catalogue import CONTENT
from practices import catalogue as practice_catalogue
from quizzes import catalogue as quiz_catalogue
from quizzes.check import SHIPPED, Report, check_content

MODEL = Path(__file__).parent.parent / "model"
LESSON = "lessons/content/online-friends/y3-4.md"
QUIZ = "quizzes/content/online-friends/y3-4.yaml"
FACTS = "lessons/content/facts.yaml"
HOME = "lessons/content/home.yaml"
FRAMEWORKS = "lessons/content/frameworks.yaml"
OBJECTIVES = "lessons/content/objectives.yaml"
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Copy:
    """The model lesson and quiz in folders of their own, with the registers that we ship."""

    root: Path

    @property
    def folders(self) -> tuple[Path, Path, Path]:
        """Of lessons, quizzes and practices; the last is empty until a test wants one, which takes time to walk."""
        lessons, quizzes, practices = (self.root / room / "content" for room in ("lessons", "quizzes", "practices"))
        return lessons, quizzes, practices

    def plant(self, file: str, old: str, new: str) -> None:
        """Puts `new` in the place of `old`, which stands there once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, file: str, fragment: str) -> int:
        """The first line that holds the fragment, from 1."""
        lines = (self.root / file).read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, 1) if fragment in line)

    def check(self, today: date = TODAY, complete: bool = False, release: bool = False) -> Report:
        return check_content(self.folders, today, complete, release)

    def told(self, today: date = TODAY, complete: bool = False, release: bool = False) -> list[str]:
        """The mistakes as they are printed."""
        return list(map(str, self.check(today, complete, release).mistakes))


@cache
def shipped_report() -> Report:
    """What the check of the whole bank says of all that we ship: it takes seconds, and several tests ask. With
    `complete`, what it calls a mistake is what it calls one without, and more."""
    return check_content(SHIPPED, TODAY, complete=True)


def copy_shipped(root: Path, lesson: str) -> Copy:
    """A lesson that we ship ("passwords.eyfs") with its quiz and pretend app, as `copy_model` puts the model."""
    topic, _, band = lesson.partition(".")
    shipped = (lesson_catalogue.CONTENT, quiz_catalogue.CONTENT, practice_catalogue.CONTENT)
    copy = Copy(root)
    for folder, ours, ending in zip(copy.folders, shipped, ("md", "yaml", "yaml"), strict=True):
        (folder / topic).mkdir(parents=True)
        shutil.copy(ours / topic / f"{band}.{ending}", folder / topic)
    for register in shipped[0].glob("*.yaml"):
        shutil.copy(register, copy.folders[0])
    _keep_what_is_tagged(copy.folders[0], copy.folders[1] / topic / f"{band}.yaml", band)
    return copy


def _keep_what_is_tagged(folder: Path, quiz: Path, band: str) -> None:
    """Of the wrong ideas, and of what is asked about them at home, what this one quiz tags, as of its band alone."""
    tagged = set(re.findall(r"misconception: ([\w-]+)", quiz.read_text(encoding="utf-8")))
    register, home = folder / "misconceptions.yaml", folder / "home.yaml"
    entries = re.split(r"(?m)^(?=[\w-]+:$)", register.read_text(encoding="utf-8"))[1:]
    kept = (entry for entry in entries if entry.split(":")[0] in tagged)
    bands = re.compile(r"(?m)^  bands: .*$")
    register.write_text("".join(bands.sub(f"  bands: [{band}]", entry) for entry in kept), encoding="utf-8")
    head, rest = home.read_text(encoding="utf-8").split("\npractised:")
    asked = [line for line in head.split("\n") if not line.startswith("  ") or line.split(":")[0].strip() in tagged]
    home.write_text("\n".join(asked) + "\npractised:" + rest, encoding="utf-8")


def copy_model(root: Path) -> Copy:
    for file in (LESSON, QUIZ):
        (root / file).parent.mkdir(parents=True)
    shutil.copy(MODEL / "lesson.md", root / LESSON)
    shutil.copy(MODEL / "quiz.yaml", root / QUIZ)
    for name in ("objectives", "facts", "words", "frameworks"):
        shutil.copy(CONTENT / f"{name}.yaml", root / f"lessons/content/{name}.yaml")
    for name in ("misconceptions", "home"):
        shutil.copy(MODEL / f"{name}.yaml", root / f"lessons/content/{name}.yaml")
    return Copy(root)
