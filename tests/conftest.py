"""Fixtures: `world` (a school to tell stories about), `app`, `clock`, and for a real browser `live` and `browse`.

`pytest --database postgresql` runs the same stories on PostgreSQL. Nothing may be skipped: a skip is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page

from app import create_app
from database import db
from settings import Settings
from tests.harness.browser import LAPTOP, Browse, LiveServer, Window, chromium
from tests.harness.clock import Clock
from tests.harness.databases import Database, SqliteFile, postgres_cluster
from tests.harness.post_office import PostOffice
from tests.harness.visitor import Visitor
from tests.harness.world import APerson, World

SECRET = "a secret of the tests, which nobody serves a school with"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the tests run on")


def pytest_configure() -> None:
    """The settings of whoever runs the tests say nothing here."""
    for name in list(os.environ):
        if name.startswith(("SAFE_HARBOUR_", "FLASK_")) or name in ("DATABASE_URL", "HOST", "PORT"):
            del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests about the other database are not chosen, nor a second time those that reach no database at all, or whose
    statements other stories run there; tests that want a browser come last."""
    is_sqlite = config.getoption("--database") == "sqlite"
    other = "postgresql_only" if is_sqlite else "sqlite_only"

    def is_once(item: pytest.Item) -> bool:
        return item.get_closest_marker("one_database") is not None or "house" not in getattr(item, "fixturenames", ())

    left_out = [item for item in items if item.get_closest_marker(other) or (not is_sqlite and is_once(item))]
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if left_out:
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skipped, and nothing may be: {report.longrepr}"
    return report


# The house


@dataclass(frozen=True, slots=True)
class House:
    """What is made once for a whole run: the app, and the database whose address it knows."""

    app: Flask
    settings: Settings
    database: Database
    clock: Clock


@pytest.fixture(scope="session")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The app, and a database made by the real migrations."""
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as stack:
        is_postgres = request.config.getoption("--database") == "postgresql"
        database: Database
        database = stack.enter_context(postgres_cluster()) if is_postgres else SqliteFile(folder)
        clock = Clock()
        settings = Settings(
            environment="test",
            database_url=database.url,
            instance=folder / "instance",
            secret=SECRET,
            address="http://localhost",
            clock=clock,
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
        let_go(app)
        database.keep_as_template()
        yield House(app, settings, database, clock)
        let_go(app)


def let_go(app: Flask) -> None:
    """Close every connection, so that the database may be replaced."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The app on a database that holds nothing yet. Outside any app context: with one held open, Flask-Login would take
    every visitor for the first."""
    house.database.begin_again()
    house.clock.start_again()
    yield house.app
    let_go(house.app)


@pytest.fixture
def make_app(app: Flask, house: House) -> Iterator[Any]:
    """make_app(address="https://harbour.example", is_plain_http=False): another app, on the same database."""
    with ExitStack() as stack:

        def make(**changes: Any) -> Flask:
            made = create_app(replace(house.settings, **changes))
            stack.callback(let_go, made)
            return made

        yield make


@pytest.fixture
def empty_database(house: House) -> str:
    """The address of a database without a table."""
    return house.database.new_and_empty()


@pytest.fixture
def clock(house: House) -> Clock:
    return house.clock


@pytest.fixture
def world(app: Flask, clock: Clock) -> World:
    return World(app, clock)


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server on a port of its own."""
    office = PostOffice()
    yield office
    office.stop()


# A real browser


@pytest.fixture
def live(app: Flask) -> Iterator[LiveServer]:
    """The app on a port, as `make run` serves it."""
    server = LiveServer(app)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def browse(browser: Browser, live: LiveServer, world: World) -> Iterator[Browse]:
    """browse(amina, size=PHONE, script=False) is her browser, signed in; browse() is nobody's.

    At the end of the test, whatever any of them complained about fails it: a script error, a policy that refused
    something, a file that was not there, another host. `allow=("404",)` lets pass what holds one of these parts.
    """
    windows: list[Window] = []
    allowed: list[str] = []

    def open_window(
        person: APerson | Visitor | None = None,
        size: tuple[int, int] = LAPTOP,
        *,
        script: bool = True,
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Page:
        window = Window(browser, live.url, size, java_script_enabled=script, **options)
        windows.append(window)
        allowed.extend(allow)
        if person is not None:
            window.signs_in(person if isinstance(person, Visitor) else world.signed_in(person))
        return window.page

    yield open_window
    for window in windows:
        window.close()
    problems = [said for window in windows for said in window.problems if not any(part in said for part in allowed)]
    assert not problems, "\n".join(problems)
