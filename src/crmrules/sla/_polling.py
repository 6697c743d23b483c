"""Polling: what has become due to act on between two instants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from attrs import frozen

from crmrules._checks import must
from crmrules.sla._case import Case, aware
from crmrules.sla._clock import Clock
from crmrules.sla._clocks import CaseClocks
from crmrules.sla._policy import SlaPolicy

__all__ = ["Alarm", "alarms_of", "due_between"]


@frozen
class Alarm:
    """Something to act on.

    Args:
        case: Id of the case.
        promise: Name of the promise.
        what: ``escalation`` or ``breach``.
        at: The instant: when the escalation's share was used up, or the due instant that was missed.
        to: Who is told of an escalation; empty for a breach.
        when: How the escalation was written, such as ``80%``; empty for a breach.
        round: The round of the clock, 1 for the first.
        priority: Who is served first: the higher, the sooner.
    """

    case: str
    promise: str
    what: Literal["escalation", "breach"]
    at: datetime
    to: str = ""
    when: str = ""
    round: int = 1
    priority: int = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same alarm, whatever later events say about its instant."""
        return self.case, self.promise, self.round, self.what, self.to, self.when


def alarms_of(clocks: CaseClocks) -> tuple[Alarm, ...]:
    """Return everything about a case that had to be acted on up to the instant of its clocks, by time."""
    found = [alarm for clock in clocks.clocks for alarm in _alarms(clocks, clock)]
    return tuple(sorted(found, key=_place))


def _alarms(clocks: CaseClocks, clock: Clock) -> Iterable[Alarm]:
    for each in clock.rounds:
        for due in clock.escalations_of(each):
            if due.reached and due.at is not None:
                yield Alarm(
                    clocks.case, clock.name, "escalation", due.at, due.to, due.when, each.number, clocks.priority
                )
        if each.kept is False:
            at = clock.told(each.due)
            yield Alarm(clocks.case, clock.name, "breach", at, round=each.number, priority=clocks.priority)


def due_between(
    policy: SlaPolicy,
    cases: Iterable[Case],
    after: datetime,
    until: datetime,
    replay: Callable[..., CaseClocks] | None = None,
) -> tuple[Alarm, ...]:
    """Return what had to be acted on by one instant, but not yet by another.

    Args:
        policy: The policy.
        cases: The cases.
        after: The earlier instant.
        until: The later instant.
        replay: How a case is replayed; as the policy does it by default.
    """
    start, end = aware("after", after), aware("until", until)
    must(start <= end, "until", f"not be before {after}", str(until))
    asked = replay or policy.replay
    found: list[Alarm] = []
    for case in cases:
        now = alarms_of(asked(case, as_of=end))
        before = {alarm.key for alarm in alarms_of(asked(case, as_of=start))} if now else set()
        found += [alarm for alarm in now if alarm.key not in before]
    return tuple(sorted(found, key=_place))


def _place(alarm: Alarm) -> tuple[Any, ...]:
    return alarm.at.astimezone(UTC), -alarm.priority, alarm.case, alarm.promise, alarm.round, alarm.what, alarm.to
