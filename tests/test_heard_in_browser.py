"""Heard and reachable, in a real browser: Listen, touch that speaks, a device without a voice, changes that are
announced, and pages as each pupil likes them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.bands import BANDS
from accounts.models import SchoolClass
from database import db
from tests.harness.browser import NARROW, TABLET, Browse, axe, scrolls_sideways
from tests.harness.learner import Learner
from tests.harness.voice import VOICE
from tests.harness.world import AClass, APerson, World

pytestmark = pytest.mark.browser

HOLDING = VOICE + "window.holds = true;"
NO_VOICE = VOICE.replace("localService: true", "localService: false")


def spoken(page: Page) -> list[str]:
    return [each["text"] for each in page.evaluate("spoken")]


def words_of(place: Locator) -> str:
    """As they are written, whatever the page makes them look like."""
    return " ".join((place.text_content() or "").split())


def hears_all(page: Page) -> None:
    """Presses Listen and waits for the end."""
    listen = page.get_by_role("button", name="Listen")
    listen.click()
    expect(listen).to_have_attribute("aria-pressed", "false")


def opens_a_question(page: Page) -> None:
    page.goto("/chart")
    page.locator(".nextbar").get_by_role("button", name="Set sail").click()
    page.wait_for_url(re.compile(r"/sail/\w+/1$"))


def likes(page: Page, **settings: str) -> None:
    """Chooses on the settings page, as a pupil does."""
    page.goto("/my-page")
    for name, value in settings.items():
        page.locator(f"label:has(input[name={name}][value={value}])").click()
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile(r"kept=1"))


def becomes(world: World, klass: AClass, band: str) -> None:
    """The class's lessons are now those of this band; a lesson under way goes on."""
    with world.saving():
        db.session.get_one(SchoolClass, klass.id).chosen_band = band


@pytest.fixture
def willow(world: World) -> AClass:
    return world.klass("Willow", year_group=3)


@pytest.fixture
def musa(world: World, willow: AClass) -> APerson:
    return world.pupil("Musa", willow)


@pytest.fixture
def nia(world: World, willow: AClass) -> APerson:
    return world.pupil("Nia", willow)


def opens_a_question_as(world: World, page: Page, klass: AClass, band: str) -> None:
    """A question on the screen of a pupil of this band: begun in Years 3-4, whose lessons there are."""
    opens_a_question(page)
    becomes(world, klass, band)
    page.reload()


# Listen


@pytest.mark.parametrize("band", sorted(BANDS))
def test_listen_reads_the_question_then_each_choice_and_marks_what_it_says(
    browse: Browse, world: World, willow: AClass, musa: APerson, band: str
) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    opens_a_question_as(world, page, willow, band)
    hears_all(page)

    said = page.evaluate("spoken")
    said = [each for each in said if each["text"] != "Listen"]
    assert {each["voice"] for each in said} == {"here"}
    assert [each["marked"] for each in said] == [each["text"] for each in said]
    whole = " ".join(each["text"] for each in said)
    order = [whole.index(words_of(page.locator("h1")))]
    order += [whole.index(words_of(choice)) for choice in page.locator(".choice .grow").all()]
    assert order == sorted(order)
    is_young = band in ("eyfs", "y1-2")
    assert ("This is what I think" in whole) == is_young, "who cannot read a button hears it"


@pytest.mark.parametrize(("choice", "rate"), [("slow", 0.7), ("normal", 0.92), ("quick", 1.2)])
def test_the_voice_is_as_fast_as_the_pupil_likes(browse: Browse, musa: APerson, choice: str, rate: float) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    likes(page, rate=choice, touch="on")
    opens_a_question(page)
    hears_all(page)
    page.locator(".choice").first.click()

    assert {each["rate"] for each in page.evaluate("spoken")} == {rate}


def test_touching_a_choice_stops_listen_and_listen_stops_the_choice(
    browse: Browse, world: World, willow: AClass, musa: APerson
) -> None:
    page = browse(musa)
    page.add_init_script(HOLDING)
    opens_a_question_as(world, page, willow, "y1-2")
    listen = page.get_by_role("button", name="Listen")
    listen.click()
    expect(listen).to_have_attribute("aria-pressed", "true")
    page.locator(".choice").first.click()

    expect(listen).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".is-read")).to_have_count(0)
    expect(page.locator(".is-said")).to_have_count(1)
    listen.click()
    expect(page.locator(".is-said")).to_have_count(0)
    expect(page.locator(".is-read")).not_to_have_count(0)


# Touch


@pytest.mark.parametrize("band", ["eyfs", "y1-2"])
def test_the_youngest_hear_each_choice_as_they_touch_it_and_nothing_is_sent_until_they_go(
    browse: Browse, world: World, willow: AClass, musa: APerson, band: str
) -> None:
    page = browse(musa, TABLET, has_touch=True)
    page.add_init_script(VOICE)
    opens_a_question_as(world, page, willow, band)
    where = page.url
    for choice in page.locator(".choice").all():
        choice.tap()
        assert spoken(page)[-1] == words_of(choice.locator(".grow"))
        expect(choice.locator("input")).to_be_checked()
    assert len(spoken(page)) == page.locator(".choice").count(), (
        "once each: the touch says it, the click does not again"
    )
    page.locator("h1").tap()
    assert spoken(page)[-1] == words_of(page.locator("h1"))
    page.locator(".help").tap(trial=True)
    assert page.url == where

    page.locator(".choice").first.tap()
    go = page.get_by_role("button", name="This is what I think")
    page.evaluate(
        "sessionStorage.setItem('last', ''); addEventListener('pagehide', () => "
        "sessionStorage.setItem('last', spoken.at(-1).text))"
    )
    go.tap()
    page.wait_for_url(re.compile(r"/2$"))
    assert page.evaluate("sessionStorage.getItem('last')") == "This is what I think", "said, and done all the same"


def test_the_keyboard_hears_what_it_reaches(browse: Browse, world: World, willow: AClass, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    opens_a_question_as(world, page, willow, "eyfs")
    page.locator(".choice input").first.focus()
    page.keyboard.press("ArrowDown")
    assert spoken(page)[-1] == words_of(page.locator(".choice .grow").nth(1))
    expect(page.locator(".choice input").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    assert spoken(page)[-1] == "This is what I think"


def test_older_pupils_hear_nothing_until_they_choose_to(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    opens_a_question(page)
    page.locator(".choice").first.click()
    assert spoken(page) == []

    likes(page, touch="on")
    page.goto("/chart")
    page.locator(".nextbar").get_by_role("link", name="Carry on").click()
    page.wait_for_url(re.compile(r"/sail/"))
    page.locator(".choice").first.click()
    assert spoken(page) == [words_of(page.locator(".choice .grow").first)]


def test_a_picture_password_is_not_said_aloud(browse: Browse, world: World) -> None:
    oak = world.klass("Oak", year_group=1)
    world.opens_door(oak)
    leo = world.pupil("Leo", oak)
    page = browse(world.looking_for_a_boat(oak))
    page.add_init_script(VOICE)
    page.goto("/boats")
    page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('last', spoken.at(-1)?.text))")
    page.locator("a.name").click()
    page.wait_for_url(re.compile(leo.public_id))
    assert page.evaluate("sessionStorage.getItem('last')") == "Leo"
    page.locator(".pic").first.click()
    assert spoken(page) == []
    page.locator("h1").click()
    assert spoken(page) == ["Hello, Leo"]


def test_a_picture_button_says_itself_and_does_what_it_does_and_the_result_speaks_when_touched(
    browse: Browse, world: World, willow: AClass, musa: APerson
) -> None:
    learner = Learner(world, musa, "passwords.y3-4").answers("A")
    cards = learner.bank.lessons.lesson("passwords.y3-4").cards
    learner.turns(next(number for number, card in enumerate(cards) if card.activity is not None))
    becomes(world, willow, "eyfs")
    page = browse(musa, TABLET, has_touch=True)
    page.add_init_script(VOICE)
    page.goto(f"/sail/{learner.attempt.public_id}")
    pick = page.locator("button.pick").first
    words = pick.get_attribute("aria-label") or words_of(pick)
    hears_all(page)
    assert words in spoken(page), "Listen reads the buttons too"

    page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('last', spoken.at(-1).text))")
    pick.tap()
    why = page.locator(".why p")
    expect(why).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('last')") == words
    expect(page.locator("[data-change]")).to_have_text(words_of(why))
    why.tap()
    assert spoken(page)[-1] == words_of(why)


# A device without a voice


def test_a_tablet_without_a_voice_says_so_once_to_the_grown_up_and_is_never_an_error(
    browse: Browse, world: World, willow: AClass, musa: APerson
) -> None:
    page = browse(musa, TABLET)
    page.add_init_script(NO_VOICE)
    opens_a_question_as(world, page, willow, "y1-2")
    line = page.get_by_role("status").filter(has_text="This tablet has no voice of its own.")

    expect(line).to_be_visible()
    expect(page.locator("read-aloud button")).to_be_hidden()
    assert axe(page) == []
    page.locator(".choice").first.click()
    expect(page.locator(".choice input").first).to_be_checked()
    page.get_by_role("button", name="Put away").click()
    expect(line).to_be_hidden()
    page.reload()
    page.wait_for_timeout(3300)
    expect(line).to_be_hidden()
    page.locator(".rail__me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/code")
    assert page.evaluate("Object.keys(localStorage)") == ["no-voice"], "the next child's grown-up has been told"


def test_a_tablet_with_a_voice_says_nothing_about_it(
    browse: Browse, world: World, willow: AClass, musa: APerson
) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    opens_a_question_as(world, page, willow, "eyfs")
    page.wait_for_timeout(3300)
    expect(page.locator(".no-voice")).to_be_hidden()


# What has changed is announced


def test_what_an_answer_led_to_is_announced_and_focus_stays(browse: Browse, world: World, musa: APerson) -> None:
    page = browse(musa)
    opens_a_question(page)
    page.evaluate(
        "document.body.insertAdjacentElement('beforeend', document.createElement('say-change')).append('Two  boats')"
    )
    announced = page.locator("[data-change]")
    expect(announced).to_have_text("Two boats")
    expect(announced).to_have_attribute("role", "status")
    assert page.evaluate("document.activeElement === document.body")
    expect(announced).to_have_text("", timeout=9000)


def test_the_page_after_an_answer_announces_what_it_led_to(browse: Browse, world: World, musa: APerson) -> None:
    """A question of "remember", weeks after the lesson: its result is a page of its own."""
    Learner(world, musa, "passwords.y3-4").answers("A").answers("B").finishes()
    world.clock.moves(days=15)
    page = browse(musa)
    page.goto("/chart")
    page.locator("button[form=again]").first.click()
    page.wait_for_url(re.compile(r"/sail/\w+/1$"))
    page.locator(".choice").first.click()
    page.get_by_role("button", name="Check my answer").click()

    result = page.locator(".fb")
    announced = page.locator("[data-change]")
    expect(announced).to_have_text(f"{words_of(result.locator('h1'))} {words_of(result.locator('.speech p'))}")


# Pages as each pupil likes them


@pytest.mark.parametrize(
    "settings",
    [
        {"letters": "capitals", "size": "largest"},
        {"letters": "weighted", "size": "largest"},
        {"quiet": "on", "calm": "on"},
    ],
    ids=["capitals and largest", "weighted and largest", "quiet and calm"],
)
@pytest.mark.parametrize("band", sorted(BANDS))
def test_each_setting_fits_the_narrowest_window_and_axe_finds_nothing(
    browse: Browse, world: World, willow: AClass, musa: APerson, band: str, settings: dict[str, str]
) -> None:
    world.opens_box()
    page = browse(musa)
    page.add_init_script(VOICE)
    likes(page, **settings)
    opens_a_question_as(world, page, willow, band)
    question = page.url
    for path in (question, "/chart", "/my-page", "/help"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-band", BANDS[band])
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert scrolls_sideways(page) == [], path
        page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
        assert axe(page) == [], path


def test_capitals_are_a_look_and_the_words_stay(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    likes(page, letters="capitals", touch="on")
    opens_a_question(page)
    choice = page.locator(".choice .grow").first
    assert choice.inner_text() == words_of(choice).upper()
    page.locator(".choice").first.click()
    assert spoken(page) == [words_of(choice)], "a voice would spell capitals"


def test_larger_is_larger_and_calm_is_still(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    size = "parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)"
    page.goto("/my-page")
    usual = page.evaluate(size)
    likes(page, size="largest", calm="on")
    assert page.evaluate(size) == pytest.approx(usual * 1.3)
    page.goto("/chart")
    moving = page.evaluate("document.getAnimations().length")
    likes(page, size="normal", calm="off")
    page.goto("/chart")
    assert moving == 0
    assert page.evaluate("document.getAnimations().length") > 0


def test_the_dyslexic_letters_are_fetched_by_those_who_chose_them_alone(
    browse: Browse, musa: APerson, nia: APerson
) -> None:
    fetched: dict[str, list[str]] = {}
    for person, letters in ((musa, "weighted"), (nia, "usual")):
        page = browse(person)
        likes(page, letters=letters)
        opens_a_question(page)
        page.wait_for_load_state("networkidle")
        fetched[person.name] = page.evaluate(
            "performance.getEntriesByType('resource').map(each => each.name.split('/').at(-1))"
        )
    assert any(name.startswith("harbour-weighted") for name in fetched["Musa"])
    assert not any(name.startswith("harbour-weighted") for name in fetched["Nia"])


def test_each_choice_shows_at_once_and_is_kept_by_the_button_alone(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICE)
    page.goto("/my-page")
    html = page.locator("html")
    page.locator("label:has(input[value=largest])").click()
    expect(html).to_have_attribute("data-size", "largest")
    page.locator("label:has(input[name=size][value=normal])").click()
    expect(html).not_to_have_attribute("data-size", re.compile(""))
    assert spoken(page) == []
    page.locator("label:has(input[name=touch][value=on])").click()
    page.locator("label:has(input[value=quick])").click()
    assert page.evaluate("spoken.at(-1)") == {"text": "Quick", "voice": "here", "rate": 0.92, "marked": "Quick"}
    page.locator("label:has(input[value=capitals])").click()
    assert page.evaluate("spoken.at(-1).rate") == 1.2
    page.reload()
    expect(html).not_to_have_attribute("data-touch", re.compile(""))


def test_two_pupils_on_one_tablet_each_have_their_own(
    browse: Browse, world: World, musa: APerson, nia: APerson
) -> None:
    page = browse(musa, script=False)
    likes(page, size="large")
    other = browse(musa, script=False)
    other.goto("/chart")
    expect(other.locator("html")).to_have_attribute("data-size", "large")
    page.locator(".rail__me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.context.clear_cookies()
    page.context.add_cookies(
        [
            {"name": name, "value": value, "url": page.url, "httpOnly": True, "sameSite": "Lax"}
            for name, value in world.signed_in(nia).cookies().items()
        ]
    )
    page.goto("/chart")
    expect(page.locator("html")).not_to_have_attribute("data-size", re.compile(""))
