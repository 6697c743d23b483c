"""What a table answers in whole boxes, and where two tables answer differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from attrs import frozen

from crmrules.errors import HitPolicyError
from crmrules.regions._rows import Rows
from crmrules.regions._search import Budget, around, lowest
from crmrules.regions._space import Box, meet
from crmrules.tables import NO_OUTCOME, settle

__all__ = ["Answer", "Asked", "answer_or_pivot", "differences"]


@frozen
class Answer:
    """What a table answers about records.

    Args:
        how: ``value``; ``undecided`` for unknown facts; ``none`` where no row fires and there is no ``otherwise``;
            ``clash`` where rows fire that the hit policy promises not to; ``outside`` where it does not apply.
        value: The outcome; ``None`` unless ``how`` is ``value``.
        rows: Positions of the rows that gave it.
    """

    how: Literal["value", "undecided", "none", "clash", "outside"]
    value: Any = None
    rows: tuple[int, ...] = ()

    def same(self, other: Answer) -> bool:
        """Say whether two answers are the same, whichever rows gave them."""
        if "outside" in (self.how, other.how):
            return self.gives_nothing and other.gives_nothing
        return self.how == other.how and bool(self.value == other.value) and type(self.value) is type(other.value)

    @property
    def gives_nothing(self) -> bool:
        """Whether the outcome is nothing: no policy applies, or the one that does says so."""
        return self.how == "outside" or (self.how == "value" and self.value is None)


_NOTHING = Answer("outside")
_OPEN = Answer("undecided")


def answer_or_pivot(rows: Rows, box: Box) -> Answer | Box:
    """Return the one answer of a table in a box, or a box of one of its rows that parts it."""
    gate = _truth(rows, box, *rows.gate)
    if not isinstance(gate, _Truth):
        return gate
    if gate is not YES:
        return _NOTHING if gate is NO else _OPEN
    if rows.table.hit in ("first", "priority"):
        return _first(rows, box)
    return _all(rows, box)


class _Truth:
    """Whether a condition holds all over a box."""


YES, NO, OPEN = _Truth(), _Truth(), _Truth()


def _truth(rows: Rows, box: Box, sure: int, maybe: int) -> _Truth | Box:
    near = rows.covers.touching(box, sure | maybe)
    if not near:
        return NO
    if rows.covers.covering(box, near & sure):
        return YES
    if near & sure:
        return rows.covers.boxes[lowest(near & sure)]
    return OPEN if rows.covers.covering(box, near) else rows.covers.boxes[lowest(near)]


def _first(rows: Rows, box: Box) -> Answer | Box:
    """Return the answer where the first row that holds, in the order of winning, decides."""
    near = rows.covers.touching(box, rows.everybody)
    possible: list[int] = []
    while near:
        row = rows.owners[lowest(near)]
        truth = _truth(rows, box, rows.sure[row], rows.maybe[row])
        if not isinstance(truth, _Truth):
            return truth
        if truth is YES:
            return _settled(rows, (row,), tuple(sorted(possible)))
        possible.append(row)
        near &= ~(rows.sure[row] | rows.maybe[row])
    return _settled(rows, (), tuple(sorted(possible)))


def _all(rows: Rows, box: Box) -> Answer | Box:
    """Return the answer where all rows that hold matter."""
    near = rows.covers.touching(box, rows.everybody)
    fired: list[int] = []
    possible: list[int] = []
    while near:
        row = rows.owners[lowest(near)]
        truth = _truth(rows, box, rows.sure[row], rows.maybe[row])
        if not isinstance(truth, _Truth):
            return truth
        (fired if truth is YES else possible).append(row)
        near &= ~(rows.sure[row] | rows.maybe[row])
    return _settled(rows, tuple(sorted(fired)), tuple(sorted(possible)))


def _settled(rows: Rows, fired: tuple[int, ...], possible: tuple[int, ...]) -> Answer:
    table = rows.table
    try:
        settled = settle(table, fired, possible)
    except HitPolicyError:
        return Answer("clash", None, fired)
    if settled.open:
        return Answer("value", table.if_unknown.outcome) if table.if_unknown else _OPEN
    if settled.value is NO_OUTCOME:
        return Answer("none")
    return Answer("value", settled.value, settled.rows)


Asked = Callable[[Box], "Answer | Box"]
"""What answers for a whole box, or gives a box that parts it."""


def differences(
    before: Asked, after: Asked, starts: Iterable[Box], budget: Budget
) -> Iterator[tuple[Box, Answer, Answer]]:
    """Yield boxes within some starts in which two sets of rules over one space answer differently.

    Args:
        before: Answers by one set of rules.
        after: Answers by the other.
        starts: Where to look.
        budget: How much work may be done.

    Raises:
        OutOfBudget: If the search takes more work than that.
    """
    waiting = list(starts)
    while waiting:
        box = waiting.pop()
        budget.spend()
        old, new = before(box), after(box)
        pivot = old if not isinstance(old, Answer) else new
        if isinstance(old, Answer) and isinstance(new, Answer):
            if not old.same(new):
                yield box, old, new
        elif not isinstance(pivot, Answer):
            inner = meet(box, pivot)
            waiting.extend((*around(box, pivot), *([inner] if inner else [])))
