"""Time as a school lives it: stored in UTC, reasoned about in the school's own zone. Pure; no clock of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: A card that is for school works on school days between these hours (school-local).
SCHOOL_DAY = (time(7, 0), time(18, 30))


def local(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone))


def school_year(moment: datetime, timezone: str) -> int:
    """The calendar year in which the school year of this moment began, on 1 September."""
    here = local(moment, timezone)
    return here.year if here.month >= 9 else here.year - 1


def end_of_school_year(moment: datetime, timezone: str) -> datetime:
    """The last moment of 31 August, in UTC: when this year's cards end (TRUST.md 2.1)."""
    first_of_september = datetime(school_year(moment, timezone) + 1, 9, 1, tzinfo=ZoneInfo(timezone))
    return first_of_september.astimezone(UTC)


def is_school_day(moment: datetime, timezone: str) -> bool:
    """Monday to Friday in school hours. Holidays are not known, and a card used in one shows nothing worth stealing."""
    here = local(moment, timezone)
    return here.weekday() < 5 and SCHOOL_DAY[0] <= here.time() < SCHOOL_DAY[1]


def is_in_window(moment: datetime, timezone: str, start: int | None, end: int | None) -> bool:
    """Whether the school-local time lies between two minutes after midnight; neither given: never."""
    if start is None or end is None:
        return False
    here = local(moment, timezone)
    return start <= here.hour * 60 + here.minute < end


def is_at_home(
    moment: datetime, timezone: str, door_open_until: datetime | None, home_from: int | None, home_until: int | None
) -> bool:
    """Whether a pupil who is signed in is taken to be at home: the class's door is shut, and it is the school's home
    window or no school day. A card that is used in school hours while the door is shut is used at school."""
    if door_open_until is not None and moment < door_open_until:
        return False
    return is_in_window(moment, timezone, home_from, home_until) or not is_school_day(moment, timezone)


def day_of(moment: datetime, timezone: str) -> date:
    return local(moment, timezone).date()


def last_turn(moment: datetime, timezone: str, weekday: int, clock: time) -> datetime:
    """The last time, in UTC, that the school's clock showed this time on this weekday (0 is Monday)."""
    here = local(moment, timezone)
    day = here.date() - timedelta(days=(here.weekday() - weekday) % 7)
    turn = datetime.combine(day, clock, ZoneInfo(timezone))
    if turn > here:
        turn = datetime.combine(day - timedelta(days=7), clock, ZoneInfo(timezone))
    return turn.astimezone(UTC)


def week_of(moment: datetime, timezone: str) -> str:
    """The ISO week on the school's calendar: "2026-47"."""
    year, week, _ = day_of(moment, timezone).isocalendar()
    return f"{year}-{week:02}"


def date_words(moment: datetime, timezone: str) -> str:
    """The date on the school's calendar: "23 November 2026"."""
    here = local(moment, timezone)
    return f"{here.day} {here:%B %Y}"


def day_words(day: date) -> str:
    """A day that is weeks away at most: "Friday 27 November"."""
    return f"{day:%A} {day.day} {day:%B}"


def calendar_words(day: date) -> str:
    """A day of the calendar, which has no zone: "23 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def clock_words(moment: datetime, timezone: str) -> str:
    """The time on the school's clock: "10:05"."""
    return f"{local(moment, timezone):%H:%M}"
