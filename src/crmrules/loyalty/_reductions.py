"""What a promotion takes off: a share, an amount, an amount by step, an amount for each item, the shipping."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number, exact
from crmrules.loyalty._amounts import EXACTLY, positive
from crmrules.loyalty._discounts import Discount

__all__ = ["AmountOff", "AmountOffBySteps", "FreeShipping", "PerItemOff", "Reduction"]


def _taken(amount: Any) -> Number:
    return positive("AmountOff.amount", amount)


def _not_negative(where: str, amount: Any) -> Number:
    number = exact(amount, where)
    must(number >= 0, where, "be zero or more", amount)
    return number


def _steps(steps: Iterable[Any]) -> tuple[tuple[Number, Number], ...]:
    where = "AmountOffBySteps.steps"
    found = tuple((_not_negative(where, least), _not_negative(where, off)) for least, off in steps)
    must(bool(found), where, "have a step", found)
    rising = all(before[0] < after[0] for before, after in pairwise(found))
    must(rising, where, "rise in the amount from which they hold", tuple(least for least, _ in found))
    return found


@final
@frozen
class AmountOff:
    """A fixed amount off.

    Args:
        amount: Above zero.
    """

    amount: Number = field(converter=_taken)

    def taken(self, amount: Decimal, items: int) -> Decimal:  # one shape for all reductions
        """Return what is taken off, before rounding and bounds."""
        return Decimal(self.amount)


@final
@frozen
class AmountOffBySteps:
    """A fixed amount off by the size of the order: 10 off from 0, 15 off from 100.

    Args:
        steps: Pairs of the amount from which the step holds (the bound belongs to it) and what is taken off.
    """

    steps: tuple[tuple[Number, Number], ...] = field(converter=_steps)

    def taken(self, amount: Decimal, items: int) -> Decimal:
        """Return what is taken off; below the first step nothing is."""
        reached = [off for least, off in self.steps if amount >= least]
        return Decimal(reached[-1]) if reached else Decimal(0)


def _first(amount: Any) -> Number:
    return _not_negative("PerItemOff.first", amount)


def _more(amount: Any) -> Number:
    return _not_negative("PerItemOff.more", amount)


@final
@frozen
class PerItemOff:
    """An amount off for the first item and another one for each further item.

    Args:
        first: What the first item brings.
        more: What each further item brings.
        most: How many items count at most; none for all.
    """

    first: Number = field(converter=_first)
    more: Number = field(converter=_more)
    most: int | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        good = self.most is None or (isinstance(self.most, int) and self.most > 0)
        must(good, "PerItemOff.most", "be a whole number above zero", self.most)

    def taken(self, amount: Decimal, items: int) -> Decimal:
        """Return what is taken off for so many items."""
        counted = items if self.most is None else min(items, self.most)
        if not counted:
            return Decimal(0)
        return EXACTLY.add(Decimal(self.first), EXACTLY.multiply(Decimal(self.more), Decimal(counted - 1)))


@final
@frozen
class FreeShipping:
    """The shipping off, and nothing of the goods."""


Reduction = Discount | AmountOff | AmountOffBySteps | PerItemOff | FreeShipping


def taken(reduction: Any, amount: Decimal, items: int) -> Decimal:
    """Return what a reduction of the goods takes off an amount of so many items, before rounding and bounds."""
    if isinstance(reduction, Discount):
        return EXACTLY.multiply(amount, Decimal(reduction.off))
    found: Decimal = reduction.taken(amount, items)
    return found
