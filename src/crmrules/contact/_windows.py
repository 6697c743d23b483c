"""Send windows: the wall time at which a message goes out, and on which days of the week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must, names_of
from crmrules._frozen import PickledByFields
from crmrules.conditions import Condition
from crmrules.contact._attempt import Attempt, Hold, utc
from crmrules.contact._scoped import Scoped, channels_field, purposes_field
from crmrules.errors import PolicyError
from crmrules.tables.policies import applies_field, name_field, note_field, source_field, title_field
from crmrules.wording import Wording, sentence

__all__ = ["SendWindow", "time_of_day"]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Reversed = Literal["overnight", "swap"]
Keeps = Literal["opening", "wall time"]
ONE_DAY = timedelta(days=1)


def time_of_day(given: Any) -> time | None:
    """Return a time of day from one, from its text, or from nothing."""
    if given is None or isinstance(given, time):
        return given
    try:
        return time.fromisoformat(given)
    except (TypeError, ValueError):
        raise PolicyError(f"a time of day must be a text like '09:30', got {given!r}") from None


def _days(given: Any) -> tuple[str, ...]:
    found = names_of("SendWindow.days", (given,) if isinstance(given, str) else given)
    for each in found:
        must(each in WEEK, "a day of SendWindow.days", f"be one of {', '.join(WEEK)}", each)
    return found


@final
@frozen(slots=False)
class SendWindow(PickledByFields, Scoped):
    """Admit touches between two times of day, or at one time exactly, on some days of the week, in the customer's zone.

    ``ContactHours`` says when contact is allowed; this says when a message is sent. The end of a window is not
    part of it.

    Args:
        name: Stable identifier; appears in answers.
        start: First time of day.
        end: The time of day at which the window closes.
        at: The one time of day at which the message goes out, in place of a window.
        days: Days of the week: ``mon`` to ``sun``; all by default. A window across midnight belongs to the day on
            which it opens.
        reversed: A window whose end is before its start is ``overnight`` (across midnight), or a mistake that
            ``swap`` mends.
        keeps: What a message keeps that waits for another day: the ``opening`` is the first instant of the day's
            window; ``wall time`` keeps the time of day where that is in the window.
        channels: Channels it is about; all by default.
        purposes: Purposes it is about; all by default.
        applies: Customers it is about; everybody by default.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    Raises:
        PolicyError: If a time is none, or both a window and a single time are given.
    """

    name: str = name_field()
    start: time | None = field(default=None, kw_only=True, converter=time_of_day)
    end: time | None = field(default=None, kw_only=True, converter=time_of_day)
    at: time | None = field(default=None, kw_only=True, converter=time_of_day)
    days: tuple[str, ...] = field(default=(), kw_only=True, converter=_days)
    reversed: Reversed = field(default="overnight", kw_only=True)
    keeps: Keeps = field(default="opening", kw_only=True)
    channels: tuple[str, ...] = channels_field()
    purposes: tuple[str, ...] = purposes_field()
    applies: Condition = applies_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        where = f"send window {self.name!r}"
        must((self.start is None) == (self.end is None), where, "have both start and end", (self.start, self.end))
        must(self.start is None or self.start != self.end, where, "be open for some time", str(self.start))
        must(self.at is None or self.start is None, where, "have a window or one time, not both", str(self.at))
        must(self.reversed in get_args(Reversed), where, "have reversed = 'overnight' or 'swap'", self.reversed)
        must(self.keeps in get_args(Keeps), where, "have keeps = 'opening' or 'wall time'", self.keeps)

    @cached_property
    def _bounds(self) -> tuple[time, time]:
        """First time of the window and the time at which it closes; a whole day closes at midnight."""
        start, end = self.start or time(0), self.end or time(0)
        if self.end is not None and end < start and self.reversed == "swap":
            return end, start
        return start, end

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return when the window opens next, or None if it is open; with several zones, the last of them."""
        until = max(self._opens(at, zone) for zone in attempt.zones)
        return None if until == at else self.held(attempt.here(until), sentence("waiting for the time to send"))

    def _opens(self, at: datetime, zone: Any) -> datetime:
        """Return the first instant, from one on, at which the window is open in a zone."""
        here = at.astimezone(zone)
        for step in range(-1, 16):
            day = here.date() + step * ONE_DAY
            if self.days and WEEK[day.weekday()] not in self.days:
                continue
            found = self._on(day, here, zone)
            if found is not None and found >= at:
                return found
        raise AssertionError(at)  # pragma: no cover  # a window comes every week

    def _on(self, day: date, here: datetime, zone: Any) -> datetime | None:
        """Return the first instant of one day's window that is not over yet."""
        if self.at is not None:
            return _utc(day, self.at, zone)
        start, end = self._bounds
        opens = _utc(day, start, zone)
        closes = _utc(day if start < end else day + ONE_DAY, end, zone)
        at = utc(here)
        if opens <= at < closes:
            return at
        kept = _utc(day, here.time(), zone)
        if self.keeps == "wall time" and at < opens <= kept < closes:
            return kept
        return opens


def _utc(day: date, clock: time, zone: Any) -> datetime:
    return utc(datetime.combine(day, clock, tzinfo=zone))
