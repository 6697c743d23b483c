"""Guards that count: no more than so many touches in a window, a gap between touches, a share of selling."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import exact, spell
from crmrules._frozen import PickledByFields
from crmrules.conditions import Condition
from crmrules.contact._attempt import Attempt, Hold, utc
from crmrules.contact._diary import Diary, Scope
from crmrules.contact._scoped import Scoped, channels_field, depth_field, purposes_field
from crmrules.parameters import Parameter
from crmrules.spans import Span, duration
from crmrules.spans._calendar import months_later
from crmrules.spans._intake import whole
from crmrules.tables.policies import applies_field, note_field, source_field, title_field
from crmrules.wording import Wording, sentence

__all__ = ["AtMost", "Of", "SellingShare", "Unit", "at_least_apart"]

Unit = Literal["day", "week", "month", "quarter", "half-year", "year"]
Of = Literal["account", "person", "household"]
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def window_of(day: date, unit: str) -> tuple[date, date]:
    """Return the first day of the calendar unit in which a day lies, and the first day after it."""
    if unit == "day":
        return day, day + timedelta(1)
    if unit == "week":
        start = day - timedelta(day.weekday())
        return start, start + timedelta(7)
    length = _MONTHS[unit]
    start = date(day.year, day.month - (day.month - 1) % length, 1)
    return start, months_later(start, length)


def _plain(value: Any) -> Any:
    """Return what a parameter holds, or a plain value itself."""
    return value.value if isinstance(value, Parameter) else value


def _per(per: Any) -> Any:
    return per if isinstance(per, Parameter) else _window(per)


def _window(per: Any) -> Span | timedelta | None:
    if per is None or isinstance(per, Span | timedelta):
        return per
    must(isinstance(per, str), "AtMost.per", "be a span such as days(7), or a duration such as '24h'", per)
    return Span.parse(per) if " " in per or per.startswith("P") else duration(per)


@final
@frozen(slots=False)
class AtMost(PickledByFields, Scoped):
    """Admit no more than so many touches in a window.

    A rolling window (``per``) holds the touch that is asked about and those less than that long before or after
    it; a calendar window (``each``) is the customer's own day, week, month and so on. Touches that are planned
    for later count as well, so a plan keeps its caps whatever the order in which it was made.

    Args:
        most: How many; or a parameter.
        per: A rolling window: ``days(7)``, ``months(1)``, a duration such as ``24h``, or a parameter with its text.
        each: A calendar window: ``day``, ``week`` (from Monday), ``month``, ``quarter``, ``half-year``, ``year``.
        name: Stable identifier; appears in answers.
        of: Whose touches count: those of the ``account``, of the ``person`` alone, or of the whole ``household``.
        counts: Purposes of the touches that count; those of ``purposes`` by default.
        depth: ``in_depth`` where only in-depth touches are capped.
        channels: Channels it is about, and whose touches count; all by default.
        purposes: Purposes it is about; all by default.
        applies: Customers it is about; everybody by default.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    Raises:
        PolicyError: If neither or both windows are given, or a part is not what it should be.

    >>> from crmrules.spans import days
    >>> AtMost(2, per=days(7)).name, AtMost(1, each="day", channels="sms").name
    ('at most 2 per 7 days', 'at most 1 sms each day')
    """

    most: int | Parameter
    per: Span | timedelta | Parameter | None = field(default=None, kw_only=True, converter=_per)
    each: Unit | None = field(default=None, kw_only=True)
    name: str = field(default="", kw_only=True)
    of: Of = field(default="account", kw_only=True)
    counts: tuple[str, ...] = purposes_field()
    depth: str = depth_field()
    channels: tuple[str, ...] = channels_field()
    purposes: tuple[str, ...] = purposes_field()
    applies: Condition = applies_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        whole("AtMost.most", self.limit, 1, 10_000)
        must((self.per is None) != (self.each is None), "AtMost", "have either per or each", (self.per, self.each))
        must(self.each in (None, *get_args(Unit)), "AtMost.each", f"be one of {', '.join(get_args(Unit))}", self.each)
        must(self.of in get_args(Of), "AtMost.of", f"be one of {', '.join(get_args(Of))}", self.of)
        must(self.window not in (Span(), timedelta(0)), "AtMost.per", "be longer than nothing", self.per)
        if not self.name:
            object.__setattr__(self, "name", self._named())

    @cached_property
    def limit(self) -> int:
        """How many touches are the most."""
        return _plain(self.most)  # type: ignore[no-any-return]

    @cached_property
    def window(self) -> Span | timedelta | None:
        """The rolling window, if it is one."""
        return _window(_plain(self.per))

    @cached_property
    def _reach(self) -> timedelta:
        """More time than any such window takes."""
        if isinstance(self.window, timedelta):
            return self.window
        return timedelta(days=2 if self.window is None else self.window.days + 31 * self.window.months + 2)

    def _named(self) -> str:
        window = f"each {self.each}" if self.each else f"per {self.window}"
        whose = "" if self.of == "account" else f" for one {self.of}"
        return " ".join(filter(None, [f"at most {self.limit}", " or ".join(self.channels), window])) + whose

    def scope(self, attempt: Attempt) -> Scope:
        """Return which touches count."""
        person = attempt.person_id if self.of == "person" else ""
        return Scope(self.channels, self.counts or self.purposes, _depths(self.depth), person)

    def concerns(self, attempt: Attempt) -> bool:
        """Say whether the cap has a say in an attempt."""
        return (not _depths(self.depth) or attempt.depth == self.depth) and Scoped.concerns(self, attempt)

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return until when the cap is reached, or None if there is room for one more touch."""
        times = _diary(attempt, self.of).times(self.scope(attempt))
        if len(times) < self.limit:
            return None
        return self._rolling(attempt, at, times) if self.each is None else self._calendar(attempt, at, times)

    def _calendar(self, attempt: Attempt, at: datetime, times: list[datetime]) -> Hold | None:
        """Return the hold of calendar windows: of every zone the customer may be in, the last to end."""
        until = at
        for zone in attempt.zones:
            start, end = window_of(at.astimezone(zone).date(), str(self.each))
            low = bisect_left(times, utc(datetime(start.year, start.month, start.day, tzinfo=zone)))
            after = utc(datetime(end.year, end.month, end.day, tzinfo=zone))
            if bisect_left(times, after) - low >= self.limit:
                until = max(until, after)
        return None if until == at else self._full(attempt, until)

    def _rolling(self, attempt: Attempt, at: datetime, times: list[datetime]) -> Hold | None:
        """Return the hold of the last group of ``most`` touches that would share a window with one more."""
        zone, window, most = attempt.zone, self.window, self.limit

        def end(time: datetime) -> datetime:
            if isinstance(window, timedelta):
                return time + window
            return utc(window.after(time.astimezone(zone)))  # type: ignore[union-attr]

        near = bisect_left(times, at - self._reach)
        if len(times) - near < most:
            return None  # most answers, and no span is counted for them
        low = bisect_right(times, at, near, key=end)
        high = bisect_left(times, end(at)) - most
        for first in range(min(high, len(times) - most), low - 1, -1):
            closes = end(times[first])
            if times[first + most - 1] < (closes if times[first] <= at else end(at)):
                return self._full(attempt, closes)
        return None

    def _full(self, attempt: Attempt, until: datetime) -> Hold:
        window = f"a {self.each}" if self.each else str(self.window)
        why = sentence("{most} touches in {window} is the most", most=self.limit, window=window)
        return self.held(attempt.here(until), why)


def at_least_apart(gap: Span | timedelta | str, name: str = "", **parts: Any) -> AtMost:
    """Return the guard that keeps touches at least so far apart: at most one in any such window.

    Args:
        gap: How far: ``days(7)``, or a duration such as ``24h``.
        name: Stable identifier; appears in answers.
        **parts: What else ``AtMost`` has.
    """
    return AtMost(1, per=gap, name=name or f"at least {gap} apart", **parts)


def _depths(depth: str) -> tuple[str, ...]:
    return ("in_depth",) if depth == "in_depth" else ()


def _diary(attempt: Attempt, of: str) -> Diary:
    if of == "household" and attempt.household is not None:
        return attempt.household
    return attempt.diary


def _span(per: Any) -> Any:
    return Span.parse(per) if isinstance(per, str) else per


def _share(share: Any) -> Any:
    return share if isinstance(share, Parameter) else exact(share, "SellingShare.most")


@final
@frozen(slots=False)
class SellingShare(PickledByFields, Scoped):
    """Admit a selling touch only while selling stays below a share of all touches.

    At each selling touch, of the touches in the window before it and itself, no more than the share may be
    selling. A selling touch never makes one that is planned for later break this.

    Args:
        most: The share, such as ``Decimal("0.3")``; or a parameter.
        per: The rolling window, such as ``days(90)``.
        name: Stable identifier; appears in answers.
        selling: The purposes that are selling.
        applies: Customers it is about; everybody by default.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    Raises:
        PolicyError: If the share is inexact or not between 0 and 1.
    """

    most: int | Decimal | Parameter = field(converter=_share)
    per: Span = field(kw_only=True, converter=_span)
    name: str = field(default="share of selling touches", kw_only=True)
    selling: tuple[str, ...] = field(default=("selling",), kw_only=True)
    applies: Condition = applies_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        must(0 <= self.limit <= 1, "SellingShare.most", "be a share from 0 to 1", self.most)
        good = isinstance(self.per, Span) and self.per != Span()
        must(good, "SellingShare.per", "be a calendar span of a day or more, such as days(90)", self.per)

    @cached_property
    def limit(self) -> Decimal:
        """The share that is the most."""
        return Decimal(_plain(self.most))

    @property
    def channels(self) -> tuple[str, ...]:  # type: ignore[override]
        """All channels."""
        return ()

    @property
    def purposes(self) -> tuple[str, ...]:  # type: ignore[override]
        """The purposes that are selling."""
        return self.selling

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return until when one more selling touch would be too much, or None if it would not."""
        every = attempt.diary.times()
        selling = attempt.diary.times(Scope(purposes=self.selling))
        zone = attempt.zone
        if self._above(every, selling, at, zone):
            until = self._relief(every, selling, at, zone)
            return self._full(until and attempt.here(until))
        for later in selling[bisect_right(selling, at) :]:
            if self._start(later, zone) >= at:
                break
            if self._above(every, selling, later, zone, more=1):
                return self._full(attempt.here(later))
        return None

    def _start(self, at: datetime, zone: Any) -> datetime:
        return utc(self.per.before(at.astimezone(zone)))

    def _above(
        self,
        every: list[datetime],
        selling: list[datetime],
        at: datetime,
        zone: Any,
        *,
        more: int = 0,
    ) -> bool:
        """Say whether a selling touch at an instant is too much, counting those before it and ``more``."""
        start = self._start(at, zone)
        told = bisect_left(selling, at) - bisect_right(selling, start) + 1 + more
        of = bisect_left(every, at) - bisect_right(every, start) + 1 + more
        return Fraction(told, of) > Fraction(self.limit)

    def _relief(self, every: list[datetime], selling: list[datetime], at: datetime, zone: Any) -> datetime | None:
        """Return the first instant after one at which the share may have changed for the better."""
        leaves = (self._end(time, zone) for time in selling[: bisect_left(selling, at)])
        out = next((end for end in leaves if end > at), None)
        care = sorted(set(every) - set(selling))
        place = bisect_left(care, at)
        more = care[place] + timedelta(microseconds=1) if place < len(care) else None
        return min((each for each in (out, more) if each is not None), default=None)

    def _end(self, time: datetime, zone: Any) -> datetime:
        return utc(self.per.after(time.astimezone(zone)))

    def _full(self, until: datetime | None) -> Hold:
        share = spell(exact(self.limit * 100, "a share"))
        template = "selling is at most {share} % of the touches in {window}"
        return self.held(until, sentence(template, share=share, window=str(self.per)))
