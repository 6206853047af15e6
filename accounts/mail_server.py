"""Gives mail to the school's mail server by Flask-Mailman; or, for trying out, keeps it in a file or prints it.

Fetched only when something is to be sent (`send_waiting_mail`), so that a server that shows pages does without it.
"""

from __future__ import annotations

import smtplib
import ssl
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_mailman import EmailMessage, Mail
from flask_mailman.backends.smtp import EmailBackend

from accounts.outbox import Outgoing, Refused
from settings import Settings

#: For each thing that the mail server is asked; a whole mail takes less than a claim lasts.
TIMEOUT_SECONDS = 20


class OutOfReach(Exception):
    """The mail server could not be reached a moment ago: the rest of this run does not wait for it again."""


class _Checking(smtplib.SMTP):
    """Believes a mail server's certificate only if it is good: without a context, `starttls` asks for nothing."""

    def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:  # type: ignore[override]  # Flask-Mailman gives a context alone
        return super().starttls(context=context or ssl.create_default_context())


class SchoolMailServer(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.use_ssl else _Checking


class MailServer:
    """`with MailServer(settings) as deliver: send_due(deliver, at)`: one connection for a whole run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = settings.mail_from or f"Safe Harbour <safe-harbour@{settings.mail_domain}>"
        self._backend: Any = None
        self._is_out_of_reach = False
        self._mail = _mailman(settings)

    def __enter__(self) -> MailServer:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._hang_up()

    def __call__(self, mail: Outgoing) -> None:
        """Comes back once the server has taken the mail; raises Refused, or whatever went wrong."""
        message = EmailMessage(
            mail.subject,
            mail.body,
            self._sender,
            [mail.to],
            headers={**mail.headers, "Date": format_datetime(mail.at), "Auto-Submitted": "auto-generated"},
        )
        try:
            self._open().send_messages([message])
        except smtplib.SMTPRecipientsRefused as fault:
            self._hang_up()
            code = next((code for code, _ in fault.recipients.values()), 0)
            raise Refused(str(code)) from None
        except BaseException:
            self._hang_up()  # never on with a line in an unknown state, such as one that could not be encrypted
            raise

    def _open(self) -> Any:
        if self._is_out_of_reach:
            raise OutOfReach
        if self._backend is None:
            is_smtp = self._settings.mail == "smtp"
            backend = self._mail.get_connection(SchoolMailServer if is_smtp else self._settings.mail)
            self._backend = backend
            try:
                backend.open()
            except Exception:
                self._is_out_of_reach = True
                raise
        return self._backend

    def _hang_up(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except Exception:  # what was sent is sent, however the goodbye went
                pass


def _mailman(here: Settings) -> Mail:
    """Flask-Mailman with this installation's settings."""
    folder = here.instance / "mail"
    if here.mail == "file":
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    current_app.config.update(
        MAIL_SERVER=here.mail_host,
        MAIL_PORT=here.mail_port,
        MAIL_USERNAME=here.mail_user,
        MAIL_PASSWORD=here.mail_password,
        MAIL_USE_TLS=here.mail_tls == "starttls",
        MAIL_USE_SSL=here.mail_tls == "tls",
        MAIL_DEFAULT_SENDER=here.mail_from,
        MAIL_TIMEOUT=TIMEOUT_SECONDS,
        MAIL_FILE_PATH=str(folder),
        MAIL_BACKEND=here.mail,
    )
    return Mail(current_app)
