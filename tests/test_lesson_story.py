"""A pupil does a lesson: every step is kept when it is made, once, whatever happens to the browser or the server."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from database import db, writing
from lessons.activities.placing import Placing
from lessons.catalogue import Catalogue
from quizzes.attempts import ANSWERS, ATTEMPTS, STANDINGS
from quizzes.engine import HELP, Outcome
from quizzes.standings import kept, rebuild, work_out
from quizzes.steps import Given, Part, steps_of, tell
from tests.harness.sailor import LESSON, Sailor
from tests.harness.statements import count_statements
from tests.harness.world import World


@pytest.fixture
def musa(world: World) -> Sailor:
    return Sailor(world, world.pupil("Musa", world.klass("Willow", year_group=3)))


def facts(world: World) -> list[tuple[str, int, str]]:
    with world.app.app_context():
        rows = db.session.execute(select(ANSWERS.c.item, ANSWERS.c.number, ANSWERS.c.choice).order_by(ANSWERS.c.id))
        return [(row[0], row[1], row[2]) for row in rows]


def lamps(sailor: Sailor) -> int:
    """Three for each lesson of the band, however many are written."""
    return 3 * len(sailor.bank.lessons.in_band("y3-4"))


def test_musa_goes_through_a_whole_lesson_and_lights_two_lamps(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.FINISH)

    assert page.h1.text == "Lamp lit!"
    lesson = musa.bank.lessons.lesson(LESSON)
    assert all(line in page for line in lesson.learned)
    assert lesson.say_at_home in page.text
    chart = musa.browser.visits("/chart")
    assert f"2 of {lamps(musa)} lamps lit" in chart.text
    with world.app.app_context():
        assert db.session.execute(select(func.count()).select_from(ATTEMPTS)).scalar_one() == 1
        b_safe = db.session.execute(select(STANDINGS.c.b_safe)).scalars().all()
    assert b_safe == [True, True, True, True]


def test_the_first_questions_show_nothing_of_right_or_wrong(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    for _ in range(4):
        item = musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].item
        assert item is not None
        assert item.form == "A"
        page = musa.answers_step(page, is_safe=False)
        assert "look again" not in page.text
        assert "Yes, that fits" not in page.text
    assert musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].part is Part.CARD


def test_a_risky_answer_gets_a_reason_and_another_go_and_the_first_one_counts(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.QUIZ)
    item = musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].item
    assert item is not None
    wrong = next(option for option in item.options if not option.is_correct)
    right = next(option for option in item.options if option.is_correct)

    feedback = musa.browser.submits(page.path, {"choice": wrong.key})
    assert feedback.h1.text == "Hmm, let’s look again"
    assert wrong.feedback in feedback.text
    again = musa.browser.follows("Try again")
    assert "You picked this" in again.text
    feedback = musa.browser.submits(page.path, {"choice": right.key})
    assert feedback.h1.text == "Yes, that fits"

    with world.app.app_context():
        standing = db.session.execute(select(STANDINGS).where(STANDINGS.c.objective == item.objective)).one()
    assert standing.b_safe is False
    assert standing.misconception == wrong.misconception
    assert standing.wrong_choice == f"{item.id}@1:{wrong.key}"


def test_asking_for_help_keeps_the_question_open_and_costs_nothing(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.QUIZ)
    item = musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].item
    assert item is not None
    feedback = musa.browser.submits(page.path, {"choice": HELP})
    assert feedback.h1.text == "Asking for help is always a good choice"
    musa.browser.follows("Back to the question")
    right = next(option.key for option in item.options if option.is_correct)
    musa.browser.submits(page.path, {"choice": right})
    with world.app.app_context():
        standing = db.session.execute(select(STANDINGS).where(STANDINGS.c.objective == item.objective)).one()
    assert (standing.b_safe, standing.helps) == (True, 1)


def test_a_double_tap_a_second_tab_and_back_are_one_answer(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    item = musa.steps[0].item
    assert item is not None
    first, other = item.options[0].key, item.options[1].key
    for choice in (first, first, other):
        musa.browser.posts(page.path, {"choice": choice, "number": "1"})
    assert facts(world) == [(item.id, 1, first)]
    shown = musa.browser.visits(page.path)
    chosen = shown.one("input[checked]")
    assert chosen["value"] == first


def test_the_last_thing_sent_twice_does_not_turn_the_card(world: World, musa: Sailor) -> None:
    """The reply was lost, so the tablet sends it again: the card stays, with what there is to say about the thing."""
    page = musa.sails_to(Part.CARD)
    while not page.all("input[name=thing]"):
        page = musa.answers_step(page)
    card = musa.steps[int(page.path.split("?")[0].rsplit("/", 1)[1]) - 1].card
    assert card is not None
    assert isinstance(card.activity, Placing)
    last = card.activity.things[-1].key
    while page.one("input[name=thing]")["value"] != last:
        page = musa.answers_step(page)
    there = page.path.split("?")[0]
    sent = {"thing": last, "bin": [each for each in card.activity.bins if each in card.activity.things[-1].fits][:1]}
    before = len(facts(world))
    for _ in range(2):
        assert musa.browser.posts(there, sent, status=200).path == there
    assert len(facts(world)) == before + 1


def test_beginning_twice_is_one_attempt(world: World, musa: Sailor) -> None:
    chart = musa.browser.visits("/chart")
    sent = {"place": "pier", "number_pier": chart.form("/sail").values()["number_pier"]}
    first = musa.browser.posts("/sail", sent).path
    assert musa.browser.posts("/sail", sent).path == first
    with world.app.app_context():
        assert db.session.execute(select(func.count()).select_from(ATTEMPTS)).scalar_one() == 1


@pytest.mark.parametrize("steps", [0, 2, 7, 20])
def test_another_device_goes_on_at_the_same_step(world: World, musa: Sailor, steps: int) -> None:
    page = musa.sets_sail()
    for _ in range(steps):
        page = musa.answers_step(page)
    there = page.path.split("?")[0]

    elsewhere = world.signed_in(musa.pupil)
    elsewhere.visits("/chart")
    resumed = elsewhere.follows("Carry on")
    assert resumed.path == there


def test_a_step_that_is_not_reached_yet_sends_the_pupil_to_the_one_that_is(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    ahead = page.path[:-1] + "12"
    assert musa.browser.visits(ahead).path == page.path
    assert musa.browser.posts(ahead, {"choice": "a"}).path == page.path
    assert facts(world) == []


@pytest.mark.parametrize("choice", ["", "z", "a' or 1=1 --", "help" * 500])
def test_an_answer_that_is_not_offered_is_refused_in_words_and_nothing_is_stored(
    world: World, musa: Sailor, choice: str
) -> None:
    page = musa.sets_sail()
    refused = musa.browser.posts(page.path, {"choice": choice}, status=422)
    assert "Pick one answer first." in refused.text
    assert facts(world) == []


def test_things_are_placed_one_by_one_and_stay_placed(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.CARD)
    while not page.all("input[name=thing]"):
        page = musa.answers_step(page)
    card = musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].card
    assert card is not None
    assert isinstance(card.activity, Placing)
    refused = musa.browser.posts(page.path, {"thing": "1", "bin": "the sea"}, status=422)
    assert "Pick one" in refused.text
    for _ in card.activity.things:
        assert not page.all("nav.seabar form")
        page = musa.answers_step(page)
    placed = [fact for fact in facts(world) if fact[0].startswith(f"card.{card.number}.")]
    assert len(placed) == len(card.activity.things)
    fits = tuple(each for each in card.activity.bins if each in card.activity.things[2].fits)
    assert card.activity.bins_of(placed[2][2]) == fits
    assert page.one("nav.seabar form button").text.strip() == "Next"


def test_the_story_offers_help_at_every_choice_and_is_always_safe(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.STORY)
    path = page.path
    while "/chart" not in page.path and page.path == path:
        if page.all("input[type=radio]"):
            assert page.all("input[type=radio]")[-1]["value"] == HELP
            page = musa.browser.submits(path, {"choice": HELP})
        elif page.all("input[name=choice]"):
            page = musa.browser.submits(path)
        else:
            break
    told = tell(musa.bank.quiz(LESSON).scenario, _answers(world))
    assert told.is_over
    assert {each.outcome for each in told.told if each.node.choices} == {Outcome.SAFE}


def _answers(world: World) -> dict[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for item, number, choice in facts(world):
        found.setdefault(item, []).append(Given(item, number, choice, ""))
    return found


def test_weeks_later_the_chart_offers_to_remember_and_the_third_lamp_lights(world: World, musa: Sailor) -> None:
    musa.sails_to(Part.FINISH)
    world.clock.moves(days=13)
    musa = _again(world, musa)
    assert "Time to remember" not in musa.browser.visits("/chart").text
    world.clock.moves(days=1, minutes=1)
    musa = _again(world, musa)
    chart = musa.browser.visits("/chart")
    assert "Time to remember" in chart.text
    page = musa.browser.submits("/sail/again")
    with world.app.app_context():
        asked = db.session.execute(select(ATTEMPTS.c["items"]).where(ATTEMPTS.c.kind == "remember")).scalar_one()
    assert len(asked.split()) == 4
    for item_id in asked.split():
        item = musa.bank.item(item_id)
        assert item.form == "C"
        assert page.h1.text == item.question
        right = next(option.key for option in item.options if option.is_correct)
        musa.browser.submits(page.path, {"choice": right})
        page = musa.browser.follows("Next")
    assert page.h1.text == "You remembered"
    chart = musa.browser.visits("/chart")
    assert f"3 of {lamps(musa)} lamps lit" in chart.text
    assert "Time to remember" not in chart.text


def _again(world: World, sailor: Sailor) -> Sailor:
    """Signed in anew: the old session is long idle."""
    return Sailor(world, sailor.pupil)


def test_the_running_totals_are_what_the_answers_say(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    for turn in range(30):
        page = musa.answers_step(page, is_safe=turn % 3 != 0)
    with world.app.app_context(), writing() as connection:
        assert work_out(connection) == kept(connection)
        connection.execute(STANDINGS.update().values(helps=99))
        assert rebuild(connection) > 0
        assert work_out(connection) == kept(connection)
        assert rebuild(connection) == 0


def test_an_answer_costs_five_statements_at_most(world: World, musa: Sailor) -> None:
    page = musa.sails_to(Part.QUIZ)
    item = musa.steps[int(page.path.rsplit("/", 1)[1]) - 1].item
    assert item is not None
    token = musa.browser.csrf_token()
    with count_statements(world.app) as said:
        answer = musa.browser.asks("POST", page.path, {"choice": "a", "number": "1", "csrf_token": token})
    assert answer.status_code == 303
    assert len(said) <= 5, said
    assert any("INSERT INTO answers" in statement for statement in said)


def test_our_own_script_gets_the_next_address_and_the_same_answer_twice(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    sent = {"choice": "a", "number": "1", "csrf_token": musa.browser.csrf_token()}
    replies = [musa.browser.asks("POST", page.path, sent, Accept="application/json") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert {reply.get_json()["next"] for reply in replies} == {page.path[:-1] + "2"}
    assert len(facts(world)) == 1


def test_a_script_whose_pupil_was_signed_out_is_told_so(world: World, musa: Sailor) -> None:
    page = musa.sets_sail()
    token = musa.browser.csrf_token()
    world.clock.moves(minutes=21)
    reply = musa.browser.asks("POST", page.path, {"choice": "a", "csrf_token": token}, Accept="application/json")
    assert reply.status_code == 401
    assert facts(world) == []


def test_a_class_without_lessons_is_told_so_kindly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "in_band", lambda *_: ())
    nia = world.signed_in(world.pupil("Nia", world.klass("Acorn", year_group=0)))
    assert "Your teacher has not set a lesson yet" in nia.visits("/chart").text


@pytest.mark.one_database
def test_every_lesson_can_be_begun_and_every_step_shows(world: World, musa: Sailor) -> None:
    """Each shipped lesson of the band, step by step, on the page."""
    for lesson in musa.bank.lessons.in_band("y3-4"):
        musa.steps = steps_of(lesson, musa.bank.quiz(lesson.id), musa.bank.practice(lesson.id))
        page = musa.sets_sail(lesson.place)
        for _ in range(120):
            if page.h1.text == "Lamp lit!":
                break
            page = musa.answers_step(page)
        assert page.h1.text == "Lamp lit!"
