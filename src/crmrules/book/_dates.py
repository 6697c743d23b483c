"""Dates and times as people write them in files, without a locale and without guessing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo

__all__ = ["date_sample", "format_fault", "in_zone", "local_date", "moment_reader"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = {name: number for number, full in enumerate(_MONTHS, 1) for name in (full.lower(), full[:3].lower())}
_FIELDS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{2}",
    "d": "[0-9]{2}",
    "H": "[0-9]{2}",
    "I": "[0-9]{2}",
    "M": "[0-9]{2}",
    "S": "[0-9]{2}",
    "f": "[0-9]{1,6}",
    "b": "(?i:" + "|".join(name[:3] for name in _MONTHS) + ")",
    "B": "(?i:" + "|".join(_MONTHS) + ")",
    "p": "(?i:AM|PM)",
    "z": "Z|[+-][0-9]{2}:?[0-9]{2}",
}
_UNPADDED = "mdHIMS"
_PIECES = re.compile(r"%(.)|([^%]+)|(%)", re.DOTALL)
_CLOCK = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def moment_reader(format_: str, *, timed: bool) -> Callable[[str], datetime | None]:
    """Return a function that reads a date or time, or returns None for a text that is none.

    Args:
        format_: Empty or ``iso``, or directives of ``strptime``.
        timed: Whether ISO texts must have a time; otherwise they may.
    """
    if format_ in ("", "iso"):
        return _guarded(_iso_reader(timed=timed))
    return _guarded(_format_reader(re.compile(_pattern(format_))))


def format_fault(format_: str, *, timed: bool) -> str:
    """Return what is wrong with a format, or an empty text."""
    if format_ in ("", "iso"):
        return ""
    used = _directives(format_)
    strange = [name for name in used if name not in _FIELDS]
    if strange:
        return f"%{strange[0]} is not supported"
    if len(set(used)) < len(used):
        return "a directive stands in it twice"
    return _gap(set(used), timed=timed)


def date_sample(format_: str, *, timed: bool) -> str:
    """Return a date or time the way the format writes it."""
    if format_ in ("", "iso"):
        return "2026-01-31 14:30:00" if timed else "2026-01-31"
    written = datetime(2026, 1, 31, 14, 30, tzinfo=UTC)
    english = format_.replace("%b", "Jan").replace("%B", "January").replace("%p", "PM")
    return written.strftime(english)


def local_date(moment: datetime, zone: tzinfo) -> date:
    """Return the calendar day of a moment in a zone; a moment without zone is already local."""
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def in_zone(moment: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment with its zone, or None for a local time that the clocks skipped.

    A local time that the clocks ran through twice is taken as the first of the two.
    """
    if moment.tzinfo:
        return moment
    aware = moment.replace(tzinfo=zone)
    again = aware.astimezone(UTC).astimezone(zone)
    return aware if again.replace(tzinfo=None, fold=0) == moment else None


def _guarded(read: Callable[[str], datetime | None]) -> Callable[[str], datetime | None]:
    def guarded(text: str) -> datetime | None:
        try:
            return read(text.strip(" \t"))
        except ValueError:
            return None

    return guarded


def _iso_reader(*, timed: bool) -> Callable[[str], datetime | None]:
    written = re.compile(_DAY + (_CLOCK if timed else f"(?:{_CLOCK})?")).fullmatch
    return lambda text: datetime.fromisoformat(text) if written(text) else None


def _format_reader(pattern: re.Pattern[str]) -> Callable[[str], datetime | None]:
    def read(text: str) -> datetime | None:
        found = pattern.fullmatch(text)
        return _moment(found.groupdict()) if found else None

    return read


def _moment(parts: dict[str, str]) -> datetime:
    return datetime(
        _year(parts),
        _month(parts),
        int(parts["d"]),
        _hour(parts),
        int(parts.get("M", 0)),
        int(parts.get("S", 0)),
        int(parts.get("f", "0").ljust(6, "0")),
        tzinfo=datetime.strptime(parts["z"], "%z").tzinfo if "z" in parts else None,
    )


def _year(parts: dict[str, str]) -> int:
    if "Y" in parts:
        return int(parts["Y"])
    short = int(parts["y"])
    return 1900 + short if short >= 69 else 2000 + short


def _month(parts: dict[str, str]) -> int:
    named = parts.get("b") or parts.get("B")
    return _MONTH[named.lower()] if named else int(parts["m"])


def _hour(parts: dict[str, str]) -> int:
    if "I" not in parts:
        return int(parts.get("H", 0))
    hour = int(parts["I"])
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if parts["p"].lower() == "pm" else 0)


def _gap(used: set[str], *, timed: bool) -> str:
    for wanted in ("Yy", "mbB", "d"):
        if len(used & set(wanted)) != 1:
            return f"it must hold one of {', '.join('%' + name for name in wanted)}"
    if ("I" in used) != ("p" in used) or {"H", "I"} <= used:
        return "it must hold the hour as %H, or as %I with %p"
    return "it must hold the hour" if timed and not used & {"H", "I"} else ""


def _directives(format_: str) -> list[str]:
    found = _PIECES.findall(format_)
    return [name or end for name, _, end in found if (name or end) and name != "%"]


def _pattern(format_: str) -> str:
    """Return the regular expression of a format; numbers may be unpadded where something separates them."""
    pieces = _PIECES.findall(format_)
    fields = [bool(name) and name != "%" for name, _, _ in pieces]
    written = ""
    for place, (name, literal, _) in enumerate(pieces):
        if not fields[place]:
            written += re.escape(literal or "%")
            continue
        apart = not (any(fields[max(place - 1, 0) : place]) or any(fields[place + 1 : place + 2]))
        loose = apart and name in _UNPADDED
        written += f"(?P<{name}>{'[0-9]{1,2}' if loose else _FIELDS[name]})"
    return written
