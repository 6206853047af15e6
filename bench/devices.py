"""Browsers that only talk HTTP: many at once on kept-alive connections, with so little work of their own that what is
measured is the server. Each device plays a script: it yields a request and is given the reply.
"""

from __future__ import annotations

import gzip
import re
import selectors
import socket
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

_HEADERS = (
    "Host: 127.0.0.1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Connection: keep-alive\r\n"
)
_COOKIE = re.compile(r"^set-cookie: ([^=]+)=([^;]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Reply:
    head: str
    raw: bytes

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    @property
    def location(self) -> str:
        """Where it redirects to, without the host; raises RuntimeError when it does not."""
        found = re.search(r"^location: (\S+)", self.head, re.IGNORECASE | re.MULTILINE)
        if found is None:
            raise RuntimeError(f"no redirect: {self.head.splitlines()[0]} {self.text[:600]}")
        parts = urlsplit(found[1])
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def text(self) -> str:
        is_squeezed = re.search(r"^content-encoding: gzip", self.head, re.IGNORECASE | re.MULTILINE) is not None
        return (gzip.decompress(self.raw) if is_squeezed else self.raw).decode()

    def token(self) -> str:
        """The CSRF token of the page's forms."""
        found = _TOKEN.search(self.text)
        if found is None:
            raise RuntimeError(f"no form on this page: {self.head.splitlines()[0]} {self.text[:600]}")
        return unescape(found[1])


#: A script: yields requests, is sent the reply to each.
Script = Generator[bytes, Reply, None]


@dataclass(slots=True)
class Device:
    """What one browser remembers, and the requests it would send."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\n{self._headers()}\r\n".encode()

    def post(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> bytes:
        body = urlencode(fields, doseq=True).encode()
        return self._post(path, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, fields: Mapping[str, str], name: str, file: str, content: bytes) -> bytes:
        """A form with one file field of this name."""
        edge = "harbour-bench-edge"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        parts += [f"{head}Content-Type: text/csv\r\n\r\n".encode(), content, f"\r\n--{edge}--\r\n".encode()]
        return self._post(path, b"".join(parts), f"multipart/form-data; boundary={edge}")

    def keep(self, reply: Reply) -> Reply:
        """Keep the cookies that a reply sets."""
        self.cookies.update(_COOKIE.findall(reply.head))
        return reply

    def _headers(self) -> str:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return f"{_HEADERS}Cookie: {said}\r\n" if said else _HEADERS

    def _post(self, path: str, body: bytes, kind: str) -> bytes:
        head = f"POST {path} HTTP/1.1\r\n{self._headers()}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


@dataclass(slots=True)
class Played:
    """What came of it: the time until each reply was whole, in seconds, and how long it all took."""

    latencies: list[float]
    seconds: float

    def percentile(self, share: float) -> float:
        """The time within which this share of replies came, in seconds."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


@dataclass(slots=True)
class _Line:
    script: Script
    socket: socket.socket
    sent_at: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    needs: int = 0  # bytes of the whole reply, once its head is there
    body_from: int = 0


def play(port: int, scripts: Iterable[Script]) -> Played:
    """Play all scripts at once, each on a connection of its own that is open before the clock starts."""
    lines = [_Line(script, socket.create_connection(("127.0.0.1", port))) for script in scripts]
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        for line in lines:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
        began = time.perf_counter()
        under_way = sum(_send(line, next(line.script, None)) for line in lines)
        while under_way:
            for key, _ in selector.select():
                line = key.data
                chunk = line.socket.recv(1 << 18)
                if not chunk:
                    raise RuntimeError("the server closed a connection in the middle")
                line.got += chunk
                if not _is_whole(line):
                    continue
                latencies.append(time.perf_counter() - line.sent_at)
                try:
                    _send(line, line.script.send(_reply(line)))
                except StopIteration:
                    under_way -= 1
        seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return Played(latencies, seconds)


def repeat(request: bytes, times: int, status: int = 200) -> Script:
    """The same request again and again."""
    for _ in range(times):
        reply = yield request
        if reply.status != status:
            raise RuntimeError(f"{reply.head.splitlines()[0]}: {reply.text[:600]}")


def _send(line: _Line, request: bytes | None) -> bool:
    if request is None:
        return False
    line.got, line.needs = bytearray(), 0
    line.sent_at = time.perf_counter()
    line.socket.sendall(request)
    return True


def _is_whole(line: _Line) -> bool:
    if not line.needs:
        end = line.got.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = re.search(rb"\r\ncontent-length: (\d+)", line.got[:end].lower())
        line.body_from = end + 4
        line.needs = line.body_from + (int(length[1]) if length else 0)
    return len(line.got) >= line.needs


def _reply(line: _Line) -> Reply:
    head = bytes(line.got[: line.body_from]).decode("latin-1").replace("\r\n", "\n")
    return Reply(head, bytes(line.got[line.body_from : line.needs]))
