"""Whether this school's lifebuoy sends: switched on by the DSL, and open only while two of the team can read.

"Two of the team" are two people with the role DSL or deputy, who have not left, with a second factor (TRUST.md 2.1).
If that stops being so, the box is shut from that moment, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from accounts.models import Adult, Role, School, User
from database import db

from .models import HelpBox
from .school_hours import USUAL_HOURS, SchoolHours, holidays_of

DSL_TEAM = (Role.DSL, Role.DEPUTY)
FEWEST_READERS = 2


@dataclass(frozen=True, slots=True)
class Box:
    """The box of one school at one moment."""

    is_on: bool  # switched on
    readers: int  # of the DSL team, with a second factor
    hours: SchoolHours
    is_private: bool  # the line is encrypted, or never leaves this machine

    @property
    def is_open(self) -> bool:
        """Whether what a child sends now is kept and read."""
        return self.is_on and self.readers >= FEWEST_READERS and self.is_private

    @property
    def is_shut_by_itself(self) -> bool:
        """Switched on, and yet shut: somebody must be told."""
        return self.is_on and not self.is_open


#: Of the DSL team, with a second factor, not left; of the school that `bindparam("school")` names.
READERS = (
    select(func.count())
    .select_from(User)
    .join(Adult, and_(Adult.user_id == User.id, Adult.is_totp_on))
    .where(User.school_id == bindparam("school"), User.role.in_(DSL_TEAM), User.left_at.is_(None))
    .scalar_subquery()
)

_BOX = (
    select(
        School.timezone,
        HelpBox.is_on,
        HelpBox.opens,
        HelpBox.closes,
        HelpBox.holidays,
        READERS.label("readers"),
    )
    .select_from(School)
    .outerjoin(HelpBox, HelpBox.school_id == School.id)
    .where(School.id == bindparam("school"))
)


def read_box(school_id: int, *, is_private: bool) -> Box:
    """The box of this school: one statement. On a line that others can read along, nothing is told (DESIGN.md 11)."""
    row = db.session.execute(_BOX, {"school": school_id}).one()
    opens, closes = (row.opens, row.closes) if row.opens is not None else USUAL_HOURS
    hours = SchoolHours(row.timezone, opens, closes, holidays_of(row.holidays or ""))
    return Box(bool(row.is_on), row.readers, hours, is_private)


def set_box(school_id: int, at: datetime, *, is_on: bool, opens: int, closes: int, holidays: str) -> None:
    """Switch it, and say when the school is open. Whether it may be switched on is for the caller to ask of `Box`."""
    SchoolHours("UTC", opens, closes, holidays_of(holidays))  # refuses what makes no day
    box = db.session.get(HelpBox, school_id)
    if box is None:
        box = HelpBox(school_id=school_id)
        db.session.add(box)
    box.is_on, box.opens, box.closes, box.holidays, box.changed_at = is_on, opens, closes, holidays, at
