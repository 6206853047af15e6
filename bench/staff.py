"""What staff wait for: the class page, with little and with much history, and a class list of a whole school."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from statistics import median

from bench.devices import Device, Script, play, repeat
from bench.figures import Runs
from bench.pupils import measured
from bench.school import BenchSchool
from bench.server import Server

CLASS_PAGES = 60
WARM_UP = 10  # a page that nobody has opened since the start is compiled first: that is not what a page costs
LIST = Path(__file__).resolve().parent.parent / "demo" / "school.csv"
PUPILS_IN_LIST = 420


def class_page(large: Server, small: Server, school: BenchSchool, runs: Runs) -> None:
    """The class page as its teacher opens it: CPU in the large school, and there and in the small one in turn the time
    until it has come."""
    teacher = Device(dict(school.teacher))
    request = teacher.get(school.class_page)
    play(large.port, [repeat(request, WARM_UP)])
    with measured(large) as cost:
        play(large.port, [repeat(request, CLASS_PAGES)])
    runs.tell("class_page_cpu_ms", cost.cpu_seconds * 1000 / CLASS_PAGES)
    times: dict[Server, list[float]] = {large: [], small: []}
    for _ in range(CLASS_PAGES):  # by turns, so that whatever else the machine does hits both alike
        for server, taken in times.items():
            taken += play(server.port, [repeat(request, 1)]).latencies
    runs.tell("class_page_growth", median(times[large]) / median(times[small]))
    runs.tell("class_page_p50_ms", median(times[large]) * 1000)


def import_list(server: Server, office: dict[str, str], runs: Runs) -> None:
    """A school without a pupil sends the list of the demo school: from the file chosen to its preview, and from
    "confirm" until everybody is there. Reading the preview is not counted."""
    device = Device(dict(office))
    content = LIST.read_bytes()
    pages: list[str] = []

    def opens() -> Script:
        pages.append((yield device.get("/classes/list")).token())

    def sends() -> Script:
        sent = yield device.upload("/classes/list", {"csrf_token": pages[0]}, "file", LIST.name, content)
        if sent.status != 200:
            raise RuntimeError(f"no preview: {sent.head.splitlines()[0]} {sent.text[:600]}")
        pages.append(sent.text)

    def confirms() -> Script:
        form = _form_to("/classes/list/save", pages[1])
        saved = yield device.post("/classes/list/save", form)
        if f"new={PUPILS_IN_LIST}" not in saved.location:
            raise RuntimeError(f"not {PUPILS_IN_LIST} new pupils: {saved.location}")

    play(server.port, [opens()])
    with measured(server) as cost:
        checked = play(server.port, [sends()])
        done = play(server.port, [confirms()])
    runs.tell("import_420_s", checked.seconds + done.seconds)
    runs.tell("import_420_cpu_s", cost.cpu_seconds)


def _form_to(action: str, page: str) -> dict[str, str]:
    """The hidden fields of the page's form that goes there."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.DOTALL)
    if form is None:
        raise RuntimeError(f"the preview has no form to {action}")
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in fields}
