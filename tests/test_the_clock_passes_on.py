"""A concern that nobody opens is passed on by the school's clock: to the deputies, to the head, to the office desk."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

import ticking
from accounts.models import Mail
from database import db, start_writing
from safeguarding.box import set_box
from safeguarding.chain import KEYS
from safeguarding.concerns import DESK
from safeguarding.models import Entry, TickLease
from tests.harness.telling import HOLIDAYS, LONDON, WORDS, YEAR, Office, school_minutes
from tests.harness.world import World


@pytest.fixture
def office(world: World) -> Office:
    made = Office(world)
    world.deputy(school=made.school)
    world.head(school=made.school)
    with world.saving():
        lines = "\n".join(f"{first} {last}" for first, last in HOLIDAYS)
        set_box(made.school.id, world.clock.now, is_on=True, opens=525, closes=915, holidays=lines)
    return made


def ticks(office: Office, at: datetime) -> int:
    with office.world.app.app_context():
        return ticking.pass_on_unopened(office.world.keys, at)


def passed_on(office: Office, concern: str) -> tuple[datetime | None, ...]:
    row = office.row(concern)
    return row["deputies_at"], row["head_at"], row["office_at"]


def mails(office: Office) -> list[Mail]:
    with office.world.app.app_context():
        return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_the_deputies_after_thirty_minutes_the_head_after_two_hours_the_office_at_the_end_of_the_day(
    office: Office,
) -> None:
    sent_at = office.world.clock.now  # Monday, ten o'clock
    concern = office.tells().concern
    for minutes, expected in ((29, 0), (30, 1), (31, 1), (119, 1), (120, 2), (314, 2), (315, 3), (2000, 3)):
        ticks(office, sent_at + timedelta(minutes=minutes))
        assert sum(moment is not None for moment in passed_on(office, concern)) == expected, minutes
    kinds = [(line.kind, line.content["whom"]) for line in office.read(concern).lines]
    assert kinds == [(Entry.ALERTED, "deputies"), (Entry.ALERTED, "head"), (Entry.ALERTED, "office")]


def test_one_that_was_opened_goes_nowhere(office: Office) -> None:
    concern = office.tells().concern
    office.looks(concern)
    assert ticks(office, office.world.clock.now + timedelta(days=3)) == 0
    assert passed_on(office, concern) == (None, None, None)


def test_a_server_that_was_off_for_a_night_makes_up_for_it_once(office: Office) -> None:
    office.tells()
    later = office.world.clock.now + timedelta(days=1)
    assert [ticks(office, later), ticks(office, later)] == [3, 0]


def test_one_whose_key_cannot_be_opened_keeps_no_other_waiting(office: Office) -> None:
    broken, whole = office.tells("1").concern, office.tells("2").concern
    with office.writing() as connection:
        connection.execute(KEYS.update().where(KEYS.c.concern == broken).values(wrapped=b"damaged"))
    assert ticks(office, office.world.clock.now + timedelta(days=1)) == 3
    assert None not in passed_on(office, whole)


def test_what_is_about_the_team_goes_to_the_head_alone_and_the_deputies_hear_nothing(office: Office) -> None:
    concern = office.tells(is_for_head=True).concern
    ticks(office, office.world.clock.now + timedelta(days=1))
    assert [moment is not None for moment in passed_on(office, concern)] == [False, False, True]
    with office.world.app.app_context():
        heads = db.session.scalars(text("select id from users where role = 'head'")).all()
    assert {mail.user_id for mail in mails(office)} == set(heads)


def test_the_mails_say_that_something_waits_and_nothing_of_what(office: Office) -> None:
    office.tells(class_name="Willow", feeling="worried")
    ticks(office, office.world.clock.now + timedelta(days=1))
    queued = mails(office)
    assert Counter(mail.key.split(":")[2] for mail in queued) == {"team": 1, "deputies": 1, "head": 1}
    for mail in queued:
        for secret in (WORDS, "Amina", "Willow", "worried", "Harbour Primary"):
            assert secret not in mail.subject + mail.body


def test_many_taps_on_send_are_one_mail(office: Office) -> None:
    for _ in range(5):
        office.tells()
    assert len(mails(office)) == 1


@pytest.mark.one_database
def test_a_school_year_of_500_concerns_is_passed_on_to_the_minute(office: Office) -> None:
    """At any time of the year, both clock changes and the holidays in it: not the minute before, and then at once.
    Every fifth is opened after an hour of the clock, and from then on goes nowhere."""
    minutes, zone = school_minutes(), ZoneInfo(LONDON)
    chance = Random(500)
    length = int((datetime(2027, 7, 20, tzinfo=YEAR[0].tzinfo) - YEAR[0]).total_seconds() // 60)
    sent = sorted(YEAR[0] + timedelta(minutes=chance.randrange(length)) for _ in range(500))
    sent[10:14] = [  # either side of both clock changes
        datetime(2026, 10, 25, 0, 30, tzinfo=zone).astimezone(YEAR[0].tzinfo),
        datetime(2026, 10, 25, 1, 30, tzinfo=zone, fold=1).astimezone(YEAR[0].tzinfo),
        datetime(2027, 3, 28, 0, 59, tzinfo=zone).astimezone(YEAR[0].tzinfo),
        datetime(2027, 3, 28, 2, 1, tzinfo=zone).astimezone(YEAR[0].tzinfo),
    ]
    happenings: list[tuple[datetime, int, str]] = []
    expected: dict[int, dict[str, datetime]] = {}
    for number, at in enumerate(sent):
        happenings.append((at, number, "sent"))
        first = bisect_left(minutes, at)
        opening = minutes[first].astimezone(zone)
        closing = opening.replace(hour=15, minute=15)
        due = {
            "deputies": minutes[first + 29] + timedelta(minutes=1),
            "head": minutes[first + 119] + timedelta(minutes=1),
            "office": closing.astimezone(YEAR[0].tzinfo),
        }
        opened_at = at + timedelta(minutes=60) if number % 5 == 0 else None
        if opened_at is not None:
            happenings.append((opened_at, number, "opened"))
        expected[number] = {name: moment for name, moment in due.items() if opened_at is None or moment <= opened_at}
        happenings += [(moment - timedelta(minutes=1), number, "before") for moment in expected[number].values()]
        happenings += [(moment, number, "due") for moment in expected[number].values()]
    told: dict[int, str] = {}
    for at, number, what in sorted(happenings):
        office.world.clock.set(at)
        if what == "sent":
            told[number] = office.tells(f"form-{number}").concern
        elif what == "opened":
            office.looks(told[number])
        else:
            ticks(office, at)
    with office.writing() as connection:
        rows = {row["concern"]: row for row in connection.execute(select(DESK)).mappings()}
    late = [
        (number, name)
        for number, concern in told.items()
        for name in ("deputies", "head", "office")
        if rows[concern][f"{name}_at"] != expected[number].get(name)
    ]
    assert late == []
    assert len(told) == 500


def test_red_at_the_office_until_somebody_opens_it_and_no_name_with_it(office: Office) -> None:
    concern = office.tells(class_name="Willow").concern
    at_the_office = office.world.signed_in(office.world.admin(school=office.school))
    teacher = office.world.signed_in(
        office.world.teacher("Mr Okoro", office.world.klass("Oak", 3, school=office.school))
    )
    red = "has not been opened by the end of the school day"
    assert red not in at_the_office.visits("/office/")
    ticks(office, office.world.clock.now + timedelta(hours=6))
    page = at_the_office.visits("/office/")
    assert red in page
    for secret in ("Amina", WORDS, concern, "SH-0001"):
        assert secret not in page.html
    assert red not in teacher.visits("/classes/")
    office.looks(concern)
    assert red not in at_the_office.visits("/office/")


def test_only_one_process_ticks_at_a_time_and_the_next_minute_is_anybodys(office: Office) -> None:
    at = office.world.clock.now + timedelta(hours=1)
    office.tells()
    with office.world.app.app_context():
        start_writing()
        db.session.add(TickLease(name="tick", until=at))
        db.session.commit()
        assert not ticking.tick(office.world.keys, at - timedelta(minutes=1)).is_ours
        done = ticking.tick(office.world.keys, at)
        assert (done.is_ours, done.passed_on) == (True, 1)
        assert ticking.tick(office.world.keys, at + timedelta(minutes=1)).is_ours
