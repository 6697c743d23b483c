"""The limits of documents: each at its edge, with its whole message, and inputs made to be slow."""

from decimal import Decimal

import pytest

from crmrules._words import CHINESE
from crmrules.documents._codes import REFUSALS
from crmrules.documents._limits import CODES, number_problem
from crmrules.documents._syntax import Source, parse
from crmrules.errors import DocumentError

MEBIBYTE = 1024 * 1024


def refusals(text, kind):
    if kind == "yaml":
        pytest.importorskip("yaml")
    with pytest.raises(DocumentError) as caught:
        parse(Source(text, kind, "d"))
    return [problem.text() for problem in caught.value.problems]


def read(text, kind):
    if kind == "yaml":
        pytest.importorskip("yaml")
    return parse(Source(text, kind))


# --- codes ------------------------------------------------------------------------------------------------


def test_every_code_has_a_meaning_and_every_refusal_a_code():
    assert {refusal.code for refusal in REFUSALS} == set(CODES)
    assert list(CODES) == [f"CR{number}" for number in range(101, 116)]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.message)
def test_every_refusal_can_be_said_in_chinese(refusal):
    assert refusal.message in CHINESE
    assert refusal.hint in CHINESE


def test_a_refusal_reads_well_in_chinese():
    with pytest.raises(DocumentError) as caught:
        parse(Source("a = 1e3", "toml", "d"))
    (problem,) = caught.value.problems
    assert problem.text("zh") == "d:1:5: $.a: 数字 1e3 带有指数，这是不允许的；请写出全部数字 [CR110]"


# --- size -------------------------------------------------------------------------------------------------


def test_the_size_counts_bytes_and_not_characters():
    assert read("#" + "é" * (MEBIBYTE // 2 - 1), "toml") == {}
    assert refusals("#é" + "é" * (MEBIBYTE // 2 - 1), "toml") == [
        "d: the document has 1,048,577 bytes, more than the 1,048,576 allowed; split it into several documents [CR104]"
    ]


# --- depth ------------------------------------------------------------------------------------------------

DEEP = "tables and lists are nested more than 32 deep, which is not allowed; make the document flatter [CR105]"


@pytest.mark.parametrize(
    ("kind", "before", "opening", "closing", "after"),
    [
        ("json", '{"a":', "[", "]", "}"),
        ("json", '{"a":', '{"a":', "}", "}"),
        ("toml", "a =", "[", "]", ""),
        ("toml", "a =", "{a=", "}", ""),
        ("yaml", "a: ", "[", "]", ""),
        ("yaml", "a: ", "{a: ", "}", ""),
    ],
)
def test_thirty_two_levels_may_be_nested_and_no_more(kind, before, opening, closing, after):
    def levels(number):
        inner = '""' if opening != "[" else ""
        return before + opening * (number - 1) + inner + closing * (number - 1) + after

    assert read(levels(32), kind)
    (found,) = refusals(levels(33), kind)
    assert found.startswith("d:1:")
    assert found.endswith(DEEP)


def test_levels_of_headers_dotted_keys_and_inline_tables_add_up():
    ten = ".".join("abcdefghij")
    assert read(f"[{ten}]\n{ten}.k = {{{ten} = {{}}}}", "toml")
    assert refusals(f"[[{ten}]]\n{ten}.k = {{{ten} = {{}}}}", "toml")[0].endswith(DEEP)


# --- numbers of values, items and parts -------------------------------------------------------------------

MANY = "the document has more values than the 50,000 allowed; split it into several documents [CR106]"
LONG = "this list has more items than the 10,000 allowed; keep long lists in a data file instead of a document [CR107]"


def lists(items, ends):
    """Five lists of 9,999 items, which with the lists themselves make 50,000 values, and one value more."""
    listed = ",".join(["1"] * 9_999)
    text = ",".join(items.format(name=name, listed=listed) for name in "abcde")
    return ends[0] + text + ends[1], ends[0] + text + "," + items.format(name="f", listed="") + ends[1]


def test_fifty_thousand_values_may_be_given_in_json():
    most, more = lists('"{name}":[{listed}]', "{}")
    assert len(read(most, "json")) == 5
    assert refusals(more, "json") == [f"d:1:100026: {MANY}"]


def test_fifty_thousand_values_may_be_given_in_toml():
    most, more = lists("{name}=[{listed}]", ["", ""])
    assert len(read(most.replace("],", "]\n"), "toml")) == 5
    assert refusals(more.replace("],", "]\n"), "toml") == [f"d:6:1: {MANY}"]


def test_fifty_thousand_values_may_be_given_in_yaml():
    most, more = lists("{name}: [{listed}]", ["", ""])
    assert len(read(most.replace("],", "]\n"), "yaml")) == 5
    assert refusals(more.replace("],", "]\n"), "yaml") == [f"d:6:4: {MANY}"]


@pytest.mark.parametrize(
    ("kind", "before", "item", "after", "place"),
    [
        ("json", '{"a": [', "1,", "1]}", "d:1:7: $.a"),
        ("toml", "a = [", "1,", "1]", "d:1:5: $.a"),
        ("toml", "", "[[a]]\n", "[[a]]", "d:1:1: $.a"),
        ("yaml", "a:\n", "- b\n", "- b", "d:2:1: $.a"),
    ],
)
def test_ten_thousand_items_may_be_listed(kind, before, item, after, place):
    assert len(read(before + item * 9_999 + after, kind)["a"]) == 10_000
    assert refusals(before + item * 10_000 + after, kind) == [f"{place}: {LONG}"]


PARTS = (
    "this name has more than the 32 parts allowed between dots; "
    "put quotes around a name that contains dots, or make the document flatter [CR109]"
)


def test_a_name_may_have_thirty_two_parts():
    assert read("a." * 31 + "a = 1", "toml")
    assert refusals("b = 1\n  " + "a." * 32 + "a = 1", "toml") == [f"d:2:3: {PARTS}"]
    assert refusals("[" + "a . " * 32 + "a]", "toml") == [f"d:1:2: {PARTS}"]


# --- texts ------------------------------------------------------------------------------------------------

TEXT = (
    "this text has 10,001 characters, more than the 10,000 allowed; shorten it, or split it into several texts [CR108]"
)


@pytest.mark.parametrize(
    ("kind", "before", "one", "after", "place"),
    [
        ("json", '{"a": "', "x", '"}', "d:1:7: $.a"),
        ("json", '{"a": "', "\\u00e9", '"}', "d:1:7: $.a"),
        ("toml", 'a = "', "x", '"', "d:1:5: $.a"),
        ("toml", 'a = "', "\\u00e9", '"', "d:1:5: $.a"),
        ("toml", "a = '", "\\", "'", "d:1:5: $.a"),
        ("toml", 'a = """', "\n", '"""', "d:1:5: $.a"),
        ("toml", "a = '''", "x", "'''", "d:1:5: $.a"),
        ("yaml", "a: ", "x", "", "d:1:4: $.a"),
    ],
)
def test_a_text_may_have_ten_thousand_characters(kind, before, one, after, place):
    assert len(read(before + one * 10_000 + after, kind)["a"]) in {
        9_999,
        10_000,
    }  # TOML drops a first line feed
    assert refusals(before + one * 10_001 + after, kind) == [f"{place}: {TEXT}"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("json", '{{"{key}": 1}}'), ("toml", "{key} = 1"), ("toml", "[{key}]"), ("yaml", "? {key}\n: 1")],
)
def test_a_key_may_have_ten_thousand_characters(kind, text):
    assert read(text.format(key="k" * 10_000), kind)
    (found,) = refusals(text.format(key="k" * 10_001), kind)
    assert found.endswith(f"$.{'k' * 99}…: {TEXT}")


# --- numbers ----------------------------------------------------------------------------------------------

DIGITS = (
    "has more than 18 digits before the point or more than 9 after it; "
    "round it, or put it in quotes if it is not a number [CR110]"
)


@pytest.mark.parametrize("number", ["999999999999999999", "-999999999999999999.123456789", "0.000000001", "-0"])
def test_numbers_of_eighteen_and_nine_digits_are_read_exactly(number):
    assert Decimal(read(f"a = {number}", "toml")["a"]) == Decimal(number)
    assert Decimal(read(f'{{"a": {number}}}', "json")["a"]) == Decimal(number)


@pytest.mark.parametrize(
    ("kind", "number", "told"),
    [
        ("toml", "1000000000000000000", f"number 1000000000000000000 {DIGITS}"),
        ("json", "-1000000000000000000", f"number -1000000000000000000 {DIGITS}"),
        ("toml", "1.0000000000", f"number 1.0000000000 {DIGITS}"),
        ("json", "0.0000000001", f"number 0.0000000001 {DIGITS}"),
        ("json", "9" * 5000, f"number {'9' * 59}… {DIGITS}"),
        ("toml", "9_" * 5000 + "9", f"number {'9_' * 29}9… {DIGITS}"),
        ("toml", "9" * 5000 + "x", f"number {'9' * 59}… {DIGITS}"),
        ("toml", "1e3", "number 1e3 has an exponent, which is not allowed; write all its digits [CR110]"),
        (
            "json",
            "1e999999",
            "number 1e999999 has an exponent, which is not allowed; write all its digits [CR110]",
        ),
        (
            "json",
            "-2.5E+1",
            "number -2.5E+1 has an exponent, which is not allowed; write all its digits [CR110]",
        ),
        ("toml", "-inf", "-inf is not a finite number; write a number with digits [CR110]"),
        ("toml", "nan", "nan is not a finite number; write a number with digits [CR110]"),
        ("json", "NaN", "NaN is not a finite number; write a number with digits [CR110]"),
        ("json", "-Infinity", "-Infinity is not a finite number; write a number with digits [CR110]"),
        (
            "toml",
            "0xFF",
            "number 0xFF is not written in decimals; write it with the digits 0 to 9 only [CR110]",
        ),
        (
            "toml",
            "0o17",
            "number 0o17 is not written in decimals; write it with the digits 0 to 9 only [CR110]",
        ),
        (
            "toml",
            "0b11",
            "number 0b11 is not written in decimals; write it with the digits 0 to 9 only [CR110]",
        ),
    ],
)
def test_other_numbers_are_refused(kind, number, told):
    text, column = (f"a = {number}", 5) if kind == "toml" else (f'{{"a": {number}}}', 7)
    assert refusals(text, kind) == [f"d:1:{column}: $.a: {told}"]


@pytest.mark.parametrize("token", ["true", "2026-11-21", "09:30:00", "information", "x", "null", "1_000", "+5"])
def test_a_bare_word_that_is_no_wrong_number_is_left_to_the_parser(token):
    assert number_problem(token) is None


def test_every_wrong_number_is_told_at_once():
    assert [line.split(" ", 2)[0] for line in refusals("a = 1e3\nb = [inf, 2,\n 0x1]", "toml")] == [
        "d:1:5:",
        "d:2:6:",
        "d:3:2:",
    ]


def test_a_hundred_problems_are_enough():
    assert len(refusals("a = [" + "inf," * 101 + "]", "toml")) == 100
    assert len(refusals("#" + "\0" * 101, "toml")) == 100


# --- control characters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("toml", "a = 1\n# \0", "d:2:3: control character U+0000"),
        ("toml", "a = 1\rb = 2", "d:1:6: control character U+000D"),
        ("json", '{"a": "\x7f"}', "d:1:8: control character U+007F"),
        ("yaml", "a: \x85", "d:1:4: control character U+0085"),
        ("toml", "a = '\u202e'", "d:1:6: control character U+202E"),
        ("toml", "a = '\ud800'", "d:1:6: control character U+D800"),
        ("yaml", "a: \uffff", "d:1:4: control character U+FFFF"),
        ("json", '{"a": ["\\u0000"]}', "d:1:8: $.a[0]: control character U+0000"),
        ("json", '{"a": "\\ud800"}', "d:1:7: $.a: control character U+D800"),
        ("json", '{"b": 1, "\\b": 1}', "d:1:10: $.\b: control character U+0008"),
        ("toml", 'a = "\\u001b"', "d:1:5: $.a: control character U+001B"),
        ("yaml", 'a: "\\e"', "d:1:4: $.a: control character U+001B"),
    ],
)
def test_control_characters_are_refused_raw_or_escaped(kind, text, told):
    hint = "is not allowed; remove it; only tabs and line breaks may stand in a document [CR112]"
    assert refusals(text, kind) == [f"{told} {hint}"]


def test_tabs_and_line_breaks_may_stand_in_a_text():
    assert read('a = "\\t\\n\\r\\n"', "toml") == {"a": "\t\n\r\n"}


# --- inputs made to be slow; these tests only have to end -------------------------------------------------


def filled(before, unit, after=""):
    room = MEBIBYTE - len(before) - len(after)
    return before + unit * (room // len(unit.encode())) + after


def counted(before, unit, after=""):
    units, size = [], len(before) + len(after)
    while (size := size + len(unit.format(len(units)))) <= MEBIBYTE:
        units.append(unit.format(len(units)))
    return before + "".join(units) + after


THIRTY = ".".join("abcdefghijklmnopqrstuvwxyz0123")
SLOW = {
    "toml": [
        filled("a = ", "["),
        filled("a = ", "{a="),
        filled("", "a.", "a=1"),
        filled("[", "a.", "a]"),
        filled("a = ", "[]"),
        filled("", "a=[\n"),
        filled("", "[a]\n"),
        filled("", "[[a]]\n"),
        filled("[[a]]\n", "[[a.b]]\n"),
        counted("", f"k{{}}.{THIRTY} = 1\n"),
        counted("", f"[k{{}}.{THIRTY}]\n"),
        counted("", 'k{} = "\\u0041"\n'),
        filled("a = ", "9"),
        filled("a = ", "9_", "9"),
        filled("a = 1.", "9"),
        filled('a = """', '"" '),
        filled("a = '''", "x"),
        filled('a = "', "\\u0041", '"'),
        filled('"', "\\u0041", '" = 1'),
        filled("", '"'),
        filled("", "#\n"),
        filled("", "\r\n"),
        filled("a = [", "#\n", "]"),
        filled("a = [", " ", "]"),
        filled("", " "),
        filled("", "="),
        filled("", "\\"),
    ],
    "json": [
        filled("", "["),
        filled("", '{"a":'),
        filled("", '[{"a":'),
        filled('{"a":[', "1,", "1]}"),
        filled('{"a":', "9", "}"),
        filled('{"a":1e', "9", "}"),
        filled('{"a":"', "\\u0041", '"}'),
        filled('{"a":"', "\\ud800", '"}'),
        filled('{"a":"', "x"),
        filled("{", '"a":1,', '"a":1}'),
        counted("{{", '"k{}":1,', '"k":1}').replace("{{", "{", 1),
        filled("", " "),
        filled("", '"'),
        filled("", "\\"),
        filled("", ","),
        filled("", "]"),
        "\ufeff" + filled("", "[")[:-3],
    ],
    "yaml": [
        filled("", "- "),
        filled("", "- a\n"),
        filled("", "["),
        filled("", "[\n"),
        filled("", "{"),
        filled("", "? "),
        filled("", "&a "),
        filled("", "*a "),
        filled("", "!"),
        filled("", "a: "),
        filled("", "a "),
        filled("", "a\n"),
        filled("", "%A\n"),
        filled("", "---\n"),
        filled("", "#\n"),
        filled("", "\n"),
        filled("a: |\n", " x\n"),
        filled('a: "', "\\x41", '"'),
        counted("", "k{}: 1\n"),
        "".join(" " * depth + "a:\n" for depth in range(1_400)),
    ],
}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(kind, text, id=f"{kind}-{text[:24]!r}".encode("ascii", "replace").decode())
        for kind, texts in SLOW.items()
        for text in texts
    ],
)
def test_a_mebibyte_made_to_be_slow_is_answered(kind, text):
    if kind == "yaml":
        pytest.importorskip("yaml")
    assert len(text.encode()) <= MEBIBYTE
    try:
        assert parse(Source(text, kind)) in ({}, {"a": []})
    except DocumentError as error:
        assert 1 <= len(error.problems) <= 100  # noqa: PT017
