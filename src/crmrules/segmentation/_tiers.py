"""Tiers: an ordered set of customer levels, the best one that fires wins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from crmrules._checks import did_you_mean, must, names_of
from crmrules.conditions import Condition, Fact
from crmrules.errors import PolicyError
from crmrules.facts import choice
from crmrules.tables import Fallback, Table
from crmrules.tables.policies import (
    Deciding,
    applies_field,
    check_fallback,
    check_names,
    gives_field,
    name_field,
    names_field,
    note_field,
    rows_field,
    source_field,
    split_rows,
    title_field,
    valid_field,
)
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["TierPolicy"]


def _tiers(tiers: Any) -> tuple[str, ...]:
    return names_of("tiers", tiers)


@frozen(slots=False, repr=False)
class TierPolicy(Deciding[str]):
    """Give a customer the best tier whose condition holds.

    Use it where the outcomes have an order; ``LabelPolicy`` where they have none, ``TablePolicy`` for the rest.

    Args:
        name: Stable identifier; appears in explanations and documents.
        gives: Name of the fact that the tier becomes for later policies.
        tiers: Tiers from best to worst.
        when: A condition for each tier, or ``otherwise`` for the one of everybody else. A tier may have several
            rows when given as a sequence of ``Row``.
        applies: For whom the policy is meant; for others the tier is ``None``.
        if_unknown: ``Fallback("basic")`` gives that tier where unknown facts leave it open.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        names: What outcomes are called, in English and Chinese, by outcome.
        valid: The days on which it is in force; always by default.

    Raises:
        PolicyError: If ``when`` names a tier that is not in ``tiers``, or misses one.

    Examples:
        >>> from crmrules.facts import facts, money
        >>> from crmrules.tables import otherwise
        >>> f = facts(annual_spend=money("CNY"))
        >>> size = TierPolicy("size", gives="tier", tiers=("core", "basic"),
        ...                   when={"core": f.annual_spend >= 10_000_000, "basic": otherwise})
        >>> size.decide({"annual_spend": 9_400_000}).value
        'basic'
    """

    name: str = name_field()
    gives: str = gives_field()
    tiers: tuple[str, ...] = field(kw_only=True, converter=_tiers)
    when: tuple[Any, ...] = rows_field()
    applies: Condition = applies_field()
    if_unknown: Fallback | None = field(default=None, kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    names: Mapping[str, Wording] = names_field()
    valid: Validity = valid_field()

    def __attrs_post_init__(self) -> None:
        where = f"TierPolicy {self.name!r}"
        must(len(self.tiers) > 0, where, "have tiers", self.tiers)
        given = [row.outcome for row in self.when]
        for tier in given:
            self._check_tier(tier, "name one of its tiers in every row")
        left = [tier for tier in self.tiers if tier not in given]
        must(not left, where, "say when each tier holds, or drop it", f"no condition for {', '.join(left)}")
        check_fallback(where, self.if_unknown, self.tiers)
        check_names(where, self.names, self.tiers)
        _ = self.table  # built now, so that what is wrong is said now

    def _check_tier(self, tier: Any, what: str) -> None:
        if tier not in self.tiers:
            near = did_you_mean(str(tier), self.tiers)
            known = ", ".join(self.tiers)
            raise PolicyError(f"TierPolicy {self.name!r} must {what}, got {tier!r}{near} (tiers: {known})")

    @cached_property
    def table(self) -> Table:
        """The tiers as a priority table."""
        rows, rest = split_rows(f"TierPolicy {self.name!r}", self.when)
        return Table(
            rows,
            "priority",
            order=self.tiers,
            otherwise=rest.outcome,
            if_unknown=self.if_unknown,
            rest_label=rest.label,
        )

    @property
    def outcome(self) -> Fact:
        """The fact that the tier becomes for later policies; no tier is a value of its own, not unknown."""
        return choice(*self.tiers, none="", label=self.title).named(self.gives)

    def __repr__(self) -> str:
        return f"<tier policy {self.name!r}: {' > '.join(self.tiers)}>"
