"""A clock the tests set; the app is given it as its setting `clock`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: A Monday morning in term, ten o'clock in London.
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clock:
    """Stands still until told to move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def start_again(self) -> None:
        self.now = START

    def set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("say the time zone: datetime(..., tzinfo=UTC)")
        self.now = moment.astimezone(UTC)

    def moves(self, **length: float) -> datetime:
        """clock.moves(days=14), clock.moves(minutes=21); returns the new moment."""
        self.now += timedelta(**length)
        return self.now
