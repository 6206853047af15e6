"""The server is killed while children ask for help: what was acknowledged is there once, for the DSL alone."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from accounts import people
from accounts.models import Adult, Role, User
from accounts.second_factor import new_secret, seal
from accounts.secrets import card_token
from app import create_app
from database import db, start_writing
from safeguarding.box import set_box
from safeguarding.chain import ENTRIES, READS, verify, verify_words
from safeguarding.concerns import DESK
from safeguarding.desk import read_record
from settings import Settings
from tests.harness.killed_server import HERE, Server, Tablet, token_in

CHILDREN = 30
KILLS = 10
CALLS = 2000
AGAIN = 7  # each so-manyth acknowledged one is sent once more: the reply was lost, say


class Caller(Tablet):
    """A child's tablet that asks for help until it is told that it was sent, many times over."""

    def __init__(self, server: Server, card: str) -> None:
        super().__init__(server, card)
        self.acknowledged: list[str] = []

    def calls(self, times: int) -> None:
        self.comes_aboard()
        _, _, page = self.send("GET", "/help")
        token = token_in(page)
        for _ in range(times):
            words = f"planted {secrets.token_hex(8)}"
            fields = {"csrf_token": token, "id": secrets.token_hex(16), "words": words, "feeling": "worried"}
            status, where, page = self.send("POST", "/help/send", fields)
            assert (status, where.split("?")[0]) == (303, "/help/sent"), (status, page[:300])
            self.acknowledged.append(words)
            if len(self.acknowledged) % AGAIN == 0:
                assert self.send("POST", "/help/send", fields)[0] == 303


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Flask, list[str]]]:
    app = create_app(Settings(environment="test", instance=tmp_path / "instance"))
    with app.app_context():
        upgrade(directory=str(HERE / "migrations"))
        start_writing()
        at = app.extensions["settings"].clock()
        keys = app.extensions["keys"]
        made = people.make_school("Harbour Primary", at)
        willow = people.make_class(made.id, "Willow", 3, at)
        pupils = people.add_pupils(
            keys, made, [people.NewPupil(willow.id, 3, f"Pupil {n}", "", False) for n in range(CHILDREN)], at
        )
        for role, name in ((Role.DSL, "Mrs Okafor"), (Role.DEPUTY, "Mr Bell")):
            reader = people.add_staff(made.id, role, name, f"{role}@harbour.example", at)
            adult = db.session.get_one(Adult, reader.id)
            adult.totp_secret, adult.is_totp_on = seal(keys, new_secret()), True
        for pupil in pupils:
            pupil.is_card_for_home = True
        set_box(made.id, at, is_on=True, opens=525, closes=915, holidays="")
        ids = [db.session.get_one(User, pupil.user_id).public_id for pupil in pupils]
        db.session.commit()
        cards = [card_token(keys, public_id, 1, keys.version) for public_id in ids]
    yield app, cards
    with app.app_context():
        db.engine.dispose()


@pytest.mark.sqlite_only
def test_no_acknowledged_call_for_help_is_lost_or_doubled_when_the_server_is_killed(
    school: tuple[Flask, list[str]],
) -> None:
    app, cards = school
    server = Server(app.extensions["settings"].instance)
    server.start()
    callers = [Caller(server, card) for card in cards]
    faults: list[BaseException] = []

    def work(caller: Caller) -> None:
        try:
            caller.calls(-(-CALLS // CHILDREN))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(caller,), daemon=True) for caller in callers]
    for thread in threads:
        thread.start()
    kills = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.02)
        if kills < KILLS and sum(len(one.acknowledged) for one in callers) >= (kills + 1) * CALLS // (KILLS + 1):
            server.kill()
            kills += 1
            server.start()
    server.kill()

    assert not faults, faults
    assert kills == KILLS
    acknowledged = [words for caller in callers for words in caller.acknowledged]
    assert len(acknowledged) >= CALLS
    stored: Counter[str] = Counter()
    with app.app_context(), db.engine.connect() as connection:
        keys = app.extensions["keys"]
        for row in connection.execute(DESK.select()).mappings().all():
            record = read_record(connection, keys, dict(row))
            assert record is not None
            stored[record.told.content["words"]] += 1
        school_id = connection.scalar(DESK.select().with_only_columns(DESK.c.school_id))
        assert school_id is not None
        assert [verify(connection, keys, school_id, table).bad for table in (ENTRIES, READS)] == [None, None]
        assert verify_words(connection, keys, school_id) is None
    assert {words: stored[words] for words in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert set(stored.values()) == {1}
    kept = b"".join(file.read_bytes() for file in app.extensions["settings"].instance.glob("harbour.sqlite3*"))
    assert not re.search(rb"planted [0-9a-f]", kept), "somebody with the file can read it"
