"""Staff at the door: email and password, the second factor, an invitation, and one's own account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from accounts.models import SECOND_FACTOR, STAFF, Adult, Role
from accounts.own_account import (
    just_turned_on,
    set_password,
    try_invitation,
    try_second_factor,
    turn_on,
    use_invitation,
)
from accounts.passwords import hash_password, is_password, problem_with
from accounts.people import note
from accounts.policy import Action, needs, open_to_all
from accounts.qr import qr_code
from accounts.queries import recovery_codes_left
from accounts.second_factor import address_for_phone, matching_step, secret_to_set_up
from accounts.secrets import grouped, tidy_code
from accounts.sessions import Actor, end_sign_in, open_sign_in, signed_in, this_session, who
from accounts.signing_in import HOUR, check_password, try_account
from accounts.throttle import count_wrong, forget, read_tally, remember_device, wait_words
from accounts.typed import LONGEST_EMAIL, one_line
from database import db, start_writing, writing
from web import is_private_line, keys, now

bp = Blueprint("staff", __name__, url_prefix="/staff")

Page = str | Response | tuple[str, int]


@bp.get("/")
@open_to_all
def sign_in() -> Page:
    actor = who()
    if actor is not None and actor.role in STAFF:
        return redirect(_next_page(actor), 303)
    return _sign_in_page()


@bp.post("/")
@open_to_all
def try_sign_in() -> Page:
    email = one_line(request.form.get("email", ""), LONGEST_EMAIL)
    if not email or not request.form.get("password"):
        return _sign_in_page("Type your school email and your password.", email), 422
    account = check_password(email, request.form["password"], STAFF)
    with writing() as connection:
        outcome = try_account(connection, keys(), account, this_session().device, request.remote_addr or "", now())
    if outcome.is_in:
        return redirect(url_for(".second_or_on"), 303)
    if outcome.rest:
        return _sign_in_page(
            f"That was too many tries. Wait {wait_words(outcome.rest)}, then try again. "
            "If you have forgotten the password, ask your school's office for a new invitation.",
            email,
        ), 429
    return _sign_in_page("That email and password do not open an account. Check both, then try again.", email), 422


@bp.get("/on")
@needs(Action.SECOND_FACTOR)
def second_or_on() -> Response:
    """After the password: on to the second factor where there is one to show or to set up, else in."""
    return redirect(_next_page(signed_in()), 303)


@bp.get("/second")
@needs(Action.SECOND_FACTOR)
def second() -> Page:
    actor = signed_in()
    if not is_private_line():
        return _not_here(actor)
    if not actor.is_totp_on or actor.has_second_factor:
        return redirect(_next_page(actor), 303)
    return render_template("staff/second.html", problem="")


@bp.post("/second")
@needs(Action.SECOND_FACTOR)
def try_second() -> Page:
    actor = signed_in()
    if not is_private_line():
        return _not_here(actor)
    if not actor.is_totp_on or actor.has_second_factor:
        return redirect(_next_page(actor), 303)
    with writing() as connection:
        outcome = try_second_factor(
            connection, keys(), actor.me, actor.sign_in_id, tidy_code(request.form.get("code", "")), now()
        )
    if outcome.is_in:
        return redirect(_home(actor), 303)
    if outcome.rest:
        problem = f"That was too many tries. Wait {wait_words(outcome.rest)}, then type the code your phone shows then."
        return render_template("staff/second.html", problem=problem), 429
    problem = "That code did not work. Type the six figures that your phone shows now; each works once."
    return render_template("staff/second.html", problem=problem), 422


@bp.get("/second/set-up")
@needs(Action.SECOND_FACTOR)
def second_set_up() -> Page:
    actor = signed_in()
    if not is_private_line():
        return _not_here(actor)
    if actor.is_totp_on and not actor.has_second_factor:
        return redirect(url_for(".second"), 303)
    return _set_up_page(actor, _adult(actor))


@bp.post("/second/set-up")
@needs(Action.SECOND_FACTOR)
def confirm_second() -> Page:
    actor = signed_in()
    if not is_private_line():
        return _not_here(actor)
    if actor.is_totp_on and not actor.has_second_factor:
        return redirect(url_for(".second"), 303)
    adult, at = _adult(actor), now()
    begun = request.form.get("begun", 0, type=int)
    secret = secret_to_set_up(keys(), actor.public_id, actor.sign_in_id, begun)
    if begun != adult.totp_last_step:  # this form has been sent before: a double tap, or a reload
        codes = just_turned_on(keys(), actor.me, actor.sign_in_id, secret, at)
        return _recovery_page(actor, codes) if codes else redirect(url_for(".second_set_up"), 303)
    step = matching_step(secret, request.form.get("code", ""), at, 0)
    if step is None:
        problem = "That code did not match. Type the six figures that your phone shows now."
        return _set_up_page(actor, adult, problem), 422
    start_writing()
    codes = turn_on(db.session.connection(), keys(), actor.me, actor.sign_in_id, secret, step, at)
    note(actor.school_id, actor.me, "second-factor-on", actor.me, at)
    db.session.commit()
    return _recovery_page(actor, codes)


@bp.get("/welcome")
@open_to_all
def welcome() -> Page:
    return _welcome_page()


@bp.post("/welcome")
@open_to_all
def accept() -> Page:
    """An invitation's code and a new password: the account is open, and its owner is in."""
    typed, password = tidy_code(request.form.get("code", "")), request.form.get("password", "")
    at, device = now(), this_session().device
    with writing() as connection:
        outcome, found = try_invitation(connection, keys(), typed, device, request.remote_addr or "", at)
    if outcome.rest:
        wait = f"That was too many tries. Wait {wait_words(outcome.rest)}, then try again."
        return _welcome_page(typed, code_problem=wait), 429
    if found is None:
        problem = "That invitation does not work. Check each letter; if it is older than a week, ask for a new one."
        return _welcome_page(typed, code_problem=problem), 422
    if problem := problem_with(password, found.email):
        return _welcome_page(typed, password_problem=problem), 422
    password_hash = hash_password(password)
    start_writing()
    connection = db.session.connection()
    if not use_invitation(connection, found, password_hash, at):
        db.session.rollback()
        return _welcome_page(typed, code_problem="That invitation has just been used. Sign in instead."), 422
    open_sign_in(connection, school_id=found.school_id, user_id=found.user_id, class_id=None, how="password", at=at)
    remember_device(connection, found.user_id, device, at)
    note(found.school_id, found.user_id, "invitation-used", found.user_id, at)
    db.session.commit()
    return redirect(url_for(".second_or_on"), 303)


@bp.get("/account")
@needs(Action.OWN_ACCOUNT)
def account() -> Page:
    return _account_page(signed_in(), said=request.args.get("said", ""))


@bp.post("/account")
@needs(Action.OWN_ACCOUNT)
def change_word() -> Page:
    """A new password; whoever is signed in elsewhere with the old one is signed out."""
    actor, at = signed_in(), now()
    adult, old, new = _adult(actor), request.form.get("password", ""), request.form.get("new_password", "")
    with writing() as connection:
        rest = read_tally(connection, keys(), "own-password", str(actor.me), at, HOUR).rest(at)
    if rest:
        return _account_page(
            actor, old_problem=f"That was too many tries. Wait {wait_words(rest)}, then try again."
        ), 429
    if not is_password(adult.password_hash, old):
        with writing() as connection:
            count_wrong(connection, keys(), "own-password", str(actor.me), at, HOUR)
        return _account_page(actor, old_problem="That is not your password now. Type the one you signed in with."), 422
    if problem := problem_with(new, adult.email):
        return _account_page(actor, new_problem=problem), 422
    password_hash = hash_password(new)
    start_writing()
    connection = db.session.connection()
    forget(connection, keys(), "own-password", str(actor.me))
    set_password(connection, actor.me, password_hash, at, but=actor.sign_in_id)
    note(actor.school_id, actor.me, "password-changed", actor.me, at)
    db.session.commit()
    return redirect(url_for(".account", said="changed"), 303)


@bp.post("/sign-out")
@needs(Action.SIGN_OUT)
def sign_out() -> Response:
    with writing() as connection:
        end_sign_in(connection, now())
    response = redirect(url_for(".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _home(actor: Actor) -> str:
    return url_for("office.index" if actor.role == Role.ADMIN else "classes.index")


def _next_page(actor: Actor) -> str:
    """Where this member of staff goes on: the second factor first, where it is due."""
    if actor.has_second_factor:
        return _home(actor)
    if actor.is_totp_on:
        return url_for(".second")
    return url_for(".second_set_up") if Role(actor.role) in SECOND_FACTOR else _home(actor)


def _not_here(actor: Actor) -> tuple[str, int]:
    return render_template("staff/not_here.html", is_needed=Role(actor.role) in SECOND_FACTOR), 403


def _adult(actor: Actor) -> Adult:
    return db.session.scalars(select(Adult).where(Adult.user_id == actor.me)).one()


def _sign_in_page(problem: str = "", email: str = "") -> str:
    return render_template("staff/sign_in.html", problem=problem, email=email)


def _set_up_page(actor: Actor, adult: Adult, problem: str = "") -> str:
    begun = adult.totp_last_step
    secret = secret_to_set_up(keys(), actor.public_id, actor.sign_in_id, begun)
    return render_template(
        "staff/set_up.html",
        code=qr_code(address_for_phone(secret, adult.email)),
        secret=grouped(secret),
        begun=begun,
        is_needed=Role(actor.role) in SECOND_FACTOR,
        is_new_phone=adult.is_totp_on,
        problem=problem,
    )


def _recovery_page(actor: Actor, codes: list[str]) -> str:
    return render_template("staff/recovery.html", codes=[grouped(code, 5) for code in codes], next=_home(actor))


def _welcome_page(typed: str = "", code_problem: str = "", password_problem: str = "") -> str:
    return render_template(
        "staff/welcome.html",
        code=grouped(typed[:16]),
        code_problem=code_problem,
        password_problem=password_problem,
    )


def _account_page(actor: Actor, said: str = "", old_problem: str = "", new_problem: str = "") -> str:
    return render_template(
        "staff/account.html",
        email=_adult(actor).email,
        is_needed=Role(actor.role) in SECOND_FACTOR,
        codes_left=recovery_codes_left(actor.me) if actor.is_totp_on else 0,
        is_changed=said == "changed",
        old_problem=old_problem,
        new_problem=new_problem,
    )
