"""Day counts: which part of a year lies between two days, by the convention of the contract."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, get_args

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.loyalty._amounts import amount_of, share_of
from crmrules.loyalty._rounding import CENTS, Rounding

__all__ = ["DayCount", "financing_cost", "year_fraction"]

DayCount = Literal["actual/365", "actual/360", "actual/actual", "30/360", "30E/360"]


def year_fraction(start: date, end: date, day_count: DayCount = "actual/365") -> Fraction:
    """Return which part of a year lies between two days.

    Args:
        start: The first day, which does not count.
        end: The last day, which does.
        day_count: ``actual/365`` or ``actual/360`` (days over a fixed year), ``actual/actual`` (days of each
            calendar year over its length), ``30/360`` (months of 30 days; a 31st at the end counts as 30 only after
            a 30th or 31st) or ``30E/360`` (every 31st is a 30th).

    Raises:
        PolicyError: If the end lies before the start.

    >>> year_fraction(date(2026, 1, 31), date(2026, 2, 28), "30/360")
    Fraction(7, 90)
    """
    must(day_count in _COUNTS, "day_count", f"be one of {', '.join(get_args(DayCount))}", day_count)
    if end < start:
        raise PolicyError(f"interest must run forward, got {start} to {end}")
    return _COUNTS[day_count](start, end)


def financing_cost(
    amount: Any,
    percent: Any,
    start: date,
    end: date,
    *,
    day_count: DayCount = "actual/365",
    rounding: Rounding = CENTS,
) -> Decimal:
    """Return the simple interest on an amount over a term.

    Args:
        amount: What is financed.
        percent: The rate for a year, in percent.
        start: The day from which.
        end: The day until which.
        day_count: See ``year_fraction``.
        rounding: What the cost is rounded to.

    >>> financing_cost(1_000_000, "4.35", date(2026, 1, 1), date(2026, 3, 2))
    Decimal('7150.68')
    """
    rate = Fraction(share_of("a rate", percent))
    return rounding.of(Fraction(amount_of("the amount", amount)) * rate * year_fraction(start, end, day_count))


def _over(year: int) -> Callable[[date, date], Fraction]:
    return lambda start, end: Fraction((end - start).days, year)


def _actual(start: date, end: date) -> Fraction:
    whole = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        days = (last - first).days + (year < end.year)
        whole += Fraction(days, 366 if isleap(year) else 365)
    return whole


def _bond(start: date, end: date) -> Fraction:
    first = min(start.day, 30)
    return _thirty(start, end, first, 30 if end.day == 31 and first == 30 else end.day)


def _euro(start: date, end: date) -> Fraction:
    return _thirty(start, end, min(start.day, 30), min(end.day, 30))


def _thirty(start: date, end: date, first: int, last: int) -> Fraction:
    return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360)


_COUNTS: dict[str, Callable[[date, date], Fraction]] = {
    "actual/365": _over(365),
    "actual/360": _over(360),
    "actual/actual": _actual,
    "30/360": _bond,
    "30E/360": _euro,
}
