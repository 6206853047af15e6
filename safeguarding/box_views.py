"""The box: whether the lifebuoy sends, when somebody reads, and what pupils are told with these hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.people import note
from accounts.policy import Action, needs
from accounts.sessions import Actor, signed_in
from accounts.typed import minutes_of, time_of
from database import db, reading, start_writing
from web import is_private_line, now

from .blueprint import desk
from .box import DSL_TEAM, FEWEST_READERS, Box, read_box, set_box
from .school_hours import SchoolHours, day_words, holidays_of, holidays_shown, holidays_typed, reads_next
from .school_people import colleagues

Page = str | Response | tuple[str, int]

LONGEST_HOLIDAYS = 4000
SAID = {
    "on": "The lifebuoy sends from now on.",
    "off": "The lifebuoy sends nothing from now on. It still shows whom to tell and whom to ring.",
    "hours": "Saved.",
}


@desk.get("/box")
@needs(Action.RUN_BOX)
def box() -> str:
    actor = signed_in()
    return _box_page(actor, read_box(actor.school_id, is_private=is_private_line()))


@desk.post("/box")
@needs(Action.RUN_BOX)
def change_box() -> Page:
    """The hours and holidays, or the switch: `do` says which."""
    actor, does = signed_in(), request.form.get("do", "")
    here = read_box(actor.school_id, is_private=is_private_line())
    if does in ("on", "off"):
        return _switch(actor, here, is_on=does == "on")
    return _keep_hours(actor, here)


def _switch(actor: Actor, here: Box, *, is_on: bool) -> Page:
    if is_on and here.readers < FEWEST_READERS:
        return _box_page(actor, here, problems={"switch": _too_few(actor)}), 422
    _save(actor, here.hours, is_on=is_on, what="box-on" if is_on else "box-off")
    return redirect(url_for(".box", said="on" if is_on else "off"), 303)


def _keep_hours(actor: Actor, here: Box) -> Page:
    typed = {name: request.form.get(name, "")[:LONGEST_HOLIDAYS] for name in ("opens", "closes", "holidays")}
    opens, closes = minutes_of(typed["opens"]), minutes_of(typed["closes"])
    holidays, wrong_line = holidays_typed(typed["holidays"])
    problems = {}
    if opens is None:
        problems["opens"] = "Type a time such as 8:45."
    if closes is None:
        problems["closes"] = "Type a time such as 15:15."
    if opens is not None and closes is not None and opens >= closes:
        problems["closes"] = "Choose a time after the first one. It must be on the same day."
    if wrong_line:
        problems["holidays"] = wrong_line
    if problems or opens is None or closes is None:
        return _box_page(actor, here, typed, problems), 422
    hours = SchoolHours(actor.timezone, opens, closes, holidays_of(holidays))
    _save(actor, hours, is_on=here.is_on, what="box-hours")
    return redirect(url_for(".box", said="hours"), 303)


def _save(actor: Actor, hours: SchoolHours, *, is_on: bool, what: str) -> None:
    at = now()
    holidays = "\n".join(f"{first} {last}" for first, last in hours.holidays)
    start_writing()
    set_box(actor.school_id, at, is_on=is_on, opens=hours.opens, closes=hours.closes, holidays=holidays)
    note(actor.school_id, actor.me, what, actor.school_id, at)
    db.session.commit()


def _too_few(actor: Actor) -> str:
    """Who is missing a second factor, or that somebody is missing."""
    team = colleagues(reading(), actor.school_id, *DSL_TEAM)
    without = [each.name for each in team if not each.has_second_factor]
    if len(team) < FEWEST_READERS:
        return (
            "Two of the safeguarding team must be able to read, and only one has an account. "
            "Ask the office to add a deputy, then switch it on."
        )
    have = "has" if len(without) == 1 else "have"
    return (
        f"Two of the safeguarding team must be able to read. {' and '.join(without)} {have} no second factor yet: "
        "it is set up at the next sign-in. Then switch it on."
    )


def _box_page(
    actor: Actor, here: Box, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> str:
    team = colleagues(reading(), actor.school_id, *DSL_TEAM)
    stored = "\n".join(f"{first} {last}" for first, last in here.hours.holidays)
    shown = {
        "opens": time_of(here.hours.opens),
        "closes": time_of(here.hours.closes),
        "holidays": holidays_shown(stored),
    }
    return render_template(
        "safeguarding/box.html",
        box=here,
        team=team,
        fewest=FEWEST_READERS,
        typed=typed or shown,
        problems=problems or {},
        told=_told_with(here.hours, now()),
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _told_with(hours: SchoolHours, at: datetime) -> list[tuple[str, str]]:
    """When a child sends, and what the child is told then: now, this evening, at the weekend, in the next holiday."""
    today = hours.day_of(at)
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    moments = [
        ("Now", at),
        ("This evening at 6pm", hours.moment(today, 18 * 60)),
        ("On Saturday at 10am", hours.moment(saturday, 10 * 60)),
    ]
    coming = [first for first, _ in hours.holidays if first > today]
    if coming:
        moments.append((f"On {day_words(min(coming))} at 10am", hours.moment(min(coming), 10 * 60)))
    return [(said, f"They read this {reads_next(hours, moment)}.") for said, moment in moments if moment >= at]
