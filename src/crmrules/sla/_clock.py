"""Clocks: the running state of a promise at an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules.sla._amount import CLOCK_HOURS, length_text
from crmrules.sla._promise import Promise
from crmrules.sla._round import Round
from crmrules.sla._walk import Phase

__all__ = ["Clock", "ClockState", "Due"]

ClockState = Literal["waiting", "running", "paused", "met", "breached", "cancelled"]


@frozen
class Due:
    """An escalation of a clock: who is told when.

    Args:
        to: Who is told.
        when: How it was written, such as ``80%``.
        at: When its working time is used up; None where the clock stands still before, or has stopped.
        reached: Whether that has happened.
    """

    to: str
    when: str
    at: datetime | None
    reached: bool


@final
@frozen(slots=False, repr=False)
class Clock:
    """A promise of a case at an instant.

    Args:
        promise: The promise, as it holds now.
        rounds: Its rounds; more than one where it repeats, was reset or was restarted.
        phase: Where the walk along the events has ended.
        as_of: The instant, in UTC.
        local: The zone in which it tells instants.
    """

    promise: Promise
    rounds: tuple[Round, ...]
    phase: Phase
    as_of: datetime
    local: tzinfo = field(default=UTC, eq=False)

    @property
    def name(self) -> str:
        """The promise's name."""
        return self.promise.name

    @property
    def last(self) -> Round | None:
        """The last round, if one has begun."""
        return self.rounds[-1] if self.rounds else None

    @property
    def state(self) -> ClockState:
        """``waiting`` for its start, ``running``, ``paused``, ``met``, ``breached`` or ``cancelled``.

        A clock that runs, or stands still, beyond its due instant is ``breached``.
        """
        found = self.last
        if found is None:
            return "waiting" if self.phase == "waiting" else "cancelled"
        if found.how == "excuse":
            return "cancelled"
        if found.late:
            return "breached"
        if found.how:
            return "met" if found.how in ("stop", "ends") else "cancelled"
        return "running" if found.going else "paused"

    @property
    def open(self) -> bool:
        """Whether something is still owed: the clock has begun and has not stopped."""
        return self.last is not None and not self.last.how

    @property
    def paused(self) -> bool:
        """Whether it stands still now."""
        return self.last is not None and not self.last.how and not self.last.going

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; None while that is open, and where it was called off.

        Of several rounds, one that was broken breaks the promise.
        """
        judged = [each.kept for each in self.rounds]
        if False in judged:
            return False
        return None if not judged or self.open else (True if True in judged else None)

    @property
    def start(self) -> datetime | None:
        """When the last round began."""
        return self.told(self.last.start) if self.last else None

    @property
    def due(self) -> datetime | None:
        """When it is or was due; None before its start. Of a paused clock, as if it went on now."""
        return self.told(self.last.due) if self.last else None

    @property
    def stopped(self) -> datetime | None:
        """When the last round stopped, if it has."""
        return self.told(self.last.stopped) if self.last and self.last.stopped else None

    @property
    def elapsed(self) -> timedelta:
        """The working time used in the last round."""
        return self.last.elapsed if self.last else timedelta(0)

    @property
    def remaining(self) -> timedelta | None:
        """The working time left; negative beyond the due instant, None before the start."""
        return self.last.leg.owed - self.last.elapsed if self.last else None

    @cached_property
    def escalations(self) -> tuple[Due, ...]:
        """Who is told when in the last round, by time."""
        return tuple(self.escalations_of(self.last)) if self.last else ()

    def escalations_of(self, found: Round) -> list[Due]:
        """Return who is told when in a round, by time."""
        leg, dues = found.leg, []
        for each in leg.promise.escalate:
            reached = leg.reached(each.within(leg.owed), going=found.going)
            over = reached.at > leg.end
            gone = not reached.settled or (over and bool(found.how))
            dues.append(Due(each.to, str(each), None if gone else self.told(reached.at), not gone and not over))
        return sorted(dues, key=lambda due: (due.at is None, due.at and due.at.astimezone(UTC)))

    def told(self, at: datetime) -> datetime:
        """Return an instant in the zone of the clock's calendar, or of the case for clock hours."""
        calendar = self.last.leg.calendar if self.last else CLOCK_HOURS
        return at.astimezone(self.local) if calendar is CLOCK_HOURS else calendar.here(at)

    def why(self) -> Any:
        """Return the account of the clock: each running, paused and closed stretch."""
        from crmrules.sla._account import account

        return account(self)

    def __str__(self) -> str:
        due = f", due {self.due.isoformat(' ', 'seconds')}" if self.due else ""
        left = f", {length_text(self.remaining)} left" if self.open and self.remaining is not None else ""
        return f"{self.name} is {self.state}{due}{left}"

    def __repr__(self) -> str:
        return f"<clock {self}>"

    def _repr_html_(self) -> str:
        return self.why()._repr_html_()  # type: ignore[no-any-return]
