"""Reviews of tiers as a part of a handbook: which outcome, how often, and the brakes on its changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import field, fields, frozen

from crmrules._checks import must, name_of
from crmrules._frozen import FrozenMapping
from crmrules.segmentation._population import resolved
from crmrules.spans import Span, months
from crmrules.spans._intake import whole
from crmrules.tables.policies import name_field, note_field, source_field, title_field
from crmrules.transitions import Direction, ReviewsFrom, Steady
from crmrules.wording import Wording

__all__ = ["TierReviews"]

MOST_LOOKS = 120


def _outcome(name: Any) -> str:
    return name_of("TierReviews.outcome", name)


def _band(band: Any) -> FrozenMapping[Any]:
    must(isinstance(band, Mapping), "band", "be a mapping from fact to width, such as {'spend': '20%'}", band)
    return FrozenMapping(band)


@frozen
class TierReviews:
    """Review the tiers of an outcome at intervals, with brakes on their changes.

    A run walks through the last ``looks`` looks, one ``every`` so often, ending on its own day: it computes the facts
    of each day from the orders, and tells every change of tier with its reason, the mix and the migration of tiers.

    Args:
        name: Stable identifier.
        outcome: The outcome, whose policies give tiers.
        every: How far one look is from the next.
        looks: How many looks a run makes.
        review: How often tiers are reviewed; see ``Steady`` for this and everything below.
        reviews_from: The day from which reviews are counted.
        at_review: The moves that wait for a review.
        band: How far a fact must lie beyond a bound.
        banded: The moves that the band brakes.
        confirm: How many looks in a row must ask for a move.
        confirmed: The moves that need confirming.
        hold: How long a tier is kept once reached.
        held: The moves that the hold forbids.
        grace: How long a tier is kept after it was first due to be lost.
        stepwise: The moves that go one tier at a time.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
    """

    name: str = name_field()
    outcome: str = field(kw_only=True, converter=_outcome)
    every: Span = field(default=months(1), kw_only=True)
    looks: int = field(default=13, kw_only=True)
    review: Span | None = field(default=None, kw_only=True)
    reviews_from: ReviewsFrom | date = field(default="entry", kw_only=True)
    at_review: Direction = field(default="both", kw_only=True)
    band: Mapping[str, Any] = field(factory=dict, kw_only=True, converter=_band)
    banded: Direction = field(default="both", kw_only=True)
    confirm: Any = field(default=1, kw_only=True)
    confirmed: Direction = field(default="both", kw_only=True)
    hold: Span | None = field(default=None, kw_only=True)
    held: Direction = field(default="down", kw_only=True)
    grace: Span | None = field(default=None, kw_only=True)
    stepwise: Direction = field(default="neither", kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        where = f"TierReviews {self.name!r}"
        good = isinstance(self.every, Span) and self.every != Span()
        must(good, f"{where}.every", "be a calendar span of a day or more, such as months(1)", self.every)
        whole(f"{where}.looks", self.looks, 1, MOST_LOOKS)

    def over(self, policy: Any, tiers: tuple[str, ...] | None = None) -> Steady:
        """Return the brakes laid over a policy.

        Raises:
            PolicyError: If an option is unknown, or the band names what the policy does not read.
        """
        names = (each.name for each in fields(Steady) if each.name not in ("policy", "tiers"))
        options: dict[str, Any] = {name: resolved(getattr(self, name)) for name in names}
        options["band"] = {name: resolved(width) for name, width in self.band.items()}
        return Steady(policy, tiers=tiers, **options)

    def days(self, last: date) -> tuple[date, ...]:
        """Return the days of the looks, the last one first named last."""
        return tuple(self.every.before(last, number) for number in reversed(range(self.looks)))
