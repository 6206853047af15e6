"""A server in a process of its own, and what it costs: CPU and memory as Linux counts them, and the time to start."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).resolve().parent.parent
PRODUCT = (sys.executable, "serve.py")
FLOOR = (sys.executable, "-m", "bench.floor")
_TICKS = os.sysconf("SC_CLK_TCK")
LONGEST_START_SECONDS = 60


class Server:
    """Started when made, stopped on leaving."""

    def __init__(self, command: Sequence[str], port: int, env: Mapping[str, str] | None = None) -> None:
        self.port = port
        began = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=HERE, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL
        )
        self._wait(began)
        self.start_seconds = time.perf_counter() - began

    @classmethod
    def floor(cls) -> Server:
        port = spare_port()
        return cls((*FLOOR, str(port)), port)

    @classmethod
    def product(cls, instance: Path) -> Server:
        """The product as `make run` serves it, on the database in this instance folder."""
        port = spare_port()
        settings = {
            "SAFE_HARBOUR_ENV": "production",
            "SAFE_HARBOUR_INSTANCE": str(instance),
            "SAFE_HARBOUR_ADDRESS": f"http://127.0.0.1:{port}",
            "SAFE_HARBOUR_SECRET": "",
            "SAFE_HARBOUR_PLAIN_HTTP": "",
            "SAFE_HARBOUR_PROXIES": "",
            "SAFE_HARBOUR_THREADS": "4",
            "DATABASE_URL": "",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        return cls(PRODUCT, port, settings)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        fields = stat.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def most_memory_mb(self) -> float:
        """The most physical memory that it has held at once, in millions of bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        if found is None:
            raise RuntimeError("this kernel does not tell a process's most memory")
        return int(found[1]) * 1024 / 1e6

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self, began: float) -> None:
        while time.perf_counter() - began < LONGEST_START_SECONDS:
            if self._process.poll() is not None:
                break
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.01)
            finally:
                connection.close()
        self.stop()
        raise RuntimeError(f"the server did not start: {self._process.args!r}")


def spare_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
