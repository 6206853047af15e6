"""One concern: what was sent, whom it is about, what the team records, a word back, and "please see me"."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from accounts.models import Role, SchoolClass
from accounts.policy import Action, classes_for, needs
from accounts.school_time import day_of
from accounts.sessions import Actor, signed_in
from database import db, reading, writing
from web import keys, now

from .blueprint import desk
from .concerns import record, was_recorded
from .desk import Record, others_of_child, read_record
from .desk_door import concern_or_404, form_id, keep_look, scope_of
from .models import Entry, Look, State
from .notices import ask_to_see, seen_by
from .record_forms import FIELDS, FIRST_FIELD, Asked, read_form, refused_in, unkept_in
from .school_people import Colleague, child_by_id, children_of_class, colleagues, team_for
from .wording import (
    CATEGORIES,
    PRIORITIES,
    STATES,
    WORD_BACK,
    class_words,
    exact_words,
    feeling_words,
    how_words,
    readers,
    reference,
    said_of,
    wants_words,
    when_words,
    written_words,
)

Page = str | Response | tuple[str, int]

#: Who may be asked "please see me": those who teach.
ASKED = (Role.TEACHER,)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the page hands back: what was typed and is not kept, what to do, by field, and what each other form of the
    page held, by form. `is_kept`: the form that was sent itself is."""

    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    unkept: Mapping[str, str] = field(default_factory=dict)
    is_kept: bool = False


@desk.get("/<concern>")
@needs(Action.READ_CONCERNS)
def show(concern: str) -> Page:
    actor = signed_in()
    concern_or_404(actor, concern)
    keep_look(actor, Look.OPEN, [concern])
    return _record_page(actor, concern, Sent())


@desk.get("/<concern>/paper")
@needs(Action.READ_CONCERNS)
def paper(concern: str) -> Page:
    """The same to print: the log says that it was printed."""
    actor = signed_in()
    concern_or_404(actor, concern)
    keep_look(actor, Look.PRINT, [concern])
    return _record_page(actor, concern, Sent(), "safeguarding/paper.html")


@desk.post("/<concern>/<any(note, action, told, outcome, reopen, priority, category):what>")
@needs(Action.READ_CONCERNS)
def add(concern: str, what: str) -> Page:
    """One thing more in the chronology. A second tap on the same form finds the first."""
    actor, at = signed_in(), now()
    row = concern_or_404(actor, concern, is_to_change=True)
    asked = Asked({each.public_id: (each.id, each.name) for each in _team(actor)}, day_of(at, actor.timezone))
    typed, form = read_form(what, request.form, asked), form_id()
    problems = dict(typed.problems)
    refusal = refused_in(what, row["state"])
    if refusal and not was_recorded(reading(), actor.school_id, concern, actor.me, form):
        problems[FIRST_FIELD[what]] = refusal
    if problems:
        return _again(actor, concern, what, problems)
    with writing() as connection:
        _keep(connection, actor, concern, typed.kind, typed.content, form, at)
    return _kept(actor, concern, what)


@desk.get("/<concern>/child")
@needs(Action.READ_CONCERNS)
def whom(concern: str) -> Page:
    """Whom it is about: first the class, then the name."""
    actor = signed_in()
    concern_or_404(actor, concern, is_to_change=True)
    keep_look(actor, Look.OPEN, [concern])
    return _whom_page(actor, concern, request.args.get("in", ""))


@desk.post("/<concern>/child")
@needs(Action.READ_CONCERNS)
def name_child(concern: str) -> Page:
    actor, at = signed_in(), now()
    concern_or_404(actor, concern, is_to_change=True)
    klass = request.form.get("in", "")
    children = {each.public_id: each for each in children_of_class(reading(), actor.school_id, klass)}
    chosen = children.get(request.form.get("child", ""))
    if chosen is None:
        keep_look(actor, Look.OPEN, [concern])
        return _whom_page(actor, concern, klass, "Choose the child by name."), 422
    with writing() as connection:
        _keep(connection, actor, concern, Entry.CHILD, chosen.said(), form_id(), at)
    return redirect(url_for(".show", concern=concern, said="saved"), 303)


@desk.post("/<concern>/word")
@needs(Action.READ_CONCERNS)
def word_back(concern: str) -> Page:
    """A word back waits behind the lifebuoy, for a session at school with the class door open (DESIGN.md 19)."""
    actor, at = signed_in(), now()
    row, form = concern_or_404(actor, concern, is_to_change=True), form_id()
    if was_recorded(reading(), actor.school_id, concern, actor.me, form):
        return _kept(actor, concern, "word")
    if row["child_mac"] is None:
        return _again(actor, concern, "word", {"word": "Say whom it is about first. The word is for that child alone."})
    if row["word_back_at"] is not None:
        return _again(actor, concern, "word", {"word": "A word waits for this child already."})
    with writing() as connection:
        _keep(connection, actor, concern, Entry.WORD_BACK, {"words": WORD_BACK}, form, at)
    return _kept(actor, concern, "word")


@desk.post("/<concern>/see-me")
@needs(Action.READ_CONCERNS)
def see_me(concern: str) -> Page:
    """ "Please see me about …": a notice on the pages of one teacher, which says nothing else."""
    actor, at = signed_in(), now()
    row, form = concern_or_404(actor, concern, is_to_change=True), form_id()
    teachers = {each.public_id: each for each in colleagues(reading(), actor.school_id, *ASKED)}
    chosen = teachers.get(request.form.get("see_whom", ""))
    if chosen is None:
        return _again(actor, concern, "see-me", {"see_whom": "Choose the teacher."})
    found = read_record(reading(), keys(), row)
    if found is None or found.child_id is None:
        return _again(actor, concern, "see-me", {"see_whom": "Say whom it is about first, so that the teacher knows."})
    content = {"to_id": chosen.id, "to_name": chosen.name, "about": found.child_name}
    with writing() as connection:
        if _keep(connection, actor, concern, Entry.SEE_ME, content, form, at):
            ask_to_see(connection, keys(), actor.school_id, chosen.id, by=actor.name, about=found.child_name, at=at)
    return _kept(actor, concern, "see-me")


def _keep(
    connection: Connection,
    actor: Actor,
    concern: str,
    kind: Entry,
    content: Mapping[str, Any],
    form: str,
    at: datetime,
) -> bool:
    """One entry more; False when this form was kept before."""
    return record(connection, keys(), actor.school_id, concern, kind, content, author_id=actor.me, form=form, at=at)


def _team(actor: Actor) -> list[Colleague]:
    return colleagues(reading(), actor.school_id, *team_for(actor))


def _again(actor: Actor, concern: str, what: str, problems: Mapping[str, str]) -> tuple[str, int]:
    """The record once more, with what was typed and what to do about it."""
    keep_look(actor, Look.OPEN, [concern])
    return _record_page(actor, concern, Sent(request.form, problems, _unkept(actor, concern, what))), 422


def _kept(actor: Actor, concern: str, what: str) -> Page:
    """On with the record; where another form of the page held something, which its script sends along, it is handed
    back: there is nowhere that it could wait meanwhile."""
    unkept = _unkept(actor, concern, what)
    if not unkept:
        return redirect(url_for(".show", concern=concern, said="saved"), 303)
    keep_look(actor, Look.OPEN, [concern])
    typed = {name: words for each in unkept for name in FIELDS[each] if (words := request.form.get(name)) is not None}
    return _record_page(actor, concern, Sent(typed, {}, unkept, is_kept=True))


def _unkept(actor: Actor, concern: str, what: str) -> Mapping[str, str]:
    row = concern_or_404(actor, concern)  # again: what was kept may have changed it
    now_chosen = {"priority": str(row["priority"])}
    if request.form.get("category"):
        found = read_record(reading(), keys(), row)
        category = found.last(Entry.CATEGORY) if found is not None else None
        now_chosen["category"] = str(category.content["category"]) if category is not None else ""
    return unkept_in(request.form, what, now_chosen, row["state"])


def _record_page(actor: Actor, concern: str, sent: Sent, page: str = "safeguarding/record.html") -> str:
    row = concern_or_404(actor, concern)  # again: the look has changed it
    found = read_record(reading(), keys(), row)
    if found is None:
        gone = exact_words(row["key_gone_at"], actor.timezone) if row["key_gone_at"] is not None else ""
        return render_template("safeguarding/erased.html", reference=reference(row["number"]), gone=gone)
    at, zone = now(), actor.timezone
    about = (found.last(Entry.CHILD) or found.told).content
    child = child_by_id(reading(), actor.school_id, found.child_id) if found.child_id is not None else None
    others = (
        others_of_child(reading(), keys(), scope_of(actor), actor.school_id, found.child_id, concern)
        if found.child_id is not None
        else []
    )
    category = found.last(Entry.CATEGORY)
    return render_template(
        page,
        concern=concern,
        reference=reference(found.number),
        name=found.child_name,
        where=class_words(about.get("class_name", ""), about.get("year_group")),
        child=child,
        others=[
            {
                "id": each,
                "reference": reference(number),
                "sent": when_words(sent_at, at, zone),
                "state": STATES[state],
            }
            for each, number, sent_at, state in others
        ],
        told=_told(found, zone),
        told_words=found.told.content.get("words", ""),
        state=STATES[found.state],
        is_closed=found.state == State.CLOSED,
        priority=found.priority,
        priorities=PRIORITIES,
        category=category.content["category"] if category is not None else "",
        categories=CATEGORIES,
        history=_history(actor, found),
        readers=[
            {
                "name": each.name,
                "did": each.did,
                "first": exact_words(each.first, zone),
                "last": exact_words(each.last, zone),
                "times": each.times,
            }
            for each in readers([(each.at, each.kind, each.reader) for each in found.looks], zone)
        ],
        team=[(each.public_id, each.name) for each in _team(actor)],
        me=actor.public_id,
        today=day_of(at, zone).isoformat(),
        teachers=[(each.public_id, each.name) for each in colleagues(reading(), actor.school_id, *ASKED)],
        word=WORD_BACK,
        word_waits=exact_words(row["word_back_at"], zone) if row["word_back_at"] is not None else "",
        said=sent.is_kept or request.args.get("said", "") == "saved",
        unkept=sent.unkept,
        typed=sent.typed,
        problems=sent.problems,
        new_form=_new_form,
    )


def _new_form() -> str:
    """The identity of one form on one page. What was sent and could not be kept has kept nothing: a new one does."""
    return secrets.token_hex(16)


def _told(found: Record, zone: str) -> list[tuple[str, str]]:
    """What came with the words, as label and value; what was not given is left out."""
    said = found.told.content
    session = f"{said.get('from_name', '')}: {how_words(said.get('how', ''))}".strip(": ")
    if said.get("source") != "pupil" and said.get("from_role"):
        session = f"{session} ({said['from_role']})"
    asked_for = "Somebody to come and talk" if said.get("wants_talk") else ""
    wants = wants_words(said.get("wants", ""))
    rows = [
        ("Feeling", feeling_words(said.get("feeling", ""))),
        ("Asked for", ": ".join(each for each in (asked_for, wants) if each)),
        ("Sent from", said.get("where", "")),
        ("Session", session),
        ("Received", exact_words(found.told.at, zone)),
        ("Written", written_words(said.get("written_at", ""), zone)),
        ("Handed over by", said.get("sent_by", "")),
        ("About, as sent", _about_as_sent(found)),
    ]
    return [row for row in rows if row[1]]


def _about_as_sent(found: Record) -> str:
    """Whom the sender named, where the team has said somebody else since."""
    sent = str(found.told.content.get("about_name") or "")
    return sent if found.last(Entry.CHILD) is not None and sent != found.child_name else ""


def _history(actor: Actor, found: Record) -> list[dict[str, Any]]:
    """Everything since it was sent, oldest first, with author and time."""
    asked = {(line.content["to_id"], line.at) for line in found.lines if line.kind is Entry.SEE_ME}
    seen = seen_by(reading(), actor.school_id, asked)
    lines = []
    for line in (found.told, *found.lines):
        content, after = line.content, ""
        if line.kind is Entry.TOLD:  # its words stand above, by themselves
            content = {"source": content.get("source", "")}
        elif line.kind is Entry.SEE_ME:
            seen_at = seen.get((content["to_id"], line.at))
            after = f"Seen {exact_words(seen_at, actor.timezone)}" if seen_at is not None else "Not seen yet"
        lines.append(
            {
                "at": exact_words(line.at, actor.timezone),
                "author": line.author,
                "said": said_of(line.kind, content),
                "after": after,
            }
        )
    return lines


def _whom_page(actor: Actor, concern: str, klass: str, problem: str = "") -> str:
    classes = db.session.scalars(classes_for(actor).order_by(SchoolClass.year_group, SchoolClass.name_key)).all()
    chosen = next((each for each in classes if each.public_id == klass), None)
    if klass and chosen is None:
        abort(404)
    children = children_of_class(reading(), actor.school_id, klass) if chosen is not None else []
    row = concern_or_404(actor, concern)
    return render_template(
        "safeguarding/whom.html",
        concern=concern,
        reference=reference(row["number"]),
        classes=[(each.public_id, class_words(each.name, each.year_group)) for each in classes],
        chosen=chosen,
        children=[(each.public_id, each.name) for each in children],
        problem=problem,
        new_form=_new_form,
    )
