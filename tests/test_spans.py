"""Calendar spans, counting on the calendar, and clock durations."""

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.spans import (
    Span,
    anniversary,
    days,
    duration,
    duration_text,
    full_months,
    full_years,
    months,
    weeks,
    years,
)

SPANS = st.integers(0, 1_200).map(months) | st.integers(0, 36_525).map(days)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
BERLIN = ZoneInfo("Europe/Berlin")


# Spans


@pytest.mark.parametrize(
    ("span", "text", "spelling"),
    [
        (days(0), "0 days", "days(0)"),
        (months(0), "0 days", "days(0)"),
        (days(1), "1 day", "days(1)"),
        (weeks(1), "7 days", "days(7)"),
        (months(1), "1 month", "months(1)"),
        (months(11), "11 months", "months(11)"),
        (years(1), "12 months", "months(12)"),
        (months(18), "18 months", "months(18)"),
        (months(24), "2 years", "years(2)"),
        (years(100), "100 years", "years(100)"),
        (days(36_525), "36525 days", "days(36525)"),
    ],
)
def test_a_span_has_one_text_and_one_spelling(span, text, spelling):
    assert (str(span), repr(span)) == (text, spelling)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("7 days", days(7)),
        ("1 days", days(1)),
        ("1 week", days(7)),
        ("2 weeks", days(14)),
        ("1 month", months(1)),
        ("24 months", years(2)),
        ("1 year", months(12)),
        ("P7D", days(7)),
        ("P2W", days(14)),
        ("P1M", months(1)),
        ("P2Y", months(24)),
        ("P0D", days(0)),
    ],
)
def test_a_span_is_read_from_plain_and_from_iso_text(text, span):
    assert Span.parse(text) == span


@given(SPANS)
def test_every_span_is_read_back_from_its_text_its_spelling_and_a_pickle(span):
    assert Span.parse(str(span)) == span
    assert eval(repr(span)) == span  # noqa: S307  # the spelling is Python
    assert pickle.loads(pickle.dumps(span)) == span
    assert hash(Span.parse(str(span))) == hash(span)


def test_thirty_days_are_not_a_month_and_a_span_is_no_timedelta():
    assert days(30) != months(1)
    assert days(1) != timedelta(days=1)
    with pytest.raises(TypeError):
        days(1) + timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "days",
        "7days",
        "7  days",
        "-1 day",
        "1.5 months",
        "P",
        "P1M10D",
        "PT2H",
        "p1m",
        "٧ days",
        7,
        None,
    ],
)
def test_a_text_that_is_no_span_is_refused(text):
    with pytest.raises(PolicyError) as caught:
        Span.parse(text)
    assert str(caught.value) == (f"a span must be a text like '7 days', '1 month', '2 years' or 'P1M', got {text!r}")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: days(-1), "days must be a whole number from 0 to 36525, got -1"),
        (lambda: days(36_526), "days must be a whole number from 0 to 36525, got 36526"),
        (lambda: weeks(5_218), "weeks must be a whole number from 0 to 5217, got 5218"),
        (lambda: months(1_201), "months must be a whole number from 0 to 1200, got 1201"),
        (lambda: months(1.0), "months must be a whole number from 0 to 1200, got 1.0"),
        (lambda: months(True), "months must be a whole number from 0 to 1200, got True"),
        (lambda: years("2"), "years must be a whole number from 0 to 100, got '2'"),
        (lambda: years(101), "years must be a whole number from 0 to 100, got 101"),
        (lambda: Span.parse("101 years"), "years must be a whole number from 0 to 100, got 101"),
        (lambda: Span(months=1_201), "Span.months must be a whole number from 0 to 1200, got 1201"),
        (lambda: Span(days=-1), "Span.days must be a whole number from 0 to 36525, got -1"),
        (lambda: Span(months=1, days=7), "Span must be of months or of days, got (1, 7)"),
    ],
)
def test_a_span_out_of_range_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message


# Moving along the calendar


@pytest.mark.parametrize(
    ("anchor", "span", "times", "expected"),
    [
        (date(2026, 1, 31), months(1), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), months(1), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), months(1), 2, date(2026, 3, 31)),
        (date(2026, 1, 31), months(1), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), months(1), -2, date(2025, 11, 30)),
        (date(2026, 11, 30), months(1), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), months(1), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), years(1), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), years(1), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), years(1), 1, date(2024, 2, 28)),
        (date(2026, 2, 25), days(7), 1, date(2026, 3, 4)),
        (date(2026, 2, 25), days(7), 0, date(2026, 2, 25)),
        (date(2026, 1, 31), days(0), 5, date(2026, 1, 31)),
        (date(9999, 11, 30), months(1), 1, date(9999, 12, 30)),
        (date(1, 1, 1), months(0), 1, date(1, 1, 1)),
    ],
)
def test_spans_are_counted_from_the_anchor_and_cut_to_the_end_of_the_month(anchor, span, times, expected):
    assert span.after(anchor, times=times) == expected
    assert span.before(anchor, times=-times) == expected


@given(DAYS, st.integers(0, 300), st.integers(-5, 5))
def test_months_agree_with_dateutil(anchor, count, times):
    assert months(count).after(anchor, times=times) == anchor + relativedelta(months=count * times)


@given(DAYS, SPANS)
def test_going_after_and_before_returns_unless_a_month_was_too_short(anchor, span):
    there_and_back = span.before(span.after(anchor))
    if span.days or anchor.day <= 28:
        assert there_and_back == anchor
    else:
        assert anchor - timedelta(days=3) <= there_and_back <= anchor


@given(DAYS, SPANS, st.integers(0, 3), st.integers(0, 3))
def test_more_spans_never_end_earlier(anchor, span, few, more):
    assert span.after(anchor, times=few) <= span.after(anchor, times=few + more)


@pytest.mark.parametrize(
    ("anchor", "span", "expected"),
    [
        # 02:30 is skipped on 29 March and comes twice on 25 October.
        ("2026-02-28T02:30+01:00", months(1), "2026-03-28T02:30+01:00"),
        ("2026-03-28T02:30+01:00", days(1), "2026-03-29T03:30+02:00"),
        ("2026-03-28T09:00+01:00", days(1), "2026-03-29T09:00+02:00"),
        ("2026-10-24T02:30+02:00", days(1), "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:30+01:00", days(1), "2026-10-26T02:30+01:00"),
        ("2026-10-25T02:30+01:00", days(0), "2026-10-25T02:30+01:00"),
    ],
)
def test_an_instant_keeps_its_wall_time_over_a_clock_change(anchor, span, expected):
    moved = span.after(datetime.fromisoformat(anchor).astimezone(BERLIN))
    assert moved.isoformat(timespec="minutes") == expected
    assert moved.tzinfo is BERLIN


def test_an_instant_moved_from_a_doubled_hour_lands_on_the_skipped_hour_going_forward():
    anchor = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert days(155).after(anchor).isoformat() == "2027-03-29T02:30:00+02:00"
    assert days(154).after(anchor).isoformat() == "2027-03-28T03:30:00+02:00"


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        ("2026-01-31", "the anchor of a span must be a date or an aware datetime, got '2026-01-31'"),
        (
            datetime(2026, 1, 31),  # noqa: DTZ001
            "the anchor of a span must have a zone, got datetime.datetime(2026, 1, 31, 0, 0). "
            "Add it: .replace(tzinfo=zone).",
        ),
    ],
)
def test_an_anchor_without_a_place_on_the_calendar_is_refused(anchor, message):
    with pytest.raises(PolicyError) as caught:
        months(1).after(anchor)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("span", "anchor", "times"),
    [
        (months(1), date(9999, 12, 1), 1),
        (months(1), date(1, 1, 31), -1),
        (days(1), date(9999, 12, 31), 1),
        (months(1), date(2026, 1, 31), 10**30),
        (days(1), datetime(9999, 12, 30, 23, tzinfo=ZoneInfo("America/New_York")), 1),
    ],
)
def test_a_span_that_leaves_the_calendar_is_refused(span, anchor, times):
    with pytest.raises(PolicyError) as caught:
        span.after(anchor, times=times)
    assert str(caught.value) == (
        f"{times} x {span} from {anchor} must be on the calendar (real days of the years 1 to 9999)"
    )


# Full years and months


@pytest.mark.parametrize(
    ("start", "end", "clipped", "moved"),
    [
        (date(2023, 6, 30), date(2026, 6, 29), 2, 2),
        (date(2023, 6, 30), date(2026, 6, 30), 3, 3),
        (date(2023, 6, 30), date(2026, 7, 1), 3, 3),
        (date(2026, 6, 30), date(2026, 6, 30), 0, 0),
        (date(2024, 2, 29), date(2025, 2, 27), 0, 0),
        (date(2024, 2, 29), date(2025, 2, 28), 1, 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1, 1),
        (date(2024, 2, 29), date(2028, 2, 28), 3, 3),
        (date(2024, 2, 29), date(2028, 2, 29), 4, 4),
        (date(2023, 2, 28), date(2024, 2, 28), 1, 1),
        (date(2023, 3, 1), date(2024, 2, 29), 0, 0),
        (date(2023, 12, 31), date(2024, 1, 1), 0, 0),
        (date(1, 1, 1), date(9999, 12, 31), 9998, 9998),
    ],
)
def test_a_year_is_full_on_its_anniversary(start, end, clipped, moved):
    assert full_years(start, end) == full_years(start, end, leap_day="feb28") == clipped
    assert full_years(start, end, leap_day="mar1") == moved


def test_three_years_are_not_three_times_365_days():
    start = date(2023, 6, 30)
    assert full_years(start, start + timedelta(days=3 * 365)) == 2


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 30), 1),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2026, 2, 28), date(2026, 3, 28), 1),
        (date(2025, 12, 31), date(2026, 1, 30), 0),
        (date(2026, 6, 30), date(2026, 6, 30), 0),
        (date(1, 1, 1), date(9999, 12, 31), 119_987),
    ],
)
def test_a_month_is_full_on_its_day_or_at_the_end_of_a_shorter_month(start, end, expected):
    assert full_months(start, end) == expected


@given(DAYS, DAYS)
def test_full_years_and_months_are_the_largest_that_fit(one, other):
    start, end = sorted((one, other))
    whole_years, whole_months = full_years(start, end), full_months(start, end)
    assert start + relativedelta(years=whole_years) <= end < start + relativedelta(years=whole_years + 1)
    assert start + relativedelta(months=whole_months) <= end < start + relativedelta(months=whole_months + 1)


@pytest.mark.parametrize(
    ("year", "leap_day", "expected"),
    [
        (2012, "mar1", date(2012, 2, 29)),
        (2013, "mar1", date(2013, 3, 1)),
        (2013, "feb28", date(2013, 2, 28)),
        (2016, "feb28", date(2016, 2, 29)),
        (1900, "feb28", date(1900, 2, 28)),
        (2000, "mar1", date(2000, 2, 29)),
    ],
)
def test_a_leap_day_has_its_anniversary_where_the_option_says(year, leap_day, expected):
    assert anniversary(date(2012, 2, 29), year, leap_day=leap_day) == expected


@pytest.mark.parametrize("day", [date(2024, 2, 28), date(2024, 3, 1), date(2024, 12, 31)])
def test_any_other_day_keeps_its_number(day):
    assert anniversary(day, 2025) == day.replace(year=2025)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: full_years(date(2026, 2, 1), date(2026, 1, 31)),
            "the end 2026-01-31 is before the start 2026-02-01. Only time that has passed is counted.",
        ),
        (
            lambda: full_months(date(2026, 2, 1), date(2026, 1, 31)),
            "the end 2026-01-31 is before the start 2026-02-01. Only time that has passed is counted.",
        ),
        (lambda: full_years("2026-01-01", date(2026, 1, 31)), "start must be a date, got '2026-01-01'"),
        (
            lambda: full_months(date(2026, 1, 1), datetime(2026, 1, 31, tzinfo=UTC)),
            "end must be a day, got datetime.datetime(2026, 1, 31, 0, 0, tzinfo=datetime.timezo…. "
            "Choose the zone, then take its .date().",
        ),
        (
            lambda: full_years(date(2024, 2, 29), date(2026, 1, 1), leap_day="feb29"),
            "leap_day must be 'feb28' or 'mar1', got 'feb29'",
        ),
        (
            lambda: anniversary(date(2024, 2, 29), 0),
            "the year of an anniversary must be a whole number from 1 to 9999, got 0",
        ),
        (lambda: anniversary(None, 2026), "anniversary must be a date, got None"),
    ],
)
def test_a_count_of_what_cannot_be_counted_is_refused(call, message):
    with pytest.raises(PolicyError) as caught:
        call()
    assert str(caught.value) == message


# Durations


@pytest.mark.parametrize(
    ("text", "hours", "canonical"),
    [
        ("2h", 2, "2h"),
        ("90m", 1.5, "1h30m"),
        ("48h", 48, "48h"),
        ("2d", 48, "48h"),
        ("1d12h", 36, "36h"),
        ("1d2h3m36s", 26.06, "26h3m36s"),
        ("3600s", 1, "1h"),
        ("0s", 0, "0s"),
        ("36525d", 876_600, "876600h"),
    ],
)
def test_a_duration_is_read_from_text_and_has_one_text(text, hours, canonical):
    assert duration(text) == timedelta(hours=hours)
    assert duration_text(duration(text)) == canonical


@given(st.timedeltas(timedelta(0), timedelta(days=36_525)).map(lambda td: timedelta(td.days, td.seconds)))
def test_every_duration_is_read_back_from_its_text(length):
    assert duration(duration_text(length)) == length


def test_a_duration_that_is_one_already_is_returned():
    assert duration(timedelta(minutes=5)) == timedelta(minutes=5)


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "2h30", "30m2h", "1.5h", "-2h", "2H", "PT2H", "2 days", 2, None])
def test_a_text_that_is_no_duration_is_refused(text):
    with pytest.raises(PolicyError) as caught:
        duration(text)
    assert str(caught.value) == (
        f"a duration must be a text like '2h', '90m', '30s' or '1d12h' (d is 24 hours), got {text!r}"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: duration("876601h"), "a duration must be from 0s to 876600h, got '876601h'"),
        (
            lambda: duration(timedelta(seconds=-1)),
            "a duration must be from 0s to 876600h, got datetime.timedelta(days=-1, seconds=86399)",
        ),
        (
            lambda: duration_text(timedelta(seconds=-1)),
            "a duration must be from 0s to 876600h, got datetime.timedelta(days=-1, seconds=86399)",
        ),
        (
            lambda: duration_text(timedelta(microseconds=1)),
            "a duration must be in whole seconds, got datetime.timedelta(microseconds=1)",
        ),
    ],
)
def test_a_duration_that_cannot_be_told_is_refused(call, message):
    with pytest.raises(PolicyError) as caught:
        call()
    assert str(caught.value) == message
