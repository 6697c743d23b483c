"""A case of a help desk with 20 events, and a policy with three promises on a calendar with lunch breaks."""

from __future__ import annotations

from datetime import timedelta

from benchmarks._desks import ours
from crmrules.events import Event
from crmrules.facts import choice, facts
from crmrules.sla import Case, Pause, Promise, SlaPolicy

__all__ = ["DUES", "NOW", "case", "policy"]

f = facts(tier=choice("core", "important", "basic"))
OPENED = ours().local("2026-10-12T09:00")
NOW = OPENED + timedelta(days=5)
KINDS = ("replied", "waiting", "resumed", "told", "noted")
DUES = {
    "response": ours().local("2026-10-12T11:00"),
    "resolution": ours().local("2026-10-21T15:00"),
    "notice": ours().local("2026-10-19T11:00"),
}
"""Reckoned by hand: of four pauses two hold office hours, three on Monday and two on Wednesday; the 20th is off."""


def policy() -> SlaPolicy:
    """Return the policy."""
    return SlaPolicy(
        "desk",
        when=f.tier == "core",
        calendar=ours(),
        pauses=Pause("waiting"),
        promises=(
            Promise("response", "2h", until="replied"),
            Promise("resolution", "48h", until="resolved", escalate={"80%": "team_lead"}),
            Promise("notice", "24h", until="told", repeats=True),
        ),
    )


def case() -> Case:
    """Return a case with 20 events, four of them pauses."""
    events = [Event("opened", OPENED, "e00", facts={"tier": "core"})]
    events += [
        Event(KINDS[number % 5], OPENED + timedelta(hours=3 * number + 1), f"e{number + 1:02}") for number in range(18)
    ]
    return Case("C-1", [*events, Event("resolved", OPENED + timedelta(hours=80), "e99")])
