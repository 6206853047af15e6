"""The desk's own door, behind the one of accounts/policy.py: a private line, and the second factor again after 15
minutes away from the desk. Also what each of its views begins with."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from accounts.own_account import try_second_factor
from accounts.policy import Action, needs
from accounts.secrets import tidy_code
from accounts.sessions import Actor, signed_in
from accounts.throttle import wait_words
from database import reading, writing
from web import is_private_line, keys, now

from .blueprint import desk
from .concerns import look_at_all
from .desk import find, last_seen
from .glass import scope_for
from .models import Look
from .sealing import Unreadable

Page = str | Response | tuple[str, int]

#: How long a session may be away from the desk (TRUST.md 2.1).
IDLE = timedelta(minutes=15)
#: What of an address the desk goes back to after the code: its own pages alone.
_OWN_ADDRESS = re.compile(r"/desk/[\w/-]*(\?[\w=&-]*)?")
_CODE = "unlock_code"


@desk.before_request
def ask_again() -> Page | None:
    """Nothing of the desk over a line that others can read; the code again for whoever was away. What was being saved
    is kept on the page that asks, and saved once the code is right."""
    if not is_private_line():
        return render_template("staff/not_here.html", is_needed=True), 403
    if request.endpoint in ("desk.unlock", "desk.try_unlock"):
        return None
    actor = signed_in()
    seen = last_seen(reading(), actor.school_id, actor.sign_in_id)
    if seen is not None and now() - seen <= IDLE:
        return None
    if request.method != "POST":
        return redirect(url_for("desk.unlock", then=request.full_path.rstrip("?")), 303)
    if _CODE not in request.form:
        return _unlock_page(action=request.path, carried=_carried()), 403
    problem, status = _try_code(actor)
    return (_unlock_page(problem, action=request.path, carried=_carried()), status) if problem else None


@desk.get("/unlock")
@needs(Action.READ_CONCERNS)
def unlock() -> Page:
    return _unlock_page(carried=[("then", request.args.get("then", ""))])


@desk.post("/unlock")
@needs(Action.READ_CONCERNS)
def try_unlock() -> Page:
    then = request.form.get("then", "")
    problem, status = _try_code(signed_in())
    if problem:
        return _unlock_page(problem, carried=[("then", then)]), status
    return redirect(request.script_root + then if _OWN_ADDRESS.fullmatch(then) else url_for("desk.index"), 303)


def _try_code(actor: Actor) -> tuple[str, int]:
    """A problem in words and its status; empty when the code was right, which the session now remembers."""
    typed = tidy_code(request.form.get(_CODE, ""))
    with writing() as connection:
        tried = try_second_factor(connection, keys(), actor.me, actor.sign_in_id, typed, now())
    if tried.is_in:
        return "", 200
    if tried.rest:
        wait = wait_words(tried.rest)
        return f"That was too many tries. Wait {wait}, then type the code your phone shows then.", 429
    return "That code did not work. Type the six figures that your phone shows now; each works once.", 422


def _carried() -> list[tuple[str, str]]:
    """What a form was to save, for the page that asks for the code first."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", _CODE)]


def _unlock_page(problem: str = "", *, action: str = "", carried: Iterable[tuple[str, str]] = ()) -> str:
    return render_template(
        "safeguarding/unlock.html",
        action=request.script_root + action if action else url_for("desk.try_unlock"),
        is_saving=bool(action),
        carried=list(carried),
        problem=problem,
    )


@desk.errorhandler(Unreadable)
def unreadable(_fault: Unreadable) -> Page:
    """The installation's own key is missing: nobody here can mend that, so the page says who can."""
    return render_template("safeguarding/unreadable.html"), 503


# What each view of the desk begins with


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Which concerns this person reads now."""
    return scope_for(reading(), actor, now())


def concern_or_404(actor: Actor, concern: str, *, is_to_change: bool = False) -> Mapping[str, Any]:
    """The inbox's row of a concern that this person may read; a 404 for another's, and for one to be changed that was
    erased."""
    row = find(reading(), scope_of(actor), concern)
    if row is None or (is_to_change and row["key_gone_at"] is not None):
        abort(404)
    return row


def keep_look(actor: Actor, kind: Look, concerns: Iterable[str] = ("",)) -> None:
    """Kept before the page is shown; "" for a list."""
    with writing() as connection:
        look_at_all(
            connection,
            keys(),
            actor.school_id,
            concerns,
            kind,
            reader_id=actor.me,
            sign_in_id=actor.sign_in_id,
            at=now(),
        )


def form_id() -> str:
    """The identity of the form that was sent, made by the page that showed it: a double tap sends the same."""
    return request.form.get("form", "") or secrets.token_hex(16)
