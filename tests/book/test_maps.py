"""Maps: read whole or refused with everything that is wrong."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from crmrules.book import BookMap, Column, Constant, Exclusion, FileMap, Product, read_map
from crmrules.book._fit import map_problems
from crmrules.errors import BookError

MAP = """
crmrules_book = 1
name = "shop"
currency = "CNY"
timezone = "Asia/Shanghai"

[orders]
file = "data/orders.csv.gz"
encoding = "gb18030"
delimiter = "tab"
header = ["id", "no", "day"]

[orders.columns]
customer = { column = "id", drop_suffix = ".0" }
order = "no"
at = { column = "day", format = "%Y/%m/%d" }
price = { thousands = ",", scale = 10_000, strip = "¥" }
quantity = { decimal = ",", strip = ["个", "件"], empty = ["", "-"] }
amount = { product = ["quantity", "price"] }
business_type = { column = "类型", type = "choice", values = { "企业" = "b2b", "个人" = "b2c" } }
country = { value = "CN" }

[[orders.exclude]]
name = "no-customer"
when = "customer is None"
why = { en = "the line names no customer", zh = "该行没有客户" }

[customers]
"""


def parsed(text):
    return tomllib.loads(text, parse_float=Decimal)


def problems_of(text, **options):
    with pytest.raises(BookError) as caught:
        read_map(parsed(text), file="book.toml", **options)
    return str(caught.value).splitlines()


def test_a_map_is_read():
    assert read_map(parsed(MAP)) == BookMap(
        "shop",
        "CNY",
        "Asia/Shanghai",
        (
            FileMap(
                "orders",
                "data/orders.csv.gz",
                encoding="gb18030",
                delimiter="tab",
                header=("id", "no", "day"),
                columns=(
                    Column("customer", "id", drop_suffix=".0"),
                    Column("order", "no"),
                    Column("at", "day", format="%Y/%m/%d"),
                    Column("price", thousands=",", scale=10_000, strip=("¥",)),
                    Column("quantity", decimal=",", strip=("个", "件"), empty=("", "-")),
                    Product("amount", ("quantity", "price")),
                    Column("business_type", "类型", type="choice", values=(("企业", "b2b"), ("个人", "b2c"))),
                    Constant("country", "CN"),
                ),
                exclude=(
                    Exclusion(
                        "no-customer",
                        "customer is None",
                        {"en": "the line names no customer", "zh": "该行没有客户"},
                    ),
                ),
            ),
            FileMap("customers"),
        ),
    )


def test_a_map_can_be_hashed_and_tells_its_parts():
    book_map = read_map(parsed(MAP))
    assert hash(book_map) == hash(read_map(parsed(MAP)))
    assert book_map.file("people") == FileMap("people")
    assert book_map.file("people").path == "people.csv"
    assert book_map.file("orders").exclude[0].why.told("zh") == "该行没有客户"


def test_everything_that_is_wrong_is_told_at_once():
    text = """
    nam = "shop"
    timezone = "Mars/Base"
    ordres = { file = "x.csv" }

    [orders]
    file = 5
    delimeter = ";"
    header = false

    [orders.columns]
    customer = { colum = "id" }
    order = 5
    at = { format = "%Y-%j" }
    price = { thousands = "1", scale = 0, type = "monney" }
    "a b" = "x"
    amount = { product = ["quantity", "price"] }

    [[orders.exclude]]
    when = "customer is None"
    why = { de = "kein Kunde" }
    """
    assert problems_of(text) == [
        "book.toml: $.nam: unknown key 'nam'; did you mean 'name'? [CR601]",
        "book.toml: $.timezone: must be the name of a time zone, got 'Mars/Base' [CR602]",
        "book.toml: $.ordres: unknown key 'ordres'; did you mean 'orders'? [CR601]",
        "book.toml: the key 'crmrules_book' is missing [CR603]",
        "book.toml: $.orders.file: must be a text, got 5 [CR602]",
        "book.toml: $.orders.delimeter: unknown key 'delimeter'; did you mean 'delimiter'? [CR601]",
        "book.toml: $.orders.header: must be true or a list of column names, got False [CR602]",
        "book.toml: $.orders.columns.customer.colum: unknown key 'colum'; did you mean 'column'? [CR601]",
        "book.toml: $.orders.columns.order: must be a table, got 5 [CR602]",
        "book.toml: $.orders.columns.price.thousands: "
        "must be one character that is no letter, digit or sign, got '1' [CR602]",
        "book.toml: $.orders.columns.price.scale: must be a number above 0, got 0 [CR602]",
        "book.toml: $.orders.columns.price.type: must be one of text, choice, flag, integer, number, money, "
        "ratio, date, instant, got 'monney' [CR602]",
        "book.toml: $.orders.columns.a b: must be named like 'annual_spend' (letters, digits, _), got 'a b' [CR602]",
        "book.toml: $.orders.exclude[0].why: must be a text, or texts in en and zh, got {'de': 'kein Kunde'} [CR602]",
        "book.toml: $.orders.exclude[0]: the key 'name' is missing [CR603]",
        "book.toml: $.orders.columns.at.format: the date format '%Y-%j' cannot be followed: "
        "%j is not supported [CR606]",
        "book.toml: $.orders.columns.amount.product: cannot multiply by 'quantity', "
        "which is no number read from the row; numbers of the row: price, a b [CR607]",
    ]


ORDERS = 'crmrules_book = 1\n[orders.columns]\ncustomer = "c"\norder = "o"\nat = "d"\namount = "a"\n'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            'price = { drop_suffix = "x" }',
            "price.drop_suffix: 'drop_suffix' has no meaning for a column of type 'money'",
        ),
        ('item = { format = "iso" }', "item.format: 'format' has no meaning for a column of type 'text'"),
        (
            'price = { decimal = "," , thousands = "," }',
            "price.thousands: must be another character than the decimal point, got ','",
        ),
        (
            'price = { thousands = "." }',
            "price.thousands: must be another character than the decimal point, got '.'",
        ),
        ('price = { strip = [""] }', "price.strip: must be a text or a list of texts, got ['']"),
        ('price = { values = { a = "b" } }', "price.values.a: 'price' must be a number, got 'b'"),
        (
            "price = { scale = 2, values = { a = 1 } }",
            "price.scale: 'scale' has no meaning for a column of type 'money'",
        ),
        ("price = { value = true }", "price.value: 'price' must be a number, got True"),
        ('price = { value = "x" }', "price.value: 'price' must be a number such as 1234.50, got 'x'"),
        ("price = { value = [] }", "price.value: must be a text, number, date, true or false, got []"),
        (
            'price = { product = ["amount"] }',
            "price.product: must be a list of 2 to 8 columns, got ['amount']",
        ),
        ('price = { product = "amount" }', "price.product: must be a list of texts, got 'amount'"),
        (
            'item = { product = ["amount", "amount"] }',
            "item.product: 'product' has no meaning for a column of type 'text'",
        ),
        (
            'price = { product = ["amount", "order"] }',
            "price.product: cannot multiply by 'order', which is no number read from the row",
        ),
    ],
)
def test_a_column_whose_parts_do_not_fit_is_refused(line, problem):
    found = problems_of(ORDERS + line)
    assert found[0].startswith(f"book.toml: $.orders.columns.{problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[orders.columns]\norder = 'o'\nat = 'd'\namount = 'a'",
            "$.orders.columns: orders need a column 'customer', which the map does not give [CR604]",
        ),
        (
            "[orders]\nfile = '../x.csv'",
            "$.orders.file: must be a path inside the folder of the book, got '../x.csv' [CR602]",
        ),
        (
            "[orders]\nfile = '/x.csv'",
            "$.orders.file: must be a path inside the folder of the book, got '/x.csv' [CR602]",
        ),
        (
            "[orders]\nfile = 'C:x.csv'",
            "$.orders.file: must be a path inside the folder of the book, got 'C:x.csv' [CR602]",
        ),
        (
            "[orders]\nfile = 'a\\..\\x.csv'",
            "$.orders.file: must be a path inside the folder of the book, got 'a\\\\..\\\\x.csv' [CR602]",
        ),
        (
            "[orders]\nencoding = 'utf-9'",
            "$.orders.encoding: must be the name of a character encoding, got 'utf-9' [CR602]",
        ),
        (
            "[orders]\nencoding = 'base64'",
            "$.orders.encoding: must be the name of a character encoding, got 'base64' [CR602]",
        ),
        (
            "[orders]\ndelimiter = '\"'",
            "$.orders.delimiter: must be one character, 'tab' or 'whitespace', got '\"' [CR602]",
        ),
        ("[orders]\nheader = ['a', 'a']", "$.orders.header: the name 'a' is given more than once [CR608]"),
        (
            "[orders]\nexclude = [{ name = 'a', when = 'b' }]",
            "$.orders: a map that excludes rows must list its columns; add the table 'columns' [CR609]",
        ),
        ("[orders]\nexclude = [5]", "$.orders.exclude[0]: must be a table, got 5 [CR602]"),
        ("[orders]\ncolumns = []", "$.orders.columns: must be a table, got [] [CR602]"),
        ("orders = 5", "$.orders: must be a table, got 5 [CR602]"),
        (
            "zzz = 5",
            "$.zzz: unknown key 'zzz'; known here: crmrules_book, name, currency, timezone, customers, "
            "people, owners, consents, orders, cases, case_events, interactions, touches, point_events, "
            "benefit_uses, surveys, leads, deals, file_fields, checks… [CR601]",
        ),
    ],
)
def test_a_map_whose_parts_do_not_fit_is_refused(text, problem):
    assert problems_of("crmrules_book = 1\n" + text)[0] == f"book.toml: {problem}"


def test_another_version_is_refused():
    assert problems_of("crmrules_book = 2") == ["book.toml: $.crmrules_book: must be 1, got 2 [CR602]"]


def test_options_wait_for_the_type_of_their_column():
    text = 'crmrules_book = 1\n[customers.columns]\ncustomer = "c"\nborn = { format = "%Y" }'
    file_map = read_map(parsed(text)).file("customers")
    assert problems_of(text, types={"customers": {"born": "date"}}) == [
        "book.toml: $.customers.columns.born.format: the date format '%Y' cannot be followed: "
        "it must hold one of %m, %b, %B [CR606]"
    ]
    (problem,) = map_problems(file_map, {}, default="text")
    assert problem.text() == (
        "$.customers.columns.born.format: 'format' has no meaning for a column of type 'text'; "
        "leave it out, or give the column another type [CR605]"
    )


def test_a_host_may_have_record_kinds_of_its_own():
    text = "crmrules_book = 1\n[visits.columns]\nday = { value = 2026-01-05, type = 'date' }"
    assert read_map(parsed(text), kinds=("visits",)).file("visits").columns == (
        Constant("day", date(2026, 1, 5), type="date"),
    )
    assert len(problems_of(text)) == 1


def test_a_reason_may_be_one_text():
    text = ORDERS + "[[orders.exclude]]\nname = 'a'\nwhen = 'amount == 0'\nwhy = 'nothing sold'"
    assert str(read_map(parsed(text)).file("orders").exclude[0].why) == "nothing sold"


def test_every_problem_is_said_in_chinese_too():
    with pytest.raises(BookError) as caught:
        read_map(parsed("crmrules_book = 1\nzzz = 5\n[orders]\ndelimiter = ';;'\nfile = 5\ncolumns = {x = 'y'}"))
    assert [problem.sentence("zh") for problem in caught.value.problems][1:3] == [
        "必须是文本，现为 5",
        "必须是一个字符、'tab' 或 'whitespace'，现为 ';;'",
    ]
    assert all(problem.sentence("zh") != problem.sentence() for problem in caught.value.problems)
