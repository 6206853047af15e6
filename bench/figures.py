"""What is measured, in which unit, and how good it must be; and the table that says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One key of `latest.json`. `limit` is None for what is told and not promised."""

    key: str
    means: str
    places: int  # decimals that say something
    limit: float | None = None
    is_at_least: bool = False  # the limit is a floor instead of a ceiling

    def is_met(self, value: float) -> bool:
        if self.limit is None:
            return True
        return value >= self.limit if self.is_at_least else value <= self.limit

    @property
    def limit_words(self) -> str:
        if self.limit is None:
            return ""
        return f"{'>=' if self.is_at_least else '<='} {self.limit:,.{0 if self.limit >= 100 else 2}f}"


#: KB are thousands of bytes; CPU is user and system time of the server's process.
FIGURES = (
    Figure("hello_cpu_ms", "CPU of a bare Flask response", 3),
    Figure("answer_cpu_ms", "CPU of saving one answer", 3),
    Figure("answer_share_of_hello", "the first divided by the second", 3, 0.15, is_at_least=True),
    Figure("answers_per_s", "answers saved in a second, 30 pupils", 0),
    Figure("answer_p95_ms", "until an answer is saved, for 19 in 20", 1, 100),
    Figure("act_cpu_ms", "CPU of one act in a pretend app", 3),
    Figure("act_of_answer", "the same divided by that of an answer", 2, 2.0),
    Figure("card_cpu_ms", "CPU of showing a card", 2),
    Figure("class_page_cpu_ms", "CPU of a class page, 30 pupils", 2, 12),
    Figure("class_page_growth", "its p50 with 100 times the answers", 2, 1.2),
    Figure("import_420_s", "420 pupils from a file", 2, 2.7),
    Figure("sign_in_30_s", "30 pupils tap their last picture at once, until all are in", 3, 0.5),
    Figure("first_lesson_bytes", "until the first lesson's first screen", 0, 160_000),
    Figure("first_lesson_requests", "requests for that", 0, 24),
    Figure("first_lesson_script_bytes", "of it script", 0, 15_000),
    Figure("to_first_card_bytes", "from there to the first card", 0, 20_000),
    Figure("memory_mb", "the server's most memory", 1, 120),
    Figure("start_s", "from start to the first answer", 2),
)


@dataclass(slots=True)
class Runs:
    """What was measured, run by run, for the product and for the floor: the least that Flask behind waitress takes."""

    product: dict[str, list[float]] = field(default_factory=dict)
    floor: dict[str, list[float]] = field(default_factory=dict)

    def tell(self, key: str, value: float) -> None:
        self.product.setdefault(key, []).append(value)

    def tell_floor(self, key: str, value: float) -> None:
        self.floor.setdefault(key, []).append(value)


def medians(runs: Mapping[str, Sequence[float]]) -> dict[str, float]:
    places = {figure.key: figure.places for figure in FIGURES}
    return {key: round(median(values), places.get(key, 3)) for key, values in runs.items()}


def missed(values: Mapping[str, float]) -> list[Figure]:
    """The figures whose limit is not met."""
    return [figure for figure in FIGURES if figure.key in values and not figure.is_met(values[figure.key])]


def table(product: Mapping[str, float], floor: Mapping[str, float]) -> str:
    """The figures in their order, product and floor side by side."""
    lines = [f"{'':<27}{'product':>12}{'floor':>12}  {'limit':<12}"]
    for figure in FIGURES:
        if figure.key not in product and figure.key not in floor:
            continue
        cells = [_cell(figure, values) for values in (product, floor)]
        met = ""
        if figure.limit is not None and figure.key in product:
            met = "met" if figure.is_met(product[figure.key]) else "NOT MET"
        words = f"{figure.limit_words:<10}{met:<9}"
        lines.append(f"{figure.key:<27}{cells[0]:>12}{cells[1]:>12}  {words}{figure.means}")
    others = sorted((product.keys() | floor.keys()) - {figure.key for figure in FIGURES})
    for key in others:
        cells = [f"{values[key]:,.3f}" if key in values else "" for values in (product, floor)]
        lines.append(f"  {key:<25}{cells[0]:>12}{cells[1]:>12}")
    return "\n".join(lines)


def _cell(figure: Figure, values: Mapping[str, float]) -> str:
    return f"{values[figure.key]:,.{figure.places}f}" if figure.key in values else ""
