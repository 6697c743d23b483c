"""Sheets: the facts that policies may read, declared once and compared through handles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, Fact, parse
from crmrules.errors import FactError, MissingFactError, PolicyError, RecordError, UnknownNameError
from crmrules.facts._declare import declared, from_annotations
from crmrules.facts._handles import Handle
from crmrules.facts._intake import admitted, from_text
from crmrules.facts._records import fetch
from crmrules.facts._since import AsOf, counted
from crmrules.parameters import Parameter
from crmrules.problems import Problem, pointer_to

__all__ = ["Sheet", "facts"]


def _resolved(declarations: Iterable[Fact]) -> tuple[Fact, ...]:
    by_name: dict[str, Fact] = {}
    for fact in declarations:
        must(fact.name not in by_name, f"fact {fact.name!r}", "be declared once", "two declarations")
        by_name[fact.name] = fact
    return tuple(_based(fact, by_name) for fact in by_name.values())


def _based(fact: Fact, by_name: Mapping[str, Fact]) -> Fact:
    if fact.since is None:
        return fact
    base = fact.since.fact if isinstance(fact.since.fact, Fact) else by_name.get(fact.since.fact)
    good = isinstance(base, Fact) and base.type == "date" and base.since is None
    must(good, f"fact {fact.name!r}", "count since a date fact of the same sheet", base or fact.since.fact)
    return evolve(fact, since=evolve(fact.since, fact=base), sensitive=fact.sensitive or bool(base and base.sensitive))


@frozen
class Sheet:
    """The declared facts of a company's policies.

    ``sheet.annual_spend`` and ``sheet["annual_spend"]`` are handles to compare in conditions; the second form
    also serves facts whose name is a method of the sheet.

    Args:
        declarations: The facts, each under its own name.
    """

    declarations: tuple[Fact, ...] = field(converter=_resolved)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all facts, in order."""
        return tuple(fact.name for fact in self.declarations)

    def by_name(self) -> dict[str, Fact]:
        """Return the declarations by name."""
        return {fact.name: fact for fact in self.declarations}

    def fact(self, name: str) -> Fact:
        """Return one declaration.

        Raises:
            UnknownNameError: If there is no such fact.
        """
        for fact in self.declarations:
            if fact.name == name:
                return fact
        raise UnknownNameError("fact", name, self.names)

    def __getitem__(self, name: str) -> Handle:
        return Handle(self.fact(name))

    def __getattr__(self, name: str) -> Handle:
        if name == "declarations" or name.startswith("__") or name not in self.names:
            raise AttributeError(str(UnknownNameError("fact", name, self.names)), name=name, obj=self)
        return self[name]

    def __iter__(self) -> Iterator[Handle]:
        return (Handle(fact) for fact in self.declarations)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def with_outcomes(self, *policies: Any) -> Sheet:
        """Return the sheet with the outcomes of policies as facts, for the policies after them."""
        return Sheet((*self.declarations, *(policy.outcome for policy in policies)))

    def condition(self, text: str, parameters: Iterable[Parameter] = ()) -> Condition:
        """Return the condition that a text states about these facts.

        Raises:
            ConditionError: If the text is malformed or names something unknown.
        """
        return parse(text, self.by_name(), {each.name: each for each in parameters})

    def read(self, record: Any, *, as_of: AsOf | None = None, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the facts of a record in canonical form; each attribute is read once.

        Args:
            record: A mapping, or any object with attributes.
            as_of: The day to count dates to; needed where a fact counts years, months or days.
            only: Names of the facts to read; all by default.

        Raises:
            RecordError: If anything is missing or refused; it lists every problem.
        """
        return self._taken(record, admitted, as_of, only)

    def parse(self, record: Any, *, as_of: AsOf | None = None, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the facts of a record whose numbers and dates may be texts, as JSON and forms bring them.

        Raises:
            RecordError: If anything is missing or refused; it lists every problem.
        """
        return self._taken(record, from_text, as_of, only)

    def problems(
        self, record: Any, *, as_of: AsOf | None = None, only: Iterable[str] | None = None, texts: bool = False
    ) -> tuple[Problem, ...]:
        """Return everything that is wrong with a record, all at once; nothing if it can be read.

        Args:
            record: A mapping, or any object with attributes.
            as_of: The day to count dates to; needed where a fact counts years, months or days.
            only: Names of the facts to examine; all by default.
            texts: Whether numbers and dates may be texts, as ``parse`` reads them.
        """
        return self._examined(record, from_text if texts else admitted, as_of, only)[1]

    def _taken(self, record: Any, take: Any, as_of: AsOf | None, only: Iterable[str] | None) -> dict[str, Any]:
        values, problems = self._examined(record, take, as_of, only)
        if problems:
            raise RecordError(problems)
        return values

    def _examined(
        self, record: Any, take: Any, as_of: AsOf | None, only: Iterable[str] | None
    ) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        wanted = self.declarations if only is None else [self.fact(name) for name in only]
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for fact in sorted(wanted, key=lambda fact: fact.since is not None):
            try:
                values[fact.name] = self._value(fact, record, take, as_of, values)
            except FactError as wrong:
                problems.append(wrong.problem)
            except MissingFactError as missing:
                problems.append(_absent(missing))
            except PolicyError as wrong:
                problems.append(Problem("CR409", "{what}", (("what", str(wrong)),), pointer_to(fact.name)))
        return {fact.name: values[fact.name] for fact in wanted if fact.name in values}, tuple(dict.fromkeys(problems))

    def _value(self, fact: Fact, record: Any, take: Any, as_of: AsOf | None, values: Mapping[str, Any]) -> Any:
        if fact.since is None:
            return take(fact, fetch(record, (fact.name,))[0])
        base = fact.since.fact
        start = values[base.name] if base.name in values else take(base, fetch(record, (base.name,))[0])
        return counted(fact, start, as_of)


def _absent(missing: MissingFactError) -> Problem:
    have = ", ".join(missing.have) or "nothing"
    sentence = "{fact} is needed but was not supplied (have: {have})"
    hint = "supply it, or pass None for unknown"
    return Problem("CR407", sentence, (("fact", missing.fact), ("have", have)), pointer_to(missing.fact), hint=hint)


def facts(declarations: type | Mapping[str, Any] | None = None, /, **named: Any) -> Sheet:
    """Return a sheet of facts, declared by name or by the annotated fields of a class.

    Args:
        declarations: A dataclass, attrs or pydantic class whose annotations declare facts
            (``Annotated[Decimal, money("CNY")]``, a ``StrEnum``, ``Literal``, ``int``, ``date``, …), or a mapping.
        named: Declarations by name: ``annual_spend=money("CNY")``, or a type such as ``int``.

    Raises:
        PolicyError: If a name is no identifier or an annotation has no fact type.

    Examples:
        >>> from crmrules.facts import choice, facts, money
        >>> f = facts(annual_spend=money("CNY", minimum=0), business_type=choice("b2b", "b2c"))
        >>> print((f.annual_spend >= 1_000_000) & (f.business_type == "b2b"))
        annual_spend >= 1_000_000 and business_type == 'b2b'
    """
    hints = from_annotations(declarations) if isinstance(declarations, type) else dict(declarations or {})
    if not hints and not named:
        raise PolicyError("facts must declare at least one fact, such as facts(annual_spend=money('CNY'))")
    return Sheet(tuple(declared(name, hint) for name, hint in {**hints, **named}.items()))
