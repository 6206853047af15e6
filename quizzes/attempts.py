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

from sqlalchemy import Connection, String, Table, bindparam, case, func, select, update
from sqlalchemy import cast as sql_cast

from database import Kept, insert, new_public_id
from quizzes.engine import HELP, Outcome
from quizzes.models import Answer, Attempt, Played, Standing
from quizzes.steps import PLAYED_FORM, Fact, Given

ANSWERS = cast(Table, Answer.__table__)
ATTEMPTS = cast(Table, Attempt.__table__)
STANDINGS = cast(Table, Standing.__table__)
PLAYS = cast(Table, Played.__table__)

LESSON = "lesson"
REMEMBER = "remember"
PRACTISE = "practise"  # the pretend app of a lesson, once more


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
    is_home: bool  # what is answered now is home evidence


#: Between the parts of an answer, and between answers, where all answers of an attempt come as one text. None of them
#: holds such a sign: items, choices and outcomes are short keys.
_PART, _ANSWER = "|", "\n"
_TOLD = func.aggregate_strings(
    ANSWERS.c.item + _PART + sql_cast(ANSWERS.c.number, String) + _PART + ANSWERS.c.choice + _PART + ANSWERS.c.outcome,
    _ANSWER,
)
#: One row, however much was answered: SQLite's driver lets go of the interpreter for each row, and where a class
#: answers at once, each row would wait its turn again.
_READ = Kept(
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
        select(_TOLD).where(ANSWERS.c.attempt_id == ATTEMPTS.c.id).scalar_subquery(),
        ATTEMPTS.c.is_home,
    ).where(ATTEMPTS.c.public_id == bindparam("attempt"), ATTEMPTS.c.pupil_id == bindparam("pupil"))
)


def read_attempt(connection: Connection, public_id: str, pupil_id: int) -> Sailing | None:
    """This pupil's attempt with its answers, in one SELECT; None for another's."""
    row = _READ.first(connection, {"attempt": public_id, "pupil": pupil_id})
    if row is None:
        return None
    return Sailing(
        id=row[0],
        public_id=row[1],
        school_id=row[2],
        pupil_id=row[3],
        kind=row[4],
        lesson=row[5],
        version=row[6],
        items=tuple(row[7].split("\n")) if row[7] else (),
        is_finished=row[8],
        answers=_answers_in(row[9] or ""),
        is_home=row[10],
    )


def _answers_in(told: str) -> dict[str, list[Given]]:
    """By item, each item's tries in order."""
    answers: dict[str, list[Given]] = {}
    for one in told.split(_ANSWER) if told else ():
        item, number, choice, outcome = one.split(_PART)
        answers.setdefault(item, []).append(Given(item, int(number), choice, outcome))
    for tries in answers.values():
        if len(tries) > 1:
            tries.sort(key=lambda given: given.number)
    return answers


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
    is_home: bool = False,
) -> str:
    """Begin the pupil's go with this number and return its public id; begun twice, it is the same go. One that is gone
    on with at home is home evidence from then on."""
    row = insert(ATTEMPTS).values(
        public_id=new_public_id(),
        school_id=school_id,
        pupil_id=pupil_id,
        class_id=class_id,
        kind=kind,
        lesson=lesson,
        number=number,
        version=version,
        items="\n".join(items),
        is_home=is_home,
        started_at=at,
        finished_at=None,
    )
    key = ["pupil_id", "kind", "lesson", "number"]
    if is_home:
        row = row.on_conflict_do_update(
            index_elements=key, set_={"is_home": True}, where=ATTEMPTS.c.finished_at.is_(None)
        )
    else:
        row = row.on_conflict_do_nothing(index_elements=key)
    connection.execute(row)
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
    stored = _store_once(connection.dialect.name).write(
        connection,
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
            "is_home": attempt.is_home,
            "answered_at": at,
        },
    )
    if stored != 1:
        return False
    if fact.objective is not None:
        standing_statement(connection.dialect.name, fact.form, fact.choice == HELP).write(
            connection, standing_values(attempt.school_id, attempt.pupil_id, fact, version, at, attempt.is_home)
        )
    if fact.form == PLAYED_FORM:
        _keep_played(connection.dialect.name).write(
            connection,
            {
                "pupil_id": attempt.pupil_id,
                "lesson": attempt.lesson,
                "school_id": attempt.school_id,
                "steps": fact.choice,
                "is_home": attempt.is_home,
                "played_at": at,
            },
        )
    return True


def finish(connection: Connection, attempt_id: int, at: datetime) -> None:
    """Every step is done. The first moment stands."""
    connection.execute(
        update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id, ATTEMPTS.c.finished_at.is_(None)).values(finished_at=at)
    )


def standing_values(
    school_id: int, pupil_id: int, fact: Fact, version: int, at: datetime, is_home: bool
) -> dict[str, Any]:
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
        values["is_home"] = is_home
        values["misconception"] = fact.misconception
        values["wrong_choice"] = None if is_safe else f"{fact.item}@{version}:{fact.choice}"
    return values


@cache
def _store_once(dialect: str) -> Kept:
    """For each kind of database its own: `insert` asks which it is."""
    row: dict[str, Any] = {column.name: bindparam(column.name) for column in ANSWERS.c if column.name != "id"}
    statement = insert(ANSWERS).values(row).inline()  # the new row's id is nobody's business
    return Kept(statement.on_conflict_do_nothing(index_elements=["attempt_id", "item", "number"]))


@cache
def _keep_played(dialect: str) -> Kept:
    """The last go stands."""
    statement = insert(PLAYS).values({column.name: bindparam(column.name) for column in PLAYS.c}).inline()
    last = {name: statement.excluded[name] for name in ("steps", "is_home", "played_at")}
    return Kept(statement.on_conflict_do_update(index_elements=["pupil_id", "lesson"], set_=last))


@cache
def standing_statement(dialect: str, form: str, is_help: bool) -> Kept:
    """INSERT a standing, or, where there is one, keep the first option ever chosen in this form."""
    names = ["pupil_id", "objective", "school_id", "helps"]
    if not is_help:
        names.append(f"{form.lower()}_safe")
        names += [] if form == "A" else [f"{form.lower()}_at", "is_home", "misconception", "wrong_choice"]
    statement = insert(STANDINGS).values({name: bindparam(name) for name in names}).inline()
    fresh = statement.excluded
    key = ["pupil_id", "objective"]
    if is_help:
        return Kept(statement.on_conflict_do_update(index_elements=key, set_={"helps": STANDINGS.c.helps + 1}))
    column = STANDINGS.c[f"{form.lower()}_safe"]
    changes: dict[str, Any] = {column.name: func.coalesce(column, fresh[column.name])}
    if form != "A":
        moment = STANDINGS.c[f"{form.lower()}_at"]
        changes[moment.name] = func.coalesce(moment, fresh[moment.name])
        for name in ("misconception", "wrong_choice"):
            changes[name] = case((column.is_(None), fresh[name]), else_=STANDINGS.c[name])
        here = STANDINGS.c.is_home
        changes["is_home"] = case((column.is_(None), here | fresh["is_home"]), else_=here)
    return Kept(statement.on_conflict_do_update(index_elements=key, set_=changes))
