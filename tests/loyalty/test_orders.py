"""Orders with lines: discounts and payments are shared over the lines without losing a cent."""

from datetime import date
from decimal import Decimal

import pytest

from crmrules.errors import PolicyError
from crmrules.facts import facts, text
from crmrules.loyalty import Earn, Order, OrderDiscount, OrderItem
from tests.loyalty.builders import instant, program

f = facts(category=text())
ITEMS = [OrderItem("bread", 100, category="food"), OrderItem("kite", 50, quantity=2, tax="6.5")]


def points(order, **options):
    rules = program(earn=Earn(1, per=1, when=f.category == "food") if options.pop("food", False) else Earn(1, per=1))
    return rules.replay(order.events(instant("01-05"), **options), as_of=date(2026, 1, 6)).balance


def test_a_discount_on_the_order_is_spread_over_its_lines_or_kept_apart():
    order = Order("o", ITEMS, [OrderDiscount("0.1")])
    assert order.total == 135
    assert (points(order), points(order, food=True)) == (135, 90)
    assert points(order, food=True, order_discounts="apart") == 100


def test_a_discount_on_a_category_is_taken_off_its_lines_alone():
    order = Order("o", ITEMS, [OrderDiscount("0.1", "food")])
    assert (order.total, points(order), points(order, order_discounts="apart")) == (140, 140, 140)


def test_a_gift_card_pays_and_does_not_take_points_away():
    order = Order("o", ITEMS, paid_with_gift_cards=50, paid_with_points=30)
    assert (order.total, points(order)) == (70, 120)


def test_each_line_is_an_event_with_its_own_facts():
    first, second = Order("o", ITEMS).events(instant("01-05"), customer="ann")
    assert (first.id, second.id) == ("o/1", "o/2")
    assert dict(second.facts) == {
        "amount": 50,
        "category": "",
        "customer": "ann",
        "discount": 0,
        "item": "kite",
        "line": "2",
        "order": "o",
        "paid_with_gift_cards": 0,
        "paid_with_points": 0,
        "quantity": 2,
        "tax": Decimal("6.5"),
    }


def test_the_parts_of_a_discount_add_up_to_it():
    order = Order("o", [OrderItem(name, 1) for name in "abc"], [OrderDiscount("0.1")])
    parts = [each.facts["discount"] for each in order.events(instant("01-05"))]
    assert parts == [Decimal("0.1"), Decimal("0.1"), Decimal("0.1")]
    order = Order("o", [OrderItem(name, 1) for name in "abc"], [OrderDiscount("0.07")])
    parts = [each.facts["discount"] for each in order.events(instant("01-05"))]
    assert sum(parts) == Decimal("0.21")


def test_an_order_of_gifts_has_nothing_to_share():
    order = Order("o", [OrderItem("leaflet", 0)], [OrderDiscount("0.5")])
    assert (order.total, points(order)) == (0, 0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Order("o", []), "order 'o' must have lines, got ()"),
        (lambda: OrderItem("x", -1), "OrderItem.amount must be at least 0, got -1"),
        (lambda: OrderItem("x", 1, quantity=0), "OrderItem.quantity must be above 0, got 0"),
        (lambda: OrderDiscount("1.1"), "OrderDiscount.share must be at most 1, got Decimal('1.1')"),
    ],
    ids=range(4),
)
def test_an_order_that_cannot_be_is_refused(make, sentence):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == sentence
