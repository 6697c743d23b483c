"""Periods of days, and windows that are placed by a day."""

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.periods import (
    FiscalYear,
    HalfYear,
    IsoWeek,
    Month,
    Period,
    Quarter,
    Trailing,
    Window,
    Year,
)
from crmrules.spans import Span, days, months, weeks, years

ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
YEARS = st.integers(1900, 2199)
UNITS = st.sampled_from(["year", "half-year", "quarter", "month"])
NAMED = (
    st.builds(Year, YEARS)
    | st.builds(HalfYear, YEARS, st.integers(1, 2))
    | st.builds(Quarter, YEARS, st.integers(1, 4))
    | st.builds(Month, YEARS, st.integers(1, 12))
    | st.builds(IsoWeek, YEARS, st.integers(1, 52))
    | st.builds(lambda year, starts: FiscalYear(year, starts=starts), YEARS, st.integers(1, 12))
)
PERIODS = NAMED | st.builds(lambda day, n: Period(day, day + n * ONE_DAY), DAYS, st.integers(1, 500))
SPANS = st.integers(1, 240).map(months) | st.integers(1, 4_000).map(days)
WINDOWS = (
    st.just(Window.lifetime())
    | st.builds(Window.trailing, SPANS)
    | st.builds(Window.to_date, UNITS)
    | st.builds(Window.last, UNITS)
    | st.builds(lambda starts: Window.to_date("year", starts=starts), st.integers(1, 12))
    | st.builds(lambda starts: Window.last("year", starts=starts), st.integers(1, 12))
)


# Periods


@pytest.mark.parametrize(
    ("period", "start", "end", "name"),
    [
        (Year(2026), date(2026, 1, 1), date(2027, 1, 1), "2026"),
        (Year(987), date(987, 1, 1), date(988, 1, 1), "0987"),
        (HalfYear(2026, 1), date(2026, 1, 1), date(2026, 7, 1), "2026-H1"),
        (HalfYear(2026, 2), date(2026, 7, 1), date(2027, 1, 1), "2026-H2"),
        (Quarter(2026, 1), date(2026, 1, 1), date(2026, 4, 1), "2026-Q1"),
        (Quarter(2026, 4), date(2026, 10, 1), date(2027, 1, 1), "2026-Q4"),
        (Month(2026, 2), date(2026, 2, 1), date(2026, 3, 1), "2026-02"),
        (Month(2026, 12), date(2026, 12, 1), date(2027, 1, 1), "2026-12"),
        (Month(9999, 11), date(9999, 11, 1), date(9999, 12, 1), "9999-11"),
        (FiscalYear(2026, starts=4), date(2026, 4, 1), date(2027, 4, 1), "2026-04-01/2027-04-01"),
        (FiscalYear(2026, starts=1), date(2026, 1, 1), date(2027, 1, 1), "2026"),
        (IsoWeek(2026, 1), date(2025, 12, 29), date(2026, 1, 5), "2026-W01"),
        (IsoWeek(2020, 53), date(2020, 12, 28), date(2021, 1, 4), "2020-W53"),
        (
            Period(date(2026, 2, 1), date(2026, 5, 1)),
            date(2026, 2, 1),
            date(2026, 5, 1),
            "2026-02-01/2026-05-01",
        ),
        (
            Period(date(2026, 2, 2), date(2026, 3, 2)),
            date(2026, 2, 2),
            date(2026, 3, 2),
            "2026-02-02/2026-03-02",
        ),
        (
            Period(date(2026, 1, 1), date(2028, 1, 1)),
            date(2026, 1, 1),
            date(2028, 1, 1),
            "2026-01-01/2028-01-01",
        ),
        (
            Period(date(2026, 1, 6), date(2026, 1, 13)),
            date(2026, 1, 6),
            date(2026, 1, 13),
            "2026-01-06/2026-01-13",
        ),
    ],
)
def test_a_period_has_two_dates_and_a_name_found_from_them(period, start, end, name):
    assert (period.start, period.end, period.name, str(period)) == (start, end, name, name)
    assert Period.parse(name) == period


def test_a_quarter_written_out_is_the_quarter():
    written = Period.parse("2026-07-01/2026-10-01")
    assert written == Quarter(2026, 3)
    assert hash(written) == hash(Quarter(2026, 3))
    assert repr(written) == "Period(start=datetime.date(2026, 7, 1), end=datetime.date(2026, 10, 1))"


@given(PERIODS)
def test_every_period_is_read_back_from_its_text_and_a_pickle(period):
    assert Period.parse(str(period)) == period
    assert pickle.loads(pickle.dumps(period)) == period


def test_the_end_is_the_first_day_that_no_longer_belongs():
    quarter = Quarter(2026, 3)
    around = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)]
    assert [day in quarter for day in around] == [False, True, True, False]
    assert [quarter.contains(day) for day in around] == [False, True, True, False]
    assert (quarter.last_day, quarter.days) == (date(2026, 9, 30), 92)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("2026-Q2", False),
        ("2026-06-30/2026-07-02", True),
        ("2026-09", True),
        ("2026-Q4", False),
        ("2026", True),
    ],
)
def test_periods_overlap_if_they_share_a_day(other, expected):
    quarter = Quarter(2026, 3)
    assert quarter.overlaps(Period.parse(other)) is Period.parse(other).overlaps(quarter) is expected


@given(YEARS)
def test_the_parts_of_a_year_hold_each_of_its_days_once(year):
    for parts in (
        [HalfYear(year, n) for n in (1, 2)],
        [Quarter(year, n) for n in (1, 2, 3, 4)],
        [Month(year, n) for n in range(1, 13)],
    ):
        assert parts[0].start == Year(year).start
        assert parts[-1].end == Year(year).end
        assert all(one.end == other.start for one, other in pairwise(parts))
        assert sum(part.days for part in parts) == Year(year).days


@given(DAYS, st.lists(PERIODS, min_size=1, max_size=3))
def test_days_and_membership_agree_with_counting(day, periods):
    for period in periods:
        inside = [period.start + n * ONE_DAY for n in range(period.days)]
        assert inside[-1] == period.last_day
        assert (day in period) is (day in inside)


@pytest.mark.parametrize(
    ("period", "previous", "last_year"),
    [
        ("2026", "2025", "2025"),
        ("2026-H1", "2025-H2", "2025-H1"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-03", "2026-02", "2025-03"),
        ("2024-03", "2024-02", "2023-03"),
        ("2024-02", "2024-01", "2023-02"),
        ("2025-02", "2025-01", "2024-02"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2021-W01", "2020-W53", "2020-W01"),
        ("2020-W53", "2020-W52", "2019-W52"),
        ("2026-04-01/2027-04-01", "2025-04-01/2026-04-01", "2025-04-01/2026-04-01"),
        ("2026-02-16/2026-03-16", "2026-01-16/2026-02-16", "2025-02-16/2025-03-16"),
        ("2026-01-31/2026-03-31", "2025-11-30/2026-01-31", "2025-01-31/2025-03-31"),
        ("2026-03-02/2026-03-04", "2026-02-28/2026-03-02", "2025-03-02/2025-03-04"),
        ("2024-02-28/2024-02-29", "2024-02-27/2024-02-28", "2023-02-28/2023-03-01"),
        ("2024-02-29/2024-03-01", "2024-02-28/2024-02-29", "2023-02-28/2023-03-01"),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_with_last_year(period, previous, last_year):
    assert str(Period.parse(period).previous()) == previous
    assert str(Period.parse(period).same_last_year()) == last_year


def test_the_month_before_march_is_february_and_not_31_days():
    # The bug of tatu issue 50: a window of the same length gave 28 January to 28 February.
    assert Period(date(2026, 3, 1), date(2026, 4, 1)).previous() == Month(2026, 2)


@given(PERIODS)
def test_the_previous_period_ends_where_this_one_starts(period):
    assert period.previous().end == period.start


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Period(date(2026, 1, 2), date(2026, 1, 2)),
            "Period.end must be after its start 2026-01-02, got 2026-01-02",
        ),
        (lambda: Period("2026-01-01", date(2026, 1, 2)), "Period.start must be a date, got '2026-01-01'"),
        (lambda: Period(date(2026, 1, 1), None), "Period.end must be a date, got None"),
        (
            lambda: datetime(2026, 1, 1, tzinfo=UTC) in Year(2026),
            "a day of a period must be a day, got datetime.datetime(2026, 1, 1, 0, 0, "
            "tzinfo=datetime.timezon…. Choose the zone, then take its .date().",
        ),
        (lambda: Year(0), "the year of Year must be a whole number from 1 to 9999, got 0"),
        (
            lambda: Year(9999),
            "the end of the Year from 9999-01-01 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (lambda: HalfYear(2026, 3), "the number of HalfYear must be a whole number from 1 to 2, got 3"),
        (lambda: Quarter(2026, 0), "the number of Quarter must be a whole number from 1 to 4, got 0"),
        (lambda: Month(2026, 13), "the number of Month must be a whole number from 1 to 12, got 13"),
        (lambda: Period.parse("2026-13"), "the number of Month must be a whole number from 1 to 12, got 13"),
        (
            lambda: FiscalYear(2026, starts=0),
            "FiscalYear.starts must be a whole number from 1 to 12, got 0",
        ),
        (
            lambda: FiscalYear(9999, starts=4),
            "FiscalYear(9999, starts=4) must be on the calendar (real days of the years 1 to 9999)",
        ),
        (lambda: IsoWeek(0, 1), "the year of IsoWeek must be a whole number from 1 to 9999, got 0"),
        (lambda: IsoWeek(2026, 54), "the number of IsoWeek must be a whole number from 1 to 53, got 54"),
        (
            lambda: IsoWeek(2025, 53),
            "week 53 of 2025 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Period.parse("2026-02-29/2026-03-01"),
            "both 2026-02-29 and 2026-03-01 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Year(1).previous(),
            "the period before 0001 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Period(date(1, 1, 2), date(1, 1, 5)).previous(),
            "the period before 0001-01-02/0001-01-05 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Year(1).same_last_year(),
            "the year of an anniversary must be a whole number from 1 to 9999, got 0",
        ),
        (
            lambda: IsoWeek(1, 1).same_last_year(),
            "the year before 0001-W01 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (lambda: Trailing(months(1), None), "as_of must be a date, got None"),
        (
            lambda: Trailing(months(1), date(1, 1, 31)),
            "-1 x 1 month from 0001-01-31 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Trailing(months(1), date(9999, 12, 31)),
            "the day after 9999-12-31 must be on the calendar (real days of the years 1 to 9999)",
        ),
    ],
)
def test_a_period_that_is_none_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["", "26", "2026-3", "2026-Q10", "2026-h1", "2026-01-01", "２０２６", " 2026", 2026, None]
)
def test_a_text_that_is_no_period_is_refused(text):
    with pytest.raises(PolicyError) as caught:
        Period.parse(text)
    assert str(caught.value) == (
        "a period must be a text like '2026', '2026-H1', '2026-Q3', '2026-03', '2026-W01' or "
        f"'2026-01-01/2026-04-01', got {text!r}"
    )


# The days up to and including as_of


@pytest.mark.parametrize(
    ("span", "as_of", "expected"),
    [
        (months(12), date(2026, 6, 30), "2025-07-01/2026-07-01"),
        (years(1), date(2026, 6, 29), "2025-06-30/2026-06-30"),
        (months(1), date(2026, 3, 31), "2026-03"),
        (months(1), date(2026, 2, 28), "2026-01-29/2026-03-01"),
        (months(12), date(2024, 2, 29), "2023-03-01/2024-03-01"),
        (months(12), date(2025, 2, 28), "2024-02-29/2025-03-01"),
        (days(90), date(2026, 3, 31), "2026-Q1"),
        (weeks(1), date(2026, 1, 4), "2026-W01"),
        (days(1), date(2026, 1, 4), "2026-01-04/2026-01-05"),
    ],
)
def test_a_trailing_period_starts_the_day_after_and_includes_the_day_of_asking(span, as_of, expected):
    assert str(Trailing(span, as_of)) == expected
    assert Window.trailing(span).at(as_of) == Trailing(span, as_of)


@given(DAYS, SPANS)
def test_a_trailing_period_holds_its_last_day_and_not_the_one_a_span_ago(as_of, span):
    period = Trailing(span, as_of)
    assert period.last_day == as_of
    assert period.start == span.before(as_of) + ONE_DAY


# Windows


@pytest.mark.parametrize(
    ("text", "as_of", "expected"),
    [
        ("lifetime", date(2026, 6, 30), "0001-01-01/2026-07-01"),
        ("trailing 12 months", date(2026, 6, 30), "2025-07-01/2026-07-01"),
        ("trailing 90 days", date(2026, 6, 30), "2026-04-02/2026-07-01"),
        ("calendar year to date", date(2026, 6, 30), "2026-H1"),
        ("calendar year to date", date(2026, 1, 1), "2026-01-01/2026-01-02"),
        ("calendar year to date", date(2026, 12, 31), "2026"),
        ("last calendar year", date(2026, 1, 1), "2025"),
        ("last calendar year", date(2025, 12, 31), "2024"),
        ("calendar half-year to date", date(2026, 7, 1), "2026-07-01/2026-07-02"),
        ("last calendar half-year", date(2026, 6, 30), "2025-H2"),
        ("last calendar half-year", date(2026, 7, 1), "2026-H1"),
        ("calendar quarter to date", date(2026, 3, 31), "2026-Q1"),
        ("last calendar quarter", date(2026, 3, 31), "2025-Q4"),
        ("last calendar quarter", date(2026, 4, 1), "2026-Q1"),
        ("calendar month to date", date(2024, 2, 29), "2024-02"),
        ("last calendar month", date(2024, 3, 31), "2024-02"),
        ("last calendar month", date(2026, 1, 31), "2025-12"),
        ("fiscal year from april to date", date(2026, 4, 1), "2026-04-01/2026-04-02"),
        ("fiscal year from april to date", date(2026, 3, 31), "2025-04-01/2026-04-01"),
        ("last fiscal year from april", date(2026, 3, 31), "2024-04-01/2025-04-01"),
        ("last fiscal year from april", date(2026, 4, 1), "2025-04-01/2026-04-01"),
        ("last fiscal year from december", date(2026, 11, 30), "2024-12-01/2025-12-01"),
        ("last fiscal year from december", date(2026, 12, 1), "2025-12-01/2026-12-01"),
    ],
)
def test_a_window_is_placed_by_the_day_of_asking(text, as_of, expected):
    window = Window.parse(text)
    assert str(window) == text
    assert str(window.at(as_of)) == expected


@pytest.mark.parametrize(
    ("text", "window", "canonical"),
    [
        ("trailing 1 year", Window.trailing(months(12)), "trailing 12 months"),
        ("trailing 24 months", Window.trailing(years(2)), "trailing 2 years"),
        ("trailing P90D", Window.trailing(days(90)), "trailing 90 days"),
        ("fiscal year from january to date", Window.to_date("year"), "calendar year to date"),
        ("last fiscal year from january", Window.last("year"), "last calendar year"),
    ],
)
def test_what_means_the_same_has_one_text(text, window, canonical):
    assert Window.parse(text) == window
    assert str(Window.parse(text)) == canonical


@given(WINDOWS)
def test_every_window_is_read_back_from_its_text_its_spelling_and_a_pickle(window):
    assert Window.parse(str(window)) == window
    assert eval(repr(window)) == window  # noqa: S307  # the spelling is Python
    assert pickle.loads(pickle.dumps(window)) == window
    assert hash(Window.parse(str(window))) == hash(window)


@given(WINDOWS, DAYS)
def test_only_a_last_window_leaves_out_the_day_of_asking(window, as_of):
    period = window.at(as_of)
    assert period.last_day == as_of if window.reach != "last" else period.last_day < as_of


@given(UNITS, st.integers(1, 12), DAYS)
def test_the_last_unit_ends_where_the_unit_to_date_starts(unit, starts, as_of):
    starts = starts if unit == "year" else 1
    last, to_date = Window.last(unit, starts=starts).at(as_of), Window.to_date(unit, starts=starts).at(as_of)
    lengths = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
    assert last.end == to_date.start
    assert last.start + relativedelta(months=lengths[unit]) == last.end
    assert as_of < to_date.start + relativedelta(months=lengths[unit])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "year",
        "trailing",
        "last year",
        "calendar year",
        "last calendar year to date",
        "Lifetime",
        "calendar week",
        7,
    ],
)
def test_a_text_that_is_no_window_is_refused(text):
    with pytest.raises(PolicyError) as caught:
        Window.parse(text)
    assert str(caught.value) == (
        "a window must be a text like 'lifetime', 'trailing 12 months', 'calendar year to date', "
        f"'last calendar quarter' or 'last fiscal year from april', got {text!r}"
    )


CHOICES = "('year', 'half-year', 'quarter', 'month')"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Window("ever"),
            "Window.reach must be one of ('lifetime', 'trailing', 'to date', 'last'), got 'ever'",
        ),
        (
            lambda: Window("trailing"),
            "Window.span must be a calendar span of a day or more, such as months(12), got None",
        ),
        (
            lambda: Window.trailing(Span()),
            "Window.span must be a calendar span of a day or more, such as months(12), got days(0)",
        ),
        (
            lambda: Window.trailing(timedelta(days=7)),
            "Window.span must be a calendar span of a day or more, such as months(12), got datetime.timedelta(days=7)",
        ),
        (
            lambda: Window.parse("trailing 12 moons"),
            "a span must be a text like '7 days', '1 month', '2 years' or 'P1M', got '12 moons'",
        ),
        (
            lambda: Window("last", span=days(7), unit="year"),
            "Window.span must be left out of a 'last' window, got days(7)",
        ),
        (lambda: Window.last("week"), f"Window.unit must be one of {CHOICES}, got 'week'"),
        (lambda: Window("to date"), f"Window.unit must be one of {CHOICES}, got None"),
        (
            lambda: Window("lifetime", unit="year"),
            "Window.unit must be left out of a 'lifetime' window, got 'year'",
        ),
        (
            lambda: Window.to_date("year", starts=13),
            "Window.starts must be a whole number from 1 to 12, got 13",
        ),
        (
            lambda: Window.to_date("quarter", starts=4),
            "Window.starts must be left out where the unit is not a year, got 4",
        ),
        (
            lambda: Window("lifetime", starts=2),
            "Window.starts must be left out where the unit is not a year, got 2",
        ),
        (lambda: Window.lifetime().at("2026-06-30"), "as_of must be a date, got '2026-06-30'"),
        (
            lambda: Window.lifetime().at(date(9999, 12, 31)),
            "the window 'lifetime' as of 9999-12-31 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Window.last("year").at(date(1, 6, 30)),
            "the window 'last calendar year' as of 0001-06-30 must be on the calendar "
            "(real days of the years 1 to 9999)",
        ),
    ],
)
def test_a_window_whose_parts_do_not_fit_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message
