"""What of an order counts when points are earned: goods, tax, shipping, discounts, gift cards, points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, final

from attrs import fields, frozen

from crmrules.loyalty._held import chosen_field
from crmrules.loyalty._settings import value_of

__all__ = ["PARTS", "Basis"]

Counted = Literal["count", "leave_out"]

PARTS = (
    *("tax", "shipping", "shipping_tax", "discount"),
    *("gift_cards", "paid_with_points", "paid_with_gift_cards"),
)
"""The facts of a purchase besides its ``amount`` that a basis reads; one that is absent is nothing."""


@final
@frozen(kw_only=True)
class Basis:
    """Which parts of a purchase count, each a choice: ``count`` or ``leave_out``.

    A purchase has an ``amount``: the price of the goods, tax included, before discounts. The other facts are
    parts of it or come on top, and are nothing where an event does not name them.

    Args:
        tax: The ``tax`` in the amount, and the ``shipping_tax`` in the shipping.
        shipping: The ``shipping`` charged on top, tax included.
        discounts: The ``discount`` taken off: ``leave_out`` earns on the price after it, ``count`` before it.
        gift_cards: ``gift_cards`` bought with the order; left out, since they earn when they are used.
        paid_with_points: The part ``paid_with_points``.
        paid_with_gift_cards: The part ``paid_with_gift_cards``.

    >>> basis = Basis(tax="leave_out")
    >>> basis.of({"amount": 5000, "tax": 800, "shipping": 1000, "shipping_tax": 200})
    4200
    """

    tax: Counted = chosen_field("Basis.tax", Counted, "count")
    shipping: Counted = chosen_field("Basis.shipping", Counted, "leave_out")
    discounts: Counted = chosen_field("Basis.discounts", Counted, "leave_out")
    gift_cards: Counted = chosen_field("Basis.gift_cards", Counted, "leave_out")
    paid_with_points: Counted = chosen_field("Basis.paid_with_points", Counted, "leave_out")
    paid_with_gift_cards: Counted = chosen_field("Basis.paid_with_gift_cards", Counted, "count")

    def of(self, parts: Mapping[str, Any]) -> Any:
        """Return the amount that earns, never below 0.

        Args:
            parts: Exact numbers by name: ``amount`` and any of the parts.
        """
        return max(parts["amount"] + sum(sign * parts[name] for name, sign in self._signs() if name in parts), 0)

    def _signs(self) -> list[tuple[str, int]]:
        """Return the parts that change the amount: 1 adds one, -1 takes one away."""
        counts = {each.name: value_of(getattr(self, each.name)) == "count" for each in fields(Basis)}
        signs = {
            "tax": 0 if counts["tax"] else -1,
            "shipping": 1 if counts["shipping"] else 0,
            "shipping_tax": -1 if counts["shipping"] and not counts["tax"] else 0,
            "discount": 0 if counts["discounts"] else -1,
            **{name: 0 if counts[name] else -1 for name in PARTS[-3:]},
        }
        return [(name, sign) for name, sign in signs.items() if sign]
