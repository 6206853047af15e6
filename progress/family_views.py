"""What a parent or carer reads about their own child, and the same page for staff who want to see it first."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.bands import band_of_class
from accounts.models import Pupil, SchoolClass, User
from accounts.policy import Action, needs, pupil_or_404, pupils_for
from accounts.sessions import Actor, signed_in
from database import db
from quizzes import catalogue
from web import now

from .blueprint import bp
from .home_learning import MORE_HELP, make_summary
from .queries import home_card_of, read_help, read_learned
from .together import read_together

#: What the page says when something led here; the address names which.
SAID = {"over": "That lesson is not set for home any more. What was answered is kept."}


@bp.get("/families/children")
@needs(Action.READ_SUMMARY)
def children() -> str | Response:
    """The children this grown-up is linked to; with one alone, straight to the page about that child."""
    mine = pupils_for(signed_in()).with_only_columns(User.public_id, Pupil.first_name)
    found = sorted((name, public_id) for public_id, name in db.session.execute(mine))
    if len(found) == 1:
        return redirect(url_for(".summary", public_id=found[0][1]), 303)
    return render_template("progress/children.html", children=found)


@bp.get("/families/children/<public_id>")
@needs(Action.READ_SUMMARY)
def summary(public_id: str) -> str:
    return _summary_page(signed_in(), public_id, is_preview=False)


@bp.get("/people/<public_id>/summary")
@needs(Action.SEE_CLASS)
def summary_preview(public_id: str) -> str:
    """Just what a parent sees, marked as a preview."""
    return _summary_page(signed_in(), public_id, is_preview=True)


def _summary_page(actor: Actor, public_id: str, *, is_preview: bool) -> str:
    pupil, user = pupil_or_404(actor, public_id)
    school_class = db.session.get_one(SchoolClass, pupil.class_id)
    bank = catalogue.load().for_school(actor.local_facts)
    lessons = bank.lessons
    learned = read_learned([pupil.user_id])[pupil.user_id]
    band = band_of_class(school_class.chosen_band, school_class.year_group)
    return render_template(
        "progress/summary.html",
        card=home_card_of(pupil.first_name, learned, band, lessons),
        help=read_help(actor.school_id, lessons.facts),
        summary=make_summary(
            pupil.first_name,
            [(lessons.lessons[name], at) for name, at in learned.finished.items() if name in lessons.lessons],
            actor.timezone,
        ),
        school_name=actor.school_name,
        more_help=[lessons.facts.by_id[name].adult_text for name in MORE_HELP],
        for_home=read_together(pupil, bank, actor.timezone, now()),
        said=SAID.get(request.args.get("said", ""), ""),
        public_id=user.public_id,
        is_preview=is_preview,
    )
