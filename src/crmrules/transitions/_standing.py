"""What a customer has, and what one review made of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, final

from attrs import frozen

__all__ = ["Reason", "Review", "Standing"]

Reason = Literal[
    "first tier",
    "kept",
    "better",
    "worse",
    "within the band",
    "not yet confirmed",
    "awaits a review",
    "held",
    "in grace",
    "undecided",
    "no longer applies",
    "override",
    "override ended",
]


@final
@frozen
class Standing:
    """The tier a customer has, and what was seen on the way to another one. Store it between reviews.

    Args:
        tier: The tier; ``None`` before the first one, or where the policy does not apply.
        since: The day on which the customer came to this tier.
        entered: The day of the customer's first tier, from which reviews may be counted.
        looked: The day of the last review.
        wanted: The other tiers that the last reviews in a row asked for, all better or all worse; the latest last.
        leaves: The day on which a grace period ends and the tier is lost.
    """

    tier: str | None = None
    since: date | None = None
    entered: date | None = None
    looked: date | None = None
    wanted: tuple[str, ...] = ()
    leaves: date | None = None


@final
@frozen
class Review:
    """One look at a customer.

    Args:
        day: The day of it.
        tier: The tier the customer has after it, overrides included.
        plain: The tier that the policy alone gives; ``Undecided`` or ``None`` as the policy says.
        reason: Why the tier is what it is.
        standing: What to store, and to give to the next review.
        decision: The plain policy's decision, which explains itself.
    """

    day: date
    tier: str | None
    plain: Any
    reason: Reason
    standing: Standing
    decision: Any
