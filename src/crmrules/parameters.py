"""Parameters: the named numbers and choices of a handbook.

A condition or policy refers to a parameter by name, so that a host can override the value without touching a
rule. Where the value comes from is part of it: the clauses of a source, or ``ours`` where the source is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import evolve, field, frozen

from crmrules._checks import must, name_of, names_of, shown
from crmrules._exact import exact, spell
from crmrules.errors import PolicyError
from crmrules.wording import Wording, wording

__all__ = ["Parameter", "ParameterValue", "parameter"]

ParameterValue = int | Decimal | str | bool | date | datetime | tuple[Any, ...]


def _value(value: Any) -> ParameterValue:
    if isinstance(value, bool | date):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list | tuple):
        return tuple(_value(part) for part in value)
    return exact(value, "a parameter's value")


def _sources(sources: Any) -> tuple[str, ...]:
    return names_of("source", (sources,) if isinstance(sources, str) else sources)


def _name(name: Any) -> str:
    return name_of("a parameter's name", name)


@frozen
class Parameter:
    """A named value that conditions and policies refer to.

    Args:
        name: Identifier; stands in the text of conditions.
        value: An exact number, text, flag, date, or a tuple of these.
        unit: Unit of the value, such as ``CNY`` or ``days``.
        source: Ids of the clauses that state the value.
        ours: Why the value is our own, where the source gives none; empty otherwise.
        label: What the parameter means, in English and Chinese.
        before: The value that a host overrode; ``None`` if nobody did.
    """

    name: str = field(converter=_name)
    value: ParameterValue = field(converter=_value)
    unit: str = field(default="", kw_only=True)
    source: tuple[str, ...] = field(default=(), kw_only=True, converter=_sources, metadata={"told": True})
    ours: str = field(default="", kw_only=True, metadata={"told": True})
    label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})
    before: ParameterValue | None = field(default=None, kw_only=True, metadata={"told": True})

    def changed(self, value: Any) -> Parameter:
        """Return the parameter with the host's value; the handbook's own is kept as ``before``.

        Raises:
            PolicyError: If the value is of another type than the handbook's.
        """
        numeric = _sort(self.value) is int and isinstance(value, str)
        new = exact(value, f"parameter {self.name!r}") if numeric else _value(value)
        must(
            _sort(new) is _sort(self.value),
            f"parameter {self.name!r}",
            f"be {_SORTS[_sort(self.value)]}",
            value,
        )
        original = self.value if self.before is None else self.before
        return evolve(self, value=new, before=None if new == original else original)

    def __str__(self) -> str:
        return f"{self.name} = {value_text(self.value)}{f' {self.unit}' if self.unit else ''}"


_SORTS: Mapping[type, str] = {
    int: "a number",
    bool: "true or false",
    str: "a text",
    date: "a date",
    datetime: "an instant",
    tuple: "a list",
}


def _sort(value: ParameterValue) -> type:
    """Return what kind of value it is; the order matters, since a flag is an int and an instant is a date."""
    kinds: dict[type, Any] = {bool: bool, int: int | Decimal, str: str, datetime: datetime, date: date}
    return next((name for name, kind in kinds.items() if isinstance(value, kind)), tuple)


def value_text(value: Any) -> str:
    """Return a parameter's value for people."""
    if isinstance(value, tuple):
        return ", ".join(value_text(part) for part in value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return spell(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def parameter(name: str, value: Any, **details: Any) -> Parameter:
    """Return a ``Parameter``; a shorthand that reads well beside ``facts``."""
    return Parameter(name, value, **details)


def override(parameters: tuple[Parameter, ...], changes: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return the parameters with a host's values in place."""
    return tuple(each.changed(changes[each.name]) if each.name in changes else each for each in parameters)


def distinct(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return the parameters once each, in order; two of one name that differ are refused."""
    known: dict[str, Parameter] = {}
    for each in parameters:
        if known.setdefault(each.name, each) != each:
            raise PolicyError(f"parameter {each.name!r} must have one value, got {shown(each.value)} too")
    return tuple(known.values())
