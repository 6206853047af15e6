"""A world to tell stories about: a school with sensible defaults, its people, and what each has in their hands.

Everything is made by the functions the pages use, and committed before the story goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from flask import Flask
from sqlalchemy import select

from accounts import people
from accounts.models import SECOND_FACTOR, Adult, FamilyLink, Pupil, Role, School, SchoolClass, User
from accounts.outbox import Outgoing, send_due
from accounts.passwords import hash_password
from accounts.second_factor import code_at, new_secret, seal
from accounts.secrets import card_token, given_secret
from accounts.sessions import cookie_name, open_sign_in, this_session
from database import db, start_writing, writing
from keys import Keys
from safeguarding.box import set_box
from safeguarding.school_hours import USUAL_HOURS
from tests.harness.clock import Clock
from tests.harness.visitor import Visitor

#: What every adult of a test world types.
PASSWORD = "puffin lantern tractor"


@dataclass(frozen=True, slots=True)
class ASchool:
    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AClass:
    id: int
    public_id: str
    name: str
    year_group: int
    code: str
    school: ASchool


@dataclass(frozen=True, slots=True)
class APerson:
    id: int
    public_id: str
    name: str
    role: Role
    school: ASchool
    klass: AClass | None = None  # a pupil's own
    email: str = ""  # an adult's
    totp: str = ""  # the secret in an adult's phone; empty without a second factor

    @property
    def password(self) -> str:
        return PASSWORD


class World:
    """Make people and places in any order; the first school is made when it is first needed."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self._home: ASchool | None = None
        self._emails = 0

    # Places

    @property
    def home(self) -> ASchool:
        """The school that everything belongs to unless told otherwise."""
        if self._home is None:
            self._home = self.school("Harbour Primary")
        return self._home

    def school(self, name: str = "Harbour Primary", *, is_demo: bool = False) -> ASchool:
        with self.saving():
            made = people.make_school(name, self.clock.now, is_demo=is_demo)
            school = ASchool(made.id, made.public_id, made.name)
        self._home = self._home or school
        return school

    def klass(self, name: str = "Willow", year_group: int = 3, *, school: ASchool | None = None) -> AClass:
        """A class; its year group is 0 (Reception) to 6."""
        where = school or self.home
        with self.saving():
            made = people.make_class(where.id, name, year_group, self.clock.now)
            return AClass(made.id, made.public_id, made.name, year_group, made.code, where)

    def opens_door(self, klass: AClass, minutes: int = 60) -> None:
        """For an hour, whoever has the class code sees the names and boats."""
        with self.saving():
            row = db.session.get_one(SchoolClass, klass.id)
            row.door_opened_at = self.clock.now
            row.door_open_until = self.clock.now + timedelta(minutes=minutes)

    def opens_box(self, school: ASchool | None = None, *, holidays: str = "") -> tuple[APerson, APerson]:
        """The lifebuoy of this school sends from now on: a DSL, Ms Hart, and a deputy, Mr Rees, read it."""
        where = school or self.home
        team = self.dsl(school=where), self.deputy(school=where)
        with self.saving():
            opens, closes = USUAL_HOURS
            set_box(where.id, self.clock.now, is_on=True, opens=opens, closes=closes, holidays=holidays)
        return team

    def shuts_box(self, school: ASchool | None = None) -> None:
        with self.saving():
            opens, closes = USUAL_HOURS
            set_box((school or self.home).id, self.clock.now, is_on=False, opens=opens, closes=closes, holidays="")

    # People

    def pupil(
        self, name: str, klass: AClass | None = None, *, letters: str = "", year_group: int | None = None
    ) -> APerson:
        return self.pupils([name], klass, letters=letters, year_group=year_group)[0]

    def pupils(
        self, names: list[str], klass: AClass | None = None, *, letters: str = "", year_group: int | None = None
    ) -> list[APerson]:
        """Several at once; without a class, in a new Willow."""
        where = klass or self.klass()
        year = where.year_group if year_group is None else year_group
        with self.saving():
            school = db.session.get_one(School, where.school.id)
            new = [people.NewPupil(where.id, year, name, letters, is_surname_known=bool(letters)) for name in names]
            made = people.add_pupils(self.keys, school, new, self.clock.now)
            users = [db.session.get_one(User, pupil.user_id) for pupil in made]
            return [APerson(user.id, user.public_id, user.name, Role.PUPIL, where.school, where) for user in users]

    def teacher(self, name: str = "Mr Okoro", *classes: AClass, school: ASchool | None = None) -> APerson:
        where = school or (classes[0].school if classes else self.home)
        teacher = self._staff(Role.TEACHER, name, where)
        with self.saving():
            for klass in classes:
                people.teach(db.session.get_one(User, teacher.id), db.session.get_one(SchoolClass, klass.id))
        return teacher

    def dsl(self, name: str = "Ms Hart", *, school: ASchool | None = None) -> APerson:
        return self._staff(Role.DSL, name, school or self.home)

    def deputy(self, name: str = "Mr Rees", *, school: ASchool | None = None) -> APerson:
        return self._staff(Role.DEPUTY, name, school or self.home)

    def head(self, name: str = "Mrs Adeyemi", *, school: ASchool | None = None) -> APerson:
        return self._staff(Role.HEAD, name, school or self.home)

    def admin(self, name: str = "Ms Bell", *, school: ASchool | None = None) -> APerson:
        return self._staff(Role.ADMIN, name, school or self.home)

    def parent(self, name: str = "Sam Khan", *, school: ASchool | None = None) -> APerson:
        """A grown-up with an account and no child linked yet."""
        where = school or self.home
        email = self._new_email()
        with self.saving():
            user = people.add_parent(where.id, name, email, _password_hash(), self.clock.now)
            return APerson(user.id, user.public_id, name, Role.PARENT, where, email=email)

    def parent_of(self, *children: APerson, name: str = "Sam Khan") -> APerson:
        parent = self.parent(name, school=children[0].school)
        for child in children:
            self.links(parent, child)
        return parent

    def links(self, parent: APerson, child: APerson) -> None:
        with self.saving():
            db.session.add(
                FamilyLink(
                    school_id=child.school.id,
                    parent_id=parent.id,
                    pupil_id=child.id,
                    linked_at=self.clock.now,
                    ended_at=None,
                )
            )

    def unlinks(self, parent: APerson, child: APerson) -> None:
        with self.saving():
            for link in db.session.scalars(
                select(FamilyLink).where(FamilyLink.parent_id == parent.id, FamilyLink.pupil_id == child.id)
            ):
                link.ended_at = self.clock.now

    def leaves(self, person: APerson) -> None:
        """Their row says that they have left; nothing else is done about it."""
        with self.saving():
            db.session.get_one(User, person.id).left_at = self.clock.now

    # What they have in their hands

    def secret_of(self, pupil: APerson) -> tuple[str, ...]:
        """The pictures or words this pupil was given, in order."""
        with self.app.app_context():
            row = db.session.get_one(Pupil, pupil.id)
            return given_secret(self.keys, pupil.public_id, row.year_group, row.secret_version, row.key_version)

    def card_of(self, pupil: APerson) -> str:
        """The 28 letters in the QR code of this pupil's card."""
        with self.app.app_context():
            row = db.session.get_one(Pupil, pupil.id)
            return card_token(self.keys, pupil.public_id, row.card_version, row.key_version)

    def totp_of(self, adult: APerson) -> str:
        """The six figures that this adult's phone shows now."""
        return code_at(adult.totp, self.clock.now)

    # At a browser

    def visitor(self, name: str = "nobody in particular") -> Visitor:
        """A browser that has never been here."""
        return Visitor(self.app, name)

    def signed_in(self, person: APerson, *, has_second_factor: bool = True) -> Visitor:
        """Their browser, with a session opened by the function that sign-in uses. The way in has stories of its own."""
        is_adult = person.role is not Role.PUPIL
        return self._with_session(
            person.name,
            person.school,
            user_id=person.id,
            class_id=None,
            how="password" if is_adult else "pictures",
            has_second_factor=has_second_factor and bool(person.totp),
        )

    def looking_for_a_boat(self, klass: AClass) -> Visitor:
        """A browser where the class code has been typed, and nobody is signed in yet."""
        return self._with_session(
            f"somebody with {klass.name}'s code", klass.school, user_id=None, class_id=klass.id, how="code"
        )

    def _with_session(
        self,
        name: str,
        school: ASchool,
        *,
        user_id: int | None,
        class_id: int | None,
        how: str,
        has_second_factor: bool = False,
    ) -> Visitor:
        visitor = Visitor(self.app, name)
        with self.app.test_request_context("/"):
            with writing() as connection:
                open_sign_in(
                    connection,
                    school_id=school.id,
                    user_id=user_id,
                    class_id=class_id,
                    how=how,
                    at=self.clock.now,
                    second_factor_at=self.clock.now if has_second_factor else None,
                )
            token = this_session().new_token
        assert token is not None
        visitor.client.set_cookie(cookie_name(self.app), token)
        return visitor

    # In the post

    def sends_mail(self) -> list[Outgoing]:
        """What a mail server is given now, if it takes all of it."""
        given: list[Outgoing] = []
        with self.app.app_context():
            send_due(given.append, self.clock.now)
        return given

    # Underneath

    @property
    def keys(self) -> Keys:
        found: Keys = self.app.extensions["keys"]
        return found

    @contextmanager
    def saving(self) -> Iterator[None]:
        """An app context whose `db.session` may write, committed on leaving. For what the world has no word for."""
        with self.app.app_context():
            start_writing()
            yield
            db.session.commit()

    def _staff(self, role: Role, name: str, school: ASchool) -> APerson:
        """Members of staff who need a second factor have one."""
        email = self._new_email()
        with self.saving():
            user = people.add_staff(school.id, role, name, email, self.clock.now, _password_hash())
            totp = ""
            if role in SECOND_FACTOR:
                totp = new_secret()
                adult = db.session.get_one(Adult, user.id)
                adult.totp_secret = seal(self.keys, totp)
                adult.totp_key_version = self.keys.version
                adult.is_totp_on = True
            return APerson(user.id, user.public_id, name, role, school, email=email, totp=totp)

    def _new_email(self) -> str:
        self._emails += 1
        return f"adult{self._emails}@harbour.example"


@cache
def _password_hash() -> str:
    """Thirty milliseconds once, not once for each adult of each test."""
    return hash_password(PASSWORD)
