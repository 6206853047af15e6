"""A pupil's own page: how fast the voice speaks, which letters, how big, how calm. Works as a form without script."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.bands import BANDS
from accounts.comfort import CHOICES, Comfort, UnknownSetting, chosen_comfort
from accounts.own_account import keep_comfort
from accounts.policy import Action, needs
from accounts.sessions import signed_in
from database import writing
from web import wants_json

bp = Blueprint("comfort", __name__)

#: An address of ours, as a link back may hold it: no host, no query.
_INSIDE = re.compile(r"/(?![/\\])[\w/-]*\Z", re.ASCII)


@bp.get("/my-page")
@needs(Action.LEARN)
def my_page() -> str:
    came = request.args.get("came", "") or (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    came = came.split("?")[0]
    return _page(signed_in().comfort, came, is_kept="kept" in request.args)


@bp.post("/my-page")
@needs(Action.LEARN)
def keep() -> Response | tuple[str, int] | dict[str, str]:
    pupil = signed_in()
    came = request.form.get("came", "")
    try:
        comfort = chosen_comfort(request.form, BANDS[pupil.band])
    except UnknownSetting:
        return _page(pupil.comfort, came, problem="Pick one picture in each row, then press the button again."), 422
    with writing() as connection:
        keep_comfort(connection, pupil.me, comfort)
    where = url_for(".my_page", kept=1, came=_inside(came))
    return {"next": where} if wants_json() else redirect(where, 303)


def _page(comfort: Comfort, came: str, *, is_kept: bool = False, problem: str = "") -> str:
    chosen = {name: getattr(comfort, name) for name in CHOICES}
    chosen["touch"] = "on" if replace(comfort, quiet="off").says_what_is_touched(BANDS[signed_in().band]) else "off"
    return render_template("front/comfort.html", chosen=chosen, came=_inside(came), is_kept=is_kept, problem=problem)


def _inside(address: str) -> str:
    """Where the pupil came from, if that is a page of ours; else their chart."""
    if _INSIDE.match(address) and address not in ("/", url_for(".my_page")):
        return address
    return url_for("progress.chart")
