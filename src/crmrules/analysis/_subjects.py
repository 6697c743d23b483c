"""What can be checked: the tables inside policies and parts of every kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import field, fields, frozen, has

from crmrules.conditions import Condition, always
from crmrules.tables import Table, TablePolicy

__all__ = ["Subject", "pieces_of", "subjects_of"]


@frozen(slots=False)
class Subject:
    """A table to check, and the policy it belongs to.

    Args:
        name: What to call it: the policy's name, with the field of the policy where the table stands in one.
        table: The table.
        applies: For whom it is meant.
        policy: The policy it belongs to; nothing for a table alone.
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
    """Yield the tables inside a policy or part.

    A policy shows the table it decides by as ``table``; tables in fields are found by themselves. Anything without
    a table, such as a rule of one's own, is opaque and yields nothing.
    """
    if isinstance(policy, Subject | Table):
        yield policy if isinstance(policy, Subject) else Subject("table", policy)
        return
    name, applies = str(getattr(policy, "name", "table")), getattr(policy, "applies", always)
    table = getattr(policy, "table", None)
    if isinstance(table, Table):
        yield Subject(name, table, applies, policy)
        assigning = getattr(policy, "assigning", None)
        if isinstance(assigning, TablePolicy):
            yield Subject(assigning.name, assigning.table, assigning.applies, policy)
        return
    for word, each in _held(policy):
        yield Subject(f"{name}.{word}", each, applies, policy)


def _held(value: Any) -> Iterator[tuple[str, Table]]:
    """Yield the tables in the fields of a value, each with the name of its field."""
    if not has(type(value)) or isinstance(value, Condition):
        return
    for attribute in fields(type(value)):
        for part in _each(getattr(value, attribute.name)):
            if isinstance(part, Table):
                yield attribute.name, part
            else:
                yield from ((f"{attribute.name}.{word}", table) for word, table in _held(part))


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value


def pieces_of(rules: Any) -> Iterator[Any]:
    """Yield the policies and parts of a handbook; anything else is a piece by itself."""
    if not hasattr(rules, "policies"):
        yield rules
        return
    yield from rules.policies
    for section in getattr(rules, "parts", {}).values():
        yield from section.values() if isinstance(section, Mapping) else section
