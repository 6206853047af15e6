"""The office: staff come and go, teachers get their classes, and the school keeps its own settings."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from accounts.models import Adult, AuditEntry, Invitation, Membership, RecoveryCode, School, SignIn, User
from database import db
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

NEW = "teapot gravel sunshine"


def office_of(world: World) -> Visitor:
    return world.signed_in(world.admin())


def code_on(page: Page) -> str:
    return page.one(".said-code").text.replace(" ", "")


def adds(office: Visitor, name: str, email: str, role: str = "teacher") -> Page:
    office.visits("/office/")
    return office.submits("/office/staff", name=name, email=email, role=role)


def person_page(office: Visitor, person: APerson) -> Page:
    return office.visits(f"/office/staff/{person.public_id}")


def test_ms_bell_invites_a_teacher_who_then_sees_her_class(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak", 4)
    office = office_of(world)

    invited = adds(office, "Ms  Dean", "J.Dean@harbour.example")
    assert invited.h1.text == "Invitation for Ms Dean"
    assert "http://localhost/staff/welcome" in invited
    assert "30 November 2026" in invited
    listed = office.visits("/office/")
    assert "Invited until 30 November 2026" in listed.cell("Ms Dean", "").text or "Invited until" in listed
    assert listed.cell("Ms Dean", "Last sign-in").text == "not yet"

    office.follows("Ms Dean")
    office.submits(str(office.page and office.page.path) + "/classes", {"class": [willow.public_id]})

    dean = world.visitor("Ms Dean")
    dean.visits("/staff/welcome")
    classes = dean.submits(code=code_on(invited), password=NEW)
    assert "Willow" in classes
    assert "Oak" not in classes
    dean.visits(f"/classes/{oak.public_id}", status=404)
    assert office.visits("/office/").cell("Ms Dean", "Last sign-in").text == "23 November 2026"


def test_a_mistake_in_the_form_loses_nothing(world: World) -> None:
    office = office_of(world)

    office.visits("/office/")
    wrong = office.submits("/office/staff", name="Ms Dean", email="ms dean", role="dsl", status=422)
    assert "whole email address" in wrong.one("#email-problem").text
    assert wrong.one("#name")["value"] == "Ms Dean"
    assert wrong.one("#email")["value"] == "ms dean"
    assert wrong.one("#role option[selected]")["value"] == "dsl"

    empty = office.submits("/office/staff", name=" \t ", email="dean@harbour.example", status=422)
    assert "Type the name" in empty.one("#name-problem").text


def test_one_email_is_one_person_here_and_in_another_school(world: World) -> None:
    here, there = world.teacher("Mr Okoro"), world.teacher("Ms There", school=world.school("Other Primary"))
    office = office_of(world)

    for taken in (here, there):
        office.visits("/office/")
        refused = office.submits("/office/staff", name="Ms Dean", email=taken.email.upper(), role="head", status=422)
        assert "has an account already" in refused.one("#email-problem").text
    dean = adds(office, "Ms Dean", "dean@harbour.example")
    assert dean.status == 200
    person = person_page(office, here)
    changed = office.submits(person.path, email="DEAN@harbour.example", status=422)
    assert "has an account already" in changed.one("#email-problem").text


def test_a_role_that_does_not_exist_cannot_be_given(world: World) -> None:
    office = office_of(world)
    for role in ("parent", "pupil", "installation", ""):
        fields = {"name": "Ms Dean", "email": "dean@harbour.example", "role": role}
        refused = office.posts("/office/staff", fields, status=422)
        assert "Choose what this person does" in refused.one("#role-problem").text


def test_a_new_invitation_lets_somebody_who_forgot_choose_again(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Willow"))
    office = office_of(world)

    person_page(office, okoro)
    first = code_on(office.presses("New invitation"))
    person_page(office, okoro)
    second = code_on(office.presses("New invitation"))
    assert first != second

    browser = world.visitor("Mr Okoro")
    browser.visits("/staff/welcome")
    browser.submits(code=first, password=NEW, status=422)
    assert browser.submits(code=second, password=NEW).path == "/classes/"


def test_a_leaver_is_out_of_everything_at_the_next_request_and_can_be_brought_back(world: World) -> None:
    head, willow = world.head(), world.klass("Willow")
    office = office_of(world)
    at_work, at_home = world.signed_in(head), world.signed_in(head)
    person_page(office, head)
    code = code_on(office.presses("New invitation"))

    person_page(office, head)
    gone = office.presses("Mrs Adeyemi has left")
    assert "Signed out everywhere" in gone
    assert "left on 23 November 2026" in gone

    for browser in (at_work, at_home):
        assert browser.visits("/classes/").path == "/staff/"
    browser = world.visitor("Mrs Adeyemi")
    browser.visits("/staff/")
    browser.submits(email=head.email, password=head.password, status=422)
    browser.visits("/staff/welcome")
    browser.submits(code=code, password=NEW, status=422)
    with world.app.app_context():
        adult = db.session.get_one(Adult, head.id)
        assert adult.totp_secret is None
        assert not adult.is_totp_on
        still_open = select(func.count()).where(SignIn.user_id == head.id, SignIn.ended_at.is_(None))
        assert db.session.scalar(still_open) == 0
        assert db.session.scalar(select(func.count()).where(RecoveryCode.user_id == head.id)) == 0
        invitations = select(func.count()).where(Invitation.user_id == head.id, Invitation.used_at.is_(None))
        assert db.session.scalar(invitations) == 0
    assert "Left on 23 November 2026" in office.visits("/office/")

    person_page(office, head)
    assert "Welcome back" in office.presses("Bring back")
    browser.visits("/staff/")
    assert browser.submits(email=head.email, password=head.password).path == "/staff/second/set-up"
    assert willow.name


def test_a_leaver_is_not_invited(world: World) -> None:
    okoro = world.teacher("Mr Okoro")
    office = office_of(world)
    world.leaves(okoro)
    refused = office.posts(f"/office/staff/{okoro.public_id}/invitation", status=422)
    assert "Bring them back first" in refused


def test_a_teacher_who_comes_back_has_the_classes_of_before(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Willow"))
    office = office_of(world)

    person_page(office, okoro)
    office.presses("Mr Okoro has left")
    office.presses("Bring back")
    assert "Willow" in world.signed_in(okoro).visits("/classes/")


def test_the_last_person_in_the_office_cannot_leave_or_become_a_teacher(world: World) -> None:
    bell = world.admin("Ms Bell")
    office = world.signed_in(bell)

    person_page(office, bell)
    refused = office.presses("Ms Bell has left", status=422)
    assert "only person who runs the office" in refused
    refused = office.submits(f"/office/staff/{bell.public_id}", role="teacher", status=422)
    assert "only person who runs the office" in refused.one("#role-problem").text

    world.admin("Mr Cole")
    person_page(office, bell)
    office.presses("Ms Bell has left")
    assert office.page is not None
    assert office.page.path == "/staff/"  # her own session ended with the rest


def test_an_admin_who_left_or_of_another_school_does_not_count(world: World) -> None:
    bell, gone = world.admin("Ms Bell"), world.admin("Mr Gone")
    world.leaves(gone)
    world.admin("Ms Else", school=world.school("Other Primary"))
    office = world.signed_in(bell)

    person_page(office, bell)
    office.presses("Ms Bell has left", status=422)


def test_a_lost_phone_is_reset_and_set_up_again(world: World) -> None:
    dsl = world.dsl("Ms Hart")
    office = office_of(world)
    hart = world.signed_in(dsl)

    person_page(office, dsl)
    assert "set up a new phone" in office.presses("Reset the second factor")
    assert hart.visits("/classes/").path == "/staff/"
    browser = world.visitor("Ms Hart")
    browser.visits("/staff/")
    assert browser.submits(email=dsl.email, password=dsl.password).path == "/staff/second/set-up"


def test_a_new_role_holds_from_the_next_tap(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Willow"))
    office = office_of(world)
    browser = world.signed_in(okoro)
    browser.visits("/classes/")

    person_page(office, okoro)
    office.submits(f"/office/staff/{okoro.public_id}", role="head", name="Mr C. Okoro")
    assert browser.visits("/classes/").path == "/staff/second/set-up"  # a head has a second factor
    assert office.visits("/office/").cell("Mr C. Okoro", "What they do").text == "Head"


def test_classes_are_given_and_taken_by_ticks(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak", 4)
    elsewhere = world.klass("Elm", school=world.school("Other Primary"))
    okoro = world.teacher("Mr Okoro", willow)
    office = office_of(world)

    page = person_page(office, okoro)
    assert [box["value"] for box in page.all("input[name=class][checked]")] == [willow.public_id]
    where = f"/office/staff/{okoro.public_id}/classes"
    office.posts(where, {"class": oak.public_id}, status=200)
    office.posts(where, {"class": elsewhere.public_id}, status=200)  # not of this school: passed over
    with world.app.app_context():
        assert db.session.scalars(select(Membership.class_id).where(Membership.user_id == okoro.id)).all() == []
    office.visits(f"/office/staff/{okoro.public_id}")
    office.submits(where, {"class": [willow.public_id, oak.public_id]})
    classes = world.signed_in(okoro).visits("/classes/")
    assert "Willow" in classes
    assert "Oak" in classes


def test_another_schools_staff_do_not_exist_here(world: World) -> None:
    pupil = world.pupil("Amina")
    stranger = world.teacher("Ms Else", school=world.school("Other Primary"))
    office = office_of(world)

    assert "Ms Else" not in office.visits("/office/")
    for public_id in (stranger.public_id, pupil.public_id, "zzzzzzzzzzzz"):
        office.visits(f"/office/staff/{public_id}", status=404)
        for deed in ("", "/invitation", "/classes", "/left", "/back", "/second"):
            office.posts(f"/office/staff/{public_id}{deed}", {}, status=404)
    with world.app.app_context():
        assert db.session.get_one(User, stranger.id).left_at is None


def test_the_office_is_for_the_office(world: World) -> None:
    for person in (world.teacher(), world.head(), world.dsl(), world.deputy()):
        browser = world.signed_in(person)
        for path in ("/office/", "/office/school"):
            browser.visits(path, status=404)


def test_the_school_has_a_name_and_an_hour_for_home(world: World) -> None:
    office = office_of(world)

    office.visits("/office/school")
    office.submits("/office/school", {"name": "Harbour  Academy", "from": "15:30", "until": "19:00"})
    saved = office.visits("/office/school")
    assert saved.one("#name")["value"] == "Harbour Academy"
    assert saved.one("#from")["value"] == "15:30"
    with world.app.app_context():
        school = db.session.get_one(School, world.home.id)
        assert (school.home_from, school.home_until) == (930, 1140)
        assert "school-settings" in db.session.scalars(select(AuditEntry.what)).all()
    office.submits("/office/school", {"name": "Harbour Academy", "from": "", "until": ""})
    with world.app.app_context():
        assert db.session.get_one(School, world.home.id).home_from is None


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": "", "from": "", "until": ""}, "#name-problem"),
        ({"name": "Harbour", "from": "half past three", "until": "19:00"}, "#from-problem"),
        ({"name": "Harbour", "from": "15:30", "until": ""}, "#until-problem"),
        ({"name": "Harbour", "from": "19:00", "until": "15:30"}, "#until-problem"),
        ({"name": "Harbour", "from": "25:00", "until": "26:00"}, "#from-problem"),
    ],
)
def test_times_that_make_no_sense_are_refused_beside_the_field(
    world: World, fields: dict[str, str], where: str
) -> None:
    office = office_of(world)
    office.visits("/office/school")
    refused = office.submits("/office/school", fields, status=422)
    assert refused.one(where)
    for name, value in fields.items():
        assert refused.one(f"#{name}").get("value", "") == value


def test_who_did_what_is_kept_by_id(world: World) -> None:
    bell, okoro = world.admin("Ms Bell"), world.teacher("Mr Okoro")
    office = world.signed_in(bell)
    person_page(office, okoro)
    office.presses("Mr Okoro has left")

    with world.app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.what == "staff-left")).one()
        assert (entry.actor_id, entry.about_id, entry.school_id) == (bell.id, okoro.id, world.home.id)


def test_codes_are_stored_as_hashes(world: World) -> None:
    office = office_of(world)
    code = code_on(adds(office, "Ms Dean", "dean@harbour.example"))
    assert re.fullmatch("[A-Z0-9]{16}", code)
    with world.app.app_context():
        row = db.session.scalars(select(Invitation)).one()
        assert row.code_hash != code.encode()
        assert row.expires_at == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("how_many", [3, 30])
def test_the_list_costs_the_same_for_thirty(world: World, how_many: int) -> None:
    classes = [world.klass(f"Class {number}") for number in range(how_many)]
    for number in range(how_many):
        world.teacher(f"Teacher {number}", classes[number])
    office = office_of(world)
    okoro = world.teacher("Mr Okoro", *classes)
    # one of each is for what the bar says
    for path, most in (("/office/", 7), (f"/office/staff/{okoro.public_id}", 5)):
        with count_statements(world.app) as said:
            office.visits(path)
        assert len(said) <= most, said
