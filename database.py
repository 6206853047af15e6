"""The database: one `db`, the column types every room uses, and how this app reads and writes.

Imports nothing of ours, so that every room may import it. Embedded SQLite and PostgreSQL run the same code.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from flask import g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.schema import Table
from sqlalchemy.types import TypeDecorator

from group_commit import GroupCommit


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite forgets time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must say its time zone: use datetime.now(UTC)")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    #: Names for every constraint, so that a migration can drop one on either database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

#: SQLite numbers rows by itself only for plain INTEGER keys.
Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]

#: No vowels: an id is never a word, on which a school's filter could trip or a child stare.
PUBLIC_ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_public_id() -> str:
    """Twelve random characters that name a row in an address: 57 bits, not to be guessed or counted."""
    return "".join(secrets.choice(PUBLIC_ID_LETTERS) for _ in range(12))


PublicId = Annotated[str, mapped_column(String(12), unique=True, default=new_public_id)]


def set_up_sqlite(engine: Engine) -> None:
    """One writer, no lost write: WAL, a sync for every commit, and writers that queue before they read.

    A transaction that has read and then wants to write fails at once under load, so a writing one begins IMMEDIATE.
    """

    @event.listens_for(engine, "connect")
    def connect(raw: DBAPIConnection, _record: object) -> None:
        raw.isolation_level = None  # we issue BEGIN ourselves
        cursor = raw.cursor()
        pragmas = (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "cache_size=-400",
            "temp_store=MEMORY",
        )
        for pragma in pragmas:  # the cache: 0.4 MB for each of a dozen connections; the rest is the system's
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if "read" not in options:
            raw: Any = connection.connection.driver_connection  # a tenth of the time that exec_driver_sql() takes
            raw.execute("BEGIN IMMEDIATE" if "write" in options else "BEGIN")


def reading() -> Connection:
    """This request's connection for reads in Core: who is asking, and where a pupil is. Opened at the first, shut with
    the request. An answer needs no `db.session`, which costs more to open than such a read takes; nor a transaction:
    SQLite makes one for each SELECT."""
    if "reader" not in g:
        g.reader = _reader(db.engine).connect()
    found: Connection = g.reader
    return found


@lru_cache(maxsize=16)
def _reader(engine: Engine) -> Engine:
    """The same engine and pool, for single SELECTs. Made once: making it costs as much as an INSERT."""
    return engine.execution_options(read=True)


def stop_reading(_fault: BaseException | None) -> None:
    """For `app.teardown_appcontext`."""
    reader: Connection | None = g.pop("reader", None)
    if reader is not None:
        reader.close()


@contextmanager
def writing() -> Iterator[Connection]:
    """A connection and transaction of its own, committed on leaving: the path of an answer.

    SQLite lets one writer in: there, those who wait share one transaction and one sync.
    """
    with _writer(db.engine) as connection:
        yield connection


def _writer(engine: Engine) -> AbstractContextManager[Connection]:
    return engine.begin() if engine.dialect.name != "sqlite" else _together(engine).join()


@lru_cache(maxsize=16)
def _together(engine: Engine) -> GroupCommit:
    """One for each engine, with the same pool, for transactions that write."""
    return GroupCommit(engine.execution_options(write=True))


class Kept:
    """A statement that is compiled once for each kind of database and run by the driver's own cursor.

    For the few that a whole class sends at one bell, an answer above all: SQLAlchemy writes the SQL, holds the
    connection and its transaction and knows the types; its work for each single execution, which is a quarter of the
    time that an answer takes, is left out. Whatever is not named by `bindparam` is part of the statement.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._made: dict[str, _Compiled] = {}

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        made, cursor = self._execute(connection, values)
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        found = list(row)
        for place, read in made.reads:
            found[place] = read(found[place])
        return tuple(found)

    def write(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Inside `writing()`; returns how many rows were written."""
        _, cursor = self._execute(connection, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _compile(self._statement, dialect)
        given: Any = {**made.fixed, **values}
        for name, write in made.writes:
            given[name] = write(given[name])
        if made.order is not None:
            given = [given[name] for name in made.order]
        cursor: Any = connection.connection.cursor()
        for hear in connection.engine.dispatch.before_cursor_execute:  # who counts statements hears of these too
            hear(connection, cursor, made.sql, given, None, False)
        cursor.execute(made.sql, given)
        return made, cursor


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    order: tuple[str, ...] | None  # of the parameters, where the driver counts instead of naming them
    fixed: dict[str, Any]  # parameters whose value is part of the statement
    writes: tuple[tuple[str, Any], ...]  # parameters that the driver wants in a form of its own
    reads: tuple[tuple[int, Any], ...]  # columns that come in one


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    made: Any = statement.compile(dialect=dialect)
    asked = {name for name, bind in made.binds.items() if bind.required}
    if made.literal_execute_params:  # such as a separator, which stands in the SQL itself
        whole = statement.params(dict.fromkeys(asked))
        made = whole.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    order = tuple(made.positiontup) if made.positional else None
    names = set(made.bind_names.values()) if order is None else set(order)
    forms = {name: made.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    columns = [column.type.dialect_impl(dialect) for column in made._result_columns]
    reads = [(place, column.result_processor(dialect, None)) for place, column in enumerate(columns)]
    return _Compiled(
        sql=str(made),
        order=order,
        fixed={name: made.binds[name].effective_value for name in names - asked},
        writes=tuple((name, form) for name, form in forms.items() if form is not None),
        reads=tuple((place, read) for place, read in reads if read is not None),
    )


def start_writing() -> None:
    """Call before `db.session` writes. Ends the reading transaction and begins one that may write."""
    db.session.commit()  # not rollback(), which would expire every row already read
    db.session.connection(execution_options={"write": True})


def insert(table: Table | type[Any]) -> Any:
    """This database's own INSERT, for `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(table)
