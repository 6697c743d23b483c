"""Points programmes in documents: ``[programs.NAME]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import NOTHING, Factory, fields

from crmrules.conditions import Condition
from crmrules.documents._kit import PartKind
from crmrules.documents._reading import Place
from crmrules.documents._shapes_points import ProgramShape
from crmrules.loyalty import Basis, Cap, Earn, Expiry, Gift, Multiply, PointsProgram, Redeem, Refunds, Rounding
from crmrules.parameters import Parameter
from crmrules.spans import Span
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["POINTS"]

_CLASSES: dict[str, Any] = {
    "EarnShape": Earn,
    "MultiplyShape": Multiply,
    "CapShape": Cap,
    "BasisShape": Basis,
    "ExpiryShape": Expiry,
    "RefundsShape": Refunds,
    "RedeemShape": Redeem,
    "GiftShape": Gift,
    "RoundingShape": Rounding,
}
_LEFT_TO_CALLER = ("source", "title", "note", "valid")


def _program(shape: ProgramShape, name: str, place: Place) -> PointsProgram:
    parts = {each.name: _value(getattr(shape, each.name), place, each.name) for each in fields(ProgramShape)}
    head = place.reading.head
    parts["earn"] = (*parts["earn"], *parts.pop("multiply"))
    parts["currency"] = parts["currency"] or head.currency
    parts["timezone"] = parts["timezone"] or head.timezone
    pending = parts["pending"]
    parts["pending"] = pending if pending is None else place.made(lambda: Span.parse(pending), "pending")
    parts["applies"] = place.condition(shape.applies, "applies")
    return PointsProgram(name, **parts)


def _value(value: Any, place: Place, *path: Any) -> Any:
    """Return a part of a programme from its shape, parameters in place of their names."""
    if type(value).__name__ in _CLASSES:
        return _built(value, place, *path)
    if isinstance(value, tuple):
        return tuple(_value(each, place, *path, number) for number, each in enumerate(value))
    return place.value(value)


def _built(shape: Any, place: Place, *path: Any) -> Any:
    parts = {each.name: _value(getattr(shape, each.name), place, *path, each.name) for each in fields(type(shape))}
    if "when" in parts:
        parts["when"] = place.condition(shape.when, *path, "when")
    make = _CLASSES[type(shape).__name__]
    return place.made(lambda: make(**parts), *path)


# ---------------------------------------------------------------------- writing


def _write(program: PointsProgram) -> dict[str, Any]:
    told = {name: value for name, value in _told(program).items() if name not in (*_LEFT_TO_CALLER, "name", "earn")}
    rules = [(rule, _told(rule)) for rule in program.earn]
    earn = [table for rule, table in rules if isinstance(rule, Earn)]
    multiply = [table for rule, table in rules if isinstance(rule, Multiply)]
    return {**told, "timezone": program.timezone, "earn": earn, **({"multiply": multiply} if multiply else {})}


def _told(part: Any) -> dict[str, Any]:
    """Return the fields of a value that differ from their defaults, as a document writes them."""
    given = ((each.name, getattr(part, each.name), each.default) for each in fields(type(part)) if each.init)
    return {name: _plain(value) for name, value, default in given if value != _default(default)}


def _default(default: Any) -> Any:
    if isinstance(default, Factory):  # type: ignore[arg-type]
        return default.factory()
    return object() if default is NOTHING else default


def _plain(value: Any) -> Any:
    """Return a value as a document writes it; a parameter by its name."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    write = next((write for kind, write in _WRITTEN if isinstance(value, kind)), None)
    return value if write is None else write(value)


_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Parameter, lambda value: value.name),
    (Condition | Span, str),
    (Rounding, lambda value: {"step": value.step, "mode": value.mode}),
    (Validity, lambda value: _present({"from": value.start, "until": value.until})),
    (Wording, lambda value: _present({"en": value.en, "zh": value.zh})),
    (tuple(_CLASSES.values()), _told),
)


def _present(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value not in (None, "")}


POINTS = (PartKind("points", "programs", PointsProgram, ProgramShape, _program, _write),)
