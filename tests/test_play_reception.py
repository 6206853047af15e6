"""Every pretend app of Reception: somebody who hears and cannot read can finish it, and whoever fetches a grown-up is
right at once."""

from __future__ import annotations

import pytest

from accounts.bands import BANDS
from lessons.lesson import PLACES
from lessons.outcome import Outcome
from practices.engine import HELP, Practice, allowed, begin, do, is_over, walk
from quizzes import catalogue
from tests.harness.page_rules import words_of
from tests.harness.visitor import Page, Visitor
from tests.harness.world import World

pytestmark = pytest.mark.one_database

PRACTICES = {key: one for key, one in catalogue.load().practices.practices.items() if one.band == "eyfs"}


@pytest.fixture
def teacher(world: World) -> Visitor:
    return world.signed_in(world.teacher("Miss Adeyemi", world.klass("Acorn", year_group=0)))


def tries(browser: Visitor, practice: Practice, *acts: str) -> Page:
    address = f"/lessons/{PLACES[practice.topic]}/{BANDS['eyfs']}/try"
    page = browser.visits(address)
    for act in acts:
        page = browser.posts(address, {"did": page.form(address).values().getlist("did"), "act": act}, status=200)
    return page


def ways(practice: Practice) -> dict[str, tuple[str, ...]]:
    """A way to each scene."""
    found: dict[str, tuple[str, ...]] = {}
    ahead: list[tuple[str, ...]] = [()]
    while ahead:
        acts = ahead.pop(0)
        state = begin(practice)
        for act in acts:
            state = do(practice, state, act)
        if state.scene not in found:
            found[state.scene] = acts
            ahead += [(*acts, act.key) for act in allowed(practice, state) if act.key != HELP]
    return found


@pytest.mark.parametrize("lesson", PRACTICES)
def test_all_that_can_be_picked_is_a_picture_and_no_two_look_the_same(teacher: Visitor, lesson: str) -> None:
    practice = PRACTICES[lesson]
    for scene, acts in ways(practice).items():
        page = tries(teacher, practice, *acts)
        if practice.scenes[scene].is_end:
            assert page.all(".played__art svg use"), scene
            continue
        picked = page.all("main label.choice svg:first-of-type")
        drawn = ["".join(str(use["href"]) for use in one.select("use")) for one in picked]
        assert len(drawn) <= 3, scene
        assert len(set(drawn)) == len(drawn), f"two that look the same in {scene}"
        assert all(one.select("svg use") for one in page.all("main form label, main form button")), scene
        assert page.all(f'main button[name=act][value="{HELP}"] svg'), f"Help in {scene}"


@pytest.mark.parametrize("lesson", PRACTICES)
def test_help_is_right_in_every_scene_and_leads_on(lesson: str) -> None:
    practice = PRACTICES[lesson]
    walked = walk(practice, "a")
    for state in walked.states.values():
        if not is_over(practice, state):
            helped = do(practice, state, HELP)
            assert helped.last is not None
            assert helped.last.case.outcome is Outcome.SAFE
            assert len(allowed(practice, helped)) > 1, "Help leads on"


def test_who_shouts_for_auntie_at_once_stops_and_turns_beside_her(teacher: Visitor) -> None:
    practice = PRACTICES["block-report.eyfs"]
    page = tries(teacher, practice, "shout")
    assert page.h1.text == "Auntie is here. What first?"

    page = tries(teacher, practice, "shout", "stop", "turn", "uh-oh", "draw")

    assert page.h1.text == "Stop. Turn. Tell."
    assert "One to try next time" not in page.text


def test_a_dinosaur_that_dad_has_looked_at_is_fine_to_play_with(teacher: Visitor) -> None:
    """New is not bad (CURRICULUM.md 6.3): a grown-up looks first."""
    page = tries(teacher, PRACTICES["online-friends.eyfs"], "fetch", "not-met")

    assert page.h1.text == "It is a made-up helper!"
    assert "New can be fine." in page.text


@pytest.mark.parametrize(
    ("acts", "other"),
    [(("worried", "tell-bell", "tell-again"), "else-nan"), (("worried", "tell-nan"), "else-school")],
)
def test_miki_ends_with_a_helper_at_school_and_one_somewhere_else(
    teacher: Visitor, acts: tuple[str, ...], other: str
) -> None:
    practice = PRACTICES["tell-adult.eyfs"]
    offered = {str(one["value"]) for one in tries(teacher, practice, *acts).all("main label input")}
    assert offered == {other, "else-teddy"}

    page = tries(teacher, practice, *acts, other)

    assert "One at school, one somewhere else!" in words_of(page.one("main"))
