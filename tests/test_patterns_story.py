"""Mrs Okafor sees what many of a class think, by topic: a signal for teaching, and never about a child."""

from __future__ import annotations

import pytest

from database import db
from lessons.catalogue import load
from safeguarding.models import ConcernEntry
from tests.harness.learner import Learner
from tests.harness.page_rules import words_of
from tests.harness.statements import count_statements
from tests.harness.visitor import Page
from tests.harness.world import AClass, APerson, World

LESSON = "block-report.y3-4"
IDEA = "crowd-fixes-it"
#: The options by which two objectives of the lesson show this idea.
THINKING_SO = {"block-report.y3-4.2": "a", "block-report.y3-4.3": "c"}


@pytest.fixture
def okafor(world: World) -> APerson:
    return world.dsl("Mrs Okafor")


def names(count: int) -> list[str]:
    return [f"Zebedee {chr(65 + number)}" for number in range(count)]


def class_of(world: World, name: str, *, thinking_so: int, of: int) -> AClass:
    """A class of which so many have done the lesson, and of them so many chose the idea."""
    klass = world.klass(name)
    for number, pupil in enumerate(world.pupils(names(of), klass)):
        Learner(world, pupil, LESSON).answers("B", THINKING_SO if number < thinking_so else None)
    return klass


def lines(page: Page) -> list[list[str]]:
    return [[words_of(cell) for cell in line.find_all(["th", "td"])] for line in page.all("tbody tr")]


def test_what_many_of_a_class_think_is_shown_once_with_what_to_teach_again(world: World, okafor: APerson) -> None:
    class_of(world, "Willow", thinking_so=5, of=6)
    class_of(world, "Rowan", thinking_so=4, of=6)

    page = world.signed_in(okafor).visits("/desk/patterns")
    idea = load().misconception(IDEA)
    (line,) = lines(page)
    assert line[0].startswith("Willow")
    assert idea.belief in line[1]
    assert line[2:] == ["5 of 6", f"{idea.reteach.say} {idea.reteach.ask}"]


def test_five_of_many_are_not_many(world: World, okafor: APerson) -> None:
    class_of(world, "Willow", thinking_so=5, of=26)
    assert "Nothing that many of a class think." in world.signed_in(okafor).visits("/desk/patterns")


def test_no_child_is_named_and_no_concern_is_made(world: World, okafor: APerson) -> None:
    class_of(world, "Willow", thinking_so=6, of=6)
    dsl = world.signed_in(okafor)
    assert "Zebedee" not in dsl.visits("/desk/patterns").text
    assert "Zebedee" not in dsl.visits("/desk/").text
    with world.app.app_context():
        assert db.session.query(ConcernEntry).count() == 0


def test_a_child_who_left_and_another_school_do_not_count(world: World, okafor: APerson) -> None:
    willow = world.klass("Willow")
    pupils = world.pupils(names(5), willow)
    for pupil in pupils:
        Learner(world, pupil, LESSON).answers("B", THINKING_SO)
    there = world.dsl("Ms Penrose", school=world.school("Cliff Primary"))
    assert lines(world.signed_in(there).visits("/desk/patterns")) == []
    assert len(lines(world.signed_in(okafor).visits("/desk/patterns"))) == 1

    world.leaves(pupils[0])
    assert lines(world.signed_in(okafor).visits("/desk/patterns")) == []


def test_it_costs_the_same_for_one_class_and_for_four(world: World, okafor: APerson) -> None:
    dsl = world.signed_in(okafor)
    said = []
    for name in ("Willow", "Rowan", "Hazel", "Alder"):
        class_of(world, name, thinking_so=5, of=5)
        with count_statements(world.app) as statements:
            dsl.visits("/desk/patterns")
        said.append(len(statements))
    assert len(set(said[1:])) == 1
