"""Fields of metrics and of what they give, described in one place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import NOTHING, field

from crmrules._checks import as_tuple, must
from crmrules._exact import Number
from crmrules.metrics._intervals import confidence_of
from crmrules.metrics._numbers import counted, number
from crmrules.metrics._units import known_unit

__all__ = [
    "called_field",
    "confidence_field",
    "count_field",
    "number_field",
    "share_field",
    "unit_field",
    "words_field",
]


def confidence_field() -> Any:
    """Return the field of a confidence, 0.95 by default."""
    return field(default=Decimal("0.95"), kw_only=True, converter=confidence_of)


def count_field(where: str, default: Any = NOTHING, *, kw_only: bool = False) -> Any:
    """Return the field of a count."""
    return field(default=default, kw_only=kw_only, converter=lambda value: counted(value, where))


def number_field(where: str, default: Any = NOTHING, *, kw_only: bool = False, positive: bool = False) -> Any:
    """Return the field of an exact number; a positive one is at least 0."""

    def convert(value: Any) -> Number:
        found = number(value, where)
        must(not positive or found >= 0, where, "be at least 0", value)
        return found

    return field(default=default, kw_only=kw_only, converter=convert)


def share_field(where: str, default: Any = NOTHING) -> Any:
    """Return the field of an exact number between 0 and 1."""

    def convert(value: Any) -> Number:
        found = number(value, where)
        must(0 <= found <= 1, where, "lie between 0 and 1", value)
        return found

    return field(default=default, converter=convert)


def unit_field(default: str) -> Any:
    """Return the field of a unit."""
    return field(default=default, kw_only=True, converter=known_unit)


def words_field(*default: str, kw_only: bool = True) -> Any:
    """Return the field of several names."""
    return field(default=default, kw_only=kw_only, converter=as_tuple)


def called_field() -> Any:
    """Return the field of what a definition is called."""
    return field(default="", kw_only=True, metadata={"told": True})
