"""Hypothesis strategies for facts, records and policies, and the laws that every policy keeps, for your own tests.

Needs the extra ``crmrules[testing]``.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmrules.conditions import NO_STAND_IN, NUMERIC, Compare, Fact, Has, IsUnknown, OneOf, atoms, evaluate
from crmrules.errors import HitPolicyError, NoRowError
from crmrules.facts import UNKNOWN, AsOf, Sheet
from crmrules.segmentation import TierPolicy
from crmrules.tables import Decision, otherwise, settle, verify
from crmrules.tables._decision import with_counted

__all__ = ["LAWS", "facts_of", "laws", "records_of", "tier_policies_of", "values_of"]

DAY = date(2026, 6, 30)
"""The day of the decisions unless another is given."""

_WORDS = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=6)


def values_of(fact: Fact, near: Iterable[Any] = ()) -> st.SearchStrategy[Any]:
    """Return a strategy of a fact's values as a record states them, unknown among them where it may be.

    Args:
        fact: The fact.
        near: Values to stay close to: on them, just below and just above.

    >>> from crmrules.facts import integer
    >>> strategy = values_of(integer(minimum=0, maximum=3, unknown=False).named("visits"))
    """
    beside = [value for each in near for value in _beside(fact, each) if _allowed(fact, value)]
    known = _known(fact)
    drawn = st.one_of(st.sampled_from(beside), known) if beside else known
    return drawn | st.just(None if fact.none is NO_STAND_IN else UNKNOWN) if fact.unknown else drawn


def _known(fact: Fact) -> st.SearchStrategy[Any]:
    low, high = fact.minimum, fact.maximum
    if fact.type == "integer":
        return st.integers(_whole(low, -10_000), _whole(high, 10_000))
    if fact.type in NUMERIC:
        ends = (Decimal(-(10**9)) if low is None else low, Decimal(10**9) if high is None else high)
        return st.decimals(*ends, places=2, allow_nan=False)
    if fact.type == "date":
        return st.dates(low or date(2000, 1, 1), high or DAY)
    if fact.type == "instant":
        return st.dates(date(2000, 1, 1), DAY).map(lambda day: datetime.combine(day, time(9), UTC))
    return _chosen(fact)


def _chosen(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.type == "flag":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.choices)
    return st.frozensets(st.sampled_from(fact.choices)) if fact.type == "labels" else _WORDS


def _whole(bound: Any, otherwise: int) -> int:
    return otherwise if bound is None else int(bound)


def _beside(fact: Fact, value: Any) -> Iterable[Any]:
    if fact.type in NUMERIC:
        step = 1 if fact.type == "integer" else Decimal("0.01")
        return (value - step, value, value + step)
    if fact.type in ("date", "instant"):
        day = timedelta(days=1)
        return (value - day, value, value + day)
    return (frozenset({value}),) if fact.type == "labels" else (value,)


def _allowed(fact: Fact, value: Any) -> bool:
    if fact.type == "integer" and value != int(value):
        return False
    return (fact.minimum is None or value >= fact.minimum) and (fact.maximum is None or value <= fact.maximum)


def facts_of(sheet: Sheet) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of records with all facts of a sheet, those that count from dates left out."""
    facts = (fact for fact in sheet.declarations if fact.since is None)
    return st.fixed_dictionaries({fact.name: values_of(fact) for fact in facts})


def records_of(policy: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of records for a policy with a table: on, below and above every bound it names."""
    named = {fact.name: list(_named(policy, fact)) for fact in policy.inputs}
    return st.fixed_dictionaries({fact.name: values_of(fact, named[fact.name]) for fact in policy.inputs})


def _named(policy: Any, fact: Fact) -> Iterable[Any]:
    for when in (policy.applies, *(row.when for row in policy.table.rows)):
        for atom in atoms(when):
            asked: Any = atom
            if asked.fact != fact:
                continue
            if isinstance(asked, OneOf):
                yield from asked.bound
            elif isinstance(asked, Has) or (isinstance(asked, Compare) and not isinstance(asked.value, Fact)):
                yield asked.bound


def tier_policies_of(sheet: Sheet, fact: str, tiers: tuple[str, ...]) -> st.SearchStrategy[TierPolicy]:
    """Return a strategy of tier policies that divide one numeric fact by falling bounds.

    Args:
        sheet: The sheet.
        fact: Name of the fact.
        tiers: The tiers from best to worst; the last one is everybody else's.
    """
    handle = sheet[fact]
    bounds = st.lists(st.integers(0, 10**7), min_size=len(tiers) - 1, max_size=len(tiers) - 1, unique=True)

    def made(drawn: list[int]) -> TierPolicy:
        falling = zip(tiers, sorted(drawn, reverse=True), strict=False)
        when: Any = {**{tier: handle >= bound for tier, bound in falling}, tiers[-1]: otherwise}
        return TierPolicy("drawn", gives="tier", tiers=tiers, when=when)

    return bounds.map(made)


# ------------------------------------------------------------------ laws


def same_as_the_walk(policy: Any, record: dict[str, Any], as_of: AsOf | None) -> None:
    """A decision is what the rows say, walked one by one."""
    decision = _decided(policy, record, as_of)
    if decision is None or decision.how in ("does_not_apply", "fallback") or not _tried(decision):
        return
    truths = [evaluate(row.when, decision.values) for row in policy.table.rows]
    fired = tuple(place for place, truth in enumerate(truths) if truth)
    possible = tuple(place for place, truth in enumerate(truths) if truth is None)
    settled = settle(policy.table, fired, possible, policy.name)
    assert bool(settled.open) == (decision.how == "undecided"), f"{record}: {decision}"
    assert settled.open or settled.value == decision.value, f"{record}: {decision}"


def same_again(policy: Any, record: dict[str, Any], as_of: AsOf | None) -> None:
    """Deciding again, a copy of the policy, and a pickled decision all say the same."""
    decision = _decided(policy, record, as_of)
    copy = pickle.loads(pickle.dumps(policy))  # noqa: S301
    assert _decided(copy, record, as_of) == decision == _decided(policy, record, as_of), f"{record}: {decision}"


def stands_when_stored(policy: Any, record: dict[str, Any], as_of: AsOf | None) -> None:
    """A stored decision is verified by the same rules."""
    decision = _decided(policy, record, as_of)
    assert decision is None or verify(decision.record(), policy), f"{record}: {decision}"


def unknown_is_not_false(policy: Any, record: dict[str, Any], as_of: AsOf | None) -> None:
    """What is decided although facts are unknown stays so, whatever they turn out to be."""
    decision = _decided(policy, record, as_of)
    whens = (policy.applies, *(row.when for row in policy.table.rows))
    asks_for_it = any(isinstance(atom, IsUnknown) for when in whens for atom in atoms(when))
    if decision is None or not decision or asks_for_it or decision.how in ("fallback", "does_not_apply"):
        return
    for fact in policy.inputs:
        for value in _some(policy, fact) if decision.read[fact.name] is None else ():
            known = with_counted(policy, {**decision.read, fact.name: value}, as_of)
            truths = [evaluate(row.when, known) for row in policy.table.rows]
            assert _stays(decision, truths), f"{record} with {fact.name} = {value}: {decision}"


def _stays(decision: Decision[Any], truths: list[bool | None]) -> bool:
    """Say whether a decision stays as it is; where further rows clash with those that gave it, ``check`` says so."""
    if None in truths:
        return True
    fired = tuple(place for place, truth in enumerate(truths) if truth)
    try:
        settled = settle(decision.policy.table, fired, (), decision.policy.name)
    except HitPolicyError as clash:
        return set(decision.rows) <= set(clash.rows)
    return bool(settled.value == decision.value)


def _some(policy: Any, fact: Fact) -> list[Any]:
    named = [value for each in _named(policy, fact) for value in _beside(fact, each) if _allowed(fact, value)]
    plain: dict[str, list[Any]] = {"flag": [True, False], "choice": list(fact.choices), "labels": [frozenset()]}
    return [*named, *plain.get(fact.type, [])]


def _tried(decision: Decision[Any]) -> bool:
    """Say whether the rows were tried: not where it is open whether the policy applies."""
    return evaluate(decision.policy.applies, decision.values) is True


def _decided(policy: Any, record: dict[str, Any], as_of: AsOf | None) -> Decision[Any] | None:
    """Return the decision, or nothing where no row fires or rows clash, which ``check`` finds."""
    try:
        decision: Decision[Any] = policy.decide(record, as_of)
    except (NoRowError, HitPolicyError):
        return None
    return decision


Law = Callable[[Any, dict[str, Any], "AsOf | None"], None]

LAWS: tuple[Law, ...] = (same_as_the_walk, same_again, stands_when_stored, unknown_is_not_false)
"""The laws that every policy with a table keeps."""


def laws(policy: Any, as_of: AsOf | None = DAY, *, examples: int = 50) -> None:
    """Try all laws on records at the bounds of a policy; raise with the falsifying record if one is broken.

    Args:
        policy: A policy with a table, such as a ``TierPolicy``.
        as_of: The day of the decisions.
        examples: How many records each law is tried on.

    Raises:
        AssertionError: If a law is broken.

    >>> from crmrules.facts import facts, money
    >>> f = facts(spend=money("CNY"))
    >>> when = {"core": f.spend >= 100, "basic": otherwise}
    >>> laws(TierPolicy("size", gives="tier", tiers=("core", "basic"), when=when), examples=5)
    """
    quick = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for law in LAWS:
        quick(given(records_of(policy))(_kept(law, policy, as_of)))()


def _kept(law: Law, policy: Any, as_of: AsOf | None) -> Callable[[dict[str, Any]], None]:
    def keeps(record: dict[str, Any]) -> None:
        law(policy, record, as_of)

    return keeps
