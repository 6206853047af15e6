"""What a pupil's first lesson sends to a Chromium that has never been here: bytes on the wire, headers and redirects
among them, from the front page to the first screen of the lesson, and from there to the first card.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from bench.figures import Runs
from bench.school import lesson_steps
from quizzes.steps import Part

LAPTOP: ViewportSize = {"width": 1366, "height": 768}


@dataclass
class Wire:
    """What Chromium's network service says has come, since `forget()`."""

    sent: list[str] = field(default_factory=list)  # the address of each request that left the browser
    bytes: int = 0
    script_bytes: int = 0
    _kinds: dict[str, str] = field(default_factory=dict)
    _cached: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.requestServedFromCache", lambda event: self._cached.add(event["requestId"]))
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def forget(self) -> None:
        self.sent.clear()
        self.bytes = self.script_bytes = 0

    def _asked(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = event.get("type", "")
        if "redirectResponse" in event:  # the same request goes on: what came so far was the redirect
            self.bytes += int(event["redirectResponse"]["encodedDataLength"])
            self.sent.append(event["redirectResponse"]["url"])

    def _answered(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("fromDiskCache") or response.get("fromPrefetchCache") or response["url"].startswith("data:"):
            self._cached.add(event["requestId"])

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._cached:
            return
        length = int(event["encodedDataLength"])
        self.bytes += length
        self.sent.append(event["requestId"])
        if self._kinds.get(event["requestId"]) == "Script":
            self.script_bytes += length


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A pupil of Years 3-4 who has done nothing yet: the class code, the name on the boat, the pictures in order."""

    code: str
    name: str
    pictures: tuple[str, ...]


def first_lesson(browser: Browser, url: str, pupil: Newcomer, runs: Runs) -> None:
    """Front page, class code, name, pictures, chart, "Set sail", the first question; then form A to the first card."""
    context = browser.new_context(base_url=url, viewport=LAPTOP, locale="en-GB")
    try:
        page = context.new_page()
        wire = Wire()
        wire.listen(page)
        come_aboard(page, pupil)
        page.locator("button", has_text="Set sail").first.click()
        page.locator("input[name=choice]").first.wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        runs.tell("first_lesson_bytes", wire.bytes)
        runs.tell("first_lesson_requests", len(wire.sent))
        runs.tell("first_lesson_script_bytes", wire.script_bytes)
        wire.forget()
        for _ in range(questions_before()):
            page.locator("label.choice").first.click()
            with page.expect_navigation():
                page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state("networkidle")
        page.locator("main.lesson").wait_for()
        runs.tell("to_first_card_bytes", wire.bytes)
    finally:
        context.close()


def questions_before() -> int:
    """How many questions form A of the chart's first lesson has."""
    return sum(step.part == Part.BEFORE for step in lesson_steps()[0][1])


def come_aboard(page: Page, pupil: Newcomer) -> None:
    """By hand, as a pupil does it, waiting until each page has all its pictures and fonts."""
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.locator("a.door--pupil").click()
    page.locator("#code").fill(pupil.code)
    page.wait_for_load_state("networkidle")
    page.locator("main form button[type=submit]").click()
    page.locator("a.name", has_text=pupil.name).wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("a.name", has_text=pupil.name).click()
    page.locator("button[name=picture]").first.wait_for()
    page.wait_for_load_state("networkidle")
    for picture in pupil.pictures:
        page.locator(f"button[name=picture][value={picture}]").click()
    page.wait_for_url("**/chart")
    page.wait_for_load_state("networkidle")
