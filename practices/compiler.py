"""Turns one practice file into a `Practice`, or into every mistake in it with its line and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from accounts.bands import BANDS
from lessons.compiler import Passage
from lessons.lesson import PLACES
from lessons.outcome import Outcome
from lessons.reading import Mistake, Read, did_you_mean, fit, read_yaml
from lessons.registers import FACT, Registers, facts_in

from .engine import (
    HELP,
    ROUTINES,
    STEPS,
    Act,
    Case,
    Conditions,
    Line,
    Option,
    Practice,
    Scene,
    Setting,
    Shown,
    Thing,
    Viewer,
)
from .schema import FEWEST_FAMILIES, ActForm, CaseForm, LineForm, PracticeForm, ViewerForm, When

ME = "me"
#: As long as a stored act may be (quizzes/models.py): act keys, and "setting=option".
LONGEST_ACT = 40
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class PracticeSource:
    """A practice file that has been read and found whole."""

    path: str
    form: PracticeForm
    lines: Read

    @property
    def band(self) -> str:
        return self.form.lesson.rpartition(".")[2]

    def mistake(self, message: str, *where: str | int) -> Mistake:
        return self.lines.mistake(message, *where)


def read_practice(text: str, path: str) -> tuple[PracticeSource | None, list[Mistake]]:
    """The parts of a practice file; None when one is missing or cannot be understood."""
    read, mistakes = read_yaml(text.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    form, wrong = fit(PracticeForm, read)
    mistakes += wrong
    if form is None or mistakes:
        return None, sorted(set(mistakes))
    return PracticeSource(path, form, read), []


# -------------------------------------------------------------------------------------------------------- referring


def refer(source: PracticeSource, registers: Registers) -> list[Mistake]:
    """Names that nothing else knows: what must be right before the practice can be played at all."""
    found = [*_place(source), *_names(source), *_acts(source), *_scenes(source), *_things(source)]
    return sorted({*found, *_registers(source, registers)})


def _place(source: PracticeSource) -> Iterator[Mistake]:
    topic, name = source.path.split("/")[-2:]
    expected = f"{topic}.{name.removesuffix('.yaml').removesuffix('.practice')}"  # of an own lesson: quizzes/own.py
    if source.form.lesson != expected:
        yield source.mistake(f"the file's place says lesson: {expected}", "lesson")
    elif topic not in PLACES or source.band not in BANDS:
        yield source.mistake(f"`{expected}` is not a cell of the grid: move the file", "lesson")
    else:
        for index, step in enumerate(source.form.routine):
            if step not in ROUTINES[source.band]:
                message = did_you_mean(step, ROUTINES[source.band], f"is not a step that {source.band} is taught")
                yield source.mistake(message, "routine", index)


def _names(source: PracticeSource) -> Iterator[Mistake]:
    form = source.form
    for part in ("values", "settings", "viewers", "shown", "things", "people", "scenes", "acts"):
        for name in getattr(form, part):
            if not _KEY.fullmatch(name) or len(name) > LONGEST_ACT:
                yield source.mistake(f"write `{name}` in small letters, figures and hyphens", part, name)
    for name in form.settings.keys() & form.values.keys():
        yield source.mistake(f"`{name}` is a setting already: give this value its own name", "values", name)
    if HELP in form.acts:
        yield source.mistake("help is always there: give this act another name", "acts", HELP)
    if ME in form.people:
        yield source.mistake("`me` is the pupil's character: give this person another name", "people", ME)


def _registers(source: PracticeSource, registers: Registers) -> Iterator[Mistake]:
    form = source.form
    for index, name in enumerate(form.objectives):
        own = [one for one in registers.objectives if one.startswith(f"{form.lesson}.")]
        if name not in own:
            yield source.mistake(did_you_mean(name, own, f"is not an objective of {form.lesson}"), "objectives", index)
    for passage in passages(source):
        for match in FACT.finditer(passage.text):
            problem = registers.facts.problem(match[2], source.band, "pupil")
            if problem:
                yield Mistake(source.path, passage.line_of(match[0]), problem)
        if "{{" in FACT.sub("", passage.text):
            yield Mistake(source.path, passage.line, "write a fact as {{ fact:its-id }}")


def _scenes(source: PracticeSource) -> Iterator[Mistake]:
    form = source.form
    if form.start not in form.scenes:
        yield source.mistake(did_you_mean(form.start, form.scenes, "is not a scene"), "start")
    if not any(scene.end for scene in form.scenes.values()):
        yield source.mistake("one scene ends the practice: write `end: true` there", "scenes")
    known: Mapping[str, Iterable[str]] = {
        "acts": form.acts,
        "things": form.things,
        "settings": form.settings,
        "viewers": form.viewers,
    }
    for name, scene in form.scenes.items():
        for part, names in known.items():
            for index, one in enumerate(getattr(scene, part)):
                if one not in names:
                    message = did_you_mean(one, names, f"is not under {part}")
                    yield source.mistake(message, "scenes", name, part, index)
        if scene.end and scene.acts:
            yield source.mistake(f"`{name}` ends the practice, so take out what can be done there", "scenes", name)
        if not scene.end and not scene.acts:
            yield source.mistake(f"say what can be done in `{name}`, or write `end: true`", "scenes", name)
        yield from _lines(source, scene.lines, "scenes", name)
    offered = {act for scene in form.scenes.values() for act in scene.acts}
    for name in form.acts:
        if name not in offered:
            yield source.mistake(f"no scene offers `{name}`: add it to a scene's acts, or take it out", "acts", name)


def _acts(source: PracticeSource) -> Iterator[Mistake]:
    form = source.form
    for name, act in form.acts.items():
        at: tuple[str | int, ...] = ("acts", name)
        if act.on and act.on not in form.things:
            yield source.mistake(did_you_mean(act.on, form.things, "is not under things"), *at, "on")
        if act.slot == "thing" and not act.on:
            yield source.mistake(f"say which thing `{name}` belongs to: add `on`", *at)
        for index, objective in enumerate(act.shows):
            if objective not in form.objectives:
                message = did_you_mean(objective, form.objectives, "is not an objective of this practice")
                yield source.mistake(message, *at, "shows", index)
        for index, step in enumerate(act.steps):
            if step not in form.routine:
                yield source.mistake(f"`{step}` is not in this practice's routine: add it there", *at, "steps", index)
        yield from _conditions(source, act.when, *at)
        for where, case in _cases_of(act):
            yield from _case(source, case, *at, *where)


def _cases_of(act: ActForm) -> list[tuple[tuple[str | int, ...], CaseForm]]:
    return [((), act)] if act.cases is None else [(("cases", place), case) for place, case in enumerate(act.cases)]


def _case(source: PracticeSource, case: CaseForm, *at: str | int) -> Iterator[Mistake]:
    form = source.form
    if case.then and case.then not in form.scenes:
        yield source.mistake(did_you_mean(case.then, form.scenes, "is not a scene"), *at, "then")
    for name, value in case.set.items():
        options = _options(form, name)
        if options is None:
            message = did_you_mean(name, [*form.values, *form.settings], "is not a value or a setting")
            yield source.mistake(message, *at, "set", name)
        elif value not in options:
            yield source.mistake(did_you_mean(value, options, f"is not what `{name}` may be"), *at, "set", name)
    for index, name in enumerate(case.draw):
        if name not in form.values or not form.bag:
            message = "draw puts a word of the bag into a value: name the value under `values`, and write a `bag`"
            yield source.mistake(message, *at, "draw", index)
    if "when" in case.model_fields_set and not isinstance(case, ActForm):
        yield from _conditions(source, case.when, *at)
    yield from _lines(source, case.lines, *at)


def _options(form: PracticeForm, name: str) -> list[str] | None:
    if name in form.settings:
        return [option.key for option in form.settings[name].options]
    return form.values.get(name)


def _conditions(source: PracticeSource, when: When, *at: str | int) -> Iterator[Mistake]:
    form = source.form
    for name, wanted in when.items():
        kind, _, rest = name.partition(".")
        options: list[str] | None
        if kind == "clues" and rest:
            options = None if rest not in form.viewers else ["some", "none", *map(str, range(len(form.shown) + 1))]
        elif kind == "step" and rest:
            options = None if rest not in form.routine else ["yes", "no"]
        elif name == "together":
            options = ["yes", "no"] if form.bag else None
        else:
            options = _options(form, name)
            if options is not None and form.bag and name in form.values:
                options = [*options, *(word for words in form.bag.values() for word in words)]
        if options is None:
            known = [*form.values, *form.settings, *(f"clues.{viewer}" for viewer in form.viewers)]
            known += [f"step.{step}" for step in form.routine]
            yield source.mistake(did_you_mean(name, known, "is nothing that can be asked"), *at, "when", name)
            continue
        for value in wanted:
            if value not in options:
                yield source.mistake(did_you_mean(value, options, f"is not what `{name}` may be"), *at, "when", name)


def _lines(source: PracticeSource, lines: Iterable[LineForm], *at: str | int) -> Iterator[Mistake]:
    for index, line in enumerate(lines):
        if line.who not in (ME, *source.form.people):
            known = [ME, *source.form.people]
            yield source.mistake(did_you_mean(line.who, known, "is not under people"), *at, "lines", index, "who")
        if line.mark and (not line.sign or line.mark not in line.text):
            message = f"`{line.mark}` does not stand in a message with a sign: copy the words of the text"
            yield source.mistake(message, *at, "lines", index, "mark")


def _things(source: PracticeSource) -> Iterator[Mistake]:
    form = source.form
    for name, setting in form.settings.items():
        keys = [option.key for option in setting.options]
        if setting.start not in keys:
            message = did_you_mean(setting.start, keys, "is not one of its options")
            yield source.mistake(message, "settings", name, "start")
        for index, option in enumerate(setting.options):
            at = ("settings", name, "options", index)
            if not _KEY.fullmatch(option.key) or len(name) + len(option.key) >= LONGEST_ACT:
                yield source.mistake(f"write `{option.key}` shorter, in small letters", *at, "key")
            for place, viewer in enumerate(option.seen_by):
                if viewer not in form.viewers:
                    message = did_you_mean(viewer, form.viewers, "is not under viewers")
                    yield source.mistake(message, *at, "seen_by", place)
    for name, shown in form.shown.items():
        if shown.under and shown.under not in form.settings:
            yield source.mistake(did_you_mean(shown.under, form.settings, "is not a setting"), "shown", name, "under")
        yield from _conditions(source, shown.when, "shown", name)
    if 0 < len(form.bag) < FEWEST_FAMILIES:
        yield source.mistake(f"a bag holds at least {FEWEST_FAMILIES} families of words", "bag")
    families: dict[str, str] = {}
    for family, words in form.bag.items():
        for index, word in enumerate(words):
            if word in families:
                yield source.mistake(f"`{word}` is in the bag twice: keep one", "bag", family, index)
            families[word] = family


def passages(source: PracticeSource) -> Iterator[Passage]:
    """Everything in a practice that a pupil reads or hears."""
    form, lines = source.form, source.lines

    def said(text: str, *where: str | int) -> Iterator[Passage]:
        if text:
            yield Passage(lines.line(*where), text)

    for name in ("title", "name", "intro", "help"):
        yield from said(getattr(form, name), name)
    for index, text in enumerate(form.learned):
        yield from said(text, "learned", index)
    for part in ("people", "viewers"):
        viewers: Mapping[str, ViewerForm] = getattr(form, part)
        for name, viewer in viewers.items():
            yield from said(viewer.text, part, name, "text")
    for name, setting in form.settings.items():
        yield from said(setting.label, "settings", name, "label")
        for index, option in enumerate(setting.options):
            yield from said(option.text, "settings", name, "options", index, "text")
            yield from said(option.says, "settings", name, "options", index, "says")
    for name, shown in form.shown.items():
        yield from said(shown.text, "shown", name, "text")
        yield from said(shown.clue, "shown", name, "clue")
    for name, thing in form.things.items():
        yield from said(thing.text, "things", name, "text")
        yield from said(thing.detail, "things", name, "detail")
    for name, scene in form.scenes.items():
        for key in ("heading", "text", "help"):
            yield from said(getattr(scene, key), "scenes", name, key)
        yield from _lines_said(source, scene.lines, "scenes", name)
    for name, act in form.acts.items():
        yield from said(act.text, "acts", name, "text")
        for where, case in _cases_of(act):
            yield from said(case.says, "acts", name, *where, "says")
            yield from _lines_said(source, case.lines, "acts", name, *where)


def _lines_said(source: PracticeSource, lines: Iterable[LineForm], *at: str | int) -> Iterator[Passage]:
    for index, line in enumerate(lines):
        yield Passage(source.lines.line(*at, "lines", index), line.text)
        if line.sign:
            yield Passage(source.lines.line(*at, "lines", index, "sign"), line.sign)


def facts_of(source: PracticeSource) -> set[str]:
    """The facts that this practice names."""
    return {fact for passage in passages(source) for fact in facts_in(passage.text)}


# ----------------------------------------------------------------------------------------------------------- making


def make_practice(source: PracticeSource, registers: Registers) -> Practice:
    """The practice of a whole source, with the facts as these registers have them."""
    form = source.form

    def say(text: str) -> str:
        return registers.facts.fill(text, source.band, "pupil")

    return Practice(
        lesson=form.lesson,
        app=form.app,
        version=form.version,
        title=say(form.title),
        name=say(form.name),
        picture=form.picture,
        intro=say(form.intro),
        objectives=tuple(form.objectives),
        routine=tuple(step for step in STEPS if step in form.routine),
        people={name: Viewer(name, say(one.text), one.picture) for name, one in form.people.items()},
        values={name: tuple(options) for name, options in form.values.items()},
        settings={
            name: Setting(
                name,
                say(one.label),
                one.picture,
                tuple(
                    Option(option.key, say(option.text), frozenset(option.seen_by), say(option.says), option.picture)
                    for option in one.options
                ),
                one.start,
            )
            for name, one in form.settings.items()
        },
        viewers={name: Viewer(name, say(one.text), one.picture) for name, one in form.viewers.items()},
        shown={
            name: Shown(name, say(one.text), one.picture, one.under, say(one.clue), _when(one.when))
            for name, one in form.shown.items()
        },
        things={
            name: Thing(name, say(one.text), say(one.detail), one.picture, tuple(one.at), one.sign)
            for name, one in form.things.items()
        },
        bag={word: family for family, words in form.bag.items() for word in words},
        scenes={
            name: Scene(
                key=name,
                heading=say(one.heading),
                text=say(one.text),
                picture=one.picture,
                lines=_said(one.lines, say),
                acts=tuple(one.acts),
                things=tuple(one.things),
                settings=tuple(one.settings),
                viewers=tuple(one.viewers),
                help=say(one.help),
                is_adult=one.adult,
                is_end=one.end,
                cast=tuple(one.cast),
            )
            for name, one in form.scenes.items()
        },
        start=form.start,
        acts={name: _make_act(name, one, say) for name, one in form.acts.items()},
        help=say(form.help),
        learned=tuple(map(say, form.learned)),
        safe_path=tuple(form.safe_path),
    )


def _make_act(name: str, form: ActForm, say: Callable[[str], str]) -> Act:
    cases = [form] if form.cases is None else form.cases
    return Act(
        key=name,
        text=say(form.text),
        slot=form.slot,
        on=form.on,
        picture=form.picture,
        steps=tuple(form.steps),
        shows=tuple(form.shows),
        when=_when(form.when),
        cases=tuple(
            Case(
                when={} if case is form else _when(case.when),
                outcome=Outcome(case.outcome),
                values=dict(case.set),
                draw=tuple(case.draw),
                then=case.then,
                says=say(case.says),
                picture="" if case is form else case.picture,
                lines=_said(case.lines, say),
                is_adult=case.adult,
            )
            for case in cases
        ),
    )


def _said(lines: Iterable[LineForm], say: Callable[[str], str]) -> tuple[Line, ...]:
    return tuple(Line(line.who, say(line.text), say(line.sign), line.mark, line.picture) for line in lines)


def _when(when: When) -> Conditions:
    return {name: frozenset(wanted) for name, wanted in when.items()}
