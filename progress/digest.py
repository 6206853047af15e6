"""The weekly letter to parents and carers who want one: that there is something to talk about, and where to read it.

It names no child, no lesson and no day, and it goes at the same hour every week: one that came when a lesson was done
would tell when that was (TRUST.md 2.1).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import Connection, exists, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Adult, FamilyLink, Mail, School, User
from accounts.outbox import DIGEST, queue
from accounts.school_time import last_turn, week_of
from database import db, writing
from quizzes.attempts import ATTEMPTS, LESSON
from web import address_of

#: Friday, after school, by the school's clock: in time for a weekend.
WEEKDAY, CLOCK = 4, time(15, 30)
#: What is older is no news: a server that was off for a term does not write about the term before.
OLDEST = timedelta(days=28)

SUBJECT = "Safe Harbour: something to talk about this week"
BODY = """\
Hello,

there is something new to talk about at home. It takes two minutes to read, after you have signed in:

  {address}

You get this at most once a week, because you asked for it.
"""


def queue_digests(at: datetime) -> int:
    """Letters of last Friday, for whoever has none of it yet; returns how many. May be asked at any time, and often.

    At most one for each parent and week, about lessons that were finished since the letter before.
    """
    with db.engine.connect() as connection:
        schools = connection.execute(select(School.id, School.timezone).order_by(School.id)).all()
        turns = {school.id: last_turn(at, school.timezone, WEEKDAY, CLOCK) for school in schools}
        zones = {school.id: school.timezone for school in schools}
        parents = {school_id: _who_gets_one(connection, school_id, turn) for school_id, turn in turns.items()}
    body = BODY.format(address=address_of("progress.children"))
    for school_id, wanting in parents.items():
        if wanting:
            week = week_of(turns[school_id], zones[school_id])
            with writing() as connection:
                for parent_id in wanting:
                    queue(
                        connection,
                        school_id=school_id,
                        user_id=parent_id,
                        kind=DIGEST,
                        key=f"{DIGEST}:{parent_id}:{week}",
                        subject=SUBJECT,
                        body=body,
                        at=at,
                        due_at=turns[school_id],
                    )
    return sum(len(wanting) for wanting in parents.values())


def _who_gets_one(connection: Connection, school_id: int, turn: datetime) -> list[int]:
    """Parents who want letters, and one of whose children has finished a lesson that no letter has told of. One whose
    last letter still waits to be sent gets no second: the first says it all."""
    parent, child = aliased(User), aliased(User)
    finished_at = ATTEMPTS.c.finished_at
    told = exists().where(
        Mail.user_id == FamilyLink.parent_id,
        Mail.kind == DIGEST,
        or_(Mail.due_at >= finished_at, Mail.try_after.is_not(None)),
    )
    return list(
        connection.scalars(
            select(FamilyLink.parent_id)
            .distinct()
            .join(Adult, Adult.user_id == FamilyLink.parent_id)
            .join(parent, parent.id == FamilyLink.parent_id)
            .join(child, child.id == FamilyLink.pupil_id)
            .join(ATTEMPTS, ATTEMPTS.c.pupil_id == FamilyLink.pupil_id)
            .where(
                FamilyLink.school_id == school_id,
                FamilyLink.ended_at.is_(None),
                parent.left_at.is_(None),
                child.left_at.is_(None),
                ATTEMPTS.c.school_id == school_id,
                ATTEMPTS.c.kind == LESSON,
                finished_at <= turn,
                finished_at > turn - OLDEST,
                finished_at > Adult.weekly_since,  # nothing is greater than "never"
                finished_at > FamilyLink.linked_at,
                ~told,
            )
            .order_by(FamilyLink.parent_id)
        )
    )
