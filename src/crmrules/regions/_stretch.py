"""Stretches: the values of an ordered fact between the bounds that conditions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from attrs import frozen

from crmrules.conditions import Fact

__all__ = ["Stretch", "along", "inside", "room"]

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_NATURAL: dict[str, tuple[Any, Any]] = {
    "date": (date.min, date.max),
    "instant": (datetime.min.replace(tzinfo=UTC) + _DAY, datetime.max.replace(tzinfo=UTC) - _DAY),
}
"""Where the calendar itself ends."""


@frozen
class Stretch:
    """The values of an ordered fact between two ends; a single value has both ends alike.

    Args:
        low: The lower end; ``None`` if there is none.
        high: The upper end; ``None`` if there is none.
        with_low: Whether the lower end belongs to it.
        with_high: Whether the upper end belongs to it.
    """

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it is a single value."""
        return self.low is not None and bool(self.low == self.high)

    def meets(self, later: Stretch) -> bool:
        """Say whether a later stretch goes on where this one ends, without a value between them."""
        if self.high is None or later.low is None:
            return False
        if self.high == later.low:
            return self.with_high or later.with_low
        return next_to(self.high) == later.low and self.with_high and later.with_low

    def joined(self, later: Stretch) -> Stretch:
        """Return the stretch from the start of this one to the end of a later one."""
        return Stretch(self.low, later.high, self.with_low, later.with_high)


def next_to(value: Any) -> Any:
    """Return the day or microsecond after a date or instant; nothing for numbers, where it depends on the fact."""
    if isinstance(value, datetime):
        return value + _TICK
    return value + _DAY if isinstance(value, date) and value < date.max else None


def limits(fact: Fact) -> tuple[Any, Any]:
    """Return the smallest and the largest value of a fact, ``None`` where there is no bound."""
    low, high = _NATURAL.get(fact.type, (None, None))
    return (low if fact.minimum is None else fact.minimum, high if fact.maximum is None else fact.maximum)


def along(fact: Fact, cuts: Iterable[Any], limit: tuple[Any, Any]) -> tuple[list[Stretch], dict[Any, tuple[int, bool]]]:
    """Part the values of an ordered fact at some cuts.

    Args:
        fact: The fact.
        cuts: The values at which answers can change.
        limit: The smallest and the largest value, ``None`` where there is no bound.

    Returns:
        The stretches from low to high, each cut one of its own; and for each cut how many stretches lie below
        it and whether the fact can have that value.
    """
    low, high = limit
    cuts = set(cuts)
    found: list[Stretch] = []
    places: dict[Any, tuple[int, bool]] = {}
    start, closed = low, True
    for cut in sorted(cuts):
        if low is not None and cut < low:
            places[cut] = (0, False)
            continue
        if high is not None and cut > high:
            break
        found.extend(_between(fact, start, cut, with_low=closed, with_high=False))
        has_it = fact.type != "integer" or cut == int(cut)
        places[cut] = (len(found), has_it)
        if has_it:
            found.append(Stretch(cut, cut))
        start, closed = cut, False
    found.extend(_between(fact, start, high, with_low=closed, with_high=True))
    for cut in cuts - set(places):
        places[cut] = (len(found), False)
    return found, places


def _between(fact: Fact, low: Any, high: Any, *, with_low: bool, with_high: bool) -> Iterator[Stretch]:
    """Yield the stretch between two ends, if any value lies there."""
    if low is not None and low == high and not (with_low and with_high):
        return
    low, high, with_low, with_high = _on_grid(fact, low, high, with_low, with_high)
    if low is None or high is None or low <= high:
        yield Stretch(low, high, with_low, with_high)


def _on_grid(fact: Fact, low: Any, high: Any, with_low: bool, with_high: bool) -> tuple[Any, Any, bool, bool]:
    """Return the ends moved to the values that a counting fact can have; those of a measure as they are."""
    if fact.type not in ("integer", "date", "instant"):
        return low, high, with_low or low is None, with_high or high is None
    if low is not None:
        low = _first(fact, low, with_it=with_low)
    if high is not None:
        high = _last(fact, high, with_it=with_high)
    return low, high, True, True


def _first(fact: Fact, low: Any, *, with_it: bool) -> Any:
    if fact.type == "integer":
        whole = int(Decimal(low).to_integral_value(ROUND_CEILING))
        return whole if with_it or whole != low else whole + 1
    return low if with_it else low + (_DAY if fact.type == "date" else _TICK)


def _last(fact: Fact, high: Any, *, with_it: bool) -> Any:
    if fact.type == "integer":
        whole = int(Decimal(high).to_integral_value(ROUND_FLOOR))
        return whole if with_it or whole != high else whole - 1
    return high if with_it else high - (_DAY if fact.type == "date" else _TICK)


def inside(fact: Fact, stretch: Stretch, count: int = 1) -> tuple[Any, ...]:
    """Return some values of a stretch in ascending order, round ones first.

    Args:
        fact: The fact that has them.
        stretch: Where they lie; it has room for them.
        count: How many.
    """
    if stretch.is_point:
        return (stretch.low,) * min(count, 1)
    if fact.type in ("date", "instant"):
        return _moments(fact, stretch, count)
    return _numbers(fact, stretch, count)


def _moments(fact: Fact, stretch: Stretch, count: int) -> tuple[Any, ...]:
    step = _DAY if fact.type == "date" else _TICK
    natural_low, _ = _NATURAL[fact.type]
    if stretch.low == natural_low:
        return tuple(stretch.high - step * number for number in reversed(range(count)))
    return tuple(stretch.low + step * number for number in range(count))


def _numbers(fact: Fact, stretch: Stretch, count: int) -> tuple[Any, ...]:
    low, high = stretch.low, stretch.high
    if low is None and high is None:
        return tuple(range(count))
    if low is None:
        top = int(Decimal(high).to_integral_value(ROUND_FLOOR))
        top -= 0 if stretch.with_high or top < high else 1
        return tuple(range(top - count + 1, top + 1))
    bottom = int(Decimal(low).to_integral_value(ROUND_CEILING))
    bottom += 0 if stretch.with_low or bottom > low else 1
    last = bottom + count - 1
    if high is None or last < high or (last == high and stretch.with_high):
        return tuple(range(bottom, bottom + count))
    return tuple(_plain(Decimal(low) + (Decimal(high) - Decimal(low)) * n / (count + 1)) for n in range(1, count + 1))


def _plain(number: Decimal) -> Any:
    return int(number) if number == number.to_integral_value() else number.normalize()


def room(fact: Fact, stretch: Stretch) -> int | None:
    """Return how many values a stretch has; ``None`` for more than anybody can count."""
    if stretch.is_point:
        return 1
    if stretch.low is None or stretch.high is None or fact.type not in ("integer", "date", "instant"):
        return None
    if fact.type == "integer":
        return int(stretch.high - stretch.low) + 1
    return int((stretch.high - stretch.low) // (_DAY if fact.type == "date" else _TICK)) + 1
