"""The desk in real Chromium: the screen goes blank at once, for eyes and for screen readers, and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.harness.browser import PHONE, Browse, axe, scrolls_sideways
from tests.harness.concerns import WORDS, tells
from tests.harness.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def record(world: World, browse: Browse) -> Page:
    """Amina's concern, open on the DSL's screen."""
    sent = tells(world, world.pupil("Amina"))
    page: Page = browse(world.dsl())
    page.goto(f"/desk/{sent.concern}")
    return page


def heard(page: Page) -> str:
    """Everything that a screen reader finds."""
    return page.locator("body").aria_snapshot()


def is_blank(page: Page) -> bool:
    return (
        not page.get_by_text("Amina").first.is_visible()
        and not page.get_by_text(WORDS).is_visible()
        and "Amina" not in heard(page)
        and WORDS not in heard(page)
        and "SH-0001" not in page.title()
    )


def test_the_button_covers_the_page_and_show_again_brings_it_back_as_it_was(record: Page) -> None:
    assert "Amina" in heard(record)
    record.locator("#note").fill("She said that")
    record.get_by_role("button", name="Blank the screen").click()
    assert is_blank(record)
    assert heard(record).count("button") == 1
    expect(record.get_by_role("button", name="Show again")).to_be_focused()
    assert axe(record) == []
    record.get_by_role("button", name="Show again").click()
    expect(record.get_by_text(WORDS)).to_be_visible()
    assert "SH-0001" in record.title()
    assert record.locator("#note").input_value() == "She said that"
    expect(record.get_by_role("button", name="Blank the screen")).to_be_focused()


def test_escape_twice_does_the_same_and_once_does_not(record: Page) -> None:
    record.locator("#note").focus()
    record.keyboard.press("Escape")
    record.wait_for_timeout(800)
    record.keyboard.press("Escape")
    assert not is_blank(record)
    record.keyboard.press("Escape")
    assert is_blank(record)
    record.keyboard.press("Escape")
    record.keyboard.press("Escape")
    assert is_blank(record)  # it comes back by the button alone
    record.get_by_role("button", name="Show again").press("Enter")
    expect(record.locator("#note")).to_be_focused()


def test_what_was_typed_in_the_other_forms_is_still_there_after_one_was_saved(record: Page) -> None:
    record.locator("#note").fill("She said that\nhe knows.")
    record.get_by_text("Who was told, and why").click()
    record.locator("#told_who").fill("Her mum")
    record.locator("#category").select_option("contact")
    record.get_by_role("button", name="Set the kind").press("Enter")
    expect(record.get_by_text("Saved to the record.")).to_be_visible()
    assert record.locator("#note").input_value() == "She said that\nhe knows."
    assert record.locator("#told_who").input_value() == "Her mum"
    expect(record.locator("#told_who")).to_be_visible()
    said = record.locator("p[role=status][data-change]")
    expect(said).to_have_text("Not kept yet, and still on this page: what you did, who was told.")
    assert axe(record) == []
    assert record.evaluate("localStorage.length + sessionStorage.length") == 0
    record.get_by_role("button", name="Save to record").click()
    record.get_by_role("button", name="Save who was told").wait_for()
    assert record.locator("#note").input_value() == ""
    assert record.locator("#told_who").input_value() == "Her mum"


def test_leaving_by_a_link_asks_first_while_words_are_not_kept(record: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    record.on("dialog", stay)
    record.locator("#note").fill("She said that")
    record.get_by_role("link", name="Print").click(no_wait_after=True)
    record.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert record.locator("#note").input_value() == "She said that"
    record.locator("#note").fill("")
    record.get_by_role("link", name="Print").click()
    record.wait_for_url("**/paper")


def test_every_page_of_the_desk_has_the_button(world: World, browse: Browse) -> None:
    amina = world.pupil("Amina")
    sent = tells(world, amina)
    page = browse(world.dsl())
    addresses = ("", "box", "unlock", sent.concern, f"{sent.concern}/child", f"child/{amina.public_id}")
    for address in addresses:
        page.goto(f"/desk/{address}")
        expect(page.get_by_role("button", name="Blank the screen")).to_be_visible()


def test_back_after_signing_out_shows_nothing(record: Page) -> None:
    record.get_by_role("button", name="Sign out").click()
    record.wait_for_url("**/staff/")
    record.go_back()
    record.wait_for_load_state()
    assert WORDS not in record.content()


def test_a_childs_day_unfolds_by_the_keyboard(world: World, browse: Browse) -> None:
    amina = world.pupil("Amina")
    first = tells(world, amina).concern
    for _ in range(2):
        tells(world, amina)
    page = browse(world.dsl(), PHONE)
    page.goto("/desk/")
    page.get_by_text("2 more sent that day").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"a[href='/desk/{first}']")).to_be_visible()
    assert axe(page) == []
    assert scrolls_sideways(page) == []


def test_a_telephone_shows_the_inbox_in_one_column(world: World, browse: Browse) -> None:
    tells(world, world.pupil("Amina"))
    page = browse(world.dsl(), PHONE)
    page.goto("/desk/")
    assert scrolls_sideways(page) == []
    row = page.locator("tbody tr")
    assert row.locator("td").nth(1).bounding_box()["y"] > row.locator("td").nth(0).bounding_box()["y"]  # type: ignore[index]  # it is drawn
