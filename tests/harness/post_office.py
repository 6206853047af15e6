"""A mail server for the tests: takes mail on a spare port, refuses whom it is told to, and can stop anywhere."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail for which the server said OK, or was about to."""

    to: str
    message: Message

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        body = self.message.get_payload(decode=True)
        assert isinstance(body, bytes)
        return body.decode()


class Hangs(Exception):
    """Raised by `before_ok`: the mail is not taken, and the line is dead."""


class PostOffice:
    """`before_ok` is called with each mail before the server says OK; `after_ok` when it has said so."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.refuses: set[str] = set()
        self.tls: ssl.SSLContext | None = None  # with one, the line can be encrypted
        self.before_ok: Callable[[Taken], None] = lambda _: None
        self.after_ok: Callable[[Taken], None] = lambda _: None
        office = self

        class Clerk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                office._serve(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, line: socketserver.StreamRequestHandler) -> None:
        def says(words: str) -> None:
            line.wfile.write(f"{words}\r\n".encode())

        says("220 post office")
        to = ""
        try:
            while raw := line.rfile.readline():
                said = raw.decode().strip()
                word = said.split(" ")[0].split(":")[0].upper()
                if word == "RCPT":
                    to = said.split("<", 1)[1].split(">", 1)[0]
                    says(f"550 no {to} here" if to in self.refuses else "250 ok")
                elif word == "DATA":
                    says("354 go on")
                    taken = Taken(to, message_from_bytes(_until_dot(line)))
                    self.before_ok(taken)
                    self.taken.append(taken)
                    says("250 taken")
                    self.after_ok(taken)
                elif word == "EHLO" and self.tls is not None:
                    says("250-post office")
                    says("250 STARTTLS")
                elif word == "STARTTLS" and self.tls is not None:
                    says("220 go on")
                    _encrypt(line, self.tls)
                elif word == "QUIT":
                    says("221 bye")
                    return
                else:
                    says("250 ok")
        except (Hangs, OSError):
            pass


def _encrypt(line: socketserver.StreamRequestHandler, tls: ssl.SSLContext) -> None:
    line.request = tls.wrap_socket(line.request, server_side=True)
    line.rfile, line.wfile = line.request.makefile("rb"), line.request.makefile("wb", buffering=0)


def certificate_of_nobody(folder: Path) -> ssl.SSLContext:
    """One that a mail server has signed for itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


def _until_dot(line: socketserver.StreamRequestHandler) -> bytes:
    lines = []
    for raw in line.rfile:
        if raw == b".\r\n":
            break
        lines.append(raw[1:] if raw.startswith(b".") else raw)
    return b"".join(lines)
