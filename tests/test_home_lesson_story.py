"""A lesson goes home: the teacher sets it, Amina does it with her mother on a phone or by her own card, and the teacher
sees that it was done there."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import Pupil, School, SignIn
from accounts.school_time import is_at_home
from database import db, writing
from quizzes import catalogue
from quizzes.attempts import ANSWERS, ATTEMPTS, PLAYS, STANDINGS
from quizzes.home_lessons import BadDay, read_day
from quizzes.standings import kept, kept_played, rebuild, work_out, work_out_played
from quizzes.steps import Part
from tests.harness.learner import Learner, wrong_option
from tests.harness.page_rules import words_of
from tests.harness.sailor import LESSON, Sailor
from tests.harness.statements import count_statements
from tests.harness.visitor import Page, Visitor
from tests.harness.world import AClass, APerson, World

PIER, COVE = LESSON, "passwords.y3-4"
FIRST = f"{PIER}.1"
#: The clock of the tests stands at Monday 23 November 2026.
FRIDAY = "2026-11-27"
EVENING = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)


def class_page(klass: AClass, place: str = "pier") -> str:
    return f"/classes/{klass.public_id}?place={place}"


def page_of(child: APerson) -> str:
    return f"/families/children/{child.public_id}"


def sets(teacher: Visitor, klass: AClass, until: str = FRIDAY, place: str = "pier") -> Page:
    teacher.visits(class_page(klass, place))
    return teacher.submits(f"/classes/{klass.public_id}/home", {"until": until})


def for_home(page: Page) -> str:
    return words_of(page.one("#for-home"))


def begins_together(phone: Visitor, child: APerson) -> Page:
    phone.visits(page_of(child))
    return phone.submits(f"{page_of(child)}/sail")


def presses_on_chart(tablet: Visitor, words: str) -> Page:
    """A button of the chart, which stands outside the form that it sends."""
    page = tablet.page
    assert page is not None
    button = next(one for one in page.all("#next button[form], .log__next button[form]") if words_of(one) == words)
    form = next(form for form in page.forms if form.tag.get("id") == button["form"])
    sent = form.values()
    if button.get("name"):
        sent[str(button["name"])] = str(button["value"])
    return tablet.posts(form.action, sent, status=200)


def answers(world: World) -> list[tuple[str, str, bool]]:
    with world.app.app_context():
        rows = db.session.execute(select(ANSWERS.c.item, ANSWERS.c.choice, ANSWERS.c.is_home).order_by(ANSWERS.c.id))
        return [(row[0], row[1], row[2]) for row in rows]


def totals_are_right(world: World) -> bool:
    with world.app.app_context(), writing() as connection:
        return work_out(connection) == kept(connection) and rebuild(connection) == 0


@pytest.fixture
def willow(world: World) -> AClass:
    return world.klass("Willow", year_group=3)


@pytest.fixture
def amina(world: World, willow: AClass) -> APerson:
    return world.pupil("Amina", willow)


@pytest.fixture
def okoro(world: World, willow: AClass) -> Visitor:
    return world.signed_in(world.teacher("Mr Okoro", willow))


@pytest.fixture
def mum(world: World, amina: APerson) -> Visitor:
    return world.signed_in(world.parent_of(amina))


# The teacher sets it


def test_mr_okoro_sets_a_lesson_for_home_changes_the_day_and_takes_it_back(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    assert "Nothing is set for home now." in for_home(okoro.visits(class_page(willow)))
    assert mum.visits(page_of(amina)).all("#together") == []

    page = sets(okoro, willow)
    assert page.path.startswith(f"/classes/{willow.public_id}?place=pier")
    assert "Set for home. Families who are linked see it now." in for_home(page)
    assert "Knowing, liking, trusting , until Friday 27 November" in for_home(page)
    assert "Until Friday 27 November." in words_of(mum.visits(page_of(amina)).one("#together"))

    okoro.visits(class_page(willow))
    page = okoro.presses("Change the day", until="2026-11-30")
    assert "until Monday 30 November" in for_home(page)
    assert okoro.visits(class_page(willow)).text.count("Take it back") == 1
    okoro.follows("All lessons")
    assert "until Monday 30 November" in for_home(okoro.page or page)

    page = okoro.submits(f"/classes/{willow.public_id}/home/back")
    assert "Nothing is set for home now." in for_home(page)
    assert mum.visits(page_of(amina)).all("#together") == []
    okoro.posts(f"/classes/{willow.public_id}/home/back", {"place": "pier"}, status=200)  # a second tab


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2027-01-22", date(2027, 1, 22)),
        ("27/11/2026", date(2026, 11, 27)),
        (" 2026-11-27 ", date(2026, 11, 27)),
        ("2026-11-22", None),
        ("2027-01-23", None),
        ("31/11/2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_last_day_is_today_or_within_sixty_days(typed: str, day: date | None) -> None:
    today = date(2026, 11, 23)
    if day is not None:
        assert read_day(typed, today) == day
        return
    with pytest.raises(BadDay, match="Pick a day from today to 22 January 2027"):
        read_day(typed, today)


def test_a_day_that_will_not_do_is_said_beside_the_field_and_stays_in_it(
    willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    okoro.visits(class_page(willow))
    page = okoro.posts(f"/classes/{willow.public_id}/home", {"place": "pier", "until": "2026-11-01"}, status=422)
    assert "Pick a day from today to 22 January 2027." in words_of(page.one("#until-problem"))
    assert page.one("#until")["value"] == "2026-11-01"
    assert "Nothing is set for home now." in for_home(page)


def test_only_lessons_of_the_class_can_be_set(world: World, willow: AClass, amina: APerson, okoro: Visitor) -> None:
    for place in ("nowhere", ""):
        okoro.posts(f"/classes/{willow.public_id}/home", {"place": place, "until": FRIDAY}, status=404)
    lead = world.signed_in(world.dsl())
    sets(okoro, willow)
    page = lead.visits(class_page(willow))
    assert "until Friday 27 November" in for_home(page)
    assert page.all("#for-home form") == []


# Together at a phone


def test_mum_and_amina_do_the_whole_lesson_on_the_phone(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    page = begins_together(mum, amina)
    assert page.path.startswith(f"{page_of(amina)}/sail/")
    assert page.one("html")["data-band"] == "y34"

    page = Sailor(world, amina, mum).goes_on_to(Part.FINISH, page)
    assert page.h1.text == "Lamp lit!"
    assert "Well done, Amina" in page
    assert "Sam Khan" not in page
    assert page.link("Back to Amina’s page") == page_of(amina)
    assert page.all("a[href='/chart']") == []
    mum.visits("/chart", status=404)

    page = mum.visits(page_of(amina))
    assert "Amina has done this one. Thank you." in words_of(page.one("#together"))
    assert page.all("#together form") == []
    with world.app.app_context():
        (go,) = db.session.execute(select(ATTEMPTS.c.pupil_id, ATTEMPTS.c.is_home)).all()
        assert tuple(go) == (amina.id, True)
        assert db.session.scalar(select(func.count()).where(SignIn.user_id == amina.id)) == 0
        assert set(db.session.scalars(select(STANDINGS.c.is_home))) == {True}
        assert set(db.session.scalars(select(PLAYS.c.is_home))) == {True}
    assert {is_home for _, _, is_home in answers(world)} == {True}
    assert totals_are_right(world)


def test_the_wi_fi_drops_and_the_same_answer_sent_again_is_one(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    page = begins_together(mum, amina)
    sent = {"choice": "a", "number": "1", "csrf_token": mum.csrf_token()}
    replies = [mum.asks("POST", page.path, sent, Accept="application/json") for _ in range(3)]
    assert {reply.get_json()["next"] for reply in replies} == {page.path[:-1] + "2"}
    assert len(answers(world)) == 1


def test_mums_phone_and_aminas_tablet_at_the_same_step_are_one_answer(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    at_phone = begins_together(mum, amina)
    tablet = Sailor(world, amina)
    tablet.browser.visits("/chart")
    at_tablet = tablet.browser.follows("Carry on")
    assert at_tablet.path.rsplit("/", 2)[1:] == at_phone.path.rsplit("/", 2)[1:]  # the same go, the same step

    mum.posts(at_phone.path, {"choice": "a", "number": "1"})
    tablet.browser.posts(at_tablet.path, {"choice": "b", "number": "1"})
    (stored,) = answers(world)
    assert stored[1:] == ("a", True)
    for shown in (mum.visits(at_phone.path), tablet.browser.visits(at_tablet.path)):
        assert shown.one("input[checked]")["value"] == "a"


def test_beginning_on_two_phones_is_one_go(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    dad = world.signed_in(world.parent_of(amina, name="Jo Khan"))
    for phone in (mum, dad):
        phone.visits(page_of(amina))
    first = mum.submits(f"{page_of(amina)}/sail")
    assert dad.submits(f"{page_of(amina)}/sail").path == first.path
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ATTEMPTS)) == 1


def test_what_was_begun_in_class_goes_on_at_home_and_only_the_rest_is_marked(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    go = Learner(world, amina, PIER).answers("A").turns(2)
    in_class = len(answers(world))
    sets(okoro, willow)
    mum.visits(f"{page_of(amina)}/sail/{go.attempt.public_id}/1", status=404)  # made at school: not hers to see

    mum.visits(page_of(amina))
    page = mum.presses("Go on together : Knowing, liking, trusting")
    assert page.path.rsplit("/", 2)[1:] == [go.attempt.public_id, "7"]
    Sailor(world, amina, mum).goes_on_to(Part.FINISH, page)
    marks = [is_home for _, _, is_home in answers(world)]
    assert not any(marks[:in_class])
    assert all(marks[in_class:])
    assert totals_are_right(world)


def test_the_pages_look_and_sound_as_amina_likes_them(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    with world.saving():
        db.session.get_one(Pupil, amina.id).comfort = '{"size":"large"}'
    sets(okoro, willow)
    assert begins_together(mum, amina).one("html")["data-size"] == "large"

    otters = world.klass("Otters", year_group=2)
    nia = world.pupil("Nia", otters)
    sets(world.signed_in(world.teacher("Ms Rahman", otters)), otters)
    page = begins_together(world.signed_in(world.parent_of(nia)), nia)
    assert (page.one("html")["data-band"], page.one("html")["data-touch"]) == ("y12", "on")


def test_the_lifebuoy_at_a_parents_phone_opens_the_page_for_adults_and_nothing_can_be_sent(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    sailor = Sailor(world, amina, mum)
    page = begins_together(mum, amina)
    for part in (Part.CARD, Part.PRACTICE, Part.QUIZ, Part.STORY, Part.FINISH):
        assert page.link("Get help") == "/help"
        assert {form.action.rsplit("/", 1)[0] for form in page.forms} <= {page.path.split("?")[0].rsplit("/", 1)[0]}
        page = sailor.goes_on_to(part, page)
        if part is Part.QUIZ:
            number = int(page.path.rsplit("/", 1)[1])
            played = mum.visits(f"{page.path.rsplit('/', 1)[0]}/{number - 1}")
            assert played.all(".played")
            assert played.all("main form") == []  # "Practise again" would be a go of its own
            mum.visits(page.path)
    page = mum.visits("/help")
    assert page.h1.text == "Help and advice for adults"
    assert {form.action for form in page.forms} == {"/families/sign-out"}


def test_after_the_last_day_it_is_over_and_what_was_answered_stays(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    mum_herself = world.parent_of(amina)
    mum = world.signed_in(mum_herself)
    sets(okoro, willow)
    page = begins_together(mum, amina)
    mum.posts(page.path, {"choice": "a", "number": "1"})
    world.clock.set(datetime(2026, 11, 27, 23, 59, tzinfo=UTC))
    mum = world.signed_in(mum_herself)
    assert mum.visits(page.path[:-1] + "2").path == page.path[:-1] + "2"

    world.clock.moves(minutes=2)
    over = mum.posts(page.path[:-1] + "2", {"choice": "a", "number": "1"})
    assert over.path == f"{page_of(amina)}?said=over"
    assert "That lesson is not set for home any more." in over
    assert over.all("#together") == []
    sent = {"choice": "a", "number": "1", "csrf_token": mum.csrf_token()}
    reply = mum.asks("POST", page.path[:-1] + "2", sent, Accept="application/json")
    assert reply.get_json() == {"next": f"{page_of(amina)}?said=over"}
    for address in (page.path, page.path.rsplit("/", 1)[0]):
        assert mum.visits(address).path == f"{page_of(amina)}?said=over"
    begun = mum.posts(f"{page_of(amina)}/sail", {"place": "pier", "number": "2"})
    assert begun.path == f"{page_of(amina)}?said=over"
    assert len(answers(world)) == 1


def test_a_lesson_that_is_not_set_cannot_be_begun_nor_one_that_was_taken_back(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    mum.posts(f"{page_of(amina)}/sail", {"place": "cove", "number": "1"})
    mum.posts(f"{page_of(amina)}/sail", {"place": "nowhere", "number": "1"}, status=404)
    page = begins_together(mum, amina)
    okoro.visits(class_page(willow))
    okoro.submits(f"/classes/{willow.public_id}/home/back")
    assert mum.visits(page.path).path == f"{page_of(amina)}?said=over"
    with world.app.app_context():
        assert list(db.session.scalars(select(ATTEMPTS.c.lesson))) == [PIER]


def test_setting_it_again_after_its_last_day_asks_for_it_again(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    sets(okoro, willow)
    Learner(world, amina, PIER).answers("A").turns(9).answers("B").begins_the_story().finishes()
    sets(okoro, willow, "2026-11-28")
    mum_herself = world.parent_of(amina)
    assert "has done this one" in words_of(world.signed_in(mum_herself).visits(page_of(amina)).one("#together"))
    world.clock.moves(days=10)
    okoro = world.signed_in(world.teacher("Ms Rahman", willow))
    sets(okoro, willow, "2026-12-10")
    page = world.signed_in(mum_herself).visits(page_of(amina))
    assert page.one("#together input[name=number]")["value"] == "2"


def test_unlinking_in_the_middle_of_a_lesson_ends_it_at_the_next_answer(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    sam, jo = world.parent_of(amina, name="Sam Khan"), world.parent_of(amina, name="Jo Khan")
    mum, dad = world.signed_in(sam), world.signed_in(jo)
    sets(okoro, willow)
    page = begins_together(mum, amina)
    world.unlinks(sam, amina)
    mum.posts(page.path, {"choice": "a", "number": "1"}, status=404)
    mum.visits(page.path, status=404)
    mum.posts(f"{page_of(amina)}/sail", {"place": "pier", "number": "1"}, status=404)
    mum.visits(f"{page_of(amina)}/try/pier", status=404)
    assert answers(world) == []
    dad.posts(page.path, {"choice": "a", "number": "1"}, status=200)


# By her own sign-in


@pytest.mark.parametrize(
    ("day", "hour", "door", "window", "is_home"),
    [
        (24, 10, True, None, False),
        (24, 10, False, None, False),  # a card, used in school hours while the door is shut
        (24, 19, False, None, True),
        (24, 19, True, None, False),  # a class that stays late
        (28, 11, False, None, True),  # Saturday
        (24, 16, False, None, False),
        (24, 16, False, (15 * 60 + 30, 19 * 60), True),
        (24, 16, True, (15 * 60 + 30, 19 * 60), False),
    ],
)
def test_at_home_is_where_the_door_is_shut_and_school_is_over(
    day: int, hour: int, door: bool, window: tuple[int, int] | None, is_home: bool
) -> None:
    moment = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
    until = moment + timedelta(minutes=5 if door else -5)
    assert is_at_home(moment, "Europe/London", until, *(window or (None, None))) is is_home


def test_amina_comes_by_her_card_in_the_evening_and_finds_it_on_her_chart(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    sets(okoro, willow)
    with world.saving():
        db.session.get_one(Pupil, amina.id).is_card_for_home = True
    world.clock.set(EVENING)
    tablet = world.visitor("Amina")
    tablet.visits("/card")
    chart = tablet.posts("/card", {"token": world.card_of(amina)}, status=200)
    assert chart.path == "/chart"
    assert "Your teacher set this for home" in words_of(chart.one("#next"))
    assert "Meeting Pier" in words_of(chart.one("#next"))

    page = presses_on_chart(tablet, "Set sail")
    tablet.posts(page.path, {"choice": "a", "number": "1"})
    assert [is_home for _, _, is_home in answers(world)] == [True]
    chart = tablet.visits("/chart")
    assert "Your teacher set this for home" in words_of(chart.one("#next"))
    page = presses_on_chart(tablet, "Carry on")
    assert page.path.endswith("/2")

    Sailor(world, amina, tablet).goes_on_to(Part.FINISH, page)
    assert "for home" not in tablet.visits("/chart").text


def test_a_year_five_finds_it_in_the_ships_log_within_the_schools_home_window(world: World) -> None:
    oak = world.klass("Oak", year_group=5)
    ben = world.pupil("Ben", oak)
    with world.saving():
        school = db.session.get_one(School, oak.school.id)
        school.home_from, school.home_until = 16 * 60, 20 * 60
    sets(world.signed_in(world.teacher("Ms Rahman", oak)), oak)
    assert "for home" not in world.signed_in(ben).visits("/chart").text
    world.clock.set(EVENING)
    chart = world.signed_in(ben).visits("/chart")
    assert words_of(chart.one(".log__next h2")) == "Meeting Pier"
    assert "Your teacher set this for home." in words_of(chart.one(".log__next"))


def test_at_school_the_chart_says_nothing_of_home_and_nothing_is_marked(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    sets(okoro, willow)
    world.clock.set(EVENING)
    world.opens_door(willow)
    sailor = Sailor(world, amina)
    assert "for home" not in sailor.browser.visits("/chart").text
    sailor.goes_on_to(Part.CARD, sailor.sets_sail())
    assert {is_home for _, _, is_home in answers(world)} == {False}


def test_carrying_on_at_home_marks_what_is_answered_there(world: World, willow: AClass, amina: APerson) -> None:
    """Nothing need be set: whatever a pupil does at home is home evidence."""
    go = Learner(world, amina, PIER).answers("A").turns(1)
    in_class = len(answers(world))
    world.clock.set(EVENING)
    tablet = world.signed_in(amina)
    tablet.visits("/chart")
    page = presses_on_chart(tablet, "Carry on")
    assert page.path == f"/sail/{go.attempt.public_id}/6"
    Sailor(world, amina, tablet).answers_step(page)
    assert [is_home for _, _, is_home in answers(world)] == [False] * in_class + [True]


def test_remembering_at_home_is_marked_too(world: World, willow: AClass, amina: APerson, okoro: Visitor) -> None:
    Learner(world, amina, PIER).answers("A").turns(9).answers("B").begins_the_story().finishes()
    world.clock.set(EVENING + timedelta(days=14))
    tablet = world.signed_in(amina)
    tablet.visits("/chart")
    page = presses_on_chart(tablet, "Set sail")
    item = next(item for item in catalogue.load().quiz(PIER).form("C") if item.question == page.h1.text)
    tablet.posts(page.path, {"choice": next(o.key for o in item.options if o.is_correct), "number": "1"})
    tablet.visits("/chart")
    assert presses_on_chart(tablet, "Carry on").path == page.path[:-1] + "2"
    okoro = world.signed_in(world.teacher("Ms Rahman", willow))
    assert okoro.visits(class_page(willow)).cell("Amina", item.objective).text == "secure, at home"
    assert totals_are_right(world)


# What the teacher sees of it


def test_the_teacher_sees_what_was_done_at_home_in_words_on_screen_and_sheet(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    ben, cara = world.pupils(["Ben", "Cara"], willow)
    sets(okoro, willow)
    Sailor(world, amina, mum).goes_on_to(Part.FINISH, begins_together(mum, amina))
    Learner(world, ben, PIER).answers("A").turns(9).answers("B").begins_the_story().finishes()
    caras = world.signed_in(world.parent_of(cara, name="Jo Reed"))
    page = begins_together(caras, cara)
    Sailor(world, cara, caras).answers_step(page)

    page = okoro.visits(class_page(willow))
    assert page.cell("Amina", FIRST).text == "growing, at home"
    assert words_of(page.cell("Amina", FIRST).select("small")[0]) == "home"
    assert page.cell("Ben", FIRST).text == "growing"
    assert "Answered at home: somebody may have helped" in words_of(page.one(".key"))
    assert [words_of(one) for one in page.all("#not-finished li")] == ["Cara, the first questions, at home"]
    assert "Done at home: Amina. It counts as any lesson does; somebody may have helped." in for_home(page)
    assert "1 of them at home, where somebody may have helped." in words_of(page.one("#acts"))
    for place in ("pier", "all"):
        screen = okoro.visits(class_page(willow, place))
        sheet = okoro.visits(screen.link("Export CSV")).response.get_data().decode("utf-8-sig")
        table = [
            [words_of(cell) for cell in line.find_all(["th", "td"])] for line in screen.one("#heat").find_all("tr")
        ]
        assert list(csv.reader(io.StringIO(sheet)))[: len(table)] == table
    assert "growing, at home" in sheet


def test_a_class_that_did_nothing_at_home_reads_nothing_of_it(
    world: World, willow: AClass, amina: APerson, okoro: Visitor
) -> None:
    Learner(world, amina, PIER).answers("A").turns(9).answers("B").finishes()
    page = okoro.visits(class_page(willow))
    assert "Answered at home" not in page
    assert "Done at home" not in page


def test_the_pretend_app_is_marked_by_where_it_was_last_played(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    in_class = Sailor(world, amina)
    in_class.goes_on_to(Part.FINISH, in_class.sets_sail())
    world.clock.moves(minutes=1)
    assert "of them at home" not in words_of(okoro.visits(class_page(willow)).one("#acts"))
    sets(okoro, willow)
    Sailor(world, amina, mum).goes_on_to(Part.FINISH, begins_together(mum, amina))
    assert "1 of them at home" in words_of(okoro.visits(class_page(willow)).one("#acts"))
    with world.app.app_context(), writing() as connection:
        assert work_out_played(connection) == kept_played(connection)


def test_the_first_choice_of_a_form_says_where_it_was_made_whatever_comes_after(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    """She did it in class, wrong; at home, with help, right. The first counts, and was made in class."""
    key = wrong_option(f"{FIRST}.B")[0]
    Learner(world, amina, PIER).answers("A").turns(9).answers("B", {FIRST: key}).begins_the_story().finishes()
    world.clock.moves(minutes=1)
    sets(okoro, willow)
    Sailor(world, amina, mum).goes_on_to(Part.FINISH, begins_together(mum, amina))
    assert okoro.visits(class_page(willow)).cell("Amina", FIRST).text == "needs another look"
    assert totals_are_right(world)


# What families read


def test_the_preview_for_staff_reads_as_the_parents_page_and_has_no_button(
    willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    parents = mum.visits(page_of(amina))
    preview = okoro.visits(f"/people/{amina.public_id}/summary")
    said = [words_of(part).replace(" : Knowing, liking, trusting", "") for part in parents.all("main section")]
    assert [words_of(part) for part in preview.all("main section")] == said
    assert preview.all("main form") == []


def test_a_parent_tries_the_lesson_alone_and_nothing_is_kept(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    bank = catalogue.load()
    lesson, quiz = bank.lessons.lesson(PIER), bank.quiz(PIER)
    mum.visits(page_of(amina))
    with count_statements(world.app) as said:
        page = mum.follows("Knowing, liking, trusting")
        for card in lesson.cards:
            assert f"{card.number}. {card.title}" in page
        for item in (*quiz.form("A"), *quiz.form("B")):
            assert item.stem in page
            assert all(option.text in page and option.feedback in page for option in item.options)
        assert not [item.stem for item in quiz.form("C") if item.stem in page]
        assert "Teacher notes" not in page
        assert page.all("main input, main form") == []
        practice = bank.practice(PIER)
        assert practice is not None
        page = mum.follows("Try the pretend app")
        for key in practice.safe_path:
            done = [str(field["value"]) for field in page.all("input[name=did]")]
            page = mum.posts(page.path, {"act": key, "did": done}, status=200)
        assert page.all(".played")
    assert not [each for each in said if each.lstrip().split()[0] in ("INSERT", "UPDATE", "DELETE")]
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ATTEMPTS)) == 0


def test_only_what_the_class_has_done_or_was_set_can_be_tried(
    world: World, willow: AClass, amina: APerson, mum: Visitor
) -> None:
    assert "Try a lesson yourself" not in mum.visits(page_of(amina))
    for part in ("", "/app"):
        mum.visits(f"{page_of(amina)}/try/pier{part}", status=404)
        mum.visits(f"{page_of(amina)}/try/nowhere{part}", status=404)
    ben, _ = world.pupils(["Ben", "Cara"], willow)
    Learner(world, ben, PIER).answers("A").turns(9).answers("B").finishes()
    mum.visits(page_of(amina))
    assert mum.follows("Knowing, liking, trusting").h1.text == "Try “Knowing, liking, trusting”"
    mum.visits(f"{page_of(amina)}/try/cove", status=404)


# What it costs


def test_an_answer_at_a_parents_phone_costs_seven_statements_at_most(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    sets(okoro, willow)
    page = Sailor(world, amina, mum).goes_on_to(Part.QUIZ, begins_together(mum, amina))
    token = mum.csrf_token()
    with count_statements(world.app) as said:
        assert mum.asks("POST", page.path, {"choice": "a", "number": "1", "csrf_token": token}).status_code == 303
    assert any("INSERT INTO answers" in statement for statement in said)
    assert len(said) <= 7, said


def test_a_childs_page_asks_as_little_for_five_lessons_set_and_done_as_for_one(
    world: World, willow: AClass, amina: APerson, okoro: Visitor, mum: Visitor
) -> None:
    asked = []
    for lessons in (["pier"], ["cove", "bay", "quay", "light"]):
        for place in lessons:
            sets(okoro, willow, place=place)
        with count_statements(world.app) as said:
            mum.visits(page_of(amina))
        asked.append(len(said))
    assert asked[0] == asked[1], asked
    with count_statements(world.app) as said:
        world.signed_in(amina).visits("/chart")
    assert len([one for one in said if one.startswith("SELECT")]) <= 5, said
