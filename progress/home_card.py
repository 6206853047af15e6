"""The home card: one page about one child, 150 words at most, for a telephone or A4.

What was practised, one strength from the child's own acts and choices, three questions that fit what the child found
hard, five minutes together and one setting to check. Pure. Nothing here can measure, date or compare a child: no
answer, place, hour, device or other person comes in, so none can come out. A question never says that the child was
wrong, and where nothing was hard there are three questions all the same, so that their number tells nothing. The
strength is what is new to this child, in words that say nothing of a time before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from lessons.lesson import PLACE_ART, PLACE_NAMES, Lesson
from lessons.registers import Home
from lessons.wording import words

from .mastery import FirstChoices, Mastery, judge

QUESTIONS = 3
#: The steps of the safe routine as they are told of a child, in the order of doing them.
ACTS: Mapping[str, str] = {
    "stop": "stopped",
    "turn": "turned the screen over",
    "keep": "kept what was said",
    "tell": "told {whom}",
    "block": "pressed block",
    "report": "pressed report",
}
#: Those that are told where more were done, the most worth first.
WORTH = ("tell", "stop", "turn", "keep", "report", "block")
MOST_ACTS = 2
#: From Year 5 the lessons say "an adult" (DESIGN-LANGUAGE.md 7).
SAYS_ADULT = "y5-6"
#: A longer question of a lesson that this card is not about is left for that lesson's own card.
LONGEST_FROM_ELSEWHERE = 12
#: A class that has done nothing yet is told of so many of its places.
PLACES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one child, in the order that the card needs."""

    finished: tuple[Lesson, ...]  # the newest first
    first_choices: Mapping[str, FirstChoices]  # by objective
    hard: Mapping[str, str]  # objective: the wrong idea behind the latest first choice
    acts: Mapping[str, frozenset[str]]  # lesson: the steps of the routine that were done in its pretend app
    not_before: frozenset[str] = frozenset()  # objectives for which the first choice before the lesson was not safe


@dataclass(frozen=True, slots=True)
class HomeCard:
    """The words of one card that change from child to child; the others stand in the template."""

    child: str  # first name
    title: str
    practised: str
    strength: str  # empty until a lesson is done
    questions: tuple[str, ...]  # three, unless the band has no lessons
    activity: str  # empty where the band has no lessons, as the next two
    setting: str
    art: str  # the drawing of the place
    is_coming: bool  # nothing is done yet: the card tells what comes


def make_home_card(child: str, known: Known, band: Sequence[Lesson], home: Home) -> HomeCard:
    """The card of a child with this first name; `band`: the lessons of the child's class, in the order of the chart."""
    lesson = next(iter(known.finished or band), None)
    asked = list(_questions(known, band, home))[:QUESTIONS]
    if not known.finished or lesson is None:
        return HomeCard(
            child=child,
            title=f"{child} sets sail soon",
            practised=_coming(child, band),
            strength="",
            questions=tuple(asked),
            activity=home.activity.get(lesson.cell, "") if lesson else "",
            setting=home.settings.get(lesson.cell, "") if lesson else "",
            art=PLACE_ART[lesson.place] if lesson else "",
            is_coming=True,
        )
    return HomeCard(
        child=child,
        title=f"{child} lit a lamp at {PLACE_NAMES[lesson.place]}",
        practised=home.practised.get(lesson.cell, f"{{name}} practised “{lesson.title}”.").replace("{name}", child),
        strength=_strength(child, known),
        questions=tuple(asked),
        activity=home.activity.get(lesson.cell, ""),
        setting=home.settings.get(lesson.cell, ""),
        art=PLACE_ART[lesson.place],
        is_coming=False,
    )


def _coming(child: str, band: Sequence[Lesson]) -> str:
    """Which lesson the teacher begins with is not known, so the first places stand for all of them."""
    names = [PLACE_NAMES[lesson.place] for lesson in band[:PLACES_TOLD]]
    if not names:
        return f"Soon {child} will learn how to stay safe and kind online."
    places = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Soon {child} will sail to places such as {places}, to learn how to stay safe and kind online."


def _strength(child: str, known: Known) -> str:
    """What is new first: most children of a class stop and tell, and a card is about one of them. So: an act of the
    newest lesson that no earlier one saw, or what it taught this child, or its acts; else what goes well; else earlier
    acts; else that it was done: a card without a strength would say something about a child."""
    newest, *earlier = known.finished
    return (
        _acted_anew(child, known, newest, earlier)
        or _learned(child, known, newest)
        or _acted(child, known, [newest])
        or _goes_well(child, known)
        or _acted(child, known, earlier)
        or f"{child} finished the whole lesson “{newest.title}”."
    )


def _acted_anew(child: str, known: Known, newest: Lesson, earlier: Sequence[Lesson]) -> str:
    """A step that was done in the newest pretend app and in none before it, with the telling if there was one: of a
    first app all would be new."""
    before = frozenset().union(*(known.acts.get(lesson.id, frozenset()) for lesson in earlier))
    now = known.acts.get(newest.id, frozenset())
    new = next((step for step in WORTH if before and step in now - before), "")
    return _told_of(child, newest, now & {new, "tell"}) if new else ""


def _learned(child: str, known: Known, newest: Lesson) -> str:
    """What the child chose well after the lesson and not before it: the last of these, as lessons go from knowing to
    doing."""
    learned = [
        said
        for objective in newest.objectives
        if objective.id in known.not_before
        and judge(known.first_choices.get(objective.id, FirstChoices())) in (Mastery.SECURE, Mastery.GROWING)
        and (said := newest.strengths.get(objective.id, ""))
    ]
    return learned[-1].replace("{name}", child) if learned else ""


def _acted(child: str, known: Known, lessons: Iterable[Lesson]) -> str:
    told = (_told_of(child, lesson, known.acts.get(lesson.id, frozenset())) for lesson in lessons)
    return next(filter(None, told), "")


def _told_of(child: str, lesson: Lesson, steps: frozenset[str]) -> str:
    """It says that the app was a pretend one: "told a grown-up" alone could be taken for something that happened."""
    told = [step for step in WORTH if step in steps][:MOST_ACTS]
    whom = "an adult" if lesson.band == SAYS_ADULT else "a grown-up"
    did = " and ".join(ACTS[step].format(whom=whom) for step in ACTS if step in told)
    return f"In the pretend app, {child} {did}." if told else ""


def _goes_well(child: str, known: Known) -> str:
    """Secure before growing, the newest lesson first, and of its sentences the shortest: a card is short."""
    for state in (Mastery.SECURE, Mastery.GROWING):
        for lesson in known.finished:
            said = [
                lesson.strengths[objective.id].replace("{name}", child)
                for objective in lesson.objectives
                if objective.id in lesson.strengths
                and judge(known.first_choices.get(objective.id, FirstChoices())) is state
            ]
            if said:
                return min(said, key=lambda sentence: len(words(sentence)))
    return ""


def _questions(known: Known, band: Sequence[Lesson], home: Home) -> Iterator[str]:
    """The questions in the order of their worth, none twice: what was hard in the newest lesson, what that lesson asks;
    then the same of each earlier lesson; then what the band's other lessons ask."""
    asked: set[str] = set()
    elsewhere = zip_longest(*(lesson.parent_ask for lesson in band))  # the first of each before the second of any
    for lesson in known.finished:
        hard = (home.questions.get(known.hard.get(objective.id, ""), "") for objective in lesson.objectives)
        for question in (*hard, *lesson.parent_ask):
            is_long = lesson is not known.finished[0] and len(words(question)) > LONGEST_FROM_ELSEWHERE
            if question and question not in asked and not is_long:
                asked.add(question)
                yield question
    for question in chain.from_iterable(elsewhere):
        if question and question not in asked and len(words(question)) <= LONGEST_FROM_ELSEWHERE:
            asked.add(question)
            yield question
