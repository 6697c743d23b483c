"""Spaces: all records that some conditions can tell apart, as boxes along the axes of their facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import frozen

from crmrules.conditions import NO_STAND_IN, AllOf, AnyOf, Condition, Fact, Not, atoms, evaluate, facts_in, normal
from crmrules.facts import UNKNOWN, bases
from crmrules.regions._axes import Axis, NotAnalysable, axis_of

__all__ = ["AS_OF", "Box", "Space", "as_given", "meet", "space_of"]

AS_OF = date(2026, 1, 1)
"""The day to which dates are counted unless another is given. Which day it is matters only where a condition asks
for a date and for the time since it."""

MOST_BOXES = 4_096

Box = tuple[int, ...]
"""Records as a product: for each axis the classes they may lie in, as a bit set."""


@frozen(slots=False, eq=False)
class Space:
    """All records that some conditions can tell apart.

    Args:
        axes: The axes.
        classes: For each axis its classes, each with the places of the cells in it: no question tells them apart.
        masks: For each question the axis it lies on, the classes where it is answered yes, and those where it is
            not answered no.
    """

    axes: tuple[Axis, ...]
    classes: tuple[tuple[tuple[int, ...], ...], ...]
    masks: dict[Any, tuple[int, int, int]]

    @cached_property
    def whole(self) -> Box:
        """All records."""
        return tuple((1 << len(each)) - 1 for each in self.classes)

    @cached_property
    def certain(self) -> bool:
        """Whether no question can be left unanswered."""
        return all(yes == maybe for _, yes, maybe in self.masks.values())

    def boxes(self, condition: Condition, *, maybe: bool = False) -> list[Box]:
        """Return where a condition holds, as boxes that may overlap.

        Args:
            condition: Any condition over the space's facts.
            maybe: Whether to take in where its answer is unknown.

        Raises:
            NotAnalysable: If there would be too many boxes.
        """
        return self._boxes(normal(condition), maybe)

    def _boxes(self, asked: Condition, maybe: bool) -> list[Box]:
        if isinstance(asked, AllOf):
            return self._together(asked.parts, maybe)
        if isinstance(asked, AnyOf):
            return _joined(box for part in asked.parts for box in self._boxes(part, maybe))
        return self._single(asked, maybe)

    def _together(self, parts: Sequence[Condition], maybe: bool) -> list[Box]:
        found = [self.whole]
        for part in sorted(parts, key=lambda each: isinstance(each, AnyOf)):
            met = (meet(one, other) for other in self._boxes(part, maybe) for one in found)
            found = _joined(each for each in met if each is not None)
        return found

    def _single(self, asked: Any, maybe: bool) -> list[Box]:
        place, yes, not_no = self.masks[asked.part if isinstance(asked, Not) else asked]
        whole = self.whole
        if isinstance(asked, Not):
            yes, not_no = whole[place] & ~not_no, whole[place] & ~yes
        mask = not_no if maybe else yes
        return [(*whole[:place], mask, *whole[place + 1 :])] if mask else []

    def point(self, values: Mapping[str, Any]) -> Box:
        """Return the box of single classes that a record lies in, for canonical values by fact; ``None`` is unknown."""
        found = list(self.whole)
        for atom, (place, yes, maybe) in self.masks.items():
            truth = evaluate(atom, values)
            found[place] &= yes if truth else ~maybe if truth is False else maybe & ~yes
        return tuple(found)

    def record(self, box: Box) -> dict[str, Any]:
        """Return a record in a box, facts known where they can be."""
        found: dict[str, Any] = {}
        for axis, classes, mask in zip(self.axes, self.classes, box, strict=True):
            cells = (
                axis.cells[place] for number, places in enumerate(classes) if mask >> number & 1 for place in places
            )
            best = min(cells, key=lambda cell: sum(value is None for value in cell.values))
            for fact, value in zip(axis.facts, best.values, strict=True):
                found[fact.name] = as_given(fact, value)
        return found


def as_given(fact: Fact, value: Any) -> Any:
    """Return a canonical value as a record states it: ``None`` may stand for something else than unknown."""
    return UNKNOWN if value is None and fact.none is not NO_STAND_IN else value


def meet(one: Box, other: Box) -> Box | None:
    """Return what two boxes have in common, if anything."""
    common = tuple([mine & theirs for mine, theirs in zip(one, other, strict=True)])
    return common if all(common) else None


def _joined(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes once each, and those joined that differ along one axis alone."""
    found: list[Box] = []
    for box in boxes:
        found = _with(found, box)
        if len(found) > MOST_BOXES:
            raise NotAnalysable(f"a condition of more than {MOST_BOXES:,} alternatives")
    return found


def _with(found: list[Box], box: Box) -> list[Box]:
    for place, other in enumerate(found):
        apart = [axis for axis, (mine, theirs) in enumerate(zip(box, other, strict=True)) if mine != theirs]
        if len(apart) <= 1:
            rest = found[:place] + found[place + 1 :]
            both = tuple([mine | theirs for mine, theirs in zip(box, other, strict=True)])
            return _with(rest, both) if apart else found
    return [*found, box]


def space_of(conditions: Iterable[Condition], as_of: date | None = None) -> Space:
    """Return the space of all records that some conditions can tell apart.

    Args:
        conditions: The conditions.
        as_of: The day to which dates are counted.

    Raises:
        NotAnalysable: If a condition asks what the region algebra does not cover.
    """
    asked = tuple(dict.fromkeys(atom for each in conditions for atom in atoms(normal(each))))
    groups = _groups(asked)
    axes, classes, masks = [], [], {}
    for place, facts in enumerate(groups):
        mine = tuple(atom for atom in asked if bases(facts_in(atom))[0] in facts)
        axis = axis_of(facts, mine, as_of or AS_OF)
        parts = {atom: axis.truths(atom) for atom in mine}
        alike = _classes(len(axis.cells), tuple(dict.fromkeys(mask for pair in parts.values() for mask in pair)))
        axes.append(axis)
        classes.append(alike)
        for atom, (yes, maybe) in parts.items():
            masks[atom] = (place, _over(alike, yes), _over(alike, maybe))
    return Space(tuple(axes), tuple(classes), masks)


def _groups(asked: Iterable[Any]) -> list[tuple[Fact, ...]]:
    """Return the facts that records bring, those together that are compared with one another."""
    groups: list[list[Fact]] = []
    for atom in asked:
        mine = list(bases(facts_in(atom)))
        touched = [group for group in groups if any(fact in group for fact in mine)]
        merged = list(dict.fromkeys(fact for group in (*touched, mine) for fact in group))
        first = groups.index(touched[0]) if touched else len(groups)
        rest = [group for group in groups if group not in touched]
        groups = [*rest[:first], merged, *rest[first:]]
    return [tuple(group) for group in groups]


def _classes(count: int, masks: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the cells in groups that no mask tells apart."""
    alike: dict[tuple[bool, ...], list[int]] = {}
    for place in range(count):
        alike.setdefault(tuple([bool(mask >> place & 1) for mask in masks]), []).append(place)
    return tuple(tuple(places) for places in alike.values())


def _over(classes: tuple[tuple[int, ...], ...], mask: int) -> int:
    found = 0
    for number, places in enumerate(classes):
        found |= (mask >> places[0] & 1) << number
    return found
