"""The lessons of Reception and of Years 1 and 2 by ear and by picture alone (CURRICULUM.md 5.2, 5.4): each from the
first question to the finish in real Chromium with every letter hidden."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from lessons.by_ear import READS_LITTLE
from lessons.lesson import Lesson
from quizzes import catalogue
from quizzes.steps import steps_of
from tests.browser.lesson_driver import every_screen, taps
from tests.harness.browser import TABLET, Browse
from tests.harness.voice import VOICE
from tests.harness.world import World

pytestmark = pytest.mark.browser

BANK = catalogue.load()
YOUNG = [lesson for lesson in BANK.lessons.lessons.values() if lesson.band in READS_LITTLE]
YEARS = {"eyfs": 0, "y1-2": 2}
#: A picture that is chosen by, and a sign on a button that goes on, in pixels.
LEAST_PICTURE, LEAST_SIGN = 40, 20
#: Always means one thing, whatever the choice says; it may stand there twice.
HELP = "lifebuoy"

#: No letter is painted any more; drawings are, with what stands inside them.
NO_LETTERS = """
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, ::before, ::after, ::marker { -webkit-text-fill-color: transparent !important;
    text-decoration-color: transparent !important; text-shadow: none !important; }`);
  document.adoptedStyleSheets = [sheet];
"""

#: What somebody who cannot read has of a page: each control with its pictures and what it says when it is touched, and
#: what Listen says from beginning to end. Every control that is found is marked `data-found`.
SENSED = """() => {
  const isReached = (it) => {
    const box = it.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.width >= 40 && box.height >= 40 && it.contains(top) && !it.disabled;
  };
  const isSeen = (it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const pictures = (it) => [...it.querySelectorAll("svg, img")]
    .filter((art) => !art.parentElement.closest("svg") && isSeen(art))
    .map((art) => ({
      of: [...art.querySelectorAll("use")].filter((use) => use.getBoundingClientRect().width)
        .map((use) => use.getAttribute("href").split("#")[1]).join(" ") || art.getAttribute("src") || "",
      size: Math.min(art.getBoundingClientRect().width, art.getBoundingClientRect().height),
    }))
    .filter((art) => art.of);
  const said = (it) => {
    const before = spoken.length;
    for (const kind of ["pointerdown", "pointercancel"]) it.dispatchEvent(new PointerEvent(kind, { bubbles: true }));
    return spoken.slice(before).map((each) => each.text).join(" ");
  };
  const controls = [];
  const all = "main label.choice, main button, main a[href], .seabar a, .seabar button";
  for (const it of document.querySelectorAll(all)) {
    if (it.closest("read-aloud, print-button") || !it.getClientRects().length) continue;
    it.scrollIntoView({ block: "center" });
    it.dataset.found = "yes";
    controls.push({
      words: said(it), pictures: pictures(it), html: it.outerHTML.slice(0, 160),
      is_way: it.matches(".btn:not(.btn--quiet)"), is_back: it.matches(".btn--quiet"),
      is_spot: it.matches(".hot"), is_reached: isReached(it),
    });
  }
  const aloud = document.querySelector("main read-aloud");
  const listen = aloud?.querySelector("button");
  let heard = "";
  if (listen?.checkVisibility()) {
    listen.click();
    heard = (aloud.queue || []).join(" ");
    listen.click(); // enough: that it speaks to the end is tested elsewhere
  }
  return {
    controls, heard,
    asked: [document.querySelector("h1").textContent, document.querySelector(".item h2")?.textContent || ""],
  };
}"""


@dataclass(frozen=True, slots=True)
class Control:
    words: str  # said when it is touched
    picture: str  # the drawings in it that are large enough; empty without
    is_reached: bool
    html: str


@pytest.mark.parametrize("lesson", YOUNG, ids=lambda lesson: lesson.id)
def test_a_child_who_cannot_read_finishes_the_lesson(lesson: Lesson, world: World, browse: Browse) -> None:
    page = at_the_beginning(lesson, world, browse)
    wrong: list[str] = []
    names: list[str] = []
    for name, tap in every_screen(page, steps_of(lesson, BANK.quiz(lesson.id), BANK.practice(lesson.id))):
        names.append(name)
        may_be_alike = name.startswith("reveal")  # each card is turned over: none is chosen before another
        missing = needs_reading(page, tap, may_be_alike=may_be_alike)
        wrong += [f"{name}, {page.url.rsplit('/', 1)[1]}: {said}" for said in missing]
    assert not wrong, "\n".join(wrong)
    assert (names[0], names[-1]) == ("before", "finish")
    assert {"practice-end", "story-end", "quiz-feedback-help", "quiz-feedback-look", "quiz-feedback-safe"} <= {*names}


#: What is done to a question, and what is then to be noticed.
TAKEN_AWAY = {
    "document.querySelector('.choice svg').style.display = 'none'": "no picture: <label",
    "document.querySelector('.choice svg').style.width = '20px'": "no picture: <label",
    "document.querySelector('main form [type=submit] svg').remove()": "no picture: <button",
    "const [one, two] = document.querySelectorAll('.choice svg'); one.replaceWith(two.cloneNode(true))": "2 choices",
    "delete document.documentElement.dataset.touch": "says nothing when it is touched: <label",
    "document.querySelector('h1').setAttribute('aria-hidden', 'true')": "Listen does not say “Who could help?”",
    "document.querySelector('.choice .grow').setAttribute('aria-hidden', 'true')": "says nothing",
    "document.querySelector('fieldset').append(document.querySelector('h1'))": "in its turn",
    "document.querySelector('main form [type=submit]').disabled = true": "cannot be reached: <button",
    "document.querySelector('main form [type=submit]').style.display = 'none'": "what leads on is not to be found",
}


def test_whatever_is_taken_away_is_missed(world: World, browse: Browse) -> None:
    page = at_the_beginning(BANK.lessons.lesson("tell-adult.eyfs"), world, browse)
    tap = page.locator("main form [type=submit]")
    assert needs_reading(page, tap) == []
    for taken_away, said in TAKEN_AWAY.items():
        page.reload()
        page.evaluate(f"() => {{ {taken_away}; }}")
        wrong = needs_reading(page, tap)
        assert [each for each in wrong if said in each], (taken_away, wrong)


def test_no_letter_is_painted(world: World, browse: Browse) -> None:
    page = at_the_beginning(BANK.lessons.lesson("tell-adult.eyfs"), world, browse)
    for words in ("h1", ".choice .grow", "[type=submit] span"):
        place = page.locator(f"main {words}").last
        box = place.bounding_box()
        assert box is not None
        before = page.screenshot(clip=box)
        place.evaluate("it => { it.style.visibility = 'hidden'; }")
        assert page.screenshot(clip=box) == before, words


def at_the_beginning(lesson: Lesson, world: World, browse: Browse) -> Page:
    page = browse(world.pupil("Ola", world.klass("Willow", YEARS[lesson.band])), TABLET)
    page.add_init_script(VOICE + NO_LETTERS)
    page.goto("/chart")
    taps(page, page.locator(f"button[name=place][value={lesson.place}]:visible").first)
    return page


def needs_reading(page: Page, tap: Locator | None, *, may_be_alike: bool = False) -> list[str]:
    """What a child who cannot read would be without on this page, in words; `tap` leads on from it."""
    sensed = page.evaluate(SENSED)
    ways = [_control(each, LEAST_SIGN) for each in sensed["controls"] if each["is_way"]]
    choices = [_control(each, LEAST_PICTURE) for each in sensed["controls"] if not (each["is_way"] or each["is_back"])]
    spots = [each["html"] for each in sensed["controls"] if each["is_spot"]]
    wrong = [f"cannot be reached: {each.html}" for each in (*ways, *choices) if not each.is_reached]
    wrong += [f"no picture: {each.html}" for each in (*ways, *choices) if not each.picture and each.html not in spots]
    wrong += [f"says nothing when it is touched: {each.html}" for each in (*ways, *choices) if not each.words]
    alike = Counter(each.picture for each in choices if each.picture not in ("", HELP))
    wrong += [
        f"{number} choices have the picture {picture}"
        for picture, number in alike.items()
        if number > 1 and not may_be_alike
    ]
    if len(ways) > 1:
        wrong.append(f"{len(ways)} ways on: {'; '.join(each.html for each in ways)}")
    if not ways and not choices:
        wrong.append("no way on")
    if tap is not None and tap.first.get_attribute("data-found") is None:
        wrong.append(f"what leads on is not to be found: {tap}")
    return wrong + _unheard(sensed["heard"], sensed["asked"], choices)


def _control(sensed: dict[str, Any], least: int) -> Control:
    large = [each["of"] for each in sensed["pictures"] if each["size"] >= least]
    return Control(sensed["words"], " ".join(large), sensed["is_reached"], sensed["html"])


def _unheard(listen: str, asked: list[str], choices: list[Control]) -> list[str]:
    """What Listen leaves out of the question and the choices, or says out of order."""
    heard, at = _plain(listen), 0
    wrong: list[str] = []
    for words in (*asked, *(choice.words for choice in choices)):
        found = heard.find(_plain(words), at)
        if found < 0:
            wrong.append(f"Listen does not say “{words}” in its turn: “{listen}”")
        at = max(at, found)
    return wrong


def _plain(words: str) -> str:
    """The words alone: how they are parted is not heard."""
    return " ".join(re.findall(r"[\w’']+", words.lower()))
