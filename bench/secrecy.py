"""`python -m bench.secrecy [TIMES]`: whether the time of an answer tells that a concern exists.

Three children who differ in nothing but that something was sent about the first of them; the pages of a pupil and of a
parent, 2,000 times each, in turn and in an order drawn anew each round. The first is set against the second, and, to
know what noise looks like on this machine, the third against the second: by the clock, which whoever asks can see, and
by the processor's time, which a busy machine blurs less. Ends with 1 where the first differs.
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist, median
from time import perf_counter, thread_time

from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from database import db
from safeguarding.box import set_box
from settings import Settings
from tests.harness.clock import Clock
from tests.harness.concerns import tells
from tests.harness.world import World

TIMES = 2000
WARM_UP = 50
CONCERNS = 5
RESAMPLES = 500
#: Below this, a difference is more than noise: one comparison in a thousand says so by chance.
LEAST_P = 0.001
NAMES = ("Amina", "Elena", "Noora")  # as long as each other: the first has a concern

Ask = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two lists of times, in microseconds."""

    first: float  # medians
    second: float
    low: float  # between these lies the difference of the medians, 95 times of 100
    high: float
    p: float  # how likely as large a difference of ranks is by chance

    @property
    def line(self) -> str:
        return (
            f"{self.first:7.0f} and {self.second:7.0f} µs: {self.first - self.second:+6.1f} µs, "
            f"95% from {self.low:+.1f} to {self.high:+.1f}; Mann-Whitney p = {self.p:.3f}"
        )


def compare(first: Sequence[float], second: Sequence[float], chance: random.Random) -> Compared:
    """The medians, a bootstrapped interval of their difference, and the Mann-Whitney test."""
    differences = sorted(
        median(chance.choices(first, k=len(first))) - median(chance.choices(second, k=len(second)))
        for _ in range(RESAMPLES)
    )
    cut = RESAMPLES // 40
    return Compared(median(first), median(second), differences[cut], differences[-cut - 1], mann_whitney(first, second))


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p of the rank sum, by the normal distribution; for many values and few ties."""
    one, two = len(first), len(second)
    marked = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks, place = 0.0, 0
    while place < len(marked):
        end = place
        while end < len(marked) and marked[end][0] == marked[place][0]:
            end += 1
        ranks += (place + 1 + end) / 2 * sum(is_first for _, is_first in marked[place:end])
        place = end
    above = ranks - one * (one + 1) / 2 - one * two / 2
    return 2 * NormalDist().cdf(-abs(above) / sqrt(one * two * (one + two + 1) / 12))


def times_of(asks: Sequence[Ask], times: int, chance: random.Random) -> dict[str, list[list[float]]]:
    """Microseconds of each, asked in turn; the order is drawn anew each round."""
    taken: dict[str, list[list[float]]] = {"clock": [[] for _ in asks], "processor": [[] for _ in asks]}
    for number in range(-WARM_UP, times):
        for which in chance.sample(range(len(asks)), len(asks)):
            began, worked = perf_counter(), thread_time()
            asks[which]()
            spent = {"processor": thread_time() - worked, "clock": perf_counter() - began}
            if number >= 0:
                for by, seconds in spent.items():
                    taken[by][which].append(seconds * 1e6)
    return taken


@contextmanager
def a_school() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="harbour-secrecy-") as scratch:
        clock = Clock()
        app = create_app(
            Settings(
                environment="test",
                database_url=f"sqlite:///{Path(scratch) / 'school.db'}",
                instance=Path(scratch) / "instance",
                secret="a secret of the bench, which nobody serves a school with",
                address="http://localhost",
                clock=clock,
            )
        )
        with app.app_context():
            upgrade()
        yield World(app, clock)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def asks_of(world: World) -> dict[str, list[Ask]]:
    """The pages of three children, the first with concerns: how to ask for each once."""
    willow = world.klass("Willow", year_group=3)
    children = world.pupils(list(NAMES), willow)
    parents = [world.parent_of(child, name=f"{child.name} Khan") for child in children]
    world.dsl(), world.deputy()
    with world.saving():
        set_box(willow.school.id, world.clock.now, is_on=True, opens=525, closes=915, holidays="")
    for _ in range(CONCERNS):
        tells(world, children[0])
    found: dict[str, list[Ask]] = {"pupil, /help": [], "parent, the child's page": []}
    for child, parent in zip(children, parents, strict=True):
        for what, person, path in (
            ("pupil, /help", child, "/help"),
            ("parent, the child's page", parent, f"/families/children/{child.public_id}"),
        ):
            client = world.signed_in(person).client

            def ask(client: FlaskClient = client, path: str = path) -> object:
                return client.get(path)

            if client.get(path).status_code != 200:
                raise RuntimeError(f"{what}: {path} does not open")
            found[what].append(ask)
    return found


def main(arguments: Sequence[str]) -> int:
    times, chance, is_told = int(arguments[0]) if arguments else TIMES, random.Random(), False
    with a_school() as world:
        for what, asks in asks_of(world).items():
            gc.collect()
            gc.disable()
            taken = times_of(asks, times, chance)
            gc.enable()
            print(f"{what}, {times} each")
            for by, (told, without, again) in taken.items():
                found, noise = compare(told, without, chance), compare(again, without, chance)
                is_told = is_told or found.p < LEAST_P
                print(f"  by the {by}")
                print(f"    with and without a concern  {found.line}")
                print(f"    without, and without        {noise.line}", flush=True)
    print("The time tells that a concern exists." if is_told else "Within noise.")
    return 1 if is_told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
