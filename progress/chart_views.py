"""The pupil's home: a chart of places, the lamps lit so far, and one obvious next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

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
from quizzes.home_lessons import ForHome, read_home
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
    number: int  # the number that the next go would have; at home, that of the go under way
    is_for_home: bool  # set for home, the pupil is at home, and it is not done since

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
    open_number: int = 0
    last_finished: datetime | None = None

    def number(self, is_at_home: bool) -> int:
        """What the form that begins a go says. At home it goes on with the open one as well, so that it is marked."""
        return self.open_number if is_at_home and self.open_attempt else self.count + 1

    def is_done_since(self, moment: datetime) -> bool:
        return self.last_finished is not None and self.last_finished >= moment


@bp.get("/chart")
@needs(Action.LEARN)
def chart() -> str:
    pupil = signed_in()
    bank = catalogue.load()
    lessons = [lesson for lesson in bank.lessons.in_band(pupil.band) if lesson.id in bank.quizzes]
    goes = _goes(pupil)
    standings = _standings(pupil)
    due = _how_many_due(pupil)
    home = read_home(reading(), pupil.class_id or 0, pupil.timezone, now())
    places = [
        _place(
            lesson,
            pupil.band,
            goes.get((LESSON, lesson.id), Goes()),
            standings,
            home.of(lesson.id) if home.is_at_home else None,
            home.is_at_home,
        )
        for lesson in lessons
    ]
    again = goes.get((REMEMBER, ""), Goes())
    under_way = next((place for place in places if place.is_for_home), None) or next(
        (place for place in places if place.open_attempt), None
    )
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
        is_at_home=home.is_at_home,
        lit=sum(place.lit for place in places),
        lamps=sum(place.lamps for place in places),
    )


def _place(
    lesson: Lesson,
    band: str,
    goes: Goes,
    standings: dict[str, tuple[bool, bool]],
    for_home: ForHome | None,
    is_at_home: bool,
) -> Place:
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
        number=goes.number(is_at_home),
        is_for_home=for_home is not None and not goes.is_done_since(for_home.set_at),
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
        func.max(ATTEMPTS.c.number).filter(ATTEMPTS.c.finished_at.is_(None)),
        func.max(ATTEMPTS.c.finished_at),
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
    return {(row[0], row[1]): Goes(row[2], row[3], row[4] or "", row[5] or 0, row[6]) for row in rows}


def _standings(pupil: Actor) -> dict[str, tuple[bool, bool]]:
    """By objective: was it asked after the lesson, was it asked again."""
    rows = reading().execute(_ASKED, {"pupil": pupil.me})
    return {row[0]: (row[1], row[2]) for row in rows}


def _how_many_due(pupil: Actor) -> int:
    """How many objectives may be asked again now, six at most."""
    waiting: int = reading().execute(_DUE, {"pupil": pupil.me, "due_since": now() - REMEMBER_AFTER}).scalar_one()
    return min(waiting, MOST_AT_ONCE)
