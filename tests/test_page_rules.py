"""The rules that every page of every test is held to: each has teeth."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import Headers

from tests.harness.page_rules import CONTENT_SECURITY_POLICY, broken_headers, broken_rules

GOOD = """<!doctype html><html lang="en-GB"><head><title>Willow - Safe Harbour</title>
<link rel="stylesheet" href="/static/0a/css/staff.css"></head><body><main><h1>Willow</h1>
<form method="post" action="/classes/x"><input type="hidden" name="csrf_token" value="t">
<label for="name">Name</label><input id="name" name="name" aria-describedby="hint"><p id="hint">First name</p>
<label>Year <select name="year"><option>3</option></select></label><button type="submit">Save</button></form>
<img src="/static/0a/img/a.png" alt=""><a href="https://www.childline.org.uk">Childline</a></main></body></html>"""

GOOD_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def broken(html: str, **headers: str) -> list[str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return broken_rules(BeautifulSoup(html, "html.parser"), Headers({**GOOD_HEADERS, **named}))


def test_a_good_page_breaks_no_rule() -> None:
    assert broken(GOOD) == []


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ('<html lang="en-GB">', "<html>", "no lang"),
        ("<h1>Willow</h1>", "", "0 h1"),
        ("<h1>Willow</h1>", "<h1>Willow</h1><h1>Oak</h1>", "2 h1"),
        ("<title>Willow", "<title>Class", "does not hold the h1"),
        ("<p id=", "<p id='name'></p><p id=", "is used 2 times"),
        ('aria-describedby="hint"', 'aria-describedby="tip"', "no element has that id"),
        ('<label for="name">Name</label>', "", "no label"),
        ('<button type="submit">', "<button>", "has no type"),
        ('<input type="hidden" name="csrf_token" value="t">', "", "0 csrf_token"),
        ('method="post"', 'method="get"', "in the address"),
        ('alt=""', "", "no alt"),
        ("/classes/x", "/classes/report", "school filters trip"),
        ("/static/0a/img/a.png", "/static/0a/img/Password.png", "school filters trip"),
        ("/static/0a/img/a.png", "https://cdn.example/a.png", "another host"),
        ("<main>", '<main style="color:red">', "no inline"),
        ("<main>", '<main onclick="x()">', "no inline"),
        ("</head>", "<style>p{}</style></head>", "a <style>"),
        ("</head>", "<script>go()</script></head>", "an inline script"),
        ("First name", "{{ hint }}", "not rendered"),
        ("<main>", "<div>", "no <main>"),
    ],
)
def test_each_fault_is_seen(said: str, instead: str, complaint: str) -> None:
    assert said in GOOD
    found = broken(GOOD.replace(said, instead))
    assert [line for line in found if complaint in line], found


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("Content_Security_Policy", "default-src 'none'", "script-src"),
        ("Content_Security_Policy", GOOD_HEADERS["Content-Security-Policy"] + "; img-src 'unsafe-inline'", "unsafe"),
        ("X_Content_Type_Options", "", "nosniff"),
        ("Referrer_Policy", "no-referrer", "Referrer-Policy"),
        ("Permissions_Policy", "camera=()", "microphone"),
        ("Cache_Control", "max-age=60", "no-store"),
    ],
)
def test_each_missing_header_is_seen(name: str, value: str, complaint: str) -> None:
    found = broken(GOOD, **{name: value})
    assert [line for line in found if complaint in line], found


def test_a_file_may_be_kept_but_carries_the_other_headers() -> None:
    assert broken_headers(Headers({**GOOD_HEADERS, "Cache-Control": "max-age=31536000"})) == []
    assert broken_headers(Headers()) != []
