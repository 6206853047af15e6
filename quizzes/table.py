"""What the whole bank holds, as `flask content check --complete` prints it: counts, the hardest texts, and guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.bands import BAND_NAMES
from lessons.lesson import PLACES

from .check import MEASURED, OBJECTIVES

CELLS = len(PLACES) * len(BAND_NAMES)


def as_table(counts: Mapping[str, Any]) -> list[str]:
    """The lines of the table, from the same counts that `--json` prints."""
    items, spare = counts["items"], counts["objectives_with_spare"]
    rows = [
        ("lessons", f"{counts['lessons']} of {CELLS}"),
        ("objectives", f"{counts['objectives']} of {OBJECTIVES}"),
        *((f"items, form {form}", str(items[form])) for form in items),
        ("objectives with a spare item", str(spare)),
        ("stories", f"{counts['scenarios']} of {CELLS}"),
        ("pretend apps", f"{counts['practices']} of {CELLS}"),
        ("activities", str(counts["activities"])),
        ("wrong ideas that items show", str(counts["misconceptions"])),
    ]
    lines = _columns(rows)
    worst = counts.get("worst_readability", {})
    if worst:
        heads = ("hardest reading level", *MEASURED.values())
        body = [
            (BAND_NAMES[band], *(f"{levels[what]['level']}" if what in levels else "-" for what in MEASURED.values()))
            for band, levels in worst.items()
        ]
        lines += ["", *_columns([heads, *body])]
    solved: Mapping[str, Mapping[str, float]] = counts.get("solvers", {})
    if solved.get("bank"):
        names = list(solved["bank"])
        each = [shares for lesson, shares in solved.items() if lesson != "bank" and shares]
        over = [max(shares[name] - shares["chance"] for shares in each) for name in names[:-1]]
        guesses: list[tuple[str, ...]] = [
            ("right by guessing", *names),
            ("whole bank", *(f"{solved['bank'][name]:.0%}" for name in names)),
            ("most over chance in a lesson", *(f"{share:+.0%}" for share in over), ""),
        ]
        lines += ["", *_columns(guesses)]
    return lines


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
