"""Refunds: what happens to the points of an order that is taken back."""

from __future__ import annotations

from typing import ClassVar, Literal, final

from attrs import frozen

from crmrules.loyalty._held import chosen_field

__all__ = ["Refunds"]

ClawBack = Literal["line", "amount", "recompute", "nothing"]
Reach = Literal["pending", "balance", "unlimited"]
GiveBack = Literal["share", "at_the_end", "never"]


@final
@frozen(kw_only=True)
class Refunds:
    """What a refund takes back and gives back.

    Points spent on the order are given back first, then points earned with it are taken back: from the order's own
    lots, then in spending order. Points of the order that have expired unspent are not taken a second time.

    Args:
        claw_back: Which points a refund takes back: ``amount`` the part of the order's points that the refunded
            amount is of the order; ``line`` the same, line by line, for refunds that name a line; ``recompute``
            what the kept part would not have earned; ``nothing`` leaves them.
        reach: From where: only ``pending`` points, no more than the ``balance``, or ``unlimited`` with a deficit
            that the next points fill.
        give_back: Points that paid for the order go back to the lots they came from, with their old expiry: the
            ``share`` of them that was refunded, all of them ``at_the_end`` when the whole order is back, or
            ``never``.
        excess: A refund of more than is left of the order: ``refuse`` it, or ``ignore`` what is beyond.

    Raises:
        PolicyError: If a choice is another one.

    >>> Refunds.STRICT.reach, Refunds.LENIENT.reach
    ('unlimited', 'balance')
    """

    claw_back: ClawBack = chosen_field("Refunds.claw_back", ClawBack, "recompute")
    reach: Reach = chosen_field("Refunds.reach", Reach, "unlimited")
    give_back: GiveBack = chosen_field("Refunds.give_back", GiveBack, "share")
    excess: Literal["refuse", "ignore"] = chosen_field("Refunds.excess", Literal["refuse", "ignore"], "refuse")

    STRICT: ClassVar[Refunds]
    LENIENT: ClassVar[Refunds]
    PENDING_ONLY: ClassVar[Refunds]
    NONE: ClassVar[Refunds]


Refunds.STRICT = Refunds()
Refunds.LENIENT = Refunds(reach="balance")
Refunds.PENDING_ONLY = Refunds(reach="pending")
Refunds.NONE = Refunds(claw_back="nothing", give_back="never")
