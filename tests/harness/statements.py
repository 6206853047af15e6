"""How many SQL statements a request costs. BEGIN, COMMIT and SAVEPOINT are not counted (STYLE)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from database import db

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


class Statements(list[str]):
    """The statements in order; `len()` is how many."""

    def __str__(self) -> str:
        return "\n".join(f"{number}. {' '.join(said.split())}" for number, said in enumerate(self, 1))


@contextmanager
def count_statements(app: Flask) -> Iterator[Statements]:
    """with count_statements(app) as said: ...; assert len(said) <= 5, said"""
    said = Statements()

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)
