"""Thirty pupils answer at one bell: their answers share a commit, and each is kept, or undone, by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from database import set_up_sqlite
from group_commit import GroupCommit


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'answers.sqlite3'}", pool_size=10)
    set_up_sqlite(made)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE answers (pupil INTEGER PRIMARY KEY, choice TEXT NOT NULL)"))
    yield made
    made.dispose()


@pytest.fixture
def together(engine: Engine) -> GroupCommit:
    return GroupCommit(engine.execution_options(write=True))


@pytest.fixture
def commits(engine: Engine) -> list[Any]:
    counted: list[Any] = []
    event.listen(engine, "commit", counted.append)
    return counted


def answers(together: GroupCommit, pupil: int, choice: str | None = "a") -> None:
    with together.join() as connection:
        connection.execute(text("INSERT INTO answers VALUES (:pupil, :choice)"), {"pupil": pupil, "choice": choice})


def stored(engine: Engine) -> list[int]:
    """As another process would read it from the disk."""
    with sqlite3.connect(str(engine.url.database)) as connection:
        found = [row[0] for row in connection.execute("SELECT pupil FROM answers ORDER BY pupil")]
    connection.close()
    return found


class Bell:
    """One pupil holds the pen until the others stand in line: then all of them are in one transaction."""

    def __init__(self, together: GroupCommit) -> None:
        self.together = together
        self.is_writing = Event()
        self.others_wait = Event()
        self.faults: dict[int, BaseException] = {}

    def ring(self, *others: tuple[int, Any]) -> None:
        """Pupil 1 answers first; the others come while she does, each with a choice or with what they do instead."""
        first = Thread(target=self._tries, args=(self._slowly, 1))
        first.start()
        assert self.is_writing.wait(5)
        waiting = []
        for place, (pupil, choice) in enumerate(others, 1):
            act = (choice, pupil) if callable(choice) else (answers, pupil, choice)
            waiting.append(Thread(target=self._tries, args=act))
            waiting[-1].start()
            while self.together.coming < place:
                assert waiting[-1].is_alive()
        self.others_wait.set()
        for thread in (first, *waiting):
            thread.join(5)
            assert not thread.is_alive()

    def _slowly(self, together: GroupCommit, pupil: int) -> None:
        with together.join() as connection:
            self.is_writing.set()
            assert self.others_wait.wait(5)
            connection.execute(text("INSERT INTO answers VALUES (:pupil, 'a')"), {"pupil": pupil})

    def _tries(self, write: Any, pupil: int, *more: Any) -> None:
        try:
            write(self.together, pupil, *more)
        except BaseException as fault:
            self.faults[pupil] = fault


def test_one_answer_is_on_the_disk_when_it_is_acknowledged(engine: Engine, together: GroupCommit) -> None:
    answers(together, 1)
    assert stored(engine) == [1]


def test_those_who_wait_share_one_commit(engine: Engine, together: GroupCommit, commits: list[Any]) -> None:
    bell = Bell(together)
    bell.ring((2, "a"), (3, "b"), (4, "a"))
    assert bell.faults == {}
    assert stored(engine) == [1, 2, 3, 4]
    assert len(commits) == 1


def test_an_answer_that_cannot_be_stored_is_undone_alone(engine: Engine, together: GroupCommit) -> None:
    bell = Bell(together)
    bell.ring((2, None), (3, "a"))
    assert list(bell.faults) == [2]
    assert stored(engine) == [1, 3]


def test_the_last_one_failing_takes_nobody_along(engine: Engine, together: GroupCommit) -> None:
    bell = Bell(together)
    bell.ring((2, "a"), (3, None))
    assert list(bell.faults) == [3]
    assert stored(engine) == [1, 2]


def test_the_first_one_failing_takes_nobody_along(engine: Engine, together: GroupCommit) -> None:
    answers(together, 1)
    bell = Bell(together)
    bell.ring((2, "a"), (3, "a"))  # the first writes an answer that is there already
    assert list(bell.faults) == [1]
    assert stored(engine) == [1, 2, 3]


def test_nobody_is_told_saved_when_the_disk_refuses(engine: Engine, together: GroupCommit) -> None:
    def refuses(_connection: Any) -> None:
        raise OSError("the disk is full")

    event.listen(engine, "commit", refuses)
    bell = Bell(together)
    bell.ring((2, "a"), (3, "a"))
    assert sorted(bell.faults) == [1, 2, 3]
    event.remove(engine, "commit", refuses)
    assert stored(engine) == []
    answers(together, 4)
    assert stored(engine) == [4]


@pytest.mark.parametrize("is_told", [True, False])
def test_nobody_is_told_saved_when_the_database_throws_all_of_it_away(
    engine: Engine, together: GroupCommit, is_told: bool
) -> None:
    """A full disk ends the transaction of all who are in it, whichever of them was writing (SQLite, "Response To Errors
    Within A Transaction"), whether or not that one notices."""

    def writes_on_a_full_disk(together: GroupCommit, pupil: int) -> None:
        with together.join() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("ROLLBACK")
            if is_told:
                raise OSError("the disk is full")

    bell = Bell(together)
    bell.ring((2, writes_on_a_full_disk))
    assert sorted(bell.faults) == [1, 2]
    assert stored(engine) == []
    answers(together, 4)
    assert stored(engine) == [4]


def test_a_whole_class_at_once_loses_nothing(engine: Engine, together: GroupCommit) -> None:
    with ThreadPoolExecutor(8) as class_room:
        list(class_room.map(lambda pupil: answers(together, pupil), range(200)))
    assert stored(engine) == list(range(200))
