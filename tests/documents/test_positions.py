"""Where in a document's text its values and keys stand."""

import json
import tomllib
from datetime import date, datetime, time
from decimal import Decimal

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from crmrules.documents._positions import locate, locate_keys, outline_of, placed
from crmrules.documents._source import Lines, Source
from crmrules.documents._syntax import parse
from crmrules.errors import DocumentError
from crmrules.problems import Problem, pointer_to

# --- tables of places -------------------------------------------------------------------------------------


def locate_key(source, pointer):
    return locate_keys(source, [pointer])[pointer]


def rest_of_lines(text, kind, pointers):
    """What stands in the line from the place of each value on."""
    lines = text.split("\n")
    places = locate(Source(text, kind), pointers)
    return {pointer: lines[line - 1][column - 1 :] for pointer, (line, column) in places.items()}


TOML = """# a document
title = "x"  # plain
"quoted key".'dots.in~it/' = 1
dotted . parent.leaf = 2
dotted.parent.other = 3
inline = { a.b = 4, a.c = [5, 6], d = {} }
text = \"\"\"
[not.a.header]
no = "key"
\"\"\"
other = '''it's # no comment'''
rows = [
  # a comment with ] and "
  "one", # another
  { when = "two" },
  [
    3,
  ],
]
day = 1979-05-27 07:32:00

[owner]
name = "y"
pets.dog = 7

[owner.address.home]
city = "z"

[owner.address]
zip = 8

[[tier]]
name = "first"
  [tier.rule]
  when = 9
  [[tier.rule.row]]
  then = 10
  [[ tier.rule.row ]]
  then = 11
[[tier]]
name = "second"
rule.when = 12
"""


def test_places_in_toml():
    expected = {
        "": "# a document",
        "/title": '"x"  # plain',
        "/quoted key": "\"quoted key\".'dots.in~it/' = 1",
        "/quoted key/dots.in~0it~1": "1",
        "/dotted": "dotted . parent.leaf = 2",
        "/dotted/parent": "parent.leaf = 2",
        "/dotted/parent/leaf": "2",
        "/dotted/parent/other": "3",
        "/inline": "{ a.b = 4, a.c = [5, 6], d = {} }",
        "/inline/a": "a.b = 4, a.c = [5, 6], d = {} }",
        "/inline/a/b": "4, a.c = [5, 6], d = {} }",
        "/inline/a/c": "[5, 6], d = {} }",
        "/inline/a/c/1": "6], d = {} }",
        "/inline/d": "{} }",
        "/text": '"""',
        "/other": "'''it's # no comment'''",
        "/rows": "[",
        "/rows/0": '"one", # another',
        "/rows/1": '{ when = "two" },',
        "/rows/1/when": '"two" },',
        "/rows/2": "[",
        "/rows/2/0": "3,",
        "/day": "1979-05-27 07:32:00",
        "/owner": "[owner]",
        "/owner/name": '"y"',
        "/owner/pets": "pets.dog = 7",
        "/owner/pets/dog": "7",
        "/owner/address": "[owner.address]",
        "/owner/address/home": "[owner.address.home]",
        "/owner/address/home/city": '"z"',
        "/owner/address/zip": "8",
        "/tier": "[[tier]]",
        "/tier/0": "[[tier]]",
        "/tier/0/name": '"first"',
        "/tier/0/rule": "[tier.rule]",
        "/tier/0/rule/when": "9",
        "/tier/0/rule/row": "[[tier.rule.row]]",
        "/tier/0/rule/row/0/then": "10",
        "/tier/0/rule/row/1": "[[ tier.rule.row ]]",
        "/tier/0/rule/row/1/then": "11",
        "/tier/1/name": '"second"',
        "/tier/1/rule": "rule.when = 12",
        "/tier/1/rule/when": "12",
    }
    for text in (TOML, TOML.replace("\n", "\r\n")):
        found = rest_of_lines(text, "toml", expected)
        assert {pointer: rest.rstrip("\r") for pointer, rest in found.items()} == expected
        assert set(pointers_of(parse(Source(text, "toml")))) >= set(expected)


def test_a_later_table_of_a_list_has_a_later_place():
    places = locate(Source(TOML, "toml"), ["/tier", "/tier/0", "/tier/1"])
    assert places == {"/tier": (32, 1), "/tier/0": (32, 1), "/tier/1": (40, 1)}


def test_a_table_that_only_a_deeper_header_implies_has_the_place_of_that_header():
    source = Source("\n[a.b.c]\nd = 1\n[[e.f]]\n", "toml")
    assert locate(source, ["/a", "/a/b", "/e"]) == {"/a": (2, 1), "/a/b": (2, 1), "/e": (4, 1)}
    assert [locate_key(source, pointer) for pointer in ("/a", "/a/b", "/e/f", "/e/f/0")] == [
        (2, 2),
        (2, 4),
        (4, 5),
        (4, 5),
    ]


def test_places_in_json():
    text = ' {\n\t"a" : "店 { \\" [",\r\n  "b\\u0041": [ 1 ,[2.5,{} ], {"c/~":null}],\n"": true }'
    expected = {
        "": "{",
        "/a": '"店 { \\" [",\r',
        "/bA": '[ 1 ,[2.5,{} ], {"c/~":null}],',
        "/bA/0": '1 ,[2.5,{} ], {"c/~":null}],',
        "/bA/1": '[2.5,{} ], {"c/~":null}],',
        "/bA/1/0": '2.5,{} ], {"c/~":null}],',
        "/bA/1/1": '{} ], {"c/~":null}],',
        "/bA/2/c~1~0": "null}],",
        "/": "true }",
    }
    assert rest_of_lines(text, "json", expected) == expected


@pytest.mark.parametrize("fast", [True, False])
def test_places_in_yaml(fast, monkeypatch):
    yaml = pytest.importorskip("yaml")
    if not fast:
        monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    text = "---\n店: é x\r\nb:\n  c: 'y'\n  d:\n  - 1\n  -   [2, {e: 3}]\n  - f: |\n      4\n    g: 5\nh:\n"
    expected = {
        "": "店: é x\r",
        "/店": "é x\r",
        "/b": "c: 'y'",
        "/b/c": "'y'",
        "/b/d": "- 1",
        "/b/d/0": "1",
        "/b/d/1": "[2, {e: 3}]",
        "/b/d/1/1/e": "3}]",
        "/b/d/2": "f: |",
        "/b/d/2/f": "|",
        "/b/d/2/g": "5",
        "/h": "",
    }
    assert rest_of_lines(text, "yaml", expected) == expected
    assert locate_key(Source(text, "yaml"), "/b/d/2/g") == (10, 5)


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/a/b", (1, 6)),
        ("/a/b/c", (1, 12)),
        ("/a/b/c/1", (1, 19)),
        ("/a", (1, 1)),
        ("/t/u", (2, 5)),
        ("/t/u/0", (2, 5)),
        ("/t/u/0/k", (3, 3)),
        ("", (1, 1)),
    ],
)
def test_the_place_of_a_key(pointer, place):
    assert locate_key(Source("'a' .b = { c= [0, 1] }\n[[t.u]]\n  k=2", "toml"), pointer) == place


@pytest.mark.parametrize(
    ("kind", "text"),
    [("toml", "a = 1\nb = [2, {c = 3}]"), ("json", '{"a": 1,\n"b": [2, {"c": 3}]}')],
)
def test_a_pointer_to_nothing_has_the_place_of_the_nearest_parent(kind, text):
    source = Source(text, kind)
    there = locate(source, ["", "/a", "/b", "/b/1"])
    missing = {"/x": "", "/a/x": "/a", "/b/2": "/b", "/b/-": "/b", "/b/1/x/y": "/b/1"}
    assert locate(source, missing) == {pointer: there[parent] for pointer, parent in missing.items()}
    assert locate_key(source, "/b/1/x") == locate_key(source, "/b/1")


def test_what_stands_before_a_fault_can_be_located():
    assert locate(Source("a = 1\nb = [2, 3 4", "toml"), ["/b/1", "/c"]) == {"/b/1": (2, 9), "/c": (1, 1)}
    assert locate(Source("a = 1\nb = '\0'", "toml"), ["/b"]) == {"/b": (1, 1)}


def test_problems_get_the_places_of_their_pointers_and_are_sorted():
    problems = [
        Problem("CR2", "y", pointer="/b"),
        Problem("CR1", "x", pointer="/a"),
        Problem("CR3", "z", line=9),
    ]
    assert [problem.text() for problem in placed(Source("a = 1\nb = 2", "toml", "f"), problems)] == [
        "f:1:5: $.a: x [CR1]",
        "f:2:5: $.b: y [CR2]",
        "9: z [CR3]",
    ]


@given(st.text("ab\n\r", max_size=30), st.data())
def test_lines_and_offsets_are_each_others_inverse(text, data):
    offset = data.draw(st.integers(0, len(text)))
    lines = Lines(text)
    line, column = lines.place(offset)
    assert lines.offset(line, column) == offset
    assert text.split("\n")[line - 1][column - 1 :] == text[offset:].split("\n")[0]


# --- laws -------------------------------------------------------------------------------------------------

KEYS = st.text("ab-1 .\"'\\/~é\n#[", max_size=3)
TEXTS = st.text("ab \"'\\\n\t#[]{},=é店", max_size=6)
WHOLE = st.integers(-(10**18) + 1, 10**18 - 1)
PARTS = st.decimals(-(10**6), 10**6, places=2)
TIMES = st.times().map(lambda value: value.replace(fold=0))
MOMENTS = st.datetimes(datetime(1000, 1, 1)).map(lambda value: value.replace(fold=0))  # noqa: DTZ001
TOML_LEAVES = st.booleans() | WHOLE | PARTS | TEXTS | st.dates(date(1000, 1, 1)) | TIMES | MOMENTS
JSON_LEAVES = st.none() | st.booleans() | WHOLE | TEXTS


def tables_of(leaves):
    def nested(inner):
        return st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)

    return st.dictionaries(KEYS, st.recursive(leaves, nested, max_leaves=12), max_size=4)


def inside(value):
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def pointers_of(value, *above):
    """Every pointer into plain data, with what it points to."""
    found = {pointer_to(*above): value}
    for name, inner in inside(value):
        found |= pointers_of(inner, *above, name)
    return found


def pointers_in(node, *above):
    """Every pointer into an outline."""
    found = {pointer_to(*above)}
    for name, inner in node.kids.items():
        found |= pointers_in(inner, *above, name)
    return found


def offsets(text, kind, pointers):
    lines = Lines(text)
    places = locate(Source(text, kind), pointers)
    return {pointer: lines.offset(*place) for pointer, place in places.items()}


def begins_with(text, offset, leaf):
    """Say whether a TOML value equal to ``leaf``, and of its type, is written from an offset on."""
    for end in range(offset + 1, len(text) + 1):
        if text[end : end + 1].strip(" \r\n,]}#"):
            continue
        try:
            value = tomllib.loads(f"value = {text[offset:end]}", parse_float=Decimal)
        except tomllib.TOMLDecodeError:
            continue
        if value == {"value": leaf} and type(value["value"]) is type(leaf):
            return True
    return False


def is_leaf(value):
    return not isinstance(value, dict | list)


@given(
    tables_of(JSON_LEAVES),
    st.sampled_from([None, 0, 1, 3, "\t"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_each_place_in_json_is_where_the_value_is_written(data, indent, ascii_only, newline):
    text = newline + json.dumps(data, indent=indent, ensure_ascii=ascii_only).replace("\n", newline)
    values = pointers_of(data)
    assert pointers_in(outline_of(Source(text, "json")).root) == set(values)
    for pointer, offset in offsets(text, "json", values).items():
        assert json.JSONDecoder().raw_decode(text, offset)[0] == values[pointer]


@given(tables_of(TOML_LEAVES), st.booleans())
def test_each_place_in_written_toml_is_where_the_value_is_written(data, multiline):
    text = tomli_w.dumps(data, multiline_strings=multiline)
    check_toml(text, data)


def check_toml(text, data):
    values = pointers_of(data)
    source = Source(text, "toml")
    assert parse(source) == data
    assert pointers_in(outline_of(source).root) == set(values)
    for pointer, offset in offsets(text, "toml", values).items():
        if is_leaf(values[pointer]):
            assert begins_with(text, offset, values[pointer]), (pointer, text[offset:])


@st.composite
def by_hand(draw):
    """TOML as people write it: dotted keys, headers, inline tables, comments and blanks anywhere."""
    data = draw(tables_of(TOML_LEAVES))
    return data, Hand(draw).table((), data, headed=True)


class Hand:
    """Writes the same data in ever other ways."""

    def __init__(self, draw):
        self.draw = draw

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def blank(self):
        return self.one_of("", "", " ", "\t ")

    def break_(self):
        return self.one_of("", " ", "\n", "\r\n", " # ] } \" '\n\n ")

    def line_end(self):
        return self.one_of("\n", "\r\n", ' # = """ \'\n', "\n\n \t\n")

    def key(self, name):
        bare = bool(name) and all(letter in "abcdefghijklmnopqrstuvwxyz-1" for letter in name)
        literal = "'" not in name and "\n" not in name
        return self.one_of(*[name] * bare, *[f"'{name}'"] * literal, quoted(name))

    def dotted(self, names):
        dot = self.blank() + "." + self.blank()
        return dot.join(self.key(name) for name in names)

    def value(self, value):
        if isinstance(value, list):
            items = [self.break_() + self.value(item) + self.break_() for item in value]
            comma = self.one_of("", ",") if items else ""
            return f"[{','.join(items)}{comma}{self.break_()}]"
        if isinstance(value, dict):
            pairs = [self.blank() + pair + self.blank() for pair in self.pairs((), value)]
            return f"{{{','.join(pairs)}}}"
        return self.text(value) if isinstance(value, str) else written(value)

    def text(self, text):
        choices = [quoted(text)]
        if not set(text) & set("'\n"):
            choices.append(f"'{text}'")
        if "'" not in text:
            choices += [f"'''\n{text}'''", "'''\r\n" + text + "'''"]
        if "\\" not in text and '"' not in text:
            choices += [
                f'"""\n{text}"""',
                f'"""\\\n  \n {quoted(text)[1:-1].replace(" ", chr(92) + "u0020")}"""',
            ]
        return self.one_of(*choices)

    def pairs(self, above, table):
        """Key-value pairs without a header, some of them with dotted keys."""
        pairs = []
        for name, value in table.items():
            if isinstance(value, dict) and value and self.one_of(True, False):
                pairs += self.pairs((*above, name), value)
            else:
                key = self.dotted((*above, name))
                pairs.append(key + self.blank() + "=" + self.blank() + self.value(value))
        return pairs

    def table(self, path, table, *, headed):
        """A table and the tables below it that get a header."""
        below = {name for name, value in table.items() if self.may_have_header(value)}
        lines = [] if headed else [f"[{self.blank()}{self.dotted(path)}{self.blank()}]"]
        lines += self.pairs((), {name: value for name, value in table.items() if name not in below})
        text = "".join(self.blank() + line + self.line_end() for line in lines)
        return text + "".join(self.below((*path, name), table[name]) for name in below)

    def may_have_header(self, value):
        tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
        return bool(isinstance(value, dict) or tables) and self.one_of(True, False)

    def below(self, path, value):
        if isinstance(value, dict):
            return self.table(path, value, headed=False)
        return "".join(
            f"[[{self.dotted(path)}]]{self.line_end()}{self.table(path, item, headed=True)}" for item in value
        )


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else str(value)


@given(by_hand())
def test_each_place_in_toml_by_hand_is_where_the_value_is_written(document):
    data, text = document
    check_toml(text, data)


@given(tables_of(TEXTS), st.sampled_from([None, True, False]), st.sampled_from([None, '"', "'"]))
def test_each_place_in_yaml_is_where_the_value_is_written(data, flow, quotes):
    yaml = pytest.importorskip("yaml")
    text = yaml.dump(data, default_flow_style=flow, default_style=quotes, allow_unicode=True)
    text = text.replace("!!str ", "")
    values = pointers_of(data)
    source = Source(text, "yaml")
    assert parse(source) == data
    assert pointers_in(outline_of(source).root) == set(values)
    for pointer, offset in offsets(text, "yaml", values).items():
        if is_leaf(values[pointer]) and quotes:
            assert text[offset] in "\"'"


PIECES = ["", '"', "'", '"""', "\n", "\r\n", "[", "]", "{", "}", ",", "=", ":", ".", "#", "\\", "1", "a", " "]


@given(by_hand(), st.integers(0), st.integers(0, 3), st.sampled_from(PIECES))
def test_a_damaged_document_is_refused_or_its_outline_still_agrees(document, start, length, piece):
    text = document[1]
    start %= len(text) + 1
    source = Source(text[:start] + piece + text[start + length :], "toml")
    try:
        data = parse(source)
    except DocumentError as error:
        assert "unexpected text" not in str(error)  # noqa: PT017 - the parser saw the damage itself
    else:
        assert pointers_in(outline_of(source).root) == set(pointers_of(data))
