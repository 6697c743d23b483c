"""Holidays and make-up working days from packages that keep them, loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import as_tuple, must
from crmrules.errors import AbsentError
from crmrules.periods import Period
from crmrules.worktime._hours import Hours

__all__ = ["HolidayData", "china_holidays", "public_holidays"]


@final
@frozen
class HolidayData:
    """The holidays of some years, and the weekend days on which work is made up for.

    Args:
        holidays: Days without work, with their names.
        workdays: Days of a weekend that are worked.
        covers: The days for which both are known.
    """

    holidays: tuple[tuple[date, str], ...] = field(converter=as_tuple)
    workdays: tuple[date, ...] = field(converter=as_tuple)
    covers: Period

    @property
    def days(self) -> tuple[date, ...]:
        """The holidays without their names."""
        return tuple(day for day, _ in self.holidays)

    def parts(self, hours: Hours | str) -> dict[str, Any]:
        """Return ``holidays``, ``overrides`` and ``covers`` of a calendar.

        Args:
            hours: The hours of the make-up working days.

        >>> from crmrules.periods import Year
        >>> data = HolidayData([(date(2026, 10, 1), "National Day")], [date(2026, 10, 10)], Year(2026))
        >>> sorted(data.parts("9-18"))
        ['covers', 'holidays', 'overrides']
        """
        overrides = dict.fromkeys(self.workdays, Hours.parse(hours))
        return {"holidays": self.days, "overrides": overrides, "covers": self.covers}


def public_holidays(country: str, first: int, last: int | None = None, **options: Any) -> HolidayData:
    """Return the public holidays of a country from the package ``holidays`` (extra ``holidays``).

    It answers years ahead by computing them; where a government announces make-up days each year, those of
    years not yet announced are missing. Ask only for years that have been announced.

    Args:
        country: ISO code, such as ``DE``.
        first: The first year.
        last: The last year, if not the first.
        **options: What ``holidays.country_holidays`` takes, such as ``subdiv="BY"``.

    Raises:
        AbsentError: If the package is not installed.
    """
    found = _package("holidays", "holidays").country_holidays(country, years=_years(first, last), **options)
    covers = _period(first, last)
    workdays = sorted(day for day in getattr(found, "weekend_workdays", ()) if day in covers)
    return HolidayData(_named(found.items(), covers), workdays, covers)


def china_holidays(first: int, last: int | None = None) -> HolidayData:
    """Return the holidays and make-up days of China from the package ``chinesecalendar`` (extra ``china``).

    Args:
        first: The first year.
        last: The last year, if not the first.

    Raises:
        AbsentError: If the package is not installed.
        PolicyError: If it does not know all of these years.
    """
    known = _package("chinese_calendar", "china").constants
    years = sorted({day.year for day in known.holidays})
    asked = _years(first, last)
    good = bool(asked) and set(asked) <= set(years)
    must(good, "the years of china_holidays", f"lie in {years[0]} to {years[-1]}", f"{first} to {last or first}")
    covers = _period(first, last)
    workdays = sorted(day for day in known.workdays if day in covers)
    return HolidayData(_named(known.holidays.items(), covers), workdays, covers)


def _package(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        told = f"the package {name!r} is not installed. Install it: pip install 'crmrules[{extra}]'."
        raise AbsentError(told) from None


def _years(first: int, last: int | None) -> range:
    return range(first, (first if last is None else last) + 1)


def _period(first: int, last: int | None) -> Period:
    return Period(date(first, 1, 1), date((first if last is None else last) + 1, 1, 1))


def _named(days: Iterable[tuple[date, str]], covers: Period) -> list[tuple[date, str]]:
    return sorted((day, str(name)) for day, name in days if day in covers)
