"""Fingerprints: a digest of everything about a policy that can change one of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from attrs import fields, has

from crmrules.conditions import Condition, facts_in, parameters_in

__all__ = ["canonical", "digest"]


def digest(value: Any) -> str:
    """Return the fingerprint of a policy, handbook or any other value of the library."""
    import hashlib
    import json

    text = json.dumps(canonical(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def canonical(value: Any) -> Any:
    """Return a value as plain data in one canonical form; titles and labels are left out.

    Raises:
        TypeError: If it holds something that has no canonical form.
    """
    if isinstance(value, Condition):
        return {"text": str(value), "facts": _all(facts_in(value)), "parameters": _all(parameters_in(value))}
    if isinstance(value, type):
        return value.__qualname__
    if has(type(value)):
        told = (each for each in fields(type(value)) if not each.metadata.get("told"))
        return {
            "kind": type(value).__qualname__,
            **{each.name: canonical(getattr(value, each.name)) for each in told},
        }
    return _plain(value)


def _all(values: Any) -> list[Any]:
    return [canonical(value) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        told = ((name, part) for name, part in value.items() if not _changes_no_answer(part))
        return {"mapping": [[str(name), canonical(part)] for name, part in told]}
    if isinstance(value, frozenset | set):
        return {"set": sorted((canonical(part) for part in value), key=str)}
    if isinstance(value, tuple | list):
        return _all(value)
    return _scalar(value)


def _changes_no_answer(part: Any) -> bool:
    """Say whether a part of a handbook is there for its readers alone, such as an example."""
    if isinstance(part, Mapping):
        return bool(part) and all(_changes_no_answer(each) for each in part.values())
    return bool(getattr(type(part), "changes_no_answer", False))


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | Decimal):
        return {"number": format(value, "f")}
    if isinstance(value, date | time):
        return {"date" if isinstance(value, date) else "time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"microseconds": value // timedelta(microseconds=1)}
    name = getattr(value, "value", None)
    if isinstance(name, str):
        return name
    raise TypeError(f"a {type(value).__name__} has no canonical form, so it cannot be part of a fingerprint")
