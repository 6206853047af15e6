"""What stands on the demo school's desk: a few mild, invented concerns in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from accounts.models import FamilyLink, Membership, Pupil, Role, School, SchoolClass, User
from accounts.school_time import day_of, local
from database import db, start_writing, writing
from keys import Keys
from safeguarding.box import set_box
from safeguarding.concerns import Told, look, record, tell
from safeguarding.models import Entry, Look, Source
from safeguarding.notices import ask_to_see
from safeguarding.school_hours import USUAL_HOURS


@dataclass(frozen=True, slots=True)
class _Colleague:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Child:
    id: int
    name: str
    class_name: str
    year_group: int
    teacher: _Colleague


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing of a concern's life, so many minutes after it was told."""

    after: int
    kind: Entry | Look
    content: Mapping[str, Any]
    author: _Colleague


@dataclass(frozen=True, slots=True)
class _Life:
    """A concern: when it was told, what, and what has been done about it since."""

    told_at: datetime
    told: Told
    steps: tuple[_Step, ...] = ()


def fill_the_desk(keys: Keys, school: School, at: datetime) -> None:
    """The box on with the usual hours and the next Christmas holidays, and eight concerns. Commits."""
    christmas = date(day_of(at, school.timezone).year, 12, 19)
    opens, closes = USUAL_HOURS
    start_writing()
    holidays = f"{christmas} {date(christmas.year + 1, 1, 3)}"
    set_box(school.id, at, is_on=True, opens=opens, closes=closes, holidays=holidays)
    db.session.commit()
    lives = _lives(school, at)
    events = [(life.told_at, number, None) for number, life in enumerate(lives)] + [
        (min(life.told_at + timedelta(minutes=step.after), at), number, step)
        for number, life in enumerate(lives)
        for step in life.steps
    ]
    told: dict[int, str] = {}
    with writing() as connection:
        for when, number, step in sorted(events, key=lambda event: event[0]):  # stable: of one moment, in order
            if step is None:
                told[number] = tell(connection, keys, school.id, lives[number].told, f"demo {number}", when).concern
            else:
                _do(connection, keys, school.id, told[number], step, when)


def _do(connection: Connection, keys: Keys, school_id: int, concern: str, step: _Step, at: datetime) -> None:
    author = step.author
    if isinstance(step.kind, Look):
        look(connection, keys, school_id, concern, step.kind, reader_id=author.id, sign_in_id=None, at=at)
        return
    form = f"demo {step.after}"
    record(connection, keys, school_id, concern, step.kind, step.content, author_id=author.id, form=form, at=at)
    if step.kind is Entry.SEE_ME:
        to_id, about = step.content["to_id"], step.content["about"]
        ask_to_see(connection, keys, school_id, to_id, by=author.name, about=about, at=at)


def _lives(school: School, at: datetime) -> list[_Life]:
    dsl, deputy, head = (_in_role(school, role) for role in (Role.DSL, Role.DEPUTY, Role.HEAD))
    bilal, leo = _child(school, 4, 3), _child(school, 4, 12)
    isla, freya, ibrahim = _child(school, 5, 11), _child(school, 6, 6), _child(school, 6, 9)

    def opened(after: int, by: _Colleague = dsl) -> _Step:
        return _Step(after, Look.OPEN, {}, by)

    def does(after: int, kind: Entry, by: _Colleague = dsl, **content: Any) -> _Step:
        return _Step(after, kind, content, by)

    def plans(after: int, words: str, who: _Colleague, days: int, by: _Colleague = dsl, waits: bool = False) -> _Step:
        day = day_of(at, school.timezone) + timedelta(days=days)
        content = {"words": words, "who_id": who.id, "who": who.name, "by": day.isoformat(), "is_waiting": waits}
        return _Step(after, Entry.ACTION, content, by)

    def weekday(days_back: int, hour: int, minute: int) -> datetime:
        return _weekday(at, school.timezone, days_back, hour, minute)

    return [
        _Life(
            weekday(0, 9, 42),
            _from_pupil(
                bilal, "Someone in my game keeps asking where I live.", "worried", "lead", "Keepsafe Island, card 4"
            ),
        ),
        _Life(
            weekday(0, 8, 55),
            _from_family(school, "Upset by messages in a class group since Friday. Would rather not open the tablet."),
            (opened(10), does(12, Entry.CATEGORY, category="bullying")),
        ),
        _Life(
            weekday(1, 14, 10),
            _from_teacher(ibrahim, "Told me of an account on an app for over-13s. Home may not know."),
            (
                opened(9, deputy),
                does(11, Entry.CATEGORY, deputy, category="conduct"),
                does(12, Entry.PRIORITY, deputy, priority=2),
                plans(13, "Ring home and offer the settings sheet", deputy, 2, deputy),
            ),
        ),
        _Life(
            weekday(2, 11, 32),
            _from_pupil(isla, "I told my friend my password and now my castle is gone.", "sad"),
            (
                opened(15),
                does(17, Entry.CATEGORY, category="friendship"),
                does(18, Entry.PRIORITY, priority=2),
                plans(19, "Help to choose a new password, and talk with both", deputy, 1),
                does(21, Entry.SEE_ME, to_id=isla.teacher.id, to_name=isla.teacher.name, about=isla.name),
            ),
        ),
        _Life(
            weekday(4, 13, 30),
            _from_pupil(freya, "They call me names in our game and nobody wants me in the team.", "sad", "dsl"),
            (
                opened(6),
                does(9, Entry.CATEGORY, category="bullying"),
                does(10, Entry.PRIORITY, priority=2),
                does(70, Entry.NOTE, words="Met in the library. Would like it to stop without a fuss.", reason=""),
                does(75, Entry.INFORMED, who=freya.teacher.name, why="To keep an eye on the table groups."),
                plans(80, "Two families to ring back about the game", dsl, 2, waits=True),
            ),
        ),
        _Life(
            weekday(6, 10, 5),
            _from_pupil(leo, "", "not-sure"),
            (
                opened(8, deputy),
                does(40, Entry.NOTE, deputy, words="Asked quietly at break: was trying the button.", reason=""),
                does(41, Entry.CATEGORY, deputy, category="testing"),
                does(42, Entry.PRIORITY, deputy, priority=3),
                does(44, Entry.OUTCOME, deputy, words="Testing the button. Knows now who reads it."),
            ),
        ),
        _Life(
            weekday(15, 10, 20),
            _from_pupil(isla, "I pressed on a prize and it wanted my name and where I live.", "worried"),
            (
                opened(12),
                does(14, Entry.CATEGORY, category="commerce"),
                does(95, Entry.NOTE, words="Talked at lunch. Nothing had been typed in.", reason="Praised for telling"),
                does(96, Entry.INFORMED, who="Home, by phone", why="So that they look at the page together."),
                does(250, Entry.OUTCOME, words="Home has set the browser to ask first. No further worry."),
            ),
        ),
        _Life(
            weekday(3, 16, 5),
            Told(
                Source.STAFF,
                bilal.teacher.id,
                bilal.teacher.name,
                "teacher",
                f"The cupboard with the paper records stood open after school. {deputy.name} has the key this week.",
                where="Raise a concern",
                how="password",
                is_for_head=True,
            ),
            (
                opened(30, head),
                does(32, Entry.PRIORITY, head, priority=3),
                plans(33, "Talk it through at the weekly meeting", head, 2, head),
            ),
        ),
    ]


def _from_pupil(child: _Child, words: str, feeling: str, wants: str = "", where: str = "") -> Told:
    return Told(
        Source.PUPIL,
        child.id,
        child.name,
        "pupil",
        words,
        feeling=feeling,
        wants=wants,
        wants_talk=bool(wants),
        where=f"Lesson: {where}" if where else "The chart",
        how="pictures" if child.year_group < 4 else "words",
        **_about(child),
    )


def _from_teacher(child: _Child, words: str) -> Told:
    teacher = child.teacher
    return Told(
        Source.STAFF,
        teacher.id,
        teacher.name,
        "teacher",
        words,
        where="Raise a concern",
        how="password",
        **_about(child),
    )


def _from_family(school: School, words: str) -> Told:
    """The first parent of the demo, about the child who is linked."""
    parent = _in_role(school, Role.PARENT)
    linked = select(FamilyLink.pupil_id).where(FamilyLink.parent_id == parent.id)
    row = db.session.execute(_CHILDREN.where(User.id.in_(linked)).limit(1)).one()
    return Told(
        Source.FAMILY,
        parent.id,
        parent.name,
        "parent",
        words,
        where="The help page for families",
        how="password",
        about_id=row.id,
        about_name=row.name,
        class_name=row.class_name,
        year_group=row.year_group,
    )


def _about(child: _Child) -> dict[str, Any]:
    return {
        "about_id": child.id,
        "about_name": child.name,
        "class_name": child.class_name,
        "year_group": child.year_group,
    }


def _in_role(school: School, role: Role) -> _Colleague:
    asked = select(User.id, User.name).where(User.school_id == school.id, User.role == role)
    return _Colleague(*db.session.execute(asked.order_by(User.id).limit(1)).one())


_CHILDREN = (
    select(User.id, User.name, SchoolClass.id.label("class_id"), SchoolClass.name.label("class_name"), Pupil.year_group)
    .join(Pupil, Pupil.user_id == User.id)
    .join(SchoolClass, SchoolClass.id == Pupil.class_id)
)


def _child(school: School, year_group: int, number: int) -> _Child:
    """A pupil of the classes of this year group, by class and name, with whoever teaches them."""
    asked = _CHILDREN.where(Pupil.school_id == school.id, SchoolClass.year_group == year_group)
    row = db.session.execute(asked.order_by(SchoolClass.name, User.name, User.id).offset(number).limit(1)).one()
    teacher = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.class_id == row.class_id)
        .order_by(User.id)
        .limit(1)
    ).one()
    return _Child(row.id, row.name, row.class_name, row.year_group, _Colleague(*teacher))


def _weekday(at: datetime, timezone: str, days_back: int, hour: int, minute: int) -> datetime:
    """This time of a weekday: 0 is the last one that has passed, 1 the weekday before it."""
    here = local(at, timezone)
    day = here.date()
    if datetime.combine(day, time(hour, minute), ZoneInfo(timezone)) > here:
        day -= timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    for _ in range(days_back):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return datetime.combine(day, time(hour, minute), ZoneInfo(timezone))
