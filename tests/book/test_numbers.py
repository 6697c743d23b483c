"""Numbers of files: every way to write one, at the edges of what is read and what is refused."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.book import Column, FileMap, Product

PLAIN = "'x' must be a number such as 1234.50, got {found} [CR646]"


def read(folder, texts, type_="number", **options):
    """Read texts as a column ``x``."""
    column = Column("x", type=type_, **options)
    lines = "".join('"' + text.replace('"', '""') + '"\n' for text in texts)
    return folder.read("x\n" + lines, FileMap("visits", columns=(column,)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("-5", "-5"),
        ("+5", "5"),
        ("1.50", "1.50"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("007", "7"),
        (" 3.5\t", "3.5"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("9" * 38, "9" * 38),
    ],
)
def test_a_plain_number_is_read_digit_by_digit(folder, text, number):
    (value,) = read(folder, [text]).column("x")
    assert (type(value), str(value)) == (Decimal, number)


@pytest.mark.parametrize(
    "text",
    [
        "1e5",
        "nan",
        "inf",
        "-Infinity",
        "1,234.00",
        "(5)",
        "5-",
        "1.",
        ".",
        "--5",
        "1_000",
        "¥5",
        "0x10",
        "1 2",
    ],
)
def test_what_is_no_plain_number_is_refused(folder, text):
    (rejection,) = read(folder, [text]).rejected
    assert str(rejection) == "visits.csv:2: " + PLAIN.format(found=repr(text))
    assert (rejection.file, rejection.line, rejection.column, rejection.text, rejection.code) == (
        "visits.csv",
        2,
        "x",
        text,
        "CR646",
    )


@pytest.mark.parametrize(("text", "plain"), [("１２．５", "12.5"), ("\u30005", "5"), ("5\xa0", "5")])
def test_a_full_width_number_is_refused_with_the_spelling_to_use(folder, text, plain):
    (rejection,) = read(folder, [text]).rejected
    hint = f"; write it in half-width characters: {plain} [CR646]"
    assert str(rejection) == "visits.csv:2: " + PLAIN.format(found=repr(text)).replace(" [CR646]", hint)
    assert rejection.problem.sentence("zh") == (
        f"'x' 必须是数字，例如 1234.50，现为 {text!r}；请用半角字符书写：{plain}"
    )


def test_a_number_of_39_digits_is_refused(folder):
    (rejection,) = read(folder, ["9" * 39]).rejected
    assert rejection.problem.sentence() == (f"'x' must be a number of at most 38 digits, got '{'9' * 39}'")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.00", "1234.00"),
        ("12,345,678", "12345678"),
        ("1234.5", "1234.5"),
        ("-1,000", "-1000"),
        ("999", "999"),
    ],
)
def test_groups_of_three_are_read_where_the_map_says_so(folder, text, number):
    assert str(read(folder, [text], thousands=",").column("x")[0]) == number


@pytest.mark.parametrize("text", ["1,23", "1,2345", ",123", "1234,567", "1,234,56", "0,123,", "1.234,5"])
def test_wrong_groups_are_refused(folder, text):
    (rejection,) = read(folder, [text], thousands=",").rejected
    assert rejection.problem.sentence() == f"'x' must be a number such as 1,234.50, got {text!r}"


def test_a_decimal_comma_is_read_where_the_map_says_so(folder):
    rows = read(folder, ["1.234,5", "0,25", "1.5"], thousands=".", decimal=",")
    assert rows.column("x") == (Decimal("1234.5"), Decimal("0.25"))
    assert rows.rejected[0].problem.sentence() == "'x' must be a number such as 1.234,50, got '1.5'"


@pytest.mark.parametrize(
    ("text", "number"),
    [("¥5", 5), ("¥ 5", 5), ("-¥5", -5), ("+¥5", 5), ("¥-5", -5), ("5元", 5), ("5 元", 5), ("5", 5)],
)
def test_signs_of_the_map_may_stand_around_a_number(folder, text, number):
    assert read(folder, [text], strip=("¥", "元")).column("x") == (number,)


@pytest.mark.parametrize("text", ["¥¥5", "¥5元", "-¥-5", "$5", "¥"])
def test_other_signs_may_not(folder, text):
    assert read(folder, [text], strip=("¥", "元")).rejected[0].text == text


def test_amounts_in_ten_thousands_are_scaled_exactly(folder):
    assert read(folder, ["1.2345"], scale=10_000).column("x") == (Decimal("12345"),)
    assert read(folder, ["12.5"], "ratio", scale=Decimal("0.01")).column("x") == (Decimal("0.125"),)


def test_a_whole_number_is_an_int(folder):
    rows = read(folder, ["5", "-1,000", "5.0", "5.5", "x"], "integer", thousands=",")
    assert rows.column("x") == (5, -1000, 5)
    assert type(rows.column("x")[0]) is int
    assert [rejection.problem.sentence() for rejection in rows.rejected] == [
        "'x' must be a whole number such as 1,234, got '5.5'",
        "'x' must be a number such as 1,234.50, got 'x'",
    ]


def test_a_full_width_whole_number_is_told_how_to_be_written(folder):
    (rejection,) = read(folder, ["５.５"], "integer").rejected
    assert rejection.problem.sentence().endswith("write it in half-width characters: 5.5")


def test_a_product_is_exact_whatever_the_hosts_context_says(folder):
    factors = tuple(Column(name, type="number") for name in "abc")
    file_map = FileMap("visits", columns=(*factors, Product("x", ("a", "b", "c"))))
    nines = "9" * 38
    with localcontext(prec=5):
        rows = folder.read(f"a,b,c\n{nines},{nines},{nines}\n1,,2\n", file_map)
    assert rows.column("x") == (int(nines) ** 3, None)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_grouping_a_number_and_reading_it_gives_it_back(number):
    from crmrules.book._numbers import number_reader

    assert number_reader(Column("x", thousands=","))(f"{number:,f}") == number
    assert number_reader(Column("x"))(f"{number:f}") == number
