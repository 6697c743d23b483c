"""An attempt at a touch, and what holds it back: what guards are asked, and what they answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol, final, runtime_checkable
from zoneinfo import ZoneInfo

from attrs import field, frozen

from crmrules._words import say
from crmrules.conditions import Condition, evaluate, facts_in
from crmrules.contact._accounts import Account, Person
from crmrules.contact._diary import Diary
from crmrules.contact._touches import in_utc
from crmrules.facts import AsOf, admitted, bases, counted, fetch
from crmrules.problems import Language
from crmrules.wording import Sentence, Wording

__all__ = ["INSTANT", "Attempt", "Guard", "Hold", "holds_for"]

INSTANT = timedelta(microseconds=1)


@final
@frozen
class Hold:
    """A guard's no: until when, and why.

    Args:
        guard: Name of the guard.
        until: The first instant at which the guard may admit the touch; None for never, as far as it knows.
        why: The reason, such as ``sentence("the shop is closed")``.
        title: What the guard is called, in English and Chinese.
    """

    guard: str
    until: datetime | None = field(eq=lambda at: at and in_utc(at))
    why: Sentence
    title: Wording = field(factory=Wording, kw_only=True, metadata={"told": True})

    def told(self, language: Language = "en") -> str:
        """Return what holds the touch back, in words."""
        named = self.title.told(language, self.guard)
        why = self.why.told(language)
        if self.until is None:
            return say("{name}: {why}", language, name=named, why=why)
        return say("{name} until {until}: {why}", language, name=named, until=_moment(self.until), why=why)

    def __str__(self) -> str:
        return self.told()


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if not at.second and not at.microsecond else f"{at:%Y-%m-%d %H:%M:%S}"


@final
@frozen(slots=False, eq=False)
class Attempt:
    """A touch that somebody wants to make, at an instant still to be found.

    Args:
        account: The customer.
        channel: By which channel.
        purpose: What for.
        depth: How deep.
        zones: Zones the customer may be in; one where it is known. The first one's days are the days of the plan.
        diary: The customer's touches, made and planned.
        person: With whom, where it is somebody in particular.
        household: The touches of the whole household, where the account belongs to one.
    """

    account: Account
    channel: str
    purpose: str
    depth: str
    zones: tuple[ZoneInfo, ...]
    diary: Diary
    person: Person | None = None
    household: Diary | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days count."""
        return self.zones[0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the zones."""
        return tuple(zone.key for zone in self.zones)

    @property
    def person_id(self) -> str:
        """Id of the person, or an empty text."""
        return self.person.id if self.person else ""

    def here(self, at: datetime) -> datetime:
        """Return an instant in the customer's zone."""
        return at.astimezone(self.zone)


@runtime_checkable
class Guard(Protocol):
    """What admits a touch, or says until when not. Guards of your own have these three.

    A guard promises that no instant from the one asked about up to ``Hold.until`` is admitted; so the first
    instant that all guards admit is found by following their answers.
    """

    @property
    def name(self) -> str:
        """Stable identifier; appears in answers."""

    def concerns(self, attempt: Attempt) -> bool:
        """Say whether the guard has a say in this attempt at all."""

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return what speaks against an instant (in UTC), or None if it is admitted."""


def holds_for(condition: Condition, facts: Any, as_of: AsOf | None = None) -> bool | None:
    """Return the truth of a condition about a customer's facts; None where unknown facts leave it open."""
    asked = facts_in(condition)
    needed = bases(asked)
    fetched = fetch(facts, tuple(fact.name for fact in needed))
    values = {fact.name: admitted(fact, value) for fact, value in zip(needed, fetched, strict=True)}
    for fact in asked:
        if fact.since is not None:
            values[fact.name] = counted(fact, values[fact.since.fact.name], as_of)
    return evaluate(condition, values)


def utc(at: datetime) -> datetime:
    """Return an instant in UTC."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)
