"""Sign-in cards: eight to a page, the same each time, until one is lost or its pictures are known to a friend."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.secrets import PICTURES, grouped
from tests.harness.visitor import Page
from tests.harness.world import AClass, APerson, World

NAMES = ["Amina", "Bilal", "Chloé", "Dylan", "Ellie", "Freya", "Gwen", "Hana", "Idris", "Jack"]


def people_of(klass: AClass) -> str:
    return f"/classes/{klass.public_id}/people"


def cards_of(klass: AClass, only: APerson | None = None) -> str:
    return f"/classes/{klass.public_id}/cards" + (f"?pupil={only.public_id}" if only else "")


def squares(page: Page) -> list[str]:
    return [str(path["d"]) for path in page.all(".scard__qr path")]


def test_a_teacher_prints_the_cards_of_her_class(world: World) -> None:
    willow = world.klass("Willow", 3)
    pupils = world.pupils(NAMES, willow)
    browser = world.signed_in(world.teacher("Mr Okoro", willow))
    browser.visits(people_of(willow))
    page = browser.follows("Print sign-in cards")
    assert page.h1.text == "Sign-in cards for Willow"
    assert [len(sheet.select(".scard")) for sheet in page.all(".sheet")] == [8, 2]
    first = page.all(".scard")[0]
    assert first["aria-label"] == "Amina’s card"
    labels = [str(svg["aria-label"]) for svg in first.select(".scard__p svg")]
    assert labels == [PICTURES[key] for key in world.secret_of(pupils[0])]
    assert grouped(willow.code, 3) in first.get_text()
    assert grouped(world.card_of(pupils[0])[:12]) in first.get_text()
    assert len(set(squares(page))) == len(NAMES)
    printed = " ".join(sheet.get_text() for sheet in page.all(".sheet"))
    assert willow.school.name not in printed  # a lost card must not say where its child is

    again = browser.visits(cards_of(willow))
    assert squares(again) == squares(page)


@pytest.mark.parametrize(
    ("year_group", "count", "is_words"), [(0, 2, False), (1, 2, False), (3, 3, False), (4, 3, True)]
)
def test_a_card_shows_what_the_childs_own_year_group_signs_in_with(
    world: World, year_group: int, count: int, is_words: bool
) -> None:
    willow = world.klass("Willow", 3)  # a class of Year 3s, whatever she is
    amina = world.pupil("Amina", willow, year_group=year_group)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(cards_of(willow))
    words = [item.get_text()[1:] for item in page.all(".scard__words li")]
    assert words == (list(world.secret_of(amina)) if is_words else [])
    assert len(page.all(".scard__p")) == (0 if is_words else count)


def test_the_printed_card_opens_the_boat_by_its_square_and_by_its_letters(world: World) -> None:
    willow = world.klass("Willow", 3)
    amina = world.pupil("Amina", willow)
    for typed in (world.card_of(amina), grouped(world.card_of(amina)[:12]).lower()):
        tablet = world.visitor("a tablet")
        tablet.visits("/card")
        assert "Amina" in tablet.submits("/card", token=typed)


def test_a_lost_card_is_void_in_one_tap_and_the_next_one_works(world: World) -> None:
    willow = world.klass("Willow", 3)
    amina = world.pupil("Amina", willow)
    lost = world.card_of(amina)
    finder = world.signed_in(amina)
    browser = world.signed_in(world.teacher("Mr Okoro", willow))
    before = squares(browser.visits(cards_of(willow)))

    browser.visits(people_of(willow))
    page = browser.presses("Void card for Amina")
    assert "The old card opens nothing any more." in page
    page = browser.follows("Amina’s card")
    assert len(squares(page)) == 1
    assert squares(page) != before

    assert finder.visits("/chart").path != "/chart"  # signed out at once
    tablet = world.visitor("a tablet")
    tablet.visits("/card")
    assert "did not open a boat" in tablet.submits("/card", token=lost, status=422)
    assert "Amina" in tablet.submits("/card", token=world.card_of(amina))


def test_new_pictures_leave_the_card_as_it_is(world: World) -> None:
    willow = world.klass("Willow", 3)
    amina = world.pupil("Amina", willow)
    known, card = world.secret_of(amina), world.card_of(amina)
    browser = world.signed_in(world.teacher("Mr Okoro", willow))
    browser.visits(people_of(willow))
    assert "New pictures or words are given." in browser.presses("New pictures for Amina")
    assert world.secret_of(amina) != known
    assert world.card_of(amina) == card
    shown = [str(svg["aria-label"]) for svg in browser.visits(cards_of(willow)).all(".scard__p svg")]
    assert shown == [PICTURES[key] for key in world.secret_of(amina)]


def test_in_september_last_years_cards_are_not_printed_again(world: World) -> None:
    willow = world.klass("Willow", 3)
    amina = world.pupil("Amina", willow)
    old = world.card_of(amina)
    teacher = world.teacher("Mr Okoro", willow)
    world.clock.moves(days=300)
    browser = world.signed_in(teacher)
    page = browser.visits(cards_of(willow))
    assert "These cards ended with the last school year" in page
    assert squares(page) == []
    page = browser.presses("Make this year’s cards")
    assert len(squares(page)) == 1
    assert world.card_of(amina) != old


def test_cards_warn_while_the_address_is_this_machine(world: World, make_app: Any) -> None:
    willow = world.klass("Willow", 3)
    world.pupil("Amina", willow)
    teacher = world.teacher("Mr Okoro", willow)
    assert "opens on the server alone" in world.signed_in(teacher).visits(cards_of(willow))
    elsewhere = World(make_app(address="http://harbour.school.example:8000", is_plain_http=True), world.clock)
    page = elsewhere.signed_in(teacher).visits(cards_of(willow))
    assert "opens on the server alone" not in page


def test_the_cards_of_one_child_and_of_nobody(world: World) -> None:
    willow, elm = world.klass("Willow", 3), world.klass("Elm", 2)
    amina, _ = world.pupils(["Amina", "Bilal"], willow)
    browser = world.signed_in(world.teacher("Mr Okoro", willow, elm))
    assert [card["aria-label"] for card in browser.visits(cards_of(willow, amina)).all(".scard")] == ["Amina’s card"]
    browser.visits(cards_of(elm, amina), status=404)
    assert "Nobody is in this class yet." in browser.visits(cards_of(elm))
    assert "Nobody is in this class yet." in browser.visits(people_of(elm))


def test_nobody_elses_pupils_and_cards(world: World) -> None:
    willow, elm = world.klass("Willow", 3), world.klass("Elm", 2)
    amina = world.pupil("Amina", willow)
    noah = world.pupil("Noah", elm)
    before = world.card_of(amina), world.secret_of(amina)
    browser = world.signed_in(world.teacher("Ms Rahman", elm))
    browser.visits(people_of(willow), status=404)
    browser.visits(cards_of(willow), status=404)
    for what in ("card", "secret"):
        for klass in (willow, elm):
            browser.posts(f"{people_of(klass)}/{amina.public_id}/{what}", status=404)
    browser.posts(cards_of(willow), status=404)
    of_both = world.signed_in(world.teacher("Mr Doyle", willow, elm))
    of_both.posts(f"{people_of(elm)}/{amina.public_id}/card", status=404)  # hers, but not in that class
    assert (world.card_of(amina), world.secret_of(amina)) == before
    browser.posts(f"{people_of(elm)}/{noah.public_id}/card", status=200)


def test_a_child_whose_pictures_will_not_work_today_is_let_in_from_the_list_of_pupils(world: World) -> None:
    willow = world.klass("Willow", 3)
    world.pupil("Amina", willow)
    browser = world.signed_in(world.teacher("Mr Okoro", willow))
    browser.visits(people_of(willow))
    page = browser.presses("Let in for Amina")
    assert page.h1.text == "Pupils of Willow"
    assert "opens it without pictures or words, once" in page
    assert "May come in" in page


def test_a_teacher_lets_one_card_and_then_all_of_them_work_at_home(world: World) -> None:
    willow = world.klass("Willow", year_group=3)
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    people = f"/classes/{willow.public_id}/people"

    okoro.visits(people)
    said = okoro.submits(f"{people}/{amina.public_id}/home")
    assert "The card now works at home too." in said.text
    assert _opens_on_saturday(world, amina)
    assert not _opens_on_saturday(world, ben)

    okoro.visits(people)
    okoro.posts(f"/classes/{willow.public_id}/cards/home", {"home": "yes"})
    assert _opens_on_saturday(world, ben)
    okoro.posts(f"/classes/{willow.public_id}/cards/home", {"home": "no"})
    assert not _opens_on_saturday(world, amina)


def _opens_on_saturday(world: World, pupil: APerson) -> bool:
    monday = world.clock.now
    world.clock.moves(days=5)
    tablet = world.visitor()
    tablet.visits("/card")
    came = tablet.posts("/card", {"token": world.card_of(pupil)}).path == "/chart"
    world.clock.set(monday)
    return came
