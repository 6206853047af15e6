"""What staff pages say at their top, and "I have seen it"."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.policy import Action, needs
from accounts.sessions import signed_in, who
from database import reading, writing
from web import keys, now

from .blueprint import bp
from .notices import BarNotices, mark_seen, notices_for

#: A page of this app, as it stood in the browser: no other host, and nothing asked of it.
_OWN_PAGE = re.compile(r"/(?!/)[\w/-]*")


@bp.app_context_processor
def shared_with_staff_pages() -> dict[str, Callable[[], BarNotices]]:
    """A function, so that a page that shows no notices (a pupil's, an error's) asks for none."""
    return {"bar_notices": lambda: notices_for(reading(), keys(), who())}


@bp.post("/seen")
@needs(Action.OWN_ACCOUNT)
def seen() -> Response:
    """ "I have seen it", of a notice of one's own."""
    actor = signed_in()
    with writing() as connection:
        mark_seen(connection, actor, request.form.get("notice", 0, type=int), now())
    then = request.form.get("then", "")
    return redirect(request.script_root + then if _OWN_PAGE.fullmatch(then) else url_for("classes.index"), 303)
