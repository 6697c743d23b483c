"""The certificate of a plan: every contact looked at again, on its own, against all guards and capacities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, final

from attrs import frozen

from crmrules.contact._accounts import Account
from crmrules.contact._attempt import Attempt, Hold, utc
from crmrules.contact._book_plan import BookPlan
from crmrules.contact._diary import Diary
from crmrules.contact._owners import Owner
from crmrules.contact._policy import ContactPolicy
from crmrules.contact._slots import Plan, Slot
from crmrules.contact._touches import as_history

__all__ = ["Certificate", "certified"]


@final
@frozen
class Certificate:
    """What a second look at a plan found.

    Args:
        contacts: How many contacts were looked at.
        broken: Contacts that a guard does not admit, with the hold.
        overfull: Owners' days with more contacts than can be made.
    """

    contacts: int
    broken: tuple[tuple[Slot, Hold], ...] = ()
    overfull: tuple[tuple[str, date], ...] = ()

    def __bool__(self) -> bool:
        return not self.broken and not self.overfull

    def __str__(self) -> str:
        state = "every guard and capacity is kept" if self else "guards or capacities are broken"
        return f"{self.contacts} contacts: {state}"


def certified(
    policy: ContactPolicy,
    accounts: Iterable[Account],
    histories: Mapping[str, Any],
    plan: BookPlan | Plan,
    owners: Iterable[Owner] = (),
) -> Certificate:
    """Return the certificate of a plan: each contact is held against all guards, with all others in place.

    Args:
        policy: The contact policy.
        accounts: The customers.
        histories: The touches so far, by customer.
        plan: The plan of a book, or of one customer.
        owners: Who makes the contacts; capacities are looked at for these.
    """
    customers = {each.id: each for each in accounts}
    diaries = {name: Diary(as_history(histories.get(name, ())).touches) for name in customers}
    homes: dict[str, Diary] = {}
    for account in customers.values():
        if account.household:
            home = homes.setdefault(account.household, Diary())
            for touch in diaries[account.id].touches():
                home.add(touch)
    for slot in plan.slots:
        account = customers[slot.account]
        diaries[slot.account].add(slot.touch())
        if account.household:
            homes[account.household].add(slot.touch())
    broken = []
    for slot in plan.slots:
        hold = _second_look(policy, customers[slot.account], diaries[slot.account], homes, slot)
        if hold is not None:
            broken.append((slot, hold))
    return Certificate(len(plan.slots), tuple(broken), _overfull(policy, plan, owners))


def _second_look(
    policy: ContactPolicy, account: Account, diary: Diary, homes: Mapping[str, Diary], slot: Slot
) -> Hold | None:
    home = homes.get(account.household) if account.household else None
    touch, need = slot.touch(), slot.first
    for each in filter(None, (diary, home)):
        each.remove(touch)
    zones = policy.zones_of(account, slot.person)
    attempt = Attempt(account, slot.channel, need.purpose, need.depth, zones, diary, slot.person, home)
    gaps = [each.gap for each in slot.needs if each.gap is not None]
    asked = [*gaps, *(guard for guard in policy.guards if guard.concerns(attempt))]
    at = utc(slot.at)
    hold = next((found for guard in asked if (found := guard.hold(attempt, at)) is not None), None)
    for each in filter(None, (diary, home)):
        each.add(touch)
    return hold


def _overfull(policy: ContactPolicy, plan: BookPlan | Plan, owners: Iterable[Owner]) -> tuple[tuple[str, date], ...]:
    loads: dict[tuple[str, date], int] = {}
    for slot in plan.slots:
        if slot.channel not in policy.automatic:
            loads[slot.owner, slot.day] = loads.get((slot.owner, slot.day), 0) + 1
    known = {each.id: each for each in owners}
    return tuple(
        sorted(
            (owner, day)
            for (owner, day), load in loads.items()
            if owner in known and load > known[owner].capacity(day, policy.calendar)
        )
    )
