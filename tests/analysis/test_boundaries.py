"""Boundary records: on each bound and one step to either side."""

from datetime import date
from decimal import Decimal

import pytest

from crmrules.analysis import _boundaries, boundaries
from crmrules.documents import packaged
from crmrules.facts import UNKNOWN, Undecided, choice, facts, flag, integer, money, number, text, years_since
from crmrules.facts import date as date_fact
from crmrules.parameters import parameter
from crmrules.regions import NotAnalysable, OutOfBudget
from crmrules.tables import Row, Table

f = facts(
    spend=money("CNY", minimum=0, unknown=False),
    rate=number(unknown=False),
    orders=integer(unknown=False, minimum=1),
    since=date_fact(unknown=False),
    kind=choice("b2b", "b2c", unknown=False),
    vip=flag(unknown=False),
    age=integer(),
    word=text(unknown=False),
    years=years_since("since"),
)


def tried(when, **more):
    table = Table((Row("r", when, "A"),), "first", otherwise="B", **more)
    return [(each.record[each.fact], each.outcome) for each in boundaries(table)]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (
            f.spend >= 1_000_000,
            [(Decimal("999999.99"), "B"), (1_000_000, "A"), (Decimal("1000000.01"), "A")],
        ),
        (f.spend > 0, [(0, "B"), (Decimal("0.01"), "A")]),  # nothing below the smallest value allowed
        (f.rate < "0.125", [(Decimal("0.124"), "A"), (Decimal("0.125"), "B"), (Decimal("0.126"), "B")]),
        (f.orders >= 1, [(1, "A"), (2, "A")]),
        (f.orders >= parameter("floor", 5), [(4, "B"), (5, "A"), (6, "A")]),
        (
            f.since <= date(2024, 2, 29),
            [(date(2024, 2, 28), "A"), (date(2024, 2, 29), "A"), (date(2024, 3, 1), "B")],
        ),
        (f.kind == "b2b", [("b2b", "A"), ("b2c", "B")]),
        (f.kind.one_of("b2c") & f.vip, [("b2b", "B"), ("b2c", "A"), (True, "A"), (False, "B")]),
        (f.orders.one_of(3, 5), []),
        (f.word == "x", []),
        (f.years >= 3, []),
    ],
    ids=["money", "minimum", "number", "whole number", "parameter", "date", "choice", "flag", "list", "text", "years"],
)
def test_a_bound_is_tried_with_one_step_to_either_side(when, found):
    assert tried(when) == found


def test_a_fact_that_may_be_unknown_is_tried_unknown_too():
    found = tried(f.age >= 18)
    assert found[:3] == [(17, "B"), (18, "A"), (19, "A")]
    assert found[3][0] is UNKNOWN
    assert isinstance(found[3][1], Undecided)


def test_the_other_facts_are_as_in_a_record_that_the_row_decides():
    table = Table((Row("both", (f.spend >= 100) & f.vip, "A"),), "first", otherwise="B")
    found = boundaries(table)
    assert [(each.record["spend"], each.record["vip"], each.inside) for each in found] == [
        (Decimal("99.99"), True, False),
        (100, True, True),
        (Decimal("100.01"), True, True),
        (100, True, True),
        (100, False, False),
    ]


def test_a_row_that_never_decides_has_none():
    rows = (Row("all", f.spend >= 0, "A"), Row("some", f.spend >= 100, "B"))
    assert {each.row for each in boundaries(Table(rows, "first"))} == {"all"}


def test_a_record_that_breaks_the_table_is_left_to_the_check():
    rows = (Row("low", f.spend <= 100, "A"), Row("high", f.spend >= 100, "B"))
    found = boundaries(Table(rows, "unique"))
    assert [(each.row, each.record["spend"]) for each in found] == [
        ("low", Decimal("99.99")),
        ("low", Decimal("100.01")),
        ("high", Decimal("99.99")),
        ("high", Decimal("100.01")),
    ]


@pytest.mark.parametrize(
    ("asked", "error"),
    [("rows_of", NotAnalysable("wide")), ("Budget", OutOfBudget())],
    ids=["too wide", "too much work"],
)
def test_a_table_that_cannot_be_analysed_has_none(asked, error, monkeypatch):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(_boundaries, asked, refuse)
    assert tried(f.orders >= 5) == []


def test_the_bounds_of_a_packaged_handbook_are_told():
    found = boundaries(packaged("uplift").policy_named("size_b2b"), as_of=date(2026, 6, 30))
    assert [str(each) for each in found[:2]] == [
        "size_b2b: business_type = b2b, annual_spend = 9999999.99 gives important",
        "size_b2b: business_type = b2b, annual_spend = 10000000 gives core",
    ]
    assert found[0].rows == ("important",)
