"""The house itself: nothing of the workshop left in it, every setting written down, migrations equal to the models."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from database import PUBLIC_ID_LETTERS, Base, db
from tests.harness.page_rules import FORBIDDEN_IN_PATHS

HERE = Path(__file__).resolve().parent.parent
TEXT = {
    ".py",
    ".md",
    ".html",
    ".js",
    ".css",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".in",
    ".cfg",
    ".ini",
    ".svg",
    ".mako",
    "",
}


def kept_files() -> list[Path]:
    """What git keeps, or would: every file that is not ignored."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HERE,
        capture_output=True,
        check=True,
    )
    return [HERE / name for name in listed.stdout.decode().split("\0") if name and (HERE / name).is_file()]


def lines(*, vendored: bool = False) -> Iterator[tuple[str, str]]:
    """("lessons/lesson.py:12", the line) of every text file."""
    for path in kept_files():
        name = path.relative_to(HERE).as_posix()
        is_text = path.suffix in TEXT or path.name in (".env.example", ".gitignore", ".gitattributes", ".editorconfig")
        if is_text and (vendored or not name.startswith("tests/vendor/")):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                yield f"{name}:{number}", line


#: Spelled in parts, so that this file is not the first to break its own rule.
_MACHINES = [
    r"/wo" r"rk/",
    r"\.\./sha" r"red",
    r"/ro" r"ot/",
    r"/opt/(py" r"pi|wheels)",
    r"\bpy" r"pi\.org",
    r"python" r"hosted\.org",
    r"registry\.np" r"mjs",
    r"index-u" r"rl",
    r"deb\.deb" r"ian\.org",
]


def test_no_registry_and_no_machine_is_named() -> None:
    machine = re.compile("|".join(_MACHINES))
    found = [f"{where}: {line[:100]}" for where, line in lines(vendored=True) if machine.search(line)]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|coming " r"soon", re.IGNORECASE)
    found = [f"{where}: {line[:100]}" for where, line in lines() if later.search(line)]
    assert found == []


def test_a_check_that_is_switched_off_says_why() -> None:
    unexplained = re.compile(r"#\s*(type: ig" r"nore(\[[\w, -]*\])?|no" r"qa(: [\w, ]+)?)\s*$")
    found = [f"{where}: {line.strip()[:100]}" for where, line in lines() if unexplained.search(line)]
    assert found == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        locked = (HERE / name).read_text(encoding="utf-8")
        assert "://" not in locked
        packages = re.split(r"\n(?=[a-z])", locked)
        assert len(packages) > 30
        assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_what_is_run_is_part_of_what_is_developed_with() -> None:
    """One lock is a part of the other, so that tests run on the packages a school gets."""
    run, dev = (
        set(re.findall(r"^([a-z][\w.-]*==[^ ;]+)", (HERE / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert run <= dev


def settings_read() -> set[str]:
    """The names that settings.py asks the environment for."""
    source = (HERE / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'(?:env\.get\(|_number\(env, )"([A-Z_]+)"', source))


def test_every_setting_is_written_down() -> None:
    assert len(settings_read()) >= 10
    manual = (HERE / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", manual, re.MULTILINE)) == settings_read()
    example = (HERE / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == settings_read()


def test_links_between_our_pages_lead_somewhere() -> None:
    dead = []
    for path in kept_files():
        if path.suffix == ".md" and "content" not in path.parts:
            for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
                if "://" not in target and not (path.parent / target).exists():
                    dead.append(f"{path.relative_to(HERE)}: {target}")
    assert dead == []


def test_commands_of_the_makefile_and_of_run_py_are_the_same() -> None:
    makefile = (HERE / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    source = (HERE / "run.py").read_text(encoding="utf-8")
    commands = set(re.findall(r'^    "([a-z-]+)": [a-z_]+,$', source, re.MULTILINE))
    assert set(phony.split()[1:]) == commands | {"help"}
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(commands) if f"make {name}" not in readme] == []


def tables(app: Any) -> set[str]:
    with app.app_context():
        found = set(inspect(db.engine).get_table_names())
        db.engine.dispose()
    return found


def test_migrations_equal_the_models(app: Any) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_up_and_down_and_up_again(make_app: Any, empty_database: str) -> None:
    app = make_app(database_url=empty_database)
    assert tables(app) == set()
    for _ in range(2):
        with app.app_context():
            upgrade()
        assert tables(app) == {*Base.metadata.tables, "alembic_version"}
        with app.app_context():
            downgrade(revision="base")
        assert tables(app) <= {"alembic_version"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENCE"])
def test_whoever_finds_the_house_finds_its_papers(name: str) -> None:
    assert len((HERE / name).read_text(encoding="utf-8")) > 500


def test_the_two_commands_come_first() -> None:
    first = [line.split("#")[0].strip() for line in (HERE / "README.md").read_text(encoding="utf-8").splitlines()[:6]]
    assert [line for line in first if line.startswith("make")] == ["make run", "make test"]


def test_no_random_name_in_an_address_holds_a_word_on_which_school_filters_trip() -> None:
    for word in FORBIDDEN_IN_PATHS:
        assert set(word) - set(PUBLIC_ID_LETTERS), f"an address could hold {word} by chance"
    assert len(PUBLIC_ID_LETTERS) ** 12 > 2**57
