"""Occasions: dated reasons to get in touch, such as a birthday, a festival, or goods on their way."""

from __future__ import annotations

from functools import cached_property
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import PickledByFields
from crmrules.conditions import Condition, always
from crmrules.contact._attempt import holds_for
from crmrules.contact._content import choice_of, content_field, content_policy
from crmrules.contact._rules_of_days import DayRule
from crmrules.contact._scoped import channels_field, depth_field
from crmrules.contact._touches import PURPOSES
from crmrules.spans import Span, days
from crmrules.spans._intake import whole
from crmrules.tables import TablePolicy
from crmrules.tables.policies import applies_field, name_field, note_field, source_field, title_field, valid_field
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["Occasion"]


def _span(given: Any) -> Any:
    found = Span.parse(given) if isinstance(given, str) else given
    must(isinstance(found, Span), "an occasion's span", "be a calendar span such as days(3)", given)
    return found


@final
@frozen(slots=False)
class Occasion(PickledByFields):
    """A dated reason to get in touch.

    Args:
        name: Stable identifier; appears in plans and touches.
        on: What says on which days it falls: ``Birthdays()``, ``Anniversary("founded_on")``, ``EachYear(1, 1)``,
            ``LunarDay(1, 1)``, ``OnDates([…])``, ``FromEvent("shipped")``, or a rule of your own.
        applies: Customers it is for; everybody by default.
        channels: Channels by which the contact may be made, best first; all by default.
        by: The one channel, by the customer's facts: a mapping from channel to condition, in place of ``channels``.
        purpose: What the contact is for.
        depth: How deep it is.
        early: How long before the day it may be made, where it cannot be on the day.
        late: How long after the day it may still be made.
        notice: How many working days before the day it has to be prepared; the plan says from when.
        content: What it is about, by the customer's facts: a mapping from topic to condition.
        priority: Goes first where not all contacts can be made; more is more important.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        valid: The days on which it is in force; always by default.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> from crmrules.contact import Birthdays
    >>> Occasion("birthday", on=Birthdays(), channels=("card", "phone"), early="3 days", notice=5)
    <occasion 'birthday'>
    """

    name: str = name_field()
    on: Any = field(kw_only=True)
    applies: Condition = applies_field()
    channels: tuple[str, ...] = channels_field()
    by: tuple[Any, ...] = content_field()
    purpose: str = field(default="care", kw_only=True)
    depth: str = depth_field("routine")
    early: Span = field(default=days(0), kw_only=True, converter=_span)
    late: Span = field(default=days(0), kw_only=True, converter=_span)
    notice: int = field(default=0, kw_only=True)
    content: tuple[Any, ...] = content_field()
    priority: int = field(default=0, kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    valid: Validity = valid_field()

    def __attrs_post_init__(self) -> None:
        where = f"occasion {self.name!r}"
        must(isinstance(self.on, DayRule), where, "fall on days that a rule such as Birthdays() says", self.on)
        must(self.purpose in PURPOSES, where, f"have a purpose ({', '.join(PURPOSES)})", self.purpose)
        must(not (self.by and self.channels), where, "have channels, or rows that choose one, not both", self.channels)
        whole(f"the notice of {where}", self.notice, 0, 250)
        whole(f"the priority of {where}", self.priority, -1_000, 1_000)
        _ = self.told, self.routed

    @cached_property
    def told(self) -> TablePolicy | None:
        """What picks the content from the customer's facts."""
        return content_policy(self.name, self.content)

    @cached_property
    def routed(self) -> TablePolicy | None:
        """What picks the channel from the customer's facts."""
        return content_policy(self.name, self.by)

    @property
    def channels_named(self) -> tuple[str, ...]:
        """The channels that it may use."""
        return self.channels or tuple(row.outcome for row in self.by)

    def is_for(self, facts: Any, as_of: Any) -> bool:
        """Say whether a customer is one it is for; not where that is unknown."""
        return self.applies is always or holds_for(self.applies, facts, as_of) is True

    def channels_for(self, facts: Any, as_of: Any) -> tuple[str, ...] | None:
        """Return the channels for a customer; None where the rows choose none."""
        if self.routed is None:
            return self.channels
        chosen = choice_of(self.routed, facts, as_of)
        return (chosen,) if chosen else None

    def __repr__(self) -> str:
        return f"<occasion {self.name!r}>"
