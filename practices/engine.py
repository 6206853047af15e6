"""The practice engine: a pretend app with a script. Plain values and rules, no Flask, no database, no clock.

A practice is scenes, values and acts. An act, where it is allowed, changes values, moves to another scene, is answered
by the people in the app, and may be a step of the safe routine (DESIGN.md 18). Help can be asked for at any moment.
The state is worked out from the acts that were done, in their order, so a practice goes on wherever it was left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random

from lessons.outcome import Outcome

HELP = "help"  # the act of asking for help; always there, always safe

#: Every step of a safe routine, and how the page names it. "turn" is turning the screen over.
STEPS: Mapping[str, str] = {
    "stop": "Stop",
    "turn": "Turn it over",
    "keep": "Keep what was said",
    "tell": "Tell an adult",
    "block": "Block",
    "report": "Report",
}
#: The routine of each band in its order. Telling may come at any point (DESIGN.md 18).
ROUTINES: Mapping[str, tuple[str, ...]] = {
    "eyfs": ("stop", "turn", "tell"),
    "y1-2": ("stop", "turn", "tell", "block", "report"),  # with a grown-up, CURRICULUM.md topic 6
    "y3-4": ("stop", "tell", "block", "report"),
    "y5-6": ("stop", "keep", "tell", "block", "report"),
}
MOST_RISKS = 2  # acts to rethink before an adult in the story steps in (CURRICULUM.md 6.3)

Conditions = Mapping[str, frozenset[str]]


class ActNotAllowed(ValueError):
    """The state does not offer this act."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message or post. `who` names a person of the practice, or is "me" for the pupil's character."""

    who: str
    text: str
    sign: str = ""  # the warning sign in it, in words; empty for a harmless one
    mark: str = ""  # the words of the text that give the sign away; empty for all of them
    picture: str = ""  # what the message shows


@dataclass(frozen=True, slots=True)
class Option:
    """One way a setting can stand, and which viewers then see what is under it."""

    key: str
    text: str
    seen_by: frozenset[str]
    says: str
    picture: str


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    label: str
    picture: str
    options: tuple[Option, ...]
    start: str

    def option(self, key: str) -> Option:
        """The option with this key; raises KeyError."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody through whose eyes the pupil can look."""

    key: str
    text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Something on a profile. `under` is the setting that says who sees it; `clue` what it gives away, or empty."""

    key: str
    text: str
    picture: str
    under: str
    clue: str
    when: Conditions


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on screen that acts belong to: a player, a request, an app, a spot of a picture, a post."""

    key: str
    text: str
    detail: str
    picture: str
    at: tuple[int, ...]  # a spot's left, top, width and height in hundredths of its picture; empty for others
    sign: str = ""  # a second picture: its age sign


@dataclass(frozen=True, slots=True)
class Case:
    """What an act does when its conditions hold."""

    when: Conditions
    outcome: Outcome
    values: Mapping[str, str]
    draw: tuple[str, ...]  # values that take a new word from the bag
    then: str  # the next scene; empty to stay
    says: str  # what the page answers: why, and what next
    picture: str
    lines: tuple[Line, ...]
    is_adult: bool  # an adult in the story steps in


@dataclass(frozen=True, slots=True)
class Act:
    key: str
    text: str
    slot: str  # where the app draws it: choice, menu, thing, go
    on: str  # the thing it belongs to, or empty
    picture: str
    steps: tuple[str, ...]
    shows: tuple[str, ...]  # objectives that it shows
    when: Conditions
    cases: tuple[Case, ...]  # the first that holds counts; the last holds always


@dataclass(frozen=True, slots=True)
class Scene:
    key: str
    heading: str
    text: str
    picture: str
    lines: tuple[Line, ...]
    acts: tuple[str, ...]
    things: tuple[str, ...]
    settings: tuple[str, ...]
    viewers: tuple[str, ...]
    help: str  # what the adult says here; empty for the practice's own words
    is_adult: bool
    is_end: bool
    cast: tuple[str, ...] = ()  # the people in front of the picture


@dataclass(frozen=True, eq=False)  # a practice is itself, however alike another is
class Practice:
    """One pretend app for one lesson."""

    lesson: str  # "passwords.y3-4"
    app: str
    version: int
    title: str
    name: str  # the invented app's
    picture: str
    intro: str
    objectives: tuple[str, ...]
    routine: tuple[str, ...]  # the steps that this practice asks for, in order
    people: Mapping[str, Viewer]  # who speaks in it
    values: Mapping[str, tuple[str, ...]]  # each with what it may be; the first is the start
    settings: Mapping[str, Setting]
    viewers: Mapping[str, Viewer]
    shown: Mapping[str, Shown]
    things: Mapping[str, Thing]
    bag: Mapping[str, str]  # a word for passwords: the family that it goes together with
    scenes: Mapping[str, Scene]
    start: str
    acts: Mapping[str, Act]
    help: str
    learned: tuple[str, ...]  # for the end: what was practised
    safe_path: tuple[str, ...]

    @property
    def topic(self) -> str:
        return self.lesson.split(".")[-2]  # "own." may stand before it

    @property
    def band(self) -> str:
        return self.lesson.split(".")[-1]


@dataclass(frozen=True, slots=True)
class Did:
    """An act that was done, and what came of it."""

    act: Act
    case: Case


@dataclass(frozen=True, slots=True)
class State:
    """Where a practice stands. `seed` chooses the words that a bag gives."""

    scene: str
    values: Mapping[str, str]
    seed: str = ""
    steps: tuple[str, ...] = ()  # of the routine, in the order in which they were done
    shown: frozenset[str] = frozenset()  # objectives
    lines: tuple[Line, ...] = ()
    risks: int = 0  # acts to rethink since an adult last stepped in
    draws: int = 0
    done: tuple[Did, ...] = field(default=(), repr=False)

    @property
    def last(self) -> Did | None:
        return self.done[-1] if self.done else None


@dataclass(frozen=True, slots=True)
class Result:
    """What a practice showed, at its end or so far."""

    objectives: tuple[str, ...]
    missing: tuple[str, ...]  # steps of the routine that were not done, by name
    is_over: bool


def begin(practice: Practice, seed: str = "") -> State:
    """The first state. `seed`: any text, such as an attempt's id; the same one gives the same words."""
    values = {name: options[0] for name, options in practice.values.items()}
    values |= {setting.key: setting.start for setting in practice.settings.values()}
    scene = practice.scenes[practice.start]
    return State(scene=scene.key, values=values, seed=seed, lines=scene.lines)


def allowed(practice: Practice, state: State) -> tuple[Act, ...]:
    """The acts that this state offers, in the order of the file, Help last; none where it is over."""
    scene = practice.scenes[state.scene]
    if scene.is_end:
        return ()
    named = [practice.acts[key] for key in scene.acts]
    turned = [
        act
        for key in scene.settings
        for act in _turns(practice.settings[key])
        if state.values[key] != act.key.partition("=")[2]
    ]
    return (*(act for act in named if holds(practice, state, act.when)), *turned, _help(practice, scene))


def do(practice: Practice, state: State, key: str) -> State:
    """The state after this act; raises ActNotAllowed."""
    act = next((act for act in allowed(practice, state) if act.key == key), None)
    if act is None:
        raise ActNotAllowed(key)
    return _after(practice, state, act)


def _after(practice: Practice, state: State, act: Act) -> State:
    """The state after an act that this state offers."""
    case = next(case for case in act.cases if holds(practice, state, case.when))
    values = {**state.values, **case.values}
    draws = state.draws
    for name in case.draw:
        values[name] = _word(practice, state.seed, draws, values)
        draws += 1
    scene = practice.scenes[case.then or state.scene]
    arrives = scene.lines if case.then and case.then != state.scene else ()
    is_met = case.is_adult or (bool(arrives or case.then) and scene.is_adult)
    risks = 0 if is_met else state.risks + (case.outcome is Outcome.RETHINK)
    return replace(
        state,
        scene=scene.key,
        values=values,
        steps=_stepped(state.steps, act.steps, practice.routine),
        shown=state.shown | set(act.shows) if case.outcome is Outcome.SAFE else state.shown,
        lines=(*state.lines, *case.lines, *arrives),
        risks=risks,
        draws=draws,
        done=(*state.done, Did(act, case)),
    )


def meant(keys: Sequence[str]) -> str:
    """The act that a form means; empty for none. The youngest may have chosen a picture before they press Help."""
    return HELP if HELP in keys else next(iter(keys), "")


def replay(practice: Practice, keys: Iterable[str], seed: str = "") -> State:
    """The state after these acts in this order; raises ActNotAllowed."""
    state = begin(practice, seed)
    for key in keys:
        state = do(practice, state, key)
    return state


def replay_what_holds(practice: Practice, keys: Iterable[str], seed: str = "") -> State:
    """As `replay`, but passes over what is not allowed: the practice may have been changed since it was done."""
    state = begin(practice, seed)
    for key in keys:
        with suppress(ActNotAllowed):
            state = do(practice, state, key)
    return state


def is_over(practice: Practice, state: State) -> bool:
    return practice.scenes[state.scene].is_end


def result(practice: Practice, state: State) -> Result:
    return Result(
        objectives=tuple(name for name in practice.objectives if name in state.shown),
        missing=tuple(step for step in practice.routine if step not in state.steps),
        is_over=is_over(practice, state),
    )


def sees(practice: Practice, state: State, viewer: str) -> tuple[Shown, ...]:
    """What this viewer sees now, in the order of the file."""
    found = []
    for one in practice.shown.values():
        setting = practice.settings.get(one.under)
        is_open = setting is None or viewer in setting.option(state.values[setting.key]).seen_by
        if is_open and holds(practice, state, one.when):
            found.append(one)
    return tuple(found)


def clues(practice: Practice, state: State, viewer: str) -> tuple[Shown, ...]:
    """What this viewer sees and could use."""
    return tuple(one for one in sees(practice, state, viewer) if one.clue)


def together(practice: Practice, state: State) -> tuple[str, str] | None:
    """Two words from the bag that go together, which makes them quick to guess; None where none do."""
    words = [word for word in state.values.values() if word in practice.bag]
    for place, word in enumerate(words):
        for other in words[place + 1 :]:
            if practice.bag[word] == practice.bag[other]:
                return word, other
    return None


def holds(practice: Practice, state: State, when: Conditions) -> bool:
    """Whether every condition holds. A name is a value or setting, `clues.VIEWER` (how many this viewer sees, or
    "some"), `step.STEP` (yes or no) or `together` (yes or no)."""
    return all(not _now(practice, state, name).isdisjoint(wanted) for name, wanted in when.items())


def _now(practice: Practice, state: State, name: str) -> frozenset[str]:
    kind, _, rest = name.partition(".")
    if kind == "clues" and rest:
        count = len(clues(practice, state, rest))
        return frozenset({str(count), "some" if count else "none"})
    if kind == "step" and rest:
        return frozenset({"yes" if rest in state.steps else "no"})
    if name == "together":
        return frozenset({"yes" if together(practice, state) else "no"})
    return frozenset({state.values[name]})


def _stepped(before: tuple[str, ...], steps: Iterable[str], routine: Sequence[str]) -> tuple[str, ...]:
    """The steps done so far. Stop comes before keep, block and report, and keep before block: later, they no longer
    help; telling helps at any point (DESIGN.md 18)."""
    done = list(before)
    too_late = {"stop": {"keep", "block", "report"}, "keep": {"block"}}
    for step in steps:
        if step in routine and step not in done and too_late.get(step, set()).isdisjoint(done):
            done.append(step)
    return tuple(done)


def _word(practice: Practice, seed: str, draws: int, values: Mapping[str, str]) -> str:
    """The next word of the bag. Of the first three, two go together, so that there is something to find; whatever comes
    after goes with nothing on the table. So the seed changes the words, and never what can be done."""
    chance = Random(f"{seed} {practice.lesson}")
    families = sorted(set(practice.bag.values()))
    chance.shuffle(families)
    words = {family: sorted(word for word in practice.bag if practice.bag[word] == family) for family in families}
    for family in families:
        chance.shuffle(words[family])
    if draws < 3:
        return words[families[draws // 2]][draws % 2]
    here = {practice.bag[word] for word in values.values() if word in practice.bag}
    turned = [families[(draws + place) % len(families)] for place in range(len(families))]
    family = next(family for family in turned if family not in here)
    return words[family][draws % len(words[family])]


def _turns(setting: Setting) -> Iterator[Act]:
    """One act for each way a setting can stand: "posts=friends"."""
    for option in setting.options:
        case = Case({}, Outcome.DONE, {setting.key: option.key}, (), "", option.says, option.picture, (), False)
        yield Act(f"{setting.key}={option.key}", option.text, "setting", setting.key, "", (), (), {}, (case,))


def _help(practice: Practice, scene: Scene) -> Act:
    case = Case({}, Outcome.SAFE, {}, (), "", scene.help or practice.help, "", (), True)
    return Act(HELP, "I would ask for help", "help", "", "", ("tell",), (), {}, (case,))


# ------------------------------------------------------------------------------------------------------- walking


class TooManyStates(ValueError):
    """The practice can stand in more ways than anyone can check."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Every state that can be reached: how one first comes there, and where each act leads."""

    states: Mapping[Position, State]
    ways: Mapping[Position, tuple[tuple[str, Position], ...]]  # act and where it leads; none at an end

    def ends(self, practice: Practice) -> list[Position]:
        return [place for place, state in self.states.items() if is_over(practice, state)]


Position = tuple[str, tuple[tuple[str, str], ...], frozenset[str], frozenset[str], int]


def position(state: State) -> Position:
    """A state without the way that led to it. The order of steps is in it as far as it matters: `_stepped` forgets."""
    return (state.scene, tuple(sorted(state.values.items())), frozenset(state.steps), state.shown, state.risks)


def walk(practice: Practice, seed: str = "", limit: int = 40_000, most_draws: int = 4) -> Walked:
    """Every state there is, breadth first; raises TooManyStates beyond `limit`. It goes no further where a pupil has
    done more risky acts than an adult should let pass. Words are drawn `most_draws` times at most after the first
    three: then a bag gives nothing new to check."""
    first = begin(practice, seed)
    states: dict[Position, State] = {position(first): first}
    ways: dict[Position, tuple[tuple[str, Position], ...]] = {}
    queue = deque([first])
    while queue:
        state = queue.popleft()
        here: list[tuple[str, Position]] = []
        for act in allowed(practice, state) if state.risks <= MOST_RISKS else ():
            then = _after(practice, state, act)
            if then.draws > most_draws + 3:
                continue
            there = position(then)
            here.append((act.key, there))
            if there not in states:
                states[there] = then
                queue.append(then)
        ways[position(state)] = tuple(here)
        if len(states) > limit:
            raise TooManyStates(practice.lesson)
    return Walked(states, ways)
