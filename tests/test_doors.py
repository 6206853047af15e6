"""Who may open which page: every address, as every kind of person, of this school and of another (DESIGN.md 8).

A page without a row fails. A refused request changes nothing and shows nobody's name; no GET changes a row but the
session's `seen_at` and, at the desk, the log of who has read a concern. Whose things an open page shows and changes is
told in tests/test_what_belongs_to_whom.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.family_links import make_code
from accounts.models import AuditEntry, SignIn
from accounts.people import note
from accounts.policy import UNLINKED, Action
from accounts.school_time import day_of
from accounts.weekly_letter import stop_token
from app import HEADERS
from database import db, writing
from quizzes.attempts import LESSON, begin
from quizzes.home_lessons import set_for_home
from tests.harness.concerns import WORDS, tells
from tests.harness.statements import count_statements
from tests.harness.visitor import Visitor
from tests.harness.world import AClass, APerson, World

pytestmark = pytest.mark.one_database

SECRETS = ("Amina", "Willow", "Sam Khan", "amina's mum", WORDS)
#: Of Amina's concern: in no reply but the desk's, whoever asks.
FORBIDDEN = (WORDS, "SH-0001")


@dataclass
class Cast:
    """Two schools of equal shape. `visitors` are everybody's browsers; Amina of Willow is whom the pages are about."""

    world: World
    willow: AClass
    oak: AClass
    amina: APerson
    ben: APerson
    mum: APerson
    okoro: APerson
    attempt: str = ""
    code: str = ""
    record: str = ""
    concern: str = ""
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, str]:
        return {
            "klass": self.willow.public_id,
            "pupil": self.amina.public_id,
            "parent": self.mum.public_id,
            "staff": self.okoro.public_id,
            "attempt": self.attempt,
            "code": self.code,
            "record": self.record,
            "stop": stop_token(self.world.keys, self.mum.public_id),
            "concern": self.concern,
        }


def gather(world: World) -> Cast:
    """Everybody, signed in on a browser of their own."""
    home, other = world.school("Harbour Primary"), world.school("Far Shore Primary")
    willow, oak = world.klass("Willow", 3, school=home), world.klass("Oak", 3, school=home)
    fir = world.klass("Fir", 3, school=other)
    amina, ben, zed = world.pupil("Amina", willow), world.pupil("Ben", oak), world.pupil("Zed", fir)
    okoro, lowe = world.teacher("Mr Okoro", willow), world.teacher("Mrs Lowe", oak)
    gone = world.teacher("Ms Gone", willow)
    mum, dad = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    bens, estranged = world.parent_of(ben, name="Bo Lee"), world.parent_of(amina, name="Al Khan")
    world.unlinks(estranged, amina)
    for school in (home, other):
        world.opens_box(school)
    for klass in (willow, fir):
        world.opens_door(klass)
    cast = Cast(world, willow, oak, amina, ben, mum, okoro)
    with world.app.app_context(), writing() as connection:
        cast.attempt = begin(
            connection,
            school_id=home.id,
            pupil_id=amina.id,
            class_id=willow.id,
            kind=LESSON,
            lesson="online-friends.y3-4",
            number=1,
            version=1,
            at=world.clock.now,
            is_home=True,
        )
        today = day_of(world.clock.now, "Europe/London")
        set_for_home(
            connection,
            school_id=home.id,
            class_id=willow.id,
            lesson="online-friends.y3-4",
            set_by=okoro.id,
            until=today,
            today=today,
            at=world.clock.now,
        )
    with world.saving():
        code = make_code(world.keys, home.id, amina.id, 2, world.clock.now)
        db.session.flush()
        cast.code = code.public_id
        ended = dict.fromkeys(("has_another_child", "sessions", "letters", "links", "mails"), 0)
        note(home.id, mum.id, UNLINKED, amina.id, world.clock.now, {"grown_up": estranged.id, **ended})
        newest = select(AuditEntry.public_id).order_by(AuditEntry.id.desc()).limit(1)
        cast.record = db.session.scalars(newest).one()
    cast.concern = tells(world, amina).concern
    everyone: dict[str, Callable[[], Visitor]] = {
        "nobody": world.visitor,
        "at the door": lambda: world.looking_for_a_boat(willow),
        "pupil": lambda: world.signed_in(amina),
        "pupil of another class": lambda: world.signed_in(ben),
        "pupil sent ashore": lambda: _ended(world, amina),
        "teacher": lambda: world.signed_in(okoro),
        "teacher of another class": lambda: world.signed_in(lowe),
        "teacher who left": lambda: world.signed_in(gone),
        "dsl": lambda: world.signed_in(world.dsl(school=home)),
        "deputy": lambda: world.signed_in(world.deputy(school=home)),
        "dsl without second factor": lambda: world.signed_in(
            world.dsl("Mx Bare", school=home), has_second_factor=False
        ),
        "head": lambda: world.signed_in(world.head(school=home)),
        "admin": lambda: world.signed_in(world.admin(school=home)),
        "parent": lambda: world.signed_in(mum),
        "second parent": lambda: world.signed_in(dad),
        "parent of another": lambda: world.signed_in(bens),
        "parent unlinked": lambda: world.signed_in(estranged),
        "other door": lambda: world.looking_for_a_boat(fir),
        "other pupil": lambda: world.signed_in(zed),
        "other teacher": lambda: world.signed_in(world.teacher("Mr Far", fir)),
        "other dsl": lambda: world.signed_in(world.dsl("Ms Far", school=other)),
        "other head": lambda: world.signed_in(world.head("Mrs Far", school=other)),
        "other admin": lambda: world.signed_in(world.admin("Mx Far", school=other)),
        "other parent": lambda: world.signed_in(world.parent_of(zed, name="Far Away")),
    }
    cast.visitors = {name: comes() for name, comes in everyone.items()}
    world.leaves(gone)
    return cast


def _ended(world: World, pupil: APerson) -> Visitor:
    """A pupil whom "end of lesson" signed out; the tablet still has its cookie."""
    visitor = world.signed_in(pupil)
    with world.saving():
        last = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
        assert last is not None
        last.ended_at = world.clock.now
    return visitor


WHOLE_SCHOOL = {"dsl", "deputy", "head"}
ALL_STAFF = {"teacher", "teacher of another class", "dsl", "deputy", "head", "admin"}
OTHER_STAFF = {"other teacher", "other dsl", "other head", "other admin"}
PUPILS = {"pupil", "pupil of another class", "other pupil"}
PARENTS = {"parent", "second parent", "parent of another", "parent unlinked", "other parent"}
IMPORTERS = {"teacher", "teacher of another class", "admin", "other teacher", "other admin"}
SIGNED_OUT = {"nobody", "pupil sent ashore", "teacher who left"}
BARE = {"dsl without second factor"}
TEAM = {"dsl", "deputy"}

#: Who may open each page about Amina of Willow (or about themselves, where the address names nobody). Everybody else is
#: shown a door, if signed out, or a 404. `MAY` in accounts/policy.py is not read here on purpose.
LET_IN: dict[str, tuple[str, set[str]]] = {
    # Somebody with the class code
    "front.boats": ("/boats", {"at the door", "other door"}),
    "front.secret": ("/boats/{pupil}", {"at the door"}),
    "front.try_boat": ("/boats/{pupil}", {"at the door"}),
    "front.sign_out": ("/ashore", PUPILS | PARENTS | ALL_STAFF | OTHER_STAFF | BARE),
    # A pupil, about themselves
    "progress.chart": ("/chart", PUPILS),
    "comfort.my_page": ("/my-page", PUPILS),
    "comfort.keep": ("/my-page", PUPILS),
    "quizzes.set_sail": ("/sail", PUPILS),
    "quizzes.set_sail_again": ("/sail/again", PUPILS),
    "quizzes.practise_again": ("/sail/try", PUPILS),
    "quizzes.resume": ("/sail/{attempt}", {"pupil"}),
    "quizzes.step": ("/sail/{attempt}/1", {"pupil"}),
    "quizzes.answer": ("/sail/{attempt}/1", {"pupil"}),
    # A class
    "classes.index": ("/classes/", ALL_STAFF | OTHER_STAFF),
    "progress.class_page": ("/classes/{klass}", {"teacher"} | WHOLE_SCHOOL),
    "progress.class_sheet": ("/classes/{klass}/sheet.csv", {"teacher"} | WHOLE_SCHOOL),
    "progress.set_for_home": ("/classes/{klass}/home", {"teacher"}),
    "progress.take_back": ("/classes/{klass}/home/back", {"teacher"}),
    "classes.open_door": ("/classes/{klass}/door", {"teacher", "admin"}),
    "classes.shut_door": ("/classes/{klass}/door/shut", {"teacher", "admin"}),
    "classes.end_lesson": ("/classes/{klass}/ashore", {"teacher", "admin"}),
    "classes.new_code": ("/classes/{klass}/code", {"teacher", "admin"}),
    "classes.set_band": ("/classes/{klass}/band", {"teacher", "admin"}),
    "classes.let_in": ("/classes/{klass}/people/{pupil}/let-in", {"teacher", "admin"}),
    # Class lists, cards and the people of a class
    "roster.upload": ("/classes/list", IMPORTERS),
    "roster.preview": ("/classes/list", IMPORTERS),
    "roster.save": ("/classes/list/save", IMPORTERS),
    "roster.saved": ("/classes/list/saved", IMPORTERS),
    "roster.people": ("/classes/{klass}/people", {"teacher", "admin"}),
    "roster.cards": ("/classes/{klass}/cards", {"teacher", "admin"}),
    "roster.renew_cards": ("/classes/{klass}/cards", {"teacher", "admin"}),
    "roster.void": ("/classes/{klass}/people/{pupil}/card", {"teacher", "admin"}),
    "roster.card_at_home": ("/classes/{klass}/people/{pupil}/home", {"teacher", "admin"}),
    "roster.cards_at_home": ("/classes/{klass}/cards/home", {"teacher", "admin"}),
    "roster.new_secret": ("/classes/{klass}/people/{pupil}/secret", {"teacher", "admin"}),
    # Lessons
    "lessons.index": ("/lessons/", ALL_STAFF | OTHER_STAFF),
    "lessons.show": ("/lessons/pier/y34", ALL_STAFF | OTHER_STAFF),
    "lessons.coverage": ("/lessons/coverage", ALL_STAFF | OTHER_STAFF),
    "practices.begin": ("/lessons/pier/y34/try", ALL_STAFF | OTHER_STAFF),
    "practices.act": ("/lessons/pier/y34/try", ALL_STAFF | OTHER_STAFF),
    # Families
    "families.letters": ("/classes/{klass}/letters", {"teacher", "admin"} | WHOLE_SCHOOL),
    "families.make_letters": ("/classes/{klass}/letters", {"teacher", "admin"} | WHOLE_SCHOOL),
    "families.make_letter": ("/people/{pupil}/families/letter", {"teacher", "admin"} | WHOLE_SCHOOL),
    "families.of_pupil": ("/people/{pupil}/families", {"teacher", "admin"} | WHOLE_SCHOOL),
    "families.void_code": ("/people/{pupil}/families/letters/{code}/void", {"teacher", "admin"} | WHOLE_SCHOOL),
    "families.record": ("/families/records/{record}", WHOLE_SCHOOL),
    "families.unlink": ("/people/{pupil}/families/{parent}/unlink", WHOLE_SCHOOL),
    "families.add_child": ("/families/add", PARENTS),
    "families.try_add_child": ("/families/add", PARENTS),
    "mail.letters": ("/families/mail", PARENTS),
    "mail.choose": ("/families/mail", PARENTS),
    "families.sign_out": ("/families/sign-out", PUPILS | PARENTS | ALL_STAFF | OTHER_STAFF | BARE),
    "progress.children": ("/families/children", PARENTS),
    "progress.summary": ("/families/children/{pupil}", {"parent", "second parent"}),
    "progress.home_cards": ("/classes/{klass}/home-cards", {"teacher", "admin"} | WHOLE_SCHOOL),
    "progress.end_links": ("/classes/{klass}/home-cards/end", {"teacher", "admin"} | WHOLE_SCHOOL),
    "quizzes.set_sail_together": ("/families/children/{pupil}/sail", {"parent", "second parent"}),
    "quizzes.resume_together": ("/families/children/{pupil}/sail/{attempt}", {"parent", "second parent"}),
    "quizzes.step_together": ("/families/children/{pupil}/sail/{attempt}/1", {"parent", "second parent"}),
    "quizzes.answer_together": ("/families/children/{pupil}/sail/{attempt}/1", {"parent", "second parent"}),
    "progress.try_lesson": ("/families/children/{pupil}/try/pier", {"parent", "second parent"}),
    "progress.try_app": ("/families/children/{pupil}/try/pier/app", {"parent", "second parent"}),
    "progress.act_in_app": ("/families/children/{pupil}/try/pier/app", {"parent", "second parent"}),
    "progress.summary_preview": ("/people/{pupil}/summary", {"teacher"} | WHOLE_SCHOOL),
    # Whoever is signed in tells
    "safeguarding.send": ("/help/send", PUPILS | PARENTS | ALL_STAFF | OTHER_STAFF),
    "safeguarding.outbox": ("/help/outbox", PUPILS | PARENTS | ALL_STAFF | OTHER_STAFF),
    # The office
    "lessons.own_words": ("/office/words", {"admin", "other admin"}),
    "lessons.keep_own_words": ("/office/words", {"admin", "other admin"}),
    "office.index": ("/office/", {"admin", "other admin"}),
    "office.school": ("/office/school", {"admin", "other admin"}),
    "office.change_school": ("/office/school", {"admin", "other admin"}),
    "office.add": ("/office/staff", {"admin", "other admin"}),
    "office.person": ("/office/staff/{staff}", {"admin"}),
    "office.change": ("/office/staff/{staff}", {"admin"}),
    "office.left": ("/office/staff/{staff}/left", {"admin"}),
    "office.back": ("/office/staff/{staff}/back", {"admin"}),
    "office.invite_again": ("/office/staff/{staff}/invitation", {"admin"}),
    "office.reset_second": ("/office/staff/{staff}/second", {"admin"}),
    "office.teaches": ("/office/staff/{staff}/classes", {"admin"}),
    # The desk: a concern about Amina that is not for the head alone, so that the head has none
    "desk.index": ("/desk/", TEAM | {"head", "other dsl", "other head"}),
    "desk.find_in": ("/desk/", TEAM | {"head", "other dsl", "other head"}),
    "desk.unlock": ("/desk/unlock", TEAM | {"head", "other dsl", "other head"}),
    "desk.try_unlock": ("/desk/unlock", TEAM | {"head", "other dsl", "other head"}),
    "desk.box": ("/desk/box", TEAM | {"other dsl"}),
    "desk.change_box": ("/desk/box", TEAM | {"other dsl"}),
    "desk.child": ("/desk/child/{pupil}", TEAM | {"head"}),
    "desk.keeping": ("/desk/child/{pupil}/keeping", TEAM),
    "desk.make_transfer": ("/desk/child/{pupil}/transfer", TEAM),
    "desk.receipt": ("/desk/child/{pupil}/receipt", TEAM),
    "desk.review": ("/desk/review", TEAM | {"head", "other dsl", "other head"}),
    "desk.erase": ("/desk/{concern}/erase", TEAM),
    "desk.log": ("/desk/log", TEAM | {"head", "other dsl", "other head"}),
    "desk.glass_form": ("/desk/glass", {"head", "other head"}),
    "desk.break_glass": ("/desk/glass", {"head", "other head"}),
    "desk.school_patterns": ("/desk/patterns", TEAM | {"head", "other dsl", "other head"}),
    "desk.show": ("/desk/{concern}", TEAM),
    "desk.paper": ("/desk/{concern}/paper", TEAM),
    "desk.add": ("/desk/{concern}/note", TEAM),
    "desk.whom": ("/desk/{concern}/child", TEAM),
    "desk.name_child": ("/desk/{concern}/child", TEAM),
    "desk.word_back": ("/desk/{concern}/word", TEAM),
    "desk.see_me": ("/desk/{concern}/see-me", TEAM),
    "safeguarding.seen": ("/seen", ALL_STAFF | OTHER_STAFF),
    # One's own account
    "staff.account": ("/staff/account", ALL_STAFF | OTHER_STAFF),
    "staff.change_word": ("/staff/account", ALL_STAFF | OTHER_STAFF),
    "staff.second": ("/staff/second", ALL_STAFF | OTHER_STAFF | BARE),
    "staff.try_second": ("/staff/second", ALL_STAFF | OTHER_STAFF | BARE),
    "staff.second_set_up": ("/staff/second/set-up", ALL_STAFF | OTHER_STAFF | BARE),
    "staff.confirm_second": ("/staff/second/set-up", ALL_STAFF | OTHER_STAFF | BARE),
    "staff.second_or_on": ("/staff/on", ALL_STAFF | OTHER_STAFF | BARE),
    "staff.sign_out": ("/staff/sign-out", PUPILS | PARENTS | ALL_STAFF | OTHER_STAFF | BARE),
}

#: Pages that anybody may open, with an address that shows one.
OPEN: dict[str, str] = {
    "front.landing": "/",
    "front.code": "/code",
    "front.try_code": "/code",
    "front.card": "/card",
    "front.try_a_card": "/card",
    "front.information": "/information",
    "front.accessibility": "/accessibility",
    "front.about": "/about",
    "curriculum.index": "/curriculum",
    "curriculum.lesson": "/curriculum/pier/y34",
    "front.healthz": "/healthz",
    "safeguarding.help": "/help",
    "safeguarding.sent": "/help/sent",
    "safeguarding.offline": "/help/offline/y34",
    "safeguarding.worker": "/sw.js",
    "staff.sign_in": "/staff/",
    "staff.try_sign_in": "/staff/",
    "staff.welcome": "/staff/welcome",
    "staff.accept": "/staff/welcome",
    "families.sign_in": "/families/",
    "families.try_sign_in": "/families/",
    "families.join": "/families/join",
    "families.try_join": "/families/join",
    "progress.home": "/home",
    "progress.read_home": "/home",
    "mail.stop": "/families/stop/{stop}",
    "mail.stopped": "/families/stop/{stop}",
    "mail.again": "/families/stop/{stop}/again",
    "mail.forgotten": "/families/forgotten",
    "mail.ask_for_link": "/families/forgotten",
    "mail.renew": "/families/renew",
    "mail.set_word": "/families/renew",
    "static_file": "/static/x/none.css",
    "favicon": "/favicon.ico",
}


#: What a form must say before its page can do its work.
FIELDS: dict[str, dict[str, str]] = {
    "quizzes.set_sail": {"place": "pier"},
    "quizzes.practise_again": {"place": "pier", "number": "1"},
    "desk.find_in": {"q": "Amina"},
    "desk.add": {"note": "Spoke."},
    "quizzes.set_sail_together": {"place": "pier", "number": "1"},
    "progress.set_for_home": {"place": "pier", "until": "2026-11-27"},
    "progress.take_back": {"place": "pier"},
}


TELLING = {"safeguarding.send", "safeguarding.outbox"}


def methods(app: Flask, endpoint: str) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    return "POST" if "POST" in (rule.methods or set()) else "GET"


def test_every_address_has_a_row_and_every_row_an_address(app: Flask) -> None:
    rows = LET_IN.keys() | OPEN.keys()
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - rows == set(), "pages without a row"
    assert rows - endpoints == set(), "rows without a page"
    for endpoint in LET_IN:
        assert isinstance(getattr(app.view_functions[endpoint], "action", None), Action), endpoint
    for endpoint in OPEN:
        assert getattr(app.view_functions[endpoint], "is_open", False), endpoint


def test_the_rows_match_their_addresses(app: Flask) -> None:
    """An address that leads to another page would test the wrong one."""
    ids = dict.fromkeys(("klass", "pupil", "parent", "staff", "attempt", "code", "record", "concern"), "abc")
    for endpoint, (address, _) in LET_IN.items():
        adapter = app.url_map.bind("localhost")
        assert adapter.match(address.format(**ids), method=methods(app, endpoint))[0] == endpoint


@pytest.mark.parametrize("endpoint", sorted(LET_IN))
def test_the_door_opens_for_whom_it_should_and_for_nobody_else(world: World, endpoint: str) -> None:
    address, let_in = LET_IN[endpoint]
    method = methods(world.app, endpoint)
    cast = gather(world)
    for name in [name for name in cast.visitors if name not in let_in]:
        reply, written = knock(cast, name, method, address, FIELDS.get(endpoint))
        assert outcome(reply) == refusal(cast, name, endpoint, let_in), f"{name} at {endpoint}: {reply.status}"
        assert not written, f"{name} at {endpoint} changed {written}"
        told = [secret for secret in SECRETS if secret in reply.text and name not in ("pupil", "at the door")]
        told += [secret for secret in FORBIDDEN if secret in reply.text]
        assert not told, f"{name} at {endpoint} was told {told}"
    is_changed = False
    for name in sorted(let_in):
        reply, written = knock(cast, name, method, address, FIELDS.get(endpoint))
        if outcome(reply) != "in" and is_changed:  # one before has shut the door: ask where nobody did anything
            cast, is_changed = gather(world), False
            reply, written = knock(cast, name, method, address, FIELDS.get(endpoint))
        assert outcome(reply) == "in", f"{name} at {endpoint}: {reply.status} {reply.location}"
        if not (endpoint.startswith("desk.") and name in TEAM):
            told = [secret for secret in FORBIDDEN if secret in reply.text]
            assert not told, f"{name} at {endpoint} was told {told}"
        if method == "GET":
            written = but_looks(written) if endpoint.startswith("desk.") else written
            assert not written, f"{name} at {endpoint} changed {written} by looking"
        is_changed = is_changed or bool(written)


@pytest.mark.parametrize("endpoint", sorted(OPEN))
def test_open_pages_are_open_to_everybody_and_change_nothing_by_looking(world: World, endpoint: str) -> None:
    cast = gather(world)
    method = methods(world.app, endpoint)
    for name in cast.visitors:
        reply, written = knock(cast, name, method, OPEN[endpoint])
        expected = {404} if endpoint == "static_file" else {200, 303, 422}
        assert reply.status_code in expected, f"{name} at {endpoint}: {reply.status}"
        assert not [secret for secret in FORBIDDEN if secret.encode() in reply.data], f"{name} at {endpoint}"
        if method == "GET":
            assert not written, f"{name} at {endpoint} changed {written} by looking"


def test_every_page_says_once_who_may_open_it(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        says = hasattr(view, "action"), getattr(view, "is_open", False)
        assert sum(says) == 1, endpoint


#: A mailbox's own "unsubscribe" button sends no token of ours (RFC 8058); the proof in its address is all it takes.
WITHOUT_TOKEN = {"mail.stopped"}


def test_every_form_asks_for_its_token(world: World) -> None:
    cast = gather(world)
    teacher, pupil = cast.visitors["teacher"], cast.visitors["pupil"]
    for rule in world.app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.endpoint in WITHOUT_TOKEN:
            continue
        address = LET_IN.get(rule.endpoint, (OPEN.get(rule.endpoint, ""), set()))[0].format(**cast.places)
        for visitor in (teacher, pupil, cast.visitors["dsl"]):
            with count_statements(world.app) as said:
                reply = visitor.asks("POST", address, {"csrf_token": "made up"})
            assert reply.status_code == 400, f"{rule.endpoint}: {reply.status}"
            assert not changes(said), rule.endpoint


def knock(
    cast: Cast, name: str, method: str, address: str, fields: dict[str, str] | None = None
) -> tuple[TestResponse, list[str]]:
    """One request as this person, with a good token; and what it changed in the database."""
    visitor = cast.visitors[name]
    sent = {**(fields or {}), "csrf_token": visitor.csrf_token()} if method == "POST" else None
    with count_statements(cast.world.app) as said:
        reply = visitor.asks(method, address.format(**cast.places), sent)
    for header, value in HEADERS.items():
        assert reply.headers.get(header) == value, f"{header} at {address}"
    kept = reply.headers["Cache-Control"]
    assert kept == "no-store" or address.startswith(("/static", "/favicon", "/sw.js")), f"{address} may be kept: {kept}"
    return reply, changes(said)


def changes(said: list[str]) -> list[str]:
    writes = [each for each in said if each.lstrip().split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}]
    return [each for each in writes if not each.startswith("UPDATE sign_ins SET seen_at=")]


#: What keeping a look writes: the row itself, the end of its chain, and that a concern has been opened.
_LOOK = re.compile(
    r"INSERT INTO (concern_reads|chain_heads) "
    r"|UPDATE chain_heads SET place="
    r"|UPDATE concern_desk SET (first_read_at|state|word_back_at)=[^=]+ WHERE "
)


def but_looks(written: list[str]) -> list[str]:
    """What a GET of the desk changed besides the log of who has read what. Without a row in the log, all of it."""
    if not any(each.startswith("INSERT INTO concern_reads ") for each in written):
        return written
    return [each for each in written if not _LOOK.match(each)]


def outcome(reply: TestResponse) -> str:
    if reply.status_code == 404:
        return "404"
    where = (reply.location or "").split("?")[0]
    if reply.status_code == 303 and where in {"/code", "/staff/", "/families/"} and not _is_goodbye(reply):
        return "door"
    if reply.status_code == 303 and where.startswith("/staff/second") and reply.request.path != "/staff/second/set-up":
        return "in" if reply.request.path in {"/staff/second", "/staff/on"} else "second factor"
    if reply.status_code == 303 and where == "/chart" and reply.request.path.startswith("/boats"):
        return "chart"
    return "in" if reply.status_code in {200, 303, 422, 429} else reply.status


def _is_goodbye(reply: TestResponse) -> bool:
    """Signing out leads to a door as well, and says so to the browser."""
    return "Clear-Site-Data" in reply.headers


def refusal(cast: Cast, name: str, endpoint: str, let_in: set[str]) -> str:
    """What somebody who may not come in gets."""
    if name in SIGNED_OUT and endpoint in TELLING:
        return "401 UNAUTHORIZED"  # a page that says "not sent", with the words on it: no door hides what was told
    if name in SIGNED_OUT:
        return "door"
    if name in BARE and "dsl" in let_in:
        return "second factor"
    if name in PUPILS and endpoint in {"front.boats", "front.secret", "front.try_boat"}:
        return "chart"
    return "404"
