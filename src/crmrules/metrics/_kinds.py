"""The usual facts of each record kind, by which the texts of Python's own metrics are read."""

from __future__ import annotations

from collections.abc import Mapping

from crmrules.facts import Sheet, choice, date, flag, instant, integer, number, text
from crmrules.facts import facts as sheet

__all__ = ["USUAL_FACTS"]

USUAL_FACTS: Mapping[str, Sheet] = {
    "customers": sheet(customer=text(), tier=text(), owner=text()),
    "memberships": sheet(customer=text(), joined_on=date(), left_on=date(), owner=text()),
    "orders": sheet(customer=text(), order=text(), item=text(), at=date(), amount=number()),
    "cases": sheet(
        customer=text(),
        case=text(),
        owner=text(),
        kind=choice("inquiry", "complaint", "problem", "feedback"),
        opened_at=instant(),
        answered_at=instant(),
        closed_at=instant(),
        resolved=flag(),
        conforms=flag(),
        in_time=flag(),
        contacts=integer(),
        response_hours=number("hours"),
        handling_hours=number("hours"),
    ),
    "surveys": sheet(
        customer=text(), survey=text(), question=text(), sent_on=date(), answered_on=date(), score=integer()
    ),
    "leads": sheet(
        lead=text(), customer=text(), channel=text(), owner=text(), created_on=date(), converted_on=date(),
        first_order_on=date(),
    ),
    "deals": sheet(
        deal=text(), customer=text(), owner=text(), stage=text(), amount=number(), created_on=date(),
        closed_on=date(),
    ),
    "contracts": sheet(contract=text(), customer=text(), due_on=date(), renewed=flag(), amount=number()),
    "touches": sheet(customer=text(), channel=text(), at=instant()),
}  # fmt: skip
"""Facts by record kind. A handbook declares its own."""
