"""Every activity in real Chromium: nothing that keeps anybody out, by keyboard alone, by touch, by carrying cards."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.activities.kind import Act, is_good
from lessons.lesson import Card, Lesson
from quizzes import catalogue
from quizzes.catalogue import QuizCatalogue
from tests.browser.lesson_driver import do_thing, taps
from tests.harness.activity_shelf import shelf_of
from tests.harness.browser import AXE, LAPTOP, NARROW, PHONE, Browse, keeps_out
from tests.harness.world import APerson, World

pytestmark = pytest.mark.browser

YEARS = {"eyfs": 0, "y1-2": 2, "y3-4": 3, "y5-6": 5}
#: How many times Tab may be pressed between one act and the next: the focus lands where the pupil was.
MOST_TABS = 16


@pytest.fixture
def shelf(band: str, monkeypatch: pytest.MonkeyPatch) -> QuizCatalogue:
    bank = shelf_of(band)
    monkeypatch.setattr(catalogue, "load", lambda: bank)
    return bank


@pytest.fixture
def lesson(shelf: QuizCatalogue) -> Lesson:
    return next(iter(shelf.lessons.lessons.values()))


@pytest.fixture
def kofi(world: World, band: str) -> APerson:
    return world.pupil("Kofi", world.klass("Willow", year_group=YEARS[band]))


def sets_sail(page: Page, lesson: Lesson) -> None:
    page.goto("/chart")
    taps(page, page.locator(f"button[name=place][value={lesson.place}]:visible").first)


def controls(page: Page, card: Card, act: Act) -> list[Locator]:
    """What is pressed for this act, one after the other: the last one sends it."""
    assert card.activity is not None
    found = []
    for name, values in card.activity.form_of(act).items():
        for value in values:
            control = f'[name="{name}"][value="{value}"]'
            if page.locator(f"main button{control}").count():
                return [page.locator(f"main button{control}")]
            if page.locator(f"main label {control}").count():
                found.append(page.locator(f"main {control}"))
    return [*found, page.locator("main form button[type=submit]")]


@pytest.mark.parametrize("band", list(YEARS))
def test_no_activity_keeps_anybody_out_at_any_width(lesson: Lesson, kofi: APerson, browse: Browse) -> None:
    """At the start, or after the first act, and at the end: axe, targets for small fingers, no sideways scroll."""
    page = browse(kofi)
    page.context.add_init_script(AXE)
    sets_sail(page, lesson)
    wrong: list[str] = []
    for card in lesson.cards:
        assert card.activity is not None
        acts: dict[str, list[Act]] = {}
        while True:
            name, tap = do_thing(page, card.activity, set(), acts)
            is_end = name.endswith("-done")
            if is_end or sum(map(len, acts.values())) == 2 or card.activity.kind == "word-tiles":
                sizes = (LAPTOP, PHONE, NARROW)
                wrong += keeps_out(page, name, sizes, is_pupils=True, axe_at=(NARROW,))
            taps(page, tap)
            if is_end:
                break
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("band", ["y3-4"])
def test_every_activity_is_done_by_keyboard_alone(lesson: Lesson, kofi: APerson, browse: Browse) -> None:
    page = browse(kofi)
    sets_sail(page, lesson)
    for card in lesson.cards:
        assert card.activity is not None
        acts: dict[str, list[Act]] = {}
        while (act := next(filter(is_good, card.activity.offers(acts)), None)) is not None:
            *boxes, last = controls(page, card, act)
            for box in boxes:
                tabs_to(page, box, is_first=not acts)
                page.keyboard.press("Space")
                expect(box).to_be_checked()
            tabs_to(page, last, is_first=not acts and not boxes)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            acts.setdefault(act.key, []).append(act)
        tabs_to(page, page.locator(".seabar form button"), is_first=False)
        with page.expect_navigation():
            page.keyboard.press("Enter")


def tabs_to(page: Page, control: Locator, *, is_first: bool) -> None:
    """Presses Tab, and inside a row of tiles the arrow, until this has the focus."""
    presses = 40 if is_first else MOST_TABS
    found = control.element_handle()  # looked up once, and not before each press
    assert found is not None
    for _ in range(presses):
        focus = found.evaluate(
            "each => each === document.activeElement ? 'here' : each.type === 'radio' && "
            "document.activeElement.name === each.name && each.name !== '' ? 'in its row' : 'elsewhere'"
        )
        if focus == "here":
            return
        page.keyboard.press("ArrowRight" if focus == "in its row" else "Tab")
    raise AssertionError(f"{presses} presses do not lead to {control}")


@pytest.mark.parametrize("band", ["eyfs", "y5-6"])
def test_every_activity_is_done_by_touch_on_a_phone(lesson: Lesson, kofi: APerson, browse: Browse) -> None:
    page = browse(kofi, PHONE, has_touch=True)
    sets_sail(page, lesson)
    for card in lesson.cards:
        assert card.activity is not None
        acts: dict[str, list[Act]] = {}
        while (act := next(filter(is_good, card.activity.offers(acts)), None)) is not None:
            *boxes, last = controls(page, card, act)
            for box in boxes:
                box.tap()
            with page.expect_navigation():
                last.tap()
            acts.setdefault(act.key, []).append(act)
        with page.expect_navigation():
            page.locator(".seabar form button").tap()


@pytest.mark.parametrize("band", ["y3-4"])
def test_a_card_is_carried_to_its_place_and_let_go_elsewhere_it_comes_back(
    lesson: Lesson, kofi: APerson, browse: Browse
) -> None:
    page = browse(kofi)
    sets_sail(page, lesson)
    there = page.url

    carries(page, page.locator(".item h2"), page.locator("h1"))
    assert page.locator(".bin .sorted").count() == 0
    assert page.locator(".item").evaluate("each => each.style.translate") == ""

    with page.expect_navigation():
        carries(page, page.locator(".item h2"), page.locator(".bin--1 h2"))
    assert page.url.split("?")[0] == there
    expect(page.locator(".bin--1 .sorted")).to_have_text("My home address")

    page.goto(there)
    for _ in range(2):
        taps(page, page.locator("button.pick").first)
    taps(page, page.locator(".seabar form button"))
    with page.expect_navigation():
        carries(page, page.get_by_role("button", name="Stop and put it down"), page.locator(".belt .slot").first)
    expect(page.locator(".belt .sorted")).to_have_text(re.compile("Stop and put it down"))


def carries(page: Page, card: Locator, place: Locator) -> None:
    """Holds the card, moves it over the place and lets it go."""
    for held, press in ((card, page.mouse.down), (place, page.mouse.up)):
        box = held.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
        press()


@pytest.mark.parametrize("band", ["y3-4"])
def test_a_tap_beside_the_clues_does_nothing_and_on_one_it_is_covered_at_once(
    lesson: Lesson, kofi: APerson, browse: Browse
) -> None:
    page = browse(kofi)
    goes_to(page, lesson, "spot-the-clue")
    there = page.url
    page.locator(".snap__in > svg").click(position={"x": 90, "y": 60})
    assert page.url == there
    assert page.locator(".found .sorted:not(.slot)").count() == 0
    page.route("**/sail/**", lambda route: route.fallback() if route.request.method == "GET" else None)  # not yet saved
    page.get_by_role("button", name="Door number").click()
    expect(page.locator("#sticker-2")).to_be_visible()


@pytest.mark.parametrize("band", ["y3-4"])
def test_word_tiles_show_what_is_built_and_a_bag_holds_no_more_than_is_pulled(
    lesson: Lesson, kofi: APerson, browse: Browse
) -> None:
    page = browse(kofi)
    goes_to(page, lesson, "word-tiles")
    for words in ("Someone sent me", "a secret"):
        page.locator("label.choice", has_text=words).click()
    expect(page.locator(".built")).to_have_text("Someone sent mea secret")
    page.locator("label.choice", has_text="not sure").click()
    taps(page, page.get_by_role("button", name="Say it"))
    taps(page, page.locator(".seabar form button"))
    for word in ("jam", "roof", "sock", "goat"):
        page.locator("label.choice", has_text=word).click()
    assert page.locator("input:checked").evaluate_all("all => all.map(each => each.value)") == ["1.2", "1.3", "1.4"]
    expect(page.locator(".built")).to_have_text("roofsockgoat")


def goes_to(page: Page, lesson: Lesson, kind: str) -> None:
    """Plays every card before the first of this kind."""
    sets_sail(page, lesson)
    for card in lesson.cards:
        assert card.activity is not None
        if card.activity.kind == kind:
            return
        acts: dict[str, list[Act]] = {}
        while True:
            name, tap = do_thing(page, card.activity, set(), acts)
            taps(page, tap)
            if name.endswith("-done"):
                break
