"""When there is no network: the help page that a browser keeps, and the outbox that it hands over (TRUST.md 2.1)."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from accounts.models import School
from accounts.policy import Action, needs, open_to_all
from accounts.sessions import Actor, signed_in
from database import db, reading, writing
from lessons import catalogue
from web import keys, now

from . import places
from .blueprint import bp
from .children import pupil_of
from .concerns import LONGEST_WORDS, Told, tell
from .models import Source
from .sealing import Unreadable, open_box, read_help_token
from .telling import Sheet, read_sheet

HELP_BANDS = ("r", "y12", "y34", "y56")
#: What the kept help pages are drawn with.
DRAWN_WITH = (
    "css/shared.css",
    "css/pupil.css",
    "fonts/baloo-2-latin-wght-normal.woff2",
    "fonts/andika-latin-400-normal.woff2",
    "fonts/andika-latin-700-normal.woff2",
    "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "img/sprite.svg",
    "img/more.svg",
    "img/cast.svg",
    "img/sea-noon.svg",
    "img/favicon.svg",
    "js/lifebuoy.js",
    "js/read-aloud.js",
    "js/speak-touch.js",
)
#: What was written offline cannot be asked to be shorter; more than this is no child's.
LONGEST_OFFLINE = 4 * LONGEST_WORDS
LONGEST_SEALED = 200_000


@bp.get("/help/offline/<band>")
@open_to_all
def offline(band: str) -> str:
    """What a browser keeps: the same for everybody, whoever is signed in."""
    if band not in HELP_BANDS:
        abort(404)
    return render_template("safeguarding/offline.html", band=band, who=None, facts=catalogue.load().facts)


@bp.get("/sw.js")
@open_to_all
def worker() -> Response:
    """The service worker: static/js/sw.js with the addresses of what it keeps. It changes when one of those does."""
    files = current_app.extensions["static_files"]
    pages = [url_for(".offline", band=band) for band in HELP_BANDS]
    kept = [*pages, *(files.address(path) for path in DRAWN_WITH)]
    source = files.files["js/sw.js"].body.decode()
    made = source.replace("KEPT = []", f"KEPT = {json.dumps(kept)}").replace('"now"', f'"{_edition()}"')
    return Response(made, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _edition() -> str:
    """Changes with any word of the pages that are kept."""
    said = "".join(offline(band) for band in HELP_BANDS)
    return hashlib.sha256(said.encode()).hexdigest()[:10]


@bp.post("/help/outbox")
@needs(Action.TELL)
def outbox() -> tuple[dict[str, str], int]:
    """One form that was written offline, handed over by whoever is signed in now. Many times are once; the browser lets
    go of it only when it is told that it is kept."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        return {"status": "nothing to keep"}, 422
    actor, at = signed_in(), now()
    try:
        school_id, told, form = _opened(actor, sent)
    except (Unreadable, ValueError, LookupError, TypeError) as fault:
        logging.getLogger(__name__).warning("an offline form could not be opened: %s", type(fault).__name__)
        return {"status": "unreadable"}, 422
    with writing() as connection:
        tell(connection, keys(), school_id, told, form, at)
    return {"kept": str(sent.get("id", ""))}, 200


def _opened(actor: Actor, sent: dict[str, Any]) -> tuple[int, Told, str]:
    """The school, what was told, and the form's identity. Raises Unreadable, ValueError, LookupError or TypeError."""
    school_id, pupil_id, how = read_help_token(keys(), str(sent["token"])[:400])
    school = db.session.scalar(select(School.public_id).where(School.id == school_id))
    child = pupil_of(school_id, pupil_id)
    if school is None or child is None:
        raise LookupError("nobody of that school")
    sender, nonce, sealed = (_bytes(sent[name]) for name in ("sender", "nonce", "sealed"))
    said = json.loads(open_box(keys(), school, sender, nonce, sealed))
    if not isinstance(said, dict):
        raise TypeError("not a form")
    sheet: Sheet = read_sheet({name: str(words) for name, words in said.items()})
    sheet = replace(sheet, words=sheet.words[:LONGEST_OFFLINE])
    path = places.inside(sheet.came.removeprefix(request.script_root))
    told = Told(
        source=Source.PUPIL,
        from_id=child.id,
        from_name=child.name,
        from_role="pupil",
        words=sheet.words,
        feeling=sheet.feeling,
        wants=sheet.wants,
        wants_talk=sheet.wants_talk,
        about_id=child.id,
        about_name=child.name,
        class_name=child.class_name,
        year_group=child.year_group,
        where=places.in_words(reading(), child.id, path),
        how=how,
        is_for_head=sheet.is_for_head,
        written_at=str(said.get("written_at", ""))[:40],
        sent_by="" if actor.me == child.id else actor.name,
    )
    return school_id, told, sheet.identity


def _bytes(text: object) -> bytes:
    if not isinstance(text, str) or len(text) > LONGEST_SEALED:
        raise ValueError("not what a browser seals")
    return base64.b64decode(text, validate=True)
