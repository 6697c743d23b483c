"""Records that a program already has, as rows of a book."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from crmrules.book import _faults as faults
from crmrules.book._faults import Refused
from crmrules.book._fit import Types, zone_of
from crmrules.book._fitted import fitted
from crmrules.book._rows import Rows
from crmrules.book._schema import schema_of
from crmrules.errors import BookError, PolicyError
from crmrules.problems import Problem, pointer_to

__all__ = ["rows_of"]

_SHOWN = 100


def rows_of(kind: str, records: Iterable[Any], *, types: Types | None = None, timezone: str = "UTC") -> Rows:
    """Return records in memory as rows.

    Args:
        kind: The record kind.
        records: Mappings, or objects with attributes. What one of them lacks is unknown.
        types: Types of columns by name; a column without one is taken as it is.
        timezone: Zone whose days turn aware times into dates.

    Raises:
        BookError: If values are not of their column's type, or required ones unknown; the first hundred.
        PolicyError: If there is no such time zone.
    """
    zone = zone_of(timezone)
    if zone is None:
        raise PolicyError(f"timezone must be the name of a time zone, got {timezone!r}")
    known = schema_of(kind)
    found = [_values_of(record, known.types_with(types or {})) for record in records]
    names = tuple(dict.fromkeys((*known.required, *(name for values in found for name in values))))
    problems: list[Problem] = []
    reader = _Reader(kind, known.types_with(types or {}), zone, problems)
    rows = [tuple(reader.value(place, name, values.get(name)) for name in names) for place, values in enumerate(found)]
    if problems:
        raise BookError(tuple(problems[:_SHOWN]))
    return Rows(kind, names, tuple(rows), array("Q", range(1, len(rows) + 1)))


class _Reader:
    """Values of records on their way into rows."""

    def __init__(self, kind: str, types: Types, zone: ZoneInfo, problems: list[Problem]) -> None:
        self._kind, self._types, self._zone, self._problems = kind, types, zone, problems
        self._required = schema_of(kind).required

    def value(self, place: int, name: str, given: Any) -> Any:
        at = pointer_to(self._kind, place, name)
        if given is None and name in self._required:
            self._problems.append(faults.unknown_value(name).below(at))
        try:
            return fitted(name, self._types[name], given, self._zone) if name in self._types else given
        except Refused as refused:
            self._problems.append(refused.problem.below(at))
            return None


def _values_of(record: Any, types: Types) -> dict[str, Any]:
    if isinstance(record, Mapping):
        return dict(record)
    own = [name for name in _attributes(record) if not name.startswith("_")]
    inherited = [name for name in types if hasattr(record, name)]
    return {name: getattr(record, name) for name in dict.fromkeys((*own, *inherited))}


def _attributes(record: Any) -> Iterable[str]:
    slots = getattr(type(record), "__slots__", ())
    return [
        *getattr(record, "_fields", ()),
        *((slots,) if isinstance(slots, str) else slots),
        *getattr(record, "__dict__", ()),
    ]
