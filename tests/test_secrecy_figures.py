"""The sums of `python -m bench.secrecy`, on times whose difference is known."""

from __future__ import annotations

from random import Random

import pytest

from bench.secrecy import LEAST_P, compare, mann_whitney


def times(chance: Random, more: float = 0.0, count: int = 2000) -> list[float]:
    """As answers take: most alike, a few much longer."""
    return [1000 + more + chance.gauss(0, 20) + (chance.random() < 0.05) * chance.expovariate(1 / 500)
            for _ in range(count)]  # fmt: skip


def test_what_is_alike_is_within_noise() -> None:
    chance = Random(1)
    found = compare(times(chance), times(chance), chance)
    assert found.low < 0 < found.high
    assert found.p > LEAST_P


def test_five_microseconds_of_a_thousand_are_seen() -> None:
    chance = Random(2)
    found = compare(times(chance, more=5), times(chance), chance)
    assert 0 < found.low < 5 < found.high < 10
    assert found.p < LEAST_P


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [([1, 2, 3], [1, 2, 3], 1.0), ([1.0, 2, 3, 4, 5], [6.0, 7, 8, 9, 10], 0.009), ([1, 1, 2, 2], [1, 1, 2, 2], 1.0)],
)
def test_the_rank_sum_is_that_of_the_books(first: list[float], second: list[float], p: float) -> None:
    assert mann_whitney(first, second) == pytest.approx(p, abs=0.001)
