"""The permission panel in pictures, for Reception: a paint app asks to look and to listen, and Milo fetches Mum."""

from __future__ import annotations

import pytest

from practices.engine import Practice
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

PAINT = "/lessons/bay/r/try"
PICTURES = {"green-look", "mum-look", "down-look"}
PRESSED = ("green-look", "off-look", "green-listen", "off-listen")
WHOSE = ("wall-all", "card-us")  # who may see it: everyone, or just his family


@pytest.fixture
def practice() -> Practice:
    found = catalogue.load().practice("privacy-settings.eyfs")
    assert found is not None
    return found


@pytest.fixture
def teacher(world: World) -> Visitor:
    """Somebody who tries it as the pupils of Reception see it."""
    return world.signed_in(world.teacher("Miss Adeyemi", world.klass("Acorn", year_group=0)))


def tries(browser: Visitor, *acts: str) -> Page:
    page = browser.visits(PAINT)
    for act in acts:
        page = browser.posts(PAINT, {"did": page.form(PAINT).values().getlist("did"), "act": act}, status=200)
    return page


def offered(page: Page) -> set[str]:
    return {str(one["value"]) for one in page.all("[name=act]")}


def drawn(page: Page, where: str) -> list[str]:
    """The drawings in this part of the page, people without their faces."""
    named = [str(one["href"]).rpartition("#")[2] for one in page.all(f"{where} use")]
    return [name for name in named if not name.startswith("face-")]


def test_the_safe_way_ends_with_mum_who_looks_first(teacher: Visitor, practice: Practice) -> None:
    page = tries(teacher, *practice.safe_path)
    assert page.h1.text == practice.scenes["end"].heading
    assert "One to try next time" not in page.text
    assert all(line in page.text for line in practice.learned)


def test_what_pops_up_stands_on_the_tablet_beside_three_pictures_and_help(teacher: Visitor) -> None:
    page = tries(teacher)
    assert drawn(page, ".pop__on") == ["ob-tablet", "ob-camera", "ob-green-button"]
    assert offered(page) == {*PICTURES, "help"}
    assert {str(one["value"]) for one in page.all(".tiles input[name=act]")} == PICTURES
    assert sorted(drawn(page, ".tiles")) == ["cast-mum", "ob-green-press", "ob-turn-over"]


def test_nothing_needs_reading_wherever_milo_is(teacher: Visitor, practice: Practice) -> None:
    for acts in (
        (),
        ("mum-look",),
        ("green-look",),
        ("down-look",),
        ("mum-look", "paint"),
        ("mum-look", "paint", "mum-listen"),
        ("mum-look", "paint", "green-listen"),
        ("mum-look", "paint", "down-listen"),
    ):
        page = tries(teacher, *acts)
        assert all(one.select("svg") for one in page.all("main form label, main form button")), acts
        assert drawn(page, ".pop"), acts
    assert drawn(tries(teacher, *practice.safe_path), ".played__art")


def test_fetching_mum_may_end_in_a_yes_and_may_end_in_a_no(teacher: Visitor) -> None:
    page = tries(teacher, "mum-look")
    assert page.h1.text == "Mum says yes!"
    assert drawn(page, ".pop") == ["ob-tablet", "ob-camera", "ob-switch-on", "cast-mum", "cast-grandad"]
    page = tries(teacher, "mum-look", "paint", "mum-listen")
    assert page.h1.text == "Mum says no"
    assert drawn(page, ".pop__up") == ["ob-microphone", "ob-switch-off"]


@pytest.mark.parametrize(("before", "what"), [((), "look"), (("mum-look", "paint"), "listen")])
def test_pressing_is_put_right_together_and_he_can_still_do_well(
    teacher: Visitor, before: tuple[str, ...], what: str
) -> None:
    page = tries(teacher, *before, f"green-{what}")
    assert "Next time we look first." in page.text
    assert drawn(page, ".pop__up")[-1] == "ob-switch-on"
    assert "cast-mum" in drawn(page, ".pop")
    assert offered(page) == {f"off-{what}", "help"}
    assert drawn(page, f"button[value=off-{what}]") == ["ob-switch-off"]


def test_who_only_pressed_is_told_kindly_what_to_try_in_the_words_of_reception(teacher: Visitor) -> None:
    page = tries(teacher, *PRESSED, *WHOSE)
    assert "One to try next time: Tell a grown-up." in page.text
    assert "adult" not in words_of(page.one("main"))


def test_the_tablet_is_down_and_teddy_cannot_read_a_box(teacher: Visitor) -> None:
    page = tries(teacher, "down-look")
    assert drawn(page, ".pop__on") == ["ob-turn-over"]
    assert offered(page) == {"mum-look", "teddy", "help"}
    assert "You can tell me." in tries(teacher, "down-look", "teddy").text
    assert tries(teacher, "down-look", "teddy", "mum-look").h1.text == "Mum says yes!"


def test_help_is_always_there_and_counts_as_telling(teacher: Visitor) -> None:
    page = tries(teacher, "help", *PRESSED, *WHOSE)
    assert "One to try next time" not in page.text


def test_what_is_for_everyone_and_what_is_just_for_the_family_is_practised_too(teacher: Visitor) -> None:
    page = tries(teacher, *PRESSED)
    assert page.h1.text == "Milo's sun is on the hall wall"
    assert sorted(drawn(page, ".tiles")) == ["ob-curtain-drawn", "ob-curtain-open"]
    page = tries(teacher, *PRESSED, "wall-us")
    assert "who walks by in the hall?" in page.text
    assert "just for us" in tries(teacher, *PRESSED, "wall-us", *WHOSE).text


def test_an_act_that_is_not_offered_is_refused_with_those_that_are(teacher: Visitor) -> None:
    for act in ("finish", "teddy", "nothing"):
        refused = teacher.posts(PAINT, {"act": act}, status=422)
        assert offered(refused) == {*PICTURES, "help"}
