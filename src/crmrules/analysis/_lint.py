"""Slips inside one condition: bounds that contradict one another, and an 'or' between bounds that lets all through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crmrules.conditions import AllOf, AnyOf, Compare, Condition, Fact, OneOf, atoms, bare, normal
from crmrules.facts import bases
from crmrules.regions import Space

__all__ = ["beyond", "contradictions", "loose_parts"]

DOMAIN = "look at the bounds and choices of the fact"
OVERNIGHT = "a window that passes midnight needs 'or' between its two bounds"


def loose_parts(condition: Condition, space: Space) -> Iterator[tuple[Condition, Fact]]:
    """Yield the alternatives about one fact that together let every known value through, though none does alone."""
    for part in _inner(normal(condition), AnyOf):
        facts = {fact for atom in atoms(part) for fact in bases([bare(atom).fact])}
        if len(facts) != 1 or any(isinstance(getattr(atom, "value", None), Fact) for atom in atoms(part)):
            continue
        fact = next(iter(facts))
        place = next(number for number, axis in enumerate(space.axes) if fact in axis.facts)
        if len(space.axes[place].facts) == 1 and _lets_all_through(part, place, space):
            yield part, bare(next(iter(atoms(part)))).fact


def _lets_all_through(part: Any, place: int, space: Space) -> bool:
    known = _known(space, place)
    if any(_mask(each, place, space) & known == known for each in part.parts):
        return False
    return _mask(part, place, space) & known == known


def _known(space: Space, place: int) -> int:
    axis, found = space.axes[place], 0
    for number, cells in enumerate(space.classes[place]):
        found |= (axis.cells[cells[0]].values[0] is not None) << number
    return found


def _mask(condition: Condition, place: int, space: Space) -> int:
    found = 0
    for box in space.boxes(condition):
        found |= box[place]
    return found


def beyond(condition: Condition) -> Iterator[tuple[Condition, Fact]]:
    """Yield the questions that name a value beyond the bounds of their fact."""
    for atom in atoms(condition):
        asked: Any = atom
        named = asked.bound if isinstance(asked, OneOf) else (asked.bound,) if isinstance(asked, Compare) else ()
        for value in named:
            if not isinstance(value, Fact) and _is_beyond(asked.fact, value):
                yield atom, asked.fact


def _is_beyond(fact: Fact, value: Any) -> bool:
    low, high = fact.minimum, fact.maximum
    return bool((low is not None and value < low) or (high is not None and value > high))


def contradictions(condition: Condition, space: Space) -> Iterator[tuple[str, str]]:
    """Yield the parts of a condition that nothing fits, each with what to do: first single questions, then pairs."""
    for part in (normal(condition), *_inner(normal(condition), AllOf)):
        asked = part.parts if isinstance(part, AllOf) else (part,)
        for each in asked:
            if not isinstance(each, AllOf | AnyOf) and not space.boxes(each):
                yield str(each), DOMAIN
        for first, each in enumerate(asked):
            for other in asked[first + 1 :]:
                if _about_one_fact(each, other) and not space.boxes(AllOf((each, other))):
                    yield str(AllOf((each, other))), _hint(each, other)


def _about_one_fact(one: Any, other: Any) -> bool:
    simple = not any(isinstance(each, AllOf | AnyOf) for each in (one, other))
    return simple and bool(bare(one).fact == bare(other).fact)


def _hint(one: Any, other: Any) -> str:
    if not (isinstance(one, Compare) and isinstance(other, Compare)):
        return ""
    signs = {one.operator[0], other.operator[0]}
    return OVERNIGHT if signs == {"<", ">"} else ""


def _inner(condition: Condition, kind: type) -> Iterator[Any]:
    """Yield the joined parts of a kind, from outside inwards."""
    if isinstance(condition, kind):
        yield condition
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _inner(part, kind)
