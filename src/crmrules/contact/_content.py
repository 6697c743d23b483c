"""Content: what a contact is about, chosen by the customer's facts."""

from __future__ import annotations

from typing import Any

from attrs import field

from crmrules.tables import NO_OUTCOME, Table, TablePolicy
from crmrules.tables.policies import rows_from, split_rows

__all__ = ["choice_of", "content_field", "content_policy"]


def _rows(given: Any) -> tuple[Any, ...]:
    return rows_from(given) if given else ()


def content_field() -> Any:
    """Return the field of what a contact is about: a mapping from topic to condition, or rows."""
    return field(default=(), kw_only=True, converter=_rows)


def content_policy(name: str, rows: tuple[Any, ...]) -> TablePolicy | None:
    """Return the table that picks the first topic whose condition holds, if there are topics."""
    if not rows:
        return None
    found, rest = split_rows(f"the content of {name!r}", rows)
    default = None if rest.outcome is NO_OUTCOME else rest.outcome
    return TablePolicy(name, gives="content", table=Table(found, "first", otherwise=default))


def choice_of(policy: TablePolicy | None, facts: Any, as_of: Any) -> str:
    """Return the outcome of a table of texts for a customer; an empty text where it gives none."""
    if policy is None:
        return ""
    found = policy.value(facts, as_of)
    return found if isinstance(found, str) else ""
