"""What has to be done with a file: steps after first contact, updates after interactions, reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from crmrules.conditions import evaluate
from crmrules.sla._limits import Limit, due_after
from crmrules.sla.upkeep._fields import FileStep
from crmrules.sla.upkeep._file import CustomerFile
from crmrules.sla.upkeep._results import Duty

if TYPE_CHECKING:
    from crmrules.sla.upkeep._policy import UpkeepPolicy

__all__ = ["duties_of"]


def duties_of(policy: UpkeepPolicy, file: CustomerFile, facts: Mapping[str, Any], as_of: date) -> Iterator[Duty]:
    """Yield what has to be done with a file and what was done by a day."""
    yield from _steps(policy, file, facts, as_of)
    yield from _updates(policy, file, facts, as_of)
    review = policy.review
    start = file.first_contact or (review.anchor if review else None)
    if review and start and start <= as_of and evaluate(review.when, facts):
        standing = review.standing(file.days(review.done), start=start, as_of=as_of)
        done = standing.last if standing.state == "done" else None
        state = standing.state
        yield Duty("review", "", state, standing.due, done, None, review.role)


def _steps(policy: UpkeepPolicy, file: CustomerFile, facts: Mapping[str, Any], as_of: date) -> Iterator[Duty]:
    """Yield the steps of a new file; each counts from the day on which the one before was done."""
    start: date | None = file.first_contact
    if start is None or start > as_of:
        return
    for step in policy.steps:
        due = None if start is None else _due(step.within, start, facts, policy)
        duty = _step(step, file.days(step.done), start, due, as_of)
        yield duty
        start = duty.done


def _step(step: FileStep, days: tuple[date, ...], start: date | None, due: date | None, as_of: date) -> Duty:
    if start is None:
        return Duty("complete", step.name, "waiting", role=step.role)
    done = next((day for day in days if start <= day <= as_of), None)
    return Duty("complete", step.name, _state(due, done, as_of), due, done, start, step.role)


def _updates(policy: UpkeepPolicy, file: CustomerFile, facts: Mapping[str, Any], as_of: date) -> Iterator[Duty]:
    """Yield an update for each important interaction; one update serves all interactions before it."""
    refresh = policy.refresh
    if refresh is None:
        return
    days = {*file.days(refresh.done), *(file.updated.values() if refresh.by_fields else ())}
    updates = sorted(day for day in days if day <= as_of)
    for day, kind in file.log:
        if kind in refresh.after and day <= as_of:
            due = _due(refresh.within, day, facts, policy)
            done = next((each for each in updates if each >= day), None)
            yield Duty("update", kind, _state(due, done, as_of), due, done, day, refresh.role)


def _due(limit: Limit, start: date, facts: Mapping[str, Any], policy: UpkeepPolicy) -> date | None:
    amount = limit.chosen(facts)[0]
    return None if amount is None else due_after(amount, start, policy.calendar)


def _state(due: date | None, done: date | None, as_of: date) -> Any:
    """Return how something stands that was due on a day; without one it cannot be late."""
    if done is not None:
        return "late" if due and done > due else "done"
    return "overdue" if due and as_of > due else "open"
