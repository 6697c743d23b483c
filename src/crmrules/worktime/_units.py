"""Whole microseconds: the one unit in which calendars count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

__all__ = ["DAY", "EPOCH", "SECOND", "day_of", "microseconds", "midnight", "wall", "year_of"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND

_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001  wall times have no zone
_FIRST = date(1970, 1, 1).toordinal()


def microseconds(length: timedelta) -> int:
    """Return a duration in whole microseconds, exactly."""
    return length.days * DAY + length.seconds * SECOND + length.microseconds


def wall(naive: datetime) -> int:
    """Return a wall time as microseconds on its own axis."""
    return microseconds(naive - _NAIVE)


def midnight(day: date) -> int:
    """Return where a day begins on the axis of wall times."""
    return (day.toordinal() - _FIRST) * DAY


def day_of(number: int) -> date:
    """Return the day on which a point of the axis of wall times lies."""
    return date.fromordinal(number // DAY + _FIRST)


def year_of(number: int) -> int:
    """Return the calendar year in which a point of an axis lies."""
    return day_of(number).year
