"""The teacher's classes: the list, the door, end of lesson, the class code, and letting one child in."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from accounts.bands import BAND_NAMES, BANDS, band_of_class
from accounts.models import SchoolClass, SignIn, User
from accounts.people import new_class_code, note
from accounts.policy import Action, class_or_404, may, needs, pupil_or_404
from accounts.queries import class_rows
from accounts.school_time import clock_words
from accounts.sessions import end_all_in_class, signed_in
from accounts.signing_in import is_door_open
from database import db, start_writing
from web import keys, now

bp = Blueprint("classes", __name__, url_prefix="/classes")

#: How long a door may be opened for, in minutes; it shuts by itself.
DOOR_MINUTES = (30, 60, 120)
LET_IN_FOR = timedelta(minutes=5)

#: What the list of classes says after something was done; the address names which.
SAID = {
    "open": "The door is open. Pupils can type the class code now.",
    "shut": "The door is shut. Names and boats can no longer be seen.",
    "ashore": "The lesson has ended: every device of the class is signed out and the door is shut.",
    "code": "The class has a new code. The old one opens nothing any more; cards still work.",
    "let-in": "Done. The next tap on that boat opens it without pictures or words, once, within five minutes.",
    "band": "The lessons of the class have changed.",
}


@bp.get("/")
@needs(Action.SEE_CLASSES)
def index() -> str:
    actor, at = signed_in(), now()
    rows = class_rows(actor, keys(), at)
    return render_template(
        "classes/index.html",
        classes=rows,
        shut_at={
            row.public_id: clock_words(row.door_open_until, actor.timezone) for row in rows if row.door_open_until
        },
        band_names=BAND_NAMES,
        door_minutes=DOOR_MINUTES,
        may_run=may(actor, Action.RUN_CLASS),
        may_see=may(actor, Action.SEE_CLASS),
        may_import=may(actor, Action.IMPORT),
        may_see_families=may(actor, Action.SEE_FAMILIES),
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/<public_id>/door")
@needs(Action.RUN_CLASS)
def open_door(public_id: str) -> Response:
    """Open for a lesson, or keep open for longer: the wrong tries of the lesson are counted from its opening."""
    school_class, at = class_or_404(signed_in(), public_id), now()
    minutes = request.form.get("minutes", 0, type=int)
    if minutes not in DOOR_MINUTES:
        abort(422)
    start_writing()
    if not is_door_open(school_class, at):
        school_class.door_opened_at = at
    school_class.door_open_until = at + timedelta(minutes=minutes)
    return _done(school_class, "open", "door-opened")


@bp.post("/<public_id>/door/shut")
@needs(Action.RUN_CLASS)
def shut_door(public_id: str) -> Response:
    """Nobody finds a boat any more; those who have, stay."""
    school_class = class_or_404(signed_in(), public_id)
    start_writing()
    school_class.door_open_until = None
    _end_lookers(school_class)
    return _done(school_class, "shut", "door-shut")


@bp.post("/<public_id>/ashore")
@needs(Action.RUN_CLASS)
def end_lesson(public_id: str) -> Response:
    """Everybody ashore: the door is shut and every device of the class is signed out."""
    school_class = class_or_404(signed_in(), public_id)
    start_writing()
    school_class.door_open_until = None
    end_all_in_class(db.session.connection(), school_class.id, now())
    return _done(school_class, "ashore", "lesson-ended")


@bp.post("/<public_id>/code")
@needs(Action.RUN_CLASS)
def new_code(public_id: str) -> Response:
    school_class, at = class_or_404(signed_in(), public_id), now()
    start_writing()
    school_class.code, school_class.code_made_at = new_class_code(), at
    _end_lookers(school_class)
    return _done(school_class, "code", "class-code")


@bp.post("/<public_id>/band")
@needs(Action.RUN_CLASS)
def set_band(public_id: str) -> Response:
    """Whose lessons the class has: those of a band, or again those of its year group."""
    school_class = class_or_404(signed_in(), public_id)
    chosen = request.form.get("band", "")
    if chosen and chosen not in BANDS:
        abort(422)
    start_writing()
    school_class.chosen_band = "" if chosen == band_of_class("", school_class.year_group) else chosen
    return _done(school_class, "band", "class-band")


@bp.post("/<public_id>/people/<pupil>/let-in")
@needs(Action.RUN_CLASS)
def let_in(public_id: str, pupil: str) -> Response:
    """For the child whose pictures will not work today: once, within five minutes, without them."""
    actor = signed_in()
    school_class = class_or_404(actor, public_id)
    found, user = pupil_or_404(actor, pupil)
    if found.class_id != school_class.id:
        abort(404)
    start_writing()
    found.let_in_until = now() + LET_IN_FOR
    return _done(school_class, "let-in", "let-in", about=user)


def _end_lookers(school_class: SchoolClass) -> None:
    """Whoever has typed the code and not found a boat yet has to begin again."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.class_id == school_class.id, SignIn.user_id.is_(None), SignIn.ended_at.is_(None))
        .values(ended_at=now())
    )


def _done(school_class: SchoolClass, said: str, what: str, about: User | None = None) -> Response:
    """Keep who did it, commit, and go back to where the button was."""
    actor = signed_in()
    note(actor.school_id, actor.me, what, (about or school_class).id, now())
    db.session.commit()
    if request.form.get("then") == "people":
        pupil = about.public_id if about is not None else None
        return redirect(url_for("roster.people", public_id=school_class.public_id, said=said, pupil=pupil), 303)
    return redirect(url_for(".index", said=said, _anchor=f"class-{school_class.public_id}"), 303)
