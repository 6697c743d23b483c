"""Handles: how Python code compares a sheet's facts, as in ``f.annual_spend >= 1_000_000``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from crmrules.conditions import (
    Compare,
    Condition,
    Fact,
    Has,
    IsTrue,
    IsUnknown,
    Not,
    OneOf,
    all_of,
    any_of,
    condition,
)
from crmrules.parameters import Parameter

__all__ = ["Handle"]


class Handle:
    """A fact in a condition. Comparing it gives a condition; a flag's handle is one itself."""

    __slots__ = ("__fact__",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, fact: Fact) -> None:
        self.__fact__ = fact

    def __condition__(self) -> Condition:
        return IsTrue(self.__fact__)

    def __eq__(self, value: object) -> Condition:  # type: ignore[override]
        return self._compared("==", value)

    def __ne__(self, value: object) -> Condition:  # type: ignore[override]
        return self._compared("!=", value)

    def __lt__(self, value: object) -> Condition:
        return Compare(self.__fact__, "<", value)

    def __le__(self, value: object) -> Condition:
        return Compare(self.__fact__, "<=", value)

    def __gt__(self, value: object) -> Condition:
        return Compare(self.__fact__, ">", value)

    def __ge__(self, value: object) -> Condition:
        return Compare(self.__fact__, ">=", value)

    def _compared(self, operator: Any, value: object) -> Condition:
        if self.__fact__.type == "flag" and isinstance(value, bool):
            return IsTrue(self.__fact__) if value is (operator == "==") else Not(IsTrue(self.__fact__))
        return Compare(self.__fact__, operator, value)

    def between(self, low: object, high: object) -> Condition:
        """Ask for ``low <= fact < high``: the lower bound belongs to the range, the upper one does not."""
        return (self >= low) & (self < high)

    def one_of(self, *values: Any) -> Condition:
        """Ask whether the fact has one of the values, given one by one, as one list, or as a list parameter."""
        if len(values) == 1 and isinstance(values[0], Parameter):
            return OneOf(self.__fact__, values[0])
        several = len(values) == 1 and isinstance(values[0], Iterable) and not isinstance(values[0], str)
        return OneOf(self.__fact__, tuple(values[0]) if several else values)

    def has(self, label: Any) -> Condition:
        """Ask whether a ``labels`` fact holds a label."""
        return Has(self.__fact__, label)

    def is_unknown(self) -> Condition:
        """Ask whether the fact is not known."""
        return IsUnknown(self.__fact__)

    def is_known(self) -> Condition:
        """Ask whether the fact is known."""
        return Not(IsUnknown(self.__fact__))

    def __and__(self, other: object) -> Condition:
        return all_of(self, other)

    def __or__(self, other: object) -> Condition:
        return any_of(self, other)

    def __rand__(self, other: object) -> Condition:
        return all_of(other, self)

    def __ror__(self, other: object) -> Condition:
        return any_of(other, self)

    def __invert__(self) -> Condition:
        return Not(condition(self))

    def __bool__(self) -> NoReturn:
        raise TypeError("a fact has no truth value; compare it, or join conditions with & | ~, not and / or / not")

    def __repr__(self) -> str:
        return f"<fact {self.__fact__.name}: {self.__fact__.type}>"
