"""What the guards of this package have in common: a name, and which touches they look after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field

from crmrules._checks import must, names_of
from crmrules.conditions import Condition, always
from crmrules.contact._attempt import Attempt, Hold, holds_for
from crmrules.contact._touches import DEPTHS, PURPOSES
from crmrules.wording import Sentence, Wording

__all__ = [
    "Scoped",
    "channels_field",
    "depth_field",
    "named",
    "names",
    "purposes_field",
]


def names(given: Any) -> tuple[str, ...]:
    """Return names as a tuple; one name may stand alone."""
    return names_of("names", (given,) if isinstance(given, str) else given)


def named(name: Any) -> str:
    """Return a name: any text that is not blank."""
    must(isinstance(name, str) and bool(name.strip()), "a guard's name", "be a text", name)
    return str(name)


def _purposes(given: Any) -> tuple[str, ...]:
    found = names(given)
    for each in found:
        must(each in PURPOSES, "a purpose", f"be one of {', '.join(PURPOSES)}", each)
    return found


def _depth(given: Any) -> str:
    must(given in ("", *DEPTHS), "depth", f"be one of {', '.join(DEPTHS)}", given)
    return str(given)


def channels_field() -> Any:
    """Return the field of the channels that something is limited to; all by default."""
    return field(default=(), kw_only=True, converter=names)


def purposes_field() -> Any:
    """Return the field of the purposes that something is limited to; all by default."""
    return field(default=(), kw_only=True, converter=_purposes)


def depth_field(default: str = "") -> Any:
    """Return the field of a depth."""
    return field(default=default, kw_only=True, converter=_depth)


class Scoped:
    """The part of a guard that says which attempts it looks after.

    A guard whose ``applies`` is unknown for a customer looks after that customer too: unknown is not no.
    """

    name: str
    title: Wording
    channels: tuple[str, ...]
    purposes: tuple[str, ...]
    applies: Condition

    def concerns(self, attempt: Attempt) -> bool:
        """Say whether the guard has a say in an attempt."""
        if self.channels and attempt.channel not in self.channels:
            return False
        if self.purposes and attempt.purpose not in self.purposes:
            return False
        return self.applies is always or holds_for(self.applies, attempt.account.facts) is not False

    def held(self, until: datetime | None, why: Sentence) -> Hold:
        """Return a hold of this guard."""
        return Hold(self.name, until, why, title=self.title)
