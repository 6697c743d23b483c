"""Things that happened: one class for cases, points, contacts, purchases and tier changes.

An event has two times. ``at`` is when it happened, ``recorded_at`` when the company came to know of it. A
replay that asks what was known at an instant leaves out what was booked later; see ``known_by``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, name_of, shown
from crmrules._frozen import FrozenMapping
from crmrules.errors import PolicyError
from crmrules.spans._intake import on_the_calendar

__all__ = ["Event", "Scalar", "distinct", "in_order", "known_by"]

Scalar = str | int | float | Decimal | date | timedelta | None


def _facts(facts: Mapping[str, Scalar]) -> FrozenMapping[Scalar]:
    """Return facts by name, in the order of their names, or raise."""
    must(isinstance(facts, Mapping), "Event.facts", "be a mapping of names to values", facts)
    names = sorted(name_of("the name of an event's fact", name) for name in facts)
    return FrozenMapping({name: _scalar(name, facts[name]) for name in names})


def _instant(where: str, value: Any) -> datetime:
    """Return an aware datetime, or raise."""
    if not isinstance(value, datetime):
        raise PolicyError(f"{where} must be a datetime with a zone, got {shown(value)}")
    if value.utcoffset() is None:
        raise PolicyError(
            f"{where} must have a zone, got {shown(value)}. Add the one it was written in: "
            ".replace(tzinfo=ZoneInfo('Asia/Shanghai'))."
        )
    with on_the_calendar(where):
        value.astimezone(UTC)
    return value


def _in_utc(at: datetime | None) -> datetime | None:
    """Return what instants are compared by; Python itself ignores ``fold`` within one zone."""
    return at and at.astimezone(UTC)


@final
@frozen
class Event:
    """Something that happened to a customer, a case, an account.

    Args:
        kind: What happened, such as ``opened``, ``earned`` or ``visit``.
        at: When it happened: an aware datetime, kept in the zone it was given in.
        id: Identifies the event; a second delivery of the same event carries the same id.
        recorded_at: When the company came to know of it; None means at once.
        facts: What else is known about it: by name, a text, a number, a truth value, a date, an aware
            datetime, a ``timedelta``, or None for unknown. Kept as an immutable, hashable mapping.

    Raises:
        PolicyError: If a text is blank, a datetime is naive, or a fact is no plain value.

    >>> event = Event("earned", datetime(2026, 3, 1, 9, tzinfo=UTC), "e-1", facts={"points": 200})
    >>> event.facts["points"], event.known_at == event.at
    (200, True)
    """

    kind: str
    at: datetime = field(eq=_in_utc)
    id: str
    recorded_at: datetime | None = field(default=None, eq=_in_utc)
    facts: FrozenMapping[Scalar] = field(default=FrozenMapping({}), converter=_facts)

    def __attrs_post_init__(self) -> None:
        for where, text in (("Event.kind", self.kind), ("Event.id", self.id)):
            must(isinstance(text, str) and bool(text.strip()), where, "be a text that is not blank", text)
        _instant("Event.at", self.at)
        if self.recorded_at is not None:
            _instant("Event.recorded_at", self.recorded_at)

    @property
    def known_at(self) -> datetime:
        """When the event was known: ``recorded_at``, or ``at`` where nothing else is said."""
        return self.recorded_at or self.at


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events in their total order: by ``at``, then by when they were known, then by id.

    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> [event.id for event in in_order([Event("earned", noon, "b"), Event("spent", noon, "a")])]
    ['a', 'b']
    """
    return tuple(sorted(events, key=_place))


def known_by(events: Iterable[Event], instant: datetime) -> tuple[Event, ...]:
    """Return the events that were known at an instant, the instant included, in the order given.

    An event that was announced before it happens is known from then on; whether it has happened yet is
    ``event.at <= instant``.

    Args:
        events: Any events.
        instant: An aware datetime.

    Raises:
        PolicyError: If the instant is naive.

    >>> late = Event("returned", datetime(2026, 3, 1, tzinfo=UTC), "r", datetime(2026, 4, 1, tzinfo=UTC))
    >>> known_by([late], datetime(2026, 3, 31, tzinfo=UTC))
    ()
    """
    limit = _instant("the instant of known_by", instant).astimezone(UTC)
    return tuple(event for event in events if event.known_at.astimezone(UTC) <= limit)


def distinct(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events without repeated deliveries: of equal events with one id, the first.

    Raises:
        PolicyError: If an id stands for two different events.

    >>> once = Event("earned", datetime(2026, 3, 1, tzinfo=UTC), "e-1")
    >>> len(distinct([once, once]))
    1
    """
    kept: dict[str, Event] = {}
    for event in events:
        first = kept.setdefault(event.id, event)
        if first != event:
            raise PolicyError(
                f"event {event.id!r} came twice with different contents ({_difference(first, event)}). "
                "Give each event an id of its own."
            )
    return tuple(kept.values())


def _place(event: Event) -> tuple[datetime, datetime, str]:
    return event.at.astimezone(UTC), event.known_at.astimezone(UTC), event.id


def _scalar(name: str, value: Any) -> Scalar:
    """Return a plain value of an event's fact, or raise."""
    where = f"the event's fact {name!r}"
    if isinstance(value, datetime):
        return _instant(where, value)
    must(value is None or isinstance(value, Scalar), where, "be a single plain value, or None", value)
    must(_finite(value), where, "be finite, or None for unknown", value)
    return value  # type: ignore[no-any-return]


def _finite(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, float) or math.isfinite(value)


def _difference(first: Event, second: Event) -> str:
    """Return how two events differ, part by part."""
    one, other = _parts(first), _parts(second)
    pairs = ((name, one.get(name, "nothing"), other.get(name, "nothing")) for name in {**one, **other})
    return ", ".join(f"{name}: {before} and {after}" for name, before, after in pairs if before != after)


def _parts(event: Event) -> dict[str, str]:
    """Return what two deliveries of an event may differ in, as text; instants in UTC."""
    facts = {f"fact {name!r}": shown(value) for name, value in event.facts.items()}
    recorded = {"recorded_at": str(_in_utc(event.recorded_at))} if event.recorded_at else {}
    return {"kind": repr(event.kind), "at": str(_in_utc(event.at)), **recorded, **facts}
