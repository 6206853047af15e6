"""Fonts, pictures, sheets and scripts: kept for good, squeezed, small enough, and nothing in them that a school's
filter or our own policy would stop."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import static_files
from static_files import StaticFiles, UnknownFile

HERE = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
NOT_IN_ADDRESSES = ("adult", "friend", "password", "chat", "stranger", "meet", "block", "report")


@pytest.fixture(scope="module")
def kept() -> StaticFiles:
    return static_files.load()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


# Serving


def test_a_tablet_keeps_a_file_for_a_year_and_fetches_it_squeezed(browser: FlaskClient, kept: StaticFiles) -> None:
    answer = browser.get(kept.address("img/sprite.svg"), headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.mimetype == "image/svg+xml"
    assert gzip.decompress(answer.data) == (HERE / "static/img/sprite.svg").read_bytes()


def test_a_proxy_that_strips_gzip_gets_the_file_plain(browser: FlaskClient, kept: StaticFiles) -> None:
    answer = browser.get(kept.address("js/safe-save.js"), headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in answer.headers
    assert answer.data.decode() == static_files.smaller_script((HERE / "static/js/safe-save.js").read_text("utf-8"))
    assert answer.mimetype == "text/javascript"


def test_a_file_asked_for_again_is_not_sent_again(browser: FlaskClient, kept: StaticFiles) -> None:
    address = kept.address("fonts/andika-latin-400-normal.woff2")
    first = browser.get(address)
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.mimetype == "font/woff2"
    assert again.status_code == 304
    assert again.data == b""


def test_the_two_forms_of_a_file_have_tags_of_their_own(browser: FlaskClient, kept: StaticFiles) -> None:
    address = kept.address("css/pupil.css")
    squeezed = browser.get(address, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    plain = browser.get(address, headers={"Accept-Encoding": "identity"}).headers["ETag"]

    assert squeezed != plain


@pytest.mark.parametrize(
    "address", ["/static/0000000000/css/pupil.css", "/static/css/pupil.css", "/static/x/../../app.py"]
)
def test_an_address_without_the_right_fingerprint_is_not_there(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 404


def test_the_sources_of_the_sheets_are_not_served(kept: StaticFiles) -> None:
    assert sorted(path for path in kept.files if path.endswith(".css")) == [
        "css/pupil.css",
        "css/shared.css",
        "css/staff.css",
    ]


def test_the_bookmark_picture_is_where_browsers_look(browser: FlaskClient) -> None:
    answer = browser.get("/favicon.ico")

    assert answer.status_code == 200
    assert answer.mimetype == "image/x-icon"


def test_a_template_that_names_what_is_not_there_stops(kept: StaticFiles) -> None:
    with pytest.raises(UnknownFile, match=r"css/none\.css does not exist"):
        kept.address("css/none.css")
    with pytest.raises(UnknownFile, match="ob-dragon"):
        kept.symbol("ob-dragon")


def test_behind_a_server_that_hangs_the_app_under_a_path_addresses_carry_it(app: Flask, kept: StaticFiles) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/harbour"}):
        assert kept.address("css/pupil.css").startswith("/harbour/static/")
        assert kept.symbol("lifebuoy").href.startswith("/harbour/static/")


# Joining the sheets


@pytest.mark.parametrize(
    ("source", "smaller"),
    [
        ("a { color: red; }", "a{color:red}"),
        ("/* why */ a > b,\n c { margin: 0 auto }", "a>b,c{margin:0 auto}"),
        ("a { width: calc(100% - 2px) }", "a{width:calc(100% - 2px)}"),
        ('a::before { content: "; }  x" }', 'a::before{content:"; }  x"}'),
        ("@media (max-width: 10px) { a :hover { top: 0 } }", "@media (max-width:10px){a :hover{top:0}}"),
        ("a { background: url(../img/a  b.svg) }", "a{background:url(../img/a  b.svg)}"),
        ("a { color: #FFFFFF; fill: #14304A !important }", "a{color:#fff;fill:#14304a!important}"),
        ('[data-band="r"] a { aspect-ratio: 4 / 3 }', "[data-band=r] a{aspect-ratio:4/3}"),
        ('[src^="a b"] { top: 0 }', '[src^="a b"]{top:0}'),
    ],
)
def test_a_sheet_gets_smaller_and_says_the_same(source: str, smaller: str) -> None:
    assert static_files.smaller(source) == smaller


@pytest.mark.parametrize(
    ("source", "smaller"),
    [
        ("/** Why. */\n/**\n * Why\n * not.\n */\nconst a = 1;\n", "const a = 1;\n"),
        ("if (a) {\n  // why\n  b(); // for a reason\n}\n", "if (a) {\nb();\n}\n"),
        ('go("https://a"); b("; // no");\n', 'go("https://a"); b("; // no");\n'),
        ("a = /\\/\\*\\*/; // it's kept\n", "a = /\\/\\*\\*/; // it's kept\n"),
    ],
)
def test_a_script_gets_smaller_and_does_the_same(source: str, smaller: str) -> None:
    assert static_files.smaller_script(source) == smaller


def test_each_layer_comes_once_and_its_rules_stay_in_order() -> None:
    one = "@layer x, y; @layer x { a { top: 0 } } @layer y { b { top: 0 } }"
    other = "@font-face { src: q } @layer x { a { top: 1px } }"

    smaller = static_files.smaller(f"{one} {other}")

    assert smaller == "@layer x,y;@font-face{src:q}@layer x{a{top:0}a{top:1px}}@layer y{b{top:0}}"


def test_what_is_for_narrower_screens_and_for_paper_comes_after_the_rules_of_all_files() -> None:
    one = "@layer x { a { top: 0 } @media print { a { top: 1px } } @media (max-width: 2em) { a { top: 2px } } }"
    other = "@layer x { @media (max-width: 9.5em) { b { top: 3px } } b { top: 0 } }"

    assert static_files.smaller(f"{one}\n{other}") == (
        "@layer x{a{top:0}b{top:0}"
        "@media (max-width:9.5em){b{top:3px}}@media (max-width:2em){a{top:2px}}@media print{a{top:1px}}}"
    )


def test_under_one_media_what_says_the_same_is_said_once() -> None:
    css = "@layer x { @media print { a { top: 0 } b { left: 0 } c, d { top: 0 } ::-moz-x { top: 0 } } }"

    assert static_files.smaller(css) == "@layer x{@media print{a,c,d{top:0}b{left:0}::-moz-x{top:0}}}"


def test_custom_properties_get_short_names_and_classes_keep_theirs() -> None:
    sheets = {"a": ":root{--ink:#123;--line:red}.btn--ink{color:var(--ink)}", "b": ".c{color:var(--ink,var(--line))}"}
    assert static_files.with_short_names(sheets) == {
        "a": ":root{--a:#123;--b:red}.btn--ink{color:var(--a)}",
        "b": ".c{color:var(--a,var(--b))}",
    }


def test_pictures_in_a_sheet_are_fetched_by_their_fingerprint(kept: StaticFiles) -> None:
    sheet = kept.files["css/shared.css"].body.decode()
    fonts = re.findall(r"url\(([^)]+baloo[^)]+)\)", sheet)
    fingerprint = kept.files["fonts/baloo-2-latin-wght-normal.woff2"].fingerprint

    assert fonts == [f"../../{fingerprint}/fonts/baloo-2-latin-wght-normal.woff2"]


def test_each_sheet_is_only_named_layers(kept: StaticFiles) -> None:
    """A rule outside a layer would win over every page."""
    for sheet in static_files.SHEETS:
        css = kept.files[f"css/{sheet}.css"].body.decode()
        depth, outside, start = 0, [], 0
        for at, letter in enumerate(css):
            if letter == "{":
                if depth == 0:
                    outside.append(css[start:at])
                depth += 1
            elif letter == "}":
                depth -= 1
                start = at + 1
        heads = [head.split(";")[-1].strip() for head in outside]
        assert depth == 0
        assert all(head.startswith(("@layer ", "@font-face")) for head in heads), heads


def test_every_source_is_in_a_sheet() -> None:
    used = {name for names in static_files.SHEETS.values() for name in names}

    assert used == {path.stem for path in (HERE / "static/css").glob("*.css")}


# Small enough (DESIGN.md 17, DESIGN-LANGUAGE.md 11)


def test_the_budgets_hold(kept: StaticFiles) -> None:
    sizes = kept.sizes()
    sheets = {path: size for path, size in sizes.items() if path.startswith("css/")}
    scripts = {path: size for path, size in sizes.items() if path.startswith("js/")}

    assert sheets["css/shared.css"] + sheets["css/pupil.css"] <= 15_000
    assert sum(sheets.values()) <= 20_000
    assert sum(scripts.values()) <= 15_000
    assert sizes["img/sprite.svg"] <= 15_000
    for scene in ("morning", "noon", "dawn", "dusk", "chart-morning", "chart-dusk", "finish"):
        assert sizes[f"img/{scene}.svg"] <= 5_000
    two_families = [
        size for path, size in sizes.items() if path.startswith("fonts/") and ("baloo" in path or "andika" in path)
    ]
    assert sum(two_families[:3]) <= 90_000


# What is in the files


def test_names_of_files_trip_no_filter(kept: StaticFiles) -> None:
    assert [path for path in kept.files for word in NOT_IN_ADDRESSES if word in path] == []


def test_drawings_hold_nothing_that_a_strict_policy_refuses(kept: StaticFiles) -> None:
    for path, file in kept.files.items():
        if path.endswith(".svg"):
            found = re.findall(
                r"<style|(?<!-)\bstyle=|<script|\bon\w+=|javascript:|<image|<foreignObject", file.body.decode()
            )
            assert not found, path
            others = re.findall(r"https?://(?!www\.w3\.org/)", file.body.decode())
            assert not others, path


def test_each_drawing_has_one_name_and_every_name_in_a_template_is_a_drawing(kept: StaticFiles) -> None:
    names = Counter(name for file in kept.files.values() for name, _ in static_files.symbols_in(file))
    assert [name for name, count in names.items() if count > 1] == []

    for template in TEMPLATES:
        source = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in re.findall(r"\bicon\(\"([\w-]+)\"[,)]", source):
            assert kept.has_symbol(f"i-{name}"), f"{template.name}: icon {name}"
        for name in re.findall(r"\bpicture\(\"([\w-]+)\"[,)]", source):
            assert kept.has_symbol(name), f"{template.name}: picture {name}"


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    for template in TEMPLATES:
        source = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", source), template.name
        assert not re.search(r"<script(?![^>]*\bsrc=)", source), template.name


def test_scripts_write_no_html_and_import_nothing() -> None:
    for script in (HERE / "static/js").glob("*.js"):
        source = script.read_text(encoding="utf-8")
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|^import |document\.write", source
        )
        assert not found, script.name


def test_every_font_and_the_icons_carry_their_licence() -> None:
    for family in ("andika", "baloo-2", "atkinson-hyperlegible-next"):
        assert list((HERE / "static/fonts").glob(f"{family}-*.woff2")), family
        licence = (HERE / f"static/fonts/OFL-{family}.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    lucide = (HERE / "static/img/LICENCE-lucide.txt").read_text(encoding="utf-8")
    assert "ISC License" in lucide
    assert "The MIT License" in lucide


# Colours


def _light(colour: str) -> float:
    """Relative luminance of "#RRGGBB" (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_each_band_can_be_read() -> None:
    """Ink on the page, white on the accent, a control's edge on the page and on white: 4.5 for words, 3 for edges."""
    tokens = (HERE / "static/css/tokens.css").read_text(encoding="utf-8")
    bands = (HERE / "static/css/bands.css").read_text(encoding="utf-8")
    general = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", tokens))
    shared = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", bands.split('[data-band="r"]')[0]))
    for band in ("r", "y12", "y34", "y56"):
        own = bands.split(f'[data-band="{band}"] {{')[1].split("}")[0]
        values = {**general, **shared, **dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", own))}
        assert contrast(values["ink"], values["page"]) >= 7
        assert contrast(values["ink-2"], values["page"]) >= 4.5
        assert contrast("#FFFFFF", values["accent"]) >= 4.5
        assert contrast(values["ink"], values["accent-soft"]) >= 7
        assert contrast(values["accent-deep"], values["card"]) >= 4.5
        assert contrast(values["control"], values["page"]) >= 3
        assert contrast(values["edge"], values["page"]) >= 3
