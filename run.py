"""One door to everything, with nothing but Python: `python run.py COMMAND`, or `make COMMAND`; `help` lists them.

The Makefile calls this, and Windows uses it directly, so that each command is written once. Standard library only: it
runs before anything is installed. A second run is quick: a stamp in `.venv` names the lock file it was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN_LOCK = HERE / "requirements.txt"
DEV_LOCK = HERE / "requirements-dev.txt"

#: About half of what the tests do in Chromium: as a process of their own, no core waits for another.
PLAYED = ("tests/test_practices_in_a_browser.py", "tests/test_activities_in_a_browser.py")
#: Chromium without a window first: the same engine for a third of the work.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)


class Stop(Exception):
    """Something is missing; the message says what to do about it."""


# Packages


def set_up(*, is_dev: bool) -> None:
    """The virtual environment and the locked packages; does nothing when they are there already."""
    if sys.hexversion < 0x030B0000:
        raise Stop(f"Safe Harbour needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    stamps = (_stamp("dev"),) if is_dev else (_stamp("dev"), _stamp("run"))  # what changes it also runs it
    if PYTHON.exists() and any(_is_current(stamp) for stamp in stamps):
        return
    if not PYTHON.exists():
        _make_venv()
    kind, lock = ("dev", DEV_LOCK) if is_dev else ("run", RUN_LOCK)
    say(f"Installing the packages of {lock.name} into .venv (once; needs the internet)")
    uv = shutil.which("uv")
    if uv:
        call([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)])
    else:
        call([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock])
    _stamp(kind).write_text(_fingerprint(kind), encoding="utf-8")


def _make_venv() -> None:
    if find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        if not _can_install():
            raise Stop("Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv")
        _apt_install(["python3-venv"])
    say("Making .venv")
    call([sys.executable, "-m", "venv", VENV])


def _stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def _is_current(stamp: Path) -> bool:
    kind = stamp.name.removeprefix(".installed-")
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(kind)


def _fingerprint(kind: str) -> str:
    locks = (RUN_LOCK, DEV_LOCK) if kind == "dev" else (RUN_LOCK,)
    version = ".".join(map(str, sys.version_info[:2]))
    return " ".join([version, *(hashlib.sha256(lock.read_bytes()).hexdigest() for lock in locks)])


# What pip cannot install


def set_up_machine() -> None:
    """Chromium and PostgreSQL for the tests: installed on a Debian machine as root, otherwise asked for."""
    missing = _missing()
    if not missing:
        return
    if _can_install():
        _apt_install(missing)
        missing = _missing()
    if missing:
        raise Stop(
            f"The tests need {' and '.join(missing)}, and nothing is skipped here.\n"
            f"  Debian:            sudo apt-get install --no-install-recommends {' '.join(missing)}\n"
            "  elsewhere:         install them: git, Chromium or Chrome, and PostgreSQL's `initdb` on the PATH\n"
            "Or run the tests as root on Debian, and they are installed for you."
        )


def _missing() -> list[str]:
    """Debian's packages for what is not there."""
    there = {
        "git": shutil.which("git"),  # the tests of the house ask it which files are ours
        "chromium-headless-shell": _chromium(),
        "postgresql": _postgresql(),
        # what drives Chromium is a program of its own, which brings everything it needs but this
        "libatomic1": sys.platform != "linux" or find_library("atomic"),
    }
    return [package for package, found in there.items() if not found]


def _chromium() -> str | None:
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


def _postgresql() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(found[-1]) if found else shutil.which("initdb")


def _can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: Sequence[str]) -> None:
    say(f"Installing {' and '.join(packages)} with apt-get (once)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    call([*apt, "update"], env=quiet)
    call([*apt, "install", "-y", "--no-install-recommends", *packages], env=quiet)


# The commands


def run() -> None:
    """Migrations, a demo school (unless DEMO=0), and the server, until Ctrl-C."""
    set_up(is_dev=False)
    flask("db", "upgrade")
    if os.environ.get("DEMO", "1") != "0":
        flask("demo", "build")
        flask("demo", "show")
    else:
        say("No demo school (DEMO=0). To make a real one: flask school new")
    call([PYTHON, "serve.py"])


def setup() -> None:
    """The virtual environment and every locked package, for running and for changing Safe Harbour."""
    set_up(is_dev=True)
    say("Ready: `make run` or `make test`")


def check() -> None:
    """Style, types, templates and content."""
    set_up(is_dev=True)
    step("ruff", [PYTHON, "-m", "ruff", "check", "--quiet", "."])
    step("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."])
    step("mypy", [PYTHON, "-m", "mypy"])
    step("djlint", [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"])
    with tempfile.TemporaryDirectory() as scratch:  # a check makes no keys and reads no school's database
        bare = {**os.environ, "SAFE_HARBOUR_INSTANCE": scratch, "DATABASE_URL": ""}
        step("content", [PYTHON, "-m", "flask", "--app", "app", "content", "check"], env=bare)


def test() -> None:
    """Everything at once: the checks, every test on SQLite, and on PostgreSQL what asks a database of its own."""
    set_up_machine()
    set_up(is_dev=True)
    pytest: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    stories = sorted((HERE / "tests").glob("test_*.py"))
    halves = [[each for each in stories if (each.name[5] < "i") is is_first] for is_first in (True, False)]
    side_by_side(
        ("checks", [PYTHON, Path(__file__).resolve(), "check"]),
        ("tests on SQLite, a to h", [*pytest, "--database", "sqlite", "-m", "not browser", *halves[0]]),
        ("tests on SQLite, i to z", [*pytest, "--database", "sqlite", "-m", "not browser", *halves[1]]),
        ("tests of pretend apps in Chromium", [*pytest, "--database", "sqlite", "-m", "browser", *PLAYED]),
        (
            "other tests in Chromium",
            [*pytest, "--database", "sqlite", "-m", "browser", *(f"--ignore={p}" for p in PLAYED)],
        ),
        ("tests on PostgreSQL", [*pytest, "--database", "postgresql", "-m", "not browser"]),
    )


def shots() -> None:
    """Pictures of the pages, as each person, and of every step of every lesson, at three sizes, into shots/."""
    set_up_machine()
    set_up(is_dev=True)
    call([PYTHON, "-m", "tests.browser.shots"])


def bench() -> None:
    """The figures, into bench/results/latest.json."""
    set_up_machine()
    set_up(is_dev=True)
    call([PYTHON, "-m", "bench"])


def mutate_doors() -> None:
    """Takes away each permission check in turn; the role matrix must notice every time."""
    set_up(is_dev=True)
    call([PYTHON, "-m", "tests.mutate_doors"])


def lock() -> None:
    """requirements.txt and requirements-dev.txt anew from the .in files, for every platform, with hashes."""
    uv = shutil.which("uv")
    with tempfile.TemporaryDirectory() as scratch:
        if not uv:
            call([sys.executable, "-m", "venv", scratch])
            inside = Path(scratch) / PYTHON.relative_to(VENV)
            call([inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
            uv = str(inside.with_name("uv.exe" if os.name == "nt" else "uv"))
        for lock_file in (RUN_LOCK, DEV_LOCK):
            options = ["--quiet", "--universal", "--generate-hashes", "--no-header", "--python-version", "3.11"]
            upgrade = ["--upgrade"] if os.environ.get("UPGRADE") == "1" else []
            source = lock_file.with_suffix(".in").name
            call([uv, "pip", "compile", *options, *upgrade, source, "--output-file", lock_file.name])
            if "://" in lock_file.read_text(encoding="utf-8"):
                raise Stop(f"{lock_file.name} holds an address: lock files name packages and hashes, no machine")


COMMANDS: dict[str, Callable[[], None]] = {
    "run": run,
    "test": test,
    "shots": shots,
    "check": check,
    "setup": setup,
    "bench": bench,
    "lock": lock,
    "mutate-doors": mutate_doors,
}


# Running things


def say(text: str) -> None:
    print(text, flush=True)


def flask(*words: str) -> None:
    call([PYTHON, "-m", "flask", "--app", "app", *words])


def step(name: str, command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
    """One part of a check, with its name and how long it took."""
    say(f"== {name}")
    began = time.monotonic()
    call(command, env=env)
    say(f"== {name}: {time.monotonic() - began:.1f} s")


def side_by_side(first: tuple[str, Sequence[str | Path]], *others: tuple[str, Sequence[str | Path]]) -> None:
    """Parts at once, so that a small machine is never idle; the others speak, one after the other, when the first is
    done. When one fails the rest are still heard."""
    began = time.monotonic()
    with ExitStack() as stack:
        running = []
        for name, command in others:
            said = stack.enter_context(tempfile.TemporaryFile())
            words = [str(word) for word in command]
            running.append((name, said, subprocess.Popen(words, cwd=HERE, stdout=said, stderr=subprocess.STDOUT)))
        codes = []
        try:
            step(*first)
        except SystemExit as failed:
            codes.append(int(failed.code or 0))
        for name, said, process in running:
            codes.append(process.wait())
            say(f"== {name}")
            said.seek(0)
            say(said.read().decode(errors="replace").rstrip())
            say(f"== {name}: {time.monotonic() - began:.1f} s, beside the first")
    if any(codes):
        raise SystemExit(max(1, *codes))


def call(command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
    """Run in the project's folder, with its own output; raises SystemExit with the code of what failed."""
    words = [str(word) for word in command]
    try:
        code = subprocess.call(words, cwd=HERE, env=env)
    except KeyboardInterrupt:  # Ctrl-C is how a server is stopped
        raise SystemExit(130) from None
    if code:
        say(f"Stopped: `{' '.join([Path(words[0]).name, *words[1:]])}` ended with {code}")
        raise SystemExit(code if code > 0 else 1)


def help_text() -> str:
    lines = [f"  {name:<13} {(command.__doc__ or '').strip()}" for name, command in COMMANDS.items()]
    return "make COMMAND, or python run.py COMMAND:\n" + "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    name = arguments[0] if arguments else "run"
    if name in {"help", "-h", "--help"}:
        say(help_text())
    elif name not in COMMANDS or len(arguments) > 1:
        say(help_text())
        raise SystemExit(2)
    else:
        try:
            COMMANDS[name]()
        except Stop as missing:
            say(str(missing))
            raise SystemExit(1) from None


if __name__ == "__main__":
    main(sys.argv[1:])
