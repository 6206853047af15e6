"""Everything that is taught, open to parents and anybody: what it serves, what is missing, and each lesson in full.

Guidance for schools in England asks that parents can see the materials (from September 2026), so nothing here is behind
a sign-in. Teacher notes are shown to staff alone.
"""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from accounts.bands import BAND_NAMES, BANDS
from accounts.policy import Action, may, open_to_all
from accounts.sessions import who
from lessons.coverage import cover
from lessons.lesson import PLACE_NAMES
from practices.in_words import in_words
from quizzes import catalogue
from quizzes.catalogue import QuizCatalogue
from quizzes.in_words import questions, story_pages

bp = Blueprint("curriculum", __name__)


@bp.get("/curriculum")
@open_to_all
def index() -> str:
    lessons = _bank().lessons
    return render_template(
        "curriculum/index.html",
        bands=[(BAND_NAMES[band], BANDS[band], lessons.in_band(band)) for band in BANDS],
        band_names=BAND_NAMES,
        place_names=PLACE_NAMES,
        coverage=cover(lessons.taught, lessons.frameworks),
    )


@bp.get("/curriculum/<place>/<band>")
@open_to_all
def lesson(place: str, band: str) -> str:
    """A lesson in full: cards, activities, questions with their answers, story and pretend app, in words."""
    bank = _bank()
    found = bank.lessons.at(place, band)
    if found is None:
        abort(404)
    quiz, practice = bank.quizzes.get(found.id), bank.practice(found.id)
    return render_template(
        "curriculum/lesson.html",
        lesson=found,
        place_name=PLACE_NAMES[place],
        band_name=BAND_NAMES[found.band],
        questions=questions(quiz) if quiz is not None else (),
        story=story_pages(quiz) if quiz is not None else (),
        practice=practice,
        screens=in_words(practice) if practice is not None else (),
        sees_notes=may(who(), Action.SEE_LESSONS),
    )


def _bank() -> QuizCatalogue:
    """With the names that the reader's own school has filled in, where somebody is signed in."""
    actor = who()
    return catalogue.load().for_school(actor.local_facts if actor is not None else {})
