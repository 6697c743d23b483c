"""Campaigns: messages that compete for the few contacts that caps leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, always
from crmrules.contact._accounts import Account
from crmrules.contact._attempt import holds_for, utc
from crmrules.contact._desk import Desk
from crmrules.contact._policy import ContactPolicy
from crmrules.contact._scoped import channels_field
from crmrules.contact._slots import Need, Slot, Unmet
from crmrules.contact._touches import PURPOSES, as_history, aware
from crmrules.periods import Period
from crmrules.spans._intake import whole
from crmrules.tables.policies import applies_field, name_field, note_field, source_field, title_field
from crmrules.wording import Wording, sentence

__all__ = ["Campaign", "CampaignPlan", "campaigned"]


@final
@frozen
class Campaign:
    """A message to many customers, some time in a period.

    Args:
        name: Stable identifier.
        period: The days on which it may be sent.
        applies: Whom it is for; everybody by default. Not those of whom that is unknown.
        channels: Channels, best first.
        purpose: What it is for.
        priority: Which campaign goes first where a customer can get only one.
        at_most: How many customers get it at most; everybody by default.
        content: What it says.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
    """

    name: str = name_field()
    period: Period = field(kw_only=True)
    applies: Condition = applies_field()
    channels: tuple[str, ...] = channels_field()
    purpose: str = field(default="selling", kw_only=True)
    priority: int = field(default=0, kw_only=True)
    at_most: int | None = field(default=None, kw_only=True)
    content: str = field(default="", kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        where = f"campaign {self.name!r}"
        must(isinstance(self.period, Period), where, "have a Period", self.period)
        must(self.purpose in PURPOSES, where, f"have a purpose ({', '.join(PURPOSES)})", self.purpose)
        if self.at_most is not None:
            whole(f"at_most of {where}", self.at_most, 1, 10**9)

    def need(self) -> Need:
        """Return what it asks for of one customer."""
        first, last = self.period.start, self.period.last_day
        return Need(
            self.name,
            "campaign",
            first,
            first,
            first,
            last,
            self.channels,
            self.purpose,
            content=self.content,
            priority=self.priority,
            keeps=False,
            why=sentence("sent from {first} to {last}", first=first, last=last),
            title=self.title,
        )


@final
@frozen
class CampaignPlan:
    """Who gets which campaign when.

    Args:
        slots: The messages, in order of time.
        unmet: The customers whom a campaign is for and who do not get it, with the reason.
    """

    slots: tuple[Slot, ...]
    unmet: tuple[Unmet, ...] = ()

    def of(self, campaign: str) -> tuple[Slot, ...]:
        """Return the messages of one campaign."""
        return tuple(slot for slot in self.slots if campaign in slot.for_)


def campaigned(
    policy: ContactPolicy,
    campaigns: Iterable[Campaign],
    accounts: Iterable[Account],
    histories: Mapping[str, Any],
    after: datetime,
) -> CampaignPlan:
    """Return who gets which campaign when: the more important campaign first, every guard kept.

    Where caps leave a customer room for one message, the campaign of the greatest priority gets it. A campaign that
    reaches only so many goes to the customers who can get it first.

    Args:
        policy: The contact policy, for its guards.
        campaigns: The campaigns.
        accounts: The customers.
        histories: The touches so far and those planned, by customer.
        after: The instant from which on messages can be sent.
    """
    begin = utc(aware("the instant of campaigns", after))
    desks = {
        account.id: Desk(policy, account, as_history(histories.get(account.id, ())).diary.copy(), begin)
        for account in accounts
    }
    slots: list[Slot] = []
    unmet: list[Unmet] = []
    for campaign in sorted(campaigns, key=lambda each: (-each.priority, each.name)):
        found = [
            desk.place(campaign.need(), campaign.period.end)
            for desk in desks.values()
            if _is_for(campaign, desk.account)
        ]
        made = sorted((each for each in found if isinstance(each, Slot)), key=lambda slot: (utc(slot.at), slot.account))
        taken = made if campaign.at_most is None else made[: campaign.at_most]
        for slot in taken:
            desks[slot.account].write(slot)
        slots += taken
        unmet += [each for each in found if isinstance(each, Unmet)]
        full = sentence("the campaign reaches {most} customers at most", most=campaign.at_most)
        for slot in made[len(taken) :]:
            unmet.append(Unmet(slot.account, slot.first, None, full, slot.owner))
    return CampaignPlan(tuple(sorted(slots, key=lambda slot: (utc(slot.at), slot.account, slot.for_))), tuple(unmet))


def _is_for(campaign: Campaign, account: Account) -> bool:
    return campaign.applies is always or holds_for(campaign.applies, account.facts) is True
