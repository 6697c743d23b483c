"""The walk of one clock along the events of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from attrs import define, field

from crmrules.sla._amount import CLOCK_HOURS, Calendar, length_of
from crmrules.sla._pausing import Held
from crmrules.sla._promise import Promise, Role
from crmrules.sla._round import Close, Leg, Round, Stretch
from crmrules.sla._trail import Misfit, Note, Step
from crmrules.worktime._meter import Meter

__all__ = ["Measure", "Phase", "Walk"]

Phase = Literal["waiting", "running", "stopped", "over", "cancelled"]
MICROSECOND = timedelta(microseconds=1)

Measure = Callable[[Calendar], Callable[[datetime, datetime], timedelta]]
"""Returns, for a calendar, what measures the working time between two instants of the case."""


def measures(start: datetime, end: datetime) -> Measure:
    """Return the measure of a case that lies between two instants; each instant is looked up once."""
    known: dict[int, tuple[Calendar, Callable[[datetime, datetime], timedelta]]] = {}

    def measure(calendar: Calendar) -> Callable[[datetime, datetime], timedelta]:
        if calendar is CLOCK_HOURS:
            return _clock_time
        found = known.get(id(calendar))
        if found is None:
            found = known[id(calendar)] = calendar, Meter(calendar, start, end).worked
        return found[1]

    return measure


def _clock_time(start: datetime, end: datetime) -> timedelta:
    return end - start


@define
class _Running:
    """A round on its way."""

    number: int
    start: datetime
    promise: Promise
    calendar: Calendar
    owed: timedelta
    paused: tuple[str, ...]
    begun: datetime
    since: datetime
    used: timedelta = timedelta(0)
    stretches: list[Stretch] = field(factory=list)
    legs: list[Leg] = field(factory=list)

    def cut(self, at: datetime) -> None:
        """End the present stretch."""
        if at > self.since:
            self.stretches.append(Stretch("paused" if self.paused else "running", self.since, at, self.paused))
            self.since = at

    def leg(self, end: datetime, measure: Measure) -> Leg:
        """Return the present leg up to an instant; the present stretch has been cut."""
        worked = measure(self.calendar)
        lengths = tuple(
            worked(each.start, each.end) if each.state == "running" else timedelta(0) for each in self.stretches
        )
        return Leg(self.promise, self.calendar, self.owed, self.used, self.begun, end, tuple(self.stretches), lengths)


@define
class Walk:
    """A clock while the steps of its case are walked.

    Args:
        promise: The promise.
        calendar: Returns the calendar on which a promise runs.
        measure: Measures working time.
        held: The pauses open after each step, by promise.

    A stop at the very instant of the start keeps the promise, whichever of the two has the smaller id: clocks of
    whole minutes and seconds often tell both alike.
    """

    promise: Promise
    calendar: Callable[[Promise], Calendar]
    measure: Measure
    held: Callable[[Promise], Held]
    marks: Held = field(init=False)
    phase: Phase = "waiting"
    rounds: list[Round] = field(factory=list)
    notes: list[Note] = field(factory=list)
    _now: _Running | None = None
    _closed: _Running | None = None
    _early: Step | None = None

    def __attrs_post_init__(self) -> None:
        self.marks = self.held(self.promise)

    def along(self, steps: tuple[Step, ...], first: int, last: int) -> None:
        """Go on from one step up to another."""
        roles, marks = self.promise.roles, self.marks
        for number in range(first, last):
            step = steps[number]
            found = roles.get(step.kind)
            if found is not None:
                for role in found:
                    _DEEDS[role](self, number, step)
            now = self._now
            if now is not None and marks[number] != now.paused:
                now.cut(step.at)
                now.paused = marks[number]

    def switch(self, promise: Promise, at: datetime, *, share: bool) -> None:
        """Go on under another promise; what was used stays used, as time or as a share of what was promised."""
        self.promise, self.marks = promise, self.held(promise)
        now = self._now
        if now is None:
            return
        now.cut(at)
        leg = now.leg(at, self.measure)
        calendar = self.calendar(promise)
        owed = length_of(promise.amount, calendar, now.start)
        used = leg.elapsed
        if share:
            used = -(-(used // MICROSECOND) * (owed // MICROSECOND) // (leg.owed // MICROSECOND)) * MICROSECOND
        now.legs.append(leg)
        now.promise, now.calendar, now.owed, now.used = promise, calendar, owed, used
        now.begun, now.stretches = at, []

    def from_here(self, at: datetime) -> None:
        """Forget what was before: the promise is made only now."""
        now = self._now
        self.rounds, self._closed = [], None
        if now is not None:
            owed = length_of(self.promise.amount, now.calendar, at)
            self._now = _Running(1, at, self.promise, now.calendar, owed, now.paused, at, at)

    def withdraw(self, at: datetime, event: str) -> None:
        """End the promise, because the case is no longer one of those it is made for."""
        if self._now is not None:
            self._close("cancel", at, event)
        self.phase = "cancelled"

    def finished(self, as_of: datetime) -> tuple[Round, ...]:
        """Return the rounds at an instant."""
        if self._now is None:
            return tuple(self.rounds)
        self._now.cut(as_of)
        return (*self.rounds, self._round(self._now, as_of, "", ""))

    # ------------------------------------------------------------------ what events do

    def _start(self, number: int, step: Step) -> None:
        if self.phase != "waiting":
            return
        self._begin(number, step.at)
        if self._early is not None and self._early.at == step.at:
            self.notes.remove(Note(self._early.id, self._early.kind, "stop_before_start"))
            self._stop(number, self._early)

    def _stop(self, number: int, step: Step) -> None:
        if self.phase != "running":
            if self.phase == "waiting":
                self._note(step, "stop_before_start")
                self._early = step
            return
        self._close("stop", step.at, step.id)
        self.phase = "stopped"
        if self.promise.repeats:
            self._begin(number, step.at)

    def _ends(self, number: int, step: Step) -> None:
        if self.phase == "running":
            self._close("ends", step.at, step.id)
        self.phase = "over"

    def _cancel(self, number: int, step: Step) -> None:
        if self.phase == "running":
            self._close("cancel", step.at, step.id)
        if self.phase in ("running", "waiting"):
            self.phase = "cancelled"

    def _excuse(self, number: int, step: Step) -> None:
        if step.reason not in self.promise.exceptions:
            self._note(step, "no_such_exception")
        elif self.phase == "running":
            self._close("excuse", step.at, step.id, str(step.reason))
            self.phase = "cancelled"

    def _reset(self, number: int, step: Step) -> None:
        if self.phase == "running":
            self._close("reset", step.at, step.id)
            self._begin(number, step.at)

    def _reopen(self, number: int, step: Step) -> None:
        if self.phase not in ("stopped", "over"):
            self._note(step, "not_stopped")
        elif self.promise.reopened == "restarts" or self._closed is None:
            self._begin(number, step.at)
        else:
            self._go_on(number, step)

    # ------------------------------------------------------------------ rounds

    def _begin(self, number: int, at: datetime) -> None:
        calendar = self.calendar(self.promise)
        owed = length_of(self.promise.amount, calendar, at)
        paused = self.marks[number]
        self._now = _Running(len(self.rounds) + 1, at, self.promise, calendar, owed, paused, at, at)
        self._closed, self.phase = None, "running"

    def _close(self, how: Close, at: datetime, event: str, reason: str = "") -> None:
        now = self._now
        assert now is not None
        now.cut(at)
        self.rounds.append(self._round(now, at, how, event, reason))
        self._now, self._closed = None, now

    def _go_on(self, number: int, step: Step) -> None:
        """Take the stop of the last round back."""
        now = self._closed
        assert now is not None
        stopped = self.rounds.pop().stopped
        assert stopped is not None
        if step.at > stopped:
            now.stretches.append(Stretch("stopped", stopped, step.at))
        now.since, now.paused = step.at, self.marks[number]
        self._now, self._closed, self.phase = now, None, "running"
        if now.promise != self.promise:
            self.switch(self.promise, step.at, share=False)

    def _round(self, now: _Running, end: datetime, how: Close, event: str, reason: str = "") -> Round:
        leg = now.leg(end, self.measure)
        due = leg.reached(leg.owed, going=not now.paused)
        late = due.settled and due.at < end
        stopped = end if how else None
        return Round(
            now.number,
            now.start,
            (*now.legs, leg),
            due.at,
            due.settled,
            stopped,
            how,
            event,
            reason,
            late,
            not now.paused,
        )

    def _note(self, step: Step, misfit: Misfit) -> None:
        self.notes.append(Note(step.id, step.kind, misfit))


_DEEDS: dict[Role, Callable[[Walk, int, Step], None]] = {
    "start": Walk._start,  # noqa: SLF001
    "stop": Walk._stop,  # noqa: SLF001
    "ends": Walk._ends,  # noqa: SLF001
    "cancel": Walk._cancel,  # noqa: SLF001
    "excuse": Walk._excuse,  # noqa: SLF001
    "reset": Walk._reset,  # noqa: SLF001
    "reopen": Walk._reopen,  # noqa: SLF001
}
