"""The rules for a practice that a program can check: it is walked whole, and its words are those of the band."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lessons.by_ear import READS_LITTLE, looks_alike
from lessons.check import FEWEST_WORDS, Rules, check_words, missing_condition, unverified
from lessons.compiler import Passage
from lessons.outcome import Outcome
from lessons.pictures import picture_problem
from lessons.readability import longest_sentence
from lessons.reading import Mistake
from lessons.standard import LIMITS
from lessons.wording import words

from .compiler import PracticeSource, facts_of, passages
from .engine import (
    MOST_RISKS,
    STEPS,
    ActNotAllowed,
    Position,
    Practice,
    TooManyStates,
    Walked,
    begin,
    do,
    is_over,
    result,
    walk,
)

SEEDS = ("a", "b")  # of the words that a bag gives
#: Of the youngest, everything of these carries a picture.
PICTURED = frozenset({"acts", "scenes", "things", "people", "viewers", "settings", "shown"})


@dataclass(frozen=True, slots=True)
class _Spoken:
    """For whom a practice is written, and the facts that it may name."""

    band: str
    facts: tuple[str, ...]


def check_practice(source: PracticeSource, practice: Practice, rules: Rules) -> list[Mistake]:
    """Everything about a practice that a program can see."""
    spoken = _Spoken(practice.band, tuple(sorted(facts_of(source))))
    mistakes = [*_safe_path(source, practice)]
    try:
        for seed in SEEDS if practice.bag else SEEDS[:1]:
            mistakes += _walked(source, practice, walk(practice, seed))
    except TooManyStates:
        mistakes.append(source.mistake("this can stand in more ways than can be checked: use fewer values", "values"))
    for passage in passages(source):
        mistakes += _lengths(source, practice.band, passage)
        mistakes += check_words(passage, source.path, spoken, "pupil", rules)
    mistakes += _sizes(source, practice.band)
    mistakes += _level(source, practice, rules)
    mistakes += _meeting(source, practice, rules)
    mistakes += _pictures(source, rules)
    return mistakes


def check_practice_facts(source: PracticeSource, rules: Rules) -> Iterator[Mistake]:
    """Facts that nobody has checked: warnings, and mistakes for a release."""
    for passage in passages(source):
        yield from unverified(passage, source.path, rules)


def practice_level(source: PracticeSource, rules: Rules) -> float:
    """The reading level of everything that is said in the app, short labels apart; 0 where it is not measured."""
    told = "\n\n".join(passage.text for passage in passages(source) if len(words(passage.text)) > 3)
    return rules.level(told) if rules.level and len(words(told)) >= FEWEST_WORDS else 0.0


def _level(source: PracticeSource, practice: Practice, rules: Rules) -> Iterator[Mistake]:
    level, most = practice_level(source, rules), LIMITS[practice.band].card_level
    if level > most:
        yield source.mistake(f"reading level {level} in this app: use shorter words and sentences, to {most}", "scenes")


def _meeting(source: PracticeSource, practice: Practice, rules: Rules) -> Iterator[Mistake]:
    """P3: an app that speaks of meeting somebody from online says both conditions somewhere."""
    told = " ".join(passage.text for passage in passages(source))
    missing = missing_condition(told, told, rules.words) if practice.topic == "online-friends" else ""
    if missing:
        yield source.mistake(missing, "scenes")


# ------------------------------------------------------------------------------------------------------- the script


def _safe_path(source: PracticeSource, practice: Practice) -> Iterator[Mistake]:
    """The safe path can be walked, does no act to rethink, shows every objective and leaves out no step."""
    state = begin(practice)
    for index, key in enumerate(practice.safe_path):
        try:
            state = do(practice, state, key)
        except ActNotAllowed:
            yield source.mistake(f"`{key}` is not offered here, in `{state.scene}`", "safe_path", index)
            return
        if state.last is not None and state.last.case.outcome is Outcome.RETHINK:
            yield source.mistake(f"`{key}` is an act to rethink: the safe path has none", "safe_path", index)
    found = result(practice, state)
    if not found.is_over:
        yield source.mistake(f"the safe path stops in `{state.scene}`: lead it to an end", "safe_path")
    for name in practice.objectives:
        if name not in found.objectives:
            yield source.mistake(f"the safe path does not show {name}: an act on it `shows` it", "safe_path")
    for step in found.missing:
        yield source.mistake(f"the safe path leaves out {STEPS[step].lower()}", "safe_path")


def _walked(source: PracticeSource, practice: Practice, walked: Walked) -> Iterator[Mistake]:
    """Every way through: no scene or act that nobody comes to, no trap, an adult in time, each step can be left out."""
    met = {state.scene for state in walked.states.values()}
    for name in practice.scenes:
        if name not in met:
            yield source.mistake(f"no way leads to `{name}`", "scenes", name)
    done = {key for ways in walked.ways.values() for key, _ in ways}
    for name in practice.acts:
        if name not in done:
            yield source.mistake(f"`{name}` can never be done: look at its `when`", "acts", name)
    for name in sorted(_trapped(practice, walked)):
        yield source.mistake(f"there is a way into `{name}` from which no end can be reached", "scenes", name)
    for name in sorted({state.scene for state in walked.states.values() if state.risks > MOST_RISKS}):
        message = f"by `{name}` a pupil may have done {MOST_RISKS + 1} risky acts: let an adult step in (`adult: true`)"
        yield source.mistake(message, "scenes", name)
    left_out = {result(practice, walked.states[place]).missing for place in walked.ends(practice)}
    for index, step in enumerate(practice.routine):
        if (step,) not in left_out:
            message = (
                f"no end leaves out {STEPS[step].lower()} alone: it must be an act of its own, not the only way on"
            )
            yield source.mistake(message, "routine", index)
    if () not in left_out:
        yield source.mistake("no end has every step of the routine", "routine")
    poor = any(
        case.outcome is Outcome.RETHINK for key in done & practice.acts.keys() for case in practice.acts[key].cases
    )
    if not poor:
        yield source.mistake("nothing can be got wrong here: add an act with outcome: rethink", "acts")


def _trapped(practice: Practice, walked: Walked) -> set[str]:
    """The scenes with a state from which no end can be reached."""
    back: dict[Position, list[Position]] = {}
    for place, ways in walked.ways.items():
        for _, there in ways:
            back.setdefault(there, []).append(place)
    saved = {place for place, state in walked.states.items() if is_over(practice, state) or state.risks > MOST_RISKS}
    queue = deque(saved)
    while queue:
        for before in back.get(queue.popleft(), ()):
            if before not in saved:
                saved.add(before)
                queue.append(before)
    return {walked.states[place].scene for place in walked.states.keys() - saved}


# -------------------------------------------------------------------------------------------------------- the words


def _lengths(source: PracticeSource, band: str, passage: Passage) -> Iterator[Mistake]:
    limits = LIMITS[band]
    longest = longest_sentence(passage.text)
    if longest > limits.longest_sentence:
        message = f"a sentence of {longest} words: {limits.longest_sentence} at most for {band}"
        yield Mistake(source.path, passage.line, message)


def _sizes(source: PracticeSource, band: str) -> Iterator[Mistake]:
    """Words on a screen, in an act and in an answer: CURRICULUM.md 5.1 for cards, options and feedback."""
    limits = LIMITS[band]

    def too_long(text: str, most: int, what: str, *where: str | int) -> Iterator[Mistake]:
        count = len(words(text))
        if count > most:
            yield source.mistake(f"{what} of {count} words: {most} at most for {band}", *where)

    form = source.form
    for name, scene in form.scenes.items():
        yield from too_long(f"{scene.heading} {scene.text}", limits.card_words, "a screen", "scenes", name, "text")
        for index, line in enumerate(scene.lines):
            yield from too_long(line.text, limits.option * 2, "a message", "scenes", name, "lines", index)
    for name, act in form.acts.items():
        yield from too_long(act.text, limits.option, "an act", "acts", name, "text")
        for place, case in enumerate(act.cases or [act]):
            where: tuple[str | int, ...] = ("acts", name, *(() if act.cases is None else ("cases", place)))
            yield from too_long(case.says, limits.feedback, "an answer", *where, "says")
            for index, line in enumerate(case.lines):
                yield from too_long(line.text, limits.option * 2, "a message", *where, "lines", index)


def _pictures(source: PracticeSource, rules: Rules) -> Iterator[Mistake]:
    form = source.form
    named: list[tuple[str, tuple[str | int, ...]]] = [(form.picture, ("picture",))]
    parts: Mapping[str, Mapping[str, object]] = {
        part: getattr(form, part) for part in ("people", "viewers", "settings", "shown", "things", "scenes", "acts")
    }
    for part, members in parts.items():
        named += [(str(getattr(one, "picture", "")), (part, name, "picture")) for name, one in members.items()]
    named += [(thing.sign, ("things", name, "sign")) for name, thing in form.things.items() if thing.sign]
    for name, setting in form.settings.items():
        named += [
            (option.picture, ("settings", name, "options", place, "picture"))
            for place, option in enumerate(setting.options)
        ]
    for name, scene in form.scenes.items():
        named += [(picture, ("scenes", name, "cast", place)) for place, picture in enumerate(scene.cast)]
    for name, scene in form.scenes.items():
        named += [
            (line.picture, ("scenes", name, "lines", place)) for place, line in enumerate(scene.lines) if line.picture
        ]
    for name, act in form.acts.items():
        for case in act.cases or [act]:
            named += [(line.picture, ("acts", name)) for line in case.lines if line.picture]
    is_for_the_youngest = source.band in READS_LITTLE
    if is_for_the_youngest:
        for name, scene in form.scenes.items():
            offered = [form.acts[key].picture for key in scene.acts if form.acts[key].slot == "choice"]
            twice = looks_alike(offered)
            if twice:
                yield source.mistake(f"`{twice}` stands for two choices: give each its own picture", "scenes", name)
    for picture, where in named:
        problem = picture_problem(picture, rules.symbols) if picture else ""
        if problem:
            yield source.mistake(problem, *where)
        elif not picture and is_for_the_youngest and where[0] in PICTURED:
            yield source.mistake(f"add a picture: in {source.band} nothing needs reading", *where[:-1])
