"""Zones: when a wall time happens, also in nights when clocks change."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from attrs import frozen

from crmrules._checks import did_you_mean, shown
from crmrules.errors import PolicyError
from crmrules.worktime._stretches import Stretch
from crmrules.worktime._units import DAY, EPOCH, SECOND, microseconds, midnight

__all__ = ["Rule", "around_gap", "candidates", "rules", "zone_name"]

MARGIN = 3
"""Days around a year in which its night shifts may end, and offsets may move its ends."""


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_name(zone: Any) -> str | None:
    """Return the IANA name of a zone given by name or as a ``ZoneInfo``, or raise."""
    name = zone.key if isinstance(zone, ZoneInfo) else zone
    if name is None and zone is None:
        return None
    if not isinstance(name, str) or name not in _names():
        near = did_you_mean(name, _names()) if isinstance(name, str) else ""
        raise PolicyError(f"a zone must be an IANA name such as 'Asia/Shanghai', got {shown(zone)}{near}")
    return name


@frozen
class Rule:
    """One offset of a zone, and from when to when it holds, in microseconds.

    Args:
        start: First instant, on the axis of UTC.
        end: First instant with another offset.
        offset: What wall time is ahead of UTC.
    """

    start: int
    end: int
    offset: int


@lru_cache(maxsize=2048)
def rules(zone: str, year: int) -> tuple[Rule, ...]:
    """Return the offsets of a zone in a year and the days around it; the first and last reach without end."""
    place = ZoneInfo(zone)
    first, last = midnight(date(year, 1, 1)) // DAY - MARGIN, midnight(date(year, 12, 31)) // DAY + MARGIN + 1
    found, start, offset = [], -(10**20), _offset(place, first * 86_400)
    for day in range(first + 1, last + 1):
        if (later := _offset(place, day * 86_400)) != offset:
            change = _change(place, (day - 1) * 86_400, day * 86_400) * SECOND
            found.append(Rule(start, change, offset))
            start, offset = change, later
    return (*found, Rule(start, 10**20, offset))


def _offset(zone: ZoneInfo, second: int) -> int:
    found = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return microseconds(found or timedelta(0))


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """Return the first second with the offset of ``high``, by halving."""
    wanted = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == wanted:
            high = middle
        else:
            low = middle
    return high


def candidates(found: tuple[Rule, ...], wall: int) -> list[int]:
    """Return the instants at which clocks show a wall time: one; two in a fold; none in a gap."""
    return [wall - rule.offset for rule in found if rule.start <= wall - rule.offset < rule.end]


def around_gap(found: tuple[Rule, ...], wall: int) -> Stretch:
    """Return of a wall time in a gap the moment of the change, and the time later by the length of the gap."""
    for before, after in pairwise(found):
        if wall - before.offset >= after.start > wall - after.offset:
            return after.start, wall - before.offset
    raise AssertionError(wall)  # pragma: no cover
