"""The declaration of how a tier moves, laid over a policy that decides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import did_you_mean, must, names_of
from crmrules._frozen import FrozenMapping
from crmrules.errors import PolicyError
from crmrules.spans import Span, full_months
from crmrules.spans._intake import plain_day, whole
from crmrules.transitions._band import Width, bands, check_banded, told
from crmrules.transitions._override import Override, ordered
from crmrules.transitions._replay import Replay, replayed
from crmrules.transitions._standing import Review, Standing
from crmrules.transitions._walk import reviewed

__all__ = ["Direction", "ReviewsFrom", "Steady"]

Direction = Literal["up", "down", "both", "neither"]
ReviewsFrom = Literal["entry", "last change"]

MOST_CONFIRMATIONS = 60
_START = Standing()


def _bands(band: Any) -> FrozenMapping[Width]:
    return FrozenMapping(bands(band))


def _tiers(tiers: Any) -> tuple[str, ...]:
    return () if tiers is None else names_of("tiers", tiers)


@final
@frozen
class Steady:
    """Lay brakes over a tier policy: who changes tier, and when.

    The plain policy is asked at every review. Where it answers another tier than the customer has, the brakes are
    asked in this order, and the first that holds keeps the tier: the dead band, the confirmation, the review
    date, the hold, the grace period. What passes them all moves, by one step where ``stepwise`` says so.

    Args:
        policy: A ``TierPolicy``, or any policy whose outcomes have an order.
        tiers: The tiers from best to worst; the policy's own by default.
        review: How often tiers are reviewed, counted from ``reviews_from``; ``None`` makes every look a review.
        reviews_from: The day from which reviews are counted: the ``"entry"`` of the customer, the customer's
            ``"last change"`` of tier (a further upgrade restarts the clock), or one date for all.
        at_review: The moves that wait for a review; the others happen at once, on the day of the look.
        band: How far a fact must lie beyond a bound: by fact, a number in its unit or a percentage of the bound.
            With ``{"annual_spend": "20%"}`` and a bound of 10 million, core is lost below 8 and reached from 12
            million on. Fractions of a whole-number fact are dropped.
        banded: The moves that the band brakes.
        confirm: How many looks in a row must ask for the move; among them, the tier nearest to the present one wins.
        confirmed: The moves that need confirming.
        hold: How long a tier is kept once reached.
        held: The moves that the hold forbids.
        grace: How long a tier is kept after it was first due to be lost; who qualifies again meanwhile keeps it.
        stepwise: The moves that go one tier at a time.

    Raises:
        PolicyError: If an option is unknown, or a band names what the policy does not read.

    >>> from crmrules.facts import facts, money
    >>> from crmrules.spans import months
    >>> from crmrules.tables import otherwise
    >>> from crmrules.segmentation import TierPolicy
    >>> f = facts(spend=money("CNY"))
    >>> size = TierPolicy("size", gives="tier", tiers=("core", "basic"),
    ...                   when={"core": f.spend >= 100, "basic": otherwise})
    >>> steady = Steady(size, band={"spend": "20%"})
    >>> history = [(date(2026, month, 1), {"spend": spend}) for month, spend in ((1, 125), (2, 85), (3, 79))]
    >>> print(steady.replay(history))
    2026-01-01 core: first tier
    2026-03-01 core -> basic: worse
    """

    policy: Any
    tiers: tuple[str, ...] = field(default=None, kw_only=True, converter=_tiers)
    review: Span | None = field(default=None, kw_only=True)
    reviews_from: ReviewsFrom | date = field(default="entry", kw_only=True)
    at_review: Direction = field(default="both", kw_only=True)
    band: Mapping[str, Width] = field(factory=dict, kw_only=True, converter=_bands)
    banded: Direction = field(default="both", kw_only=True)
    confirm: int = field(default=1, kw_only=True)
    confirmed: Direction = field(default="both", kw_only=True)
    hold: Span | None = field(default=None, kw_only=True)
    held: Direction = field(default="down", kw_only=True)
    grace: Span | None = field(default=None, kw_only=True)
    stepwise: Direction = field(default="neither", kw_only=True)

    def __attrs_post_init__(self) -> None:
        where = self._where
        must(callable(getattr(self.policy, "decide", None)), "Steady", "lie over a policy", self.policy)
        if not self.tiers:
            object.__setattr__(self, "tiers", _tiers(getattr(self.policy, "tiers", None)))
        must(len(self.tiers) > 1, where, "have two tiers or more, from best to worst", self.tiers)
        for name in ("at_review", "banded", "confirmed", "held", "stepwise"):
            must(getattr(self, name) in get_args(Direction), f"{where}.{name}", _DIRECTIONS, getattr(self, name))
        for name in ("review", "hold", "grace"):
            self._check_span(f"{where}.{name}", getattr(self, name))
        whole(f"{where}.confirm", self.confirm, 1, MOST_CONFIRMATIONS)
        check_banded(where, self.band, self.policy.inputs)
        if self.reviews_from not in get_args(ReviewsFrom):
            good = isinstance(self.reviews_from, date)
            must(good, f"{where}.reviews_from", "be 'entry', 'last change' or a date", self.reviews_from)
            plain_day(f"{where}.reviews_from", self.reviews_from)

    @staticmethod
    def _check_span(where: str, span: Any) -> None:
        good = span is None or (isinstance(span, Span) and span != Span())
        must(good, where, "be a calendar span of a day or more, such as months(12), or None", span)

    @property
    def _where(self) -> str:
        return f"Steady over {getattr(self.policy, 'name', self.policy)!r}"

    def look(self, record: Any, as_of: date, standing: Standing | None = None) -> Review:
        """Review one customer: decide anew, and say what that makes of the tier the customer has.

        Args:
            record: The facts of the day.
            as_of: The day.
            standing: What the customer had after the last review; ``None`` for a new customer.

        Raises:
            PolicyError: If the day is not after the last review.
        """
        plain_day("as_of", as_of)
        standing = standing or _START
        if standing.looked is not None and as_of <= standing.looked:
            raise PolicyError(f"a review must be after the last one on {standing.looked}, got {as_of}")
        return reviewed(self, standing, self.policy.decide(record, as_of), as_of)

    def replay(
        self,
        records: Iterable[tuple[date, Any]],
        overrides: Iterable[Override] = (),
        standing: Standing | None = None,
    ) -> Replay:
        """Walk through one customer's history.

        Args:
            records: Pairs of day and record, the days in order; each is a look.
            overrides: Tiers given by hand.
            standing: What the customer had before, if the history goes on from there.

        Raises:
            PolicyError: If days are not in order, or overrides overlap.
        """
        return replayed(self, records, ordered(overrides, self.tiers), standing)

    def rank(self, tier: Any) -> int:
        """Return the place of a tier, 0 for the best.

        Raises:
            PolicyError: If it is none.
        """
        try:
            return self.tiers.index(tier)
        except ValueError:
            near = did_you_mean(str(tier), self.tiers)
            known = ", ".join(self.tiers)
            raise PolicyError(f"{self._where} must be given one of its tiers, got {tier!r}{near} ({known})") from None

    def next_review(self, standing: Standing) -> date | None:
        """Return the day on which the next review falls due; ``None`` where every look is one.

        >>> from crmrules.spans import months
        >>> from crmrules.facts import facts, money
        >>> from crmrules.tables import otherwise
        >>> from crmrules.segmentation import TierPolicy
        >>> f = facts(spend=money("CNY"))
        >>> size = TierPolicy("size", gives="tier", tiers=("core", "basic"),
        ...                   when={"core": f.spend >= 100, "basic": otherwise})
        >>> yearly = Steady(size, review=months(12), reviews_from="last change")
        >>> yearly.next_review(Standing("core", since=date(2024, 4, 15), looked=date(2024, 4, 15)))
        datetime.date(2025, 4, 15)
        """
        start = self.reviews_start(standing)
        if self.review is None or start is None:
            return None
        return self.review.after(start, self.reviews_by(start, standing.looked or start) + 1)

    def reviews_start(self, standing: Standing) -> date | None:
        """Return the day from which a customer's reviews are counted."""
        if isinstance(self.reviews_from, date):
            return self.reviews_from
        return standing.since if self.reviews_from == "last change" else standing.entered

    def reviews_by(self, start: date, day: date) -> int:
        """Return how many reviews have fallen due up to a day, the day included; none before the start."""
        if self.review is None or day < start:
            return 0
        if self.review.months:
            return full_months(start, day) // self.review.months
        return (day - start).days // self.review.days

    def __str__(self) -> str:
        return f"{self.policy.gives} of {self.policy.name!r}, {self._brakes() or 'without brakes'}"

    def _brakes(self) -> str:
        parts = (
            f"reviewed every {self.review}" if self.review else "",
            f"band {told(self.band)}" if self.band else "",
            f"confirmed {self.confirm} times" if self.confirm > 1 else "",
            f"held for {self.hold}" if self.hold else "",
            f"with {self.grace} of grace" if self.grace else "",
            f"one step at a time ({self.stepwise})" if self.stepwise != "neither" else "",
        )
        return ", ".join(part for part in parts if part)


_DIRECTIONS = "be 'up', 'down', 'both' or 'neither'"
