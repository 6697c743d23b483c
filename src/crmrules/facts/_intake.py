"""Intake: how a record's value becomes a fact's value in canonical form, or is refused with what was found.

Canonical forms: int or Decimal for numbers, str, a frozenset of str for labels, bool, date, aware datetime, and
``None`` for unknown.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral
from typing import Any

from crmrules._checks import closest, shown
from crmrules._exact import Number, spell
from crmrules.conditions import NO_STAND_IN, NUMERIC, Fact
from crmrules.errors import FactError
from crmrules.facts._unknown import Undecided
from crmrules.problems import Problem, pointer_to

__all__ = ["admitted", "from_text", "number_from"]

EXPECTED: dict[str, str] = {
    "money": "an amount",
    "number": "a number",
    "integer": "a whole number",
    "ratio": "a fraction such as 0.6",
    "text": "a text",
    "choice": "a text",
    "labels": "a set of texts",
    "flag": "True or False",
    "date": "a date",
    "instant": "a datetime with a time zone",
}
_MOST_DIGITS = 30
_TEXT_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


class _Refused(Exception):
    """A value that does not fit, with the code and the sentence of the problem."""

    def __init__(self, code: str, message: str, hint: str = "", **parts: Any) -> None:
        super().__init__(code, message)
        self.code, self.message, self.hint, self.parts = code, message, hint, parts


def admitted(fact: Fact, value: Any) -> Any:
    """Return a record's value in canonical form; ``None`` is unknown.

    Raises:
        FactError: If the value is of the wrong type, out of the domain, in another currency or not finite.
    """
    return _stated(fact, value, _typed)


def from_text(fact: Fact, value: Any) -> Any:
    """Return a value from JSON or a data file in canonical form: numbers and dates may be texts."""
    return _stated(fact, value, _read)


def _stated(fact: Fact, value: Any, read: Any) -> Any:
    try:
        return _whole(fact, value, read)
    except _Refused as refused:
        parts = {"fact": fact.name, **refused.parts}
        if fact.sensitive:
            parts = {name: _hidden(name, part) for name, part in parts.items()}
        problem = Problem(refused.code, refused.message, tuple(parts.items()), pointer_to(fact.name), hint=refused.hint)
        raise FactError(problem) from None


def _hidden(name: str, part: Any) -> Any:
    return "a hidden value" if name == "found" else part


def _whole(fact: Fact, value: Any, read: Any) -> Any:
    if value is None and fact.none is not NO_STAND_IN:
        return frozenset({fact.none} - {""}) if fact.type == "labels" else fact.none
    if value is None or isinstance(value, Undecided):
        if not fact.unknown:
            raise _Refused("CR401", "{fact} must be known, got None", "supply its value")
        return None
    return _in_domain(fact, read(fact, value))


def _typed(fact: Fact, value: Any) -> Any:
    scalar = getattr(value, "item", None)
    if type(value).__module__ == "numpy" and callable(scalar):
        value = scalar()
    if fact.type in NUMERIC:
        return _number(fact, value)
    return _PLAIN[fact.type](fact, value)


def _number(fact: Fact, value: Any) -> Number:
    if fact.type == "money" and isinstance(value, tuple) and len(value) == 2:
        value = _amount(fact, *value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Integral):
        raise _wrong(fact, value)
    number = number_from(value)
    if number is None:
        raise _Refused("CR404", "{fact} must be finite, got {found}", "pass None for unknown", found=str(value))
    return _whole_number(fact, number, value) if fact.type == "integer" else number


def _whole_number(fact: Fact, number: Number, value: Any) -> int:
    if isinstance(number, Decimal) and (number.adjusted() > _MOST_DIGITS or number != number.to_integral_value()):
        raise _wrong(fact, value)
    return int(number)


def _amount(fact: Fact, amount: Any, currency: Any) -> Any:
    if currency != fact.unit:
        hint = "convert it at a dated rate before"
        raise _Refused("CR403", "{fact} must be in {unit}, got {found}", hint, unit=fact.unit, found=shown(currency))
    return amount


def number_from(value: Any) -> Number | None:
    """Return a number in canonical form, a float by its shortest decimal; ``None`` if it is not finite."""
    if isinstance(value, Integral):
        return int(value)
    number = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    if not number.is_finite():
        return None
    return number


def _wrong(fact: Fact, value: Any) -> _Refused:
    kind = "text " if isinstance(value, str) else ""
    hint = "read texts with the sheet's parse()" if kind and fact.type not in ("text", "choice") else ""
    sentence = "{fact} must be {expected}, got {found}"
    return _Refused("CR402", sentence, hint, expected=EXPECTED[fact.type], found=kind + shown(value))


def _text(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(fact, value)
    return str.__str__(value)


def _labels(fact: Fact, value: Any) -> frozenset[str]:
    if not isinstance(value, AbstractSet | list | tuple) or not all(isinstance(label, str) for label in value):
        raise _wrong(fact, value)
    return frozenset(str.__str__(label) for label in value)


def _flag(fact: Fact, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(fact, value)
    return value


def _date(fact: Fact, value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(fact, value)
    return value


def _instant(fact: Fact, value: Any) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _wrong(fact, value)
    return value


_PLAIN: dict[str, Any] = {
    "text": _text,
    "choice": _text,
    "labels": _labels,
    "flag": _flag,
    "date": _date,
    "instant": _instant,
}


def _read(fact: Fact, value: Any) -> Any:
    if isinstance(value, str):
        return _from_text[fact.type](fact, value) if fact.type in _from_text else _typed(fact, value)
    if fact.type == "money" and isinstance(value, list):
        value = tuple(value)
    return _typed(fact, _pair(fact, value))


def _pair(fact: Fact, value: Any) -> Any:
    textual = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)
    return (_number_text(fact, value[0]), value[1]) if textual and fact.type == "money" else value


def _number_text(fact: Fact, value: str) -> Number:
    if not _TEXT_NUMBER.fullmatch(value):
        raise _Refused(
            "CR402",
            "{fact} must be {expected}, got {found}",
            expected=EXPECTED[fact.type],
            found=f"text {shown(value)}",
        )
    return _number(fact, Decimal(value))


def _iso_text(fact: Fact, value: str) -> Any:
    kind = date if fact.type == "date" else datetime
    try:
        return _PLAIN[fact.type](fact, kind.fromisoformat(value))
    except (ValueError, _Refused):
        hint = "write it as 2026-06-30" if kind is date else "write it as 2026-06-30T09:00:00+08:00"
        sentence = "{fact} must be {expected}, got {found}"
        raise _Refused("CR402", sentence, hint, expected=EXPECTED[fact.type], found=f"text {shown(value)}") from None


def _flag_text(fact: Fact, value: str) -> bool:
    if value not in ("true", "false"):
        raise _wrong(fact, value)
    return value == "true"


def _label_texts(_: Fact, value: str) -> frozenset[str]:
    return frozenset(part.strip() for part in value.split(";") if part.strip())


_from_text: dict[str, Any] = {
    **dict.fromkeys(NUMERIC, _number_text),
    "date": _iso_text,
    "instant": _iso_text,
    "flag": _flag_text,
    "labels": _label_texts,
}


def _in_domain(fact: Fact, value: Any) -> Any:
    if fact.type in ("choice", "labels"):
        _chosen(fact, {value} if fact.type == "choice" else value)
    elif fact.minimum is not None and value < fact.minimum:
        sentence = "{fact} must be at least {bound}, got {found}"
        raise _Refused("CR405", sentence, bound=_said(fact.minimum), found=_said(value))
    elif fact.maximum is not None and value > fact.maximum:
        sentence = "{fact} must be at most {bound}, got {found}"
        hint = "write 60 percent as 0.6" if fact.type == "ratio" else ""
        raise _Refused("CR405", sentence, hint, bound=_said(fact.maximum), found=_said(value))
    return value


def _chosen(fact: Fact, values: AbstractSet[str]) -> None:
    for value in sorted(values - set(fact.choices)):
        if value != fact.none:
            near = closest(value, fact.choices)
            hint = "did you mean {near!r}?" if near else ""
            sentence = "{fact} must be one of {choices}, got {found}"
            raise _Refused("CR406", sentence, hint, choices=", ".join(fact.choices), found=shown(value), near=near)


def _said(value: Any) -> str:
    return spell(value) if isinstance(value, int | Decimal) else str(value)
