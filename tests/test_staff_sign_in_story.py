"""Staff at the door: what they type, what they are told, an invitation, and one's own account."""

from __future__ import annotations

from accounts import people
from accounts.models import User
from database import db
from tests.harness.world import APerson, World

NEW = "teapot gravel sunshine"


def invitation_of(world: World, person: APerson) -> str:
    with world.saving():
        return people.invite(world.keys, db.session.get_one(User, person.id), world.clock.now)


def test_mr_okoro_signs_in_and_sees_his_classes(world: World) -> None:
    okoro = world.teacher("Mr Okoro", world.klass("Willow"))
    browser = world.visitor("Mr Okoro")

    browser.visits("/staff/")
    classes = browser.submits(email=f" {okoro.email.upper()} ", password=okoro.password)

    assert classes.path == "/classes/"
    assert "Willow" in classes
    assert browser.visits("/staff/").path == "/classes/"  # the door does not ask twice


def test_a_wrong_try_keeps_the_email_and_tells_nothing_about_who_works_here(world: World) -> None:
    okoro = world.teacher("Mr Okoro")
    browser = world.visitor("Mr Okoro")

    browser.visits("/staff/")
    wrong = browser.submits(email=okoro.email, password="not this one", status=422)
    assert wrong.one("#email")["value"] == okoro.email
    assert "value" not in wrong.one("#password").attrs
    nobody = browser.submits(email="nobody@harbour.example", password="not this one", status=422)
    assert nobody.one(".problem").text == wrong.one(".problem").text

    assert "Type your school email" in browser.submits(email="", password="", status=422)


def test_a_parent_and_a_leaver_do_not_come_in_by_the_staff_door(world: World) -> None:
    parent, gone = world.parent_of(world.pupil("Amina")), world.teacher("Ms Gone")
    world.leaves(gone)
    browser = world.visitor()

    browser.visits("/staff/")
    for person in (parent, gone):
        browser.submits(email=person.email, password=person.password, status=422)
    browser.visits("/classes/")
    assert browser.page is not None
    assert browser.page.path == "/staff/"


def test_a_new_teacher_opens_her_account_with_an_invitation_that_works_once(world: World) -> None:
    teacher = world.teacher("Ms Dean")
    code = invitation_of(world, teacher)
    browser = world.visitor("Ms Dean")

    browser.visits("/staff/")
    browser.follows("I have an invitation")
    typed = " ".join(code[start : start + 4] for start in range(0, 16, 4)).lower()
    short = browser.submits(code=typed, password="harbour", status=422)
    assert "12 characters" in short.one("#password-problem").text
    assert str(short.one("#code")["value"]).replace(" ", "") == code  # the code need not be typed again
    common = browser.submits(password="password1234", status=422)
    assert "easy to guess" in common.one("#password-problem").text
    assert browser.submits(password=NEW).path == "/classes/"

    again = world.visitor("somebody who found the note")
    again.visits("/staff/welcome")
    refused = again.submits(code=code, password="another long sentence", status=422)
    assert "does not work" in refused.one("#code-problem").text

    door = world.visitor("Ms Dean, tomorrow")
    door.visits("/staff/")
    door.submits(email=teacher.email, password=teacher.password, status=422)  # the earlier one is gone
    assert door.submits(email=teacher.email, password=NEW).path == "/classes/"


def test_an_invitation_runs_out_after_a_week_and_a_newer_one_replaces_it(world: World) -> None:
    teacher = world.teacher("Ms Dean")
    first, second = invitation_of(world, teacher), invitation_of(world, teacher)
    browser = world.visitor("Ms Dean")

    browser.visits("/staff/welcome")
    browser.submits(code=first, password=NEW, status=422)
    world.clock.moves(days=7)
    late = browser.submits(code=second, password=NEW, status=422)
    assert "older than a week" in late


def test_invitations_cannot_be_tried_one_after_another(world: World) -> None:
    code = invitation_of(world, world.teacher("Ms Dean"))
    guesser = world.visitor("a guesser")

    guesser.visits("/staff/welcome")
    for _ in range(4):
        guesser.submits(code="AAAA AAAA AAAA AAAA", password=NEW, status=422)
    told = guesser.submits(code="AAAA AAAA AAAA AAAA", password=NEW, status=429)
    assert "Wait 30 seconds" in told.one("#code-problem").text
    guesser.submits(code=code, password=NEW, status=429)  # even the right one waits
    world.clock.moves(seconds=31)
    assert guesser.submits(code=code, password=NEW).path == "/classes/"


def test_a_password_is_changed_and_the_tablet_left_signed_in_is_out(world: World) -> None:
    okoro = world.teacher("Mr Okoro")
    here, tablet = world.signed_in(okoro), world.signed_in(okoro)

    here.visits("/staff/account")
    wrong = here.submits(password="not this one", new_password=NEW, status=422)
    assert "not your password" in wrong.one("#password-problem").text
    short = here.submits(password=okoro.password, new_password="short", status=422)
    assert "12 characters" in short.one("#new_password-problem").text
    done = here.submits(password=okoro.password, new_password=NEW)
    assert "Your password is changed" in done

    assert tablet.visits("/classes/").path == "/staff/"
    fresh = world.visitor("Mr Okoro")
    fresh.visits("/staff/")
    assert fresh.submits(email=okoro.email, password=NEW).path == "/classes/"


def test_a_borrowed_computer_cannot_find_the_password_out(world: World) -> None:
    okoro = world.teacher("Mr Okoro")
    borrowed = world.signed_in(okoro)

    borrowed.visits("/staff/account")
    for _ in range(5):
        borrowed.submits(password="not this one", new_password=NEW, status=422)
    told = borrowed.submits(password=okoro.password, new_password=NEW, status=429)
    assert "Wait 30 seconds" in told


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro", world.klass("Willow")))

    answer = browser.asks("POST", "/staff/sign-out", {"csrf_token": browser.csrf_token()})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.visits("/classes/").path == "/staff/"


def test_an_hour_without_a_tap_signs_staff_out(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro", world.klass("Willow")))

    world.clock.moves(minutes=59)
    assert browser.visits("/classes/").path == "/classes/"
    world.clock.moves(minutes=61)
    assert browser.visits("/classes/").path == "/staff/"


def test_odd_signs_in_the_form_are_a_wrong_try_and_not_a_fault(world: World) -> None:
    browser = world.visitor("a naughty string")

    browser.visits("/staff/")
    for odd in ("a\x00b@harbour.example", "' or 1=1 --", "😀" * 500, "x" * 5000):
        browser.submits(email=odd, password=odd, status=422)
    browser.visits("/staff/welcome")
    browser.submits(code="\x00😀", password=NEW, status=422)
