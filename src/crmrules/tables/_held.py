"""What a value of the library is made of: the facts and parameters that stand anywhere inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, fields, has

from crmrules._frozen import FrozenMapping
from crmrules.conditions import Condition, Fact, facts_in, parameters_in, rebuilt
from crmrules.parameters import Parameter

__all__ = ["facts_held", "parameters_held", "with_exchanged", "with_held"]


def facts_held(value: Any) -> tuple[Fact, ...]:
    """Return the facts that a frozen value reads, once each: those of its conditions, and facts that it names."""
    found = (part for each in _held(value) for part in _facts(each))
    return tuple(dict.fromkeys(found))


def parameters_held(value: Any) -> tuple[Parameter, ...]:
    """Return the parameters that a frozen value refers to, once each."""
    found = (part for each in _held(value) for part in _parameters(each))
    return tuple(dict.fromkeys(found))


def with_held(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a frozen value with every fact and parameter in it passed through ``change``.

    A part that stays as it was is the same object afterwards. A value with a method ``rebuilt`` does it itself.
    """
    if isinstance(value, Condition):
        return rebuilt(value, change)
    if isinstance(value, Fact | Parameter):
        return change(value)
    if hasattr(type(value), "rebuilt"):
        return value.rebuilt(change)
    if isinstance(value, Mapping):
        return _same_or(value, {name: with_held(part, change) for name, part in value.items()}, FrozenMapping)
    if isinstance(value, tuple):
        return _same_or(value, tuple(with_held(part, change) for part in value), tuple)
    return _attributes_with(value, change) if has(type(value)) else value


def with_exchanged(value: Any, old: Any, new: Any) -> Any:
    """Return a frozen value with another one in place of a part, wherever it stands inside.

    Args:
        value: The value.
        old: The part; what equals it counts.
        new: What stands there afterwards.
    """
    if type(value) is type(old) and value == old:
        return new
    if isinstance(value, Mapping):
        return _same_or(value, {name: with_exchanged(part, old, new) for name, part in value.items()}, FrozenMapping)
    if isinstance(value, tuple):
        return _same_or(value, tuple(with_exchanged(part, old, new) for part in value), tuple)
    if isinstance(value, Condition | Fact | Parameter) or not has(type(value)):
        return value
    held = {each.alias: getattr(value, each.name) for each in fields(type(value)) if each.init}
    made = {name: with_exchanged(part, old, new) for name, part in held.items()}
    changed = {name: part for name, part in made.items() if part is not held[name]}
    return evolve(value, **changed) if changed else value


def _attributes_with(value: Any, change: Callable[[Any], Any]) -> Any:
    held = {each.alias: getattr(value, each.name) for each in fields(type(value)) if each.init}
    new = {name: with_held(part, change) for name, part in held.items()}
    changed = {name: part for name, part in new.items() if part is not held[name]}
    return evolve(value, **changed) if changed else value


def _same_or(value: Any, new: Any, kind: Callable[[Any], Any]) -> Any:
    return value if new == value else kind(new)


def _held(value: Any) -> Iterator[Condition | Fact | Parameter]:
    """Yield the conditions, facts and parameters of a value, from the outside in."""
    if isinstance(value, Condition | Fact | Parameter):
        yield value
    elif isinstance(value, Mapping):
        yield from _held(tuple(value.values()))
    elif isinstance(value, tuple):
        for part in value:
            yield from _held(part)
    elif has(type(value)):
        yield from _held(tuple(getattr(value, each.name) for each in fields(type(value))))


def _facts(value: Condition | Fact | Parameter) -> tuple[Fact, ...]:
    if isinstance(value, Condition):
        return facts_in(value)
    return (value,) if isinstance(value, Fact) else ()


def _parameters(value: Condition | Fact | Parameter) -> tuple[Parameter, ...]:
    if isinstance(value, Condition):
        return parameters_in(value)
    return (value,) if isinstance(value, Parameter) else ()
