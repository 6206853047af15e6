"""The end of a record: the file for the next school, its receipt, what is due for review, and destroying a key."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import date

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, Connection
from werkzeug.wrappers import Response

from accounts.policy import Action, needs
from accounts.school_time import date_words, day_of
from accounts.sessions import Actor, signed_in
from accounts.typed import one_line
from database import reading, writing
from web import keys, now

from . import concerns, school_people, transfer
from .blueprint import desk
from .desk import Record, find, others_of_child, read_record
from .desk_door import form_id, keep_look, scope_of
from .models import Entry, Look
from .retention import due_for_review, is_due
from .transfer import Child, Transfer
from .wording import reference

Page = str | Response | tuple[str, int]
LONGEST = 120


@desk.get("/child/<pupil>/keeping")
@needs(Action.READ_CONCERNS)
def keeping(pupil: str) -> Page:
    """What becomes of a child's record: the file for the next school, its receipt, and the end of it."""
    actor = signed_in()
    child = _child_or_404(actor, pupil)
    return _keeping_page(actor, child)


@desk.post("/child/<pupil>/transfer")
@needs(Action.READ_CONCERNS)
def make_transfer(pupil: str) -> Page:
    """Keep the full name and the date of birth in the record, and give the file. The same form gives it again."""
    actor, at = signed_in(), now()
    child = _child_or_404(actor, pupil)
    typed = {name: one_line(request.form.get(name, ""), LONGEST) for name in ("full_name", "born", "to_school", "form")}
    born = birthday_of(typed["born"], day_of(at, actor.timezone))
    problems = {}
    if not typed["full_name"]:
        problems["full_name"] = "Type the child's full name, as it stands in the school's register."
    if born is None:
        problems["born"] = "Give the child's date of birth: a day in the past, such as 30/05/2017."
    if not typed["to_school"]:
        problems["to_school"] = "Type the name of the school that gets the record."
    if born is None or problems:
        return _keeping_page(actor, child, typed, problems), 422
    kept: Mapping[Entry, Mapping[str, str]] = {
        Entry.FULL_NAME: {"full_name": typed["full_name"], "born": born.isoformat()},
        Entry.TRANSFER: {"to_school": typed["to_school"]},
    }
    about = Transfer(actor.school_name, typed["to_school"], actor.name, at, actor.timezone)
    named = Child(typed["full_name"], born.isoformat(), child.class_name)
    scope = scope_of(actor)
    with writing() as connection:
        for record in _records(connection, scope, actor, child.id):
            for kind, content in kept.items():
                concerns.record(
                    connection, keys(), actor.school_id, record.concern, kind, content,
                    author_id=actor.me, form=f"{kind}:{typed['form']}", at=at,
                )  # fmt: skip
        records = _records(connection, scope, actor, child.id)
        concerns.look_at_all(
            connection, keys(), actor.school_id, [record.concern for record in records], Look.EXPORT,
            reader_id=actor.me, sign_in_id=actor.sign_in_id, at=at,
        )  # fmt: skip
    # Outside: a page of PDF takes longer than an answer may wait for the one writer.
    file = transfer.make_file(reading(), keys(), actor.school_id, about, named, records)
    reply = make_response(file)
    reply.mimetype = "application/zip"
    stamp = hashlib.sha256(file).hexdigest()[:8]  # and no name: who sees a folder of downloads is not known
    reply.headers["Content-Disposition"] = f'attachment; filename="record-{stamp}.zip"'
    return reply


@desk.post("/child/<pupil>/receipt")
@needs(Action.READ_CONCERNS)
def receipt(pupil: str) -> Page:
    """The next school says that it has the record."""
    actor, at = signed_in(), now()
    child = _child_or_404(actor, pupil)
    by = one_line(request.form.get("received_by", ""), LONGEST)
    form = form_id()
    if not by:
        problem = "Say who at the other school has it, such as: Mr Lund, safeguarding lead of Far Shore Primary."
        return _keeping_page(actor, child, {}, {"received_by": problem}), 422
    scope = scope_of(actor)
    with writing() as connection:
        for record in _records(connection, scope, actor, child.id):
            concerns.record(
                connection, keys(), actor.school_id, record.concern, Entry.RECEIPT, {"received_by": by},
                author_id=actor.me, form=form, at=at,
            )  # fmt: skip
    return redirect(url_for(".keeping", pupil=pupil), 303)


@desk.get("/review")
@needs(Action.READ_CONCERNS)
def review() -> Page:
    """The records whose time has come."""
    return _review_page(signed_in())


@desk.post("/<concern>/erase")
@needs(Action.READ_CONCERNS)
def erase(concern: str) -> Page:
    """Destroy the key, after a receipt or when the time has come. The reference is typed, so that no tap does it."""
    actor, at = signed_in(), now()
    row = find(reading(), scope_of(actor), concern)
    record = read_record(reading(), keys(), row) if row is not None else None
    if record is None:
        abort(404)
    typed = {name: one_line(request.form.get(name, ""), LONGEST) for name in ("reference", "reason")}
    problem = ""
    if not may_erase(record, day_of(at, actor.timezone), actor.timezone):
        problem = "It is not due yet, and no school has said that it has the record."
    elif typed["reference"].upper() != reference(record.number):
        problem = f"Type {reference(record.number)}, so that it is this one."
    elif not typed["reason"]:
        problem = "Say why, such as: transferred, receipt of 4 January."
    if problem:
        return _review_page(actor, {concern: problem}, typed), 422
    with writing() as connection:
        concerns.erase(connection, keys(), actor.school_id, concern, typed["reason"], author_id=actor.me, at=at)
    return redirect(url_for(".review", said="erased"), 303)


def may_erase(record: Record, today: date, timezone: str) -> bool:
    """After the next school's receipt, or once the child is 25."""
    return record.last(Entry.RECEIPT) is not None or is_due(record.told.content, record.sent_at, today, timezone)


def birthday_of(text: str, today: date) -> date | None:
    """A date picker's 2017-05-30, or as people type it, 30/5/2017; None unless it is a pupil's, past or present."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text) or re.fullmatch(r"(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})", text)
    if found is None:
        return None
    first, month, last = (int(part) for part in found.groups())
    try:
        born = date(first, month, last) if len(found[1]) == 4 else date(last, month, first)
    except ValueError:
        return None
    return born if today.year - 30 < born.year and born < today else None


def _records(connection: Connection, scope: ColumnElement[bool], actor: Actor, child_id: int) -> list[Record]:
    """Every concern about a child that this person may read and that can be read, oldest first."""
    found = []
    for concern, _, _, _ in others_of_child(connection, keys(), scope, actor.school_id, child_id, ""):
        row = find(connection, scope, concern)
        record = read_record(connection, keys(), row) if row is not None else None
        if record is not None:
            found.append(record)
    return found


def _child_or_404(actor: Actor, public_id: str) -> school_people.Child:
    """A child of the school with something to read about, leavers too: it is their record that goes on."""
    child = school_people.child_by_public_id(reading(), actor.school_id, public_id)
    if child is None or not others_of_child(reading(), keys(), scope_of(actor), actor.school_id, child.id, ""):
        abort(404)
    return child


def _keeping_page(
    actor: Actor,
    child: school_people.Child,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    at = now()
    records = _records(reading(), scope_of(actor), actor, child.id)
    keep_look(actor, Look.OPEN, [record.concern for record in records])
    today = day_of(at, actor.timezone)
    return render_template(
        "safeguarding/keeping.html",
        child=child,
        records=[
            {
                "concern": record.concern,
                "reference": reference(record.number),
                "sent": date_words(record.sent_at, actor.timezone),
                "transfers": [
                    (line.content["to_school"], date_words(line.at, actor.timezone), line.author)
                    for line in record.lines
                    if line.kind is Entry.TRANSFER
                ],
                "receipts": [
                    (line.content["received_by"], date_words(line.at, actor.timezone))
                    for line in record.lines
                    if line.kind is Entry.RECEIPT
                ],
                "may_erase": may_erase(record, today, actor.timezone),
            }
            for record in records
        ],
        typed={"form": secrets.token_hex(16), **(typed or {})},
        problems=problems or {},
    )


def _review_page(
    actor: Actor, problems: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> str:
    at = now()
    keep_look(actor, Look.LIST)
    due = due_for_review(reading(), keys(), scope_of(actor), at, actor.timezone)
    return render_template(
        "safeguarding/review.html",
        due=[(one, reference(one.number), f"{one.since.day} {one.since:%B %Y}" if one.since else "") for one in due],
        problems=problems or {},
        typed=typed or {},
        said=request.args.get("said", ""),
    )
