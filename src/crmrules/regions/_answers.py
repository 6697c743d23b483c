"""What a table answers in whole boxes, and where two tables answer differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from attrs import frozen

from crmrules.errors import HitPolicyError
from crmrules.regions._rows import Rows
from crmrules.regions._search import Budget, around, lowest, met
from crmrules.regions._space import Box
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
    gate = YES if rows.for_everybody else _truth(rows, rows.gate, *_around(rows, box, rows.gate[0] | rows.gate[1]))
    if not isinstance(gate, _Truth):
        return gate
    if gate is not YES:
        return _NOTHING if gate is NO else _OPEN
    return _walked(rows, box, stop=rows.table.hit in ("first", "priority"))


class _Truth:
    """Whether a condition holds all over a box."""


YES, NO, OPEN = _Truth(), _Truth(), _Truth()


def _around(rows: Rows, box: Box, among: int) -> tuple[int, int]:
    """Return which of some boxes touch a box, and which of those cover it."""
    near = rows.covers.touching(box, among)
    return near, rows.covers.covering(box, near) if near else 0


def _truth(rows: Rows, of: tuple[int, int], near: int, over: int) -> _Truth | Box:
    """Return whether a condition holds all over a box, or one of its boxes that parts the box.

    Args:
        rows: The table.
        of: The boxes where the condition holds, and those where it may.
        near: The boxes that touch.
        over: The boxes that cover.
    """
    sure, maybe = of
    if over & sure:
        return YES
    if near & sure:
        return rows.covers.boxes[lowest(near & sure)]
    if not near & maybe:
        return NO
    return OPEN if over & maybe else rows.covers.boxes[lowest(near & maybe)]


def _walked(rows: Rows, box: Box, *, stop: bool) -> Answer | Box:
    """Return the answer of the rows, in the order in which they win; with ``stop`` the first one that holds decides."""
    near, over = _around(rows, box, rows.everybody)
    fired: list[int] = []
    possible: list[int] = []
    while near and not (stop and fired):
        row = rows.owners[lowest(near)]
        of = rows.sure[row], rows.maybe[row]
        truth = _truth(rows, of, near, over)
        if not isinstance(truth, _Truth):
            return truth
        (fired if truth is YES else possible).append(row)
        near &= ~(of[0] | of[1])
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
        if not isinstance(old, Answer):
            waiting.extend(_parted(box, old))
        elif not isinstance(new, Answer):
            waiting.extend(_parted(box, new))
        elif not old.same(new):
            yield box, old, new


def _parted(box: Box, pivot: Box) -> Iterator[Box]:
    """Yield what lies around another box, then what lies inside it."""
    yield from around(box, pivot)
    yield from met([box], [pivot])
