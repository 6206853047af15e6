"""Statements that are compiled once: the same answers as SQLAlchemy's own way, on either database."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select

from accounts.models import School, Throttle
from database import Kept, db, insert, writing
from tests.harness.statements import count_statements
from tests.harness.world import World

SCHOOLS = cast(Table, School.__table__)
THROTTLES = cast(Table, Throttle.__table__)


def test_a_row_comes_as_sqlalchemy_would_bring_it(world: World) -> None:
    home = world.home
    statement = select(
        SCHOOLS.c.name,
        SCHOOLS.c.is_demo,
        SCHOOLS.c.made_at,
        SCHOOLS.c.home_from,
        select(func.aggregate_strings(SCHOOLS.c.name, "\n")).scalar_subquery(),
    ).where(SCHOOLS.c.id == bindparam("school"), SCHOOLS.c.made_at <= bindparam("at"))
    kept, values = Kept(statement), {"school": home.id, "at": world.clock.now}
    with world.app.app_context(), db.engine.connect() as connection:
        plain = connection.execute(statement, values).first()
        assert plain is not None
        assert kept.first(connection, values) == tuple(plain)
        assert kept.first(connection, values) == ("Harbour Primary", False, world.clock.now, None, "Harbour Primary")
        assert kept.first(connection, {**values, "school": 0}) is None


def test_a_write_says_how_many_rows_and_is_undone_with_its_transaction(world: World) -> None:
    row: dict[str, Any] = {column.name: bindparam(column.name) for column in THROTTLES.c}
    values = {"kind": "test", "key": b"k" * 32, "count": 1, "since": world.clock.now, "rest_until": None}
    with world.app.app_context():
        kept = Kept(insert(THROTTLES).values(row).on_conflict_do_nothing(index_elements=["kind", "key"]))
        try:
            with writing() as connection:
                assert kept.write(connection, values) == 1
                raise InterruptedError
        except InterruptedError:
            pass
        with writing() as connection:
            assert kept.write(connection, values) == 1
            assert kept.write(connection, values) == 0
        with db.engine.connect() as connection:
            assert connection.execute(select(THROTTLES.c.since)).scalars().all() == [world.clock.now]


def test_whoever_counts_statements_hears_of_them(world: World) -> None:
    kept = Kept(select(SCHOOLS.c.id).where(SCHOOLS.c.id == bindparam("school")))
    with world.app.app_context(), count_statements(world.app) as said:
        with db.engine.connect() as connection:
            kept.first(connection, {"school": 1})
        with writing() as connection:
            kept.first(connection, {"school": 1})
    assert len(said) == 2
