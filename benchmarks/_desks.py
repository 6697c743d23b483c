"""One working calendar, Monday to Friday 9-12 and 13-18 with 30 holidays a year, as each library writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crmrules.worktime import WorkCalendar

__all__ = ["FIRST", "LAST", "ZONE", "Desk", "desks", "ours"]

ZONE = "America/New_York"
FIRST, LAST = 2024, 2041
HOLIDAYS = [date(year, 1, 5) + timedelta(days=12 * number) for year in range(FIRST, LAST + 1) for number in range(30)]


@dataclass(frozen=True)
class Desk:
    """A library.

    Args:
        name: Its name in the report.
        zoned: Whether it knows zones.
        add: Adds hours to an instant; none if it cannot.
        worked: Returns the working time between two instants.
    """

    name: str
    zoned: bool
    add: Callable[[datetime, int], Any] | None
    worked: Callable[[datetime, datetime], Any] | None


def ours() -> WorkCalendar:
    """Return the calendar of this library."""
    return WorkCalendar(ZONE, week={"mon-fri": "9-12, 13-18"}, holidays=HOLIDAYS, covers=(FIRST, LAST))


def desks() -> Iterator[Desk]:
    """Yield this library, then every peer that is installed."""
    calendar = ours()
    yield Desk("crmrules", True, lambda at, hours: calendar.add(timedelta(hours=hours), to=at), calendar.worked)
    for peer in (_workclock, _bizcal, _businesstimedelta, _timegrid, _business_duration, _pandas):
        try:
            yield peer()
        except ImportError as missing:
            print(f"left out: {missing}")


def _workclock() -> Desk:
    from workclock import Break, Holidays, Schedule, WorkDay

    rules = [WorkDay(time(9), time(18)), Break(time(12), time(13)), Holidays(HOLIDAYS)]
    schedule = Schedule(rules, time_zone=ZoneInfo(ZONE))
    return Desk("workclock (Rust)", True, lambda at, hours: schedule.add(at, hours=hours), schedule.between)


def _bizcal() -> Desk:
    from django_bizcal import WorkingCalendar
    from django_bizcal.providers import SetHolidayProvider

    weekly = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)}
    calendar = WorkingCalendar(tz=ZONE, weekly_schedule=weekly, holiday_provider=SetHolidayProvider(set(HOLIDAYS)))
    return Desk("django-bizcal", True, calendar.add_business_hours, calendar.business_time_between)


def _businesstimedelta() -> Desk:
    import businesstimedelta as peer
    import pytz

    days, zone = [0, 1, 2, 3, 4], pytz.timezone(ZONE)
    work = peer.WorkDayRule(start_time=time(9), end_time=time(18), working_days=days, tz=zone)
    lunch = peer.LunchTimeRule(start_time=time(12), end_time=time(13), working_days=days, tz=zone)
    rules = peer.Rules([work, lunch, peer.HolidayRule(set(HOLIDAYS), tz=zone)])

    def worked(start: datetime, end: datetime) -> timedelta:
        found = rules.difference(start, end)
        return timedelta(hours=found.hours, seconds=found.seconds)

    return Desk("businesstimedelta", True, lambda at, hours: at + peer.BusinessTimeDelta(rules, hours=hours), worked)


def _timegrid() -> Desk:
    from timegrid import TimeGridCalendar, hours

    calendar = TimeGridCalendar.weekdays(time(9), time(18)).break_weekdays(time(12), time(13))
    for day in HOLIDAYS:
        calendar = calendar.close(day)
    zone = ZoneInfo(ZONE)

    def local(at: datetime) -> datetime:
        return at.astimezone(zone).replace(tzinfo=None)

    return Desk(
        "timegrid (Rust, no zones)",
        False,
        lambda at, count: calendar.add_work_duration(local(at), hours(count)).replace(tzinfo=zone),
        lambda start, end: calendar.get_working_duration(local(start), local(end)),
    )


def _business_duration() -> Desk:
    from business_duration import businessDuration

    zone, off = ZoneInfo(ZONE), dict.fromkeys(HOLIDAYS, "holiday")

    def worked(start: datetime, end: datetime) -> timedelta:
        here, there = (at.astimezone(zone).replace(tzinfo=None) for at in (start, end))
        parts = [
            businessDuration(here, there, time(*begin), time(*finish), holidaylist=off, unit="sec")
            for begin, finish in (((9, 0), (12, 0)), ((13, 0), (18, 0)))
        ]
        return timedelta(seconds=sum(parts))

    return Desk("business-duration (no zones, no lunch: asked twice)", False, None, worked)


def _pandas() -> Desk:
    from pandas import Timestamp
    from pandas.tseries.offsets import CustomBusinessHour

    step = CustomBusinessHour(start=["09:00", "13:00"], end=["12:00", "18:00"], holidays=HOLIDAYS)
    return Desk(
        "pandas CustomBusinessHour", True, lambda at, hours: Timestamp(at).tz_convert(ZONE) + hours * step, None
    )
