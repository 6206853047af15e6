"""Mail to parents and carers: whether they want it, stopping it from the mail itself, and a new password by it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.outbox import RESET, queue
from accounts.passwords import hash_password, problem_with
from accounts.people import note
from accounts.policy import Action, needs, open_to_all
from accounts.reset_links import CODE_LETTERS, try_asking, try_link, use_link
from accounts.secrets import grouped, tidy_code
from accounts.sessions import open_sign_in, signed_in, this_session
from accounts.throttle import remember_device, wait_words
from accounts.typed import LONGEST_EMAIL, is_email, one_line
from accounts.weekly_letter import choose_letters, wants_letters, whose_letters
from database import db, reading, start_writing, writing
from web import keys, now, settings

bp = Blueprint("mail", __name__, url_prefix="/families")

Page = str | Response | tuple[str, int]

RESET_SUBJECT = "Safe Harbour: a new way in"
RESET_BODY = (
    "Hello,\n\nsomebody asked for a new password for the account that uses this email. "
    "If it was you, open this address and choose one. It works once, for an hour.\n"
)
WRONG_CODE = "That code does not work. Check each letter; it works once, for an hour. You can ask for a new mail below."


@bp.get("/mail")
@needs(Action.CHOOSE_LETTERS)
def letters() -> str:
    """Weekly or never, as this grown-up likes."""
    return render_template(
        "families/mail.html",
        is_weekly=wants_letters(reading(), signed_in().me),
        is_mail_sent=settings().is_mail_sent,
        is_kept=request.args.get("said") == "kept",
    )


@bp.post("/mail")
@needs(Action.CHOOSE_LETTERS)
def choose() -> Response:
    actor, is_weekly = signed_in(), request.form.get("letters") == "weekly"
    with writing() as connection:
        choose_letters(connection, actor.me, now(), is_weekly=is_weekly)
    return redirect(url_for(".letters", said="kept"), 303)


@bp.get("/stop/<token>")
@open_to_all
def stop(token: str) -> Page:
    """One button, which the page's script presses for a person. Opening the address stops nothing: mail scanners open
    every address they find."""
    if whose_letters(reading(), keys(), token) is None:
        return _wrong_address()
    return render_template("families/stop.html", token=token)


@bp.post("/stop/<token>")
@open_to_all
def stopped(token: str) -> Page:
    """No more letters. The proof in the address is all it takes: no session, and no CSRF token either, for a mailbox's
    own "unsubscribe" button sends this by itself (RFC 8058); app.py lets it through."""
    with writing() as connection:
        user_id = whose_letters(connection, keys(), token)
        if user_id is not None:
            choose_letters(connection, user_id, now(), is_weekly=False)
    return _stopped_page(token, user_id, is_stopped=True)


@bp.post("/stop/<token>/again")
@open_to_all
def again(token: str) -> Page:
    """Who did not mean to stop them has them again, by the same proof."""
    with writing() as connection:
        user_id = whose_letters(connection, keys(), token)
        if user_id is not None:
            choose_letters(connection, user_id, now(), is_weekly=True)
    return _stopped_page(token, user_id, is_stopped=False)


def _stopped_page(token: str, user_id: int | None, *, is_stopped: bool) -> Page:
    if user_id is None:
        return _wrong_address()
    return render_template("families/stopped.html", token=token, is_stopped=is_stopped)


def _wrong_address() -> tuple[str, int]:
    return render_template("families/stop_unknown.html"), 404


@bp.get("/forgotten")
@open_to_all
def forgotten() -> Page:
    return _forgotten_page()


@bp.post("/forgotten")
@open_to_all
def ask_for_link() -> Page:
    """Says the same whether the email has an account or not."""
    email, at = one_line(request.form.get("email", ""), LONGEST_EMAIL), now()
    if not is_email(email):
        return _forgotten_page("Type a whole email address, such as sam@post.example.", email), 422
    with writing() as connection:
        outcome, asked = try_asking(connection, keys(), email, this_session().device, request.remote_addr or "", at)
        if asked is not None:
            queue(
                connection,
                school_id=asked.school_id,
                user_id=asked.user_id,
                kind=RESET,
                key=f"{RESET}:{asked.public_id}",
                subject=RESET_SUBJECT,
                body=RESET_BODY,
                at=at,
            )
    if outcome.rest:
        return _forgotten_page(
            f"That was too many times. Wait {wait_words(outcome.rest)}, then ask once more.", email
        ), 429
    return render_template("families/asked.html", is_mail_sent=settings().is_mail_sent)


@bp.get("/renew")
@open_to_all
def renew() -> Page:
    return _renew_page()


@bp.post("/renew")
@open_to_all
def set_word() -> Page:
    """The code from the mail and a new password: the account's owner is in."""
    typed, password = tidy_code(request.form.get("code", "")), request.form.get("password", "")
    at, device = now(), this_session().device
    with writing() as connection:
        outcome, found = try_link(connection, keys(), typed, device, request.remote_addr or "", at)
    if outcome.rest:
        wait = f"That was too many tries. Wait {wait_words(outcome.rest)}, then try again."
        return _renew_page(typed, code_problem=wait), 429
    if found is None:
        return _renew_page(typed, code_problem=WRONG_CODE), 422
    if problem := problem_with(password, found.email):
        return _renew_page(typed, password_problem=problem), 422
    password_hash = hash_password(password)
    start_writing()
    connection = db.session.connection()
    if not use_link(connection, found, password_hash, at):
        db.session.rollback()
        return _renew_page(typed, code_problem=WRONG_CODE), 422
    open_sign_in(connection, school_id=found.school_id, user_id=found.user_id, class_id=None, how="password", at=at)
    remember_device(connection, found.user_id, device, at)
    note(found.school_id, found.user_id, "password-renewed", found.user_id, at)
    db.session.commit()
    return redirect(url_for("progress.children"), 303)


def _forgotten_page(problem: str = "", email: str = "") -> str:
    return render_template("families/forgotten.html", problem=problem, email=email)


def _renew_page(typed: str = "", code_problem: str = "", password_problem: str = "") -> str:
    return render_template(
        "families/renew.html",
        code=grouped(typed[:CODE_LETTERS]),
        code_problem=code_problem,
        password_problem=password_problem,
    )
