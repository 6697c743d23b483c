"""Policy kinds made from a rule class of your own: the shape follows from the class's annotations."""

from __future__ import annotations

import types
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, field, fields, frozen, has, make_class, resolve_types

from crmrules._checks import must, shown
from crmrules.conditions import Condition, Fact, always
from crmrules.documents._kit import PolicyKind
from crmrules.documents._reading import Place
from crmrules.documents._shapes import ConditionText, Names, Scalar
from crmrules.errors import PolicyError
from crmrules.tables import JudgedPolicy
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["own_kind"]

_COMMON = ("kind", "gives", "applies", "source", "title", "note", "names", "valid")
_SHAPES: dict[Any, Any] = {
    Fact: str,
    Condition: ConditionText,
    int: Scalar,
    Decimal: Scalar,
    str: str,
    bool: bool,
    tuple[str, ...]: Names,
}


@frozen
class _Part:
    """A field of a rule class and how a document writes it."""

    name: str
    type: Any
    shape: Any
    default: Any


def own_kind(kind: str, rule: type, section: str) -> PolicyKind:
    """Return the kind of a rule class; see ``PolicyKind.own``."""
    parts = _parts(rule)
    declared = _outcome(rule)

    def build(shape: Any, name: str, place: Place) -> JudgedPolicy:
        made = rule(**{part.name: _read(part, getattr(shape, part.name), place) for part in parts})
        return JudgedPolicy(
            name,
            gives=shape.gives,
            rule=made,
            applies=place.condition(shape.applies, "applies"),
            source=shape.source,
            title=shape.title,
            note=shape.note,
            names=shape.names,
            valid=shape.valid,
        )

    def outcome(shape: Any, _: str) -> Fact:
        return declared.named(shape.gives)

    def write(policy: JudgedPolicy) -> dict[str, Any]:
        told = {
            "kind": kind,
            "gives": policy.gives,
            **({} if policy.applies == always else {"applies": str(policy.applies)}),
        }
        own = {part.name: _written(getattr(policy.rule, part.name)) for part in parts}
        return {**told, **{name: value for name, value in own.items() if value is not None}}

    return PolicyKind(kind, section, rule, _shape(kind, rule, parts), outcome, build, write)


def _parts(rule: type) -> tuple[_Part, ...]:
    must(has(rule), f"rule {rule.__name__}", "be an attrs class", rule)
    resolve_types(rule)
    typed = ((each, _type_of(rule, each)) for each in fields(rule))
    return tuple(_Part(each.name, kind, _SHAPES[kind], each.default) for each, kind in typed)


def _outcome(rule: type) -> Fact:
    declared = getattr(rule, "outcome", None)
    good = isinstance(declared, Fact)
    must(good, f"rule {rule.__name__}", "have a class attribute 'outcome' with a fact", declared)
    return declared  # type: ignore[return-value]


def _type_of(rule: type, attribute: Any) -> Any:
    where = f"field {attribute.name!r} of rule {rule.__name__}"
    must(attribute.name not in _COMMON, where, "differ from the keys that every policy has", ", ".join(_COMMON))
    kind = attribute.type
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not types.NoneType)
    if kind not in _SHAPES:
        raise PolicyError(
            f"field {attribute.name!r} of rule {rule.__name__} must be a Fact, Condition, Decimal, int, str, bool or "
            f"tuple[str, ...] to be written in a document, got {shown(attribute.type)}"
        )
    return kind


def _shape(kind: str, rule: type, parts: tuple[_Part, ...]) -> type:
    own = {part.name: _field(part) for part in parts}
    literal: Any = Literal[kind]
    text: Any = ConditionText | None
    common = {
        "kind": field(type=literal, metadata={"about": "Kind of the policy."}),
        "gives": field(type=str, metadata={"about": "Name of the fact that the outcome becomes."}),
        "applies": field(type=text, default=None, metadata={"about": "For whom the policy is meant."}),
        "source": field(type=Names, default=(), metadata={"about": "Clauses it comes from."}),
        "title": field(type=Wording, default=Wording(), metadata={"about": "What it is called."}),
        "note": field(type=Wording, default=Wording(), metadata={"about": "How a source was read."}),
        "names": field(
            type=dict[str, Wording], default={}, metadata={"about": "What outcomes are called, by outcome."}
        ),
        "valid": field(type=Validity, default=Validity(), metadata={"about": "The days on which it is in force."}),
    }
    return make_class(f"{rule.__name__}Shape", {**common, **own}, frozen=True, kw_only=True)


def _field(part: _Part) -> Any:
    about = {"about": f"{part.name.replace('_', ' ')} of the rule"}
    if part.default is NOTHING:
        return field(type=part.shape, metadata=about)
    kind: Any = part.shape if part.default is not None else part.shape | None
    return field(type=kind, default=part.default, metadata=about)


def _read(part: _Part, value: Any, place: Place) -> Any:
    if value is None:
        return None
    if part.type is Fact:
        return place.fact(value, part.name)
    if part.type is Condition:
        return place.condition(value, part.name)
    return _number(part, value, place) if part.type in (int, Decimal) else value


def _number(part: _Part, value: Any, place: Place) -> Any:
    good = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not good or (part.type is int and value != int(value)):
        place.misfit("a whole number" if part.type is int else "a number", value, part.name)
        return part.type(0)
    return part.type(value)


def _written(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.name
    return str(value) if isinstance(value, Condition) else value
