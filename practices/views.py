"""A pretend app as grown-ups try it: as pupils of its band see it, with nothing stored."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for

from accounts.bands import BANDS
from accounts.policy import Action, needs
from accounts.sessions import signed_in
from lessons.lesson import PLACES, TOPICS

from . import catalogue
from .engine import ActNotAllowed, Practice, do, is_over, meant, replay_what_holds
from .page import page_of

bp = Blueprint("practices", __name__)

MOST_ACTS = 200  # that a form may carry
_BAND_OF = {short: band for band, short in BANDS.items()}


@bp.get("/lessons/<place>/<band>/try")
@needs(Action.SEE_LESSONS)
def begin(place: str, band: str) -> str | tuple[str, int]:
    return _staff_tries(place, band)


@bp.post("/lessons/<place>/<band>/try")
@needs(Action.SEE_LESSONS)
def act(place: str, band: str) -> str | tuple[str, int]:
    return _staff_tries(place, band)


def _staff_tries(place: str, band: str) -> str | tuple[str, int]:
    practice = catalogue.load().for_school(signed_in().local_facts).taught(f"{TOPICS.get(place)}.{_BAND_OF.get(band)}")
    if practice is None:
        abort(404)
    has_lesson = practice.lesson in catalogue.load().lessons.lessons
    return page_to_try(
        practice,
        to=url_for(".act", place=place, band=band),
        back_to=url_for("lessons.show", place=place, band=band) if has_lesson else url_for("lessons.index"),
        back_name="Lessons",
    )


def page_to_try(practice: Practice, *, to: str, back_to: str, back_name: str) -> str | tuple[str, int]:
    """One act more, where the form holds one; else the beginning. The page carries the acts before it, and nothing is
    stored: nobody's attempt is touched. `to`: where its form goes."""
    key = meant(request.form.getlist("act"))
    done = request.form.getlist("did")[:MOST_ACTS] if key else []
    state = replay_what_holds(practice, done)
    problem = ""
    if not key or is_over(practice, state):
        done = []
    else:
        try:
            do(practice, state, key)
            done = [*done, key]
        except ActNotAllowed:
            problem = "That cannot be done just now. Pick one of these."
    before = replay_what_holds(practice, done[:-1]) if done else None
    page = render_template(
        f"practices/{practice.app}.html",
        page=page_of(practice, replay_what_holds(practice, done), before),
        to=to,
        back_to=back_to,
        back_name=back_name,
        sent={"did": done},
        problem=problem,
        is_preview=True,
        preview_band=BANDS[practice.band],
    )
    return (page, 422) if problem else page


@bp.app_template_global()
def has_practice(lesson_id: str) -> bool:
    """Whether this lesson has a pretend app, for the pages of lessons, which stand below this room."""
    return catalogue.load().of(lesson_id) is not None


@bp.app_template_global()
def pretend_apps(band: str) -> list[tuple[str, str]]:
    """Place and title of every pretend app of a band ("y34"), in the order of the chart."""
    found = [one for one in catalogue.load().all_taught if BANDS[one.band] == band]
    places = list(PLACES.values())
    return sorted(((PLACES[one.topic], one.title) for one in found), key=lambda one: places.index(one[0]))
