"""Due dates: so many days after the invoice, the end of a month, a day of the month."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal, Protocol, final, get_args

from attrs import evolve, field, frozen

from crmrules._checks import must, shown
from crmrules.errors import PolicyError
from crmrules.loyalty._settings import setting, value_of
from crmrules.spans import days, months

__all__ = ["Due", "WorkingDays"]

To = Literal["day", "end_of_month", "day_of_month"]
Roll = Literal["none", "following", "preceding", "modified_following"]

_LIKE = (
    "'net 30', '30 days end of month', 'end of month', 'end of month + 30 days', 'end of next month', 'day 19' or "
    "'day 10 of next month'"
)
_NET = re.compile(r"net (\d{1,4})", re.ASCII)
_DAYS_EOM = re.compile(r"(\d{1,4}) days end of month", re.ASCII)
_EOM = re.compile(r"end of (month|next month)(?: \+ (\d{1,4}) days)?", re.ASCII)
_DAY = re.compile(r"day (\d{1,2})( of next month)?", re.ASCII)


class WorkingDays(Protocol):
    """A calendar that knows working days, such as ``crmrules.worktime.WorkCalendar``."""

    def working_day(self, day: date) -> bool:
        """Say whether a day is one."""


def _after(days: Any) -> Any:
    return setting("Due.days", days, 0, 3_650)


@final
@frozen(repr=False)
class Due:
    """When a payment is due, counted from the invoice.

    In this order: ``days`` after the invoice, then ``months`` on, then to the end of that month or to a day of the
    month, then ``plus`` days. Make one with ``Due.net``, ``Due.end_of_month``, ``Due.day_of_month`` or
    ``Due.parse``.

    Args:
        days: Days after the invoice.
        to: ``day`` (stay there), ``end_of_month``, or ``day_of_month``: the next such day, that day included.
        day: The day of the month, 1 to 31; a month that lacks it ends earlier.
        months: With ``end_of_month`` or ``day_of_month``: so many months later; the day of the month then is of
            that month.
        plus: Days after all that.

    Raises:
        PolicyError: If the parts do not go together.

    >>> str(Due.parse("30 days end of month").on(date(2026, 1, 15))), str(Due.net(30).on(date(2026, 1, 15)))
    ('2026-02-28', '2026-02-14')
    """

    days: Any = field(default=0, converter=_after)
    to: To = field(default="day", kw_only=True)
    day: int | None = field(default=None, kw_only=True)
    months: int = field(default=0, kw_only=True)
    plus: int = field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.to in get_args(To), "Due.to", f"be one of {', '.join(get_args(To))}", self.to)
        good = (self.day in range(1, 32)) if self.to == "day_of_month" else self.day is None
        must(good, "Due.day", "be 1 to 31 with day_of_month, and left out without", self.day)
        must(self.months in range(121), "Due.months", "be a whole number from 0 to 120", self.months)
        must(self.plus in range(3_651), "Due.plus", "be a whole number from 0 to 3650", self.plus)
        must(self.to != "day" or not (self.months or self.plus), "Due.days", "say it all without a month", self)
        must(isinstance(value_of(self.days), int), "Due.days", "be a whole number", value_of(self.days))

    @classmethod
    def net(cls, days: Any) -> Due:
        """Return "net 30": so many days after the invoice; a ``Parameter`` may hold the number."""
        return cls(days)

    @classmethod
    def end_of_month(cls, *, after: Any = 0, plus: int = 0, months: int = 0) -> Due:
        """Return the end of a month.

        Args:
            after: Days after the invoice whose month it is: "30 days end of month".
            plus: Days after the end: "end of month + 30 days".
            months: So many months later: 1 is the end of next month.
        """
        return cls(after, to="end_of_month", plus=plus, months=months)

    @classmethod
    def day_of_month(cls, day: int, *, months: int = 0) -> Due:
        """Return a day of the month: the next one, the invoice's own day included; or that of a later month."""
        return cls(0, to="day_of_month", day=day, months=months)

    @classmethod
    def parse(cls, text: Any) -> Due:
        """Return the due date of a text: ``net 30``, ``30 days end of month``, ``end of month + 30 days``, ``day 19``.

        Raises:
            PolicyError: If the text is none of these.
        """
        if not isinstance(text, str):
            raise PolicyError(f"a due date must be a text like {_LIKE}, got {shown(text)}")
        if found := _NET.fullmatch(text):
            return cls.net(int(found[1]))
        if found := _DAYS_EOM.fullmatch(text):
            return cls.end_of_month(after=int(found[1]))
        if found := _EOM.fullmatch(text):
            return cls.end_of_month(plus=int(found[2] or 0), months=int(found[1] == "next month"))
        if found := _DAY.fullmatch(text):
            return cls.day_of_month(int(found[1]), months=int(bool(found[2])))
        raise PolicyError(f"a due date must be a text like {_LIKE}, got {shown(text)}")

    def on(self, invoiced: date, calendar: WorkingDays | None = None, roll: Roll = "following") -> date:
        """Return the day a payment is due.

        Args:
            invoiced: The day of the invoice.
            calendar: Moves a due date from a day off; none leaves it.
            roll: Where it moves: ``following``, ``preceding``, ``modified_following`` (back where the next working
                day lies in another month) or ``none``.
        """
        must(roll in get_args(Roll), "roll", f"be one of {', '.join(get_args(Roll))}", roll)
        due = days(self.plus).after(self._month_day(days(value_of(self.days)).after(invoiced)))
        return due if calendar is None or roll == "none" else _rolled(due, calendar, roll)

    def _month_day(self, start: date) -> date:
        if self.to == "day":
            return start
        later = months(self.months).after(start.replace(day=1))
        if self.to == "end_of_month":
            return _in_month(later, 31)
        due = _in_month(later, self.day or 1)
        return due if self.months or due >= start else _in_month(months(1).after(later), self.day or 1)

    def with_days(self, days: Any) -> Due:
        """Return the same with another number of days after the invoice."""
        return evolve(self, days=days)

    def __str__(self) -> str:
        counted = value_of(self.days)
        if self.to == "day":
            return f"net {counted}"
        later = {0: "", 1: "next "}.get(self.months)
        if self.to == "day_of_month" and later is not None and not (counted or self.plus):
            return f"day {self.day}{f' of {later}month' if later else ''}"
        if self.to == "end_of_month" and later is not None and not (counted and (later or self.plus)):
            return f"{counted} days end of month" if counted else f"end of {later}month{self._plus()}"
        return (
            f"{counted} days, {self.months} months, {self.to.replace('_', ' ')} {self.day or ''}".rstrip()
            + self._plus()
        )

    def _plus(self) -> str:
        return f" + {self.plus} days" if self.plus else ""

    def __repr__(self) -> str:
        return f"<due {self}>"


def _in_month(first: date, day: int) -> date:
    """Return a day of the month that begins on ``first``, or the month's last one."""
    last = months(1).after(first).toordinal() - 1
    return date.fromordinal(min(first.toordinal() + day - 1, last))


def _rolled(due: date, calendar: WorkingDays, roll: Roll) -> date:
    step = -1 if roll == "preceding" else 1
    moved = _next(due, calendar, step)
    return _next(due, calendar, -1) if roll == "modified_following" and moved.month != due.month else moved


def _next(day: date, calendar: WorkingDays, step: int) -> date:
    while not calendar.working_day(day):
        day = date.fromordinal(day.toordinal() + step)
    return day
