"""Clock durations as text: hours, minutes and seconds of a ``timedelta``."""

from __future__ import annotations

import re
from datetime import timedelta

from crmrules._checks import must
from crmrules.spans._intake import matched

__all__ = ["duration", "duration_text"]

MOST = timedelta(days=36_525)

_TEXT = re.compile(r"(?=\d)(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,10})s)?", re.ASCII)


def duration(text: str | timedelta) -> timedelta:
    """Return a clock duration from text such as ``2h``, ``90m``, ``30s`` or ``1d12h``.

    Here ``d`` is exactly 24 hours and ``m`` is a minute; calendar days and months are spans.

    Args:
        text: The text, or a ``timedelta``, which is returned as it is.

    Raises:
        PolicyError: If it is no duration, negative, or longer than 36,525 times 24 hours.

    >>> duration("1d12h") == timedelta(hours=36)
    True
    """
    length = text if isinstance(text, timedelta) else _read(text)
    must(timedelta(0) <= length <= MOST, "a duration", "be from 0s to 876600h", text)
    return length


def duration_text(length: timedelta) -> str:
    """Return the text of a duration in hours, minutes and seconds; ``duration`` reads it back.

    Hours are not gathered into days, so that "48h" is never taken for two calendar days.

    Args:
        length: A duration in whole seconds.

    Raises:
        PolicyError: If it is negative, too long, or holds a part of a second.

    >>> duration_text(timedelta(days=2)), duration_text(timedelta(minutes=90))
    ('48h', '1h30m')
    """
    must(not duration(length).microseconds, "a duration", "be in whole seconds", length)
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _read(text: str) -> timedelta:
    groups = matched(_TEXT, "a duration", "'2h', '90m', '30s' or '1d12h' (d is 24 hours)", text)
    days, hours, minutes, seconds = (int(group or 0) for group in groups)
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
