"""SQLite's one writer, shared: who waits for a turn joins the transaction that is open, and one sync keeps them all.

An old school PC needs 5 to 15 ms to sync, and thirty pupils answer at one bell (DESIGN.md 15). Nobody is told "saved"
before the commit that holds their write is on the disk; one whose write fails is undone alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Engine

MOST_TOGETHER = 16  # then the disk has its turn, so that nobody waits for those who come after


class NotKept(RuntimeError):
    """The database has thrown the whole transaction away: nothing in it is stored."""


class _Round:
    """One transaction and who is in it. `done` is set when it is on the disk, or when `fault` says why it is not."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.size = 0
        self.done = Event()
        self.fault: BaseException | None = None
        self._raw: Any = connection.connection.driver_connection  # begin_nested() costs as much as an answer

    @property
    def is_open(self) -> bool:
        """Whether the transaction still stands: SQLite ends it by itself when the disk is full or cannot be read."""
        is_open: bool = self._raw.in_transaction
        return is_open

    @contextmanager
    def alone(self) -> Iterator[None]:
        """What is written inside is undone by itself when it fails."""
        if self.size:
            self._raw.execute("SAVEPOINT mine")
        try:
            yield
        except BaseException:
            if self.is_open:
                self._raw.execute("ROLLBACK TO mine" if self.size else "ROLLBACK")
            raise


class GroupCommit:
    """The writers of one engine, all in this process. Another process waits for its turn as SQLite has it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Lock()
        self._counting = Lock()
        self.coming = 0
        self._round: _Round | None = None

    @contextmanager
    def join(self) -> Iterator[Connection]:
        """A connection to write on; when left, the write is on the disk. Raises what the write or the commit raised."""
        with self._counting:
            self.coming += 1
        with self._turn:
            with self._counting:
                self.coming -= 1
            mine = self._round or self._open()
            try:
                with mine.alone():
                    yield mine.connection
            finally:
                mine.size += 1
                is_last = not self.coming or mine.size >= MOST_TOGETHER or not mine.is_open
                if is_last:
                    self._close(mine)
        if not is_last:
            mine.done.wait()
        if mine.fault is not None:
            raise mine.fault

    def _open(self) -> _Round:
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        self._round = _Round(connection)
        return self._round

    def _close(self, mine: _Round) -> None:
        self._round = None
        try:
            if not mine.is_open:
                raise NotKept("the database ended the transaction by itself; nothing in it is stored")
            mine.connection.commit()
        except BaseException as fault:
            mine.fault = fault
            mine.connection.invalidate()  # whatever is half done goes with the driver's connection
        finally:
            mine.connection.close()
            mine.done.set()
