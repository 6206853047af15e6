"""British spelling against Debian's dictionary, where it is installed: here a small one in the same form."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons.compiler import Passage
from lessons.reading import Mistake
from lessons.spelling import Dictionary, misspelt, read_dictionary
from quizzes import check as checking
from tests.harness.content import LESSON, Copy, copy_model

STEMS = """12
colour/SMDG
kind/U
happy/T
tell/RG
the
a
shop/M
organise/DG
Ben
to
photo/S
can't
friend/S
"""
AFFIXES = """SET UTF-8
# prefixes and suffixes, as hunspell writes them
PFX U Y 1
PFX U 0 un .

SFX S Y 2
SFX S y ies [^aeiou]y
SFX S 0 s [^sxzhy]
SFX M Y 1
SFX M 0 's .
SFX D Y 2
SFX D 0 d e
SFX D 0 ed [^ey]
SFX G Y 2
SFX G e ing e
SFX G 0 ing [^e]
SFX R Y 1
SFX R 0 er [^e]
SFX T Y 1
SFX T y ier y
"""


@pytest.fixture
def small(tmp_path: Path) -> Dictionary:
    (tmp_path / "en_GB.dic").write_text(STEMS, encoding="utf-8")
    (tmp_path / "en_GB.aff").write_text(AFFIXES, encoding="utf-8")
    read_dictionary.cache_clear()
    found = read_dictionary(tmp_path / "en_GB.dic")
    read_dictionary.cache_clear()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "is_known"),
    [
        ("colour", True),
        ("colours", True),
        ("Coloured", True),
        ("colour's", True),
        ("color", False),
        ("colourd", False),  # "d" follows an "e"
        ("unkind", True),
        ("unhappy", False),
        ("happier", True),
        ("happyer", False),
        ("organised", True),
        ("organising", True),
        ("telling", True),
        ("teller", True),
        ("photos", True),
        ("can’t", True),
        ("Ben", True),
        ("ben", False),
        ("photo-friends", True),
        ("photo-frends", False),
    ],
)
def test_a_word_is_known_with_its_endings(small: Dictionary, word: str, is_known: bool) -> None:
    assert small.knows(word) is is_known


def test_where_it_is_not_installed_there_is_none(tmp_path: Path) -> None:
    read_dictionary.cache_clear()
    assert read_dictionary(tmp_path / "en_GB.dic") is None
    read_dictionary.cache_clear()


def told(small: Dictionary, text: str, *, names: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> list[Mistake]:
    return list(misspelt([("a.md", Passage(4, text))], small, names, allowed))


@pytest.mark.parametrize(
    "fine",
    [
        "Tell the friends. Ben can't.",
        "The DragonFan22, the EAL, a photo.example",  # names, short forms and addresses
        "Tell Amina. Amina can't tell.",  # inside a sentence it is shown to be a name
        "Amina: tell",
        "{{ fact:childline-phone }} **tell**",
    ],
)
def test_what_is_no_word_is_left_alone(small: Dictionary, fine: str) -> None:
    assert told(small, fine) == []


def test_a_misspelt_word_is_told_with_its_line(small: Dictionary) -> None:
    message = "`freinds` is in no British dictionary: mend it, or add it to words.yaml"
    assert told(small, "Tell the\nfreinds to tell.") == [Mistake("a.md", 5, message)]
    assert [one.line for one in told(small, "Tel the friends.")] == [4]
    assert told(small, "Freinds tell.", names=("Freinds",)) == []
    assert told(small, "Tell the freinds.", allowed=("freinds",)) == []


def test_the_check_uses_it(tmp_path: Path, small: Dictionary, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a dictionary that holds next to nothing, nearly every word is told; none without one."""
    copy: Copy = copy_model(tmp_path / "copy")
    monkeypatch.setattr(checking, "read_dictionary", lambda: small)
    report = copy.check()
    line = copy.line(LESSON, "They laugh a lot.")
    assert f"{LESSON}:{line}: `laugh` is in no British dictionary: mend it, or add it to words.yaml" in map(
        str, report.mistakes
    )
    assert report.counts["spelling"] == "checked"
    monkeypatch.setattr(checking, "read_dictionary", lambda: None)
    report = copy.check()
    assert report.mistakes == ()
    assert report.counts["spelling"] == "American forms alone"


@pytest.mark.parametrize("american", ["Organize it.", "What a nice color.", "My mom says so.", "In third grade."])
def test_american_forms_are_told_with_any_dictionary_or_none(tmp_path: Path, american: str) -> None:
    copy: Copy = copy_model(tmp_path)
    copy.plant(LESSON, "Listen first.", american)
    line = copy.line(LESSON, american)
    assert [one for one in copy.told() if one.startswith(f"{LESSON}:{line}: ") and "is American: write" in one]
