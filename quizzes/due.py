"""What a pupil is asked again weeks later: form C of the objectives whose form B is two weeks old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from quizzes import catalogue
from quizzes.attempts import STANDINGS

#: From 14 days after form B (CURRICULUM.md 6.1: two to four weeks later).
REMEMBER_AFTER = timedelta(days=14)
#: At most this many at once, mixed.
MOST_AT_ONCE = 6


def due_objectives(connection: Any, pupil_id: int, at: datetime) -> list[str]:
    """The objectives to ask again, the longest waiting first. Takes a Connection or a Session."""
    rows = connection.execute(
        select(STANDINGS.c.objective)
        .where(
            STANDINGS.c.pupil_id == pupil_id,
            STANDINGS.c.b_at <= at - REMEMBER_AFTER,
            STANDINGS.c.c_safe.is_(None),
        )
        .order_by(STANDINGS.c.b_at, STANDINGS.c.objective)
    )
    return [row[0] for row in rows]


def due_items(connection: Any, pupil_id: int, at: datetime) -> list[str]:
    """The form C items of up to six due objectives, mixed so that neighbours come from different lessons."""
    bank = catalogue.load()
    by_lesson: dict[str, list[str]] = {}
    for objective in due_objectives(connection, pupil_id, at):
        items = bank.items_of(objective, "C")
        if items:
            by_lesson.setdefault(objective.rsplit(".", 1)[0], []).append(items[0].id)
    mixed: list[str] = []
    while by_lesson and len(mixed) < MOST_AT_ONCE:
        for lesson in list(by_lesson):
            mixed.append(by_lesson[lesson].pop(0))
            if not by_lesson[lesson]:
                del by_lesson[lesson]
    return mixed[:MOST_AT_ONCE]
