"""The calendar span: a number of months or of days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, final

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules.errors import PolicyError
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import matched, on_the_calendar, whole

__all__ = ["Span", "days", "months", "weeks", "years"]

Anchor = TypeVar("Anchor", date, datetime)

MOST_MONTHS = 1_200
MOST_DAYS = 36_525

_TEXT = re.compile(r"(\d{1,5}) (day|week|month|year)s?|P(\d{1,5})([DWMY])", re.ASCII)


@final
@frozen(repr=False)
class Span:
    """A number of calendar months or of calendar days, never of both.

    A year is 12 months and a week is 7 days, so ``years(1) == months(12)``. Make one with ``days``,
    ``weeks``, ``months`` or ``years``, or from text with ``Span.parse``.

    Args:
        months: Calendar months, 0 to 1,200.
        days: Calendar days, 0 to 36,525.

    Raises:
        PolicyError: If a number is out of range, or both are given.

    >>> span = months(1)
    >>> str(span), span.after(date(2026, 1, 31)), span.after(date(2026, 1, 31), times=2)
    ('1 month', datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """

    months: int = field(default=0, kw_only=True)
    days: int = field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole("Span.months", self.months, 0, MOST_MONTHS)
        whole("Span.days", self.days, 0, MOST_DAYS)
        must(not (self.months and self.days), "Span", "be of months or of days", (self.months, self.days))

    @classmethod
    def parse(cls, text: str) -> Span:
        """Return the span of a text such as ``7 days``, or of ISO 8601 in one unit, ``P7D``.

        Args:
            text: The text; ISO's ``P1M10D`` (two units) and ``PT2H`` (a duration) are refused.

        Raises:
            PolicyError: If the text is no span.

        >>> Span.parse("2 weeks"), Span.parse("P1Y")
        (days(14), months(12))
        """
        groups = matched(_TEXT, "a span", "'7 days', '1 month', '2 years' or 'P1M'", text)
        number, unit = (group for group in groups if group)
        return _MAKERS[unit](int(number))

    def after(self, anchor: Anchor, times: int = 1) -> Anchor:
        """Return the day or instant that lies this span, ``times`` over, after an anchor.

        Months are counted from the anchor and cut to the end of the month, so steps never drift: ask for
        ``times=2`` from the anchor, not for one span twice. An instant keeps its wall time in its own zone; a
        wall time that a clock change skips moves forward by the gap, one that comes twice is the first.

        Args:
            anchor: A date or an aware datetime.
            times: How many spans; a negative number goes back.

        Raises:
            PolicyError: If the anchor is naive, or the answer lies outside the years 1 to 9999.
        """
        _anchored(anchor)
        with on_the_calendar(f"{times} x {self} from {anchor}"):
            moved: Anchor = _moved(anchor, self.months * times, self.days * times)
        return moved

    def before(self, anchor: Anchor, times: int = 1) -> Anchor:
        """Return the day or instant that lies this span, ``times`` over, before an anchor.

        Args:
            anchor: A date or an aware datetime.
            times: How many spans.

        >>> years(1).before(date(2024, 2, 29))
        datetime.date(2023, 2, 28)
        """
        return self.after(anchor, -times)

    def __str__(self) -> str:
        number, unit = self._counted()
        return f"{number} {unit[:-1] if number == 1 else unit}"

    def __repr__(self) -> str:
        number, unit = self._counted()
        return f"{unit}({number})"

    def _counted(self) -> tuple[int, str]:
        """Return number and unit; whole years count as years from two up: "12 months", then "2 years"."""
        if not self.months:
            return self.days, "days"
        in_years = self.months > 12 and self.months % 12 == 0
        return (self.months // 12, "years") if in_years else (self.months, "months")


def days(n: int) -> Span:
    """Return a span of ``n`` calendar days, 0 to 36,525.

    >>> days(7).after(date(2026, 2, 25))
    datetime.date(2026, 3, 4)
    """
    return Span(days=whole("days", n, 0, MOST_DAYS))


def weeks(n: int) -> Span:
    """Return a span of ``n`` weeks, each of 7 calendar days.

    >>> weeks(2) == days(14)
    True
    """
    return Span(days=7 * whole("weeks", n, 0, MOST_DAYS // 7))


def months(n: int) -> Span:
    """Return a span of ``n`` calendar months, 0 to 1,200.

    >>> months(1).after(date(2024, 1, 31))
    datetime.date(2024, 2, 29)
    """
    return Span(months=whole("months", n, 0, MOST_MONTHS))


def years(n: int) -> Span:
    """Return a span of ``n`` years, each of 12 calendar months.

    >>> years(3) == months(36)
    True
    """
    return Span(months=12 * whole("years", n, 0, MOST_MONTHS // 12))


_MAKERS = {
    **{"day": days, "week": weeks, "month": months, "year": years},
    **{"D": days, "W": weeks, "M": months, "Y": years},
}


def _anchored(anchor: Any) -> None:
    must(isinstance(anchor, date), "the anchor of a span", "be a date or an aware datetime", anchor)
    if isinstance(anchor, datetime) and anchor.utcoffset() is None:
        raise PolicyError(f"the anchor of a span must have a zone, got {shown(anchor)}. Add it: .replace(tzinfo=zone).")


def _moved(anchor: Any, by_months: int, by_days: int) -> Any:
    day = months_later(date(anchor.year, anchor.month, anchor.day), by_months) + timedelta(by_days)
    return _at_wall_time(day, anchor) if isinstance(anchor, datetime) else day


def _at_wall_time(day: date, anchor: datetime) -> datetime:
    if day == anchor.date():
        return anchor
    wall = datetime.combine(day, anchor.timetz().replace(fold=0))
    return wall.astimezone(UTC).astimezone(anchor.tzinfo)
