"""The algebra of conditions: yes / no / unknown questions about a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NoReturn

from attrs import evolve, field, frozen

from crmrules._checks import as_tuple, must, shown
from crmrules.conditions._fact import ORDERED, Fact, literals
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter

__all__ = [
    "AllOf",
    "AnyOf",
    "Compare",
    "Condition",
    "Has",
    "IsTrue",
    "IsUnknown",
    "Not",
    "OneOf",
    "Operator",
    "all_of",
    "always",
    "any_of",
    "atoms",
    "bare",
    "facts_in",
    "never",
    "parameters_in",
    "rebuilt",
]

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
OPPOSITE: dict[str, Operator] = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
FLIPPED: dict[str, Operator] = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Condition:
    """A yes / no / unknown question about a record. Join conditions with ``&``, ``|`` and ``~``."""

    __slots__ = ()

    def __and__(self, other: object) -> Condition:
        return all_of(self, _condition(other))

    def __or__(self, other: object) -> Condition:
        return any_of(self, _condition(other))

    def __rand__(self, other: object) -> Condition:
        return all_of(_condition(other), self)

    def __ror__(self, other: object) -> Condition:
        return any_of(_condition(other), self)

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise TypeError("a condition has no truth value; join conditions with & | ~, not and / or / not")

    def __str__(self) -> str:
        from crmrules.conditions._text import condition_text

        return condition_text(self)

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the facts the condition reads, in order of appearance."""
        return tuple(fact.name for fact in facts_in(self))


def _condition(value: object) -> Condition:
    asked = getattr(value, "__condition__", None)
    if callable(asked):
        value = asked()
    if not isinstance(value, Condition):
        raise PolicyError(
            f"a condition must stand here, such as f.annual_spend >= 1_000, got {shown(value)}. "
            "Read a text with the sheet's condition()."
        )
    return value


def condition(value: object) -> Condition:
    """Return a condition as it is, or the one that a flag's handle stands for."""
    return _condition(value)


@frozen(repr=False)
class Compare(Condition):
    """A fact compared with a value, a parameter or another fact.

    Args:
        fact: The fact on the left.
        operator: One of ``== != < <= > >=``; the last four need an ordered type.
        value: A literal of the fact's type, a ``Parameter``, or a ``Fact`` of the same scale.
    """

    fact: Fact
    operator: Operator
    value: Any

    def __attrs_post_init__(self) -> None:
        name = f"fact {self.fact.name!r}"
        if self.operator not in OPPOSITE:
            raise PolicyError(f"a comparison must use one of {' '.join(OPPOSITE)}, got {shown(self.operator)}")
        must(
            self.fact.type not in ("labels", "flag"),
            name,
            "be asked with 'in' (labels) or alone (flag)",
            self.operator,
        )
        ordered = self.operator in ("==", "!=") or self.fact.type in ORDERED
        must(ordered, name, f"be ordered to be compared with {self.operator}", self.fact.type)
        object.__setattr__(self, "value", _operand(self.fact, self.value))

    @property
    def bound(self) -> Any:
        """The literal that the fact is compared with, or the other ``Fact``."""
        return _literal(self.fact, self.value)

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class OneOf(Condition):
    """A fact that has one of several values.

    Args:
        fact: Any fact but a flag, labels or an instant.
        values: Literals of the fact's type, or a ``Parameter`` whose value is a list.
    """

    fact: Fact
    values: Any

    def __attrs_post_init__(self) -> None:
        must(
            self.fact.type not in ("labels", "flag"),
            f"fact {self.fact.name!r}",
            "have one value",
            self.fact.type,
        )
        if isinstance(self.values, Parameter):
            must(
                isinstance(self.values.value, tuple),
                f"parameter {self.values.name!r}",
                "be a list",
                self.values.value,
            )
            literals(self.fact, _listed(self.values), f"parameter {self.values.name!r}")
        else:
            must(len(tuple(self.values)) > 0, f"the values of fact {self.fact.name!r}", "hold at least one", ())
            object.__setattr__(self, "values", literals(self.fact, self.values))

    @property
    def bound(self) -> tuple[Any, ...]:
        """The literals themselves."""
        return literals(self.fact, _listed(self.values)) if isinstance(self.values, Parameter) else self.values

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class Has(Condition):
    """A ``labels`` fact that holds a label."""

    fact: Fact
    label: Any

    def __attrs_post_init__(self) -> None:
        must(self.fact.type == "labels", f"fact {self.fact.name!r}", "be of type labels", self.fact.type)
        object.__setattr__(self, "label", _operand(self.fact, self.label))

    @property
    def bound(self) -> str:
        """The label itself."""
        return str(_literal(self.fact, self.label))

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class IsTrue(Condition):
    """A flag that is set."""

    fact: Fact

    def __attrs_post_init__(self) -> None:
        must(self.fact.type == "flag", f"fact {self.fact.name!r}", "be a flag to stand alone", self.fact.type)

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class IsUnknown(Condition):
    """A fact that is not known. This is the one question whose answer is never unknown."""

    fact: Fact

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class Not(Condition):
    """The opposite answer; unknown stays unknown."""

    part: Condition

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class AllOf(Condition):
    """All parts hold. Made by ``all_of`` or ``&``; without parts it is always true."""

    parts: tuple[Condition, ...] = field(converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        _flat(self, AllOf)

    def __repr__(self) -> str:
        return f"<condition {self}>"


@frozen(repr=False)
class AnyOf(Condition):
    """At least one part holds. Made by ``any_of`` or ``|``; without parts it is never true."""

    parts: tuple[Condition, ...] = field(converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        _flat(self, AnyOf)

    def __repr__(self) -> str:
        return f"<condition {self}>"


def _flat(joined: AllOf | AnyOf, kind: type) -> None:
    nested = any(isinstance(part, kind) for part in joined.parts)
    must(len(joined.parts) != 1 and not nested, "parts", "be joined by all_of or any_of", len(joined.parts))


def _listed(parameter: Parameter) -> tuple[Any, ...]:
    return parameter.value if isinstance(parameter.value, tuple) else ()


def _operand(fact: Fact, value: Any) -> Any:
    value = getattr(value, "__fact__", value)
    if isinstance(value, Parameter):
        fact.literal(value.value, f"parameter {value.name!r}, compared with fact {fact.name!r},")
        return value
    if isinstance(value, Fact):
        what = f"be compared with a fact of its own type and unit ({_scale(fact)})"
        must(fact.shares_scale_with(value), f"fact {fact.name!r}", what, f"{value.name} ({_scale(value)})")
        return value
    return fact.literal(value)


def _scale(fact: Fact) -> str:
    return f"{fact.type} in {fact.unit}" if fact.unit else fact.type


def _literal(fact: Fact, value: Any) -> Any:
    return fact.literal(value.value) if isinstance(value, Parameter) else value


def all_of(*parts: object) -> Condition:
    """Return the condition that all parts hold; nested ones are flattened, none at all is always true."""
    flat = tuple(_flattened(parts, AllOf))
    return flat[0] if len(flat) == 1 else AllOf(flat)


def any_of(*parts: object) -> Condition:
    """Return the condition that at least one part holds; none at all is never true."""
    flat = tuple(_flattened(parts, AnyOf))
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def _flattened(parts: Iterable[object], kind: type[AllOf] | type[AnyOf]) -> Iterator[Condition]:
    for part in map(_condition, parts):
        yield from part.parts if isinstance(part, kind) else (part,)


always: Condition = AllOf(())
never: Condition = AnyOf(())


def atoms(condition: Condition) -> Iterator[Condition]:
    """Yield the single questions of a condition, from left to right."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from atoms(part)
    elif isinstance(condition, Not):
        yield from atoms(condition.part)
    else:
        yield condition


def bare(question: Any) -> Any:
    """Return a single question without the ``not`` that may stand around it."""
    return question.part if isinstance(question, Not) else question


def facts_in(condition: Condition) -> tuple[Fact, ...]:
    """Return the facts a condition reads, once each, in order of appearance."""
    return tuple(dict.fromkeys(fact for atom in atoms(condition) for fact in _facts_of(atom)))


def _facts_of(atom: Any) -> tuple[Fact, ...]:
    other = getattr(atom, "value", None)
    return (atom.fact, other) if isinstance(other, Fact) else (atom.fact,)


def parameters_in(condition: Condition) -> tuple[Parameter, ...]:
    """Return the parameters a condition refers to, once each, in order of appearance."""
    found = (getattr(atom, name, None) for atom in atoms(condition) for name in ("value", "values", "label"))
    return tuple(dict.fromkeys(each for each in found if isinstance(each, Parameter)))


def rebuilt(condition: Condition, change: Callable[[Any], Any]) -> Condition:
    """Return the condition with every fact, parameter and literal passed through ``change``."""
    if isinstance(condition, AllOf | AnyOf):
        return evolve(condition, parts=tuple(rebuilt(part, change) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(rebuilt(condition.part, change))
    atom: Any = condition
    changed = {
        name: change(getattr(atom, name)) for name in ("fact", "value", "values", "label") if hasattr(atom, name)
    }
    return evolve(atom, **changed)  # type: ignore[no-any-return]
