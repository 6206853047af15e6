"""Mail waits here until the mail server has it, and is sent once; what cannot be sent for three days is shown to the
office by name (DESIGN.md 11, TRUST.md 2.1).

Queued in the transaction of what it tells about. Sent later, each by itself: claimed, given to the mail server, marked.
A process that dies after the server's OK and before the mark leaves the claim to run out; the mail then goes again with
the same Message-ID, by which a mailbox knows it for the same. To whom, and whether still, is asked when it is sent.
Once it does not wait any more its text is gone; the row stays for a year, so that nothing is sent a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, and_, delete, exists, func, literal, or_, select, true, update

from accounts.models import Adult, FamilyLink, Mail, ResetLink, Role, User
from accounts.reset_links import reset_code
from accounts.secrets import grouped
from accounts.weekly_letter import stop_token
from database import db, insert, new_public_id, writing
from keys import Keys
from web import address_of, keys, settings

#: The weekly letter, which a parent may stop.
DIGEST = "digest"
#: A new password; its key is "reset:" and the link's `public_id`.
RESET = "reset"

#: How long nobody else takes up a mail that is being sent: longer than a slow mail server takes over one.
LEASE = timedelta(minutes=10)
#: One run stops then, so that whoever calls it each minute is not kept; the rest goes with the next.
LONGEST_RUN = timedelta(seconds=45)
MOST_AT_ONCE = 500
#: Minutes to wait after the first try, the second and so on; the last for all that follow.
DELAYS_MINUTES = (1, 5, 15, 60)
#: A mail is given up when it has been due for so long, and was tried so often: a machine that was off has not tried.
GIVEN_UP_AFTER = timedelta(days=3)
FEWEST_TRIES = 10
#: How long a row stays that waits no more: longer than anything asks for its key, over a long holiday too.
ROWS_KEPT = timedelta(days=366)
#: Whose mail could not be sent is shown for so long, or until a later one reaches them.
SHOWN_FOR = timedelta(days=30)
#: A mail that may not wait, such as the desk's, is shown after this many tries: twenty minutes.
URGENT_TRIES = 4

_MAILS = cast(Table, Mail.__table__)
#: What becomes of a row that waits no more: what it said is gone.
_NO_MORE: Mapping[str, Any] = {"try_after": None, "subject": "", "body": ""}


class Refused(Exception):
    """The mail server does not take mail for this address. Says why without naming it: "550"."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail as the mail server gets it."""

    to: str
    subject: str
    body: str
    headers: Mapping[str, str]  # Message-ID among them
    at: datetime


#: Gives one mail to the mail server, and comes back once it has it; else raises Refused, or anything else.
Deliver = Callable[[Outgoing], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What became of the mails that were due."""

    sent: int
    void: int
    failed: int = 0


def queue(
    connection: Connection,
    *,
    school_id: int,
    user_id: int,
    kind: str,
    key: str,
    subject: str,
    body: str,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """A mail to this user, once for each key in a school: a second one of the same key does nothing.

    Plain text, and no child's name in it: whoever sees the inbox may read it. The address is looked up when it is sent.
    Goes with the caller's transaction.
    """
    if not subject.isprintable():
        raise ValueError("a subject is one line of words")
    due = due_at or at
    connection.execute(
        insert(_MAILS)
        .values(
            public_id=new_public_id(),
            school_id=school_id,
            user_id=user_id,
            kind=kind,
            key=key,
            subject=subject,
            body=body,
            queued_at=at,
            due_at=due,
            try_after=due,
            tries=0,
            problem="",
        )
        .on_conflict_do_nothing(index_elements=["school_id", "key"])
    )


def void_waiting(connection: Connection, user_id: int, at: datetime) -> int:
    """Nothing that waits for this person is sent any more; returns how many waited."""
    ended = connection.execute(
        update(_MAILS)
        .where(_MAILS.c.user_id == user_id, _MAILS.c.try_after.is_not(None))
        .values(voided_at=at, **_NO_MORE)
    )
    return ended.rowcount


def waiting(connection: Connection) -> dict[str, int]:
    """How many mails wait, by what the last try said; "" for those that have not been tried."""
    rows = connection.execute(
        select(_MAILS.c.problem, func.count()).where(_MAILS.c.try_after.is_not(None)).group_by(_MAILS.c.problem)
    )
    return {row[0]: row[1] for row in rows}


def send_due(deliver: Deliver, at: datetime) -> int:
    """Send what is due, in order; returns how many went."""
    return run(deliver, at).sent


def run(deliver: Deliver, at: datetime) -> Run:
    """Send what is due, in order, each in a transaction of its own; one that fails is tried again later, the rest go.

    Two at once do not send the same mail: it is claimed first, for as long as LEASE.
    """
    began, sent, void, failed = monotonic(), 0, 0, 0
    for mail_id in _due(at):
        moment = at + timedelta(seconds=monotonic() - began)
        if moment - at > LONGEST_RUN:
            break
        claimed, is_void = _claim(mail_id, moment)
        void += is_void
        if claimed is not None:
            became = _try(deliver, claimed, moment)
            sent, failed = sent + (became == "sent"), failed + (became == "failed")
    return Run(sent, void, failed)


def _due(at: datetime) -> list[int]:
    with db.engine.connect() as connection:
        due = (
            select(_MAILS.c.id)
            .where(_MAILS.c.try_after <= at)
            .order_by(_MAILS.c.kind == DIGEST, _MAILS.c.due_at, _MAILS.c.id)  # what is urgent waits for no letter
            .limit(MOST_AT_ONCE)
        )
        return list(connection.scalars(due))


@dataclass(frozen=True, slots=True)
class Post:
    """What became of the mails that were due, and what waits now."""

    sent: int
    void: int
    waiting: int
    problems: Mapping[str, int]  # of those that wait: what the last try said, and how many
    failed: int = 0  # given up


def send_waiting_mail(at: datetime) -> Post:
    """All of it, with this installation's mail server: for `flask mail send`, and for whoever calls each minute."""
    done = Run(0, 0)
    if _due(at):
        from accounts.mail_server import MailServer  # here: most minutes have nothing to send

        with MailServer(settings()) as deliver:
            done = run(deliver, at)
    with db.engine.connect() as connection:
        left = waiting(connection)
    return Post(
        done.sent, done.void, sum(left.values()), {why: count for why, count in left.items() if why}, done.failed
    )


def delay_after(tries: int) -> timedelta:
    """How long to wait after this many tries, 1 upwards."""
    return timedelta(minutes=DELAYS_MINUTES[min(tries, len(DELAYS_MINUTES)) - 1])


def purge(connection: Connection, at: datetime) -> int:
    """Delete the rows that nothing asks for any more; returns how many."""
    ended = func.coalesce(_MAILS.c.sent_at, _MAILS.c.voided_at, _MAILS.c.failed_at)
    return connection.execute(delete(_MAILS).where(_MAILS.c.try_after.is_(None), ended < at - ROWS_KEPT)).rowcount


@dataclass(frozen=True, slots=True)
class Unsent:
    """A mail that could not be sent: what kind, and to whose account. Nothing of what it said."""

    kind: str
    name: str
    whose: str  # public id
    role: str
    is_refused: bool  # by the mail server, for this address; else the server itself cannot be reached
    failed_at: datetime | None  # empty: it is still tried


def unsent(connection: Connection, school_id: int, at: datetime, *, kind: str = "") -> list[Unsent]:
    """Each account of the school to which mail was given up in the last 30 days, and to which the desk's cannot be sent
    now, once for each kind; no more once a later one has reached it."""
    later = _MAILS.alias()
    got_later = exists().where(later.c.user_id == _MAILS.c.user_id, later.c.sent_at > _MAILS.c.queued_at)
    is_urgent = and_(
        _MAILS.c.try_after.is_not(None), _MAILS.c.tries >= URGENT_TRIES, _MAILS.c.kind.not_in((DIGEST, RESET))
    )
    rows = connection.execute(
        select(_MAILS.c.kind, _MAILS.c.problem, _MAILS.c.failed_at, User.name, User.public_id, User.role)
        .join(User, User.id == _MAILS.c.user_id)
        .where(
            _MAILS.c.school_id == school_id,
            or_(_MAILS.c.failed_at > at - SHOWN_FOR, is_urgent),
            User.left_at.is_(None),
            ~got_later,
            _MAILS.c.kind == kind if kind else true(),
        )
        .order_by(User.name, User.id, _MAILS.c.id.desc())
    )
    found: dict[tuple[str, str], Unsent] = {}
    for row in rows:
        one = Unsent(row.kind, row.name, row.public_id, row.role, row.problem.startswith("refused"), row.failed_at)
        found.setdefault((row.public_id, row.kind), one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Claimed:
    mail_id: int
    user_id: int
    tries: int  # with the one that is about to be made
    due_at: datetime
    mail: Outgoing


#: A mail that is still due, with what tells whether it may go: who it is for, and for a new password its link.
_ONE = (
    select(
        _MAILS,
        User.public_id.label("whose"),
        User.role,
        User.left_at,
        Adult.email,
        Adult.weekly_since,
        exists().where(FamilyLink.parent_id == User.id, FamilyLink.ended_at.is_(None)).label("has_child"),
        ResetLink.public_id.label("link"),
        ResetLink.key_version,
        and_(ResetLink.used_at.is_(None), ResetLink.voided_at.is_(None)).label("is_link_good"),
        ResetLink.expires_at,
    )
    .join(User, User.id == _MAILS.c.user_id)
    .outerjoin(Adult, Adult.user_id == User.id)
    .outerjoin(ResetLink, and_(_MAILS.c.kind == RESET, _MAILS.c.key == literal(f"{RESET}:") + ResetLink.public_id))
)


def _claim(mail_id: int, at: datetime) -> tuple[_Claimed | None, bool]:
    """The mail, if this process is the one to send it; and whether it has become void instead."""
    with writing() as connection:
        row = connection.execute(_ONE.where(_MAILS.c.id == mail_id, _MAILS.c.try_after <= at)).first()
        if row is None:
            return None, False
        mine = update(_MAILS).where(_MAILS.c.id == mail_id, _MAILS.c.try_after <= at)
        if not _may_go(row, at):
            ended = connection.execute(mine.values(voided_at=at, **_NO_MORE))
            return None, ended.rowcount == 1
        tries = row.tries + 1
        claimed = connection.execute(mine.values(try_after=at + LEASE, tries=tries))
        if claimed.rowcount != 1:
            return None, False
        return _Claimed(mail_id, row.user_id, tries, row.due_at, _written(keys(), row, at)), False


def _may_go(row: Row[Any], at: datetime) -> bool:
    """Not to who has left, was unlinked from every child, or wants no letters; nor with a link that opens nothing."""
    if row.email is None or row.left_at is not None:
        return False
    if row.role == Role.PARENT and not row.has_child:
        return False
    if row.kind == DIGEST:
        return row.weekly_since is not None
    return row.kind != RESET or (row.link is not None and row.is_link_good and at < row.expires_at)


def _written(all_keys: Keys, row: Row[Any], at: datetime) -> Outgoing:
    """The mail with what must not lie in the database: the way to a new password, and the way to stop the letters."""
    body, headers = row.body, {"Message-ID": f"<{row.public_id}@{settings().mail_domain}>"}
    if row.kind == RESET:
        code = reset_code(all_keys, row.link, row.key_version)
        body += (
            f"\n  {address_of('mail.renew')}#{code}\n"
            f"\nIf the page asks for a code, type: {grouped(code)}\n"
            "\nIf it was not you, there is nothing to do: your account is as it was.\n"
        )
    if row.kind == DIGEST:
        stop = address_of("mail.stop", token=stop_token(all_keys, row.whose))
        body += f"\nNo more of these letters: open this address. Where it shows a button, press it.\n\n  {stop}\n"
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Outgoing(row.email, row.subject, body, headers, at)


def _try(deliver: Deliver, claimed: _Claimed, at: datetime) -> str:
    """Give it to the mail server, then mark it: "sent"; else leave it waiting, longer each time, and give it up in the
    end: "failed"."""
    try:
        deliver(claimed.mail)
    except Exception as fault:  # whatever it was, the next mail is not to suffer from it
        is_refused = isinstance(fault, Refused)
        problem = f"refused {fault}" if is_refused else type(fault).__name__
        logging.getLogger(__name__).warning(
            "mail %d to user %d, try %d: %s", claimed.mail_id, claimed.user_id, claimed.tries, problem
        )
        is_over = claimed.tries >= FEWEST_TRIES and at - claimed.due_at >= GIVEN_UP_AFTER
        became = {"failed_at": at, **_NO_MORE} if is_over else {"try_after": at + delay_after(claimed.tries)}
        with writing() as connection:
            kept = connection.execute(
                update(_MAILS)
                .where(
                    _MAILS.c.id == claimed.mail_id,
                    _MAILS.c.tries == claimed.tries,  # else the claim ran out, and somebody else has it
                    _MAILS.c.try_after.is_not(None),
                )
                .values(problem=problem[:40], **became)
            )
        return "failed" if is_over and kept.rowcount else "waits"
    with writing() as connection:
        connection.execute(
            update(_MAILS).where(_MAILS.c.id == claimed.mail_id).values(sent_at=at, problem="", **_NO_MORE)
        )
    return "sent"
