"""Purchases as they add up, and histories cut in two to see how well a model foretold."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import final

from attrs import frozen

from crmrules._checks import must
from crmrules.purchases._history import DAYS, PurchaseHistory, TimeUnit
from crmrules.spans import Span
from crmrules.spans._intake import plain_day

__all__ = ["Holdout", "cumulative_purchases"]


@final
@frozen
class Holdout:
    """A history cut in two: what a model may see, and what came after it.

    Args:
        known: The history up to the cut.
        repeats: Purchases after the cut; several on one day are one.
        duration: Time from the cut to the end of watching.
    """

    known: PurchaseHistory
    repeats: int
    duration: float

    @classmethod
    def of(cls, days: Iterable[date], cut: date, end: date, unit: TimeUnit = "week") -> Holdout:
        """Return the two parts of a customer's days of purchase.

        Args:
            days: The days with a purchase, in any order.
            cut: The last day that the model may see.
            end: The last day that was watched.
            unit: What time is counted in.

        Raises:
            PolicyError: If nothing was bought up to the cut, or it is not before the end.

        >>> Holdout.of([date(2026, 1, 5), date(2026, 3, 2)], date(2026, 1, 31), date(2026, 3, 31), "day")
        Holdout(known=PurchaseHistory(repeats=0, recency=0.0, age=26.0, unit='day'), repeats=1, duration=59.0)
        """
        must(plain_day("cut", cut) < plain_day("end", end), "cut", f"be before the end {end}", str(cut))
        bought = {plain_day("a day of purchase", day) for day in days}
        later = sum(cut < day <= end for day in bought)
        return cls(PurchaseHistory.of(bought, cut, unit), later, (end - cut).days / DAYS[unit])


def cumulative_purchases(
    events: Iterable[tuple[Hashable, date]], *, every: Span, count_first: bool = False
) -> tuple[int, ...]:
    """Return how many purchases there were by the end of each stretch of days since the first one.

    Args:
        events: Customers and days of purchase.
        every: How long a stretch is: a span of days or weeks.
        count_first: Whether first purchases count, or repeats alone.

    >>> bought = [("ann", date(2026, 1, 1)), ("ann", date(2026, 1, 10)), ("bob", date(2026, 1, 5))]
    >>> from crmrules.spans import weeks
    >>> cumulative_purchases(bought, every=weeks(1)), cumulative_purchases(bought, every=weeks(1), count_first=True)
    ((0, 1), (2, 3))
    """
    must(isinstance(every, Span) and every.days > 0 and not every.months, "every", "be a span of days or weeks", every)
    distinct = sorted({(day, str(who)) for who, day in events})
    if not distinct:
        return ()
    start, seen = distinct[0][0], set[str]()
    counts = [0] * ((distinct[-1][0] - start).days // every.days + 1)
    for day, who in distinct:
        if count_first or who in seen:
            counts[(day - start).days // every.days] += 1
        seen.add(who)
    return tuple(sum(counts[: place + 1]) for place in range(len(counts)))
