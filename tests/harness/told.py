"""What a school has been told, read as the desk reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, text

from database import db, writing
from lessons import catalogue
from safeguarding.chain import ENTRIES, READS
from safeguarding.concerns import DESK, concern_key, record
from safeguarding.models import Entry
from safeguarding.sealing import unseal
from tests.harness.visitor import Page
from tests.harness.world import APerson, ASchool, World

WORDS = "Someone in my game keeps asking where I live."
NOBODY = "Nobody is watching this at night, at weekends or in holidays."
#: A year group of each band.
BANDS = ((0, "r"), (2, "y12"), (3, "y34"), (6, "y56"))


def told(world: World, school: ASchool | None = None) -> list[dict[str, Any]]:
    """Each concern of this school as it was sealed, the oldest first, with its `concern` and `is_for_head_row`."""
    where = (school or world.home).id
    found = []
    with world.app.app_context(), writing() as connection:
        rows = connection.execute(
            select(ENTRIES.c.concern, ENTRIES.c.sealed)
            .where(ENTRIES.c.school_id == where, ENTRIES.c.kind == Entry.TOLD)
            .order_by(ENTRIES.c.place)
        ).all()
        for row in rows:
            key = concern_key(connection, world.keys, where, row.concern)
            desk = connection.execute(DESK.select().where(DESK.c.concern == row.concern)).mappings().one()
            content = unseal(key, row.concern, Entry.TOLD, bytes(row.sealed))
            found.append({**content, "concern": row.concern, "is_for_head_row": desk["is_for_head"]})
    return found


def sends_word_back(world: World, reader: APerson, concern: str, form: str = "word") -> None:
    """The DSL chooses to show the child a word on the screen."""
    with world.app.app_context(), writing() as connection:
        record(
            connection, world.keys, reader.school.id, concern, Entry.WORD_BACK, {},
            author_id=reader.id, form=form, at=world.clock.now,
        )  # fmt: skip


def looks(world: World, kind: str) -> int:
    """How many looks of this kind the read log holds."""
    with world.app.app_context(), writing() as connection:
        return len(connection.execute(select(READS.c.place).where(READS.c.kind == kind)).all())


@contextmanager
def nothing_can_be_kept(world: World) -> Iterator[None]:
    """The database refuses what is told, and goes on reading."""

    def rename(old: str, new: str) -> None:
        with world.app.app_context(), db.engine.begin() as connection:
            connection.execute(text(f"alter table {old} rename to {new}"))

    rename("concern_keys", "gone")
    try:
        yield
    finally:
        rename("gone", "concern_keys")


def says_what_must_be_said(page: Page, band: str) -> None:
    """What no school can edit away, in the words of this band (TRUST.md 2.1, CURRICULUM.md 4.4)."""
    facts = catalogue.load().facts.by_id
    assert NOBODY in page
    assert re.search(r"Tell (a grown-up|an adult) now", page.text)
    assert facts["childline-phone"].value in page
    assert facts["emergency-phone"].value in page
    if band in ("r", "y12"):
        beside = page.one("main .beside-you")
        assert "For the grown-up beside you" in beside.text
        assert facts["nspcc-phone"].value in beside.text
        main = page.one("main")
        assert main.text.count(facts["childline-phone"].value) == beside.text.count(facts["childline-phone"].value)
    assert (facts["ceop-site"].value in page) == (band == "y56")
    assert facts["report-remove"].value not in page
