"""Calendars made of calendars: union, intersection, difference; and a host's own calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Literal, Protocol, final, get_args, runtime_checkable

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import PickledByFields
from crmrules.errors import PolicyError
from crmrules.periods import Period
from crmrules.worktime._axis import Axis, axis_of
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._core import Core
from crmrules.worktime._horizon import FAR, ONE_DAY, Beyond, Horizon, horizon
from crmrules.worktime._line import Year
from crmrules.worktime._questions import OpenPeriod, Questions, core_of, zoned
from crmrules.worktime._stretches import Stretch, both, clipped, merged, minus
from crmrules.worktime._units import day_of, midnight
from crmrules.worktime._zone import zone_name

__all__ = ["Combinable", "CombinedCalendar", "HostCalendar", "OpenPeriods", "common"]

Operation = Literal["|", "&", "-"]

_MEANINGS: dict[Operation, Callable[[Iterable[Stretch], Iterable[Stretch]], list[Stretch]]] = {
    "|": lambda left, right: merged([*left, *right]),
    "&": both,
    "-": minus,
}


class Combinable(Questions):
    """What calendars of one zone can be put together with."""

    def __or__(self, other: Combinable) -> CombinedCalendar:
        """Return a calendar that is open when either is."""
        return CombinedCalendar(self, "|", other)

    def __and__(self, other: Combinable) -> CombinedCalendar:
        """Return a calendar that is open when both are."""
        return CombinedCalendar(self, "&", other)

    def __sub__(self, other: Combinable) -> CombinedCalendar:
        """Return a calendar that is open when this one is and the other is not."""
        return CombinedCalendar(self, "-", other)


@final
@frozen(slots=False, repr=False)
class CombinedCalendar(PickledByFields, Combinable):
    """Two calendars of one zone put together; make it with ``|``, ``&`` and ``-``.

    It covers the days that both cover. A working day is one on which it is open at all, so of a night shift both
    days are.

    Args:
        left: The first calendar.
        operation: ``|``, ``&`` or ``-``.
        right: The second calendar.

    Raises:
        PolicyError: If the calendars differ in zone or conventions, or cover no day in common.

    >>> from crmrules.worktime import WorkCalendar
    >>> office = WorkCalendar("UTC", week={"mon-fri": "9-17"})
    >>> late = WorkCalendar("UTC", week={"thu": "12-20"})
    >>> thursday = date(2026, 10, 8)
    >>> [start.hour for start, _ in (office - late).hours_on(thursday)], (office | late).hours_on(thursday)[0][1].hour
    ([9], 20)
    """

    left: Combinable
    operation: Operation
    right: Combinable

    def __attrs_post_init__(self) -> None:
        for part in (self.left, self.right):
            must(isinstance(part, Combinable), "a combined calendar", "be made of calendars", part)
        must(self.operation in get_args(Operation), "the operation", f"be one of {get_args(Operation)}", self.operation)
        zones = (self.left.zone, self.right.zone)
        if zones[0] != zones[1]:
            raise PolicyError(f"combined calendars must be of one zone, got {zones[0]} and {zones[1]}")
        must(self.left.like == self.right.like, "combined calendars", "have the same conventions", self.right.like)
        _ = self.covers

    @property
    def zone(self) -> str | None:  # type: ignore[override]
        """The zone of both."""
        return self.left.zone

    @property
    def like(self) -> Conventions:  # type: ignore[override]
        """The conventions of both."""
        return self.left.like

    @property
    def beyond(self) -> Beyond:  # type: ignore[override]
        """``warn`` if both warn beyond their horizon."""
        return "warn" if self.left.beyond == self.right.beyond == "warn" else "refuse"

    @property
    def covers(self) -> Period | None:  # type: ignore[override]
        """The days that both cover."""
        return common(self.left.covers, self.right.covers)

    @cached_property
    def _core(self) -> Core:
        left, right = core_of(self.left), core_of(self.right)
        axis = left.axis
        low, high = max(left.horizon.low, right.horizon.low), min(left.horizon.high, right.horizon.high)
        covers = None if (low, high) == (-FAR, FAR) else self.covers
        mixed = Mixed(left, right, self.operation, axis)
        return Core(mixed, axis, Horizon(low, high, covers, self.beyond, axis), self.like)

    def __str__(self) -> str:
        return f"({self.left}) {self.operation} ({self.right})"

    def __repr__(self) -> str:
        return f"<CombinedCalendar {self}>"


def common(left: Period | None, right: Period | None) -> Period | None:
    """Return the days that two horizons share."""
    if left is None or right is None:
        return left or right
    if not left.overlaps(right):
        raise PolicyError(f"combined calendars must cover some day in common, got {left} and {right}")
    return Period(max(left.start, right.start), min(left.end, right.end))


class _Windows:
    """Stretches that are asked for window by window, and days that follow from them."""

    never = False

    def __init__(self, axis: Axis) -> None:
        self._axis = axis

    def between(self, low: int, high: int) -> list[Stretch]:
        """Return the stretches between two points."""
        raise NotImplementedError  # pragma: no cover

    def year(self, number: int) -> Year:
        """Return what belongs to a calendar year."""
        found = self.between(midnight(date(number, 1, 1)), midnight(date(number + 1, 1, 1)))
        return Year(found, lambda: self._days(found))

    def day(self, day: date) -> list[Stretch]:
        """Return the open stretches of a day."""
        return self.between(self._axis.bound(midnight(day)), self._axis.bound(midnight(day + ONE_DAY)))

    def _days(self, found: list[Stretch]) -> set[int]:
        return {day for start, end in found for day in range(self._ordinal(start), self._ordinal(end - 1) + 1)}

    def _ordinal(self, point: int) -> int:
        return day_of(self._axis.wall(point)).toordinal()


@final
class Mixed(_Windows):
    """The stretches of two calendars put together."""

    def __init__(self, left: Core, right: Core, operation: Operation, axis: Axis) -> None:
        super().__init__(axis)
        self._left, self._right, self._mix = left, right, _MEANINGS[operation]

    def between(self, low: int, high: int) -> list[Stretch]:
        """Return the stretches between two points."""
        left, right = (each.line.view(low, high).between(low, high) for each in (self._left, self._right))
        return self._mix(left, right)


@runtime_checkable
class OpenPeriods(Protocol):
    """What a host's own calendar has to have. Every calendar of this package has it too."""

    @property
    def covers(self) -> Period | None:
        """The days for which it can answer; none for all."""

    def periods(self, start: datetime, end: datetime) -> Iterable[OpenPeriod]:
        """Return the open periods between two instants, in order, apart, cut at both."""


@final
@frozen(slots=False)
class HostCalendar(PickledByFields, Combinable):
    """A host's own calendar, asked like ours.

    Args:
        host: Any object with ``covers`` and ``periods(start, end)``, see ``OpenPeriods``. It must not change.
        zone: The zone of the answers.
        beyond: An answer beyond what the host covers: ``refuse`` or ``warn``.
        like: Conventions.

    Raises:
        PolicyError: If the host lacks something, or its periods are out of order.
    """

    host: OpenPeriods
    zone: str = field(converter=zone_name)
    beyond: Beyond = field(default="refuse", kw_only=True)
    like: Conventions = field(factory=Conventions, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.host, OpenPeriods), "HostCalendar.host", "have 'covers' and 'periods'", self.host)
        must(self.beyond in get_args(Beyond), "HostCalendar.beyond", "be 'refuse' or 'warn'", self.beyond)

    @property
    def covers(self) -> Period | None:  # type: ignore[override]
        """The days for which the host can answer."""
        return self.host.covers

    @cached_property
    def _core(self) -> Core:
        axis = axis_of(zoned(self.zone), self.like)
        known = horizon(self.covers, self.beyond, axis)
        return Core(Hosted(self.host, known), axis, known, self.like)


@final
class Hosted(_Windows):
    """The stretches of a host's calendar."""

    def __init__(self, host: OpenPeriods, known: Horizon) -> None:
        super().__init__(known.axis)
        self._host, self._known = host, known

    def between(self, low: int, high: int) -> list[Stretch]:
        """Return the stretches between two points, checked; a host is not asked beyond what it covers."""
        if self._known.beyond == "refuse":
            low, high = max(low, self._known.low), min(high, self._known.high)
        return self._checked(low, high) if low < high else []

    def _checked(self, low: int, high: int) -> list[Stretch]:
        found: list[Stretch] = []
        for start, end in self._host.periods(self._axis.at(low), self._axis.at(high)):
            stretch = self._axis.of(start), self._axis.of(end)
            good = stretch[0] < stretch[1] and (not found or found[-1][1] <= stretch[0])
            must(good, "periods of a host's calendar", "be in order and apart", f"{start} to {end}")
            found.append(stretch)
        return clipped(merged(found), low, high)
