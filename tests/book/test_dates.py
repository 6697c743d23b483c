"""Dates and times of files: every format, at the edges of what is read and what is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.book import Column, FileMap
from crmrules.book._dates import format_fault, moment_reader

LONDON = ZoneInfo("Europe/London")


def read(folder, texts, type_="date", zone="Europe/London", **options):
    """Read texts as a column ``x``."""
    file_map = FileMap("visits", columns=(Column("x", type=type_, **options),))
    return folder.read("x\n" + "".join(f'"{text}"\n' for text in texts), file_map, timezone=zone)


@pytest.mark.parametrize(
    ("format_", "text", "day"),
    [
        ("", "2026-01-05", date(2026, 1, 5)),
        ("iso", " 2024-02-29 ", date(2024, 2, 29)),
        ("", "2026-01-05T23:59:59.5", date(2026, 1, 5)),
        ("", "2026-01-05 23:59", date(2026, 1, 5)),
        ("", "2026-06-05T23:30:00Z", date(2026, 6, 6)),
        ("", "2026-06-05T23:30:00-01:00", date(2026, 6, 6)),
        ("%Y/%m/%d", "2026/1/5", date(2026, 1, 5)),
        ("%Y/%m/%d", "2026/01/05", date(2026, 1, 5)),
        ("%Y%m%d", "20260105", date(2026, 1, 5)),
        ("%d.%m.%y", "5.1.68", date(2068, 1, 5)),
        ("%d.%m.%y", "5.1.69", date(1969, 1, 5)),
        ("%Y年%m月%d日", "2026年1月5日", date(2026, 1, 5)),
        ("%d %b %Y", "05 jan 2026", date(2026, 1, 5)),
        ("%B %d, %Y", "December 5, 2026", date(2026, 12, 5)),
        ("%m/%d/%Y %I:%M %p", "1/5/2026 12:00 AM", date(2026, 1, 5)),
        ("100%% %Y-%m-%d", "100% 2026-1-5", date(2026, 1, 5)),
    ],
)
def test_a_date_is_read_as_its_format_says(folder, format_, text, day):
    assert read(folder, [text], format=format_).column("x") == (day,)


@pytest.mark.parametrize(
    ("format_", "text", "sample"),
    [
        ("", "2026-02-30", "2026-01-31"),
        ("", "2025-02-29", "2026-01-31"),
        ("", "2026-1-5", "2026-01-31"),
        ("", "20260105", "2026-01-31"),
        ("", "2026-W01-1", "2026-01-31"),
        ("", "2026-01-05T24:00", "2026-01-31"),
        ("", "0001-01-01T00:00+14:00", "2026-01-31"),
        ("%Y/%m/%d", "2026-01-05", "2026/01/31"),
        ("%Y/%m/%d", "26/1/5", "2026/01/31"),
        ("%Y/%m/%d", "2026/13/5", "2026/01/31"),
        ("%Y/%m/%d", "2026/1/5 ?", "2026/01/31"),
        ("%Y%m%d", "2026015", "20260131"),
        ("%d %b %Y", "5 Mai 2026", "31 Jan 2026"),
        ("%Y-%m-%d %I:%M %p", "2026-01-05 13:00 PM", "2026-01-31 02:30 PM"),
        ("%Y-%m-%d %I:%M %p", "2026-01-05 0:00 AM", "2026-01-31 02:30 PM"),
    ],
)
def test_what_is_no_such_date_is_refused(folder, format_, text, sample):
    (rejection,) = read(folder, [text], zone="UTC", format=format_).rejected
    assert str(rejection) == f"visits.csv:2: 'x' must be a date such as {sample}, got {text!r} [CR646]"


def test_a_full_width_date_is_refused_with_the_spelling_to_use(folder):
    (rejection,) = read(folder, ["２０２６-01-05"]).rejected
    assert rejection.problem.sentence() == (
        "'x' must be a date such as 2026-01-31, got '２０２６-01-05'; write it in half-width characters: 2026-01-05"
    )


@pytest.mark.parametrize(
    ("format_", "text", "moment"),
    [
        ("", "2026-07-01 09:30", datetime(2026, 7, 1, 9, 30, tzinfo=LONDON)),
        ("", "2026-07-01T09:30:15.25Z", datetime(2026, 7, 1, 9, 30, 15, 250_000, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M:%S", "1/7/2026 9:5:7", datetime(2026, 7, 1, 9, 5, 7, tzinfo=LONDON)),
        (
            "%d/%m/%Y %H:%M:%S.%f",
            "01/07/2026 09:05:07.5",
            datetime(2026, 7, 1, 9, 5, 7, 500_000, tzinfo=LONDON),
        ),
        ("%Y%m%d%H%M", "202607012359", datetime(2026, 7, 1, 23, 59, tzinfo=LONDON)),
        ("%Y-%m-%d %I %p", "2026-07-01 12 pm", datetime(2026, 7, 1, 12, tzinfo=LONDON)),
        ("%Y-%m-%d %H:%M %z", "2026-07-01 12:00 +0800", datetime(2026, 7, 1, 4, tzinfo=UTC)),
        ("%Y-%m-%d %H:%M %z", "2026-07-01 12:00 Z", datetime(2026, 7, 1, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_knows_its_zone(folder, format_, text, moment):
    (found,) = read(folder, [text], "instant", format=format_).column("x")
    assert (found, found.tzinfo is None) == (moment, False)


def test_a_day_is_no_instant(folder):
    (rejection,) = read(folder, ["2026-07-01"], "instant").rejected
    assert rejection.problem.sentence() == ("'x' must be a date and time such as 2026-01-31 14:30:00, got '2026-07-01'")


def test_a_time_that_the_clocks_skipped_is_refused(folder):
    (rejection,) = read(folder, ["2026-03-29 01:30"], "instant").rejected
    assert str(rejection) == (
        "visits.csv:2: 'x' must be a time that exists in Europe/London, got '2026-03-29 01:30' [CR650]"
    )


def test_a_skipped_time_in_full_width_is_not_offered_as_a_spelling(folder):
    (rejection,) = read(folder, ["2026-03-29\u300001:30"], "instant").rejected
    assert rejection.problem.hint == ""


def test_a_time_that_came_twice_is_the_first_of_the_two(folder):
    (found,) = read(folder, ["2026-10-25 01:30"], "instant").column("x")
    assert found.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("format_", "timed", "fault"),
    [
        ("%Y-%j", False, "%j is not supported"),
        ("%Y-%m-%d%", False, "%% is not supported"),
        ("%Y-%m-%m-%d", False, "a directive stands in it twice"),
        ("%m-%d", False, "it must hold one of %Y, %y"),
        ("%Y %y %m %d", False, "it must hold one of %Y, %y"),
        ("%Y-%d", False, "it must hold one of %m, %b, %B"),
        ("%Y-%m", False, "it must hold one of %d"),
        ("%Y-%m-%d %I", False, "it must hold the hour as %H, or as %I with %p"),
        ("%Y-%m-%d %H %p", False, "it must hold the hour as %H, or as %I with %p"),
        ("%Y-%m-%d %H %I %p", False, "it must hold the hour as %H, or as %I with %p"),
        ("%Y-%m-%d", True, "it must hold the hour"),
        ("%Y-%m-%d", False, ""),
        ("iso", True, ""),
    ],
)
def test_a_format_must_say_the_whole_date(format_, timed, fault):
    assert format_fault(format_, timed=timed) == fault


FORMATS = ["%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %I:%M:%S %p .%f", "%Y%m%d%H%M%S.%f", "%d %B %Y %H.%M.%S %f"]


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.sampled_from(FORMATS))  # noqa: DTZ001  times as written
def test_what_strftime_wrote_is_read_back(moment, format_):
    assert moment_reader(format_, timed=False)(moment.strftime(format_)) == moment


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=8)))))
def test_what_isoformat_wrote_is_read_back(moment):
    assert moment_reader("", timed=True)(moment.isoformat()) == moment
