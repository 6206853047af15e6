"""What was told is kept once, unreadable to whoever lacks the key, and never changed without being seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from database import db
from keys import Keys
from safeguarding import desk
from safeguarding.chain import ENTRIES, READS, verify
from safeguarding.concerns import DESK, Erased, rebuild
from safeguarding.models import Entry, Look, State
from tests.harness.telling import WORDS, Office
from tests.harness.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def test_thirty_taps_on_send_are_one_concern(office: Office) -> None:
    sent = {office.tells().concern for _ in range(30)}
    assert len(sent) == 1
    assert office.verdicts()[0].rows == 1
    assert [office.tells().is_new, office.tells("form-2").is_new] == [False, True]


def test_the_same_form_from_another_child_is_another_concern(office: Office) -> None:
    ben = office.world.pupil("Ben", office.world.klass("Oak", 3, school=office.school))
    assert office.tells().concern != office.tells(who=ben).concern


def test_the_dsl_reads_what_was_told_and_everything_done_about_it(office: Office) -> None:
    sent = office.tells(feeling="worried", wants_talk=True)
    office.looks(sent.concern)
    office.records(sent.concern, Entry.NOTE, "1", words="Spoke with Amina in the library.")
    office.records(sent.concern, Entry.NOTE, "1", words="Spoke with Amina in the library.")  # a double tap
    office.records(sent.concern, Entry.OUTCOME, "2", words="Blocked with her mum.", is_waiting=False)
    found = office.read(sent.concern)
    assert (found.told.content["words"], found.child_name) == (WORDS, "Amina")
    assert [(line.kind, line.author) for line in found.lines] == [
        (Entry.NOTE, "Mrs Okafor"),
        (Entry.OUTCOME, "Mrs Okafor"),
    ]
    assert [look.reader for look in found.looks] == ["Mrs Okafor"]
    assert found.state == State.CLOSED


def test_neither_database_changes_or_takes_away_a_row(office: Office) -> None:
    sent = office.tells()
    office.looks(sent.concern)
    tries = [
        *(f"{what} {table}{rest}" for table in ("concern_entries", "concern_reads")
          for what, rest in (("update", " set kind = 'note'"), ("delete from", ""))),
    ]  # fmt: skip
    if db_name(office) == "sqlite":
        tries += [f"insert or replace into {table} select * from {table}" for table in ("concern_entries",)]
    else:
        tries += ["truncate concern_entries", "truncate concern_reads"]
    for statement in tries:
        with pytest.raises(DBAPIError, match="never changed"), office.writing() as connection:
            connection.execute(text(statement))
    assert all(verdict.bad is None for verdict in office.verdicts())


def db_name(office: Office) -> str:
    with office.world.app.app_context():
        return db.engine.dialect.name


@contextmanager
def vandal(office: Office) -> Iterator[Connection]:
    """Somebody with the database in their hands, and the triggers out of the way."""
    with office.world.app.app_context(), db.engine.execution_options(write=True).connect() as connection:
        if db_name(office) == "sqlite":
            for table in ("concern_entries", "concern_reads"):
                for what in ("update", "delete", "replace"):
                    connection.execute(text(f"drop trigger {table}_no_{what}"))
        else:
            connection.execute(text("set session_replication_role = replica"))
        yield connection
        connection.rollback()


def test_a_thousand_single_bytes_changed_are_all_found(office: Office) -> None:
    """Any byte of any column of either chain."""
    for number in range(6):
        sent = office.tells(f"form-{number}")
        office.looks(sent.concern)
        office.records(sent.concern, Entry.NOTE, str(number), words=f"note {number}")
    chance = Random(20261128)
    found = 0
    with vandal(office) as connection:
        for _ in range(1000):
            table = chance.choice((ENTRIES, READS))
            row = dict(chance.choice(connection.execute(table.select()).mappings().all()))
            column = chance.choice([name for name in row if row[name] is not None])
            changed = one_byte_off(row[column], chance)
            here = (table.c.school_id == row["school_id"], table.c.place == row["place"])
            savepoint = connection.begin_nested()
            connection.execute(table.update().where(*here).values({column: changed}))
            verdict = verify(connection, office.world.keys, office.school.id, table)
            found += verdict.bad is not None
            savepoint.rollback()
    assert found == 1000


def one_byte_off(value: Any, chance: Random) -> Any:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(5, 30))  # below 32 are the neighbours, whose places are taken
    raw = bytearray(value.encode() if isinstance(value, str) else bytes(value))
    place = chance.randrange(len(raw))
    if isinstance(value, str):  # another letter: a column of text takes no half of one
        raw[place] = chance.choice([letter for letter in range(33, 127) if letter != raw[place]])
        return raw.decode()
    raw[place] ^= 1 << chance.randrange(8)
    return bytes(raw)


@pytest.mark.sqlite_only
def test_text_that_is_no_text_any_more_is_named_and_stops_nothing(office: Office) -> None:
    office.tells("1")
    office.tells("2")
    with vandal(office) as connection:
        connection.execute(text("update concern_entries set at = cast(x'ff32' as text) where place = 2"))
        verdict = verify(connection, office.world.keys, office.school.id, ENTRIES)
    assert (verdict.bad, verdict.why) == (2, "it cannot be read at all")


@pytest.mark.parametrize(
    ("damage", "place", "why"),
    [
        ("delete from concern_entries where place = 2", 2, "a row is missing here"),
        ("delete from concern_entries where place = 3", 3, "rows are missing at the end"),
    ],
)
def test_a_row_that_was_taken_away_is_named(office: Office, damage: str, place: int, why: str) -> None:
    for number in range(3):
        office.tells(str(number))
    with vandal(office) as connection:
        connection.execute(text(damage))
        verdict = verify(connection, office.world.keys, office.school.id, ENTRIES)
    assert (verdict.bad, verdict.why) == (place, why)


def test_two_rows_that_changed_places_are_seen(office: Office) -> None:
    """A place is not in the hash (the transfer file proves a row without it): the hash of the row before holds it."""
    for number in range(3):
        office.tells(str(number))
    with vandal(office) as connection:
        for before, after in ((2, 99), (3, 2), (99, 3)):
            connection.execute(text(f"update concern_entries set place = {after} where place = {before}"))
        verdict = verify(connection, office.world.keys, office.school.id, ENTRIES)
    assert (verdict.bad, verdict.why) == (2, "it does not follow the row before")


def test_a_chain_made_anew_by_somebody_without_the_key_is_seen(office: Office) -> None:
    office.tells()
    stranger = Keys({1: b"x" * 32})
    assert office.verdicts(stranger)[0].why == "it was not written by this installation"


def test_an_erased_concern_cannot_be_read_and_the_chain_stays_whole(office: Office) -> None:
    gone, stays = office.tells("1"), office.tells("2")
    office.erases(gone.concern)
    assert [verdict.bad for verdict in office.verdicts()] == [None, None]
    assert office.verdicts()[0].erased == (gone.concern,)
    assert office.unreadable() is None
    assert office.read(stays.concern).told.content["words"] == WORDS
    row = office.row(gone.concern)
    with office.writing() as connection:
        assert desk.read_record(connection, office.world.keys, row) is None
    with pytest.raises(Erased):
        office.records(gone.concern, Entry.NOTE, words="too late")


def test_a_key_that_went_without_the_rule_is_named(office: Office) -> None:
    office.tells()
    with office.writing() as connection:
        connection.execute(text("delete from concern_keys"))
    assert office.unreadable() == (1, "its key is gone, and no entry says that it was erased")


def test_the_inbox_worked_out_again_is_the_inbox_that_was_kept(office: Office) -> None:
    one, two, three = office.tells("1"), office.tells("2", is_for_head=True), office.tells("3")
    later = office.world.clock
    office.looks(one.concern)
    later.moves(minutes=5)
    office.records(one.concern, Entry.PRIORITY, "p", priority=2)
    office.records(one.concern, Entry.WORD_BACK, "w")
    office.records(two.concern, Entry.ALERTED, "a", whom="head")
    office.records(three.concern, Entry.ACTION, "x", words="ring home", is_waiting=True)
    later.moves(minutes=5)
    office.looks(one.concern, Look.WORD_BACK)
    office.looks(three.concern)
    office.erases(two.concern)
    with office.writing() as connection:
        assert rebuild(connection, office.world.keys, office.school.id) == 0
        connection.execute(DESK.update().where(DESK.c.concern == one.concern).values(priority=3))
        connection.execute(DESK.delete().where(DESK.c.concern == three.concern))
        assert rebuild(connection, office.world.keys, office.school.id) == 2
        assert rebuild(connection, office.world.keys, office.school.id) == 0
    assert (office.row(one.concern)["priority"], office.row(three.concern)["state"]) == (2, State.WAITING)


def test_nobody_without_the_key_finds_a_word_or_a_name_in_the_rows(office: Office) -> None:
    sent = office.tells(feeling="worried", class_name="Willow")
    office.records(sent.concern, Entry.NOTE, "1", words="Amina was calm.")
    with office.writing() as connection:
        held = " ".join(
            repr(tuple(row))
            for table in ("concern_entries", "concern_reads", "concern_keys", "concern_desk", "chain_heads")
            for row in connection.execute(text(f"select * from {table}"))
        )
    for secret in ("keeps asking", "Amina", "worried", "Willow", "calm"):
        assert secret not in held


def test_long_and_short_words_take_the_same_room(office: Office) -> None:
    sizes = set()
    for number, words in enumerate(("", "help", "x" * 150)):
        sent = office.tells(str(number), words=words)
        with office.writing() as connection:
            (sealed,) = connection.scalars(select(ENTRIES.c.sealed).where(ENTRIES.c.concern == sent.concern))
        sizes.add(len(sealed))
    assert len(sizes) == 1
