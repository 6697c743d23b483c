"""One round of a clock: from its start to its stop, with the stretches between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from crmrules.sla._amount import Calendar
from crmrules.sla._promise import Promise

__all__ = ["Close", "Leg", "Reached", "Round", "Stretch"]

Close = Literal["", "stop", "ends", "cancel", "excuse", "reset"]
NONE = timedelta(0)


@frozen
class Stretch:
    """Part of a clock's life.

    Args:
        state: ``running``, ``paused``, or ``stopped`` between a stop and a reopening.
        start: Its beginning, in UTC.
        end: Its end, in UTC.
        reasons: Names of the pauses that were open.
    """

    state: Literal["running", "paused", "stopped"]
    start: datetime
    end: datetime
    reasons: tuple[str, ...] = ()


@frozen
class Reached:
    """When some working time of a leg is used up.

    Args:
        at: The instant, in the calendar's zone.
        settled: False where the clock stands still now, so that the instant supposes that it goes on now.
    """

    at: datetime
    settled: bool


@frozen
class Leg:
    """What a clock did under one promise.

    Args:
        promise: The promise.
        calendar: The calendar on which it ran.
        owed: The working time that it allows.
        used: The working time that was used before.
        start: Where the leg begins, in UTC.
        end: Where it ends, in UTC.
        stretches: What lies between.
        worked: The working time of each stretch; none where the clock did not run.
    """

    promise: Promise
    calendar: Calendar
    owed: timedelta
    used: timedelta
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]
    worked: tuple[timedelta, ...]

    @property
    def elapsed(self) -> timedelta:
        """The working time used up to its end, the time before included."""
        return sum(self.worked, self.used)

    def reached(self, amount: timedelta, *, going: bool) -> Reached:
        """Return when some working time, counted from the start of the round, is used up.

        Where the leg ends before, the answer supposes that the clock goes on: from its last running stretch, or, if
        it stands still, from the end of the leg.

        Args:
            amount: The working time.
            going: Whether the clock runs at the end of the leg.
        """
        left = amount - self.used
        if left <= NONE:
            return Reached(self.start, settled=True)
        opening = self.calendar.like.deadline == "opening"
        last = len(self.stretches) - 1
        for place, stretch in enumerate(self.stretches):
            if stretch.state != "running":
                continue
            if place == last and going:
                return Reached(self.calendar.add(left, to=stretch.start), settled=True)
            worked = self.worked[place]
            if left < worked or (left == worked and not opening):
                return Reached(self.calendar.add(left, to=stretch.start), settled=True)
            left -= worked
        return Reached(self._on(left), settled=going)

    def _on(self, left: timedelta) -> datetime:
        """Return where the clock gets to from the end of the leg."""
        return self.calendar.add(left, to=self.end) if left else self.calendar.roll_forward(self.end)


@frozen
class Round:
    """One round of a clock.

    Args:
        number: 1 for the first.
        start: Where it began, in UTC.
        legs: What it did, promise by promise; a clock whose promise never changed has one leg.
        due: When it was or is due.
        settled: False where the clock stands still now, so that ``due`` supposes that it goes on now.
        stopped: When it ended, in UTC, or None.
        how: What ended it.
        event: Id of the event that did.
        reason: Why it was excused, if it was.
        late: Whether it went on beyond the due instant.
        going: Whether the clock runs, or ran at the end.
    """

    number: int
    start: datetime
    legs: tuple[Leg, ...]
    due: datetime
    settled: bool
    stopped: datetime | None
    how: Close
    event: str
    reason: str
    late: bool
    going: bool

    @property
    def leg(self) -> Leg:
        """The last leg, by which the round is judged."""
        return self.legs[-1]

    @property
    def elapsed(self) -> timedelta:
        """The working time used."""
        return self.leg.elapsed

    @property
    def kept(self) -> bool | None:
        """Whether the round was kept; None while it runs in time, and where it was called off."""
        if self.late and self.how != "excuse":
            return False
        return True if self.how in ("stop", "ends") else None
