"""What pupils cost: signing in, opening a card, and above all saving an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.devices import Device, Played, Script, play, repeat
from bench.figures import Runs
from bench.school import BenchSchool, lesson_steps
from bench.server import Server
from bench.voyage import Said, whole_lesson
from lessons.lesson import Lesson
from quizzes.steps import Part

HELLOS_A_PUPIL = 100
CARDS_A_PUPIL = 15
_BOAT = re.compile(r'href="(/boats/[^"]+)"')


@dataclass(slots=True)
class Measured:
    """CPU of a server while something was done to it; filled in on leaving `measured`."""

    cpu_seconds: float = 0.0


@contextmanager
def measured(server: Server) -> Iterator[Measured]:
    found = Measured()
    before = server.cpu_seconds()
    yield found
    found.cpu_seconds = server.cpu_seconds() - before


# Signing in


def sign_in_30(server: Server, school: BenchSchool, runs: Runs) -> list[Device]:
    """Thirty pupils tap their last picture at one moment, until the last of them is in; and, beside it, the whole way
    from the class code to the chart. Returns their devices, signed in."""
    devices = [Device() for _ in school.pupils]
    tokens = [""] * len(devices)

    def opens_the_door(number: int) -> Script:
        reply = devices[number].keep((yield devices[number].get("/code")))
        tokens[number] = reply.token()

    play(server.port, [opens_the_door(number) for number in range(len(devices))])
    boards = [""] * len(devices)

    def finds_the_board(number: int) -> Script:
        device, pupil = devices[number], school.pupils[number]
        sent = {"csrf_token": tokens[number], "code": school.class_code}
        page = yield device.get(device.keep((yield device.post("/code", sent))).location)
        boards[number] = next(path for path in _BOAT.findall(page.text) if path.endswith(pupil.public_id))
        tokens[number] = (yield device.get(boards[number])).token()

    def taps_the_last(number: int) -> Script:
        *first, last = school.pupils[number].pictures
        sent = {"csrf_token": tokens[number], "so_far": ",".join(first), "picture": last}
        reply = devices[number].keep((yield devices[number].post(boards[number], sent)))
        if reply.location != "/chart":
            raise RuntimeError(f"{school.pupils[number].name} did not come aboard: {reply.head.splitlines()[0]}")

    def opens_the_chart(number: int) -> Script:
        yield devices[number].get("/chart")

    everybody = range(len(devices))
    with measured(server) as cost:
        found = play(server.port, [finds_the_board(number) for number in everybody])
        came = play(server.port, [taps_the_last(number) for number in everybody])
        shown = play(server.port, [opens_the_chart(number) for number in everybody])
    runs.tell("sign_in_30_s", came.seconds)
    runs.tell("sign_in_30_whole_way_s", found.seconds + came.seconds + shown.seconds)
    runs.tell("sign_in_cpu_ms", cost.cpu_seconds * 1000 / len(devices))
    return devices


# Answers


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A pupil's go that has just begun: its address, and the token of its forms."""

    device: Device
    path: str
    token: str


def set_sail(server: Server, devices: Sequence[Device], lesson: Lesson, number: int) -> list[UnderWay]:
    """Everybody begins this lesson for this time."""
    begun: list[UnderWay] = []

    def begins(device: Device) -> Script:
        page = yield device.get("/chart")
        token = page.token()
        fields = {"csrf_token": token, "place": lesson.place, f"number_{lesson.place}": str(number)}
        reply = yield device.post("/sail", fields)
        begun.append(UnderWay(device, reply.location.rsplit("/", 1)[0], token))

    play(server.port, [begins(device) for device in devices])
    return begun


def answers(server: Server, floor: Server, devices: Sequence[Device], number: int, runs: Runs) -> None:
    """Thirty pupils take a whole lesson, each sending the next answer when the last is saved; and as many hellos."""
    with measured(floor) as cost:
        hello = repeat_for_all(floor, [Device() for _ in devices], "/healthz", HELLOS_A_PUPIL)
    runs.tell_floor("hello_cpu_ms", cost.cpu_seconds * 1000 / len(hello.latencies))
    runs.tell_floor("answers_per_s", len(hello.latencies) / hello.seconds)
    runs.tell_floor("answer_p95_ms", hello.percentile(0.95) * 1000)
    runs.tell("hello_cpu_ms", runs.floor["hello_cpu_ms"][-1])

    spent = 0.0
    played: list[Played] = []
    for lesson, steps in lesson_steps()[:2]:
        under_way = set_sail(server, devices, lesson, number)
        scripts = [_takes(one, list(whole_lesson(steps))) for one in under_way]
        with measured(server) as cost:
            played.append(play(server.port, scripts))
        spent += cost.cpu_seconds
    latencies = sorted(latency for one in played for latency in one.latencies)
    runs.tell("answer_cpu_ms", spent * 1000 / len(latencies))
    runs.tell("answers_per_s", len(latencies) / sum(one.seconds for one in played))
    runs.tell("answer_p95_ms", Played(latencies, 0).percentile(0.95) * 1000)
    runs.tell("answer_share_of_hello", runs.product["hello_cpu_ms"][-1] / runs.product["answer_cpu_ms"][-1])


def _takes(under_way: UnderWay, lesson: Sequence[Said]) -> Script:
    """Every answer of a lesson, each sent when the one before is saved. A reply leads to the same step or to the next;
    an answer that was not stored would soon lead back."""
    for said in lesson:
        form = {"csrf_token": under_way.token, **said.form}
        reply = yield under_way.device.post(f"{under_way.path}/{said.step}", form)
        places = {f"{under_way.path}/{step}" for step in (said.step, said.step + 1)}
        if reply.status != 303 or reply.location.partition("?")[0] not in places:
            raise RuntimeError(f"{said}: {reply.head.splitlines()[0]} {reply.text[:600]}")


def repeat_for_all(server: Server, devices: Sequence[Device], path: str, times: int) -> Played:
    return play(server.port, [repeat(device.get(path), times) for device in devices])


# Acts of a pretend app


def acts(server: Server, devices: Sequence[Device], number: int, runs: Runs) -> None:
    """Thirty pupils play a pretend app to its end, each act sent when the last is saved."""
    lesson, steps = next(one for one in lesson_steps() if any(step.practice is not None for step in one[1]))
    practice = next(step.practice for step in steps if step.practice is not None)
    begun: list[UnderWay] = []

    def begins(device: Device) -> Script:
        token = (yield device.get("/chart")).token()
        fields = {"csrf_token": token, "place": lesson.place, "number": str(number)}
        reply = yield device.post("/sail/try", fields)
        begun.append(UnderWay(device, reply.location, token))

    def plays(one: UnderWay) -> Script:
        for place, act in enumerate(practice.safe_path, 1):
            form = {"csrf_token": one.token, "act": act, "number": str(place)}
            reply = yield one.device.post(one.path, form)
            if reply.status != 303 or not reply.location.startswith(one.path.rsplit("/", 1)[0]):
                raise RuntimeError(f"{act}: {reply.head.splitlines()[0]} {reply.text[:600]}")

    play(server.port, [begins(device) for device in devices])
    with measured(server) as cost:
        played = play(server.port, [plays(one) for one in begun])
    runs.tell("act_cpu_ms", cost.cpu_seconds * 1000 / len(played.latencies))
    runs.tell("act_of_answer", runs.product["act_cpu_ms"][-1] / runs.product["answer_cpu_ms"][-1])


# Cards


def cards(server: Server, devices: Sequence[Device], number: int, runs: Runs) -> None:
    """Thirty pupils look at the first card of a lesson."""
    lesson, steps = lesson_steps()[0]
    first_card = next(place for place, step in enumerate(steps, 1) if step.part == Part.CARD)
    under_way = set_sail(server, devices, lesson, number)
    before = [said for said in whole_lesson(steps) if said.step < first_card]
    play(server.port, [_takes(one, before) for one in under_way])
    scripts = [repeat(one.device.get(f"{one.path}/{first_card}"), CARDS_A_PUPIL) for one in under_way]
    with measured(server) as cost:
        played = play(server.port, scripts)
    runs.tell("card_cpu_ms", cost.cpu_seconds * 1000 / len(played.latencies))
