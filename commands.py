"""Commands of the person who runs the installation: `flask school new`, `flask keys print`, `flask mail send`,
`flask standings rebuild`.

They make and mend; none of them can read what a child has told.
"""

from __future__ import annotations

import hashlib

import click
from flask import Flask, current_app, url_for
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

import ticking
from accounts.models import STAFF, Role, School, User
from accounts.outbox import send_waiting_mail
from accounts.people import INVITATION_LASTS, add_staff, invite, is_email_taken, make_school, note
from accounts.school_time import date_words
from accounts.secrets import grouped
from accounts.typed import is_email, one_line
from database import db, start_writing, writing
from demo import cli as demo_cli
from progress.digest import queue_digests
from quizzes import standings
from safeguarding.commands import concerns
from settings import Settings
from web import keys, now, settings

school = AppGroup("school", help="Make a real school, and list the schools.")
keys_group = AppGroup("keys", help="The installation's keys.")
mail_group = AppGroup("mail", help="Mail that waits to be sent.")
standings_group = AppGroup("standings", help="The running totals beside the answers.")


def register(app: Flask) -> None:
    for group in (school, keys_group, mail_group, standings_group, concerns, tick_now, demo_cli):
        app.cli.add_command(group)


@school.command("new")
@click.option("--name", prompt="The school's name", help="As parents know it: Harbour Primary.")
@click.option("--admin", prompt="Who runs the office", help="A name: Ms Bell.")
@click.option("--email", prompt="Their email", help="They sign in with it.")
def new_school(name: str, admin: str, email: str) -> None:
    """Make a real school, with one person who runs its office. It holds no pupils: they come from a class list."""
    name, admin, email = one_line(name, 120), one_line(admin, 60), one_line(email, 255)
    if not name or not admin:
        raise click.ClickException("Give the school a name, and name the person who runs its office.")
    if not is_email(email):
        raise click.ClickException(f"{email!r} is no email address: give one such as office@school.example")
    at, here = now(), settings()
    try:
        start_writing()
        if is_email_taken(email):
            raise click.ClickException(f"{email} has an account already: give another email.")
    except (OperationalError, ProgrammingError) as fault:
        raise click.ClickException("The database has no tables yet: run `flask db upgrade` first.") from fault
    made = make_school(name, at)
    user = add_staff(made.id, Role.ADMIN, admin, email, at)
    code = invite(keys(), user, at)
    note(made.id, None, "school-made", made.id, at)
    db.session.commit()
    click.echo(f"{name} is ready. {admin} opens the office like this, before {_last_day(made)}:")
    click.echo(f"  1. go to  {_address(here, 'staff.welcome')}")
    click.echo(f"  2. type   {grouped(code)}")
    click.echo("  3. choose a password, and set up the second factor on a phone")
    click.echo("Then: Office, to add staff; Classes, to bring in the class list. This code is not shown again.")
    if here.is_loopback:
        click.echo("That address opens on this machine alone: set SAFE_HARBOUR_ADDRESS to what the school will type.")


@school.command("list")
def list_schools() -> None:
    """Each school with its numbers of staff and pupils, and no names of anybody."""
    counts = {
        (row.school_id, row.role): row.people
        for row in db.session.execute(
            select(User.school_id, User.role, func.count().label("people"))
            .where(User.left_at.is_(None))
            .group_by(User.school_id, User.role)
        )
    }
    schools = db.session.scalars(select(School).order_by(School.id)).all()
    for one in schools:
        staff = sum(counts.get((one.id, role), 0) for role in STAFF)
        kind = "demo" if one.is_demo else "school"
        click.echo(
            f"{one.public_id}  {kind:6}  {staff:4} staff  {counts.get((one.id, Role.PUPIL), 0):5} pupils  {one.name}"
        )
    if not schools:
        click.echo("No school yet. Make one: flask school new")


@keys_group.command("print")
def print_keys() -> None:
    """The recovery sheet, for the safe: with it and a backup, everything can be had again."""
    here = settings()
    click.echo("SAFE HARBOUR: RECOVERY SHEET. Keep it in the safe, on paper, away from the backups.")
    click.echo(f"Printed {now():%d %B %Y} for {here.address}")
    click.echo("")
    if here.secret:
        click.echo("The keys of this installation are derived from SAFE_HARBOUR_SECRET. Write that down here:")
        click.echo("  ______________________________________________________________")
        click.echo(f"Check: {_check(keys().roots[1])}")
    else:
        for version, root in sorted(keys().roots.items()):
            click.echo(f"Key {version}, the file instance/keys/{version}.key (one line, without the spaces):")
            for start in (0, 32):
                click.echo("  " + grouped(root.hex()[start : start + 32]))
            click.echo(f"  Check: {_check(root)}")
    click.echo("")
    click.echo("To use it: put each key back into its file (or set SAFE_HARBOUR_SECRET), then start the server.")
    click.echo("Without it, what children have told can never be read again, sign-in cards must be printed again, and")
    click.echo("staff set up their phones again.")


@mail_group.command("send")
def send_mail() -> None:
    """Send the mail that is due, each once; what the mail server does not take waits, and is tried again later."""
    done, here = send_waiting_mail(now()), settings()
    click.echo(f"{done.sent} sent, {done.waiting} waiting, {done.void} void.")
    for problem, count in sorted(done.problems.items()):
        click.echo(f"  {count} waiting because of: {problem}")
    if done.failed:
        click.echo(f"  {done.failed} given up after three days: the office sees whose.")
    if done.sent and here.mail == "file":
        click.echo(f"Nothing left this machine: the mail is in {here.instance / 'mail'} (docs/settings.md).")


@mail_group.command("digest")
def write_digests() -> None:
    """Queue the weekly letters of last Friday for the parents who want one. Asked twice, it does it once."""
    click.echo(f"{queue_digests(now())} letters queued.")


@standings_group.command("rebuild")
def rebuild_standings() -> None:
    """Work the running totals out again from the answers, and say how many were different: there must be none."""
    with writing() as connection:
        differences = standings.rebuild(connection)
    click.echo(f"Rebuilt. {differences} of the kept totals differed from the answers.")
    if differences:
        raise click.ClickException("They are right now. Please tell the people who make Safe Harbour.")


@click.command("tick")
@with_appcontext
def tick_now() -> None:
    """What the clock makes due: concerns that nobody has opened, mail that waits. Each minute; `make run` does it."""
    done = ticking.tick(keys(), now())
    if not done.is_ours:
        click.echo("Another process is at it.")
    else:
        click.echo(f"{done.passed_on} passed on, {done.mails} mails sent.")


def _check(root: bytes) -> str:
    """Tells a mistyped key from a right one, and nothing about the key."""
    return grouped(hashlib.sha256(b"recovery-sheet:" + root).hexdigest()[:12])


def _address(here: Settings, endpoint: str) -> str:
    """An address as the school types it. A command has no request, so the path is asked of the URL map."""
    with current_app.test_request_context():
        return here.address + url_for(endpoint)


def _last_day(made: School) -> str:
    return date_words(made.made_at + INVITATION_LASTS, made.timezone)
