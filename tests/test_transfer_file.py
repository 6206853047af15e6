"""The file for the next school: everything that was kept, and a proof that holds against whoever changes a letter."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from safeguarding import transfer
from safeguarding.concerns import DESK
from safeguarding.desk import read_record
from safeguarding.models import Entry
from safeguarding.retention import review_on
from safeguarding.transfer import Child, NotWhole, Transfer, check
from safeguarding.transfer_views import birthday_of
from tests.harness.telling import WORDS, Office
from tests.harness.world import World

CHILD = Child("Amina Łukaszewska-O’Brien", "2018-02-03", "Willow")


@pytest.fixture
def file(world: World) -> bytes:
    office = Office(world)
    for number in range(3):
        sent = office.tells(f"form-{number}", words=f"{WORDS} {number} — “привет” ☂")
        office.looks(sent.concern)
        office.records(sent.concern, Entry.NOTE, str(number), words="Spoke with Amina.", reason="She asked to talk.")
    about = Transfer("Harbour Primary", "Far Shore Primary", "Mrs Okafor", world.clock.now, "Europe/London")
    with office.writing() as connection:
        rows = connection.execute(select(DESK).order_by(DESK.c.number)).mappings().all()
        found = [read_record(connection, world.keys, dict(row)) for row in rows]
        records = [record for record in found if record is not None]
        return transfer.make_file(connection, world.keys, office.school.id, about, CHILD, records)


def test_the_next_school_has_every_word_and_can_prove_it(file: bytes) -> None:
    record = check(file)
    assert record["child"] == {"full_name": CHILD.full_name, "date_of_birth": "2018-02-03", "class": "Willow"}
    assert [one["reference"] for one in record["concerns"]] == ["SH-0001", "SH-0002", "SH-0003"]
    first = record["concerns"][0]
    assert first["entries"][0]["content"]["words"] == f"{WORDS} 0 — “привет” ☂"
    assert [entry["kind"] for entry in first["entries"]] == ["told", "note"]
    assert first["read_by"][0]["reader"] == "Mrs Okafor"


def test_the_pdf_is_one_that_a_reader_opens(file: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(file)) as kept:
        assert sorted(kept.namelist()) == ["READ-ME.txt", "proof.json", "record.json", "record.pdf"]
        pdf = kept.read("record.pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"/Count 1" in pdf or b"/Count 2" in pdf


def changed(file: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The same file with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(file)) as kept:
        parts = {part: kept.read(part) for part in kept.namelist()}
    before = parts[name].decode()
    parts[name] = change(before).encode()
    assert parts[name].decode() != before
    with io.BytesIO() as made:
        with zipfile.ZipFile(made, "w") as again:
            for part, content in parts.items():
                again.writestr(part, content)
        return made.getvalue()


def test_a_word_changed_in_the_record_is_seen(file: bytes) -> None:
    with pytest.raises(NotWhole, match=r"record\.json was changed"):
        check(changed(file, "record.json", lambda said: said.replace("Spoke with", "Never spoke with")))


def test_a_word_changed_in_record_and_proof_is_seen(file: bytes) -> None:
    """Whoever changes the record and its sum still cannot make the sealed rows say the same."""
    import hashlib

    forged = changed(file, "record.json", lambda said: said.replace("Spoke with", "Never spoke with", 1))
    with zipfile.ZipFile(io.BytesIO(forged)) as kept:
        total = hashlib.sha256(kept.read("record.json")).hexdigest()

    def with_total(proof: str) -> str:
        return json.dumps({**json.loads(proof), "record_sha256": total})

    with pytest.raises(NotWhole, match="is not what was kept"):
        check(changed(forged, "proof.json", with_total))


def test_a_row_changed_or_left_out_of_the_proof_is_seen(file: bytes) -> None:
    def later(proof: str) -> str:
        found = json.loads(proof)
        found["rows"][1]["at"] = "2026-11-24T10:00:00.000000Z"
        return json.dumps(found)

    def shorter(proof: str) -> str:
        found = json.loads(proof)
        del found["rows"][1]
        return json.dumps(found)

    with pytest.raises(NotWhole, match="row 2 was changed"):
        check(changed(file, "proof.json", later))
    with pytest.raises(NotWhole, match="says more than was kept"):
        check(changed(file, "proof.json", shorter))


def test_nothing_in_the_file_counts_what_the_team_may_not_know_of(world: World) -> None:
    """The same record with and without something of the head's alone in between: only hashes, keys and sealed words
    differ."""
    office, files = Office(world), []
    for is_there in (False, True):
        first = office.tells(f"first-{is_there}").concern
        if is_there:
            office.tells("secret", "It is about Mrs Okafor.", is_for_head=True)
        office.records(first, Entry.NOTE, "note", words="Spoke with Amina.", reason="")
        about = Transfer("Harbour Primary", "Far Shore Primary", "Mrs Okafor", world.clock.now, "Europe/London")
        row = office.row(first)
        with office.writing() as connection:
            record = read_record(connection, world.keys, row)
            assert record is not None
            made = transfer.make_file(connection, world.keys, office.school.id, about, CHILD, [record])
        assert check(made)
        with zipfile.ZipFile(io.BytesIO(made)) as kept:
            files.append(json.loads(kept.read("proof.json")))
    shapes = [[sorted(file), [sorted(row) for row in file["rows"]]] for file in files]
    assert shapes[0] == shapes[1]
    numbers = [[value for row in file["rows"] for value in row.values() if isinstance(value, int)] for file in files]
    assert numbers[0] == numbers[1]
    assert isinstance(files[1]["head"], str)


def test_what_is_no_such_file_is_said_to_be_none() -> None:
    with pytest.raises(NotWhole, match="no transfer file"):
        check(b"PK\x03\x04 something else")


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("2018-02-03", date(2018, 2, 3)),
        ("3/2/2018", date(2018, 2, 3)),
        ("03.02.2018", date(2018, 2, 3)),
        ("31/02/2018", None),
        ("2/3/18", None),
        ("3 February", None),
        ("2026-11-29", None),
        ("1960-01-01", None),
        ("", None),
    ],
)
def test_a_date_of_birth_as_people_type_it(typed: str, born: date | None) -> None:
    assert birthday_of(typed, date(2026, 11, 28)) == born


@pytest.mark.parametrize(
    ("year_group", "told", "since"),
    [
        (0, datetime(2026, 11, 23, tzinfo=UTC), date(2047, 9, 1)),  # 5 by 31 August 2027 at the latest, 25 in 2047
        (6, datetime(2026, 11, 23, tzinfo=UTC), date(2041, 9, 1)),
        (6, datetime(2027, 7, 1, tzinfo=UTC), date(2041, 9, 1)),
        (None, datetime(2026, 9, 1, 8, tzinfo=UTC), date(2047, 9, 1)),
    ],
)
def test_a_record_is_kept_until_the_youngest_of_the_year_group_is_25(
    year_group: int | None, told: datetime, since: date
) -> None:
    assert review_on(year_group, told, "Europe/London") == since
