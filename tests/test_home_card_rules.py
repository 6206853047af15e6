"""What stands on a home card, decided without a page: own acts, questions that fit, and room for 150 words."""

from __future__ import annotations

from itertools import combinations

import pytest

from lessons.catalogue import load as load_lessons
from lessons.home_rules import LESSON_IDS
from lessons.lesson import PLACE_NAMES, Lesson
from lessons.registers import Home
from lessons.wording import words
from progress.home_card import LONGEST_FROM_ELSEWHERE, HomeCard, Known, make_home_card
from progress.mastery import FirstChoices
from quizzes.catalogue import load as load_quizzes
from tests.test_family_summary_story import NEVER

PIER, COVE = "online-friends.y3-4", "passwords.y3-4"
#: The words that are the same on every card, with two leads. The box of a square to scan is an address and a code, and
#: not for reading; tests/test_home_card_demo.py counts it too.
FIXED = len(
    words(
        "Sam lit a lamp at. Three things to ask. Five minutes together. One setting to check. Where to get help. "
        "School: Ms Okonkwo or Mr Lindqvist. NSPCC, for adults 0808 800 5000. Childline, for children 0800 1111. CEOP "
        "ceop.police.uk. In danger now: 999. Safe Harbour."
    )
)


def lesson(name: str) -> Lesson:
    return load_lessons().lesson(name)


def home() -> Home:
    return load_lessons().registers.home


def card(
    finished: list[str],
    *,
    hard: dict[str, str] | None = None,
    acts: dict[str, str] | None = None,
    stands: dict[str, FirstChoices] | None = None,
    not_before: set[str] | None = None,
    band: str = "y3-4",
) -> HomeCard:
    """Amina's; `acts`: lesson to steps, with spaces between; `finished` has the newest first."""
    known = Known(
        finished=tuple(lesson(name) for name in finished),
        first_choices=stands or {},
        hard=hard or {},
        acts={name: frozenset(steps.split()) for name, steps in (acts or {}).items()},
        not_before=frozenset(not_before or ()),
    )
    return make_home_card("Amina", known, load_lessons().in_band(band), home())


# One strength


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("tell", "In the pretend app, Amina told a grown-up."),
        ("tell stop block report", "In the pretend app, Amina stopped and told a grown-up."),
        ("turn tell", "In the pretend app, Amina turned the screen over and told a grown-up."),
        ("stop block", "In the pretend app, Amina stopped and pressed block."),
        ("block report", "In the pretend app, Amina pressed block and pressed report."),
        ("keep tell", "In the pretend app, Amina kept what was said and told a grown-up."),
    ],
)
def test_the_strength_comes_from_her_own_acts(steps: str, said: str) -> None:
    well = {f"{PIER}.1": FirstChoices(True, True)}
    assert card([PIER], acts={PIER: steps}, stands=well).strength == said


def strength_of(name: str) -> str:
    return lesson(name.rpartition(".")[0]).strengths[name].replace("{name}", "Amina")


def test_what_she_learned_in_the_newest_lesson_comes_before_acts_that_most_children_do() -> None:
    """Chosen well after the lesson and not before it: of two such, the last, which is nearer to doing."""
    right = {f"{PIER}.{number}": FirstChoices(True) for number in (1, 2, 3, 4)}
    acts = {PIER: "stop tell"}
    learned = card([PIER], acts=acts, stands=right, not_before={f"{PIER}.1", f"{PIER}.3"})
    assert learned.strength == strength_of(f"{PIER}.3")
    knew = card([PIER], acts=acts, stands=right)
    assert knew.strength == "In the pretend app, Amina stopped and told a grown-up."


def test_what_she_has_not_learned_yet_or_learned_in_an_earlier_lesson_is_not_told_as_new() -> None:
    stands = {f"{PIER}.1": FirstChoices(False), f"{COVE}.1": FirstChoices(True), f"{PIER}.2": FirstChoices(True)}
    told = card([PIER, COVE], acts={PIER: "tell"}, stands=stands, not_before={f"{PIER}.1", f"{COVE}.1", f"{PIER}.4"})
    assert told.strength == "In the pretend app, Amina told a grown-up."


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("stop", "stop tell block report", "In the pretend app, Amina told a grown-up."),
        ("stop tell", "stop tell block", "In the pretend app, Amina told a grown-up and pressed block."),
        ("stop tell block", "stop block report", "In the pretend app, Amina pressed report."),
        ("stop tell", "stop tell", "In the pretend app, Amina stopped and told a grown-up."),
        ("", "stop tell", "In the pretend app, Amina stopped and told a grown-up."),
    ],
)
def test_a_step_that_no_earlier_app_saw_is_told_first(before: str, now: str, said: str) -> None:
    assert card([PIER, COVE], acts={COVE: before, PIER: now}).strength == said


def test_a_new_step_comes_before_what_she_learned() -> None:
    for now, said in (("stop tell", "In the pretend app, Amina told a grown-up."), ("stop", strength_of(f"{PIER}.1"))):
        acts = {COVE: "stop", PIER: now}
        made = card([PIER, COVE], acts=acts, stands={f"{PIER}.1": FirstChoices(True)}, not_before={f"{PIER}.1"})
        assert made.strength == said


def test_from_year_5_she_told_an_adult() -> None:
    name = "online-friends.y5-6"
    told = card([name], acts={name: "keep tell"}, band="y5-6").strength
    assert told == "In the pretend app, Amina kept what was said and told an adult."


def test_without_an_act_the_strength_is_what_goes_well_secure_before_growing() -> None:
    stands = {f"{PIER}.1": FirstChoices(True, False), f"{PIER}.3": FirstChoices(True, True)}
    told = lesson(PIER).strengths[f"{PIER}.3"].replace("{name}", "Amina")
    assert card([PIER], stands=stands, acts={PIER: ""}).strength == told


def test_of_what_goes_equally_well_the_shortest_is_told() -> None:
    stands = {f"{PIER}.{number}": FirstChoices(True) for number in (1, 2, 3, 4)}
    shortest = min(lesson(PIER).strengths.values(), key=lambda text: len(words(text)))
    assert card([PIER], stands=stands).strength == shortest.replace("{name}", "Amina")


def test_acts_of_an_earlier_lesson_come_before_saying_that_it_was_done() -> None:
    assert card([COVE, PIER], acts={PIER: "stop"}).strength == "In the pretend app, Amina stopped."
    assert card([COVE, PIER]).strength == "Amina finished the whole lesson “Three random words”."


# Three questions


def test_what_she_found_hard_is_asked_first_and_named_nowhere() -> None:
    made = card([PIER], hard={f"{PIER}.1": "time-is-knowing", f"{PIER}.4": "stopping-is-rude"})
    assert made.questions == (
        home().questions["time-is-knowing"],
        home().questions["stopping-is-rude"],
        lesson(PIER).parent_ask[0],
    )
    belief = load_lessons().misconception("time-is-knowing").belief
    assert belief not in " ".join(made.questions)


def test_where_nothing_was_hard_there_are_three_all_the_same() -> None:
    easy = card([PIER])
    assert len(set(easy.questions)) == 3
    assert easy.questions[:2] == lesson(PIER).parent_ask
    assert card([PIER, COVE]).questions[2] == lesson(COVE).parent_ask[0]


def test_the_newest_lesson_asks_before_an_earlier_one_does() -> None:
    """A card about the pier does not ask about passwords alone, however hard those were half a year ago."""
    was_hard = ("swaps-make-strong", "about-me-is-best", "sharing-shows-friendship")
    asked = card([PIER, COVE], hard={f"{COVE}.{number}": idea for number, idea in enumerate(was_hard, 1)}).questions
    assert asked == (*lesson(PIER).parent_ask, home().questions["swaps-make-strong"])


def test_two_ideas_with_one_question_and_an_idea_without_one_are_no_trouble() -> None:
    same = {f"{PIER}.{number}": "time-is-knowing" for number in (1, 2, 3)}
    assert len(set(card([PIER], hard=same).questions)) == 3
    assert card([PIER], hard={f"{PIER}.1": "written-next-year"}).questions[:2] == lesson(PIER).parent_ask


def test_every_question_of_every_lesson_leaves_three_that_differ() -> None:
    for one in load_lessons().lessons.values():
        made = card([one.id], band=one.band)
        assert len(set(made.questions)) == 3, one.id


# What comes


@pytest.mark.parametrize("band", ["eyfs", "y1-2", "y3-4", "y5-6"])
def test_a_class_that_has_done_nothing_is_told_what_comes(band: str) -> None:
    made = card([], band=band)
    first = load_lessons().in_band(band)[0]
    assert made.is_coming
    assert made.title == "Amina sets sail soon"
    assert PLACE_NAMES[first.place] in made.practised
    assert made.strength == ""
    assert len(set(made.questions)) == 3
    assert made.activity == home().activity[first.id]


def test_a_band_without_a_lesson_has_a_card_with_no_questions() -> None:
    known = Known((), {}, {}, {})
    made = make_home_card("Amina", known, (), home())
    assert made.questions == ()
    assert made.practised == "Soon Amina will learn how to stay safe and kind online."


# Words for all of them, and room


def test_every_lesson_of_the_grid_and_every_wrong_idea_has_its_words() -> None:
    assert home().practised.keys() == home().activity.keys() == home().settings.keys() == set(LESSON_IDS)
    assert load_lessons().registers.misconceptions.keys() <= home().questions.keys()


def test_no_word_that_is_written_for_home_measures_or_dates_a_child() -> None:
    written = home()
    for part in (written.questions, written.practised, written.activity, written.settings):
        for name, text in part.items():
            assert not NEVER.search(text), f"{name}: {text}"


@pytest.mark.parametrize("name", sorted(load_lessons().lessons))
def test_the_longest_card_that_a_lesson_can_make_has_room(name: str) -> None:
    """Its longest strength, and the three questions that are longest together among all that may stand there."""
    one = lesson(name)
    tagged = {option.misconception for item in load_quizzes().quiz(name).items for option in item.options} - {""}
    hard = [len(words(home().questions[idea])) for idea in tagged if idea in home().questions]
    own = [len(words(question)) for question in one.parent_ask]
    ways = [
        sum(some_hard) + sum(own[: 3 - count]) + LONGEST_FROM_ELSEWHERE * max(0, 3 - count - len(own))
        for count in range(4)
        for some_hard in combinations(sorted(hard, reverse=True)[:3], count)
    ]
    told = (*one.strengths.values(), "In the pretend app, Amina turned the screen over and told a grown-up.")
    strength = max(len(words(text)) for text in told)
    parts = (home().practised[name], home().activity[name], home().settings[name], PLACE_NAMES[one.place])
    assert FIXED + sum(len(words(part)) for part in parts) + strength + max(ways) <= 150
