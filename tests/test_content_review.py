"""docs/content-review.md keeps the desk review: every lesson read in four parts, 16 of 20 or more and no zero."""

from __future__ import annotations

import re
from pathlib import Path

from lessons import catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs/content-review.md"
READERS = {"Teacher", "Safeguarding lead", "SENCO and EAL lead", "Parent"}
_ROW = re.compile(r"^\| `([\w.-]+)` \| ([A-Za-z ]+) \| (\d+) \| (\d) \| (.+) \|$", re.MULTILINE)


def test_every_lesson_was_read_in_four_parts_and_none_was_let_out_below_16() -> None:
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    read: dict[str, set[str]] = {}
    for lesson, reader, score, lowest, words in rows:
        read.setdefault(lesson, set()).add(reader)
        assert 16 <= int(score) <= 20, (lesson, reader)
        assert 1 <= int(lowest) <= 2, (lesson, reader)
        assert len(words.split()) >= 3, (lesson, reader)
    assert read == dict.fromkeys(catalogue.load().lessons, READERS)
    assert len(rows) == 128


def test_no_lesson_claims_a_reader_that_it_has_not_had() -> None:
    for lesson in catalogue.load().lessons.values():
        assert lesson.reviewer == "desk review; not yet read in a school", lesson.id
    assert "no real teacher, lead or child has read it yet" in PAGE.read_text(encoding="utf-8")
