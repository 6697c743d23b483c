"""What the tests of service levels are made of: instants of Shanghai, events, cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crmrules.events import Event
from crmrules.facts import choice, facts
from crmrules.sla import Case
from crmrules.worktime import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-12, 13-18"})

f = facts(
    tier=choice("core", "important", "basic"),
    kind=choice("inquiry", "complaint", "problem", "feedback"),
    severity=choice("minor", "major"),
    complexity=choice("simple", "complex"),
    status=choice("open", "waiting_on_customer", "waiting_on_vendor", "solved"),
)


def at(text: str) -> datetime:
    """Return the instant of a text such as ``03-06 17:30`` in March 2026, or of a whole ISO text, in Shanghai."""
    whole = text if len(text) > len("03-06 17:30:00.000000") or text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=SHANGHAI)


def happened(*told: str, **facts: object) -> tuple[Event, ...]:
    """Return events of texts such as ``03-06 17:30 opened``; the facts belong to the first of them."""
    found = []
    for number, text in enumerate(told, 1):
        when, kind = text.rsplit(" ", 1)
        found.append(Event(kind, at(when), f"e{number}", facts=facts if number == 1 else {}))
    return tuple(found)


def case(name: str, *told: str, **facts: object) -> Case:
    """Return a case with events."""
    return Case(name, happened(*told, **facts))


HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
