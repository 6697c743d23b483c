"""Decisions: values that compare, hash, pickle and tell, and remember what they read."""

import copy
import json
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmrules.conditions import always
from crmrules.errors import NoRowError
from crmrules.facts import Undecided, choice, facts, flag, integer, labels, money, text, years_since
from crmrules.facts import date as day
from crmrules.handbook import Handbook
from crmrules.parameters import parameter
from crmrules.segmentation import LabelPolicy, TierPolicy
from crmrules.tables import Decision, Fallback, Row, Table, TablePolicy, Verdict, otherwise

F = facts(
    spend=money("CNY"),
    vip=flag(),
    tags=labels("new", "risk"),
    on=day(),
    years=years_since("on"),
    name=text(sensitive=True),
)
TODAY = date(2026, 6, 30)


def policy(*rows, hit="first", name="size", applies=always, **details):
    lines = [Row(f"r{at}", asked, outcome) for at, (asked, outcome) in enumerate(rows)]
    return TablePolicy(name, gives="tier", table=Table(lines, hit, **details), applies=applies)


RULES = policy((F.spend >= 100, "core"), (F.vip, "vip"), otherwise="basic")
CORE = RULES.decide({"spend": 100, "vip": True})


def test_a_decision_tells_what_was_decided_and_on_what():
    assert (CORE.value, CORE.rows, CORE.how, CORE.undecided, CORE.as_of) == ("core", ("r0",), "row", (), None)
    assert CORE.policy is RULES
    assert CORE.read == CORE.values == {"spend": 100, "vip": True}
    assert CORE.verdict == Verdict(RULES, "core", ("r0",), "row")


def test_decisions_are_equal_by_answer_values_day_and_rules():
    assert RULES.decide({"spend": 100, "vip": True}) == CORE
    assert RULES.decide({"spend": 100.0, "vip": True}) == CORE
    assert RULES.decide({"spend": Decimal("100.00"), "vip": True, "more": 1}) == CORE
    assert hash(RULES.decide({"spend": 100.0, "vip": True})) == hash(CORE)
    same_rules = policy((F.spend >= 100, "core"), (F.vip, "vip"), otherwise="basic")
    assert same_rules.decide({"spend": 100, "vip": True}) == CORE
    assert len({CORE, same_rules.decide({"spend": 100, "vip": True})}) == 1


@pytest.mark.parametrize(
    "other",
    [
        RULES.decide({"spend": 101, "vip": True}),
        RULES.decide({"spend": 100, "vip": False}),
        RULES.decide({"spend": 100, "vip": None}),
        RULES.decide({"spend": 100, "vip": True}, TODAY),
        policy((F.spend >= 99, "core"), (F.vip, "vip"), otherwise="basic").decide({"spend": 100, "vip": True}),
        policy((F.spend >= 100, "core"), (F.vip, "vip"), otherwise="basic", name="other").decide(
            {"spend": 100, "vip": True}
        ),
        tuple(CORE),
        "core",
        None,
    ],
)
def test_decisions_differ_where_anything_differs(other):
    assert other != CORE
    assert not other == CORE  # noqa: SIM201 - both operators are our own


@pytest.mark.parametrize(
    "decision",
    [
        CORE,
        RULES.decide({"spend": None, "vip": True}),
        RULES.decide({"spend": 0, "vip": False}, datetime(2026, 1, 1, tzinfo=UTC)),
        policy((F.tags.has("new"), ("a", "b"))).decide({"tags": ["new"]}),
        policy((F.vip, {"days": 5})).decide({"vip": True}),
        policy((F.vip, "a"), applies=F.spend > 5).decide({"spend": 1}),
    ],
)
def test_a_decision_survives_pickling_and_copying(decision):
    for again in (pickle.loads(pickle.dumps(decision)), copy.copy(decision), copy.deepcopy(decision)):
        assert type(again) is Decision
        assert (again, hash(again)) == (decision, hash(decision))
        assert again.record() == decision.record()
        assert again.why().text() == decision.why().text()


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (CORE, "tier is core"),
        (RULES.decide({"spend": None, "vip": True}), "tier is undecided (unknown: spend)"),
        (policy((F.vip, "a"), applies=F.spend > 5).decide({"spend": 1}), "tier is nothing"),
        (policy((F.vip, Decimal("0.50"))).decide({"vip": True}), "tier is 0.5"),
        (policy((F.vip, True)).decide({"vip": True}), "tier is True"),
        (policy((F.vip, {"days": 5, "gift": None})).decide({"vip": True}), "tier is days = 5, gift = nothing"),
        (policy((F.vip, "a"), hit="collect").decide({"vip": False}), "tier is nothing"),
        (policy((F.vip, "a"), (F.vip, "b"), hit="collect").decide({"vip": True}), "tier is a, b"),
    ],
)
def test_a_decision_says_its_answer_in_one_line(decision, told):
    assert str(decision) == told
    assert repr(decision) == f"<decision of 'size': {told}>"


@pytest.mark.parametrize(
    ("decision", "decided"),
    [
        (CORE, True),
        (RULES.decide({"spend": 0, "vip": False}), True),
        (policy((F.vip, False)).decide({"vip": True}), True),
        (policy((F.vip, "a"), hit="collect").decide({"vip": False}), True),
        (policy((F.vip, "a"), applies=F.spend > 5).decide({"spend": 1}), True),
        (RULES.decide({"spend": None, "vip": True}), False),
        (policy((F.vip, "a"), if_unknown=Fallback("b")).decide({"vip": None}), True),
    ],
)
def test_a_decision_is_true_where_it_is_decided(decision, decided):
    """Whatever the answer is: ``False``, nothing and no rows are answers too."""
    assert bool(decision) is decided
    assert isinstance(decision.value, Undecided) is not decided


def test_a_decision_knows_the_facts_that_follow_from_what_it_read():
    decision = policy((F.years >= 3, "old"), otherwise="new").decide({"on": date(2023, 6, 30)}, TODAY)
    assert decision.read == {"on": date(2023, 6, 30)}
    assert decision.values == {"on": date(2023, 6, 30), "years": 3}
    gated = policy((F.years >= 3, "old"), applies=F.vip).decide({"vip": False}, TODAY)
    assert gated.values == {"vip": False}


def test_an_error_hides_what_is_sensitive():
    with pytest.raises(NoRowError) as problem:
        policy((F.name == "x", "a"), (F.spend > 5, "b")).decide({"name": "secret", "spend": 1})
    assert str(problem.value) == (
        "no row of 'size' fired (name = hidden, spend = 1). Add a row for this case, or an 'otherwise'."
    )


# Fingerprints

BOUND = parameter("bound", 100, unit="CNY")


def tiers(condition=None, sheet=F, tiers=("core", "basic"), **details):
    when = {"core": sheet.spend >= BOUND if condition is None else condition, "basic": otherwise}
    return TierPolicy("size", **{"gives": "tier", "tiers": tiers, "when": when, **details})


def spend(**details):
    return facts(spend=money(**{"currency": "CNY", **details}), vip=flag())


ONE = tiers()


@pytest.mark.parametrize(
    "other",
    [
        tiers(F.spend >= BOUND.changed(101)),
        tiers(F.spend >= 100),
        tiers(F.spend > BOUND),
        tiers(F.spend >= parameter("bound", 101)),
        tiers(F.spend >= parameter("floor", 100)),
        tiers(sheet=spend(minimum=0)),
        tiers(sheet=spend(maximum=10**9)),
        tiers(sheet=spend(none=0)),
        tiers(sheet=spend(unknown=False)),
        tiers(sheet=spend(currency="USD")),
        tiers(applies=F.vip),
        tiers(if_unknown=Fallback("basic")),
        tiers(gives="rank"),
        tiers(valid={"from": "2026-01-01"}),
        tiers(tiers=("basic", "core")),
    ],
)
def test_a_fingerprint_changes_with_whatever_can_change_an_answer(other):
    assert other.fingerprint != ONE.fingerprint


@pytest.mark.parametrize(
    "same",
    [
        tiers(),
        tiers(title="Size", note="as we read it"),
        tiers(source="A-1"),
        tiers(names={"core": {"zh": "核心"}}),
        tiers(sheet=spend(label="yearly spend")),
        tiers(F.spend >= parameter("bound", 100, unit="CNY", label="the bound")),
        tiers(F.spend >= parameter("bound", Decimal("100.0"), unit="CNY")),
        tiers(F.spend >= BOUND.changed(101).changed(100)),
        pickle.loads(pickle.dumps(ONE)),
    ],
)
def test_a_fingerprint_does_not_change_with_words(same):
    assert same.fingerprint == ONE.fingerprint
    assert same.decide({"spend": 100}) == ONE.decide({"spend": 100})


def test_a_fingerprint_does_not_change_with_the_labels_of_rows():
    def rows(label, **details):
        return TablePolicy("p", gives="x", table=Table([Row("r", F.vip, "a", label=label, source=["A-1"])], **details))

    assert rows("one").fingerprint == rows("two", rest_label="the rest").fingerprint
    assert rows("one").fingerprint != rows("one", otherwise="b").fingerprint
    assert rows("one", otherwise="b").fingerprint != rows("one", otherwise=None).fingerprint


def test_a_fingerprint_is_the_same_on_every_machine():
    assert len(ONE.fingerprint) == 32
    assert int(ONE.fingerprint, 16) >= 0
    labels_ = LabelPolicy("l", gives="x", when={"a": F.tags.has("new"), "b": F.on > date(2026, 1, 1)}, several="all")
    assert labels_.fingerprint == LabelPolicy("l", gives="x", when=dict(labels_when()), several="all").fingerprint
    book = Handbook("rules", facts=F, policies=(ONE,))
    assert book.fingerprint != Handbook("other", facts=F, policies=(ONE,)).fingerprint
    assert book.fingerprint == Handbook("rules", facts=F, policies=(ONE,), title="Rules").fingerprint


def labels_when():
    yield "a", F.tags.has("new")
    yield "b", F.on > "2026-01-01"


def test_outcomes_of_several_parts_cannot_change():
    rules = policy((F.vip, {"days": [5, {"more": 1}]}))
    value = rules.decide({"vip": True}).value
    assert value == {"days": (5, {"more": 1})}
    assert (len(value), list(value), value["days"][0]) == (1, ["days"], 5)
    assert repr(value) == "{'days': (5, {'more': 1})}"
    assert hash(value) == hash(policy((F.vip, {"days": [5, {"more": 1}]})).table.rows[0].outcome)
    assert pickle.loads(pickle.dumps(value)) == value
    with pytest.raises(TypeError):
        value["days"] = 6
    assert json.loads(json.dumps(rules.decide({"vip": True}).record()["value"])) == {"days": [5, {"more": 1}]}


def test_counted_facts_are_of_their_own_kind():
    assert integer("years").named("years").type == F.fact("years").type
    assert choice("a", "b").named("x") != F.fact("tags")


def test_no_row_fires_though_some_facts_are_unknown():
    rules = policy(((F.spend > 5) & F.vip, "a"))
    for ask in (rules.decide, rules.value):
        with pytest.raises(NoRowError) as problem:
            ask({"spend": 1, "vip": None})
        assert str(problem.value) == (
            "no row of 'size' fired (spend = 1, vip = None). Add a row for this case, or an 'otherwise'."
        )


def test_rows_may_fire_together_in_any_number_of_ways():
    """More combinations than are kept ready answer all the same."""
    sheet = facts({f"x{at}": flag() for at in range(13)})
    rows = [Row(f"r{at}", sheet[f"x{at}"], 2**at) for at in range(13)]
    rules = TablePolicy("p", gives="y", table=Table(rows, "collect", aggregate="sum"))
    for number in (*range(4_200), 8_191, 5_000):
        assert rules.value({f"x{at}": bool(number >> at & 1) for at in range(13)}) == number


def test_a_change_reaches_the_rows_of_tiers_and_labels():
    changed = ONE.rebuilt(lambda part: BOUND.changed(200) if part == BOUND else part)
    assert (ONE.value({"spend": 150}), changed.value({"spend": 150})) == ("core", "basic")
    group = LabelPolicy("l", gives="x", when={"a": F.spend > BOUND})
    assert group.rebuilt(lambda part: BOUND.changed(200) if part == BOUND else part).value({"spend": 150}) is None
