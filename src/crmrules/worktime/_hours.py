"""The hours of one day, and their text."""

from __future__ import annotations

import re
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules.errors import PolicyError
from crmrules.spans._intake import matched

__all__ = ["Hours"]

FULL_DAY = 86_400
_TIME = r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?"
_INTERVAL = re.compile(rf"{_TIME}\s*-\s*{_TIME}", re.ASCII)
_LIKE = "'9-12', '13:30-18', '22-6' (overnight), '0-24' or 'closed'"


def _joined(intervals: Any) -> tuple[tuple[int, int], ...]:
    """Return intervals in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if found and found[-1][1] == start and end - found[-1][0] < FULL_DAY + (found[-1][0] == 0):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


@final
@frozen(repr=False)
class Hours:
    """The intervals of one day in which work is done, in wall time.

    Make them from text with ``parse``. An interval that ends at or before its start goes on after midnight and
    belongs to the day on which it starts. Intervals that touch are one.

    Args:
        intervals: Start and end in seconds after the day's midnight; an end may be beyond 24 hours.

    Raises:
        PolicyError: If an interval is empty, too long, or overlaps another.

    >>> str(Hours.parse("13:00-18:00, 9-12")), str(Hours.parse("22-06")), str(Hours.parse("closed"))
    ('9-12, 13-18', '22-6', 'closed')
    """

    intervals: tuple[tuple[int, int], ...] = field(default=(), converter=_joined)

    def __attrs_post_init__(self) -> None:
        for start, end in self.intervals:
            good = (0 <= start < FULL_DAY and start < end < start + FULL_DAY) or (start, end) == (0, FULL_DAY)
            must(good, "hours", "start before 24:00 and end less than 24 hours later, or be '0-24'", (start, end))
        for (_, end), (start, _) in zip(self.intervals, self.intervals[1:], strict=False):
            if start < end:
                raise PolicyError(f"hours must not overlap, got {self}")

    @classmethod
    def parse(cls, text: Hours | str) -> Hours:
        """Return the hours of a text such as ``9-12, 13-18``; hours are returned as they are.

        Args:
            text: Intervals between commas, each a start and an end as ``9``, ``9:30`` or ``9:30:15``; ``closed``
                for none. A day's end is written 24.

        Raises:
            PolicyError: If the text is none of this.
        """
        if isinstance(text, Hours):
            return text
        if text == "closed":
            return cls()
        parts = text.split(",") if isinstance(text, str) else [text]
        return cls(tuple(_interval(part) for part in parts))

    @property
    def seconds(self) -> int:
        """How many seconds of wall time the hours hold."""
        return sum(end - start for start, end in self.intervals)

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __str__(self) -> str:
        return ", ".join(f"{_time(start)}-{_time(end)}" for start, end in self.intervals) or "closed"

    def __repr__(self) -> str:
        return f"Hours.parse({str(self)!r})"


def _interval(text: Any) -> tuple[int, int]:
    groups = matched(_INTERVAL, "hours", _LIKE, text.strip() if isinstance(text, str) else text)
    start, end = _seconds(groups[:3], text, FULL_DAY - 1), _seconds(groups[3:], text, FULL_DAY)
    must(start != end, "hours", "end at another time than they start (a whole day is '0-24')", text.strip())
    if end // 60 == FULL_DAY // 60 - 1:
        raise PolicyError(f"hours must end at 24, got {shown(text.strip())}. An end of 23:59 loses a minute a day.")
    return start, end if end > start else end + FULL_DAY


def _seconds(groups: tuple[str | None, ...], text: str, most: int) -> int:
    hour, minute, second = (int(group or 0) for group in groups)
    found = 3600 * hour + 60 * minute + second
    good = minute < 60 and second < 60 and found <= most
    must(good, "hours", "start from 0 to 23:59:59 and end by 24, with minutes and seconds below 60", text.strip())
    return found


def _time(seconds: int) -> str:
    """Return the text of a time; midnight at the end of the day is 24."""
    minutes, second = divmod(seconds if seconds <= FULL_DAY else seconds - FULL_DAY, 60)
    hour, minute = divmod(minutes, 60)
    if second:
        return f"{hour}:{minute:02}:{second:02}"
    return f"{hour}:{minute:02}" if minute else f"{hour}"
