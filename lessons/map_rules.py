"""The rules for what `objectives.yaml` and `frameworks.yaml` say of one another: each objective serves what there is
and is of its years, and nothing that one file promises is missing in the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from accounts.bands import BANDS

from .check import Rules
from .frameworks import STATEMENT
from .lesson import PLACES, Objective
from .reading import Mistake, Read, read_yaml


def check_map(folder: Path, shown_as: str, rules: Rules, is_whole: bool) -> Iterator[Mistake]:
    """Everything about the two files that a program can see. `is_whole`: no objective was left out when they were read,
    so what none names is served by none."""
    files = [folder / f"{name}.yaml" for name in ("objectives", "frameworks")]
    if not all(file.exists() for file in files):
        return  # told where the registers are read
    objectives, frameworks = (
        read_yaml(file.read_text(encoding="utf-8-sig"), f"{shown_as}/{file.name}")[0] for file in files
    )
    for objective in rules.registers.objectives.values():
        yield from _named(objectives, objective, rules)
    if is_whole:
        yield from _cells(objectives, rules)
        yield from _bands(frameworks, rules)
        yield from _carried(frameworks, rules)


def _named(read: Read, objective: Objective, rules: Rules) -> Iterator[Mistake]:
    """What an objective names is there, of its own years, and named once."""
    for framework, codes in {"policy": objective.policy, **objective.frameworks}.items():
        times = Counter(codes)
        for index, code in enumerate(codes):
            problem = rules.frameworks.problem(framework, code, band_of(objective))
            if not problem and times[code] > 1:
                problem = f"`{code}` is here twice: keep one"
            if problem:
                yield read.mistake(problem, objective.id, framework, index)


def _cells(read: Read, rules: Rules) -> Iterator[Mistake]:
    """In every cell of the grid an objective serves the statement that the topic is about."""
    for topic in PLACES:
        main = rules.frameworks.main_statement(topic)
        for band in BANDS:
            cell = [one for name, one in rules.registers.objectives.items() if name.startswith(f"{topic}.{band}.")]
            if cell and main and not any(main in one.policy for one in cell):
                message = f"{topic} is about {main}: name it in the objective of {band} that serves it"
                yield read.mistake(message, cell[0].id, "policy")


def _bands(read: Read, rules: Rules) -> Iterator[Mistake]:
    """Every statement of the policy is served in every band (CURRICULUM.md 3.1)."""
    for key in rules.frameworks.statements:
        served = {band_of(one) for one in rules.registers.objectives.values() if key in one.policy}
        for band in BANDS:
            if band not in served:
                message = f"no objective of {band} serves {key}: name it in one, or write one"
                yield read.mistake(message, "policy", "statements", key)


def _carried(read: Read, rules: Rules) -> Iterator[Mistake]:
    """What a framework's file does not call uncovered, an objective serves."""
    objectives = rules.registers.objectives.values()
    for name, framework in rules.frameworks.by_id.items():
        served = {code for one in objectives for code in one.frameworks.get(name, ())}
        for key, strand in framework.strands.items():
            where = ("frameworks", name, "strands", key)
            if framework.given_by != STATEMENT:
                if not strand.missing and key not in served:
                    yield read.mistake(f"no objective serves {key}: name it in one, or write `missing`", *where)
                continue
            for code in strand.statements.values():
                if not code.is_uncovered and code.key not in served:
                    written = code.key.removeprefix(f"{key}-") + ("" if code.is_checked else "*")
                    message = f"no objective serves {code.key}: name it in one, or move it to `uncovered`"
                    yield read.mistake(message, *where, "statements", written)


def band_of(objective: Objective) -> str:
    return objective.id.split(".")[1]
