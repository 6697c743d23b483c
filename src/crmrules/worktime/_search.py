"""Finding instants: where a duration ends, when it opens and closes, which stretches lie between."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Literal

from crmrules._checks import must
from crmrules.errors import NoHoursError
from crmrules.worktime._core import Core
from crmrules.worktime._line import MOST_YEARS, View
from crmrules.worktime._stretches import Stretch
from crmrules.worktime._units import DAY

__all__ = ["Edge", "between", "edge", "inside", "moved", "reached", "wide"]

Edge = Literal["opening", "closing"]
YEAR = 366 * DAY


def moved(core: Core, amount: int, moment: datetime) -> datetime:
    """Return the instant that lies some microseconds of working time, not none, from another one."""
    start, forward, like = core.axis.of(moment), amount > 0, core.like
    opening = (like.deadline if forward else like.back) == "opening"

    def probe(view: View) -> int | None:
        return view.forward(view.until(start) + amount, opening=opening)

    point = reached(core, "working time of that length", moment, start, probe, reach=amount)
    if forward:
        core.horizon.check(start, point + opening)
    else:
        core.horizon.check(point, start)
    return core.axis.at(point)


def edge(core: Core, what: Edge, moment: datetime, *, forward: bool) -> datetime:
    """Return the next or previous opening or closing."""
    start = core.axis.of(moment)

    def probe(view: View) -> int | None:
        edges = view.starts if what == "opening" else view.ends
        place = bisect_right(edges, start) if forward else bisect_left(edges, start) - 1
        return edges[place] if 0 <= place < len(edges) else None

    point = reached(core, what, moment, start, probe, reach=1 if forward else -1)
    core.horizon.check(min(start, point), max(start, point + (what == "opening")))
    return core.axis.at(point)


def reached(core: Core, what: str, asked: Any, start: int, probe: Callable[[View], int | None], *, reach: int) -> int:
    """Return the point that a probe finds in a view complete enough to tell.

    Args:
        core: The calendar.
        what: What is looked for.
        asked: From where, for the error.
        start: The same as a point.
        probe: Returns the point as far as a view knows.
        reach: How far the point is at least away; its sign is the direction.
    """
    view = core.line.view(start, start)
    point = probe(view)
    if point is not None and view.low <= point <= view.high:
        return point  # most answers are near
    if not core.source.never:
        for view in _views(core, start, reach):
            point = probe(view)
            if point is not None and view.low <= point <= view.high:
                return point
        core.horizon.passed(forward=reach > 0)
    raise NoHoursError(what, asked, f"{MOST_YEARS} years {'ahead' if reach > 0 else 'back'}")


def _views(core: Core, start: int, reach: int) -> Iterator[View]:
    """Yield views that reach twice as far each time, until the horizon or the end of patience."""
    known, years = (start, start + reach) if reach > 0 else (start + reach, start), 0
    refuses = core.horizon.beyond == "refuse"
    while years < 2 * MOST_YEARS:
        further = min(years, MOST_YEARS) * YEAR
        low, high = (known[0], known[1] + further) if reach > 0 else (known[0] - further, known[1])
        view = core.line.view(low, high)
        yield view
        if refuses and (view.high > core.horizon.high if reach > 0 else view.low < core.horizon.low):
            return
        years = max(1, 2 * years)


def inside(core: Core, point: int) -> bool:
    """Say whether a point lies in an open stretch."""
    core.horizon.check(point, point + 1)
    return core.line.view(point, point).inside(point)


def wide(core: Core, low: int, high: int) -> View:
    """Return a view from one point to another, unless it would be wider than any question."""
    good = high - low <= MOST_YEARS * YEAR
    must(good, "a span of working time", f"be at most {MOST_YEARS} years long", f"{(high - low) // YEAR} years")
    return core.line.view(low, high)


def between(core: Core, low: int, high: int, *, latest_first: bool) -> Iterator[Stretch]:
    """Yield the open stretches between two points, a year's at a time; a stretch over several years is one."""
    held: Stretch | None = None
    windows = range(low, high, YEAR)
    for first in reversed(windows) if latest_first else windows:
        last = min(first + YEAR, high)
        found = core.line.view(first, last).between(first, last)
        for stretch in reversed(found) if latest_first else found:
            if held is not None and (stretch[1] == held[0] or held[1] == stretch[0]):
                held = (min(held[0], stretch[0]), max(held[1], stretch[1]))
                continue
            if held is not None:
                yield held
            held = stretch
    if held is not None:
        yield held
