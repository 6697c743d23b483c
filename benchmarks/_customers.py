"""The seven-row, three-tier table of customers: as a policy, by hand, and the records it is run over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

from crmrules.facts import choice, facts, integer, money
from crmrules.segmentation import TierPolicy
from crmrules.tables import Row
from crmrules.tables.policies import Rest

__all__ = ["REST", "TIER_ROWS", "TierRow", "by_hand", "by_hand_exact", "by_hand_of_objects", "policy", "records_of"]

SEED = 20_260_630


class TierRow(NamedTuple):
    """A row of the table; a bound that is absent is not asked."""

    id: str
    tier: str
    business_type: str
    spend: int | None
    purchases: int | None


TIER_ROWS = (
    TierRow("b2b-core", "core", "b2b", 10_000_000, None),
    TierRow("b2c-core", "core", "b2c", 5_000, None),
    TierRow("b2b-important", "important", "b2b", 1_000_000, None),
    TierRow("b2c-important", "important", "b2c", 1_000, None),
    TierRow("b2b-frequent", "important", "b2b", None, 24),
    TierRow("b2c-frequent", "important", "b2c", None, 5),
)
REST = "basic"
"""The seventh row: everybody else."""


def policy() -> TierPolicy:
    """Return the table as a policy."""
    f: Any = facts(
        business_type=choice("b2b", "b2c"), annual_spend=money("CNY", minimum=0), purchases=integer(minimum=0)
    )

    def when(row: TierRow) -> Any:
        asked = f.business_type == row.business_type
        if row.spend is not None:
            asked &= f.annual_spend >= row.spend
        return asked if row.purchases is None else asked & (f.purchases >= row.purchases)

    rows = [Row(row.id, when(row), row.tier) for row in TIER_ROWS]
    return TierPolicy("size", gives="tier", tiers=("core", "important", "basic"), when=(*rows, Rest(REST)))


def by_hand(record: Mapping[str, Any]) -> str:
    """Return the tier, as a competent person would write it."""
    business_type = record["business_type"]
    annual_spend = record["annual_spend"]
    purchases = record["purchases"]
    if business_type == "b2b" and annual_spend >= 10_000_000:
        return "core"
    if business_type == "b2c" and annual_spend >= 5_000:
        return "core"
    if business_type == "b2b" and annual_spend >= 1_000_000:
        return "important"
    if business_type == "b2c" and annual_spend >= 1_000:
        return "important"
    if business_type == "b2b" and purchases >= 24:
        return "important"
    if business_type == "b2c" and purchases >= 5:
        return "important"
    return "basic"


B2B_CORE, B2C_CORE, B2B_IMPORTANT, B2C_IMPORTANT = map(Decimal, (10_000_000, 5_000, 1_000_000, 1_000))


def by_hand_exact(record: Mapping[str, Any]) -> str:
    """Return the tier, with bounds made decimals beforehand as an expert would, which compares faster."""
    business_type = record["business_type"]
    annual_spend = record["annual_spend"]
    purchases = record["purchases"]
    if business_type == "b2b" and annual_spend >= B2B_CORE:
        return "core"
    if business_type == "b2c" and annual_spend >= B2C_CORE:
        return "core"
    if business_type == "b2b" and annual_spend >= B2B_IMPORTANT:
        return "important"
    if business_type == "b2c" and annual_spend >= B2C_IMPORTANT:
        return "important"
    if business_type == "b2b" and purchases >= 24:
        return "important"
    if business_type == "b2c" and purchases >= 5:
        return "important"
    return "basic"


def by_hand_of_objects(record: Any) -> str:
    """Return the tier of an object with attributes."""
    business_type = record.business_type
    annual_spend = record.annual_spend
    purchases = record.purchases
    if business_type == "b2b" and annual_spend >= 10_000_000:
        return "core"
    if business_type == "b2c" and annual_spend >= 5_000:
        return "core"
    if business_type == "b2b" and annual_spend >= 1_000_000:
        return "important"
    if business_type == "b2c" and annual_spend >= 1_000:
        return "important"
    if business_type == "b2b" and purchases >= 24:
        return "important"
    if business_type == "b2c" and purchases >= 5:
        return "important"
    return "basic"


@dataclass(frozen=True)
class Records:
    """The same customers four times: amounts exact to the cent, as floats, in whole units, and as objects."""

    exact: list[dict[str, Any]]
    floats: list[dict[str, Any]]
    whole: list[dict[str, Any]]
    objects: list[SimpleNamespace]


def records_of(count: int) -> Records:
    """Return customers whose amounts lie on both sides of every bound."""
    random = Random(SEED)
    exact = [_customer(random) for _ in range(count)]
    return Records(
        exact,
        [{**each, "annual_spend": float(each["annual_spend"])} for each in exact],
        [{**each, "annual_spend": int(each["annual_spend"])} for each in exact],
        [SimpleNamespace(**each) for each in exact],
    )


def _customer(random: Random) -> dict[str, Any]:
    business_type = random.choice(("b2b", "b2c"))
    exponent = random.uniform(5, 7.5) if business_type == "b2b" else random.uniform(2, 4.2)
    return {
        "business_type": business_type,
        "annual_spend": Decimal(int(10**exponent * 100)).scaleb(-2),
        "purchases": int(random.expovariate(1 / (12 if business_type == "b2b" else 3))),
    }
