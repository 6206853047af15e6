"""The pupil's home: a chart of places, the lamps lit so far, and one obvious next step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import render_template
from sqlalchemy import BindParameter, bindparam, func, select

from accounts.policy import Action, needs
from accounts.sessions import Actor, signed_in
from database import reading
from lessons.lesson import PLACE_ART, PLACE_NAMES, Lesson
from progress.blueprint import bp
from progress.lamps import Done, lamps
from quizzes import catalogue
from quizzes.attempts import ATTEMPTS, LESSON, REMEMBER, STANDINGS
from quizzes.due import MOST_AT_ONCE, REMEMBER_AFTER
from web import now


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the chart, as the page shows it."""

    key: str  # "bay"
    name: str
    art: str
    line: str  # the lesson's title
    lit: int
    lamps: int
    is_next: bool
    open_attempt: str  # public id of the go that is under way; empty for none
    number: int  # the number that the next go would have

    @property
    def is_done(self) -> bool:
        """The lesson is finished; "remember" comes by itself weeks later."""
        return self.lit >= min(2, self.lamps)


@dataclass(frozen=True, slots=True)
class Goes:
    """A pupil's goes through one lesson."""

    count: int = 0
    finished: int = 0
    open_attempt: str = ""


@bp.get("/chart")
@needs(Action.LEARN)
def chart() -> str:
    pupil = signed_in()
    bank = catalogue.load()
    lessons = [lesson for lesson in bank.lessons.in_band(pupil.band) if lesson.id in bank.quizzes]
    goes = _goes(pupil)
    standings = _standings(pupil)
    due = _how_many_due(pupil)
    places = [_place(lesson, pupil.band, goes.get((LESSON, lesson.id), Goes()), standings) for lesson in lessons]
    again = goes.get((REMEMBER, ""), Goes())
    under_way = next((place for place in places if place.open_attempt), None)
    following = under_way or next((place for place in places if not place.is_done), None)
    offers_again = bool(again.open_attempt) or due > 0
    goes_again_first = offers_again and under_way is None
    return render_template(
        "progress/chart.html",
        places=[replace(place, is_next=place is following and not goes_again_first) for place in places],
        following=following,
        offers_again=offers_again,
        goes_again_first=goes_again_first,
        again=again,
        due=due,
        lit=sum(place.lit for place in places),
        lamps=sum(place.lamps for place in places),
    )


def _place(lesson: Lesson, band: str, goes: Goes, standings: dict[str, tuple[bool, bool]]) -> Place:
    asked = [standings.get(objective.id, (False, False)) for objective in lesson.objectives]
    done = Done(
        is_asked_after=all(after for after, _ in asked),
        is_story_told=goes.finished > 0,
        is_asked_again=all(again for _, again in asked),
    )
    shown = lamps(band, done)
    return Place(
        key=lesson.place,
        name=PLACE_NAMES[lesson.place],
        art=PLACE_ART[lesson.place],
        line=lesson.title,
        lit=sum(lamp.is_lit for lamp in shown),
        lamps=len(shown),
        is_next=False,
        open_attempt=goes.open_attempt,
        number=goes.count + 1,
    )


#: Statements made once: thirty pupils open the chart at one bell, and making one takes longer than running it.
_ME: BindParameter[int] = bindparam("pupil")
_GOES = (
    select(
        ATTEMPTS.c.kind,
        ATTEMPTS.c.lesson,
        func.max(ATTEMPTS.c.number),
        func.count(ATTEMPTS.c.finished_at),
        func.max(ATTEMPTS.c.public_id).filter(ATTEMPTS.c.finished_at.is_(None)),
    )
    .where(ATTEMPTS.c.pupil_id == _ME)
    .group_by(ATTEMPTS.c.kind, ATTEMPTS.c.lesson)
)
_ASKED = select(
    STANDINGS.c.objective,
    STANDINGS.c.b_safe.is_not(None) | STANDINGS.c.d_safe.is_not(None),
    STANDINGS.c.c_safe.is_not(None),
).where(STANDINGS.c.pupil_id == _ME)
_DUE = select(func.count()).where(
    STANDINGS.c.pupil_id == _ME, STANDINGS.c.b_at <= bindparam("due_since"), STANDINGS.c.c_safe.is_(None)
)


def _goes(pupil: Actor) -> dict[tuple[str, str], Goes]:
    """How often each lesson was begun and finished, and the go that is under way, if any: one row a lesson."""
    rows = reading().execute(_GOES, {"pupil": pupil.me})
    return {(row[0], row[1]): Goes(row[2], row[3], row[4] or "") for row in rows}


def _standings(pupil: Actor) -> dict[str, tuple[bool, bool]]:
    """By objective: was it asked after the lesson, was it asked again."""
    rows = reading().execute(_ASKED, {"pupil": pupil.me})
    return {row[0]: (row[1], row[2]) for row in rows}


def _how_many_due(pupil: Actor) -> int:
    """How many objectives may be asked again now, six at most."""
    waiting: int = reading().execute(_DUE, {"pupil": pupil.me, "due_since": now() - REMEMBER_AFTER}).scalar_one()
    return min(waiting, MOST_AT_ONCE)
