"""Promises: what is to happen within which time, and which events start, stop and pause its clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules._frozen import PickledByFields
from crmrules.parameters import Parameter
from crmrules.sla._amount import Amount, Calendar, amount_of, amount_text, calendar_of
from crmrules.sla._escalation import Escalation, escalations_of
from crmrules.sla._kinds import kinds_of
from crmrules.sla._pause import Pause, pauses_of
from crmrules.wording import Wording, wording

__all__ = ["Promise", "Role"]

Role = Literal["cancel", "excuse", "stop", "ends", "reset", "start", "reopen"]
"""What an event does to a clock, in the order in which one event that does several things does them."""

ROLES: tuple[Role, ...] = get_args(Role)


def _kinds(name: str) -> Callable[[Any], tuple[str, ...]]:
    def converted(kinds: Any) -> tuple[str, ...]:
        return kinds_of(f"Promise.{name}", kinds)

    return converted


def _kinds_field(name: str, **default: tuple[str, ...]) -> Any:
    return field(kw_only=True, converter=_kinds(name), **default)  # type: ignore[call-overload]


def _name(name: Any) -> str:
    return name_of("a promise's name", name)


def _within(given: Any) -> Any:
    if not isinstance(given, Parameter):
        return amount_of("a promise", given)
    amount_of("a promise", given)
    return given


def _calendar(given: Any) -> Calendar | None:
    return calendar_of("Promise.calendar", given)


@final
@frozen(slots=False)
class Promise(PickledByFields):
    """A promise of time: what must have happened within which time from the start.

    Args:
        name: Such as ``response``, ``progress_notice``, ``resolution``.
        within: How long: a duration of working time (``2h``), a calendar span (``3 days``), working days
            (``3 working days``), or a parameter that holds one of these.
        until: Kinds of the events that keep it; the first one stops the clock.
        start: Kinds of the events that start the clock; the first one counts.
        ends: Kinds of the events after which nothing is owed any more, for a promise that repeats.
        repeats: Whether the next round begins when one is kept, as with regular progress notices.
        reset: Kinds of the events at which the clock begins anew.
        reopen: Kinds of the events that take a stop back.
        reopened: Whether a clock that is reopened ``continues`` with the time used before, the time between left
            out, or ``restarts`` with the whole time.
        cancel: Kinds of the events that call the promise off.
        exceptions: Reasons for which it may be excused: an event ``excused`` whose fact ``reason`` names one of
            them calls it off, any other reason does not.
        pauses: When the clock stands still; by default the pauses of the policy, ``()`` for none.
        calendar: On which calendar it runs; by default the policy's.
        escalate: Who is told when, as ``{"80%": "team_lead"}``; see ``Escalation``.
        action: What a worklist calls it: ``answer``, ``update``, ``solve``, ``visit``.
        title: What it is called, in English and Chinese.

    A stop at the very due instant is in time, and so is one at the very instant of the start.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> Promise("resolution", "48h", until="resolved", escalate={"80%": "team_lead"})
    <promise 'resolution': resolved within 48h>
    """

    name: str = field(converter=_name)
    within: Amount | Parameter = field(converter=_within)
    until: tuple[str, ...] = _kinds_field("until")
    start: tuple[str, ...] = _kinds_field("start", default=("opened",))
    ends: tuple[str, ...] = _kinds_field("ends", default=())
    repeats: bool = field(default=False, kw_only=True)
    reset: tuple[str, ...] = _kinds_field("reset", default=())
    reopen: tuple[str, ...] = _kinds_field("reopen", default=())
    reopened: Literal["continues", "restarts"] = field(default="continues", kw_only=True)
    cancel: tuple[str, ...] = _kinds_field("cancel", default=("cancelled",))
    exceptions: tuple[str, ...] = _kinds_field("exceptions", default=())
    pauses: tuple[Pause, ...] | None = field(default=None, kw_only=True, converter=pauses_of)
    calendar: Calendar | None = field(default=None, kw_only=True, converter=_calendar)
    escalate: tuple[Escalation, ...] = field(default=(), kw_only=True, converter=escalations_of)
    action: str = field(default="answer", kw_only=True, metadata={"told": True})
    title: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})

    def __attrs_post_init__(self) -> None:
        where = f"promise {self.name!r}"
        must(bool(self.until), where, "say which event keeps it", self.until)
        must(bool(self.start), where, "say which event starts it", self.start)
        both = [kind for kind in self.start if kind in self.until]
        must(not both, where, "start and stop with different events", ", ".join(both))
        again = [kind for kind in self.reopen if kind in self.until]
        must(not again, where, "reopen and stop with different events", ", ".join(again))
        must(self.reopened in ("continues", "restarts"), where, "continue or restart when reopened", self.reopened)
        named = isinstance(self.action, str) and bool(self.action.strip())
        must(named, where, "have a text as its action", self.action)
        must(isinstance(self.repeats, bool), where, "have repeats = True or False", self.repeats)
        must(self.repeats or not self.ends, where, "repeat, if events end it", ", ".join(self.ends))

    @cached_property
    def amount(self) -> Amount:
        """How long the promise allows, its parameter put in."""
        return amount_of("a promise", self.within)

    @cached_property
    def roles(self) -> Mapping[str, tuple[Role, ...]]:
        """What each kind of event does to the clock."""
        kinds: dict[Role, tuple[str, ...]] = {
            "cancel": self.cancel,
            "excuse": ("excused",) * bool(self.exceptions),
            "stop": self.until,
            "ends": self.ends,
            "reset": self.reset,
            "start": self.start,
            "reopen": self.reopen,
        }
        named = dict.fromkeys(kind for each in kinds.values() for kind in each)
        return {kind: tuple(role for role in ROLES if kind in kinds[role]) for kind in named}

    def __str__(self) -> str:
        return f"{self.name}: {' or '.join(self.until)} within {amount_text(self.amount)}"

    def __repr__(self) -> str:
        return f"<promise {self.name!r}: {' or '.join(self.until)} within {amount_text(self.amount)}>"
