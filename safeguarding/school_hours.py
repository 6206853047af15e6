"""The school's calendar: when somebody reads, and how long something has waited in school time. Pure; no clock.

A school minute is a minute between the school's opening and closing on a weekday that is no holiday, by the clock on
its wall: a night, a weekend, a holiday and the hour of a clock change pass no school time (DESIGN.md 11 and 13).
"""

from __future__ import annotations

import re
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
        return self.moment(day, self.opens), self.moment(day, self.closes)

    def is_open(self, at: datetime) -> bool:
        """Opening is in, closing is out."""
        day = self.day_of(at)
        opens, closes = self.day(day)
        return self.is_school_day(day) and opens <= at < closes

    def next_open(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which the school is open; None where no school day comes for months."""
        day = self.day_of(at)
        for ahead in range(FURTHEST_DAYS):
            one = day + timedelta(days=ahead)
            opens, closes = self.day(one)
            if self.is_school_day(one) and at < closes:
                return max(at, opens)
        return None

    def last_opening(self, at: datetime) -> datetime | None:
        """When school last opened, today's opening included; None where that is months ago."""
        day = self.day_of(at)
        for back in range(FURTHEST_DAYS):
            one = day - timedelta(days=back)
            opens, _ = self.day(one)
            if self.is_school_day(one) and opens <= at:
                return opens
        return None

    def after(self, at: datetime, minutes: int) -> datetime | None:
        """When this many school minutes have passed since `at`: at closing time rather than at the next opening."""
        left = timedelta(minutes=minutes)
        start = self.next_open(at)
        while start is not None:
            _, closes = self.day(self.day_of(start))
            if start + left <= closes:
                return start + left
            left -= closes - start
            start = self.next_open(closes)
        return None

    def end_of_day(self, at: datetime) -> datetime | None:
        """Closing time of the school day in which `at` falls, or of the next one."""
        start = self.next_open(at)
        return None if start is None else self.day(self.day_of(start))[1]

    def moment(self, day: date, minutes: int) -> datetime:
        """This many minutes after midnight by the clock on the school's wall, in UTC."""
        wall = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(self.timezone))
        return wall.astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """The day on the school's calendar."""
        return at.astimezone(ZoneInfo(self.timezone)).date()


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


_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TO = re.compile(r"\s+(?:to|until|till|-)\s+|\s*[–—]\s*|(?<=\d)-(?=\d{1,2}[/.])", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})")
_WORDS = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?(?:,?\s+(\d{4}))?"
)


def holidays_typed(text: str) -> tuple[str, str]:
    """What somebody typed, one holiday a line, as `HelpBox.holidays` holds it; and what to do about the first line that
    is none. "19 December 2026 to 3 January 2027", "19/12/2026 to 3/1/2027", "2026-12-19 2027-01-03", or one day."""
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        tidy = " ".join(line.split())
        if not tidy:
            continue
        days = _days_of(tidy)
        if days is None:
            return "", f"Line {number}, “{tidy[:60]}”: type it like “19 December 2026 to 3 January 2027”."
        first, last = days
        if last < first:
            return "", f"Line {number}, “{tidy[:60]}”: it ends before it begins. Turn the two days round."
        if (last - first).days >= FURTHEST_DAYS:
            return "", f"Line {number}, “{tidy[:60]}”: that is {(last - first).days + 1} days. Check the years."
        kept.append(f"{first} {last}")
    return "\n".join(sorted(kept)), ""


def holidays_shown(text: str) -> str:
    """The lines of `HelpBox.holidays` as a person would type them."""
    return "\n".join(
        day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
        for first, last in holidays_of(text)
    )


def day_words(day: date) -> str:
    """A day on the school's calendar: "19 December 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def _days_of(line: str) -> tuple[date, date] | None:
    """The two days of a line, or the one day twice; None for anything else. The first may leave out its year."""
    parts = _TO.split(line, maxsplit=1)
    if len(parts) == 1 and len(line.split()) == 2 and not re.search("[a-z]", line, re.IGNORECASE):
        parts = line.split()
    last = _day(parts[-1])
    if last is None:
        return None
    if len(parts) == 1:
        return last, last
    first = _day(parts[0], last)
    return None if first is None else (first, last)


def _day(words: str, before: date | None = None) -> date | None:
    """One day; `before` lends its year to a day that names none."""
    said = words.strip().casefold()
    try:
        if found := _ISO.fullmatch(said):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FIGURES.fullmatch(said):
            year = int(found[3])
            return date(year if year > 99 else 2000 + year, int(found[2]), int(found[1]))
        if found := _WORDS.fullmatch(said):
            months = [at for at, name in enumerate(_MONTHS, 1) if name.startswith(found[2])]
            if len(months) != 1 or (not found[3] and before is None):
                return None
            if found[3] or before is None:
                return date(int(found[3]), months[0], int(found[1]))
            day = date(before.year, months[0], int(found[1]))
            return day if day <= before else day.replace(year=before.year - 1)
    except ValueError:  # 31 February
        return None
    return None
