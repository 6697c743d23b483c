"""One review: from the tier there was, and what the policy says today, to the tier there is."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import evolve

from crmrules.facts import Undecided
from crmrules.transitions._band import corners
from crmrules.transitions._standing import Reason, Review, Standing

__all__ = ["reviewed"]


def reviewed(rules: Any, before: Standing, decision: Any, day: date) -> Review:
    """Return the review of one customer on one day.

    Args:
        rules: The ``Steady`` with its policy and brakes.
        before: What the customer had.
        decision: What the policy says today.
        day: The day.
    """
    plain = decision.value
    if isinstance(plain, Undecided):
        return _review(day, evolve(before, looked=day), "undecided", decision)
    if plain is None:
        left = Standing(entered=before.entered, looked=day)
        return _review(day, left, "no longer applies", decision)
    rules.rank(plain)
    if before.tier is None:
        entered = before.entered or day
        return _review(day, Standing(plain, day, entered, day), "first tier", decision)
    if plain == before.tier:
        return _review(day, _settled(before, day), "kept", decision)
    return _asked_to_move(rules, before, decision, day)


def _asked_to_move(rules: Any, before: Standing, decision: Any, day: date) -> Review:
    """Ask the brakes, in their order, and move if none holds."""
    present = rules.rank(before.tier)
    target = _beyond_band(rules, decision, present)
    if target == present:
        return _review(day, _settled(before, day), "within the band", decision)
    way = "up" if target < present else "down"
    wanted = _streak(rules, before, present, target)
    seen = Standing(before.tier, before.since, before.entered, day, wanted, before.leaves if way == "down" else None)
    reason = _braked(rules, before, seen, way)
    if reason is None and way == "down" and rules.grace is not None:
        leaves = seen.leaves or rules.grace.after(day)
        seen = evolve(seen, leaves=leaves)
        reason = "in grace" if day < leaves else None
    if reason is not None:
        return _review(day, seen, reason, decision)
    tier = rules.tiers[_step(rules, present, _nearest(rules, seen.wanted, present, way), way)]
    return _review(day, Standing(tier, day, before.entered, day), "better" if way == "up" else "worse", decision)


def _beyond_band(rules: Any, decision: Any, present: int) -> int:
    """Return the rank that is asked for wherever in the band the facts lie: the one nearest to the present one."""
    rank: int = rules.rank(decision.value)
    if not rules.band or not _goes(rules.banded, "up" if rank < present else "down"):
        return rank
    found = rank
    for record in corners(rules.band, rules.policy.inputs, decision.read):
        other = rules.policy.decide(record, decision.as_of).value
        if not isinstance(other, str):
            return present
        found = max(found, rules.rank(other)) if rank < present else min(found, rules.rank(other))
    return min(found, present) if rank < present else max(found, present)


def _streak(rules: Any, before: Standing, present: int, target: int) -> tuple[str, ...]:
    """Return the tiers asked for by the last looks in a row, as many as are needed to confirm."""
    same = before.wanted and (rules.rank(before.wanted[-1]) < present) == (target < present)
    wanted = (*(before.wanted if same else ()), rules.tiers[target])
    return wanted[-rules.confirm :]


def _braked(rules: Any, before: Standing, seen: Standing, way: str) -> Reason | None:
    """Return the brake that keeps the tier, if one does; a grace period that runs needs no further review."""
    if _goes(rules.confirmed, way) and len(seen.wanted) < rules.confirm:
        return "not yet confirmed"
    if seen.leaves is not None:
        return None
    if _goes(rules.at_review, way) and not _falls_due(rules, before, seen.looked):
        return "awaits a review"
    if rules.hold is not None and _goes(rules.held, way) and seen.looked < rules.hold.after(before.since):
        return "held"
    return None


def _falls_due(rules: Any, before: Standing, day: Any) -> bool:
    """Say whether a review has fallen due since the last look."""
    start = rules.reviews_start(before)
    if rules.review is None or start is None:
        return True
    return bool(rules.reviews_by(start, day) > rules.reviews_by(start, before.looked))


def _nearest(rules: Any, wanted: tuple[str, ...], present: int, way: str) -> int:
    """Return the rank nearest to the present one among those confirmed."""
    asked = wanted if _goes(rules.confirmed, way) else wanted[-1:]
    ranks: list[int] = [rules.rank(tier) for tier in asked]
    return max(ranks) if way == "up" else min(ranks)


def _step(rules: Any, present: int, target: int, way: str) -> int:
    """Return the rank to move to: the target, or the next one on the way to it."""
    if not _goes(rules.stepwise, way):
        return target
    return present - 1 if way == "up" else present + 1


def _goes(direction: str, way: str) -> bool:
    return direction in (way, "both")


def _settled(before: Standing, day: date) -> Standing:
    """Return the standing of a customer who stays: what was seen on the way elsewhere is forgotten."""
    return Standing(before.tier, before.since, before.entered, day)


def _review(day: date, standing: Standing, reason: Reason, decision: Any) -> Review:
    return Review(day, standing.tier, decision.value, reason, standing, decision)
