"""What every policy shares: its name, whom it applies to, when it is in force, and how it decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from attrs import evolve, field, fields, frozen

from crmrules._checks import did_you_mean, must, name_of
from crmrules._frozen import FrozenMapping
from crmrules.conditions import Condition, Fact, always, condition, facts_in, parameters_in, rebuilt
from crmrules.facts import bases, choice, flag, labels, number, text
from crmrules.parameters import Parameter, distinct
from crmrules.tables._decision import Decision
from crmrules.tables._fingerprint import digest
from crmrules.tables._rows import NO_OUTCOME, Fallback, Row, Table, otherwise
from crmrules.validity import Validity, validity
from crmrules.wording import Wording, wording

__all__ = ["TablePolicy"]

Outcome = TypeVar("Outcome")


class Deciding(Generic[Outcome]):
    """The verbs of a policy that rests on a table. The class itself has the fields and builds ``table``."""

    name: str
    gives: str
    applies: Condition
    table: Any

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
    def told(self) -> Mapping[int, Any]:
        """What the policy's questions say, by the identity of their condition; kept for explanations."""
        from crmrules.tables._explain import told_by

        return told_by(self)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts read or counted, those that say whether the policy applies first."""
        asked = (*facts_in(self.applies), *self.table.facts)
        return tuple(dict.fromkeys((*bases(asked), *asked)))

    @cached_property
    def inputs(self) -> tuple[Fact, ...]:
        """The facts fetched from a record, in the order in which they are read."""
        return bases((*facts_in(self.applies), *self.table.facts))

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the facts to fetch before deciding."""
        return tuple(fact.name for fact in self.inputs)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters the policy refers to."""
        return distinct((*parameters_in(self.applies), *self.table.parameters))

    @cached_property
    def fingerprint(self) -> str:
        """Digest of everything that can change an answer; titles and labels do not."""
        return digest(self)

    def rebuilt(self, change: Callable[[Any], Any]) -> Any:
        """Return the policy with every fact, parameter and literal of its conditions passed through ``change``."""
        mine: Any = self
        held = [each.name for each in fields(type(mine)) if each.metadata.get("rows")]
        rows = {name: change_rows(getattr(self, name), change) for name in held}
        return evolve(mine, applies=rebuilt(self.applies, change), **rows)

    def __getstate__(self) -> dict[str, Any]:
        mine: Any = self
        return {each.name: getattr(self, each.name) for each in fields(type(mine))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __str__(self) -> str:
        return f"{self.name}: {self.gives} from {', '.join(self.reads)}"

    def _repr_html_(self) -> str:
        from crmrules.tables._html import policy_html

        return policy_html(self)


def change_rows(rows: tuple[Any, ...], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return rows with their conditions rebuilt."""
    return tuple(row if isinstance(row, Rest) else evolve(row, when=rebuilt(row.when, change)) for row in rows)


@frozen
class Rest:
    """The outcome of everyone whom no row describes.

    Args:
        outcome: The outcome.
        label: What the row means, in English and Chinese.
    """

    outcome: Any
    label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def rows_from(when: Mapping[str, Any] | Iterable[Any]) -> tuple[Row | Rest, ...]:
    """Return rows as they are, or one row for each outcome of a mapping from outcome to condition."""
    if not isinstance(when, Mapping):
        good = isinstance(when, Iterable) and not isinstance(when, str)
        must(good, "when", "be a mapping from outcome to condition, or a sequence of Row", when)
        rows = tuple(when)
        for row in rows:
            must(isinstance(row, Row | Rest), "a policy's row", "be a Row or Rest", row)
        return rows
    return tuple(Rest(each) if asked is otherwise else Row(each, asked, each) for each, asked in when.items())


def split_rows(where: str, when: tuple[Row | Rest, ...]) -> tuple[tuple[Row, ...], Rest]:
    """Return the rows proper and the one of ``otherwise``, with ``NO_OUTCOME`` if there is none.

    Raises:
        PolicyError: If there are several ``otherwise``, or nothing else.
    """
    rests = [row for row in when if isinstance(row, Rest)]
    told = ", ".join(str(rest.outcome) for rest in rests)
    must(len(rests) < 2, where, "have one 'otherwise'", told)
    must(len(rests) < len(when), where, "have a condition besides 'otherwise'", told)
    return tuple(row for row in when if isinstance(row, Row)), rests[0] if rests else Rest(NO_OUTCOME)


def check_fallback(where: str, fallback: Any, outcomes: tuple[Any, ...]) -> None:
    """Refuse a fallback that is none, or whose outcome a policy never gives."""
    if fallback is None:
        return
    must(isinstance(fallback, Fallback), where, "have if_unknown = Fallback(outcome)", fallback)
    parts = fallback.outcome if isinstance(fallback.outcome, tuple) else (fallback.outcome,)
    for part in parts:
        near = did_you_mean(str(part), [each for each in outcomes if isinstance(each, str)])
        must(part in outcomes, where, f"fall back on an outcome that it gives{near}", part)


def check_names(where: str, names: Mapping[str, Wording], outcomes: tuple[Any, ...]) -> None:
    """Refuse a name for an outcome that a policy never gives."""
    for name in names:
        near = did_you_mean(name, [each for each in outcomes if isinstance(each, str)])
        must(name in outcomes, where, f"name only outcomes that it gives{near}", name)


def rows_field() -> Any:
    """Return the field of a policy's rows."""
    return field(kw_only=True, converter=rows_from, metadata={"rows": True})


def named(name: Any) -> str:
    """Return a policy's name: any text that is not blank."""
    must(isinstance(name, str) and bool(name.strip()), "a policy's name", "be a text", name)
    return str(name)


def name_field() -> Any:
    """Return the field of a policy's name."""
    return field(converter=named)


def _gives(name: Any) -> str:
    return name_of("gives", name)


def gives_field() -> Any:
    """Return the field of the fact that a policy's outcome becomes."""
    return field(kw_only=True, converter=_gives)


def applies_field() -> Any:
    """Return the field of the condition that says whom a policy is meant for."""
    return field(default=always, kw_only=True, converter=condition)


def _sources(source: Any) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else tuple(source)


def source_field() -> Any:
    """Return the field of the clauses a policy comes from."""
    return field(default=(), kw_only=True, converter=_sources, metadata={"told": True})


def title_field() -> Any:
    """Return the field of a policy's title."""
    return field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def note_field() -> Any:
    """Return the field of a remark on how a source was read."""
    return field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})


def _names(names: Any) -> FrozenMapping[Wording]:
    return FrozenMapping({outcome: wording(text) for outcome, text in dict(names).items()})


def names_field() -> Any:
    """Return the field of what outcomes are called, in English and Chinese, by outcome."""
    return field(factory=dict, kw_only=True, converter=_names, metadata={"told": True})


def valid_field() -> Any:
    """Return the field of the days on which a policy is in force."""
    return field(factory=Validity, kw_only=True, converter=validity)


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
