"""School time: a night, a weekend, a holiday and the hour of a clock change pass none of it."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from safeguarding.escalation import due_moments
from safeguarding.school_hours import SchoolHours, clock, holidays_of, reads_next
from tests.harness.telling import HOLIDAYS, LONDON, YEAR, school_minutes

HOURS = SchoolHours(LONDON, 8 * 60 + 45, 15 * 60 + 15, HOLIDAYS)


def at(text: str) -> datetime:
    """A moment by the clock on the school's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC)


@pytest.mark.parametrize(
    ("sent", "deputies", "head", "office"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:30", "2026-11-23 12:00", "2026-11-23 15:15"),
        ("2026-11-23 15:00", "2026-11-24 09:00", "2026-11-24 10:30", "2026-11-23 15:15"),  # over a night
        ("2026-11-27 17:20", "2026-11-30 09:15", "2026-11-30 10:45", "2026-11-30 15:15"),  # over a weekend
        ("2026-12-18 14:45", "2026-12-18 15:15", "2027-01-04 10:15", "2026-12-18 15:15"),  # over Christmas
        ("2026-12-25 09:00", "2027-01-04 09:15", "2027-01-04 10:45", "2027-01-04 15:15"),  # on Christmas Day
        ("2026-10-23 15:14", "2026-11-02 09:14", "2026-11-02 10:44", "2026-10-23 15:15"),  # half-term, clocks go back
        ("2027-03-24 15:15", "2027-04-12 09:15", "2027-04-12 10:45", "2027-04-12 15:15"),  # clocks go forward
        ("2026-11-23 08:45", "2026-11-23 09:15", "2026-11-23 10:45", "2026-11-23 15:15"),  # as the school opens
    ],
)
def test_when_a_concern_that_nobody_opens_is_passed_on(sent: str, deputies: str, head: str, office: str) -> None:
    due = due_moments(at(sent), HOURS)
    assert (due.deputies, due.head, due.office) == (at(deputies), at(head), at(office))


def test_both_clock_changes_on_a_monday_morning() -> None:
    """The Monday after, school opens at its own time by the wall, which is another in UTC."""
    hours = SchoolHours(LONDON, 525, 915)
    assert hours.after(at("2026-10-23 15:00"), 30) == datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    assert hours.after(at("2027-03-26 15:00"), 30) == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)


def test_every_minute_of_a_year_is_counted_as_somebody_with_a_calendar_would() -> None:
    """500 concerns at any time of the year, against a list of all its school minutes made by walking through it."""
    minutes = school_minutes()
    chance = Random(500)
    for _ in range(500):
        sent = YEAR[0] + timedelta(
            minutes=chance.randrange(int((datetime(2027, 7, 1, tzinfo=UTC) - YEAR[0]).days) * 1440)
        )
        first = bisect_left(minutes, sent)
        due = due_moments(sent, HOURS)
        assert due.deputies == minutes[first + 29] + timedelta(minutes=1)
        assert due.head == minutes[first + 119] + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23 10:00", "before school ends today, at 3.15pm"),
        ("2026-11-23 07:30", "when school opens today, at 8.45am"),
        ("2026-11-23 19:00", "when school opens tomorrow, at 8.45am"),
        ("2026-11-27 16:00", "when school opens on Monday, at 8.45am"),
        ("2026-12-19 12:00", "when school opens on Monday 4 January, at 8.45am"),
    ],
)
def test_children_are_told_when_somebody_reads(now: str, words: str) -> None:
    assert reads_next(HOURS, at(now)) == words


def test_without_a_school_day_for_months_nobody_makes_one_up() -> None:
    closed = SchoolHours(LONDON, 525, 915, ((date(2026, 1, 1), date(2028, 1, 1)),))
    assert reads_next(closed, at("2026-11-23 10:00")) == "when school opens again"
    assert due_moments(at("2026-11-23 10:00"), closed).deputies is None


def test_a_school_closes_after_it_opens_and_a_holiday_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="opens before it closes"):
        SchoolHours(LONDON, 915, 525)
    with pytest.raises(ValueError, match="2026-12-19"):
        holidays_of("2026-12-19 2026-12-18")
    assert holidays_of("2026-12-19 2027-01-03\n\n") == ((date(2026, 12, 19), date(2027, 1, 3)),)
    assert [clock(525), clock(720), clock(0)] == ["8.45am", "12.00pm", "12.00am"]
