"""A handbook whose amounts are meant in another currency."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from crmrules.conditions import Fact
from crmrules.facts import Sheet
from crmrules.handbook._handbook import Handbook
from crmrules.parameters import Parameter
from crmrules.tables.policies import with_held

__all__ = ["in_currency"]


def in_currency(handbook: Handbook, currency: str) -> Handbook:
    """Return the handbook with its amounts meant in another currency; no number changes.

    Args:
        handbook: The handbook.
        currency: ISO 4217 code that takes the place of the handbook's own.
    """
    own = handbook.currency

    def changed(part: Any) -> Any:
        meant = isinstance(part, Fact | Parameter) and part.unit == own
        return evolve(part, unit=currency) if meant else part

    if own in ("", currency):
        return handbook
    return evolve(
        handbook,
        currency=currency,
        facts=Sheet(tuple(changed(fact) for fact in handbook.facts.declarations)),
        parameters=tuple(changed(each) for each in handbook.parameters),
        policies=tuple(policy.rebuilt(changed) for policy in handbook.policies),
        computed=tuple(each.rebuilt(changed) for each in handbook.computed),
        parts=with_held(handbook.parts, changed),
    )
