"""Laws that every calendar keeps."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmrules.worktime import Conventions, HostCalendar, Hours, Week, WorkCalendar

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)
TEXTS = ("9-12, 13-18", "9-17", "22-6", "0-24", "1:30-2:30, 23-24", "closed", "0-0:30", "18-8:15")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
INSTANTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=60))


@st.composite
def calendars(draw: st.DrawFn, zone: str | None = None, like: Conventions | None = None) -> WorkCalendar:
    """Draw a calendar that is open some time every week."""
    hours = st.sampled_from(TEXTS)
    week = Week(tuple(Hours.parse(draw(hours)) for _ in range(7)))
    assume(any(week.days))
    return WorkCalendar(
        zone or draw(st.sampled_from(ZONES)),
        week=week,
        holidays=draw(st.lists(DAYS, max_size=8)),
        overrides=draw(st.dictionaries(DAYS, hours, max_size=5)),
        covers="always",
        like=like or Conventions(),
    )


@given(calendars(), INSTANTS, LENGTHS, LENGTHS)
def test_adding_twice_is_adding_the_sum(calendar, at, first, second):
    assert calendar.add(second, to=calendar.add(first, to=at)) == calendar.add(first + second, to=at)


@given(calendars(), INSTANTS, LENGTHS, LENGTHS)
def test_subtracting_twice_is_subtracting_the_sum(calendar, at, first, second):
    once = calendar.subtract(first, before=at)
    assert calendar.subtract(second, before=once) == calendar.subtract(first + second, before=at)


@given(calendars(), INSTANTS, LENGTHS, st.sampled_from(["closing", "opening"]))
def test_what_was_added_has_been_worked(calendar, at, length, bound):
    asked = evolve(calendar, like=Conventions(deadline=bound, back=bound))
    assert asked.worked(at, asked.add(length, to=at)) == length
    assert asked.worked(asked.subtract(length, before=at), at) == length
    assert asked.worked(at, asked.subtract(length, before=at)) == -length


@given(calendars(), INSTANTS, INSTANTS, INSTANTS)
def test_time_worked_adds_up(calendar, first, second, third):
    one, two = calendar.worked(first, second), calendar.worked(second, third)
    assert one + two == calendar.worked(first, third)


@given(calendars(), INSTANTS, LENGTHS, st.lists(DAYS, max_size=10))
def test_more_holidays_never_make_a_deadline_earlier(calendar, at, length, more):
    off = evolve(calendar, holidays=(*calendar.holidays, *more))
    assert off.add(length, to=at) >= calendar.add(length, to=at)


@given(calendars(), INSTANTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_the_open_periods_are_what_is_worked(calendar, at, span):
    periods = list(calendar.open_periods(at, at + span))
    assert sum((end.astimezone(UTC) - start for start, end in periods), timedelta(0)) == calendar.worked(at, at + span)
    assert periods == sorted(periods)
    assert list(calendar.open_periods(at, at + span, latest_first=True)) == periods[::-1]
    assert all(calendar.is_open(start) and not calendar.is_open(end) for start, end in periods[1:-1])


@given(calendars(), DAYS, st.integers(-25, 25), st.integers(0, 25), st.sampled_from(["count", "roll"]))
def test_working_days_add_up_and_are_counted_back(calendar, day, n, more, off_day):
    asked = evolve(calendar, like=Conventions(off_day=off_day))
    further = more if n >= 0 else -more
    assert asked.add_working_days(further, asked.add_working_days(n, day)) == asked.add_working_days(n + further, day)
    if off_day == "count":
        found = asked.add_working_days(n, day)
        assert asked.working_days(day, found) == n
        assert asked.working_days(found, day, include="start") == -n


@settings(max_examples=max(20, settings().max_examples // 5))  # thirty calendars each
@given(st.data(), st.sampled_from(ZONES), INSTANTS)
def test_the_algebra_is_that_of_sets(data, zone, at):
    a, b, c = (data.draw(calendars(zone)) for _ in range(3))
    end = at + timedelta(days=16)

    def told(calendar):
        return list(calendar.open_periods(at, end))

    assert told(a | b) == told(b | a)
    assert told(a & b) == told(b & a)
    assert told((a | b) | c) == told(a | (b | c))
    assert told((a & b) & c) == told(a & (b & c))
    assert told(a & (b | c)) == told((a & b) | (a & c))
    assert told(a - (b | c)) == told((a - b) & (a - c))
    assert told((a - b) | (a & b)) == told(a) == told(a | a) == told(a & a)
    assert told(a - a) == []
    assert (a | b).worked(at, end) + (a & b).worked(at, end) == a.worked(at, end) + b.worked(at, end)
    assert (a | b).is_open(at) == (a.is_open(at) or b.is_open(at))
    assert (a - b).is_open(at) == (a.is_open(at) and not b.is_open(at))


@given(calendars(), INSTANTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_calendar_plugged_in_as_a_host_answers_the_same(calendar, at, span):
    host = HostCalendar(calendar, calendar.zone)
    assert list(host.open_periods(at, at + span)) == list(calendar.open_periods(at, at + span))
    assert host.add("7h30m", to=at) == calendar.add("7h30m", to=at)
    assert host.next_open(at) == calendar.next_open(at)


@given(calendars(), INSTANTS, LENGTHS)
def test_a_calendar_is_a_value(calendar, at, length):
    calendar.add(length, to=at)
    again = pickle.loads(pickle.dumps(calendar))
    assert (again, hash(again), repr(again)) == (calendar, hash(calendar), repr(calendar))
    assert again.add(length, to=at) == calendar.add(length, to=at)
    both = pickle.loads(pickle.dumps(calendar | again))
    assert both == (calendar | again)
    assert hash(both) == hash(calendar | again)


@given(st.sampled_from(TEXTS), st.lists(st.sampled_from(TEXTS), min_size=7, max_size=7))
def test_hours_and_weeks_are_read_back_from_their_text(text, week):
    hours = Hours.parse(text)
    assert Hours.parse(str(hours)) == hours
    days = Week(tuple(map(Hours.parse, week)))
    assert Week.parse(str(days)) == days
    assert eval(repr(days), {"Week": Week}) == days  # noqa: S307  # the spelling is Python
    assert eval(repr(hours), {"Hours": Hours}) == hours  # noqa: S307


def test_threads_share_a_calendar():
    office = WorkCalendar("Europe/London", week={"mon-fri": "9-17"})
    starts = [datetime(2000 + number % 40, 5, 1, tzinfo=UTC) for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: office.add("100h", to=start), starts))
    alone = WorkCalendar("Europe/London", week={"mon-fri": "9-17"})
    assert found == [alone.add("100h", to=start) for start in starts]


@pytest.mark.parametrize("microseconds", [1, 999_999])
def test_parts_of_a_second_are_exact(microseconds):
    office = WorkCalendar("UTC", week={"mon-fri": "9-17"})
    start = datetime(2026, 10, 9, 16, 59, 59, microseconds, tzinfo=UTC)
    assert office.add(timedelta(seconds=1), to=start) == datetime(2026, 10, 12, 9, 0, 0, microseconds, tzinfo=UTC)
