"""Caps: how many points may be earned in a transaction, a day, a month, or held at all."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number, spell
from crmrules._words import say
from crmrules.loyalty._held import chosen_field, number_field, numbered
from crmrules.loyalty._settings import value_of
from crmrules.problems import Language

__all__ = ["Cap", "CapPeriod"]

CapPeriod = Literal["event", "order", "day", "month", "quarter", "year", "lifetime", "balance"]


def _points(value: Any) -> Any:
    return None if value is None else numbered("Cap.points", value)


@final
@frozen
class Cap:
    """The most that is earned, by all rules together or by the one that holds it.

    Args:
        points: The most points in each period; or, for ``balance``, the most that an account may hold, pending
            points counted.
        times: The most awards in each period, such as one birthday gift a year.
        per: ``event``, ``order`` (all events that name it), ``day``, ``month``, ``quarter`` or ``year`` of the
            calendar, ``lifetime``, or ``balance``.
        over: What happens to an award that goes beyond: ``reduce`` gives what is left, ``reject`` gives nothing.

    Points that are clawed back later do not make room again.

    Raises:
        PolicyError: If it caps neither points nor times, or times of a balance.

    >>> str(Cap(500, per="day")), str(Cap(times=1, per="year"))
    ('at most 500 points a day', 'at most 1 awards a year')
    """

    points: Any = field(default=None, converter=_points)
    times: Any = number_field("Cap.times", 0, above=True, default=None)
    per: CapPeriod = chosen_field("Cap.per", CapPeriod, "order")
    over: Literal["reduce", "reject"] = chosen_field("Cap.over", Literal["reduce", "reject"], "reduce")

    def __attrs_post_init__(self) -> None:
        must((self.points is None) != (self.times is None), "Cap", "cap points or times", (self.points, self.times))
        must(self.times is None or value_of(self.per) != "balance", "Cap.times", "go with a period", self.per)

    def period(self, order: str, event: str, day: date) -> str:
        """Return the name of the period that a day, order or event belongs to."""
        return {
            "event": event,
            "order": order,
            "day": day.isoformat(),
            "month": f"{day:%Y-%m}",
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "year": str(day.year),
        }.get(value_of(self.per), "")

    def left(self, used: Number, times: int) -> Number | None:
        """Return how many points there is room for; None means any number."""
        if self.times is not None:
            return None if times < value_of(self.times) else 0
        return max(value_of(self.points) - used, 0)  # type: ignore[no-any-return]

    def told(self, language: Language) -> str:
        """Return the cap in words."""
        if value_of(self.per) == "balance":
            return say("at most {points} points held", language, points=spell(value_of(self.points)))
        period = say(_PERIODS[value_of(self.per)], language)
        if self.times is not None:
            return say("at most {times} awards {period}", language, times=value_of(self.times), period=period)
        return say("at most {points} points {period}", language, points=spell(value_of(self.points)), period=period)

    def __str__(self) -> str:
        return self.told("en")


_PERIODS = {
    "event": "an event",
    "order": "an order",
    "day": "a day",
    "month": "a month",
    "quarter": "a quarter",
    "year": "a year",
    "lifetime": "in all",
}
