"""The order in which policies decide: each after those whose outcomes it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crmrules.conditions import Fact
from crmrules.errors import CycleError, PolicyError
from crmrules.facts import Sheet

__all__ = ["in_order", "merged_outcome"]


def in_order(policies: Iterable[Any], sheet: Sheet) -> tuple[Any, ...]:
    """Return the policies, each after those whose outcomes it reads, else in the order given.

    Raises:
        CycleError: If policies need one another's outcomes in a circle.
        PolicyError: If an outcome is also a declared fact, or a policy reads a fact that nobody declares.
    """
    given = tuple(policies)
    groups: dict[str, list[Any]] = {}
    for policy in given:
        groups.setdefault(policy.gives, []).append(policy)
    outcomes = {name: merged_outcome(group) for name, group in groups.items()}
    _check_declared(given, sheet, outcomes)
    ordered = _sorted(groups)
    return tuple(policy for name in ordered for policy in groups[name])


def merged_outcome(group: list[Any]) -> Fact:
    """Return the fact that several policies with one outcome give together: of all their choices."""
    from attrs import evolve

    first: Fact = group[0].outcome
    for policy in group[1:]:
        other: Fact = policy.outcome
        if other.type != first.type:
            raise PolicyError(
                f"policies that give {first.name!r} must give one type, got {first.type} from {group[0].name!r} "
                f"and {other.type} from {policy.name!r}"
            )
        first = evolve(first, choices=tuple(dict.fromkeys((*first.choices, *other.choices))))
    return first


def _check_declared(policies: tuple[Any, ...], sheet: Sheet, outcomes: Mapping[str, Fact]) -> None:
    declared = sheet.by_name()
    for name in outcomes:
        if name in declared:
            raise PolicyError(f"{name!r} must be a fact or an outcome, got both. Rename one of them.")
    for policy in policies:
        for fact in policy.inputs:
            known = outcomes.get(fact.name) or declared.get(fact.name)
            if known is None or known.type != fact.type:
                raise PolicyError(
                    f"policy {policy.name!r} reads {fact.name!r}, which the handbook does not declare as {fact.type}"
                )


def _sorted(groups: Mapping[str, list[Any]]) -> tuple[str, ...]:
    done: dict[str, None] = {}
    for name in groups:
        _visit(name, groups, done, ())
    return tuple(done)


def _visit(name: str, groups: Mapping[str, list[Any]], done: dict[str, None], path: tuple[str, ...]) -> None:
    if name in done:
        return
    if name in path:
        raise CycleError(tuple(groups[each][0].name for each in (*path[path.index(name) :], name)))
    for policy in groups[name]:
        for need in policy.reads:
            if need in groups:
                _visit(need, groups, done, (*path, name))
    done[name] = None
