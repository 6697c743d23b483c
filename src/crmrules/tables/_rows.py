"""Decision tables: rows, hit policies and what the rows that fired add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from typing import Any, Literal, get_args

from attrs import field, frozen

from crmrules._checks import must, names_of, shown
from crmrules._exact import exact
from crmrules._frozen import FrozenMapping, frozen_value
from crmrules.conditions import Condition, Fact, condition, facts_in, parameters_in
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter
from crmrules.wording import Wording, wording

__all__ = [
    "NO_OUTCOME",
    "Aggregate",
    "Fallback",
    "Hit",
    "Row",
    "Table",
    "otherwise",
]

Hit = Literal["unique", "first", "any", "priority", "rule_order", "output_order", "collect"]
Aggregate = Literal["list", "distinct", "sum", "min", "max", "count"]
MOST_ROWS = 10_000


@frozen
class _Marker:
    """A word with a meaning of its own, where ``None`` is a value like any other."""

    word: str
    variable: str

    def __repr__(self) -> str:
        return self.word

    def __reduce__(self) -> str:
        return self.variable


otherwise = _Marker("otherwise", "otherwise")
"""Stands for a condition: what holds where nothing else does."""

NO_OUTCOME = _Marker("no outcome", "NO_OUTCOME")
"""Stands for an absent ``otherwise``."""


def _outcome(value: Any) -> Any:
    if isinstance(value, float):
        raise PolicyError(f"an outcome must be exact, got {value!r}. Write it as Decimal('{value!r}').")
    value = frozen_value(value)
    if isinstance(value, FrozenMapping):
        return FrozenMapping({name: _outcome(part) for name, part in value.items()})
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return exact(value, "an outcome")
    return str.__str__(value) if isinstance(value, str) else value


def _when(when: Any) -> Condition:
    return condition(when)


def _sources(source: Any) -> tuple[str, ...]:
    return names_of("source", (source,) if isinstance(source, str) else source)


@frozen
class Row:
    """One rule of a table: where the condition holds, this is the outcome.

    Args:
        id: Stable name of the row within its table; appears in decisions and explanations.
        when: The condition.
        outcome: A text, number, flag or date; or a mapping of several outputs.
        label: What the row means, in English and Chinese.
        source: Ids of the clauses the row comes from.
    """

    id: str
    when: Condition = field(converter=_when)
    outcome: Any = field(converter=_outcome)
    label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})
    source: tuple[str, ...] = field(default=(), kw_only=True, converter=_sources, metadata={"told": True})

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.id, str) and bool(self.id.strip()), "a row's id", "be a text", self.id)


@frozen
class Fallback:
    """The outcome to give where unknown facts leave it open. A value of its own, so no outcome can collide with it."""

    outcome: Any = field(converter=_outcome)


def _priorities(order: Any) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    if isinstance(order, Mapping):
        pairs = tuple(order.items())
    else:
        pairs = tuple(order) if _is_by_output(order) else (("", order),) if order else ()
    return tuple((name, tuple(_outcome(value) for value in values)) for name, values in pairs)


def _is_by_output(order: Any) -> bool:
    """Say whether an order is in its canonical form already, as it is when a table is made from another."""
    return isinstance(order, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], tuple)
        for pair in order
    )


def _table_rows(rows: Iterable[Any]) -> tuple[Row, ...]:
    found = tuple(rows)
    for row in found:
        must(isinstance(row, Row), "a table's row", "be a Row", row)
    return found


@frozen
class Table:
    """A decision table in the words of DMN.

    Args:
        rows: The rules, in order.
        hit: What happens where several rows fire:
            ``unique`` (promised not to), ``first``, ``any`` (promised to agree), ``priority`` (the best outcome
            by ``order``), ``rule_order`` and ``output_order`` (all outcomes), ``collect`` (all, added up by
            ``aggregate``).
        aggregate: For ``collect``: ``list``, ``distinct`` (each outcome once), ``sum``, ``min``, ``max`` or
            ``count``.
        otherwise: The outcome where no row fires. Without it, a single-outcome table raises ``NoRowError``; a
            ``collect`` is then empty: no outcomes, count 0, sum 0, no minimum or maximum.
        order: For ``priority`` and ``output_order``: the outcomes from best to worst; for outcomes of several
            outputs a mapping from output to its values.
        if_unknown: ``None`` leaves open what unknown facts leave open; a ``Fallback`` gives that outcome instead.
        rest_label: What ``otherwise`` means, in English and Chinese.

    Raises:
        PolicyError: If ids repeat, an outcome has no place in ``order``, or the parts do not go together.
    """

    rows: tuple[Row, ...] = field(converter=_table_rows)
    hit: Hit = "unique"
    aggregate: Aggregate = field(default="list", kw_only=True)
    otherwise: Any = field(default=NO_OUTCOME, kw_only=True, converter=_outcome)
    order: tuple[tuple[str, tuple[Any, ...]], ...] = field(default=(), kw_only=True, converter=_priorities)
    if_unknown: Fallback | None = field(default=None, kw_only=True)
    rest_label: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})

    def __attrs_post_init__(self) -> None:
        must(self.hit in get_args(Hit), "hit", f"be one of {', '.join(get_args(Hit))}", self.hit)
        must(
            self.aggregate in get_args(Aggregate),
            "aggregate",
            f"be one of {', '.join(get_args(Aggregate))}",
            self.aggregate,
        )
        must(self.aggregate == "list" or self.hit == "collect", "aggregate", "go with collect", self.aggregate)
        must(0 < len(self.rows) <= MOST_ROWS, "a table", f"have 1 to {MOST_ROWS:,} rows", len(self.rows))
        must(
            self.if_unknown is None or isinstance(self.if_unknown, Fallback),
            "if_unknown",
            "be a Fallback",
            self.if_unknown,
        )
        self._check_ids()
        self._check_facts()
        self._check_order()
        self._check_numbers()

    def _check_facts(self) -> None:
        facts = self.facts
        names = [fact.name for fact in facts]
        for fact in facts:
            must(names.count(fact.name) == 1, f"fact {fact.name!r}", "be one declaration in all rows", "several")

    def _check_ids(self) -> None:
        seen: set[str] = set()
        for row in self.rows:
            must(row.id not in seen, "row ids", "differ within a table", row.id)
            seen.add(row.id)

    def _check_order(self) -> None:
        ordered = self.hit in ("priority", "output_order")
        must(
            bool(self.order) == ordered,
            "order",
            "be given for priority and output_order, and only there",
            self.order,
        )
        for row in self.rows if ordered else ():
            self.rank(row.outcome)

    def _check_numbers(self) -> None:
        if self.aggregate not in ("sum", "min", "max"):
            return
        for row in self.rows:
            good = isinstance(row.outcome, int | Decimal) and not isinstance(row.outcome, bool)
            must(good, f"row {row.id!r} of a {self.aggregate}", "have a number as its outcome", row.outcome)

    def rank(self, outcome: Any) -> tuple[int, ...]:
        """Return the place of an outcome in ``order``; smaller is better."""
        return tuple(_place(_output(outcome, name), values) for name, values in self.order)

    @property
    def winning_order(self) -> tuple[int, ...]:
        """Positions of the rows in the order in which they win: by rank for ``priority``, else as written."""
        places = range(len(self.rows))
        if self.hit != "priority":
            return tuple(places)
        return tuple(sorted(places, key=lambda place: self.rank(self.rows[place].outcome)))

    @property
    def gathers(self) -> bool:
        """Whether the outcomes of all rows that fire are gathered, so that none at all is an answer too."""
        return self.hit in ("collect", "rule_order", "output_order")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that the rows read, once each, in order of appearance."""
        return tuple(dict.fromkeys(fact for row in self.rows for fact in facts_in(row.when)))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the rows refer to, once each, in order of appearance."""
        return tuple(dict.fromkeys(each for row in self.rows for each in parameters_in(row.when)))

    @property
    def outcomes(self) -> tuple[Any, ...]:
        """The outcomes that rows or ``otherwise`` give, once each."""
        rest = () if self.otherwise is NO_OUTCOME else (self.otherwise,)
        return tuple(dict.fromkeys((*(row.outcome for row in self.rows), *rest)))


def _output(outcome: Any, name: str) -> Any:
    """Return one output of an outcome, or the outcome itself for an order without names."""
    if not name:
        return outcome
    good = isinstance(outcome, Mapping) and name in outcome
    must(good, "every outcome", f"have the output {name!r}, which order lists", outcome)
    return outcome[name]


def _place(value: Any, values: tuple[Any, ...]) -> int:
    if value not in values:
        raise PolicyError(f"order must list every outcome, but {shown(value)} is not in it")
    return values.index(value)


EXACTLY = Context(prec=60)
"""Sums of outcomes are exact: 10,000 numbers of 15 digits need 19."""


def total(numbers: Iterable[Any]) -> Any:
    """Return the exact sum of numbers, whole ones as an int."""
    result = Decimal(0)
    for number in numbers:
        result = EXACTLY.add(result, Decimal(number))
    return exact_sum(result)


def exact_sum(number: Decimal) -> Any:
    """Return a sum in canonical form."""
    return int(number) if number == number.to_integral_value() else number.normalize(EXACTLY)
