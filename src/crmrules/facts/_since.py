"""Facts that follow from a date and ``as_of``, such as the years of cooperation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from crmrules.conditions import Fact
from crmrules.errors import FactError, PolicyError
from crmrules.problems import Problem, pointer_to
from crmrules.spans import full_months, full_years

__all__ = ["AsOf", "bases", "counted", "counter", "day_of"]

AsOf = date | datetime


def bases(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts to read from a record: those themselves, or the dates they count from."""
    return tuple(dict.fromkeys(fact.since.fact if fact.since else fact for fact in facts))


def day_of(as_of: AsOf | None, needed_by: str) -> date:
    """Return the calendar day of ``as_of``, an instant on its own clock.

    Raises:
        PolicyError: If it was not given.
    """
    if as_of is None:
        raise PolicyError(f"as_of must be given, since {needed_by!r} depends on the day of the decision")
    if not isinstance(as_of, date):
        raise PolicyError(f"as_of must be a date or an aware datetime, got {as_of!r}")
    return as_of.date() if isinstance(as_of, datetime) else as_of


def counted(fact: Fact, start: date | None, as_of: AsOf | None) -> int | None:
    """Return the whole years, months or days from ``start`` to ``as_of``; unknown if ``start`` is.

    Raises:
        FactError: If ``start`` lies after ``as_of``.
        PolicyError: If ``as_of`` is needed and was not given.
    """
    end = day_of(as_of, fact.name)
    if start is None:
        return None
    since = fact.since
    assert since is not None
    if start > end:
        raise FactError(_too_late(since.fact, start, end))
    if since.unit == "days":
        return (end - start).days
    if since.unit == "months":
        return full_months(start, end)
    return full_years(start, end, leap_day=since.leap_day)


def counter(fact: Fact) -> Callable[[date | None, AsOf | None], int | None]:
    """Return ``counted`` bound to one fact."""
    return lambda start, as_of: counted(fact, start, as_of)


def _too_late(base: Fact, start: date, end: date) -> Problem:
    found = "a hidden value" if base.sensitive else str(start)
    parts = (("fact", base.name), ("bound", str(end)), ("found", found))
    return Problem("CR408", "{fact} must not lie after as_of {bound}, got {found}", parts, pointer_to(base.name))
