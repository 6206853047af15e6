"""Mr Okoro looks at his class: who can do what, who is not finished, and which wrong idea to teach again."""

from __future__ import annotations

import csv
import io
import sqlite3

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import event
from sqlalchemy.engine import Engine

from database import db
from lessons.catalogue import Catalogue
from lessons.catalogue import load as load_lessons
from progress.class_sheet import Person, Stood, choice_parts, columns_of, make_sheet, table_of, to_csv, where_in
from tests.harness.browser import Browse
from tests.harness.learner import Learner, wrong_option
from tests.harness.page_rules import words_of
from tests.harness.statements import count_statements
from tests.harness.visitor import Page
from tests.harness.world import AClass, APerson, World

PIER = "online-friends.y3-4"
COVE = "passwords.y3-4"
FIRST = f"{PIER}.1"
NAMES = [first + last for first in ("Ab", "Bo", "Ce", "Di", "Ed", "Fa") for last in ("a", "el", "ni", "ra", "wen")]


def class_address(klass: AClass, place: str = "") -> str:
    return f"/classes/{klass.public_id}" + (f"?place={place}" if place else "")


def does_the_lesson(world: World, pupil: APerson, *wrong: str, lesson: str = PIER) -> Learner:
    """From the first question to the end; of these objectives the first option chosen in the quiz is a wrong one."""
    chosen = {objective: wrong_option(f"{objective}.B")[0] for objective in wrong}
    return Learner(world, pupil, lesson).answers("A").turns(9).answers("B", chosen).begins_the_story().finishes()


def table_on(page: Page) -> list[list[str]]:
    """What the heat map says, cell by cell, hidden words included."""
    return [[words_of(cell) for cell in line.find_all(["th", "td"])] for line in page.one("#heat").find_all("tr")]


def test_mr_okoro_sees_what_each_pupil_can_do(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben, _cara = world.pupils(["Amina", "Ben", "Cara"], willow)
    mr_okoro_himself = world.teacher("Mr Okoro", willow)
    mr_okoro = world.signed_in(mr_okoro_himself)

    lesson_of_amina = does_the_lesson(world, amina)
    does_the_lesson(world, ben, FIRST)
    page = mr_okoro.visits(class_address(willow))
    assert page.h1.text == "Willow class"
    assert page.cell("Amina", FIRST).text == "growing"
    assert page.cell("Ben", FIRST).text == "needs another look"
    assert page.cell("Cara", FIRST).text == "not seen yet"
    assert "%" not in page.text

    world.clock.moves(days=15)
    lesson_of_amina.answers("C")
    a_fortnight_on = world.signed_in(mr_okoro_himself)
    assert a_fortnight_on.visits(class_address(willow)).cell("Amina", FIRST).text == "secure"


def test_asking_for_help_stands_beside_the_state(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", help_first=True)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert page.cell("Amina", FIRST).text == "growing, asked for help"


def test_who_is_not_finished_comes_before_everything_else(world: World) -> None:
    willow = world.klass("Willow")
    zoe, ben, ava, dev, eve = world.pupils(["Zoe", "Ben", "Ava", "Dev", "Eve"], willow)
    mr_okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    does_the_lesson(world, zoe)
    Learner(world, ava, PIER).answers("A").turns(3)
    Learner(world, ben, PIER)
    Learner(world, dev, PIER).answers("A").turns(9).answers("B").begins_the_story()

    page = mr_okoro.visits(class_address(willow))
    first = page.all("main section")[0]
    assert [words_of(one) for one in first.select("li")] == [
        "Ava, card 4 of 9",
        "Ben, the first questions",
        "Dev, in the story",
    ]
    assert "Not begun: Eve." in words_of(first)
    assert "1 of 5 has finished." in words_of(first)

    does_the_lesson(world, eve)
    Learner(world, ava, PIER).turns(9).answers("B").finishes()
    for pupil in (ben, dev):
        Learner(world, pupil, PIER).finishes()
    first = mr_okoro.visits(class_address(willow)).all("main section")[0]
    assert words_of(first.select("h2")[0]) == "Everybody has finished"


def test_a_pupil_who_begins_again_is_named_once(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    does_the_lesson(world, amina)
    Learner(world, amina, PIER, number=2).answers("A").turns(1)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert [words_of(one) for one in page.all("#not-finished li")] == ["Amina, card 2 of 9"]
    assert "Not begun" not in page


def test_two_of_three_share_a_wrong_idea_and_their_choice_is_quoted(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben, cara, _dev = world.pupils(["Amina", "Ben", "Cara", "Dev"], willow)
    for pupil in (cara, ben):
        does_the_lesson(world, pupil, FIRST)
    does_the_lesson(world, amina)
    _, chosen, idea = wrong_option(f"{FIRST}.B")
    known = load_lessons().misconception(idea)

    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    shown = page.one(".mis")
    assert words_of(shown.select(".mis__n")[0]) == "2 of 3"
    assert words_of(shown.select("h3")[0]) == known.name
    assert words_of(shown.select("q")[0]) == known.belief
    assert f"Most of them chose: “{chosen}”" in words_of(shown)
    again = shown.select("details[data-print]")[0]
    assert again.has_attr("open"), "the commonest idea stands there to be taught"
    parts = {name: getattr(known.reteach, name) for name in ("say", "ask", "show", "check")}
    assert [words_of(one) for one in again.select("p")] == [f"{name.capitalize()} {parts[name]}" for name in parts]
    who = shown.select("details.noprint")[0]
    assert not who.has_attr("open"), "a board at the front of the room may show this page"
    assert words_of(who.select("p")[0]) == "Ben, Cara"


@pytest.mark.browser
def test_on_paper_every_idea_has_its_ten_minutes(world: World, browse: Browse) -> None:
    willow = world.klass("Willow")
    for pupil in world.pupils(["Ben", "Cara"], willow):
        does_the_lesson(world, pupil, FIRST, f"{PIER}.2")
    page = browse(world.teacher("Mr Okoro", willow))
    page.goto(class_address(willow, "pier"))
    first, second = page.locator(".mis details[data-print]").all()
    expect(first.get_by_text("Check")).to_be_visible()
    expect(second.get_by_text("Check")).to_be_hidden()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for part in ("Say", "Ask", "Show", "Check"):
        expect(second.get_by_text(part, exact=True)).to_be_visible()
    expect(page.get_by_text("See who").first).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(second.get_by_text("Check")).to_be_hidden()
    expect(first.get_by_text("Check")).to_be_visible()


def test_the_option_most_of_them_chose_is_the_one_quoted() -> None:
    people = [Person(number, f"p{number}", f"Pupil {number}") for number in range(1, 4)]
    stood: list[Stood] = [
        (1, FIRST, None, False, None, None, None, "time-is-knowing", f"{FIRST}.B@1:a", 0, False),
        (2, FIRST, None, False, None, None, None, "time-is-knowing", f"{FIRST}.B@1:c", 0, False),
        (3, FIRST, None, False, None, None, None, "time-is-knowing", f"{FIRST}.B@1:c", 0, False),
    ]
    (idea,) = make_sheet("y3-4", columns_of([load_lessons().lesson(PIER)]), people, stood).ideas
    assert (idea.count, idea.of, idea.wrong_choice) == (3, 3, f"{FIRST}.B@1:c")


@pytest.mark.parametrize(
    ("done", "where"),
    [
        ({}, "the first questions"),
        ({"A": 3}, "the first questions"),
        ({"A": 4}, "card 1 of 9"),
        ({"K": 1}, "card 2 of 9"),
        ({"A": 4, "K": 8}, "card 9 of 9"),
        ({"A": 4, "K": 9}, "in the pretend app"),
        ({"A": 4, "K": 9, "X": 1}, "in the pretend app"),
        ({"A": 4, "K": 9, "X": 1, "E": 1}, "in the quiz"),
        ({"A": 4, "K": 9, "B": 4, "S": 1}, "in the story"),
    ],
)
def test_the_place_of_a_pupil_is_told_in_words(done: dict[str, int], where: str) -> None:
    assert where_in(load_lessons().lesson(PIER), done, has_practice=True) == where


def test_a_lesson_without_a_pretend_app_goes_on_to_the_quiz() -> None:
    assert where_in(load_lessons().lesson(PIER), {"A": 4, "K": 9}, has_practice=False) == "in the quiz"


def test_an_option_is_not_quoted_once_its_question_has_changed(world: World) -> None:
    willow = world.klass("Willow")
    amina = world.pupil("Amina", willow)
    key, chosen, _ = wrong_option(f"{FIRST}.B")
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", {FIRST: key}, version=99)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert words_of(page.one(".mis q"))
    assert chosen not in page
    assert "Most of them chose" not in page


def test_a_weak_column_is_outlined_and_said(world: World) -> None:
    willow = world.klass("Willow")
    pupils = world.pupils(["Amina", "Ben", "Cara", "Dev", "Eve"], willow)
    for pupil in pupils[:2]:
        does_the_lesson(world, pupil, FIRST)
    for pupil in pupils[2:]:
        does_the_lesson(world, pupil)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert words_of(page.one("section > .notice--lamp")) == "Teach again: Pier 1 (2 of 5) need another look."
    assert [words_of(cell) for cell in page.all("td.low")] == ["2 of 5 (teach again)"]


def test_before_and_after_is_a_rough_figure_of_the_class(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    key = wrong_option(f"{FIRST}.A")[0]
    for pupil in (amina, ben):
        Learner(world, pupil, PIER).answers("A", {FIRST: key}).turns(9).answers("B")
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert "Before, 6 of 8 first choices were safe; after, 8 of 8" in page
    assert "rough" in page


def test_the_page_opens_at_the_lesson_last_worked_on(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    mr_okoro = world.signed_in(world.teacher("Mr Okoro", willow))

    assert mr_okoro.visits(class_address(willow)).one(".tabs [aria-current]").text == "All lessons"
    does_the_lesson(world, amina, lesson=COVE)
    assert mr_okoro.visits(class_address(willow)).one(".tabs [aria-current]").text == "Three random words"
    world.clock.moves(minutes=2)
    Learner(world, ben, PIER)
    assert mr_okoro.visits(class_address(willow)).one(".tabs [aria-current]").text == "Knowing, liking, trusting"

    page = mr_okoro.follows("Three random words")
    assert page.cell("Amina", f"{COVE}.1").text == "growing"
    page = mr_okoro.follows("All lessons")
    assert page.cell("Amina", f"{COVE}.1").text == "growing"
    assert page.cell("Amina", FIRST).text == "not seen yet"
    mr_okoro.visits(class_address(willow, "nowhere"), status=404)


def test_each_heading_leads_to_the_objective_in_full(world: World) -> None:
    willow = world.klass("Willow")
    world.pupil("Amina", willow)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow, "pier"))
    for objective in load_lessons().lesson(PIER).objectives:
        heading = page.one(f'th[data-objective="{objective.id}"] a')
        place = page.one(f"[id='{str(heading['href'])[1:]}']")
        text = place.find_next_sibling("dd")
        assert text is not None
        assert words_of(text) == objective.text


def test_the_sheet_says_cell_by_cell_what_the_screen_says(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben, _cara = world.pupils(["Amina", "Ben", "Cara"], willow)
    does_the_lesson(world, ben, FIRST)
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", help_first=True)
    mr_okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    for place in ("pier", "all"):
        screen = mr_okoro.visits(class_address(willow, place))
        sheet = mr_okoro.visits(screen.link("Export CSV"))
        assert sheet.response.mimetype == "text/csv"
        assert "attachment" in sheet.response.headers["Content-Disposition"]
        raw = sheet.response.get_data()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        table = table_on(screen)
        assert lines[: len(table)] == table
        again = lines.index(["Worth teaching again", "How many", "What they think", "Say", "Ask"])
        assert [words_of(cell) for cell in screen.all("#columns dt, #columns dd")] == [
            words for line in lines[len(table) + 1 : again - 1] for words in line
        ]
        (idea,) = lines[again + 1 :]
        assert idea[0] == words_of(screen.one(".mis h3"))
        assert idea[1] == words_of(screen.one(".mis__n"))
        assert idea[2] == words_of(screen.one(".mis q"))
        said, asked = screen.all(".mis details[data-print] p")[:2]
        assert [f"Say {idea[3]}", f"Ask {idea[4]}"] == [words_of(said), words_of(asked)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_sheet_begins_a_formula(start: str) -> None:
    sheet = make_sheet("y3-4", columns_of([load_lessons().lesson(PIER)]), [Person(1, "x", f'{start}cmd|"A1"')], [])
    text = to_csv(table_of(sheet))
    row = next(line for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) if "cmd" in str(line))
    assert row[0] == f'\'{start}cmd|"A1"'


def test_names_are_in_order_and_nobody_is_ranked(world: World) -> None:
    willow = world.klass("Willow")
    pupils = world.pupils(["zoe", "Ben", "Ava"], willow)
    does_the_lesson(world, pupils[0])
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert [words_of(name) for name in page.all("#pupils th")] == ["Ava", "Ben", "zoe"]


def test_a_pupil_who_has_left_is_not_on_the_page(world: World) -> None:
    willow = world.klass("Willow")
    amina, ben = world.pupils(["Amina", "Ben"], willow)
    does_the_lesson(world, ben, FIRST)
    world.leaves(ben)
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow, "pier"))
    assert amina.name in page
    assert "Ben" not in page
    assert page.all(".mis") == []


def test_a_new_class_is_told_what_to_do_first(world: World) -> None:
    willow = world.klass("Willow")
    page = world.signed_in(world.teacher("Mr Okoro", willow)).visits(class_address(willow))
    assert page.one(".empty h2").text == "Three steps before this class sets sail"
    assert page.all("#heat") == []


def test_a_class_whose_band_has_no_lesson_is_told_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "in_band", lambda *_: ())
    otters = world.klass("Otters", year_group=0)
    world.pupil("Amina", otters)
    page = world.signed_in(world.teacher("Mr Okoro", otters)).visits(class_address(otters))
    assert "There is no lesson for Reception yet" in page


def test_reception_is_told_in_its_own_words() -> None:
    columns = columns_of([load_lessons().lesson(PIER)])[:1]
    people = [Person(number, f"p{number}", f"Pupil {number}") for number in range(1, 5)]
    stood = [
        (1, FIRST, None, True, True, None, None, None, None, 0, False),
        (2, FIRST, None, True, None, None, None, None, None, 0, True),
        (3, FIRST, None, False, None, None, None, None, None, 1, True),
    ]
    sheet = make_sheet("eyfs", columns, people, stood)
    assert [line[1] for line in table_of(sheet)[1:7]] == [
        "1 of 3",
        "2 of 3",
        "practised",
        "with help, at home",
        "with help, asked for help, at home",
        "not yet seen",
    ]
    assert [totals.word for totals in sheet.totals] == ["Practised", "With help"]
    assert sheet.weak == ()


def test_another_teacher_does_not_find_the_class(world: World) -> None:
    willow, oak = world.klass("Willow"), world.klass("Oak")
    mrs_diaz = world.signed_in(world.teacher("Mrs Diaz", oak))
    mrs_diaz.visits(class_address(willow), status=404)
    mrs_diaz.visits(f"/classes/{willow.public_id}/sheet.csv", status=404)


@pytest.mark.parametrize(
    ("kept", "parts"),
    [
        ("passwords.y3-4.2.B@1:c", ("passwords.y3-4.2.B", 1, "c")),
        ("passwords.y3-4.2.B", None),
        ("passwords.y3-4.2.B@:c", None),
        ("passwords.y3-4.2.B@1:", None),
        ("", None),
    ],
)
def test_a_wrong_choice_is_read_back(kept: str, parts: tuple[str, int, str] | None) -> None:
    assert choice_parts(kept) == parts


def test_the_page_asks_as_little_for_thirty_pupils_as_for_three(world: World) -> None:
    asked = []
    for name, size in (("Willow", 3), ("Oak", 30)):
        klass = world.klass(name)
        pupils = world.pupils(NAMES[:size], klass)
        does_the_lesson(world, pupils[0], FIRST)
        Learner(world, pupils[1], PIER).turns(2)
        teacher = world.signed_in(world.teacher(f"Teacher of {name}", klass))
        for place in ("", "pier", "all"):
            with count_statements(world.app) as said:
                teacher.visits(class_address(klass, place))
            assert len(said) <= 8, said  # one of them for what the bar says
            asked.append(len(said))
    assert asked[:3] == asked[3:]


@pytest.mark.sqlite_only
def test_the_page_works_no_harder_after_a_hundred_times_the_answers(world: World) -> None:
    """Counted in the steps of SQLite's own machine, which no other load on the computer changes."""
    willow = world.klass("Willow")
    *pupils, dev = world.pupils(["Amina", "Ben", "Cara", "Dev"], willow)
    for pupil in pupils:
        does_the_lesson(world, pupil, FIRST)
        does_the_lesson(world, pupil, lesson=COVE)
    does_the_lesson(world, dev, lesson=COVE)  # and has not begun the other, so no go answers the question early
    mr_okoro = world.signed_in(world.teacher("Mr Okoro", willow))
    before = [steps_of_database(world, mr_okoro.client, class_address(willow, place)) for place in ("", "pier", "all")]

    copy_goes(world, 100)
    after = [steps_of_database(world, mr_okoro.client, class_address(willow, place)) for place in ("", "pier", "all")]
    for less, more in zip(before, after, strict=True):
        assert more <= 1.2 * less, (before, after)


def copy_goes(world: World, times: int) -> None:
    """Every go with its answers, so many times: the same lessons done again and again."""
    with world.saving():
        for number in range(2, times + 1):
            db.session.execute(
                db.text(
                    "insert into attempts (public_id, school_id, pupil_id, class_id, kind, lesson, number, version,"
                    " items, started_at, finished_at) select substr(public_id, 1, 8) || :number, school_id, pupil_id,"
                    " class_id, kind, lesson, :number, version, items, started_at, finished_at from attempts"
                    " where number = 1"
                ),
                {"number": number},
            )
        db.session.execute(
            db.text(
                "insert into answers (school_id, attempt_id, item, number, form, objective, version, choice, outcome,"
                " misconception, answered_at) select a.school_id, other.id, a.item, a.number, a.form, a.objective,"
                " a.version, a.choice, a.outcome, a.misconception, a.answered_at from answers a"
                " join attempts first on first.id = a.attempt_id"
                " join attempts other on other.pupil_id = first.pupil_id and other.lesson = first.lesson"
                " and other.number > 1 where first.number = 1"
            )
        )


def steps_of_database(world: World, client: FlaskClient, address: str) -> int:
    """How many tens of steps SQLite takes to answer this page."""
    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += 1
        return 0

    def connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.set_progress_handler(tick, 10)

    with world.app.app_context():
        engine: Engine = db.engine
        engine.dispose()
    event.listen(engine, "connect", connect)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "connect", connect)
        with world.app.app_context():
            engine.dispose()
    return steps
