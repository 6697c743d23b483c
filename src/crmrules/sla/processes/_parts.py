"""What staged processes are made of: stages, service items, moves, ends, progress notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules.conditions import Condition, always, condition
from crmrules.sla._amount import Calendar, calendar_of
from crmrules.sla._kinds import kinds_of
from crmrules.sla._limits import Limit, limit_of
from crmrules.tables.policies import title_field
from crmrules.wording import Wording

__all__ = ["End", "Item", "Move", "Notice", "Stage", "moves_of"]


def _name(name: Any) -> str:
    return name_of("the name of a stage, item, move or end", name)


def _kinds(given: Any) -> tuple[str, ...]:
    return kinds_of("kinds of events", given)


def _words(given: Any) -> tuple[str, ...]:
    return kinds_of("channels and touchpoints", given)


@final
@frozen
class Item:
    """A piece of service that belongs to a stage and whose completion is recorded.

    Args:
        name: What it is called.
        done: Kinds of the events that record its completion; by default the one of its own name.
        limit: Time for it, counted from where the stage is entered; see ``limit_of``.
        required: Whether a case that leaves the stage without it departs from the process.
        when: The cases it is meant for; all by default.
        channels: Channels through which it may be done, as the event's fact ``channel`` says; none for any.
        title: What it is called, in English and Chinese.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> Item("trial", limit="5 days").done
    ('trial',)
    """

    name: str = field(converter=_name)
    done: tuple[str, ...] = field(default=(), kw_only=True, converter=_kinds)
    limit: Limit | None = field(default=None, kw_only=True, converter=limit_of)
    required: bool = field(default=True, kw_only=True)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    channels: tuple[str, ...] = field(default=(), kw_only=True, converter=_words)
    title: Wording = title_field()

    def __attrs_post_init__(self) -> None:
        if not self.done:
            object.__setattr__(self, "done", (self.name,))


def _items(given: Iterable[Any]) -> tuple[Item, ...]:
    found = tuple(Item(each) if isinstance(each, str) else each for each in given)
    for each in found:
        must(isinstance(each, Item), "Stage.items", "hold items or their names", each)
    return found


def _calendar(given: Any) -> Calendar | None:
    return calendar_of("the calendar of a stage or process", given)


@final
@frozen
class Stage:
    """One step of a process.

    Args:
        name: What it is called.
        begins: Kinds of the events that bring a case into it; by default the one of its own name.
        limit: How long a case may stay; see ``limit_of``. Counted anew with each visit.
        calendar: The working calendar of its limit and of its items; by default that of the process.
        role: Who is responsible.
        items: Service items that belong to it, or their names.
        touchpoints: Where the customer meets the company in it.
        title: What it is called, in English and Chinese.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> Stage("investigation", limit="3 days", role="quality").begins
    ('investigation',)
    """

    name: str = field(converter=_name)
    begins: tuple[str, ...] = field(default=(), kw_only=True, converter=_kinds)
    limit: Limit | None = field(default=None, kw_only=True, converter=limit_of)
    calendar: Calendar | None = field(default=None, kw_only=True, converter=_calendar)
    role: str = field(default="", kw_only=True)
    items: tuple[Item, ...] = field(default=(), kw_only=True, converter=_items)
    touchpoints: tuple[str, ...] = field(default=(), kw_only=True, converter=_words)
    title: Wording = title_field()

    def __attrs_post_init__(self) -> None:
        if not self.begins:
            object.__setattr__(self, "begins", (self.name,))


@final
@frozen
class End:
    """A way in which a case of a process ends.

    Args:
        name: What it is called, such as ``won``.
        begins: Kinds of the events that end a case so; by default the one of its own name.
        good: Whether it counts as a success where conversion is measured.
        title: What it is called, in English and Chinese.

    >>> End("lost", good=False).begins
    ('lost',)
    """

    name: str = field(converter=_name)
    begins: tuple[str, ...] = field(default=(), kw_only=True, converter=_kinds)
    good: bool = field(default=True, kw_only=True)
    title: Wording = title_field()

    def __attrs_post_init__(self) -> None:
        if not self.begins:
            object.__setattr__(self, "begins", (self.name,))


@final
@frozen
class Move:
    """A way from one stage to another, or to an end, that the process allows.

    Args:
        to: The stage or end it leads to.
        when: The cases that may take it: how a stage is skipped. All by default.
        after: Kinds of the events of which one must have happened in the stage before: a step that opens only when
            the one before failed. None by default.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> Move("mediation", after="negotiation_failed").after
    ('negotiation_failed',)
    """

    to: str = field(converter=_name)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    after: tuple[str, ...] = field(default=(), kw_only=True, converter=_kinds)


def moves_of(given: Any) -> tuple[Move, ...]:
    """Return moves from one or several, each a ``Move`` or the name of where it leads."""
    each = (given,) if isinstance(given, str | Move) else tuple(given)
    found = tuple(Move(one) if isinstance(one, str) else one for one in each)
    for one in found:
        must(isinstance(one, Move), "the moves of a process", "be moves or names of stages and ends", one)
    return found


@final
@frozen
class Notice:
    """What a customer is told while a case is open: how far it is, and when an answer can be expected.

    Args:
        told: Kinds of the events that record a notice.
        within: Time until the first one, counted from the start of the case; see ``limit_of``.
        every: Time until the next one, counted from the last; none where one is enough.
        expected: Name of the event's fact that holds the day or instant promised; empty if none is asked for.
        when: The cases that are told, decided by the facts known when the notice is due; all by default.
        role: Who tells the customer.
        calendar: The working calendar of its limits; by default that of the process.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> str(Notice("progress_told", within="24h").within)
    '24h'
    """

    told: tuple[str, ...] = field(converter=_kinds)
    within: Limit | None = field(default=None, kw_only=True, converter=limit_of)
    every: Limit | None = field(default=None, kw_only=True, converter=limit_of)
    expected: str = field(default="", kw_only=True)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    role: str = field(default="", kw_only=True)
    calendar: Calendar | None = field(default=None, kw_only=True, converter=_calendar)
