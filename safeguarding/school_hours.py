"""The school's calendar: when somebody reads, and how long something has waited in school time. Pure; no clock.

A school minute is a minute between the school's opening and closing on a weekday that is no holiday, by the clock on
its wall: a night, a weekend, a holiday and the hour of a clock change pass no school time (DESIGN.md 11 and 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Where a school has said nothing: from 8.45 to 15.15.
USUAL_HOURS = (8 * 60 + 45, 15 * 60 + 15)
#: How far ahead the next school day is looked for: longer than any holiday.
FURTHEST_DAYS = 120


@dataclass(frozen=True, slots=True)
class SchoolHours:
    """`opens` and `closes` in minutes after midnight in the zone; `holidays` are pairs of days, both included."""

    timezone: str
    opens: int
    closes: int
    holidays: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes < 24 * 60:
            raise ValueError("a school opens before it closes, on one day")

    def is_school_day(self, day: date) -> bool:
        return day.weekday() < 5 and not any(first <= day <= last for first, last in self.holidays)

    def day(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing of this day in UTC."""
        return self._moment(day, self.opens), self._moment(day, self.closes)

    def is_open(self, at: datetime) -> bool:
        """Opening is in, closing is out."""
        day = self._day_of(at)
        opens, closes = self.day(day)
        return self.is_school_day(day) and opens <= at < closes

    def next_open(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which the school is open; None where no school day comes for months."""
        day = self._day_of(at)
        for ahead in range(FURTHEST_DAYS):
            one = day + timedelta(days=ahead)
            opens, closes = self.day(one)
            if self.is_school_day(one) and at < closes:
                return max(at, opens)
        return None

    def after(self, at: datetime, minutes: int) -> datetime | None:
        """When this many school minutes have passed since `at`: at closing time rather than at the next opening."""
        left = timedelta(minutes=minutes)
        start = self.next_open(at)
        while start is not None:
            _, closes = self.day(self._day_of(start))
            if start + left <= closes:
                return start + left
            left -= closes - start
            start = self.next_open(closes)
        return None

    def end_of_day(self, at: datetime) -> datetime | None:
        """Closing time of the school day in which `at` falls, or of the next one."""
        start = self.next_open(at)
        return None if start is None else self.day(self._day_of(start))[1]

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def _moment(self, day: date, minutes: int) -> datetime:
        wall = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(self.timezone))
        return wall.astimezone(UTC)


def reads_next(hours: SchoolHours, at: datetime) -> str:
    """When the next look comes, for the end of a sentence: "before school ends today, at 3.15pm"."""
    opens = hours.next_open(at)
    if opens is None:
        return "when school opens again"
    zone = ZoneInfo(hours.timezone)
    here, then = at.astimezone(zone), opens.astimezone(zone)
    if opens == at:
        return f"before school ends today, at {clock(hours.closes)}"
    days = (then.date() - here.date()).days
    named = {0: "today", 1: "tomorrow"}.get(days, f"on {then:%A}" if days < 7 else f"on {then:%A} {then.day} {then:%B}")
    return f"when school opens {named}, at {clock(hours.opens)}"


def clock(minutes: int) -> str:
    """A time as children are told it: "8.45am", "3.15pm"."""
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}.{minute:02}{'am' if hour < 12 else 'pm'}"


def holidays_of(text: str) -> tuple[tuple[date, date], ...]:
    """The holidays of `HelpBox.holidays`, one a line; raises ValueError for a line that is no pair of days in order."""
    found = []
    for line in text.split("\n"):
        if line.strip():
            first, last = (date.fromisoformat(word) for word in line.split())
            if last < first:
                raise ValueError(line)
            found.append((first, last))
    return tuple(found)
