"""Customer value ahead: purchases and spending to expect, discounted, with the unit of time carried along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number, exact
from crmrules.purchases._bgnbd import BgNbd
from crmrules.purchases._gamma_gamma import GammaGamma, RepeatSpend
from crmrules.purchases._history import DAYS, PurchaseHistory
from crmrules.purchases._pareto import ParetoNbd

__all__ = ["FutureValue"]

Months = Literal["calendar", "30 days"]
_DAYS_A_MONTH: dict[str, float] = {"calendar": 365.25 / 12, "30 days": 30.0}


def _rate(value: Any) -> Number:
    found = exact(value, "a discount rate")
    must(0 <= found < 1, "a discount rate", "lie from 0 to below 1", value)
    return found


@final
@frozen
class FutureValue:
    """What a customer will bring: expected purchases times expected spend, month by month, discounted.

    value = sum over months k = 1 … n of spend · (E(k) - E(k - 1)) / (1 + discount)^k, where E(k) are the purchases
    expected within k months. The models know their own unit of time, so a month of a model in weeks is never taken
    for one in days.

    Args:
        model: The model of buying.
        spend: The model of spending.
        monthly_discount: The discount rate a month, as a text or Decimal.
        month: How long a month is: ``calendar`` (365.25 / 12 days) or ``30 days``.

    >>> value = FutureValue(BgNbd("0.243", "4.414", "0.793", "2.426"), GammaGamma("6.25", "3.74", "15.44"))
    >>> round(value.of(PurchaseHistory(2, 30.43, 38.86), RepeatSpend(2, 22.35), months=12), 2)
    38.55
    """

    model: BgNbd | ParetoNbd
    spend: GammaGamma
    monthly_discount: Number = field(default=0, kw_only=True, converter=_rate)
    month: Months = field(default="calendar", kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.month in _DAYS_A_MONTH, "FutureValue.month", "be 'calendar' or '30 days'", self.month)

    def of(self, history: PurchaseHistory, spending: RepeatSpend, *, months: int) -> float:
        """Return the value of one customer over the next months.

        Raises:
            PolicyError: If the history counts time in another unit than the model.
        """
        must(isinstance(months, int) and months > 0, "months", "be a whole number of at least 1", months)
        return self.spend.expected(spending) * self._purchases(lambda time: self.model.expected(time, history), months)

    def of_new(self, *, months: int) -> float:
        """Return the value of a new customer over the months after the first purchase, that purchase left out."""
        must(isinstance(months, int) and months > 0, "months", "be a whole number of at least 1", months)
        return self.spend.expected() * self._purchases(self.model.expected, months)

    def _purchases(self, expected: Callable[[float], float], months: int) -> float:
        length = _DAYS_A_MONTH[self.month] / DAYS[self.model.unit]
        factor = 1 + float(self.monthly_discount)
        found = before = 0.0
        for month in range(1, months + 1):
            by_now = expected(month * length)
            found += (by_now - before) / factor**month
            before = by_now
        return found
