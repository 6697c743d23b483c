"""What is missing to the next better tier, through all policies of a handbook, confirmed by deciding again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from attrs import frozen

from crmrules._words import say
from crmrules.errors import CrmRulesError
from crmrules.facts import AsOf, Undecided
from crmrules.handbook._answers import Answers
from crmrules.handbook._handbook import Handbook
from crmrules.problems import Language
from crmrules.segmentation._growth import GrowthPath
from crmrules.tables import Change, Path, Paths

__all__ = ["NextStep", "next_step"]

_DEEPEST = 3


@frozen
class NextStep:
    """The step up from a customer's tier.

    Args:
        tier: The tier the customer has.
        up: The next better one.
        paths: The ways to it in the customer's own units; every one was confirmed by deciding again.
    """

    tier: str
    up: str
    paths: Paths

    def told(self, language: Language = "en") -> str:
        """Return the ways in one line; empty where none was found."""
        ways = (", ".join(change.told(language) for change in path.changes) for path in self.paths.paths)
        return f" {say('or', language)} ".join(ways)


def next_step(
    handbook: Handbook, growth: GrowthPath, record: Mapping[str, Any], answers: Answers, as_of: AsOf | None
) -> NextStep | None:
    """Return the step up of a customer; nothing for the best tier, and where there is no tier.

    Args:
        handbook: The handbook, fitted.
        growth: Which outcome is asked about, and what can change.
        record: The customer's facts.
        answers: The customer's answers.
        as_of: The day of the decisions.
    """
    decision = answers[growth.outcome]
    tiers: tuple[str, ...] = getattr(decision.policy, "tiers", ())
    if decision.value not in tiers or decision.value == tiers[0]:
        return None
    up = tiers[tiers.index(decision.value) - 1]
    found = dict.fromkeys(_ways(decision, up, answers, _DEEPEST))
    better = set(tiers[: tiers.index(up) + 1])

    def leads(path: Path) -> bool:
        if growth.changeable and not path.facts <= set(growth.changeable):
            return False
        moved = {change.fact.name: change.then for change in path.changes}
        try:
            value = handbook.decide({**record, **moved}, as_of, ask=(growth.outcome,))[growth.outcome].value
        except CrmRulesError:
            return False
        return value in better

    paths = tuple(path for path in found if path.changes and leads(path))
    return NextStep(decision.value, up, Paths(up, False, tuple(sorted(paths, key=_size))))


def _size(path: Path) -> int:
    return len(path.changes)


def _ways(decision: Any, outcome: Any, answers: Answers, depth: int) -> Iterator[Path]:
    """Yield the ways to an outcome, changes of other policies' outcomes followed down to facts of the record."""
    if depth == 0 or isinstance(decision.value, Undecided):
        return
    for path in decision.to(outcome).paths:
        options = [tuple(_below(change, answers, depth)) for change in path.changes]
        for parts in product(*options):
            yield Path(tuple(dict.fromkeys(change for part in parts for change in part)))


def _below(change: Change, answers: Answers, depth: int) -> Iterator[tuple[Change, ...]]:
    """Yield what stands behind a change: itself, if it is one of a fact; the passing of time leads nowhere."""
    if change.fact.since is not None:
        return
    behind = answers.get(change.fact.name)
    if behind is None:
        yield (change,)
    else:
        yield from (path.changes for path in _ways(behind, change.then, answers, depth - 1))
