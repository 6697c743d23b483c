"""Growth paths: what is still missing to the next tier."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from crmrules._checks import name_of, names_of
from crmrules.tables.policies import name_field, note_field, source_field, title_field
from crmrules.wording import Wording

__all__ = ["GrowthPath"]


def _outcome(name: Any) -> str:
    return name_of("GrowthPath.outcome", name)


def _changeable(names: Any) -> tuple[str, ...]:
    return names_of("GrowthPath.changeable", (names,) if isinstance(names, str) else names)


@frozen
class GrowthPath:
    """Ask of every customer what is missing to the next better tier of an outcome.

    Args:
        name: Stable identifier.
        outcome: The outcome, whose policies give tiers.
        changeable: The facts that a customer, or the company, can change; all by default.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
    """

    name: str = name_field()
    outcome: str = field(kw_only=True, converter=_outcome)
    changeable: tuple[str, ...] = field(default=(), kw_only=True, converter=_changeable)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
