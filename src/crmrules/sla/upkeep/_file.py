"""What is known of a customer's file: values, when and whence they came, what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules._frozen import FrozenMapping
from crmrules.errors import PolicyError
from crmrules.events import Event
from crmrules.spans._intake import plain_day

__all__ = ["CustomerFile"]


def _days(given: Mapping[str, date | None]) -> FrozenMapping[date]:
    must(isinstance(given, Mapping), "CustomerFile.updated", "be a mapping of fields to days", given)
    known = {name: day for name, day in given.items() if day is not None}
    return FrozenMapping({name: plain_day(f"the day of field {name!r}", day) for name, day in known.items()})


def _texts(given: Mapping[str, str | None]) -> FrozenMapping[str]:
    must(isinstance(given, Mapping), "CustomerFile.channels", "be a mapping of fields to channels", given)
    return FrozenMapping({name: str(channel) for name, channel in given.items() if channel})


def _log(given: Iterable[Any]) -> tuple[tuple[date, str], ...]:
    return tuple(sorted(_entry(each) for each in given))


def _entry(given: Any) -> tuple[date, str]:
    if isinstance(given, Event):
        raise PolicyError(f"an event lies on a day of some zone, got {shown(given.id)}. Use CustomerFile.logged().")
    day, kind = given
    return plain_day("a day of the log", day), str(kind)


@final
@frozen
class CustomerFile:
    """A customer's file as the company keeps it.

    Args:
        customer: Whose it is.
        values: The fields by name; None, or a blank text, is unknown.
        updated: When each field was last confirmed or changed, by name; a field without a day is undated.
        channels: The channel each field came through, by name.
        first_contact: The day of first contact, from which deadlines count; None if it is not known.
        log: What happened: days and kinds, such as ``(date(2026, 3, 2), "visit")``.
        owner: Who looks after the customer; empty if nobody.

    Raises:
        PolicyError: If a day is none.
    """

    customer: str
    values: Mapping[str, Any] = field(converter=FrozenMapping)
    updated: Mapping[str, date] = field(default=FrozenMapping({}), kw_only=True, converter=_days)
    channels: Mapping[str, str] = field(default=FrozenMapping({}), kw_only=True, converter=_texts)
    first_contact: date | None = field(default=None, kw_only=True)
    log: tuple[tuple[date, str], ...] = field(default=(), kw_only=True, converter=_log)
    owner: str = field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.first_contact is not None:
            plain_day("CustomerFile.first_contact", self.first_contact)

    @staticmethod
    def logged(events: Iterable[Event], timezone: str) -> tuple[tuple[date, str], ...]:
        """Return events as a log: each on its day in a zone.

        Args:
            events: Interactions, updates, reviews.
            timezone: IANA name of the zone whose days count.

        >>> from datetime import UTC, datetime
        >>> CustomerFile.logged([Event("visit", datetime(2026, 3, 1, 20, tzinfo=UTC), "e-1")], "Asia/Shanghai")
        ((datetime.date(2026, 3, 2), 'visit'),)
        """
        zone = ZoneInfo(timezone)
        return _log((event.at.astimezone(zone).date(), event.kind) for event in events)

    def has(self, name: str) -> bool:
        """Say whether a field is filled."""
        value = self.values.get(name)
        return value is not None and bool(str(value).strip())

    def days(self, kinds: Iterable[str]) -> tuple[date, ...]:
        """Return the days on which one of the kinds is in the log, in order."""
        wanted = tuple(kinds)
        return tuple(day for day, kind in self.log if kind in wanted)
