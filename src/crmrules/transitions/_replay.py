"""Replays: every look at a customer, the changes among them, and how steady they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, final

from attrs import evolve, frozen

from crmrules._words import say
from crmrules.errors import PolicyError
from crmrules.problems import Language
from crmrules.transitions._override import Override
from crmrules.transitions._standing import Reason, Review, Standing

__all__ = ["Move", "Replay", "replayed"]


@final
@frozen
class Move:
    """One change of tier.

    Args:
        day: The day of it.
        before: The tier until then; ``None`` for the first one.
        after: The tier from then on; ``None`` where the policy no longer applies.
        reason: What made it.
        decision: The plain policy's decision of that day.
    """

    day: date
    before: str | None
    after: str | None
    reason: Reason
    decision: Any

    def told(self, language: Language = "en") -> str:
        """Return the change in one line."""
        parts = {"before": self.before, "after": self.after or say("nothing", language)}
        told = say("{before} -> {after}" if self.before else "{after}", language, **parts)
        return say("{day} {change}: {reason}", language, day=str(self.day), change=told, reason=self.reason)


@final
@frozen
class Replay:
    """One customer's history under a ``Steady``: all looks, in order. ``str`` tells the changes."""

    tiers: tuple[str, ...]
    reviews: tuple[Review, ...]

    @property
    def standing(self) -> Standing:
        """What to store, and to go on from."""
        return self.reviews[-1].standing if self.reviews else Standing()

    @property
    def tier(self) -> str | None:
        """The tier after the last look."""
        return self.reviews[-1].tier if self.reviews else None

    @property
    def changes(self) -> tuple[Move, ...]:
        """Every change of tier with its reason, the first tier included."""
        return tuple(self._changes())

    def _changes(self) -> Iterator[Move]:
        before = None
        for look in self.reviews:
            if look.tier != before:
                yield Move(look.day, before, look.tier, look.reason, look.decision)
            before = look.tier

    @property
    def moves(self) -> tuple[Move, ...]:
        """The changes from one tier to another, without first tiers and without leaving."""
        return tuple(move for move in self._changes() if move.before and move.after)

    @property
    def reversals(self) -> int:
        """How many moves turn back on the move before: up after down, or down after up."""
        ways = [self.tiers.index(move.after or "") < self.tiers.index(move.before or "") for move in self.moves]
        return sum(earlier != later for earlier, later in pairwise(ways))

    @property
    def agreeing(self) -> int:
        """How many looks found the tier that the plain policy gives."""
        return sum(look.tier == look.plain for look in self.reviews)

    @property
    def agreement(self) -> Fraction | None:
        """The share of looks at which tier and plain tier agree; of none, unknown."""
        return Fraction(self.agreeing, len(self.reviews)) if self.reviews else None

    def tier_on(self, day: date) -> str | None:
        """Return the tier on a day, as of the last look up to it; ``None`` before the first one."""
        found = None
        for look in self.reviews:
            if look.day > day:
                break
            found = look.tier
        return found

    def text(self, language: Language = "en") -> str:
        """Return the changes as lines of text."""
        return "\n".join(move.told(language) for move in self._changes())

    def __str__(self) -> str:
        return self.text()


def replayed(
    rules: Any, records: Iterable[tuple[date, Any]], overrides: tuple[Override, ...], standing: Standing | None
) -> Replay:
    """Return the replay of one history."""
    reviews: list[Review] = []
    by_hand = False
    for day, record in records:
        if reviews and day <= reviews[-1].day:
            raise PolicyError(f"the days of a history must be in order, got {day} after {reviews[-1].day}")
        look = rules.look(record, day, standing)
        standing = look.standing
        override = next((each for each in overrides if day in each), None)
        if override is not None:
            look = evolve(look, tier=override.tier, reason="override")
        elif by_hand and reviews[-1].tier != look.tier:
            look = evolve(look, reason="override ended")
        by_hand = override is not None
        reviews.append(look)
    return Replay(rules.tiers, tuple(reviews))
