"""Steps: a series of contacts after an event, such as those that welcome a new customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must
from crmrules.contact._touches import aware
from crmrules.spans import Span

__all__ = ["Steps"]

FRIDAY = 4


def _gaps(given: Any) -> tuple[Span, ...]:
    found = tuple(Span.parse(each) if isinstance(each, str) else each for each in given)
    for each in found:
        must(isinstance(each, Span), "a step", "be a calendar span such as days(3)", each)
    must(bool(found), "Steps", "have a step", found)
    return found


@final
@frozen
class Steps:
    """Contacts one after the other, each some days after the one before, at the wall time of the first.

    Args:
        gaps: How long after the one before; the first is counted from the start.
        weekdays_only: Whether a step on a Saturday or Sunday moves to the Monday after.

    >>> from datetime import UTC
    >>> welcome = Steps(["0 days", "3 days", "3 days"], weekdays_only=True)
    >>> [f"{at:%a %d}" for at in welcome.after(datetime(2019, 10, 14, 17, tzinfo=UTC))]
    ['Mon 14', 'Thu 17', 'Mon 21']
    """

    gaps: tuple[Span, ...] = field(converter=_gaps)
    weekdays_only: bool = field(default=False, kw_only=True)

    def after(self, start: datetime) -> Iterator[datetime]:
        """Yield the instants of the steps; a step counts from the one before as it was moved.

        Args:
            start: The instant of the event, with its zone.

        Raises:
            PolicyError: If the instant has no zone.
        """
        at = aware("the start of steps", start)
        for gap in self.gaps:
            at = gap.after(at)
            while self.weekdays_only and at.weekday() > FRIDAY:
                at = Span(days=1).after(at)
            yield at
