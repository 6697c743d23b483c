"""Plans as iCalendar files, through the package ``icalendar`` (extra ``ical``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any

from crmrules._checks import must
from crmrules.contact._slots import Slot
from crmrules.contact._touches import aware
from crmrules.errors import AbsentError
from crmrules.problems import Language

__all__ = ["icalendar_of"]


def icalendar_of(
    slots: Iterable[Slot], *, made_at: datetime, minutes: int = 30, language: Language = "en", name: str = ""
) -> bytes:
    """Return planned contacts as an iCalendar file, one event each, with its reasons; instants are in UTC.

    Args:
        slots: The contacts, such as those of one owner.
        made_at: When the file is made: the stamp of its events.
        minutes: How long a contact takes.
        language: Language of the reasons.
        name: What the calendar is called.

    Raises:
        AbsentError: If the package ``icalendar`` is not installed.
        PolicyError: If ``made_at`` has no zone or ``minutes`` is not above 0.
    """
    must(minutes > 0, "the minutes of a contact", "be above 0", minutes)
    package = _package()
    calendar = package.Calendar()
    calendar.add("prodid", "-//crmrules//contact//EN")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    for slot in slots:
        calendar.add_component(_event(package, slot, aware("made_at", made_at), minutes, language))
    return calendar.to_ical()  # type: ignore[no-any-return]


def _event(package: Any, slot: Slot, made_at: datetime, minutes: int, language: Language) -> Any:
    event = package.Event()
    start = slot.at.astimezone(UTC)
    key = "/".join((slot.account, *slot.for_, str(slot.first.latest), slot.person.id if slot.person else ""))
    event.add("uid", f"{sha256(key.encode()).hexdigest()[:32]}@crmrules")
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=minutes))
    who = slot.person.name or slot.person.id if slot.person else ""
    event.add("summary", " ".join(filter(None, (slot.channel, slot.account, who))))
    event.add("description", slot.why(language))
    event.add("categories", list(slot.for_))
    return event


def _package() -> Any:
    try:
        return import_module("icalendar")
    except ImportError:
        told = "the package 'icalendar' is not installed. Install it: pip install 'crmrules[ical]'."
        raise AbsentError(told) from None
