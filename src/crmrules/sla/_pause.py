"""Pauses: when the clocks of a case stand still."""

from __future__ import annotations

from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, condition
from crmrules.sla._kinds import asks, kinds_of

__all__ = ["Pause", "Unended", "pauses_of"]

Unended = Literal["pauses", "ignored", "refused"]


def _begins(kinds: Any) -> tuple[str, ...]:
    return kinds_of("Pause.begins", kinds)


def _during(given: Any) -> Condition | None:
    return None if given is None else condition(given)


def _ends(kinds: Any) -> tuple[str, ...]:
    return kinds_of("Pause.ends", kinds)


@final
@frozen
class Pause:
    """A reason for which clocks stand still: between two events, or while a condition holds.

    Where several pauses overlap, a clock runs again when the last of them is over.

    Args:
        name: What the pause is called; appears in explanations.
        begins: Kinds of the events that begin it; by default the one of its own name.
        ends: Kinds of the events that end it.
        during: A condition on the case's facts, instead of events: paused while it definitely holds.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> Pause("waiting_on_customer", ends="customer_replied").begins
    ('waiting_on_customer',)
    """

    name: str
    begins: tuple[str, ...] = field(default=(), converter=_begins)
    ends: tuple[str, ...] = field(default=("resumed",), converter=_ends)
    during: Condition | None = field(default=None, kw_only=True, converter=_during)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.name, str) and bool(self.name.strip()), "Pause.name", "be a text", self.name)
        where = f"pause {self.name!r}"
        if self.during is not None:
            must(not self.begins, where, "begin with events or last during a condition, not both", self.begins)
            object.__setattr__(self, "ends", ())
            return
        if not self.begins:
            object.__setattr__(self, "begins", (self.name,))
        both = [kind for kind in self.begins if kind in self.ends]
        must(not both, where, "begin and end with different events", ", ".join(both))
        must(bool(self.ends), where, "name the events that end it", self.ends)


def pauses_of(given: Any) -> tuple[Pause, ...] | None:
    """Return pauses from one or several, each a ``Pause``, a condition, or the name of the event that begins it."""
    if given is None:
        return None
    each = (given,) if isinstance(given, str | Pause) or asks(given) else tuple(given)
    found = tuple(_pause(one) for one in each)
    names = [pause.name for pause in found]
    double = sorted({name for name in names if names.count(name) > 1})
    must(not double, "pauses", "have names of their own", ", ".join(double))
    return found


def _pause(given: Any) -> Pause:
    if asks(given):
        return Pause(str(condition(given)), during=given)
    must(isinstance(given, str | Pause), "a pause", "be a Pause, a condition, or the name of an event", given)
    return Pause(given) if isinstance(given, str) else given
