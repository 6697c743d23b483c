"""Purchase histories: what purchase models read of a customer, with time in a stated unit."""

import pickle
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.purchases import PurchaseHistory, purchase_histories
from crmrules.spans import days, months, weeks

AS_OF = date(2026, 3, 29)


def test_weeks_are_seven_days_and_keep_their_fractions():
    history = PurchaseHistory.of([date(2026, 3, 1), date(2026, 3, 11)], AS_OF)
    assert history == PurchaseHistory(1, 10 / 7, 4, "week")
    assert PurchaseHistory.of([date(2026, 3, 1), date(2026, 3, 11)], AS_OF, "day") == PurchaseHistory(1, 10, 28, "day")


def test_several_purchases_on_one_day_are_one_and_later_days_are_left_out():
    bought = [date(2026, 3, 8), date(2026, 3, 8), date(2026, 3, 1), date(2026, 3, 30)]
    assert PurchaseHistory.of(bought, AS_OF, "day") == PurchaseHistory(1, 7, 28, "day")


def test_the_day_of_asking_belongs_to_the_history():
    assert PurchaseHistory.of([AS_OF], AS_OF, "day") == PurchaseHistory(0, 0, 0, "day")


@pytest.mark.parametrize(("over", "age"), [(days(14), 6.0), (weeks(2), 6.0), (2, 6.0), (Decimal("0.5"), 4.5)])
def test_time_that_passes_without_a_purchase_adds_to_the_age(over, age):
    assert PurchaseHistory(1, 2, 4).later(over) == PurchaseHistory(1, 2, age)


LINES = [
    ("ann", 1, date(2026, 3, 1), Decimal(10), "tea"),
    ("ann", 2, date(2026, 3, 8), Decimal(10), "tea"),
    ("ann", 2, date(2026, 3, 9), Decimal(-10), "tea"),
    ("ann", 3, date(2026, 4, 9), Decimal(10), "tea"),
    ("bob", 4, date(2026, 3, 2), Decimal(-5), "tea"),
    (None, 5, date(2026, 3, 2), Decimal(5), "tea"),
]


@pytest.mark.parametrize(("returns", "repeats", "recency"), [("net", 0, 0), ("gross", 1, 7)])
def test_an_order_taken_back_is_no_repeat_if_returns_count(returns, repeats, recency):
    found = purchase_histories(LINES, AS_OF, "day", returns=returns)
    assert found == {"ann": PurchaseHistory(repeats, recency, 28, "day")}


@given(st.lists(st.dates(date(2025, 1, 1), AS_OF), min_size=1), st.randoms())
def test_the_order_of_purchases_changes_nothing(bought, random):
    shuffled = random.sample(bought, len(bought))
    assert PurchaseHistory.of(bought, AS_OF) == PurchaseHistory.of(shuffled, AS_OF)


def test_a_history_survives_pickling():
    history = PurchaseHistory(2, 3, 4, "day")
    assert pickle.loads(pickle.dumps(history)) == history


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PurchaseHistory(-1, 0, 1), "PurchaseHistory.repeats must be a whole number from 0 to 100000, got -1"),
        (
            lambda: PurchaseHistory(1, 5, 4),
            "PurchaseHistory must have 0 <= recency <= age, got recency 5.0 and age 4.0",
        ),
        (
            lambda: PurchaseHistory(1, 1, float("inf")),
            "PurchaseHistory must have 0 <= recency <= age, got recency 1.0 and age inf",
        ),
        (lambda: PurchaseHistory(1, "1", 4), "a length of time must be a number of units, got '1'"),
        (lambda: PurchaseHistory(1, True, 4), "a length of time must be a number of units, got True"),
        (lambda: PurchaseHistory(1, 1, 4, "month"), "unit must be 'day' or 'week', got 'month'"),
        (
            lambda: PurchaseHistory.of([date(2026, 4, 1)], AS_OF),
            "a purchase history must have a purchase on or before 2026-03-29, got ['2026-04-01']",
        ),
        (
            lambda: PurchaseHistory.of([datetime(2026, 1, 1)], AS_OF),  # noqa: DTZ001
            "a day of purchase must be a day, got datetime.datetime(2026, 1, 1, 0, 0). "
            "Choose the zone, then take its .date().",
        ),
        (
            lambda: PurchaseHistory(1, 2, 4).later(months(3)),
            "over must be of days or weeks, got 3 months: months differ in length. Write days(90), say.",
        ),
        (lambda: PurchaseHistory(1, 2, 4).later(-1), "over must be a length of time from 0 on, got -1"),
    ],
)
def test_a_wrong_history_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message
