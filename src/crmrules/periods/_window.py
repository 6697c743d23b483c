"""Windows: periods that are placed by the day on which a policy is asked."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules.periods._bounds import ONE_DAY
from crmrules.periods._make import Trailing
from crmrules.periods._period import Period
from crmrules.spans import Span
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import matched, on_the_calendar, plain_day, whole

__all__ = ["Unit", "Window"]

Unit = Literal["year", "half-year", "quarter", "month"]
Reach = Literal["lifetime", "trailing", "to date", "last"]

_LENGTHS = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMED = rf"(?:calendar (year|half-year|quarter|month)|fiscal year from ({'|'.join(_MONTHS)}))"
_TEXT = re.compile(rf"lifetime|trailing (.+)|last {_NAMED}|{_NAMED} to date", re.ASCII)
_LIKE = (
    "'lifetime', 'trailing 12 months', 'calendar year to date', 'last calendar quarter' "
    "or 'last fiscal year from april'"
)


@final
@frozen(repr=False)
class Window:
    """A period that is declared once and placed by each ``as_of``.

    The day ``as_of`` itself belongs to lifetime, trailing and to-date windows; a last window ended before
    the unit in which ``as_of`` lies. Make one with ``lifetime``, ``trailing``, ``to_date`` or ``last``, or
    from its text with ``parse``.

    Args:
        reach: ``lifetime``, ``trailing``, ``to date`` or ``last``.
        span: How far a trailing window reaches back.
        unit: The calendar unit of a to-date or last window.
        starts: The month in which its year starts; 1 is the calendar year, any other a fiscal year.

    Raises:
        PolicyError: If the parts do not fit together.

    >>> window = Window.parse("trailing 12 months")
    >>> str(window.at(date(2026, 6, 30)))
    '2025-07-01/2026-07-01'
    """

    reach: Reach
    span: Span | None = field(default=None, kw_only=True)
    unit: Unit | None = field(default=None, kw_only=True)
    starts: int = field(default=1, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.reach in get_args(Reach), "Window.reach", f"be one of {get_args(Reach)}", self.reach)
        self._check_span()
        self._check_unit()

    def _check_span(self) -> None:
        if self.reach == "trailing":
            good = isinstance(self.span, Span) and self.span != Span()
            must(good, "Window.span", "be a calendar span of a day or more, such as months(12)", self.span)
        else:
            must(self.span is None, "Window.span", f"be left out of a {self.reach!r} window", self.span)

    def _check_unit(self) -> None:
        if self.reach in ("to date", "last"):
            must(self.unit in get_args(Unit), "Window.unit", f"be one of {get_args(Unit)}", self.unit)
        else:
            must(self.unit is None, "Window.unit", f"be left out of a {self.reach!r} window", self.unit)
        whole("Window.starts", self.starts, 1, 12)
        fiscal = self.starts > 1 and self.unit != "year"
        must(not fiscal, "Window.starts", "be left out where the unit is not a year", self.starts)

    @classmethod
    def lifetime(cls) -> Window:
        """Return the window of everything up to and including ``as_of``.

        >>> date(1999, 1, 1) in Window.lifetime().at(date(2026, 6, 30))
        True
        """
        return cls("lifetime")

    @classmethod
    def trailing(cls, span: Span) -> Window:
        """Return the window of a span up to and including ``as_of``.

        >>> from crmrules.spans import days
        >>> str(Window.trailing(days(90)))
        'trailing 90 days'
        """
        return cls("trailing", span=span)

    @classmethod
    def to_date(cls, unit: Unit, *, starts: int = 1) -> Window:
        """Return the window from the first day of a unit up to and including ``as_of``.

        Args:
            unit: ``year``, ``half-year``, ``quarter`` or ``month``.
            starts: The month in which a fiscal year starts.

        >>> str(Window.to_date("year", starts=4))
        'fiscal year from april to date'
        """
        return cls("to date", unit=unit, starts=starts)

    @classmethod
    def last(cls, unit: Unit, *, starts: int = 1) -> Window:
        """Return the window of the last unit that was over when the unit of ``as_of`` began.

        Args:
            unit: ``year``, ``half-year``, ``quarter`` or ``month``.
            starts: The month in which a fiscal year starts.

        >>> str(Window.last("quarter").at(date(2026, 4, 1)))
        '2026-Q1'
        """
        return cls("last", unit=unit, starts=starts)

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window of a text, such as ``lifetime``, ``trailing 90 days`` or ``last calendar year``.

        Raises:
            PolicyError: If the text is no window.

        >>> Window.parse("last fiscal year from april") == Window.last("year", starts=4)
        True
        """
        span, *named = matched(_TEXT, "a window", _LIKE, text)
        if span:
            return cls.trailing(Span.parse(span))
        if not any(named):
            return cls.lifetime()
        unit, month = named[:2] if any(named[:2]) else named[2:]
        make = cls.last if any(named[:2]) else cls.to_date
        return make(unit or "year", starts=_MONTHS.index(month) + 1 if month else 1)  # type: ignore[arg-type]

    def at(self, as_of: date) -> Period:
        """Return the period of this window as of a day; that of a lifetime begins with the calendar.

        Args:
            as_of: The day of asking.

        Raises:
            PolicyError: If ``as_of`` is no date, or the period would leave the calendar.
        """
        plain_day("as_of", as_of)
        if self.span is not None:
            return Trailing(self.span, as_of)
        with on_the_calendar(f"the window {str(self)!r} as of {as_of}"):
            start = self._start(as_of)
            if self.reach == "last":
                return Period(months_later(start, -self._length()), start)
            return Period(start, as_of + ONE_DAY)

    def _start(self, as_of: date) -> date:
        """Return the first day of the unit in which ``as_of`` lies."""
        if not self._length():
            return date.min
        into = (as_of.month - self.starts) % self._length()
        return months_later(as_of.replace(day=1), -into)

    def _length(self) -> int:
        return _LENGTHS[self.unit] if self.unit else 0

    def __str__(self) -> str:
        if self.span is not None:
            return f"trailing {self.span}"
        if self.unit is None:
            return "lifetime"
        return f"last {self._named()}" if self.reach == "last" else f"{self._named()} to date"

    def _named(self) -> str:
        if self.starts == 1:
            return f"calendar {self.unit}"
        return f"fiscal year from {_MONTHS[self.starts - 1]}"

    def __repr__(self) -> str:
        return f"Window.parse({str(self)!r})"
