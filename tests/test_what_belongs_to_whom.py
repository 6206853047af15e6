"""What belongs to whom: a class's boats, a child's grown-ups and letters, a pupil's goes, a school's own people.

tests/test_doors.py knocks at every page as everybody; these stories ask what an open page then shows and changes, for
each condition that the knocking does not notice. `make mutate-doors` takes each away: one of the two files must go red.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts import family_links, people
from accounts.models import AuditEntry, SchoolClass, User
from accounts.policy import Action, classes_for, needs, staff_for
from accounts.sessions import signed_in
from database import db
from quizzes.attempts import ATTEMPTS
from tests.harness.learner import Learner
from tests.harness.page_rules import words_of
from tests.harness.visitor import Visitor
from tests.harness.world import AClass, APerson, World

LESSON = "online-friends.y3-4"


def boats_on(tablet: Visitor) -> list[str]:
    """The names to choose from."""
    return [words_of(name) for name in tablet.visits("/boats").all("a.name")]


def reads_about(phone: Visitor, child: APerson) -> bool:
    return phone.asks("GET", f"/families/children/{child.public_id}").status_code == 200


def letter_for(world: World, child: APerson, number: int = 1) -> tuple[str, str]:
    """A letter to this child's first or second grown-up: its place in addresses, and the code printed on it."""
    with world.saving():
        code = family_links.make_code(world.keys, child.school.id, child.id, number, world.clock.now)
        return code.public_id, family_links.family_code(world.keys, code)


def is_good(world: World, letter: tuple[str, str]) -> bool:
    """Whether somebody with this letter could still be linked."""
    page = world.visitor("somebody with a letter").posts("/families/join", {"code": letter[1]})
    return "This code is for" in page


def step_of(pupil: Visitor, attempt: str) -> int:
    """The step at which this go stands."""
    where = pupil.asks("GET", f"/sail/{attempt}").location
    return int(str(where).rsplit("/", 1)[1])


# Boats


def test_the_boats_are_those_of_the_class_whose_code_was_typed(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak")
    amina = world.pupils(["Amina", "Ben"], willow)[0]
    world.pupil("Ola", oak)
    world.opens_door(willow)
    world.opens_door(oak)

    assert boats_on(world.looking_for_a_boat(willow)) == ["Amina", "Ben"]
    next_door = world.looking_for_a_boat(oak)
    assert boats_on(next_door) == ["Ola"]
    next_door.visits(f"/boats/{amina.public_id}", status=404)


def test_a_leavers_boat_is_neither_on_the_list_nor_opens(world: World) -> None:
    willow = world.klass("Willow")
    amina, _ben = world.pupils(["Amina", "Ben"], willow)
    world.opens_door(willow)
    tablet = world.looking_for_a_boat(willow)
    tablet.visits(f"/boats/{amina.public_id}")

    world.leaves(amina)
    assert boats_on(tablet) == ["Ben"]
    tablet.visits(f"/boats/{amina.public_id}", status=404)
    tablet.posts(f"/boats/{amina.public_id}", status=404)


def test_while_the_door_is_shut_the_code_shows_no_boat_and_opens_none(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak")
    amina = world.pupil("Amina", willow)
    world.opens_door(oak)  # another class's lesson opens nothing here
    tablet = world.looking_for_a_boat(willow)

    assert "Amina" not in tablet.visits("/boats", status=403)
    tablet.visits(f"/boats/{amina.public_id}", status=404)
    tablet.posts(f"/boats/{amina.public_id}", status=404)

    world.opens_door(willow)
    assert boats_on(tablet) == ["Amina"]
    tablet.visits(f"/boats/{amina.public_id}")


# Pupils


def test_a_leaver_is_gone_from_the_pages_of_her_teacher_and_of_her_mother(world: World) -> None:
    willow = world.klass("Willow")
    amina, _ben = world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    mum = world.signed_in(world.parent_of(amina))
    okoro.visits(f"/people/{amina.public_id}/families")
    assert "Amina" in okoro.visits(f"/classes/{willow.public_id}/people")
    assert reads_about(mum, amina)

    world.leaves(amina)
    okoro.visits(f"/people/{amina.public_id}/families", status=404)
    pupils = okoro.visits(f"/classes/{willow.public_id}/people")
    assert "Amina" not in pupils
    assert "Ben" in pupils
    assert not reads_about(mum, amina)


def test_a_link_into_another_school_shows_no_child(world: World) -> None:
    """No page makes such a link, since the school is asked for before linking; a repair by hand might."""
    amina = world.pupil("Amina")
    zed = world.pupil("Zed", world.klass("Fir", school=world.school("Far Shore Primary")))
    sam = world.parent_of(amina)
    world.links(sam, zed)

    mum = world.signed_in(sam)
    assert mum.visits("/families/children").path == f"/families/children/{amina.public_id}"  # the only one
    assert not reads_about(mum, zed)


def test_what_is_done_for_a_child_is_done_in_her_own_class_alone(world: World) -> None:
    """Her teacher may run both classes: an address that mixes them up is a mistake, and changes nothing."""
    willow, oak = world.klass("Willow"), world.klass("Oak")
    amina = world.pupil("Amina", willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow, oak))

    for deed in ("let-in", "card", "secret", "home"):
        okoro.posts(f"/classes/{oak.public_id}/people/{amina.public_id}/{deed}", status=404)
        okoro.posts(f"/classes/{willow.public_id}/people/{amina.public_id}/{deed}", status=200)


# Grown-ups and letters


def test_unlinking_one_grown_up_leaves_the_other_and_the_other_child(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    sam, jo = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, ben, name="Jo Khan")
    mum, dad = world.signed_in(sam), world.signed_in(jo)
    hart = world.signed_in(world.dsl())

    hart.posts(f"/people/{amina.public_id}/families/{jo.public_id}/unlink", status=200)
    assert not reads_about(dad, amina)
    assert reads_about(dad, ben)
    assert reads_about(mum, amina)


def test_an_address_that_names_none_of_the_childs_grown_ups_unlinks_nobody(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    sam, bo = world.parent_of(amina, name="Sam Khan"), world.parent_of(ben, name="Bo Lee")
    mum, bens = world.signed_in(sam), world.signed_in(bo)
    hart = world.signed_in(world.dsl())

    for nobody_of_hers in ("made-up", bo.public_id, ben.public_id):
        hart.posts(f"/people/{amina.public_id}/families/{nobody_of_hers}/unlink", status=404)
    assert reads_about(mum, amina)
    assert reads_about(bens, ben)


def test_a_record_is_of_an_unlinking_of_this_child_in_this_school_alone(world: World) -> None:
    """Of what else is in the log there is none, whatever stands in the address; a teacher is shown none at all."""
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    zed = world.pupil("Zed", world.klass("Fir", school=world.school("Far Shore Primary")))
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    hart, far = world.signed_in(world.dsl()), world.signed_in(world.dsl("Ms Far", school=zed.school))
    for lead, child, name in ((hart, amina, "Sam Khan"), (hart, ben, "Bo Lee"), (far, zed, "Far Away")):
        parent = world.parent_of(child, name=name)
        lead.posts(f"/people/{child.public_id}/families/{parent.public_id}/unlink", status=200)
    hart.posts(f"/people/{amina.public_id}/families/letter", {"number": "1"}, status=200)

    page = hart.visits(f"/people/{amina.public_id}/families")
    assert ["Sam Khan" in page, "Bo Lee" in page, "Far Away" in page] == [True, False, False]
    assert "Sam Khan" not in okoro.visits(f"/people/{amina.public_id}/families")
    with world.app.app_context():
        log = {
            (entry.what, entry.school_id): entry.public_id
            for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        }
    hart.visits(f"/families/records/{log['family-unlinked', amina.school.id]}")
    hart.visits(f"/families/records/{log['family-unlinked', zed.school.id]}", status=404)
    hart.visits(f"/families/records/{log['family-code', amina.school.id]}", status=404)


def test_making_one_letter_void_leaves_the_childs_other_one_and_another_childs(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    first, second, bens = letter_for(world, amina), letter_for(world, amina, 2), letter_for(world, ben)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    okoro.posts(f"/people/{amina.public_id}/families/letters/{second[0]}/void", status=200)
    assert not is_good(world, second)
    assert is_good(world, first)
    assert is_good(world, bens)


def test_an_address_that_names_none_of_the_childs_letters_makes_nothing_void(world: World) -> None:
    amina, ola = world.pupil("Amina", world.klass("Willow")), world.pupil("Ola", world.klass("Oak"))
    aminas, olas = letter_for(world, amina), letter_for(world, ola)
    assert amina.klass is not None
    okoro = world.signed_in(world.teacher("Mr Okoro", amina.klass))

    for none_of_hers in ("made-up", olas[0]):  # Ola is not of his class, whatever child the address begins with
        okoro.posts(f"/people/{amina.public_id}/families/letters/{none_of_hers}/void", status=404)
    assert is_good(world, aminas)
    assert is_good(world, olas)


# Goes through a lesson


def test_a_made_up_go_is_not_found_by_a_pupil_who_has_one(world: World) -> None:
    amina = world.pupil("Amina")
    attempt = Learner(world, amina, LESSON).attempt.public_id
    tablet = world.signed_in(amina)

    tablet.visits(f"/sail/{attempt}/1")
    tablet.visits("/sail/made-up", status=404)
    tablet.visits("/sail/made-up/1", status=404)
    tablet.posts("/sail/made-up/1", {"choice": "a"}, status=404)


def test_two_goes_of_one_pupil_do_not_mix(world: World) -> None:
    amina = world.pupil("Amina")
    first = Learner(world, amina, LESSON).answers("A").attempt.public_id
    second = Learner(world, amina, LESSON, number=2).attempt.public_id
    tablet = world.signed_in(amina)

    assert step_of(tablet, first) > 1
    assert step_of(tablet, second) == 1


def test_another_pupils_answers_do_not_move_mine_on(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    mine = Learner(world, amina, LESSON).attempt.public_id
    his = Learner(world, ben, LESSON).answers("A").attempt.public_id

    assert step_of(world.signed_in(ben), his) > 1
    assert step_of(world.signed_in(amina), mine) == 1


# Lessons at home


def set_for(world: World, klass: AClass, place: str = "pier") -> None:
    teacher = world.signed_in(world.teacher("Mr Okoro", klass))
    teacher.posts(f"/classes/{klass.public_id}/home", {"place": place, "until": "2026-11-27"}, status=200)


def begins_together(phone: Visitor, child: APerson, place: str = "pier") -> str:
    """The address to which the button leads."""
    return phone.posts(f"/families/children/{child.public_id}/sail", {"place": place, "number": "1"}).path


def goes_of(world: World, child: APerson) -> list[str]:
    with world.app.app_context():
        return list(db.session.scalars(select(ATTEMPTS.c.lesson).where(ATTEMPTS.c.pupil_id == child.id)))


def test_a_lesson_is_set_for_one_class_and_not_for_the_next(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak")
    amina, ben = world.pupil("Amina", willow), world.pupil("Ben", oak)
    mum, bens = world.signed_in(world.parent_of(amina)), world.signed_in(world.parent_of(ben))
    set_for(world, willow)

    assert begins_together(bens, ben).endswith("?said=over")
    assert "/sail/" in begins_together(mum, amina)
    set_for(world, oak, "cove")
    assert begins_together(bens, ben).endswith("?said=over")
    assert goes_of(world, ben) == []
    assert "/sail/" in begins_together(bens, ben, "cove")


def test_a_mother_of_two_is_with_the_child_whom_she_chose(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    set_for(world, willow)
    mum = world.signed_in(world.parent_of(amina, ben))
    aminas, bens = begins_together(mum, amina), begins_together(mum, ben)

    assert "Amina’s page" in mum.visits(aminas)
    assert "Ben’s page" in mum.visits(bens)
    mum.visits(aminas.replace(amina.public_id, ben.public_id), status=404)  # her sister's go
    mum.visits(aminas.replace(amina.public_id, "made-up"), status=404)


def test_a_go_that_was_made_at_school_is_not_a_parents_to_open(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    set_for(world, willow)
    attempt = Learner(world, amina, LESSON).answers("A").attempt.public_id
    again = Learner(world, amina, LESSON, number=2).answers("A", help_first=True)
    mum = world.signed_in(world.parent_of(amina))
    for go in (attempt, again.attempt.public_id):
        for rest in ("", "/1"):
            mum.visits(f"/families/children/{amina.public_id}/sail/{go}{rest}", status=404)


def test_what_was_taken_back_is_over_at_the_next_step(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    set_for(world, willow)
    mum = world.signed_in(world.parent_of(amina))
    step = begins_together(mum, amina)
    okoro = world.signed_in(world.teacher("Ms Rahman", willow))
    okoro.posts(f"/classes/{willow.public_id}/home/back", {"place": "pier"}, status=200)
    assert mum.visits(step).path.endswith("?said=over")
    assert mum.posts(step, {"choice": "a", "number": "1"}).path.endswith("?said=over")


# Pages that ask too little


def test_a_page_that_says_nothing_about_who_may_open_it_opens_for_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    everybody = [
        world.visitor(),
        world.looking_for_a_boat(willow),
        *(
            world.signed_in(person)
            for person in (
                amina,
                world.teacher("Mr Okoro", willow),
                world.dsl(),
                world.deputy(),
                world.head(),
                world.admin(),
                world.parent_of(amina),
            )
        ),
    ]
    monkeypatch.setitem(world.app.view_functions, "lessons.index", lambda: "what nobody was to read")

    for visitor in everybody:
        page = visitor.visits("/lessons/", status=500)  # not a 404: it is ours to mend, and the log says how
        assert "nobody was to read" not in page, visitor.name
    assert caplog.text.count("lessons.index declares neither needs() nor open_to_all") == len(everybody)


def test_a_page_that_asks_for_too_little_still_shows_the_staff_to_the_office_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    @needs(Action.SIGN_OUT)  # which everybody may do
    def careless() -> list[str]:
        return [user.name for user, _ in db.session.execute(staff_for(signed_in()).order_by(User.name))]

    amina = world.pupil("Amina")
    okoro, bell, sam = world.teacher("Mr Okoro"), world.admin("Ms Bell"), world.parent_of(amina)
    world.teacher("Mr Far", school=world.school("Far Shore Primary"))
    monkeypatch.setitem(world.app.view_functions, "office.index", careless)

    assert world.signed_in(bell).asks("GET", "/office/").json == ["Mr Okoro", "Ms Bell"]
    for person in (amina, okoro, sam, world.dsl(), world.deputy(), world.head()):
        assert world.signed_in(person).asks("GET", "/office/").json == [], person.role


def test_a_page_that_asks_for_too_little_still_shows_no_class_to_a_parent_or_a_pupil(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even to one who is down as teaching it, which no page brings about."""

    @needs(Action.SIGN_OUT)  # which everybody may do
    def careless() -> list[str]:
        return [each.name for each in db.session.scalars(classes_for(signed_in()))]

    willow, _oak = world.klass("Willow"), world.klass("Oak")
    amina = world.pupil("Amina", willow)
    okoro, sam = world.teacher("Mr Okoro", willow), world.parent_of(amina)
    with world.saving():
        for person in (amina, sam):
            people.teach(db.session.get_one(User, person.id), db.session.get_one(SchoolClass, willow.id))
    monkeypatch.setitem(world.app.view_functions, "classes.index", careless)

    assert world.signed_in(okoro).asks("GET", "/classes/").json == ["Willow"]
    for person in (amina, sam):
        assert world.signed_in(person).asks("GET", "/classes/").json == [], person.role
