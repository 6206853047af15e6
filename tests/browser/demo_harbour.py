"""The demo school on a port of its own, in a folder that is thrown away, on a Monday morning in term."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from accounts.family_links import family_code
from accounts.home_links import home_code, last_day_of
from accounts.models import SECOND_FACTOR, Adult, FamilyCode, Pupil, Role, SchoolClass, User
from accounts.secrets import given_secret
from accounts.sessions import cookie_name, open_sign_in, this_session
from accounts.weekly_letter import stop_token
from database import db, start_writing, writing
from keys import Keys
from tests.harness.browser import LAPTOP, LiveServer, Window
from tests.harness.clock import Clock
from tests.harness.demo_school import demo_app


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the demo school."""

    id: int
    public_id: str
    name: str
    role: str
    school_id: int
    secret: tuple[str, ...] = ()  # a pupil's pictures or words


@dataclass(frozen=True, slots=True)
class AClassroom:
    public_id: str
    name: str
    code: str
    pupils: tuple[Known, ...]  # by name


class DemoHarbour:
    """The demo school being served, and windows onto it."""

    def __init__(self, app: Flask, url: str, clock: Clock) -> None:
        self.app = app
        self.url = url
        self.clock = clock

    def classroom(self, year_group: int) -> AClassroom:
        """The first class of this year group."""
        keys: Keys = self.app.extensions["keys"]
        with self.app.app_context():
            found = db.session.scalars(
                select(SchoolClass).where(SchoolClass.year_group == year_group).order_by(SchoolClass.name).limit(1)
            ).one()
            rows = db.session.execute(
                select(Pupil, User)
                .join(User, User.id == Pupil.user_id)
                .where(Pupil.class_id == found.id)
                .order_by(User.name)
            )
            pupils = tuple(
                Known(
                    user.id,
                    user.public_id,
                    user.name,
                    user.role,
                    user.school_id,
                    given_secret(keys, user.public_id, pupil.year_group, pupil.secret_version, pupil.key_version),
                )
                for pupil, user in rows
            )
            return AClassroom(found.public_id, found.name, found.code, pupils)

    def adult(self, email: str) -> Known:
        """By the part of the demo address before the @: teacher7, dsl, head, office, parent."""
        with self.app.app_context():
            user = db.session.scalars(
                select(User).join(Adult, Adult.user_id == User.id).where(Adult.email == f"{email}@demo.example")
            ).one()
            return Known(user.id, user.public_id, user.name, user.role, user.school_id)

    def open_letter(self) -> str:
        """The code of a letter that nobody has used."""
        with self.app.app_context():
            letter = db.session.scalars(select(FamilyCode).where(FamilyCode.used_at.is_(None)).limit(1)).one()
            return family_code(self.app.extensions["keys"], letter)

    def home_code(self, pupil: Known) -> str:
        """What a home card of this pupil that is printed today has beside its square."""
        with self.app.app_context():
            row = db.session.get_one(Pupil, pupil.id)
            last_day = last_day_of(self.clock.now, "Europe/London")
            return home_code(self.app.extensions["keys"], row.user_id, pupil.public_id, row.link_version, last_day)

    def stop_address(self, email: str) -> str:
        """What stands in the letters to this parent."""
        return f"/families/stop/{stop_token(self.app.extensions['keys'], self.adult(email).public_id)}"

    def shuts_the_door_of(self, classroom: AClassroom) -> None:
        with self.app.app_context():
            start_writing()
            found = db.session.scalars(select(SchoolClass).where(SchoolClass.public_id == classroom.public_id)).one()
            found.door_open_until = None
            db.session.commit()

    def window(
        self,
        browser: Browser,
        person: Known | None = None,
        *,
        has_second_factor: bool = True,
        size: tuple[int, int] = LAPTOP,
        **options: object,
    ) -> Window:
        """A browser of somebody's own, signed in by the function that sign-in uses; without a person, nobody's."""
        opened = Window(browser, self.url, size, **options)
        if person is not None:
            opened.context.add_cookies(
                [
                    {
                        "name": cookie_name(self.app),
                        "value": self._session_of(person, has_second_factor),
                        "url": self.url,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                ]
            )
        return opened

    def _session_of(self, person: Known, has_second_factor: bool) -> str:
        is_shown = has_second_factor and person.role in SECOND_FACTOR
        with self.app.test_request_context("/"):
            with writing() as connection:
                open_sign_in(
                    connection,
                    school_id=person.school_id,
                    user_id=person.id,
                    class_id=None,
                    how="pictures" if person.role == Role.PUPIL else "password",
                    at=self.clock.now,
                    second_factor_at=self.clock.now if is_shown else None,
                )
            token = this_session().new_token
        assert token is not None
        return token


@contextmanager
def demo_harbour(folder: Path) -> Iterator[DemoHarbour]:
    """Built as `make run` builds it; stopped on leaving."""
    clock = Clock()
    app = demo_app(folder, clock)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as serve.py
    server = LiveServer(app)
    try:
        yield DemoHarbour(app, server.url, clock)
    finally:
        server.stop()
        with app.app_context():
            db.engine.dispose()
