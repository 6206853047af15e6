"""A child's whole record for the next school: a PDF to read, JSON for a computer, and a proof that both are as kept.

One ZIP file. The proof holds the rows as the chain has them and the key of each concern in it, so that whoever gets the
file can check every hash and open every row: `check` does, and `flask concerns check FILE`. Nothing in it counts rows:
a gap would tell the team of what is the head's alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from accounts.school_time import calendar_words
from keys import Keys

from .chain import ENTRIES, HASHED, HEADS, hash_of
from .concerns import concern_key
from .desk import Line, Record
from .models import Entry, Look
from .sealing import Unreadable, unseal
from .wording import exact_words, feeling_words, how_words, reference, said_of, wants_words, written_words

FONTS = Path(__file__).parent / "fonts"
FORMAT = "safe-harbour-transfer-1"


@dataclass(frozen=True, slots=True)
class Child:
    """Who the record is about, as typed by the DSL for this transfer."""

    full_name: str
    born: str  # 2017-05-30
    class_name: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the file says about itself."""

    from_school: str
    to_school: str
    made_by: str
    made_at: datetime
    timezone: str


def make_file(connection: Connection, keys: Keys, school_id: int, about: Transfer, child: Child,
              records: Sequence[Record]) -> bytes:  # fmt: skip
    """The ZIP file: record.pdf, record.json, proof.json and a page on how to check it."""
    said = record_json(about, child, records)
    with io.BytesIO() as kept:
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("record.pdf", record_pdf(about, child, records))
            file.writestr("record.json", said)
            file.writestr("proof.json", _proof(connection, keys, school_id, records, said))
            file.writestr("READ-ME.txt", _HOW_TO_CHECK)
        return kept.getvalue()


def record_json(about: Transfer, child: Child, records: Sequence[Record]) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "from_school": about.from_school,
            "to_school": about.to_school,
            "made_by": about.made_by,
            "made_at": about.made_at.isoformat(),
            "child": {"full_name": child.full_name, "date_of_birth": child.born, "class": child.class_name},
            "concerns": [
                {
                    "reference": reference(record.number),
                    "id": record.concern,
                    "sent_at": record.sent_at.isoformat(),
                    "entries": [
                        {
                            "hash": line.hash,
                            "kind": line.kind.value,
                            "at": line.at.isoformat(),
                            "author": line.author,
                            "content": dict(line.content),
                        }
                        for line in (record.told, *record.lines)
                    ],
                    "read_by": [
                        {"at": look.at.isoformat(), "kind": look.kind.value, "reader": look.reader}
                        for look in record.looks
                    ],
                }
                for record in records
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _proof(connection: Connection, keys: Keys, school_id: int, records: Sequence[Record], said: str) -> str:
    rows = []
    concerns = [record.concern for record in records]
    for row in connection.execute(
        select(ENTRIES)
        .where(ENTRIES.c.school_id == school_id, ENTRIES.c.concern.in_(concerns))
        .order_by(ENTRIES.c.place)
    ).mappings():
        rows.append({name: _hex(row[name]) for name in (*HASHED[ENTRIES.name], "hash", "seal")})
    here = (HEADS.c.school_id == school_id, HEADS.c.chain == ENTRIES.name)
    head = connection.scalars(select(HEADS.c.hash).where(*here)).one()
    return json.dumps(
        {
            "format": FORMAT,
            "record_sha256": hashlib.sha256(said.encode()).hexdigest(),
            "head": bytes(head).hex(),
            "keys": {one: concern_key(connection, keys, school_id, one).hex() for one in concerns},
            "rows": rows,
        },
        indent=1,
    )


def _hex(value: object) -> object:
    return f"0x{bytes(value).hex()}" if isinstance(value, (bytes, memoryview)) else value


_HOW_TO_CHECK = """SAFE HARBOUR: A CHILD'S SAFEGUARDING RECORD. CONFIDENTIAL.

record.pdf   to read
record.json  the same for a computer, with every word exactly as it was written
proof.json   the rows as they were kept, each with the hash of the row before, and the key of each concern

To check it, where Safe Harbour is installed:  flask --app app concerns check FILE
Anybody else: the hash of a row is the SHA-256 of a JSON list (no spaces, ASCII) of its columns in the order in which
they stand in proof.json, without "hash" and "seal". "sealed" is a nonce of 12 bytes and AES-256-GCM under the concern's
key, with "concern:kind" as additional data; what comes out is the entry's content in record.json.

Keep it with the child's other safeguarding records, apart from the pupil file. Tell the school that sent it that you
have it.
"""


# Checking a file


class NotWhole(ValueError):
    """The file is not as it was made; the message says where."""


def check(file: bytes) -> Mapping[str, Any]:
    """The record of a transfer file whose every row, word and hash agree; raises NotWhole."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as kept:
            said = kept.read("record.json")
            proof = json.loads(kept.read("proof.json"))
        record = json.loads(said)
    except (zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise NotWhole("it is no transfer file of Safe Harbour, or it is damaged") from fault
    if hashlib.sha256(said).hexdigest() != proof["record_sha256"]:
        raise NotWhole("record.json was changed")
    written = {
        (one["id"], entry["hash"]): (entry["kind"], entry["content"])
        for one in record["concerns"]
        for entry in one["entries"]
    }
    for number, kept_row in enumerate(proof["rows"], 1):
        row: dict[str, Any] = {
            name: bytes.fromhex(value[2:]) if _is_hex(value) else value for name, value in kept_row.items()
        }
        if hash_of(ENTRIES.name, row) != row["hash"]:
            raise NotWhole(f"row {number} was changed")
        kind, content = written.pop((row["concern"], row["hash"].hex()), ("", None))
        try:
            key = bytes.fromhex(proof["keys"][row["concern"]])
            is_same = unseal(key, row["concern"], row["kind"], row["sealed"]) == content and row["kind"] == kind
        except (Unreadable, KeyError) as fault:
            raise NotWhole(f"row {number} cannot be opened") from fault
        if not is_same:
            raise NotWhole(f"what record.json says of row {number} is not what was kept")
    if written:
        raise NotWhole("record.json says more than was kept")
    found: Mapping[str, Any] = record
    return found


def _is_hex(value: object) -> bool:
    return isinstance(value, str) and value.startswith("0x")


# On paper


def record_pdf(about: Transfer, child: Child, records: Sequence[Record]) -> bytes:
    """The record to read: A4, numbered pages, "confidential" on each. A letter that its font lacks is drawn as a box:
    record.json has every word as it was written."""
    from fpdf import FPDF  # here: a server that makes no transfer does without the 10 MB it takes
    from fpdf.enums import XPos, YPos

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("Harbour", size=8)
            self.cell(0, 8, f"Confidential. Made by {about.from_school}. Page {self.page_no()} of {{nb}}", align="C")

    paper = Paper(format="A4")
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        paper.add_font("Harbour", style, FONTS / name)
    paper.set_margin(18)
    paper.set_auto_page_break(True, 20)
    paper.set_creation_date(about.made_at)
    paper.set_lang("en-GB")
    paper.set_title("Safeguarding record")
    paper.add_page()

    def say(words: str, size: float = 10, style: str = "", space: float = 1) -> None:
        paper.set_font("Harbour", style, size)
        paper.multi_cell(0, size * 0.52, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        paper.ln(space)

    say("Safeguarding record", 18, "B", 3)
    born = calendar_words(date.fromisoformat(child.born))
    say(f"{child.full_name}, born {born}. Class: {child.class_name or 'not given'}", 12, "B")
    say(f"From {about.from_school} to {about.to_school}.")
    made = f"Made by {about.made_by} on {exact_words(about.made_at, about.timezone)}."
    say(f"{made} Times are those of the school's clock.", 10, "", 4)
    for record in records:
        say(f"{reference(record.number)}, {exact_words(record.sent_at, about.timezone)}", 13, "B", 2)
        for line in (record.told, *record.lines):
            _say_line(say, line, about.timezone)
        say(f"Opened by: {_readers(record)}", 8, "", 5)
    return bytes(paper.output())


def _say_line(say: Any, line: Line, timezone: str) -> None:
    said = said_of(line.kind, line.content)
    by = line.content["from_name"] if line.kind is Entry.TOLD else line.author
    say(f"{said.head}. {exact_words(line.at, timezone)}{f', {by}' if by else ''}", 9, "B", 0)
    for label, words in (*said.rows, *(_around(line, timezone) if line.kind is Entry.TOLD else ())):
        say(f"{label}: {words}" if label else words, 10, "", 0.5)
    say("", 4, "", 1)


def _around(told: Line, timezone: str) -> Iterator[tuple[str, str]]:
    """What was sent beside the words."""
    content = told.content
    rows = (
        ("Feeling", feeling_words(content["feeling"])),
        ("Would like to talk to", wants_words(content["wants"])),
        ("", "Would like a grown-up to come and talk." if content["wants_talk"] else ""),
        ("Sent from", content["where"]),
        ("The session", how_words(content["how"])),
        ("Written, by the device's own clock", written_words(content["written_at"], timezone)),
        ("Handed over while signed in", content["sent_by"]),
        ("", "The sender ticked that it is about the safeguarding team." if content["is_for_head"] else ""),
    )
    yield from (row for row in rows if row[1])


def _readers(record: Record) -> str:
    return ", ".join(sorted({look.reader for look in record.looks if look.kind is not Look.WORD_BACK})) or "nobody"
