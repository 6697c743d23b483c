"""Taking in what calendars are made of and asked with: instants, durations, days, closures, horizons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from crmrules._checks import must, shown
from crmrules.errors import PolicyError
from crmrules.periods import Period
from crmrules.spans import duration
from crmrules.spans._intake import plain_day
from crmrules.worktime._hours import Hours
from crmrules.worktime._line import FIRST_YEAR, LAST_YEAR
from crmrules.worktime._units import DAY, microseconds

__all__ = ["ALWAYS", "amount", "closures_of", "covered", "days_of", "instant", "naive", "overrides_of"]

ALWAYS = Period(date.min, date.max)
"""The horizon of a calendar that needs no holidays."""

_ON = f"lie in the years {FIRST_YEAR} to {LAST_YEAR}"


def instant(where: str, moment: Any) -> datetime:
    """Return an aware datetime, or raise."""
    if not isinstance(moment, datetime):
        raise PolicyError(f"{where} must be an aware datetime, got {shown(moment)}")
    if moment.utcoffset() is None:
        told = "Add it: .replace(tzinfo=zone), or calendar.local(…) for a wall time of the calendar's own zone."
        raise PolicyError(f"{where} must have a zone, got {shown(moment)}. {told}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PolicyError(f"{where} must {_ON}, got {moment.isoformat()!r}")
    return moment


def naive(where: str, moment: Any) -> datetime:
    """Return a datetime without a zone from one or its ISO text, or raise."""
    if isinstance(moment, str):
        moment = _iso(where, moment)
    must(isinstance(moment, datetime), where, "be a datetime without a zone", moment)
    if moment.tzinfo is not None:
        raise PolicyError(f"{where} must be wall time of the calendar's zone, got {shown(moment)}. Leave out the zone.")
    must(FIRST_YEAR <= moment.year <= LAST_YEAR, where, _ON, moment.isoformat())
    return moment  # type: ignore[no-any-return]


def _iso(where: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PolicyError(f"{where} must be a text like '2026-10-09T14:00', got {shown(text)}") from None


def amount(length: Any) -> int:
    """Return a duration in microseconds from a text or a ``timedelta``, which may be negative."""
    if isinstance(length, timedelta):
        number = microseconds(length)
        return number if 0 <= number <= DAY else _checked(length)
    return microseconds(duration(length))


def _checked(length: timedelta) -> int:
    return -microseconds(duration(-length)) if length < timedelta(0) else microseconds(duration(length))


def day_of(where: str, day: Any) -> date:
    """Return a day from a date or its ISO text, or raise."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise PolicyError(f"{where} must be a date such as '2026-10-01', got {shown(day)}") from None
    found = plain_day(where, day)
    must(FIRST_YEAR <= found.year <= LAST_YEAR, where, _ON, found.isoformat())
    return found


def days_of(days: Any) -> tuple[date, ...]:
    """Return distinct days in order; of a mapping, such as one of days and names, its keys."""
    good = isinstance(days, Iterable) and not isinstance(days, str)
    must(good, "WorkCalendar.holidays", "be a sequence of dates", days)
    return tuple(sorted({day_of("a holiday", day) for day in days}))


def overrides_of(given: Any) -> tuple[tuple[date, Hours], ...]:
    """Return days and their hours in order, from a mapping or from pairs."""
    pairs = given.items() if isinstance(given, Mapping) else given
    found: dict[date, Hours] = {}
    for day, hours in pairs:
        key = day_of("the day of an override", day)
        must(key not in found, "WorkCalendar.overrides", "name each day once", str(key))
        found[key] = Hours.parse(hours)
    return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def closures_of(given: Iterable[Any]) -> tuple[tuple[datetime, datetime], ...]:
    """Return closures in order, each from a pair of wall times or a text with a slash."""
    return tuple(sorted({_closure(each) for each in given}))


def _closure(given: Any) -> tuple[datetime, datetime]:
    parts = given.split("/") if isinstance(given, str) else given
    good = isinstance(parts, list | tuple) and len(parts) == 2
    must(good, "a closure", "be a pair of wall times, or a text like '2026-10-09T14:00/2026-10-09T18:00'", given)
    start, end = (naive(f"the {name} of a closure", part) for name, part in zip(("start", "end"), parts, strict=True))
    must(start < end, "a closure", "end after it starts", f"{start.isoformat()}/{end.isoformat()}")
    return start, end


def covered(given: Any) -> Period | None:
    """Return the horizon of a year, of a first and last year, of a period or of its text."""
    if given is None or isinstance(given, Period):
        return given
    if given == "always":
        return ALWAYS
    if isinstance(given, str):
        return Period.parse(given)
    years = (given, given) if isinstance(given, int) else given
    good = isinstance(years, tuple) and len(years) == 2 and all(type(year) is int for year in years)
    good = good and FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR
    must(good, "WorkCalendar.covers", "be a year, (first year, last year), a period, or 'always'", given)
    return Period(date(years[0], 1, 1), date(years[1] + 1, 1, 1))
