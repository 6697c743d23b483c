"""Points of the packaged handbooks: what events leave in an account, and what a redemption pays."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmrules.events import Event
from crmrules.loyalty import PointsProgram

KINDS = {"earn": ("purchase", "amount"), "redeem": ("redeem", "points")}


def balance_or_redemption(handbook: Any, case: dict[str, Any]) -> Any:
    """Return the balance that events leave, or the money that points pay and the points left."""
    (program,) = handbook.of(PointsProgram)
    if case["ask"] == "redeem":
        found = program.redeem.quote(case["points"], balance=case["points"])
        return {"money": str(found.money), "points_left": found.points_left}
    events = [event(program, place, *row) for place, row in enumerate(case["events"])]
    return program.replay(events, as_of=date.fromisoformat(case["as_of"]), facts=case["record"]).balance


def event(program: PointsProgram, place: int, on: str, what: str, number: str) -> Event:
    """Return an event at noon of its day."""
    kind, fact = KINDS[what]
    at = datetime.combine(date.fromisoformat(on), time(12), program.zone)
    return Event(kind, at, f"{place:04}", facts={fact: Decimal(number)})
