"""Order lines as events: sales earn, and what was taken back is matched to the sale it came from by a named rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number
from crmrules._frozen import FrozenMapping
from crmrules.events import Event
from crmrules.loyalty._rounding import CENTS

__all__ = ["Matched", "SaleLine", "Unmatched", "sale_events"]

Match = Literal["latest", "earliest"]
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

    A return takes its pieces from sales of the same item to the same customer at or before its instant, from the
    ``latest`` or the ``earliest`` with pieces left; it may take from several, and the money it pays back is shared
    among them by pieces. No sale gives back more than it cost.

    Args:
        lines: Lines of sales and returns.
        match: The rule.

    Raises:
        PolicyError: If the rule is none of the two.
    """
    must(match in ("latest", "earliest"), "match", "be 'latest' or 'earliest'", match)
    found = _Matching(match)
    for line in sorted(lines, key=lambda line: (line.at.astimezone(UTC), line.quantity < 0)):
        found.take(line)
    return Matched(tuple(found.events), tuple(found.unmatched), found.anonymous)


class _Sale:
    """A sale, with the pieces and the money of it that have not come back."""

    __slots__ = ("left", "line", "order", "pieces")

    def __init__(self, line: SaleLine) -> None:
        self.order, self.line, self.pieces, self.left = line.order, line.id, line.quantity, line.amount


class _Matching:
    """Sales that still have pieces, by customer and item."""

    def __init__(self, match: Match) -> None:
        self._place = -1 if match == "latest" else 0
        self._open: dict[tuple[str, str], list[_Sale]] = {}
        self.events: list[Event] = []
        self.unmatched: list[Unmatched] = []
        self.anonymous = 0

    def take(self, line: SaleLine) -> None:
        if line.customer is None:
            if line.quantity < 0:
                self.unmatched.append(Unmatched(line, "no customer", -line.quantity))
            else:
                self.anonymous += 1
        elif line.quantity < 0:
            self._back(line, line.customer)
        else:
            self._sold(line, line.customer)

    def _sold(self, line: SaleLine, customer: str) -> None:
        facts = {"customer": customer, "order": line.order, "line": line.id, "item": line.item}
        facts |= {"quantity": line.quantity, "amount": line.amount}  # type: ignore[dict-item]
        self.events.append(Event("purchase", line.at, line.id, facts={**line.facts, **facts}))
        if line.quantity:
            self._open.setdefault((customer, line.item), []).append(_Sale(line))

    def _back(self, line: SaleLine, customer: str) -> None:
        pieces, money = -line.quantity, max(-line.amount, 0)
        sales = self._open.get((customer, line.item), [])
        while pieces and sales:
            sale = sales[self._place]
            part = min(pieces, sale.pieces)
            paid = money if part == pieces else CENTS.quotient(Fraction(money) * Fraction(part), pieces)
            back = min(paid, sale.left)
            facts = {"customer": customer, "order": sale.order, "line": sale.line, "amount": back}
            self.events.append(Event("refund", line.at, f"{line.id}>{sale.line}", facts={**line.facts, **facts}))
            sale.pieces, sale.left = sale.pieces - part, sale.left - back
            pieces, money = pieces - part, money - paid
            if not sale.pieces:
                sales.pop(self._place)
        if pieces:
            self.unmatched.append(Unmatched(line, "no purchase left", pieces))
