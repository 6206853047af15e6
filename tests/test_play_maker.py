"""The password maker: an owl guesses, words come from a bag, and what is typed stays on the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page as Screen
from playwright.sync_api import Request, expect

from database import db
from practices.engine import Practice, State, allowed, begin, do, replay, result, sees, together
from practices.page import page_of
from quizzes import catalogue
from tests.harness.browser import PHONE, Browse
from tests.harness.visitor import Page, Visitor
from tests.harness.world import APerson, World

pytestmark = pytest.mark.one_database

TO_THE_BAG = ("try-name", "try-team", "try-swap", "ready", "known")


def practice_of(lesson: str) -> Practice:
    found = catalogue.load().practice(lesson)
    assert found is not None
    return found


@pytest.fixture
def ada(world: World) -> APerson:
    return world.pupil("Ada", world.klass("Willow", year_group=3))


def begins(browser: Visitor) -> Page:
    return browser.posts("/sail/try", {"place": "cove", "number": "1"}, status=200)


def does(browser: Visitor, page: Page, *acts: str) -> Page:
    for act in acts:
        page = browser.posts(page.path, {"act": act, "number": page.one("input[name=number]")["value"]}, status=200)
    return page


def offered(practice: Practice, state: State) -> set[str]:
    return {act.key for act in allowed(practice, state)}


def stored(world: World) -> str:
    """Every value of every row, as one text."""
    with world.app.app_context():
        rows = [db.session.execute(table.select()).all() for table in db.metadata.sorted_tables]
    return " ".join(str(value) for table in rows for row in table for value in row)


# Years 3 and 4


def test_ada_goes_from_guessable_words_to_three_random_ones(world: World, ada: APerson) -> None:
    browser = world.signed_in(ada)
    page = begins(browser)
    assert page.h1.text == "Which of these can the owl guess?"
    page = does(browser, page, "try-name")
    assert "The owl got it in three tries." in page.text
    page = does(browser, page, *TO_THE_BAG[1:], "pull", "swap-one")
    assert "Practice words. Do not use them for real." in page.text
    page = does(browser, page, "use", "trusted", "change", "tell", "finish")
    assert "These practice words are used up" in page.text
    assert "One to try next time" not in page.text


def test_two_words_that_go_together_are_named_until_one_is_swapped(world: World, ada: APerson) -> None:
    browser = world.signed_in(ada)
    page = does(browser, begins(browser), *TO_THE_BAG, "pull")
    one, two, three = (tile.text for tile in page.all(".mk > b"))
    assert f"{one} and {two} go together. The owl tries that." in page.text
    again = does(browser, page, "use")
    assert "Swap one." in again.text
    assert again.h1.text == page.h1.text
    page = does(browser, again, "swap-two")
    assert [tile.text for tile in page.all(".mk > b")][::2] == [one, three]
    assert "No two go together. The owl is stuck." in page.text


@pytest.mark.parametrize("seed", ["1", "2", "3", "a boat", "another"])
def test_whatever_the_bag_gives_there_is_something_to_find_and_a_swap_that_mends_it(seed: str) -> None:
    practice = practice_of("passwords.y3-4")
    pulled = replay(practice, [*TO_THE_BAG, "pull"], seed)
    assert together(practice, pulled) is not None
    assert together(practice, do(practice, pulled, "swap-one")) is None


def test_no_length_of_time_is_ever_named() -> None:
    for lesson in ("passwords.y1-2", "passwords.y3-4", "passwords.y5-6"):
        practice = practice_of(lesson)
        said = [case.says for act in practice.acts.values() for case in act.cases]
        said += [thing.detail for thing in practice.things.values()]
        assert not re.search(r"\b(second|minute|hour|day|year)s\b", " ".join(said)), lesson


def test_a_password_that_was_seen_is_changed_and_told_and_what_is_left_out_is_named(world: World, ada: APerson) -> None:
    browser = world.signed_in(ada)
    page = does(browser, begins(browser), *TO_THE_BAG, "pull", "swap-one", "use", "pal")
    assert "Let’s look again." in page.text
    page = does(browser, page, "trusted", "keep-it")
    assert "Let’s look again." in page.text
    assert not page.all("button[value=finish]")
    page = does(browser, page, "change", "finish")
    assert "One to try next time: Tell an adult." in page.text


def test_what_cannot_be_done_is_refused_and_an_old_page_changes_nothing(world: World, ada: APerson) -> None:
    browser = world.signed_in(ada)
    page = does(browser, begins(browser), "try-name")
    refused = browser.posts(page.path, {"act": "pull", "number": "2"}, status=422)
    assert "That cannot be done just now." in refused.text
    assert refused.all("button[value=try-team]")
    for act, number in (("try-name", "1"), ("try-team", "1"), ("try-team", "9")):
        page = browser.posts(page.path, {"act": act, "number": number}, status=200)
    assert page.all("button[value=try-team]")
    assert page.one("input[name=number]")["value"] == "2"


def test_the_field_for_typing_has_no_name_and_waits_for_script(world: World, ada: APerson) -> None:
    browser = world.signed_in(ada)
    page = does(browser, begins(browser), *TO_THE_BAG)
    field = page.one("word-bag input")
    assert not field.has_attr("name")
    assert page.one("word-bag").has_attr("hidden")
    assert page.all("button[value=pull]"), "without script the tiles do it all"


# What is typed


def at_the_bag(screen: Screen) -> Screen:
    screen.goto("/lessons/cove/y34/try")
    for act in TO_THE_BAG:
        with screen.expect_navigation():
            screen.locator(f"main button[value={act}]").click()
    return screen


@pytest.mark.browser
def test_what_is_typed_is_never_sent_and_never_kept(world: World, browse: Browse) -> None:
    screen = at_the_bag(browse(world.teacher("Mr Okoro", world.klass("Willow"))))
    screen.wait_for_load_state("networkidle")
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(" ".join([request.url, request.post_data or "", *request.headers.values()]))

    screen.on("request", note)
    field, line = screen.get_by_label("Or type three words"), screen.locator("word-bag [role=status]")

    for typed, said in (
        ("dragon bike lamp", "dragon is not in the bag. Pick words that you see here."),
        ("pencil coat", "Type three words from the bag."),
        ("Boot coat pencil", "boot and coat go together. Swap one."),
        ("coat coat pencil", "coat and coat go together. Swap one."),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(line).to_have_text(said)
    assert sent == []

    field.fill("Pencil, coat kite")
    with screen.expect_navigation():
        screen.get_by_role("button", name="Use the words I typed").click()
    expect(screen.locator("h1")).to_have_text("Who may know Ivy's password?")

    assert any("act=typed" in one for one in sent)
    kept = screen.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")
    for word in ("pencil", "coat", "kite", "dragon", "boot"):
        assert [one for one in sent if word in one.lower()] == [], word
        assert word not in stored(world).lower(), word
        assert word not in kept.lower(), word


@pytest.mark.browser
def test_typed_words_are_not_sent_with_the_tiles_either(world: World, browse: Browse) -> None:
    screen = at_the_bag(browse(world.teacher("Mr Okoro", world.klass("Willow")), PHONE))
    sent: list[str] = []
    screen.on("request", lambda request: sent.append(request.post_data or ""))
    screen.get_by_label("Or type three words").fill("pencil coat kite")
    with screen.expect_navigation():
        screen.get_by_role("button", name="Pull three").click()
    assert any("act=pull" in one for one in sent)
    assert [one for one in sent if "pencil" in one or "coat" in one] == []


# Years 5 and 6


def test_an_account_with_a_password_of_its_own_stays_shut_to_the_owl() -> None:
    practice = practice_of("passwords.y5-6")
    state = begin(practice)
    assert [one.key for one in sees(practice, state, "owl")] == ["email", "class"]
    state = replay(practice, ["email=ending", "class=own"])
    assert [one.key for one in sees(practice, state, "owl")] == ["email"]
    stays = do(practice, state, "done-accounts")
    assert stays.scene == "accounts"
    assert result(practice, stays).objectives == ()
    goes = replay(practice, ["email=own", "class=own", "done-accounts"])
    assert goes.scene == "machine"
    assert result(practice, goes).objectives == ("passwords.y5-6.1",)


def test_all_four_signs_are_found_before_the_trick_is_decided_on() -> None:
    practice = practice_of("passwords.y5-6")
    start = practice.safe_path.index("see-prize")
    state = replay(practice, [*practice.safe_path[: start + 3], "see-picture"])
    assert "spotted" not in offered(practice, state)
    assert "spotted" in offered(practice, do(practice, state, "see-hurry"))


def test_putting_it_right_goes_in_order() -> None:
    practice = practice_of("passwords.y5-6")
    state = replay(practice, practice.safe_path[: practice.safe_path.index("tell")])
    for early in ("warn", "check", "change"):
        tried = do(practice, state, early)
        assert (tried.scene, tried.values["step"]) == ("fix", "tell"), early
    for act in ("tell", "change", "check", "warn"):
        assert act in offered(practice, state)
        state = do(practice, state, act)
        assert act == "warn" or act not in offered(practice, state)
    assert result(practice, state).is_over
    assert "passwords.y5-6.4" in result(practice, state).objectives


def test_someone_who_logged_in_quickly_is_helped_and_does_well() -> None:
    practice = practice_of("passwords.y5-6")
    start = practice.safe_path.index("shop")
    state = replay(practice, [*practice.safe_path[:start], "log-in", *practice.safe_path[start + 1 :]])
    assert state.risks == 0
    assert result(practice, state).objectives == practice.objectives


# Years 1 and 2


def test_the_youngest_see_a_picture_for_each_code_and_the_box_opens_for_the_owl(world: World) -> None:
    browser = world.signed_in(world.teacher("Mr Okoro", world.klass("Oak", year_group=1)))
    page = browser.visits("/lessons/cove/y12/try")
    assert len(page.all("label.choice svg")) == 3
    assert not page.all("word-bag")
    page = browser.posts("/lessons/cove/y12/try", {"act": "cat"}, status=200)
    assert "the owl knows that, so the box is open" in page.text
    assert not page.all("input[type=radio][value=cat]")
    refused = browser.posts("/lessons/cove/y12/try", {"did": "cat", "act": "cat"}, status=422)
    assert refused.all("input[value=mix]")


def test_an_adult_is_there_before_the_owl_opens_a_third_box() -> None:
    practice = practice_of("passwords.y1-2")
    assert replay(practice, ["cat"]).risks == 1
    assert replay(practice, ["cat", "name"]).risks == 0
    page = page_of(practice, replay(practice, ["mix", "odd"]), None)
    assert page.is_for_the_youngest
    assert {act.key for act in page.choices} == {"cover", "show-mia"}
