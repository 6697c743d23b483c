"""Why a score is what it is: every factor with its value, points and weight."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from crmrules._exact import plain, spell
from crmrules._words import say
from crmrules.problems import Language
from crmrules.tables import Decision, Question
from crmrules.tables._explain import headline
from crmrules.tables._html import lines_html
from crmrules.tables._show import fact_label, plain_outcome, value_label

__all__ = ["ScoreExplanation"]


@frozen
class ScoreExplanation:
    """The explanation of a score. ``str`` gives the English text; ``text("zh")`` the Chinese one."""

    decision: Decision[Any]

    @property
    def parts(self) -> tuple[Any, ...]:
        """What each factor adds; nothing where the policy does not apply or cannot tell whether it does."""
        policy = self.decision.policy
        known = policy.knows_all(self.decision) and self.decision.how != "does_not_apply"
        return policy.parts_of(self.decision.values) if known else ()

    @property
    def applies(self) -> tuple[Question, ...]:
        """The questions that say whether the policy applies; empty if it applies to everybody."""
        return self.decision.policy.gate(self.decision)  # type: ignore[no-any-return]

    def text(self, language: Language = "en") -> str:
        """Return the explanation as lines of text."""
        return "\n".join(self._lines(language))

    def _lines(self, language: Language) -> Iterator[str]:
        yield headline(self.decision, language)
        if self.applies:
            yield f"  {say('applies', language)}:"
            yield from (f"    {question.told(language)}" for question in self.applies)
        for part in self.parts:
            fact = part.factor.fact
            told = {
                "fact": part.factor.label.told(language) or fact_label(fact, language),
                "value": value_label(fact, part.value, language),
            }
            if part.points is None:
                yield "  " + say("{fact} is {value}: no points", language, **told)
                continue
            numbers = {
                name: _short(each)
                for name, each in (("points", part.points), ("weight", part.weight), ("adds", part.adds))
            }
            yield "  " + say("{fact} is {value}: {points} points x {weight} = {adds}", language, **told, **numbers)
        if self.parts and any(part.points is None for part in self.parts):
            covered = self.decision.policy.covered(self.decision.values)
            yield "  " + say("known factors carry {share}% of the weights", language, share=_short(covered * 100))

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        told = self.decision
        return {
            "policy": told.policy.name,
            "gives": told.policy.gives,
            "value": plain_outcome(told.value) if told else None,
            "how": told.how,
            "undecided": list(told.undecided),
            "as_of": told.as_of.isoformat() if told.as_of else None,
            "source": list(told.policy.source),
            "fingerprint": told.policy.fingerprint,
            "applies": [question.as_dict() for question in self.applies],
            "factors": [_plain(part) for part in self.parts],
        }

    def html(self, language: Language = "en") -> str:
        """Return the explanation as a fragment of HTML, escaped, without scripts."""
        return lines_html(self.text(language))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<explanation: {headline(self.decision, 'en')}>"

    def _repr_html_(self) -> str:
        return self.html()


def _plain(part: Any) -> dict[str, Any]:
    return {
        "fact": part.factor.fact.name,
        "value": value_label(part.factor.fact, part.value, "en"),
        "points": None if part.points is None else _short(part.points),
        "weight": _short(part.weight),
        "adds": _short(part.adds),
    }


def _short(number: Fraction) -> str:
    """Return a fraction for people, with at most 4 decimals."""
    return spell(plain(Decimal(round(number * 10_000)).scaleb(-4)))
