"""Worked examples of promises: when each is due, by the packaged handbooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crmrules.events import Event
from crmrules.handbook import Handbook
from crmrules.sla import Case, SlaPolicy

__all__ = ["due"]


def due(handbook: Handbook, case: dict[str, Any]) -> tuple[Any, Any]:
    """Return when the promise asked for is due, and the expected instant; facts not given are unknown."""
    happened = [
        Event(kind, datetime.fromisoformat(at), f"{number}") for number, (at, kind) in enumerate(case["events"])
    ]
    now = datetime.fromisoformat(case["as_of"])
    found = []
    for policy in handbook.of(SlaPolicy):
        facts = {fact.name: None for fact in policy.followed} | case["record"]
        clock = policy.replay(Case("case", happened, facts=facts), as_of=now).get(case["ask"])
        found += [clock.due] if clock is not None else []
    (only,) = found
    return only, datetime.fromisoformat(case["expect"])
