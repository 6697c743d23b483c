"""Redemption: what points are worth, in which steps, and how much of an order they may pay."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number, exact
from crmrules.loyalty._held import number_field, numbered
from crmrules.loyalty._rounding import CENTS, Rounding
from crmrules.loyalty._settings import value_of

__all__ = ["Redeem", "Redeemed"]


@final
@frozen
class Redeemed:
    """How many points of a request are accepted, and for what.

    Args:
        points: Points that are taken.
        money: What they pay, in the programme's currency.
        to_pay: What is left of the order; None where no order was given.
        points_left: Points left in the account; None where no balance was given.
        because: What kept the points below the request, in order: ``balance``, ``share``, ``step``, ``minimum``.
    """

    points: Number
    money: Decimal
    to_pay: Number | None = None
    points_left: Number | None = None
    because: tuple[str, ...] = ()


def _worth(worth: Any) -> Any:
    return numbered("Redeem.worth", worth)


def _rounding(rounding: Any) -> Rounding:
    must(isinstance(rounding, Rounding), "Redeem.rounding", "be a Rounding", rounding)
    return rounding  # type: ignore[no-any-return]


@final
@frozen
class Redeem:
    """What points are worth when they are spent.

    "Every full 100 points pay 10" is ``Redeem(100, worth=10)``: a step is 100 points. Where 100 is only the least
    that may be spent, and each further point counts, it is ``Redeem(100, worth=10, step=1, minimum=100)``.

    Args:
        points: Points that are worth ``worth`` together.
        worth: Money for them; 0 where points buy gifts only.
        step: Points are taken in multiples of this; ``points`` by default.
        minimum: The least that may be taken at once; one step by default.
        maximum_share: The largest part of an order that points may pay, from 0 to 1.
        rounding: How the money is rounded, to the currency's minor unit half up by default.

    Raises:
        PolicyError: If a number is out of range.

    >>> Redeem(100, worth=10).quote(250).money, Redeem(100, worth=10, step=1, minimum=100).quote(250).money
    (Decimal('20.00'), Decimal('25.00'))
    """

    points: Any = number_field("Redeem.points", 0, above=True)
    worth: Any = field(kw_only=True, converter=_worth)
    step: Any = number_field("Redeem.step", 0, above=True, default=None)
    minimum: Any = number_field("Redeem.minimum", 0, default=None)
    maximum_share: Any = number_field("Redeem.maximum_share", 0, default=None)
    rounding: Rounding = field(default=CENTS, kw_only=True, converter=_rounding)

    def __attrs_post_init__(self) -> None:
        share = value_of(self.maximum_share)
        must(share is None or share <= 1, "Redeem.maximum_share", "be at most 1", share)

    def worth_of(self, points: Number) -> Decimal:
        """Return what points are worth, without asking for steps."""
        money = self.rounding.quotient(Fraction(points) * Fraction(value_of(self.worth)), value_of(self.points))
        return Decimal(money).quantize(Decimal(self.rounding.step))

    def quote(self, requested: Number, *, balance: Number | None = None, order_total: Number | None = None) -> Redeemed:
        """Return what is accepted of a request; nothing is booked.

        Args:
            requested: Points that the customer would like to spend.
            balance: Points that there are; any number by default.
            order_total: Money that is to be paid; any amount by default.

        Raises:
            PolicyError: If a number is negative.
        """
        asked = _at_least_0("the points requested", requested)
        total = None if order_total is None else _at_least_0("the order's total", order_total)
        have = None if balance is None else exact(balance, "the balance")
        points, because = self._limited(asked, have, total)
        money = self.worth_of(points)
        left = None if have is None else have - points
        return Redeemed(points, money, None if total is None else total - money, left, because)

    def _limited(self, points: Number, balance: Number | None, total: Number | None) -> tuple[Number, tuple[str, ...]]:
        limits = {"balance": None if balance is None else max(balance, 0), "share": self._within(total)}
        because: list[str] = []
        for name, most in limits.items():
            if most is not None and most < points:
                points, because = most, [*because, name]
        if whole := points % self.step_of_points:
            points, because = points - whole, [*because, "step"]
        if 0 < points < (value_of(self.minimum) or 0):
            return 0, (*because, "minimum")
        return points, tuple(because)

    def _within(self, total: Number | None) -> Number | None:
        """Return the most points that an order takes: those worth no more than its share."""
        worth = value_of(self.worth)
        if total is None or not worth:
            return None
        share = 1 if self.maximum_share is None else value_of(self.maximum_share)
        most = Fraction(total) * Fraction(share) * Fraction(value_of(self.points))
        return Rounding(self.step_of_points, "down").quotient(most, worth)

    @property
    def step_of_points(self) -> Number:
        """The step in which points are taken."""
        return value_of(self.points if self.step is None else self.step)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return f"{value_of(self.points):,} points pay {value_of(self.worth):,}"


def _at_least_0(where: str, value: Any) -> Number:
    number = exact(value, where)
    must(number >= 0, where, "not be negative", number)
    return number
