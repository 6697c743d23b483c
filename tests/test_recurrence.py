"""What comes round: every n days or months from an anchor."""

import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import DAILY, MONTHLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.periods import Period, Quarter
from crmrules.recurrence import Recurrence
from crmrules.spans import Span, days, months, weeks, years

SPANS = st.integers(1, 60).map(months) | st.integers(1, 900).map(days)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
ROUNDS = st.builds(Recurrence, SPANS, DAYS)


@pytest.mark.parametrize(
    ("every", "anchor", "first_four"),
    [
        ("1 month", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("1 month", "2024-01-30", ["2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30"]),
        ("3 months", "2025-11-30", ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"]),
        ("1 year", "2024-02-29", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        ("7 days", "2026-02-23", ["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"]),
    ],
)
def test_days_are_counted_from_the_anchor_and_never_drift(every, anchor, first_four):
    rounds = Recurrence(every, date.fromisoformat(anchor))
    assert [str(rounds.nth(n)) for n in range(4)] == first_four


def test_a_yearly_day_in_a_leap_year_comes_back_on_the_29th():
    assert Recurrence(years(1), date(2024, 2, 29)).nth(4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "number", "latest", "due", "following"),
    [
        ("2026-01-30", -1, None, "2026-01-31", "2026-01-31"),
        ("2026-01-31", 0, "2026-01-31", "2026-01-31", "2026-04-30"),
        ("2026-02-01", 0, "2026-01-31", "2026-04-30", "2026-04-30"),
        ("2026-04-29", 0, "2026-01-31", "2026-04-30", "2026-04-30"),
        ("2026-04-30", 1, "2026-04-30", "2026-04-30", "2026-07-31"),
        ("2026-05-01", 1, "2026-04-30", "2026-07-31", "2026-07-31"),
    ],
)
def test_a_review_falls_due_on_its_day(day, number, latest, due, following):
    reviews, asked = Recurrence("3 months", date(2026, 1, 31)), date.fromisoformat(day)
    assert reviews.number(asked) == number
    assert reviews.latest(asked) == (date.fromisoformat(latest) if latest else None)
    assert (str(reviews.due(asked)), str(reviews.next(asked))) == (due, following)


def test_the_days_of_a_period_are_listed():
    weekly = Recurrence(weeks(1), date(2026, 3, 30))
    assert weekly.within(Quarter(2026, 1)) == (date(2026, 3, 30),)
    assert weekly.within(Period.parse("2026-03-30/2026-04-06")) == (date(2026, 3, 30),)
    assert weekly.within(Period.parse("2026-03-31/2026-04-07")) == (date(2026, 4, 6),)
    assert weekly.within(Period.parse("2026-03-31/2026-04-06")) == ()
    assert weekly.within(Period.parse("2025")) == ()


@given(ROUNDS, DAYS)
def test_every_day_from_the_anchor_on_lies_in_one_round(rounds, day):
    if day < rounds.anchor:
        assert rounds.latest(day) is None
        assert rounds.next(day) == rounds.due(day) == rounds.anchor
        return
    found = rounds.round_of(day)
    number = rounds.number(day)
    assert (day in found, found.start, found.end) == (True, rounds.nth(number), rounds.nth(number + 1))


@given(ROUNDS, DAYS, st.integers(1, 800))
def test_the_days_of_a_period_are_those_that_a_walk_through_it_finds(rounds, start, length):
    period = Period(start, start + timedelta(length))
    walked = [day for n in range(length) if rounds.latest(day := start + timedelta(n)) == day]
    assert list(rounds.within(period)) == walked


@given(st.integers(1, 40), DAYS)
def test_days_agree_with_a_calendar_library(n, anchor):
    start = datetime(anchor.year, anchor.month, anchor.day)  # noqa: DTZ001  rrule counts plain days
    if anchor.day <= 28:
        theirs = rrule(MONTHLY, dtstart=start, interval=n, count=12)
        assert [Recurrence(months(n), anchor).nth(k) for k in range(12)] == [each.date() for each in theirs]
    theirs = rrule(DAILY, dtstart=start, interval=n, count=12)
    assert [Recurrence(days(n), anchor).nth(k) for k in range(12)] == [each.date() for each in theirs]


@given(ROUNDS)
def test_a_recurrence_is_read_back_from_its_text_and_a_pickle(rounds):
    assert Recurrence.parse(str(rounds)) == rounds == pickle.loads(pickle.dumps(rounds))
    assert hash(Recurrence.parse(str(rounds))) == hash(rounds)
    assert eval(repr(rounds)) == rounds  # noqa: S307  # the spelling is Python


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Recurrence(Span(), date(2026, 1, 1)),
            "Recurrence.every must be a calendar span of a day or more, such as months(3), got days(0)",
        ),
        (
            lambda: Recurrence(timedelta(1), date(2026, 1, 1)),
            "Recurrence.every must be a calendar span of a day or more, such as months(3), "
            "got datetime.timedelta(days=1)",
        ),
        (
            lambda: Recurrence("2h", date(2026, 1, 1)),
            "a span must be a text like '7 days', '1 month', '2 years' or 'P1M', got '2h'",
        ),
        (lambda: Recurrence("1 month", "2026-01-01"), "Recurrence.anchor must be a date, got '2026-01-01'"),
        (
            lambda: Recurrence("1 month", datetime(2026, 1, 1, tzinfo=UTC)),
            "Recurrence.anchor must be a day, got datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezon…. "
            "Choose the zone, then take its .date().",
        ),
        (
            lambda: Recurrence.parse("quarterly"),
            "a recurrence must be a text like 'every 3 months from 2026-01-31', got 'quarterly'",
        ),
        (
            lambda: Recurrence.parse("every 1 month from 2026-02-30"),
            "the anchor 2026-02-30 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Recurrence("1 month", date(2026, 1, 1)).nth(-1),
            "the number of a recurrence must be a whole number from 0 to 1000000, got -1",
        ),
        (
            lambda: Recurrence("1 year", date(9999, 1, 1)).next(date(9999, 1, 1)),
            "1 x 12 months from 9999-01-01 must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Recurrence("1 month", date(2026, 1, 1)).round_of(date(2025, 12, 31)),
            "2025-12-31 is before 2026-01-01, when the first round begins. Ask about a later day.",
        ),
    ],
)
def test_what_does_not_come_round_is_refused(call, message):
    with pytest.raises(PolicyError) as problem:
        call()
    assert str(problem.value) == message
