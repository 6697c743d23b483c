"""What every policy shares: its name, whom it applies to, when it is in force, and how it decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import evolve, field, fields, frozen

from crmrules._frozen import PickledByFields
from crmrules.conditions import Condition, Fact, facts_in, parameters_in, rebuilt
from crmrules.facts import bases, choice, flag, labels, number, text
from crmrules.parameters import Parameter, distinct
from crmrules.tables._decision import Decision
from crmrules.tables._fields import (
    applies_field,
    change_rows,
    gives_field,
    name_field,
    names_field,
    note_field,
    source_field,
    title_field,
    valid_field,
)
from crmrules.tables._fingerprint import digest
from crmrules.tables._rows import NO_OUTCOME, Table
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["Deciding", "Policy", "TablePolicy", "outcome_fact"]

Outcome = TypeVar("Outcome")


class Policy(PickledByFields):
    """What every policy is: a name, an outcome, for whom it is meant, and the facts it reads."""

    name: str
    gives: str
    applies: Condition

    if TYPE_CHECKING:

        @property
        def asked(self) -> tuple[Fact, ...]:
            """The facts that the policy itself asks about, ``applies`` apart."""

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts read or counted, those that say whether the policy applies first."""
        asked = (*facts_in(self.applies), *self.asked)
        return tuple(dict.fromkeys((*bases(asked), *asked)))

    @cached_property
    def inputs(self) -> tuple[Fact, ...]:
        """The facts fetched from a record, in the order in which they are read."""
        return bases((*facts_in(self.applies), *self.asked))

    @cached_property
    def counted(self) -> tuple[Fact, ...]:
        """The facts that count from dates, such as years of cooperation."""
        return tuple(fact for fact in self.facts if fact.since is not None)

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the facts to fetch before deciding."""
        return tuple(fact.name for fact in self.inputs)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of everything that can change an answer; titles, labels and sources do not."""
        return digest(self)

    def __str__(self) -> str:
        return f"{self.name}: {self.gives} from {', '.join(self.reads)}"


class Deciding(Policy, Generic[Outcome]):
    """The verbs of a policy that rests on a table. The class itself has the fields and builds ``table``."""

    table: Any

    @property
    def asked(self) -> tuple[Fact, ...]:
        """The facts that the rows ask about."""
        return self.table.facts  # type: ignore[no-any-return]

    @cached_property
    def decide(self) -> Callable[..., Decision[Outcome]]:
        """Decide one record: ``decide(record, as_of=None)`` returns a ``Decision``.

        The record is a mapping or any object with attributes; each fact is read once. ``as_of`` is a date or an
        aware datetime, needed where a fact counts from a date.

        Raises:
            MissingFactError: If the record lacks a fact that the policy reads.
            FactError: If a value is refused.
            NoRowError: If no row fires and there is no ``otherwise``.
            HitPolicyError: If rows fire together that the hit policy promises not to.
        """
        return self._matcher.decide  # type: ignore[no-any-return]

    @cached_property
    def value(self) -> Callable[..., Outcome]:
        """Return the outcome alone: ``value(record, as_of=None)``; faster than ``decide`` and as careful."""
        return self._matcher.value  # type: ignore[no-any-return]

    @cached_property
    def _matcher(self) -> Any:
        from crmrules.tables._matcher import compiled

        return compiled(self)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Positions of the rows in the order in which they win."""
        order: tuple[int, ...] = self.table.winning_order
        return order

    @cached_property
    def row_facts(self) -> tuple[tuple[Fact, ...], ...]:
        """The facts that each row asks about, row by row."""
        return tuple(facts_in(row.when) for row in self.table.rows)

    @cached_property
    def told(self) -> Mapping[int, Any]:
        """What the policy's questions say, by the identity of their condition; kept for explanations."""
        from crmrules.tables._questions import told_by

        return told_by(self)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters the policy refers to."""
        return distinct((*parameters_in(self.applies), *self.table.parameters))

    def rebuilt(self, change: Callable[[Any], Any]) -> Any:
        """Return the policy with every fact, parameter and literal of its conditions passed through ``change``."""
        mine: Any = self
        held = [each.name for each in fields(type(mine)) if each.metadata.get("rows")]
        rows = {name: change_rows(getattr(self, name), change) for name in held}
        return evolve(mine, applies=rebuilt(self.applies, change), **rows)

    def _repr_html_(self) -> str:
        from crmrules.tables._html import policy_html

        return policy_html(self)


@frozen(slots=False, repr=False)
class TablePolicy(Deciding[Any]):
    """Decide by a table: for what is neither a tier nor a label.

    Args:
        name: Stable identifier; appears in explanations and documents.
        gives: Name of the fact that the outcome becomes for later policies.
        table: The rows and how they are combined.
        applies: For whom the policy is meant; for others the outcome is ``None``.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        names: What outcomes are called, in English and Chinese, by outcome.
        valid: The days on which it is in force; always by default.
    """

    name: str = name_field()
    gives: str = gives_field()
    table: Table = field(kw_only=True)
    applies: Condition = applies_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    names: Mapping[str, Wording] = names_field()
    valid: Validity = valid_field()

    def rebuilt(self, change: Callable[[Any], Any]) -> TablePolicy:
        """Return the policy with every fact, parameter and literal of its conditions passed through ``change``."""
        table = evolve(self.table, rows=change_rows(self.table.rows, change))
        return evolve(self, applies=rebuilt(self.applies, change), table=table)

    @property
    def outcome(self) -> Fact:
        """The fact that the outcome becomes for later policies."""
        return outcome_fact(self.gives, self.table)

    def __repr__(self) -> str:
        return f"<table policy {self.name!r}: {len(self.table.rows)} rows, {self.table.hit}>"


def outcome_fact(gives: str, table: Table) -> Fact:
    """Return the declaration of an outcome: a choice of texts, several labels, a flag or a number."""
    texts = tuple(value for value in table.outcomes if isinstance(value, str))
    if table.hit in ("collect", "rule_order", "output_order") and table.aggregate in ("list", "distinct"):
        return (labels(*texts) if texts else text()).named(gives)
    if texts and table.aggregate == "list":
        return choice(*texts).named(gives)
    values = [value for value in table.outcomes if value is not NO_OUTCOME]
    return (flag() if values and isinstance(values[0], bool) else number()).named(gives)
