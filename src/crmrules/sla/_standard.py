"""Service standards: response times, content and channels of a service in one object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, names_of
from crmrules.sla._promise import Promise
from crmrules.wording import Wording, wording

__all__ = ["ServiceStandard", "promises_of"]


def promises_of(given: Any) -> tuple[Promise, ...]:
    """Return promises with names of their own, or raise."""
    found = (given,) if isinstance(given, Promise) else tuple(given)
    for each in found:
        must(isinstance(each, Promise), "promises", "be of class Promise", each)
    names = [each.name for each in found]
    double = sorted({name for name in names if names.count(name) > 1})
    must(not double, "promises", "have names of their own", ", ".join(double))
    return found


def _channels(given: Any) -> tuple[str, ...]:
    return names_of("ServiceStandard.channels", (given,) if isinstance(given, str) else given)


def _sources(given: Any) -> tuple[str, ...]:
    return names_of("source", (given,) if isinstance(given, str) else given)


def _content(given: Any) -> tuple[Wording, ...]:
    one = isinstance(given, str | Wording) or not isinstance(given, Iterable) or isinstance(given, dict)
    return tuple(wording(each) for each in ((given,) if one else given))


@final
@frozen
class ServiceStandard:
    """What a class of customers can count on: how fast, what, and through which channels.

    Args:
        name: Stable name; the outcome of the policy's table.
        promises: The promises of time.
        content: What the service consists of, in English and Chinese.
        channels: Through which channels it is given.
        priority: Who is served first where several wait: the higher, the sooner.
        title: What it is called, in English and Chinese.
        source: Ids of the clauses it comes from.

    Raises:
        PolicyError: If two promises share a name, or a part is not what it should be.
    """

    name: str = field()
    promises: tuple[Promise, ...] = field(default=(), converter=promises_of)
    content: tuple[Wording, ...] = field(default=(), kw_only=True, converter=_content, metadata={"told": True})
    channels: tuple[str, ...] = field(default=(), kw_only=True, converter=_channels)
    priority: int = field(default=0, kw_only=True)
    title: Wording = field(factory=Wording, kw_only=True, converter=wording, metadata={"told": True})
    source: tuple[str, ...] = field(default=(), kw_only=True, converter=_sources, metadata={"told": True})

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.name, str) and bool(self.name.strip()), "ServiceStandard.name", "be a text", self.name)
        whole = isinstance(self.priority, int) and not isinstance(self.priority, bool)
        must(whole, f"standard {self.name!r}", "have a whole number as its priority", self.priority)
