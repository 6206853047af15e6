"""The desk of the DSL team: the inbox, a search, and everything about one child in the order of time."""

from __future__ import annotations

from datetime import datetime

from flask import abort, render_template, request

from accounts.models import Role
from accounts.outbox import unsent
from accounts.policy import Action, needs
from accounts.school_time import clock_words
from accounts.sessions import Actor, signed_in
from database import reading
from web import keys, now

from . import glass
from .alerts import ALERT
from .blueprint import desk
from .box import DSL_TEAM
from .desk import PAGE, SEARCHED, SHELVES, Listed, Shelf, chronology, concerns_of_child, inbox, search
from .desk_door import keep_look, scope_of
from .models import Look
from .school_people import child_by_public_id
from .wording import (
    PRIORITIES,
    SHELF_NAMES,
    SOURCES,
    STATES,
    class_words,
    exact_words,
    reference,
    said_of,
    when_words,
)

LONGEST_SEARCH = 60


@desk.get("/")
@needs(Action.READ_CONCERNS)
def index() -> str:
    actor, shelf = signed_in(), _shelf(request.args.get("shelf", ""))
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    keep_look(actor, Look.LIST)
    return _inbox_page(actor, shelf, inbox(reading(), keys(), scope_of(actor), actor.timezone, shelf, page), page=page)


@desk.post("/")
@needs(Action.READ_CONCERNS)
def find_in() -> str:
    """A search, by POST: what is looked for is a child's name, and addresses are logged."""
    actor, shelf = signed_in(), _shelf(request.form.get("shelf", ""))
    words = " ".join(request.form.get("q", "").split())[:LONGEST_SEARCH]
    keep_look(actor, Look.LIST)
    if not words:
        return _inbox_page(actor, shelf, inbox(reading(), keys(), scope_of(actor), actor.timezone, shelf))
    listed, counts = search(reading(), keys(), scope_of(actor), shelf, words)
    found = Shelf(tuple((row,) for row in listed), len(listed), counts)
    return _inbox_page(actor, shelf, found, words=words)


@desk.get("/child/<pupil>")
@needs(Action.READ_CONCERNS)
def child(pupil: str) -> str:
    """All that is known about one child, in the order of time."""
    actor, at = signed_in(), now()
    found = child_by_public_id(reading(), actor.school_id, pupil)
    if found is None:
        abort(404)
    rows = concerns_of_child(reading(), keys(), scope_of(actor), actor.school_id, found.id)
    keep_look(actor, Look.OPEN, [row["concern"] for row in rows])
    return render_template(
        "safeguarding/child.html",
        child=found,
        where=class_words(found.class_name, found.year_group),
        concerns=[
            {
                "id": row["concern"],
                "reference": reference(row["number"]),
                "sent": when_words(row["sent_at"], at, actor.timezone),
                "state": STATES[row["state"]],
                "priority": row["priority"],
            }
            for row in rows
        ],
        lines=[
            {
                "at": exact_words(line.at, actor.timezone),
                "reference": reference(row["number"]),
                "concern": row["concern"],
                "author": line.author,
                "said": said_of(line.kind, line.content),
            }
            for row, line in chronology(reading(), keys(), actor.school_id, rows)
        ],
        priorities=PRIORITIES,
    )


def _shelf(asked: str) -> str:
    return asked if asked in SHELVES else "open"


def _inbox_page(actor: Actor, shelf: str, found: Shelf, *, page: int = 1, words: str = "") -> str:
    at, counts = now(), found.counts
    return render_template(
        "safeguarding/inbox.html",
        shelf=shelf,
        shelves=[(key, name, counts[key]) for key, name in SHELF_NAMES.items()],
        lines=[[_shown(each, at, actor.timezone) for each in line] for line in found.lines],
        unsent=_unsent_alerts(actor, at),
        glass=_glass_words(actor, at),
        priorities=PRIORITIES,
        words=words,
        is_cut=bool(words) and counts[shelf] > SEARCHED,
        searched=SEARCHED,
        page=page,
        pages=1 if words else max(1, -(-found.all_lines // PAGE)),
        first=(page - 1) * PAGE + 1,
        count=counts[shelf],
        all_lines=found.all_lines,
    )


def _glass_words(actor: Actor, at: datetime) -> str:
    """That the box is open to this head, or for the team that the head opened it of late; else empty."""
    if actor.role == Role.HEAD:
        until = glass.open_until(reading(), actor.school_id, actor.me, at)
        return f"The box is open to you until {clock_words(until, actor.timezone)}. The team was told." if until else ""
    opened = glass.opened_of_late(reading(), actor.school_id, at)
    if opened is None:
        return ""
    when, name = opened
    return f"{name} opened the box without the team: {exact_words(when, actor.timezone)}. “Who has looked” says why."


def _unsent_alerts(actor: Actor, at: datetime) -> list[tuple[str, bool]]:
    """To whom of the team the desk's mails could not be sent, and whether their address is refused. Of the head's only
    the head is told: they may be about what is the head's alone."""
    whose = DSL_TEAM if actor.role in DSL_TEAM else (*DSL_TEAM, Role.HEAD)
    found = unsent(reading(), actor.school_id, at, kind=ALERT)
    return [(one.name, one.is_refused) for one in found if one.role in whose]


def _shown(row: Listed, at: datetime, timezone: str) -> dict[str, object]:
    """A row of the inbox in words: whom it is about, and nothing of what was said."""
    steps = (("the deputies", row.deputies_at), ("the head", row.head_at), ("the office", row.office_at))
    passed = [f"{whom} told {when_words(moment, at, timezone)}" for whom, moment in steps if moment is not None]
    return {
        "id": row.concern,
        "reference": reference(row.number),
        "name": row.name,
        "where": class_words(row.class_name, row.year_group),
        "wants_talk": row.wants_talk,
        "priority": row.priority,
        "received": when_words(row.sent_at, at, timezone),
        "source": SOURCES.get(row.source, ""),
        "state": STATES[row.state],
        "is_unread": row.is_unread,
        "passed": passed[-1] if passed and row.is_unread else "",
    }
