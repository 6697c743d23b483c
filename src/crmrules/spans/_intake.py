"""Taking in what spans and periods are made of: texts, whole numbers, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from crmrules._checks import must, shown
from crmrules.errors import PolicyError

__all__ = ["matched", "on_the_calendar", "plain_day", "whole"]


def matched(pattern: re.Pattern[str], where: str, like: str, text: Any) -> tuple[str | None, ...]:
    """Return the groups of a pattern that must match a whole text, or raise and show what is expected."""
    found = pattern.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise PolicyError(f"{where} must be a text like {like}, got {shown(text)}")
    return found.groups()


def whole(where: str, number: Any, least: int, most: int) -> int:
    """Return a whole number within bounds, or raise."""
    good = isinstance(number, int) and not isinstance(number, bool) and least <= number <= most
    must(good, where, f"be a whole number from {least} to {most}", number)
    return int(number)


def plain_day(where: str, day: Any) -> date:
    """Return a date that is not a datetime, or raise."""
    if isinstance(day, datetime):
        raise PolicyError(f"{where} must be a day, got {shown(day)}. Choose the zone, then take its .date().")
    if not isinstance(day, date):
        raise PolicyError(f"{where} must be a date, got {shown(day)}")
    return day


@contextmanager
def on_the_calendar(what: str) -> Iterator[None]:
    """Turn Python's errors about dates that do not exist into one that says what led there."""
    try:
        yield
    except PolicyError:
        raise
    except (ValueError, OverflowError):
        raise PolicyError(f"{what} must be on the calendar (real days of the years 1 to 9999)") from None
