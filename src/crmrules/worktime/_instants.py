"""What calendars answer about instants: deadlines, time worked, openings and closings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.periods import Period
from crmrules.worktime import _search as search
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._core import Core
from crmrules.worktime._horizon import Beyond
from crmrules.worktime._intake import amount, instant, naive
from crmrules.worktime._units import EPOCH

__all__ = ["InstantQuestions", "OpenPeriod", "zoned"]

OpenPeriod = tuple[datetime, datetime]


class InstantQuestions:
    """What a calendar can be asked, whatever its hours come from.

    Instants are aware datetimes; answers are in the calendar's zone. Stretches are half-open: a calendar is open
    from the very instant of opening up to, but not including, that of closing.
    """

    zone: str | None
    like: Conventions
    covers: Period | None
    beyond: Beyond

    @property
    def _core(self) -> Core:
        raise NotImplementedError  # pragma: no cover

    def add(self, length: timedelta | str, *, to: datetime) -> datetime:
        """Return the instant at which a duration of working time is over.

        Args:
            length: A ``timedelta`` or a text such as ``2h`` or ``90m``; a negative one goes back.
            to: The instant from which it counts; outside of hours, the next opening.

        Raises:
            PolicyError: If ``to`` has no zone, or the duration is none.
            HorizonError: If the answer lies beyond what the calendar covers.
            NoHoursError: If the calendar does not open that long.
        """
        number = self._amount(length)
        return search.moved(self._core, number, instant("to", to)) if number else self._nothing(to, forward=True)

    def subtract(self, length: timedelta | str, *, before: datetime) -> datetime:
        """Return the instant from which a duration of working time is left until another one.

        Args:
            length: A ``timedelta`` or a text such as ``2h``; a negative one goes forward.
            before: The instant at which it is over.

        Raises:
            PolicyError: If ``before`` has no zone, or the duration is none.
            HorizonError: If the answer lies beyond what the calendar covers.
            NoHoursError: If the calendar does not open that long.
        """
        number = self._amount(length)
        if number:
            return search.moved(self._core, -number, instant("before", before))
        return self._nothing(before, forward=False)

    def _amount(self, length: timedelta | str) -> int:
        number = amount(length)
        if number < 0:
            must(self.like.negative == "back", "a duration of working time", "not be negative here", str(length))
        return number

    def _nothing(self, at: datetime, *, forward: bool) -> datetime:
        """Return where an instant is moved when nothing is added; both ends of an interval stay where they are."""
        bound = self.like.deadline if forward else self.like.back
        if self.like.zero == "stay":
            return self.here(at)
        if bound == ("closing" if forward else "opening") and self._touches(at):
            return self.here(at)
        return self.roll_forward(at) if forward else self.roll_back(at)

    def _touches(self, at: datetime) -> bool:
        point = self._core.axis.of(instant("at", at))
        return search.inside(self._core, point) or search.inside(self._core, point - 1)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two instants.

        Args:
            start: The first instant.
            end: The last instant; before ``start``, what ``like.reversed`` says.

        Raises:
            PolicyError: If an instant has no zone.
            HorizonError: If an instant lies beyond what the calendar covers.
        """
        if instant("end", end) - EPOCH < instant("start", start) - EPOCH:
            return self._reversed(start, end)
        core = self._core
        low, high = core.axis.of(start), core.axis.of(end)
        core.horizon.check(low, high)
        view = search.wide(core, low, high)
        found = timedelta(microseconds=max(0, view.until(high) - view.until(low)))
        return max(found - found % self.like.unit, self.like.least)

    def _reversed(self, start: datetime, end: datetime) -> timedelta:
        if self.like.reversed == "signed":
            return -self.worked(end, start)
        if self.like.reversed == "zero":
            return timedelta(0)
        raise PolicyError(f"the end {end} is before the start {start}. Swap them, or count with reversed='signed'.")

    def is_open(self, at: datetime) -> bool:
        """Say whether it is working time at an instant.

        Args:
            at: The instant; the very instant of closing counts if ``like.closing_is_open``.

        Raises:
            PolicyError: If ``at`` has no zone.
            HorizonError: If it lies beyond what the calendar covers.
        """
        point = self._core.axis.of(instant("at", at))
        if self.like.closing_is_open and search.inside(self._core, point - 1):
            return True
        return search.inside(self._core, point)

    def next_open(self, at: datetime) -> datetime:
        """Return the first opening after an instant.

        Raises:
            HorizonError: If it lies beyond what the calendar covers.
            NoHoursError: If the calendar does not open again.
        """
        return search.edge(self._core, "opening", instant("at", at), forward=True)

    def next_close(self, at: datetime) -> datetime:
        """Return the first closing after an instant.

        Raises:
            HorizonError: If it lies beyond what the calendar covers.
            NoHoursError: If the calendar does not close again.
        """
        return search.edge(self._core, "closing", instant("at", at), forward=True)

    def previous_open(self, at: datetime) -> datetime:
        """Return the last opening before an instant.

        Raises:
            HorizonError: If it lies beyond what the calendar covers.
            NoHoursError: If the calendar was not open before.
        """
        return search.edge(self._core, "opening", instant("at", at), forward=False)

    def previous_close(self, at: datetime) -> datetime:
        """Return the last closing before an instant.

        Raises:
            HorizonError: If it lies beyond what the calendar covers.
            NoHoursError: If the calendar did not close before.
        """
        return search.edge(self._core, "closing", instant("at", at), forward=False)

    def roll_forward(self, at: datetime) -> datetime:
        """Return an instant itself if it is working time, else the next opening."""
        point = self._core.axis.of(instant("at", at))
        return self.here(at) if search.inside(self._core, point) else self.next_open(at)

    def roll_back(self, at: datetime) -> datetime:
        """Return an instant itself if it is working time or a closing, else the last closing before it."""
        point = self._core.axis.of(instant("at", at))
        return self.here(at) if search.inside(self._core, point - 1) else self.previous_close(at)

    def open_periods(self, start: datetime, end: datetime, *, latest_first: bool = False) -> Iterator[OpenPeriod]:
        """Yield the open periods between two instants, cut at both; a year is compiled when it is reached.

        Args:
            start: The first instant.
            end: The last instant.
            latest_first: Yield them from the end.

        Raises:
            PolicyError: If ``end`` is before ``start``.
            HorizonError: If an instant lies beyond what the calendar covers.
        """
        core = self._core
        low, high = core.axis.of(instant("start", start)), core.axis.of(instant("end", end))
        must(low <= high, "end", f"not be before the start {start}", str(end))
        core.horizon.check(low, high)
        found = search.between(core, low, high, latest_first=latest_first)
        return ((core.axis.at(first), core.axis.at(last)) for first, last in found)

    def periods(self, start: datetime, end: datetime) -> Iterator[OpenPeriod]:
        """Yield what ``open_periods`` yields: the name that a host's own calendar has for it."""
        return self.open_periods(start, end)

    def local(self, moment: datetime | str, *, last: bool = False) -> datetime:
        """Return the instant of a wall time in the calendar's zone: how a naive datetime is bound to it.

        Args:
            moment: A datetime without a zone, or its ISO text. A time that a clock change skips moves later by
                the length of the gap.
            last: Take the last instant of a wall time that comes twice, not the first.

        Raises:
            PolicyError: If it has a zone already.
        """
        zoned = naive("a local time", moment).replace(tzinfo=self._info(), fold=0)
        later = zoned.replace(fold=1).astimezone(UTC)
        found = zoned.astimezone(UTC)
        return (later if last and later > found else found).astimezone(self._info())

    def here(self, moment: datetime) -> datetime:
        """Return the same instant in the calendar's zone."""
        return instant("an instant", moment).astimezone(self._info())

    def _info(self) -> ZoneInfo:
        return ZoneInfo(zoned(self.zone))


def zoned(zone: str | None) -> str:
    """Return the zone of a calendar, or raise if it has none."""
    if zone is None:
        raise PolicyError("a calendar without a zone cannot answer. Bind it: calendar.in_zone('Asia/Shanghai').")
    return zone
