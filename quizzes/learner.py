"""Whose go through a lesson it is: the pupil who is signed in, or the child beside the parent who is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from accounts.bands import band_of_class
from accounts.comfort import Comfort, read_comfort
from accounts.models import Pupil, SchoolClass, User
from accounts.policy import pupils_for
from accounts.sessions import Actor, Boat
from database import db


@dataclass(frozen=True, slots=True)
class Learner:
    """What a lesson's pages need to know of a pupil."""

    id: int
    public_id: str
    school_id: int
    class_id: int
    band: str  # of the class's lessons, as the curriculum writes it: "y3-4"
    name: str
    boat: Boat
    comfort: Comfort
    is_together: bool  # at a parent's phone: the session is the parent's


def learner_of(pupil: Actor) -> Learner:
    """The pupil who is signed in."""
    return Learner(
        id=pupil.me,
        public_id=pupil.public_id,
        school_id=pupil.school_id,
        class_id=pupil.class_id or 0,
        band=pupil.band,
        name=pupil.name,
        boat=pupil.boat,
        comfort=pupil.comfort,
        is_together=False,
    )


def child_or_404(parent: Actor, public_id: str) -> Learner:
    """One of the parent's own children; once unlinked, no longer."""
    found = db.session.execute(
        pupils_for(parent)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .with_only_columns(Pupil, SchoolClass)
        .where(User.public_id == public_id)
    ).first()
    if found is None:
        abort(404)
    pupil, school_class = found
    return Learner(
        id=pupil.user_id,
        public_id=public_id,
        school_id=pupil.school_id,
        class_id=pupil.class_id,
        band=band_of_class(school_class.chosen_band, school_class.year_group),
        name=pupil.first_name,
        boat=Boat(pupil.boat_sail, pupil.boat_pattern),
        comfort=read_comfort(pupil.comfort),
        is_together=True,
    )
