"""What a class did in a pretend app: each step of its safe routine, and where one was done without the next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: A step as it is told of those who did it, and of those who did not.
DID: Mapping[str, tuple[str, str]] = {
    "stop": ("stopped", "did not stop"),
    "turn": ("turned it over", "did not turn it over"),
    "keep": ("kept what was said", "did not keep what was said"),
    "tell": ("told an adult", "did not tell an adult"),
    "block": ("blocked", "did not block"),
    "report": ("reported", "did not report"),
}
#: One step without another that is worth saying, the most worth first.
GAPS = (("stop", "tell"), ("block", "tell"), ("block", "report"), ("keep", "tell"), ("tell", "report"))
MOST_GAPS = 2


@dataclass(frozen=True, slots=True)
class ActsLine:
    """ "told an adult", by `count` of `of`; or a gap, "blocked but did not report", by the pupils named in `who`."""

    text: str
    count: int
    of: int
    who: tuple[str, ...] = ()


def acts_of_class(
    routine: Sequence[str], played: Mapping[int, frozenset[str]], names: Mapping[int, str]
) -> tuple[tuple[ActsLine, ...], tuple[ActsLine, ...]]:
    """The lines of each step, and the gaps. `played`: the steps that each pupil did, of those who have played."""
    of = len(played)
    if not of:
        return (), ()
    lines = tuple(ActsLine(DID[step][0], sum(step in done for done in played.values()), of) for step in routine)
    gaps = []
    for did, left in GAPS:
        if did in routine and left in routine:
            who = sorted((names[pupil] for pupil, done in played.items() if did in done and left not in done))
            if who:
                gaps.append(ActsLine(f"{DID[did][0]} but {DID[left][1]}", len(who), of, tuple(who)))
    return lines, tuple(sorted(gaps, key=lambda line: -line.count)[:MOST_GAPS])
