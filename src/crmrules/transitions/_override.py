"""Tiers given by hand, for a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.spans._intake import plain_day

__all__ = ["Override", "ordered"]


@final
@frozen
class Override:
    """A tier that somebody gave by hand, until a day.

    While it lasts it is the customer's tier; reviews go on underneath, and what they found holds from the day on
    which it expires.

    Args:
        tier: The tier given.
        start: The first day.
        until: The first day on which it no longer holds; every override expires.
        reason: Why, for the record.

    Raises:
        PolicyError: If it has no day, or no reason.

    >>> str(Override("core", date(2026, 1, 1), date(2026, 7, 1), "key partner of the new line"))
    'core from 2026-01-01 until 2026-07-01: key partner of the new line'
    """

    tier: str
    start: date
    until: date
    reason: str = field()

    def __attrs_post_init__(self) -> None:
        plain_day("Override.start", self.start)
        plain_day("Override.until", self.until)
        if self.until <= self.start:
            raise PolicyError(f"Override.until must be after its start {self.start}, got {self.until}")
        good = isinstance(self.reason, str) and bool(self.reason.strip())
        must(good, "Override.reason", "be a text that is not blank", self.reason)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.until

    def __str__(self) -> str:
        return f"{self.tier} from {self.start} until {self.until}: {self.reason}"


def ordered(overrides: Iterable[Override], tiers: tuple[str, ...]) -> tuple[Override, ...]:
    """Return overrides by their start, or raise if one gives no tier of the policy or two of them overlap."""
    found = tuple(sorted(overrides, key=lambda each: each.start))
    for each in found:
        must(each.tier in tiers, "an override", f"give one of the tiers {', '.join(tiers)}", each.tier)
    for earlier, later in pairwise(found):
        if later.start < earlier.until:
            raise PolicyError(f"overrides must not overlap, got {earlier} and {later}. End the earlier one sooner.")
    return found
