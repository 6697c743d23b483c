"""Rules of a map that leave rows out: the first one that definitely holds."""

import pytest

from crmrules.book import BookMap, Column, Constant, Exclusion, FileMap, Product, excluders, read_book
from crmrules.errors import BookError

COLUMNS = [
    Column("customer"),
    Column("order"),
    Column("at"),
    Column("quantity"),
    Column("price"),
    Product("amount", ["quantity", "price"]),
    Constant("channel", "shop", type="choice"),
]


def shop(*rules):
    return BookMap("shop", files=[FileMap("orders", columns=COLUMNS, exclude=rules), FileMap("people")])


def row(customer="ann", quantity=1, price=5):
    amount = None if quantity is None else quantity * price
    return (customer, "1", None, quantity, price, amount, "shop")


def test_the_first_rule_that_holds_names_the_row():
    excluder = excluders(shop(Exclusion("nobody", "customer is None"), Exclusion("free", "price <= 0")))["orders"]
    assert [excluder(each) for each in (row(None, price=0), row(price=0), row())] == ["nobody", "free", None]


@pytest.mark.parametrize(
    ("rule", "quantity", "name"),
    [
        ("amount < 0", -1, "rule"),
        ("amount < 0", 1, None),
        ("amount < 0", None, None),
        ("not amount < 0", None, None),
        ("channel == 'shop' and quantity == 3", 3, "rule"),
    ],
)
def test_a_row_stays_where_what_a_rule_asks_is_unknown(rule, quantity, name):
    assert excluders(shop(Exclusion("rule", rule)))["orders"](row(quantity=quantity)) == name


def test_a_kind_without_rules_has_no_excluder():
    assert excluders(shop()) == {}


def test_rules_know_the_types_that_the_host_gives():
    columns = [Column("customer"), Column("age")]
    book_map = BookMap(files=[FileMap("customers", columns=columns, exclude=[Exclusion("young", "age < 18")])])
    assert excluders(book_map, types={"customers": {"age": "integer"}})["customers"](("ann", 17)) == "young"
    with pytest.raises(BookError) as caught:
        excluders(book_map)
    assert [problem.pointer for problem in caught.value.problems] == ["/customers/exclude/0/when"]


def test_every_rule_that_cannot_be_read_is_reported():
    rules = [Exclusion("a", "prise <= 0"), Exclusion("b", "price <= 0"), Exclusion("c", "price <=")]
    with pytest.raises(BookError) as caught:
        excluders(shop(*rules))
    assert [problem.text() for problem in caught.value.problems] == [
        "$.orders.exclude[0].when: unknown fact 'prise'; did you mean 'price'? (in 'prise <= 0', column 1) [CR302]",
        "$.orders.exclude[2].when: cannot read the condition; write comparisons of facts, joined by and, or, not, "
        "such as \"annual_spend >= 1_000 and tier in ['core']\" (in 'price <=', column 9) [CR301]",
    ]


def test_excluded_rows_are_counted_by_rule(tmp_path):
    (tmp_path / "orders.csv").write_text("customer,order,at,quantity,price\na,1,2026-01-05,1,0\na,2,2026-01-05,1,2\n")
    (tmp_path / "people.csv").write_text("person\nx\n")
    book_map = shop(Exclusion("free", "price <= 0"))
    book = read_book(tmp_path, book_map, excluded_by=excluders(book_map))
    assert (len(book.orders), dict(book.orders.excluded)) == (1, {"free": 1})
