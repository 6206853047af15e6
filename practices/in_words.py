"""A pretend app in words, for a grown-up who does not play it: its screens, what can be done, and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lessons.outcome import Outcome

from .engine import Act, Line, Practice, Scene


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    says: str


@dataclass(frozen=True, slots=True)
class ActInWords:
    """What can be done on a screen, and what is said; several answers where it depends on what came before."""

    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    heading: str
    text: str
    lines: tuple[tuple[str, str], ...]  # who speaks, and what they say
    things: tuple[tuple[str, str], ...]  # what is there, and what is said of it; the second may be empty
    acts: tuple[ActInWords, ...]


def in_words(practice: Practice) -> tuple[Screen, ...]:
    """The screens in the order of the file, each act where it is first offered."""
    told: set[str] = set()
    return tuple(_screen(practice, scene, told) for scene in practice.scenes.values())


def _screen(practice: Practice, scene: Scene, told: set[str]) -> Screen:
    acts = [practice.acts[key] for key in scene.acts if key not in told]
    told |= {act.key for act in acts}
    offered = [_act(act) for act in acts]
    offered += [_setting(practice, key) for key in scene.settings if not scene.is_end and f"={key}" not in told]
    told |= {f"={key}" for key in scene.settings}
    things = [practice.things[key] for key in scene.things]
    return Screen(
        scene.heading,
        scene.text,
        tuple(_lines(practice, scene.lines)),
        tuple((thing.text, thing.detail) for thing in things),
        tuple(offered),
    )


def _act(act: Act) -> ActInWords:
    answers = [Answer(case.outcome, case.says) for case in act.cases if case.says]
    return ActInWords(act.text, tuple(dict.fromkeys(answers)))


def _setting(practice: Practice, key: str) -> ActInWords:
    setting = practice.settings[key]
    answers = (Answer(Outcome.DONE, f"{one.text}. {one.says}".strip()) for one in setting.options)
    return ActInWords(setting.label, tuple(answers))


def _lines(practice: Practice, lines: tuple[Line, ...]) -> Iterator[tuple[str, str]]:
    for line in lines:
        person = practice.people.get(line.who)
        yield (person.text if person is not None else "The pupil’s character"), line.text
