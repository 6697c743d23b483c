"""The working calendar: weekly hours, holidays, days with hours of their own, closures."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any, final, get_args

from attrs import evolve, field, frozen

from crmrules._checks import must
from crmrules._frozen import PickledByFields
from crmrules.periods import Period
from crmrules.tables.policies import note_field, source_field, title_field
from crmrules.wording import Wording
from crmrules.worktime._algebra import Combinable
from crmrules.worktime._axis import axis_of
from crmrules.worktime._compile import Compiler
from crmrules.worktime._conventions import Conventions
from crmrules.worktime._core import Core
from crmrules.worktime._horizon import ONE_DAY, Beyond, horizon
from crmrules.worktime._hours import FULL_DAY, Hours
from crmrules.worktime._intake import closures_of, covered, days_of, overrides_of
from crmrules.worktime._questions import zoned
from crmrules.worktime._units import SECOND, wall
from crmrules.worktime._week import Week
from crmrules.worktime._zone import zone_name

__all__ = ["WorkCalendar"]

Closure = tuple[datetime, datetime]


def week_of(value: Any) -> Week:
    """Return a week from one, from hours by weekday, or from text."""
    return Week.parse(value)


def conventions(like: Any) -> Conventions:
    """Return conventions from a value or the name of a preset."""
    if isinstance(like, str):
        return Conventions.like(like)
    must(isinstance(like, Conventions), "WorkCalendar.like", "be Conventions or the name of a preset", like)
    return like  # type: ignore[no-any-return]


@final
@frozen(slots=False, repr=False)
class WorkCalendar(PickledByFields, Combinable):
    """When work is done, in one zone.

    What wins on a day: an override, then a holiday, then a closure, then the weekly hours. Hours are wall time in
    the calendar's zone; durations are real time, so an hour that is skipped on a night in spring is not worked,
    and one that comes twice counts twice.

    Args:
        zone: IANA name such as ``Asia/Shanghai``; none for hours that are bound later by ``in_zone``.
        week: Hours by weekday, such as ``{"mon-fri": "9-12, 13-18"}``.
        holidays: Days without work: dates, or a mapping of dates and names.
        overrides: Hours by date, in place of that weekday's: shortened days, make-up working days.
        closures: Stretches of wall time without work: pairs, or texts ``2026-10-09T14:00/2026-10-09T18:00``.
        covers: What the holidays and overrides are known for: a year, ``(first, last)``, a ``Period``, its text,
            or ``always``. Needed with holidays or overrides.
        beyond: An answer that needs other days: ``refuse`` raises, ``warn`` takes the weekly hours and warns.
        like: ``Conventions``, or the name of a preset such as ``biz``.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-12, 13-18"},
    ...                       overrides={date(2026, 10, 10): "9-18"}, covers=2026)
    >>> opened = office.local("2026-10-09T17:00")
    >>> str(office.add("2h", to=opened)), str(office.worked(opened, office.local("2026-10-10T10:30")))
    ('2026-10-10 10:00:00+08:00', '2:30:00')
    """

    zone: str | None = field(default=None, converter=zone_name)
    week: Week = field(factory=Week, converter=week_of, kw_only=True)
    holidays: tuple[date, ...] = field(default=(), converter=days_of, kw_only=True)
    overrides: tuple[tuple[date, Hours], ...] = field(default=(), converter=overrides_of, kw_only=True)
    closures: tuple[Closure, ...] = field(default=(), converter=closures_of, kw_only=True)
    covers: Period | None = field(default=None, converter=covered, kw_only=True)
    beyond: Beyond = field(default="refuse", kw_only=True)
    like: Conventions = field(factory=Conventions, converter=conventions, kw_only=True)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        must(self.beyond in get_args(Beyond), "WorkCalendar.beyond", "be 'refuse' or 'warn'", self.beyond)
        dated = (*self.holidays, *(day for day, _ in self.overrides))
        if self.covers is None:
            told = "name the years for which its holidays and overrides are known, such as 2026"
            must(not dated, "WorkCalendar.covers", told, None)
            return
        outside = [day for day in dated if day not in self.covers]
        told = f"hold every holiday and override ({self.covers} does not)"
        must(not outside, "WorkCalendar.covers", told, ", ".join(str(day) for day in outside))

    @classmethod
    def around_the_clock(cls, zone: str | None = None, **parts: Any) -> WorkCalendar:
        """Return a calendar that is always open, 24 x 7.

        Args:
            zone: Its zone.
            **parts: Holidays and whatever else a calendar has.

        >>> WorkCalendar.around_the_clock("UTC").week
        Week.parse('mon-sun 0-24')
        """
        return cls.every_day("0-24", zone, **parts)

    @classmethod
    def every_day(cls, hours: Hours | str, zone: str | None = None, **parts: Any) -> WorkCalendar:
        """Return a calendar with the same hours on all seven days, such as 7 x 12 with ``8-20``.

        Args:
            hours: The hours of each day.
            zone: Its zone.
            **parts: Holidays and whatever else a calendar has.

        >>> WorkCalendar.every_day("8-20", "UTC").week.seconds // 3600
        84
        """
        return cls(zone, week={"mon-sun": hours}, **parts)

    def in_zone(self, zone: str) -> WorkCalendar:
        """Return the same hours in another zone: how hours without one are bound to a customer's own.

        >>> WorkCalendar(week={"mon-fri": "9-17"}).in_zone("America/New_York").zone
        'America/New_York'
        """
        return evolve(self, zone=zone)

    def on_holiday(self, at: date | datetime) -> bool:
        """Say whether a day, or the day of an instant in the calendar's zone, is one of the holidays."""
        return self._day(at) in self.holidays

    def in_closure(self, at: datetime) -> bool:
        """Say whether an instant lies in one of the closures."""
        there = self.here(at).replace(tzinfo=None)
        return any(start <= there < end for start, end in self.closures)

    def hours_of(self, day: date) -> Hours:
        """Return the hours that a day begins with, before closures: its override's, none, or its weekday's."""
        override = dict(self.overrides).get(day)
        first = self.like.precedence.split(" > ")
        if day in self.holidays and (override is None or first.index("holiday") < first.index("override")):
            return Hours()
        return self.week.hours[day.weekday()] if override is None else override

    def _day(self, at: date | datetime) -> date:
        return self.here(at).date() if isinstance(at, datetime) else at

    @cached_property
    def _core(self) -> Core:
        axis = axis_of(zoned(self.zone), self.like)
        closures = [(wall(start), wall(end)) for start, end in self.closures]
        compiler = Compiler(self.week, self.holidays, dict(self.overrides), closures, like=self.like, axis=axis)
        return Core(compiler, axis, horizon(self.covers, self.beyond, axis, self._spill()), self.like)

    def _spill(self) -> int:
        """Return how far the night shift of the day before the horizon reaches into it."""
        if self.covers is None or self.covers.start == date.min:
            return 0
        hours = self.week.hours[(self.covers.start - ONE_DAY).weekday()]
        return SECOND * max((end - FULL_DAY for _, end in hours.intervals if end > FULL_DAY), default=0)

    def __str__(self) -> str:
        parts = [f"{len(self.holidays)} holidays" * bool(self.holidays)]
        parts += [f"{len(self.overrides)} overrides" * bool(self.overrides)]
        parts += [f"{len(self.closures)} closures" * bool(self.closures)]
        parts += [f"covers {self.covers}" * (self.covers is not None)]
        return ", ".join([f"{self.zone or 'no zone'}: {self.week}", *filter(None, parts)])

    def __repr__(self) -> str:
        return f"<WorkCalendar {self}>"
