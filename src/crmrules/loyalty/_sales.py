"""Order lines as events: sales earn, and what was taken back is matched to the sale it came from by a named rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number
from crmrules._frozen import FrozenMapping
from crmrules.events import Event
from crmrules.loyalty._bookings import TICK
from crmrules.loyalty._rounding import CENTS

__all__ = ["Matched", "SaleLine", "Unmatched", "sale_events"]

Match = Literal["latest", "earliest", "any"]
Reason = Literal["no customer", "no purchase left"]


def _facts(facts: Mapping[str, Any]) -> FrozenMapping[Any]:
    return FrozenMapping(facts)


@frozen
class SaleLine:
    """A line of an order or of a return.

    Args:
        id: Identifies the line, such as order and line number.
        customer: Who bought; None where nobody is named.
        order: The order.
        at: When, an aware datetime.
        item: What.
        quantity: How many pieces; negative where they come back.
        amount: Money for all of them, negative where it is paid back.
        facts: Further facts for the event.
    """

    id: str
    customer: str | None
    order: str
    at: datetime
    item: str
    quantity: Number
    amount: Number
    facts: Mapping[str, Any] = field(factory=dict, converter=_facts)


@frozen
class Unmatched:
    """Pieces that came back and belong to no known sale.

    Args:
        line: The line of the return.
        reason: ``no customer`` is named, or ``no purchase left``: fewer pieces were bought before than come back.
        quantity: How many pieces, as a positive number.
    """

    line: SaleLine
    reason: Reason
    quantity: Number


@frozen
class Matched:
    """Sales and returns as events, and what is left over.

    Args:
        events: Purchases and refunds, with the fact ``customer``; sales without a customer are left out.
        unmatched: Returns, or parts of them, that belong to no known sale.
        anonymous: How many sales name no customer.
    """

    events: tuple[Event, ...]
    unmatched: tuple[Unmatched, ...]
    anonymous: int

    def count(self, reason: Reason) -> int:
        """Return how many lines are unmatched, wholly or in part, for a reason."""
        return sum(each.reason == reason for each in self.unmatched)


def sale_events(lines: Iterable[SaleLine], *, match: Match = "latest") -> Matched:
    """Return lines as events, in any order of lines.

    A return takes its pieces from sales of the same item to the same customer, from several if need be, and the money
    it pays back is shared among them by pieces. No sale gives back more than it cost.

    Args:
        lines: Lines of sales and returns.
        match: Which sale: the ``latest`` or the ``earliest`` one before the return that has pieces left; or ``any``,
            the latest one before it, and where there is none the first one after it, for books in which a return may
            be written before its sale. Its refund is then booked just after the sale.

    Raises:
        PolicyError: If the rule is none of these.
    """
    must(match in get_args(Match), "match", f"be one of {', '.join(get_args(Match))}", match)
    ordered = sorted(lines, key=lambda line: line.at.astimezone(UTC))
    found = _Matching(match)
    for line in ordered:
        if line.quantity >= 0:
            found.sold(line)
    for line in ordered:
        if line.quantity < 0:
            found.back(line)
    return Matched(tuple(found.events), tuple(found.unmatched), found.anonymous)


class _Sale:
    """A sale, with the pieces and the money of it that have not come back."""

    __slots__ = ("at", "left", "line", "order", "pieces")

    def __init__(self, line: SaleLine) -> None:
        self.at, self.order, self.line = line.at, line.order, line.id
        self.pieces, self.left = line.quantity, line.amount


class _Matching:
    """Sales that still have pieces, by customer and item, in the order of time."""

    def __init__(self, match: Match) -> None:
        self._match = match
        self._open: dict[tuple[str, str], list[_Sale]] = {}
        self.events: list[Event] = []
        self.unmatched: list[Unmatched] = []
        self.anonymous = 0

    def sold(self, line: SaleLine) -> None:
        """Take a sale."""
        if line.customer is None:
            self.anonymous += 1
            return
        told = {"customer": line.customer, "order": line.order, "line": line.id, "item": line.item}
        facts = {**line.facts, **told, "quantity": line.quantity, "amount": line.amount}
        self.events.append(Event("purchase", line.at, line.id, facts=facts))
        if line.quantity:
            self._open.setdefault((line.customer, line.item), []).append(_Sale(line))

    def back(self, line: SaleLine) -> None:
        """Take a return, and give its pieces back to sales."""
        if line.customer is None:
            self.unmatched.append(Unmatched(line, "no customer", -line.quantity))
            return
        pieces, money = -line.quantity, max(-line.amount, 0)
        sales = self._open.get((line.customer, line.item), [])
        while pieces and (place := self._place(sales, line.at)) is not None:
            sale = sales[place]
            part = min(pieces, sale.pieces)
            paid = money if part == pieces else CENTS.quotient(Fraction(money) * Fraction(part), pieces)
            back = min(paid, sale.left)
            facts = {"customer": line.customer, "order": sale.order, "line": sale.line, "amount": back}
            at = max(line.at, sale.at + TICK)
            self.events.append(Event("refund", at, f"{line.id}>{sale.line}", facts={**line.facts, **facts}))
            sale.pieces, sale.left = sale.pieces - part, sale.left - back
            pieces, money = pieces - part, money - paid
            if not sale.pieces:
                sales.pop(place)
        if pieces:
            self.unmatched.append(Unmatched(line, "no purchase left", pieces))

    def _place(self, sales: list[_Sale], at: datetime) -> int | None:
        """Return the place of the sale that a return belongs to."""
        before = bisect_right(sales, at, key=lambda sale: sale.at)
        if before:
            return 0 if self._match == "earliest" else before - 1
        return 0 if sales and self._match == "any" else None
