"""Telling: the first words, adults who listen or are busy, and the right door for each worry, as pupils see them."""

from __future__ import annotations

import pytest

from practices import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

Y34, Y56, Y12 = ("/lessons/light/y34/try", "/lessons/light/y56/try", "/lessons/light/y12/try")
LESSONS = {Y12: "tell-adult.y1-2", Y34: "tell-adult.y3-4", Y56: "tell-adult.y5-6"}
WORDS = ("words=saw", "feel=upset", "ask=help")


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Somebody who tries the pages that pupils have: these acts are kept by the page itself."""
    return world.signed_in(world.teacher("Mr Okoro", world.klass("Willow", year_group=3)))


def after(browser: Visitor, path: str, *acts: str) -> Page:
    """The page after these acts, each of them sent from the page before."""
    page = browser.visits(path)
    for act in acts:
        page = browser.posts(path, {"did": page.form(path).values().getlist("did"), "act": act}, status=200)
    return page


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("button[name=act], input[name=act]")}


def chain(page: Page) -> list[str]:
    """The adults as the page shows them, with how it went."""
    return [words_of(one) for one in page.all(".chain li")]


@pytest.mark.parametrize("path", [Y12, Y34, Y56])
def test_the_safe_path_ends_well_and_leaves_nothing_out(teacher: Visitor, path: str) -> None:
    practice = catalogue.load().of(LESSONS[path])
    assert practice is not None
    page = after(teacher, path, *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert all(line in page.text for line in practice.learned)
    assert "One to try next time" not in page.text


def test_samir_makes_his_first_sentence_and_takes_a_word_back(teacher: Visitor) -> None:
    page = after(teacher, Y34, *WORDS[:2])
    assert words_of(page.one("#words")) == "I saw something online and I feel upset. …"
    assert "ready" not in offered(page)
    page = after(teacher, Y34, *WORDS)
    assert "ready" in offered(page)
    page = after(teacher, Y34, *WORDS, "feel=none")
    assert words_of(page.one("#words")) == "I saw something online … Please help me."
    assert "ready" not in offered(page)


def test_a_busy_adult_stays_in_the_chain_and_the_next_is_lit(teacher: Visitor) -> None:
    page = after(teacher, Y34, *WORDS, "ready", "say-sir")
    assert chain(page) == ["Mr Hughes Busy", "Mrs Tan Next?", "Uncle Imran Then?"]
    assert words_of(page.one(".is-next b")) == "Mrs Tan"
    assert {"tell-lunch", "again", "help"} <= offered(page)
    assert "tell-sir" not in offered(page)
    page = after(teacher, Y34, *WORDS, "ready", "say-lunch")
    assert chain(page) == ["Mr Hughes Next?", "Mrs Tan Busy", "Uncle Imran Then?"]
    page = after(teacher, Y34, *WORDS, "ready", "say-lunch", "tell-sir")
    assert "Thank you for telling me. You are not in trouble." in page.one(".thread__log").text
    assert chain(page)[0] == "Mr Hughes Listens"


def test_saying_nothing_brings_an_adult_who_has_time(teacher: Visitor) -> None:
    page = after(teacher, Y34, *WORDS, "ready", "say-sir", "say-nothing")
    assert "Let’s look again." in page.text
    assert page.h1.text == "Uncle Imran sees his face"
    assert chain(page) == ["Mr Hughes Busy", "Mrs Tan Then?", "Uncle Imran Next?"]


def test_waiting_for_another_day_is_named_kindly(teacher: Visitor) -> None:
    page = after(teacher, Y34, *WORDS, "ready", "wait", "leave")
    assert page.h1.text == "Samir can still tell"
    assert "One to try next time: Tell an adult." in page.text


def test_the_safeguarding_lead_is_the_one_that_the_school_has_named(world: World, teacher: Visitor) -> None:
    to_lead = (*WORDS, "ready", "say-sir", "tell-lunch", "lead")
    assert "Safeguarding lead at your school: ask your teacher." in after(teacher, Y34, *to_lead).text
    with world.app.app_context():
        named = catalogue.load().for_school({"safeguarding-lead": "Mrs Okafor"}).of("tell-adult.y3-4")
    assert named is not None
    assert "Safeguarding lead at your school: Mrs Okafor." in named.acts["lead"].cases[0].says


def test_each_problem_of_the_plan_has_its_door(teacher: Visitor) -> None:
    to_plan = ("together", "next-adult", "need-to-know", "still-friend")
    page = after(teacher, Y56, *to_plan, "rude=service", "asks=ceop", "unkind=school", "now=childline")
    assert "who comes at once?" in page.text
    page = after(teacher, Y56, *to_plan, "rude=service", "asks=ceop", "unkind=school", "now=childline", "check-plan")
    assert "Look again at “Someone is in danger now”." in page.text
    page = after(teacher, Y56, *to_plan, "rude=ring", "asks=ceop", "unkind=school", "now=ring", "check-plan")
    assert "Look again at each door" in page.text
    page = after(teacher, Y56, *to_plan, "rude=childline", "asks=childline", "unkind=home", "now=ring", "check-plan")
    assert page.h1.text == "Well done for practising"

    plan = [words_of(row) for row in page.one("section[aria-labelledby=plan]").select("li")]
    assert plan[-1] == "Someone is in danger now: 999"
    assert len(plan) == 4
    assert page.one("print-button")["says"] == "Print it and take it home"


def test_the_youngest_choose_one_of_four_pictures_and_the_button_says_practice(teacher: Visitor) -> None:
    page = after(teacher, Y12, "want-tell")
    assert len(page.all(".tiles input[type=radio]")) == 4
    assert all(tile.find("svg") for tile in page.all(".tiles .choice"))
    page = after(teacher, Y12, "want-tell", "press-it")
    assert words_of(page.one("button.pretend")) == "Practice, practice, practice"
    page = after(teacher, Y12, "want-tell", "press-it", "practice", "stop-trying")
    assert chain(page) == ["Miss Adeyemi Busy", "Mrs Tan Then?", "Safa Next?"]


def test_not_today_is_asked_again_and_ends_with_somebody_who_knows(teacher: Visitor) -> None:
    page = after(teacher, Y12, "keep", "not-now")
    assert page.h1.text == "Safa sits down again"
    assert {"tell-minder", "draw-minder", "sit", "help"} <= offered(page)
    page = after(teacher, Y12, "keep", "not-now", "sit")
    assert page.h1.text == "Safa knows now"
    assert "One to try next time: Tell an adult." in page.text


def test_help_counts_even_when_a_picture_was_chosen_first(teacher: Visitor) -> None:
    page = teacher.posts(Y12, {"act": ["keep", "help"]}, status=200)
    assert "I am listening. You are not in trouble." in page.text


def test_what_is_not_offered_is_refused_and_a_page_sent_twice_is_one_act(teacher: Visitor) -> None:
    refused = teacher.posts(Y34, {"act": "ready"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert {"words=saw", "hope", "help"} <= offered(refused)
    for _ in range(2):
        page = teacher.posts(Y34, {"did": list(WORDS), "act": "ready"}, status=200)
        assert page.form(Y34).values().getlist("did") == [*WORDS, "ready"]
