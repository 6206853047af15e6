"""The real server in a process that is killed, and a tablet that sends each thing until it is acknowledged."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent.parent.parent


class Server:
    """The real server in a process of its own, on a port that stays the same."""

    def __init__(self, instance: Path) -> None:
        with socket.socket() as spare:
            spare.bind(("127.0.0.1", 0))
            self.port: int = spare.getsockname()[1]
        self.instance = instance
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "serve.py"],
            cwd=HERE,
            env={
                **os.environ,
                "SAFE_HARBOUR_INSTANCE": str(self.instance),
                "PORT": str(self.port),
                "SAFE_HARBOUR_ADDRESS": f"http://127.0.0.1:{self.port}",
                "DATABASE_URL": "",
            },
            stdout=subprocess.DEVNULL,
        )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        for _ in range(300):
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)) as connection:
                    connection.request("GET", "/healthz")
                    if connection.getresponse().status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Tablet:
    """A pupil's tablet: it sends each answer until it is acknowledged, and some of them again."""

    def __init__(self, server: Server, card: str) -> None:
        self.server = server
        self.card = card
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, location and body; tries until the server answers, as the page's own script does."""
        for _ in range(400):
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            body = urlencode(fields) if fields is not None else None
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)) as connection:
                    connection.request(method, path, body, headers)
                    reply = connection.getresponse()
                    page = reply.read().decode()
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)  # thirty that ask more often keep the server from coming up
                continue
            for name, value in re.findall(r"Set-Cookie: (\w+)=([^;]*)", str(reply.headers)):
                self.cookies[name] = value
            return reply.status, reply.getheader("Location") or "", page
        raise AssertionError("the server never answered")

    def comes_aboard(self) -> None:
        _, _, page = self.send("GET", "/card")
        status, _, _ = self.send("POST", "/card", {"csrf_token": token_in(page), "token": self.card})
        assert status == 303


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page[:400]
    return found.group(1)
