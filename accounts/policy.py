"""The one door: "may this person…?", for a page and for a list alike.

Doors are shut by default: `shut_by_default` refuses any view that is neither `@needs(Action…)` nor `@open_to_all`.
What may be seen is always a statement that starts here (`classes_for`, `pupils_for`), so a list and a page cannot
disagree, and another school's thing is a 404: it is not to be seen to exist.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from sqlalchemy import Select, false, select
from werkzeug.wrappers import Response

from accounts.models import (
    SECOND_FACTOR,
    STAFF,
    Adult,
    AuditEntry,
    FamilyLink,
    Membership,
    Pupil,
    Role,
    School,
    SchoolClass,
    User,
)
from accounts.sessions import Actor, who
from database import db
from web import wants_json


class Action(StrEnum):
    """What a view does. Each view declares exactly one."""

    LOOK_FOR_BOAT = "look for a boat"  # somebody with a class code, before signing in
    LEARN = "learn"  # a pupil's own chart, lessons and answers
    SIGN_OUT = "sign out"
    SECOND_FACTOR = "second factor"  # showing or setting up one's own
    OWN_ACCOUNT = "own account"  # a member of staff's password and second factor, once signed in wholly
    SEE_CLASSES = "see classes"  # the list of those one may see
    SEE_CLASS = "see class"  # who can do what
    RUN_CLASS = "run class"  # door, end of lesson, cards, pictures, let in
    SET_LESSON = "set lesson"  # for home, and take it back
    IMPORT = "import"  # a class list
    SEE_LESSONS = "see lessons"  # lessons with teacher notes
    RUN_OFFICE = "run office"  # staff, classes, school settings
    SEE_FAMILIES = "see families"  # which grown-ups are linked; letters
    UNLINK_FAMILY = "unlink family"
    READ_SUMMARY = "read summary"  # a parent, of the own child
    LEARN_TOGETHER = "learn together"  # a parent and the own child, at the parent's phone
    LINK_CHILD = "link child"
    TELL = "tell"  # somebody at school, by the lifebuoy or about a child
    READ_CONCERNS = "read concerns"  # the desk of the DSL team, and of the head for what is sent to the head alone
    BREAK_GLASS = "break glass"  # the head: everything at the desk for an hour, in sight of the team
    RUN_BOX = "run box"  # the DSL team: whether the lifebuoy sends, and the school's hours
    CHOOSE_LETTERS = "choose letters"  # a parent: weekly or never


_TEACHING = {
    Action.SEE_CLASSES,
    Action.SEE_CLASS,
    Action.RUN_CLASS,
    Action.SET_LESSON,
    Action.IMPORT,
    Action.SEE_LESSONS,
    Action.OWN_ACCOUNT,
    Action.SIGN_OUT,
    Action.TELL,
}
_WATCHING = {
    Action.SEE_CLASSES,
    Action.SEE_CLASS,
    Action.SEE_LESSONS,
    Action.SEE_FAMILIES,
    Action.UNLINK_FAMILY,
    Action.OWN_ACCOUNT,
    Action.SIGN_OUT,
    Action.TELL,
    Action.SECOND_FACTOR,
    Action.READ_CONCERNS,
}

MAY: dict[Role, frozenset[Action]] = {
    Role.PUPIL: frozenset({Action.LEARN, Action.SIGN_OUT, Action.TELL}),
    Role.TEACHER: frozenset(_TEACHING | {Action.SECOND_FACTOR, Action.SEE_FAMILIES}),
    Role.DSL: frozenset(_WATCHING | {Action.RUN_BOX}),
    Role.DEPUTY: frozenset(_WATCHING | {Action.RUN_BOX}),
    Role.HEAD: frozenset(_WATCHING | {Action.BREAK_GLASS}),
    Role.ADMIN: frozenset(
        {
            Action.SEE_CLASSES,
            Action.SEE_LESSONS,
            Action.RUN_CLASS,
            Action.IMPORT,
            Action.RUN_OFFICE,
            Action.SEE_FAMILIES,
            Action.OWN_ACCOUNT,
            Action.SIGN_OUT,
            Action.SECOND_FACTOR,
            Action.TELL,
        }
    ),
    Role.PARENT: frozenset(
        {
            Action.READ_SUMMARY,
            Action.LEARN_TOGETHER,
            Action.LINK_CHILD,
            Action.CHOOSE_LETTERS,
            Action.SIGN_OUT,
            Action.TELL,
        }
    ),
}

#: Roles that see every class of their school; a teacher sees the classes she teaches.
WHOLE_SCHOOL = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD, Role.ADMIN})

#: What the log calls the end of a grown-up's link to a child.
UNLINKED = "family-unlinked"

View = TypeVar("View", bound=Callable[..., Any])


def needs(action: Action) -> Callable[[View], View]:
    """Marks a view with the one thing it does; `shut_by_default` asks for it."""

    def mark(view: View) -> View:
        view.__dict__["action"] = action
        return view

    return mark


def open_to_all(view: View) -> View:
    """Marks a view that anybody may open: sign-in pages, static files, the health check."""
    view.__dict__["is_open"] = True
    return view


def may(actor: Actor | None, action: Action) -> bool:
    """Whether this role may do this at all; which classes and pupils is for the statements below."""
    if actor is None:
        return False
    if actor.user_id is None:
        return action is Action.LOOK_FOR_BOAT
    return action in MAY[Role(actor.role)]


def shut_by_default() -> Response | None:
    """Before every request: shows nobody the door for whom the page is, and answers 404 to what is not theirs."""
    if request.endpoint is None:
        return None  # no such address: the 404 page
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_open", False):
        return None
    action: Action | None = getattr(view, "action", None)
    if action is None:
        abort(500, f"{request.endpoint} declares neither needs() nor open_to_all")
    actor = who()
    if actor is None:
        if wants_json() or action is Action.TELL:
            abort(401)  # a script then sends the form as a page, or locks it away; what is told is never lost at a door
        return redirect(url_for(_door_of(action)), 303)
    if action is Action.LOOK_FOR_BOAT and actor.is_pupil:
        return redirect(url_for("progress.chart"), 303)  # Back, after signing in
    if not may(actor, action):
        abort(404)
    if lacks_second_factor(actor) and action not in {Action.SECOND_FACTOR, Action.SIGN_OUT}:
        return redirect(url_for("staff.second"), 303)
    return None


def lacks_second_factor(actor: Actor) -> bool:
    """DSL, deputy, head and admin act only after a second factor; a teacher who has one on shows it too."""
    if actor.user_id is None or actor.role in (Role.PUPIL, Role.PARENT):
        return False
    return not actor.has_second_factor and (Role(actor.role) in SECOND_FACTOR or actor.is_totp_on)


def _door_of(action: Action) -> str:
    """Where somebody who is not signed in is sent: the door for those who would want this page."""
    if action in {Action.READ_SUMMARY, Action.LEARN_TOGETHER, Action.LINK_CHILD, Action.CHOOSE_LETTERS}:
        return "families.sign_in"
    if action is Action.SIGN_OUT and request.blueprint in {"staff", "families"}:
        return f"{request.blueprint}.sign_in"  # the session was over already
    if action in {Action.LEARN, Action.LOOK_FOR_BOAT, Action.SIGN_OUT}:
        return "front.code"
    return "staff.sign_in"


def classes_for(actor: Actor) -> Select[SchoolClass]:
    """The classes this person may see. Pages start from here, never from SchoolClass."""
    if not may(actor, Action.SEE_CLASSES):
        return select(SchoolClass).where(false())
    mine = select(SchoolClass).where(SchoolClass.school_id == actor.school_id)
    if actor.role in WHOLE_SCHOOL:
        return mine
    taught = select(Membership.class_id).where(Membership.user_id == actor.user_id)
    return mine.where(SchoolClass.id.in_(taught))


def class_or_404(actor: Actor, public_id: str) -> SchoolClass:
    """One of `classes_for`, or a 404."""
    found = db.session.scalar(classes_for(actor).where(SchoolClass.public_id == public_id))
    if found is None:
        abort(404)
    return found


def pupils_for(actor: Actor) -> Select[Pupil, User]:
    """The pupils this person may see who have not left: of the classes of `classes_for`, or a parent's own children."""
    pupils = (
        select(Pupil, User)
        .join(User, User.id == Pupil.user_id)
        .where(Pupil.school_id == actor.school_id, User.left_at.is_(None))
    )
    if actor.role == Role.PARENT:
        linked = select(FamilyLink.pupil_id).where(FamilyLink.parent_id == actor.user_id, FamilyLink.ended_at.is_(None))
        return pupils.where(Pupil.user_id.in_(linked))
    return pupils.where(Pupil.class_id.in_(classes_for(actor).with_only_columns(SchoolClass.id)))


def pupil_or_404(actor: Actor, public_id: str) -> tuple[Pupil, User]:
    """One of `pupils_for`, or a 404."""
    found = db.session.execute(pupils_for(actor).where(User.public_id == public_id)).first()
    if found is None:
        abort(404)
    return found[0], found[1]


def unlinkings_for(actor: Actor) -> Select[AuditEntry]:
    """What this person may read of grown-ups who were unlinked: those of the own school, children who left too."""
    if not may(actor, Action.UNLINK_FAMILY):
        return select(AuditEntry).where(false())
    return select(AuditEntry).where(AuditEntry.school_id == actor.school_id, AuditEntry.what == UNLINKED)


def school_of(actor: Actor) -> School:
    """The school this person belongs to."""
    return db.session.scalars(select(School).where(School.id == actor.school_id)).one()


def staff_for(actor: Actor) -> Select[User, Adult]:
    """The members of staff this person may manage, leavers too: those of the own school, for its office."""
    staff = select(User, Adult).join(Adult, Adult.user_id == User.id)
    if not may(actor, Action.RUN_OFFICE):
        return staff.where(false())
    return staff.where(User.school_id == actor.school_id, User.role.in_(STAFF))


def staff_or_404(actor: Actor, public_id: str) -> tuple[User, Adult]:
    """One of `staff_for`, or a 404."""
    found = db.session.execute(staff_for(actor).where(User.public_id == public_id)).first()
    if found is None:
        abort(404)
    return found[0], found[1]
