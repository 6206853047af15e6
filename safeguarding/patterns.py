"""Signals, not disclosures: what many in a class think, by topic, for the DSL. Never a child's name, and never a
child's answer made into a concern (DESIGN.md, evidence)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from accounts.models import Pupil, SchoolClass, User
from quizzes.attempts import STANDINGS

#: A pattern is what this share of those who answered, and no fewer than so many, chose. Below, it would be about
#: children and not about a class.
SHARE = 0.2
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """`count` of `of` pupils of a class who answered this objective chose this idea at their last first choice."""

    class_id: str  # the public one
    class_name: str
    objective: str
    misconception: str
    count: int
    of: int


def patterns(connection: Connection, school_id: int) -> list[Pattern]:
    """The patterns of a school, the largest share first: two statements, however many pupils and years."""
    mine = (
        select(STANDINGS.c.objective, STANDINGS.c.misconception, SchoolClass.name, SchoolClass.public_id)
        .join(Pupil, Pupil.user_id == STANDINGS.c.pupil_id)
        .join(User, User.id == Pupil.user_id)
        .join(SchoolClass, SchoolClass.id == Pupil.class_id)
        .where(Pupil.school_id == school_id, User.left_at.is_(None), STANDINGS.c.b_safe.is_not(None))
        .subquery()
    )
    here = (mine.c.name, mine.c.public_id, mine.c.objective)
    asked = {
        (row.public_id, row.objective): row.pupils
        for row in connection.execute(select(*here, func.count().label("pupils")).group_by(*here))
    }
    rows = connection.execute(
        select(*here, mine.c.misconception, func.count().label("pupils"))
        .where(mine.c.misconception.is_not(None))
        .group_by(*here, mine.c.misconception)
        .having(func.count() >= FEWEST)
    )
    found = [
        Pattern(
            row.public_id, row.name, row.objective, row.misconception, row.pupils, asked[row.public_id, row.objective]
        )
        for row in rows
    ]
    shown = [one for one in found if one.count / one.of >= SHARE]
    return sorted(shown, key=lambda one: (-one.count / one.of, one.class_name, one.misconception))
