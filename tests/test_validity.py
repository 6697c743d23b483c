"""The days on which rules are in force: half-open stretches."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.validity import Validity, validity

FIRST, LAST, AFTER = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("valid", "day", "inside"),
    [
        (Validity(FIRST, AFTER), date(2025, 12, 31), False),
        (Validity(FIRST, AFTER), FIRST, True),
        (Validity(FIRST, AFTER), LAST, True),
        (Validity(FIRST, AFTER), AFTER, False),
        (Validity(None, AFTER), date.min, True),
        (Validity(None, AFTER), AFTER, False),
        (Validity(FIRST), date.max, True),
        (Validity(FIRST), date(2025, 12, 31), False),
        (Validity(), FIRST, True),
    ],
)
def test_rules_hold_from_their_first_day_until_the_day_before_the_last_bound(valid, day, inside):
    assert (day in valid) is inside


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Validity(FIRST, AFTER), Validity(AFTER), False),
        (Validity(FIRST, AFTER), Validity(LAST), True),
        (Validity(FIRST, AFTER), Validity(None, FIRST), False),
        (Validity(), Validity(), True),
        (Validity(None, FIRST), Validity(AFTER), False),
        (Validity(FIRST), Validity(None, date(2026, 1, 2)), True),
    ],
)
def test_stretches_that_only_touch_do_not_overlap(one, other, overlap):
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 8))


@given(DAYS, DAYS, DAYS, DAYS)
def test_stretches_overlap_where_some_day_lies_in_both(start, until, begin, end):
    if start < until and begin < end:
        one, other = Validity(start, until), Validity(begin, end)
        days = [date(2026, 1, number) for number in range(1, 10)]
        assert one.overlaps(other) is any(day in one and day in other for day in days)


@pytest.mark.parametrize(
    ("valid", "text"),
    [
        (Validity(), "always to open end"),
        (Validity("2026-01-01"), "2026-01-01 to open end"),
        (Validity(None, date(2027, 1, 1)), "always to before 2027-01-01"),
        (validity({"from": "2026-01-01", "until": "2027-01-01"}), "2026-01-01 to before 2027-01-01"),
    ],
)
def test_a_stretch_says_its_days(valid, text):
    assert str(valid) == text


def test_days_may_be_given_as_a_mapping_or_not_at_all():
    assert validity(None) == validity({}) == Validity()
    assert validity({"from": FIRST}) == Validity(FIRST)
    assert validity({"until": "2027-01-01"}) == Validity(None, AFTER)
    assert validity(Validity(FIRST)) == Validity(FIRST)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Validity("soon"), "a day of validity must be a date such as '2026-06-30', got 'soon'"),
        (lambda: Validity("2026-02-30"), "a day of validity must be a date such as '2026-06-30', got '2026-02-30'"),
        (lambda: Validity(None, 2027), "a day of validity must be a date such as '2026-06-30', got 2027"),
        (
            lambda: Validity(datetime(2026, 1, 1, tzinfo=UTC)),
            "a day of validity must be a date such as '2026-06-30', got datetime.datetime(2026, 1, 1, 0, 0, "
            "tzinfo=datetime.timezon…",
        ),
        (
            lambda: Validity(FIRST, FIRST),
            "validity must end after it starts, got '2026-01-01 to before 2026-01-01'",
        ),
        (
            lambda: Validity(AFTER, FIRST),
            "validity must end after it starts, got '2027-01-01 to before 2026-01-01'",
        ),
        (lambda: validity({"till": "2027-01-01"}), "valid must hold 'from' and 'until', got {'till': '2027-01-01'}"),
        (lambda: validity("2026"), "valid must hold 'from' and 'until', got '2026'"),
    ],
)
def test_days_that_are_none_are_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message
