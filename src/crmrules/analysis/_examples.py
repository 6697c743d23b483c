"""Running the examples that a handbook carries, making new ones at the bounds of rows, and saying what they reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from attrs import frozen

from crmrules.analysis._findings import Finding, Witness
from crmrules.errors import CrmRulesError
from crmrules.facts import UNKNOWN, Undecided
from crmrules.handbook import Answers, Example, Handbook
from crmrules.tables._decision import outcome_text

__all__ = ["Tried", "answers_of", "contradictions_of", "failing_examples", "tried"]


@frozen
class Tried:
    """One outcome of one example, and what came out.

    Args:
        example: The example.
        gives: The outcome.
        expected: What it should be, in words.
        found: What it is, in words.
    """

    example: Example
    gives: str
    expected: str
    found: str

    @property
    def passes(self) -> bool:
        """Whether what came out is what was expected."""
        return self.expected == self.found


def tried(handbook: Handbook, example: Example) -> tuple[Tried, ...]:
    """Decide the record of an example and compare each outcome that it says something about."""
    expected = {
        **{name: _text(value) for name, value in example.expect.items()},
        **dict.fromkeys(example.nothing, "nothing"),
        **dict.fromkeys(example.undecided, "undecided"),
    }
    try:
        answers = answers_of(handbook, example)
    except CrmRulesError as wrong:
        return tuple(Tried(example, name, told, f"an error: {wrong}") for name, told in expected.items())
    return tuple(Tried(example, name, told, _text(answers[name].value)) for name, told in expected.items())


def answers_of(handbook: Handbook, example: Example) -> Answers:
    """Decide the record of an example for the outcomes that it says something about."""
    stated = {name: UNKNOWN if value is None else value for name, value in example.record.items()}
    record = handbook.facts.parse(stated, as_of=example.as_of, only=stated)
    unknown = {name: UNKNOWN for name, value in stated.items() if value is UNKNOWN}
    return handbook.decide({**record, **unknown}, example.as_of, ask=example.asks, given=dict(example.given))


def _text(value: Any) -> str:
    if isinstance(value, Undecided):
        return "undecided"
    return "nothing" if value is None or value == () else outcome_text(value)


def failing_examples(handbook: Handbook) -> Iterator[Finding]:
    """Yield what examples of a handbook expect and does not come out, and examples that contradict one another."""
    examples = handbook.of(Example)
    yield from contradictions_of(examples)
    for example in examples:
        for each in tried(handbook, example):
            if not each.passes:
                sentence = "example {name}: {gives} should be {expected}, is {found}"
                parts = {"name": repr(example.name), "gives": each.gives, "expected": each.expected}
                pointer = f"/examples/{example.name}"
                witness = _witness(handbook, example)
                yield Finding("example", "", sentence, {**parts, "found": each.found}, witness=witness, pointer=pointer)


def contradictions_of(examples: tuple[Example, ...]) -> Iterator[Finding]:
    """Yield the pairs of examples that expect different things of one record."""
    for one, other in combinations(examples, 2):
        if (one.record, one.as_of, one.given) != (other.record, other.as_of, other.given):
            continue
        for name in one.asks:
            if name in other.asks and _wanted(one, name) != _wanted(other, name):
                sentence = (
                    "examples {first} and {second} contradict each other: they expect another {gives} of one record"
                )
                parts = {"first": repr(one.name), "second": repr(other.name), "gives": name}
                yield Finding("example", "", sentence, parts, pointer=f"/examples/{other.name}")


def _wanted(example: Example, name: str) -> str:
    if name in example.expect:
        return _text(example.expect[name])
    return "nothing" if name in example.nothing else "undecided"


def _witness(handbook: Handbook, example: Example) -> Witness:
    facts = tuple(handbook.facts.fact(name) for name in example.record if name in handbook.facts.names)
    return Witness(facts, tuple(example.record[fact.name] for fact in facts))
