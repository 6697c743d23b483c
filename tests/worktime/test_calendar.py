"""Working calendars at their edges: nights, clock changes, conventions, horizons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from crmrules.errors import HorizonError, NoHoursError, PolicyError
from crmrules.periods import Period, Year
from crmrules.worktime import CombinedCalendar, Conventions, HorizonWarning, HostCalendar, Hours, Week, WorkCalendar

OFFICE = WorkCalendar(
    "Asia/Shanghai",
    week={"mon-fri": "9-12, 13-18"},
    holidays={date(2026, 10, 1): "National Day", date(2026, 10, 2): "National Day"},
    overrides={date(2026, 10, 10): "9-18", "2026-10-12": "closed"},
    closures=["2026-10-09T14:00/2026-10-09T16:00"],
    covers=2026,
)
NEW_YORK = WorkCalendar("America/New_York", week={"mon-sun": "22-6"})
AROUND = WorkCalendar.around_the_clock("Europe/Paris")


def at(text: str, calendar: WorkCalendar = OFFICE) -> datetime:
    return calendar.local(text)


def told(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-10-08T09:00", "3h", "2026-10-08T12:00+08:00"),
        ("2026-10-08T12:30", "1m", "2026-10-08T13:01+08:00"),
        ("2026-09-30T17:00", "2h", "2026-10-05T10:00+08:00"),
        ("2026-10-09T13:30", "1h", "2026-10-09T16:30+08:00"),
        ("2026-10-09T17:00", "10h", "2026-10-10T18:00+08:00"),
        ("2026-10-09T17:00", "10h1m", "2026-10-13T09:01+08:00"),
        ("2026-10-09T17:00", timedelta(hours=-3), "2026-10-09T11:00+08:00"),
        ("2026-10-10T20:00", "0s", "2026-10-13T09:00+08:00"),
        ("2026-10-10T18:00", "0s", "2026-10-10T18:00+08:00"),
    ],
)
def test_a_deadline_counts_open_hours_only(start, length, end):
    assert told(OFFICE.add(length, to=at(start))) == end


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-10-13T10:00", "2h", "2026-10-10T17:00+08:00"),
        ("2026-10-13T10:00", timedelta(hours=-1), "2026-10-13T11:00+08:00"),
        ("2026-10-13T08:00", "0s", "2026-10-10T18:00+08:00"),
        ("2026-10-13T09:00", "0s", "2026-10-13T09:00+08:00"),
    ],
)
def test_subtraction_goes_back_over_open_hours(start, length, end):
    assert told(OFFICE.subtract(length, before=at(start))) == end


@pytest.mark.parametrize(
    ("ask", "start", "found"),
    [
        ("next_open", "2026-10-08T09:00", "2026-10-08T13:00+08:00"),
        ("next_close", "2026-10-08T09:00", "2026-10-08T12:00+08:00"),
        ("next_close", "2026-10-08T12:00", "2026-10-08T18:00+08:00"),
        ("previous_open", "2026-10-08T09:00", "2026-10-07T13:00+08:00"),
        ("previous_close", "2026-10-08T12:00", "2026-10-07T18:00+08:00"),
        ("roll_forward", "2026-10-08T12:00", "2026-10-08T13:00+08:00"),
        ("roll_forward", "2026-10-08T11:00", "2026-10-08T11:00+08:00"),
        ("roll_back", "2026-10-08T12:00", "2026-10-08T12:00+08:00"),
        ("roll_back", "2026-10-08T09:00", "2026-10-07T18:00+08:00"),
    ],
)
def test_openings_and_closings_lie_strictly_before_or_after(ask, start, found):
    assert told(getattr(OFFICE, ask)(at(start))) == found


def test_an_answer_is_in_the_zone_of_the_calendar():
    assert told(OFFICE.add("1h", to=datetime(2026, 10, 8, 1, tzinfo=UTC))) == "2026-10-08T10:00+08:00"


@pytest.mark.parametrize(
    ("day", "working", "hours"),
    [
        ("2026-10-01", False, "closed"),
        ("2026-10-10", True, "9-18"),
        ("2026-10-11", False, "closed"),
        ("2026-10-12", False, "closed"),
        ("2026-10-13", True, "9-12, 13-18"),
    ],
)
def test_an_override_wins_over_a_holiday_and_a_holiday_over_the_week(day, working, hours):
    assert OFFICE.working_day(date.fromisoformat(day)) is working
    assert str(OFFICE.hours_of(date.fromisoformat(day))) == hours


def test_holidays_and_closures_can_be_asked_for():
    assert OFFICE.on_holiday(date(2026, 10, 1))
    assert OFFICE.on_holiday(at("2026-10-01T12:00"))
    assert not OFFICE.on_holiday(at("2026-10-03T00:00"))
    assert OFFICE.in_closure(at("2026-10-09T14:00"))
    assert not OFFICE.in_closure(at("2026-10-09T16:00"))


@pytest.mark.parametrize(
    ("order", "hours"),
    [
        ("override > holiday > closure", [(9, 12)]),
        ("closure > override > holiday", [(9, 10)]),
        ("holiday > override > closure", []),
        ("holiday > closure > override", []),
    ],
)
def test_what_wins_on_a_day_is_a_named_option(order, hours):
    day = date(2026, 5, 4)
    calendar = WorkCalendar(
        "UTC",
        holidays=[day],
        overrides={day: "9-12"},
        closures=[(datetime(2026, 5, 4, 10), datetime(2026, 5, 4, 15))],  # noqa: DTZ001  wall time
        covers=Year(2026),
        like=Conventions(precedence=order),
    )
    assert [(start.hour, end.hour) for start, end in calendar.hours_on(day)] == hours
    assert bool(calendar.hours_of(day)) is order.startswith(("override", "closure"))


@pytest.mark.parametrize(
    ("evening", "length"),
    [("2026-03-07", "7:00:00"), ("2026-10-31", "9:00:00"), ("2026-05-01", "8:00:00")],
)
def test_an_hour_that_is_skipped_is_not_worked_and_one_that_comes_twice_counts_twice(evening, length):
    start = NEW_YORK.local(f"{evening}T12:00")
    assert str(NEW_YORK.worked(start, start + timedelta(hours=24))) == length
    wall = evolve(NEW_YORK, like=Conventions(count="wall"))
    assert str(wall.worked(start, start + timedelta(hours=24))) == "8:00:00"


@pytest.mark.parametrize(
    ("hours", "day", "option", "periods"),
    [
        ("2:15-3:30", "2026-03-08", {}, ["03:00-04:00 03:30-04:00"]),
        ("2:15-3:30", "2026-03-08", {"gap": "shift"}, ["03:15-04:00 03:30-04:00"]),
        ("2:15-2:45", "2026-03-08", {}, []),
        ("1-2:30", "2026-03-08", {}, ["01:00-05:00 03:00-04:00"]),
        ("1-2:30", "2026-03-08", {"gap": "shift"}, ["01:00-05:00 03:30-04:00"]),
        ("1:15-1:45", "2026-11-01", {}, ["01:15-04:00 01:45-04:00", "01:15-05:00 01:45-05:00"]),
        ("1:15-1:45", "2026-11-01", {"fold": "first"}, ["01:15-04:00 01:45-04:00"]),
        ("1:15-1:45", "2026-11-01", {"fold": "last"}, ["01:15-05:00 01:45-05:00"]),
        ("1:15-4", "2026-11-01", {}, ["01:15-04:00 01:00-05:00", "01:15-05:00 04:00-05:00"]),
        ("1:15-4", "2026-11-01", {"fold": "first"}, ["01:15-04:00 04:00-05:00"]),
        ("0-1:15", "2026-11-01", {"fold": "last"}, ["00:00-04:00 01:15-05:00"]),
        ("0-1:15", "2026-11-01", {}, ["00:00-04:00 01:15-04:00", "01:00-05:00 01:15-05:00"]),
        ("0-4", "2026-11-01", {"count": "wall"}, ["00:00-04:00 04:00-05:00"]),
    ],
)
def test_bounds_in_a_night_of_a_clock_change(hours, day, option, periods):
    calendar = WorkCalendar("America/New_York", week={"sun": hours}, like=Conventions(**option))
    found = calendar.hours_on(date.fromisoformat(day))
    assert [
        f"{start:%H:%M}{start.isoformat()[-6:]} {end:%H:%M}{end.isoformat()[-6:]}" for start, end in found
    ] == periods


def test_a_day_that_the_zone_skips_is_no_working_day():
    apia = WorkCalendar("Pacific/Apia", week={"mon-fri": "9-17"})
    assert not apia.working_day(date(2011, 12, 30))
    assert apia.add_working_days(1, date(2011, 12, 29)) == date(2012, 1, 2)
    assert told(apia.add("9h", to=apia.local("2011-12-29T09:00"))) == "2012-01-02T10:00+14:00"


@pytest.mark.parametrize(
    ("night", "open_at"), [("start", ["2026-05-01T23:00", "2026-05-02T03:00"]), ("day", ["2026-05-01T03:00"])]
)
def test_whose_holiday_a_night_shift_belongs_to(night, open_at):
    calendar = evolve(NEW_YORK, holidays=["2026-04-30", "2026-05-02"], covers="2026", like=Conventions(night=night))
    asked = ["2026-04-30T23:00", "2026-05-01T03:00", "2026-05-01T23:00", "2026-05-02T03:00", "2026-05-02T23:00"]
    expected = {"start": asked[2:4], "day": [asked[1], asked[2]]}[night]
    assert [text for text in asked if calendar.is_open(at(text, calendar))] == expected
    assert set(open_at) & set(expected)


@pytest.mark.parametrize(
    ("option", "ask", "answer"),
    [
        ({"deadline": "opening"}, lambda c: told(c.add("3h", to=at("2026-10-08T09:00"))), "2026-10-08T13:00+08:00"),
        ({"deadline": "opening"}, lambda c: told(c.add("0s", to=at("2026-10-08T12:00"))), "2026-10-08T13:00+08:00"),
        (
            {"back": "closing"},
            lambda c: told(c.subtract("5h", before=at("2026-10-08T18:00"))),
            "2026-10-08T12:00+08:00",
        ),
        (
            {"back": "closing"},
            lambda c: told(c.subtract("0s", before=at("2026-10-08T13:00"))),
            "2026-10-08T12:00+08:00",
        ),
        ({"closing_is_open": True}, lambda c: c.is_open(at("2026-10-08T12:00")), True),
        ({"closing_is_open": True}, lambda c: c.is_open(at("2026-10-08T12:00:01")), False),
        ({}, lambda c: c.is_open(at("2026-10-08T12:00")), False),
        ({"zero": "stay"}, lambda c: told(c.add("0s", to=at("2026-10-10T20:00"))), "2026-10-10T20:00+08:00"),
        ({}, lambda c: c.worked(at("2026-10-08T12:00"), at("2026-10-08T09:00")), timedelta(hours=-3)),
        ({"reversed": "zero"}, lambda c: c.worked(at("2026-10-08T12:00"), at("2026-10-08T09:00")), timedelta(0)),
        ({"reversed": "zero"}, lambda c: c.working_days(date(2026, 10, 9), date(2026, 10, 8)), 0),
        (
            {"unit": timedelta(minutes=1)},
            lambda c: c.worked(at("2026-10-08T09:00:03"), at("2026-10-08T09:02")),
            timedelta(minutes=1),
        ),
        (
            {"least": timedelta(seconds=1)},
            lambda c: c.worked(at("2026-10-08T01:00"), at("2026-10-08T02:00")),
            timedelta(seconds=1),
        ),
        ({"off_day": "count"}, lambda c: c.add_working_days(1, date(2026, 10, 11)), date(2026, 10, 13)),
        ({"off_day": "roll"}, lambda c: c.add_working_days(1, date(2026, 10, 11)), date(2026, 10, 14)),
        ({"off_day": "roll"}, lambda c: c.add_working_days(0, date(2026, 10, 11)), date(2026, 10, 13)),
        ({"off_day": "roll"}, lambda c: c.add_working_days(-1, date(2026, 10, 11)), date(2026, 10, 9)),
        ({}, lambda c: c.add_working_days(-1, date(2026, 10, 11)), date(2026, 10, 10)),
        ({}, lambda c: c.add_working_days(0, date(2026, 10, 11)), date(2026, 10, 11)),
        ({}, lambda c: told(c.working_days_later(2, at("2026-10-10T20:00"))), "2026-10-14T20:00+08:00"),
        (
            {"off_day": "roll"},
            lambda c: told(c.working_days_later(1, at("2026-10-10T20:00"))),
            "2026-10-14T09:00+08:00",
        ),
        (
            {"off_day": "roll"},
            lambda c: told(c.working_days_later(-1, at("2026-10-13T08:00"))),
            "2026-10-09T18:00+08:00",
        ),
    ],
)
def test_each_convention_is_a_named_option(option, ask, answer):
    assert ask(evolve(OFFICE, like=Conventions(**option))) == answer


@pytest.mark.parametrize(("include", "count"), [("end", 2), ("start", 2), ("both", 3), ("neither", 1)])
def test_which_days_count_is_named(include, count):
    assert OFFICE.working_days(date(2026, 10, 8), date(2026, 10, 10), include=include) == count
    mirrored = {"end": "start", "start": "end"}.get(include, include)
    assert OFFICE.working_days(date(2026, 10, 10), date(2026, 10, 8), include=mirrored) == -count


def test_time_on_the_wall_never_runs_backwards():
    wall = WorkCalendar.around_the_clock("America/New_York", like=Conventions(count="wall"))
    first = wall.local("2026-11-01T01:50")
    second = wall.local("2026-11-01T01:10", last=True)
    assert wall.worked(first, second) == timedelta(0)
    assert told(wall.add("24h", to=wall.local("2026-10-31T12:00"))) == "2026-11-01T12:00-05:00"


def test_a_horizon_holds_on_the_wall_too():
    wall = evolve(OFFICE, like=Conventions(count="wall"))
    assert told(wall.add("2h", to=at("2026-12-31T15:00"))) == "2026-12-31T17:00+08:00"
    with pytest.raises(HorizonError, match=r"needs 2027-01-01"):
        wall.is_open(at("2027-01-01T10:00"))


def test_no_hours_are_worked_where_there_are_none():
    assert WorkCalendar("UTC").worked(at("2026-10-08T09:00"), at("2026-10-09T09:00")) == timedelta(0)
    assert not WorkCalendar("UTC").working_day(date(2026, 10, 8))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("9-12, 12-18", "9-18"),
        ("0-12,12-24", "0-24"),
        ("18-6, 6:00-9", "6-9, 18-6"),
        ("09:00:30 - 10:00", "9:00:30-10"),
        ("22-0", "22-24"),
        ("22:30-6:15", "22:30-6:15"),
        ("closed", "closed"),
    ],
)
def test_hours_have_one_text(text, canonical):
    assert str(Hours.parse(text)) == canonical


@pytest.mark.parametrize(
    ("week", "canonical"),
    [
        ({"fri-mon": "10-12"}, "mon 10-12; fri-sun 10-12"),
        ({"mon, wed": "9-17", "tue": "closed"}, "mon 9-17; wed 9-17"),
        ("sat 9-12; mon-fri 9-18", "mon-fri 9-18; sat 9-12"),
        ("closed", "closed"),
        ({}, "closed"),
    ],
)
def test_a_week_has_one_text(week, canonical):
    parsed = Week.parse(week)
    assert str(parsed) == canonical
    assert bool(parsed) is (canonical != "closed")


def test_a_week_has_seven_days():
    with pytest.raises(PolicyError, match=r"^Week\.days must be seven Hours, Monday first, got "):
        Week(())


def test_a_local_time_in_a_gap_moves_later():
    assert told(NEW_YORK.local("2026-03-08T02:30")) == "2026-03-08T03:30-04:00"
    assert told(NEW_YORK.local("2026-03-08T02:30", last=True)) == "2026-03-08T03:30-04:00"
    assert told(NEW_YORK.local("2026-11-01T01:30")) == "2026-11-01T01:30-04:00"
    assert told(NEW_YORK.local("2026-11-01T01:30", last=True)) == "2026-11-01T01:30-05:00"


@pytest.mark.parametrize(
    ("ask", "day"),
    [
        (lambda c: c.add("2h", to=at("2026-12-31T17:00")), date(2027, 1, 1)),
        (lambda c: c.add("2h", to=at("2027-02-01T09:00")), date(2027, 2, 1)),
        (lambda c: c.add("2h", to=at("2025-12-31T09:00")), date(2025, 12, 31)),
        (lambda c: c.subtract("2h", before=at("2026-01-01T09:30")), date(2025, 12, 31)),
        (lambda c: c.worked(at("2026-12-31T09:00"), at("2027-01-01T00:00:01")), date(2027, 1, 1)),
        (lambda c: c.worked(at("2025-12-31T23:59"), at("2026-01-01T12:00")), date(2025, 12, 31)),
        (lambda c: c.is_open(at("2027-01-01T00:00")), date(2027, 1, 1)),
        (lambda c: c.next_open(at("2026-12-31T17:00")), date(2027, 1, 1)),
        (lambda c: c.previous_close(at("2026-01-01T09:00")), date(2025, 12, 31)),
        (lambda c: c.open_periods(at("2026-12-01T00:00"), at("2027-02-01T00:00")), date(2027, 1, 31)),
        (lambda c: c.working_day(date(2027, 1, 1)), date(2027, 1, 1)),
        (lambda c: c.working_day(date(2025, 1, 1)), date(2025, 1, 1)),
        (lambda c: c.add_working_days(1, date(2026, 12, 31)), date(2027, 1, 1)),
        (lambda c: c.working_days(date(2026, 12, 30), date(2027, 1, 2)), date(2027, 1, 2)),
    ],
)
def test_an_answer_beyond_the_horizon_is_refused_or_warned_of(ask, day):
    with pytest.raises(HorizonError) as caught:
        ask(OFFICE)
    assert (caught.value.day, caught.value.covers) == (day, "2026")
    with pytest.warns(HorizonWarning, match=f"^the calendar covers 2026 only; {day} and every day outside"):
        ask(evolve(OFFICE, beyond="warn"))


def test_the_last_instant_of_the_horizon_is_known():
    assert OFFICE.worked(at("2026-12-31T17:00"), at("2027-01-01T00:00")) == timedelta(hours=1)
    assert told(OFFICE.add("1h", to=at("2026-12-31T17:00"))) == "2026-12-31T18:00+08:00"
    around = evolve(AROUND, covers=2026)
    assert told(around.add("1h", to=around.local("2026-12-31T23:00"))) == "2027-01-01T00:00+01:00"
    opening = evolve(around, like=Conventions(deadline="opening"))
    with pytest.raises(HorizonError):
        opening.add("1h", to=around.local("2026-12-31T23:00"))


def test_a_night_that_begins_before_the_horizon_is_not_known():
    night = evolve(NEW_YORK, covers=2026)
    with pytest.raises(HorizonError, match=r"needs 2025-12-31"):
        night.is_open(night.local("2026-01-01T03:00"))
    assert not night.is_open(night.local("2026-01-01T06:00"))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: WorkCalendar("UTC").add("1h", to=datetime(2026, 1, 1, tzinfo=UTC)),
            "the calendar has no working time of that length from 2026-01-01 00:00:00+00:00 on (looked 200 years "
            "ahead). Look at its hours.",
        ),
        (
            lambda: AROUND.next_close(datetime(2026, 1, 1, tzinfo=UTC)),
            "the calendar has no closing from 2026-01-01 00:00:00+00:00 on (looked 200 years ahead). "
            "Look at its hours.",
        ),
        (
            lambda: AROUND.previous_open(datetime(2026, 1, 1, tzinfo=UTC)),
            "the calendar has no opening from 2026-01-01 00:00:00+00:00 on (looked 200 years back). Look at its hours.",
        ),
        (
            lambda: (AROUND - AROUND).next_open(datetime(2026, 1, 1, tzinfo=UTC)),
            "the calendar has no opening from 2026-01-01 00:00:00+00:00 on (looked 200 years ahead). "
            "Look at its hours.",
        ),
        (
            lambda: WorkCalendar("UTC").add_working_days(1, date(2026, 1, 1)),
            "the calendar has no working days of that number from 2026-01-01 on (looked 200 years ahead). "
            "Look at its hours.",
        ),
        (
            lambda: WorkCalendar("UTC", week={"mon": "9-10"}).add("876600h", to=datetime(2026, 1, 1, tzinfo=UTC)),
            "the calendar has no working time of that length from 2026-01-01 00:00:00+00:00 on (looked 200 years "
            "ahead). Look at its hours.",
        ),
    ],
)
def test_a_calendar_that_never_opens_or_closes_says_so(ask, message):
    with pytest.raises(NoHoursError) as caught:
        ask()
    assert str(caught.value) == message


def test_the_ends_of_the_calendar_are_no_loop():
    office = WorkCalendar("UTC", week={"mon-fri": "9-17"})
    with pytest.raises(NoHoursError):
        office.next_open(datetime(9998, 12, 31, 23, tzinfo=UTC))
    assert office.worked(datetime(1900, 1, 1, tzinfo=UTC), datetime(1900, 1, 2, tzinfo=UTC)) == timedelta(hours=8)
    assert office.is_open(datetime(2500, 1, 1, 12, tzinfo=UTC))


# What calendars are made of


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"zone": "Asia/Shangai"},
            "a zone must be an IANA name such as 'Asia/Shanghai', got 'Asia/Shangai'; did you mean 'Asia/Shanghai'?",
        ),
        ({"zone": 8}, "a zone must be an IANA name such as 'Asia/Shanghai', got 8"),
        ({"week": "9-17"}, "week must be a text like 'mon-fri 9-12, 13-18; sat 9-12', got '9-17'"),
        ({"week": 7}, "week must be hours by weekday, such as {'mon-fri': '9-18'}, got 7"),
        ({"week": {"monday": "9-17"}}, "week must name its days like 'mon-fri', 'sat' or 'mon, wed', got 'monday'"),
        ({"week": {1: "9-17"}}, "week must name its days like 'mon-fri', 'sat' or 'mon, wed', got 1"),
        (
            {"week": {"mon-fri": "9-17", "wed": "9-12"}},
            "week must name each day once, and wed is named twice, got 'wed'",
        ),
        (
            {"week": {"mon": "nine to five"}},
            "hours must be a text like '9-12', '13:30-18', '22-6' (overnight), '0-24' or 'closed', got 'nine to five'",
        ),
        (
            {"week": {"mon": 9}},
            "hours must be a text like '9-12', '13:30-18', '22-6' (overnight), '0-24' or 'closed', got 9",
        ),
        (
            {"week": {"mon": "9-24:30"}},
            "hours must start from 0 to 23:59:59 and end by 24, with minutes and seconds below 60, got '9-24:30'",
        ),
        (
            {"week": {"mon": "24-6"}},
            "hours must start from 0 to 23:59:59 and end by 24, with minutes and seconds below 60, got '24-6'",
        ),
        (
            {"week": {"mon": "9:75-12"}},
            "hours must start from 0 to 23:59:59 and end by 24, with minutes and seconds below 60, got '9:75-12'",
        ),
        ({"week": {"mon": "9-9"}}, "hours must end at another time than they start (a whole day is '0-24'), got '9-9'"),
        ({"week": {"mon": "9-23:59"}}, "hours must end at 24, got '9-23:59'. An end of 23:59 loses a minute a day."),
        ({"week": {"mon": "9-13, 12-18"}}, "hours must not overlap, got 9-13, 12-18"),
        ({"holidays": "2026-10-01"}, "WorkCalendar.holidays must be a sequence of dates, got '2026-10-01'"),
        ({"holidays": ["2026-13-01"]}, "a holiday must be a date such as '2026-10-01', got '2026-13-01'"),
        ({"holidays": [date(1, 1, 1)]}, "a holiday must lie in the years 2 to 9998, got '0001-01-01'"),
        (
            {"holidays": ["2026-10-01"]},
            "WorkCalendar.covers must name the years for which its holidays and overrides are known, such as 2026, "
            "got None",
        ),
        (
            {"holidays": ["2027-10-01"], "covers": 2026},
            "WorkCalendar.covers must hold every holiday and override (2026 does not), got '2027-10-01'",
        ),
        (
            {"overrides": [("2026-10-01", "9-12"), (date(2026, 10, 1), "9-13")]},
            "WorkCalendar.overrides must name each day once, got '2026-10-01'",
        ),
        (
            {"closures": ["2026-10-01"]},
            "a closure must be a pair of wall times, or a text like '2026-10-09T14:00/2026-10-09T18:00', "
            "got '2026-10-01'",
        ),
        (
            {"closures": ["2026-10-01T12:00/soon"]},
            "the end of a closure must be a text like '2026-10-09T14:00', got 'soon'",
        ),
        (
            {"closures": ["2026-10-02T00:00/2026-10-01T00:00"]},
            "a closure must end after it starts, got '2026-10-02T00:00:00/2026-10-01T00:00:00'",
        ),
        ({"closures": [(1, 2)]}, "the start of a closure must be a datetime without a zone, got 1"),
        (
            {"closures": ["2026-10-01T12:00Z/2026-10-01T13:00Z"]},
            "the start of a closure must be wall time of the calendar's zone, got "
            "datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.timez…. Leave out the zone.",
        ),
        (
            {"closures": ["0001-10-01T12:00/2026-10-01T13:00"]},
            "the start of a closure must lie in the years 2 to 9998, got '0001-10-01T12:00:00'",
        ),
        (
            {"covers": (2027, 2026)},
            "WorkCalendar.covers must be a year, (first year, last year), a period, or 'always', got (2027, 2026)",
        ),
        (
            {"covers": 2.5},
            "WorkCalendar.covers must be a year, (first year, last year), a period, or 'always', got 2.5",
        ),
        ({"beyond": "guess"}, "WorkCalendar.beyond must be 'refuse' or 'warn', got 'guess'"),
        ({"like": 1}, "WorkCalendar.like must be Conventions or the name of a preset, got 1"),
    ],
)
def test_a_part_that_makes_no_calendar_is_refused(parts, message):
    with pytest.raises(PolicyError) as caught:
        WorkCalendar(**parts)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Hours(((0, 90_000),)),
            "hours must start before 24:00 and end less than 24 hours later, or be '0-24', got (0, 90000)",
        ),
        (lambda: Conventions(night="dusk"), "Conventions.night must be one of ('start', 'day'), got 'dusk'"),
        (lambda: Conventions(unit=60), "Conventions.unit must be a timedelta, got 60"),
        (
            lambda: Conventions(unit=timedelta(0)),
            "Conventions.unit must be longer than nothing, got datetime.timedelta(0)",
        ),
        (
            lambda: Conventions(least=timedelta(-1)),
            "Conventions.least must not be negative, got datetime.timedelta(days=-1)",
        ),
        (
            lambda: OFFICE | AROUND,
            "combined calendars must be of one zone, got Asia/Shanghai and Europe/Paris",
        ),
        (lambda: OFFICE | 1, "a combined calendar must be made of calendars, got 1"),
        (lambda: CombinedCalendar(AROUND, "^", AROUND), "the operation must be one of ('|', '&', '-'), got '^'"),
        (
            lambda: evolve(AROUND, covers=2026) & evolve(AROUND, covers=2028),
            "combined calendars must cover some day in common, got 2026 and 2028",
        ),
        (lambda: HostCalendar(1, "UTC"), "HostCalendar.host must have 'covers' and 'periods', got 1"),
        (lambda: HostCalendar(AROUND, "UTC", beyond="x"), "HostCalendar.beyond must be 'refuse' or 'warn', got 'x'"),
        (
            lambda: OFFICE.add("1h", to=datetime(2026, 10, 8)),  # noqa: DTZ001
            "to must have a zone, got datetime.datetime(2026, 10, 8, 0, 0). Add it: .replace(tzinfo=zone), or "
            "calendar.local(…) for a wall time of the calendar's own zone.",
        ),
        (lambda: OFFICE.is_open(date(2026, 10, 8)), "at must be an aware datetime, got datetime.date(2026, 10, 8)"),
        (
            lambda: OFFICE.is_open(datetime(1, 1, 1, tzinfo=UTC)),
            "at must lie in the years 2 to 9998, got '0001-01-01T00:00:00+00:00'",
        ),
        (
            lambda: OFFICE.add("soon", to=at("2026-10-08T09:00")),
            "a duration must be a text like '2h', '90m', '30s' or '1d12h' (d is 24 hours), got 'soon'",
        ),
        (
            lambda: evolve(OFFICE, like="biz").add(timedelta(hours=-1), to=at("2026-10-08T09:00")),
            "a duration of working time must not be negative here, got '-1 day, 23:00:00'",
        ),
        (
            lambda: evolve(OFFICE, like=Conventions(reversed="refuse")).worked(
                at("2026-10-08T12:00"), at("2026-10-08T09:00")
            ),
            "the end 2026-10-08 09:00:00+08:00 is before the start 2026-10-08 12:00:00+08:00. Swap them, or count with "
            "reversed='signed'.",
        ),
        (
            lambda: evolve(OFFICE, like=Conventions(reversed="refuse")).working_days(
                date(2026, 10, 9), date(2026, 10, 8)
            ),
            "the end 2026-10-08 is before the start 2026-10-09. Swap them, or count with reversed='signed'.",
        ),
        (
            lambda: OFFICE.open_periods(at("2026-10-08T12:00"), at("2026-10-08T09:00")),
            "end must not be before the start 2026-10-08 12:00:00+08:00, got '2026-10-08 09:00:00+08:00'",
        ),
        (
            lambda: OFFICE.working_days(date(2026, 10, 8), date(2026, 10, 9), include="all"),
            "include must be one of ('end', 'start', 'both', 'neither'), got 'all'",
        ),
        (
            lambda: OFFICE.add_working_days(1.5, date(2026, 10, 8)),
            "the number of working days must be a whole number from -36525 to 36525, got 1.5",
        ),
        (
            lambda: OFFICE.working_day(at("2026-10-08T12:00")),
            "day must be a day, got datetime.datetime(2026, 10, 8, 12, 0, tzinfo=zoneinfo.ZoneI…. "
            "Choose the zone, then take its .date().",
        ),
        (
            lambda: AROUND.worked(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)),
            "a span of working time must be at most 200 years long, got '299 years'",
        ),
        (
            lambda: WorkCalendar(week={"mon": "9-17"}).is_open(at("2026-10-08T12:00")),
            "a calendar without a zone cannot answer. Bind it: calendar.in_zone('Asia/Shanghai').",
        ),
    ],
)
def test_a_wrong_part_or_question_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message


def test_calendars_to_combine_have_the_same_conventions():
    with pytest.raises(PolicyError, match=r"^combined calendars must have the same conventions, got Conventions"):
        AROUND & evolve(AROUND, like="biz")


def test_an_unknown_preset_is_refused():
    with pytest.raises(LookupError) as caught:
        WorkCalendar("UTC", like="bizz")
    assert str(caught.value).startswith("unknown preset of conventions 'bizz'; did you mean 'biz'? (have: biz, ")


# Other calendars


class Host:
    """A host's own calendar: open from 8 to 9 UTC every day of 2026."""

    covers = Year(2026)

    def periods(self, start, end):
        day = start.astimezone(UTC).date()
        while day <= end.astimezone(UTC).date():
            opening = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
            yield opening, opening + timedelta(hours=1)
            day += timedelta(days=1)


def test_a_hosts_calendar_is_asked_like_ours():
    host = HostCalendar(Host(), "Asia/Shanghai")
    assert told(host.add("90m", to=at("2026-05-01T12:00"))) == "2026-05-02T16:30+08:00"
    assert host.working_days(date(2026, 5, 1), date(2026, 5, 31)) == 30
    assert host.covers == Year(2026)
    assert len(host.hours_on(date(2026, 5, 1))) == 1
    with pytest.raises(HorizonError):
        host.add("2h", to=at("2026-12-31T16:00"))
    with pytest.warns(HorizonWarning):
        evolve(host, beyond="warn").add("2h", to=at("2026-12-31T16:00"))
    both = host | OFFICE
    assert both.covers == Year(2026)
    assert both.beyond == "refuse"
    assert str((host & OFFICE).worked(at("2026-10-08T00:00"), at("2026-10-09T00:00"))) == "1:00:00"


def test_a_hosts_periods_must_be_in_order():
    class Upside(Host):
        def periods(self, start, end):
            yield end, start

    with pytest.raises(PolicyError, match=r"^periods of a host's calendar must be in order and apart, got"):
        HostCalendar(Upside(), "UTC").next_open(at("2026-05-01T12:00"))


def test_combined_calendars_share_their_horizon_and_tell_their_days():
    late = WorkCalendar("Asia/Shanghai", week={"thu": "18-24"}, covers=(2026, 2027))
    both = OFFICE | late
    assert both.covers == Period(date(2026, 1, 1), date(2027, 1, 1))
    assert both.working_days(date(2026, 10, 4), date(2026, 10, 11)) == 6
    assert repr(both) == f"<CombinedCalendar ({OFFICE}) | ({late})>"
    assert (evolve(OFFICE, beyond="warn") - evolve(late, beyond="warn")).beyond == "warn"
    assert (AROUND | evolve(AROUND, covers=2026)).covers == Year(2026)
    assert (AROUND | AROUND).covers is None
    with pytest.raises(HorizonError):
        both.is_open(at("2027-02-01T09:00"))


def test_a_calendar_tells_what_it_is():
    assert str(OFFICE) == ("Asia/Shanghai: mon-fri 9-12, 13-18, 2 holidays, 2 overrides, 1 closures, covers 2026")
    assert repr(WorkCalendar()) == "<WorkCalendar no zone: closed>"
    assert list(OFFICE.periods(at("2026-10-08T00:00"), at("2026-10-08T12:30"))) == [
        (at("2026-10-08T09:00"), at("2026-10-08T12:00"))
    ]


def test_open_periods_are_one_over_years():
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    assert list(AROUND.open_periods(start, end)) == [(start, end)]
    assert list(AROUND.open_periods(start, end, latest_first=True)) == [(start, end)]
    assert list(AROUND.open_periods(start, start)) == []
