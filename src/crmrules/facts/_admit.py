"""Admitting a value quickly: the canonical forms pass at once, floats turn exact, all else is examined with care."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from crmrules._exact import Number
from crmrules.conditions import NUMERIC, Fact
from crmrules.facts._intake import admitted

__all__ = ["admitter"]

_QUICK: dict[str, type] = {"text": str, "flag": bool, "date": date}


def admitter(fact: Fact) -> Callable[[Any], Any]:
    """Return ``admitted`` for one fact, quick for values that need no examination."""
    if fact.type in NUMERIC:
        return _number_admitter(fact)
    if fact.type == "choice":
        return _choice_admitter(fact)
    quick = _QUICK.get(fact.type) if fact.minimum is None and fact.maximum is None else None
    return lambda value: value if type(value) is quick else admitted(fact, value)


def _choice_admitter(fact: Fact) -> Callable[[Any], Any]:
    choices = frozenset(fact.choices)
    return lambda value: value if type(value) is str and value in choices else admitted(fact, value)


def _number_admitter(fact: Fact) -> Callable[[Any], Any]:
    low, high, whole = fact.minimum, fact.maximum, fact.type == "integer"

    def admit(value: Any) -> Any:
        number = _quick_number(value, whole=whole)
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            return admitted(fact, value)
        return number

    return admit


def _quick_number(value: Any, *, whole: bool) -> Number | None:
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if whole or kind not in (float, Decimal):
        return None
    if kind is float:
        return Decimal(repr(value)) if isfinite(value) else None
    return value if value.is_finite() else None
