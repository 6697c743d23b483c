"""A change of policy while cases are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules.sla._case import Case, aware
from crmrules.sla._clock import Clock, ClockState
from crmrules.sla._clocks import CaseClocks
from crmrules.sla._policy import Live, SlaPolicy
from crmrules.sla._polling import Alarm, due_between
from crmrules.sla._replay import replay_eras
from crmrules.sla._turns import Era

__all__ = ["DueMove", "PolicyChange"]


@frozen
class DueMove:
    """A promise of an open case whose due instant a change of policy moves.

    Args:
        case: Id of the case.
        promise: Name of the promise.
        before: When it was due under the old policy; None where the old one promises nothing.
        after: When it is due under the new one; None where the new one promises nothing.
        state: The state of the clock under the new policy.
    """

    case: str
    promise: str
    before: datetime | None
    after: datetime | None
    state: ClockState

    def __str__(self) -> str:
        before, after = (each.isoformat(" ", "minutes") if each else "nothing" for each in (self.before, self.after))
        return f"{self.case} {self.promise}: {before} -> {after}"


def _in_utc(at: Any) -> datetime:
    return aware("PolicyChange.at", at)


@final
@frozen
class PolicyChange:
    """A new SLA policy that comes into force while cases are open.

    Args:
        before: The old policy.
        after: The new policy.
        at: From when the new one is in force.
        live: What becomes of cases that began before: ``frozen`` keeps the old policy for them; ``seconds`` keeps the
            working time used and ``share`` the share of the promise used; ``retroactive`` counts as if the new
            policy had held from the start.

    Raises:
        PolicyError: If ``at`` has no zone, or ``live`` is none of these.
    """

    before: SlaPolicy
    after: SlaPolicy
    at: datetime = field(kw_only=True, converter=_in_utc)
    live: Live = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.live in get_args(Live), "PolicyChange.live", f"be one of {', '.join(get_args(Live))}", self.live)
        for policy in (self.before, self.after):
            must(isinstance(policy, SlaPolicy), "a PolicyChange", "be from one SlaPolicy to another", policy)

    def replay(self, case: Case, *, as_of: datetime) -> CaseClocks:
        """Return the clocks of a case at an instant, the change taken into account.

        Args:
            case: The case.
            as_of: The instant.
        """
        return replay_eras((Era(self.before), Era(self.after, self.at, self.live)), case, as_of)

    def due_between(self, cases: Iterable[Case], after: datetime, until: datetime) -> tuple[Alarm, ...]:
        """Return what has become due to act on since a poller last looked, the change taken into account."""
        return due_between(self.after, cases, after, until, replay=self.replay)

    def moved(self, cases: Iterable[Case], *, as_of: datetime) -> tuple[DueMove, ...]:
        """Return the promises of open cases whose due instant the change moves, by the new due instant.

        Args:
            cases: The cases.
            as_of: The instant at which both policies are asked.
        """
        found = [move for case in cases for move in self._moves(case, as_of)]
        return tuple(sorted(found, key=lambda move: (_at(move.after or move.before), move.case, move.promise)))

    def _moves(self, case: Case, as_of: datetime) -> Iterable[DueMove]:
        old, new = self.before.replay(case, as_of=as_of), self.replay(case, as_of=as_of)
        for name in dict.fromkeys((*old, *new)):
            one, other = (clocks.get(name) for clocks in (old, new))
            was, becomes = _due(one), _due(other)
            live = (one is not None and one.open) or (other is not None and other.open)
            if live and (was is None or becomes is None or _at(was) != _at(becomes)):
                yield DueMove(case.id, name, was, becomes, other.state if other else "cancelled")


def _due(clock: Clock | None) -> datetime | None:
    return clock.due if clock is not None and clock.state != "cancelled" else None


def _at(moment: datetime | None) -> datetime:
    return (moment or datetime.max.replace(tzinfo=UTC)).astimezone(UTC)
