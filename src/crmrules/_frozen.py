"""Immutable values: a hashable mapping, and pickling by fields."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Generic, TypeVar

from attrs import fields

__all__ = ["FrozenMapping", "PickledByFields", "frozen_value"]

Part = TypeVar("Part")


class FrozenMapping(Mapping[str, Part], Generic[Part]):
    """A mapping that cannot change, equal to any mapping with the same parts."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = dict(parts)

    def __getitem__(self, name: str) -> Part:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def get(self, name: str, default: Any = None) -> Any:
        """Return a part, or the default."""
        return self._parts.get(name, default)

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._parts.keys()

    def items(self) -> ItemsView[str, Part]:
        """Return names and parts."""
        return self._parts.items()

    def values(self) -> ValuesView[Part]:
        """Return the parts."""
        return self._parts.values()

    def __hash__(self) -> int:
        return hash(frozenset(self._parts.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMapping, (dict(self._parts),))

    def __repr__(self) -> str:
        return repr(self._parts)


def frozen_value(value: Any) -> Any:
    """Return a value with mappings and lists made immutable, all the way down."""
    if isinstance(value, Mapping):
        return FrozenMapping({name: frozen_value(part) for name, part in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen_value(part) for part in value)
    return value


class PickledByFields:
    """Pickles and copies a frozen value by its fields alone: what was compiled or cached is made anew."""

    def __getstate__(self) -> dict[str, Any]:
        mine: Any = self
        return {each.name: getattr(self, each.name) for each in fields(type(mine))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
