"""Axes: the values of a fact, or of facts that are compared with one another, parted where answers can change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from attrs import field, frozen

from crmrules.conditions import (
    NO_STAND_IN,
    ORDERED,
    Compare,
    Fact,
    Has,
    OneOf,
    evaluate,
    facts_in,
)
from crmrules.facts import counted
from crmrules.regions._stretch import along, inside, limits

__all__ = [
    "OTHER",
    "Axis",
    "Cell",
    "NotAnalysable",
    "axis_of",
    "cuts_of",
    "limit_of",
    "may_be_unknown",
    "named_value",
    "options_of",
]

MOST_LABELS = 10


class NotAnalysable(Exception):
    """A condition asks something that the region algebra does not cover, or too much of it."""


class _Other:
    """Any text that no condition names."""

    def __repr__(self) -> str:
        return "OTHER"


OTHER = _Other()


@frozen(eq=False)
class Cell:
    """A part of an axis in which every answer is the same.

    Args:
        parts: For each fact of the axis what its values are here: a ``Stretch``, a single value, ``OTHER`` for a
            text that no condition names, ``None`` for unknown.
        values: A value of each fact, in canonical form.
        order: Where facts of one stretch are compared: the facts from the smallest group to the largest.
    """

    parts: tuple[Any, ...]
    values: tuple[Any, ...]
    order: tuple[tuple[int, ...], ...] = ()


@frozen(slots=False, eq=False)
class Axis:
    """The values of one fact, or of several facts that are compared with one another.

    Args:
        facts: The facts, as records bring them.
        counts: The facts that count from them.
        as_of: The day to which they count.
        cells: The parts of the axis.
        places: For a single ordered fact: how many cells lie below a cut, and whether the cut is a cell.
        only_counts: Whether nothing but the time since a date is asked of dates that facts count from.
    """

    facts: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    as_of: date
    cells: tuple[Cell, ...]
    places: Mapping[Any, tuple[int, bool]] = field(factory=dict)
    only_counts: bool = False

    def values(self, cell: Cell) -> dict[str, Any]:
        """Return the values of a cell by fact, those that count from dates too."""
        values = {fact.name: value for fact, value in zip(self.facts, cell.values, strict=True)}
        for fact in self.counts:
            values[fact.name] = counted(fact, values[fact.since.fact.name], self.as_of)  # type: ignore[union-attr]
        return values

    def truths(self, atom: Any) -> tuple[int, int]:
        """Return the cells in which a question is answered yes, and those in which it is not answered no."""
        quick = self._compared(atom) if self.places and type(atom) is Compare else None
        return quick or self._evaluated(atom)

    def _compared(self, atom: Compare) -> tuple[int, int] | None:
        if isinstance(atom.value, Fact) or atom.fact != self.facts[0]:
            return None
        below, at = self.places[atom.bound]
        known = len(self.cells) - (self.cells[-1].parts[0] is None)
        lower, equal = (1 << below) - 1, int(at) << below
        higher = ((1 << known) - 1) & ~lower & ~equal
        yes = sum(part for sign, part in (("<", lower), ("=", equal), (">", higher)) if sign in _ADMITS[atom.operator])
        return yes, yes | ((1 << len(self.cells)) - (1 << known))

    def _evaluated(self, atom: Any) -> tuple[int, int]:
        yes = maybe = 0
        for place, cell in enumerate(self.cells):
            truth = evaluate(atom, self.values(cell))
            yes |= (truth is True) << place
            maybe |= (truth is not False) << place
        return yes, maybe


_ADMITS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def may_be_unknown(fact: Fact) -> bool:
    """Say whether a record can leave a fact unknown."""
    return fact.unknown


def axis_of(facts: tuple[Fact, ...], atoms: Iterable[Any], as_of: date) -> Axis:
    """Return the axis of a fact, or of facts that are compared with one another.

    Args:
        facts: The facts, as records bring them.
        atoms: All single questions that are asked about them.
        as_of: The day to which dates are counted.

    Raises:
        NotAnalysable: If there are too many parts, or a counted fact is compared with another fact.
    """
    asked = tuple(atoms)
    counts = tuple(dict.fromkeys(fact for atom in asked for fact in facts_in(atom) if fact.since))
    directly = {fact for atom in asked for fact in facts_in(atom)}
    only_counts = not any(fact.since.fact in directly for fact in counts)  # type: ignore[union-attr]
    if len(facts) == 1:
        cells, places = _single(facts[0], counts, asked, as_of)
        return Axis(facts, counts, as_of, cells, places, only_counts)
    from crmrules.regions._joint import joint_cells

    return Axis(facts, counts, as_of, tuple(joint_cells(facts, counts, asked, as_of)), {}, only_counts)


def _single(
    fact: Fact, counts: tuple[Fact, ...], atoms: tuple[Any, ...], as_of: date
) -> tuple[tuple[Cell, ...], Mapping[Any, tuple[int, bool]]]:
    places: Mapping[Any, tuple[int, bool]] = {}
    if fact.type in ORDERED:
        stretches, places = along(fact, cuts_of(atoms, as_of), limit_of(fact, counts, as_of))
        cells = [Cell((part,), (inside(fact, part)[0],)) for part in stretches]
    else:
        cells = [Cell((part,), (named_value(part, atoms),)) for part in options_of(fact, atoms)]
    if may_be_unknown(fact):
        cells.append(Cell((None,), (None,)))
    return tuple(cells), places


def limit_of(fact: Fact, counts: tuple[Fact, ...], as_of: date) -> tuple[Any, Any]:
    low, high = limits(fact)
    return (low, min(high, as_of)) if any(each.since.fact == fact for each in counts) else (low, high)  # type: ignore[union-attr]


def _literals(atom: Any) -> tuple[Any, ...]:
    if isinstance(atom, OneOf):
        return atom.bound
    return (atom.bound,) if isinstance(atom, Compare) and not isinstance(atom.value, Fact) else ()


def cuts_of(atoms: Iterable[Any], as_of: date) -> Iterator[Any]:
    """Yield the values at which the answer to some question can change."""
    for atom in atoms:
        for value in _literals(atom):
            if atom.fact.since:
                yield from _starts(atom.fact, int(value), as_of)
            else:
                yield value


def _starts(fact: Fact, number: int, as_of: date) -> Iterator[date]:
    """Yield the last dates from which at least so many years, months or days, and one more, have passed."""
    for least in (number, number + 1):
        last = _last_start(fact, least, as_of)
        if last is not None:
            yield last


def _last_start(fact: Fact, least: int, as_of: date) -> date | None:
    low, high = 1, as_of.toordinal()
    if least <= 0 or (counted(fact, date.min, as_of) or 0) < least:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        enough = (counted(fact, date.fromordinal(middle), as_of) or 0) >= least
        low, high = (middle, high) if enough else (low, middle - 1)
    return date.fromordinal(low)


def options_of(fact: Fact, atoms: tuple[Any, ...]) -> list[Any]:
    """Return the values of a fact without an order that questions tell apart."""
    if fact.type == "flag":
        return [True, False]
    if fact.type == "choice":
        stand_in = () if fact.none is NO_STAND_IN or fact.none in fact.choices else (fact.none,)
        return [*fact.choices, *stand_in]
    if fact.type == "labels":
        return _label_sets(atoms)
    return [*dict.fromkeys(value for atom in atoms for value in _literals(atom)), OTHER]


def _label_sets(atoms: tuple[Any, ...]) -> list[frozenset[str]]:
    asked = tuple(dict.fromkeys(atom.bound for atom in atoms if isinstance(atom, Has)))
    if len(asked) > MOST_LABELS:
        raise NotAnalysable(f"{len(asked)} labels of one fact")
    return [frozenset(each) for count in range(len(asked) + 1) for each in combinations(asked, count)]


def named_value(part: Any, atoms: tuple[Any, ...], number: int = 0) -> Any:
    """Return a value for a part of a fact without an order."""
    if part is not OTHER:
        return part
    taken = {value for atom in atoms for value in _literals(atom)}
    fresh = (f"other {each}" if each else "other" for each in range(len(taken) + number + 1))
    return [each for each in fresh if each not in taken][number]
