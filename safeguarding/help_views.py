"""The lifebuoy: whom to tell at school, and whom to ring. Nothing is sent from here."""

from __future__ import annotations

from flask import render_template

from accounts.bands import BANDS
from accounts.policy import open_to_all
from accounts.sessions import who
from lessons import catalogue

from .blueprint import bp


@bp.get("/help")
@open_to_all
def help() -> str:
    """Open to all: a child who cannot sign in may need it most. The words follow the band of the child's class."""
    actor = who()
    band = actor.band if actor is not None else ""
    facts = catalogue.load().facts.with_local(dict(actor.local_facts)) if actor is not None else catalogue.load().facts
    return render_template("safeguarding/help.html", band=BANDS.get(band, "y34"), is_signed_in=actor, facts=facts)
