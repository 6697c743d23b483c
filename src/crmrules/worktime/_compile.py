"""From hours, holidays, overrides and closures to the open stretches of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import final

from crmrules.worktime._axis import Axis, Place
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._hours import Hours
from crmrules.worktime._line import Year
from crmrules.worktime._stretches import Stretch, merged, minus
from crmrules.worktime._units import DAY, SECOND, midnight
from crmrules.worktime._week import Week

__all__ = ["Compiler"]

_EPOCH = midnight(date(1, 1, 1)) // DAY - 1


@final
class Compiler:
    """Compiles the years of a calendar.

    Args:
        week: The usual hours.
        holidays: Days without work.
        overrides: Days with hours of their own.
        closures: Stretches of wall time without work, in order.
        like: Conventions.
        axis: Where the stretches lie.
    """

    def __init__(
        self,
        week: Week,
        holidays: Sequence[date],
        overrides: Mapping[date, Hours],
        closures: Sequence[Stretch],
        *,
        like: Conventions,
        axis: Axis,
    ) -> None:
        self._week = [_intervals(hours) for hours in week.hours]
        self._holidays = frozenset(day.toordinal() for day in holidays)
        self._overrides = {day.toordinal(): _intervals(hours) for day, hours in overrides.items()}
        self._closures = closures
        self._by_day = like.night == "day"
        order = like.precedence.split(" > ")
        self._holiday_first = order.index("holiday") < order.index("override")
        self._closure_first = order.index("closure") < order.index("override")
        self._axis = axis

    @property
    def never(self) -> bool:
        """Whether no day has hours."""
        return not any(self._week) and not any(self._overrides.values())

    def year(self, number: int) -> Year:
        """Return the open stretches and working days of a calendar year."""
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        place = self._axis.place(number)
        cuts = self._cuts(_start(first), _start(last + 2))
        found: list[Stretch] = []
        days: list[int] = []
        for day in range(first, last + 1):
            stretches = self._day(day, place, cuts)
            if stretches:
                found += stretches
                days.append(day)
        return Year(merged(found), lambda: days)

    def day(self, day: date) -> list[Stretch]:
        """Return the open stretches that belong to a day, a night shift as a whole."""
        number = day.toordinal()
        cuts = self._cuts(_start(number), _start(number + 2))
        return merged(self._day(number, self._axis.place(day.year), cuts))

    def _cuts(self, low: int, high: int) -> list[Stretch]:
        return [(start, end) for start, end in self._closures if start < high and end > low]

    def _day(self, day: int, place: Place, cuts: list[Stretch]) -> list[Stretch]:
        own = self._own(day)
        if cuts and own and (self._closure_first or day not in self._overrides):
            own = minus(own, cuts)
        return [stretch for start, end in own for stretch in place(start, end)]

    def _own(self, day: int) -> list[Stretch]:
        """Return a day's intervals of wall time, before closures."""
        override = self._overrides.get(day)
        closed = day in self._holidays and (override is None or self._holiday_first)
        if closed and not self._by_day:
            return []
        hours = self._week[(day - 1) % 7] if override is None else override
        base = _start(day)
        found = [(base + start, base + end) for start, end in hours]
        return self._each_day(found, day, closed) if self._by_day else found

    def _each_day(self, own: list[Stretch], day: int, closed: bool) -> list[Stretch]:
        """Cut night shifts at midnight where the day before or after closes on its own."""
        holes = [(_start(day), _start(day + 1))] if closed else []
        if day + 1 in self._holidays or day + 1 in self._overrides:
            holes.append((_start(day + 1), _start(day + 2)))
        return minus(own, holes)


def _start(day: int) -> int:
    """Return the midnight at which an ordinal day begins, on the axis of wall times."""
    return (day + _EPOCH) * DAY


def _intervals(hours: Hours) -> list[Stretch]:
    return [(start * SECOND, end * SECOND) for start, end in hours.intervals]
