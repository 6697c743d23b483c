"""What a policy asks of a file: fields, consistency, deadlines after first contact and after interactions."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules.conditions import Condition, always, condition, never
from crmrules.sla._kinds import kinds_of
from crmrules.sla._limits import Limit, limit_of
from crmrules.sla.upkeep._formats import format_named
from crmrules.sla.upkeep._reviews import span_of
from crmrules.tables.policies import source_field, title_field
from crmrules.wording import Wording

__all__ = ["Consistency", "FileField", "FileStep", "Refresh"]


def _name(name: Any) -> str:
    return name_of("the name of a field, check or step", name)


def _required(given: Any) -> Condition:
    if isinstance(given, bool):
        return always if given else never
    return condition(given)


def _channels(given: Any) -> tuple[str, ...]:
    return kinds_of("FileField.channels", given)


def _max_age(given: Any) -> Any:
    return None if given is None else span_of(given)


def _kinds(given: Any) -> tuple[str, ...]:
    return kinds_of("kinds of events", given)


@final
@frozen
class FileField:
    """A field of a customer's file.

    Args:
        name: Name of the field in the file.
        required: Whether it must be filled: yes or no, or a condition on the customer.
        format: Name of the format it must be written in; empty for any. See ``FORMATS``.
        max_age: How long after its day it is still current; on that very day it is. None for ever.
        channels: The channels it may come through; none for any.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> str(FileField("phone", format="phone_cn", max_age="12 months").max_age)
    '12 months'
    """

    name: str = field(converter=_name)
    required: Condition = field(default=always, kw_only=True, converter=_required)
    format: str = field(default="", kw_only=True, converter=format_named)
    max_age: Any = field(default=None, kw_only=True, converter=_max_age)
    channels: tuple[str, ...] = field(default=(), kw_only=True, converter=_channels)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()


@final
@frozen
class Consistency:
    """Something that fields of one file must agree on.

    Args:
        name: What it is called.
        holds: The condition that a consistent file meets; unknown fields leave it open.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
    """

    name: str = field(converter=_name)
    holds: Condition = field(kw_only=True, converter=condition)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()


@final
@frozen
class FileStep:
    """Something that must be done with a new file; each step begins when the one before is done.

    Args:
        name: What it is called.
        within: Time for it, in days, months or working days; counted from the first contact, or from the day on
            which the step before was done. See ``limit_of``.
        done: Kinds of the entries of the log that record it; by default the one of its own name.
        complete: Whether it says that the file is complete, so that a missing field contradicts it.
        role: Who does it.

    Raises:
        PolicyError: If a part is not what it should be.
    """

    name: str = field(converter=_name)
    within: Limit = field(kw_only=True, converter=limit_of)
    done: tuple[str, ...] = field(default=(), kw_only=True, converter=_kinds)
    complete: bool = field(default=False, kw_only=True)
    role: str = field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.within is not None, f"step {self.name!r}", "have a time", None)
        if not self.done:
            object.__setattr__(self, "done", (self.name,))


@final
@frozen
class Refresh:
    """An update that each important interaction asks for.

    Args:
        after: Kinds of the interactions, such as ``visit``, ``call``, ``email``.
        within: Time for it, counted from the day of the interaction; an update on that day counts.
        done: Kinds of the entries of the log that record an update.
        by_fields: Whether the day of any field counts as an update too.
        role: Who does it; by default the owner of the customer.

    Raises:
        PolicyError: If a part is not what it should be.
    """

    after: tuple[str, ...] = field(converter=_kinds)
    within: Limit = field(kw_only=True, converter=limit_of)
    done: tuple[str, ...] = field(default=("file_updated",), kw_only=True, converter=_kinds)
    by_fields: bool = field(default=True, kw_only=True)
    role: str = field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.within is not None, "Refresh.within", "be a time", None)
        must(bool(self.after), "Refresh.after", "name interactions", self.after)
