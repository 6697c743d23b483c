"""What can be checked: the tables inside policies of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from crmrules.conditions import Condition, always
from crmrules.tables import Table, TablePolicy

__all__ = ["Subject", "subjects_of"]


@frozen(slots=False)
class Subject:
    """A table to check, and the policy it belongs to.

    Args:
        name: What to call it: the policy's name, with the part of the policy where it has several tables.
        table: The table.
        applies: For whom it is meant.
        policy: The policy it belongs to; nothing for a table alone.
        tiers: Whether the order of outcomes is part of what the policy is, so that another hit policy is no advice.
    """

    name: str
    table: Table
    applies: Condition = always
    policy: Any = field(default=None)

    @cached_property
    def decider(self) -> TablePolicy:
        """A policy that decides by this table alone: the evaluator that confirms what is found."""
        return TablePolicy(self.name, gives="outcome", table=self.table, applies=self.applies)

    @property
    def is_plain(self) -> bool:
        """Whether the author chose the hit policy, rather than a kind of policy that implies it."""
        return self.policy is None or isinstance(self.policy, TablePolicy)


def subjects_of(policy: Any) -> Iterator[Subject]:
    """Yield the tables inside a policy.

    A policy shows its tables by an attribute ``table``, or by ``tables``: a mapping from a word to a table.
    Anything without either, such as a rule of one's own, is opaque and yields nothing.
    """
    if isinstance(policy, Subject | Table):
        yield policy if isinstance(policy, Subject) else Subject("table", policy)
        return
    name, applies = str(getattr(policy, "name", "table")), getattr(policy, "applies", always)
    table = getattr(policy, "table", None)
    if isinstance(table, Table):
        yield Subject(name, table, applies, policy)
    several = getattr(policy, "tables", None)
    for word, each in several.items() if isinstance(several, Mapping) else ():
        yield Subject(f"{name}.{word}", each, applies, policy)
