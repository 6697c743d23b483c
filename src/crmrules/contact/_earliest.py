"""The first instant that all guards admit: followed from hold to hold until none is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

from attrs import frozen

from crmrules.contact._attempt import Attempt, Guard, Hold, utc
from crmrules.errors import PolicyError

__all__ = ["MOST_ROUNDS", "Admitted", "Never", "earliest"]

MOST_ROUNDS = 10_000
"""How often guards may send an attempt on before it is given up."""


@final
@frozen
class Admitted:
    """The first instant that all guards admit.

    Args:
        at: The instant, in the customer's zone.
        held_by: What moved it there last, the binding reason; None if nothing did.
        moved: Everything that moved it, in order; of each guard the last hold.
    """

    at: datetime
    held_by: Hold | None = None
    moved: tuple[Hold, ...] = ()

    def __bool__(self) -> bool:
        return True


@final
@frozen
class Never:
    """No instant up to a limit is admitted.

    Args:
        held_by: The guard that stands in the way last.
        limit: Up to when instants were looked at.
        moved: Everything that moved the attempt, in order; of each guard the last hold.
    """

    held_by: Hold
    limit: datetime
    moved: tuple[Hold, ...] = ()

    def __bool__(self) -> bool:
        return False


def earliest(guards: Iterable[Guard], attempt: Attempt, after: datetime, limit: datetime) -> Admitted | Never:
    """Return the first instant from ``after`` on, before ``limit``, that all guards admit.

    Each hold names the first instant its guard may admit; going there and asking again ends at the least instant
    that all admit, since none was passed over.

    Args:
        guards: The guards that have a say.
        attempt: What is attempted.
        after: The first instant that would do.
        limit: The first instant that is too late.

    Raises:
        PolicyError: If a guard holds a touch until an instant that is not later, or there is no end to it.
    """
    asked = [guard for guard in guards if guard.concerns(attempt)]
    return settled(asked, attempt, utc(after), utc(limit))


def settled(asked: Sequence[Guard], attempt: Attempt, at: datetime, limit: datetime) -> Admitted | Never:
    """Return the same, of guards that all have a say; instants in UTC."""
    moved: dict[str, Hold] = {}
    for _ in range(MOST_ROUNDS):
        hold = _held(asked, attempt, at)
        if hold is None:
            holds = tuple(moved.values())
            return Admitted(attempt.here(at), holds[-1] if holds else None, holds)
        moved.pop(hold.guard, None)
        moved[hold.guard] = hold
        if hold.until is None or (until := utc(hold.until)) >= limit:
            return Never(hold, attempt.here(limit), tuple(moved.values()))
        if until <= at:
            raise PolicyError(f"guard {hold.guard!r} must hold a touch until a later instant than {at}, got {until}")
        at = until
    raise PolicyError(
        f"guards send the attempt from {at} on without end ({', '.join(moved)}). "
        f"Look at what they answer; {MOST_ROUNDS:,} rounds were made."
    )


def _held(asked: Sequence[Guard], attempt: Attempt, at: datetime) -> Hold | None:
    for guard in asked:
        hold = guard.hold(attempt, at)
        if hold is not None:
            return hold
    return None
