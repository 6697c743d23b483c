"""The texts of periods, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from crmrules._checks import shown
from crmrules.errors import PolicyError
from crmrules.periods._bounds import Bounds, is_iso_week, iso_week, months_between, part_of_year
from crmrules.spans._intake import on_the_calendar

__all__ = ["bounds_named", "name_of"]

# Calendar units: months in one, and how its number is written; a year has none.
_UNITS = {12: "", 6: "-H{0}", 3: "-Q{0}", 1: "-{0:02}"}


def name_of(start: date, end: date) -> str:
    """Return the name of the calendar unit between two bounds, else both dates."""
    length = months_between(start, end)
    if start.day == 1 and length in _UNITS and (start.month - 1) % length == 0:
        return f"{start.year:04}" + _UNITS[length].format((start.month - 1) // length + 1)
    if is_iso_week(start, end):
        return "{:04}-W{:02}".format(*start.isocalendar())
    return f"{start}/{end}"


def bounds_named(text: Any) -> Bounds:
    """Return the bounds of a text, or raise."""
    for pattern, read in _FORMS.items():
        found = re.fullmatch(pattern, text, re.ASCII) if isinstance(text, str) else None
        if found:
            return read(*(int(group) for group in found.groups()))
    raise PolicyError(
        "a period must be a text like '2026', '2026-H1', '2026-Q3', '2026-03', '2026-W01' or "
        f"'2026-01-01/2026-04-01', got {shown(text)}"
    )


def _dates(*parts: int) -> Bounds:
    with on_the_calendar("both {:04}-{:02}-{:02} and {:04}-{:02}-{:02}".format(*parts)):
        return date(*parts[:3]), date(*parts[3:])


_FORMS: dict[str, Callable[..., Bounds]] = {
    r"(\d{4})": lambda year: part_of_year("Year", year, 1, 12),
    r"(\d{4})-H(\d)": lambda year, part: part_of_year("HalfYear", year, part, 6),
    r"(\d{4})-Q(\d)": lambda year, part: part_of_year("Quarter", year, part, 3),
    r"(\d{4})-(\d\d)": lambda year, part: part_of_year("Month", year, part, 1),
    r"(\d{4})-W(\d\d)": iso_week,
    r"(\d{4})-(\d\d)-(\d\d)/(\d{4})-(\d\d)-(\d\d)": _dates,
}
