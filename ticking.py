"""What the clock makes due, each minute: concerns that nobody has opened, weekly letters, mail (DESIGN.md 11).

`flask tick` for a timer of the system; `make run` has a thread that calls it. One at a time by a lease row; idempotent;
what is due is worked out from the clock, so that a missed minute loses nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import cast

from flask import Flask
from sqlalchemy import Connection, Table, update

from accounts.outbox import purge, send_waiting_mail
from database import db, insert, writing
from keys import Keys
from progress.digest import queue_digests
from safeguarding import escalation, mornings
from safeguarding.models import TickLease
from web import keys, now

#: Nobody else ticks for so long after one began: longer than a tick takes, shorter than anybody would miss.
LEASE = timedelta(minutes=3)
EVERY_SECONDS = 60
_LEASES = cast(Table, TickLease.__table__)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did. `is_ours` is False when another process is at it."""

    is_ours: bool
    passed_on: int = 0
    mails: int = 0


def tick(all_keys: Keys, at: datetime) -> Ticked:
    """Do what is due at this moment, each thing in a transaction of its own, so that one that fails undoes no other."""
    with writing() as connection:
        if not _take(connection, at):
            return Ticked(False)
    passed_on = pass_on_unopened(all_keys, at)
    remind_each_morning(at)
    if at.minute % 15 == 0:  # asks of every school; a quarter of an hour that is missed is made up for by the next
        queue_digests(at)
        with writing() as connection:
            purge(connection, at)
    mails = send_waiting_mail(at).sent
    with writing() as connection:
        connection.execute(update(_LEASES).where(_LEASES.c.name == "tick").values(until=at, done_at=at))
    return Ticked(True, passed_on, mails)


def pass_on_unopened(all_keys: Keys, at: datetime) -> int:
    """The clock's part in safeguarding; returns how many steps were taken."""
    with db.engine.connect() as connection:
        waiting = escalation.unopened(connection)
    taken = 0
    for one, hours in waiting:
        for whom in escalation.steps_due(one, hours, at):
            try:
                with writing() as connection:
                    taken += escalation.pass_on(connection, all_keys, one, whom, at)
            except Exception:  # one that cannot be passed on, such as without its key, must not keep the others waiting
                logging.getLogger(__name__).exception("a concern could not be passed on")
    return taken


def remind_each_morning(at: datetime) -> int:
    """Each school morning, once for each reader while anything has not been opened; returns how many were told."""
    with db.engine.connect() as connection:
        found = [(one, mornings.not_told(connection, one)) for one in mornings.mornings(connection, at)]
    told = 0
    for morning, readers in found:
        if readers:
            with writing() as connection:
                told += mornings.tell_again(connection, morning, readers, at)
    return told


def _take(connection: Connection, at: datetime) -> bool:
    """The lease, if nobody holds it."""
    connection.execute(
        insert(_LEASES).values(name="tick", until=at, done_at=None).on_conflict_do_nothing(index_elements=["name"])
    )
    taken = connection.execute(
        update(_LEASES).where(_LEASES.c.name == "tick", _LEASES.c.until <= at).values(until=at + LEASE)
    )
    return taken.rowcount == 1


def keep_ticking(app: Flask) -> Event:
    """A thread that ticks each minute as long as the process lives; setting the event ends it."""
    stop = Event()

    def run() -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                with app.app_context():
                    tick(keys(), now())
            except Exception:  # the next minute tries again, whatever it was
                logging.getLogger(__name__).exception("a tick failed")

    Thread(target=run, name="tick", daemon=True).start()
    return stop
