"""Parents and carers at the door, and the letters, links and unlinking on the school's side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from accounts import family_links
from accounts.family_links import CODE_LETTERS, GROWN_UPS, Waiting, family_code, try_family_code
from accounts.models import FamilyCode, FamilyLink, Role, SchoolClass, User
from accounts.passwords import hash_password, problem_with
from accounts.people import add_parent, is_email_taken
from accounts.policy import Action, class_or_404, classes_for, may, needs, open_to_all, pupil_or_404
from accounts.qr import qr_code
from accounts.queries import (
    codes_of,
    grown_ups_of,
    names_in,
    open_codes,
    safeguarding_lead,
    unlinking,
    unlinkings_of,
)
from accounts.school_time import clock_words, date_words
from accounts.secrets import grouped, tidy_code
from accounts.sessions import end_sign_in, open_sign_in, signed_in, this_session, who
from accounts.signing_in import Account, Tried, check_password, try_account
from accounts.throttle import remember_device, wait_words
from accounts.typed import LONGEST_EMAIL, is_email, one_line
from accounts.weekly_letter import choose_letters
from database import db, start_writing, writing
from web import keys, now, settings

bp = Blueprint("families", __name__)

Page = str | Response | tuple[str, int]

PARENTS = frozenset({Role.PARENT})
LONGEST_NAME = 60
WRONG_ACCOUNT = "That email and password do not open an account. Check both, then try again."
WRONG_CODE = (
    "That code does not work. Check each letter. A code works once, for 30 days; the school can print a new letter."
)
JUST_USED = "That code has just been used. The school can print a new letter."

#: Who may unlink, as a record calls them.
ROLE_WORDS: dict[str, str] = {Role.DSL: "safeguarding lead", Role.DEPUTY: "deputy safeguarding lead", Role.HEAD: "head"}

#: What the page of a child's grown-ups says after something was done; the address names which.
SAID = {
    "unlinked": "Unlinked. That account does not show this child any more, and the child's unused letters are void. "
    "Below is a record to print and file.",
    "void": "That letter opens nothing any more.",
    "letter": "The letter is ready to print.",
}


@bp.get("/families/")
@open_to_all
def sign_in() -> Page:
    actor = who()
    if actor is not None and actor.role == Role.PARENT:
        return redirect(url_for("progress.children"), 303)
    return render_template("families/sign_in.html", problem="", email="")


@bp.post("/families/")
@open_to_all
def try_sign_in() -> Page:
    email, password = _typed_email(), request.form.get("password", "")
    if not email or not password:
        problem = "Type your email and your password."
        return render_template("families/sign_in.html", problem=problem, email=email), 422
    account = check_password(email, password, PARENTS)
    with writing() as connection:
        outcome = _try_account(connection, account)
    if outcome.is_in:
        return redirect(url_for("progress.children"), 303)
    problem, status = _refused(outcome, WRONG_ACCOUNT)
    return render_template("families/sign_in.html", problem=problem, email=email), status


@bp.post("/families/sign-out")
@needs(Action.SIGN_OUT)
def sign_out() -> Response:
    with writing() as connection:
        end_sign_in(connection, now())
    response = redirect(url_for(".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of somebody who is linking, so that a mistake loses nothing but the password."""

    code: str = ""
    name: str = ""
    email: str = ""
    own_email: str = ""  # of the account they have
    is_weekly: bool = False  # wants the weekly letter


@bp.get("/families/join")
@open_to_all
def join() -> Page:
    actor = who()
    if actor is not None and actor.role == Role.PARENT:
        return redirect(url_for(".add_child"), 303)
    return _code_page()


@bp.post("/families/join")
@open_to_all
def try_join() -> Page:
    """The code first; then, with the code still in the form, a new account or the one they have."""
    typed = Typed(
        code=tidy_code(request.form.get("code", "")),
        name=one_line(request.form.get("name", ""), LONGEST_NAME),
        email=_typed_email(),
        own_email=_typed_email("own_email"),
        is_weekly=bool(request.form.get("weekly")),
    )
    with writing() as connection:
        outcome, waiting = _try_code(connection, typed.code)
    if waiting is None:
        problem, status = _refused(outcome, WRONG_CODE)
        return _code_page(typed.code, problem), status
    way = request.form.get("way", "")
    if way == "new":
        return _join_anew(typed, waiting)
    if way == "existing":
        return _join_with_account(typed, waiting)
    return _account_page(typed, waiting)


def _join_anew(typed: Typed, waiting: Waiting) -> Page:
    at, password = now(), request.form.get("password", "")
    problems = {}
    if not typed.name:
        problems["name"] = "Type your name, so that the school can see who is linked."
    if not is_email(typed.email):
        problems["email"] = "Type a whole email address, such as sam@post.example."
    elif is_email_taken(typed.email):
        problems["email"] = (
            "That email has an account already. If it is yours, use it below; if not, type another email."
        )
    if problem := problem_with(password, typed.email):
        problems["password"] = problem
    if problems:
        return _account_page(typed, waiting, problems), 422
    password_hash = hash_password(password)
    start_writing()
    connection = db.session.connection()
    try:
        parent = add_parent(waiting.school_id, typed.name, typed.email, password_hash, at)
    except IntegrityError:  # a double tap: the first one has made the account
        db.session.rollback()
        return _account_page(typed, waiting, {"email": "That email has an account already. Use it below."}), 422
    if not family_links.link(connection, waiting, parent.id, at):
        db.session.rollback()
        return _code_page(typed.code, JUST_USED), 422
    if typed.is_weekly:
        choose_letters(connection, parent.id, at, is_weekly=True)
    open_sign_in(connection, school_id=waiting.school_id, user_id=parent.id, class_id=None, how="password", at=at)
    remember_device(connection, parent.id, this_session().device, at)
    db.session.commit()
    return redirect(url_for("progress.children"), 303)


def _join_with_account(typed: Typed, waiting: Waiting) -> Page:
    account = check_password(typed.own_email, request.form.get("own_password", ""), PARENTS)
    if account.is_right and account.school_id != waiting.school_id:
        problem = "That account belongs to another school. For this one, make a new account with another email."
        return _account_page(typed, waiting, {"existing": problem}), 422
    start_writing()
    connection = db.session.connection()
    outcome = _try_account(connection, account)
    if not outcome.is_in or account.user_id is None:
        db.session.commit()
        problem, status = _refused(outcome, WRONG_ACCOUNT)
        return _account_page(typed, waiting, {"existing": problem}), status
    is_linked = family_links.link(connection, waiting, account.user_id, now())
    db.session.commit()
    if not is_linked:
        return _code_page(typed.code, JUST_USED), 422
    return redirect(url_for("progress.children"), 303)


@bp.get("/families/add")
@needs(Action.LINK_CHILD)
def add_child() -> str:
    return _add_page()


@bp.post("/families/add")
@needs(Action.LINK_CHILD)
def try_add_child() -> Page:
    """Another child, for somebody who is signed in: the code is all it takes."""
    actor = signed_in()
    code = tidy_code(request.form.get("code", ""))
    with writing() as connection:
        outcome, waiting = _try_code(connection, code)
    if waiting is None:
        problem, status = _refused(outcome, WRONG_CODE)
        return _add_page(code, problem), status
    if waiting.school_id != actor.school_id:
        return _add_page(code, "That letter is from another school. Sign out, then make an account for that one."), 422
    start_writing()
    is_linked = family_links.link(db.session.connection(), waiting, actor.me, now())
    db.session.commit()
    if not is_linked:
        return _add_page(code, JUST_USED), 422
    return redirect(url_for("progress.children"), 303)


# The school's side


@bp.get("/classes/<public_id>/letters")
@needs(Action.SEE_FAMILIES)
def letters(public_id: str) -> str:
    """Printable letters: one page for each child and grown-up whose code may still be used."""
    actor, at, here = signed_in(), now(), settings()
    school_class = class_or_404(actor, public_id)
    only = request.args.get("pupil", "")
    address = here.address + url_for(".join")
    waiting = [one for one in open_codes(school_class, at) if only in ("", one.pupil_public_id)]
    return render_template(
        "families/letters.html",
        school_class=school_class,
        letters=[
            {
                "child": one.name,
                "number": one.code.number,
                "code": grouped(code),
                "until": date_words(one.code.expires_at, actor.timezone),
                "qr": qr_code(f"{address}#{code}"),
            }
            for one, code in ((one, family_code(keys(), one.code)) for one in waiting)
        ],
        only=only,
        pupils=names_in(school_class),
        address=address.split("://", 1)[1],
        is_loopback=here.is_loopback,
        today=date_words(at, actor.timezone),
        lead=safeguarding_lead(actor.school_id),
    )


@bp.post("/classes/<public_id>/letters")
@needs(Action.SEE_FAMILIES)
def make_letters(public_id: str) -> Response:
    """Codes that are missing: for each child's first grown-up, and for a second one when asked."""
    actor, at = signed_in(), now()
    school_class = class_or_404(actor, public_id)
    numbers = GROWN_UPS if request.form.get("second") else GROWN_UPS[:1]
    start_writing()
    family_links.make_class_codes(actor, keys(), school_class, numbers, at)
    db.session.commit()
    return redirect(url_for(".letters", public_id=public_id), 303)


@bp.get("/people/<pupil>/families")
@needs(Action.SEE_FAMILIES)
def of_pupil(pupil: str) -> str:
    """Which grown-ups read this child's summaries, and which letters are out."""
    actor, at = signed_in(), now()
    found, user = pupil_or_404(actor, pupil)
    school_class = db.session.scalars(classes_for(actor).where(SchoolClass.id == found.class_id)).one()
    return render_template(
        "families/of_pupil.html",
        pupil=user,
        school_class=school_class,
        grown_ups=[(one, date_words(one.linked_at, actor.timezone)) for one in grown_ups_of(actor, found.user_id)],
        codes=[
            {
                "public_id": code.public_id,
                "number": code.number,
                "made": date_words(code.made_at, actor.timezone),
                "until": date_words(code.expires_at, actor.timezone),
                "state": _state(code, at),
            }
            for code in codes_of(found.user_id)
        ],
        unlinkings=[(one, date_words(one.at, actor.timezone)) for one in unlinkings_of(actor, found.user_id)],
        may_unlink=may(actor, Action.UNLINK_FAMILY),
        may_see=may(actor, Action.SEE_CLASS),
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/people/<pupil>/families/letter")
@needs(Action.SEE_FAMILIES)
def make_letter(pupil: str) -> Response:
    """A letter for one child, whatever became of earlier ones."""
    actor = signed_in()
    found, user = pupil_or_404(actor, pupil)
    number = request.form.get("number", 0, type=int)
    if number not in GROWN_UPS:
        abort(422)
    start_writing()
    family_links.make_pupil_code(actor, keys(), found, number, now())
    db.session.commit()
    return _to_pupil(user, "letter")


@bp.post("/people/<pupil>/families/<parent>/unlink")
@needs(Action.UNLINK_FAMILY)
def unlink(pupil: str, parent: str) -> Response:
    """A court order, or a mistake: effective at that account's next request, and nobody is told by mail."""
    actor = signed_in()
    found, user = pupil_or_404(actor, pupil)
    parent_id = db.session.scalar(
        select(User.id)
        .join(FamilyLink, FamilyLink.parent_id == User.id)
        .where(User.public_id == parent, FamilyLink.pupil_id == found.user_id)
    )
    if parent_id is None:
        abort(404)
    start_writing()
    family_links.unlink(actor, found, parent_id, now())
    db.session.commit()
    return _to_pupil(user, "unlinked")


@bp.get("/families/records/<public_id>")
@needs(Action.UNLINK_FAMILY)
def record(public_id: str) -> str:
    """One page to print: who was unlinked from whom, by whom, when, and what ended with it. Made from the log."""
    actor = signed_in()
    found = unlinking(actor, public_id)
    if found is None:
        abort(404)
    return render_template(
        "families/record.html",
        unlinking=found,
        school_name=actor.school_name,
        day=date_words(found.at, actor.timezone),
        clock=clock_words(found.at, actor.timezone),
        role=ROLE_WORDS.get(found.by_role, ""),
    )


@bp.post("/people/<pupil>/families/letters/<code>/void")
@needs(Action.SEE_FAMILIES)
def void_code(pupil: str, code: str) -> Response:
    actor = signed_in()
    found, user = pupil_or_404(actor, pupil)
    row = db.session.scalar(
        select(FamilyCode).where(FamilyCode.public_id == code, FamilyCode.pupil_id == found.user_id)
    )
    if row is None:
        abort(404)
    start_writing()
    family_links.void_code(actor, row, now())
    db.session.commit()
    return _to_pupil(user, "void")


def _to_pupil(user: User, said: str) -> Response:
    return redirect(url_for(".of_pupil", pupil=user.public_id, said=said), 303)


def _typed_email(field: str = "email") -> str:
    return one_line(request.form.get(field, ""), LONGEST_EMAIL)


def _try_account(connection: Connection, account: Account) -> Tried:
    return try_account(connection, keys(), account, this_session().device, request.remote_addr or "", now())


def _try_code(connection: Connection, code: str) -> tuple[Tried, Waiting | None]:
    return try_family_code(connection, keys(), code, this_session().device, request.remote_addr or "", now())


def _refused(outcome: Tried, wrong: str) -> tuple[str, int]:
    """What to say and the status: wait, or look again."""
    if outcome.rest:
        return f"That was too many tries. Wait {wait_words(outcome.rest)}, then try again.", 429
    return wrong, 422


def _code_page(code: str = "", problem: str = "") -> str:
    return render_template("families/join.html", code=grouped(code[:CODE_LETTERS]), problem=problem)


def _account_page(typed: Typed, waiting: Waiting, problems: dict[str, str] | None = None) -> str:
    return render_template("families/account.html", typed=typed, waiting=waiting, problems=problems or {})


def _add_page(code: str = "", problem: str = "") -> str:
    return render_template("families/add.html", code=grouped(code[:CODE_LETTERS]), problem=problem)


def _state(code: FamilyCode, at: datetime) -> str:
    """What became of a letter: "open", "used", "void" or "run out"."""
    if code.used_at is not None:
        return "used"
    if code.voided_at is not None:
        return "void"
    return "open" if at < code.expires_at else "run out"
