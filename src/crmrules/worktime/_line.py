"""Open stretches on one axis, compiled a year at a time, with running sums: every question is a bisect."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate

from attrs import frozen

from crmrules.worktime._stretches import Stretch, clipped, merged
from crmrules.worktime._units import DAY, midnight, year_of

__all__ = ["FIRST_YEAR", "LAST_YEAR", "MOST_YEARS", "Line", "View", "Year"]

FIRST_YEAR, LAST_YEAR = 2, 9998
MOST_YEARS = 200
"""How far a question looks before it gives up."""

MARGIN = 3 * DAY
"""How far a year's stretches may reach over its ends: a night shift, and the offset of the zone."""


@frozen
class Year:
    """What belongs to one calendar year.

    Args:
        stretches: Open stretches, sorted and disjoint; they may reach over the ends of the year.
        days: Returns the working days, as ordinals.
    """

    stretches: Sequence[Stretch]
    days: Callable[[], Iterable[int]]


@frozen(slots=False)
class View:
    """Some years in a row, ready to be asked.

    Args:
        first: The first year.
        last: The last year.
        starts: Where the stretches start.
        ends: Where they end.
        before: What is open before each of them.
        years: What they were made of.
    """

    first: int
    last: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    years: list[Year]

    @staticmethod
    def of(first: int, last: int, years: list[Year]) -> View:
        """Return the view of some years in a row."""
        found = merged(stretch for year in years for stretch in year.stretches)
        lengths = (end - start for start, end in found)
        starts, ends = [start for start, _ in found], [end for _, end in found]
        return View(first, last, starts, ends, list(accumulate(lengths, initial=0)), years)

    @cached_property
    def days(self) -> list[int]:
        """The working days, as ordinals."""
        return sorted({day for year in self.years for day in year.days()})

    @cached_property
    def low(self) -> int:
        """From where on the stretches are complete."""
        return midnight(date(self.first, 1, 1)) + MARGIN

    @cached_property
    def high(self) -> int:
        """Up to where the stretches are complete."""
        return midnight(date(self.last + 1, 1, 1)) - MARGIN

    def until(self, point: int) -> int:
        """Return how much is open before a point."""
        place = bisect_right(self.starts, point) - 1
        if place < 0:
            return 0
        return self.before[place] + min(point, self.ends[place]) - self.starts[place]

    def forward(self, total: int, *, opening: bool) -> int | None:
        """Return the point up to which ``total`` is open: the first one, or the last with ``opening``."""
        place = bisect_right(self.before, total) - 1 if opening else bisect_left(self.before, total) - 1
        return self.starts[place] + total - self.before[place] if 0 <= place < len(self.starts) else None

    def inside(self, point: int) -> bool:
        """Say whether a point lies in a stretch; the end of one does not."""
        place = bisect_right(self.starts, point) - 1
        return place >= 0 and point < self.ends[place]

    def between(self, low: int, high: int) -> list[Stretch]:
        """Return the parts of the stretches between two points."""
        first, last = bisect_right(self.ends, low), bisect_left(self.starts, high)
        return clipped(zip(self.starts[first:last], self.ends[first:last], strict=True), low, high)


class Line:
    """Grows a ``View`` as far as questions need.

    Args:
        year: Returns what belongs to a calendar year.
    """

    def __init__(self, year: Callable[[int], Year]) -> None:
        self._year = year
        self._years: dict[int, Year] = {}
        self._view: tuple[int, int, View] | None = None

    def view(self, low: int, high: int) -> View:
        """Return a view that is complete from one point to another."""
        held = self._view
        if held is not None and held[0] <= low and high <= held[1]:
            return held[2]
        first, last = _year(low - MARGIN), _year(high + MARGIN)
        if held is not None and max(last, held[2].last) - min(first, held[2].first) <= 2 * MOST_YEARS:
            first, last = min(first, held[2].first), max(last, held[2].last)
        return self._grown(first, last)

    def _grown(self, first: int, last: int) -> View:
        for number in range(first, last + 1):
            if number not in self._years:
                self._years[number] = self._year(number)
        view = View.of(first, last, [self._years[number] for number in range(first, last + 1)])
        self._view = (view.low, view.high, view)  # one assignment: threads see the old view or the new one
        return view


def _year(point: int) -> int:
    """Return the year of a point, or the first or last year that is compiled."""
    return year_of(min(max(point, midnight(date(FIRST_YEAR, 1, 1))), midnight(date(LAST_YEAR, 12, 31))))
