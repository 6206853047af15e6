"""The second factor: set up, shown, lost, and refused where the line is not private."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Adult, AuditEntry, RecoveryCode, User
from accounts.second_factor import code_at
from database import db
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World


def at_the_door(world: World, person: APerson) -> Visitor:
    """The email and the password are typed; the second factor is next."""
    browser = world.visitor(person.name)
    browser.visits("/staff/")
    browser.submits(email=person.email, password=person.password)
    return browser


def without_a_phone(world: World, person: APerson) -> APerson:
    """As the office leaves a new head: a password, and no second factor yet."""
    with world.saving():
        adult = db.session.get_one(Adult, person.id)
        adult.is_totp_on, adult.totp_secret = False, None
    return person


def secret_on(page: Page) -> str:
    """The letters that somebody without a camera types into the app."""
    return page.one("#letters").text.replace(" ", "")


def test_the_head_shows_her_phone_and_is_in(world: World) -> None:
    head = world.head()
    world.klass("Willow")
    browser = at_the_door(world, head)

    assert browser.page is not None
    assert browser.page.path == "/staff/second"
    assert browser.visits("/classes/").path == "/staff/second"  # nothing opens before it
    assert browser.visits("/staff/account").path == "/staff/second"
    classes = browser.submits(code=world.totp_of(head))
    assert classes.path == "/classes/"
    assert "Willow" in classes


def test_the_office_goes_straight_to_its_desk(world: World) -> None:
    admin = world.admin()
    browser = at_the_door(world, admin)
    assert browser.submits(code=world.totp_of(admin)).path == "/office/"


def test_a_code_is_good_once(world: World) -> None:
    head = world.head()
    code = world.totp_of(head)
    at_the_door(world, head).submits(code=code)

    over_the_shoulder = at_the_door(world, head)
    refused = over_the_shoulder.submits(code=code, status=422)
    assert "each works once" in refused.one("#code-problem").text
    world.clock.moves(seconds=30)
    over_the_shoulder.submits(code=code, status=422)
    assert over_the_shoulder.submits(code=world.totp_of(head)).path == "/classes/"


def test_a_clock_half_a_minute_slow_is_forgiven_and_an_old_code_is_not(world: World) -> None:
    head = world.head()
    browser = at_the_door(world, head)
    code = world.totp_of(head)

    world.clock.moves(seconds=90)
    browser.submits(code=code, status=422)
    code = world.totp_of(head)
    world.clock.moves(seconds=30)
    assert browser.submits(code=f"{code[:3]} {code[3:]}").path == "/classes/"


def test_wrong_codes_wait_whichever_browser_they_come_from(world: World) -> None:
    head = world.head()
    first, second = at_the_door(world, head), at_the_door(world, head)

    for browser in (first, second, first, second):
        browser.submits(code="000000", status=422)
    told = first.submits(code="000000", status=429)
    assert "Wait 30 seconds" in told.one("#code-problem").text
    second.submits(code=world.totp_of(head), status=429)
    world.clock.moves(seconds=31)
    assert second.submits(code=world.totp_of(head)).path == "/classes/"


def test_a_new_head_sets_up_her_phone_and_keeps_her_recovery_codes(world: World) -> None:
    head = without_a_phone(world, world.head())
    browser = at_the_door(world, head)
    set_up = browser.page
    assert set_up is not None
    assert set_up.path == "/staff/second/set-up"

    secret = secret_on(set_up)
    again = browser.visits("/staff/second/set-up")
    assert secret_on(again) == secret  # a reload does not spoil what the phone has scanned
    assert again.one("svg.qr path")["d"] == set_up.one("svg.qr path")["d"]
    wrong = browser.submits(code="000000", status=422)
    assert "did not match" in wrong.one("#code-problem").text
    assert secret_on(wrong) == secret

    printed = browser.submits(code=code_at(secret, world.clock.now))
    codes = [item.text for item in printed.all(".codes li")]
    assert len(set(codes)) == 8
    assert browser.follows("I have kept them").path == "/classes/"

    world.clock.moves(minutes=5)
    tomorrow = at_the_door(world, head)
    assert tomorrow.submits(code=code_at(secret, world.clock.now)).path == "/classes/"


def test_a_double_tap_shows_the_same_recovery_codes(world: World) -> None:
    head = without_a_phone(world, world.head())
    browser = at_the_door(world, head)
    assert browser.page is not None
    form = browser.page.form("/staff/second/set-up")
    sent = {**form.values().to_dict(), "code": code_at(secret_on(browser.page), world.clock.now)}

    first = browser.posts("/staff/second/set-up", sent, has_token=False, status=200)
    second = browser.posts("/staff/second/set-up", sent, has_token=False, status=200)
    assert [item.text for item in first.all(".codes li")] == [item.text for item in second.all(".codes li")]
    assert len(second.all(".codes li")) == 8

    world.clock.moves(minutes=11)  # a tab found open later shows nothing of the kind
    late = browser.posts("/staff/second/set-up", sent, has_token=False, status=200)
    assert not late.all(".codes li")


def test_a_recovery_code_opens_once_when_the_phone_is_lost(world: World) -> None:
    head = without_a_phone(world, world.head())
    browser = at_the_door(world, head)
    assert browser.page is not None
    printed = browser.submits(code=code_at(secret_on(browser.page), world.clock.now))
    code = printed.all(".codes li")[0].text.lower()

    at_home = at_the_door(world, head)
    assert at_home.submits(code=code).path == "/classes/"
    assert "Recovery codes left: 7" in at_home.visits("/staff/account")
    at_the_door(world, head).submits(code=code, status=422)


def test_a_recovery_code_of_somebody_else_opens_nothing(world: World) -> None:
    head, dsl = without_a_phone(world, world.head()), world.dsl()
    browser = at_the_door(world, head)
    assert browser.page is not None
    printed = browser.submits(code=code_at(secret_on(browser.page), world.clock.now))

    at_the_door(world, dsl).submits(code=printed.all(".codes li")[0].text, status=422)


def test_a_teacher_may_turn_it_on_and_is_asked_from_then_on(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Willow"))
    here, elsewhere = world.signed_in(okoro), world.signed_in(okoro)

    here.visits("/staff/account")
    set_up = here.follows("Turn it on")
    secret = secret_on(set_up)
    here.submits(code=code_at(secret, world.clock.now))
    assert here.visits("/classes/").path == "/classes/"
    assert elsewhere.visits("/classes/").path == "/staff/"  # a session from before is out

    world.clock.moves(minutes=2)
    browser = at_the_door(world, okoro)
    assert browser.page is not None
    assert browser.page.path == "/staff/second"
    assert browser.submits(code=code_at(secret, world.clock.now)).path == "/classes/"


def test_a_password_alone_cannot_set_up_another_phone(world: World) -> None:
    head = world.head()
    thief = at_the_door(world, head)

    assert thief.visits("/staff/second/set-up").path == "/staff/second"
    assert thief.posts("/staff/second/set-up", {"code": "000000", "begun": "0"}).path == "/staff/second"
    with world.app.app_context():
        assert db.session.get_one(Adult, head.id).is_totp_on


def test_a_new_phone_replaces_the_old_one(world: World) -> None:
    head = world.head()
    browser = world.signed_in(head)

    browser.visits("/staff/account")
    set_up = browser.follows("Set up a new phone")
    secret = secret_on(set_up)
    assert secret != head.totp
    browser.submits(code=code_at(secret, world.clock.now))

    world.clock.moves(minutes=2)
    door = at_the_door(world, head)
    door.submits(code=world.totp_of(head), status=422)
    assert door.submits(code=code_at(secret, world.clock.now)).path == "/classes/"


def test_the_database_holds_neither_the_secret_nor_the_codes_in_clear(world: World) -> None:
    head = without_a_phone(world, world.head())
    browser = at_the_door(world, head)
    assert browser.page is not None
    secret = secret_on(browser.page)
    printed = browser.submits(code=code_at(secret, world.clock.now))
    codes = [item.text.replace(" ", "") for item in printed.all(".codes li")]

    with world.app.app_context():
        stored = db.session.get_one(Adult, head.id).totp_secret
        assert stored is not None
        assert secret.encode() not in stored
        for row in db.session.scalars(select(RecoveryCode)):
            assert row.code_hash not in {code.encode() for code in codes}
        assert "second-factor-on" in db.session.scalars(select(AuditEntry.what)).all()


@pytest.fixture
def plain(make_app: Any) -> Any:
    """The same school served without certificates."""
    return make_app(address="http://192.168.1.20:8000", is_plain_http=True)


def test_over_plain_http_the_head_is_refused_in_words_and_the_teacher_comes_in(world: World, plain: Any) -> None:
    head, okoro = world.head(), world.teacher("Mr Okoro", world.klass("Willow"))
    network = {"base_url": "http://192.168.1.20:8000", "environ_base": {"REMOTE_ADDR": "192.168.1.77"}}

    for person, status, said in ((head, 403, "Not over this connection"), (okoro, 200, "Willow")):
        client = plain.test_client()
        page = client.get("/staff/", **network)
        token = re.search(rb'name="csrf_token" value="([^"]+)"', page.data)
        assert token is not None
        fields = {"csrf_token": token[1].decode(), "email": person.email, "password": person.password}
        answer = client.post("/staff/", data=fields, follow_redirects=True, **network)
        assert answer.status_code == status
        assert said in answer.get_data(as_text=True)
        assert "This address is not encrypted" in answer.get_data(as_text=True)


def test_on_the_server_itself_plain_http_is_private_enough(world: World, plain: Any) -> None:
    head = world.head()
    browser = Visitor(plain, "Mrs Adeyemi, in the server room")

    browser.visits("/staff/")
    assert browser.submits(email=head.email, password=head.password).path == "/staff/second"
    assert browser.submits(code=world.totp_of(head)).path == "/classes/"


def test_a_proxy_that_pretends_to_be_this_machine_is_not_taken_for_it(world: World, plain: Any) -> None:
    """Behind a proxy nobody told us about, everybody comes from 127.0.0.1; the host they typed says otherwise."""
    head = world.head()
    client = plain.test_client()
    network = {"base_url": "http://harbour.lan:8000", "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
    token = re.search(rb'name="csrf_token" value="([^"]+)"', client.get("/staff/", **network).data)
    assert token is not None
    fields = {"csrf_token": token[1].decode(), "email": head.email, "password": head.password}
    assert client.post("/staff/", data=fields, follow_redirects=True, **network).status_code == 403


def test_who_has_left_is_not_asked_for_a_code(world: World) -> None:
    head = world.head()
    browser = at_the_door(world, head)
    with world.saving():
        db.session.get_one(User, head.id).left_at = world.clock.now
    assert browser.submits(code=world.totp_of(head)).path == "/staff/"
