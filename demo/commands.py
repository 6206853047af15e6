"""`flask demo build`, `show` and `code`: the demo school at the terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from accounts.models import Adult, School, User
from accounts.second_factor import code_at, unseal
from database import db, start_writing
from web import keys, now

cli = AppGroup("demo", help="The demo school: invented people to try Safe Harbour with.")


@cli.command("build")
def build() -> None:
    """Make the demo school. Does nothing when there is one."""
    from demo import build as building  # here, as below: a server that runs makes no demo, and this takes memory

    if db.session.scalar(select(School.id).where(School.is_demo)) is not None:
        click.echo("The demo school is there already.")
        return
    start_writing()
    building.build(keys(), now())
    click.echo("The demo school is ready.")


@cli.command("show")
def show() -> None:
    """Print how to sign in as each kind of person, and open the demo's class doors until the evening."""
    from demo.sheet import open_doors, sign_in_sheet

    start_writing()
    open_doors(now())
    db.session.commit()
    click.echo(sign_in_sheet(keys(), now()))


@cli.command("code")
@click.argument("email")
def code(email: str) -> None:
    """Print the second-factor code of a demo account, as its phone would show it."""
    row = db.session.execute(
        select(Adult.totp_secret, Adult.totp_key_version)
        .join(User, User.id == Adult.user_id)
        .join(School, School.id == User.school_id)
        .where(Adult.email == email.strip().casefold(), School.is_demo)
    ).first()
    if row is None or row.totp_secret is None:
        raise click.ClickException("There is no demo account with this email and a second factor.")
    click.echo(code_at(unseal(keys(), row.totp_secret, row.totp_key_version), now()))
