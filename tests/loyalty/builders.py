"""Programmes and events that tests begin from."""

from datetime import UTC, date, datetime
from typing import Any

from crmrules.events import Event
from crmrules.loyalty import Account, Earn, PointsProgram

TODAY = date(2026, 12, 31)


def program(**parts: Any) -> PointsProgram:
    """Return a programme that earns one point for one yuan, unless told otherwise."""
    return PointsProgram("b2c", **{"currency": "CNY", "earn": Earn(1, per=1), **parts})


def instant(text: str) -> datetime:
    """Return the instant of a day such as ``01-05`` of 2026, at noon, or of a whole ISO text."""
    if len(text) == 5:
        return datetime.fromisoformat(f"2026-{text}T12:00").replace(tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def event(kind: str, day: str, name: str, **facts: Any) -> Event:
    """Return an event at noon of a day of 2026."""
    return Event(kind, instant(day), name, facts=facts)


def bought(day: str, name: str, amount: Any, **facts: Any) -> Event:
    """Return a purchase."""
    return event("purchase", day, name, amount=amount, **facts)


def earned(day: str, name: str, points: Any, **facts: Any) -> Event:
    """Return points that somebody else has counted."""
    return event("earn", day, name, points=points, **facts)


def spent(day: str, name: str, points: Any, **facts: Any) -> Event:
    """Return a redemption."""
    return event("redeem", day, name, points=points, **facts)


def refunded(day: str, name: str, order: str, **facts: Any) -> Event:
    """Return a refund."""
    return event("refund", day, name, order=order, **facts)


def account(*events: Event, as_of: Any = TODAY, rules: Any = None, **parts: Any) -> Account:
    """Return the account that follows from events under a programme with these parts."""
    return (rules or program(**parts)).replay(events, as_of=as_of)


def left(found: Account) -> dict[str, Any]:
    """Return what is left in each lot."""
    return {lot.id: lot.left for lot in found.lots}


def moves(found: Account, *kinds: str) -> list[tuple[str, str, Any]]:
    """Return kind, lot and points of the entries of some kinds, or of all."""
    return [(entry.kind, entry.lot, entry.points) for entry in found.entries if not kinds or entry.kind in kinds]
