"""Several rebates on one value, minimum payments by period, and statements over a year's purchases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, final

from attrs import field, frozen

from crmrules._exact import Number
from crmrules.errors import PolicyError
from crmrules.loyalty._amounts import amount_of, positive, signed_amount_of
from crmrules.loyalty._rebates import Rebate, RebateEarned
from crmrules.periods import Period, Unit, Window
from crmrules.spans import Span, months

__all__ = ["Deal", "Guarantee", "RebatePaid", "rebate_statement", "rebates_together"]


@final
@frozen
class Deal:
    """One of several rebates on the same value.

    Args:
        name: Names it.
        rebate: What it pays.
        reduced: Whether the earlier deals that reduce lower the value it counts.
        reduces: Whether it lowers the value that later deals count.
    """

    name: str
    rebate: Rebate
    reduced: bool = field(default=True, kw_only=True)
    reduces: bool = field(default=True, kw_only=True)


def rebates_together(deals: Sequence[Deal], value: Any) -> tuple[tuple[str, Decimal], ...]:
    """Return what each deal pays on a value, in the order of the deals, which matters.

    Args:
        deals: The deals, in the order in which they are worked out.
        value: What was bought.

    >>> first, second = Deal("10", Rebate.flat(10)), Deal("20", Rebate.flat(20))
    >>> rebates_together([first, second], 1000)
    (('10', Decimal('100.00')), ('20', Decimal('180.00')))
    """
    whole = amount_of("what was bought", value)
    paid: list[tuple[str, Decimal]] = []
    taken = Decimal(0)
    for deal in deals:
        base = max(whole - taken, Decimal(0)) if deal.reduced else whole
        amount = deal.rebate.earned(base).amount
        taken += amount if deal.reduces else 0
        paid.append((deal.name, amount))
    return tuple(paid)


def _amount(amount: Any) -> Number:
    return positive("Guarantee.amount", amount)


@final
@frozen
class Guarantee:
    """A least payment for each period.

    Args:
        amount: What is guaranteed for one period.
        cumulative: Whether what earlier periods paid beyond the guarantee counts towards later ones.
    """

    amount: Number = field(converter=_amount)
    cumulative: bool = field(default=False, kw_only=True)

    def top_ups(self, paid: Iterable[Any]) -> tuple[Decimal, ...]:
        """Return what must be added for each period.

        Args:
            paid: What was paid for each period, in order.

        >>> Guarantee(10_000).top_ups([12_000, 5_000]), Guarantee(10_000, cumulative=True).top_ups([12_000, 5_000])
        ((Decimal('0'), Decimal('5000')), (Decimal('0'), Decimal('3000')))
        """
        ahead, found = Decimal(0), []
        for each in paid:
            amount = amount_of("what was paid", each)
            due = Decimal(self.amount) - amount - (ahead if self.cumulative else 0)
            ahead = max(-due, Decimal(0))
            found.append(max(due, Decimal(0)))
        return tuple(found)


@final
@frozen
class RebatePaid:
    """The rebate for one period of a statement."""

    period: Period
    earned: RebateEarned

    def __str__(self) -> str:
        return f"{self.period}: {self.earned}"


def rebate_statement(rebate: Rebate, purchases: Iterable[tuple[date, Any]], period: Period) -> tuple[RebatePaid, ...]:
    """Return the rebate for each unit of the calendar in a period, such as the four quarters of a year.

    Args:
        rebate: The rebate.
        purchases: Days and amounts; a return is a negative amount. Those outside of the period, or of the unit
            over which the bounds are measured, do not matter.
        period: A period that is made of whole units.

    Raises:
        PolicyError: If the period does not begin and end with a unit, or a unit's returns exceed its purchases.

    >>> quarterly = Rebate.flat(2, per="quarter")
    >>> year = rebate_statement(quarterly, [(date(2026, 2, 1), 100), (date(2026, 5, 1), 200)], Period.parse("2026-H1"))
    >>> [str(paid) for paid in year]
    ['2026-Q1: 2 on 100', '2026-Q2: 4 on 200']
    """
    bought = [(day, signed_amount_of("a purchase", amount, rebate.currency)) for day, amount in purchases]
    return tuple(
        RebatePaid(
            each, rebate.earned(_sum(bought, each), measure=_sum(bought, unit_of(each.start, rebate.measured_over)))
        )
        for each in units_of(period, rebate.paid_per)
    )


def units_of(period: Period, unit: Unit) -> list[Period]:
    """Return the whole calendar units that make up a period."""
    found: list[Period] = []
    start = period.start
    while start < period.end:
        each = Period(start, _length(unit).after(start))
        if unit_of(each.start, unit) != each or each.end > period.end:
            raise PolicyError(f"a statement by {unit} must be for whole ones, got {period}")
        found.append(each)
        start = each.end
    return found


def unit_of(day: date, unit: Unit) -> Period:
    """Return the calendar unit in which a day lies."""
    start = Window.to_date(unit).at(day).start
    return Period(start, _length(unit).after(start))


def _length(unit: Unit) -> Span:
    return months({"year": 12, "half-year": 6, "quarter": 3, "month": 1}[unit])


def _sum(bought: list[tuple[date, Decimal]], period: Period) -> Decimal:
    total = sum((amount for day, amount in bought if day in period), Decimal(0))
    if total < 0:
        raise PolicyError(f"returns must not exceed what was bought in {period}, got {total}. Count them where bought.")
    return total
