"""200 phrases are told by pupils, staff and parents and written down by the DSL: whoever has the database, its log, a
dump, the logs of the server or the mail finds none of them. (The browser's profile: test_lifebuoy_in_a_browser.py.)"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from accounts.outbox import Outgoing, send_due
from database import db
from safeguarding.chain import ENTRIES
from safeguarding.models import Entry
from tests.harness.told import planted, told
from tests.harness.visitor import Visitor
from tests.harness.world import World


def test_nobody_without_the_key_finds_one_of_200_phrases(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    willow = world.klass("Willow", 3)
    hart, rees = world.opens_box()
    amina = world.pupil("Amina", willow)
    tablet, teacher = world.signed_in(amina), world.signed_in(world.teacher("Mr Okoro", willow))
    mum, dsl = world.signed_in(world.parent_of(amina)), world.signed_in(hart)
    phrases = planted()
    for number in range(0, 200, 4):
        tells(tablet, phrases[number])
        tells(teacher, phrases[number + 1], about_words="Somebody in Willow")
        tells(mum, phrases[number + 2], about_words="My child")
        dsl.posts(f"/desk/{newest(world)}/note", {"note": phrases[number + 3], "form": str(number)})
    assert sorted(one["words"] for one in told(world)) == sorted(phrases[n] for n in range(200) if n % 4 != 3)
    assert phrases[3] in dsl.visits(f"/desk/{told(world)[2]['concern']}"), "the DSL reads it"
    for visitor in (tablet, teacher, mum, world.signed_in(world.admin()), world.signed_in(rees)):
        visitor.visits("/help")
    mails: list[Outgoing] = []
    with world.app.app_context():
        send_due(mails.append, world.clock.now)
    assert len(mails) == 150

    for name, held in places(world).items():
        assert held, name
        assert [phrase for phrase in phrases if phrase.encode() in held or phrase.encode("utf-16-le") in held] == [], (
            name
        )
    for said in (*caplog.messages, *(f"{mail.subject} {mail.body} {mail.headers}" for mail in mails)):
        assert "planted" not in said


def tells(visitor: Visitor, words: str, **more: str) -> None:
    visitor.visits("/help")
    page = visitor.posts("/help/send", {"id": words.replace(" ", ""), "words": words, **more})
    assert "sent" in page.h1.text


def newest(world: World) -> str:
    """The concern that was told last, without opening all that were told before."""
    with world.app.app_context():
        last = select(ENTRIES.c.concern).where(ENTRIES.c.kind == Entry.TOLD).order_by(ENTRIES.c.place.desc()).limit(1)
        return str(db.session.scalars(last).one())


def places(world: World) -> dict[str, bytes]:
    """Everything that the database is on the disk, and what a dump of it would be."""
    with world.app.app_context():
        if db.engine.dialect.name == "sqlite":
            file = Path(str(db.engine.url.database))
            wal = Path(f"{file}-wal").read_bytes()
            with sqlite3.connect(file) as copy:
                dump = "\n".join(copy.iterdump()).encode()
            copy.close()
            return {"file": file.read_bytes(), "log": wal, "dump": dump, "dump, unhexed": unhexed(dump)}
        rows = [
            repr(tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row))
            for table in inspect(db.engine).get_table_names()
            for row in db.session.execute(text(f'select * from "{table}"'))
        ]
        return {"dump": "\n".join(rows).encode()}


def unhexed(dump: bytes) -> bytes:
    """What a dump writes as X'..', as the bytes that it means."""
    return b"\n".join(bytes.fromhex(part.decode()) for part in dump.replace(b"'", b" ").split() if is_hex(part))


def is_hex(part: bytes) -> bool:
    return len(part) % 2 == 0 and len(part) > 60 and all(letter in b"0123456789ABCDEFabcdef" for letter in part)
