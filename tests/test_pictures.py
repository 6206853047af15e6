"""The drawings: small enough for a school's line, drawn so that a strict policy lets them through, all there when a
lesson, a question or a practice names them, and true where the picture is the lesson (DESIGN-LANGUAGE.md 8)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string

import static_files
from lessons.pictures import picture_problem, read_symbols

HERE = Path(__file__).resolve().parent.parent
SPRITES = sorted((HERE / "static/img").glob("*.svg"))
CONTENT = sorted(
    path
    for room in ("lessons", "quizzes", "practices")
    for path in (HERE / room / "content").rglob("*")
    if path.suffix in {".md", ".yaml"}
)
#: What each kind of drawing is drawn on; every one begins at 0 0, or `use` would put it off its place.
BOXES = {
    "ob-code-": "0 0 180 120",
    "ob-": "0 0 120 120",
    "scene-": "0 0 480 300",
    "state-": "0 0 160 120",
    "done-": "0 0 160 120",
}
#: Bytes of one drawing as it stands in its file.
BUDGETS = {"ob-code-": 4_500, "ob-": 1_500, "cast-": 2_253, "done-": 2_560, "state-": 2_560}


@dataclass(frozen=True, slots=True)
class Drawing:
    name: str
    box: str
    source: str  # from <symbol> to </symbol>
    file: Path


def drawings() -> list[Drawing]:
    return [
        Drawing(found[1], found[2], found[0], file)
        for file in SPRITES
        for found in re.finditer(
            r'<symbol id="([^"]+)" viewBox="([^"]+)">.*?</symbol>', file.read_text(encoding="utf-8"), flags=re.DOTALL
        )
    ]


def of_its_kind(known: Mapping[str, Any], name: str) -> Any:
    """What is known of the first kind whose name this one's begins with; None for another kind."""
    return next((value for kind, value in known.items() if name.startswith(kind)), None)


def drawing(name: str) -> Drawing:
    return next(one for one in drawings() if one.name == name)


def with_its_parts(one: Drawing) -> str:
    """A drawing and what it takes from the <defs> of its file, and they from there."""
    file = one.file.read_text(encoding="utf-8")
    parts = dict(re.findall(r'<g id="([^"]+)">(.*?)(?=<g id="|</defs>)', file, flags=re.DOTALL))
    source, seen = one.source, set[str]()
    while wanted := {name for name in re.findall(r'href="#([^"]+)"', source) if name in parts} - seen:
        seen |= wanted
        source += "".join(parts[name] for name in sorted(wanted))
    return source


# Small, and as a strict policy wants it


def test_every_drawing_says_how_large_it_is_drawn() -> None:
    for file in SPRITES:
        symbols = file.read_text(encoding="utf-8").count("<symbol ")
        assert symbols == sum(one.file == file for one in drawings()), f"{file.name}: a symbol without id and viewBox"
    for one in drawings():
        assert one.box.startswith("0 0 "), one.name
        box = of_its_kind(BOXES, one.name)
        assert box is None or one.box == box, one.name


def test_drawings_are_flat_shapes_with_attributes_and_nothing_else() -> None:
    for file in SPRITES:
        source = file.read_text(encoding="utf-8")
        found = re.findall(r"(?<!-)\bstyle=|\bclass=|<style|[gG]radient|<filter|<image|<script|url\(", source)
        assert not found, f"{file.name}: {found}"


def test_each_drawing_keeps_to_its_budget() -> None:
    for one in drawings():
        most = of_its_kind(BUDGETS, one.name)
        assert most is None or len(one.source.encode()) <= most, f"{one.name}: {len(one.source.encode())} bytes"
        assert len(gzip.compress(with_its_parts(one).encode(), 9)) <= 5_000, one.name
    assert (HERE / "static/img/cast-more.svg").stat().st_size <= 60_000


def test_a_file_of_drawings_is_small_on_the_line() -> None:
    """Each is fetched once, whole, by the first page that shows one of its drawings."""
    sizes = static_files.load().sizes()

    for name in (
        "cast",
        "cast-more",
        "objects",
        "more-objects",
        "scenes-practice",
        "scenes-pretend",
        "states",
        "reception",
    ):
        assert sizes[f"img/{name}.svg"] <= 11_000, name


def test_a_drawing_made_of_parts_finds_them_in_its_own_file() -> None:
    """A browser does not follow `use` out of a file that was itself fetched by `use`."""
    for file in SPRITES:
        source = file.read_text(encoding="utf-8")
        ids = re.findall(r'\bid="([^"]+)"', source)
        assert len(ids) == len(set(ids)), f"{file.name}: an id twice"
        for wanted in re.findall(r'href="([^"]+)"', source):
            assert wanted.startswith("#"), f"{file.name}: {wanted}"
            assert wanted[1:] in ids, f"{file.name}: {wanted}"


# Named, and there


def test_every_picture_that_content_names_is_drawn() -> None:
    symbols = read_symbols()
    named = {
        (path.relative_to(HERE).as_posix(), name)
        for path in CONTENT
        for name in re.findall(
            r"\bpicture[=:] ?\"?((?:ob|cast|place|scene|state|done)-[\w:-]+)", path.read_text(encoding="utf-8")
        )
    }

    assert len(named) > 20
    assert [f"{path}: {picture_problem(name, symbols)}" for path, name in named if picture_problem(name, symbols)] == []


@pytest.mark.parametrize("name", [one.name for one in drawings() if one.name.startswith("cast-")])
def test_everybody_can_be_drawn_with_a_face(app: Flask, name: str) -> None:
    """Also in a pose: the body fills its own box, the face stays where the head is."""
    with app.test_request_context("/"):
        html = render_template_string(
            '{% from "components/cast.html" import card_picture %}{{ card_picture(name ~ ":worried") }}', name=name
        )

    assert f'viewBox="{drawing(name).box}"' in html
    assert f"#{name}" in html
    assert 'width="160" height="160" color="#' in html


@pytest.mark.parametrize("name", ["scene-playground", "state-look-again", "done-call", "place-kind", "ob-tablet"])
def test_a_story_can_show_a_scene_as_it_shows_a_thing(app: Flask, name: str) -> None:
    with app.test_request_context("/"):
        html = render_template_string(
            '{% from "components/cast.html" import card_picture %}{{ card_picture(name, "A picture") }}', name=name
        )

    assert f"#{name}" in html
    assert 'aria-label="A picture"' in html


# True


def words_in(name: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", with_its_parts(drawing(name)))


def test_kofis_first_photo_tells_where_he_lives_and_the_plain_wall_tells_nothing() -> None:
    assert {"24", "MILL LANE"} <= set(words_in("scene-bike-photo"))
    assert words_in("scene-bike-photo-plain") == []


def test_the_street_holds_the_clues_that_a_pupil_is_sent_to_find() -> None:
    assert sorted(words_in("scene-street-with-clues")) == ["15", "ELM ROAD"]


def test_more_settings_open_more_creatures_come_to_the_pond() -> None:
    creatures = {
        name: len(re.findall(r'href="#part-(?:duck|frog|newt|fish|snail)"', drawing(name).source))
        for name in ("scene-pond-crowd-small", "scene-pond-crowd-big")
    }

    assert creatures == {"scene-pond-crowd-small": 2, "scene-pond-crowd-big": 18}


def test_the_map_with_a_clue_taken_out_asks_where_the_den_is() -> None:
    assert words_in("scene-den-map") == []
    assert words_in("scene-den-map-fuzzy") == ["?", "?"]
