"""A real database for each test: built once through the migrations, then copied.

The address stays the same for the whole run, so that one app, with its content compiled, serves every test; what it
holds is replaced before each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.rows import TupleRow

#: Bytes of a table from which on emptying it by DELETE would leave too much behind.
LARGE = 400_000


class Database(Protocol):
    @property
    def url(self) -> str:
        """What DATABASE_URL would say."""

    def keep_as_template(self) -> None:
        """What it holds now is what each test begins with. Nobody may be connected."""

    def begin_again(self) -> None:
        """Throw away what a test wrote. Nobody may be connected."""

    def new_and_empty(self) -> str:
        """The address of another database, without a table: for tests of the migrations themselves."""


class SqliteFile:
    """A file in the run's temporary folder: in memory there would be no write-ahead log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "harbour.sqlite3"
        self._template = folder / "template.sqlite3"
        self._others = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self._file}"

    def keep_as_template(self) -> None:
        shutil.copyfile(self._file, self._template)

    def begin_again(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self._template, self._file)

    def new_and_empty(self) -> str:
        self._others += 1
        return f"sqlite:///{self._folder / f'other-{self._others}.sqlite3'}"


class PostgresCluster:
    """A PostgreSQL server of our own, on a socket in a folder of its own: no port, no password, no sync to disk."""

    def __init__(self, bin_folder: Path, folder: Path, as_postgres: list[str]) -> None:
        self._bin = bin_folder
        self._folder = folder
        self._as_postgres = as_postgres
        self._others = 0
        self._tables: list[str] = []
        data = folder / "data"
        self._run(
            "initdb", "--pgdata", str(data), "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
        log = str(folder / "log")
        self._run("pg_ctl", "--pgdata", str(data), "--log", log, "--options", options, "--wait", "start")
        self._do("create database harbour")

    @property
    def url(self) -> str:
        return self._url("harbour")

    def keep_as_template(self) -> None:
        """The migrations leave every table empty, so to empty them is to begin again, in a quarter of the time that a
        copy of the database takes; raises RuntimeError when one of them puts a row in."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            named = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
            self._tables = [name for (name,) in connection.execute(named)]
            for name in self._tables:
                if connection.execute(f'select 1 from "{name}" limit 1'.encode()).fetchone():
                    raise RuntimeError(f"a migration fills {name}: keep those rows here too")

    def begin_again(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(  # whoever a test left behind would keep us waiting for ever
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            connection.execute("set session_replication_role = replica")  # past the triggers that refuse it
            if self._is_large(connection):
                named = ", ".join(f'"{name}"' for name in self._tables)
                connection.execute(f"truncate {named} restart identity cascade".encode())
                return
            # to truncate makes every table's files anew, which takes ten times as long as these few rows
            connection.execute("; ".join(f'delete from "{name}"' for name in self._tables).encode())
            connection.execute(
                "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
                " from pg_sequences where schemaname = 'public' and last_value is not null"
            )

    def _is_large(self, connection: psycopg.Connection[TupleRow]) -> bool:
        """Some table has grown, with rows that were deleted before or with a whole school's."""
        largest = connection.execute(
            "select max(pg_relation_size(oid)) from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchone()
        return largest is not None and largest[0] > LARGE

    def new_and_empty(self) -> str:
        self._others += 1
        self._do(f"create database other_{self._others}")
        return self._url(f"other_{self._others}")

    def stop(self) -> None:
        self._run("pg_ctl", "--pgdata", str(self._folder / "data"), "--mode", "immediate", "stop")

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_postgres, str(self._bin / program), *arguments]
        with (self._folder / "output").open("a") as output:  # not a pipe: the server would keep it open
            code = subprocess.call(command, cwd=self._folder, stdout=output, stderr=output)
        if code:
            said = "\n".join(
                file.read_text() for file in (self._folder / "output", self._folder / "log") if file.exists()
            )
            raise RuntimeError(f"{program} ended with {code}:\n{said}")


@contextmanager
def postgres_cluster() -> Iterator[PostgresCluster]:
    """A server for as long as the run lasts; raises RuntimeError where PostgreSQL is not installed."""
    bin_folder = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="harbour-pg-"))
    as_postgres: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_postgres = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres", "postgres")
    try:
        cluster = PostgresCluster(bin_folder, folder, as_postgres)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL is not installed: `make test` as root installs it, or says how to get it")
    return Path(initdb).parent
