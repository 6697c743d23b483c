"""Orders with lines, discounts and payments, as the events that a programme earns on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import as_tuple, must
from crmrules._exact import Number, plain
from crmrules.events import Event
from crmrules.loyalty._held import number_field
from crmrules.loyalty._rounding import Rounding
from crmrules.loyalty._split import split

__all__ = ["Order", "OrderDiscount", "OrderItem"]

Discounts = Literal["spread", "apart"]


@final
@frozen
class OrderItem:
    """One line of an order.

    Args:
        item: What was bought.
        amount: Its price, tax included, before discounts.
        quantity: How many pieces.
        category: Its category; empty if none.
        tax: The tax in the amount.
    """

    item: str
    amount: Any = number_field("OrderItem.amount")
    quantity: Any = number_field("OrderItem.quantity", 0, above=True, default=1)
    category: str = field(default="", kw_only=True)
    tax: Any = number_field("OrderItem.tax", 0, default=0)


@final
@frozen
class OrderDiscount:
    """A discount on a whole order or on a category of it.

    Args:
        share: The part that is taken off, such as ``'0.1'`` for 10 percent off.
        category: The category whose lines it is for; empty for all lines.
    """

    share: Any = number_field("OrderDiscount.share")
    category: str = ""

    def __attrs_post_init__(self) -> None:
        must(self.share <= 1, "OrderDiscount.share", "be at most 1", self.share)


@final
@frozen
class Order:
    """An order as a shop has it; ``events`` makes a purchase of each line.

    Args:
        id: The order's number.
        items: Its lines.
        discounts: Discounts, each taken off the price before discounts.
        paid_with_points: The part paid with points.
        paid_with_gift_cards: The part paid with gift cards.
        unit: The smallest part of the currency.

    >>> order = Order("o-1", [OrderItem("tea", 100)], [OrderDiscount("0.1")])
    >>> order.total
    90
    """

    id: str
    items: tuple[OrderItem, ...] = field(converter=as_tuple)
    discounts: tuple[OrderDiscount, ...] = field(default=(), converter=as_tuple)
    paid_with_points: Any = number_field("Order.paid_with_points", 0, default=0)
    paid_with_gift_cards: Any = number_field("Order.paid_with_gift_cards", 0, default=0)
    unit: Number = field(default=Decimal("0.01"), kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(len(self.items) > 0, f"order {self.id!r}", "have lines", self.items)

    @property
    def total(self) -> Number:
        """What is to be paid in money: prices less discounts, points and gift cards."""
        prices = sum(item.amount for item in self.items) - sum(sum(shares) for shares in self._discounts("spread"))
        return plain(prices - self.paid_with_points - self.paid_with_gift_cards)

    def events(self, at: datetime, *, order_discounts: Discounts = "spread", **facts: Any) -> tuple[Event, ...]:
        """Return a purchase event for each line.

        Args:
            at: When it was bought.
            order_discounts: ``spread`` takes discounts on the whole order off its lines, so that they earn less;
                ``apart`` keeps them a line of their own, which no category's points see.
            facts: Further facts of every event.
        """
        taken = self._discounts(order_discounts)
        points = self._shared(self.paid_with_points)
        cards = self._shared(self.paid_with_gift_cards)
        return tuple(
            Event(
                "purchase",
                at,
                f"{self.id}/{place + 1}",
                facts={
                    **facts,
                    **{"order": self.id, "line": str(place + 1), "item": item.item, "category": item.category},
                    **{"quantity": item.quantity, "amount": item.amount, "tax": item.tax},
                    "discount": sum(shares[place] for shares in taken),
                    **{"paid_with_points": points[place], "paid_with_gift_cards": cards[place]},
                },
            )
            for place, item in enumerate(self.items)
        )

    def _discounts(self, how: Discounts) -> list[list[Number]]:
        """Return what each discount takes off each line."""
        counted = [each for each in self.discounts if how == "spread" or each.category]
        return [self._shared(self._off(each), each.category) for each in counted]

    def _off(self, discount: OrderDiscount) -> Number:
        prices = sum(item.amount for item in self.items if discount.category in ("", item.category))
        return Rounding(self.unit, "half_up").quotient(Fraction(prices) * Fraction(discount.share))

    def _shared(self, amount: Number, category: str = "") -> list[Number]:
        """Return the part of an amount on each line, in proportion to prices; the parts add up to it."""
        prices = [item.amount if category in ("", item.category) else 0 for item in self.items]
        if not any(prices):
            return [0] * len(prices)
        return [plain(part) for part in split(amount, prices, rounding=Rounding(self.unit))]
