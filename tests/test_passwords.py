"""Which passwords are taken, and what is said about the others."""

from __future__ import annotations

import pytest

from accounts.passwords import LONGEST, hash_password, is_password, problem_with

EMAIL = "j.okoro@school.example"


@pytest.mark.parametrize(
    "password",
    [
        "puffin lantern tractor",
        "correct horse battery",
        "Grün und blau 7 Mäuse",
        "日本語のながいことばです。",
        "x7#Kq9!vTz2p",
    ],
)
def test_a_long_and_uncommon_one_is_taken(password: str) -> None:
    assert problem_with(password, EMAIL) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "12 characters or more"),
        ("elevenchars", "12 characters or more"),
        ("x" * (LONGEST + 1), "characters or fewer"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("121212121212", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("password123456", "easy to guess"),
        ("!!!football!!!", "easy to guess"),
        ("123456789012", "easy to guess"),
        ("Okoro j.okoro 2026", "your own name"),
        ("J.OKORO-teaches", "your own name"),
    ],
)
def test_a_weak_one_is_refused_with_what_to_do(password: str, said: str) -> None:
    assert said in problem_with(password, EMAIL)


def test_every_refusal_says_what_to_do_instead() -> None:
    for weak in ("short", "x" * 300, "password123456", "j.okoro at the harbour"):
        assert "Use" in problem_with(weak, EMAIL) or "Three random words" in problem_with(weak, EMAIL)


def test_a_hash_opens_for_its_own_password_alone() -> None:
    stored = hash_password("puffin lantern tractor")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(stored, "puffin lantern tractor")
    assert not is_password(stored, "puffin lantern tractor ")
    assert not is_password(stored, "")


def test_an_account_without_a_password_opens_for_nothing() -> None:
    assert not is_password("", "")
    assert not is_password("", "nobody has this one")
    assert not is_password("not a hash", "puffin lantern tractor")


def test_the_same_password_is_never_the_same_hash() -> None:
    assert hash_password("puffin lantern tractor") != hash_password("puffin lantern tractor")
