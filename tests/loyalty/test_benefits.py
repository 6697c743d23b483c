"""Benefits by tier: one table gives discount, rebate, credit, gifts, services, offers and priority together."""

import pickle
from decimal import Decimal

import pytest

from crmrules.errors import HitPolicyError, MissingFactError, PolicyError
from crmrules.facts import choice, facts, flag, money
from crmrules.loyalty import BenefitPolicy, BenefitRow, Benefits, CreditTerm, Discount, Entitlement, Rebate
from crmrules.parameters import parameter
from crmrules.tables import verify
from crmrules.tables.policies import parameters_held

F = facts(
    business_type=choice("b2b", "b2c"),
    tier=choice("core", "important", "basic"),
    annual_spend=money("CNY"),
    wants_training=flag(),
)
MEMBER_FLOOR = parameter("member_floor", 1_000)
STEPS = ("core", "important", "basic")
MEMBER = BenefitRow(
    "member", F.annual_spend >= MEMBER_FLOOR, Benefits(discount="9折"), step="basic", source="UPLIFT-15"
)
IMPORTANT = BenefitRow(
    "important",
    F.tier == "important",
    Benefits(
        discount="9.5折", gifts=[Entitlement("birthday_gift", "1 a year")], services=["free_delivery"], priority=2
    ),
    step="important",
    source="UPLIFT-19",
)
B2C = BenefitPolicy("b2c", rows=(MEMBER, IMPORTANT), applies=F.business_type == "b2c", steps=STEPS)


def customer(spend="0", tier="basic", **others):
    return {"business_type": "b2c", "annual_spend": Decimal(spend), "tier": tier, **others}


@pytest.mark.parametrize(
    ("spend", "tier", "off"),
    [
        ("999.99", "basic", "0"),
        ("1000", "important", "0.1"),
        ("1000.01", "important", "0.1"),
        ("999.99", "important", "0.05"),
        ("5000", "core", "0.1"),
    ],
)
def test_uplift_15_and_19_the_better_discount_applies_and_never_both(spend, tier, off):
    assert B2C.decide(customer(spend, tier)).value.off == Discount(off)


def test_one_decision_gives_all_parts_together():
    found = B2C.decide(customer("1200", "important"))
    assert str(found.value) == "10% off; gifts birthday_gift (1 a year); services free_delivery; priority 2"
    assert found.rows == ("member", "important")
    assert B2C.value(customer("1200", "important")) == found.value
    assert [each.name for each in found.value.entitlements] == ["birthday_gift", "free_delivery"]


def test_the_whole_explanation_tells_every_row_with_what_it_saw():
    assert str(B2C.decide(customer("1200", "important")).why()) == (
        "benefits is 10% off; gifts birthday_gift (1 a year); services free_delivery; priority 2: "
        "row member, important of b2c fired\n"
        "  applies:\n"
        "    yes: business_type == 'b2c'  [business_type is b2c]\n"
        "  member: fired\n"
        "    yes: annual_spend >= member_floor  [annual_spend is 1,200 CNY; member_floor is 1,000]\n"
        "  important: fired\n"
        "    yes: tier == 'important'  [tier is important]"
    )


def test_who_has_no_row_has_no_benefits_and_who_is_not_meant_has_none_at_all():
    nobody = B2C.decide(customer())
    assert nobody.value == Benefits()
    assert not nobody.value
    assert str(nobody.value) == "nothing"
    assert B2C.decide({"business_type": "b2b"} | customer() | {"business_type": "b2b"}).value is None


def test_an_unknown_fact_leaves_the_benefits_open():
    found = B2C.decide(customer(tier=None))
    assert not found
    assert found.undecided == ("tier",)


def test_a_decision_can_be_stored_and_verified():
    found = B2C.decide(customer("1200", "important"))
    assert verify(found.record(), B2C)
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_parameter_is_overridden_without_touching_a_row():
    assert [each.name for each in B2C.parameters] == ["member_floor"]
    scaled = B2C.rebuilt(lambda part: part.changed(2_000) if getattr(part, "name", "") == "member_floor" else part)
    assert scaled.value(customer("1999.99", "basic")) == Benefits()
    assert scaled.value(customer("2000", "basic")).off == Discount.zhe(9)
    assert scaled.fingerprint != B2C.fingerprint
    assert pickle.loads(pickle.dumps(scaled)) == scaled


def test_a_discount_may_be_a_parameter_and_still_says_what_it_means():
    member = Benefits(discount=parameter("member_discount", "9折"), priority=parameter("place", 3))
    assert (member.off, member.rank) == (Discount.percent_off(10), 3)
    assert {each.name for each in parameters_held(member)} == {"member_discount", "place"}
    assert str(member) == "10% off; priority 3"


def test_core_13_a_treatment_follows_from_facts_and_survey_answers_not_from_the_tier_alone():
    needs = BenefitPolicy(
        "needs", gives="treatment", rows=[BenefitRow("training", F.wants_training, Benefits(services=["training"]))]
    )
    assert str(needs.decide({"wants_training": True}).value) == "services training"
    assert not needs.decide({"wants_training": False}).value
    assert needs.decide({"wants_training": None}).undecided == ("wants_training",)


def test_the_first_row_alone_or_a_promise_that_rows_exclude_each_other():
    first = BenefitPolicy("b2c", rows=(IMPORTANT, MEMBER), several="first", steps=STEPS)
    assert first.value(customer("1200", "important")).off == Discount.zhe("9.5")
    assert first.value(customer()) == Benefits()
    one = BenefitPolicy("b2c", rows=(IMPORTANT, MEMBER), several="one", steps=STEPS)
    with pytest.raises(HitPolicyError):
        one.decide(customer("1200", "important"))


def test_of_several_rows_each_part_is_the_best():
    def gives(*rows):
        policy = BenefitPolicy("x", rows=[BenefitRow(str(at), F.wants_training, row) for at, row in enumerate(rows)])
        return policy.value({"wants_training": True})

    visits = [Entitlement("visit", quota) for quota in ("2 a year", "4 a year", "unlimited", "9 a month")]
    assert gives(Benefits(credit=30), Benefits(credit="net 60")).credit_days == 60
    assert gives(Benefits(credit="end of month"), Benefits(credit=90)).credit == CreditTerm("end of month")
    assert gives(Benefits(priority=3), Benefits(priority=1), Benefits()).rank == 1
    assert gives(Benefits(services=visits[:1]), Benefits(services=visits[1:2])).services == (visits[1],)
    assert gives(Benefits(services=visits[1:2]), Benefits(services=visits[:1])).services == (visits[1],)
    assert gives(Benefits(services=visits[:1]), Benefits(services=visits[3:])).services == (visits[0],)
    assert gives(Benefits(services=visits[:1]), Benefits(services=visits[2:3])).services == (visits[2],)
    assert gives(Benefits(services=visits[2:3]), Benefits(services=visits[:1])).services == (visits[2],)
    offers = gives(Benefits(offers=["a"]), Benefits(offers=["b", "a"]))
    assert str(offers) == "offers a, b"
    two = gives(
        Benefits(rebates=Rebate.flat(1)), Benefits(rebates=[Rebate([(100, 3)])]), Benefits(rebates=Rebate.flat(1))
    )
    assert [two.rebate_for({"year": bought}).amount for bought in (99, 100)] == [Decimal("0.99"), 3]
    assert str(two) == "rebate 1% from 0 a year; rebate 3% from 100 a year"
    assert Benefits().rebate_for({}) is None


def test_benefits_are_told_part_by_part():
    everything = Benefits(
        discount="5% off",
        rebates=Rebate([(100, 2)], bounds="exceeds", pays="amount"),
        credit=60,
        gifts=["gift"],
        priority=1,
    )
    assert str(everything) == "5% off; rebate 2 above 100 a year; credit net 60; gifts gift; priority 1"
    assert Benefits(credit="end of month").credit_days == Benefits().credit_days == 0
    assert Benefits().off == Discount(0)
    assert Benefits(discount=Discount.zhe(9)).off == Discount.zhe(9)


def test_a_policy_tells_what_it_reads():
    assert B2C.reads == ("business_type", "annual_spend", "tier")
    assert repr(B2C) == "<benefit policy 'b2c': 2 rows>"
    assert str(B2C) == "b2c: benefits from business_type, annual_spend, tier"
    assert (B2C.outcome.name, B2C.outcome.type, dict(B2C.names)) == ("benefits", "text", {})
    assert "member" in B2C._repr_html_()
    with pytest.raises(MissingFactError):
        B2C.decide({"business_type": "b2c"})


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Benefits(discount="0.95"),
            "a discount must say what is paid or taken off, like '5% off', 'pay 95%' or '9.5折', got '0.95'",
        ),
        (
            lambda: Benefits(discount=parameter("off", 5)),
            "a discount must say what is paid or taken off, like '5% off', 'pay 95%' or '9.5折', got 5",
        ),
        (lambda: Benefits(rebates=[5]), "Benefits.rebates must hold Rebate only, got 5"),
        (lambda: Benefits(credit=-1), "Due.days must be from 0 to 3650, got -1"),
        (lambda: Benefits(gifts="cup"), "Benefits.gifts must be a sequence of names or Entitlement, got 'cup'"),
        (lambda: Benefits(services=["a", "a"]), "Benefits.services must name each once, got 'a'"),
        (lambda: Benefits(priority=0), "Benefits.priority must be from 1 to 1000, got 0"),
        (lambda: BenefitRow(" ", F.wants_training), "a row's id must be a text, got ' '"),
        (lambda: BenefitRow("x", F.wants_training, "gift"), "row 'x' must give Benefits, got 'gift'"),
        (lambda: BenefitPolicy("x", rows=["y"]), "a row of benefits must be a BenefitRow, got 'y'"),
        (
            lambda: BenefitPolicy("x", rows=[MEMBER, MEMBER], steps=STEPS),
            "row ids must differ within a table, got 'member'",
        ),
        (
            lambda: BenefitPolicy("x", rows=[MEMBER], several="some"),
            "BenefitPolicy 'x' must have several = 'all', 'first' or 'one', got 'some'",
        ),
        (
            lambda: BenefitPolicy("x", rows=[MEMBER], steps=("core", "basics")),
            "BenefitPolicy 'x' must promise to its own steps, got 'basic'; did you mean 'basics'? "
            "(steps: core, basics)",
        ),
    ],
)
def test_what_is_wrong_is_said(make, told):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == told
