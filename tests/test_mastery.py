"""The states of CURRICULUM.md 6.4, case by case."""

from __future__ import annotations

from itertools import product

import pytest

from progress.mastery import FirstChoices, Mastery, counted, in_words, judge, word_for

SECURE, GROWING, LOOK, UNSEEN = Mastery.SECURE, Mastery.GROWING, Mastery.NEEDS_ANOTHER_LOOK, Mastery.NOT_SEEN
YES, NO = True, False


@pytest.mark.parametrize(
    ("b", "c", "state"),
    [
        (YES, YES, SECURE),
        (YES, NO, GROWING),
        (NO, YES, GROWING),
        (YES, None, GROWING),  # C is not due yet
        (NO, None, LOOK),
        (NO, NO, LOOK),
        (None, None, UNSEEN),
        (None, YES, UNSEEN),  # no B yet, whatever else was answered
        (None, NO, UNSEEN),
    ],
)
def test_the_quiz_and_the_check_weeks_later_give_the_state(b: bool | None, c: bool | None, state: Mastery) -> None:
    assert judge(FirstChoices(b, c)) is state


@pytest.mark.parametrize(
    ("b", "c", "d", "is_b_later", "state"),
    [
        # D replaces C where both were taken in their order
        (YES, NO, YES, False, SECURE),
        (YES, YES, NO, False, GROWING),
        (NO, YES, NO, False, LOOK),
        (NO, NO, YES, False, GROWING),
        # or B, if B was the later one
        (NO, YES, YES, True, SECURE),
        (YES, YES, NO, True, GROWING),
        (YES, NO, NO, True, LOOK),
        # C is not due yet, so B is the later one: the resit alone does not make it secure
        (YES, None, YES, False, GROWING),
        (NO, None, YES, False, GROWING),
        (YES, None, NO, False, LOOK),
        # no B: D in its place counts as B, unless it replaced C
        (None, None, YES, False, GROWING),
        (None, None, NO, False, LOOK),
        (None, NO, YES, False, UNSEEN),
    ],
)
def test_the_spare_form_replaces_the_later_one(
    b: bool | None, c: bool | None, d: bool, is_b_later: bool, state: Mastery
) -> None:
    assert judge(FirstChoices(b, c, d, is_b_later)) is state


@pytest.mark.parametrize("first", [FirstChoices(b, c, d) for b, c, d in product((YES, NO, None), repeat=3)])
def test_secure_always_rests_on_two_safe_choices_in_two_forms(first: FirstChoices) -> None:
    if judge(first) is SECURE:
        assert counted(first) == (YES, YES)
        assert [first.b, first.c, first.d].count(YES) >= 2


def test_help_stands_beside_the_state_and_never_lowers_it() -> None:
    assert in_words(SECURE, False, False, "y3-4") == "secure"
    assert in_words(SECURE, True, False, "y3-4") == "secure, asked for help"
    assert in_words(LOOK, True, False, "y5-6") == "needs another look, asked for help"


def test_what_was_answered_at_home_says_so_last_and_counts_all_the_same() -> None:
    assert in_words(SECURE, False, True, "y3-4") == "secure, at home"
    assert in_words(GROWING, True, True, "eyfs") == "with help, asked for help, at home"


def test_reception_is_told_in_its_own_three_words() -> None:
    words = {state: word_for(state, "eyfs") for state in Mastery}
    assert words == {SECURE: "practised", GROWING: "with help", LOOK: "with help", UNSEEN: "not yet seen"}
    assert word_for(UNSEEN, "y1-2") == "not seen yet"
