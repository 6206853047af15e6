"""The home card on paper, for a child or a whole class in one print; and the page that its link opens, alone.

The office may print it too, though it may not see what a class can do: a family without a telephone asks there.
"""

from __future__ import annotations

import json

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from accounts.bands import band_of_class
from accounts.home_links import CODE_LETTERS, LASTS, end_home_links, home_code, last_day_of, try_home_code
from accounts.models import FamilyLink, Pupil, SchoolClass, User
from accounts.people import note
from accounts.policy import Action, class_or_404, needs, open_to_all, pupils_for
from accounts.qr import qr_code
from accounts.school_time import date_words
from accounts.secrets import grouped, tidy_code
from accounts.sessions import Actor, signed_in, this_session
from accounts.throttle import wait_words
from database import db, start_writing, writing
from lessons import catalogue
from web import keys, now, settings

from .blueprint import bp
from .queries import read_help, read_home_cards

Page = str | tuple[str, int]

WRONG = "That code opens no card. Check each letter. A card’s link lasts 14 days, and the school can end it sooner."
OVER = "That link has ended: it lasts 14 days."
ASK = "For a new card, ask your child’s teacher or the school office."


@bp.get("/classes/<public_id>/home-cards")
@needs(Action.SEE_FAMILIES)
def home_cards(public_id: str) -> str:
    """A card for each child of the class, each on a page of its own; `?pupil=` for one child's, `?squares=yes` with a
    link on it."""
    actor, at, here = signed_in(), now(), settings()
    school_class = class_or_404(actor, public_id)
    only, is_linked = request.args.get("pupil", ""), request.args.get("squares") == "yes"
    pupils = _pupils(actor, school_class, only)
    if only and not pupils:
        abort(404)
    lessons = catalogue.load().for_school(actor.local_facts)
    cards = read_home_cards(
        {pupil.user_id: pupil.first_name for pupil, _ in pupils},
        band_of_class(school_class.chosen_band, school_class.year_group),
        lessons,
    )
    # As letters are: a print for all never gives back what an unlinking took; one child's own print is a decision.
    left_out = _once_unlinked([pupil for pupil, _ in pupils]) if is_linked and not only else set()
    last_day = last_day_of(at, actor.timezone)
    address = here.address + url_for(".home")
    codes = {
        pupil.user_id: home_code(keys(), pupil.user_id, user.public_id, pupil.link_version, last_day)
        for pupil, user in pupils
        if is_linked and pupil.user_id not in left_out
    }
    return render_template(
        "progress/home_cards.html",
        school_class=school_class,
        sheets=[
            {
                "card": cards[pupil.user_id],
                "whose": user.name,
                "code": grouped(codes.get(pupil.user_id, "")),
                "qr": qr_code(f"{address}#{codes[pupil.user_id]}") if pupil.user_id in codes else None,
            }
            for pupil, user in pupils
        ],
        help=read_help(actor.school_id, lessons.facts),
        only=pupils[0][1] if only else None,
        is_linked=is_linked,
        left_out=[user for pupil, user in pupils if pupil.user_id in left_out],
        address=address.split("://", 1)[1],
        until=date_words(at + LASTS, actor.timezone),
        is_loopback=here.is_loopback,
        is_ended=request.args.get("said") == "ended",
    )


@bp.post("/classes/<public_id>/home-cards/end")
@needs(Action.SEE_FAMILIES)
def end_links(public_id: str) -> Response:
    """No link that is out opens a card any more: of one child, or without one of the whole class."""
    actor, at = signed_in(), now()
    school_class = class_or_404(actor, public_id)
    only = request.form.get("pupil", "")
    pupils = _pupils(actor, school_class, only)
    if only and not pupils:
        abort(404)
    start_writing()
    end_home_links(db.session.connection(), [pupil.user_id for pupil, _ in pupils])
    if only:
        note(actor.school_id, actor.me, "home-links-ended", pupils[0][0].user_id, at)
    else:
        note(actor.school_id, actor.me, "home-links-of-class-ended", school_class.id, at)
    db.session.commit()
    return redirect(url_for(".home_cards", public_id=public_id, pupil=only or None, said="ended"), 303)


@bp.get("/home")
@open_to_all
def home() -> str:
    """Where the square leads: script posts the code behind the #; without script it is typed."""
    return _code_page("", "")


@bp.post("/home")
@open_to_all
def read_home() -> Page:
    """The card of the code, and nothing else: no session begins, so no other page opens by it."""
    typed, at = tidy_code(request.form.get("token", "")), now()
    if not typed:
        return _code_page("", "Type the sixteen letters and numbers beside the square."), 422
    with writing() as connection:
        outcome, link = try_home_code(connection, keys(), typed, this_session().device, request.remote_addr or "", at)
    if outcome.rest:
        return _code_page(typed, f"That was too many tries. Wait {wait_words(outcome.rest)}, then try again."), 429
    if link is None:
        return _code_page(typed, f"{WRONG} {ASK}"), 404
    if link.is_over:
        return _code_page("", f"{OVER} {ASK}"), 410
    lessons = catalogue.load().for_school(json.loads(link.local_facts))
    cards = read_home_cards({link.pupil_id: link.first_name}, link.band, lessons)
    return render_template(
        "progress/home.html", card=cards[link.pupil_id], help=read_help(link.school_id, lessons.facts)
    )


def _code_page(typed: str, problem: str) -> str:
    return render_template("progress/home_code.html", value=grouped(typed[:CODE_LETTERS]), problem=problem)


def _pupils(actor: Actor, school_class: SchoolClass, only: str) -> list[tuple[Pupil, User]]:
    """The pupils of a class by name; `only` names one."""
    asked = pupils_for(actor).where(Pupil.class_id == school_class.id).order_by(User.name, User.id)
    if only:
        asked = asked.where(User.public_id == only)
    return [(row[0], row[1]) for row in db.session.execute(asked)]


def _once_unlinked(pupils: list[Pupil]) -> set[int]:
    """The children of whom a grown-up has been unlinked."""
    ids = [pupil.user_id for pupil in pupils]
    ended = select(FamilyLink.pupil_id).where(FamilyLink.pupil_id.in_(ids), FamilyLink.ended_at.is_not(None))
    return set(db.session.scalars(ended))
