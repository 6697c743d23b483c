"""The gap between two contacts of one cadence, in days: a guard that planning adds by itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime
from typing import final

from attrs import field, frozen

from crmrules.contact._attempt import Attempt, Hold, utc
from crmrules.contact._diary import Scope
from crmrules.spans import Span
from crmrules.wording import Wording, sentence

__all__ = ["DayGap", "start_of"]


def start_of(day: date, zone: object) -> datetime:
    """Return the instant at which a day begins in a zone, in UTC."""
    return utc(datetime(day.year, day.month, day.day, tzinfo=zone))  # type: ignore[arg-type]


@final
@frozen
class DayGap:
    """Keep a contact of a cadence so many days apart from the others that count.

    Args:
        name: Name of the cadence.
        gap: How far apart: the first day that is far enough.
        scope: Which touches count.
        title: What the cadence is called.
    """

    name: str
    gap: Span
    scope: Scope
    title: Wording = field(factory=Wording)

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return until when the next contact is too near, before or after."""
        times = attempt.diary.times(self.scope)
        today = attempt.here(at).date()
        before, after = bisect_right(times, at), bisect_left(times, at)
        until = None
        if before:
            until = self.gap.after(attempt.here(times[before - 1]).date())
        if after < len(times):
            next_day = attempt.here(times[after]).date()
            if self.gap.after(today) > next_day:
                until = max(filter(None, (until, self.gap.after(next_day))))
        if until is None or until <= today:
            return None
        why = sentence("the least time between two contacts is {gap}", gap=str(self.gap))
        return Hold(self.name, attempt.here(start_of(until, attempt.zone)), why, title=self.title)
