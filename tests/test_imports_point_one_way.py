"""Imports point one way (CONTRIBUTING.md): to mention a room above, use a URL."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent

#: Who may import whom, besides themselves. What is not here (app.py, commands.py, demo.py, ...) puts the rooms
#: together, and no room imports it.
GROUND = {
    "settings": set(),
    "group_commit": set(),
    "database": {"group_commit"},
    "keys": {"settings"},
    "web": {"settings", "keys", "database"},
}
GROUND["static_files"] = {"web", "settings"}
ROOMS = {
    "accounts": {*GROUND},
    "lessons": {*GROUND, "accounts"},
    "practices": {*GROUND, "accounts", "lessons"},
    "quizzes": {*GROUND, "accounts", "lessons", "practices"},
    "progress": {*GROUND, "accounts", "lessons", "practices", "quizzes"},
    "safeguarding": {*GROUND, "accounts", "lessons", "practices", "quizzes"},
}
MAY_IMPORT = {**GROUND, **ROOMS}
#: Only the server and the tests put the app together.
MAY_IMPORT_APP = {"wsgi", "serve", "tests", "bench"}

OURS = {path.stem for path in HERE.glob("*.py")} | {path.parent.name for path in HERE.glob("*/__init__.py")}


def files() -> list[Path]:
    rooms = [path for name in sorted(OURS) for path in sorted((HERE / name).rglob("*.py"))]
    return [*sorted(HERE.glob("*.py")), *rooms]


def room_of(path: Path) -> str:
    return path.relative_to(HERE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    """The first words of everything imported, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:  # `from .steps import ...` stays in the room
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(HERE)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    ours = imported(ast.parse(path.read_text(encoding="utf-8"))) & OURS - {room}
    if room in MAY_IMPORT:
        assert ours <= MAY_IMPORT[room], f"{room} imports {sorted(ours - MAY_IMPORT[room])}"
    if room not in MAY_IMPORT_APP:
        assert "app" not in ours, "only the server and the tests import app"
    if room != "tests" and room != "bench":
        assert not ours & {"tests", "bench"}, "the product does without its tests"


@pytest.mark.parametrize(
    "name", ["quizzes/engine", "practices/engine", "practices/page", "progress/mastery", "progress/home_card"]
)
def test_what_decides_about_learning_is_plain(name: str) -> None:
    """No Flask, no database, no clock, and chance only from a seed that is handed in: values in, values out."""
    path = HERE / f"{name}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not imported(tree) & {"flask", "flask_login", "sqlalchemy", "database", "web", "time", "secrets"}
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not asked & {"now", "today", "utcnow"}
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Import) and "random" in {name.name for name in node.names})
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            assert {name.name for name in node.names} == {"Random"}


def test_the_door_to_everything_needs_nothing_installed() -> None:
    """run.py runs before there is a virtual environment."""
    assert not imported(ast.parse((HERE / "run.py").read_text(encoding="utf-8"))) & OURS
