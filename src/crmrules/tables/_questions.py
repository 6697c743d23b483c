"""Questions: the single comparisons of a condition, each with the value it saw and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from crmrules._words import say
from crmrules.conditions import AllOf, AnyOf, Condition, Fact, Not, Trace, Truth, facts_in, parameters_in
from crmrules.parameters import Parameter, value_text
from crmrules.problems import Language
from crmrules.tables._show import fact_label, value_label

__all__ = ["Question", "Told", "questions", "told_by"]

Told = tuple[str, tuple[Fact, ...], tuple[Parameter, ...]]
"""What a question says: its text, its facts and its parameters."""

TRUTHS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}


@frozen
class Question:
    """One comparison with the value it saw.

    Args:
        text: The comparison as it stands in the condition.
        truth: ``True``, ``False`` or ``None`` for unknown.
        saw: The facts it asked about, each with its value in canonical form.
        parameters: The parameters it refers to.
    """

    text: str
    truth: Truth
    saw: tuple[tuple[Fact, Any], ...]
    parameters: tuple[Parameter, ...] = ()

    def told(self, language: Language) -> str:
        """Return the question with what it saw, in one line."""
        seen = [
            say(
                "{fact} is {value}",
                language,
                fact=fact_label(fact, language),
                value=value_label(fact, value, language),
            )
            for fact, value in self.saw
        ]
        named = [parameter_text(each, language) for each in self.parameters]
        because = say("; ", language).join([*seen, *named])
        return f"{say(TRUTHS[self.truth], language)}: {self.text}" + (f"  [{because}]" if because else "")

    def as_dict(self) -> dict[str, Any]:
        """Return the question as plain data."""
        return {
            "text": self.text,
            "truth": self.truth,
            "saw": {fact.name: value_label(fact, value, "en") for fact, value in self.saw},
            "parameters": {each.name: value_text(each.value) for each in self.parameters},
        }


def questions(
    traced: Trace, values: Mapping[str, Any], known: Mapping[int, Told] | None = None
) -> tuple[Question, ...]:
    """Return the single questions of a traced condition with the values they saw.

    Args:
        traced: The condition with the answers of its parts.
        values: The values it saw.
        known: What questions say, by the identity of their condition, where that was worked out before.
    """
    return tuple([_question(leaf, values, known or {}) for leaf in _leaves(traced)])


def _leaves(traced: Trace) -> Iterator[Trace]:
    """Yield the single questions, a denied one with its ``not``."""
    if not traced.parts or (isinstance(traced.condition, Not) and not traced.parts[0].parts):
        yield traced
    else:
        for part in traced.parts:
            yield from _leaves(part)


def _question(leaf: Trace, values: Mapping[str, Any], known: Mapping[int, Told]) -> Question:
    text, facts, parameters = known.get(id(leaf.condition)) or told(leaf.condition)
    return Question(text, leaf.truth, tuple([(fact, values[fact.name]) for fact in facts]), parameters)


def told(condition: Condition) -> Told:
    """Return what a question says, whatever the values: its text, its facts and its parameters."""
    return str(condition), facts_in(condition), parameters_in(condition)


def told_by(policy: Any) -> dict[int, Told]:
    """Return what all questions of a policy say, by the identity of their condition."""
    found: dict[int, Told] = {}
    waiting = [policy.applies, *(row.when for row in policy.table.rows)]
    while waiting:
        asked = waiting.pop()
        parts = asked.parts if isinstance(asked, AllOf | AnyOf) else ()
        deeper = asked.part if isinstance(asked, Not) else None
        waiting.extend(parts if deeper is None else (deeper,))
        if not parts:
            found[id(asked)] = told(asked)
    return found


def parameter_text(parameter: Parameter, language: Language) -> str:
    """Return a parameter with its value and where that comes from."""
    told = say("{name} is {value}", language, name=parameter.name, value=value_text(parameter.value))
    if parameter.before is not None:
        return told + say(" (overridden; the handbook says {before})", language, before=value_text(parameter.before))
    origin = ", ".join(parameter.source) or (say("ours", language) if parameter.ours else "")
    return f"{told} ({origin})" if origin else told
