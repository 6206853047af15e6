"""The front door: landing, class code, boats, pictures or words, card, and going ashore."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from accounts.bands import BANDS, band_of_class
from accounts.models import Pupil, School, SchoolClass, User
from accounts.policy import Action, needs, open_to_all
from accounts.secrets import PICTURES, Way, credential_for, tidy_code
from accounts.sessions import Actor, Boat, end_sign_in, open_sign_in, signed_in, this_session
from accounts.signing_in import Tried, is_code_rate_spent, is_let_in, may_look, try_card, try_secret
from database import db, writing
from web import keys, now

bp = Blueprint("front", __name__)


@bp.get("/")
@open_to_all
def landing() -> str:
    return render_template("front/landing.html", band="y12")


@bp.get("/code")
@open_to_all
def code() -> str:
    return render_template("front/code.html", band="y12", problem="", value="")


@bp.post("/code")
@open_to_all
def try_code() -> Response | tuple[str, int]:
    typed = tidy_code(request.form.get("code", ""))
    at = now()
    with writing() as connection:
        if is_code_rate_spent(connection, keys(), request.remote_addr or "", at):
            return _waiting(Tried(False, ask_teacher=True), 429)
        row = connection.execute(select(SchoolClass.id, SchoolClass.school_id).where(SchoolClass.code == typed)).first()
        if row is not None:
            open_sign_in(connection, school_id=row.school_id, user_id=None, class_id=row.id, how="code", at=at)
    if row is None:
        problem = (
            "Type the six letters and numbers of your class."
            if len(typed) != 6
            else ("That code did not open a class. Check each letter, then try again.")
        )
        return render_template("front/code.html", band="y12", problem=problem, value=typed[:6]), 422
    return redirect(url_for(".boats"), 303)


@bp.get("/boats")
@needs(Action.LOOK_FOR_BOAT)
def boats() -> str | tuple[str, int]:
    school, school_class = _class_at_the_door(signed_in())
    at = now()
    pupils = [
        {"public_id": row.public_id, "name": row.name, "boat": Boat(row.boat_sail, row.boat_pattern)}
        for row in db.session.execute(_BOATS, {"school_class": school_class.id})
        if may_look(school, school_class, row.year_group, at) or is_let_in(row.let_in_until, at)
    ]
    if not pupils:
        return render_template("front/shut.html", band=_band(school_class)), 403
    return render_template("front/names.html", band=_band(school_class), class_name=school_class.name, pupils=pupils)


@bp.get("/boats/<pupil>")
@needs(Action.LOOK_FOR_BOAT)
def secret(pupil: str) -> str | tuple[str, int]:
    found, user, school_class = _boat_or_404(pupil)
    return _secret_page(found, user, school_class, ())


@bp.post("/boats/<pupil>")
@needs(Action.LOOK_FOR_BOAT)
def try_boat(pupil: str) -> str | Response | tuple[str, int]:
    found, user, school_class = _boat_or_404(pupil)
    credential = credential_for(found.year_group)
    tried = _chosen(credential.way)
    let_in = is_let_in(found.let_in_until, now())
    if credential.way is Way.PICTURES and len(tried) < credential.length and not let_in:
        return _secret_page(found, user, school_class, tried)
    with writing() as connection:
        outcome = try_secret(
            connection, keys(), found, user.public_id, school_class, tried, this_session().device, now()
        )
    if outcome.is_in:
        return redirect(url_for("progress.chart"), 303)
    if outcome.rest or outcome.ask_teacher:
        return _waiting(outcome, 429)
    what = "words" if credential.way is Way.WORDS else "pictures"
    return _secret_page(
        found, user, school_class, (), f"Those are not your {what}. Look at your card and try again."
    ), 422


@bp.get("/card")
@open_to_all
def card() -> str:
    return render_template("front/card.html", band="y12", problem="", value="")


@bp.post("/card")
@open_to_all
def try_a_card() -> Response | tuple[str, int]:
    typed = tidy_code(request.form.get("token", ""))
    with writing() as connection:
        outcome, why = try_card(connection, keys(), typed, this_session().device, request.remote_addr or "", now())
    if outcome.is_in:
        return redirect(url_for("progress.chart"), 303)
    if outcome.rest:
        return _waiting(outcome, 429)
    problem = why or "That card did not open a boat. Check each letter, or ask your teacher for a new card."
    return render_template("front/card.html", band="y12", problem=problem, value=typed[:12]), 422


@bp.post("/ashore")
@needs(Action.SIGN_OUT)
def sign_out() -> Response:
    """Sign a pupil out: the row ends, the cookie goes, and the browser forgets the pages it kept."""
    with writing() as connection:
        end_sign_in(connection, now())
    response = redirect(url_for(".code"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/information")
@open_to_all
def information() -> str:
    return render_template("front/information.html")


@bp.get("/accessibility")
@open_to_all
def accessibility() -> str:
    return render_template("front/accessibility.html")


@bp.get("/about")
@open_to_all
def about() -> str:
    return render_template("front/about.html")


@bp.get("/healthz")
@open_to_all
def healthz() -> dict[str, str]:
    """For a technician's monitor: the app answers and the database reads."""
    db.session.execute(select(1))
    return {"status": "ok"}


#: Statements made once: thirty pupils come at one bell, and making one takes longer than running it.
_DOOR = (
    select(School, SchoolClass)
    .join(SchoolClass, SchoolClass.school_id == School.id)
    .where(SchoolClass.id == bindparam("school_class"))
)
_BOATS = (
    select(User.public_id, User.name, Pupil.boat_sail, Pupil.boat_pattern, Pupil.year_group, Pupil.let_in_until)
    .join(Pupil, Pupil.user_id == User.id)
    .where(Pupil.class_id == bindparam("school_class"), User.left_at.is_(None))
    .order_by(User.name)
)
_BOAT = (
    select(Pupil, User)
    .join(User, User.id == Pupil.user_id)
    .where(User.public_id == bindparam("boat"), Pupil.class_id == bindparam("school_class"), User.left_at.is_(None))
)


def _class_at_the_door(actor: Actor) -> tuple[School, SchoolClass]:
    row = db.session.execute(_DOOR, {"school_class": actor.class_id}).one()
    return row[0], row[1]


def _boat_or_404(public_id: str) -> tuple[Pupil, User, SchoolClass]:
    """A pupil of the class whose code was typed, while its door is open or the teacher has let this one in."""
    school, school_class = _class_at_the_door(signed_in())
    row = db.session.execute(_BOAT, {"boat": public_id, "school_class": school_class.id}).first()
    if row is None:
        abort(404)
    if not (may_look(school, school_class, row[0].year_group, now()) or is_let_in(row[0].let_in_until, now())):
        abort(404)
    return row[0], row[1], school_class


def _chosen(way: Way) -> tuple[str, ...]:
    """What the form carries: three words, or the pictures so far and the one just tapped."""
    if way is Way.WORDS:
        return tuple(request.form.get(name, "")[:40] for name in ("w1", "w2", "w3"))
    so_far = [key for key in request.form.get("so_far", "").split(",") if key in PICTURES]
    tapped = request.form.get("picture", "")
    return tuple(so_far + ([tapped] if tapped in PICTURES else []))[:3]


def _secret_page(
    pupil: Pupil, user: User, school_class: SchoolClass, so_far: tuple[str, ...], problem: str = ""
) -> str:
    credential = credential_for(pupil.year_group)
    shown = {"public_id": user.public_id, "name": user.name, "boat": Boat(pupil.boat_sail, pupil.boat_pattern)}
    page = "front/words.html" if credential.way is Way.WORDS else "front/pictures.html"
    pictures = [{"key": key, "label": PICTURES[key], "symbol": f"pic-{key}"} for key in credential.board]
    return render_template(
        page,
        band=_band(school_class),
        pupil=shown,
        pictures=pictures,
        how_many=credential.length,
        so_far=list(so_far),
        problem=problem,
        is_let_in=is_let_in(pupil.let_in_until, now()),
    )


def _waiting(outcome: Tried, status: int) -> tuple[str, int]:
    return render_template(
        "front/waiting.html",
        band="y12",
        wait_seconds=int(outcome.rest.total_seconds()),
        ask_teacher=outcome.ask_teacher,
    ), status


def _band(school_class: SchoolClass) -> str:
    return BANDS[band_of_class(school_class.chosen_band, school_class.year_group)]
