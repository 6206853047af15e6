"""Every setting of Safe Harbour, its meaning and unit, read once from the environment (docs/settings.md lists them)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent

#: What `.env.example` shows; nobody may serve a school with it.
DEFAULT_SECRET = "change-me"


class BadSetting(RuntimeError):
    """A setting that the app must not start with; the message says what to do."""


def clock_of_the_machine() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    #: "production" refuses to start without a secret of its own; anything else is for trying out and for tests.
    environment: str = "production"
    #: Empty for the embedded SQLite file in `instance`, else a `postgresql://` address.
    database_url: str = ""
    #: The folder of the SQLite file and the keys. Never inside a backup that leaves the school unencrypted.
    instance: Path = HERE / "instance"
    #: The folder of the school's own lessons (docs/own-lessons.md); none where there are none.
    own_lessons: Path | None = None
    #: A secret of 32 characters or more that the keys are derived from; empty for `instance/keys/`.
    secret: str = ""
    #: Where the server listens.
    host: str = "127.0.0.1"
    port: int = 8000
    #: Scheme, host and port that cards and letters carry, such as "https://harbour.school.example".
    address: str = "http://127.0.0.1:8000"
    #: A school network without certificates: cookies without Secure, and no second-factor roles but on loopback.
    is_plain_http: bool = False
    #: How many proxies in front set X-Forwarded-* (0: none, and the headers are ignored).
    proxies: int = 0
    #: How many threads `make run` answers with.
    threads: int = 4
    #: Tests set the clock; a school never does.
    clock: Callable[[], datetime] = field(default=clock_of_the_machine, compare=False)

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether the printed address is one that only this machine can open."""
        host = self.address.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
        return host in {"127.0.0.1", "localhost", "[::1]", "::1"}

    @property
    def sqlalchemy_url(self) -> str:
        if not self.database_url:
            return f"sqlite:///{self.instance / 'harbour.sqlite3'}"
        for old in ("postgres://", "postgresql://"):
            if self.database_url.startswith(old):
                return "postgresql+psycopg://" + self.database_url.removeprefix(old)
        return self.database_url


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises BadSetting with what to do about it."""
    env = os.environ if environ is None else environ
    host = env.get("HOST", "127.0.0.1")
    port = _number(env, "PORT", 8000)
    address = env.get("SAFE_HARBOUR_ADDRESS", f"http://127.0.0.1:{port}").rstrip("/")
    if "://" not in address:
        raise BadSetting(f"SAFE_HARBOUR_ADDRESS is {address!r}: give scheme and host, such as https://harbour.example")
    return Settings(
        environment=env.get("SAFE_HARBOUR_ENV", "production"),
        database_url=env.get("DATABASE_URL", ""),
        instance=Path(env.get("SAFE_HARBOUR_INSTANCE", str(HERE / "instance"))),
        own_lessons=Path(env["SAFE_HARBOUR_LESSONS"]) if env.get("SAFE_HARBOUR_LESSONS", "") else None,
        secret=env.get("SAFE_HARBOUR_SECRET", ""),
        host=host,
        port=port,
        address=address,
        is_plain_http=env.get("SAFE_HARBOUR_PLAIN_HTTP", "") == "1",
        proxies=_number(env, "SAFE_HARBOUR_PROXIES", 0),
        threads=_number(env, "SAFE_HARBOUR_THREADS", 4),
    )


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise BadSetting(f"{name} is {value!r}: give a whole number")
    return int(value)
