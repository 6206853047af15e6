"""A person at a browser without script: opens pages, fills in forms, presses buttons; every page is checked."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.harness.page_rules import broken_headers, broken_rules, words_of

_MOST_REDIRECTS = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file field is given."""

    name: str
    content: bytes


class Form:
    """A form as a browser sees it: where it goes, and what it would send if nothing were touched."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag

    @property
    def action(self) -> str:
        """Where it goes; empty for the page it stands on."""
        return str(self.tag.get("action") or "")

    @property
    def method(self) -> str:
        return str(self.tag.get("method", "get")).lower()

    def values(self) -> MultiDict[str, Any]:
        """What is in it already: hidden fields, what was typed before, what is chosen."""
        sent: MultiDict[str, Any] = MultiDict()
        for field in self._fields():
            name = str(field["name"])
            if field.name == "textarea":
                sent.add(name, field.get_text())
            elif field.name == "select":
                options = field.select("option")
                chosen = [option for option in options if option.has_attr("selected")]
                for option in chosen or ([] if field.has_attr("multiple") else options[:1]):
                    sent.add(name, str(option.get("value", option.get_text())))
            elif field.name == "input":
                kind = str(field.get("type", "text")).lower()
                if kind in ("radio", "checkbox") and not field.has_attr("checked"):
                    continue
                if kind not in ("submit", "button", "image", "reset", "file"):
                    sent.add(name, str(field.get("value", "on" if kind == "checkbox" else "")))
        return sent

    def filled_in(self, fields: Mapping[str, Any], button: str | None) -> MultiDict[str, Any]:
        """What a browser sends once these fields are filled in; raises AssertionError for what nobody could do."""
        sent = self.values()
        for name, value in fields.items():
            self._must_allow(name, value)
            sent.poplist(name)
            for one in value if isinstance(value, (list, tuple, set)) else [value]:
                if isinstance(one, Upload):
                    sent.add(name, (io.BytesIO(one.content), one.name))
                elif one is True:
                    sent.add(name, self._tick_of(name))
                elif one is not False and one is not None:
                    sent.add(name, str(one))
        if button is not None:
            pressed = self._button(button)
            if pressed.get("name"):
                sent[str(pressed["name"])] = str(pressed.get("value", ""))
        return sent

    def _fields(self) -> Iterable[Tag]:
        fields = list(self.tag.find_all(["input", "select", "textarea"], attrs={"name": True}))
        if self.tag.get("id"):
            root = list(self.tag.parents)[-1]
            fields += root.find_all(["input", "select", "textarea"], attrs={"name": True, "form": self.tag["id"]})
        return [field for field in fields if not field.has_attr("disabled")]

    def _must_allow(self, name: str, value: Any) -> None:
        named = [field for field in self._fields() if field["name"] == name]
        assert named, f"the form to {self.action!r} has no field {name!r}; it has {sorted(self._names())}"
        choices = {str(field.get("value", "on")) for field in named if field.get("type") in ("radio", "checkbox")}
        for field in named:
            choices |= {str(option.get("value", option.get_text())) for option in field.select("option")}
        if choices and not isinstance(value, bool):
            for one in value if isinstance(value, (list, tuple, set)) else [value]:
                assert one is None or str(one) in choices, f"{name} offers {sorted(choices)}, not {one!r}"

    def _names(self) -> set[str]:
        return {str(field["name"]) for field in self._fields()}

    def _tick_of(self, name: str) -> str:
        return next(str(field.get("value", "on")) for field in self._fields() if field["name"] == name)

    def _button(self, said: str) -> Tag:
        for button in self.tag.find_all(["button", "input"]):
            if button.get("type", "submit") == "submit" and said in (
                words_of(button),
                button.get("value"),
                button.get("aria-label"),
            ):
                return button
        raise AssertionError(f"the form to {self.action!r} has no button {said!r}")


class Page:
    """What came back, as its reader sees it."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.response = response
        self.status = response.status_code
        self.path = path  # of the page shown, after any redirect, with its query

    @cached_property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    @property
    def is_html(self) -> bool:
        return self.response.mimetype == "text/html"

    @property
    def h1(self) -> Tag:
        return self.one("h1")

    @property
    def title(self) -> str:
        return words_of(self.one("head > title"))

    @cached_property
    def text(self) -> str:
        """All that can be read, with single spaces."""
        return words_of(self.soup) if self.is_html else self.html

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"<{self.status} {self.path}: {self.text[:1500]}>"

    def one(self, selector: str) -> Tag:
        """The one element of this CSS selector."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} of {selector!r} on {self!r}"
        return found[0]

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def link(self, words: str) -> str:
        """Where the link with these words (or this label) goes."""
        for link in self.soup.select("a[href]"):
            if words in (words_of(link), link.get("aria-label")):
                return urljoin(self.path, str(link["href"]))
        links = sorted({words_of(link) for link in self.soup.select("a[href]")})
        raise AssertionError(f"no link {words!r} on {self.path}; there are {links}")

    @property
    def forms(self) -> list[Form]:
        return [Form(tag) for tag in self.soup.find_all("form")]

    def form(self, action: str | None = None) -> Form:
        """The form that goes there; without an address, the first one in <main> that saves something."""
        if action is None:
            found = [Form(tag) for tag in self.soup.select("main form") if Form(tag).method == "post"]
        else:
            found = [form for form in self.forms if urljoin(self.path, form.action) == urljoin(self.path, action)]
        assert found, f"no form to {action!r} on {self.path}; there are {[form.action for form in self.forms]}"
        return found[0]

    @property
    def action(self) -> str:
        """Where the page's own form goes."""
        return urljoin(self.path, self.form().action)

    def cell(self, row: str, column: str) -> Tag:
        """The table cell in the row that begins with these words, under the heading that holds these (or names them in
        `abbr`, `title`, `id` or a `data-` attribute)."""
        for table in self.soup.find_all("table"):
            headings = [cell for line in table.select("thead tr") for cell in line.find_all(["th", "td"])]
            for line in table.select("tbody tr"):
                cells = line.find_all(["th", "td"])
                if not cells or not words_of(cells[0]).startswith(row):
                    continue
                for place, heading in enumerate(headings):
                    named = [words_of(heading), *(str(value) for value in heading.attrs.values())]
                    if place < len(cells) and any(column in name for name in named):
                        return cells[place]
        raise AssertionError(f"no cell {row!r} under {column!r} on {self!r}")


class Visitor:
    """One browser. Cookies are its own; Cross-site request forgery protection is on, as in a school."""

    def __init__(self, app: Flask, name: str = "a visitor") -> None:
        self.app = app
        self.name = name
        self.client: FlaskClient = app.test_client()
        self.page: Page | None = None
        #: (status, path) of every answer, redirects among them.
        self.trail: list[tuple[int, str]] = []

    def visits(self, path: str, *, status: int = 200, **headers: str) -> Page:
        """Opens this address and follows redirects; raises AssertionError for another status or a broken page."""
        return self._goes("GET", path, None, status, headers)

    def follows(self, words: str, *, status: int = 200) -> Page:
        """Taps the link with these words on the page in front."""
        return self.visits(self._front().link(words), status=status)

    def submits(
        self,
        form: Form | str | None = None,
        fields: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        status: int = 200,
        **more: Any,
    ) -> Page:
        """Fills in a form of the page in front and sends it, as only a person could: the field must be there, and a
        choice among those offered. For what only a program could send, `posts`."""
        front = self._front()
        chosen = form if isinstance(form, Form) else front.form(form)
        sent = chosen.filled_in({**(fields or {}), **more}, button)
        where = urljoin(front.path, chosen.action)
        if chosen.method == "get":
            return self._goes("GET", where.split("?")[0], sent, status, {})
        return self._goes("POST", where, sent, status, {})

    def presses(self, button: str, *, status: int = 200, **fields: Any) -> Page:
        """Presses the button with these words, in whichever form of the page in front has it."""
        for form in self._front().forms:
            try:
                form.filled_in({}, button)
            except AssertionError:
                continue
            return self.submits(form, fields, button=button, status=status)
        raise AssertionError(f"no button {button!r} on {self._front()!r}")

    def posts(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        status: int | None = None,
        has_token: bool = True,
        follow: bool = True,
        **headers: str,
    ) -> Page:
        """Sends anything anywhere, with a good token unless told otherwise; `status=None` takes any status."""
        sent: MultiDict[str, Any] = MultiDict(fields or {})
        if has_token:
            sent["csrf_token"] = self.csrf_token()
        return self._goes("POST", path, sent, status, headers, follow=follow)

    def asks(self, method: str, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        """One request, its answer as it is: no redirect followed, no rule checked. For the doors."""
        return self.client.open(path, method=method, data=fields, headers=headers)

    def csrf_token(self) -> str:
        """The token that this browser's next form would carry."""
        if not self.cookies():
            self.client.get("/")  # the first page of a new device gives it its cookie
        said = "; ".join(f"{name}={value}" for name, value in self.cookies().items())
        with self.app.test_request_context("/", headers={"Cookie": said}):
            return str(generate_csrf())

    def cookies(self) -> dict[str, str]:
        """What this browser holds: at most a session and a device (DESIGN.md 7)."""
        held = {name: self.client.get_cookie(name) for name in ("sh", "__Host-sh", "shd")}
        return {name: cookie.value for name, cookie in held.items() if cookie is not None}

    def _front(self) -> Page:
        assert self.page is not None, f"{self.name} has no page open: visits() first"
        return self.page

    def _goes(
        self,
        method: str,
        path: str,
        sent: MultiDict[str, Any] | None,
        status: int | None,
        headers: Mapping[str, str],
        *,
        follow: bool = True,
    ) -> Page:
        asked = {key.replace("_", "-"): value for key, value in headers.items()}
        if method == "GET":
            response = self.client.get(path, query_string=sent, headers=asked)
        else:
            response = self.client.post(path, data=sent, headers={"Origin": "http://localhost", **asked})
        for _ in range(_MOST_REDIRECTS):
            path = response.request.full_path.rstrip("?")
            self._note(response, path)
            if not (follow and response.status_code in (301, 302, 303, 307, 308)):
                break
            parts = urlsplit(urljoin(path, response.headers["Location"]))
            assert not parts.netloc or parts.netloc == "localhost", f"redirected to another host: {parts.geturl()}"
            response = self.client.get(parts.path + (f"?{parts.query}" if parts.query else ""), headers=asked)
        else:
            raise AssertionError(f"redirected without end: {self.trail[-_MOST_REDIRECTS:]}")
        page = Page(response, path)
        assert status is None or page.status == status, (
            f"{self.name}: {method} gave {page.status}, not {status}: {page!r}"
        )
        self._must_keep_the_rules(page)
        self.page = page
        return page

    def _note(self, response: TestResponse, path: str) -> None:
        self.trail.append((response.status_code, path))
        broken = broken_headers(response.headers)
        assert not broken, f"{path}: {broken}"

    def _must_keep_the_rules(self, page: Page) -> None:
        if page.is_html and page.status not in (301, 302, 303, 307, 308):
            broken = broken_rules(page.soup, page.response.headers)
            assert not broken, f"{page.path}, opened by {self.name}:\n  " + "\n  ".join(broken)
