"""Escalations: who is told when how much of a promise is used up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules._exact import exact
from crmrules.errors import PolicyError
from crmrules.spans import duration

__all__ = ["Escalation", "escalations_of"]

_PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,9})?) ?%", re.ASCII)
_OFFSET = re.compile(r"(\S{1,30}) (before|after)", re.ASCII)
_FORMS = "'80%', '30m before', '1h after', or '90m' from the start"
MOST = 10
"""An escalation lies within this many times the promise."""


def _share(value: Any) -> Decimal | None:
    return None if value is None else Decimal(exact(value, "Escalation.share"))


@final
@frozen
class Escalation:
    """Somebody to be told when part of a promise's time is used up; counted in its working time, pauses left out.

    Args:
        to: Who is told: a role, a team, a person.
        share: A share of the time promised, such as ``Decimal("0.8")``; or
        offset: a working time from the due instant, negative before it; or
        after: a working time from the start.

    Raises:
        PolicyError: If not exactly one of the three is given.

    >>> str(Escalation.parse("80%", "team_lead")), str(Escalation.parse("30m before", "team_lead"))
    ('80%', '30m before')
    """

    to: str
    share: Decimal | None = field(default=None, kw_only=True, converter=_share)
    offset: timedelta | None = field(default=None, kw_only=True)
    after: timedelta | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.to, str) and bool(self.to.strip()), "Escalation.to", "be a text", self.to)
        given = [part for part in (self.share, self.offset, self.after) if part is not None]
        must(len(given) == 1, "an escalation", "have exactly one of share, offset and after", given)
        if self.share is not None:
            must(0 < self.share <= MOST, "Escalation.share", f"be above 0 and at most {MOST}", self.share)
        if self.after is not None:
            must(self.after > timedelta(0), "Escalation.after", "be longer than nothing", self.after)
        for length in (self.offset, self.after):
            good = length is None or not length.microseconds
            must(good, "the time of an escalation", "be in whole seconds", str(length))

    @classmethod
    def parse(cls, when: str, to: str) -> Escalation:
        """Return the escalation of a text: ``80%``, ``30m before``, ``1h after`` or ``90m``.

        Raises:
            PolicyError: If the text is none of these.
        """
        must(isinstance(when, str), "the time of an escalation", f"be a text such as {_FORMS}", when)
        percent, offset = _PERCENT.fullmatch(when), _OFFSET.fullmatch(when)
        try:
            if percent:
                return cls(to, share=Decimal(percent[1]) / 100)
            if offset:
                length = duration(offset[1])
                return cls(to, offset=-length if offset[2] == "before" else length)
            return cls(to, after=duration(when))
        except PolicyError as wrong:
            raise PolicyError(
                f"the time of an escalation must be a text such as {_FORMS}, got {shown(when)}"
            ) from wrong

    def within(self, promised: timedelta) -> timedelta:
        """Return the working time from the start after which it is reached, in whole microseconds, rounded up.

        Args:
            promised: The working time of the promise.
        """
        if self.after is not None:
            return self.after
        if self.offset is not None:
            return max(promised + self.offset, timedelta(0))
        assert self.share is not None
        over, under = self.share.as_integer_ratio()
        return timedelta(microseconds=-(-over * (promised // timedelta(microseconds=1)) // under))

    def __str__(self) -> str:
        from crmrules.sla._amount import length_text

        if self.share is not None:
            return f"{(self.share * 100).normalize():f}%"
        if self.offset is not None:
            return f"{length_text(abs(self.offset))} {'before' if self.offset < timedelta(0) else 'after'}"
        assert self.after is not None
        return length_text(self.after)


def escalations_of(given: Any) -> tuple[Escalation, ...]:
    """Return escalations from a mapping of times to whom, or as they are."""
    if isinstance(given, Mapping):
        return tuple(
            Escalation.parse(when, to)
            for when, whom in given.items()
            for to in ((whom,) if isinstance(whom, str) else whom)
        )
    found = tuple(given)
    for each in found:
        must(isinstance(each, Escalation), "an escalation", "be an Escalation", each)
    times = [str(each) for each in found]
    return tuple(sorted(found, key=lambda each: times.index(str(each))))
