"""Reading records: mappings, objects and rows of a book, with floats taken by their shortest decimals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from crmrules._checks import must
from crmrules._exact import Number
from crmrules.facts import fetch, number_from

__all__ = ["grouped", "number_read"]

Result = TypeVar("Result")


def number_read(value: Any, where: str) -> Number:
    """Return a number of a record; a float is read by its shortest decimal form."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    found = number_from(value) if number else None
    must(found is not None, where, "be a number", value)
    assert found is not None
    return found


def grouped(records: Iterable[Any], by: str, measure: Callable[[list[Any]], Result]) -> dict[Hashable, Result]:
    """Return a measure of each group of records, groups in order of their names, those without one last."""
    groups: dict[Hashable, list[Any]] = {}
    for record in records:
        groups.setdefault(fetch(record, (by,))[0], []).append(record)
    return {name: measure(groups[name]) for name in sorted(groups, key=lambda name: (name is None, str(name)))}
