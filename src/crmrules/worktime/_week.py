"""The hours of every weekday, and their text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import as_tuple, must, shown
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter
from crmrules.worktime._hours import Hours

__all__ = ["Week"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LIKE = "'mon-fri', 'sat' or 'mon, wed'"


@final
@frozen(repr=False)
class Week:
    """The usual hours of the seven weekdays.

    Args:
        days: Seven ``Hours``, Monday first; or parameters that hold the text of some.

    Raises:
        PolicyError: If these are not seven, or hours cannot be read.

    >>> week = Week.parse({"mon-fri": "9-12, 13-18", "sat": "9-12"})
    >>> str(week), Week.parse(str(week)) == week
    ('mon-fri 9-12, 13-18; sat 9-12', True)
    """

    days: tuple[Hours | Parameter, ...] = field(default=(Hours(),) * 7, converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        good = len(self.days) == len(DAYS) and all(isinstance(each, Hours | Parameter) for each in self.days)
        must(good, "Week.days", "be seven Hours, Monday first", self.days)
        _ = self.hours

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The hours of the seven days, their parameters put in."""
        return tuple(Hours.parse(day.value) if isinstance(day, Parameter) else day for day in self.days)  # type: ignore[arg-type]

    @classmethod
    def parse(cls, value: Week | Mapping[str, Any] | str) -> Week:
        """Return the week of a mapping or of its text; a week is returned as it is.

        Args:
            value: Hours by weekdays, such as ``{"mon-fri": "9-18"}``, each a text, ``Hours`` or a parameter; or the
                text ``mon-fri 9-18; sat 9-12``. A day that is not named is closed.

        Raises:
            PolicyError: If a day is unknown or named twice, or its hours cannot be read.
        """
        if isinstance(value, Week):
            return value
        hours: dict[str, Hours | Parameter] = {}
        for named, text in _entries(value):
            for day in _days(named):
                must(day not in hours, "week", f"name each day once, and {day} is named twice", named)
                hours[day] = text if isinstance(text, Parameter) else Hours.parse(text)
        return cls(tuple(hours.get(day, Hours()) for day in DAYS))

    @property
    def seconds(self) -> int:
        """How many seconds of wall time a week holds."""
        return sum(hours.seconds for hours in self.hours)

    def __bool__(self) -> bool:
        return any(self.hours)

    def __str__(self) -> str:
        hours = self.hours
        runs = [list(run) for _, run in groupby(range(7), lambda place: hours[place])]
        told = [f"{_run(run)} {hours[run[0]]}" for run in runs if hours[run[0]]]
        return "; ".join(told) or "closed"

    def __repr__(self) -> str:
        return f"Week.parse({str(self)!r})"


def _run(places: list[int]) -> str:
    first, last = DAYS[places[0]], DAYS[places[-1]]
    return first if first == last else f"{first}-{last}"


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    if not isinstance(value, str):
        raise PolicyError(f"week must be hours by weekday, such as {{'mon-fri': '9-18'}}, got {shown(value)}")
    if value == "closed":
        return []
    return [_entry(part.strip()) for part in value.split(";")]


def _entry(part: str) -> tuple[str, str]:
    """Split the days from the hours, which begin with the first digit."""
    place = next((place for place, letter in enumerate(part) if letter.isdigit()), 0)
    must(place > 0, "week", "be a text like 'mon-fri 9-12, 13-18; sat 9-12'", part)
    return part[:place].strip(), part[place:]


def _days(named: Any) -> list[str]:
    """Return the days of a text; a range may go over Sunday."""
    must(isinstance(named, str), "week", f"name its days like {_LIKE}", named)
    found: list[str] = []
    for part in named.split(","):
        bounds = [bound.strip() for bound in part.split("-")]
        good = len(bounds) <= 2 and set(bounds) <= set(DAYS)
        must(good, "week", f"name its days like {_LIKE}", named)
        first, last = DAYS.index(bounds[0]), DAYS.index(bounds[-1])
        found += [DAYS[place % 7] for place in range(first, last + 1 + 7 * (last < first))]
    return found
