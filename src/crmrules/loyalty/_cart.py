"""A cart: what is bought, at which price, and how far a price may fall."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.loyalty._amounts import EXACTLY, amount_of, currency_of, signed_amount_of

__all__ = ["Cart", "Line"]


@final
@frozen
class Line:
    """A line of a cart.

    Args:
        name: What is bought; unique within the cart.
        price: The price of one unit, or an amount and its currency; a correction may be negative.
        quantity: How many units.
        floor: The lowest price of one unit; promotions stop there.

    Raises:
        PolicyError: If the quantity is no whole number above zero, or the floor lies above the price.
    """

    name: str
    price: Any
    quantity: int = 1
    floor: Any = 0

    def __attrs_post_init__(self) -> None:
        where = f"line {self.name!r}"
        signed_amount_of(f"the price of {where}", self.price)
        whole = isinstance(self.quantity, int) and not isinstance(self.quantity, bool) and self.quantity > 0
        must(whole, f"the quantity of {where}", "be a whole number above zero", self.quantity)
        floor = amount_of(f"the floor of {where}", self.floor)
        price = max(signed_amount_of(f"the price of {where}", self.price), Decimal(0))
        must(floor <= price, f"the floor of {where}", "not lie above its price", self.floor)


def _lines(lines: Iterable[Any]) -> tuple[Line, ...]:
    found = tuple(line if isinstance(line, Line) else Line(*line) for line in lines)
    must(bool(found), "a cart", "have lines", found)
    names = [line.name for line in found]
    double = sorted({name for name in names if names.count(name) > 1})
    must(not double, "the lines of a cart", "have names of their own", ", ".join(double))
    return found


@final
@frozen
class Cart:
    """What a customer is about to pay for.

    Args:
        lines: The lines, or tuples of a line's parts.
        shipping: What shipping costs.
        currency: The currency of every amount; an amount given with another one is refused.

    Raises:
        PolicyError: If there are no lines, two share a name, or the lines come to less than nothing.

    >>> Cart([("mug", "20", 3), ("shirt", "50")]).goods
    Decimal('110')
    """

    lines: tuple[Line, ...] = field(converter=_lines)
    shipping: Any = 0
    currency: str = field(default="", converter=currency_of)

    def __attrs_post_init__(self) -> None:
        amount_of("the shipping of a cart", self.shipping, self.currency)
        if self.goods < 0:
            raise PolicyError(f"the lines of a cart must come to zero or more, got {self.goods}")

    def amount(self, line: Line) -> Decimal:
        """Return the price of all units of a line."""
        price = signed_amount_of(f"the price of line {line.name!r}", line.price, self.currency)
        return EXACTLY.multiply(price, Decimal(line.quantity))

    def room(self, line: Line) -> Decimal:
        """Return how much promotions may take off a line: down to its floor, of a negative line nothing."""
        floor = amount_of(f"the floor of line {line.name!r}", line.floor, self.currency)
        left = EXACTLY.subtract(self.amount(line), EXACTLY.multiply(floor, Decimal(line.quantity)))
        return max(left, Decimal(0))

    @property
    def goods(self) -> Decimal:
        """The price of all lines."""
        return sum((self.amount(line) for line in self.lines), Decimal(0))

    @property
    def items(self) -> int:
        """How many units there are on lines that cost something."""
        return sum(line.quantity for line in self.lines if self.amount(line) > 0)
