"""What points pay: steps, minimum, share of an order."""

from decimal import Decimal

import pytest

from crmrules.errors import PolicyError, UnknownNameError
from crmrules.loyalty import Gift, Redeem, Redeemed, Rounding
from tests.loyalty.builders import program

EVERY_FULL_100 = Redeem(100, worth=10)
FROM_100_ON = Redeem(100, worth=10, step=1, minimum=100)


@pytest.mark.parametrize(
    ("rule", "points", "accepted", "money"),
    [
        (EVERY_FULL_100, 99, 0, "0.00"),
        (EVERY_FULL_100, 100, 100, "10.00"),
        (EVERY_FULL_100, 250, 200, "20.00"),
        (FROM_100_ON, 99, 0, "0.00"),
        (FROM_100_ON, 100, 100, "10.00"),
        (FROM_100_ON, 255, 255, "25.50"),
        (Redeem(3, worth=1, step=1), 2, 2, "0.67"),
        (Redeem(3, worth=1, step=1, rounding=Rounding("0.01", "down")), 2, 2, "0.66"),
    ],
    ids=range(8),
)
def test_points_pay_in_steps_or_from_a_minimum(rule, points, accepted, money):
    found = rule.quote(points)
    assert (found.points, found.money) == (accepted, Decimal(money))


def test_what_kept_a_request_down_is_said_in_order():
    rule = Redeem(10, worth=1, minimum=50, maximum_share="0.5")
    assert rule.quote(1000, balance=505, order_total=90).because == ("balance", "share")
    assert rule.quote(1000, balance=505, order_total=90).points == 450
    assert rule.quote(45, balance=505) == Redeemed(0, Decimal("0.00"), None, 505, ("step", "minimum"))
    assert rule.quote(100, balance=505, order_total=90) == Redeemed(100, Decimal("10.00"), 80, 405)


def test_a_request_that_meets_its_limits_exactly_is_not_kept_down():
    assert Redeem(100, worth=10).quote(100, balance=100, order_total=10) == Redeemed(100, Decimal("10.00"), 0, 0)


def test_points_pay_no_more_than_the_order():
    assert Redeem(1, worth=2).quote(60, order_total=99) == Redeemed(49, Decimal("98.00"), 1, None, ("share",))


def test_an_account_that_owes_points_can_spend_none():
    assert EVERY_FULL_100.quote(100, balance=-5).points == 0


def test_points_may_buy_gifts_only():
    rule = Redeem(3, worth=0)
    assert (rule.quote(10, order_total=5).points, rule.worth_of(9)) == (9, Decimal("0.00"))
    assert str(EVERY_FULL_100) == "100 points pay 10"


def test_a_gift_has_a_price():
    rules = program(gifts=Gift("mug", 300))
    assert rules.gift("mug").price(2) == 600
    with pytest.raises(UnknownNameError) as caught:
        rules.gift("mag")
    assert str(caught.value) == "unknown gift 'mag'; did you mean 'mug'? (have: mug)"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Redeem(0, worth=1), "Redeem.points must be above 0, got 0"),
        (lambda: Redeem(1, worth=-1), "Redeem.worth must be at least 0, got -1"),
        (lambda: Redeem(1, worth=1, step=0), "Redeem.step must be above 0, got 0"),
        (lambda: Redeem(1, worth=1, maximum_share="1.5"), "Redeem.maximum_share must be at most 1, got Decimal('1.5')"),
        (lambda: Redeem(1, worth=1, rounding="up"), "Redeem.rounding must be a Rounding, got 'up'"),
        (lambda: EVERY_FULL_100.quote(-1), "the points requested must not be negative, got -1"),
        (lambda: EVERY_FULL_100.quote(1, order_total=-1), "the order's total must not be negative, got -1"),
        (lambda: Gift("mug", 0), "Gift.points must be above 0, got 0"),
        (lambda: Gift(" ", 1), "Gift.name must be a text, got ' '"),
        (
            lambda: program(gifts=[Gift("mug", 1), Gift("mug", 2)]),
            "PointsProgram 'b2c' must name each gift once, got 'mug'",
        ),
    ],
    ids=range(10),
)
def test_what_cannot_be_is_refused(make, sentence):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == sentence
