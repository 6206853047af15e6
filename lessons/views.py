"""Lessons as staff read them: what is taught, the cards, the notes, and the part for families."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from accounts.bands import BAND_NAMES, BANDS
from accounts.policy import Action, needs
from accounts.sessions import signed_in
from lessons import catalogue
from lessons.lesson import PLACE_ART, PLACE_NAMES

bp = Blueprint("lessons", __name__)


@bp.get("/lessons/")
@needs(Action.SEE_LESSONS)
def index() -> str:
    lessons = catalogue.load().lessons.values()
    bands = [(BAND_NAMES[band], BANDS[band], [lesson for lesson in lessons if lesson.band == band]) for band in BANDS]
    return render_template("lessons/index.html", bands=[band for band in bands if band[2]], place_names=PLACE_NAMES, art=PLACE_ART)


@bp.get("/lessons/<place>/<band>")
@needs(Action.SEE_LESSONS)
def show(place: str, band: str) -> str:
    """A lesson whole, as it will be taught. Staff pages say that it has not yet been read in a school."""
    lesson = catalogue.load().for_school(signed_in().local_facts).at(place, band)
    if lesson is None:
        abort(404)
    return render_template(
        "lessons/show.html", lesson=lesson, place_name=PLACE_NAMES[place], band_name=BAND_NAMES[lesson.band]
    )
