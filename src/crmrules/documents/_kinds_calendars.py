"""Working calendars in documents."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve, fields

from crmrules.documents._kit import PartKind
from crmrules.documents._reading import Place
from crmrules.documents._shapes_calendars import CalendarShape, ConventionsShape, HolidaySourceShape
from crmrules.parameters import Parameter
from crmrules.spans import duration, duration_text
from crmrules.worktime import Conventions, HolidayData, Week, WorkCalendar, china_holidays, public_holidays
from crmrules.worktime._intake import ALWAYS
from crmrules.worktime._zone import zone_name

__all__ = ["CALENDARS"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _calendar(shape: CalendarShape, name: str, place: Place) -> WorkCalendar | None:
    like = place.made(lambda: _conventions(shape), "like")
    week = place.made(lambda: Week.parse({days: place.value(hours) for days, hours in shape.hours.items()}), "hours")
    dated = _dated(shape, place)
    zone = place.made(lambda: zone_name(place.reading.timezone if shape.zone is None else shape.zone or None), "zone")
    if like is None or week is None or dated is None or (zone is None and shape.zone != ""):
        return None
    return WorkCalendar(
        zone,
        week=week,
        closures=shape.closures,
        beyond=shape.beyond,
        like=like,
        source=shape.source,
        title=shape.title,
        note=shape.note,
        **dated,
    )


def _dated(shape: CalendarShape, place: Place) -> dict[str, Any] | None:
    """Return the holidays, overrides and horizon, those of a package among them."""
    covers = _covers(shape.covers)
    if shape.holidays_from is None:
        return {"holidays": shape.holidays, "overrides": shape.overrides, "covers": covers}
    source = shape.holidays_from
    data = place.made(lambda: _from_package(source), "holidays_from")
    if data is None:
        return None
    found = data.parts(source.workdays)
    return {
        "holidays": (*found["holidays"], *shape.holidays),
        "overrides": {**{str(day): hours for day, hours in found["overrides"].items()}, **shape.overrides},
        "covers": found["covers"] if covers is None else covers,
    }


def _from_package(source: HolidaySourceShape) -> HolidayData:
    if source.package == "china":
        return china_holidays(source.first, source.last)
    return public_holidays(source.country, source.first, source.last)


def _covers(given: Any) -> Any:
    """Return a horizon; in YAML years are texts, which read as decimals."""
    if isinstance(given, tuple):
        return tuple(_covers(part) for part in given)
    return int(given) if isinstance(given, Decimal) and given == int(given) else given


def _conventions(shape: CalendarShape) -> Conventions:
    base = Conventions.like(shape.like) if shape.like else Conventions()
    told = {each.name: getattr(shape.conventions, each.name) for each in fields(ConventionsShape)}
    given: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    given |= {name: duration(given[name]) for name in ("unit", "least") if name in given}
    return evolve(base, **given)


# ---------------------------------------------------------------------- writing


def _write(calendar: WorkCalendar) -> dict[str, Any]:
    told: dict[str, Any] = {"zone": calendar.zone or "", "hours": _hours(calendar)}
    if calendar.holidays:
        told["holidays"] = [str(day) for day in calendar.holidays]
    if calendar.overrides:
        told["overrides"] = {str(day): str(hours) for day, hours in calendar.overrides}
    if calendar.closures:
        told["closures"] = [f"{start.isoformat()}/{end.isoformat()}" for start, end in calendar.closures]
    if calendar.covers is not None:
        told["covers"] = "always" if calendar.covers == ALWAYS else str(calendar.covers)
    if calendar.beyond != "refuse":
        told["beyond"] = calendar.beyond
    conventions = _told(calendar.like)
    return {**told, "conventions": conventions} if conventions else told


def _hours(calendar: WorkCalendar) -> dict[str, str]:
    return {
        day: hours.name if isinstance(hours, Parameter) else str(hours)
        for day, hours in zip(DAYS, calendar.week.days, strict=True)
        if hours
    }


def _told(like: Conventions) -> dict[str, Any]:
    """Return the conventions that are not the usual ones."""
    told = {each.name: getattr(like, each.name) for each in fields(Conventions)}
    usual = Conventions()
    return {
        name: duration_text(value) if isinstance(value, timedelta) else value
        for name, value in told.items()
        if value != getattr(usual, name)
    }


CALENDARS = (PartKind("hours", "calendars", WorkCalendar, CalendarShape, _calendar, _write),)
