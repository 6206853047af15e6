"""A real browser at a real server: Debian's Chromium, driven by Playwright, against the app in a thread."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, sync_playwright
from waitress.server import create_server

from run import CHROMIUM_NAMES
from tests.harness.visitor import Visitor

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")

#: The school's laptop, an iPad on its side, a parent's phone (the sizes of `make shots`); and the narrowest we promise.
LAPTOP, TABLET, PHONE, NARROW = (1366, 768), (1180, 820), (390, 844), (320, 640)

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # whatever asks another host fails, and is heard
)


class LiveServer:
    """The app behind waitress, as `make run` serves it, on a spare port."""

    def __init__(self, app: Flask) -> None:
        self._server: Any = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, name="live-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Waitress closes in its own thread: closed from here, its `select` may be looking at the sockets."""
        self._server.trigger.pull_trigger(self._close)
        self._thread.join(timeout=10)
        self._server.task_dispatcher.shutdown()

    def _close(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()  # nothing is left to watch, and the thread ends


def chromium_path() -> str:
    found = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
    if found is None:
        raise RuntimeError("Chromium is not installed: `make test` as root installs it, or says how to get it")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless Chromium, which calls nobody but the server under test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """One person's browser: nothing kept from anybody else's, and everything that goes wrong in it is written down."""

    def __init__(self, browser: Browser, url: str, size: tuple[int, int], **options: Any) -> None:
        self.url = url
        self.problems: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=url, viewport={"width": size[0], "height": size[1]}, locale="en-GB", **options
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("requestfailed", self._see)  # not each request: to hear of them all is a tenth of the work

    def signs_in(self, visitor: Visitor) -> None:
        """Gives this window the session of a Visitor (`world.signed_in(person)`)."""
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.url, "httpOnly": True, "sameSite": "Lax"}
                for name, value in visitor.cookies().items()
            ]
        )

    def close(self) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type} on {self.page.url}: {message.text}")

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.url:
            self.problems.append(f"asked another host: {request.url}")


#: browse(person or visitor or None, size, script=True) -> Playwright's Page
Browse = Callable[..., Page]


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, in words: WCAG 2.2 A and AA and good practice. Empty is good."""
    if not page.evaluate("() => 'axe' in window"):  # it stays when the window changes its width
        page.evaluate(AXE)  # not a script tag: Trusted Types would refuse it, and evaluate works under any policy
    # what passed stays in the page: to send it here would cost as much again as to find it
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']}).then(each => each.violations)")
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + "; ".join(node["html"][:160] for node in violation["nodes"][:4])
        for violation in found
    ]


def keeps_out(
    page: Page, name: str, sizes: Sequence[tuple[int, int]], *, is_pupils: bool, axe_at: Sequence[tuple[int, int]]
) -> list[str]:
    """What would keep somebody out of the page as it stands: it scrolls sideways at one of these sizes, axe finds
    something at one of `axe_at`, or something for a pupil is too small to tap. The window goes back to its own size."""
    page.wait_for_load_state()
    found: list[str] = []
    own = page.viewport_size
    for size in sizes:
        _make(page, size)
        here = scrolls_sideways(page)
        if size in axe_at:
            here += axe(page)
        if is_pupils:
            here += small_targets(page)
        found += [f"{name}, {size[0]} wide: {said}" for said in here]
    if own is not None:
        _make(page, (own["width"], own["height"]))
    return found


def _make(page: Page, size: tuple[int, int]) -> None:
    """Gives the window this size; one that has it is not laid out and painted again."""
    wanted: ViewportSize = {"width": size[0], "height": size[1]}
    if page.viewport_size != wanted:
        page.set_viewport_size(wanted)


def scrolls_sideways(page: Page) -> list[str]:
    """What sticks out on the right, in words; empty where the page fits its window."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [`${document.documentElement.scrollWidth} px wide in ${width}`].concat(
                [...document.body.querySelectorAll("*")]
                  .filter(element => element.getBoundingClientRect().right > width + 1)
                  .slice(-5).map(element => element.outerHTML.slice(0, 120)));
            }"""
        )
    )


def small_targets(page: Page, least: int = 48) -> list[str]:
    """What can be tapped and is narrower or lower than this many CSS pixels; a field counts with its label."""
    return list(
        page.evaluate(
            """least => {
              const found = [];
              for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
                if (element.type === "hidden" || element.disabled) continue;
                const label = element.closest("label") || (element.labels && element.labels[0]);
                const boxes = [element, label].filter(Boolean).map(one => one.getBoundingClientRect());
                const best = boxes.map(box => [box.width, box.height]).sort((a, b) => b[0] * b[1] - a[0] * a[1])[0];
                if (best[0] === 0 || best[1] === 0 || boxes.every(box => box.bottom < 0 || box.right < 0)) continue;
                if (Math.round(best[0]) < least || Math.round(best[1]) < least)
                  found.push(`${Math.round(best[0])} x ${Math.round(best[1])}: ${element.outerHTML.slice(0, 120)}`);
              }
              return found;
            }""",
            least,
        )
    )
