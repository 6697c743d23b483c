"""A handbook written down and read again is the same handbook."""

import json
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings

from crmrules.documents import as_data, dumps, loads, packaged, packaged_names
from crmrules.errors import PolicyError
from crmrules.facts import choice, days_since, facts, integer, money, number, years_since
from crmrules.facts import date as day
from crmrules.handbook import Handbook
from crmrules.parameters import parameter
from crmrules.segmentation import LabelPolicy, TierPolicy
from crmrules.tables import Fallback, Row, Table, TablePolicy, otherwise
from tests.documents.samples import EVERYTHING, HEAD, TIERS
from tests.documents.strategies import handbooks

F = facts(spend=money("CNY"), orders=integer(), joined=day(), years=years_since("joined", leap_day="mar1"))


def book(*policies, **details):
    return Handbook("shop", facts=details.pop("facts", F), policies=policies, **details)


def again(handbook, kind):
    if kind == "toml":
        pytest.importorskip("tomli_w")
    return loads(dumps(handbook, kind), kind)


@pytest.mark.parametrize("kind", ["json", "toml"])
@pytest.mark.parametrize("name", packaged_names())
def test_a_packaged_handbook_reads_back(name, kind):
    assert again(packaged(name), kind) == packaged(name)


@pytest.mark.parametrize("kind", ["json", "toml"])
def test_a_handbook_of_everything_reads_back(kind):
    assert again(loads(EVERYTHING), kind) == loads(EVERYTHING)


@pytest.mark.parametrize("kind", ["json", "toml"])
@given(handbook=handbooks())
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], max_examples=40)
def test_any_handbook_reads_back(kind, handbook):
    assume(kind == "toml" or not any(isinstance(each.value, date) for each in handbook.parameters))
    found = again(handbook, kind)
    assert found == handbook
    assert found.fingerprint == handbook.fingerprint
    assert dumps(found, kind) == dumps(handbook, kind)


def test_a_handbook_is_written_as_people_would_write_it():
    tiers = TierPolicy(
        "size",
        gives="tier",
        tiers=("core", "basic"),
        when={"core": F.spend >= parameter("floor", Decimal("1000.5")), "basic": otherwise},
    )
    assert as_data(book(tiers, currency="CNY")) == {
        "crmrules": 1,
        "name": "shop",
        "timezone": "UTC",
        "currency": "CNY",
        "parameters": {"floor": {"value": Decimal("1000.5")}},
        "facts": {
            "spend": {"type": "money"},
            "orders": {"type": "integer"},
            "joined": {"type": "date"},
            "years": {"type": "integer", "years_since": "joined", "leap_day": "mar1"},
        },
        "segmentation": {
            "size": {
                "kind": "tiers",
                "gives": "tier",
                "tiers": ["core", "basic"],
                "when": {"core": "spend >= floor", "basic": "otherwise"},
            }
        },
    }


def test_the_text_has_a_line_for_each_value_and_chinese_as_it_is():
    handbook = book(facts=facts(spend=money("CNY", label={"zh": "采购额"}, unknown=False)))
    assert dumps(handbook) == (
        '{\n  "crmrules": 1,\n  "name": "shop",\n  "timezone": "UTC",\n  "facts": {\n    "spend": {\n'
        '      "type": "money",\n      "currency": "CNY",\n      "unknown": false,\n      "label": {\n'
        '        "zh": "采购额"\n      }\n    }\n  }\n}\n'
    )


def test_lists_and_tables_without_anything_in_them_stay_on_their_line():
    handbook = loads('crmrules = 1\nname = "x"\nparameters = { p = [] }')
    assert dumps(handbook).count('"value": []') == 1
    assert dumps(handbook).endswith('"facts": {}\n}\n')


@pytest.mark.parametrize("digits", ["0.1", "1.1", "0.00001", "0.000000001", "12345678.9012345", "-0.5"])
def test_a_decimal_is_written_with_the_digits_it_has(digits):
    handbook = book(parameters=[parameter("p", Decimal(digits))])
    assert f'"value": {digits}\n' in dumps(handbook)
    assert again(handbook, "json") == handbook
    assert again(handbook, "toml") == handbook


def test_a_date_is_a_day_in_toml_and_its_text_in_json():
    pytest.importorskip("tomli_w")
    handbook = book(parameters=[parameter("start", date(2026, 1, 1))])
    assert again(handbook, "toml") == handbook
    (found,) = again(handbook, "json").parameters
    assert found.value == "2026-01-01"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([Row("core", F.spend > 1, "core")], {"when": {"core": "spend > 1"}}),
        ([Row("a", F.spend > 1, "core")], {"rows": [{"id": "a", "when": "spend > 1", "gives": "core"}]}),
        (
            [Row("core", F.spend > 1, "core", source=["A"])],
            {"rows": [{"id": "core", "when": "spend > 1", "gives": "core", "source": ["A"]}]},
        ),
        (
            [Row("core", F.spend > 1, "core", label={"en": "much"})],
            {"rows": [{"id": "core", "when": "spend > 1", "gives": "core", "label": {"en": "much"}}]},
        ),
        (
            [Row("core", F.spend > 1, "core"), Row("b", F.spend < 1, "core")],
            {
                "rows": [
                    {"id": "core", "when": "spend > 1", "gives": "core"},
                    {"id": "b", "when": "spend < 1", "gives": "core"},
                ]
            },
        ),
    ],
)
def test_rows_are_written_short_where_they_say_no_more_than_their_condition(rows, told):
    policy = LabelPolicy("care", gives="care", when=rows)
    written = as_data(book(policy))["segmentation"]["care"]
    assert written == {"kind": "labels", "gives": "care", "several": "one", **told}
    assert again(book(policy), "json") == book(policy)


def test_the_rest_may_give_what_a_row_gives_too():
    rows = [Row("much", F.spend > 1, "core")]
    policy = TablePolicy("t", gives="t", table=Table(rows, "first", otherwise="core", rest_label={"en": "all others"}))
    written = as_data(book(policy))["policies"]["t"]
    assert written["rows"][1] == {
        "id": "otherwise",
        "when": "otherwise",
        "outcome": "core",
        "label": {"en": "all others"},
    }
    assert again(book(policy), "json") == book(policy)


def test_a_table_is_written_with_no_more_than_it_says():
    rows = [Row("a", F.spend > 1, "x")]
    plain = as_data(book(TablePolicy("t", gives="t", table=Table(rows, otherwise="y"))))["policies"]["t"]
    assert plain == {
        "kind": "table",
        "gives": "t",
        "hit": "unique",
        "rows": [
            {"id": "a", "when": "spend > 1", "outcome": "x"},
            {"id": "otherwise", "when": "otherwise", "outcome": "y"},
        ],
    }
    ordered = as_data(book(TablePolicy("t", gives="t", table=Table(rows, "priority", order=["x"]))))["policies"]["t"]
    assert ordered["order"] == ["x"]
    counted = as_data(book(TablePolicy("t", gives="t", table=Table(rows, "collect", aggregate="count"))))["policies"][
        "t"
    ]
    assert counted["aggregate"] == "count"


def test_only_what_differs_from_the_usual_is_written_of_a_fact():
    sheet = facts(
        a=number("kg", minimum=0),
        b=money("EUR"),
        c=choice("x", "y", none="x", sensitive=True),
        d=day(),
        e=days_since("d"),
    )
    assert as_data(book(facts=sheet, currency="CNY"))["facts"] == {
        "a": {"type": "number", "unit": "kg", "minimum": 0},
        "b": {"type": "money", "currency": "EUR"},
        "c": {"type": "choice", "choices": ["x", "y"], "none": "x", "sensitive": True},
        "d": {"type": "date"},
        "e": {"type": "integer", "days_since": "d"},
    }


def test_a_fallback_and_an_order_by_output_are_written():
    rows = [Row("a", F.spend > 1, {"days": 30, "word": "x"})]
    table = Table(rows, "priority", order={"days": [30], "word": ["x"]}, if_unknown=Fallback({"days": 1, "word": ""}))
    handbook = book(TablePolicy("t", gives="t", table=table))
    written = as_data(handbook)["policies"]["t"]
    assert written["order"] == {"days": [30], "word": ["x"]}
    assert written["if_unknown"] == {"outcome": {"days": 1, "word": ""}}
    assert again(handbook, "json") == handbook
    assert again(handbook, "toml") == handbook


@pytest.mark.parametrize("otherwise_", ["row", "rest"])
def test_an_outcome_of_nothing_cannot_be_written(otherwise_):
    outcome, rest = ("x", None) if otherwise_ == "rest" else (None, "x")
    policy = TablePolicy("t", gives="t", table=Table([Row("a", F.spend > 1, outcome)], otherwise=rest))
    with pytest.raises(PolicyError) as caught:
        dumps(book(policy))
    assert str(caught.value) == "TablePolicy 't' must give something in every row to be written, got None"


def test_a_changed_handbook_is_written_with_its_new_values():
    handbook = packaged("uplift").with_changes({"b2b_core_floor": 8_000_000})
    assert json.loads(dumps(handbook))["parameters"]["b2b_core_floor"]["value"] == 8_000_000


def test_a_policy_of_no_kit_cannot_be_written():
    class Stranger:
        name, gives, reads, inputs, parameters, outcome = "odd", "odd", (), (), (), choice("x").named("odd")

    with pytest.raises(PolicyError) as caught:
        as_data(book(Stranger()))
    assert str(caught.value) == "policy 'odd' must be of a kind that a kit knows, got Stranger"


def test_another_format_is_refused():
    with pytest.raises(PolicyError) as caught:
        dumps(loads(HEAD + TIERS), "yaml")
    assert str(caught.value) == "a handbook can be written as json or toml, got 'yaml'"


def test_without_tomli_w_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tomli_w", None)
    with pytest.raises(PolicyError) as caught:
        dumps(loads(HEAD + TIERS), "toml")
    assert str(caught.value) == "writing TOML needs tomli_w: install crmrules[toml], or write JSON"
