"""Whether a fact makes a difference."""

from __future__ import annotations

from crmrules.regions import Answer, Box, Budget, Rows, answer_or_pivot, around, meet

__all__ = ["differ_along"]


def differ_along(rows: Rows, axis: int, one: int, other: int, budget: Budget) -> bool:
    """Say whether some records that differ along one axis alone are decided differently.

    Args:
        rows: The table.
        axis: Place of the axis.
        one: One class of it, as a bit.
        other: Another one.
        budget: How much work may be done.

    Raises:
        OutOfBudget: If the search takes more work than that.
    """

    def at(box: Box, value: int) -> Box:
        return (*box[:axis], value, *box[axis + 1 :])

    waiting = [at(rows.space.whole, one)]
    while waiting:
        box = waiting.pop()
        budget.spend()
        here, there = answer_or_pivot(rows, at(box, one)), answer_or_pivot(rows, at(box, other))
        if isinstance(here, Answer) and isinstance(there, Answer):
            if not here.same(there):
                return True
            continue
        pivot = at(here if not isinstance(here, Answer) else there, one)  # type: ignore[arg-type]
        inner = meet(box, pivot)
        waiting.extend((*around(box, pivot), *([inner] if inner else [])))
    return False
