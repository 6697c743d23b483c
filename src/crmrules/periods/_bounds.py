"""First days and ends of periods, as bare pairs of dates."""

from __future__ import annotations

from datetime import date, timedelta

from crmrules.spans import anniversary
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import on_the_calendar, whole

__all__ = [
    "ONE_DAY",
    "Bounds",
    "a_year_before",
    "is_iso_week",
    "iso_week",
    "months_between",
    "part_of_year",
    "start_before",
]

Bounds = tuple[date, date]

ONE_DAY = timedelta(days=1)


def part_of_year(unit: str, year: int, part: int, length: int) -> Bounds:
    """Return one of the equal parts of a calendar year, each ``length`` months long."""
    whole(f"the year of {unit}", year, 1, 9999)
    whole(f"the number of {unit}", part, 1, 12 // length)
    start = date(year, length * (part - 1) + 1, 1)
    with on_the_calendar(f"the end of the {unit} from {start}"):
        return start, months_later(start, length)


def iso_week(year: int, week: int) -> Bounds:
    """Return a week of ISO 8601, which has 52 or 53 of them in a year."""
    whole("the year of IsoWeek", year, 1, 9999)
    whole("the number of IsoWeek", week, 1, 53)
    with on_the_calendar(f"week {week} of {year}"):
        start = date.fromisocalendar(year, week, 1)
        return start, start + 7 * ONE_DAY


def is_iso_week(start: date, end: date) -> bool:
    """Say whether two bounds hold seven days from a Monday."""
    return start.isoweekday() == 1 and end - start == 7 * ONE_DAY


def months_between(start: date, end: date) -> int:
    """Return the months between two days of the same number in their months, else 0."""
    return 12 * (end.year - start.year) + end.month - start.month if start.day == end.day else 0


def start_before(start: date, end: date) -> date:
    """Return where the period of the same length starts that ends on ``start``."""
    months = months_between(start, end)
    return months_later(start, -months) if months else start - (end - start)


def a_year_before(start: date, end: date) -> Bounds:
    """Return the bounds of the same days one year earlier, never empty."""
    if is_iso_week(start, end):
        year, week, _ = start.isocalendar()
        last_week = date(year - 1, 12, 28).isocalendar().week
        return iso_week(year - 1, min(week, last_week))
    return anniversary(start, start.year - 1), anniversary(end, end.year - 1, leap_day="mar1")
