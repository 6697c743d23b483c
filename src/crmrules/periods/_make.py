"""The usual periods by name: years, quarters, months, weeks, and the days up to today."""

from __future__ import annotations

from datetime import date

from crmrules.periods._bounds import ONE_DAY, iso_week, part_of_year
from crmrules.periods._period import Period
from crmrules.spans import Span
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import on_the_calendar, plain_day, whole

__all__ = ["FiscalYear", "HalfYear", "IsoWeek", "Month", "Quarter", "Trailing", "Year"]


def Year(year: int) -> Period:  # noqa: N802  # named like the kind of period it makes, unlike spans.years
    """Return a calendar year.

    >>> Year(2026).days
    365
    """
    return Period(*part_of_year("Year", year, 1, 12))


def HalfYear(year: int, half: int) -> Period:  # noqa: N802
    """Return a half of a calendar year: 1 from January, 2 from July.

    >>> HalfYear(2026, 2).start
    datetime.date(2026, 7, 1)
    """
    return Period(*part_of_year("HalfYear", year, half, 6))


def Quarter(year: int, quarter: int) -> Period:  # noqa: N802
    """Return a quarter of a calendar year, 1 to 4.

    >>> Quarter(2026, 1).last_day
    datetime.date(2026, 3, 31)
    """
    return Period(*part_of_year("Quarter", year, quarter, 3))


def Month(year: int, month: int) -> Period:  # noqa: N802
    """Return a calendar month, 1 to 12.

    >>> Month(2024, 2).days
    29
    """
    return Period(*part_of_year("Month", year, month, 1))


def FiscalYear(year: int, *, starts: int) -> Period:  # noqa: N802
    """Return a fiscal year, named by the calendar year **in which it starts**.

    Args:
        year: The calendar year of its first day.
        starts: The month of its first day, 1 to 12.

    >>> str(FiscalYear(2026, starts=4))
    '2026-04-01/2027-04-01'
    """
    whole("FiscalYear.starts", starts, 1, 12)
    start = Month(year, starts).start
    with on_the_calendar(f"FiscalYear({year}, starts={starts})"):
        return Period(start, months_later(start, 12))


def IsoWeek(year: int, week: int) -> Period:  # noqa: N802
    """Return a week of ISO 8601, Monday to Sunday; week 1 holds the year's first Thursday.

    >>> IsoWeek(2026, 1).start
    datetime.date(2025, 12, 29)
    """
    return Period(*iso_week(year, week))


def Trailing(span: Span, as_of: date) -> Period:  # noqa: N802
    """Return the days after ``as_of`` minus a span, up to and including ``as_of``.

    >>> from crmrules.spans import months
    >>> str(Trailing(months(12), date(2026, 6, 30)))
    '2025-07-01/2026-07-01'
    """
    with on_the_calendar(f"the day after {plain_day('as_of', as_of)}"):
        return Period(span.before(as_of) + ONE_DAY, as_of + ONE_DAY)
