"""Reading a record: a mapping or any object with attributes, each read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from crmrules.errors import MissingFactError

__all__ = ["fetch", "fetcher", "missing"]


def fetch(record: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return a record's values by name.

    Raises:
        MissingFactError: If the record lacks one of them; an absent fact is not an unknown one.
    """
    read = _from_mapping if isinstance(record, Mapping) else _from_object
    return tuple([read(record, name) for name in names])


def fetcher(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return ``fetch`` for one set of names, quick for objects with attributes."""
    get = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)

    def fetched(record: Any) -> tuple[Any, ...]:
        if hasattr(record, "__getitem__"):
            return fetch(record, names)
        try:
            return get(record)
        except AttributeError as absent:
            raise _absence(record, names, absent) from None

    return fetched


def _absence(record: Any, names: tuple[str, ...], error: AttributeError) -> Exception:
    """Return what an attribute error means: a fact that is not there, or a fault inside the record's own code."""
    name = error.name or ""
    absent = name in names and error.obj is record and not hasattr(type(record), name)
    return MissingFactError(name, _names(record)) if absent else error


def _from_mapping(record: Mapping[str, Any], name: str) -> Any:
    if name not in record:
        raise MissingFactError(name, _names(record))
    return record[name]


def _from_object(record: Any, name: str) -> Any:
    try:
        return getattr(record, name)
    except AttributeError as absent:
        raise _absence(record, (name,), absent) from None


def missing(record: Mapping[str, Any], names: tuple[str, ...]) -> MissingFactError:
    """Return the error for the first of the names that a mapping lacks."""
    absent = next(name for name in names if name not in record)
    return MissingFactError(absent, _names(record))


def _names(record: Any) -> tuple[str, ...]:
    if isinstance(record, Mapping):
        return tuple(str(name) for name in record)
    own: Any = getattr(record, "__dict__", None) or getattr(type(record), "__slots__", ())
    return tuple(name for name in own if not name.startswith("_"))
