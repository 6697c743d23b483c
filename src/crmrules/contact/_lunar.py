"""Days of the Chinese lunar calendar, from the package ``lunardate`` (extra ``china``)."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any, Literal, get_args

from crmrules._checks import must
from crmrules.errors import AbsentError, PolicyError
from crmrules.spans._intake import whole

__all__ = ["LeapMonth", "ShortMonth", "lunar_days", "lunar_to_solar"]

LeapMonth = Literal["regular", "leap", "both"]
ShortMonth = Literal["last", "next", "skip"]
FIRST, LAST = 1900, 2099
LONGEST = 30


def lunar_to_solar(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """Return the day of the sun's calendar for a day of the lunar calendar.

    Args:
        year: The lunar year, named by the year in which it begins; 1900 to 2099.
        month: 1 to 12.
        day: 1 to 30.
        leap: Whether the leap month of that number is meant.

    Raises:
        AbsentError: If the package ``lunardate`` is not installed.
        PolicyError: If there is no such day.
    """
    found = _solar(year, month, day, leap=leap)
    told = f"{year}-{'leap ' * leap}{month:02}-{day:02}"
    if found is None:
        raise PolicyError(f"a lunar day must be one that the lunar year has, got {told}")
    return found


def lunar_days(
    year: int, month: int, day: int, *, leap: LeapMonth = "regular", short: ShortMonth = "last"
) -> tuple[date, ...]:
    """Return the days on which a lunar day falls in a lunar year: one as a rule, none or two in odd years.

    Args:
        year: The lunar year, 1900 to 2099.
        month: 1 to 12.
        day: 1 to 30.
        leap: In a year with a leap month of that number: the ``regular`` month, the ``leap`` month, or ``both``.
        short: Of a 30th in a month of 29 days: the ``last`` day of the month, the first day of the ``next``, or
            ``skip``.

    Raises:
        AbsentError: If the package ``lunardate`` is not installed.
        PolicyError: If an argument is not what it should be.
    """
    must(leap in get_args(LeapMonth), "leap", "be 'regular', 'leap' or 'both'", leap)
    must(short in get_args(ShortMonth), "short", "be 'last', 'next' or 'skip'", short)
    extra = _has_leap(year, month)
    months = {"regular": (False,), "leap": (extra,), "both": (False, True) if extra else (False,)}[leap]
    found = (_in_month(year, month, day, leap=each, short=short) for each in months)
    return tuple(each for each in found if each is not None)


def _in_month(year: int, month: int, day: int, *, leap: bool, short: ShortMonth) -> date | None:
    found = _solar(year, month, day, leap=leap)
    if found is not None or short == "skip" or day < LONGEST:
        return found
    last = _solar(year, month, day - 1, leap=leap)
    if last is None or short == "last":
        return last
    return date.fromordinal(last.toordinal() + 1)


def _has_leap(year: int, month: int) -> bool:
    return _solar(year, month, 1, leap=True) is not None


def _solar(year: int, month: int, day: int, *, leap: bool) -> date | None:
    whole("a lunar year", year, FIRST, LAST)
    whole("a lunar month", month, 1, 12)
    whole("a lunar day", day, 1, 30)
    try:
        found: date = _package().LunarDate(year, month, day, leap).to_solar_date()
    except ValueError:
        return None
    return found


def _package() -> Any:
    try:
        return import_module("lunardate")
    except ImportError:
        told = "the package 'lunardate' is not installed. Install it: pip install 'crmrules[china]'."
        raise AbsentError(told) from None
