"""Touches: contacts that were made, or are planned, and a customer's history of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, final, get_args

from attrs import evolve, field, frozen

from crmrules._checks import as_tuple, must, names_of, shown
from crmrules._frozen import FrozenMapping, PickledByFields
from crmrules.contact._diary import Diary
from crmrules.errors import PolicyError
from crmrules.events import Event

__all__ = ["DEPTHS", "PURPOSES", "Depth", "History", "Purpose", "Touch", "as_history"]

Depth = Literal["routine", "in_depth"]
Purpose = Literal["care", "information", "service", "survey", "selling"]
DEPTHS: tuple[str, ...] = get_args(Depth)
PURPOSES: tuple[str, ...] = get_args(Purpose)


def aware(where: str, at: Any) -> datetime:
    """Return an aware datetime, or raise."""
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise PolicyError(f"{where} must be a datetime with a zone, got {shown(at)}")
    return at


def in_utc(at: datetime) -> datetime:
    """Return what instants are compared by."""
    return at.astimezone(UTC)


def serving(names: Any) -> tuple[str, ...]:
    """Return what a touch was for, as a tuple."""
    return (names,) if isinstance(names, str) and names else names_of("what a touch is for", names or ())


def _answers(response: Any) -> FrozenMapping[Any] | None:
    if response is None:
        return None
    must(isinstance(response, Mapping), "a touch's response", "be a mapping of questions to answers", response)
    return FrozenMapping(response)


@final
@frozen
class Touch:
    """One contact with a customer.

    Args:
        at: When it was, with its zone.
        channel: How, such as ``phone``.
        purpose: Why: ``care``, ``information``, ``service``, ``survey`` or ``selling``.
        depth: ``routine`` or ``in_depth``.
        person: Id of the person at the customer, where one is known.
        owner: Who made it.
        for_: The cadences and occasions it was made for, where it was planned.
        response: What was answered, by question, of a survey or interview.

    Raises:
        PolicyError: If the instant has no zone, or purpose or depth is unknown.

    >>> visit = Touch(datetime(2026, 3, 31, 14, tzinfo=UTC), "visit", depth="in_depth")
    >>> Touch.of(visit.event("t-1")) == visit
    True
    """

    at: datetime = field(eq=in_utc)
    channel: str
    purpose: str = field(default="care", kw_only=True)
    depth: str = field(default="routine", kw_only=True)
    person: str = field(default="", kw_only=True)
    owner: str = field(default="", kw_only=True)
    for_: tuple[str, ...] = field(default=(), kw_only=True, converter=serving)
    response: Mapping[str, Any] | None = field(default=None, kw_only=True, converter=_answers)

    def __attrs_post_init__(self) -> None:
        aware("Touch.at", self.at)
        must(isinstance(self.channel, str) and bool(self.channel), "Touch.channel", "name a channel", self.channel)
        must(self.purpose in PURPOSES, "Touch.purpose", f"be one of {', '.join(PURPOSES)}", self.purpose)
        must(self.depth in DEPTHS, "Touch.depth", f"be one of {', '.join(DEPTHS)}", self.depth)

    @classmethod
    def of(cls, event: Event) -> Touch:
        """Return the touch that an event of kind ``touch`` records.

        Raises:
            PolicyError: If the event is of another kind, or its facts are not those of a touch.
        """
        must(event.kind == "touch", "an event that records a touch", "be of kind 'touch'", event.kind)
        told = {name: value for name, value in event.facts.items() if value is not None and name != "made_for"}
        reason = str(event.facts.get("made_for") or "")
        return cls(event.at, **told, for_=tuple(filter(None, reason.split(", "))))  # type: ignore[arg-type]

    def event(self, id: str) -> Event:
        """Return the touch as an event, to keep among other events; a response is not part of it.

        Args:
            id: Identifies the event.
        """
        told = {"channel": self.channel, "purpose": self.purpose, "depth": self.depth}
        more = {"person": self.person, "owner": self.owner, "made_for": ", ".join(self.for_)}
        return Event("touch", self.at, id, facts={**told, **{name: part for name, part in more.items() if part}})


Order = Literal["sort", "refuse"]


@final
@frozen(slots=False, repr=False)
class History(PickledByFields):
    """The touches of one customer, earliest first.

    Args:
        touches: The touches.
        order: What to do with touches out of order: ``sort`` puts them in order, ``refuse`` raises.

    Raises:
        PolicyError: If something is no touch, or touches are out of order where that is refused.

    >>> late, early = Touch(datetime(2026, 3, 2, tzinfo=UTC), "phone"), Touch(datetime(2026, 3, 1, tzinfo=UTC), "sms")
    >>> [touch.channel for touch in History([late, early]).touches]
    ['sms', 'phone']
    """

    touches: tuple[Touch, ...] = field(default=(), converter=as_tuple)
    order: Order = field(default="sort", kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.order in get_args(Order), "History.order", "be 'sort' or 'refuse'", self.order)
        for each in self.touches:
            must(isinstance(each, Touch), "a history", "hold touches", each)
        found = tuple(sorted(self.touches, key=lambda touch: in_utc(touch.at)))
        if self.order == "refuse":
            for before, after in zip(self.touches, found, strict=True):
                told = f"be in order of time (sorted, {after.at} comes first)"
                must(before is after, "a history", told, f"{before.at} before it")
        object.__setattr__(self, "touches", found)

    def plus(self, *touches: Touch) -> History:
        """Return the history with further touches."""
        return evolve(self, touches=(*self.touches, *touches), order="sort")

    def until(self, at: datetime) -> History:
        """Return the touches made at an instant or before it."""
        limit = in_utc(aware("the instant of a history", at))
        return evolve(self, touches=tuple(touch for touch in self.touches if in_utc(touch.at) <= limit))

    @cached_property
    def diary(self) -> Diary:
        """The touches as guards look them up. It must not be changed; copy it."""
        return Diary(self.touches)

    def __len__(self) -> int:
        return len(self.touches)

    def __repr__(self) -> str:
        return f"<history of {len(self.touches)} touches>"


def as_history(history: Any) -> History:
    """Return a history from one, or from touches."""
    return history if isinstance(history, History) else History(history)
