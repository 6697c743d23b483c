"""A host's own values and policies in place of the handbook's."""

from datetime import date
from decimal import Decimal

import pytest

from crmrules.documents import loads, packaged
from crmrules.errors import PolicyError, UnknownNameError
from crmrules.handbook import Computed
from crmrules.parameters import parameter
from crmrules.segmentation import TierPolicy
from crmrules.tables import otherwise

TEXT = """
crmrules = 1
name = "shop"
currency = "CNY"

[parameters]
floor = 1_000
majors = ["trade"]
year = "trailing 12 months"
unit = "order"
strict = true
start = 2026-01-01
unused = 5

[facts]
spend = { type = "money", from_orders = { measure = "spend", over = "year" } }
orders = { type = "integer", from_orders = { measure = "orders", over = "year", purchase = "unit" } }
industry = { type = "choice", choices = ["trade", "services"] }

[segmentation.size]
kind = "tiers"
gives = "tier"
applies = "industry in majors"
tiers = ["core", "basic"]
when = { core = "spend >= floor", basic = "otherwise" }

[segmentation.care]
kind = "labels"
gives = "care"
when = { call = "tier == 'core' and orders >= floor", mail = "otherwise" }
"""
SHOP = loads(TEXT)
RECORD = {"spend": 900, "orders": 900, "industry": "trade"}


def value(handbook, name):
    return next(each.value for each in handbook.parameters if each.name == name)


def test_a_changed_value_is_used_wherever_the_parameter_is_named():
    assert SHOP.decide(RECORD).outcomes == {"tier": "basic", "care": "mail"}
    changed = SHOP.with_changes({"floor": 900})
    assert changed.decide(RECORD).outcomes == {"tier": "core", "care": "call"}
    assert SHOP.decide(RECORD).outcomes == {"tier": "basic", "care": "mail"}


def test_a_changed_value_keeps_the_handbooks_own_beside_it():
    found = next(each for each in SHOP.with_changes({"floor": 900}).parameters if each.name == "floor")
    assert (found.value, found.before) == (900, 1_000)
    told = str(SHOP.with_changes({"floor": 900}).decide(RECORD)["tier"].why())
    assert "floor is 900 (overridden; the handbook says 1,000)" in told


def test_a_second_change_remembers_the_first_value_and_a_change_back_is_none():
    twice = SHOP.with_changes({"floor": 900}).with_changes({"floor": 800})
    assert next(each.before for each in twice.parameters if each.name == "floor") == 1_000
    assert twice.with_changes({"floor": 1_000}) == SHOP
    assert SHOP.with_changes({}) == SHOP


def test_a_list_that_a_policy_applies_to_may_be_changed():
    record = {**RECORD, "industry": "services"}
    assert SHOP.decide(record)["tier"].how == "does_not_apply"
    assert SHOP.with_changes({"majors": ["trade", "services"]}).decide(record)["tier"].value == "basic"


def test_the_windows_and_conventions_of_computed_facts_follow_their_parameters():
    changed = SHOP.with_changes({"year": "calendar year to date", "unit": "day"})
    spend, orders = (each.definition for each in changed.computed)
    assert (str(spend.over), str(orders.over), orders.purchase) == (
        "calendar year to date",
        "calendar year to date",
        "day",
    )
    assert changed.computed[0].plain() == {"measure": "spend", "over": "year"}
    assert changed.fingerprint != SHOP.fingerprint


@pytest.mark.parametrize("number", ["900.5", Decimal("900.5"), Decimal("900.50")])
def test_a_number_may_come_as_a_text(number):
    assert value(SHOP.with_changes({"floor": number}), "floor") == Decimal("900.5")


@pytest.mark.parametrize(
    ("name", "new", "told"),
    [
        ("floor", "much", "parameter 'floor' must be an int, a Decimal or a text such as '0.6', got 'much'"),
        ("floor", 0.5, "0.5 is not exact: write it as a string, such as '0.5'"),
        ("floor", True, "parameter 'floor' must be a number, got True"),
        ("floor", date(2026, 1, 1), "parameter 'floor' must be a number, got datetime.date(2026, 1, 1)"),
        ("majors", "trade", "parameter 'majors' must be a list, got 'trade'"),
        ("year", 12, "parameter 'year' must be a text, got 12"),
        ("strict", 1, "parameter 'strict' must be true or false, got 1"),
        ("start", 5, "parameter 'start' must be a date, got 5"),
        ("unit", "box", "OrderFact.purchase must be one of order, day, line, got 'box'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name, new, told):
    with pytest.raises(PolicyError) as caught:
        SHOP.with_changes({name: new})
    assert str(caught.value) == told


def test_a_list_must_hold_what_the_fact_can_be():
    with pytest.raises(PolicyError) as caught:
        SHOP.with_changes({"majors": ["trade", "servces"]})
    assert str(caught.value) == (
        "parameter 'majors' must be one of trade, services, got 'servces'; did you mean 'services'?"
    )


def test_a_name_that_is_neither_a_parameter_nor_a_policy_is_refused():
    with pytest.raises(UnknownNameError) as caught:
        SHOP.with_changes({"flor": 900})
    assert str(caught.value) == (
        "unknown parameter or policy 'flor'; did you mean 'floor'? "
        "(have: floor, majors, start, strict, unit, unused, year, care, size)"
    )


def own(**details):
    f = SHOP.facts
    when = {"core": f.spend >= parameter("floor", 1_000), "basic": otherwise}
    return TierPolicy("size", gives="tier", tiers=("core", "basic"), when=when, **details)


def test_a_whole_policy_may_be_replaced():
    changed = SHOP.with_changes({"size": own()})
    assert changed.decide({**RECORD, "industry": None, "spend": 1_000})["tier"].value == "core"
    assert [policy.name for policy in changed.policies] == ["size", "care"]
    assert SHOP.fingerprint != changed.fingerprint


def test_a_replaced_policy_may_bring_a_parameter_of_its_own():
    f = SHOP.facts
    when = {"core": f.spend >= parameter("lower", 10), "basic": otherwise}
    changed = SHOP.with_changes({"size": TierPolicy("size", gives="tier", tiers=("core", "basic"), when=when)})
    assert value(changed, "lower") == 10
    assert changed.decide({**RECORD, "spend": 10})["tier"].value == "core"
    assert changed.with_changes({"lower": 11}).decide({**RECORD, "spend": 10})["tier"].value == "basic"


def test_a_policy_and_its_parameter_may_be_replaced_together():
    changed = SHOP.with_changes({"size": own(), "floor": 10})
    assert changed.decide({**RECORD, "spend": 10})["tier"].value == "core"


def test_a_policy_that_reads_what_nobody_declares_cannot_replace_another():
    strange = loads(TEXT.replace("\norders = {", "\nvisits = {").replace("and orders", "and visits"))
    with pytest.raises(PolicyError) as caught:
        SHOP.with_changes({"care": strange.policy_named("care")})
    assert str(caught.value) == "policy 'care' reads 'visits', which the handbook does not declare as integer"


def test_every_parameter_of_a_packaged_handbook_takes_its_own_value_again():
    for name in ("core", "cq", "sales", "strat", "uplift"):
        handbook = packaged(name)
        assert handbook.with_changes({each.name: each.value for each in handbook.parameters}) == handbook


def test_a_parameter_in_use_belongs_to_the_handbook_without_being_listed():
    assert "floor" in {each.name for each in SHOP.with_changes({"size": own()}).parameters}


def test_a_computed_fact_is_checked_when_it_is_made():
    with pytest.raises(PolicyError) as caught:
        Computed("spend", {"measure": "spent"})
    assert str(caught.value).startswith("OrderFact.measure must be one of spend, orders,")
    assert Computed("spend", [("measure", "spend")]) == Computed("spend", {"measure": "spend"})
