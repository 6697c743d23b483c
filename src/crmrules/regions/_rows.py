"""Tables as boxes: where each row holds, where it decides, and where no row does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from crmrules.conditions import Condition, always
from crmrules.regions._search import Budget, Covers, met, places
from crmrules.regions._space import Box, Space, space_of
from crmrules.tables import NO_OUTCOME, Table

__all__ = ["GATE", "Rows", "rows_of"]

GATE = -1
"""The owner of the boxes of ``applies``."""


@frozen(slots=False, eq=False)
class Rows:
    """The rows of a table as boxes of one space.

    Args:
        table: The table.
        space: The space of all records that the rows and ``applies`` tell apart.
        covers: All boxes: of ``applies`` and each row where it holds, and where it may hold.
        sure: For each row its boxes where it holds, as a bit set.
        maybe: For each row its boxes where it holds or its answer is unknown, as a bit set.
        gate: The same two bit sets of ``applies``.
        owners: The row that each box belongs to.
    """

    table: Table
    space: Space
    covers: Covers
    sure: tuple[int, ...]
    maybe: tuple[int, ...]
    gate: tuple[int, int]
    owners: tuple[int, ...] = field(repr=False)

    @cached_property
    def starts(self) -> list[Box]:
        """Where the table applies."""
        return self._boxes(self.gate[0])

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Positions of the rows in the order in which they win."""
        return self.table.winning_order

    def where(self, row: int) -> list[Box]:
        """Return where a row holds, within where the table applies."""
        return met(self.starts, self._boxes(self.sure[row]))

    def answer(self, box: Box) -> Any:
        """Return the one answer of the table in a box, or a box that parts it."""
        from crmrules.regions._answers import answer_or_pivot

        return answer_or_pivot(self, box)

    def without(self, row: int) -> Rows:
        """Return the same table without one row."""

        def rest(sets: tuple[int, ...]) -> tuple[int, ...]:
            return (*sets[:row], 0, *sets[row + 1 :])

        return evolve(self, sure=rest(self.sure), maybe=rest(self.maybe))

    def _boxes(self, bits: int) -> list[Box]:
        return [self.covers.boxes[number] for number in places(bits)]

    # ------------------------------------------------------------------ who goes before whom

    def rivals(self, row: int) -> int:
        """Return the boxes that keep a row from deciding: of other rows that win there, or leave the answer open."""
        return self.union(tuple(self._rival(row, other) for other in self.before(row)))

    def _rival(self, row: int, other: int) -> int:
        """Return where a row that goes before another keeps it from deciding."""
        return self.maybe[other] if self._leaves_open(row, other) else self.sure[other]

    def _leaves_open(self, row: int, other: int) -> bool:
        """Say whether a row that may hold leaves open what another one, which holds, would give."""
        if self.table.hit == "priority":
            return self._ranks[other] < self._ranks[row]
        return self.table.hit == "first" and not self.agree(row, other)

    @cached_property
    def _ranks(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self.table.rank(row.outcome) for row in self.table.rows)

    @cached_property
    def _outcomes(self) -> tuple[int, ...]:
        known: dict[Any, int] = {}
        return tuple(known.setdefault(row.outcome, len(known)) for row in self.table.rows)

    def agree(self, row: int, other: int) -> bool:
        """Say whether two rows give the same outcome."""
        return self._outcomes[row] == self._outcomes[other]

    def before(self, row: int) -> tuple[int, ...]:
        """Return the rows that go before a row where both hold."""
        hit = self.table.hit
        if self.table.gathers:
            return ()
        if hit in ("unique", "any"):
            others = (other for other in range(len(self.table.rows)) if other != row)
            return tuple(each for each in others if hit == "unique" or not self.agree(row, each))
        return self.order[: self.order.index(row)]

    @cached_property
    def for_everybody(self) -> bool:
        """Whether the table applies to every record."""
        return self.space.whole in self.starts

    @cached_property
    def everybody(self) -> int:
        """The boxes of all rows, where they hold or may."""
        return self.union((*self.sure, *self.maybe))

    @staticmethod
    def union(sets: tuple[int, ...]) -> int:
        """Return several sets of boxes as one."""
        found = 0
        for bits in sets:
            found |= bits
        return found

    # ------------------------------------------------------------------ questions

    def winning(self, row: int, budget: Budget, used: list[int] | None = None) -> Box | None:
        """Return a box in which a row decides, if there is one; ``used`` takes the rows that cover it otherwise."""
        numbers: list[int] = []
        found = self.covers.some_outside(self.where(row), self.rivals(row), budget, numbers)
        if used is not None and found is None:
            used.extend(dict.fromkeys(self.owners[number] for number in numbers))
        return found

    def gaps(self, budget: Budget) -> Iterator[Box]:
        """Yield disjoint boxes in which no row holds or may hold, and there is no ``otherwise``."""
        if self.table.otherwise is NO_OUTCOME and not self.table.gathers:
            yield from self.silent(budget)

    def silent(self, budget: Budget) -> Iterator[Box]:
        """Yield disjoint boxes, within where the table applies, in which no row holds or may hold."""
        taken: list[Box] = []
        for start in self.starts:
            beside = Covers(self.space, taken)
            for box in self.covers.outside([start], self.everybody, budget):
                yield from beside.outside([box], beside.all, budget)
            taken.append(start)

    def resting(self, budget: Budget) -> Box | None:
        """Return a box in which ``otherwise`` decides, if there is one."""
        rest = self.table.otherwise
        rows = enumerate(self.table.rows)
        same = not self.table.gathers
        rivals = tuple(self.sure[row] if same and each.outcome == rest else self.maybe[row] for row, each in rows)
        return self.covers.some_outside(self.starts, self.union(rivals), budget)

    def overlaps(self) -> Iterator[tuple[int, int, list[Box]]]:
        """Yield each pair of rows that can hold together, with where they do."""
        every = self.union(self.sure)
        for row in range(len(self.table.rows)):
            mine = self.where(row)
            near = 0
            for box in mine:
                near |= self.covers.touching(box, every)
            for other in sorted({self.owners[number] for number in places(near)}):
                if other > row:
                    yield row, other, met(mine, self._boxes(self.sure[other]))

    def covered_by(self, row: int, others: tuple[int, ...], budget: Budget) -> bool:
        """Say whether some rows together take every record of a row."""
        rivals = self.union(tuple(self._rival(row, other) for other in others))
        return self.covers.some_outside(self.where(row), rivals, budget) is None


def rows_of(
    table: Table, applies: Condition = always, *, space: Space | None = None, as_of: date | None = None
) -> Rows:
    """Return the rows of a table as boxes.

    Args:
        table: The table.
        applies: For whom it is meant.
        space: The space to use; one of the table's own conditions by default.
        as_of: The day to which dates are counted.

    Raises:
        NotAnalysable: If a condition asks what the region algebra does not cover.
    """
    if space is None:
        space = space_of((applies, *(row.when for row in table.rows)), as_of)
    kept = _Kept(space)
    gate = kept.taken(applies, GATE)
    by_row = {row: kept.taken(table.rows[row].when, row) for row in table.winning_order}
    pairs = [by_row[row] for row in range(len(table.rows))]
    sure, maybe = (tuple(pair[side] for pair in pairs) for side in (0, 1))
    return Rows(table, space, Covers(space, kept.boxes), sure, maybe, gate, tuple(kept.owners))


class _Kept:
    """Boxes in the making, rows that win earlier first."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.boxes: list[Box] = []
        self.owners: list[int] = []

    def taken(self, when: Condition, row: int) -> tuple[int, int]:
        """Keep the boxes of a condition; return those where it holds, and where it holds or is unknown."""
        holds = self._space.boxes(when)
        sure = self._added(holds, row)
        may = holds if self._space.certain else self._space.boxes(when, maybe=True)
        return sure, sure if may == holds else self._added(may, row)

    def _added(self, found: list[Box], row: int) -> int:
        first = len(self.boxes)
        self.boxes.extend(found)
        self.owners.extend([row] * len(found))
        return (1 << len(self.boxes)) - (1 << first)
