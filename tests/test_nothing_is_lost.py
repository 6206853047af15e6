"""The server is killed while pupils answer: what was acknowledged is there, once, and everybody goes on."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from accounts import people
from accounts.models import User
from accounts.secrets import card_token
from app import create_app
from database import db, start_writing
from quizzes import catalogue
from quizzes.attempts import ANSWERS, ATTEMPTS
from quizzes.steps import PLAYED_FORM
from settings import Settings
from tests.harness.killed_server import HERE, Server, Tablet, token_in

PUPILS = 4
KILLS = 3
KILLED_EVERY = 25  # acknowledged answers of all together, however fast the machine is
_PRACTICE = catalogue.load().practice("online-friends.y3-4")
#: What a pupil does in the pretend app of the lesson; the pages' other forms are answered as they come.
SAFE_PATH = _PRACTICE.safe_path if _PRACTICE is not None else ()


class Learner(Tablet):
    """Sends each answer until it is acknowledged, and some of them again."""

    def __init__(self, server: Server, card: str) -> None:
        super().__init__(server, card)
        self.acknowledged: list[tuple[str, str, str]] = []  # step address, what was sent, where it went on

    def does_a_lesson(self) -> None:
        self.comes_aboard()
        _, _, chart = self.send("GET", "/chart")
        number = re.search(r'name="number_pier" value="(\d+)"', chart)
        assert number is not None
        sent = {"csrf_token": token_in(chart), "place": "pier", "number_pier": number.group(1)}
        _, here, _ = self.send("POST", "/sail", sent)
        for _ in range(150):
            status, moved, page = self.send("GET", here)
            if status == 303:
                here = moved
                continue
            if "Lamp lit!" in page:
                return
            fields = the_form(page)
            if fields is None:
                here = the_way_on(page)
                continue
            where = here.split("?")[0]
            status, following, _ = self.send("POST", where, fields)
            assert status == 303, page
            self.acknowledged.append((where, urlencode(fields), following))
            if len(self.acknowledged) % 5 == 0:  # an acknowledged one, sent again: the reply was lost, say
                assert self.send("POST", where, fields)[0] == 303
            here = following
        raise AssertionError(f"never came to the end: {here}")


def the_way_on(page: str) -> str:
    """The link of the filled button: beside the feedback, or the last of the sea bar."""
    beside = re.findall(r'href="(/sail/[^"]+)"', page.split("fb__go", 1)[1]) if "fb__go" in page else []
    found: str = beside[0] if beside else re.findall(r'href="(/sail/[^"]+)"', page)[-1]
    return found.replace("&amp;", "&")


def the_form(page: str) -> dict[str, str] | None:
    """What a pupil who always takes the first choice would send; None where there is only a link to follow."""
    forms = re.findall(r'<form[^>]*action="/sail/(?!try)[^"]*"[^>]*>(.*?)</form>', page, re.S)
    if not forms or 'type="submit"' not in forms[0] + (forms[1] if len(forms) > 1 else ""):
        return None
    form = next((each for each in forms if 'type="submit"' in each), forms[0])
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    options = re.findall(
        r'<label class="choice(?! choice--tried)[^"]*">\s*<input type="radio" name="choice" value="(\w+)"', form
    )
    buttons = re.findall(r'name="bin" value="([^"]+)"', form)
    if 'name="act"' in form:
        fields["act"] = SAFE_PATH[int(fields["number"]) - 1]
    elif options:
        fields["choice"] = options[0]
    elif "pick" in form and buttons:
        fields["bin"] = buttons[0].replace("&#39;", "'")
    return fields


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Flask, list[str]]]:
    app = create_app(Settings(environment="test", instance=tmp_path / "instance"))
    with app.app_context():
        upgrade(directory=str(HERE / "migrations"))
        start_writing()
        at = app.extensions["settings"].clock()
        keys = app.extensions["keys"]
        made = people.make_school("Harbour Primary", at)
        willow = people.make_class(made.id, "Willow", 3, at)
        new = [people.NewPupil(willow.id, 3, f"Pupil {n}", "", False) for n in "ABCDEF"[:PUPILS]]
        pupils = people.add_pupils(keys, made, new, at)
        for pupil in pupils:
            pupil.is_card_for_home = True
        ids = [db.session.get_one(User, pupil.user_id).public_id for pupil in pupils]
        db.session.commit()
        cards = [card_token(keys, public_id, 1, keys.version) for public_id in ids]
    yield app, cards
    with app.app_context():
        db.engine.dispose()


@pytest.mark.sqlite_only
def test_no_acknowledged_answer_is_lost_or_doubled_when_the_server_is_killed(school: tuple[Flask, list[str]]) -> None:
    app, cards = school
    server = Server(app.extensions["settings"].instance)
    server.start()
    tablets = [Learner(server, card) for card in cards]
    faults: list[BaseException] = []

    def work(tablet: Learner) -> None:
        try:
            tablet.does_a_lesson()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(tablet,), daemon=True) for tablet in tablets]
    for thread in threads:
        thread.start()
    kills = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.02)
        if kills < KILLS and sum(len(tablet.acknowledged) for tablet in tablets) >= (kills + 1) * KILLED_EVERY:
            server.kill()
            kills += 1
            server.start()
    server.kill()

    assert not faults, faults
    assert kills == KILLS, "the pupils were done before the server could be killed often enough: give them more to do"
    with app.app_context():
        stored = db.session.execute(
            select(ATTEMPTS.c.public_id, func.count(ANSWERS.c.id))
            .join(ANSWERS, ANSWERS.c.attempt_id == ATTEMPTS.c.id)
            .where(ANSWERS.c.form != PLAYED_FORM)  # what follows from the last act, stored beside it
            .group_by(ATTEMPTS.c.public_id)
        ).all()
        finished = db.session.execute(select(func.count(ATTEMPTS.c.finished_at))).scalar_one()
        doubled = db.session.execute(
            select(ANSWERS.c.id)
            .group_by(ANSWERS.c.attempt_id, ANSWERS.c.item, ANSWERS.c.number)
            .having(func.count() > 1)
        ).all()
    assert finished == PUPILS
    assert doubled == []
    acknowledged = {tablet.acknowledged[0][0].split("/")[2]: len(tablet.acknowledged) for tablet in tablets}
    assert {row[0]: row[1] for row in stored} == acknowledged
