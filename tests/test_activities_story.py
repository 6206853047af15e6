"""Pupils of every band do every activity without script: forms alone, one act at a time, each kept once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from database import db
from lessons.activities.kind import Act, is_good
from lessons.lesson import Card, Lesson
from quizzes import catalogue
from quizzes.attempts import ANSWERS
from quizzes.catalogue import QuizCatalogue
from tests.harness.activity_shelf import shelf_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

YEARS = {"eyfs": 0, "y1-2": 2, "y3-4": 3, "y5-6": 5}
BANDS = pytest.mark.parametrize("band", list(YEARS))


@pytest.fixture
def shelf(band: str, monkeypatch: pytest.MonkeyPatch) -> QuizCatalogue:
    """The school has one lesson, in which every card is an activity."""
    bank = shelf_of(band)
    monkeypatch.setattr(catalogue, "load", lambda: bank)
    return bank


class Player:
    """A pupil of the band on the first card of the lesson."""

    def __init__(self, world: World, band: str, shelf: QuizCatalogue) -> None:
        self.world = world
        self.lesson: Lesson = next(iter(shelf.lessons.lessons.values()))
        kofi = world.pupil("Kofi", world.klass("Willow", year_group=YEARS[band]))
        self.browser: Visitor = world.signed_in(kofi)
        chart = self.browser.visits("/chart")
        number = chart.form("/sail").values()[f"number_{self.lesson.place}"]
        place = self.lesson.place
        self.page: Page = self.browser.posts("/sail", {"place": place, f"number_{place}": number}, status=200)

    @property
    def here(self) -> str:
        return self.page.path.split("?")[0]

    def does(self, card: Card, act: Act) -> Page:
        """As a person could: a button of the page, or its boxes and then its button."""
        assert card.activity is not None
        form = card.activity.form_of(act)
        for name, values in form.items():
            for value in values:
                buttons = self.page.all(f'main button[name="{name}"][value="{value}"]')
                if buttons:
                    assert len(buttons) == 1
                    sent = self.page.form(self.here).values()
                    assert name == "thing" or sent.getlist("thing") == form["thing"]
                    self.page = self.browser.posts(self.here, {**sent, name: value}, status=200)
                    return self.page
        fields = {name: values for name, values in form.items() if name != "thing"}
        self.page = self.browser.submits(self.here, fields)
        return self.page

    def turns(self) -> None:
        self.page = self.browser.presses("Next")

    def plays(self, card: Card) -> Iterator[Act]:
        """A good way through the card's activity; each act is done, then told."""
        acts: dict[str, list[Act]] = {}
        assert card.activity is not None
        while (act := next(filter(is_good, card.activity.offers(acts)), None)) is not None:
            self.does(card, act)
            acts.setdefault(act.key, []).append(act)
            yield act

    def comes_to(self, kind: str) -> Card:
        """Plays every card before the first of this kind."""
        for card in self.lesson.cards:
            if card.activity is not None and card.activity.kind == kind:
                return card
            list(self.plays(card))
            self.turns()
        raise AssertionError(f"no card of {kind}")

    def stored(self, card: Card) -> list[tuple[str, int, str, str]]:
        """(key, number, choice, outcome) of what is kept of this card, in its order."""
        before = f"card.{card.number}."
        with self.world.app.app_context():
            columns = ANSWERS.c.item, ANSWERS.c.number, ANSWERS.c.choice, ANSWERS.c.outcome
            rows = db.session.execute(select(*columns).order_by(ANSWERS.c.id)).all()
            return [(row[0].removeprefix(before), row[1], row[2], row[3]) for row in rows if row[0].startswith(before)]


@pytest.fixture
def kofi(world: World, band: str, shelf: QuizCatalogue) -> Player:
    return Player(world, band, shelf)


@BANDS
def test_every_activity_is_done_to_the_end_without_script(kofi: Player) -> None:
    for card in kofi.lesson.cards:
        assert kofi.page.h1.text == card.title
        assert kofi.page.all("read-aloud")
        done = []
        for act in kofi.plays(card):
            done.append((act.key, act.number, act.choice, act.outcome.value))
            assert kofi.page.path.split("?")[0] == kofi.here
            assert kofi.stored(card) == done
        kofi.turns()
    assert kofi.page.h1.text not in {card.title for card in kofi.lesson.cards}


@BANDS
def test_a_resend_changes_nothing_and_a_second_device_goes_on_there(world: World, kofi: Player) -> None:
    for card in kofi.lesson.cards:
        assert card.activity is not None
        acts = list(kofi.plays(card))
        before = kofi.stored(card)
        for act in acts:
            page = kofi.browser.posts(kofi.here, card.activity.form_of(act), status=200)
            assert page.path.split("?")[0] == kofi.here, "a thing that is sent again does not turn the card"
        assert kofi.stored(card) == before
        assert kofi.browser.visits("/chart").all("a[href*='/sail/'], form[action='/sail']")
        kofi.page = kofi.browser.visits(kofi.here)
        kofi.turns()


@BANDS
def test_what_the_page_does_not_offer_is_refused_in_words_and_what_it_offers_is_there(kofi: Player) -> None:
    for card in kofi.lesson.cards:
        for junk in (
            {"choice": "next"},
            {"thing": "99", "bin": "the sea", "pick": "99"},
            {"thing": "<b>", "tile1": "x"},
        ):
            refused = kofi.browser.posts(kofi.here, junk, status=422)
            assert refused.one("main [role=alert]").text.startswith(("Pick", "Tap"))
            assert refused.all("main form button[type=submit]")
        assert kofi.stored(card) == []
        kofi.page = kofi.browser.visits(kofi.here)
        list(kofi.plays(card))
        kofi.turns()


@pytest.mark.parametrize("band", ["eyfs", "y1-2"])
def test_in_the_youngest_bands_every_choice_carries_a_picture_and_a_name(kofi: Player) -> None:
    for card in kofi.lesson.cards:
        choices = kofi.page.all("main button.pick, main label.choice")
        spots = kofi.page.all("main button.hot")
        assert choices or spots
        for choice in choices:
            assert choice.select("svg use"), choice
            assert choice.get("aria-label") or choice.get_text(strip=True)
        assert all(spot.get_text(strip=True) for spot in spots)
        list(kofi.plays(card))
        kofi.turns()


@pytest.mark.parametrize("band", ["y3-4"])
def test_a_step_too_early_is_told_and_is_tapped_again_later(kofi: Player) -> None:
    card = kofi.comes_to("order")
    assert card.activity is not None
    early = next(act for act in card.activity.offers({}) if act.choice == "2")
    page = kofi.does(card, early)
    assert "What gives you time to think?" in page.one(".why--look").text
    assert "Do not reply" in page.one("button.pick--tried").text
    kofi.does(card, early)  # once more: told again, kept once
    assert "Do not reply" in kofi.page.one(".why--look").text
    assert kofi.stored(card) == [("1", 1, "2", "rethink")]
    page = kofi.does(card, next(act for act in card.activity.offers({"1": [early]}) if act.choice == "1"))
    assert kofi.stored(card)[-1] == ("1", 2, "1", "safe")
    assert "Stop and put it down" in page.all(".belt .sorted")[0].text


@pytest.mark.parametrize("band", ["y3-4"])
def test_words_that_go_together_stay_ticked_and_no_word_is_kept(kofi: Player) -> None:
    kofi.comes_to("word-tiles")
    list(kofi.plays(kofi.lesson.cards[6]))
    kofi.turns()
    bag = kofi.lesson.cards[7]
    assert "Practice words" in kofi.page.text
    page = kofi.browser.submits(kofi.here, {"tile1": ["1.6", "1.9", "1.1"]}, status=422)
    assert "Fish live in a lake" in page.one("[role=alert]").text
    assert {str(box["value"]) for box in page.all("input[checked]")} == {"1.1", "1.6", "1.9"}
    assert kofi.stored(bag) == []
    page = kofi.browser.submits(kofi.here, {"tile1": ["1.1", "1.6", "1.10"]})
    assert kofi.stored(bag) == [("1", 1, "pulled", "done")]
    assert not [word for word in ("jam", "lake", "coat") if word in page.one("main").text]


@pytest.mark.parametrize("band", ["y3-4"])
def test_a_clue_gets_a_sticker_and_a_line_and_the_rest_is_not_counted(kofi: Player) -> None:
    card = kofi.comes_to("spot-the-clue")
    assert card.activity is not None
    bike, badge = (next(act for act in card.activity.offers({}) if act.key == key) for key in ("4", "1"))
    page = kofi.does(card, bike)
    assert "Lots of bikes look like this one." in page.one(".why").text
    assert page.one(".found")["aria-label"] == "0 of 3 clues found"
    page = kofi.does(card, badge)
    assert page.one(".found")["aria-label"] == "1 of 3 clues found"
    assert "It tells his school." in page.one(".found say-change").text
    assert len(page.all("span.hot svg")) == 1
    assert len(page.all("button.hot")) == 2


def test_a_teacher_reads_every_activity_on_the_lessons_page(world: World) -> None:
    teacher = world.signed_in(world.teacher("Mr Okoro", world.klass("Willow")))
    page = teacher.visits("/lessons/foghorn/y34")
    assert "Put in order:" in page.text
    assert "Show an adult the screen: any time" in page.text
    assert "Pull three words: jam, roof" in teacher.visits("/lessons/cove/y34").text
