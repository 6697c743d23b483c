"""What planning deals in: needs for a contact, slots that serve them, and needs that cannot be served."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, final

from attrs import field, frozen

from crmrules._words import say
from crmrules.contact._accounts import Person
from crmrules.contact._attempt import Hold
from crmrules.contact._touches import Touch, in_utc
from crmrules.problems import Language
from crmrules.spans import Span
from crmrules.wording import Sentence, Wording

__all__ = ["Need", "Plan", "Slot", "Unmet"]


@final
@frozen
class Need:
    """A reason for one contact, and the days on which it may be made; all days belong to the range.

    Args:
        for_: Name of the cadence or occasion.
        kind: ``cadence`` or ``occasion``.
        earliest: The first day on which it would be in order.
        opens: From when on it may be planned.
        ideal: The day on which it is planned, if nothing speaks against it.
        latest: The last day on which it is in time.
        channels: Channels, best first; empty for any, None where there is none for this customer.
        purpose: What for.
        depth: How deep.
        people: With whom: one of these; empty for nobody in particular.
        not_before: The instant before which it makes no sense, such as that of an event.
        at: The time of day, if one is set.
        content: What it is about.
        notice_on: The day from which it has to be prepared.
        priority: More is more important.
        keeps: Whether it is still made when it is late; an occasion is not.
        gap: What keeps it apart from others of its kind.
        every: How far apart contacts of its kind are at most, where that is asked for.
        why: The reason.
        title: What the cadence or occasion is called.
    """

    for_: str
    kind: str
    earliest: date
    opens: date
    ideal: date
    latest: date
    channels: tuple[str, ...] | None = ()
    purpose: str = "care"
    depth: str = "routine"
    people: tuple[Person, ...] = ()
    not_before: datetime | None = None
    at: time | None = None
    content: str = ""
    notice_on: date | None = None
    priority: int = 0
    keeps: bool = True
    gap: Any = None
    every: Span | None = None
    why: Sentence = field(factory=lambda: Sentence(""))
    title: Wording = field(factory=Wording)

    def told(self, language: Language = "en") -> str:
        """Return the reason in words."""
        named = self.title.told(language, self.for_)
        return say("{name}: {why}", language, name=named, why=self.why.told(language))


@final
@frozen
class Slot:
    """One contact of a plan.

    Args:
        account: Id of the customer.
        at: When, in the customer's zone.
        channel: How.
        needs: The needs it serves, the one it was made for first.
        opens: The first day to which it may be moved.
        latest: The last day to which it may be moved.
        held_by: What moved it off the first instant that would do, the binding reason; None if nothing did.
        moved: Everything that moved it.
        person: With whom, where it is somebody in particular.
        owner: Who makes it.
        late: Whether it is after the latest day of what it is for.
    """

    account: str
    at: datetime = field(eq=in_utc)
    channel: str
    needs: tuple[Need, ...]
    opens: date
    latest: date
    held_by: Hold | None = None
    moved: tuple[Hold, ...] = ()
    person: Person | None = None
    owner: str = ""
    late: bool = False

    @property
    def for_(self) -> tuple[str, ...]:
        """Names of the cadences and occasions it serves."""
        return tuple(dict.fromkeys(need.for_ for need in self.needs))

    @property
    def day(self) -> date:
        """The customer's own day."""
        return self.at.date()

    @property
    def first(self) -> Need:
        """The need it was made for."""
        return self.needs[0]

    @property
    def purpose(self) -> str:
        """What it is for."""
        return self.first.purpose

    @property
    def depth(self) -> str:
        """How deep it is: in depth, if one of its needs is."""
        return "in_depth" if any(need.depth == "in_depth" for need in self.needs) else "routine"

    @property
    def content(self) -> str:
        """What it is about."""
        return ", ".join(dict.fromkeys(need.content for need in self.needs if need.content))

    @property
    def notice_on(self) -> date | None:
        """The day from which it has to be prepared."""
        return min((need.notice_on for need in self.needs if need.notice_on), default=None)

    @property
    def priority(self) -> int:
        """The greatest priority of its needs."""
        return max(need.priority for need in self.needs)

    def touch(self) -> Touch:
        """Return the touch that is planned."""
        who = self.person.id if self.person else ""
        return Touch(
            self.at, self.channel, purpose=self.purpose, depth=self.depth, person=who, owner=self.owner, for_=self.for_
        )

    def why(self, language: Language = "en") -> str:
        """Return the reasons for the contact and what moved it, a line each."""
        lines = [need.told(language) for need in self.needs]
        lines += [say("moved by {hold}", language, hold=hold.told(language)) for hold in self.moved]
        if self.late:
            latest = min(need.latest for need in self.needs)
            lines.append(say("late: the last day in time was {latest}", language, latest=latest))
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.channel} {self.account} for {', '.join(self.for_)}"


@final
@frozen
class Unmet:
    """A need that cannot be served, and why.

    Args:
        account: Id of the customer.
        need: The need.
        held_by: The guard that stands in the way last, if it was a guard.
        reason: The reason, where it was no guard.
        owner: Who would have made the contact.
    """

    account: str
    need: Need
    held_by: Hold | None = None
    reason: Sentence = field(factory=lambda: Sentence(""))
    owner: str = ""

    @property
    def for_(self) -> tuple[str, ...]:
        """Name of the cadence or occasion, alone."""
        return (self.need.for_,)

    def why(self, language: Language = "en") -> str:
        """Return why the need cannot be served."""
        if self.held_by is not None:
            return self.held_by.told(language)
        return self.reason.told(language)

    def __bool__(self) -> bool:
        return False


@final
@frozen(repr=False)
class Plan:
    """One customer's contacts over some days.

    Args:
        account: Id of the customer.
        slots: The contacts, in order of time.
        unmet: The needs that cannot be served.
    """

    account: str
    slots: tuple[Slot, ...]
    unmet: tuple[Unmet, ...] = ()

    @property
    def late(self) -> tuple[Slot, ...]:
        """The contacts that come after their latest day."""
        return tuple(slot for slot in self.slots if slot.late)

    def text(self, language: Language = "en") -> str:
        """Return the plan as lines of text: each contact with its reasons and what moved it."""
        lines = []
        for slot in self.slots:
            lines += [str(slot), *(f"  {line}" for line in slot.why(language).splitlines())]
        for each in self.unmet:
            lines.append(say("not possible: {name}", language, name=each.need.told(language)))
            lines.append(f"  {each.why(language)}")
        return "\n".join(lines)

    def __iter__(self) -> Any:
        return iter(self.slots)

    def __len__(self) -> int:
        return len(self.slots)

    def __repr__(self) -> str:
        return f"<plan for {self.account!r}: {len(self.slots)} contacts, {len(self.unmet)} not possible>"
