"""Cases: what the clocks of a promise are about, and their events in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules._frozen import FrozenMapping
from crmrules.errors import PolicyError
from crmrules.events import Event, distinct, in_order
from crmrules.facts import fetch

__all__ = ["Case", "aware", "case_of", "known_events"]


def _events(events: Any) -> tuple[Event, ...]:
    found = tuple(events)
    for event in found:
        must(isinstance(event, Event), "the events of a case", "be of class Event", event)
    return found


def _facts(facts: Any) -> FrozenMapping[Any]:
    must(isinstance(facts, Mapping), "Case.facts", "be a mapping of names to values", facts)
    return FrozenMapping(dict(facts))


@final
@frozen
class Case:
    """A case of a customer: an inquiry, a complaint, a problem, with what happened to it.

    Args:
        id: Identifies the case.
        events: What happened, in any order; an event may come twice. What an event's ``facts`` say is known of the
            case from that event on.
        facts: What is known of the case from its beginning.

    Raises:
        PolicyError: If the id is blank, or something is no event.

    >>> opened = Event("opened", datetime(2026, 3, 6, 9, tzinfo=UTC), "e-1", facts={"tier": "core"})
    >>> Case("C-1", [opened]).events[0].kind
    'opened'
    """

    id: str
    events: tuple[Event, ...] = field(converter=_events)
    facts: FrozenMapping[Any] = field(default=FrozenMapping({}), converter=_facts, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.id, str) and bool(self.id.strip()), "Case.id", "be a text that is not blank", self.id)


def case_of(given: Any, record: Any = None, reads: tuple[str, ...] = ()) -> Case:
    """Return a case from one, or from events and a record of the facts known from the beginning.

    Args:
        given: A case or events.
        record: A mapping or object with facts.
        reads: The facts to take from an object.
    """
    if isinstance(given, Case):
        must(record is None, "the record of a case", "not be given twice", record)
        return given
    if record is None:
        return Case("case", given)
    if isinstance(record, Mapping):
        return Case("case", given, facts=record)
    return Case("case", given, facts=dict(zip(reads, fetch(record, reads), strict=True)))


def aware(where: str, moment: Any) -> datetime:
    """Return an aware datetime in UTC, or raise."""
    if not isinstance(moment, datetime):
        raise PolicyError(f"{where} must be an aware datetime, got {shown(moment)}")
    if moment.utcoffset() is None:
        raise PolicyError(
            f"{where} must have a zone, got {shown(moment)}. Add the one it was written in: "
            ".replace(tzinfo=ZoneInfo('Asia/Shanghai'))."
        )
    return moment.astimezone(UTC)


def known_events(events: Iterable[Event], as_of: datetime) -> tuple[tuple[datetime, Event], ...]:
    """Return the events that had happened and were known at an instant, in order, each once, with its time in UTC.

    Args:
        events: Events in any order, some perhaps delivered twice.
        as_of: The instant in UTC; it is included.

    Raises:
        PolicyError: If an id stands for two different events.
    """
    found = []
    for event in events:
        at = event.at if event.at.tzinfo is UTC else event.at.astimezone(UTC)
        if at <= as_of and (event.recorded_at is None or event.recorded_at.astimezone(UTC) <= as_of):
            found.append((at, event))
    if len({event.id for _, event in found}) < len(found):
        found = [(event.at.astimezone(UTC), event) for event in distinct(event for _, event in found)]
    if any(later[0] <= sooner[0] for sooner, later in pairwise(found)):
        places = {event.id: place for place, event in enumerate(in_order(event for _, event in found))}
        found.sort(key=lambda pair: places[pair[1].id])
    return tuple(found)
