"""Earning rules: what an event earns, and which rules multiply it."""

from __future__ import annotations

from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import spell
from crmrules._words import say
from crmrules.conditions import Condition, always, condition
from crmrules.loyalty._caps import Cap
from crmrules.loyalty._held import chosen_field, kinds_field, number_field, several_field
from crmrules.loyalty._rounding import Rounding
from crmrules.loyalty._settings import value_of
from crmrules.problems import Language
from crmrules.validity import Validity, validity

__all__ = ["Earn", "EarnRule", "Multiply"]

Accrual = Literal["proportional", "stepwise"]


def _rounding(rounding: Any) -> Rounding | None:
    must(rounding is None or isinstance(rounding, Rounding), "rounding", "be a Rounding", rounding)
    return rounding  # type: ignore[no-any-return]


def _of(name: Any) -> str:
    must(isinstance(name, str) and bool(name.strip()), "Earn.of", "name a number of the event", name)
    return str(name)


@final
@frozen
class Earn:
    """Points for an event: so many for each unit of what is measured, or a fixed number.

    Args:
        points: Points for each ``per``; or, without ``per``, for the event.
        per: Units of the measure that earn ``points``: 1 CNY, 100 CNY, 1 piece.
        of: What is measured: ``amount`` is the basis of a purchase in the programme's currency; any other name is
            a number of the event, such as ``quantity``.
        id: Name of the rule in explanations; the programme numbers rules without one.
        on: Kinds of events that it looks at.
        when: For which of them it holds; reads facts of the event and of the account.
        valid: The days on which it holds.
        accrual: ``proportional`` gives part of ``points`` for part of ``per``; ``stepwise`` counts full steps only.
        rounding: How its points are rounded; as the programme rounds by default.
        exclusive: If it holds, no other rule does: the exclusive one of the highest priority earns alone.
        priority: Decides among exclusive rules; of equal ones, the first written.
        caps: Caps on what this rule earns.

    Raises:
        PolicyError: If a number is negative, or a part is of the wrong kind.

    >>> str(Earn(1, per=1)), str(Earn(100, per=1, of="quantity")), str(Earn(50, on="sign_up"))
    ('1 for each 1 of amount', '100 for each 1 of quantity', '50 points')
    """

    points: Any = number_field("Earn.points")
    per: Any = number_field("Earn.per", 0, above=True, default=None)
    of: str = field(default="amount", kw_only=True, converter=_of)
    id: str = field(default="", kw_only=True)
    on: tuple[str, ...] = kinds_field("Earn.on", "purchase")
    when: Condition = field(default=always, kw_only=True, converter=condition)
    valid: Validity = field(factory=Validity, kw_only=True, converter=validity)
    accrual: Accrual = chosen_field("Earn.accrual", Accrual, "proportional")
    rounding: Rounding | None = field(default=None, kw_only=True, converter=_rounding)
    exclusive: bool = field(default=False, kw_only=True)
    priority: int = field(default=0, kw_only=True)
    caps: tuple[Cap, ...] = several_field(Cap, "Earn.caps")

    def quotient(self, measured: Any) -> tuple[Any, Any]:
        """Return numerator and divisor of the points that a measure earns, before rounding.

        Args:
            measured: The number of units; None for a rule without ``per``.
        """
        points = value_of(self.points)
        if self.per is None:
            return points, 1
        per = value_of(self.per)
        if value_of(self.accrual) == "stepwise":
            return int(measured // per) * points, 1
        return measured * points, per

    def told(self, language: Language) -> str:
        """Return the rule in words."""
        points = spell(value_of(self.points))
        if self.per is None:
            return say("{points} points", language, points=points)
        per = spell(value_of(self.per))
        if value_of(self.accrual) == "stepwise":
            return say("{points} for each full {per} of {name}", language, points=points, per=per, name=self.of)
        return say("{points} for each {per} of {name}", language, points=points, per=per, name=self.of)

    def __str__(self) -> str:
        return self.told("en")


@final
@frozen
class Multiply:
    """A rule that multiplies what the others earn, such as twice the points for core customers.

    Args:
        factor: By how much.
        id: Name of the rule in explanations; the programme numbers rules without one.
        on: Kinds of events that it looks at.
        when: For which of them it holds.
        valid: The days on which it holds.
        rounding: How the product is rounded; as the programme rounds by default.

    Raises:
        PolicyError: If the factor is negative.
    """

    factor: Any = number_field("Multiply.factor")
    id: str = field(default="", kw_only=True)
    on: tuple[str, ...] = kinds_field("Multiply.on", "purchase")
    when: Condition = field(default=always, kw_only=True, converter=condition)
    valid: Validity = field(factory=Validity, kw_only=True, converter=validity)
    rounding: Rounding | None = field(default=None, kw_only=True, converter=_rounding)

    def told(self, language: Language) -> str:
        """Return the rule in words."""
        return say("times {factor}", language, factor=spell(value_of(self.factor)))

    def __str__(self) -> str:
        return self.told("en")


EarnRule = Earn | Multiply
