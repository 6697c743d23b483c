"""The axis on which a calendar counts: real time, or what the clock on the wall shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from attrs import field, frozen

from crmrules.worktime._conventions import Conventions
from crmrules.worktime._stretches import Stretch
from crmrules.worktime._units import DAY, EPOCH, microseconds, wall, year_of
from crmrules.worktime._zone import Rule, around_gap, candidates, rules

__all__ = ["Axis", "Place", "axis_of"]

Place = Callable[[int, int], list[Stretch]]
"""Says where on an axis an interval of wall time lies; a clock change may cut it, or leave nothing."""


class Axis(Protocol):
    """Whole microseconds in order, on which open stretches lie."""

    def of(self, moment: datetime) -> int:
        """Return where an aware instant lies."""

    def at(self, number: int) -> datetime:
        """Return the instant of a point, in the calendar's zone."""

    def bound(self, number: int) -> int:
        """Return where a wall time lies."""

    def wall(self, number: int) -> int:
        """Return the wall time of a point."""

    def place(self, year: int) -> Place:
        """Return how intervals of wall time lie in a year."""


@lru_cache(maxsize=512)
def axis_of(zone: str, like: Conventions) -> Axis:
    """Return the axis of a zone under conventions."""
    return (Wall if like.count == "wall" else Elapsed)(zone, like.gap, like.fold)


@frozen
class Elapsed:
    """Real time: microseconds of UTC."""

    zone: str
    gap: str
    fold: str
    _info: ZoneInfo = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_info", ZoneInfo(self.zone))

    def of(self, moment: datetime) -> int:
        """Return where an aware instant lies."""
        return microseconds(moment - EPOCH)

    def at(self, number: int) -> datetime:
        """Return the instant of a point, in the calendar's zone."""
        return (EPOCH + timedelta(microseconds=number)).astimezone(self._info)

    def wall(self, number: int) -> int:
        """Return the wall time of a point."""
        return wall(self.at(number).replace(tzinfo=None))

    def bound(self, number: int) -> int:
        """Return where a wall time lies."""
        return self._bound(rules(self.zone, year_of(number)), number)

    def place(self, year: int) -> Place:
        """Return how intervals of wall time lie in a year."""
        found = rules(self.zone, year)
        if len(found) == 1:
            offset = found[0].offset
            return lambda start, end: [(start - offset, end - offset)]
        quiet = [Quiet.of(found, number) for number in range(len(found))]
        return lambda start, end: self._placed(found, quiet, start, end)

    def _placed(self, found: tuple[Rule, ...], quiet: list[Quiet], start: int, end: int) -> list[Stretch]:
        for each in quiet:
            if each.start <= start and end <= each.end:
                return [(start - each.offset, end - each.offset)]
        if self.fold == "both" and (len(candidates(found, start)) == 2 or len(candidates(found, end)) == 2):
            return _twice(found, start, end)
        low, high = self._bound(found, start), self._bound(found, end)
        return [(low, high)] if low < high else []

    def _bound(self, found: tuple[Rule, ...], number: int) -> int:
        real = candidates(found, number)
        if real:
            return real[-1] if self.fold == "last" else real[0]
        return around_gap(found, number)[self.gap == "shift"]


@frozen
class Wall:
    """What the clock on the wall shows: every day has 24 hours."""

    zone: str
    gap: str
    fold: str
    _real: Elapsed = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_real", Elapsed(self.zone, self.gap, self.fold))

    def of(self, moment: datetime) -> int:
        """Return where an aware instant lies."""
        return self._real.wall(self._real.of(moment))

    def at(self, number: int) -> datetime:
        """Return the instant of a point, in the calendar's zone."""
        return self._real.at(self._real.bound(number))

    def wall(self, number: int) -> int:
        """Return the wall time of a point."""
        return number

    def bound(self, number: int) -> int:
        """Return where a wall time lies."""
        return number

    def place(self, year: int) -> Place:
        """Return how intervals of wall time lie in a year."""
        return lambda start, end: [(start, end)]


@frozen
class Quiet:
    """Wall times that come once and have one offset: a day away from the changes around."""

    start: int
    end: int
    offset: int

    @staticmethod
    def of(found: tuple[Rule, ...], number: int) -> Quiet:
        """Return the quiet wall times of one of the rules."""
        rule = found[number]
        return Quiet(rule.start + rule.offset + DAY, rule.end + rule.offset - DAY, rule.offset)


def _twice(found: tuple[Rule, ...], start: int, end: int) -> list[Stretch]:
    """Return every instant whose wall time lies in an interval."""
    parts = ((max(start - rule.offset, rule.start), min(end - rule.offset, rule.end)) for rule in found)
    return [(low, high) for low, high in parts if low < high]
