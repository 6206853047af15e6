"""The lifebuoy in real Chromium: by taps, by keys, by pictures alone; on a slow line, without a line, out of sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.harness.browser import LAPTOP, NARROW, PHONE, TABLET, Browse, LiveServer, chromium_path, keeps_out
from tests.harness.told import WORDS, planted, told
from tests.harness.world import APerson, World

pytestmark = pytest.mark.browser

#: What Chromium says by itself about a line that was cut on purpose.
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_ABORTED", "error occurred when fetching the script")


@pytest.fixture
def amina(world: World) -> APerson:
    world.opens_box()
    return world.pupil("Amina", world.klass("Willow", 3))


def sends(page: Page, words: str = WORDS) -> None:
    page.locator("label.choice", has_text="Worried").click()
    page.locator("#words").fill(words)
    page.get_by_role("button", name="Send it").click()


def waits_until(holds: Callable[[], bool], page: Page) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")


def is_kept_for_later(page: Page) -> int:
    """How many forms lie in this browser's outbox."""
    return int(
        page.evaluate(
            """async () => {
              if (!(await indexedDB.databases()).some(({name}) => name === "harbour-outbox")) return 0;
              const base = await new Promise(done => {
                const asked = indexedDB.open("harbour-outbox"); asked.onsuccess = () => done(asked.result); });
              const asked = base.transaction("waiting").objectStore("waiting").count();
              const count = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
              base.close();
              return count;
            }"""
        )
    )


# Sending


@pytest.mark.parametrize("script", [True, False])
def test_amina_tells_with_and_without_script(world: World, browse: Browse, amina: APerson, script: bool) -> None:
    page = browse(amina, script=script)
    page.goto("/help")
    sends(page)
    expect(page.locator("h1")).to_have_text("It’s sent. Thank you for telling us.")
    assert [(one["words"], one["feeling"], one["wants_talk"]) for one in told(world)] == [(WORDS, "worried", True)]


@pytest.mark.parametrize("year", [0, 2])
def test_nia_tells_with_all_words_hidden(world: World, browse: Browse, year: int) -> None:
    """Reception and Years 1 and 2: the pictures alone say what is what."""
    world.opens_box()
    page = browse(world.pupil("Nia", world.klass("Acorn", year)), size=TABLET, has_touch=True)
    page.goto("/help")
    page.evaluate(
        """() => {
          const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (words.nextNode()) words.currentNode.data = "";
        }"""
    )
    tiles = page.locator("tell-form .tiles")
    for picture in (
        tiles.nth(0).locator(".choice svg").nth(2),
        tiles.nth(1).locator(".choice svg").nth(0),
        page.locator("tell-form [type=submit] svg"),
    ):
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/help/sent?**")
    (one,) = told(world)
    assert (one["feeling"], one["wants"], one["wants_talk"]) == ("scared", "teacher", True)


def test_amina_tells_by_keys_alone(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina)
    page.goto("/help")
    for name, keys in (
        ("feeling", ("Space", "ArrowRight")),
        ("wants", ("Space",)),
        ("words", ()),
        ("head", ("Space",)),
    ):
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == name:
                break
        for key in keys:
            page.keyboard.press(key)
        if name == "words":
            page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/sent?**")
    (one,) = told(world)
    assert (one["feeling"], one["wants"], one["words"], one["is_for_head"]) == ("sad", "teacher", WORDS, True)


def test_a_double_tap_on_a_slow_line_is_one(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina)
    posted: list[str] = []

    def slow(route: Route) -> None:
        posted.append(route.request.url)
        page.wait_for_timeout(600)
        route.continue_()

    page.goto("/help")
    page.route("**/help/send", slow)
    page.locator("#words").fill(WORDS)
    page.get_by_role("button", name="Send it").dblclick(no_wait_after=True)
    page.wait_for_url("**/help/sent?**")
    assert (len(posted), len(told(world))) == (1, 1)


def test_back_after_sending_shows_no_words(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina)
    page.goto("/chart")
    page.locator("a.help").click()
    sends(page)
    page.wait_for_url("**/help/sent?**")
    page.go_back()
    assert page.url.endswith("/chart"), "the page with the words was put away"
    assert len(told(world)) == 1


def test_words_that_are_too_many_come_back_with_what_to_do(browse: Browse, amina: APerson) -> None:
    page = browse(amina, allow=("422",))
    page.goto("/help")
    sends(page, "a" * 4001)
    expect(page.get_by_role("alert")).to_contain_text("Make it shorter")
    assert len(page.locator("#words").input_value()) == 4001


# Out of sight


@pytest.mark.parametrize("how", ["tap", "Escape"])
def test_hide_this_page_is_one_tap_and_back_does_not_show_it(browse: Browse, amina: APerson, how: str) -> None:
    page = browse(amina, size=PHONE)
    page.goto("/my-page")
    page.locator("a.help").click()
    page.locator("#words").fill(WORDS)
    page.locator("hide-page:defined").wait_for()  # a key is heard once the script is there; a tap always
    before = page.evaluate("history.length")
    if how == "tap":
        page.get_by_role("link", name="Hide this page").click()
    else:
        page.keyboard.press("Escape")
    page.wait_for_url("**/chart")
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url.endswith("/my-page")
    page.go_forward()
    assert page.url.endswith("/chart")


def test_hide_this_page_works_without_script_and_for_grown_ups(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina, script=False)
    page.goto("/help")
    page.get_by_role("link", name="Hide this page").click()
    page.wait_for_url("**/chart")
    mum = browse(world.parent_of(amina), size=PHONE)
    mum.goto("/help")
    mum.locator("#words").fill(WORDS)
    mum.keyboard.press("Escape")
    mum.wait_for_url("**/families/children/*")
    mum.go_back()
    assert "/help" not in mum.url


# Without a line


def cut_while_writing(page: Page, words: str = WORDS) -> None:
    page.goto("/help")
    page.context.set_offline(True)
    sends(page, words)


def test_written_offline_it_says_so_and_goes_off_by_itself_when_the_line_is_back(
    world: World, browse: Browse, amina: APerson
) -> None:
    page = browse(amina, allow=CUT)
    cut_while_writing(page)
    waiting = page.get_by_role("alert")
    expect(waiting).to_contain_text("It is not sent yet")
    expect(waiting).to_contain_text("Tell a grown-up at school now.")
    assert page.locator("#words").count() == 0
    assert WORDS not in page.content()
    assert told(world) == []
    page.context.set_offline(False)
    expect(page.get_by_text("It’s sent now.")).to_be_visible()
    assert [one["words"] for one in told(world)] == [WORDS]
    assert is_kept_for_later(page) == 0


@contextmanager
def shared_tablet(browser: Browser, live: LiveServer, profile: Path) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, as a tablet has: closed on leaving."""
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=chromium_path(),
        args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        base_url=live.url,
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    try:
        yield context
    finally:
        context.close()


def sits_down(context: BrowserContext, world: World, live: LiveServer, person: APerson) -> Page:
    context.clear_cookies()
    cookies = world.signed_in(person).cookies()
    context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in cookies.items()])
    return context.pages[0]


def found_on_disk(profile: Path, *phrases: str) -> list[tuple[str, str]]:
    """Which file of the profile holds which phrase, as a browser may write it."""
    found = []
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes()
            for words in phrases:
                forms = (words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be"))
                if any(form in held for form in (*forms, words.replace(" ", "+").encode())):
                    found.append((path.name, words))
    return found


def test_what_amina_wrote_offline_lies_locked_on_the_tablet_and_arrives_once_as_hers(
    world: World, live: LiveServer, browser: Browser, amina: APerson, tmp_path: Path
) -> None:
    ben = world.pupil("Ben", amina.klass)
    phrases = planted()
    words = "\n".join(phrases)
    with shared_tablet(browser, live, tmp_path) as context:
        page = sits_down(context, world, live, amina)
        cut_while_writing(page, words)
        expect(page.get_by_role("alert")).to_contain_text("It is not sent yet")
        assert is_kept_for_later(page) == 1
    assert found_on_disk(tmp_path, "harbour-outbox"), "the search finds what is there"
    assert found_on_disk(tmp_path, *phrases) == []
    world.clock.moves(minutes=21)  # her session is over, should the tablet try under it as soon as it is switched on
    with shared_tablet(browser, live, tmp_path) as context:
        page = sits_down(context, world, live, ben)
        page.goto("/chart")
        waits_until(lambda: len(told(world)) == 1 and is_kept_for_later(page) == 0, page)
        page.reload()
        page.goto("/my-page")
        page.wait_for_load_state("networkidle")
    (one,) = told(world)
    assert (one["from_name"], one["about_id"], one["words"], one["sent_by"]) == ("Amina", amina.id, words, "Ben")
    assert found_on_disk(tmp_path, *phrases) == []


def test_signing_out_empties_everything_but_what_waits(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina, allow=CUT)
    cut_while_writing(page)
    expect(page.get_by_role("alert")).to_contain_text("It is not sent yet")
    page.route("**/help/outbox", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/chart")
    page.evaluate("localStorage.setItem('a', '1')")
    page.locator(".rail__me summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/code")
    assert (page.evaluate("localStorage.length"), is_kept_for_later(page)) == (0, 1)
    assert told(world) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 503, "body": "{}", "content_type": "application/json"},
        {"status": 200, "body": '{"kept": "another"}', "content_type": "application/json"},
        {"status": 200, "body": "<h1>Welcome to the Wi-Fi of the library</h1>", "content_type": "text/html"},
    ],
    ids=["not kept", "another is kept", "a page of somebody else"],
)
def test_what_is_not_acknowledged_stays(world: World, browse: Browse, amina: APerson, answer: dict[str, Any]) -> None:
    page = browse(amina, allow=(*CUT, "503"))
    cut_while_writing(page)
    expect(page.get_by_role("alert")).to_contain_text("It is not sent yet")
    asked: list[str] = []

    def answers(route: Route) -> None:
        route.fulfill(**answer)
        asked.append(route.request.url)

    page.route("**/help/outbox", answers)
    page.context.set_offline(False)
    page.goto("/chart")
    waits_until(lambda: bool(asked), page)
    page.wait_for_load_state("networkidle")
    assert (is_kept_for_later(page), told(world)) == (1, [])
    page.unroute("**/help/outbox")
    page.goto("/my-page")
    waits_until(lambda: len(told(world)) == 1 and is_kept_for_later(page) == 0, page)


def test_a_session_that_ended_meanwhile_locks_the_words_away_too(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina, allow=("401",))
    page.goto("/help")
    world.clock.moves(minutes=21)
    sends(page)
    expect(page.get_by_role("alert")).to_contain_text("It is not sent yet")
    assert is_kept_for_later(page) == 1


@pytest.mark.parametrize("lacks", ["Object.defineProperty(crypto, 'subtle', {value: undefined})",
                                   "Object.defineProperty(window, 'indexedDB', {value: undefined})"])  # fmt: skip
def test_where_the_browser_cannot_lock_it_away_it_says_not_sent_and_whom_to_tell(
    world: World, browse: Browse, amina: APerson, lacks: str
) -> None:
    page = browse(amina, allow=CUT)
    page.add_init_script(lacks)
    cut_while_writing(page)
    said = page.get_by_role("alert")
    expect(said.locator("h2")).to_have_text("It was NOT sent")
    expect(said).to_contain_text("Go and tell a grown-up at school now: your teacher, or Ms Hart.")
    assert float(said.locator("h2").evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)")) >= 24
    assert page.locator("#words").input_value() == WORDS
    page.context.set_offline(False)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/help/sent?**")
    assert len(told(world)) == 1


#: A new device waits ten seconds before it fetches the help pages; these tests do not.
SOON = "const later = setTimeout; window.setTimeout = (act, ms) => later(act, ms === 10000 ? 0 : ms);"


def has_its_help(page: Page) -> None:
    """Until the service worker has kept the help page of this band."""
    page.evaluate(
        """async () => {
          for (let tries = 0; tries < 100; tries += 1) {
            const found = await navigator.serviceWorker.getRegistration();
            if (found?.active && await caches.match("/help/offline")) return;
            await new Promise(again => setTimeout(again, 50));
          }
          throw new Error("it never came to that");
        }"""
    )


@pytest.mark.parametrize(("year", "heading"), [(0, "No internet just now"), (5, "There is no internet just now")])
def test_the_lifebuoy_works_without_a_line(world: World, browse: Browse, year: int, heading: str) -> None:
    """In the words of the band, with whom to tell and whom to ring, drawn as it should be, and with nobody's name."""
    world.opens_box()
    page = browse(world.pupil("Zola", world.klass("Oak", year)), allow=CUT)
    page.add_init_script(SOON)
    page.goto("/chart")
    has_its_help(page)
    page.context.set_offline(True)
    page.locator("a.help").click()
    expect(page.locator("h1")).to_have_text(heading)
    for word in ("Zola", "Ms Hart", "Harbour Primary"):
        assert word not in page.content()
    assert "Baloo 2" in page.locator("h1").evaluate("(it) => getComputedStyle(it).fontFamily")
    assert page.locator("main .people svg").first.bounding_box() is not None
    wrong = keeps_out(page, "offline", (LAPTOP, PHONE, NARROW), is_pupils=True, axe_at=(LAPTOP, PHONE))
    assert not wrong, "\n".join(wrong)
    page.goto("/my-page")
    expect(page.locator("h1")).to_have_text(heading)
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Your harbour")


def test_nothing_of_a_childs_pages_is_kept(world: World, browse: Browse, amina: APerson) -> None:
    page = browse(amina)
    page.add_init_script(SOON)
    for path in ("/chart", "/my-page", "/help"):
        page.goto(path)
    has_its_help(page)
    kept = page.evaluate(
        """async () => Promise.all((await (await caches.open("harbour-help")).keys()).map(async (one) =>
             [new URL(one.url).pathname, await (await caches.match(one)).text()]))"""
    )
    assert {path for path, _ in kept if not path.startswith("/static/")} == {
        "/help/offline", *(f"/help/offline/{band}" for band in ("r", "y12", "y34", "y56")),
    }  # fmt: skip
    assert not [path for path, text in kept if "Amina" in text or "Ms Hart" in text]


def test_only_the_service_worker_may_be_a_script_by_name(browse: Browse, amina: APerson) -> None:
    page = browse(amina, allow=("Trusted", "trusted"))
    page.add_init_script(SOON)
    page.goto("/chart")
    has_its_help(page)
    refused = page.evaluate(
        """async () => {
          const said = [];
          for (const name of ["harbour", "another"])
            try { trustedTypes.createPolicy(name, {}); } catch (fault) { said.push(fault.name); }
          try { await navigator.serviceWorker.register("/static/x/evil.js"); } catch (fault) { said.push(fault.name); }
          return said;
        }"""
    )
    assert refused == ["TypeError"] * 3


def test_a_teacher_without_a_line_keeps_her_words_on_the_page(world: World, browse: Browse, amina: APerson) -> None:
    """On the tablet of one grown-up nothing is laid away: it says so, and nothing typed is lost."""
    assert amina.klass is not None
    page = browse(world.teacher("Mr Okoro", amina.klass), allow=CUT)
    page.goto("/help")
    page.locator("#about").select_option(label="Amina")
    page.locator("#words").fill(WORDS)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert")).to_contain_text("It was NOT sent")
    wrong = keeps_out(page, "lost", (LAPTOP, PHONE, NARROW), is_pupils=False, axe_at=(LAPTOP, PHONE))
    assert not wrong, "\n".join(wrong)
    assert (page.locator("#words").input_value(), is_kept_for_later(page)) == (WORDS, 0)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/help/sent?**")
    assert [(one["from_name"], one["about_id"]) for one in told(world)] == [("Mr Okoro", amina.id)]


@pytest.fixture
def plain(browser: Browser, live: LiveServer, world: World, amina: APerson) -> Iterator[Page]:
    """Amina at a school without certificates: a name of the network instead of the machine itself."""
    port = live.url.rsplit(":", 1)[1]
    url = f"http://harbour.test:{port}"
    other = browser.browser_type.launch(
        executable_path=chromium_path(),
        args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP harbour.test 127.0.0.1"],
    )
    context = other.new_context(base_url=url, locale="en-GB")
    cookies = world.signed_in(amina).cookies()
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    yield context.new_page()
    other.close()


def test_on_plain_http_the_lifebuoy_says_that_it_does_not_send(plain: Page) -> None:
    plain.goto("/chart")
    plain.locator("a.help").click()
    expect(plain.locator("main")).to_contain_text("This page does not send a message.")
    assert plain.locator("tell-form").count() == 0
    assert plain.evaluate("isSecureContext") is False


@pytest.mark.parametrize("how", ["offline", "no answer"])
def test_on_plain_http_without_a_line_the_page_itself_says_whom_to_tell(plain: Page, how: str) -> None:
    plain.goto("/my-page")
    plain.locator("label.choice", has_text="Slow").click()
    if how == "offline":
        plain.context.set_offline(True)
    else:
        plain.route("**/sw.js", lambda route: route.abort())  # the tablet believes that it has a line
    for _ in range(2):
        plain.locator("a.help").click()
        said = plain.get_by_role("alert")
        expect(said).to_contain_text("Tell a grown-up now")
        expect(said).to_contain_text("0800 1111")
    assert plain.locator("input[value=slow]").is_checked(), "what was chosen is still there"
    wrong = keeps_out(plain, "essentials", (LAPTOP, NARROW), is_pupils=True, axe_at=(LAPTOP,))
    assert not wrong, "\n".join(wrong)


# Nobody is kept out


def test_the_states_of_the_form_keep_nobody_out(world: World, browse: Browse, amina: APerson) -> None:
    """What is not sent, what waits, what was too long; the rest is on the tour."""
    page = browse(amina, allow=(*CUT, "422", "409"))
    problems = []

    def looks_at(name: str) -> None:
        problems.extend(keeps_out(page, name, (LAPTOP, PHONE, NARROW), is_pupils=True, axe_at=(LAPTOP, PHONE)))

    page.goto("/help")
    sends(page, "a" * 4001)
    expect(page.locator("#words-problem")).to_be_visible()
    looks_at("too long")
    cut_while_writing(page)
    expect(page.get_by_role("alert")).to_be_visible()
    looks_at("waiting")
    page.context.set_offline(False)
    expect(page.get_by_text("It’s sent now.")).to_be_visible()
    looks_at("arrived")
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    cut_while_writing(page)
    expect(page.get_by_role("alert")).to_be_visible()
    looks_at("lost")
    page.context.set_offline(False)
    page.goto("/help")
    world.shuts_box()
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("h1")).to_have_text("It was NOT sent")
    looks_at("not sent")
    assert not problems, "\n".join(problems)


def test_amina_finds_her_place_on_the_help_page_by_her_voice(world: World, browse: Browse, amina: APerson) -> None:
    """What is read aloud on the page begins with its heading and names every tile and the button."""
    nia = world.pupil("Nia", world.klass("Acorn", 0))
    page = browse(nia)
    page.add_init_script(
        """window.spoken = [];
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };
        Object.defineProperty(window, "speechSynthesis", { value: {
          getVoices: () => [{ lang: "en-GB", localService: true, name: "here" }],
          speak(said) { window.spoken.push(said.text.trim()); setTimeout(() => said.onend && said.onend({}), 5); },
          cancel() {}, addEventListener() {}, removeEventListener() {},
        } });"""
    )
    page.goto("/help")
    page.locator("tell-form .tiles .choice", has_text="Scared").click()
    assert "Scared" in page.evaluate("spoken")
    page.evaluate("spoken = []")
    page.get_by_role("button", name="Listen").click()
    expect(page.get_by_role("button", name="Listen")).to_have_attribute("aria-pressed", "false", timeout=20_000)
    said: list[Any] = page.evaluate("spoken")
    whole = " ".join(said)
    order = [
        *("You did the right thing coming here", "How do you feel?", "Worried", "Not sure", "My teacher", "Talk to me"),
        *("Ms Hart reads this.", "Nobody is watching this at night", "For the grown-up beside you"),
    ]
    places = [whole.find(words) for words in order]
    assert -1 not in places, whole
    assert places == sorted(places), whole
    assert not re.search(r"Hide this page", whole), "the rail is not read"
