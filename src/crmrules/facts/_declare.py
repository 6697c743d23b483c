"""How facts are declared: ``money("CNY")``, ``choice("b2b", "b2c")``, or an annotation of a class."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import evolve

from crmrules._checks import must, shown
from crmrules.conditions import Fact, Since
from crmrules.errors import PolicyError

__all__ = [
    "choice",
    "date",
    "days_since",
    "declared",
    "flag",
    "instant",
    "integer",
    "labels",
    "money",
    "months_since",
    "number",
    "ratio",
    "text",
    "years_since",
]


def money(currency: str, **details: Any) -> Fact:
    """Declare an amount of money in one currency; read as an int, Decimal, float or (amount, currency) pair.

    Args:
        currency: ISO 4217 code; an amount in another currency is refused.
        details: ``minimum``, ``maximum``, ``none``, ``unknown``, ``sensitive``, ``label`` of the ``Fact``.
    """
    must(isinstance(currency, str) and bool(currency.strip()), "money", "name its currency, such as 'CNY'", currency)
    return Fact("", "money", unit=currency, **details)


def number(unit: str = "", **details: Any) -> Fact:
    """Declare a number, exact in decimals, with an optional unit."""
    return Fact("", "number", unit=unit, **details)


def integer(unit: str = "", **details: Any) -> Fact:
    """Declare a whole number, such as a count, with an optional unit."""
    return Fact("", "integer", unit=unit, **details)


def ratio(**details: Any) -> Fact:
    """Declare a fraction: 0.6 is 60 percent. Its domain is 0 to 1 unless ``minimum`` or ``maximum`` says otherwise."""
    return Fact("", "ratio", **{"minimum": 0, "maximum": 1, **details})


def text(**details: Any) -> Fact:
    """Declare an open text."""
    return Fact("", "text", **details)


def choice(*choices: str | type[Enum], **details: Any) -> Fact:
    """Declare one of a closed set of texts, given one by one or as a ``StrEnum`` class."""
    return Fact("", "choice", choices=_options(choices), **details)


def labels(*choices: str | type[Enum], **details: Any) -> Fact:
    """Declare any number of a closed set of labels; read as a set, list or tuple of texts."""
    return Fact("", "labels", choices=_options(choices), **details)


def _options(choices: tuple[Any, ...]) -> Any:
    return choices[0] if len(choices) == 1 and isinstance(choices[0], type) else choices


def flag(**details: Any) -> Fact:
    """Declare a yes or no."""
    return Fact("", "flag", **details)


def date(**details: Any) -> Fact:
    """Declare a calendar date."""
    return Fact("", "date", **details)


def instant(**details: Any) -> Fact:
    """Declare a moment in time: an aware ``datetime``."""
    return Fact("", "instant", **details)


def years_since(fact: str, *, leap_day: Literal["feb28", "mar1"] = "feb28", **details: Any) -> Fact:
    """Declare whole calendar years from a date fact to ``as_of``, such as the years of cooperation."""
    return Fact("", "integer", unit="years", since=Since(fact, "years", leap_day), **details)


def months_since(fact: str, **details: Any) -> Fact:
    """Declare whole calendar months from a date fact to ``as_of``."""
    return Fact("", "integer", unit="months", since=Since(fact, "months"), **details)


def days_since(fact: str, **details: Any) -> Fact:
    """Declare days from a date fact to ``as_of``."""
    return Fact("", "integer", unit="days", since=Since(fact, "days"), **details)


_PLAIN: dict[Any, Fact] = {
    Decimal: Fact("", "number"),
    float: Fact("", "number"),
    int: Fact("", "integer"),
    str: Fact("", "text"),
    bool: Fact("", "flag"),
    datetime.date: Fact("", "date"),
    datetime.datetime: Fact("", "instant"),
}


def declared(name: str, hint: Any) -> Fact:
    """Return the declaration that a ``Fact`` or an annotation makes for a name.

    Raises:
        PolicyError: If the annotation has no fact type.
    """
    if isinstance(hint, Fact):
        return hint.named(name)
    if get_origin(hint) is Annotated:
        stated = next((part for part in get_args(hint)[1:] if isinstance(part, Fact)), None)
        return stated.named(name) if stated else declared(name, get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return _optional(name, hint)
    return _from_type(name, hint)


def _optional(name: str, hint: Any) -> Fact:
    parts = [part for part in get_args(hint) if part is not NoneType]
    if len(parts) > 1:
        raise PolicyError(f"fact {name!r} must have one type or be Annotated with a fact, got {shown(hint)}")
    return evolve(declared(name, parts[0]), unknown=True)


def _from_type(name: str, hint: Any) -> Fact:
    if get_origin(hint) is Literal:
        return choice(*get_args(hint), unknown=False).named(name)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return choice(hint, unknown=False).named(name)
    if hint not in _PLAIN:
        raise PolicyError(
            f"fact {name!r} must be declared by money(…), choice(…), … or a type that has a fact, got {shown(hint)}"
        )
    return evolve(_PLAIN[hint], name=name, unknown=False)


def from_annotations(cls: type) -> dict[str, Any]:
    """Return the annotated fields of a dataclass, attrs or pydantic class."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint for name, hint in hints.items() if not name.startswith("_") and not _is_class_var(hint)}


def _is_class_var(hint: Any) -> bool:
    from typing import ClassVar

    return hint is ClassVar or get_origin(hint) is ClassVar
