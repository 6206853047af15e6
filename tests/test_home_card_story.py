"""Sam Khan reads his daughter's home card: in his account, by the square on a print, and on paper. It tells him what to
ask, and nothing that was planted beside it."""

from __future__ import annotations

import logging
import re

import pytest
from bs4 import Tag
from playwright.sync_api import expect
from sqlalchemy import select, update

from accounts.home_links import CODE_LETTERS, home_code, last_day_of
from accounts.models import AuditEntry, Pupil, Role, School, SignIn, User
from accounts.people import note
from accounts.secrets import CLEAR_LETTERS
from database import db
from keys import Keys
from lessons.catalogue import load as load_lessons
from lessons.wording import words
from quizzes.attempts import ANSWERS, ATTEMPTS, PLAYS, STANDINGS
from tests.harness.browser import PHONE, Browse
from tests.harness.learner import Learner, wrong_option
from tests.harness.page_rules import words_of
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Visitor
from tests.harness.world import AClass, APerson, World
from tests.test_family_summary_story import NEVER, address_of
from tests.test_import_story import confirms, sends

PIER = "online-friends.y3-4"


def has_done(world: World, pupil: APerson, wrong: dict[str, str] | None = None, *, is_played: bool = True) -> None:
    learner = Learner(world, pupil, PIER).answers("A").turns(9)
    (learner.plays() if is_played else learner).answers("B", wrong).begins_the_story().finishes()


def prints(teacher: Visitor, klass: AClass, *, squares: bool = False, pupil: APerson | None = None) -> Page:
    asked = [*(["squares=yes"] if squares else []), *([f"pupil={pupil.public_id}"] if pupil else [])]
    return teacher.visits(f"/classes/{klass.public_id}/home-cards?{'&'.join(asked)}")


def code_on(sheet: Tag) -> str:
    """The sixteen letters beside the square."""
    return words_of(sheet.select_one(".ltr__code b") or sheet)


def code_of(world: World, pupil: APerson) -> str:
    """What would be printed on this pupil's card now."""
    with world.app.app_context():
        row = db.session.get_one(Pupil, pupil.id)
        last_day = last_day_of(world.clock.now, "Europe/London")
        return home_code(world.keys, pupil.id, pupil.public_id, row.link_version, last_day)


def opens(code: str, world: World) -> int:
    """What somebody with this code gets: 200, 404 or 410."""
    page = world.visitor("somebody with a card").posts("/home", {"token": code})
    if page.status != 200:
        assert "Ask your child’s teacher or the school office" in page
        assert "Amina" not in page
    return page.status


# The card


def test_a_father_reads_the_card_first_and_more_below(world: World) -> None:
    amina = world.pupil("Amina")
    idea = f"{PIER}.1"
    key, _, misconception = wrong_option(f"{idea}.B")
    has_done(world, amina, {idea: key})
    page = world.signed_in(world.parent_of(amina)).visits(address_of(amina))

    lessons = load_lessons()
    card = page.one("article.home")
    assert page.h1.text == "Amina lit a lamp at Meeting Pier"
    assert words_of(card.select_one(".strength") or card) == "In the pretend app, Amina stopped and told a grown-up."
    asked = [words_of(line).strip("“”") for line in card.select("li.ask")]
    own = lessons.registers.home.questions[misconception]
    assert asked == [own, *lessons.lesson(PIER).parent_ask]
    assert lessons.misconception(misconception).belief not in page
    assert lessons.registers.home.activity[PIER] in page
    assert lessons.registers.home.settings[PIER] in page
    for help_line in ("0808 800 5000", "0800 1111", "ceop.police.uk", "999"):
        assert help_line in words_of(card)
    assert len(words(words_of(card))) <= 150
    assert "noprint" in (page.one("main > section:has(details):has(.tick)").get("class") or [])


def test_a_class_that_has_done_nothing_yet_is_told_what_comes(world: World) -> None:
    willow = world.klass("Willow")
    world.pupils(["Amina", "Ben"], willow)
    page = prints(world.signed_in(world.teacher("Mr Okoro", willow)), willow)
    first, _ = page.all("article.home")
    assert "Amina sets sail soon" in words_of(first)
    assert "Soon Amina will sail to places such as Tell Someone Light" in words_of(first)
    assert len(first.select("li.ask")) == 3
    assert first.select(".strength") == []


# On paper


def test_a_teacher_prints_the_whole_class_a_page_for_each_child(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    world.pupil("Ola", oak)
    has_done(world, amina)
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    okoro.visits(f"/classes/{willow.public_id}")
    page = okoro.follows("Home cards")
    sheets = page.all("article.ltr.home")
    assert [words_of(sheet.select_one("h2") or sheet) for sheet in sheets] == [
        "Amina lit a lamp at Meeting Pier",
        "Ben sets sail soon",
    ]
    assert "Ola" not in page
    assert page.all(".ltr__code") == []

    page = okoro.follows("With a square to scan")
    codes = [code_on(sheet) for sheet in page.all("article.ltr.home")]
    assert [re.fullmatch(r"(?:[A-Z0-9]{4} ){3}[A-Z0-9]{4}", code) is not None for code in codes] == [True, True]
    assert len(set(codes)) == 2
    assert "until 7 December 2026" in page
    assert len(prints(okoro, willow, pupil=ben).all("article.ltr.home")) == 1
    okoro.visits(f"/classes/{willow.public_id}/home-cards?pupil=made-up", status=404)


def test_each_sheet_is_about_its_own_child(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben, cleo = world.pupils(["Amina", "Ben", "Cleo"], willow)
    key, _, idea = wrong_option(f"{PIER}.3.B")
    has_done(world, amina, is_played=False)
    has_done(world, ben, {f"{PIER}.3": key})
    has_done(world, cleo)
    page = prints(world.signed_in(world.teacher("Mr Okoro", willow)), willow)
    strengths = [words_of(told) for told in page.all(".strength")]
    assert ["pretend app" in told for told in strengths] == [False, True, True]
    assert [told.count(name) for told, name in zip(strengths, ("Amina", "Ben", "Cleo"), strict=True)] == [1, 1, 1]
    question = load_lessons().registers.home.questions[idea]
    assert [question in words_of(sheet) for sheet in page.all("article.home")] == [False, True, False]


def test_the_paper_names_no_school_and_no_class_and_tells_two_aminas_apart(world: World) -> None:
    willow = world.klass("Willow")
    world.pupils(["Amina"], willow, letters="K")
    world.pupils(["Amina"], willow, letters="S")
    page = prints(world.signed_in(world.teacher("Mr Okoro", willow)), willow, squares=True)
    sheets = [words_of(sheet) for sheet in page.all("article.ltr.home")]
    assert ["Amina K" in sheets[0], "Amina S" in sheets[1]] == [True, True]
    assert "Amina S" not in sheets[0]
    for sheet in sheets:
        assert "Willow" not in sheet
        assert "Harbour Primary" not in sheet


def test_thirty_cards_cost_as_many_statements_as_three(world: World) -> None:
    cost = []
    for count, name in ((3, "Willow"), (30, "Oak")):
        klass = world.klass(name)
        pupils = world.pupils([f"Pupil {chr(65 + number % 26)}{number}" for number in range(count)], klass)
        for pupil in pupils[:3]:
            has_done(world, pupil)
        teacher = world.signed_in(world.teacher(f"Ms {name}", klass))
        prints(teacher, klass, squares=True)
        with count_statements(world.app) as said:
            page = prints(teacher, klass, squares=True)
        assert len(page.all("article.ltr.home")) == count
        cost.append(len(said))
    assert cost[0] == cost[1]
    assert cost[1] <= 9, said  # one of them for what the bar says


# By a link


def test_somebody_without_an_account_reads_the_card_alone(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow, letters="Quixby")
    has_done(world, amina)
    sheet = prints(world.signed_in(world.teacher("Mr Okoro", willow)), willow, squares=True).one("article.home")
    phone = world.visitor("a grandmother")
    phone.visits("/home")
    page = phone.submits("/home", {"token": code_on(sheet).lower()})

    assert page.h1.text == "Amina lit a lamp at Meeting Pier"
    assert [words_of(part) for part in page.all("article.home section")] == [
        words_of(part) for part in sheet.select("section")
    ]
    for not_hers in ("Qx", "Willow", "Harbour Primary", "Okoro"):
        assert not_hers not in page.html
    # It is no sign-in: no session begins, and nothing else opens.
    assert set(phone.cookies()) == {"shd"}
    assert phone.asks("GET", address_of(amina)).status_code == 303
    assert not [link for link in page.all("main a") if not str(link["href"]).startswith(("tel:", "https://www.ceop"))]


def test_no_address_and_no_log_holds_the_code(world: World, caplog: pytest.LogCaptureFixture) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    caplog.set_level(logging.DEBUG)
    code = code_of(world, amina)
    phone = world.visitor()
    phone.visits("/home")
    phone.submits("/home", {"token": code})
    phone.posts("/home", {"token": "ACDE" * 4}, status=404)
    assert {path for _, path in phone.trail} == {"/home"}
    assert code not in caplog.text


def test_a_link_lasts_fourteen_days_on_the_schools_calendar(world: World) -> None:
    amina = world.pupil("Amina")
    code = code_of(world, amina)
    world.clock.moves(days=14)
    assert opens(code, world) == 200
    world.clock.moves(days=1)
    assert opens(code, world) == 410
    world.clock.moves(days=24)  # its letter stands for another day now
    assert opens(code, world) == 404


def test_a_link_that_is_printed_again_on_the_same_day_is_the_same(world: World) -> None:
    amina = world.pupil("Amina")
    code = code_of(world, amina)
    assert code_of(world, amina) == code
    world.clock.moves(days=1)
    assert code_of(world, amina) != code
    assert opens(code, world) == 200


def test_a_tap_of_the_teacher_ends_one_childs_links_or_the_classes(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    ola = world.pupil("Ola", world.klass("Oak"))
    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    hers, his, olas = code_of(world, amina), code_of(world, ben), code_of(world, ola)
    prints(okoro, willow, pupil=amina)
    page = okoro.presses("End the links to this card")
    assert "Links that are out open nothing any more" in page
    assert (opens(hers, world), opens(his, world)) == (404, 200)
    assert opens(code_of(world, amina), world) == 200

    hers = code_of(world, amina)
    prints(okoro, willow)
    okoro.presses("End every link of this class")
    assert (opens(hers, world), opens(his, world), opens(olas, world)) == (404, 404, 200)
    okoro.posts(f"/classes/{willow.public_id}/home-cards/end", {"pupil": ola.public_id}, status=404)
    assert opens(olas, world) == 200
    with world.app.app_context():
        kept = db.session.execute(select(AuditEntry.what, AuditEntry.about_id).order_by(AuditEntry.id)).all()
    assert [row for row in kept if row[0].startswith("home-links")] == [
        ("home-links-ended", amina.id),
        ("home-links-of-class-ended", willow.id),
    ]


def test_unlinking_a_grown_up_ends_the_childs_links_and_no_print_for_all_gives_one_back(world: World) -> None:
    """A court order: what lies in that kitchen opens nothing any more, and a print for the class is no way round."""
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    sam = world.parent_of(amina)
    hers, his = code_of(world, amina), code_of(world, ben)
    hart = world.signed_in(world.dsl())
    hart.posts(f"/people/{amina.public_id}/families/{sam.public_id}/unlink", status=200)
    assert (opens(hers, world), opens(his, world)) == (404, 200)

    okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    page = prints(okoro, willow, squares=True)
    assert [len(sheet.select(".ltr__code")) for sheet in page.all("article.home")] == [0, 1]
    okoro.follows("Amina")
    assert okoro.follows("With a square to scan").one(".ltr__code")


def test_a_child_who_leaves_takes_the_links_along(world: World) -> None:
    willow = world.klass("Willow")
    amina, _ben = world.pupils(["Amina", "Ben"], willow)
    code = code_of(world, amina)
    world.leaves(amina)
    assert opens(code, world) == 404


def test_a_child_who_leaves_and_comes_back_has_new_links(world: World) -> None:
    office = world.signed_in(world.admin())
    heading = "First name,Surname,Class,Year\n"
    sends(office, pasted=f"{heading}Amina,Khan,3H,3\nBen,Hill,3H,3\n")
    confirms(office)
    with world.app.app_context():
        user = db.session.scalars(select(User).where(User.name == "Amina")).one()
        amina = APerson(user.id, user.public_id, "Amina", Role.PUPIL, world.home)
    code = code_of(world, amina)
    assert opens(code, world) == 200

    sends(office, pasted=f"{heading}Ben,Hill,3H,3\n")
    confirms(office, leaves=amina.public_id)
    assert opens(code, world) == 404
    sends(office, pasted=f"{heading}Amina,Khan,3H,3\nBen,Hill,3H,3\n")
    confirms(office)
    assert opens(code, world) == 404
    assert opens(code_of(world, amina), world) == 200


def test_a_made_up_code_a_code_of_another_key_and_a_changed_letter_open_nothing(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    code = code_of(world, amina)
    for place in range(CODE_LETTERS):
        other = CLEAR_LETTERS[(CLEAR_LETTERS.index(code[place]) + 1) % len(CLEAR_LETTERS)]
        assert opens(code[:place] + other + code[place + 1 :], world) == 404, place
    last_day = last_day_of(world.clock.now, "Europe/London")
    strange = home_code(Keys({1: b"x" * 32}), amina.id, amina.public_id, 1, last_day)
    swapped = home_code(world.keys, ben.id, amina.public_id, 1, last_day)
    for wrong in (strange, swapped, code[:12], code + "A", "OOOO" * 4):
        assert opens(wrong, world) == 404, wrong
    for nothing in ("", " ", "ä" * 16):
        world.visitor().posts("/home", {"token": nothing}, status=422)


def test_guessing_is_slowed_and_a_right_code_opens_after_the_rest(world: World) -> None:
    amina = world.pupil("Amina")
    code = code_of(world, amina)
    phone = world.visitor()
    for _ in range(5):
        phone.posts("/home", {"token": "ACDE" * 4})
    page = phone.posts("/home", {"token": code}, status=429)
    assert "Wait 30 seconds" in page
    world.clock.moves(seconds=31)
    phone.posts("/home", {"token": code}, status=200)


def test_the_schools_own_lead_stands_on_the_card_that_a_link_opens(world: World) -> None:
    amina = world.pupil("Amina")
    with world.saving():
        db.session.get_one(School, amina.school.id).local_facts = '{"safeguarding-lead": "Mrs Okafor"}'
    assert "School: Mrs Okafor" in world.visitor().posts("/home", {"token": code_of(world, amina)})


# What must not come out

#: Words of their own kind, each planted where a careless page might fetch it from.
PLANTED = {
    "a score": "Scored93",
    "a rank": "Rank1st",
    "a time": "Time1435",
    "a device": "Tablet7",
    "a classmate": "Zebedee",
    "a classmate's letters": "Quixby",
    "another parent": "Alister",
    "a teacher": "Ponsonby",
    "a class": "Topset",
    "a concern": "Frightened",
}


def plants(world: World) -> tuple[AClass, APerson, APerson, APerson]:
    """Amina, all that stands near her, and in all of it something that no card may tell."""
    klass = world.klass("Topset Rank1st")
    amina = world.pupil("Amina", klass)
    zebedee = world.pupil("Zebedee", klass, letters="Quixby")
    ponsonby = world.teacher("Mr Ponsonby", klass)
    sam = world.parent_of(amina, name="Sam Khan")
    world.parent_of(amina, name="Alister Khan")
    wrong = {f"{PIER}.{number}": wrong_option(f"{PIER}.{number}.B")[0] for number in (1, 2)}
    has_done(world, amina, wrong)
    has_done(world, zebedee)
    world.signed_in(amina)
    with world.saving():
        connection = db.session.connection()
        of_hers = select(ATTEMPTS.c.id).where(ATTEMPTS.c.pupil_id == amina.id)
        connection.execute(
            update(ANSWERS)
            .where(ANSWERS.c.attempt_id.in_(of_hers))
            .values(choice="Scored93", misconception="Frightened")
        )
        connection.execute(
            update(STANDINGS)
            .where(STANDINGS.c.pupil_id == amina.id, STANDINGS.c.objective == f"{PIER}.1")
            .values(misconception="Frightened", wrong_choice="Scored93@Rank1st", helps=93)
        )
        connection.execute(
            update(PLAYS).where(PLAYS.c.pupil_id == amina.id).values(steps="stop+tell+Tablet7+Time1435+Frightened")
        )
        connection.execute(update(SignIn).where(SignIn.user_id == amina.id).values(how="Tablet7", device=b"Tablet7"))
        for what in ("Frightened", "Scored93", "Time1435", "Rank1st"):
            note(amina.school.id, sam.id, what, amina.id, world.clock.now)
    return klass, amina, ponsonby, sam


def cards_of(world: World) -> dict[str, Tag]:
    """Amina's card in every form it has."""
    klass, amina, ponsonby, sam = plants(world)
    teacher = world.signed_in(ponsonby)
    whole = prints(teacher, klass, squares=True).all("article.home")
    return {
        "the account": world.signed_in(sam).visits(address_of(amina)).one("main"),
        "the preview": teacher.visits(f"/people/{amina.public_id}/summary").one("main"),
        "the link": world.visitor().posts("/home", {"token": code_of(world, amina)}, status=200).one("html"),
        "paper for the class": whole[0],
        "paper for one": prints(teacher, klass, pupil=amina).one("article.home"),
    }


def test_nothing_that_was_planted_beside_the_child_comes_out(world: World) -> None:
    for where, card in cards_of(world).items():
        assert "Amina" in words_of(card), where
        told = [f"{what} on {where}" for what, planted in PLANTED.items() if planted.lower() in str(card).lower()]
        assert told == []


def test_no_card_measures_or_dates_a_child(world: World) -> None:
    world.clock.moves(minutes=7)
    for where, main in cards_of(world).items():
        card = main.select_one("article.home") or main
        for box in card.select(".ltr__code"):
            box.decompose()  # the last day of the link, and its code
        assert [found[0] for found in NEVER.finditer(words_of(card))] == [], where


# In a real browser


@pytest.mark.browser
def test_a_scanned_square_opens_the_card_and_leaves_no_code_in_the_address(world: World, browse: Browse) -> None:
    amina = world.pupil("Amina")
    has_done(world, amina)
    page = browse(size=PHONE)
    page.goto(f"/home#{code_of(world, amina)}")
    expect(page.locator("h1")).to_have_text("Amina lit a lamp at Meeting Pier")
    assert page.url.endswith("/home")
    page.go_back()
    assert "#" not in page.url


@pytest.mark.browser
def test_without_script_the_code_is_typed(world: World, browse: Browse) -> None:
    amina = world.pupil("Amina")
    has_done(world, amina)
    page = browse(size=PHONE, script=False)
    page.goto("/home")
    page.get_by_label("Code on the card").fill(code_of(world, amina))
    page.get_by_role("button", name="Read the card").click()
    expect(page.locator("h1")).to_have_text("Amina lit a lamp at Meeting Pier")
