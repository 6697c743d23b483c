"""Facts that are compared with one another: one axis of where each lies, and in which order where they lie together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import chain, combinations, product
from typing import Any

from crmrules.conditions import ORDERED, Fact, facts_in
from crmrules.regions._axes import (
    OTHER,
    Cell,
    NotAnalysable,
    cuts_of,
    limit_of,
    may_be_unknown,
    named_value,
    options_of,
)
from crmrules.regions._stretch import Stretch, along, inside, room

__all__ = ["joint_cells"]

MOST_CELLS = 20_000

Order = tuple[tuple[int, ...], ...]
"""Facts by their place, in groups of equal ones, from the smallest group to the largest."""


def joint_cells(
    facts: tuple[Fact, ...], counts: tuple[Fact, ...], atoms: tuple[Any, ...], as_of: date
) -> Iterator[Cell]:
    """Yield the parts of several facts that are compared with one another.

    Raises:
        NotAnalysable: If there are too many, or a counted fact is compared with another fact.
    """
    for atom in atoms:
        if any(fact.since for fact in facts_in(atom)) and isinstance(getattr(atom, "value", None), Fact):
            raise NotAnalysable(f"{atom.fact.name} counts from a date and is compared with another fact")
    joint = _Joint(facts, counts, atoms, as_of)
    for number, cell in enumerate(joint.cells()):
        if number == MOST_CELLS:
            raise NotAnalysable(f"more than {MOST_CELLS:,} parts of {', '.join(fact.name for fact in facts)}")
        yield cell


class _Joint:
    """The axis in the making."""

    def __init__(self, facts: tuple[Fact, ...], counts: tuple[Fact, ...], atoms: tuple[Any, ...], as_of: date) -> None:
        self._facts, self._atoms = facts, atoms
        limits = [limit_of(fact, counts, as_of) for fact in facts if fact.type in ORDERED]
        bounds = (bound for pair in limits for bound in pair if bound is not None)
        self._cuts = sorted({*cuts_of(atoms, as_of), *bounds}) if limits else []
        self._sides = [self._side(fact, limit_of(fact, counts, as_of)) for fact in facts]

    def _side(self, fact: Fact, limit: tuple[Any, Any]) -> list[Any]:
        ordered = fact.type in ORDERED
        known = along(fact, self._cuts, limit)[0] if ordered else options_of(fact, self._atoms)
        return [*known, *([None] if may_be_unknown(fact) else [])]

    def cells(self) -> Iterator[Cell]:
        """Yield a cell for each way in which the facts can lie, and each order they can then have."""
        for parts in product(*self._sides):
            groups: dict[Any, list[int]] = {}
            for place, part in enumerate(parts):
                groups.setdefault(self._gap(place, part), []).append(place)
            for chosen in product(*(list(self._ways(parts, tuple(group))) for group in groups.values())):
                values = dict(chain.from_iterable(found.items() for found, _ in chosen))
                order = tuple(chain.from_iterable(order for _, order in chosen))
                yield Cell(parts, tuple(values[place] for place in range(len(parts))), order)

    def _gap(self, place: int, part: Any) -> Any:
        """Return where a fact lies, the same for facts between the same cuts."""
        if part is OTHER:
            return "other"
        if not isinstance(part, Stretch):
            return (place,)
        value = inside(self._facts[place], part)[0]
        gap = bisect_left(self._cuts, value)
        return (place,) if self._cuts[gap : gap + 1] == [value] else gap

    def _ways(self, parts: tuple[Any, ...], group: tuple[int, ...]) -> Iterator[tuple[dict[int, Any], Order]]:
        """Yield values for the facts of one part, in every order they can have."""
        if len(group) == 1:
            yield {group[0]: self._alone(group[0], parts[group[0]])}, ()
            return
        for order in _weak_orders(group):
            if parts[group[0]] is OTHER:
                texts = enumerate(order)
                yield {each: named_value(OTHER, self._atoms, number) for number, tied in texts for each in tied}, order
            else:
                yield from ((found, order) for found in self._placed(parts, order))

    def _alone(self, place: int, part: Any) -> Any:
        if isinstance(part, Stretch):
            return inside(self._facts[place], part)[0]
        return named_value(part, self._atoms)

    def _placed(self, parts: tuple[Any, ...], order: Order) -> Iterator[dict[int, Any]]:
        """Yield ascending values for groups of equal facts within one gap, if it has room for them."""
        whole = [self._whole(tied) for tied in order]
        counting = next((self._facts[each] for each in whole if each is not None), None)
        steps: list[Any] = []
        if counting is not None:
            within = parts[next(each for each in whole if each is not None)]
            needed = sum(each is not None for each in whole)
            have = room(counting, within)
            if have is not None and have < needed:
                return
            steps = list(inside(counting, within, needed))
        yield dict(self._ascending(parts, order, whole, steps))

    def _whole(self, tied: tuple[int, ...]) -> int | None:
        """Return one of the tied facts that can only have separate values, such as whole numbers."""
        return next((each for each in tied if self._facts[each].type in ("integer", "date", "instant")), None)

    def _ascending(
        self, parts: tuple[Any, ...], order: Order, whole: list[int | None], steps: list[Any]
    ) -> Iterator[tuple[int, Any]]:
        number, below = 0, None
        for place, tied in enumerate(order):
            if whole[place] is not None:
                value, number = steps[number], number + 1
            else:
                value = self._measured(parts[tied[0]], tied[0], below, steps[number : number + 1])
            below = value
            yield from ((each, value) for each in tied)

    def _measured(self, part: Stretch, place: int, below: Any, above: list[Any]) -> Any:
        """Return a value of a measure between what comes before it and what comes after it."""
        low, with_low = (part.low, part.with_low) if below is None else (below, False)
        high, with_high = (above[0], False) if above else (part.high, part.with_high)
        return inside(self._facts[place], Stretch(low, high, with_low, with_high))[0]


def _weak_orders(places: tuple[int, ...]) -> Iterator[Order]:
    """Yield every order of some facts, ties included."""
    if not places:
        yield ()
        return
    for count in range(1, len(places) + 1):
        for tied in combinations(places, count):
            rest = tuple(place for place in places if place not in tied)
            yield from ((tied, *later) for later in _weak_orders(rest))
