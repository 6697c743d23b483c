"""A stay in a stage: how long, by when it is due, and what became of its service items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import define, field

from crmrules.conditions import evaluate
from crmrules.events import Event
from crmrules.sla._amount import amount_text
from crmrules.sla._limits import Limit, due_after
from crmrules.sla.processes._parts import Item, Stage
from crmrules.sla.processes._results import ItemState, Visit, since

if TYPE_CHECKING:
    from crmrules.sla.processes._process import Process

__all__ = ["Stay", "due_by", "over", "visit_of"]


@define
class Stay:
    """A stay in a stage while the fold goes on."""

    stage: Stage
    entered: datetime
    told: list[str] = field(factory=list)
    done: dict[str, Event] = field(factory=dict)


def over(due: datetime | None, at: datetime) -> bool:
    """Say whether a time was over at an instant; the very instant is in time."""
    return due is not None and at.astimezone(UTC) > due.astimezone(UTC)


def due_by(limit: Limit | None, start: datetime, facts: Mapping[str, Any], calendar: Any) -> datetime | None:
    """Return when a limit is over; None without one, or where unknown facts leave it open."""
    amount = limit.chosen(facts)[0] if limit else None
    return None if amount is None else due_after(amount, start, calendar)


def visit_of(process: Process, stay: Stay, at: datetime, facts: Mapping[str, Any], *, left: bool) -> Visit:
    """Return a stay as it stands.

    Args:
        process: The process.
        stay: The stay.
        at: When the stage was left, or the instant of asking.
        facts: The facts known then.
        left: Whether the stage was left.
    """
    stage = stay.stage
    calendar = stage.calendar or process.calendar
    amount, undecided = stage.limit.chosen(facts) if stage.limit else (None, ())
    due = None if amount is None else due_after(amount, stay.entered, calendar)
    elapsed = since(stay.entered, at)
    states = (_item(item, stay, at, facts, left=left, calendar=calendar) for item in stage.items)
    return Visit(
        stage.name,
        stay.entered,
        at if left else None,
        due,
        elapsed,
        calendar.worked(stay.entered, at) if calendar else elapsed,
        limit="" if amount is None else amount_text(amount),
        undecided=undecided,
        items=tuple(state for state in states if state),
        late=over(due, at),
        told=tuple(stay.told),
    )


def _item(
    item: Item, stay: Stay, at: datetime, facts: Mapping[str, Any], *, left: bool, calendar: Any
) -> ItemState | None:
    """Return how an item stands; None where the case needs none."""
    due = due_by(item.limit, stay.entered, facts, calendar)
    event = stay.done.get(item.name)
    if event:
        channel = str(event.facts.get("channel") or "")
        return ItemState(item.name, "late" if over(due, event.at) else "done", due, event.at, channel)
    needed = evaluate(item.when, facts)
    if needed is False or (left and not item.required):
        return None
    if needed is None:
        return ItemState(item.name, "undecided", due)
    if left:
        return ItemState(item.name, "missing", due)
    return ItemState(item.name, "overdue" if over(due, at) else "open", due)
