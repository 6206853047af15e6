"""While something has not been opened, whoever was told of it is told again each school morning: once, and no more."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import ticking
from accounts.models import Mail
from database import db
from safeguarding.box import set_box
from tests.harness.telling import HOLIDAYS, LONDON, WORDS, YEAR, Office, school_minutes
from tests.harness.world import World

ZONE = ZoneInfo(LONDON)


class Team(Office):
    """With a deputy and a head."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        deputy, head = world.deputy("Mr Rees", school=self.school), world.head("Mrs Adeyemi", school=self.school)
        self.roles = {self.okafor.id: "dsl", deputy.id: "deputy", head.id: "head"}


@pytest.fixture
def office(world: World) -> Team:
    made = Team(world)
    with world.saving():
        lines = "\n".join(f"{first} {last}" for first, last in HOLIDAYS)
        set_box(made.school.id, world.clock.now, is_on=True, opens=525, closes=915, holidays=lines)
    return made


def on(text: str) -> datetime:
    """A moment by the clock on the school's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def ticks(office: Team, at: datetime) -> int:
    with office.world.app.app_context():
        return ticking.remind_each_morning(at)


def told(office: Team) -> list[tuple[str, str]]:
    """Day and role of each morning's mail."""
    return [(mail.key.split(":")[2], office.roles[mail.user_id]) for mail in mails(office)]


def mails(office: Team) -> list[Mail]:
    with office.world.app.app_context():
        return [mail for mail in db.session.scalars(select(Mail).order_by(Mail.id)) if ":morning:" in mail.key]


def test_the_next_morning_everybody_who_was_told_is_told_again_once(office: Team) -> None:
    concerns = [office.tells(f"{number}").concern for number in range(3)]  # Monday, ten o'clock
    for moment in ("2026-11-23 10:01", "2026-11-23 23:59", "2026-11-24 08:44"):
        assert ticks(office, on(moment)) == 0
    assert [ticks(office, on(f"2026-11-24 {clock}")) for clock in ("08:45", "08:46", "11:00", "23:00")] == [3, 0, 0, 0]
    assert Counter(told(office)) == {("2026-11-24", role): 1 for role in ("dsl", "deputy", "head")}
    assert [ticks(office, on(f"2026-11-25 {clock}")) for clock in ("08:44", "08:45")] == [0, 3]
    for concern in concerns[:2]:
        office.looks(concern)
    assert ticks(office, on("2026-11-26 08:45")) == 3
    office.looks(concerns[2])
    assert ticks(office, on("2026-11-27 08:45")) == 0


def test_no_mail_says_what_it_is_about(office: Team) -> None:
    office.tells(class_name="Willow")
    office.tells("mine", is_for_head=True)
    ticks(office, on("2026-11-24 08:45"))
    for mail in mails(office):
        assert "nobody has opened it" in mail.body
        for secret in (WORDS, "Amina", "Willow", "Harbour Primary", "alone"):
            assert secret not in mail.subject + mail.body


def test_one_sent_at_night_waits_for_the_lead_in_the_morning_and_not_yet_for_the_others(office: Team) -> None:
    office.world.clock.set(on("2026-11-27 20:00"))  # Friday
    office.tells()
    assert ticks(office, on("2026-11-28 08:45")) == 0
    assert ticks(office, on("2026-11-30 08:45")) == 1
    assert ticks(office, on("2026-12-01 08:45")) == 3
    assert told(office)[0] == ("2026-11-30", "dsl")


def test_what_is_the_heads_alone_is_told_to_the_head_alone(office: Team) -> None:
    office.tells(is_for_head=True)
    assert ticks(office, on("2026-11-24 08:45")) == 1
    assert told(office) == [("2026-11-24", "head")]


def test_a_server_that_was_off_that_morning_makes_up_for_it_and_for_a_week_once(office: Team) -> None:
    office.tells()
    assert ticks(office, on("2026-11-24 13:00")) == 3
    assert ticks(office, on("2026-11-29 13:00")) == 3  # Sunday, for Friday
    assert ticks(office, on("2026-11-30 08:45")) == 3
    assert [day for day, role in told(office) if role == "head"] == ["2026-11-24", "2026-11-27", "2026-11-30"]


def test_without_a_lead_the_deputies_are_told_from_the_first_morning(office: Team) -> None:
    office.world.leaves(office.okafor)
    office.world.clock.set(on("2026-11-23 20:00"))
    office.tells()
    assert ticks(office, on("2026-11-24 08:45")) == 1
    assert told(office) == [("2026-11-24", "deputy")]


def test_a_tick_reminds_and_sends(office: Team) -> None:
    office.tells()
    with office.world.app.app_context():
        ticking.tick(office.world.keys, on("2026-11-24 08:45"))
    assert [role for _, role in told(office)] == ["dsl", "deputy", "head"]


def test_a_school_year_of_mornings(office: Team) -> None:
    """Forty concerns over the year, each opened some days later: a mail on each school morning while one waits, to each
    who had been told, at the opening and not the minute before; none in holidays, and clocks changing move nothing."""
    minutes = school_minutes()
    openings = sorted({min(group) for group in _by_day(minutes).values()})
    chance = Random(40)
    sent = [YEAR[0] + timedelta(days=9 * number, minutes=chance.randrange(1440)) for number in range(34)]
    opened = [at + timedelta(minutes=chance.choice((60, 600, 2000, 6000, 9000))) for at in sent]
    happenings: list[tuple[datetime, int, str]] = [(at, number, "sent") for number, at in enumerate(sent)]
    happenings += [(at, number, "opened") for number, at in enumerate(opened)]
    happenings += [(at - timedelta(minutes=1), -1, "before") for at in openings]
    happenings += [(at, -1, "opening") for at in openings]
    concerns: dict[int, str] = {}
    early = 0
    for at, number, what in sorted(happenings):
        office.world.clock.set(at)
        if what == "sent":
            concerns[number] = office.tells(f"form-{number}").concern
        elif what == "opened":
            office.looks(concerns[number])
        elif what == "before":
            early += ticks(office, at)
        else:
            ticks(office, at)
    expected = []
    for opening in openings:
        waits = [at for at, read in zip(sent, opened, strict=True) if at < opening < read]
        passed = max((bisect_left(minutes, opening) - bisect_left(minutes, at) for at in waits), default=0)
        roles = [("dsl", 0), ("deputy", 30), ("head", 120)] if waits else []
        day = str(opening.astimezone(ZONE).date())
        expected += [(day, role) for role, least in roles if passed >= least]
    assert told(office) == expected
    assert early == 0
    assert 40 < len(expected) < 3 * len(openings)


def _by_day(minutes: list[datetime]) -> dict[date, list[datetime]]:
    found: dict[date, list[datetime]] = {}
    for minute in minutes:
        found.setdefault(minute.astimezone(ZONE).date(), []).append(minute)
    return found
