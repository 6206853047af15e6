"""What every page must have, whoever asks and whatever it says: checked on each page that a test opens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import Headers

#: School filters trip on these in an address (DESIGN.md 9).
FORBIDDEN_IN_PATHS = ("adult", "friend", "password", "chat", "stranger", "meet", "block", "report")

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "harbour",
}

_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_NAMING_ATTRIBUTES = {"for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form", "headers"}
_ADDRESSES = {"href", "src", "action", "formaction", "srcset", "poster"}
_IS_HANDLER = re.compile(r"on[a-z]+").fullmatch


@dataclass(frozen=True, slots=True)
class _Tags:
    """A page's tags, found in one walk: a selector for each rule would walk the page again."""

    every: list[Tag]
    by_name: Mapping[str, list[Tag]]

    @classmethod
    def of(cls, soup: BeautifulSoup) -> _Tags:
        every = [tag for tag in soup.descendants if isinstance(tag, Tag)]
        by_name: dict[str, list[Tag]] = {}
        for tag in every:
            by_name.setdefault(tag.name, []).append(tag)
        return cls(every, by_name)

    def named(self, *names: str) -> list[Tag]:
        return [tag for name in names for tag in self.by_name.get(name, ())]


def broken_rules(soup: BeautifulSoup, headers: Headers) -> list[str]:
    """Every rule this page breaks, in words; empty for a good one."""
    tags = _Tags.of(soup)
    return [
        *_document(soup, tags),
        *_names(tags),
        *_controls(tags),
        *_addresses(tags),
        *_no_inline(tags),
        *_headers(headers),
    ]


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def broken_headers(headers: Headers) -> list[str]:
    """The headers that every answer carries: pages, redirects, files."""
    return list(_headers(headers, is_page=False))


def forbidden_words_in(path: str) -> list[str]:
    return [word for word in FORBIDDEN_IN_PATHS if word in path.lower()]


def _document(soup: BeautifulSoup, tags: _Tags) -> Iterator[str]:
    roots = tags.named("html")
    if not roots or not roots[0].get("lang"):
        yield "<html> has no lang"
    headings = tags.named("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 on the page; one is right"
    titles = [title for title in tags.named("title") if title.parent is not None and title.parent.name == "head"]
    if len(titles) != 1:
        yield f"{len(titles)} <title>; one is right"
    if len(headings) == 1 and len(titles) == 1 and words_of(headings[0]) not in words_of(titles[0]):
        yield f"the tab title {words_of(titles[0])!r} does not hold the h1 {words_of(headings[0])!r}"
    if len(tags.named("main")) != 1:
        yield "no <main>, or more than one"
    said = soup.get_text()
    for raw in ("{{", "{%", "{#", "Undefined"):
        if raw in said:
            yield f"{raw} is on the page: a template was not rendered"


def _names(tags: _Tags) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in tags.every if "id" in tag.attrs)
    for name, count in ids.items():
        if count > 1:
            yield f"id {name!r} is used {count} times"
    for tag in tags.every:
        for attribute in tag.attrs.keys() & _NAMING_ATTRIBUTES:
            for name in " ".join(_values(tag, attribute)).split():
                if name not in ids:
                    yield f'<{tag.name} {attribute}="{name}">: no element has that id'


def _controls(tags: _Tags) -> Iterator[str]:
    labelled = {str(label["for"]) for label in tags.named("label") if label.get("for")}
    for field in tags.named("input", "select", "textarea"):
        if field.name == "input" and str(field.get("type", "text")).lower() in _UNLABELLED:
            continue
        wrapped = field.find_parent("label")
        has_label = (wrapped is not None and words_of(wrapped)) or field.get("id") in labelled
        if not (has_label or field.get("aria-label") or field.get("aria-labelledby")):
            yield f"<{field.name} name={field.get('name')!r}> has no label"
    for button in tags.named("button"):
        if button.get("type") not in ("submit", "button", "reset"):
            yield f"a button has no type: {str(button)[:80]}"
    for form in tags.named("form"):
        method = str(form.get("method", "get")).lower()
        tokens = form.find_all("input", attrs={"name": "csrf_token"})
        if method == "post" and len(tokens) != 1:
            yield f"the form to {form.get('action')!r} has {len(tokens)} csrf_token; one is right"
        if method == "get" and tokens:
            yield f"the form to {form.get('action')!r} puts its csrf_token in the address"
    for picture in tags.named("img"):
        if picture.get("alt") is None:
            yield f"<img src={picture.get('src')!r}> has no alt"


def _addresses(tags: _Tags) -> Iterator[str]:
    for tag in tags.every:
        for attribute in tag.attrs.keys() & _ADDRESSES:
            for value in _values(tag, attribute):
                parts = urlsplit(value)
                if parts.scheme == "javascript":
                    yield f"a javascript: address: {value}"
                if parts.netloc and tag.name != "a":
                    yield f"<{tag.name} {attribute}={value!r}>: another host"
                if not parts.netloc and not parts.scheme:
                    path = f"{parts.path}?{parts.query}"
                    for word in forbidden_words_in(path):
                        yield f"the address {value!r} holds {word!r}, on which school filters trip"


def _no_inline(tags: _Tags) -> Iterator[str]:
    """The browser would refuse these (Content-Security-Policy), so the page would not do what it says."""
    for tag in tags.every:
        for attribute in tag.attrs:
            if attribute == "style" or _IS_HANDLER(attribute):
                yield f"<{tag.name} {attribute}=...>: no inline style or script"
    if tags.named("style"):
        yield "a <style> element"
    for script in tags.named("script"):
        if not script.get("src") and script.get("type") != "application/json":
            yield f"an inline script: {script.get_text()[:60]!r}"


def _headers(headers: Headers, *, is_page: bool = True) -> Iterator[str]:
    policy = dict(part.strip().split(" ", 1) for part in headers.get("Content-Security-Policy", "").split(";") if part)
    for directive, value in CONTENT_SECURITY_POLICY.items():
        if policy.get(directive) != value:
            yield f"Content-Security-Policy has {directive} {policy.get(directive)}; {value} is right"
    if "unsafe" in headers.get("Content-Security-Policy", ""):
        yield "Content-Security-Policy has an unsafe-* source"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"
    if headers.get("Referrer-Policy") != "same-origin":
        yield "no Referrer-Policy: same-origin"
    for sense in ("camera", "microphone", "geolocation"):
        if f"{sense}=()" not in headers.get("Permissions-Policy", ""):
            yield f"Permissions-Policy does not deny {sense}"
    if is_page and "no-store" not in headers.get("Cache-Control", ""):
        yield "a page without Cache-Control: no-store"


def _values(tag: Tag, attribute: str) -> list[str]:
    value = tag.get(attribute)
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
