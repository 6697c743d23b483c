"""A dry run: the plans of the months to come, each made when its month begins, as if every contact were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, final

from attrs import evolve, frozen

from crmrules.contact._accounts import Account
from crmrules.contact._board import Place
from crmrules.contact._book_plan import BookPlan, plan_book
from crmrules.contact._owners import Owner
from crmrules.contact._policy import ContactPolicy
from crmrules.contact._slots import Slot, Unmet
from crmrules.contact._touches import History, as_history
from crmrules.events import Event
from crmrules.periods import Period
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import plain_day, whole

__all__ = ["DryRun", "dry_run"]


@final
@frozen(slots=False, repr=False)
class DryRun:
    """The months of a dry run.

    Args:
        months: The plan of each month; contacts beyond its end belong to the next one's.
    """

    months: tuple[BookPlan, ...]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The contacts of all months."""
        return tuple(slot for plan in self.months for slot in plan.slots)

    @cached_property
    def unmet(self) -> tuple[Unmet, ...]:
        """The needs of all months that cannot be served."""
        return tuple(each for plan in self.months for each in plan.unmet)

    @property
    def late(self) -> tuple[Slot, ...]:
        """The contacts that come after their latest day."""
        return tuple(slot for slot in self.slots if slot.late)

    @cached_property
    def loads(self) -> Mapping[Place, int]:
        """How many contacts each owner makes on each day that has some."""
        return Counter((slot.owner, slot.day) for slot in self.slots)

    def peak(self) -> tuple[Place, int] | None:
        """Return the busiest owner's day and its load; None of an empty run."""
        return max(self.loads.items(), key=lambda each: (each[1], each[0]), default=None)

    def __repr__(self) -> str:
        return f"<dry run of {len(self.months)} months: {len(self.slots)} contacts, {len(self.late)} late>"


def dry_run(
    policy: ContactPolicy,
    accounts: Iterable[Account],
    histories: Mapping[str, Any],
    start: date,
    owners: Sequence[Owner],
    *,
    months: int = 12,
    events: Mapping[str, Sequence[Event]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> DryRun:
    """Return the plans of some months in a row; what one month plans, the next one takes as made.

    Args:
        policy: The contact policy.
        accounts: The customers; each has an owner.
        histories: The touches so far, by customer.
        start: The first day.
        owners: Who makes contacts.
        months: How many months, 1 to 36.
        events: What happened, and is expected to happen, by customer.
        progress: Called with the number of months so far.
    """
    whole("the months of a dry run", months, 1, 36)
    customers = tuple(accounts)
    known: dict[str, History] = {each.id: as_history(histories.get(each.id, ())) for each in customers}
    plans = []
    for number in range(months):
        period = Period(months_later(plain_day("start", start), number), months_later(start, number + 1))
        plan = plan_book(policy, customers, known, period, owners, events=events)
        plan = _within(plan, period)
        for name, slots in _by_account(plan.slots).items():
            known[name] = known[name].plus(*(slot.touch() for slot in slots))
        plans.append(plan)
        if progress is not None:
            progress(number + 1)
    return DryRun(tuple(plans))


def _within(plan: BookPlan, period: Period) -> BookPlan:
    return evolve(plan, slots=tuple(slot for slot in plan.slots if slot.day < period.end))


def _by_account(slots: Iterable[Slot]) -> dict[str, list[Slot]]:
    found: dict[str, list[Slot]] = {}
    for slot in slots:
        found.setdefault(slot.account, []).append(slot)
    return found
