"""What discount and rebate come to over a year, by how its purchases are spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from crmrules.conditions import Condition, Fact
from crmrules.loyalty._amounts import EXACTLY
from crmrules.loyalty._benefits import Benefits
from crmrules.loyalty._grid import bounds_of
from crmrules.loyalty._rebates import Rebate
from crmrules.loyalty._settings import number_in

__all__ = ["PROFILES", "Profile", "amounts", "smallest", "worth"]

Profile = Literal["even", "at once"]

PROFILES: dict[Profile, str] = {"even": "spread evenly", "at once": "bought at once"}
"""How a year's purchases may be spread, as it is told."""

_CENT = Decimal("0.01")
_PARTS = {"year": 1, "half-year": 2, "quarter": 4, "month": 12}


def worth(benefits: Benefits, total: Decimal, profile: Profile) -> Decimal:
    """Return what a year's purchases bring: the discount, and the rebate that pays most."""
    off = EXACTLY.multiply(total, Decimal(benefits.off.off))
    paid = (_year(rebate, total, profile) for rebate in benefits.rebates if rebate.measured == "value")
    return EXACTLY.add(off, max(paid, default=Decimal(0)))


def _year(rebate: Rebate, total: Decimal, profile: Profile) -> Decimal:
    """Return what a rebate pays over the year, period by period."""
    if rebate.pays == "per_unit":
        return Decimal(0)
    many, over = _PARTS[rebate.paid_per], _PARTS[rebate.measured_over]
    if profile == "even":
        each = rebate.earned(EXACTLY.divide(total, Decimal(many)), measure=EXACTLY.divide(total, Decimal(over)))
        return EXACTLY.multiply(each.amount, Decimal(many))
    paid = Decimal(0)
    for place in range(many):
        measure = total if place * over < many else Decimal(0)
        paid += rebate.earned(total if place == 0 else 0, measure=measure).amount
    return paid


def amounts(fact: Fact, asked: Iterable[Condition], benefits: Sequence[Benefits], profile: Profile) -> list[Decimal]:
    """Return the amounts at which what is got can change, each with its neighbours, rising.

    Spread evenly, an amount is a whole number of cents in every period.
    """
    rebates = [rebate for each in benefits for rebate in each.rebates]
    step = smallest(benefits, profile)
    bounds = [Decimal(bound) for bound in bounds_of(fact, asked)]
    for rebate in rebates:
        parts = _PARTS[rebate.measured_over] if profile == "even" else 1
        bounds += [number_in(each.bound) * parts for each in rebate.steps]
    top = 2 * max(bounds, default=Decimal(0))
    found = {amount for bound in (*bounds, top) for amount in _near(bound, step)}
    low: Any = fact.minimum or 0
    return sorted(each for each in found if each >= max(low, 0))


def smallest(benefits: Sequence[Benefits], profile: Profile) -> Decimal:
    """Return the step between amounts: a cent, or a cent in every month."""
    monthly = profile == "even" and any(each.rebates for each in benefits)
    return _CENT * (12 if monthly else 1)


def _near(bound: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    below = (bound / step).to_integral_value(ROUND_FLOOR) * step
    above = (bound / step).to_integral_value(ROUND_CEILING) * step
    return below - step, below, above, above + step
