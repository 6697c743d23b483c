"""What is taken off and what is paid are never confused; the two sum to the price; parts sum to the whole."""

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.loyalty import Discount, Rounding, split

CENTS = st.decimals(min_value=0, max_value=10_000_000, places=2)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


def rounded_half_up(amount):
    """Cents, half up, by whole numbers alone."""
    return Fraction((amount * 200 + 1).__floor__() // 2, 100)


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("5% off", "0.05"),
        ("pay 95%", "0.05"),
        ("9.5折", "0.05"),
        ("9折", "0.1"),
        ("8.88 折", "0.112"),
        ("12.5 % off", "0.125"),
        ("pay 100%", "0"),
        ("100% off", "1"),
    ],
)
def test_a_text_says_whether_it_is_paid_or_taken_off(text, off):
    assert Discount.parse(text).off == Decimal(off)


def test_five_percent_off_and_pay_95_percent_and_9_5_zhe_are_the_same_discount():
    assert Discount.percent_off(5) == Discount.pay_percent(95) == Discount.zhe("9.5")
    assert hash(Discount.percent_off(5)) == hash(Discount.zhe("9.5"))


def test_95_percent_off_is_not_pay_95_percent():
    assert Discount.percent_off(95).price(100) == 5
    assert Discount.pay_percent(95).price(100) == 95


@pytest.mark.parametrize(
    "said", [95, "95", 9.5, "95折", "0折", "10折", "5%", "off 5%", "pay 9.5", None, Decimal("0.95")]
)
def test_a_number_that_does_not_say_what_it_means_is_refused(said):
    with pytest.raises(PolicyError):
        Discount.parse(said)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Discount.parse(95),
            "a discount must say what is paid or taken off, like '5% off', 'pay 95%' or '9.5折', got 95",
        ),
        (
            lambda: Discount.zhe(95),
            "zhe must be the tenths that are paid, above 0 and below 10, got 95. Paying 95 percent is 9.5折.",
        ),
        (lambda: Discount.percent_off(101), "percent_off must be a percentage from 0 to 100, got 101"),
        (lambda: Discount.pay_percent(-1), "pay_percent must be a percentage from 0 to 100, got -1"),
        (lambda: Discount.percent_off(0.5), "0.5 is not exact: write it as a string, such as '0.5'"),
        (
            lambda: Discount(5),
            "Discount.off must be a fraction from 0 to 1, got 5. Say which is meant: "
            "Discount.percent_off(5), Discount.pay_percent(95) or Discount.zhe('9.5').",
        ),
        (lambda: Discount.percent_off(5).of(-1), "the amount must be zero or more, got -1"),
        (lambda: Discount.percent_off(5).of("a lot"), "the amount must be an amount, got 'a lot'"),
        (lambda: Discount.percent_off(5).of(True), "the amount must be an amount, got True"),
        (lambda: Discount.percent_off(5).of(Decimal("NaN")), "the amount must be finite, got Decimal('NaN')"),
        (
            lambda: Rounding("0.01", "nearest"),
            "Rounding.mode must be one of half_up, half_even, half_down, up, down, got 'nearest'",
        ),
        (lambda: Rounding(0), "Rounding.step must be more than zero, got 0"),
    ],
)
def test_what_is_wrong_is_said(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


@pytest.mark.parametrize(
    ("off", "en", "zh"),
    [("0.05", "5% off", "9.5折"), ("0.1", "10% off", "9折"), ("0", "0% off", "0% off"), ("1", "100% off", "100% off")],
)
def test_a_discount_is_told_in_both_languages(off, en, zh):
    discount = Discount(Decimal(off))
    assert (discount.told("en"), discount.told("zh")) == (en, zh)
    assert repr(discount) == f"Discount.parse('{en}')"
    assert pickle.loads(pickle.dumps(discount)) == discount
    assert Discount.parse(str(discount)) == discount


def test_the_larger_discount_is_greater_and_none_is_false():
    assert Discount.zhe(9) > Discount.zhe("9.5")
    assert not Discount(0)
    assert Discount.zhe(9)


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_up", ["0.13", "0.12", "-0.13", "0.14"]),
        ("half_even", ["0.12", "0.12", "-0.12", "0.14"]),
        ("half_down", ["0.12", "0.12", "-0.12", "0.13"]),
        ("up", ["0.13", "0.13", "-0.13", "0.14"]),
        ("down", ["0.12", "0.12", "-0.12", "0.13"]),
    ],
)
def test_the_last_cent_is_rounded_as_it_is_named(mode, rounded):
    amounts = [Decimal("0.125"), Decimal("0.121"), Decimal("-0.125"), Decimal("0.135")]
    assert [Rounding("0.01", mode).of(amount) for amount in amounts] == [Decimal(each) for each in rounded]


def test_a_step_may_be_a_coin_and_a_rounding_says_what_it_does():
    coins = Rounding("0.05", "half_even")
    assert coins.of(Fraction(1, 3)) == Decimal("0.35")
    assert str(coins) == "to 0.05, half even"


@given(PERCENT, CENTS)
def test_what_is_paid_and_what_is_taken_off_sum_to_the_price(percent, amount):
    off, paid = Discount.percent_off(percent), Discount.pay_percent(100 - percent)
    assert off == paid
    assert off.of(amount) + off.price(amount) == amount
    assert Fraction(off.of(amount)) == rounded_half_up(Fraction(amount) * Fraction(percent) / 100)
    assert off.paid + off.off == 1


@given(PERCENT, CENTS, CENTS)
def test_buying_more_never_takes_less_off(percent, amount, more):
    discount = Discount.percent_off(percent)
    assert discount.of(amount) <= discount.of(amount + more)


def test_an_amount_may_bring_its_currency_and_a_float_is_read_as_it_is_written():
    assert Discount.zhe(9).of(("12.30", "CNY")) == Decimal("1.23")
    assert Discount.zhe(9).of(0.3) == Decimal("0.03")


# ------------------------------------------------------------------ splitting


WEIGHTS = st.lists(st.decimals(min_value=0, max_value=1000, places=2), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("last_cent", "parts"),
    [
        ("largest_remainder", ["2.50", "2.50", "5.01"]),
        ("first", ["2.51", "2.50", "5.00"]),
        ("last", ["2.50", "2.50", "5.01"]),
        ("largest", ["2.50", "2.50", "5.01"]),
    ],
)
def test_the_last_cent_goes_where_it_is_named(last_cent, parts):
    assert split("10.01", [1, 1, 2], last_cent=last_cent) == tuple(map(Decimal, parts))


def test_of_equal_parts_the_earlier_get_the_cents_that_are_left():
    assert split("0.05", [1, 1, 1]) == (Decimal("0.02"), Decimal("0.02"), Decimal("0.01"))
    assert split("0.05", [0, 1, 1, 1, 0], last_cent="first")[:2] == (0, Decimal("0.03"))
    assert split("0.05", [0, 1, 1, 1, 0], last_cent="last")[3:] == (Decimal("0.03"), 0)


def test_a_refund_is_split_like_a_charge():
    assert split("-20", [1, 1, 1]) == tuple(-part for part in split("20", [1, 1, 1]))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: split(1, []), "an amount can only be split over weights of which one is above zero, got 0 parts"),
        (lambda: split(1, [0, 0]), "an amount can only be split over weights of which one is above zero, got 2 parts"),
        (lambda: split(1, [2, -1]), "a weight must be zero or more, got -1"),
        (lambda: split("0.005", [1]), "the amount to split must be a whole number of 0.01, got 0.005. Round it first."),
        (
            lambda: split(1, [1], last_cent="me"),
            "last_cent must be one of largest_remainder, first, last, largest, got 'me'",
        ),
    ],
)
def test_what_cannot_be_split_is_refused(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told


@given(CENTS, WEIGHTS, st.sampled_from(["largest_remainder", "first", "last", "largest"]))
def test_parts_sum_to_the_whole_and_stay_near_their_share(amount, weights, last_cent):
    parts = split(amount, weights, last_cent=last_cent)
    assert sum(parts) == amount
    far = Fraction(1, 100) * (len(weights) if last_cent != "largest_remainder" else 1)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * Fraction(weight) / sum(map(Fraction, weights))) < far
        assert weight or not part
