"""`flask concerns verify`, `rebuild` and `check`: prove the chains, work the inbox out again, prove a transfer file.
None of them shows a word of what was told."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import Connection, Table, select

from accounts.models import School
from database import db, writing
from web import keys

from .chain import ENTRIES, READS, verify, verify_words
from .concerns import rebuild
from .transfer import NotWhole, check

concerns = AppGroup("concerns", help="What children have told: prove that nothing was changed. No command can read it.")


@concerns.command("verify")
@click.option("--head", "heads", multiple=True, help="A head printed earlier: the chain must still go through it.")
def verify_chains(heads: tuple[str, ...]) -> None:
    """Check every school's chains from the first row. Names the first bad one; ends with 1 if there is any."""
    is_whole, unseen = True, set(heads)
    with db.engine.connect() as connection:
        for school in connection.execute(select(School.id, School.public_id, School.name).order_by(School.id)):
            for table in (ENTRIES, READS):
                verdict = verify(connection, keys(), school.id, table)
                found = f"{school.public_id}  {table.name:16} {verdict.rows:6} rows"
                if verdict.bad is None and table is ENTRIES:
                    words = verify_words(connection, keys(), school.id)
                    if words is not None:
                        verdict = type(verdict)(table.name, verdict.rows, verdict.head, *words)
                if verdict.bad is not None:
                    is_whole = False
                    click.echo(f"{found}  BAD at {verdict.bad}: {verdict.why}")
                    continue
                unseen -= {head for head in unseen if _is_in(connection, table, school.id, head)}
                erased = f", {len(verdict.erased)} erased" if verdict.erased else ""
                click.echo(f"{found}  whole{erased}, head {verdict.head}")
    for head in sorted(unseen):
        is_whole = False
        click.echo(f"no chain goes through {head}: rows were cut off, or that head is of another installation")
    if not is_whole:
        raise SystemExit(1)


def _is_in(connection: Connection, table: Table, school_id: int, head: str) -> bool:
    try:
        wanted = bytes.fromhex(head)
    except ValueError:
        return False
    asked = select(table.c.place).where(table.c.school_id == school_id, table.c.hash == wanted)
    return connection.execute(asked).first() is not None


@concerns.command("rebuild")
def rebuild_desk() -> None:
    """Work the inbox's rows out again from the chains, and say how many were different: there must be none."""
    differences = 0
    for school_id in db.session.scalars(select(School.id)).all():
        with writing() as connection:
            differences += rebuild(connection, keys(), school_id)
    click.echo(f"Rebuilt. {differences} rows of the inbox differed from the chains.")
    if differences:
        raise click.ClickException("They are right now. Please tell the people who make Safe Harbour.")


@concerns.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Whether a transfer FILE of another school is as it was made."""
    try:
        record = check(file.read_bytes())
    except NotWhole as fault:
        raise click.ClickException(f"{file.name} is not whole: {fault}") from None
    click.echo(f"{file.name} is whole: {len(record['concerns'])} concerns, from {record['from_school']}.")
