"""Whom the desk names: the DSL team, teachers to ask, classes and pupils to choose from. Reads alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from accounts.models import Adult, Pupil, Role, SchoolClass, User
from accounts.sessions import Actor

from .box import DSL_TEAM


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    public_id: str
    name: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil of the school as a concern names them."""

    id: int
    public_id: str
    name: str
    class_name: str
    year_group: int
    has_left: bool

    def said(self) -> dict[str, object]:
        """As the chronology holds whom a concern is about."""
        return {
            "about_id": self.id,
            "about_name": self.name,
            "class_name": self.class_name,
            "year_group": self.year_group,
        }


def colleagues(connection: Connection, school_id: int, *roles: Role) -> list[Colleague]:
    """Who works here in these roles, by name."""
    rows = connection.execute(
        select(User.id, User.public_id, User.name, Adult.is_totp_on)
        .join(Adult, Adult.user_id == User.id)
        .where(User.school_id == school_id, User.role.in_(roles), User.left_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Colleague(row.id, row.public_id, row.name, row.is_totp_on) for row in rows]


def team_for(actor: Actor) -> tuple[Role, ...]:
    """Who may be asked to do something about what this person reads: the head keeps to herself what is hers alone."""
    return (Role.HEAD,) if actor.role == Role.HEAD else DSL_TEAM


def child_by_id(connection: Connection, school_id: int, user_id: int) -> Child | None:
    return _child(connection, school_id, User.id == user_id)


def child_by_public_id(connection: Connection, school_id: int, public_id: str) -> Child | None:
    """A pupil of this school, those who have left too; None for anybody else's."""
    return _child(connection, school_id, User.public_id == public_id)


def _child(connection: Connection, school_id: int, which: ColumnElement[bool]) -> Child | None:
    row = connection.execute(_CHILDREN.where(User.school_id == school_id, which)).first()
    return None if row is None else Child(*row[:5], has_left=row.left_at is not None)


_CHILDREN = (
    select(User.id, User.public_id, User.name, SchoolClass.name.label("class_name"), Pupil.year_group, User.left_at)
    .join(Pupil, Pupil.user_id == User.id)
    .join(SchoolClass, SchoolClass.id == Pupil.class_id)
)


def children_of_class(connection: Connection, school_id: int, class_public_id: str) -> list[Child]:
    """The pupils of a class of this school who have not left, by name."""
    rows = connection.execute(
        _CHILDREN.where(
            User.school_id == school_id, SchoolClass.public_id == class_public_id, User.left_at.is_(None)
        ).order_by(User.name, User.id)
    )
    return [Child(*row[:5], has_left=False) for row in rows]
