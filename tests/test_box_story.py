"""The box: who may switch the lifebuoy on, when, and what pupils are then told. And how people type their holidays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.models import Adult, AuditEntry
from database import db
from safeguarding.box import read_box
from safeguarding.school_hours import holidays_of, holidays_shown, holidays_typed
from tests.harness.visitor import Page
from tests.harness.world import APerson, World

CHRISTMAS = "2026-12-19 2027-01-03"


@pytest.fixture
def okafor(world: World) -> APerson:
    return world.dsl("Mrs Okafor")


def without_phone(world: World, person: APerson) -> APerson:
    with world.saving():
        db.session.get_one(Adult, person.id).is_totp_on = False
    return person


def is_open(world: World, school_id: int) -> bool:
    with world.app.app_context():
        return read_box(school_id, is_private=True).is_open


def audit(world: World) -> list[tuple[str, int | None]]:
    with world.app.app_context():
        return [(row.what, row.actor_id) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def told(page: Page) -> dict[str, str]:
    return dict(zip((each.text for each in page.all("dt")), (each.text for each in page.all("dd")), strict=True))


def test_one_reader_is_too_few_to_switch_it_on(world: World, okafor: APerson) -> None:
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/box")
    page = visitor.presses("Switch it on", status=422)
    assert "only one has an account" in page.one("#problem").text
    assert not is_open(world, okafor.school.id)


def test_whoever_lacks_a_second_factor_is_named(world: World, okafor: APerson) -> None:
    without_phone(world, world.deputy("Mr Rees"))
    visitor = world.signed_in(okafor)
    page = visitor.visits("/desk/box")
    assert "Mr Rees: no second factor yet" in page
    assert "Mrs Okafor: second factor on" in page
    page = visitor.presses("Switch it on", status=422)
    assert "Mr Rees has no second factor yet" in page.one("#problem").text
    assert audit(world) == []


def test_with_two_it_goes_on_and_off_and_both_are_kept(world: World, okafor: APerson) -> None:
    rees = world.deputy("Mr Rees")
    visitor = world.signed_in(rees)
    visitor.visits("/desk/box")
    assert "It sends." in visitor.presses("Switch it on")
    assert is_open(world, okafor.school.id)
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/box")
    assert "It sends nothing." in visitor.presses("Switch it off")
    assert not is_open(world, okafor.school.id)
    assert audit(world) == [("box-on", rees.id), ("box-off", okafor.id)]


def test_it_shuts_by_itself_when_one_of_two_goes(world: World, okafor: APerson) -> None:
    rees = world.deputy("Mr Rees")
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/box")
    visitor.presses("Switch it on")
    without_phone(world, rees)
    page = visitor.visits("/desk/box")
    assert "Switched on, and shut: too few can read." in page
    assert "The box is shut" in page


def test_hours_and_holidays_are_saved_as_people_type_them_and_pupils_are_told_accordingly(
    world: World, okafor: APerson
) -> None:
    visitor = world.signed_in(okafor)
    page = visitor.visits("/desk/box")
    assert told(page)["Now"] == "They read this before school ends today, at 3.15pm."
    typed = {"opens": "9:00", "closes": "15:30", "holidays": "25/5/2027\n\n19 Dec to 3 January 2027"}
    page = visitor.submits("/desk/box", typed)
    assert page.form("/desk/box").values()["holidays"].strip() == "19 December 2026 to 3 January 2027\n25 May 2027"
    assert told(page) == {
        "Now": "They read this before school ends today, at 3.30pm.",
        "This evening at 6pm": "They read this when school opens tomorrow, at 9.00am.",
        "On Saturday at 10am": "They read this when school opens on Monday, at 9.00am.",
        "On 19 December 2026 at 10am": "They read this when school opens on Monday 4 January, at 9.00am.",
    }
    assert audit(world) == [("box-hours", okafor.id)]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"opens": ""}, "opens", "8:45"),
        ({"closes": "soon"}, "closes", "15:15"),
        ({"opens": "16:00"}, "closes", "after the first one"),
        ({"holidays": "1 May 2027\nhalf term"}, "holidays", "Line 2, “half term”"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    world: World, okafor: APerson, changed: dict[str, str], field: str, says: str
) -> None:
    visitor = world.signed_in(okafor)
    visitor.visits("/desk/box")
    typed = {"opens": "8:45", "closes": "15:15", "holidays": "1 May 2027", **changed}
    page = visitor.submits("/desk/box", typed, status=422)
    assert says in page.one(f"#{field}-problem").text
    again = page.form("/desk/box").values()
    assert {name: again[name].strip() for name in typed} == typed
    assert audit(world) == []


@pytest.mark.parametrize(
    "line",
    [
        "19 December 2026 to 3 January 2027",
        "19/12/2026 to 3/1/2027",
        "19.12.26 until 3.1.27",
        "19/12/2026-03/01/2027",
        "2026-12-19 2027-01-03",
        "2026-12-19 to 2027-01-03",
        "Sat 19th Dec 2026 – Sunday 3rd Jan 2027",
        "19 Dec to 3 Jan 2027",
        "  19 december 2026   -  3 january 2027 ",
    ],
)
def test_a_holiday_is_understood_in_many_ways(line: str) -> None:
    assert holidays_typed(line) == (CHRISTMAS, "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("half term", "type it like"),
        ("19 Smarch 2026 to 3 January 2027", "type it like"),
        ("31 February 2027", "type it like"),
        ("12/19/2026", "type it like"),
        ("19 December", "type it like"),
        ("3 January 2027 to 19 December 2026", "ends before it begins"),
        ("19 December 2026 to 3 January 2028", "Check the years"),
        ("1 May 2027\n\n  \nx to y", "Line 4"),
    ],
)
def test_a_line_that_is_no_holiday_is_named(text: str, says: str) -> None:
    kept, problem = holidays_typed(text)
    assert kept == ""
    assert says in problem


def test_holidays_are_kept_in_order_and_shown_as_they_would_be_typed() -> None:
    kept, _ = holidays_typed("25 May 2027\r\n19 December 2026 to 3 January 2027\r\n")
    assert kept == f"{CHRISTMAS}\n2027-05-25 2027-05-25"
    assert len(holidays_of(kept)) == 2
    assert holidays_shown(kept) == "19 December 2026 to 3 January 2027\n25 May 2027"
    assert holidays_typed(holidays_shown(kept)) == (kept, "")
