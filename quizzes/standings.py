"""Standings worked out again from the answers alone: the proof that the running totals are right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from quizzes.attempts import ANSWERS, ATTEMPTS, PLAYS, STANDINGS
from quizzes.engine import HELP, Outcome
from quizzes.steps import PLAYED_FORM

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
        ANSWERS.c.is_home,
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
            standing["is_home"] = standing["is_home"] or fact.is_home
            standing["misconception"] = fact.misconception
            standing["wrong_choice"] = None if is_safe else f"{fact.item}@{fact.version}:{fact.choice}"
    return standings


def _blank(pupil_id: int, objective: str, school_id: int) -> dict[str, Any]:
    return {column.name: None for column in STANDINGS.columns} | {
        "pupil_id": pupil_id,
        "objective": objective,
        "school_id": school_id,
        "helps": 0,
        "is_home": False,
    }


_PLAYED = (
    select(
        ATTEMPTS.c.pupil_id,
        ATTEMPTS.c.lesson,
        ANSWERS.c.school_id,
        ANSWERS.c.choice,
        ANSWERS.c.is_home,
        ANSWERS.c.answered_at,
    )
    .join(ATTEMPTS, ATTEMPTS.c.id == ANSWERS.c.attempt_id)
    .where(ANSWERS.c.form == PLAYED_FORM)
    .order_by(ANSWERS.c.id)
)


def work_out_played(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """How each pupil last ended each pretend app, by pupil and lesson."""
    return {
        (row.pupil_id, row.lesson): {
            "pupil_id": row.pupil_id,
            "lesson": row.lesson,
            "school_id": row.school_id,
            "steps": row.choice,
            "is_home": row.is_home,
            "played_at": row.answered_at,
        }
        for row in connection.execute(_PLAYED)
    }


def kept_played(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    rows = connection.execute(select(PLAYS)).mappings()
    return {(row["pupil_id"], row["lesson"]): dict(row) for row in rows}


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
    return len(wrong) + _rebuild_played(connection)


def _rebuild_played(connection: Connection) -> int:
    worked_out, before = work_out_played(connection), kept_played(connection)
    wrong = [key for key in worked_out.keys() | before.keys() if worked_out.get(key) != before.get(key)]
    for pupil_id, lesson in wrong:
        connection.execute(delete(PLAYS).where(PLAYS.c.pupil_id == pupil_id, PLAYS.c.lesson == lesson))
        if (pupil_id, lesson) in worked_out:
            connection.execute(PLAYS.insert().values(**worked_out[(pupil_id, lesson)]))
    return len(wrong)
