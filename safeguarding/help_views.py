"""The lifebuoy: whom to tell at school, whom to ring, and, where the school's box is open, a form that tells.

A pupil, a member of staff and a parent each have a form of their own. Nothing here looks back: what was sent, and
whether anything was, is not to be read from any page of this module (TRUST.md 2.2, threat 4).
"""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from flask import redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from accounts.bands import BANDS
from accounts.models import Role
from accounts.policy import Action, lacks_second_factor, may, needs, open_to_all
from accounts.queries import safeguarding_lead
from accounts.sessions import Actor, signed_in, who
from database import reading, writing
from lessons import catalogue
from web import is_private_line, keys, now, wants_json

from . import places
from .blueprint import bp
from .box import Box, read_box
from .children import Child, children_for
from .concerns import LONGEST_WORDS, Told, tell
from .models import Source
from .school_hours import reads_next
from .sealing import help_token, public_box_key
from .telling import Sheet, read_sheet
from .word_back import hand_over

#: How long the page after Send may be reloaded and still say so.
SENT_FOR = timedelta(minutes=5)
NO_WORDS = "Write what you saw or heard. The child’s own words are best."
NO_CHILD = "Choose the child, or write who it is about."
ANOTHER_CHILD = "Choose a child of the list, or write who it is about."
TOO_LONG = (
    f"That is longer than can be sent at once. Make it shorter than {LONGEST_WORDS:,} letters; the rest can be told."
)

Page = str | Response | tuple[str, int]
Answer = Page | dict[str, str]


@bp.get("/help")
@open_to_all
def help() -> str:
    """Open to all: a child who cannot sign in may need it most. The words follow the band of the child's class."""
    return _page(Sheet(id=new_form(), came=_came()), says_word_back=_is_looked_at())


@bp.post("/help/send")
@needs(Action.TELL)
def send() -> Answer:
    """Keep what is told, once for each form. "It's sent" is said by the page that follows, after the commit."""
    sheet = read_sheet(request.form)
    try:
        return _keep(signed_in(), sheet, now())
    except Exception as fault:  # whatever it was: whoever tells must not believe that somebody has it
        logging.getLogger(__name__).error("a form of the lifebuoy could not be kept: %s", type(fault).__name__)
        return _not_sent(sheet)


def _keep(actor: Actor, sheet: Sheet, at: datetime) -> Answer:
    children = [] if actor.is_pupil else children_for(actor)
    problems = _problems(actor, sheet, children)
    if problems:
        return _page(sheet, problems=problems), 422
    if not _may_send(actor, _box(actor)):
        return _not_sent(sheet)
    told = _told_by_pupil(actor, sheet) if actor.is_pupil else _told_by_grown_up(actor, sheet, children)
    with writing() as connection:
        tell(connection, keys(), actor.school_id, told, sheet.identity, at)
    where = url_for(".sent", k=_mark(actor, at), came=places.inside(sheet.came) or None)
    return {"next": where} if wants_json() else redirect(where, 303)


@bp.get("/help/sent")
@open_to_all
def sent() -> str:
    """The same for everybody who has just pressed Send; and the same for everybody else, to whom it says nothing."""
    actor, at = who(), now()
    given = request.args.get("k", "")
    is_just_sent = actor is not None and any(
        hmac.compare_digest(_mark(actor, moment).encode(), given.encode()) for moment in (at, at - SENT_FOR)
    )
    return render_template(
        "safeguarding/sent_adult.html" if _is_grown_up(actor) else "safeguarding/sent.html",
        is_just_sent=is_just_sent,
        **_said(actor, at, places.inside(request.args.get("came", ""))),
    )


@bp.errorhandler(401)
@bp.errorhandler(CSRFError)
def not_kept(error: HTTPException) -> Answer:
    """The session was over, or its page too old. What was written must not vanish behind a door or an old page."""
    status = error.code or 400
    if wants_json() or request.endpoint != f"{bp.name}.send":
        return {"status": str(status)}, status  # type: ignore[return-value]  # a script asks: it needs the status alone
    return _not_sent(read_sheet(request.form), status)


def new_form() -> str:
    return secrets.token_hex(16)


# Pages


def _page(sheet: Sheet, *, problems: dict[str, str] | None = None, says_word_back: bool = False) -> str:
    actor, at = who(), now()
    box = _box(actor)
    can_send = _may_send(actor, box)
    shared = {"sheet": sheet, "problems": problems or {}, "can_send": can_send}
    said = _said(actor, at, places.inside(sheet.came), box)
    if _is_grown_up(actor):
        assert actor is not None
        children = children_for(actor) if can_send else []
        return render_template("safeguarding/help_adult.html", children=children, **shared, **said)
    outbox = {}
    if actor is not None and can_send:
        outbox = {
            "key": public_box_key(keys(), actor.school_public_id),
            "school": actor.school_public_id,
            "token": help_token(keys(), actor.school_id, actor.me, actor.how),
        }
    has_word = says_word_back and actor is not None and actor.is_pupil and hand_over(reading(), keys(), actor, at)
    return render_template(
        "safeguarding/help.html", has_word=has_word, outbox=outbox, is_filled_in=bool(problems), **shared, **said
    )


def _not_sent(sheet: Sheet, status: int = 503) -> tuple[str, int]:
    """Nobody has it: whom to tell now, in large type, with the words still in the form."""
    actor = who()
    is_grown_up = _is_grown_up(actor) or (actor is None and "about_words" in request.form)
    page = "safeguarding/not_sent_adult.html" if is_grown_up else "safeguarding/not_sent.html"
    sheet = replace(sheet, id=sheet.id or new_form())
    said = _said(actor, now(), places.inside(sheet.came))
    can_try = status == 503 and said["is_open"]  # not where somebody else may be signed in by now
    return render_template(page, sheet=sheet, can_try=can_try, **said), status


def _said(actor: Actor | None, at: datetime, came: str, box: Box | None = None) -> dict[str, object]:
    """What is said always, before and after, and not to be edited by a school: who reads it and when they next do."""
    facts = catalogue.load().facts
    lead = ""
    if actor is not None:
        facts = facts.with_local(dict(actor.local_facts))
        lead = facts.by_id["safeguarding-lead"].value or safeguarding_lead(actor.school_id)
        box = box or _box(actor)
    if came:
        back = came
    elif actor is not None and actor.is_pupil:
        back = url_for("progress.chart")
    else:
        back = _home(actor)
    return {
        "band": BANDS.get(actor.band if actor is not None else "", "y34"),
        "facts": facts,
        "lead": lead,
        "next": reads_next(box.hours, at) if box is not None else "",
        "is_open": box is not None and box.is_open,
        "came": came,
        "back_to": back,
        "is_lesson": places.is_lesson(came),
        "home": _home(actor),
    }


def _home(actor: Actor | None) -> str:
    """Where "Hide this page" goes: the page that this person would see anyway."""
    if actor is None or actor.user_id is None:
        return url_for("front.landing")
    if actor.is_pupil:
        return url_for("progress.chart")
    return url_for("progress.children" if actor.role == Role.PARENT else "classes.index")


def _is_grown_up(actor: Actor | None) -> bool:
    return actor is not None and actor.user_id is not None and not actor.is_pupil


def _is_looked_at() -> bool:
    """A browser that only fetches ahead, or asks for the head of the page, shows nobody a word."""
    return request.method == "GET" and "Sec-Purpose" not in request.headers


def _came() -> str:
    """The page before, if it is one of ours; from the page after Send, the one before that."""
    came = request.referrer or ""
    if not came.startswith(request.host_url):
        return ""
    page = urlsplit(came)
    if page.path == url_for(".sent"):
        return places.inside(parse_qs(page.query).get("came", [""])[0])
    return places.inside(page.path)


# The box


def _box(actor: Actor | None) -> Box | None:
    return read_box(actor.school_id, is_private=is_private_line()) if actor is not None else None


def _may_send(actor: Actor | None, box: Box | None) -> bool:
    """Whether what this person sends now is kept and read."""
    return (
        actor is not None
        and actor.user_id is not None
        and may(actor, Action.TELL)
        and not lacks_second_factor(actor)
        and box is not None
        and box.is_open
    )


def _mark(actor: Actor, at: datetime) -> str:
    """Told to the page that follows Send: good for this session, for a few minutes."""
    slot = int(at.timestamp() // SENT_FOR.total_seconds())
    return keys().mac("help-sent", f"{actor.sign_in_id}:{slot}")[:12].hex()


# What is told


def _problems(actor: Actor, sheet: Sheet, children: list[Child]) -> dict[str, str]:
    """By field. A pupil may send an empty form: it is a call for help too."""
    problems = {"words": TOO_LONG} if sheet.is_too_long else {}
    if actor.is_pupil:
        return problems
    if not sheet.words:
        problems["words"] = NO_WORDS
    if not sheet.about and not sheet.about_words:
        problems["about"] = NO_CHILD
    elif sheet.about and _chosen(sheet, children) is None:
        problems["about"] = ANOTHER_CHILD
    return problems


def _chosen(sheet: Sheet, children: list[Child]) -> Child | None:
    return next((child for child in children if child.public_id == sheet.about), None)


def _told_by_pupil(actor: Actor, sheet: Sheet) -> Told:
    return Told(
        source=Source.PUPIL,
        from_id=actor.me,
        from_name=actor.name,
        from_role=actor.role,
        words=sheet.words,
        feeling=sheet.feeling,
        wants=sheet.wants,
        wants_talk=sheet.wants_talk,
        about_id=actor.me,
        about_name=actor.name,
        class_name=actor.class_name,
        year_group=actor.year_group,
        where=_where(actor, sheet),
        how=actor.how,
        is_for_head=sheet.is_for_head,
    )


def _told_by_grown_up(actor: Actor, sheet: Sheet, children: list[Child]) -> Told:
    child = _chosen(sheet, children)
    return Told(
        source=Source.FAMILY if actor.role == Role.PARENT else Source.STAFF,
        from_id=actor.me,
        from_name=actor.name,
        from_role=actor.role,
        words=sheet.words,
        about_id=child.id if child is not None else None,
        about_name=child.name if child is not None else sheet.about_words,
        class_name=child.class_name if child is not None else "",
        year_group=child.year_group if child is not None else None,
        where=_where(actor, sheet),
        how=actor.how,
        is_for_head=sheet.is_for_head,
    )


def _where(actor: Actor, sheet: Sheet) -> str:
    path = places.inside(sheet.came.removeprefix(request.script_root))
    return places.in_words(reading(), actor.me if actor.is_pupil else None, path)
