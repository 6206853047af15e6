"""How Alembic reaches the database: through the app, in one transaction, whichever database it is.

`flask db upgrade` brings a school's database up to date; `flask db migrate -m "..."` writes the next file in versions/.
"""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from database import Base, UtcDateTime, db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration stands alone: our own column type is written as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def leave_out_empty(_context: object, _revision: object, directives: list) -> None:
    """`flask db migrate` with nothing changed writes no file."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run(connection: Connection) -> None:
    arguments = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        process_revision_directives=leave_out_empty,
        render_item=render_item,
        # database.py begins SQLite's transactions itself, so they hold changes of tables too: all of it or nothing.
        transactional_ddl=True,
        **arguments,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.execution_options(write=True).connect() as connection:
        raw = connection.connection.dbapi_connection
        if is_sqlite:  # a table is changed by making it anew, which would pull its rows' children along
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
            if is_sqlite and raw.execute("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError("a row points to one that is gone: put the copy of the database back")
        finally:
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise SystemExit("migrations run on a database: `flask db upgrade`")
run_online()
