"""Writes of the school's office: staff, who teaches what, leavers, and the school's own settings. None commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from accounts.models import Invitation, Membership, Role, School, SchoolClass, User
from accounts.own_account import forget_second_factor
from accounts.people import note, teach
from accounts.sessions import Actor, end_all_of
from database import db


def is_last_admin(user: User) -> bool:
    """Whether nobody else runs this school's office; the rows are held, so that two cannot leave together."""
    admins = db.session.scalars(
        select(User.id)
        .where(User.school_id == user.school_id, User.role == Role.ADMIN, User.left_at.is_(None))
        .with_for_update()
    ).all()
    return user.role == Role.ADMIN and list(admins) == [user.id]


def say_goodbye(actor: Actor, user: User, at: datetime) -> None:
    """One action for a leaver: sessions, invitations and second factor end now. The name stays until retention."""
    user.left_at = at
    connection = db.session.connection()
    end_all_of(connection, user.id, at)
    void_invitations(user, at)
    forget_second_factor(connection, user.id)
    note(user.school_id, actor.user_id, "staff-left", user.id, at)


def bring_back(actor: Actor, user: User, at: datetime) -> None:
    """Undo a leaver: the classes and the password are as they were; a second factor is set up again."""
    user.left_at = None
    note(user.school_id, actor.user_id, "staff-back", user.id, at)


def void_invitations(user: User, at: datetime) -> None:
    db.session.execute(
        update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)).values(used_at=at)
    )


def reset_second_factor(actor: Actor, user: User, at: datetime) -> None:
    """For a lost phone: sessions end, and the next sign-in sets up a new one."""
    connection = db.session.connection()
    forget_second_factor(connection, user.id)
    end_all_of(connection, user.id, at)
    note(user.school_id, actor.user_id, "second-factor-reset", user.id, at)


def set_classes(actor: Actor, user: User, classes: Collection[SchoolClass], at: datetime) -> None:
    """This person teaches exactly these classes from now on."""
    ids = {one.id for one in classes}
    db.session.execute(delete(Membership).where(Membership.user_id == user.id, Membership.class_id.not_in(ids)))
    for one in classes:
        teach(user, one)
    note(user.school_id, actor.user_id, "classes-of-staff", user.id, at)


def change_school(
    actor: Actor, school: School, name: str, home_from: int | None, home_until: int | None, at: datetime
) -> None:
    """The name, and the minutes after midnight between which Years 4 to 6 may sign in from home."""
    school.name = name
    school.home_from, school.home_until = home_from, home_until
    note(school.id, actor.user_id, "school-settings", school.id, at)
