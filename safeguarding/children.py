"""Reads: the children a grown-up may tell about, and the pupil whom an offline form names. One statement each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Pupil, Role, SchoolClass, User
from accounts.policy import pupils_for
from accounts.sessions import Actor
from database import db

_COLUMNS = (
    User.id,
    User.public_id,
    User.name,
    Pupil.first_name,
    SchoolClass.name.label("class_name"),
    Pupil.year_group,
)


@dataclass(frozen=True, slots=True)
class Child:
    id: int
    public_id: str
    name: str
    first_name: str
    class_name: str
    year_group: int


def children_for(actor: Actor) -> list[Child]:
    """The pupils of the classes that a member of staff may see, by class and name; a parent's own."""
    rows = db.session.execute(
        pupils_for(actor)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .with_only_columns(*_COLUMNS)
        .order_by(SchoolClass.year_group, SchoolClass.name_key, User.name, User.id)
    )
    return [Child(*row) for row in rows]


def pupil_of(school_id: int, pupil_id: int) -> Child | None:
    """This pupil of this school, whether they have left since or not."""
    row = db.session.execute(
        select(*_COLUMNS)
        .select_from(User)
        .join(Pupil, Pupil.user_id == User.id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(User.id == pupil_id, User.school_id == school_id, User.role == Role.PUPIL)
    ).first()
    return Child(*row) if row is not None else None
