"""The school's office: who works here, who teaches what, invitations, leavers, and the school's own settings."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from accounts import office
from accounts.models import STAFF, Adult, Role, School, User
from accounts.outbox import DIGEST, RESET, Unsent, unsent
from accounts.people import INVITATION_LASTS, add_staff, invite, is_email_taken, note
from accounts.policy import WHOLE_SCHOOL, Action, needs, school_of, staff_or_404
from accounts.queries import StaffRow, classes_of_school, staff_rows, taught_by
from accounts.school_time import date_words
from accounts.secrets import grouped
from accounts.sessions import Actor, signed_in
from accounts.typed import LONGEST_EMAIL, is_email, minutes_of, one_line, time_of
from database import db, reading, start_writing
from web import keys, now, settings

bp = Blueprint("office", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]

LONGEST_NAME = 60
LONGEST_SCHOOL_NAME = 120

ROLE_NAMES = {
    Role.TEACHER: "Teacher",
    Role.DSL: "Designated safeguarding lead",
    Role.DEPUTY: "Deputy safeguarding lead",
    Role.HEAD: "Head",
    Role.ADMIN: "Office (runs this page)",
}
LAST_ADMIN = "This is the only person who runs the office. Give somebody else the office first, then try again."
EMAIL_TAKEN = "That email has an account already. Look in the list, leavers too, or use another email."

#: Mails by kind, as the office is told of them. Nothing of what they say.
MAIL_KINDS = {DIGEST: "Weekly letter", RESET: "New password"}
DESK_MAIL = "Something is waiting"

SAID = {
    "saved": "Saved.",
    "left": "Signed out everywhere. Their invitation and second factor are gone. You can bring them back below.",
    "back": "Welcome back: their classes and their password are as they were.",
    "reset": "Done. At the next sign-in they set up a new phone.",
}


@bp.get("/")
@needs(Action.RUN_OFFICE)
def index() -> str:
    return _index_page(signed_in())


@bp.post("/staff")
@needs(Action.RUN_OFFICE)
def add() -> Page:
    """A new member of staff, and the code with which they set a password."""
    actor, at = signed_in(), now()
    typed, problems = _read_person()
    if not problems:
        start_writing()
        if is_email_taken(typed["email"]):
            problems["email"] = EMAIL_TAKEN
    if not problems:
        try:
            user = add_staff(actor.school_id, Role(typed["role"]), typed["name"], typed["email"], at)
        except IntegrityError:  # somebody else has just used this email
            problems["email"] = EMAIL_TAKEN
    if problems:
        db.session.rollback()
        return _index_page(actor, typed, problems), 422
    code = invite(keys(), user, at)
    note(actor.school_id, actor.me, "staff-added", user.id, at)
    db.session.commit()
    return _invited_page(actor, user, typed["email"], code, at)


@bp.get("/staff/<public_id>")
@needs(Action.RUN_OFFICE)
def person(public_id: str) -> str:
    actor = signed_in()
    user, adult = staff_or_404(actor, public_id)
    return _person_page(actor, user, adult)


@bp.post("/staff/<public_id>")
@needs(Action.RUN_OFFICE)
def change(public_id: str) -> Page:
    """Name, email and role."""
    actor, at = signed_in(), now()
    user, adult = staff_or_404(actor, public_id)
    typed, problems = _read_person()
    if not problems:
        start_writing()
        if typed["role"] != Role.ADMIN and office.is_last_admin(user):
            problems["role"] = LAST_ADMIN
        if typed["email"].casefold() != adult.email and is_email_taken(typed["email"]):
            problems["email"] = EMAIL_TAKEN
    if not problems:
        user.name, user.role, adult.email = typed["name"], typed["role"], typed["email"].casefold()
        note(actor.school_id, actor.me, "staff-changed", user.id, at)
        try:
            db.session.commit()
        except IntegrityError:  # somebody else has just used this email
            problems["email"] = EMAIL_TAKEN
    if problems:
        db.session.rollback()
        user, adult = staff_or_404(actor, public_id)
        return _person_page(actor, user, adult, typed=typed, problems=problems), 422
    return _to_person(user, "saved")


@bp.post("/staff/<public_id>/invitation")
@needs(Action.RUN_OFFICE)
def invite_again(public_id: str) -> Page:
    """A new code for somebody who lost theirs, or forgot the password. The earlier code stops working."""
    actor, at = signed_in(), now()
    user, adult = staff_or_404(actor, public_id)
    if user.left_at is not None:
        return _person_page(actor, user, adult, refusal="They have left. Bring them back first, then invite them."), 422
    start_writing()
    code = invite(keys(), user, at)
    note(actor.school_id, actor.me, "staff-invited", user.id, at)
    db.session.commit()
    return _invited_page(actor, user, adult.email, code, at)


@bp.post("/staff/<public_id>/classes")
@needs(Action.RUN_OFFICE)
def teaches(public_id: str) -> Response:
    """Exactly the ticked classes of this school; anything else in the form is passed over."""
    actor = signed_in()
    user, _ = staff_or_404(actor, public_id)
    ticked = set(request.form.getlist("class"))
    chosen = [one for one in classes_of_school(actor) if one.public_id in ticked]
    start_writing()
    office.set_classes(actor, user, chosen, now())
    db.session.commit()
    return _to_person(user, "saved")


@bp.post("/staff/<public_id>/left")
@needs(Action.RUN_OFFICE)
def left(public_id: str) -> Page:
    actor = signed_in()
    user, adult = staff_or_404(actor, public_id)
    start_writing()
    if office.is_last_admin(user):
        db.session.rollback()
        user, adult = staff_or_404(actor, public_id)
        return _person_page(actor, user, adult, refusal=LAST_ADMIN), 422
    office.say_goodbye(actor, user, now())
    db.session.commit()
    return _to_person(user, "left")


@bp.post("/staff/<public_id>/back")
@needs(Action.RUN_OFFICE)
def back(public_id: str) -> Response:
    actor = signed_in()
    user, _ = staff_or_404(actor, public_id)
    start_writing()
    office.bring_back(actor, user, now())
    db.session.commit()
    return _to_person(user, "back")


@bp.post("/staff/<public_id>/second")
@needs(Action.RUN_OFFICE)
def reset_second(public_id: str) -> Response:
    actor = signed_in()
    user, _ = staff_or_404(actor, public_id)
    start_writing()
    office.reset_second_factor(actor, user, now())
    db.session.commit()
    return _to_person(user, "reset")


@bp.get("/school")
@needs(Action.RUN_OFFICE)
def school() -> str:
    here = school_of(signed_in())
    return _school_page(_school_as_typed(here), said=request.args.get("said", ""))


@bp.post("/school")
@needs(Action.RUN_OFFICE)
def change_school() -> Page:
    actor = signed_in()
    typed = {name: one_line(request.form.get(name, ""), LONGEST_SCHOOL_NAME) for name in ("name", "from", "until")}
    start, end = minutes_of(typed["from"]), minutes_of(typed["until"])
    problems = {}
    if not typed["name"]:
        problems["name"] = "Type the school's name."
    if typed["from"] or typed["until"]:
        if start is None:
            problems["from"] = "Type a time such as 15:30, or leave both times empty."
        if end is None:
            problems["until"] = "Type a time such as 19:00, or leave both times empty."
        if start is not None and end is not None and start >= end:
            problems["until"] = "Choose a time after the first one. It must be on the same day."
    if problems:
        return _school_page(typed, problems), 422
    here = school_of(actor)
    start_writing()
    office.change_school(actor, here, typed["name"], start, end, now())
    db.session.commit()
    return redirect(url_for(".school", said="saved"), 303)


def _read_person() -> tuple[dict[str, str], dict[str, str]]:
    """What was typed about a member of staff, and what to do about it, by field."""
    typed = {
        "name": one_line(request.form.get("name", ""), LONGEST_NAME),
        "email": one_line(request.form.get("email", ""), LONGEST_EMAIL),
        "role": request.form.get("role", ""),
    }
    problems = {}
    if not typed["name"]:
        problems["name"] = "Type the name that colleagues use, such as Mr Okoro."
    if not is_email(typed["email"]):
        problems["email"] = "Type a whole email address, such as j.okoro@school.example."
    if typed["role"] not in STAFF:
        problems["role"] = "Choose what this person does."
    return typed, problems


def _roles() -> list[tuple[str, str]]:
    return [(role.value, words) for role, words in ROLE_NAMES.items()]


def _index_page(actor: Actor, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None) -> str:
    rows = staff_rows(actor, now())
    return render_template(
        "office/index.html",
        staff=[_shown(actor, row) for row in rows],
        unsent=[_unsent_shown(actor, one) for one in unsent(reading(), actor.school_id, now())],
        roles=_roles(),
        typed=typed or {},
        problems=problems or {},
    )


def _unsent_shown(actor: Actor, one: Unsent) -> dict[str, object]:
    """A mail that could not be sent in words: to whose account, what kind, and what to do."""
    is_staff = Role(one.role) in STAFF
    if one.is_refused and is_staff:
        do = "The mail server refuses the address. Correct it on their page; the next mail goes there."
    elif one.is_refused:
        do = "The mail server refuses the address. They read the same after signing in; a new paper code takes another."
    else:
        do = "The mail server cannot be reached. Tell whoever looks after this installation: flask mail send says why."
    if one.kind not in (DIGEST, RESET):
        do = f"Tell them now, in person, to open the desk. {do}"
    return {
        "name": one.name,
        "public_id": one.whose if is_staff else "",
        "kind": MAIL_KINDS.get(one.kind, DESK_MAIL),
        "state": f"Given up on {date_words(one.failed_at, actor.timezone)}" if one.failed_at else "Still tried",
        "do": do,
    }


def _shown(actor: Actor, row: StaffRow) -> dict[str, object]:
    """A row of the list in words."""
    if row.left_at is not None:
        state = f"Left on {date_words(row.left_at, actor.timezone)}"
    elif row.has_account:
        state = "Second factor on" if row.is_totp_on else ""
    elif row.invited_until is not None:
        state = f"Invited until {date_words(row.invited_until, actor.timezone)}"
    else:
        state = "Invitation has run out"
    return {
        "public_id": row.public_id,
        "name": row.name,
        "email": row.email,
        "role": ROLE_NAMES[row.role],
        "classes": "all" if row.role in WHOLE_SCHOOL else ", ".join(row.classes) or "none yet",
        "last": date_words(row.last_sign_in, actor.timezone) if row.last_sign_in else "not yet",
        "state": state,
        "has_left": row.left_at is not None,
    }


def _person_page(
    actor: Actor,
    user: User,
    adult: Adult,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    refusal: str = "",
) -> str:
    taught = taught_by(user.id)
    return render_template(
        "office/person.html",
        person=user,
        adult=adult,
        typed=typed or {"name": user.name, "email": adult.email, "role": user.role},
        problems=problems or {},
        refusal=refusal,
        role_name=ROLE_NAMES[Role(user.role)],
        roles=_roles(),
        classes=[(one, one.id in taught) for one in classes_of_school(actor)],
        teaches=user.role == Role.TEACHER,
        left_on=date_words(user.left_at, actor.timezone) if user.left_at else "",
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _to_person(user: User, said: str) -> Response:
    return redirect(url_for(".person", public_id=user.public_id, said=said), 303)


def _invited_page(actor: Actor, user: User, email: str, code: str, at: datetime) -> str:
    here = settings()
    return render_template(
        "office/invited.html",
        person=user,
        email=email,
        code=grouped(code),
        address=here.address + url_for("staff.welcome"),
        is_loopback=here.is_loopback,
        until=date_words(at + INVITATION_LASTS, actor.timezone),
    )


def _school_as_typed(here: School) -> dict[str, str]:
    return {"name": here.name, "from": time_of(here.home_from), "until": time_of(here.home_until)}


def _school_page(typed: dict[str, str], problems: dict[str, str] | None = None, said: str = "") -> str:
    return render_template("office/school.html", typed=typed, problems=problems or {}, said=SAID.get(said, ""))
