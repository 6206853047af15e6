"""Who looked, break-glass, and the patterns of a school: what the team and the head see of the desk itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from accounts.models import STAFF, User
from accounts.policy import Action, needs
from accounts.school_time import clock_words
from accounts.sessions import Actor, signed_in
from accounts.typed import one_line
from database import reading, writing
from lessons import catalogue
from lessons.lesson import PLACE_NAMES
from lessons.registers import Misconception
from web import keys, now

from . import glass, school_people
from .blueprint import desk
from .chain import READS, moment_of
from .concerns import DESK
from .desk_door import keep_look, scope_of
from .models import Look
from .patterns import Pattern, patterns
from .wording import exact_words, reference

Page = str | Response | tuple[str, int]
LONGEST_REASON = 500
SHORTEST_REASON = 10
PAGE = 100

LOOK_WORDS = {
    Look.LIST: "looked at the list",
    Look.OPEN: "opened",
    Look.PRINT: "printed",
    Look.EXPORT: "made a transfer file of",
    Look.WORD_BACK: "was shown the word back of",
    Look.LOG: "looked at this log",
}


@desk.get("/log")
@needs(Action.READ_CONCERNS)
def log() -> str:
    """Every look at the desk, the newest first, and every time that the glass was broken."""
    actor = signed_in()
    page = max(1, request.args.get("page", 1, type=int))
    keep_look(actor, Look.LOG)
    # What is the head's alone is not to be seen to exist by the team, nor the other way round.
    rows = (
        reading()
        .execute(
            select(READS.c.at, READS.c.kind, User.name, DESK.c.number)
            .outerjoin(User, User.id == READS.c.reader_id)
            .outerjoin(DESK, DESK.c.concern == READS.c.concern)
            .where(READS.c.school_id == actor.school_id, (READS.c.concern == "") | scope_of(actor))
            .order_by(READS.c.place.desc())
            .limit(PAGE + 1)
            .offset((page - 1) * PAGE)
        )
        .all()
    )
    openings = glass.openings(reading(), keys(), actor.school_id)
    return render_template(
        "safeguarding/log.html",
        looks=[
            {
                "when": exact_words(moment_of(row.at), actor.timezone),
                "who": row.name or "The child",
                "what": LOOK_WORDS[Look(row.kind)],
                "reference": reference(row.number) if row.number else "",
            }
            for row in rows[:PAGE]
        ],
        openings=[(one, exact_words(one.at, actor.timezone)) for one in openings],
        page=page,
        has_more=len(rows) > PAGE,
    )


@desk.get("/glass")
@needs(Action.BREAK_GLASS)
def glass_form() -> Page:
    return _glass_page(signed_in(), {"form": secrets.token_hex(16)})


@desk.post("/glass")
@needs(Action.BREAK_GLASS)
def break_glass() -> Page:
    """The head, another named adult and a reason; everything can be read for an hour, and the team is told."""
    actor = signed_in()
    typed = {
        "reason": one_line(request.form.get("reason", ""), LONGEST_REASON),
        "other": request.form.get("other", ""),
        "form": one_line(request.form.get("form", ""), 64),
    }
    others = dict(_other_adults(actor))
    problems = {}
    if len(typed["reason"]) < SHORTEST_REASON:
        problems["reason"] = "Say in a sentence why the box has to be opened now."
    if typed["other"] not in others:
        problems["other"] = "Choose the adult who is with you."
    if problems:
        return _glass_page(actor, typed, problems), 422
    with writing() as connection:
        glass.break_glass(
            connection, keys(), actor.school_id, actor.me, typed["reason"], others[typed["other"]], typed["form"], now()
        )
    return redirect(url_for(".index"), 303)


@desk.get("/patterns")
@needs(Action.READ_CONCERNS)
def school_patterns() -> str:
    """What many in a class think, by topic. Of classes, never of children."""
    actor = signed_in()
    lessons = catalogue.load()
    shown: dict[tuple[str, str, str], tuple[Pattern, str, str, Misconception]] = {}
    for one in patterns(reading(), actor.school_id):
        lesson = lessons.teaching(one.objective)
        if lesson is None or one.misconception not in lessons.registers.misconceptions:
            continue
        idea = lessons.misconception(one.misconception)
        where = (one.class_id, lesson.id, idea.id)  # an idea met in two objectives of a lesson is shown once
        shown.setdefault(where, (one, PLACE_NAMES[lesson.place], lesson.title, idea))
    return render_template("safeguarding/patterns.html", patterns=list(shown.values()))


def _other_adults(actor: Actor) -> list[tuple[str, str]]:
    """Everybody else who works at the school: public id and name."""
    everybody = school_people.colleagues(reading(), actor.school_id, *STAFF)
    return [(one.public_id, one.name) for one in everybody if one.id != actor.me]


def _glass_page(actor: Actor, typed: Mapping[str, str], problems: Mapping[str, str] | None = None) -> str:
    until = glass.open_until(reading(), actor.school_id, actor.me, now())
    return render_template(
        "safeguarding/glass.html",
        typed=typed,
        problems=problems or {},
        others=[("", "Choose"), *_other_adults(actor)],
        open_until=clock_words(until, actor.timezone) if until else "",
    )
