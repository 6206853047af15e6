"""The rules of the activities inside cards: what may be done, what a form means, when it is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from lessons.activities import KINDS
from lessons.activities.kind import Act, Acts, Kind, KindForm, NotOffered, is_good
from lessons.activities.match import Match
from lessons.activities.order import Order
from lessons.activities.sort import Sort
from lessons.activities.spot_the_clue import SpotTheClue
from lessons.activities.word_tiles import WordTiles
from lessons.outcome import Outcome
from lessons.reading import fit, read_yaml
from tests.harness.activity_shelf import lesson_of

HERE = Path(__file__).resolve().parent.parent
MOST_PATHS = 400


def activities() -> list[Kind]:
    """Every activity of the two model lessons."""
    cards = [card for band in ("eyfs", "y3-4") for card in lesson_of(band).cards]
    return [card.activity for card in cards if card.activity is not None]


def named(activity: Kind) -> str:
    return f"{activity.kind}-{len(str(activity))}"


EACH = pytest.mark.parametrize("activity", activities(), ids=named)


def after(acts: Acts, act: Act) -> dict[str, list[Act]]:
    then = {key: list(tries) for key, tries in acts.items()}
    then.setdefault(act.key, []).append(act)
    return then


def paths(activity: Kind) -> Iterator[list[Act]]:
    """Ways to go through an activity, each to its end; as many as MOST_PATHS."""
    found = 0
    waiting: list[tuple[dict[str, list[Act]], list[Act]]] = [({}, [])]
    while waiting and found < MOST_PATHS:
        acts, done = waiting.pop()
        offers = list(activity.offers(acts))
        if not offers:
            found += 1
            yield done
        waiting += [(after(acts, offer), [*done, offer]) for offer in offers]


def made(kind: str, fence: str) -> Kind:
    """The activity of this fence."""
    read, mistakes = read_yaml(fence, "lesson.md")
    form, wrong = fit(KINDS[kind].Form, read)
    assert form is not None, (mistakes, wrong)
    assert [*mistakes, *wrong, *form.mistakes(read)] == []
    return form.make(str)


# -------------------------------------------------------------------------------------------------- what holds for all


def test_every_kind_is_in_the_model_lessons() -> None:
    assert {activity.kind for activity in activities()} == set(KINDS)


@EACH
def test_every_path_ends_and_then_nothing_is_offered(activity: Kind) -> None:
    for path in paths(activity):
        acts: dict[str, list[Act]] = {}
        for act in path:
            assert not activity.is_done(acts)
            acts = after(acts, act)
        assert activity.is_done(acts)


@EACH
def test_what_a_page_sends_is_what_was_offered_and_sent_again_it_is_nothing(activity: Kind) -> None:
    acts: dict[str, list[Act]] = {}
    while offers := list(activity.offers(acts)):
        for offer in offers:
            assert activity.read(activity.form_of(offer), acts) == offer
            assert len(offer.choice) <= 40
            assert re.fullmatch(r"[a-z0-9+]+", offer.choice), "what is stored is short keys"
        acts = after(acts, offers[-1])
        assert activity.read(activity.form_of(offers[-1]), acts) is None


@EACH
@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"thing": [""]},
        {"thing": ["99"], "bin": ["the sea"], "pick": ["99"]},
        {"thing": ["' or 1=1 --"], "tile1": ["1.1", "9.9"]},
        {"choice": ["next"]},
    ],
)
def test_what_is_not_offered_is_refused_in_words(activity: Kind, junk: Mapping[str, Sequence[str]]) -> None:
    with pytest.raises(NotOffered, match=r"^(Pick|Tap) "):
        activity.read(junk, {})


@EACH
def test_the_page_has_something_to_show_at_every_step(activity: Kind) -> None:
    """Whatever is stored: acts of an older version of the card, too."""
    for path in [*list(paths(activity))[:5], [Act("1", 1, "77", Outcome.SAFE), Act("8", 2, "x", Outcome.RETHINK)]]:
        acts: dict[str, list[Act]] = {}
        activity.shown(acts, {}, "")
        for act in path:
            acts = after(acts, act)
            mark = activity.mark(activity.form_of(act)) if act in path[:-1] else "7.7"
            shown = activity.shown(acts, {}, mark)
            assert shown["said"] is None or shown["said"].why is not None


@EACH
def test_a_teacher_reads_what_it_is_about(activity: Kind) -> None:
    notes = activity.notes()
    assert notes.task
    assert notes.places or notes.rows


def test_a_teacher_reads_that_all_circles_are_meant_and_that_any_tray_is_good() -> None:
    """Two halves of the rule about meeting are both needed: "or" would teach the wrong rule."""
    two = "things:\n  - {text: one, fits: [There, Here]}\n  - {text: other, fits: any}\n"
    assert made("circles", "circles: [Here, There]\n" + two).notes().rows[0] == ("one", "Here and There")
    assert made("sort", "bins: [Here, There]\n" + two).notes().rows[0] == ("one", "Here or There")


@EACH
def test_it_has_a_template_and_an_element(activity: Kind) -> None:
    template = (HERE / "templates" / activity.template).read_text(encoding="utf-8")
    script = (HERE / "static/js" / f"{activity.element}.js").read_text(encoding="utf-8")
    assert f"<{activity.element}" in template
    assert f'customElements.define("{activity.element}"' in script


def test_nobody_outside_asks_a_kind_for_its_name() -> None:
    asked = re.compile(r"activity\.kind\s*(?:==|!=|in\b)|activity_kind\s*(?:==|!=)")
    files = [*HERE.glob("*/*.py"), *HERE.glob("templates/**/*.html"), *HERE.glob("static/js/*.js")]
    found = [str(path.relative_to(HERE)) for path in files if asked.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith(("tests/", ".venv"))] == []


def test_every_string_of_a_fence_reaches_the_checks() -> None:
    read, _ = read_yaml(
        "things:\n  - {text: one, why: two, not_yet: three, picture: ob-cake}\n  - {text: four, after: [one]}\n", "l.md"
    )
    form, _ = fit(Order.Form, read)
    assert isinstance(form, KindForm)
    assert [(text, read.line(*where)) for where, text in form.words()] == [
        ("one", 2),
        ("two", 2),
        ("three", 2),
        ("four", 3),
    ]
    assert [(text, read.line(*where)) for where, text in form.pictures()] == [("ob-cake", 2)]
    assert [text for _, text in form.without_picture()] == ["four"]


# ------------------------------------------------------------------------------------------------------- kind by kind

STEPS = """
things:
  - {text: Stop, why: "It gives you time."}
  - {text: Do not reply, not_yet: "What gives you time to think?"}
  - {text: Show an adult, after: []}
  - {text: Block}
"""


def tap(activity: Kind, acts: Acts, choice: str) -> Act:
    return next(offer for offer in activity.offers(acts) if offer.choice == choice)


def test_a_step_that_is_tapped_too_early_gets_a_reason_and_stays() -> None:
    steps = made("order", STEPS)
    early = tap(steps, {}, "2")
    assert early == Act("1", 1, "2", Outcome.RETHINK)
    acts = after({}, early)
    said = steps.shown(acts, {}, "2")["said"]
    assert (said.text, said.why, said.is_look) == ("Do not reply", "What gives you time to think?", True)
    right = tap(steps, acts, "1")
    assert right == Act("1", 2, "1", Outcome.SAFE)
    assert [step.text for step in steps.shown(after(acts, right), {}, "")["row"]] == ["Stop"]


def test_showing_an_adult_is_never_too_early_and_nothing_waits_for_it() -> None:
    steps = made("order", STEPS)
    acts = after({}, tap(steps, {}, "3"))
    assert is_good(acts["1"][0])
    for choice in ("1", "2", "4"):
        act = tap(steps, acts, choice)
        assert is_good(act)
        acts = after(acts, act)
    assert steps.is_done(acts)
    acts = {}
    for choice in ("1", "2", "4", "3"):  # and at the very end
        assert is_good(tap(steps, acts, "3"))
        acts = after(acts, tap(steps, acts, choice))


def test_steps_are_never_offered_in_their_order() -> None:
    for count in range(2, 9):
        steps = made("order", "things:\n" + "".join(f"  - text: step {number}\n" for number in range(count)))
        assert isinstance(steps, Order)
        assert steps.mixed() != list(steps.steps)
        assert steps.mixed() == steps.mixed()


def test_a_pair_that_does_not_fit_stays_open_and_the_reason_is_told() -> None:
    pairs = made(
        "match",
        'things:\n  - {text: Kind words, fits: Happy, not_yet: "Say it aloud."}\n  - {text: Rude words, fits: Upset}\n'
        "partners: [Happy, Upset]\n",
    )
    wrong = tap(pairs, {}, "2")
    acts = after({}, wrong)
    assert wrong.outcome is Outcome.RETHINK
    assert pairs.shown(acts, {}, "1.2")["said"].why == "Say it aloud."
    assert pairs.shown(acts, {}, "")["tried"] == {"2"}
    right = tap(pairs, acts, "1")
    assert (right.key, right.number, right.outcome) == ("1", 2, Outcome.SAFE)
    assert isinstance(pairs, Match)
    assert pairs.is_settled("1", after(acts, right))


def test_in_a_sort_several_bins_may_be_good_and_the_first_choice_stays() -> None:
    sort = made(
        "sort", "bins: [Ask, Share, Keep]\nthings:\n  - {text: A, fits: [Ask, Keep]}\n  - {text: B, fits: any}\n"
    )
    assert isinstance(sort, Sort)
    assert [offer.outcome for offer in sort.offers({})] == [Outcome.SAFE, Outcome.RETHINK, Outcome.SAFE]
    acts = after({}, tap(sort, {}, "2"))
    assert sort.read({"thing": ["1"], "bin": ["Ask"]}, acts) is None
    assert {offer.outcome for offer in sort.offers(acts)} == {Outcome.DONE}
    assert sort.bins_of("3") == ("Keep",)
    assert sort.bins_of("1+9") == ("Ask",), "a bin that the card no longer has is left out"


def test_a_tap_on_what_is_no_clue_counts_nothing() -> None:
    (picture,) = [each for each in activities()[:8] if isinstance(each, SpotTheClue)]
    bike = next(act for act in picture.offers({}) if act.outcome is Outcome.DONE)
    acts = after({}, bike)
    assert picture.shown(acts, {}, bike.key)["left"] == 3
    assert picture.shown(acts, {}, bike.key)["said"].why == "Lots of bikes look like this."
    for begun in (acts, {}):  # the bike need not be tapped
        for spot in ("1", "2", "3"):
            assert not picture.is_done(begun)
            begun = after(begun, next(act for act in picture.offers(begun) if act.key == spot))
        assert picture.is_done(begun)


def test_two_words_that_go_together_are_told_and_no_word_is_ever_stored() -> None:
    (bag,) = [each for each in activities() if isinstance(each, WordTiles) and each.pull]
    words = {tile.text: tile.key for tile in bag.rows[0].tiles}
    linked = {"thing": ["1"], "tile1": [words["lake"], words["cup"], words["fish"]]}
    with pytest.raises(NotOffered, match=r"Fish live in a lake.* Swap one of them\."):
        bag.read(linked, {})
    assert [tile.text for tile in bag.shown({}, linked, "")["built"]] == ["lake", "cup", "fish"]
    for few in (["1.1"], ["1.1", "1.2"], ["1.1", "1.2", "1.3", "1.4"], ["1.1", "1.2", "7.7"]):
        with pytest.raises(NotOffered, match=r"Pick three words\."):
            bag.read({"thing": ["1"], "tile1": few}, {})
    pulled = [
        bag.read({"thing": ["1"], "tile1": [words["jam"], words[two], words["drum"]]}, {}) for two in ("cup", "goat")
    ]
    assert pulled == [Act("1", 1, "pulled", Outcome.DONE)] * 2


def test_a_sentence_is_one_tile_of_each_row() -> None:
    (rows,) = [each for each in activities()[8:] if isinstance(each, WordTiles) and not each.pull]
    with pytest.raises(NotOffered, match="Pick one tile in each row"):
        rows.read({"thing": ["1"], "tile1": ["1.1"], "tile2": ["2.1"]}, {})
    act = rows.read({"thing": ["1"], "tile1": ["1.2"], "tile2": ["2.3"], "tile3": ["3.1"]}, {})
    assert act == Act("1", 1, "2+3+1", Outcome.DONE)
    built = rows.shown({"1": [act]}, {}, "")["built"]
    assert " ".join(tile.text for tile in built) == "Someone sent me a secret and I feel worried."


def test_no_face_is_a_wrong_one() -> None:
    for activity in activities():
        if activity.kind in ("pick-a-face", "reveal"):
            assert {act.outcome for path in paths(activity) for act in path} == {Outcome.DONE}


# ------------------------------------------------------------------------------------------------- the authors' page


def test_every_example_for_authors_compiles() -> None:
    text = (HERE / "docs/activities.md").read_text(encoding="utf-8")
    seen = set()
    for heading, body in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE):
        for fence in re.findall(r"```yaml\n(.*?)```", body, re.DOTALL):
            for kind in [name for name in KINDS if re.search(rf"\b{name}\b", heading)]:
                whole = fence.replace("bins:", "circles:") if kind == "circles" else fence
                if kind == "reveal":
                    whole += "  - {text: B, behind: C}\n"
                made(kind, whole)
                seen.add(kind)
    assert seen == set(KINDS)
