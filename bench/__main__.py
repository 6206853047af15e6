"""`python -m bench [GROUP ...]`: all figures, or those of some groups; writes bench/results/latest.json and prints it.

Each figure is the median of three runs. Product and floor run on this machine, one after the other in every run, so
that their ratio says more than either. Linux only: CPU and memory are read from /proc.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import pupils, staff
from bench.figures import FIGURES, Runs, medians, missed, table
from bench.first_lesson import Newcomer, first_lesson
from bench.school import GOES, BenchSchool, answers_in, grow, make_school
from bench.server import Server
from tests.harness.browser import chromium

RESULTS = Path(__file__).parent / "results" / "latest.json"
TIMES = 3
GROUPS = ("answers", "class-page", "import", "sign-in", "first-lesson")


def main(arguments: Iterable[str]) -> None:
    groups = _groups(arguments)
    runs = Runs()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="harbour-bench-") as scratch, ExitStack() as stack:
        school = make_school(Path(scratch) / "small", imports=TIMES)
        large = Path(scratch) / "large"
        grow(school, large)
        answers, of_class = answers_in(large, school.class_id)
        print(f"The school holds {answers:,} answers, {of_class:,} of them of one class ({_since(began)}).", flush=True)
        _start(large, runs)
        floor = stack.enter_context(Server.floor())
        product = stack.enter_context(Server.product(large))
        small = stack.enter_context(Server.product(school.instance))
        for number in range(TIMES):
            _run(number, groups, product, small, floor, school, runs)
            print(f"Run {number + 1} of {TIMES} is done ({_since(began)}).", flush=True)
        if "first-lesson" in groups:
            browser = stack.enter_context(chromium())
            for pupil in school.new_pupils[:TIMES]:
                newcomer = Newcomer(school.new_class_code, pupil.name, pupil.pictures)
                first_lesson(browser, product.url, newcomer, runs)
        runs.tell("memory_mb", product.most_memory_mb())
        runs.tell_floor("memory_mb", floor.most_memory_mb())
    _report(runs, groups, answers)


def _groups(arguments: Iterable[str]) -> tuple[str, ...]:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("group", nargs="*", help=f"some of: {', '.join(GROUPS)}; all of them where none is named")
    chosen = parser.parse_args(list(arguments)).group
    for unknown in set(chosen) - set(GROUPS):
        parser.error(f"there is no group {unknown}; there are {', '.join(GROUPS)}")
    return tuple(chosen) or GROUPS


def _start(instance: Path, runs: Runs) -> None:
    for _ in range(TIMES):
        for server, tell in ((Server.floor(), runs.tell_floor), (Server.product(instance), runs.tell)):
            with server:
                tell("start_s", server.start_seconds)


def _run(
    number: int,
    groups: tuple[str, ...],
    product: Server,
    small: Server,
    floor: Server,
    school: BenchSchool,
    runs: Runs,
) -> None:
    go = GOES + 1 + number
    steps: dict[str, Callable[[], None]] = {
        "class-page": lambda: staff.class_page(product, small, school, runs),
        "import": lambda: staff.import_list(product, school.offices[number], runs),
    }
    for group, step in steps.items():
        if group in groups:
            step()
    if "sign-in" in groups or "answers" in groups:
        devices = pupils.sign_in_30(product, school, runs)
        if "answers" in groups:
            pupils.answers(product, floor, devices, go, runs)
            pupils.acts(product, devices, go, runs)
            pupils.cards(product, devices, go + TIMES, runs)


def _report(runs: Runs, groups: tuple[str, ...], answers: int) -> None:
    product, floor = medians(runs.product), medians(runs.floor)
    found = {
        **{figure.key: product[figure.key] for figure in FIGURES if figure.key in product},
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processor": _processor(), "python": platform.python_version(), "system": platform.platform()},
        "groups": groups,
        "answers_in_database": answers,
        "floor": floor,
        "limits": {figure.key: figure.limit_words for figure in FIGURES if figure.limit is not None},
        "missed": [figure.key for figure in missed(product)],
        "others": {key: value for key, value in product.items() if key not in {figure.key for figure in FIGURES}},
        "runs": runs.product,
        "floor_runs": runs.floor,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(table(product, floor))
    print(f"Medians of {TIMES}, on {_processor()}. Written to bench/results/latest.json.")


def _processor() -> str:
    """What /proc/cpuinfo calls it, and how many there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("model name", "Model"))]
    count = sum(line.startswith("processor") for line in lines)
    return f"{count} x {names[0] if names else platform.machine()}"


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


if __name__ == "__main__":
    if not Path("/proc/self/stat").exists():
        raise SystemExit("The bench reads CPU and memory from /proc: run it on Linux.")
    main(sys.argv[1:])
