"""A parent has forgotten the password: a mail brings a link, once, for an hour, and tells nobody who has an account."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEntry, Mail, ResetLink
from accounts.outbox import Outgoing
from accounts.weekly_letter import stop_token
from database import db
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

NEW = "teapot gravel sunshine"
CHILDREN = "/families/children"


def asks(phone: Visitor, email: str, status: int = 200) -> Page:
    phone.visits("/families/forgotten")
    return phone.submits(email=email, status=status)


def code_in(mail: Outgoing) -> str:
    found = re.search(r"http://localhost/families/renew#([0-9A-Z]{16})\n", mail.body)
    assert found is not None
    return found[1]


def renews(phone: Visitor, code: str, password: str = NEW, status: int = 200) -> Page:
    phone.visits("/families/renew")
    return phone.submits(code=code, password=password, status=status)


def can_sign_in(world: World, parent: APerson, password: str) -> bool:
    phone = world.visitor()
    page = phone.posts("/families/", {"email": parent.email, "password": password})
    return page.path.startswith(CHILDREN)


def test_sam_gets_a_link_and_chooses_a_new_password(world: World) -> None:
    amina = world.pupil("Amina")
    sam = world.parent_of(amina, name="Sam Khan")
    elsewhere = world.signed_in(sam)
    phone = world.visitor("Sam Khan")

    phone.visits("/families/")
    phone.follows("I have forgotten my password")
    assert "a mail is on its way" in phone.submits(email=f" {sam.email.upper()} ")
    (mail,) = world.sends_mail()
    assert (mail.to, mail.subject) == (sam.email, "Safe Harbour: a new way in")
    assert "Amina" not in mail.body
    assert "Khan" not in mail.body

    wrong = renews(phone, code_in(mail), "short", 422)
    assert "12 characters" in wrong.one("#password-problem").text
    assert str(wrong.one("#code")["value"]).replace(" ", "") == code_in(mail)  # nothing typed is lost
    assert phone.submits(password=NEW).path == f"{CHILDREN}/{amina.public_id}"
    assert elsewhere.visits(CHILDREN).path == "/families/"  # whoever was in is out
    assert can_sign_in(world, sam, NEW)
    assert not can_sign_in(world, sam, sam.password)
    with world.app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.what, entry.actor_id) == ("password-renewed", sam.id)


def test_who_asks_is_told_the_same_whoever_has_an_account(world: World) -> None:
    amina, ben = world.pupils(["Amina", "Ben"])
    sam, gone, okoro = world.parent_of(amina), world.parent_of(ben, name="Bo Lee"), world.teacher("Mr Okoro")
    world.leaves(gone)
    told = {asks(world.visitor(), email).text for email in (sam.email, okoro.email, gone.email, "nobody@post.example")}
    assert len(told) == 1
    assert [mail.to for mail in world.sends_mail()] == [sam.email]  # staff ask their office


def test_a_link_works_once_and_for_an_hour(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    asks(world.visitor(), sam.email)
    (mail,) = world.sends_mail()
    renews(world.visitor(), code_in(mail))
    used = renews(world.visitor(), code_in(mail), status=422)
    assert "does not work" in used.one("#code-problem").text

    asks(world.visitor(), sam.email)
    (late,) = world.sends_mail()
    world.clock.moves(minutes=60)
    renews(world.visitor(), code_in(late), status=422)


def test_a_mail_that_would_come_too_late_is_not_sent(world: World) -> None:
    asks(world.visitor(), world.parent_of(world.pupil("Amina")).email)
    world.clock.moves(minutes=60)
    assert world.sends_mail() == []


def test_using_one_link_makes_the_others_void(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    for _ in range(2):
        asks(world.visitor(), sam.email)
    first, second = world.sends_mail()
    renews(world.visitor(), code_in(second))
    renews(world.visitor(), code_in(first), status=422)


def test_the_code_is_nowhere_in_the_database(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    asks(world.visitor(), sam.email)
    with world.app.app_context():
        waiting = db.session.scalars(select(Mail)).one()
        kept = f"{waiting.subject} {waiting.body} {waiting.key}"
        link = db.session.scalars(select(ResetLink)).one()
        kept += f" {link.public_id} {link.code_hash!r}"
    (mail,) = world.sends_mail()
    assert code_in(mail) not in kept
    assert stop_token(world.keys, sam.public_id) not in mail.body  # it is not a letter that one can stop


def test_nobody_fills_an_inbox_and_the_answer_stays_the_same(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    told = {asks(world.visitor(), sam.email).text for _ in range(6)}
    assert len(told) == 1
    assert len(world.sends_mail()) == 3
    world.clock.moves(hours=1)
    asks(world.visitor(), sam.email)
    assert len(world.sends_mail()) == 1


def test_one_device_asks_a_few_times_and_then_waits(world: World) -> None:
    phone = world.visitor()
    for number in range(5):
        asks(phone, f"{number}@post.example")
    waiting = asks(phone, "6@post.example", 429)
    assert "Wait 30 seconds" in words_of(waiting.one("#email-problem"))
    assert waiting.one("#email")["value"] == "6@post.example"
    world.clock.moves(seconds=31)
    asks(phone, "6@post.example")


def test_codes_cannot_be_tried_one_after_another(world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    asks(world.visitor(), sam.email)
    (mail,) = world.sends_mail()
    guesser = world.visitor("a guesser")
    for _ in range(4):
        renews(guesser, "AAAA AAAA AAAA AAAA", status=422)
    renews(guesser, "AAAA AAAA AAAA AAAA", status=429)
    renews(guesser, code_in(mail), status=429)
    renews(world.visitor("an honest phone"), code_in(mail))


@pytest.mark.parametrize("typed", ["", "sam", "sam at post.example"])
def test_an_email_has_to_be_one(world: World, typed: str) -> None:
    page = world.visitor().posts("/families/forgotten", {"email": typed}, status=422)
    assert "whole email address" in page.one("#email-problem").text
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ResetLink)) == 0
