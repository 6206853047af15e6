"""A teacher brings in her class: she sees, line by line, what will happen, and nothing is saved until she says so."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.models import Membership, Pupil, Role, SchoolClass, SignIn, User
from database import db
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Upload, Visitor
from tests.harness.world import AClass, APerson, World

SAMPLES = Path(__file__).parent / "samples"
LIST = "/classes/list"


def sample(name: str) -> Upload:
    return Upload(name, (SAMPLES / name).read_bytes())


def sends(visitor: Visitor, upload: Upload | None = None, *, status: int = 200, **fields: object) -> Page:
    visitor.visits(LIST)
    if upload is not None:
        fields["file"] = upload
    page = visitor.submits(LIST, fields, status=status)
    page.response.request.environ["wsgi.input"].close()  # a large one lies in a temporary file of the test client's
    return page


def confirms(visitor: Visitor, **fields: object) -> Page:
    return visitor.submits("/classes/list/save", {name.replace("_", "-"): value for name, value in fields.items()})


def pupils(world: World) -> list[str]:
    """Everybody who has not left, as "class: name", in order."""
    with world.app.app_context():
        rows = db.session.execute(
            select(SchoolClass.name, User.name)
            .join(Pupil, Pupil.class_id == SchoolClass.id)
            .join(User, User.id == Pupil.user_id)
            .where(User.left_at.is_(None))
            .order_by(SchoolClass.name, User.name, User.id)
        )
        return [f"{class_name}: {name}" for class_name, name in rows]


def klass_named(world: World, name: str) -> AClass:
    with world.app.app_context():
        row = db.session.scalars(select(SchoolClass).where(SchoolClass.name == name)).one()
        return AClass(row.id, row.public_id, row.name, row.year_group, row.code, world.home)


def happens(page: Page, line: int) -> str:
    return " ".join(page.cell(str(line), "What will happen").get_text(" ").split())


# The story


def test_a_teacher_brings_in_a_class_and_then_teaches_it(world: World) -> None:
    mr_okoro = world.teacher("Mr Okoro")
    browser = world.signed_in(mr_okoro)
    browser.visits("/classes/")
    browser.follows("Add a class list")

    check = browser.submits(LIST, file=sample("class-30-windows-1252.csv"))
    assert check.h1.text == "Check the list before it is saved"
    assert "Nothing is saved yet." in check
    assert "30 ready" in check
    assert "Thrown away: DOB, Gender." in check
    assert happens(check, 2) == "New."
    assert pupils(world) == []

    done = browser.presses("Save 30 pupils")
    assert done.h1.text == "Pupils of 3H"
    assert "30 pupils added." in done
    assert [status for status, path in browser.trail if path.startswith("/classes/list/save")] == [303]
    names = pupils(world)
    assert len(names) == 30
    assert "3H: Kwame" in names
    assert "3H: Zoë M" in names
    assert "3H: Zoë B" in names
    assert "3H" in browser.visits("/classes/")
    with world.app.app_context():
        assert db.session.scalars(select(Membership.user_id)).all() == [mr_okoro.id]


def test_the_same_list_again_changes_nothing(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    for name in ("class-30-windows-1252.csv", "class-messy.csv"):
        sends(browser, sample(name))
        confirms(browser)
        before = everything(world)
        check = sends(browser, sample(name))
        assert "Nothing changes." in check
        done = confirms(browser)
        assert "Nothing changed." in done
        assert everything(world) == before


def everything(world: World) -> list[tuple[object, ...]]:
    with world.app.app_context():
        rows = db.session.execute(select(User.__table__, Pupil.__table__).join(Pupil, Pupil.user_id == User.id))
        return sorted(tuple(row) for row in rows)


def test_the_pasted_list_and_a_class_chosen_on_the_form(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    text = (SAMPLES / "class-12-pasted.txt").read_text(encoding="utf-8")
    assert "12 ready" in sends(browser, pasted=text)
    confirms(browser)
    assert "Ivy: Noah H" in pupils(world)
    assert "Ivy: Noah K" in pupils(world)

    check = sends(browser, pasted="Amina Khan\nMia Lee\nLeo Wood", class_name="Owls", year="2")
    assert "New class: Owls (Year 2)." in check
    assert "Pupils of Owls" in confirms(browser)


def test_the_messy_list_says_why_of_every_line(world: World) -> None:
    browser = world.signed_in(world.admin())
    check = sends(browser, sample("class-messy.csv"))
    assert "8 ready" in check
    assert "11 left out" in check
    assert happens(check, 3) == "Left out: the same child as line 2."
    assert happens(check, 4) == "New. Line 2 has the same name in Gorse: both are kept."
    assert happens(check, 6) == "New. No surname needed."
    assert happens(check, 7) == "Left out: no first name."
    assert happens(check, 10) == "Left out: Year 13 is not a primary year (Reception to Year 6)."
    assert happens(check, 11) == "New. Reception, in a class that is mostly Year 3."
    assert happens(check, 21) == "Left out: this line is a total."
    assert "<script>alert(1)" not in check.html
    done = confirms(browser)
    assert "8 pupils added." in done
    assert "11 lines were left out." in done
    assert pupils(world) == [
        "Gorse: Amina",
        "Gorse: Aoife Marie",
        "Gorse: Jack",
        "Gorse: Leo",
        "Gorse: Noah",
        "Gorse: Ravi",
        "Gorse: Zoë",
        "Hazel: Amina",
    ]


def test_nothing_of_a_birthday_a_surname_or_a_upn_is_in_the_database(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    sends(browser, sample("class-30-windows-1252.csv"))
    confirms(browser)
    with world.app.app_context():
        found = []
        for table in db.metadata.sorted_tables:
            found += [repr(value) for row in db.session.execute(select(table)) for value in row]
    said = "\n".join(found)
    for kept_nowhere in ("2018", "L530296894892", "Hussain", "Taylor", "Kowalska", "hussain", "avahussain"):
        assert kept_nowhere not in said


def test_a_whole_school_is_brought_in_by_the_office(world: World) -> None:
    browser = world.signed_in(world.admin())
    sends(browser, sample("school-420-utf8-bom.csv"))
    with count_statements(world.app) as said:
        done = confirms(browser)
    assert "420 pupils added." in done
    assert len(pupils(world)) == 420
    assert len(done.all("table tbody tr")) == 14
    asked = Counter(one.split()[0] for one in said)
    assert asked["SELECT"] + asked["UPDATE"] < 60, asked  # for each class, and not for each pupil
    sends(browser, sample("school-420-utf8-bom.csv"))
    assert "420 pupils are here already." in confirms(browser)


@pytest.mark.parametrize("count", [3, 30])
def test_the_pages_ask_the_database_as_often_for_thirty_as_for_three(world: World, count: int) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    lines = "".join(f"Amina,{letter}han,3H,3\n" for letter in "abcdefghijklmnopqrstuvwxyzäöüß"[:count])
    browser.visits(LIST)
    with count_statements(world.app) as said:
        browser.submits(LIST, pasted="First name,Surname,Class,Year\n" + lines)
    assert len(said) <= 8, said
    confirms(browser)
    for page in ("people", "cards"):
        with count_statements(world.app) as said:
            browser.visits(f"/classes/{klass_named(world, '3H').public_id}/{page}")
        assert len(said) <= 8, said


def test_a_file_goes_before_what_was_pasted(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    check = sends(browser, Upload("list.csv", b"Forename,Class,Year\nAmina,3H,3\n"), pasted="Mia Lee,3H,3\n")
    assert "Amina" in check
    assert "Mia" not in check


# Whose class


def test_a_teacher_fills_her_own_classes_and_the_office_does_the_rest(world: World) -> None:
    world.klass("Hazel", 3)
    ms_rahman = world.signed_in(world.teacher("Ms Rahman", world.klass("Gorse", 3)))
    check = sends(ms_rahman, sample("school-420-utf8-bom.csv"))
    assert "You do not teach Hazel. Ask the office to add this pupil." in check
    confirms(ms_rahman)
    classes = {name.split(":")[0] for name in pupils(world)}
    assert "Gorse" in classes
    assert "Hazel" not in classes
    assert "Ivy" in classes  # nobody's yet: she has made it, and teaches it


def test_a_child_of_another_teachers_class_is_not_taken_over(world: World) -> None:
    gorse, hazel = world.klass("Gorse", 3), world.klass("Hazel", 3)
    text = "First name,Surname,Class,Year,UPN\nAmina,Khan,{},3,A1\n"
    ms_rahman = world.signed_in(world.teacher("Ms Rahman", gorse))
    sends(ms_rahman, pasted=text.format("Gorse"))
    confirms(ms_rahman)

    mr_doyle = world.signed_in(world.teacher("Mr Doyle", hazel))
    check = sends(mr_doyle, pasted=text.format("Hazel"))
    assert happens(check, 2) == "Already in Gorse. Ask the office."
    mr_doyle.posts("/classes/list/save", hidden(check))
    assert pupils(world) == ["Gorse: Amina"]

    office = world.signed_in(world.admin())
    check = sends(office, pasted=text.format("Hazel"))
    assert happens(check, 2) == "Moves from Gorse to Hazel."
    confirms(office)
    assert pupils(world) == ["Hazel: Amina"]


def hidden(check: Page) -> dict[str, str]:
    """What the preview's form would carry, were there a button."""
    return {"list": str(check.all("input[name=list]")[0]["value"])}


def test_another_schools_children_are_nobodys_business(world: World) -> None:
    ours = world.signed_in(world.teacher("Mr Okoro"))
    text = "First name,Surname,Class,Year,UPN\nAmina,Khan,3H,3,A1\n"
    sends(ours, pasted=text)
    confirms(ours)
    theirs = world.signed_in(world.teacher("Mr Other", school=world.school("Other Primary")))
    check = sends(theirs, pasted=text)
    assert happens(check, 2) == "New."
    confirms(theirs)
    assert pupils(world) == ["3H: Amina", "3H: Amina"]


# Questions and answers


def test_a_name_that_is_nearly_the_same_is_asked_about(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    sends(browser, pasted="First name,Surname,Class,Year\nAmina,Khan,3H,3\nMia,Lee,3H,3\n")
    confirms(browser)
    spelled = "First name,Surname,Class,Year\nAmina,Kahn,3H,3\nMia,Lee,3H,3\n"

    check = sends(browser, pasted=spelled)
    assert "1 needs an answer" in check
    assert "Amina in 3H has a name like this. Is this the same child?" in happens(check, 2)
    done = confirms(browser)
    assert "1 line was not saved, because it needs an answer." in done
    assert pupils(world) == ["3H: Amina", "3H: Mia"]

    check = sends(browser, pasted=spelled)
    same = str(check.all("input[name=answer-2]")[0]["value"])
    confirms(browser, answer_2=same)
    assert pupils(world) == ["3H: Amina", "3H: Mia"]
    assert "Nothing changes." in happens(sends(browser, pasted=spelled), 2)

    sends(browser, pasted=spelled.replace("Kahn", "Kahm"))
    confirms(browser, answer_2="new")
    assert pupils(world) == ["3H: Amina", "3H: Amina K", "3H: Mia"]


def test_two_with_the_very_same_name_may_have_a_nickname_and_always_have_two_boats(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    text = "First name,Surname,Class,Year,UPN\nMuhammad,Ali,3H,3,A1\nMuhammad,Ali,3H,3,A2\nBilal,Ahmed,3H,3,A3\n"
    check = sends(browser, pasted=text)
    assert "2 are called Muhammad: their boats tell them apart." in happens(check, 2)
    confirms(browser, called_3="Mo")
    assert pupils(world) == ["3H: Bilal", "3H: Mo", "3H: Muhammad"]
    sends(browser, pasted=text)
    confirms(browser)
    assert pupils(world) == ["3H: Bilal", "3H: Mo", "3H: Muhammad"]
    with world.app.app_context():
        boats = db.session.execute(select(Pupil.boat_sail, Pupil.boat_pattern)).all()
    assert len(set(boats)) == 3


def test_a_newcomer_takes_letters_and_the_whole_list_mends_both(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    heading = "First name,Surname,Class,Year\n"
    sends(browser, pasted=heading + "Amina,Khan,3H,3\nMia,Lee,3H,3\nLeo,Wood,3H,3\n")
    confirms(browser)
    sends(browser, pasted=heading + "Amina,Shah,3H,3\n")
    confirms(browser)
    assert pupils(world) == ["3H: Amina", "3H: Amina S", "3H: Leo", "3H: Mia"]
    sends(browser, pasted=heading + "Amina,Khan,3H,3\nMia,Lee,3H,3\nLeo,Wood,3H,3\nAmina,Shah,3H,3\n")
    confirms(browser)
    assert pupils(world) == ["3H: Amina K", "3H: Amina S", "3H: Leo", "3H: Mia"]


# Those who are not on the list


def test_who_is_missing_is_listed_unticked_and_leaves_only_when_ticked(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro"))
    heading = "First name,Surname,Class,Year\n"
    sends(browser, pasted=heading + "Amina,Khan,3H,3\nMia,Lee,3H,3\n")
    confirms(browser)
    with world.app.app_context():
        mia = db.session.scalars(select(User).where(User.name == "Mia")).one()
        a_pupil = APerson(mia.id, mia.public_id, "Mia", Role.PUPIL, world.home)
    tablet = world.signed_in(a_pupil)
    assert tablet.visits("/chart").path == "/chart"

    check = sends(browser, pasted=heading + "Amina,Khan,3H,3\n")
    assert "In 3H and not on this list: 1" in check
    assert not check.one("input[name=leaves]").has_attr("checked")
    confirms(browser)
    assert pupils(world) == ["3H: Amina", "3H: Mia"]

    sends(browser, pasted=heading + "Amina,Khan,3H,3\n")
    assert "1 pupil left the school." in confirms(browser, leaves=a_pupil.public_id)
    assert pupils(world) == ["3H: Amina"]
    with world.app.app_context():
        open_still = select(func.count()).where(SignIn.user_id == a_pupil.id, SignIn.ended_at.is_(None))
        assert db.session.scalar(open_still) == 0

    check = sends(browser, pasted=heading + "Mia,Lee,3H,3\n")
    assert happens(check, 2) == "Comes back, to 3H."
    confirms(browser)
    assert pupils(world) == ["3H: Amina", "3H: Mia"]


def test_nobody_elses_pupil_leaves_by_a_made_up_tick(world: World) -> None:
    victim = world.pupil("Noah", world.klass("Hazel", 3))
    browser = world.signed_in(world.teacher("Mr Okoro"))
    check = sends(browser, pasted="First name,Surname,Class,Year\nAmina,Khan,3H,3\n")
    browser.posts("/classes/list/save", {**hidden(check), "leaves": victim.public_id})
    assert "Hazel: Noah" in pupils(world)


# A new school year


def test_everybody_moves_up_and_keeps_who_they_are(world: World) -> None:
    office = world.signed_in(world.admin())
    heading = "First name,Surname,Class,Year\n"
    sends(office, pasted=heading + "Amina,Khan,Gorse,3\nMia,Lee,Gorse,3\n")
    confirms(office)
    before = {row[0]: row[1] for row in everything(world)}
    world.clock.moves(days=300)
    office = world.signed_in(world.admin("Mr Bell"))
    check = sends(office, pasted=heading + "Amina,Khan,Ivy,4\nMia,Lee,Ivy,4\n")
    assert happens(check, 2) == "Moves from Gorse to Ivy. Now in Year 4 (was in Year 3)."
    confirms(office)
    assert pupils(world) == ["Ivy: Amina", "Ivy: Mia"]
    assert {row[0]: row[1] for row in everything(world)} == before
    assert klass_named(world, "Ivy").year_group == 4
    office.visits("/classes/")
    cards = office.visits(f"/classes/{klass_named(world, 'Ivy').public_id}/cards")
    assert len(cards.all(".scard")) == 2  # for this school year: last year's cards stay shut


def test_a_class_has_the_year_group_of_most_of_its_pupils(world: World) -> None:
    office = world.signed_in(world.admin())
    heading = "First name,Surname,Class,Year\n"
    sends(office, pasted=heading + "Amina,Khan,Owls,3\n")
    confirms(office)
    assert klass_named(world, "Owls").year_group == 3
    sends(office, pasted=heading + "Amina,Khan,Owls,3\nMia,Lee,Owls,4\nLeo,Wood,Owls,4\n")
    confirms(office)
    assert klass_named(world, "Owls").year_group == 4


# What goes wrong


@pytest.mark.parametrize(
    ("upload", "status", "words"),
    [
        (Upload("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(100)), 422, "This is a picture, not a list."),
        (Upload("list.csv", b"a" * (2 * 1024 * 1024 + 1)), 413, "larger than 2 MB"),
        (Upload("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)), 422, "old Excel file"),
        (Upload("empty.csv", b""), 422, "nothing in this list"),
    ],
    ids=["picture", "large", "old excel", "empty"],
)
def test_what_is_no_list_is_refused_in_plain_words(world: World, upload: Upload, status: int, words: str) -> None:
    page = sends(world.signed_in(world.teacher()), upload, status=status)
    assert words in page
    assert page.h1.text == "Add a class list"


def test_a_zip_bomb_and_a_oneroster_zip_are_refused(world: World) -> None:
    browser = world.signed_in(world.teacher())
    for members, status, words in (
        (
            {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(50_000_000)},
            413,
            "far more than a class list",
        ),
        ({"manifest.csv": b"", "users.csv": b""}, 422, "class list or pupil list report"),
    ):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        assert words in sends(browser, Upload("list.xlsx", file.getvalue()), status=status)


def test_an_upload_far_too_large_is_stopped_at_the_door(world: World) -> None:
    page = sends(world.signed_in(world.teacher()), Upload("list.csv", b"a" * 11_000_000), status=413)
    assert "2 MB" in page


def test_nothing_sent_is_asked_for_again(world: World) -> None:
    assert "Paste your list, or choose a file" in sends(world.signed_in(world.teacher()), status=422)


def test_what_was_pasted_is_not_lost_when_it_is_refused(world: World) -> None:
    page = sends(world.signed_in(world.teacher()), pasted="1,2,3\n4,5,6\n", status=422)
    assert "could not find any names" in page
    assert page.one("textarea").get_text().strip() == "1,2,3\n4,5,6"


def test_a_preview_is_its_own_senders_and_for_a_day(world: World) -> None:
    mr_okoro, ms_rahman = world.teacher("Mr Okoro"), world.teacher("Ms Rahman")
    browser = world.signed_in(mr_okoro)
    check = sends(browser, pasted="Amina Khan,3H,3\nMia Lee,3H,3\n")
    carried = hidden(check)
    assert "too old" in world.signed_in(ms_rahman).posts("/classes/list/save", carried, status=422)
    forged = {"list": carried["list"][:-3] + "AAA"}
    assert "lost on the way" in browser.posts("/classes/list/save", forged, status=422)
    assert "lost on the way" in browser.posts("/classes/list/save", {}, status=422)
    world.clock.moves(hours=13)
    assert "too old" in world.signed_in(mr_okoro).posts("/classes/list/save", carried, status=422)
    assert pupils(world) == []


def test_saving_twice_saves_once(world: World) -> None:
    browser = world.signed_in(world.teacher())
    check = sends(browser, pasted="Amina,Khan,3H,3\nMia,Lee,3H,3\nLeo,Wood,3H,3\n")
    carried = hidden(check)
    for _ in range(2):
        browser.posts("/classes/list/save", carried, status=200)
    assert len(pupils(world)) == 3


def test_names_taken_the_wrong_way_round_are_turned_on_the_preview(world: World) -> None:
    browser = world.signed_in(world.teacher())
    check = sends(browser, pasted="Khan\tAmina\t3H\t3\nLee\tMia\t3H\t3\nWood\tLeo\t3H\t3\n")
    assert check.cell("1", "Shown as").get_text() == "Khan"
    check = browser.submits(LIST, turned=True, button="Check again")
    assert check.cell("1", "Shown as").get_text() == "Amina"
    confirms(browser)
    assert pupils(world) == ["3H: Amina", "3H: Leo", "3H: Mia"]


def test_the_file_is_kept_between_checks_without_being_sent_again(world: World) -> None:
    browser = world.signed_in(world.teacher())
    check = sends(browser, Upload("list.csv", b"Forename,Surname\nAmina,Khan\nMia,Lee\n"))
    assert "no class. Choose one above" in check
    check = browser.submits(LIST, {"class_name": "Owls", "year": "1"}, button="Check again")
    assert "2 ready" in check
    confirms(browser)
    assert pupils(world) == ["Owls: Amina", "Owls: Mia"]


def test_the_demo_school_asks_for_invented_names(world: World) -> None:
    demo = world.school("Demo Primary", is_demo=True)
    page = world.signed_in(world.teacher("Mr Okoro", school=demo)).visits(LIST)
    assert "This is the demo: use invented names." in page
