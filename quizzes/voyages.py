"""One go, step by step: its pages, and each answer kept as it is given. The same for the pupil who is signed in and for
the child beside a parent; the views say whose go it is, and a `Way` where its pages lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import bindparam, func, select
from werkzeug.wrappers import Response

from accounts.bands import BANDS
from accounts.sessions import signed_in
from database import reading, writing
from lessons.activities.kind import NotOffered, Posted
from lessons.lesson import PLACE_ART, PLACE_NAMES, Card, Lesson
from practices.engine import ActNotAllowed, Practice, meant, replay_what_holds
from practices.page import page_of
from quizzes import catalogue
from quizzes.attempts import ATTEMPTS, PRACTISE, REMEMBER, Sailing, begin, finish, read_attempt, record_answer
from quizzes.catalogue import QuizCatalogue
from quizzes.engine import HELP, Item, Outcome, UnknownChoice, is_end, shown_choices, shown_order
from quizzes.learner import Learner
from quizzes.steps import (
    MOST_ACTS,
    PLAYED,
    Fact,
    Part,
    Step,
    act_on,
    acts_done,
    answer_item,
    current_step,
    do_thing,
    is_done,
    is_item_done,
    is_playing,
    steps_of,
    steps_to_practise,
    steps_to_remember,
    story_key,
    tell,
    tell_on,
    things_done,
    with_fact,
)
from web import now, wants_json

MOST_TRIES = 20  # of one question: more is a script, not a child


@dataclass(frozen=True, slots=True)
class Way:
    """Where the pages of a go lead: the pupil's own addresses, or those beneath the child at a parent's phone."""

    attempt: str
    learner: Learner

    @property
    def is_together(self) -> bool:
        return self.learner.is_together

    @property
    def home(self) -> str:
        """Where it began: the pupil's chart, or the child's page. A parent never sees the chart."""
        if self.learner.is_together:
            return url_for("progress.summary", public_id=self.learner.public_id)
        return url_for("progress.chart")

    @property
    def home_name(self) -> str:
        return f"{self.learner.name}’s page" if self.learner.is_together else "Chart"

    def step(self, number: int, **asked: Any) -> str:
        """The page of a step."""
        return self._to("step", number=number, **asked)

    def answer(self, number: int) -> str:
        """Where the form of a step goes."""
        return self._to("answer", number=number)

    def resume(self) -> str:
        """The step that is reached."""
        return self._to("resume")

    def _to(self, name: str, **asked: Any) -> str:
        if self.learner.is_together:
            return url_for(f"quizzes.{name}_together", child=self.learner.public_id, attempt=self.attempt, **asked)
        return url_for(f"quizzes.{name}", attempt=self.attempt, **asked)


@dataclass(frozen=True, slots=True)
class Voyage:
    """An attempt that is open on somebody's screen: what is stored, and the steps of its lesson."""

    learner: Learner
    sailing: Sailing
    lesson: Lesson | None  # None for "remember"
    steps: tuple[Step, ...]

    @property
    def at(self) -> int:
        return current_step(self.steps, self.sailing.answers)

    @property
    def way(self) -> Way:
        return Way(self.sailing.public_id, self.learner)


def begin_go(
    learner: Learner,
    kind: str,
    lesson: Lesson | None,
    number: int,
    at: datetime,
    *,
    is_home: bool,
    items: Sequence[str] = (),
) -> Way:
    """Begin this go, or go on with the one that has this number, in a transaction of its own."""
    with writing() as connection:
        attempt = begin(
            connection,
            school_id=learner.school_id,
            pupil_id=learner.id,
            class_id=learner.class_id,
            kind=kind,
            lesson=lesson.id if lesson is not None else "",
            number=number,
            version=lesson.version if lesson is not None else 0,
            at=at,
            items=items,
            is_home=is_home,
        )
    return Way(attempt, learner)


def show(voyage: Voyage, number: int) -> str | Response:
    """The page of a step; the one that is reached, where this one is not."""
    if not 1 <= number <= voyage.at:
        return redirect(voyage.way.step(voyage.at), 303)
    if voyage.sailing.kind == PRACTISE and voyage.steps[number - 1].part is Part.FINISH:
        return redirect(voyage.way.home, 303)
    return _page(voyage, number)


def keep(voyage: Voyage, number: int) -> Response | tuple[str, int] | dict[str, str]:
    """Save one answer, once, and say where to go next. A resend, a double tap and a second tab are the same answer."""
    at = voyage.at
    if not 1 <= number <= at:
        return _go(voyage, at)
    here = voyage.steps[number - 1]
    try:
        facts = _facts(voyage, here)
    except UnknownChoice:
        return _page(voyage, number, problem="Pick one answer first."), 422
    except NotOffered as refused:
        return _page(voyage, number, problem=str(refused)), 422
    except ActNotAllowed:
        return _page(voyage, number, problem="That cannot be done just now. Pick one of these."), 422
    if facts and not _is_stored(voyage, facts[0]):
        answers = voyage.sailing.answers
        for fact in facts:
            answers = with_fact(answers, fact)
        is_last = not voyage.sailing.is_finished and current_step(voyage.steps, answers) == len(voyage.steps)
        moment = now()
        with writing() as connection:
            if record_answer(connection, voyage.sailing, facts[0], voyage.sailing.version, moment):
                for fact in facts[1:]:
                    record_answer(connection, voyage.sailing, fact, voyage.sailing.version, moment)
                if is_last:  # another tab's answer, stored first, may lead elsewhere
                    finish(connection, voyage.sailing.id, moment)
        if here.part in (Part.BEFORE, Part.CARD, Part.STORY) and is_done(here, answers):
            return _go(voyage, number + 1)
    elif here.part in (Part.BEFORE, Part.CARD, Part.STORY) and is_done(here, voyage.sailing.answers):
        return _go(voyage, number + 1)
    return _go(voyage, number, _mark(here))


def _facts(voyage: Voyage, here: Step) -> list[Fact]:
    """What the form says happened, first what it says itself; none where there is nothing more to say at this step."""
    if here.practice is not None:
        return _acts(voyage, here.practice)
    fact = _fact(voyage, here)
    return [] if fact is None else [fact]


def _acts(voyage: Voyage, practice: Practice) -> list[Fact]:
    """The act that the form names, if it is the next one: another number is a resend, or a page that is out of date."""
    answers, done = voyage.sailing.answers, len(acts_done(voyage.sailing.answers))
    if number_of() != done + 1 or PLAYED in answers:
        return []
    key = meant(request.form.getlist("act"))
    if not key:
        raise UnknownChoice("no act")
    if done >= MOST_ACTS:
        raise ActNotAllowed(key)
    return act_on(practice, answers, voyage.sailing.public_id, key)


def _fact(voyage: Voyage, here: Step) -> Fact | None:
    """What the form says happened, or None where there is nothing more to say at this step."""
    answers = voyage.sailing.answers
    choice = request.form.get("choice", "")
    if here.item is not None:
        tries = len(answers.get(here.item.id, ()))
        if is_item_done(here.item, answers) and number_of() > tries:
            return None
        return answer_item(here.item, choice, min(number_of(), tries + 1, MOST_TRIES))
    if here.card is not None:
        return do_thing(here.card, _sent(), answers)
    if here.scenario is not None:
        node = tell(here.scenario, answers).node
        if node is None or request.form.get("node", node.id) != node.id:
            return None
        return tell_on(node, choice, len(answers.get(story_key(node), ())) + 1)
    return None


def _is_stored(voyage: Voyage, fact: Fact) -> bool:
    return any(given.number == fact.number for given in voyage.sailing.answers.get(fact.item, ()))


def _mark(here: Step) -> str:
    """What the card's next page has to know to speak of what was just done; keys only: it is an address."""
    activity = here.card.activity if here.card is not None else None
    return re.sub(r"[^0-9.]", "", activity.mark(_sent()))[:20] if activity is not None else ""


def _go(voyage: Voyage, number: int, mark: str = "") -> Response | dict[str, str]:
    """The saved answer's next page: an address for our own script, a redirect for a plain form."""
    number = min(number, len(voyage.steps))
    where = voyage.way.step(number, now=mark or None)
    if wants_json():
        return {"next": where}
    return redirect(where, 303)


def _page(voyage: Voyage, number: int, problem: str = "") -> str:
    """The page of one step: as it is to be answered, or as it was."""
    here = voyage.steps[number - 1]
    about = voyage.lesson
    if about is None and here.item is not None:  # "remember" goes from place to place
        about = bank_here().lessons.teaching(here.item.objective)
    shared = {
        "learner": voyage.learner,
        "band": BANDS[voyage.learner.band],
        "way": voyage.way,
        "number": number,
        "step": here,
        "lesson": voyage.lesson,
        "place": about.place if about is not None else "",
        "place_name": PLACE_NAMES[about.place] if about is not None else "Remember",
        "place_art": PLACE_ART[about.place] if about is not None else "lamp-lit",
        "problem": problem,
        "is_done": is_done(here, voyage.sailing.answers),
    }
    if here.item is not None:
        return _item_page(voyage, here.item, shared)
    if here.card is not None:
        return _card_page(voyage, here.card, shared)
    if here.scenario is not None:
        return _story_page(voyage, here, shared)
    if here.practice is not None:
        return _practice_page(voyage, here.practice, number, shared)
    return _finish_page(voyage, shared)


def _item_page(voyage: Voyage, item: Item, shared: dict[str, object]) -> str:
    given = voyage.sailing.answers.get(item.id, ())
    last = given[-1] if given else None
    options = shown_order(item, voyage.sailing.public_id)
    tried = {answer.choice for answer in given}
    ask_again = "again" in request.args and not shared["is_done"]
    if last is None or shared["problem"] or ask_again or (item.form == "A" and last.choice != HELP):
        return render_template(
            "quizzes/ask.html", item=item, options=options, tried=tried, try_number=len(given) + 1, last=last, **shared
        )
    chosen = next((option for option in options if option.key == last.choice), None)
    letter = "ABCD"[options.index(chosen)] if chosen is not None else ""
    return render_template(
        "quizzes/feedback.html",
        item=item,
        chosen=chosen,
        letter=letter,
        outcome=last.outcome,
        tries=len(given),
        **shared,
    )


def _card_page(voyage: Voyage, card: Card, shared: dict[str, object]) -> str:
    answers = voyage.sailing.answers
    activity = card.activity
    if activity is None:
        return render_template("lessons/card.html", card=card, is_playing=False, **shared)
    return render_template(
        activity.template,
        card=card,
        activity=activity,
        is_playing=is_playing(card, answers),
        **activity.shown(things_done(card, answers), _sent(), request.args.get("now", "")),
        **shared,
    )


def _sent() -> Posted:
    """The form as it was sent; nothing on a page that was asked for."""
    return request.form.to_dict(flat=False)


def _story_page(voyage: Voyage, here: Step, shared: dict[str, object]) -> str:
    if here.scenario is None:
        abort(404)
    story = tell(here.scenario, voyage.sailing.answers)
    if story.node is None:
        return render_template("quizzes/told.html", story=story, **shared)
    last = story.told[-1] if story.told else None
    chosen = last.node.choice(last.key) if last is not None and last.node.choices else None
    return render_template(
        "quizzes/story.html",
        node=story.node,
        choices=shown_choices(story.node, voyage.sailing.public_id),
        chosen=chosen,
        is_end=is_end(story.node),
        **shared,
    )


def _practice_page(voyage: Voyage, practice: Practice, number: int, shared: dict[str, object]) -> str:
    acts, seed = acts_done(voyage.sailing.answers), voyage.sailing.public_id
    state = replay_what_holds(practice, acts, seed)
    before = replay_what_holds(practice, acts[:-1], seed) if acts else None
    page = page_of(practice, state, before)
    return render_template(
        f"practices/{practice.app}.html",
        page=page,
        to=voyage.way.answer(number),
        sent={"number": len(acts) + 1},
        is_preview=False,
        next_number=_next_practise(voyage) if page.result.is_over and not voyage.learner.is_together else 0,
        is_once_more=voyage.sailing.kind == PRACTISE,
        **shared,
    )


def _next_practise(voyage: Voyage) -> int:
    """The number of the next go through this pretend app alone."""
    last = reading().execute(_LAST_PRACTISE, {"pupil": voyage.learner.id, "lesson": voyage.sailing.lesson}).scalar()
    return (last or 0) + 1


_LAST_PRACTISE = select(func.max(ATTEMPTS.c.number)).where(
    ATTEMPTS.c.pupil_id == bindparam("pupil"), ATTEMPTS.c.kind == PRACTISE, ATTEMPTS.c.lesson == bindparam("lesson")
)


def _finish_page(voyage: Voyage, shared: dict[str, object]) -> str:
    if voyage.lesson is None:
        helped = sum(
            1 for given in voyage.sailing.answers.values() if any(one.outcome == Outcome.HELP for one in given)
        )
        return render_template("quizzes/remembered.html", helped=helped, **shared)
    return render_template("quizzes/finish.html", **shared)


def number_of(field: str = "number") -> int:
    return max(1, min(request.form.get(field, 1, type=int), 999))


def lesson_or_404(learner: Learner, place: str) -> Lesson:
    """The lesson of this place for the band of the pupil's class."""
    bank = bank_here()
    lesson = bank.lessons.at(place, learner.band)
    if lesson is None or lesson.id not in bank.quizzes:
        abort(404)
    return lesson


def voyage_or_404(learner: Learner, public_id: str) -> Voyage:
    """The pupil's own attempt and its steps; another's is not to be seen to exist."""
    sailing = read_attempt(reading(), public_id, learner.id)
    if sailing is None:
        abort(404)
    bank = bank_here()
    if sailing.kind == REMEMBER:
        items = [bank.items[item] for item in sailing.items if item in bank.items]
        return Voyage(learner, sailing, None, steps_to_remember(items))
    lesson = bank.lessons.lessons.get(sailing.lesson)
    if lesson is None or lesson.id not in bank.quizzes:
        abort(404)
    if sailing.kind == PRACTISE:
        practice = bank.practice(lesson.id)
        if practice is None:
            abort(404)
        return Voyage(learner, sailing, lesson, steps_to_practise(practice))
    return Voyage(learner, sailing, lesson, _steps(bank, lesson.id))


def bank_here() -> QuizCatalogue:
    """Lessons and quizzes with the names that the own school has filled in."""
    return catalogue.load().for_school(signed_in().local_facts)


def _steps(bank: QuizCatalogue, lesson_id: str) -> tuple[Step, ...]:
    return _steps_of(_Kept(bank, lesson_id))


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A lesson of one catalogue as a key: the same catalogue, not an equal one."""

    bank: QuizCatalogue
    lesson_id: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.bank is self.bank and other.lesson_id == self.lesson_id

    def __hash__(self) -> int:
        return hash((id(self.bank), self.lesson_id))


@lru_cache(maxsize=256)
def _steps_of(kept: _Kept) -> tuple[Step, ...]:
    bank, name = kept.bank, kept.lesson_id
    return steps_of(bank.lessons.lesson(name), bank.quiz(name), bank.practice(name))
