"""Labels: an unordered set of customer groups, of which one or several hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, Fact
from crmrules.facts import choice, labels
from crmrules.tables import NO_OUTCOME, Fallback, Table
from crmrules.tables.policies import (
    Deciding,
    applies_field,
    check_fallback,
    check_names,
    gives_field,
    name_field,
    names_field,
    note_field,
    rows_field,
    source_field,
    split_rows,
    title_field,
    valid_field,
)
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["LabelPolicy"]


@frozen(slots=False, repr=False)
class LabelPolicy(Deciding[Any]):
    """Give a customer the label, or all labels, whose condition holds.

    Args:
        name: Stable identifier; appears in explanations and documents.
        gives: Name of the fact that the outcome becomes for later policies.
        when: A condition for each label, or ``otherwise``; or a sequence of ``Row``.
        several: How many labels may hold: ``"one"`` promises that conditions exclude each other (a violation is
            an error), ``"first"`` takes the first in order, ``"all"`` gives every label as a tuple.
        applies: For whom the policy is meant; for others the outcome is ``None``.
        if_unknown: ``Fallback(...)`` gives that outcome where unknown facts leave it open.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        names: What outcomes are called, in English and Chinese, by outcome.
        valid: The days on which it is in force; always by default.

    Where no label holds and there is no ``otherwise``, the outcome is ``None``, or an empty tuple for ``"all"``.
    """

    name: str = name_field()
    gives: str = gives_field()
    when: tuple[Any, ...] = rows_field()
    several: Literal["one", "first", "all"] = field(default="one", kw_only=True)
    applies: Condition = applies_field()
    if_unknown: Fallback | None = field(default=None, kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    names: Mapping[str, Wording] = names_field()
    valid: Validity = valid_field()

    def __attrs_post_init__(self) -> None:
        where = f"LabelPolicy {self.name!r}"
        must(self.several in _HITS, where, "have several = 'one', 'first' or 'all'", self.several)
        labelled = tuple(row.outcome for row in self.when)
        check_names(where, self.names, labelled)
        check_fallback(where, self.if_unknown, (*labelled, None))
        _ = self.table  # built now, so that what is wrong is said now

    @cached_property
    def table(self) -> Table:
        """The labels as a table."""
        rows, rest = split_rows(f"LabelPolicy {self.name!r}", self.when)
        if self.several == "all":
            default = NO_OUTCOME if rest.outcome is NO_OUTCOME else (rest.outcome,)
            return Table(
                rows,
                "collect",
                aggregate="distinct",
                otherwise=default,
                if_unknown=self.if_unknown,
                rest_label=rest.label,
            )
        default = None if rest.outcome is NO_OUTCOME else rest.outcome
        return Table(rows, _HITS[self.several], otherwise=default, if_unknown=self.if_unknown, rest_label=rest.label)

    @property
    def outcome(self) -> Fact:
        """The fact that the outcome becomes for later policies; no label is a value of its own, not unknown."""
        names = tuple(dict.fromkeys(row.outcome for row in self.when))
        declare = labels if self.several == "all" else choice
        return declare(*names, none="", label=self.title).named(self.gives)

    def __repr__(self) -> str:
        return f"<label policy {self.name!r}: {self.several} of {len(self.when)}>"


_HITS: dict[str, Any] = {"one": "unique", "first": "first", "all": "collect"}
