"""Who was a customer when: spells of membership, and what happened to customers in a period."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, final

from attrs import frozen

from crmrules._checks import must, shown
from crmrules.facts import fetch
from crmrules.periods import Period
from crmrules.spans._intake import plain_day

__all__ = ["Fields", "InPeriod", "Spells"]

Customers = frozenset[Hashable]
_ONE_DAY = timedelta(days=1)


@final
@frozen
class Fields:
    """The names under which records of memberships hold their three parts."""

    customer: str = "customer"
    joined: str = "joined_on"
    left: str = "left_on"


@frozen
class InPeriod:
    """The customers of a period: at its start, at its end, and who joined or left in it."""

    start: Customers
    end: Customers
    joined: Customers
    churned: Customers


@frozen
class Spells:
    """The spells of every customer, in order and apart from one another."""

    spells: tuple[tuple[Hashable, date, date | None], ...]

    @classmethod
    def of(cls, memberships: Iterable[Any], fields: Fields) -> Spells:
        """Return the spells of records."""
        found = sorted((_spell(record, fields) for record in memberships), key=_in_order)
        for (who, _, left), (next_who, joined, _) in pairwise(found):
            apart = who != next_who or (left is not None and left <= joined)
            must(apart, f"customer {shown(who)}", "have left before joining again", f"{joined} after {left}")
        return cls(tuple(found))

    def in_period(self, period: Period) -> InPeriod:
        """Return what happened to customers in a period."""
        return InPeriod(
            start=(start := self._active(period.start)),
            end=self._active(period.end),
            joined=frozenset(who for who, joined, _ in self.spells if joined in period) - start,
            churned=frozenset(who for who, _, left in self.spells if left is not None and left in period),
        )

    def by_day(self, period: Period) -> Iterator[tuple[int, InPeriod]]:
        """Yield how many customers each day of a period began with, and what happened on it."""
        for number in range(period.days):
            day = period.start + number * _ONE_DAY
            found = self.in_period(Period(day, day + _ONE_DAY))
            yield len(found.start), found

    def _active(self, day: date) -> Customers:
        """Return who is a customer when a day begins."""
        return frozenset(who for who, joined, left in self.spells if joined < day and (left is None or left >= day))


def _in_order(spell: tuple[Hashable, date, date | None]) -> tuple[str, date, date]:
    who, joined, left = spell
    return str(who), joined, left or date.max


def _spell(record: Any, fields: Fields) -> tuple[Hashable, date, date | None]:
    who, joined, left = fetch(record, (fields.customer, fields.joined, fields.left))
    plain_day(f"the day customer {shown(who)} joined", joined)
    if left is not None:
        plain_day(f"the day customer {shown(who)} left", left)
        must(left >= joined, f"the day customer {shown(who)} left", f"be at least the day of joining {joined}", left)
    return who, joined, left
