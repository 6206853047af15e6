"""A school with a child who tells and a DSL who reads, without the pages; and a school year walked by the minute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from database import writing
from keys import Keys
from safeguarding import desk
from safeguarding.chain import ENTRIES, READS, Verdict, verify, verify_words
from safeguarding.concerns import DESK, Sent, Told, erase, look, record, tell
from safeguarding.models import Entry, Look, Source
from tests.harness.world import APerson, World

WORDS = "Someone in my game keeps asking where I live."


class Office:
    """A school with a child who tells and a DSL who reads, without the pages."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.school = world.school("Harbour Primary")
        self.amina = world.pupil("Amina", world.klass("Willow", 3, school=self.school))
        self.okafor = world.dsl("Mrs Okafor", school=self.school)

    def tells(self, form: str = "form-1", words: str = WORDS, who: APerson | None = None, **more: Any) -> Sent:
        child = who or self.amina
        told = Told(
            Source.PUPIL, child.id, child.name, "pupil", words, about_id=child.id, about_name=child.name, **more
        )
        with self.writing() as connection:
            return tell(connection, self.world.keys, self.school.id, told, form, self.world.clock.now)

    def records(self, concern: str, kind: Entry, form: str = "f", **content: Any) -> bool:
        with self.writing() as connection:
            return record(
                connection, self.world.keys, self.school.id, concern, kind, content,
                author_id=self.okafor.id, form=form, at=self.world.clock.now,
            )  # fmt: skip

    def looks(self, concern: str, kind: Look = Look.OPEN) -> None:
        with self.writing() as connection:
            look(
                connection, self.world.keys, self.school.id, concern, kind,
                reader_id=self.okafor.id, sign_in_id=None, at=self.world.clock.now,
            )  # fmt: skip

    def erases(self, concern: str) -> None:
        with self.writing() as connection:
            erase(
                connection, self.world.keys, self.school.id, concern, "transferred",
                author_id=self.okafor.id, at=self.world.clock.now,
            )  # fmt: skip

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.world.app.app_context(), writing() as connection:
            yield connection

    def verdicts(self, keys: Keys | None = None) -> list[Verdict]:
        with self.writing() as connection:
            return [verify(connection, keys or self.world.keys, self.school.id, table) for table in (ENTRIES, READS)]

    def unreadable(self) -> tuple[int, str] | None:
        with self.writing() as connection:
            return verify_words(connection, self.world.keys, self.school.id)

    def row(self, concern: str) -> dict[str, Any]:
        with self.writing() as connection:
            return dict(connection.execute(DESK.select().where(DESK.c.concern == concern)).mappings().one())

    def read(self, concern: str) -> desk.Record:
        row = self.row(concern)
        with self.writing() as connection:
            found = desk.read_record(connection, self.world.keys, row)
        assert found is not None
        return found


LONDON = "Europe/London"
#: The school year 2026-27, with the end of summer time on 25 October 2026 and its beginning on 28 March 2027.
YEAR = (datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 9, 10, tzinfo=UTC))
HOLIDAYS = (
    (date(2026, 10, 26), date(2026, 10, 30)),
    (date(2026, 12, 21), date(2027, 1, 1)),
    (date(2027, 2, 15), date(2027, 2, 19)),
    (date(2027, 3, 25), date(2027, 4, 9)),
    (date(2027, 5, 31), date(2027, 6, 4)),
    (date(2027, 7, 22), date(2027, 9, 1)),
)


def school_minutes() -> list[datetime]:
    """Every school minute of the year, found by walking through it with a calendar: 8.45 to 15.15."""
    found, zone = [], ZoneInfo(LONDON)
    moment = YEAR[0]
    while moment < YEAR[1]:
        here = moment.astimezone(zone)
        is_out = here.weekday() > 4 or any(first <= here.date() <= last for first, last in HOLIDAYS)
        if not is_out and "08:45" <= f"{here:%H:%M}" < "15:15":
            found.append(moment)
        moment += timedelta(minutes=1)
    return found
