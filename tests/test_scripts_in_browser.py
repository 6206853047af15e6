"""What script adds, in a real browser: hearing a page read, tapping pictures once, and an answer that is never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.secrets import PICTURES
from accounts.weekly_letter import stop_token, wants_letters
from database import writing
from tests.harness.browser import PHONE, Browse, axe
from tests.harness.world import APerson, World

pytestmark = pytest.mark.browser

#: Headless Chromium has no voice (DESIGN.md 17): one that is on the device, one that is not, and a memory of what was
#: said and what was marked meanwhile.
VOICES = """
  window.spoken = [];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [
      { lang: "en-GB", localService: false, name: "far" },
      { lang: "en-GB", localService: true, name: "here" },
    ],
    speak(said) {
      const marked = [...document.querySelectorAll(".is-read")].map(each => each.textContent).join("").trim();
      window.spoken.push([said.text.trim(), said.voice.name, marked]);
      if (!window.holds) setTimeout(() => said.onend && said.onend({}), 5);
    },
    cancel() {}, addEventListener() {}, removeEventListener() {},
  } });
"""
NO_VOICE = VOICES.replace("localService: true", "localService: false")


@pytest.fixture
def musa(world: World) -> APerson:
    willow = world.klass("Willow", year_group=3)
    world.opens_door(willow)
    return world.pupil("Musa", willow)


def sets_sail(page: Page) -> None:
    page.goto("/chart")
    page.locator(".nextbar").get_by_role("button", name="Set sail").click()
    page.wait_for_url(re.compile(r"/sail/\w+/1$"))


# Listen


def test_musa_hears_the_heading_the_words_and_each_choice_and_sees_which_is_said(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICES)
    sets_sail(page)
    heading = page.locator("h1").inner_text()
    choices = page.locator(".choice").all_inner_texts()

    page.get_by_role("button", name="Listen").click()
    expect(page.get_by_role("button", name="Listen")).to_have_attribute("aria-pressed", "false")

    spoken = page.evaluate("spoken")
    said = [text for text, _, _ in spoken]
    assert {voice for _, voice, _ in spoken} == {"here"}, "only a voice on the device may hear the page"
    assert [marked for _, _, marked in spoken] == said, "the sentence that is said is the one that is marked"
    whole = " ".join(said)
    places = [whole.index(heading), *(whole.index(choice.split("\n")[-1].strip()) for choice in choices)]
    assert places == sorted(places)
    assert page.locator(".is-read").count() == 0


def test_pressing_listen_again_stops_and_the_page_is_as_it_was(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(VOICES + "window.holds = true;")
    sets_sail(page)
    before = page.locator("main").inner_text()

    page.get_by_role("button", name="Listen").click()
    expect(page.locator(".is-read")).not_to_have_count(0)
    page.get_by_role("button", name="Listen").click()

    expect(page.locator(".is-read")).to_have_count(0)
    assert page.locator("main").inner_text() == before


def test_a_device_whose_voices_are_all_elsewhere_offers_no_listen(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.add_init_script(NO_VOICE)
    sets_sail(page)

    assert page.locator("read-aloud").count() == 1
    expect(page.locator("read-aloud button")).to_be_hidden()


# Saving


def test_an_answer_that_cannot_be_sent_stays_on_the_page_and_is_sent_until_it_is_kept(
    browse: Browse, musa: APerson
) -> None:
    page = browse(musa, allow=("ERR_FAILED", "status of 503"))
    sent: list[str] = []
    weather = ["cut", "cut", "down", "fine"]

    def network(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data or "")
        now = weather[min(len(sent), len(weather)) - 1]
        if now == "cut":
            return route.abort()
        return route.fulfill(status=503) if now == "down" else route.continue_()

    sets_sail(page)
    page.route("**/sail/**", network)
    page.locator(".choice").first.click()
    page.get_by_role("button", name="This is what I think").click()

    expect(page.get_by_text("Not saved yet. We will keep trying.")).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(1)
    page.wait_for_url(re.compile(r"/2$"), timeout=15_000)
    assert len(sent) == 4
    assert len(set(sent)) == 1, "it is the same answer each time"


def test_a_double_tap_is_one_answer(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    sent: list[str] = []
    sets_sail(page)
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator(".choice").first.click()
    page.get_by_role("button", name="This is what I think").dblclick(no_wait_after=True)
    page.wait_for_url(re.compile(r"/2$"))

    assert len(sent) == 1


def test_no_answer_yet_is_said_in_words(browse: Browse, musa: APerson) -> None:
    page = browse(musa, allow=("422",))
    sets_sail(page)
    page.get_by_role("button", name="This is what I think").click()

    expect(page.get_by_role("alert")).to_contain_text("Pick one answer")


# Signing in and out


@pytest.mark.parametrize("script", [True, False])
def test_musa_taps_his_pictures(browse: Browse, world: World, musa: APerson, script: bool) -> None:
    """With script the taps are collected and posted once; without it each tap posts and one porthole more is filled."""
    willow = musa.klass
    assert willow is not None
    page = browse(size=PHONE, script=script)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.goto("/code")
    page.get_by_label("What is your class code?").fill(willow.code.lower())
    page.get_by_role("button", name="Find my class").click()
    page.get_by_role("link", name="Musa").click()
    expect(page.locator("h1")).to_have_text("Hello, Musa")
    posted.clear()
    for number, key in enumerate(world.secret_of(musa), 1):
        page.get_by_role("button", name=PICTURES[key], exact=True).click()
        if number < 3:
            expect(page.locator(".port--on")).to_have_count(number)
    page.wait_for_url("**/chart")

    assert len(posted) == (1 if script else 3)


def test_a_card_signs_in_and_leaves_nothing_in_the_address(browse: Browse, world: World, musa: APerson) -> None:
    page = browse(size=PHONE)
    page.goto(f"/card#{world.card_of(musa)}")
    page.wait_for_url("**/chart")
    page.go_back()

    assert world.card_of(musa) not in page.evaluate("location.href + history.length")


def test_words_can_be_hidden_from_a_neighbour(browse: Browse, world: World) -> None:
    larch = world.klass("Larch", year_group=5)
    world.opens_door(larch)
    nia = world.pupil("Nia", larch)
    page = browse(world.looking_for_a_boat(larch))
    page.goto(f"/boats/{nia.public_id}")
    fields = page.locator(".inp")
    page.get_by_role("button", name="Hide words").click()

    assert [field.get_attribute("type") for field in fields.all()] == ["password"] * 3
    page.get_by_role("button", name="Show words").click()
    for field, word in zip(fields.all(), world.secret_of(nia), strict=True):
        field.fill(word)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/chart")


def test_signing_out_empties_the_browsers_storage(browse: Browse, musa: APerson) -> None:
    page = browse(musa)
    page.goto("/chart")
    page.evaluate("localStorage.setItem('left', 'behind'); sessionStorage.setItem('left', 'behind')")
    page.locator(".rail__me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/code")

    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


# Codes in an address


#: A person's browser: Playwright's says of itself that a program drives it.
A_PERSONS = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false });"


def test_the_link_in_a_letter_stops_it_by_one_tap_for_a_person_alone(browse: Browse, world: World) -> None:
    sam = world.parent_of(world.pupil("Amina"))
    address = f"/families/stop/{stop_token(world.keys, sam.public_id)}"
    scanner = browse(size=PHONE)
    scanner.goto(address)
    scanner.wait_for_timeout(500)
    expect(scanner.get_by_role("heading", name="No more letters?")).to_be_visible()

    behind = browse(size=PHONE)
    behind.add_init_script(A_PERSONS + "window.seen = false; document.hasFocus = () => window.seen;")
    behind.goto(address)
    behind.wait_for_timeout(500)
    expect(behind.get_by_role("button", name="Stop the letters")).to_be_visible()
    behind.evaluate("window.seen = true; window.dispatchEvent(new Event('focus'))")
    expect(behind.get_by_role("heading", name="The letters have stopped")).to_be_visible()

    page = browse(size=PHONE)
    page.add_init_script(A_PERSONS)
    page.goto(address)
    expect(page.get_by_role("heading", name="The letters have stopped")).to_be_visible()
    page.get_by_role("button", name="Start the letters again").click()
    expect(page.get_by_role("heading", name="You will get the letters again")).to_be_visible()
    assert axe(page) == []
    with world.app.app_context(), writing() as connection:
        assert wants_letters(connection, sam.id)


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/families/join#ACDEFGHJKLMN", "ACDE FGHJ KLMN"),
        ("/families/renew#ACDEFGHJKLMNPQRT", "ACDE FGHJ KLMN PQRT"),
        ("/families/renew#made-up", ""),
    ],
)
def test_the_code_of_a_letter_or_a_mail_types_itself_and_leaves_the_address(
    browse: Browse, address: str, typed: str
) -> None:
    page = browse(size=PHONE)
    page.goto(address)
    expect(page.locator("input[name=code]")).to_have_value(typed)
    if typed:
        assert "#" not in page.url
