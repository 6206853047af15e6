"""`make mutate-doors`: takes away one permission check at a time, in a copy of the tree; the tests must go red.

What is taken away: the `@needs` of each view (anybody may open it); each action that a role may not do (now it may);
each condition of what belongs to whom (`school_id`, membership, left, ended, linked, the class door, whose attempt it
is); and each guard that turns somebody away. The first two kinds must be noticed by the page's own rows of the role
matrix, tests/test_doors.py; the others by the stories of tests/test_what_belongs_to_whom.py or else by the matrix: the
stories are tried first, for they take seconds. One that nobody notices is printed, and the command ends with 1. By
hand, not in CI: about 160 of them take some ten minutes on two cores. With words, only those whose names hold one of
them: `python -m tests.mutate_doors without` is the conditions and the guards.
"""

from __future__ import annotations

import ast
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from accounts.models import Role
from accounts.policy import MAY, Action

HERE = Path(__file__).resolve().parent.parent
MATRIX = "tests/test_doors.py"
STORIES = "tests/test_what_belongs_to_whom.py"
ROW = f"{MATRIX}::test_the_door_opens_for_whom_it_should_and_for_nobody_else"
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", "instance", "shots", "results", "__pycache__", ".*_cache")

#: Files whose `.where(...)` arguments say what belongs to whom, with the functions or names that hold them.
SCOPES: dict[str, tuple[str, ...]] = {
    "accounts/policy.py": (
        "classes_for",
        "class_or_404",
        "pupils_for",
        "pupil_or_404",
        "staff_for",
        "staff_or_404",
        "unlinkings_for",
    ),
    "accounts/sessions.py": ("_WHO",),
    "accounts/views/front.py": ("_DOOR", "_BOATS", "_BOAT"),
    "accounts/views/families.py": ("unlink", "void_code"),
    "quizzes/attempts.py": ("_READ",),
    "quizzes/home_lessons.py": ("_OF_CLASS",),
    "quizzes/learner.py": ("child_or_404",),
}
#: Guards that turn somebody away: what stands there, and the same with the guard gone.
GUARDS: tuple[tuple[str, str, str], ...] = (
    ("accounts/policy.py", "if not may(actor, action):", "if False:"),
    ("accounts/policy.py", "if lacks_second_factor(actor) and", "if False and"),
    ("accounts/policy.py", "return not actor.has_second_factor and", "return False and"),
    ("accounts/policy.py", "if action is None:", "if False:"),
    ("accounts/policy.py", "if actor is None:\n        if wants_json()", "if False:\n        if wants_json()"),
    ("accounts/policy.py", "if not may(actor, Action.SEE_CLASSES):", "if False:"),
    ("accounts/policy.py", "if actor.role in WHOLE_SCHOOL:", "if True:"),
    ("accounts/policy.py", "if actor.role == Role.PARENT:", "if False:"),
    ("accounts/policy.py", "if not may(actor, Action.RUN_OFFICE):", "if False:"),
    ("accounts/policy.py", "if not may(actor, Action.UNLINK_FAMILY):", "if False:"),
    ("accounts/sessions.py", "if row is None or row[24] is not None:", "if row is None:"),
    ("accounts/views/front.py", "if not (may_look(", "if False and not (may_look("),
    ("accounts/views/front.py", "if may_look(", "if True or may_look("),
    ("accounts/views/classes.py", "if found.class_id != school_class.id:", "if False:"),
    ("accounts/roster/views.py", "if found.class_id != school_class.id:", "if False:"),
    ("quizzes/views.py", "if not voyage.sailing.is_home or", "if"),
    ("quizzes/views.py", "if _home(learner).of(lesson.id) is None:", "if False:"),
    ("quizzes/views.py", "return _home(voyage.learner).of(voyage.sailing.lesson) is not None", "return True"),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One check taken away: the file, what it says afterwards, and the tests that ought to notice, soonest first."""

    name: str
    file: str
    text: str
    rows: tuple[str, ...] = ()  # endpoints; none: the stories, then the whole matrix


def mutants() -> Iterator[Mutant]:
    needed = dict(_needs())
    yield from _unneeded()
    yield from _widened(needed)
    yield from _unscoped()
    yield from _unguarded()


def _views() -> Iterator[tuple[str, str]]:
    for path in sorted(HERE.glob("*/**/*.py")):
        file = path.relative_to(HERE).as_posix()
        if not file.startswith((".", "tests/", "bench/", "migrations/")):
            text = path.read_text(encoding="utf-8")
            if "@needs(" in text:
                yield file, text


def _marks(text: str) -> Iterator[tuple[ast.FunctionDef, str, str]]:
    """Every view of a module marked `@needs`: its function, its endpoint and its action."""
    tree = ast.parse(text)
    names = re.findall(r'^bp = Blueprint\("(\w+)"', text, re.MULTILINE) or ["progress"]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                said = ast.unparse(mark)
                if said.startswith("needs(Action."):
                    yield node, f"{names[0]}.{node.name}", said.removeprefix("needs(Action.").rstrip(")")


def _needs() -> Iterator[tuple[str, str]]:
    for _, text in _views():
        for _, endpoint, action in _marks(text):
            yield endpoint, action


def _unneeded() -> Iterator[Mutant]:
    """Each view, open to all."""
    for file, text in _views():
        lines = text.splitlines(keepends=True)
        for node, endpoint, action in _marks(text):
            first = min(mark.lineno for mark in node.decorator_list) - 1
            changed = list(lines)
            for number in range(first, node.lineno - 1):
                changed[number] = changed[number].replace(f"@needs(Action.{action})", "@open_to_all")
            first_import = next(number for number, line in enumerate(changed) if line.startswith("from __future__"))
            changed.insert(first_import + 1, "from accounts.policy import open_to_all as open_to_all\n")
            yield Mutant(f"{endpoint} open to all", file, "".join(changed), (endpoint,))


def _widened(needed: dict[str, str]) -> Iterator[Mutant]:
    """Each role, with one action more. Only actions that a page asks for: nothing else could be noticed."""
    file = "accounts/policy.py"
    text = (HERE / file).read_text(encoding="utf-8")
    for role in Role:
        for action in Action:
            rows = tuple(endpoint for endpoint, name in needed.items() if name == action.name)
            if action in MAY[role] or not rows or (role, action) in BEHIND_ANOTHER_LOCK:
                continue
            more = f"\nMAY[Role.{role.name}] |= {{Action.{action.name}}}\n"
            changed = text.replace("\n#: Roles that see every class", more + "\n#: Roles that see every class")
            if changed == text:
                raise SystemExit(f"{file} has changed: teach {Path(__file__).name} where MAY ends")
            yield Mutant(f"{role} may {action}", file, changed, rows)


#: Roles that could do nothing with one action more: what they would then be asked is refused by a second lock.
BEHIND_ANOTHER_LOCK = {
    (Role.PUPIL, Action.LOOK_FOR_BOAT),  # a pupil who has signed in is sent to the chart
    # `classes_for` shows no class to whom may not see the list of classes, and so no pupil of one.
    (Role.PUPIL, Action.SEE_CLASS),
    (Role.PUPIL, Action.RUN_CLASS),
    (Role.PUPIL, Action.SEE_FAMILIES),
    (Role.PUPIL, Action.UNLINK_FAMILY),
    (Role.PARENT, Action.RUN_CLASS),
    (Role.PUPIL, Action.SET_LESSON),
    (Role.PARENT, Action.SET_LESSON),
    (Role.PUPIL, Action.LEARN_TOGETHER),
}


def _unscoped() -> Iterator[Mutant]:
    """Each argument of each `.where(...)`, gone."""
    for file, names in SCOPES.items():
        text = (HERE / file).read_text(encoding="utf-8")
        for name, node in _named(ast.parse(text), names):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "where":
                    for argument in call.args:
                        said = ast.get_source_segment(text, argument) or ""
                        if said != "false()":
                            gone = _replaced(text, argument, '__import__("sqlalchemy").true()')
                            yield Mutant(f"{name} without {' '.join(said.split())}", file, gone)


def _named(tree: ast.Module, names: Sequence[str]) -> Iterator[tuple[str, ast.stmt]]:
    found = set()
    for node in tree.body:
        name = getattr(node, "name", "")
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        if name in names:
            found.add(name)
            yield name, node
    if found != set(names):
        raise SystemExit(f"{Path(__file__).name} looks for {set(names) - found}, which has gone")


def _replaced(text: str, node: ast.expr, new: str) -> str:
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + _characters(lines[node.lineno - 1], node.col_offset)
    last = node.end_lineno or node.lineno
    end = sum(map(len, lines[: last - 1])) + _characters(lines[last - 1], node.end_col_offset or 0)
    return text[:start] + new + text[end:]


def _characters(line: str, offset: int) -> int:
    """`ast` counts bytes."""
    return len(line.encode()[:offset].decode())


def _unguarded() -> Iterator[Mutant]:
    for file, old, new in GUARDS:
        text = (HERE / file).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"{file} does not hold {old!r} once: teach {Path(__file__).name} what stands there now")
        yield Mutant(f"{file} without: {' '.join(old.split())}", file, text.replace(old, new))


# Trying them


def is_noticed(mutant: Mutant, tree: Path) -> bool:
    """Whether the tests go red in this copy of the tree, which is put right again afterwards."""
    path = tree / mutant.file
    kept = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    try:
        ids = [f"{ROW}[{endpoint}]" for endpoint in mutant.rows] or [STORIES, MATRIX]
        return _is_red(tree, ids)
    finally:
        path.write_text(kept, encoding="utf-8")


def _is_red(tree: Path, ids: Sequence[str]) -> bool:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *ids]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: a test failed; anything else: nothing was tried
        raise SystemExit(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


def main(arguments: Sequence[str]) -> int:
    """With words, only the mutants whose names hold one of them."""
    chosen = [each for each in mutants() if not arguments or any(word in each.name for word in arguments)]
    workers = max(1, os.cpu_count() or 1)
    trees: queue.Queue[Path] = queue.Queue()
    with tempfile.TemporaryDirectory(prefix="harbour-doors-") as scratch:
        for number in range(workers):
            trees.put(Path(shutil.copytree(HERE, Path(scratch) / str(number), ignore=LEFT_BEHIND)))
        if _is_red(Path(scratch) / "0", [STORIES, MATRIX]):
            raise SystemExit(f"{STORIES} or {MATRIX} is red before anything is taken away: mend that first")

        def attempt(mutant: Mutant) -> bool:
            tree = trees.get()
            try:
                return is_noticed(mutant, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            unnoticed = []
            for mutant, noticed in zip(chosen, pool.map(attempt, chosen), strict=True):
                print(f"{'red ' if noticed else 'GREEN'}  {mutant.name}", flush=True)
                if not noticed:
                    unnoticed.append(mutant.name)
    score = 100 * (len(chosen) - len(unnoticed)) / len(chosen) if chosen else 0.0
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} noticed: {score:.1f} %")
    for name in unnoticed:
        print(f"  nobody noticed: {name}")
    return 1 if unnoticed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
