"""What outstanding points are worth, and how their revenue is deferred and released (IFRS 15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from attrs import frozen

from crmrules._checks import must
from crmrules._exact import Number, exact, plain
from crmrules.errors import PolicyError
from crmrules.loyalty._rounding import CENTS, Rounding

if TYPE_CHECKING:
    from crmrules.loyalty._account import Account
    from crmrules.loyalty._redeem import Redeem

__all__ = ["Allocation", "Liability", "Outstanding", "allocate", "liability", "release"]


@final
@frozen
class Outstanding:
    """Points that are open in one group.

    Args:
        month: The month in which they expire, such as ``2027-01``; empty for never.
        tier: The customers' tier; empty where none was given.
        points: How many.
        worth: What they pay when all are spent.
    """

    month: str
    tier: str
    points: Number
    worth: Decimal


@final
@frozen
class Liability:
    """Outstanding points by month of expiry and tier.

    Args:
        groups: The groups, in the order of month and tier; points that never expire last.
        deficit: Points that accounts owe; they are not netted against others' points.
    """

    groups: tuple[Outstanding, ...]
    deficit: Number

    @property
    def points(self) -> Number:
        """All outstanding points."""
        return sum(each.points for each in self.groups)

    @property
    def worth(self) -> Decimal:
        """What they pay when all are spent."""
        return sum((each.worth for each in self.groups), Decimal("0.00"))


def liability(accounts: Mapping[str, Account], redeem: Redeem, tiers: Mapping[str, str] | None = None) -> Liability:
    """Return the outstanding points of accounts by month of expiry and tier, pending ones included.

    Args:
        accounts: Accounts by customer.
        redeem: What points are worth.
        tiers: The tier of each customer; one without is in the tier ``''``.
    """
    found: dict[tuple[str, str], Number] = {}
    for name, account in accounts.items():
        tier = (tiers or {}).get(name) or ""
        for lot in account.lots:
            if lot.left:
                month = f"{lot.last_day:%Y-%m}" if lot.last_day else ""
                found[month, tier] = found.get((month, tier), 0) + lot.left
    order = sorted(found, key=lambda group: (not group[0], group))
    groups = tuple(Outstanding(*group, found[group], redeem.worth_of(found[group])) for group in order)
    return Liability(groups, sum(account.deficit for account in accounts.values()))


@final
@frozen
class Allocation:
    """The price of a sale, divided between the goods and the points that came with them.

    Args:
        points_price: Stand-alone selling price of the points: their worth times the share expected to be spent.
        to_goods: Revenue of the goods, recognised at once.
        to_points: Revenue deferred until the points are spent.
    """

    points_price: Number
    to_goods: Number
    to_points: Number


def _rounded(rounding: Any) -> Any:
    must(rounding is None or isinstance(rounding, Rounding), "a rounding", "be a Rounding or None", rounding)
    return rounding


def allocate(
    sales: Any,
    points: Number,
    *,
    point_worth: Any,
    redemption_rate: Any,
    share_rounding: Rounding | None = None,
    rounding: Rounding = CENTS,
) -> Allocation:
    """Divide a price between goods and points in proportion to their stand-alone selling prices.

    Args:
        sales: Price of the sale, which is the stand-alone price of the goods.
        points: Points that came with it.
        point_worth: What one point is worth.
        redemption_rate: The share of points expected to be spent, from 0 to 1.
        share_rounding: How the points' share of the price is rounded before it is applied; not at all by default.
            Some published examples round it to whole percent.
        rounding: How the amount deferred is rounded; the goods take the rest.

    Raises:
        PolicyError: If a number is negative, or the rate above 1.

    >>> allocate(7_200_000, 10_000, point_worth=100, redemption_rate="0.8").to_points
    720000
    """
    price, rate = _not_negative("sales", sales), _not_negative("redemption_rate", redemption_rate)
    must(rate <= 1, "redemption_rate", "be at most 1", rate)
    worth = Fraction(_not_negative("point_worth", point_worth)) * Fraction(_not_negative("points", points))
    expected = worth * Fraction(rate)
    total = Fraction(price) + expected
    share = expected / total if total else Fraction(0)
    if _rounded(share_rounding) is not None:
        share = Fraction(share_rounding.quotient(share))  # type: ignore[union-attr]
    deferred = rounding.quotient(Fraction(price) * share)
    return Allocation(CENTS.quotient(expected), plain(price - deferred), deferred)


def release(deferred: Any, steps: Iterable[tuple[Number, Number]], *, rounding: Rounding = CENTS) -> tuple[Number, ...]:
    """Return the revenue recognised period by period as points are spent.

    The estimate of how many points will be spent in the end may change: each period is caught up to
    ``deferred * spent so far / expected in all``, so that the sum is right under the newest estimate.

    Args:
        deferred: The amount deferred for the points.
        steps: For each period, the points spent in it and the points now expected to be spent in all.
        rounding: How the revenue recognised so far is rounded.

    Raises:
        PolicyError: If more points were spent than are expected in all.

    >>> release(9000, [(4500, 9700), (4000, 9200)], rounding=Rounding(1, "half_up"))
    (4175, 4140)
    """
    amount = Fraction(_not_negative("deferred", deferred))
    spent, recognised, found = Fraction(0), exact(0), []
    for used, expected in steps:
        spent += Fraction(_not_negative("points spent", used))
        if spent > expected:
            raise PolicyError(f"points spent so far must be within those expected in all, {expected}, got {spent}")
        so_far = rounding.quotient(amount * spent / Fraction(expected)) if expected else exact(0)
        found.append(plain(so_far - recognised))
        recognised = so_far
    return tuple(found)


def _not_negative(where: str, value: Any) -> Number:
    number = exact(value, where)
    must(number >= 0, where, "not be negative", number)
    return number
