"""The JSON Schema of documents: current, true to what is read, and written for editors."""

import json
import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.conditions import Fact
from crmrules.documents import Kit, PolicyKind, as_data, loads, packaged, packaged_names, schema
from crmrules.errors import DocumentError, PolicyError
from crmrules.facts import choice
from tests.documents.samples import EVERYTHING, as_json, data_of
from tests.documents.test_problems import LEAVES as ALL_LEAVES
from tests.documents.test_problems import broken

jsonschema = pytest.importorskip("jsonschema")

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "handbook.schema.json"
MAKE = "crmrules schema > docs/reference/handbook.schema.json"
ACROSS = {  # what no schema can say: names, conditions, and parts that must go together
    *("CR205", "CR206", "CR207", "CR208", "CR209"),
    *("CR301", "CR302", "CR303", "CR304", "CR305", "CR306", "CR307"),
}
VALIDATORS = {
    "draft-07": jsonschema.Draft7Validator(schema(), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER),
    "2020-12": jsonschema.Draft202012Validator(
        schema(draft="2020-12"), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ),
}


LEAVES = [path for path in ALL_LEAVES if path != ("$schema",)]  # the reader lets it be anything


def plain(data):
    """Return plain data as a schema sees it: JSON numbers, dates as texts."""
    return json.loads(as_json(data))


def test_the_committed_schema_is_current():
    text = COMMITTED.read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(schema())), f"it is out of date; run: {MAKE}"


@pytest.mark.parametrize("draft", VALIDATORS)
def test_the_schema_is_a_schema(draft):
    type(VALIDATORS[draft]).check_schema(schema(draft=draft))
    assert draft.split("-")[-1] in schema(draft=draft)["$schema"]


@pytest.mark.parametrize("draft", VALIDATORS)
@pytest.mark.parametrize("name", [*packaged_names(), "everything"])
def test_handbooks_are_valid(name, draft):
    data = data_of(EVERYTHING) if name == "everything" else as_data(packaged(name))
    assert list(VALIDATORS[draft].iter_errors(plain(data))) == []


@given(st.sampled_from(LEAVES), st.sampled_from(["left out", "misspelt", "value misspelt", "table", "list"]))
@settings(max_examples=150)
def test_a_document_is_valid_if_it_is_read_but_for_rules_across_fields(path, how):
    data, _ = broken(path, how)
    assert_agree(as_json(data))


def assert_agree(text):
    """The schema and the reader say the same of a document, but for what no schema can say."""
    fits = VALIDATORS["draft-07"].is_valid(json.loads(text))
    try:
        loads(text, "json")
    except DocumentError as error:
        told = error.problems
    else:
        told = ()
    rules = all(problem.code in ACROSS and not problem.pointer.endswith("/kind") for problem in told)
    assert fits == rules, "\n".join(problem.text() for problem in told)


@given(st.sampled_from(LEAVES), st.sampled_from([None, True, 5, Decimal("0.5"), "x", [], {}, ["x"], {"a": 1}]))
@settings(max_examples=150)
def test_a_value_is_valid_where_it_is_read(path, value):
    data = deepcopy(data_of(EVERYTHING))
    *outer, name = path
    around: Any = data
    for step in outer:
        around = around[step]
    around[name] = value
    assert_agree(as_json(data))


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("annual_spend", True),
        ("年采购额", True),
        ("_x1", True),
        ("1st", False),
        ("a b", False),
        ("a-b", False),
        ("", False),
    ],
)
def test_a_name_may_be_chinese_and_holds_no_space(name, good):
    pattern = schema()["properties"]["facts"]["propertyNames"]["pattern"]
    assert bool(re.search(pattern, name)) == good


def test_every_key_is_described():
    def undescribed(part, path=""):
        for name, each in part.get("properties", {}).items():
            if part.get("additionalProperties") is False and "kind" in part["properties"] and "description" not in each:
                yield f"{path}.{name}"

    definitions = schema()["definitions"]
    assert [found for part in definitions.values() for found in undescribed(part)] == []
    assert definitions["fact"]["properties"]["leap_day"] == {
        "enum": ["feb28", "mar1"],
        "description": "When a year that began on 29 February is complete.",
    }


def test_a_fact_says_its_type_or_counts_from_a_date():
    fits = VALIDATORS["draft-07"].is_valid
    head = {"crmrules": 1, "name": "x"}
    assert fits({**head, "facts": {"a": {"type": "date"}, "b": {"days_since": "a"}}})
    assert not fits({**head, "facts": {"a": {}}})


@frozen
class Risk:
    """A rule of a kit."""

    fact: Fact
    limit: Decimal = Decimal(1)
    words: tuple[str, ...] = ()

    outcome = choice("safe", "risky")

    @property
    def reads(self):
        return (self.fact,)

    def judge(self, values, why):
        return "risky"


def test_the_kinds_of_a_kit_are_in_the_schema():
    kits = [Kit("ours", policies=[PolicyKind.own("risk", Risk, section="warnings")])]
    made = schema(kits)
    assert made["properties"]["warnings"]["additionalProperties"]["properties"] == {"kind": {"enum": ["risk"]}}
    risk = made["definitions"]["policy_risk"]
    assert risk["required"] == ["kind", "gives", "fact"]
    assert risk["properties"]["fact"] == {"type": "string", "description": "fact of the rule"}
    document = {
        "crmrules": 1,
        "name": "x",
        "warnings": {"w": {"kind": "risk", "gives": "w", "fact": "f", "limit": 2.5}},
    }
    assert jsonschema.Draft7Validator(made).is_valid(document)
    assert not VALIDATORS["draft-07"].is_valid(document)


def test_an_unknown_draft_is_refused():
    with pytest.raises(PolicyError) as caught:
        schema(draft="draft-04")
    assert str(caught.value) == "a schema's draft must be one of draft-07, 2020-12, got 'draft-04'"


def test_a_shape_that_no_schema_can_tell_is_refused():
    @frozen
    class Shape:
        odd: complex

    kind = PolicyKind("odd", "policies", object, Shape, None, None, None)
    with pytest.raises(PolicyError) as caught:
        schema([Kit("ours", policies=[kind])])
    assert str(caught.value) == ("a shape's field must have a type that a schema can tell, got <class 'complex'>")
