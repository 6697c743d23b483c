"""One small tier policy and a history for it."""

from datetime import date

from crmrules.facts import facts, integer, money
from crmrules.segmentation import TierPolicy
from crmrules.spans import months
from crmrules.tables import otherwise
from crmrules.transitions import Steady

F = facts(spend=money("CNY", minimum=0), orders=integer(minimum=0, maximum=1_000))
TIERS = ("core", "important", "basic")
SIZE = TierPolicy(
    "size", gives="tier", tiers=TIERS, when={"core": F.spend >= 100, "important": F.spend >= 50, "basic": otherwise}
)


def day(number):
    """The first day of the n-th month from January 2026 on."""
    return months(1).after(date(2026, 1, 1), number - 1)


def history(*spends):
    """Monthly records, the first of January 2026."""
    return [(day(number), {"spend": spend}) for number, spend in enumerate(spends, 1)]


def tiers(*spends, policy=SIZE, overrides=(), **brakes):
    """The tier after each month."""
    return [look.tier for look in Steady(policy, **brakes).replay(history(*spends), overrides).reviews]


def reasons(*spends, policy=SIZE, **brakes):
    """The reason of each month."""
    return [look.reason for look in Steady(policy, **brakes).replay(history(*spends)).reviews]
