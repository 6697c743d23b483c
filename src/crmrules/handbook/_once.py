"""A record whose facts are read once, beside outcomes that were decided or given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crmrules.errors import MissingFactError
from crmrules.facts import fetch

__all__ = ["Once"]


class Once(Mapping[str, Any]):
    """A view of a record that reads each attribute at most once; outcomes go before what the record holds."""

    __slots__ = ("_record", "_taken")

    def __init__(self, record: Any, outcomes: Mapping[str, Any]) -> None:
        self._record, self._taken = record, dict(outcomes)

    def take(self, name: str, value: Any) -> None:
        """Add an outcome for the policies after it."""
        self._taken[name] = value

    def __getitem__(self, name: str) -> Any:
        if name not in self._taken:
            self._taken[name] = fetch(self._record, (name,))[0]
        return self._taken[name]

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except MissingFactError as missing:
            if missing.fact != name:
                raise
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        held = self._record if isinstance(self._record, Mapping) else getattr(self._record, "__dict__", ())
        yield from dict.fromkeys((*self._taken, *(name for name in held if not str(name).startswith("_"))))

    def __len__(self) -> int:
        return sum(1 for _ in self)
