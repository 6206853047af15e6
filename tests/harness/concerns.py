"""Concerns in a test's world: told and recorded by the functions that the pages use, without the pages."""

from __future__ import annotations

import secrets
from typing import Any

from database import writing
from safeguarding.concerns import Sent, Told, erase, look, record, tell
from safeguarding.models import Entry, Look, Source
from tests.harness.world import APerson, World

#: What a child sends in most stories, and what nobody but the desk may ever be shown.
WORDS = "Someone in my game keeps asking where I live."


def tells(world: World, child: APerson, words: str = WORDS, *, form: str = "", **more: Any) -> Sent:
    """A pupil presses the lifebuoy. `more`: anything else of `Told`, such as is_for_head=True."""
    said: dict[str, Any] = {
        "source": Source.PUPIL,
        "from_id": child.id,
        "from_name": child.name,
        "from_role": child.role.value,
        "about_id": child.id,
        "about_name": child.name,
        "class_name": child.klass.name if child.klass else "",
        "year_group": child.klass.year_group if child.klass else None,
        "how": "pictures",
        **more,
    }
    with world.app.app_context(), writing() as connection:
        told = Told(words=words, **said)
        return tell(connection, world.keys, child.school.id, told, form or secrets.token_hex(8), world.clock.now)


def records(world: World, author: APerson, concern: str, kind: Entry, **content: Any) -> None:
    """Somebody of the team writes one thing more."""
    with world.app.app_context(), writing() as connection:
        record(
            connection,
            world.keys,
            author.school.id,
            concern,
            kind,
            content,
            author_id=author.id,
            form=secrets.token_hex(8),
            at=world.clock.now,
        )


def looks(world: World, by: APerson, concern: str, kind: Look = Look.OPEN) -> None:
    with world.app.app_context(), writing() as connection:
        look(
            connection,
            world.keys,
            by.school.id,
            concern,
            kind,
            reader_id=by.id,
            sign_in_id=None,
            at=world.clock.now,
        )


def erases(world: World, by: APerson, concern: str) -> None:
    with world.app.app_context(), writing() as connection:
        erase(connection, world.keys, by.school.id, concern, "transferred", author_id=by.id, at=world.clock.now)
