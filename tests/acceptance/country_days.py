"""Working days of countries, by the package ``holidays``; where it is not installed, they are left for later."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from typing import Any

from crmrules.worktime import WorkCalendar, public_holidays


def fits(case: dict[str, Any]) -> bool:
    """Say whether a case asks for a working day of a country."""
    return case.get("op") == "country_working_day" and set(case["args"]) == {"country", "date"}


def supports(_: dict[str, Any]) -> bool:
    """Say whether the package that knows the holidays is installed."""
    return find_spec("holidays") is not None


def run(case: dict[str, Any]) -> tuple[Any, Any]:
    """Return whether it is a working day of an office with usual hours, and what is expected."""
    day = date.fromisoformat(case["args"]["date"])
    known = public_holidays(case["args"]["country"], day.year)
    office = WorkCalendar("UTC", week={"mon-fri": "9-18"}, **known.parts("9-18"))
    return office.working_day(day), case["expected"]
