"""The class door: who opens it, what it shows, and how a lesson ends on every device at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry, SchoolClass
from database import db
from tests.harness.statements import count_statements
from tests.harness.visitor import Visitor
from tests.harness.world import AClass, World


def types_code(world: World, klass: AClass, name: str = "a tablet") -> Visitor:
    """A tablet on which the class code has been typed."""
    tablet = world.visitor(name)
    tablet.posts("/code", {"code": klass.code}, follow=False, status=303)
    return tablet


def row_of(world: World, klass: AClass) -> SchoolClass:
    with world.app.app_context():
        return db.session.get_one(SchoolClass, klass.id)


def test_names_are_seen_while_the_teacher_has_the_door_open(world: World) -> None:
    willow = world.klass("Willow")
    world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    shut = types_code(world, willow)
    shut.visits("/boats", status=403)

    okoro.visits("/classes/")
    opened = okoro.presses("1 hour for Willow")
    assert "The door is open" in opened
    assert "door open until 11:00" in opened
    tablet = types_code(world, willow)
    assert "Amina" in tablet.visits("/boats")

    world.clock.moves(minutes=60)  # it shuts by itself
    types_code(world, willow).visits("/boats", status=403)
    assert "Door shut" in okoro.visits("/classes/")


def test_the_door_is_kept_open_for_longer_and_shut_at_once(world: World) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    okoro.visits("/classes/")
    okoro.presses("30 min for Willow")
    opened_at = row_of(world, willow).door_opened_at
    world.clock.moves(minutes=20)
    assert "until 12:20" in okoro.presses("2 hours for Willow")
    assert row_of(world, willow).door_opened_at == opened_at  # still the same lesson

    looking = types_code(world, willow)
    assert "Amina" in looking.visits("/boats")
    assert "The door is shut" in okoro.presses("Shut the door of Willow")
    assert looking.visits("/boats").path == "/code"
    types_code(world, willow).visits("/boats", status=403)


def test_end_of_lesson_signs_every_device_of_the_class_out_and_no_other(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak", 4)
    tablets = [world.signed_in(pupil) for pupil in world.pupils([f"Pupil {number}" for number in range(30)], willow)]
    neighbour = world.signed_in(world.pupil("Ola", oak))
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    world.opens_door(willow)
    looking = types_code(world, willow)

    okoro.visits("/classes/")
    ended = okoro.presses("End of lesson for Willow")
    assert "every device of the class is signed out" in ended
    assert "Door shut" in ended
    for tablet in (*tablets, looking):
        assert tablet.asks("GET", "/boats").location == "/code"
    assert neighbour.asks("GET", "/classes/").status_code == 404  # still signed in, and no teacher
    assert okoro.visits("/classes/").path == "/classes/"


def test_a_new_code_replaces_the_old_one(world: World) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    world.opens_door(willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    looking = types_code(world, willow)

    okoro.visits("/classes/")
    page = okoro.presses("New class code for Willow")
    new = row_of(world, willow).code
    assert new != willow.code
    assert f"{new[:3]} {new[3:]}" in page
    assert looking.visits("/boats").path == "/code"
    stale = world.visitor()
    stale.visits("/code")
    stale.submits(code=willow.code, status=422)


def test_one_child_is_let_in_without_pictures_once(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    world.opens_door(willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    okoro.posts(f"/classes/{willow.public_id}/people/{amina.public_id}/let-in", status=200)
    tablet = world.looking_for_a_boat(willow)
    assert tablet.posts(f"/boats/{amina.public_id}", {}, follow=False).status == 303
    second = world.looking_for_a_boat(willow)
    assert second.posts(f"/boats/{amina.public_id}", {}, follow=False).status == 200  # her pictures again
    assert second.posts(f"/boats/{ben.public_id}", {}, follow=False).status == 200

    okoro.posts(f"/classes/{willow.public_id}/people/{amina.public_id}/let-in", status=200)
    world.clock.moves(minutes=6)
    assert second.posts(f"/boats/{amina.public_id}", {}, follow=False).status == 200


def test_let_in_takes_the_teacher_back_to_where_the_button_was(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    where = f"/classes/{willow.public_id}/people/{amina.public_id}/let-in"

    to_people = okoro.posts(where, {"then": "people"}, follow=False)
    assert to_people.response.location.startswith(f"/classes/{willow.public_id}/people")
    elsewhere = okoro.posts(where, {"then": "https://evil.example/"}, follow=False)
    assert elsewhere.response.location.startswith("/classes/?")


def test_a_mixed_class_gets_the_lessons_its_teacher_chooses(world: World) -> None:
    willow = world.klass("Willow", 3)
    world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    form = f"/classes/{willow.public_id}/band"

    okoro.visits("/classes/")
    assert "lessons of Years 5 and 6" in okoro.submits(form, band="y5-6")
    assert row_of(world, willow).chosen_band == "y5-6"
    okoro.submits(form, band="")
    assert row_of(world, willow).chosen_band == ""
    okoro.submits(form, band="y3-4")  # its own band is no choice: it moves up with the class
    assert row_of(world, willow).chosen_band == ""
    okoro.posts(form, {"band": "y9"}, status=422)


def test_a_door_opens_for_the_times_on_the_buttons_alone(world: World) -> None:
    willow = world.klass("Willow")
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    for minutes in ("", "0", "-5", "100000", "thirty"):
        okoro.posts(f"/classes/{willow.public_id}/door", {"minutes": minutes}, status=422)
    assert row_of(world, willow).door_open_until is None


def test_a_class_that_is_not_hers_does_not_exist_for_a_teacher(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak", 4)
    elsewhere = world.klass("Elm", school=world.school("Other Primary"))
    ola, amina = world.pupil("Ola", oak), world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    for klass in (oak, elsewhere):
        for deed in ("door", "door/shut", "ashore", "code", "band", f"people/{ola.public_id}/let-in"):
            okoro.posts(f"/classes/{klass.public_id}/{deed}", {"minutes": "60", "band": "y5-6"}, status=404)
    okoro.posts(f"/classes/{willow.public_id}/people/{ola.public_id}/let-in", status=404)
    admin = world.signed_in(world.admin())  # sees both classes, and the child is in one of them
    admin.posts(f"/classes/{oak.public_id}/people/{amina.public_id}/let-in", status=404)
    assert row_of(world, oak).code == oak.code


def test_who_watches_the_whole_school_opens_no_door(world: World) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    world.teacher("Mr Okoro", willow)
    for person in (world.dsl(), world.deputy(), world.head()):
        browser = world.signed_in(person)
        page = browser.visits("/classes/")
        assert "Willow" in page
        assert "Mr Okoro" in page
        assert willow.code[:3] not in page.text.split()
        browser.posts(f"/classes/{willow.public_id}/door", {"minutes": "60"}, status=404)


def test_the_office_runs_a_class_and_does_not_see_what_its_pupils_can_do(world: World) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    office = world.signed_in(world.admin())

    page = office.visits("/classes/")
    assert f"/classes/{willow.public_id}" not in {str(link["href"]) for link in page.all("a[href]")}
    assert "The door is open" in office.presses("1 hour for Willow")


def test_a_new_teacher_is_told_the_first_three_steps(world: World) -> None:
    page = world.signed_in(world.teacher("Ms Dean")).visits("/classes/")
    assert "Three steps before your class sets sail" in page
    assert page.link("Add a class list")
    for person in (world.dsl(), world.head()):
        assert "No classes yet" in world.signed_in(person).visits("/classes/")


def test_the_demo_school_says_so_on_the_page(world: World) -> None:
    demo = world.school("Demo Primary", is_demo=True)
    okoro = world.teacher("Mr Okoro", world.klass("Willow", school=demo))
    assert "This is the demo school" in world.signed_in(okoro).visits("/classes/")


def test_what_was_done_to_a_class_is_kept(world: World) -> None:
    willow = world.klass("Willow")
    okoro = world.teacher("Mr Okoro", willow)
    browser = world.signed_in(okoro)
    for deed in ("door", "door/shut", "ashore", "code"):
        browser.posts(f"/classes/{willow.public_id}/{deed}", {"minutes": "60"}, status=200)
    with world.app.app_context():
        kept = db.session.execute(select(AuditEntry.what, AuditEntry.actor_id, AuditEntry.about_id)).all()
    assert [tuple(entry) for entry in kept] == [
        (what, okoro.id, willow.id) for what in ("door-opened", "door-shut", "lesson-ended", "class-code")
    ]


@pytest.mark.parametrize("how_many", [3, 30])
def test_the_list_costs_the_same_for_thirty(world: World, how_many: int) -> None:
    classes = [world.klass(f"Class {number}") for number in range(how_many)]
    for klass in classes:
        world.pupils([f"Pupil {number}" for number in range(how_many)], klass)
    # one of each is for what the bar says (safeguarding/notices.py)
    for person, most in ((world.teacher("Mr Okoro", *classes), 5), (world.admin(), 6), (world.head(), 6)):
        browser = world.signed_in(person)
        with count_statements(world.app) as said:
            browser.visits("/classes/")
        assert len(said) <= most, said


def test_a_child_who_is_let_in_needs_no_open_door_and_nobody_else_is_shown(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina, _ben = world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    okoro.posts(f"/classes/{willow.public_id}/people/{amina.public_id}/let-in")
    tablet = world.looking_for_a_boat(willow)
    boats = tablet.visits("/boats")
    assert "Amina" in boats.text
    assert "Ben" not in boats.text
    tablet.visits(f"/boats/{amina.public_id}")
    assert tablet.posts(f"/boats/{amina.public_id}").path == "/chart"
    world.looking_for_a_boat(willow).visits("/boats", status=403)
