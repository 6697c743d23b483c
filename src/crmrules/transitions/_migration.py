"""The tiers of many customers: how they are mixed, how they move between two days, how steady they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeVar, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules.transitions._replay import Replay

__all__ = ["Migration", "Mix", "Stability", "migration", "mix", "stability"]

Who = TypeVar("Who", bound=Hashable)


def _frozen(counts: Mapping[Any, int]) -> Any:
    return FrozenMapping(counts)


@final
@frozen
class Mix:
    """How many customers have each tier.

    Args:
        tiers: The tiers from best to worst.
        counts: Customers by tier.
        without: Customers without a tier.
    """

    tiers: tuple[str, ...]
    counts: Mapping[str, int] = field(converter=_frozen)
    without: int = 0

    @property
    def total(self) -> int:
        """All customers who have a tier."""
        return sum(self.counts.values())

    def share(self, tier: str) -> Fraction | None:
        """Return a tier's share of the customers who have one; of none, unknown."""
        return Fraction(self.counts[tier], self.total) if self.total else None


@final
@frozen
class Migration:
    """Who moved from which tier to which, between two days.

    Args:
        tiers: The tiers from best to worst.
        counts: Customers by pair of tiers, before and after; ``None`` stands for no tier.
    """

    tiers: tuple[str, ...]
    counts: Mapping[Any, int] = field(converter=_frozen)

    def count(self, before: str | None, after: str | None) -> int:
        """Return how many customers went from one tier to another, or stayed."""
        return self.counts.get((before, after), 0)

    def share(self, before: str, after: str) -> Fraction | None:
        """Return the share of a tier's customers who went to another one; of none, unknown."""
        whole = sum(count for (start, _), count in self.counts.items() if start == before)
        return Fraction(self.count(before, after), whole) if whole else None

    @property
    def up(self) -> int:
        """Customers with a better tier than before."""
        return self._where(lambda before, after: after < before)

    @property
    def down(self) -> int:
        """Customers with a worse tier than before."""
        return self._where(lambda before, after: after > before)

    @property
    def stayed(self) -> int:
        """Customers with the same tier as before."""
        return self._where(lambda before, after: after == before)

    @property
    def came(self) -> int:
        """Customers with a tier who had none."""
        return sum(count for (before, after), count in self.counts.items() if before is None and after is not None)

    @property
    def left(self) -> int:
        """Customers without a tier who had one."""
        return sum(count for (before, after), count in self.counts.items() if before is not None and after is None)

    def _where(self, holds: Any) -> int:
        rank = {tier: place for place, tier in enumerate(self.tiers)}
        return sum(
            count
            for (before, after), count in self.counts.items()
            if before is not None and after is not None and holds(rank[before], rank[after])
        )

    def __str__(self) -> str:
        heads = ["from \\ to", *self.tiers, "none"]
        rows = [
            [tier or "none", *(str(self.count(tier, after)) for after in (*self.tiers, None))]
            for tier in (*self.tiers, None)
        ]
        widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in [heads, *rows])


@final
@frozen
class Stability:
    """How steady the tiers of many customers were.

    Args:
        customers: How many customers.
        looks: All looks at them.
        moves: Changes from one tier to another.
        reversals: Moves that turn back on the move before.
        agreeing: Looks at which the tier is the one that the plain policy gives.
    """

    customers: int
    looks: int
    moves: int
    reversals: int
    agreeing: int

    @property
    def agreement(self) -> Fraction | None:
        """The share of looks at which tier and plain tier agree; of none, unknown."""
        return Fraction(self.agreeing, self.looks) if self.looks else None


def mix(tiers: tuple[str, ...], held: Iterable[str | None]) -> Mix:
    """Count customers by tier.

    Args:
        tiers: The tiers from best to worst.
        held: The tier of each customer; ``None`` for who has none.

    Raises:
        PolicyError: If somebody has a tier that is none of these.

    >>> mix(("core", "basic"), ["core", "basic", "basic", None]).share("basic")
    Fraction(2, 3)
    """
    counts = Counter(held)
    without = counts.pop(None, 0)
    _known(tiers, counts)
    return Mix(tuple(tiers), {tier: counts.get(tier, 0) for tier in tiers}, without)


def migration(tiers: tuple[str, ...], before: Mapping[Who, str | None], after: Mapping[Who, str | None]) -> Migration:
    """Count customers by the tiers they had on two days.

    Args:
        tiers: The tiers from best to worst.
        before: The tier of each customer on the first day; who is missing had none.
        after: The tier of each customer on the second day.

    Raises:
        PolicyError: If somebody has a tier that is none of these.

    >>> moved = migration(("core", "basic"), {"ann": "core", "bob": "basic"}, {"ann": "basic", "cy": "core"})
    >>> moved.down, moved.left, moved.came
    (1, 1, 1)
    """
    everybody = {**dict.fromkeys(before), **dict.fromkeys(after)}
    counts = Counter((before.get(each), after.get(each)) for each in everybody)
    _known(tiers, {tier: 0 for pair in counts for tier in pair if tier is not None})
    return Migration(tuple(tiers), counts)


def stability(replays: Iterable[Replay]) -> Stability:
    """Add up how steady the tiers of many customers were."""
    found = tuple(replays)
    return Stability(
        len(found),
        sum(len(each.reviews) for each in found),
        sum(len(each.moves) for each in found),
        sum(each.reversals for each in found),
        sum(each.agreeing for each in found),
    )


def _known(tiers: tuple[str, ...], counts: Mapping[Any, int]) -> None:
    for tier in counts:
        must(tier in tiers, "a customer's tier", f"be one of {', '.join(tiers)}", tier)
