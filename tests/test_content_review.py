"""The page about the desk review has a row for every lesson and reader, and says what it is not."""

from __future__ import annotations

import re
from pathlib import Path

from accounts.bands import BANDS
from lessons.lesson import PLACES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "content-review.md"
READERS = ("Teacher", "Safeguarding lead", "SENCO and EAL lead", "Parent")
ROW = re.compile(r"^\| `([a-z0-9.-]+)` \| ([^|]+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)


def test_every_lesson_has_a_row_for_each_reader() -> None:
    rows = [(lesson, reader.strip()) for lesson, reader, *_ in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    assert sorted(rows) == sorted((f"{topic}.{band}", each) for topic in PLACES for band in BANDS for each in READERS)


def test_it_says_plainly_who_has_not_read_them() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert "Desk review; no real teacher, lead or child has read it yet." in said
