"""Writes of a lesson: beginning it, one answer at a time, finishing it. The caller holds the transaction.

An answer is stored exactly once: attempt, item and number of the try are its identity, the first stored wins, and the
running totals are kept in the same transaction (DESIGN.md 5, 15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, case, func, select, update

from database import insert, new_public_id
from quizzes.engine import HELP, Outcome
from quizzes.models import Answer, Attempt, Standing
from quizzes.steps import Fact, Given

ANSWERS = cast(Table, Answer.__table__)
ATTEMPTS = cast(Table, Attempt.__table__)
STANDINGS = cast(Table, Standing.__table__)

LESSON = "lesson"
REMEMBER = "remember"


@dataclass(frozen=True, slots=True)
class Sailing:
    """An attempt as read with all that was answered in it."""

    id: int
    public_id: str
    school_id: int
    pupil_id: int
    kind: str
    lesson: str
    version: int
    items: tuple[str, ...]
    is_finished: bool
    answers: dict[str, list[Given]]


_READ = (
    select(
        ATTEMPTS.c.id,
        ATTEMPTS.c.public_id,
        ATTEMPTS.c.school_id,
        ATTEMPTS.c.pupil_id,
        ATTEMPTS.c.kind,
        ATTEMPTS.c.lesson,
        ATTEMPTS.c.version,
        ATTEMPTS.c["items"],
        ATTEMPTS.c.finished_at.is_not(None),
        ANSWERS.c.item,
        ANSWERS.c.number,
        ANSWERS.c.choice,
        ANSWERS.c.outcome,
    )
    .select_from(ATTEMPTS.outerjoin(ANSWERS, ANSWERS.c.attempt_id == ATTEMPTS.c.id))
    .where(ATTEMPTS.c.public_id == bindparam("attempt"), ATTEMPTS.c.pupil_id == bindparam("pupil"))
    .order_by(ANSWERS.c.number)
)


def read_attempt(connection: Any, public_id: str, pupil_id: int) -> Sailing | None:
    """This pupil's attempt with its answers, in one SELECT; None for another's. Takes a Connection or a Session."""
    rows = connection.execute(_READ, {"attempt": public_id, "pupil": pupil_id}).all()
    if not rows:
        return None
    answers: dict[str, list[Given]] = {}
    for row in rows:
        if row[9] is not None:
            answers.setdefault(row[9], []).append(Given(row[9], row[10], row[11], row[12]))
    first = rows[0]
    items = tuple(first[7].split("\n")) if first[7] else ()
    return Sailing(
        id=first[0],
        public_id=first[1],
        school_id=first[2],
        pupil_id=first[3],
        kind=first[4],
        lesson=first[5],
        version=first[6],
        items=items,
        is_finished=first[8],
        answers=answers,
    )


def begin(
    connection: Connection,
    *,
    school_id: int,
    pupil_id: int,
    class_id: int,
    kind: str,
    lesson: str,
    number: int,
    version: int,
    at: datetime,
    items: Sequence[str] = (),
) -> str:
    """Begin the pupil's go with this number and return its public id; begun twice, it is the same go."""
    connection.execute(
        insert(ATTEMPTS)
        .values(
            public_id=new_public_id(),
            school_id=school_id,
            pupil_id=pupil_id,
            class_id=class_id,
            kind=kind,
            lesson=lesson,
            number=number,
            version=version,
            items="\n".join(items),
            started_at=at,
            finished_at=None,
        )
        .on_conflict_do_nothing(index_elements=["pupil_id", "kind", "lesson", "number"])
    )
    public_id: str = connection.execute(
        select(ATTEMPTS.c.public_id).where(
            ATTEMPTS.c.pupil_id == pupil_id,
            ATTEMPTS.c.kind == kind,
            ATTEMPTS.c.lesson == lesson,
            ATTEMPTS.c.number == number,
        )
    ).scalar_one()
    return public_id


def record_answer(connection: Connection, attempt: Sailing, fact: Fact, version: int, at: datetime) -> bool:
    """Store one answer and what follows from it. False when it was stored before: the first one stands."""
    stored = connection.execute(
        _store_once(connection.dialect.name),
        {
            "school_id": attempt.school_id,
            "attempt_id": attempt.id,
            "item": fact.item,
            "number": fact.number,
            "form": fact.form,
            "objective": fact.objective,
            "version": version,
            "choice": fact.choice,
            "outcome": fact.outcome.value,
            "misconception": fact.misconception,
            "answered_at": at,
        },
    )
    if stored.rowcount != 1:
        return False
    if fact.objective is not None:
        connection.execute(
            standing_statement(connection.dialect.name, fact.form, fact.choice == HELP),
            standing_values(attempt.school_id, attempt.pupil_id, fact, version, at),
        )
    return True


def finish(connection: Connection, attempt_id: int, at: datetime) -> None:
    """Every step is done. The first moment stands."""
    connection.execute(
        update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id, ATTEMPTS.c.finished_at.is_(None)).values(finished_at=at)
    )


def standing_values(school_id: int, pupil_id: int, fact: Fact, version: int, at: datetime) -> dict[str, Any]:
    """The row that a first answer makes; `standing_statement` says what it does to one that is there."""
    values: dict[str, Any] = {
        "pupil_id": pupil_id,
        "objective": fact.objective,
        "school_id": school_id,
        "helps": 0,
    }
    if fact.choice == HELP:
        return values | {"helps": 1}
    form = fact.form.lower()
    is_safe = fact.outcome is Outcome.SAFE
    values[f"{form}_safe"] = is_safe
    if form != "a":
        values[f"{form}_at"] = at
        values["misconception"] = fact.misconception
        values["wrong_choice"] = None if is_safe else f"{fact.item}@{version}:{fact.choice}"
    return values


@cache
def _store_once(dialect: str) -> Any:
    """Made once for each database (`insert` asks which it is), because making it takes longer than running it.

    On PostgreSQL the key comes back by RETURNING, and SQLAlchemy then forgets the row count unless asked to keep it.
    """
    statement = insert(ANSWERS).on_conflict_do_nothing(index_elements=["attempt_id", "item", "number"])
    return statement.execution_options(preserve_rowcount=True)


@cache
def standing_statement(dialect: str, form: str, is_help: bool) -> Any:
    """INSERT a standing, or, where there is one, keep the first option ever chosen in this form. Kept, as above."""
    statement = insert(STANDINGS)
    fresh = statement.excluded
    if is_help:
        return statement.on_conflict_do_update(
            index_elements=["pupil_id", "objective"], set_={"helps": STANDINGS.c.helps + 1}
        )
    column = STANDINGS.c[f"{form.lower()}_safe"]
    changes: dict[str, Any] = {column.name: func.coalesce(column, fresh[column.name])}
    if form != "A":
        moment = STANDINGS.c[f"{form.lower()}_at"]
        changes[moment.name] = func.coalesce(moment, fresh[moment.name])
        for name in ("misconception", "wrong_choice"):
            changes[name] = case((column.is_(None), fresh[name]), else_=STANDINGS.c[name])
    return statement.on_conflict_do_update(index_elements=["pupil_id", "objective"], set_=changes)
