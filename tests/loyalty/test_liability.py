"""What outstanding points are worth, and how their revenue is deferred and released."""

from datetime import date
from decimal import Decimal

import pytest

from crmrules.errors import PolicyError
from crmrules.loyalty import Expiry, Outstanding, Redeem, Rounding, allocate, liability, release
from crmrules.spans import days
from tests.loyalty.builders import bought, program, spent

REDEEM = Redeem(100, worth=10)


def test_outstanding_points_are_grouped_by_month_of_expiry_and_tier():
    rules = program(expires=Expiry(months=12, at_end_of="month"), over="overdraw", pending=days(1))
    events = [
        bought("01-05", "a", 1000, customer="ann"),
        bought("02-05", "b", 250, customer="ann"),
        bought("01-09", "c", 500, customer="bob"),
        bought("01-09", "d", 50, customer="eve"),
        spent("02-09", "r", 80, customer="eve"),
    ]
    accounts = rules.replay_all(events, as_of=date(2026, 2, 10))
    found = liability(accounts, REDEEM, {"ann": "core", "bob": "basic"})
    assert found.groups == (
        Outstanding("2027-01", "basic", 500, Decimal("50.00")),
        Outstanding("2027-01", "core", 1000, Decimal("100.00")),
        Outstanding("2027-02", "core", 250, Decimal("25.00")),
    )
    assert (found.points, found.worth, found.deficit) == (1750, Decimal("175.00"), 30)
    assert accounts.totals.outstanding == found.points


def test_points_that_never_expire_come_last():
    events = [bought("01-05", "a", 10, customer="ann")]
    found = liability(program().replay_all(events, as_of=date(2026, 2, 1)), REDEEM)
    assert found.groups == (Outstanding("", "", 10, Decimal("1.00")),)
    nothing = liability({}, REDEEM)
    assert (nothing.points, nothing.worth, nothing.deficit) == (0, Decimal("0.00"), 0)


def test_a_price_is_divided_by_the_exact_ratio_unless_a_rounding_is_named():
    exact = allocate(100_000, 10_000, point_worth=1, redemption_rate="0.97")
    assert (exact.points_price, exact.to_goods, exact.to_points) == (9700, Decimal("91157.7"), Decimal("8842.3"))
    whole = allocate(100_000, 10_000, point_worth=1, redemption_rate="0.97", share_rounding=Rounding("0.01", "half_up"))
    assert (whole.to_goods, whole.to_points) == (91_000, 9_000)
    assert allocate(0, 0, point_worth=1, redemption_rate=1).to_points == 0


@pytest.mark.parametrize("points", range(0, 30, 7))
def test_the_parts_of_a_price_add_up_to_it(points):
    found = allocate("99.99", points, point_worth="0.1", redemption_rate="0.6")
    assert found.to_goods + found.to_points == Decimal("99.99")


def test_a_changed_estimate_is_caught_up_in_its_own_period():
    assert release(9000, [(4500, 9700), (4000, 9200)], rounding=Rounding(1, "half_up")) == (4175, 4140)
    assert release(900, [(10, 100), (10, 50), (20, 40)]) == (90, 270, 540)
    assert release(900, [(0, 0)]) == (0,)
    assert release(900, [(50, 100), (0, 200)]) == (450, -225)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: release(900, [(50, 40)]),
            "points spent so far must be within those expected in all, 40, got 50",
        ),
        (lambda: release(-1, []), "deferred must not be negative, got -1"),
        (lambda: allocate(1, 1, point_worth=1, redemption_rate=2), "redemption_rate must be at most 1, got 2"),
        (lambda: allocate(1, -1, point_worth=1, redemption_rate=1), "points must not be negative, got -1"),
        (
            lambda: allocate(1, 1, point_worth=1, redemption_rate=1, share_rounding="up"),
            "a rounding must be a Rounding or None, got 'up'",
        ),
    ],
    ids=range(5),
)
def test_what_cannot_be_is_refused(call, sentence):
    with pytest.raises(PolicyError) as caught:
        call()
    assert str(caught.value) == sentence
