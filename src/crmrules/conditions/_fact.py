"""Fact declarations: the named, typed inputs that conditions ask about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from attrs import evolve, field, frozen

from crmrules._checks import did_you_mean, must, name_of, names_of, shown
from crmrules._exact import exact
from crmrules.errors import PolicyError
from crmrules.wording import Wording, wording

__all__ = ["NUMERIC", "ORDERED", "TYPES", "Fact", "FactType", "Since"]

FactType = Literal["money", "number", "integer", "ratio", "text", "choice", "labels", "flag", "date", "instant"]

NUMERIC = frozenset({"money", "number", "integer", "ratio"})
ORDERED = NUMERIC | {"date", "instant"}
CHOOSING = frozenset({"choice", "labels"})
TYPES: tuple[FactType, ...] = (
    "money", "number", "integer", "ratio", "text", "choice", "labels", "flag", "date", "instant",
)  # fmt: skip


class _NoStandIn(Enum):
    """Tells a fact without ``none=`` from one with ``none=None``."""

    NO_STAND_IN = "no stand-in"


NO_STAND_IN = _NoStandIn.NO_STAND_IN


@frozen
class Since:
    """How a fact follows from a date: whole calendar years, months or days up to ``as_of``.

    Args:
        fact: The date fact, or its name until a sheet resolves it.
        unit: ``years``, ``months`` or ``days``; years and months are counted on the calendar.
        leap_day: When a year that began on 29 February is complete in other years: ``feb28`` or ``mar1``.
    """

    fact: Any
    unit: Literal["years", "months", "days"] = "years"
    leap_day: Literal["feb28", "mar1"] = "feb28"


def _bound(bound: Any, fact: Fact) -> Any:
    return None if bound is None else fact.literal(bound, f"a bound of fact {fact.name!r}")


def _choices(choices: Any) -> tuple[str, ...]:
    if isinstance(choices, type) and issubclass(choices, Enum):
        choices = [member.value for member in choices]
    return tuple(str.__str__(name) for name in names_of("choices", choices))


def _name(name: str) -> str:
    return name and name_of("a fact's name", name)


@frozen
class Fact:
    """A named, typed input of policies. Made by ``money``, ``integer``, ``choice``, … and named by its sheet.

    Args:
        name: Identifier; stands in the text of conditions.
        type: One of ``TYPES``.
        unit: Unit of a number; the currency of money.
        minimum: Smallest value allowed, inclusive.
        maximum: Largest value allowed, inclusive.
        choices: The values that a ``choice`` or ``labels`` fact can take.
        none: What ``None`` in a record stands for, such as 0 for a sum over no rows; ``None`` is unknown if absent.
        unknown: Whether the fact may be unknown.
        sensitive: Whether explanations, errors and reports must hide the value.
        label: What the fact means, in English and Chinese.
        since: How the fact follows from a date fact, if it is not read from the record.
    """

    name: str = field(converter=_name)
    type: FactType
    unit: str = field(default="", kw_only=True)
    minimum: Any = field(default=None, kw_only=True)
    maximum: Any = field(default=None, kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True, converter=_choices)
    none: Any = field(default=NO_STAND_IN, kw_only=True)
    unknown: bool = field(default=True, kw_only=True)
    sensitive: bool = field(default=False, kw_only=True)
    label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})
    since: Since | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = f"fact {self.name!r}"
        must(self.type in TYPES, where, f"have one of the types {', '.join(TYPES)}", self.type)
        must(
            bool(self.choices) == (self.type in CHOOSING),
            where,
            "list choices if it chooses, and only then",
            self,
        )
        bounds = (_bound(self.minimum, self), _bound(self.maximum, self))
        must(self.type in ORDERED or bounds == (None, None), where, "be ordered to have bounds", self.type)
        must(None in bounds or bounds[0] <= bounds[1], where, "have a minimum under its maximum", bounds)
        must(
            self.since is None or self.type == "integer",
            where,
            "be an integer to count since a date",
            self.type,
        )
        object.__setattr__(self, "minimum", bounds[0])
        object.__setattr__(self, "maximum", bounds[1])
        if self.none is not NO_STAND_IN and self.none != "":
            object.__setattr__(self, "none", self.literal(self.none, f"{where}: what none stands for"))

    def named(self, name: str) -> Fact:
        """Return the same declaration under a name."""
        return evolve(self, name=name)

    def literal(self, value: Any, where: str = "") -> Any:
        """Return a value that a policy compares this fact with, in its canonical form.

        Raises:
            PolicyError: If the fact can never have such a value.
        """
        where = where or f"a value compared with fact {self.name!r}"
        return _LITERALS[self.type](self, value, where)

    def shares_scale_with(self, other: Fact) -> bool:
        """Say whether values of two facts can be compared: numbers of one unit, dates with dates, and so on."""
        if self.type in NUMERIC and other.type in NUMERIC:
            return self.unit == other.unit
        return self.type == other.type and "labels" not in (self.type, other.type)


def _number(_: Fact, value: Any, where: str) -> Any:
    return exact(value, where)


def _integer(_: Fact, value: Any, where: str) -> Any:
    return exact(value, where)


def _text(_: Fact, value: Any, where: str) -> str:
    must(isinstance(value, str), where, "be a text", value)
    return str.__str__(value)


def _choice(fact: Fact, value: Any, where: str) -> str:
    text = str.__str__(value) if isinstance(value, str) else value
    if text not in fact.choices:
        near = did_you_mean(text, fact.choices) if isinstance(text, str) else ""
        raise PolicyError(f"{where} must be one of {', '.join(fact.choices)}, got {shown(text)}{near}")
    return str(text)


def _flag(_: Fact, value: Any, where: str) -> bool:
    must(isinstance(value, bool), where, "be True or False", value)
    return bool(value)


def _date(_: Fact, value: Any, where: str) -> date:
    if isinstance(value, str):
        value = _iso(date.fromisoformat, value)
    must(
        isinstance(value, date) and not isinstance(value, datetime),
        where,
        "be a date such as '2026-06-30'",
        value,
    )
    return value  # type: ignore[no-any-return]


def _instant(_: Fact, value: Any, where: str) -> datetime:
    if isinstance(value, str):
        value = _iso(datetime.fromisoformat, value)
    good = isinstance(value, datetime) and value.tzinfo is not None
    must(good, where, "be an instant with its offset, such as '2026-06-30T09:00:00+08:00'", value)
    return value  # type: ignore[no-any-return]


def _iso(read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return text


_LITERALS: dict[str, Any] = {
    "money": _number,
    "number": _number,
    "integer": _integer,
    "ratio": _number,
    "text": _text,
    "choice": _choice,
    "labels": _choice,
    "flag": _flag,
    "date": _date,
    "instant": _instant,
}


def literals(fact: Fact, values: Iterable[Any], where: str = "") -> tuple[Any, ...]:
    """Return several literals of a fact, each in its canonical form."""
    return tuple(fact.literal(value, where) for value in values)
