"""Reading the text of TOML, JSON and YAML documents into plain data."""

import json
import sys
import tomllib
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.documents import _syntax
from crmrules.documents._syntax import Source, decode, parse
from crmrules.errors import DocumentError

LOOK = "look at this place and just before it for a missing quote, comma or bracket [CR101]"


def refusals(text, kind, file="d"):
    with pytest.raises(DocumentError) as caught:
        parse(Source(text, kind, file))
    return [problem.text() for problem in caught.value.problems]


def undecodable(data):
    with pytest.raises(DocumentError) as caught:
        decode(data, file="d.toml")
    return str(caught.value)


# --- bytes ------------------------------------------------------------------------------------------------


def test_bytes_become_the_text_that_was_saved():
    assert decode("店 = 1\r\n".encode()) == "店 = 1\r\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a = 1\nb = '\xc3\xa9\xff'", "d.toml:2:7: byte 0xFF is not UTF-8"),
        ("a = 1".encode("utf-16"), "d.toml:1:1: byte 0xFF is not UTF-8"),
        ("a = '店'".encode("gbk"), "d.toml:1:6: byte 0xB5 is not UTF-8"),
    ],
)
def test_bytes_that_are_not_utf8_are_refused_at_the_first_wrong_one(data, told):
    assert undecodable(data) == f"{told}; save the file as UTF-8 without a byte order mark [CR102]"


def test_a_byte_order_mark_is_refused_before_and_after_decoding():
    told = (
        "the document begins with a byte order mark, which is not allowed; "
        "save the file as UTF-8 without a byte order mark [CR103]"
    )
    assert undecodable(b"\xef\xbb\xbfa = 1") == f"d.toml:1:1: {told}"
    assert refusals("\ufeffa = 1", "toml") == [f"d:1:1: {told}"]


def test_a_document_of_one_mebibyte_is_read_and_one_byte_more_is_refused():
    assert len(decode(b"#" * 1024 * 1024)) == 1024 * 1024
    assert undecodable(b"#" * (1024 * 1024 + 1)) == (
        "d.toml: the document has 1,048,577 bytes, more than the 1,048,576 allowed; "
        "split it into several documents [CR104]"
    )


# --- data -------------------------------------------------------------------------------------------------


def test_toml_becomes_plain_data_with_decimals_and_dates():
    text = """
        text = "店"
        whole = -1_000
        part = 12.50
        yes = true
        day = 2026-11-21
        hour = 09:30:00
        moment = 2026-11-21T09:30:00Z
        spaced = 2026-11-21 09:30:00
        list = [1, [], {}]
        [table.inner]
        a.b = 0
    """
    assert parse(Source(text, "toml")) == {
        "text": "店",
        "whole": -1000,
        "part": Decimal("12.50"),
        "yes": True,
        "day": date(2026, 11, 21),
        "hour": time(9, 30),
        "moment": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "spaced": datetime(2026, 11, 21, 9, 30),  # noqa: DTZ001 - local times are for the reader to refuse
        "list": [1, [], {}],
        "table": {"inner": {"a": {"b": 0}}},
    }


def test_json_becomes_plain_data_with_decimals():
    data = parse(Source(' { "a" : [1, -2.50, "x\\n", true, null, [], {}] , "b\\u0041": {} } ', "json"))
    assert data == {"a": [1, Decimal("-2.50"), "x\n", True, None, [], {}], "bA": {}}
    assert str(data["a"][1]) == "-2.50"


@pytest.mark.parametrize("fast", [True, False])
def test_every_scalar_of_yaml_stays_the_text_that_was_written(fast, monkeypatch):
    yaml = pytest.importorskip("yaml")
    if not fast:
        monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    text = """---
norway: NO
hour: 12:30:00
price: 1.10
nothing:
quoted: "<<"
rows:
  - [a, 'b', "c\\n"]
  - {x: 1e3, y: []}
note: |
  two
  lines
"<<": plain
...
"""
    assert parse(Source(text, "yaml")) == {
        "norway": "NO",
        "hour": "12:30:00",
        "price": "1.10",
        "nothing": "",
        "quoted": "<<",
        "rows": [["a", "b", "c\n"], {"x": "1e3", "y": []}],
        "note": "two\nlines\n",
        "<<": "plain",
    }


def test_an_empty_toml_document_is_an_empty_table():
    assert parse(Source("", "toml")) == parse(Source("# nothing\r\n", "toml")) == {}


# --- syntax -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("toml", "a = 1\nb == 2", "d:2:4: this is not correct TOML: Invalid value"),
        (
            "toml",
            "a = 1\r\nb 2",
            "d:2:3: this is not correct TOML: Expected '=' after a key in a key/value pair",
        ),
        ("toml", "a = [1 2]", "d:1:8: this is not correct TOML: Unclosed array"),
        ("toml", "a = [1, 2", "d:1:10: this is not correct TOML: Unclosed array"),
        (
            "toml",
            "[a\nb = 1",
            "d:1:3: this is not correct TOML: Expected ']' at the end of a table declaration",
        ),
        ("toml", "a = {b = 1", "d:1:11: this is not correct TOML: Unclosed inline table"),
        ("toml", 'a = "\\q"', "d:1:8: this is not correct TOML: Unescaped '\\' in a string"),
        ("toml", "a = 2026-02-30", "d:1:5: this is not correct TOML: Invalid date or datetime"),
        (
            "json",
            "{a: 1}",
            "d:1:2: this is not correct JSON: Expecting property name enclosed in double quotes",
        ),
        ("json", '{"a": [1}', "d:1:9: this is not correct JSON: Expecting ',' delimiter"),
        ("json", '{"a": "\\x"}', "d:1:8: this is not correct JSON: Invalid \\escape"),
        ("json", '{"a": 1_000}', "d:1:8: this is not correct JSON: Expecting ',' delimiter"),
        ("json", "{}\n{}", "d:2:1: this is not correct JSON: Extra data"),
        ("json", "", "d:1:1: this is not correct JSON: Expecting value"),
        (
            "yaml",
            "a: b: c",
            "d:1:5: this is not correct YAML: mapping values are not allowed in this context",
        ),
        ("yaml", "a: [1\nb", "d:2:2: this is not correct YAML: did not find expected ',' or ']'"),
    ],
)
def test_a_syntax_error_comes_alone_with_its_place(kind, text, told):
    if kind == "yaml":
        pytest.importorskip("yaml")
    (found,) = refusals(text, kind)
    assert found.endswith(LOOK)
    assert found.startswith(told.rsplit(": ", 1)[0]) if kind == "yaml" else found == f"{told}; {LOOK}"


def test_a_text_that_only_the_parser_understands_is_refused(monkeypatch):
    monkeypatch.setattr(tomllib, "loads", lambda text, parse_float: {"a": "what a later TOML allows"})
    assert refusals("a = <new>, b", "toml") == [f"d:1:10: this is not correct TOML: unexpected text; {LOOK}"]


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("json", " [1]", "1:2"),
        ("json", '"a"', "1:1"),
        ("json", "null", "1:1"),
        ("yaml", "- a\n- b", "1:1"),
        ("yaml", "\n  a", "2:3"),
        ("yaml", "", "1:1"),
    ],
)
def test_the_top_of_a_document_must_be_a_table(kind, text, place):
    if kind == "yaml":
        pytest.importorskip("yaml")
    told = "the document must be a table of names and values; begin with a name and its value [CR114]"
    assert refusals(text, kind) == [f"d:{place}: {told}"]


# --- keys given twice -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("json", '{"a": 1,\n "a": 2}', "d:2:2: $.a"),
        ("json", '{"b": [{"\\u0061": 1, "a": 2}]}', "d:1:22: $.b[0].a"),
        ("yaml", "a: 1\nb: 2\n'a': 3", "d:3:1: $.a"),
        ("toml", "a = 1\n\na = 2", "d:3:1: $.a"),
        ("toml", 'a = 1\n"\\u0061" = 2', "d:2:1: $.a"),
        ("toml", "b = {a = 1, a = 2}", "d:1:13: $.b.a"),
        ("toml", "a.b = 1\na.b = 2", "d:2:3: $.a.b"),
        ("toml", "a = 1\na.b = 2", "d:2:1: $.a"),
        ("toml", "b = {a = {}, a.c = 2}", "d:1:14: $.b.a"),
        ("toml", "a = 1\n[a]\nb = 1", "d:2:2: $.a"),
        ("toml", "a = []\n[a.b]\nb = 1", "d:2:2: $.a"),
        ("toml", "[a]\n[ a ]", "d:2:3: $.a"),
        ("toml", "a.b = 1\n[a]", "d:2:2: $.a"),
        ("toml", "[a.b.c]\n[a]\nb.d = 1\n[a.b]", "d:4:4: $.a.b"),
        ("toml", "[a]\n[[a]]", "d:2:3: $.a"),
        ("toml", "[[a]]\n[a]", "d:2:2: $.a"),
        ("toml", "a = [{}]\n[[a]]\nb = 1\n[a.c]", "d:2:3: $.a"),
        ("toml", "[a.b]\n[a]\nb.c = 1", "d:3:1: $.a.b"),
    ],
)
def test_a_key_or_table_given_twice_is_refused_where_it_comes_again(kind, text, place):
    if kind == "yaml":
        pytest.importorskip("yaml")
    key = place[-1]
    told = f"{place}: '{key}' is given twice here; keep one of the two, or rename one [CR111]"
    assert refusals(text, kind)[0] == told


def test_tables_may_be_opened_in_any_order():
    text = "[a.b.c]\nx = 1\n[a]\ny = 2\n[[t]]\n[t.u]\nz = 3\n[[t]]\nu.z = 4\nu.w = 5\n"
    text += "[v]\nk.l = 1\n[v.k.m]\nn = 1"
    assert parse(Source(text, "toml")) == {
        "a": {"b": {"c": {"x": 1}}, "y": 2},
        "t": [{"u": {"z": 3}}, {"u": {"z": 4, "w": 5}}],
        "v": {"k": {"l": 1, "m": {"n": 1}}},
    }


# --- what YAML may not use --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a: &x 1\nb: *x",
            [
                "d:1:4: anchor &x is not allowed; remove it [CR113]",
                "d:2:4: alias *x is not allowed; write the value out again [CR113]",
            ],
        ),
        (
            "a: !!int 1",
            [
                "d:1:4: tag tag:yaml.org,2002:int is not allowed; "
                "remove it; what is read decides the kind of each value [CR113]"
            ],
        ),
        (
            "a: &x !t {b: 1}",
            [
                "d:1:4: anchor &x is not allowed; remove it [CR113]",
                "d:1:4: tag !t is not allowed; remove it; what is read decides the kind of each value [CR113]",
            ],
        ),
        ("a:\n  <<: {b: 1}", ["d:2:3: merge key << is not allowed; write the merged values out [CR113]"]),
        ("%YAML 1.1\n---\na: 1", ["d:1:1: a % directive is not allowed; remove it [CR113]"]),
        ("%YAML 1." + "1" * 5000, ["d:1:1: a % directive is not allowed; remove it [CR113]"]),
        (
            "a: 1\n---\nb: 2",
            ["d:2:1: a second document in the same file is not allowed; put it into a file of its own [CR113]"],
        ),
        (
            "a: 1\n? [b]\n: 2",
            ["d:2:3: a list or table as a key is not allowed; write the key as a plain or quoted text [CR113]"],
        ),
    ],
)
def test_features_of_yaml_that_hide_what_is_meant_are_refused(text, told):
    pytest.importorskip("yaml")
    assert refusals(text, "yaml") == told


def test_without_pyyaml_a_yaml_document_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert refusals("a: 1", "yaml") == [
        "d: YAML cannot be read because PyYAML is not installed; "
        "install crmrules[yaml], or write the document in TOML or JSON [CR115]"
    ]


# --- laws -------------------------------------------------------------------------------------------------


def nested(inner):
    return st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~.\"' é", max_size=3), inner, max_size=3)


NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]))
DATA = st.dictionaries(st.text("ab/~.\"' é", max_size=3), st.recursive(LEAVES, nested))


@given(DATA, st.sampled_from([None, 0, 1, 4]), st.booleans())
def test_json_reads_back_what_was_written(data, indent, ascii_only):
    assert parse(Source(json.dumps(data, indent=indent, ensure_ascii=ascii_only), "json")) == data


PIECES = {
    "toml": [
        *"[]{},.=\"'ab\\#1",
        *("[[", "]]", '"""', "'''", '"a.b"', "\\n", "-2.5", "1e5", "inf", "2026-11-21", " 09:30:00"),
        *("a=1\n", "[a]\n", "[[b]]\n", "[a.b]\n", "a.b=1\n", "b={a=1}\n"),
    ],
    "json": [
        *'{}[],:"\\1',
        '"a"',
        '"b"',
        "\\n",
        "-2.5",
        "1e5",
        "NaN",
        "true",
        "null",
        '"a":1',
        '"b":[',
        '{"c":',
    ],
    "yaml": [*"ab:-?[]{},\"'|>#1%@`~", "a: ", "b:", "- ", " #c", "&a ", "*a ", "!t ", "<<: ", "---", "..."],
}


@pytest.mark.parametrize("kind", ["toml", "json", "yaml"])
@given(st.data())
def test_any_text_is_read_or_refused_with_a_place(kind, data):
    if kind == "yaml":
        pytest.importorskip("yaml")
    pieces = st.sampled_from([*PIECES[kind], "\n", "\r\n", " ", "  ", "\t", "é", "\0"])
    text = "".join(data.draw(st.lists(pieces, max_size=20)))
    try:
        found = parse(Source(text, kind))
    except DocumentError as error:
        assert all(problem.line and problem.column for problem in error.problems)  # noqa: PT017
    else:
        assert isinstance(found, dict)


def test_the_module_offers_what_readers_need():
    assert _syntax.__all__ == ["Format", "Source", "decode", "parse"]
