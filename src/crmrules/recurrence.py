"""What comes round: every n days or months from an anchor, counted from the anchor and so without drift."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.periods import Period
from crmrules.spans import Span
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import matched, on_the_calendar, plain_day, whole

__all__ = ["Recurrence"]

_MOST = 1_000_000
_TEXT = re.compile(r"every (.+) from (\d{4}-\d\d-\d\d)", re.ASCII)
_LIKE = "'every 3 months from 2026-01-31'"


def _span(given: Any) -> Span:
    return Span.parse(given) if isinstance(given, str) else given


@final
@frozen(repr=False)
class Recurrence:
    """Days that come round: the anchor, one span later, two spans later, and so on without end.

    The n-th day is counted from the anchor, not from the day before it: every month from 31 January gives
    28 February and then 31 March. Nothing comes round before the anchor.

    Args:
        every: A span of a day or more, or its text: ``7 days``, ``3 months``.
        anchor: The first of the days.

    Raises:
        PolicyError: If the span is empty or the anchor is no date.

    >>> reviews = Recurrence("3 months", date(2026, 1, 31))
    >>> [str(reviews.nth(n)) for n in range(4)]
    ['2026-01-31', '2026-04-30', '2026-07-31', '2026-10-31']
    >>> str(reviews.next(date(2026, 4, 30))), str(reviews.due(date(2026, 4, 30)))
    ('2026-07-31', '2026-04-30')
    """

    every: Span = field(converter=_span)
    anchor: date

    def __attrs_post_init__(self) -> None:
        good = isinstance(self.every, Span) and self.every != Span()
        must(good, "Recurrence.every", "be a calendar span of a day or more, such as months(3)", self.every)
        plain_day("Recurrence.anchor", self.anchor)

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """Return the recurrence of a text such as ``every 3 months from 2026-01-31``.

        Raises:
            PolicyError: If the text is none.

        >>> Recurrence.parse("every 2 weeks from 2026-01-05")
        Recurrence.parse('every 14 days from 2026-01-05')
        """
        span, day = matched(_TEXT, "a recurrence", _LIKE, text)
        with on_the_calendar(f"the anchor {day}"):
            return cls(span, date.fromisoformat(day or ""))

    def nth(self, n: int) -> date:
        """Return the day that is n spans after the anchor; the anchor itself is number 0.

        Args:
            n: A whole number, 0 or more.

        Raises:
            PolicyError: If ``n`` is negative, or the day would lie after the year 9999.
        """
        return self.every.after(self.anchor, whole("the number of a recurrence", n, 0, _MOST))

    def number(self, day: date) -> int:
        """Return the number of the latest day that is not after ``day``; of a day before the anchor, -1.

        Args:
            day: A date; of an instant, take the date in the zone that counts.

        >>> Recurrence("1 month", date(2026, 1, 31)).number(date(2026, 3, 30))
        1
        """
        if plain_day("day", day) < self.anchor:
            return -1
        if self.every.days:
            return (day - self.anchor).days // self.every.days
        count = 12 * (day.year - self.anchor.year) + day.month - self.anchor.month
        return (count - (months_later(self.anchor, count) > day)) // self.every.months

    def latest(self, day: date) -> date | None:
        """Return the latest of the days that is not after ``day``, or None before the anchor."""
        number = self.number(day)
        return None if number < 0 else self.nth(number)

    def next(self, day: date) -> date:
        """Return the first of the days after ``day``; ``day`` itself does not count.

        Raises:
            PolicyError: If it would lie after the year 9999.
        """
        return self.nth(self.number(day) + 1)

    def due(self, day: date) -> date:
        """Return the first of the days that is not before ``day``; ``day`` itself counts.

        Raises:
            PolicyError: If it would lie after the year 9999.
        """
        return day if self.latest(day) == day else self.next(day)

    def within(self, period: Period) -> tuple[date, ...]:
        """Return those of the days that belong to a period.

        >>> [str(day) for day in Recurrence("1 month", date(2026, 1, 31)).within(Period.parse("2026-Q1"))]
        ['2026-01-31', '2026-02-28', '2026-03-31']
        """
        last = self.number(period.last_day)
        before = self.number(period.start)
        first = before if self.latest(period.start) == period.start else before + 1
        return tuple(self.nth(number) for number in range(first, last + 1))

    def round_of(self, day: date) -> Period:
        """Return the round in which a day lies: from the latest of the days up to, not including, the next.

        Raises:
            PolicyError: If the day lies before the anchor.

        >>> str(Recurrence("3 months", date(2026, 1, 1)).round_of(date(2026, 5, 20)))
        '2026-Q2'
        """
        start = self.latest(day)
        if start is None:
            raise PolicyError(f"{day} is before {self.anchor}, when the first round begins. Ask about a later day.")
        return Period(start, self.next(day))

    def __str__(self) -> str:
        return f"every {self.every} from {self.anchor}"

    def __repr__(self) -> str:
        return f"Recurrence.parse({str(self)!r})"
