"""Values that a program hands over, checked against the type of their column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from math import isfinite
from typing import Any

from crmrules.book import _faults as faults
from crmrules.book._dates import local_date
from crmrules.book._faults import Refused
from crmrules.book._schema import ColumnType

__all__ = ["fitted"]


def fitted(column: str, type_: ColumnType, value: Any, zone: tzinfo) -> Any:
    """Return a value as its column's type has it, None for unknown, or raise ``Refused``."""
    if value is None:
        return None
    expected, fit = _FITS[type_]
    try:
        found = fit(value, zone)
    except OverflowError:
        found = None
    if found is None:
        raise Refused(faults.wrong_value(column, expected, value), column, repr(value))
    return found


def _text(value: Any, _: tzinfo) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: Any, _: tzinfo) -> bool | None:
    return value if isinstance(value, bool) else None


def _integer(value: Any, _: tzinfo) -> int | None:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any, _: tzinfo) -> Decimal | None:
    """Return a number as a Decimal; a float by its shortest decimal form."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not isfinite(value):
        return None
    return Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)


def _date(value: Any, zone: tzinfo) -> date | None:
    if isinstance(value, datetime):
        return local_date(value, zone)
    return value if isinstance(value, date) else None


def _instant(value: Any, _: tzinfo) -> datetime | None:
    return value if isinstance(value, datetime) and value.utcoffset() is not None else None


_FITS: dict[ColumnType, tuple[str, Callable[[Any, tzinfo], Any]]] = {
    "text": ("a text", _text),
    "choice": ("a text", _text),
    "flag": ("True or False", _flag),
    "integer": ("a whole number", _integer),
    "number": ("a number", _number),
    "money": ("a number", _number),
    "ratio": ("a number", _number),
    "date": ("a date", _date),
    "instant": ("a time with its zone", _instant),
}
