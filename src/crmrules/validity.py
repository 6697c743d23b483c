"""The days on which a policy or handbook is in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from crmrules._checks import must

__all__ = ["Validity", "validity"]


def _day(day: Any) -> date | None:
    if isinstance(day, str):
        day = _iso(day)
    must(
        day is None or (isinstance(day, date) and not isinstance(day, datetime)),
        "a day of validity",
        "be a date such as '2026-06-30'",
        day,
    )
    return day  # type: ignore[no-any-return]


def _iso(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


@frozen
class Validity:
    """A half-open stretch of days: from the first one on, until the day before ``until``.

    Args:
        start: The first day, or ``None`` for as long as anyone remembers.
        until: The first day no longer in force, or ``None`` for open end.
    """

    start: date | None = field(default=None, converter=_day)
    until: date | None = field(default=None, converter=_day)

    def __attrs_post_init__(self) -> None:
        good = self.start is None or self.until is None or self.start < self.until
        must(good, "validity", "end after it starts", str(self))

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)

    def overlaps(self, other: Validity) -> bool:
        """Say whether some day lies in both."""
        latest = max(self.start or date.min, other.start or date.min)
        return latest < min(self.until or date.max, other.until or date.max)

    def __str__(self) -> str:
        return f"{self.start or 'always'} to {f'before {self.until}' if self.until else 'open end'}"


def validity(value: Validity | Mapping[str, Any] | None) -> Validity:
    """Return a ``Validity`` from a mapping with ``from`` and ``until``, or unlimited from nothing."""
    if isinstance(value, Validity):
        return value
    value = value or {}
    must(
        isinstance(value, Mapping) and set(value) <= {"from", "until"},
        "valid",
        "hold 'from' and 'until'",
        value,
    )
    return Validity(value.get("from"), value.get("until"))
