"""What a pretend app's page shows: the state, put in the order in which the templates draw it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .engine import (
    HELP,
    STEPS,
    Act,
    Did,
    Line,
    Option,
    Practice,
    Result,
    Scene,
    Setting,
    Shown,
    State,
    Thing,
    Viewer,
    allowed,
    clues,
    result,
    sees,
    together,
)


@dataclass(frozen=True, slots=True)
class SettingShown:
    setting: Setting
    chosen: Option


@dataclass(frozen=True, slots=True)
class ThingShown:
    """A thing and what can be done with it now; `did` is the last act on it, or None."""

    thing: Thing
    acts: tuple[Act, ...]
    did: Did | None


@dataclass(frozen=True, slots=True)
class View:
    """What somebody sees: every thing of the profile, open or hidden, and how many clues are open."""

    viewer: Viewer
    shown: tuple[tuple[Shown, bool], ...]
    clues: int


@dataclass(frozen=True, slots=True)
class StepShown:
    name: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a pretend app's template may use."""

    practice: Practice
    scene: Scene
    said: Did | None  # the act that led here, with what is answered
    lines: tuple[Line, ...]
    new_from: int  # the place in `lines` of the first that the last act brought
    choices: tuple[Act, ...]
    menu: tuple[Act, ...]
    go: tuple[Act, ...]
    help: Act | None  # None at an end
    things: tuple[ThingShown, ...]
    settings: tuple[SettingShown, ...]
    views: tuple[View, ...]
    steps: tuple[StepShown, ...]
    signs: tuple[str, ...]  # the warning signs met so far, in words
    words: tuple[str, ...]  # drawn from the bag, in the order of the values
    alike: tuple[str, str] | None  # two of them that go together
    values: dict[str, str]
    result: Result
    missing: tuple[str, ...]  # the steps left out, by name
    is_for_the_youngest: bool  # pictures and a voice; nothing needs reading

    def thing(self, key: str) -> ThingShown | None:
        return next((one for one in self.things if one.thing.key == key), None)


def page_of(practice: Practice, state: State, before: State | None) -> Page:
    """The page of a state; `before` is the state that the last act found, where there was one."""
    scene = practice.scenes[state.scene]
    offered = allowed(practice, state)
    found = result(practice, state)
    choices = [act for act in offered if act.slot == "choice"]
    Random(f"{state.seed} {scene.key}").shuffle(choices)
    did = {one.act.on: one for one in state.done if one.act.on}
    return Page(
        practice=practice,
        scene=scene,
        said=state.last if state.last is not None and state.last.case.says else None,
        lines=state.lines,
        new_from=len(before.lines) if before is not None else len(state.lines),
        choices=tuple(choices),
        menu=tuple(act for act in offered if act.slot == "menu"),
        go=tuple(act for act in offered if act.slot == "go"),
        help=next((act for act in offered if act.key == HELP), None),
        things=tuple(
            ThingShown(
                practice.things[key],
                tuple(act for act in offered if act.slot == "thing" and act.on == key),
                did.get(key),
            )
            for key in scene.things
        ),
        settings=tuple(_setting(practice.settings[key], state) for key in scene.settings),
        views=tuple(_view(practice, state, practice.viewers[key]) for key in scene.viewers),
        steps=tuple(StepShown(_name(step, practice), step in state.steps) for step in practice.routine),
        signs=tuple(dict.fromkeys(line.sign for line in state.lines if line.sign)),
        words=tuple(state.values[name] for name in practice.values if state.values[name] in practice.bag),
        alike=together(practice, state),
        values=dict(state.values),
        result=found,
        missing=tuple(_name(step, practice) for step in found.missing),
        is_for_the_youngest=practice.band in ("eyfs", "y1-2"),
    )


def _name(step: str, practice: Practice) -> str:
    """What a step is called; Reception says "grown-up", as its lessons do."""
    return STEPS[step].replace("an adult", "a grown-up") if practice.band == "eyfs" else STEPS[step]


def _setting(setting: Setting, state: State) -> SettingShown:
    return SettingShown(setting, setting.option(state.values[setting.key]))


def _view(practice: Practice, state: State, viewer: Viewer) -> View:
    open_now = sees(practice, state, viewer.key)
    return View(
        viewer=viewer,
        shown=tuple((one, one in open_now) for one in practice.shown.values()),
        clues=len(clues(practice, state, viewer.key)),
    )
