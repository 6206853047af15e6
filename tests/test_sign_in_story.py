"""Pupils come aboard: class code, boat, given pictures or words, or a card; and go ashore without leaving a trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from accounts.models import Pupil, School, SchoolClass, SignIn, Throttle, User
from accounts.people import new_pictures, void_card
from accounts.secrets import WORDS, credential_for, given_secret, grouped
from database import db
from tests.harness.visitor import Page, Visitor
from tests.harness.world import AClass, APerson, World


def finds_the_boats(world: World, klass: AClass) -> Visitor:
    browser = world.visitor()
    browser.visits("/code")
    page = browser.submits("/code", {"code": grouped(klass.code, 3).lower()})
    assert page.path == "/boats"
    return browser


def taps(browser: Visitor, pupil: APerson, pictures: tuple[str, ...]) -> Page:
    """Without script: each picture is a page of its own."""
    page = browser.visits(f"/boats/{pupil.public_id}")
    for picture in pictures:
        so_far = page.form().values()["so_far"]
        page = browser.posts(f"/boats/{pupil.public_id}", {"so_far": so_far, "picture": picture})
    return page


def test_nia_in_reception_taps_her_boat_and_two_pictures(world: World) -> None:
    acorn = world.klass("Acorn", year_group=0)
    nia = world.pupil("Nia", acorn)
    world.opens_door(acorn)
    browser = finds_the_boats(world, acorn)
    page = browser.follows("Nia")
    assert page.h1.text.startswith("Hello, Nia")
    assert len(page.all("button[name=picture]")) == 12
    assert taps(browser, nia, world.secret_of(nia)).path == "/chart"


def test_amina_in_year_3_taps_three_pictures_and_one_post_does_with_script(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina = world.pupil("Amina", willow)
    world.opens_door(willow)
    browser = finds_the_boats(world, willow)
    page = browser.visits(f"/boats/{amina.public_id}")
    assert len(page.all("button[name=picture]")) == 16
    assert browser.posts(f"/boats/{amina.public_id}", {"so_far": ",".join(world.secret_of(amina))}).path == "/chart"


def test_jayden_in_year_5_types_three_words_as_children_type(world: World) -> None:
    larch = world.klass("Larch", year_group=5)
    jayden = world.pupil("Jayden", larch)
    world.opens_door(larch)
    browser = finds_the_boats(world, larch)
    browser.visits(f"/boats/{jayden.public_id}")
    first, second, third = world.secret_of(jayden)
    page = browser.submits(None, {"w1": f" {first.upper()}", "w2": f"{second} ", "w3": third.capitalize()})
    assert page.path == "/chart"
    assert "Jayden" in page.text


def test_wrong_pictures_are_told_kindly_and_nothing_is_shown(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina = world.pupil("Amina", willow)
    world.opens_door(willow)
    browser = finds_the_boats(world, willow)
    wrong = tuple(reversed(world.secret_of(amina)))
    page = browser.posts(f"/boats/{amina.public_id}", {"so_far": ",".join(wrong)}, status=422)
    assert "Those are not your pictures" in page.text
    assert page.form().values()["so_far"] == ""


def test_a_class_is_not_seen_while_its_door_is_shut(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina = world.pupil("Amina", willow)
    browser = world.visitor()
    browser.visits("/code")
    page = browser.submits("/code", {"code": willow.code}, status=403)
    assert "Amina" not in page.html
    browser.visits(f"/boats/{amina.public_id}", status=404)
    world.opens_door(willow)
    assert "Amina" in browser.visits("/boats").text
    world.clock.moves(minutes=61)
    again = world.looking_for_a_boat(willow)
    assert "Amina" not in again.visits("/boats", status=403).html


def test_words_work_from_home_in_the_schools_own_hours_and_pictures_never_do(world: World) -> None:
    mixed = world.klass("Ivy", year_group=4)
    older = world.pupil("Kofi", mixed)
    world.pupil("Zara", mixed, year_group=3)
    with world.saving():
        school = db.session.get_one(School, mixed.school.id)
        school.home_from, school.home_until = 15 * 60 + 30, 19 * 60
    world.clock.set(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    at_home = world.looking_for_a_boat(mixed)
    page = at_home.visits("/boats")
    assert "Kofi" in page.text
    assert "Zara" not in page.text
    at_home.visits(f"/boats/{older.public_id}")
    world.clock.set(datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    world.looking_for_a_boat(mixed).visits("/boats", status=403)


@pytest.mark.parametrize("typed", ["", "ABC", "zzzzzz", "' or 1=1 --", "A" * 5000])
def test_a_class_code_that_opens_nothing_says_what_to_do(world: World, typed: str) -> None:
    browser = world.visitor()
    browser.visits("/code")
    page = browser.posts("/code", {"code": typed}, status=422)
    assert page.one(".problem").text.strip()


def test_a_card_opens_its_boat_scanned_or_typed_and_a_voided_one_opens_nothing(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina = world.pupil("Amina", willow)
    card = world.card_of(amina)
    for typed in (card, grouped(card[:12]).lower()):
        browser = world.visitor()
        browser.visits("/card")
        assert browser.posts("/card", {"token": typed}).path == "/chart"
    with world.saving():
        row = db.session.get_one(Pupil, amina.id)
        void_card(world.keys, row, amina.public_id, row.card_until)
    browser = world.visitor()
    browser.visits("/card")
    assert "did not open a boat" in browser.posts("/card", {"token": card}, status=422).text
    assert browser.posts("/card", {"token": world.card_of(amina)}).path == "/chart"


def test_a_card_with_one_letter_changed_anywhere_opens_nothing(world: World) -> None:
    card = world.card_of(world.pupil("Amina"))
    for place in (0, 11, 12, 27):
        changed = card[:place] + ("A" if card[place] != "A" else "C") + card[place + 1 :]
        browser = world.visitor()
        browser.visits("/card")
        browser.posts("/card", {"token": changed}, status=422)


def test_a_card_for_school_rests_at_the_weekend_and_ends_on_31_august(world: World) -> None:
    card = world.card_of(world.pupil("Amina"))
    world.clock.set(datetime(2026, 11, 28, 11, 0, tzinfo=UTC))  # a Saturday
    browser = world.visitor()
    browser.visits("/card")
    assert "works at school" in browser.posts("/card", {"token": card}, status=422).text
    world.clock.set(datetime(2027, 8, 31, 9, 0, tzinfo=UTC))
    assert browser.posts("/card", {"token": card}).path == "/chart"
    world.clock.set(datetime(2027, 9, 1, 9, 0, tzinfo=UTC))
    late = world.visitor()
    late.visits("/card")
    assert "from last year" in late.posts("/card", {"token": card}, status=422).text


def test_the_next_child_finds_nothing_of_the_last(world: World) -> None:
    amina = world.pupil("Amina")
    browser = world.signed_in(amina)
    browser.visits("/chart")
    gone = browser.asks("POST", "/ashore", {"csrf_token": browser.csrf_token()})
    assert gone.headers["Clear-Site-Data"] == '"cache"'
    assert "sh=;" in gone.headers["Set-Cookie"]
    assert browser.visits("/chart").path == "/code"


def test_a_stolen_cookie_ends_with_the_session(world: World) -> None:
    amina = world.pupil("Amina")
    browser, thief = world.signed_in(amina), world.visitor()
    for name, value in browser.cookies().items():
        thief.client.set_cookie(name, value)
    assert thief.visits("/chart").path == "/chart"
    browser.asks("POST", "/ashore", {"csrf_token": browser.csrf_token()})
    assert thief.visits("/chart").path == "/code"


def test_a_pupil_who_is_away_for_twenty_minutes_signs_in_again(world: World) -> None:
    browser = world.signed_in(world.pupil("Amina"))
    for _ in range(3):
        world.clock.moves(minutes=19)
        assert browser.visits("/chart").path == "/chart"
    world.clock.moves(minutes=21)
    assert browser.visits("/chart").path == "/code"


def test_signing_in_as_another_child_ends_the_session_of_the_first(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    browser = world.signed_in(amina)
    browser.visits("/card")
    browser.posts("/card", {"token": world.card_of(ben)})
    with world.app.app_context():
        ended = db.session.execute(select(SignIn.ended_at).where(SignIn.user_id == amina.id)).scalar_one()
    assert ended is not None


def test_what_the_database_holds_opens_no_boat(world: World) -> None:
    """No picture, word, card or token lies in a row: only versions and keyed hashes."""
    larch = world.klass("Larch", year_group=5)
    jayden = world.pupil("Jayden", larch)
    world.opens_door(larch)
    world.signed_in(jayden).visits("/chart")
    words, card = world.secret_of(jayden), world.card_of(jayden)
    with world.app.app_context():
        for model in (User, Pupil, SignIn, Throttle, SchoolClass):
            for row in db.session.execute(select(model.__table__)):
                said = " ".join(str(value) for value in row)
                assert card[:12] not in said
                assert not any(f" {word} " in f" {said} " for word in words)


def test_given_pictures_are_all_used_and_never_the_same_twice_in_a_row(world: World) -> None:
    for year_group in range(7):
        credential = credential_for(year_group)
        seen: set[str] = set()
        for number in range(400):
            given = given_secret(world.keys, f"pupil{number}", year_group, 1, 1)
            assert len(given) == len(set(given)) == credential.length
            seen |= set(given)
        assert seen <= set(credential.board or WORDS)
        assert len(seen) >= (len(credential.board) or 200)


def test_new_pictures_replace_the_old_ones(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina = world.pupil("Amina", willow)
    world.opens_door(willow)
    old = world.secret_of(amina)
    with world.saving():
        new_pictures(db.session.get_one(Pupil, amina.id))
    browser = finds_the_boats(world, willow)
    browser.posts(f"/boats/{amina.public_id}", {"so_far": ",".join(old)}, status=422)
    assert browser.posts(f"/boats/{amina.public_id}", {"so_far": ",".join(world.secret_of(amina))}).path == "/chart"
