"""Every line of a file has a place: kept, excluded, or rejected with its reason."""

import csv
import gzip
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.book import Column, Constant, Exclusion, FileMap, Product, read_rows
from crmrules.errors import BookError, PolicyError

AB = FileMap("visits", columns=(Column("a"), Column("b")))
SPACED = FileMap("visits", delimiter="whitespace", columns=(Column("a"), Column("b")))


def told(rows):
    return [(rejection.line, rejection.problem.sentence()) for rejection in rows.rejected]


def refusal(folder, text, file_map=AB, **options):
    """Return all problems of a file that cannot be read."""
    with pytest.raises(BookError) as caught:
        folder.read(text, file_map, **options)
    return str(caught.value)


def test_rows_keep_their_order_and_lines(folder):
    rows = folder.read('a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n', AB)
    assert list(rows) == [("1", "x\r\ny"), ("2", "z")]
    assert (rows.lines.tolist(), rows.read, len(rows)) == ([2, 5], 2, 2)


def test_a_text_loses_the_blanks_around_it_and_a_blank_one_is_unknown(folder):
    """An id with a blank behind it is the same customer, not another one."""
    rows = folder.read('a,b\n" x  y ",   \n', AB)
    assert list(rows) == [("x  y", None)]


def test_without_a_map_every_column_comes_under_its_own_name(folder):
    rows = folder.read("customer, name ,,spend\nC1,Ada,?,5\n", FileMap("customers"), types={"spend": "money"})
    assert rows.names == ("customer", "name", "spend")
    assert list(rows) == [("C1", "Ada", Decimal(5))]


def test_the_columns_of_orders_have_types_by_nature(folder):
    rows = folder.read("customer,order,at,amount\nC1,1,2026-01-05 10:00,5\n", FileMap("orders"))
    assert list(rows) == [("C1", "1", date(2026, 1, 5), Decimal(5))]


def test_a_file_without_a_header_line_is_read_by_the_names_of_its_map(folder):
    file_map = FileMap("visits", header=("a", "b"), delimiter="tab")
    assert list(folder.read("\ufeff1\t2\n3\t4", file_map)) == [("1", "2"), ("3", "4")]
    assert list(folder.read("", file_map)) == []


def test_a_header_line_alone_is_no_rows(folder):
    rows = folder.read("\n\na,b", AB)
    assert (list(rows), rows.read) == ([], 0)


def test_runs_of_blanks_separate_fields(folder):
    rows = folder.read("  a \t b\r\n 1   2 \r\n\r\n 3\r\n4 5", SPACED)
    assert (list(rows), rows.lines.tolist()) == ([("1", "2"), ("4", "5")], [2, 5])
    assert told(rows) == [(4, "the line must have 2 fields, got 1")]


def test_constants_values_and_endings(folder):
    file_map = FileMap(
        "visits",
        columns=(
            Column("id", "ID", drop_suffix=".0"),
            Column("kind", "类型", values=(("企业", "b2b"), ("个人", "b2c"))),
            Column("open", type="flag"),
            Column("born", type="date", empty=("", "未知")),
            Constant("country", "CN"),
            Constant("day", "2026-01-05", type="date"),
            Constant("share", 5, type="ratio"),
        ),
    )
    text = "ID,类型,open,born\n1.0,企业,Yes,未知\n.0, 个人 ,否,2000-01-01\n3,公司,1,\n4,,maybe,\n"
    rows = folder.read(text, file_map)
    assert list(rows) == [
        ("1", "b2b", True, None, "CN", date(2026, 1, 5), Decimal(5)),
        (None, "b2c", False, date(2000, 1, 1), "CN", date(2026, 1, 5), Decimal(5)),
    ]
    assert told(rows) == [
        (4, "'kind' must be one of 企业, 个人, got '公司'"),
        (5, "'open' must be one of true, yes, 1, 是, false, no, 0, 否, got 'maybe'"),
    ]


def test_a_row_that_lacks_what_it_must_have_is_rejected(folder):
    rows = folder.read("customer,order,at,amount\nC1,,2026-01-05,5\n", FileMap("orders"))
    assert told(rows) == [(2, "'order' must be known, got nothing")]
    assert (rows.rejected[0].column, rows.rejected[0].code) == ("order", "CR645")


ORDERS = FileMap(
    "orders",
    columns=(
        Column("customer"),
        Column("order"),
        Column("at"),
        Column("quantity"),
        Column("price"),
        Product("amount", ("quantity", "price")),
    ),
    exclude=(Exclusion("no-customer", "customer is None"), Exclusion("free", "price <= 0")),
)
ORDER_LINES = "customer,order,at,quantity,price\n,1,2026-01-05,1,2\nC,1,2026-01-05,3,0.10\nC,1,2026-01-05,x,2\n"


def test_excluded_rows_are_counted_by_rule_before_anything_is_required(folder):
    rows = folder.read(ORDER_LINES, ORDERS, excluded_by=lambda row: "no-customer" if row[0] is None else None)
    assert rows.column("amount") == (Decimal("0.30"),)
    assert dict(rows.excluded) == {"no-customer": 1, "free": 0}
    assert told(rows) == [(4, "'quantity' must be a number such as 1234.50, got 'x'")]


def test_rules_of_exclusion_are_never_skipped_silently(folder):
    with pytest.raises(PolicyError) as caught:
        folder.read(ORDER_LINES, ORDERS)
    assert str(caught.value) == "excluded_by of orders must tell no-customer, free, got None"


def test_progress_is_told(folder):
    seen = []
    folder.read("a,b\n" + "1,2\n" * 25_000, AB, progress=seen.append)
    assert seen == [10_000, 20_000, 25_000]


def test_more_different_texts_than_are_kept_are_still_read(folder):
    lines = "".join(f"{number},0\n" for number in range(70_000))
    rows = folder.read("a,b\n" + lines, AB, types={"a": "integer"})
    assert rows.column("a") == tuple(range(70_000))


class TestBrokenLines:
    def test_too_few_and_too_many_fields(self, folder):
        rows = folder.read("a,b\n1\n1,2\n1,2,3\n", AB)
        assert told(rows) == [
            (2, "the line must have 2 fields, got 1"),
            (4, "the line must have 2 fields, got 3"),
        ]
        assert rows.rejected[1].text == "1,2,3"

    def test_a_quote_that_never_closes_swallows_no_other_line(self, folder):
        rows = folder.read('a,b\n1,"x\n2,y\n3,z\n', AB)
        assert list(rows) == [("2", "y"), ("3", "z")]
        assert [str(rejection) for rejection in rows.rejected] == [
            "visits.csv:2: a quote opens in this line and does not close properly; "
            "this line is left out; reading goes on with the next one [CR641]"
        ]
        assert rows.rejected[0].text == '1,"x'

    def test_a_quote_that_closes_in_another_line_swallows_none(self, folder):
        rows = folder.read('a,b\n1,"x\n2,"y"\n3,z\n', AB)
        assert list(rows) == [("2", "y"), ("3", "z")]
        assert [rejection.line for rejection in rows.rejected] == [2]

    def test_a_record_over_several_lines_with_a_wrong_number_of_fields(self, folder):
        rows = folder.read('a,b\n1,"x\n2,"y",z\n3,z\n', AB)
        assert told(rows)[0][1].startswith("a quote opens")
        rows = folder.read('a,b\n1,"x\ny",2\n3,z\n', AB)
        assert list(rows) == [('y"', "2"), ("3", "z")]
        assert told(rows) == [
            (
                2,
                "the line must have 2 fields, got 3; "
                "if a quote is left open in this line, close it; reading goes on with the next line",
            )
        ]

    def test_text_after_a_closing_quote(self, folder):
        rows = folder.read('a,b\n1,"x"y\n2,z\n', AB)
        assert list(rows) == [("2", "z")]
        assert told(rows) == [(2, "the line cannot be taken apart: ',' expected after '\"'")]

    def test_a_field_that_is_too_long(self, folder):
        rows = folder.read(f"a,b\n1,{'x' * 131_073}\n2,z\n", AB)
        assert list(rows) == [("2", "z")]
        assert told(rows) == [(2, "a field must have at most 131072 characters, got more")]

    def test_a_quote_that_swallows_more_than_a_field_may_hold(self, folder):
        rows = folder.read('a,b\n1,"x\n' + "2,z\n" * 50_000, AB)
        assert (len(rows), told(rows)[0][0], rows.rejected[0].code) == (50_000, 2, "CR641")

    def test_a_nul_character(self, folder):
        rows = folder.read("a,b\n1,x\0y\n2,z\n", AB)
        assert told(rows) == [(2, "'b' must be text without NUL characters, got 'x\\x00y'")]

    def test_bytes_of_another_encoding(self, folder):
        rows = folder.read(b'a,b\n1,\xff\n2,"x\n\xfe"\n3,z\n4,"\xff\n', AB)
        assert list(rows) == [("3", "z")]
        assert told(rows) == [
            (2, "the line holds bytes that are not 'utf-8'"),
            (3, "the line holds bytes that are not 'utf-8'"),
            (6, "the line holds bytes that are not 'utf-8'"),
        ]

    def test_a_quote_that_never_closes_before_a_line_of_another_encoding(self, folder):
        rows = folder.read(b'a,b\n1,"x\n2,\xff\n3,z\n', AB)
        assert list(rows) == [("3", "z")]
        assert [(rejection.line, rejection.code) for rejection in rows.rejected] == [
            (2, "CR641"),
            (3, "CR644"),
        ]

    def test_bytes_of_another_encoding_between_blanks(self, folder):
        rows = folder.read(b"a b\n1 \xff\n2 z\n", SPACED)
        assert (list(rows), told(rows)[0][0]) == ([("2", "z")], 2)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8-SIG", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_many_encodings(folder, encoding, mark):
    if mark and encoding == "gbk":
        mark = ""  # gbk cannot write one
    file_map = FileMap("visits", encoding=encoding)
    text = mark + '姓名,城市\n张三,"北\n京"\n李四,上海\n'
    writer = encoding if not mark else encoding.replace("UTF-8-SIG", "utf-8").replace("utf-16-le", "utf-16-le")
    rows = folder.read(text.encode(writer), file_map)
    assert rows.names == ("姓名", "城市")
    assert list(rows) == [("张三", "北\n京"), ("李四", "上海")]


def test_a_last_line_without_an_end(folder):
    file_map = FileMap("visits", encoding="utf-16")
    assert list(folder.read("a,b\n1,ਊ".encode("utf-16"), file_map)) == [("1", "ਊ")]  # ਊ ends in the byte of \\n


def test_half_a_file_of_an_encoding_without_line_ends(folder):
    text = "a,b\n1,2\n".encode("utf-16-le") + b"\x00\xd8\n\x00\n\x00"
    assert refusal(folder, text, FileMap("visits", encoding="utf-16-le")) == (
        "visits.csv:3: the file is not in the encoding 'utf-16-le' [CR627]"
    )


def test_packed_files_are_unpacked(folder):
    rows = folder.read(gzip.compress(b"a,b\n1,2\n"), FileMap("visits", "visits.csv.gz"))
    assert list(rows) == [("1", "2")]


@pytest.mark.parametrize("cut", [slice(0, -12), slice(5, None)])
def test_a_broken_packed_file_is_refused(folder, cut):
    text = gzip.compress(b"a,b\n" + bytes(range(48, 58)) * 100_000)
    assert refusal(folder, text[cut], FileMap("visits", "visits.csv.gz")).startswith(
        "visits.csv.gz: the file cannot be read: "
    )


def test_an_empty_file_is_refused(folder):
    expected = "visits.csv: the file is empty; it must begin with a header line [CR623]"
    assert refusal(folder, "") == refusal(folder, "\n\r\n") == refusal(folder, "", SPACED) == expected


def test_a_missing_column_is_named_beside_what_there_is(folder):
    assert refusal(folder, "a,bb,c\n") == (
        "visits.csv: the file has no column 'b'; did you mean 'bb'? The file has: a, bb, c [CR624]"
    )
    assert refusal(folder, "x,y\n") == (
        "visits.csv: the file has no column 'a'; the file has: x, y [CR624]\n"
        "visits.csv: the file has no column 'b'; the file has: x, y [CR624]"
    )


def test_a_required_column_must_be_there_without_a_map_too(folder):
    assert refusal(folder, "customer,order,at\n", FileMap("orders")) == (
        "orders.csv: the file has no column 'amount'; the file has: customer, order, at [CR624]"
    )


def test_a_column_that_comes_twice_is_refused_where_it_is_read(folder):
    assert refusal(folder, "a,b,b\n") == "visits.csv: the header names the column 'b' more than once [CR625]"
    assert list(folder.read("a,b,c,c\n1,2,3,4\n", AB)) == [("1", "2")]


def test_a_header_that_cannot_be_taken_apart_is_refused(folder):
    assert refusal(folder, 'a,"b\n1,2\n') == (
        "visits.csv:1: the header line cannot be read: unexpected end of data [CR626]"
    )
    assert "new-line character" in refusal(folder, "a,b\r1,2\r")
    assert refusal(folder, b"a,\xff\n") == "visits.csv:1: the file is not in the encoding 'utf-8' [CR627]"


def test_a_missing_file_is_named_beside_what_there_is(folder):
    folder.write("a,b\n", "visit.csv")
    with pytest.raises(BookError) as caught:
        read_rows(folder.path, AB)
    assert str(caught.value) == "visits.csv: there is no such file; did you mean 'visit.csv'? [CR620]"
    with pytest.raises(BookError) as caught:
        read_rows(folder.path / "nowhere", AB)
    assert str(caught.value) == "visits.csv: there is no such file; the folder holds:  [CR620]"


def test_a_link_out_of_the_folder_is_not_followed(folder):
    outside = folder.write("a,b\n", "outside.csv")
    inside = folder.path / "inside"
    inside.mkdir()
    (inside / "visits.csv").symlink_to(outside)
    with pytest.raises(BookError) as caught:
        read_rows(inside, AB)
    assert str(caught.value) == "visits.csv: the file is outside the folder of the book [CR621]"


def test_a_wrong_map_or_zone_is_refused_before_anything_is_read(folder):
    assert refusal(folder, "a,b\n", FileMap("visits", delimiter=";;"), timezone="Mars/Base") == (
        "$.visits.delimiter: must be one character, 'tab' or 'whitespace', got ';;' [CR602]\n"
        "$.timezone: must be the name of a time zone, got 'Mars/Base' [CR602]"
    )


def test_a_column_that_the_rows_do_not_have_is_named(folder):
    rows = folder.read("a,b\n1,2\n", AB)
    with pytest.raises(PolicyError) as caught:
        rows.column("c")
    assert str(caught.value) == "column of visits must be one of a, b, got 'c'"


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_the_csv_module_wrote_is_read_back(tmp_path_factory, rows, delimiter):
    folder = tmp_path_factory.mktemp("book")
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([("a", "b"), *rows])
    (folder / "visits.csv").write_bytes(written.getvalue().encode())
    found = read_rows(folder, FileMap("visits", delimiter=delimiter))
    assert list(found) == [tuple(text.strip() or None for text in row) for row in rows]
    assert found.rejected == ()


GARBAGE = st.lists(
    st.sampled_from([b"a", b"1", b",", b'"', b"\n", b"\r\n", b"\r", b"\xff", b"\0", "张".encode(), b'"\n', b"1,2\n"]),
    max_size=40,
).map(b"".join)


@settings(max_examples=150)
@given(GARBAGE, st.sampled_from([AB, SPACED]))
def test_every_line_of_any_file_has_its_place(tmp_path_factory, garbage, file_map):
    folder = tmp_path_factory.mktemp("book")
    header = b"a b\n" if file_map is SPACED else b"a,b\n"
    (folder / "visits.csv").write_bytes(header + garbage)
    rows = read_rows(folder, file_map, excluded_by=lambda row: "ones" if row[0] == "1" else None)
    assert rows.read == len(rows) + rows.excluded.get("ones", 0) + len(rows.rejected)
    lines = [*rows.lines, *(rejection.line for rejection in rows.rejected)]
    assert len(set(lines)) == len(lines)
    assert max(lines, default=2) <= 1 + len((garbage + b"\n").splitlines())
    assert all(rejection.problem.sentence("zh") != rejection.problem.sentence() for rejection in rows.rejected)
    plain = {b'"', b"\r", b"\xff"}
    if not any(mark in garbage for mark in plain):
        assert rows.read == sum(bool(line.strip() if file_map is SPACED else line) for line in garbage.split(b"\n"))
