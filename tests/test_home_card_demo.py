"""The home card of every child of the demo school, as its class is printed: short, easy to read, and whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from bs4 import Tag
from sqlalchemy import select

from accounts.models import Role, SchoolClass, User
from database import db
from lessons.readability import Level, load_level
from lessons.wording import words
from tests.harness.clock import Clock
from tests.harness.demo_school import demo_app
from tests.harness.page_rules import words_of
from tests.harness.world import APerson, ASchool, World
from tests.test_family_summary_story import NEVER

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo school."""
    clock = Clock()
    app = demo_app(tmp_path_factory.mktemp("demo"), clock)
    yield World(app, clock)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def cards(demo: World) -> list[Tag]:
    """All 420, each with its square."""
    with demo.app.app_context():
        classes = list(db.session.scalars(select(SchoolClass.public_id)))
    head = demo.signed_in(somebody(demo, Role.HEAD), has_second_factor=True)
    return [
        card
        for klass in classes
        for card in head.visits(f"/classes/{klass}/home-cards?squares=yes").all("article.home")
    ]


@pytest.fixture(scope="module")
def level() -> Level:
    found = load_level()
    assert found is not None
    return found


def somebody(demo: World, role: Role) -> APerson:
    """The first of this role; the token stands for the second factor that they have shown."""
    with demo.app.app_context():
        user = db.session.scalars(select(User).where(User.role == role).order_by(User.id).limit(1)).one()
        school = ASchool(user.school_id, "", "Harbour View Primary (demo)")
        return APerson(user.id, user.public_id, user.name, role, school, totp="shown")


def sentences_of(card: Tag) -> str:
    """What is read, line by line, each with a full stop: headings and helplines too."""
    said = [words_of(line) for line in card.select("h1, h2, h3, p, li, .contact > a")]
    return "\n".join(line if line.rstrip("”")[-1:] in ".?!" else f"{line}." for line in said if line)


def test_each_card_has_at_most_150_words_and_is_easy_to_read(cards: list[Tag], level: Level) -> None:
    assert len(cards) == 420
    most = max(cards, key=lambda card: len(words(words_of(card))))
    assert len(words(words_of(most))) <= 150, words_of(most)
    assert max(level(sentences_of(card)) for card in cards) <= 7.5
    assert level(" ".join(["Institutional accountability necessitates documentation."] * 3)) > 7.5


def test_what_changes_from_child_to_child_is_easy_to_read_without_the_headings(cards: list[Tag], level: Level) -> None:
    """Headings and numbers are short lines, and would flatter the rest."""
    for card in cards:
        told = [words_of(line) for line in card.select(".p-title p, .strength, li.ask, .act p, p.ask")]
        assert level("\n".join(told)) <= 7.5, told


def test_each_card_is_whole(cards: list[Tag]) -> None:
    for card in cards:
        name = words_of(card.select_one("h2") or card)
        asked = [words_of(question) for question in card.select("li.ask")]
        assert len(asked) == len(set(asked)) == 3, name
        for part in (".strength", ".act p", "p.ask", ".p-title p", ".p-999"):
            assert len(card.select(part)) == 1, f"{name}: {part}"
            assert words_of(card.select(part)[0]), f"{name}: {part}"
        for number in ("0808 800 5000", "0800 1111", "ceop.police.uk", "999", "Ms Okonkwo"):
            assert number in words_of(card), name


def test_children_who_did_different_things_have_different_strengths(cards: list[Tag]) -> None:
    """One sentence stands on a third of the cards at most. A school whose children all stopped and told would have one
    strength for all of them, and a family would read nothing about its own child."""
    told: Counter[str] = Counter()
    for card in cards:
        child = words_of(card.select_one("h2") or card).partition(" lit a lamp")[0]
        told[words_of(card.select_one(".strength") or card).replace(child, "{name}")] += 1
    assert max(told.values()) <= len(cards) / 3, told.most_common(3)
    assert len(told) >= 20


def test_no_card_measures_dates_or_names_another(cards: list[Tag]) -> None:
    for card in cards:
        box = card.select_one(".ltr__code")
        assert box is not None
        told = words_of(card).replace(words_of(box), "")
        assert [found[0] for found in NEVER.finditer(told)] == []


def test_the_account_page_of_a_demo_parent_has_room_for_the_school_and_the_term(demo: World, level: Level) -> None:
    card = demo.signed_in(somebody(demo, Role.PARENT)).visits("/families/children").one("article.home")
    assert "Harbour View Primary (demo), Autumn term 2026" in words_of(card)
    assert len(words(words_of(card))) <= 150
    assert level(sentences_of(card)) <= 7.5
