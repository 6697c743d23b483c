"""Counting whole working days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from typing import Any, Literal, get_args

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.spans._intake import whole
from crmrules.worktime._core import Core
from crmrules.worktime._line import View
from crmrules.worktime._search import reached, wide
from crmrules.worktime._units import day_of, midnight

__all__ = ["Included", "counted", "nth"]

Included = Literal["end", "start", "both", "neither"]
MOST = 36_525


def nth(core: Core, n: Any, day: date) -> date:
    """Return the n-th working day after or before a day."""
    whole("the number of working days", n, -MOST, MOST)
    if n == 0 and core.like.off_day == "count":
        return day
    forward, ordinal = n >= 0, day.toordinal()
    core.horizon.check_days(day, day)

    def probe(view: View) -> int | None:
        place = _first(view.days, ordinal, forward=forward, roll=core.like.off_day == "roll") + n
        return midnight(date.fromordinal(view.days[place])) if 0 <= place < len(view.days) else None

    point = reached(core, "working days of that number", day, midnight(day), probe, reach=1 if forward else -1)
    found = day_of(point)
    core.horizon.check_days(found, found)
    return found


def _first(days: list[int], ordinal: int, *, forward: bool, roll: bool) -> int:
    """Return the place from which working days are counted: that of the day itself, if it is one."""
    if forward:
        return bisect_left(days, ordinal) if roll else bisect_right(days, ordinal) - 1
    return bisect_right(days, ordinal) - 1 if roll else bisect_left(days, ordinal)


def counted(core: Core, start: date, end: date, include: Included) -> int:
    """Return how many working days lie between two days, of which some may count themselves."""
    must(include in get_args(Included), "include", f"be one of {get_args(Included)}", include)
    if end < start:
        return _reversed(core, start, end, include)
    core.horizon.check_days(start, end)
    view = wide(core, midnight(start), midnight(end))
    low = bisect_left if include in ("start", "both") else bisect_right
    high = bisect_right if include in ("end", "both") else bisect_left
    return max(0, high(view.days, end.toordinal()) - low(view.days, start.toordinal()))


def _reversed(core: Core, start: date, end: date, include: Included) -> int:
    if core.like.reversed == "signed":
        mirrored: dict[Included, Included] = {"end": "start", "start": "end"}
        return -counted(core, end, start, mirrored.get(include, include))
    if core.like.reversed == "zero":
        return 0
    raise PolicyError(f"the end {end} is before the start {start}. Swap them, or count with reversed='signed'.")
