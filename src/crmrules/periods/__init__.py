"""Stretches of calendar days: fixed ones, and windows that a policy places around its ``as_of``.

A ``Period`` has two dates: "the third quarter of 2026". A ``Window`` has none until it is asked: "trailing 12
months". Policies declare windows; ``window.at(as_of)`` is the period. All are half-open: ``end`` is the first
day that no longer belongs.
"""

from crmrules.periods._make import FiscalYear, HalfYear, IsoWeek, Month, Quarter, Trailing, Year
from crmrules.periods._period import Period
from crmrules.periods._window import Unit, Window

__all__ = [
    "FiscalYear",
    "HalfYear",
    "IsoWeek",
    "Month",
    "Period",
    "Quarter",
    "Trailing",
    "Unit",
    "Window",
    "Year",
]
