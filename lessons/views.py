"""Lessons as staff read them: what is taught, the cards, the notes, and the part for families."""

from __future__ import annotations

import json
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.bands import BAND_NAMES, BANDS
from accounts.people import note
from accounts.policy import Action, needs, school_of
from accounts.school_time import calendar_words
from accounts.sessions import signed_in
from accounts.typed import one_line
from database import db, start_writing
from lessons import catalogue
from lessons.coverage import cover
from lessons.lesson import PLACE_ART, PLACE_NAMES
from lessons.registers import Fact
from web import now

bp = Blueprint("lessons", __name__)

OWN_LABELS = {
    "safeguarding-lead": "Safeguarding lead",
    "safeguarding-reach": "How to reach them",
    "local-authority-contact": "Local authority contact",
}
#: As long as a line on the help page may be.
LONGEST_OWN_WORDS = 160


@bp.get("/lessons/")
@needs(Action.SEE_LESSONS)
def index() -> str:
    lessons = catalogue.load()
    return render_template(
        "lessons/index.html",
        bands=[(BAND_NAMES[band], BANDS[band], lessons.in_band(band)) for band in BANDS],
        place_names=PLACE_NAMES,
        art=PLACE_ART,
        own=lessons.own,
        own_lessons=[lesson for lesson in lessons.taught if lesson.is_own],
        band_names=BAND_NAMES,
        short_bands=BANDS,
    )


@bp.get("/lessons/coverage")
@needs(Action.SEE_LESSONS)
def coverage() -> str:
    """What each lesson and objective serves, who has read it, and what is not covered."""
    lessons = catalogue.load()
    return render_template(
        "lessons/coverage.html",
        coverage=cover(lessons.taught, lessons.frameworks),
        band_names=BAND_NAMES,
        bands=BANDS,
        place_names=PLACE_NAMES,
    )


@bp.app_template_filter("day")
def day(value: date) -> str:
    return calendar_words(value)


@bp.get("/lessons/<place>/<band>")
@needs(Action.SEE_LESSONS)
def show(place: str, band: str) -> str:
    """A lesson whole, as it will be taught; with `ours`, the one in whose place the school's own is. Staff pages say
    that it has not yet been read in a school."""
    lessons = catalogue.load().for_school(signed_in().local_facts)
    is_ours_wanted = "ours" in request.args
    lesson = lessons.ours_at(place, band) if is_ours_wanted else lessons.at(place, band)
    if lesson is None:
        abort(404)
    return render_template(
        "lessons/show.html",
        lesson=lesson,
        place_name=PLACE_NAMES[place],
        band_name=BAND_NAMES[lesson.band],
        short_band=BANDS[lesson.band],
        is_taught=not lessons.is_replaced(lesson.id),
        replaced=lessons.ours_at(place, band) if lesson.is_own else None,
    )


@bp.get("/office/words")
@needs(Action.RUN_OFFICE)
def own_words() -> str:
    """What each school fills in for itself: who leads on safeguarding, and how to reach them."""
    return render_template(
        "lessons/own_words.html",
        facts=_own_facts(),
        typed=signed_in().local_facts,
        labels=OWN_LABELS,
        is_saved="saved" in request.args,
    )


@bp.post("/office/words")
@needs(Action.RUN_OFFICE)
def keep_own_words() -> Response:
    actor = signed_in()
    typed = {fact.id: one_line(request.form.get(fact.id, ""), LONGEST_OWN_WORDS) for fact in _own_facts()}
    start_writing()
    school_of(actor).local_facts = json.dumps({fact: words for fact, words in typed.items() if words})
    note(actor.school_id, actor.me, "school-words", actor.school_id, now())
    db.session.commit()
    return redirect(url_for(".own_words", saved=1), 303)


def _own_facts() -> list[Fact]:
    return [fact for fact in catalogue.load().facts.by_id.values() if fact.is_local]
