"""What staff wait for: the class page, with little and with much history, and a class list of a whole school."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path
from statistics import median

from bench.devices import Device, Reply, Script, play, repeat
from bench.figures import Runs
from bench.pupils import measured
from bench.school import BenchSchool
from bench.server import Server

CLASS_PAGES = 60
LIST = Path(__file__).resolve().parent.parent / "demo" / "school.csv"
PUPILS_IN_LIST = 420


def class_page(large: Server, small: Server, school: BenchSchool, runs: Runs) -> None:
    """The class page as its teacher opens it: CPU in the large school, and there and in the small one in turn the time
    until it has come."""
    teacher = Device(dict(school.teacher))
    request = teacher.get(school.class_page)
    with measured(large) as cost:
        play(large.port, [repeat(request, CLASS_PAGES)])
    runs.tell("class_page_cpu_ms", cost.cpu_seconds * 1000 / CLASS_PAGES)
    times: dict[Server, list[float]] = {large: [], small: []}
    for _ in range(CLASS_PAGES):  # by turns, so that whatever else the machine does hits both alike
        for server, taken in times.items():
            taken += play(server.port, [repeat(request, 1)]).latencies
    runs.tell("class_page_growth", median(times[large]) / median(times[small]))
    runs.tell("class_page_p50_ms", median(times[large]) * 1000)
