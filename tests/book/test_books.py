"""Books: records in memory by kind, from files or from a program's own objects."""

import pickle
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from crmrules._checks import shown
from crmrules.book import Book, BookMap, Column, FileMap, NoRecordsError, Rows, read_book, rows_of
from crmrules.errors import BookError, CrmRulesError, PolicyError

ORDER = {"customer": "C1", "order": "1", "at": date(2026, 1, 5), "amount": 120}


def refusal(kind, records, **options):
    with pytest.raises(BookError) as caught:
        rows_of(kind, records, **options)
    return str(caught.value).splitlines()


def test_mappings_become_rows():
    book = Book(name="shop", currency="CNY", orders=[ORDER, {**ORDER, "item": "x", "amount": 0.6}])
    assert book.orders.names == ("customer", "order", "at", "amount", "item")
    assert list(book.orders) == [
        ("C1", "1", date(2026, 1, 5), Decimal(120), None),
        ("C1", "1", date(2026, 1, 5), Decimal("0.6"), "x"),
    ]
    assert (book.kinds, book.rejected, book.orders.lines.tolist()) == (("orders",), (), [1, 2])


@dataclass
class Plain:
    customer: str
    name: str
    _secret: int = 0


class Named(NamedTuple):
    customer: str
    name: str


class Slotted:
    __slots__ = ("customer",)

    def __init__(self, customer):
        self.customer = customer


class OneSlot:
    __slots__ = "customer"  # noqa: PLC0205  one name is allowed too

    def __init__(self, customer):
        self.customer = customer


class Computed:
    def __init__(self):
        self.spend = 5

    @property
    def customer(self):
        return "C5"


def test_objects_become_rows():
    records = [Plain("C1", "Ada"), Named("C2", "Bo"), Slotted("C3"), OneSlot("C4"), Computed()]
    rows = rows_of("customers", records)
    assert rows.names == ("customer", "name", "spend")
    assert [row[0] for row in rows] == ["C1", "C2", "C3", "C4", "C5"]
    assert rows.column("spend") == (None, None, None, None, 5)


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("text", "x", "x"),
        ("choice", "x", "x"),
        ("flag", True, True),
        ("integer", 5, 5),
        ("number", Decimal("0.1"), Decimal("0.1")),
        ("money", 0.1, Decimal("0.1")),
        ("date", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        ("date", datetime(2026, 7, 1, 23, 30), date(2026, 7, 1)),  # noqa: DTZ001  local already
        ("instant", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)),
        ("date", None, None),
    ],
)
def test_a_value_takes_the_type_of_its_column(type_, given, value):
    rows = rows_of("visits", [{"x": given}], types={"x": type_}, timezone="Europe/London")
    assert (rows.column("x"), type(rows.column("x")[0])) == ((value,), type(value))


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("text", 5, "a text"),
        ("choice", b"x", "a text"),
        ("flag", 1, "True or False"),
        ("integer", True, "a whole number"),
        ("integer", 5.0, "a whole number"),
        ("number", float("nan"), "a number"),
        ("money", Decimal("inf"), "a number"),
        ("ratio", "5", "a number"),
        ("ratio", False, "a number"),
        ("date", "2026-01-05", "a date"),
        ("instant", datetime(2026, 7, 1), "a time with its zone"),  # noqa: DTZ001  refused for that
        ("date", datetime.max.replace(tzinfo=UTC), "a date"),
    ],
)
def test_a_value_of_another_type_is_refused(type_, given, expected):
    problems = refusal("visits", [{"x": given}], types={"x": type_}, timezone="Europe/Athens")
    assert problems == [f"$.visits[0].x: 'x' must be {expected}, got {shown(given)} [CR651]"]


def test_every_problem_of_the_records_is_told_up_to_a_hundred():
    assert refusal("orders", [{**ORDER, "amount": "5"}, {**ORDER, "customer": None}, {"order": "1"}]) == [
        "$.orders[0].amount: 'amount' must be a number, got '5' [CR651]",
        "$.orders[1].customer: 'customer' must be known, got nothing [CR645]",
        "$.orders[2].customer: 'customer' must be known, got nothing [CR645]",
        "$.orders[2].at: 'at' must be known, got nothing [CR645]",
        "$.orders[2].amount: 'amount' must be known, got nothing [CR645]",
    ]
    assert len(refusal("orders", [{}] * 100)) == 100


def test_a_book_in_no_zone_is_refused():
    with pytest.raises(PolicyError) as caught:
        Book(timezone="Mars/Base", orders=[])
    assert str(caught.value) == "timezone must be the name of a time zone, got 'Mars/Base'"


def test_a_book_without_a_kind_says_so():
    book = Book(orders=[])
    with pytest.raises(NoRecordsError) as caught:
        _ = book.customers
    assert str(caught.value) == "the book has no 'customers' (have: orders). Give them to the book."
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert isinstance(caught.value, CrmRulesError)
    assert not hasattr(Book(), "orders")
    assert not hasattr(book, "_orders")


def test_a_book_is_a_value():
    book = Book(orders=[ORDER])
    assert pickle.loads(pickle.dumps(book)) == book
    assert repr(book) == "Book(name='', currency='', timezone='UTC', records=1 orders)"
    assert Book(orders=book.orders) == book
    with pytest.raises(AttributeError):
        book.name = "x"


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"kinds": []}, "record kind must have a name of its own, got 'kinds'"),
        ({"a b": []}, "record kind must be a name such as 'annual_spend' (letters, digits, _), got 'a b'"),
        ({"people": Rows("orders", ())}, "rows of people must be of that kind, got 'orders'"),
    ],
)
def test_a_kind_must_be_a_name_of_its_own(kinds, message):
    with pytest.raises(PolicyError) as caught:
        Book(**kinds)
    assert str(caught.value) == message


def test_a_folder_becomes_a_book(folder):
    folder.write("customer,spend\nC1,5\n,6\n", "customers.csv")
    folder.write("c;o;d;a\nC1;1;2026-01-05;5\nC2;2;2026-01-06;0\n", "lines.txt")
    folder.write("day\n2026-01-05\n", "visits.csv")
    columns = (Column("customer", "c"), Column("order", "o"), Column("at", "d"), Column("amount", "a"))
    book_map = BookMap("shop", files=(FileMap("orders", "lines.txt", delimiter=";", columns=columns),))
    seen = []
    book = read_book(
        folder.path,
        book_map,
        types={"customers": {"spend": "money"}},
        excluded_by={"orders": lambda row: None if row[3] else "free"},
        kinds=("visits",),
        progress=seen.append,
    )
    assert (book.name, book.kinds) == ("shop", ("orders", "visits", "customers"))
    assert (dict(book.orders.excluded), list(book.visits)) == ({"free": 1}, [("2026-01-05",)])
    assert [str(rejection) for rejection in book.rejected] == [
        "customers.csv:3: 'customer' must be known, got nothing [CR645]"
    ]
    assert seen == [2, 1, 2]
    assert read_book(folder.path).kinds == ("customers",)
