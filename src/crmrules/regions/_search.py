"""The search for records that some boxes hold and others do not: exact, within a budget, or not answered at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from attrs import define, field

from crmrules.regions._space import Box, Space, meet

__all__ = ["BUDGET", "Budget", "Covers", "OutOfBudget", "around", "lowest", "met", "places"]

BUDGET = 60_000
"""So many boxes are looked at before a question is left open."""

_TRIES = 24


class OutOfBudget(Exception):
    """A question took more work than it was given."""


@define
class Budget:
    """How much work may still be done.

    Args:
        left: How many boxes may still be looked at.
    """

    left: int = BUDGET

    def spend(self) -> None:
        """Take one box from the budget.

        Raises:
            OutOfBudget: If none is left.
        """
        if self.left <= 0:
            raise OutOfBudget
        self.left -= 1


@define
class Covers:
    """Boxes of one space with an index of which of them touch, and which wholly cover, another box.

    Sets of boxes are bit sets over their numbers.

    Args:
        space: The space.
        boxes: The boxes.
    """

    space: Space
    boxes: list[Box]
    _having: list[list[int]] = field(init=False)
    _touch: list[dict[int, int]] = field(init=False)
    _cover: list[dict[int, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._having = [[0] * len(classes) for classes in self.space.classes]
        for number, box in enumerate(self.boxes):
            bit = 1 << number
            for having, mask in zip(self._having, box, strict=True):
                for place in places(mask):
                    having[place] |= bit
        self._touch = [{} for _ in self._having]
        self._cover = [{} for _ in self._having]

    @property
    def all(self) -> int:
        """All boxes."""
        return (1 << len(self.boxes)) - 1

    def touching(self, box: Box, among: int) -> int:
        """Return those of some boxes that have a record in common with a box."""
        for known, having, mask in zip(self._touch, self._having, box, strict=True):
            found = known.get(mask)
            if found is None:
                found = 0
                for place in places(mask):
                    found |= having[place]
                known[mask] = found
            among &= found
        return among

    def covering(self, box: Box, among: int) -> int:
        """Return those of some boxes that hold all records of a box."""
        for known, having, mask in zip(self._cover, self._having, box, strict=True):
            found = known.get(mask)
            if found is None:
                found = self.all
                for place in places(mask):
                    found &= having[place]
                known[mask] = found
            among &= found
        return among

    def outside(
        self, starts: Iterable[Box], among: int, budget: Budget, used: list[int] | None = None
    ) -> Iterator[Box]:
        """Yield disjoint boxes within some starts that none of some boxes touches.

        Args:
            starts: Where to look; they may overlap, then so may what is found.
            among: The boxes to keep clear of.
            budget: How much work may be done.
            used: Takes the numbers of boxes that were needed to cover the rest.

        Raises:
            OutOfBudget: If the search takes more work than that.
        """
        waiting = list(starts)
        while waiting:
            box = waiting.pop()
            budget.spend()
            near = self.touching(box, among)
            if not near:
                yield box
                continue
            over = self.covering(box, near)
            number = lowest(over) if over else self._pivot(box, near)
            if used is not None:
                used.append(number)
            if not over:
                waiting.extend(around(box, self.boxes[number]))

    def some_outside(self, starts: list[Box], among: int, budget: Budget, used: list[int] | None = None) -> Box | None:
        """Return a box within some starts that none of some boxes touches; first by trial, then by search."""
        for start in starts:
            found = self._tried(start, among)
            if found is not None:
                return found
        return next(self.outside(starts, among, budget, used), None)

    def _tried(self, start: Box, among: int) -> Box | None:
        draw = Random(0)
        for _ in range(_TRIES):
            point = tuple([1 << draw.choice(places(mask)) for mask in start])
            if not self.touching(point, among):
                return point
        return None

    def _pivot(self, box: Box, near: int) -> int:
        """Return the number of the box, of the first few that touch, that leaves the fewest ways around it."""
        best, fewest = -1, 1 << 30
        for _ in range(6):
            if not near:
                break
            number = lowest(near)
            near &= near - 1
            other = self.boxes[number]
            ways = sum([1 for mine, theirs in zip(box, other, strict=True) if mine & ~theirs])
            if ways < fewest:
                best, fewest = number, ways
        return best


def around(box: Box, pivot: Box) -> list[Box]:
    """Return what is left of a box outside another one, in disjoint boxes."""
    found = []
    for place, (mine, theirs) in enumerate(zip(box, pivot, strict=True)):
        rest = mine & ~theirs
        if rest:
            found.append((*box[:place], rest, *box[place + 1 :]))
            box = (*box[:place], mine & theirs, *box[place + 1 :])
    return found


def places(mask: int) -> list[int]:
    """Return the places of the bits that are set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def lowest(bits: int) -> int:
    """Return the place of the lowest bit that is set."""
    return (bits & -bits).bit_length() - 1


def met(starts: Iterable[Box], others: Iterable[Box]) -> list[Box]:
    """Return what two lists of boxes have in common."""
    right = list(others)
    return [each for one in starts for other in right if (each := meet(one, other)) is not None]
