"""Every setting of Safe Harbour, its meaning and unit, read once from the environment (docs/settings.md lists them)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

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
    #: Where mail goes: "file" (into `instance/mail/`, for trying out), "console", or "smtp".
    mail: str = "file"
    #: Who mails come from, such as "Safe Harbour <harbour@school.example>".
    mail_from: str = ""
    #: The school's mail server, and an account on it where it wants one.
    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    #: "starttls" (port 587), "tls" from the first byte (port 465), or "off" for a server on this network.
    mail_tls: str = "starttls"
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
    def mail_domain(self) -> str:
        """What stands after the @ in what mails are known by: the host of the address."""
        return urlsplit(self.address).hostname or "localhost"

    @property
    def is_mail_sent(self) -> bool:
        """Whether a mail reaches anybody, or is only kept for whoever tries the app out."""
        return self.mail == "smtp"

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
    mail = _one_of(env.get("SAFE_HARBOUR_MAIL", ""), "SAFE_HARBOUR_MAIL", ("file", "console", "smtp"))
    mail_tls = _one_of(env.get("SAFE_HARBOUR_MAIL_TLS", ""), "SAFE_HARBOUR_MAIL_TLS", ("starttls", "tls", "off"))
    settings = Settings(
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
        mail=mail,
        mail_from=env.get("SAFE_HARBOUR_MAIL_FROM", ""),
        mail_host=env.get("SAFE_HARBOUR_MAIL_HOST", ""),
        mail_port=_number(env, "SAFE_HARBOUR_MAIL_PORT", {"tls": 465, "off": 25}.get(mail_tls, 587)),
        mail_user=env.get("SAFE_HARBOUR_MAIL_USER", ""),
        mail_password=env.get("SAFE_HARBOUR_MAIL_PASSWORD", ""),
        mail_tls=mail_tls,
    )
    _must_be_able_to_send(settings)
    return settings


def _must_be_able_to_send(settings: Settings) -> None:
    """Raises BadSetting for mail that would never arrive, or would show its password on the way."""
    if settings.mail_from and ("@" not in settings.mail_from or not settings.mail_from.isprintable()):
        raise BadSetting(
            f"SAFE_HARBOUR_MAIL_FROM is {settings.mail_from!r}: give an address such as harbour@school.example"
        )
    if settings.is_mail_sent and not (settings.mail_host and settings.mail_from):
        raise BadSetting("SAFE_HARBOUR_MAIL is smtp: give SAFE_HARBOUR_MAIL_HOST and SAFE_HARBOUR_MAIL_FROM as well")
    if settings.mail_password and settings.mail_tls == "off":
        raise BadSetting(
            "SAFE_HARBOUR_MAIL_TLS is off, and SAFE_HARBOUR_MAIL_PASSWORD would cross the network for all to read: "
            "use starttls or tls, or a mail server that wants no password from this machine"
        )


def _one_of(value: str, name: str, allowed: tuple[str, ...]) -> str:
    """The first where nothing is given."""
    if value and value not in allowed:
        raise BadSetting(f"{name} is {value!r}: give one of {', '.join(allowed)}")
    return value or allowed[0]


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise BadSetting(f"{name} is {value!r}: give a whole number")
    return int(value)
