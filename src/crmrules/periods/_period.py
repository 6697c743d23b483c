"""Half-open periods of days, their names and neighbours."""

from __future__ import annotations

from datetime import date
from typing import final

from attrs import frozen

from crmrules.errors import PolicyError
from crmrules.periods._bounds import ONE_DAY, a_year_before, start_before
from crmrules.periods._names import bounds_named, name_of
from crmrules.spans._intake import on_the_calendar, plain_day

__all__ = ["Period"]


@final
@frozen
class Period:
    """The days from ``start`` up to, but not including, ``end``.

    A period is nothing but its two dates: ``Quarter(2026, 3)`` equals the same days written out, and its name
    is found from them.

    Args:
        start: The first day.
        end: The first day after the period.

    Raises:
        PolicyError: If a date is none, or the period has no day.

    >>> quarter = Period.parse("2026-Q3")
    >>> str(quarter), quarter.days, date(2026, 9, 30) in quarter, date(2026, 10, 1) in quarter
    ('2026-Q3', 92, True, False)
    >>> str(quarter.previous()), str(quarter.same_last_year())
    ('2026-Q2', '2025-Q3')
    """

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        plain_day("Period.start", self.start)
        plain_day("Period.end", self.end)
        if self.end <= self.start:
            raise PolicyError(f"Period.end must be after its start {self.start}, got {self.end}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of a text.

        Args:
            text: ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-03``, ``2026-W01`` or ``2026-01-01/2026-04-01``,
                where the second date is the first one after the period.

        Raises:
            PolicyError: If the text is none of these.

        >>> Period.parse("2026-Q1") == Period.parse("2026-01-01/2026-04-01")
        True
        """
        return cls(*bounds_named(text))

    @property
    def name(self) -> str:
        """The text that ``parse`` reads: the name of a calendar unit, else both dates."""
        return name_of(self.start, self.end)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - ONE_DAY

    def contains(self, day: date) -> bool:
        """Say whether a day belongs to the period; so does ``day in period``.

        Args:
            day: A date; of an instant, take the date in the zone that counts.

        Raises:
            PolicyError: If it is a datetime.
        """
        return self.start <= plain_day("a day of a period", day) < self.end

    def overlaps(self, other: Period) -> bool:
        """Say whether two periods have a day in common."""
        return self.start < other.end and other.start < self.end

    def previous(self) -> Period:
        """Return the period just before, of the same length.

        A period that ends on the same day of the month as it starts (a month, a quarter, a billing year from
        the 16th) is followed back in months; any other one in days.

        Raises:
            PolicyError: If that is before the calendar begins.

        >>> str(Period.parse("2026-03").previous()), str(Period.parse("2026-03-02/2026-03-09").previous())
        ('2026-02', '2026-W09')
        """
        with on_the_calendar(f"the period before {self}"):
            return Period(start_before(self.start, self.end), self.start)

    def same_last_year(self) -> Period:
        """Return the same days one year earlier; of an ISO week, the week of that number.

        A week 53 meets the last week of a year that has only 52. A start on 29 February moves to the 28th,
        an end on 29 February to 1 March, so no period becomes empty.

        Raises:
            PolicyError: If that is before the calendar begins.

        >>> [str(Period.parse(text).same_last_year()) for text in ("2024-02", "2020-W53")]
        ['2023-02', '2019-W52']
        """
        with on_the_calendar(f"the year before {self}"):
            return Period(*a_year_before(self.start, self.end))

    def __contains__(self, day: date) -> bool:
        return self.contains(day)

    def __str__(self) -> str:
        return self.name
