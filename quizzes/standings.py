"""Standings worked out again from the answers alone: the proof that the running totals are right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from quizzes.attempts import ANSWERS, ATTEMPTS, STANDINGS
from quizzes.engine import HELP, Outcome

_FACTS = (
    select(
        ATTEMPTS.c.pupil_id,
        ANSWERS.c.school_id,
        ANSWERS.c.objective,
        ANSWERS.c.form,
        ANSWERS.c.item,
        ANSWERS.c.version,
        ANSWERS.c.choice,
        ANSWERS.c.outcome,
        ANSWERS.c.misconception,
        ANSWERS.c.answered_at,
    )
    .join(ATTEMPTS, ATTEMPTS.c.id == ANSWERS.c.attempt_id)
    .where(ANSWERS.c.objective.is_not(None))
    .order_by(ANSWERS.c.id)
)


def work_out(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """Every standing, by pupil and objective, from the answers in the order in which they were stored."""
    standings: dict[tuple[int, str], dict[str, Any]] = {}
    for fact in connection.execute(_FACTS):
        key = (fact.pupil_id, fact.objective)
        standing = standings.setdefault(key, _blank(fact.pupil_id, fact.objective, fact.school_id))
        if fact.choice == HELP:
            standing["helps"] += 1
            continue
        form = fact.form.lower()
        if standing[f"{form}_safe"] is not None:
            continue  # only the first option chosen in a form counts (CURRICULUM.md 6.4)
        is_safe = fact.outcome == Outcome.SAFE
        standing[f"{form}_safe"] = is_safe
        if form != "a":
            standing[f"{form}_at"] = fact.answered_at
            standing["misconception"] = fact.misconception
            standing["wrong_choice"] = None if is_safe else f"{fact.item}@{fact.version}:{fact.choice}"
    return standings


def _blank(pupil_id: int, objective: str, school_id: int) -> dict[str, Any]:
    return {column.name: None for column in STANDINGS.columns} | {
        "pupil_id": pupil_id,
        "objective": objective,
        "school_id": school_id,
        "helps": 0,
    }


def kept(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """Every standing as it was kept while pupils answered."""
    rows = connection.execute(select(STANDINGS)).mappings()
    return {(row["pupil_id"], row["objective"]): dict(row) for row in rows}


def rebuild(connection: Connection) -> int:
    """Put every standing right; returns how many were not."""
    worked_out, before = work_out(connection), kept(connection)
    wrong = [key for key in worked_out.keys() | before.keys() if worked_out.get(key) != before.get(key)]
    for pupil_id, objective in wrong:
        connection.execute(
            delete(STANDINGS).where(STANDINGS.c.pupil_id == pupil_id, STANDINGS.c.objective == objective)
        )
        if (pupil_id, objective) in worked_out:
            connection.execute(STANDINGS.insert().values(**worked_out[(pupil_id, objective)]))
    return len(wrong)
