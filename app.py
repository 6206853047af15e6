"""Puts the rooms together. Only tests and the server import it."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, Response, has_app_context, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

import commands
import static_files
from accounts.bands import BANDS
from accounts.policy import open_to_all, shut_by_default
from accounts.roster.views import bp as roster
from accounts.sessions import HarbourSessions, set_up_login, who
from accounts.views.classes import bp as classes
from accounts.views.comfort import bp as comfort
from accounts.views.families import bp as families
from accounts.views.front import bp as front
from accounts.views.mail import bp as mail
from accounts.views.mail import stopped as stop_letters
from accounts.views.office import bp as office
from accounts.views.staff import bp as staff
from database import db, set_up_sqlite, stop_reading
from keys import read_keys
from lessons import catalogue, own
from lessons.own import OwnShelf
from lessons.views import bp as lessons
from practices.views import bp as practices
from progress.views import bp as progress
from quizzes.commands import content
from quizzes.curriculum_views import bp as curriculum
from quizzes.views import bp as quizzes
from safeguarding.views import bp as safeguarding
from safeguarding.views import desk
from settings import Settings, read_settings
from web import settings as this_settings
from web import wants_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Nothing from anywhere but this host, no inline script or style, and no page that writes HTML from text (DESIGN.md 1).
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types harbour",  # one policy, which accepts /sw.js alone (static/js/lifebuoy.js)
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The CSRF check on https asks for a Referer, so not "no-referrer"; no other site ever gets one.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Larger than a class list may be (2 MB), so that its own page can say so in words.
LARGEST_REQUEST = 4 * 1024 * 1024
SQUEEZE_FROM = 1024


class Harbour(Flask):
    """Flask without a question that it asks of every view and hook at every request: whether it is a coroutine. Ours
    are none, and an answer goes through six of them."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The app with these settings, or with the environment's. Assembles only: migrates nothing, calls nobody."""
    here = read_settings() if settings is None else settings
    here.instance.mkdir(parents=True, exist_ok=True)
    app = Harbour(__name__, instance_path=str(here.instance.resolve()), static_folder=None)
    app.extensions["settings"] = here
    app.extensions["keys"] = read_keys(here)
    app.config.update(
        SECRET_KEY=app.extensions["keys"].derive("flask"),
        SQLALCHEMY_DATABASE_URI=here.sqlalchemy_url,
        SQLALCHEMY_SESSION_OPTIONS={"expire_on_commit": False},
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(here),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a lesson may lie open over lunch
    )
    app.session_interface = HarbourSessions()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if here.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own documented way
            app.wsgi_app, x_for=here.proxies, x_proto=here.proxies, x_host=here.proxies
        )
    always = dict(HEADERS)
    if here.is_https and not here.is_plain_http:
        always["Strict-Transport-Security"] = "max-age=31536000"
    app.wsgi_app = _with_headers(app.wsgi_app, list(always.items()))  # type: ignore[assignment, method-assign]  # as above
    db.init_app(app)
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))
    if click.get_current_context(silent=True) is not None:
        _migrations(app)  # a command of `flask`: `flask db` may be the one
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            set_up_sqlite(db.engine)
    # A mailbox's own "unsubscribe" button sends no token of ours; the proof in its address is all it takes (RFC 8058).
    CSRFProtect(app).exempt(stop_letters)
    set_up_login(app)
    app.before_request(shut_by_default)
    app.after_request(_finish_response)
    app.teardown_appcontext(stop_reading)
    app.context_processor(_shared_with_pages)
    own.found_by(own_lessons)
    for pupils in (front, comfort, lessons, practices, quizzes, curriculum, progress, safeguarding):
        app.register_blueprint(pupils)
    for adults in (staff, families, mail, classes, office, roster, desk):
        app.register_blueprint(adults)
    static_files.register(app, open_to_all)
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(Exception, _show_fault)
    app.cli.add_command(content)
    commands.register(app)
    return app


def own_lessons() -> OwnShelf | None:
    """The school's own lessons, where the settings of this app name a folder of them."""
    if not has_app_context():
        return None
    here = this_settings()
    return None if here.own_lessons is None else _own_lessons(here.own_lessons, here.clock)


@lru_cache(maxsize=4)
def _own_lessons(folder: Path, clock: Callable[[], datetime]) -> OwnShelf:
    """Read once in the life of the process, as ours are."""
    from quizzes.own_reading import read_own  # here: the rules take memory that a school without own lessons keeps

    return read_own(folder, clock().date())


def _migrations(app: Flask) -> object:
    """Flask-Migrate with its commands, fetched when somebody asks."""
    from flask_migrate import Migrate  # here: a server migrates nothing, and Alembic takes 11 MB

    Migrate(app, db, directory="migrations", render_as_batch=True)  # puts the real one in our place
    return app.extensions["migrate"]


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url:
        return {"pool_pre_ping": True, "pool_size": 10}
    return {"pool_size": 10}


def _shared_with_pages() -> dict[str, object]:
    """What every template may use: who is asking, their band, whether this is a plain-http school, and the facts that
    are the same everywhere, such as whom to ring."""
    actor = who()
    return {
        "who": actor,
        "band": BANDS[actor.band] if actor is not None and actor.band else "",
        "plain_http": this_settings().is_plain_http,
        "national": catalogue.load().facts.by_id,
    }


def _finish_response(response: Response) -> Response:
    """A page is kept nowhere; long pages are squeezed."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype in ("text/html", "text/csv", "text/javascript") and not response.direct_passthrough:
        body = response.get_data()
        if len(body) > SQUEEZE_FROM:
            response.vary.add("Accept-Encoding")
            if "gzip" in request.headers.get("Accept-Encoding", "") and "Content-Encoding" not in response.headers:
                response.set_data(gzip.compress(body, compresslevel=4, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
    return response


def _with_headers(answer: WSGIApplication, headers: list[tuple[str, str]]) -> WSGIApplication:
    """The same application, whose every answer carries these headers: one joined list, not a search for each."""

    def answer_with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], *fault: Any) -> Callable[[bytes], object]:
            return start_response(status, own + headers, *fault)

        return answer(environ, start)

    return answer_with_headers


def _show_error(error: HTTPException) -> ResponseReturnValue:
    """What went wrong, in words, with one next step; a script gets the status alone."""
    status = error.code or 500
    if error.response is not None:
        return error.response
    if wants_json():
        return {"status": status}, status
    known = status if status in {400, 401, 403, 404, 405, 413, 422, 429} else 500
    if status >= 500:
        logging.getLogger(__name__).error("%s %s: %s", request.method, request.endpoint, error.description)
    stale = isinstance(error, CSRFError)
    return render_template(f"errors/{400 if known == 401 else known}.html", is_stale=stale), status


def _show_fault(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged with its trace, shown as a page that cannot fail, and nothing half written."""
    logging.getLogger(__name__).exception("%s %s", request.method, request.endpoint)
    db.session.rollback()
    if wants_json():
        return {"status": 500}, 500
    return render_template("errors/500.html", is_stale=False), 500
