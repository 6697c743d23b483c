"""The source of a policy's functions: read a record, check it, find the rows that fire, return the answer.

Values that already have the declared types take the short way, written out here; anything else goes the long way
in ``_matcher``. Values of a policy never stand in the source: they are put into the compiled code's constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from math import inf
from typing import Any

from attrs import define, field

from crmrules.conditions import (
    NUMERIC,
    Condition,
    Emitter,
    Fact,
    always,
    atoms,
    facts_in,
    never,
    normal,
    with_constants,
)
from crmrules.facts import bases, counter, fetcher, missing
from crmrules.tables._decision import Decision, Verdict
from crmrules.tables._fork import assumed, forking, values_of
from crmrules.tables._index import Index
from crmrules.tables._rows import NO_OUTCOME, Table

__all__ = ["ROWS_IN_A_CHAIN", "Writer"]

ROWS_IN_A_CHAIN = 24
"""Above so many rows an index finds the rows that fire; up to it a chain of comparisons is faster."""


@define
class Writer:
    """Writes one function of a policy.

    Args:
        policy: The policy.
        whole: Whether to return a ``Decision``, or the outcome alone.
        verdict_of_row: Gives the verdict where one row decides; -1 is ``otherwise``.
        verdict_of_bits: Gives the verdict where a bit set of rows fired.
        kept: The verdicts of bit sets that are ready.
        outer: The functions of the long way: ``unsettled``, ``carefully`` and ``nothing``.
    """

    policy: Any
    whole: bool
    verdict_of_row: Callable[[int], Verdict]
    verdict_of_bits: Callable[[int], Verdict]
    kept: dict[int, Verdict]
    outer: dict[str, Any]
    lines: list[str] = field(factory=list)
    emit: Emitter = field(init=False)
    table: Table = field(init=False)
    inputs: tuple[Fact, ...] = field(init=False)
    gate: tuple[Fact, ...] = field(init=False)
    later: tuple[Fact, ...] = field(init=False)
    won: list[tuple[int, Condition]] = field(init=False)
    fork: Fact | None = field(init=False)
    known: dict[Fact | None, str] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.emit = Emitter({fact.name: f"v{place}" for place, fact in enumerate(self.policy.facts)})
        self.table, self.inputs = self.policy.table, self.policy.inputs
        self.gate = bases(facts_in(self.policy.applies))
        self.later = self.inputs[len(self.gate) :]
        self.won = [(place, normal(self.table.rows[place].when)) for place in self.table.winning_order]
        chained = len(self.won) <= ROWS_IN_A_CHAIN and self.table.hit in ("first", "priority")
        self.fork = forking(self.won) if chained else None

    def functions(self) -> dict[str, Any]:
        """Return the two functions: ``decide`` for any record, ``matched`` for known values in canonical form."""
        self.write_decide()
        self.write_matched()
        space: dict[str, Any] = {"Decision": Decision, "Decimal": Decimal, "date": date, "INFINITY": inf}
        space |= {"missing": missing, "NO_OUTCOME": NO_OUTCOME, **self.outer}
        code = compile("\n".join(self.lines), f"<crmrules policy {self.policy.name!a}>", "exec")
        exec(with_constants(code, self.emit.constants), space)  # noqa: S102 - source of our own making
        return space

    def write_decide(self) -> None:
        self.line("def decide(record, as_of=None):")
        self.read(self.gate)
        self.admit_gate()
        self.read(self.later)
        for amounts in self.kinds_of_amounts():
            self.emit.amounts = amounts
            checks = [check for check in map(self.plainly, self.later) if check != "True"]
            self.line(f"if {' and '.join(checks) or 'True'}:")
            self.count(2)
            self.match(2, short=True)
        self.emit.amounts = int
        self.line(f"return carefully(record, ({self.values(self.inputs)}), as_of)")

    def kinds_of_amounts(self) -> tuple[type, ...]:
        """Return the types of amounts that have a short way of their own.

        Floats have none where facts are compared with facts, or an index compares them with exact numbers.
        """
        if not any(map(_is_fractional, self.later)):
            return (int,)
        exact = len(self.won) > ROWS_IN_A_CHAIN or any(_compares_facts(row.when) for row in self.table.rows)
        return (int, Decimal) if exact else (int, Decimal, float)

    def write_matched(self) -> None:
        self.line("def matched(values, as_of):")
        if self.inputs:
            self.line(f"{self.values(self.inputs)} = values")
        self.count(1)
        self.match(1, short=False)

    def line(self, text: str, depth: int | None = None) -> None:
        """Add a line of source; a function's own lines stand one step in."""
        self.lines.append("    " * (depth if depth is not None else int(not text.startswith("def "))) + text)

    def values(self, facts: Iterable[Fact]) -> str:
        """Return the local names of facts as they stand in a tuple."""
        return "".join(f"{self.known.get(fact) or self.emit.local[fact.name]}, " for fact in facts).rstrip()

    # ------------------------------------------------------------------ reading and checking

    def read(self, inputs: tuple[Fact, ...]) -> None:
        if not inputs:
            return
        getter = f"fetch{len(self.outer)}"
        self.outer[getter] = fetcher(tuple(fact.name for fact in inputs))
        names = self.emit.constant(tuple(fact.name for fact in inputs))
        self.line("if type(record) is dict:")
        self.line("try:", 2)
        for fact in inputs:
            self.line(f"{self.emit.local[fact.name]} = record[{self.emit.constant(fact.name)}]", 3)
        self.line("except KeyError:", 2)
        self.line(f"raise missing(record, {names}) from None", 3)
        self.line("else:")
        self.line(f"{self.values(inputs)} = {getter}(record)", 2)

    def admit_gate(self) -> None:
        """Write the check of the facts that say whether the policy applies, and the way out if it does not."""
        if not self.gate:
            return
        into = self.values(self.gate)
        checks = [check for check in map(self.plainly, self.gate) if check != "True"]
        self.line(f"if not ({' and '.join(checks) or 'False'}):")
        self.line(f"{into} = admitted_gate(({into}))", 2)
        self.line(f"if {' or '.join(f'{self.emit.local[fact.name]} is None' for fact in self.gate)}:", 2)
        self.line(f"return unsettled(record, ({into}), as_of)", 3)
        self.count(1, self.gate)
        self.line(f"if not {self.emit.source(self.policy.applies)}:")
        self.give(self.emit.constant(Verdict(self.policy, None, (), "does_not_apply")), 2, self.gate)

    def plainly(self, fact: Fact) -> str:
        """Return the source that is true where a value already has its canonical form and lies in its domain.

        A choice that the chain forks on needs no check of its own.
        """
        name = self.emit.local[fact.name]
        if fact == self.fork and fact in self.later:
            return "True"
        if fact.type == "choice":
            return f"type({name}) is str and {name} in {self.emit.constant(frozenset(fact.choices))}"
        return f"{self.typed(fact, name)}{self.bounds(fact, name)}"

    def typed(self, fact: Fact, name: str) -> str:
        """Return the source that is true where a value has the type that is dealt with here."""
        if fact.type in NUMERIC:
            return _AMOUNTS[self.emit.amounts if _is_fractional(fact) else int].format(name=name)
        return f"type({name}) is {_TYPES.get(fact.type, 'None')}"

    def bounds(self, fact: Fact, name: str) -> str:
        low = "" if fact.minimum is None else f"{self.emit.constant(self.emit.amount(fact, fact.minimum))} <= "
        high = "" if fact.maximum is None else f" <= {self.emit.constant(self.emit.amount(fact, fact.maximum))}"
        return f" and {low}{name}{high}" if low or high else ""

    def count(self, depth: int, read: tuple[Fact, ...] | None = None) -> None:
        """Write the facts that count from a date."""
        for place, fact in enumerate(self.policy.facts):
            if fact.since is not None and (read is None or fact.since.fact in read):
                self.outer[f"count{place}"] = counter(fact)
                base = self.emit.local[fact.since.fact.name]
                self.line(f"{self.emit.local[fact.name]} = count{place}({base}, as_of)", depth)

    # ------------------------------------------------------------------ answering

    def give(self, verdict: str, depth: int, read: tuple[Fact, ...] | None = None) -> None:
        """Write the return of a verdict, given as source, with the values read."""
        if self.whole:
            values = self.values(self.inputs if read is None else read)
            self.line(f"return Decision(({verdict}, as_of, {values}))", depth)
        else:
            self.line(f"return {verdict}.value", depth)

    def give_row(self, position: int, depth: int) -> None:
        verdict = self.verdict_of_row(position)
        if self.whole:
            self.give(self.emit.constant(verdict), depth)
        else:
            self.line(f"return {self.emit.constant(verdict.value)}", depth)

    def give_rest(self, depth: int) -> None:
        if self.table.otherwise is NO_OUTCOME:
            self.line(f"raise nothing(({self.values(self.inputs)}), as_of)", depth)
        else:
            self.give_row(-1, depth)

    def give_found(self, depth: int) -> None:
        """Write the return of ``verdict``, which may be that there is none."""
        if self.table.otherwise is NO_OUTCOME and not self.table.gathers:
            self.line("if verdict.value is NO_OUTCOME:", depth)
            self.line(f"raise nothing(({self.values(self.inputs)}), as_of)", depth + 1)
        self.give("verdict", depth)

    # ------------------------------------------------------------------ matching

    def match(self, depth: int, *, short: bool) -> None:
        if len(self.table.rows) > ROWS_IN_A_CHAIN:
            self.by_index(depth)
        elif self.table.hit in ("first", "priority"):
            self.by_chain(depth, short=short)
        else:
            self.by_bits(depth)

    def by_chain(self, depth: int, *, short: bool) -> None:
        """Write the rows as a chain of ifs, one chain for each value of the choice that most rows ask about.

        On the short way these chains also tell that the choice is one of its values; no other goes further.
        """
        rows, fork = self.won, self.fork
        for value in values_of(fork) if fork else ():
            self.line(f"if {self.is_value(fork, value)}:", depth)
            self.known = {fork: self.emit.constant(value)}
            self.chain([(place, assumed(when, fork, value)) for place, when in rows], depth + 1)
        self.known = {}
        if fork is None or not (short and fork in self.later):
            self.chain(rows, depth)

    def is_value(self, fork: Any, value: Any) -> str:
        """Return the source that is true where a choice or flag has a value."""
        local = self.emit.local[fork.name]
        return f"{local} is {value}" if fork.type == "flag" else f"{local} == {self.emit.constant(value)}"

    def chain(self, rows: list[tuple[int, Condition]], depth: int) -> None:
        for place, when in rows:
            if when == always:
                self.give_row(place, depth)
                return
            if when != never:
                self.line(f"if {self.emit.source(when)}:", depth)
                self.give_row(place, depth + 1)
        self.give_rest(depth)

    def by_bits(self, depth: int) -> None:
        """Write the rows as a bit set, since several may fire."""
        self.line("fired = 0", depth)
        for position, row in enumerate(self.table.rows):
            self.line(f"if {self.emit.source(row.when)}: fired |= {1 << position}", depth)
        self.give_bits(depth)

    def give_bits(self, depth: int) -> None:
        self.outer |= {"kept": self.kept.get, "verdict_of_bits": self.verdict_of_bits}
        self.line("verdict = kept(fired) or verdict_of_bits(fired)", depth)
        self.give_found(depth)

    def by_index(self, depth: int) -> None:
        """Look the rows up in an index, since a chain would grow with the table."""
        values = "".join(f"{name}, " for name in self.emit.local.values())
        one = self.table.hit in ("first", "priority")
        if "found" not in self.outer:
            index = Index.of(self.table, tuple(self.emit.local), self.table.winning_order)
            self.outer["found"] = index.first if one else index.fired
            self.outer["verdict_of_row"] = self.verdict_of_row
        self.line(f"found_rows = found(({values}))", depth)
        if one:
            self.line("verdict = verdict_of_row(found_rows)", depth)
            self.give_found(depth)
        else:
            self.line("fired = found_rows", depth)
            self.give_bits(depth)


_TYPES = {"text": "str", "flag": "bool", "date": "date"}
"""The types of values that need no look inside; sets of labels and instants always go the long way."""

_AMOUNTS = {
    int: "type({name}) is int",
    Decimal: "(type({name}) is Decimal and {name}.is_finite() or type({name}) is int)",
    float: "(type({name}) is float and -INFINITY < {name} < INFINITY or type({name}) is int)",
}


def _is_fractional(fact: Fact) -> bool:
    return fact.type in NUMERIC and fact.type != "integer"


def _compares_facts(condition: Condition) -> bool:
    return any(isinstance(getattr(atom, "value", None), Fact) for atom in atoms(condition))
