"""Labels: one or several groups that have no order."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import HitPolicyError, PolicyError
from crmrules.facts import Undecided, choice, facts, flag, integer, labels, text
from crmrules.handbook import Handbook
from crmrules.segmentation import LabelPolicy
from crmrules.tables import Fallback, Row, Table, TablePolicy, otherwise
from crmrules.tables.policies import Rest

F = facts(orders=integer(minimum=0), days=integer(), b2b=flag())
WHEN = {"lost": F.days > 365, "new": F.orders <= 1, "loyal": F.orders >= 10}


def group(**changes):
    return LabelPolicy("group", **{"gives": "group", "when": WHEN, **changes})


EDGES = [
    (1, 365, ("new",)),
    (1, 366, ("lost", "new")),
    (2, 365, ()),
    (9, 0, ()),
    (10, 0, ("loyal",)),
    (10, 366, ("lost", "loyal")),
]


@pytest.mark.parametrize(("orders", "days", "held"), EDGES)
def test_a_customer_has_every_label_that_holds(orders, days, held):
    record = {"orders": orders, "days": days}
    assert group(several="all").value(record) == held
    assert group(several="first").value(record) == (held[0] if held else None)


@pytest.mark.parametrize(("orders", "days", "held"), EDGES)
def test_one_label_is_a_promise(orders, days, held):
    record = {"orders": orders, "days": days}
    if len(held) > 1:
        with pytest.raises(HitPolicyError) as problem:
            group().decide(record)
        assert str(problem.value) == (
            f"hit policy 'unique' of 'group' promises one row, but these fired together: {', '.join(held)}. "
            "Make their conditions exclude each other, or choose another hit policy."
        )
    else:
        assert group().value(record) == (held[0] if held else None)


@pytest.mark.parametrize(("several", "kept"), [("all", ("rest",)), ("one", "rest"), ("first", "rest")])
def test_otherwise_is_the_label_of_everybody_else(several, kept):
    rules = group(when={**WHEN, "rest": otherwise}, several=several)
    assert rules.value({"orders": 5, "days": 5}) == kept


@given(st.integers(0, 12), st.integers(300, 400), st.permutations(list(WHEN.items())))
def test_the_order_of_labels_changes_only_the_order_of_the_answer(orders, days, when):
    record = {"orders": orders, "days": days}
    shuffled = group(when=dict(when), several="all").value(record)
    assert sorted(shuffled) == sorted(group(several="all").value(record))


WHY = """\
group is lost (gone, really), new: row lost, new of Groups fired (STRAT-09)
  lost: fired
    yes: days > 365  [days is 400]
  new: fired
    yes: orders <= 1  [orders is 1]
  loyal: does not hold
    no: orders >= 10  [orders is 1]"""

WHY_ZH = """\
group 为 lost（已流失）, new：分组的 lost, new 行成立 (STRAT-09)
  lost: 成立并决定结果
    是: days > 365  [days 为 400]
  new: 成立并决定结果
    是: orders <= 1  [orders 为 1]
  loyal: 不成立
    否: orders >= 10  [orders 为 1]"""


def test_the_whole_story_is_told_in_both_languages():
    told = group(
        several="all",
        source="STRAT-09",
        title={"en": "Groups", "zh": "分组"},
        names={"lost": {"en": "gone, really", "zh": "已流失"}},
    ).decide({"orders": 1, "days": 400})
    assert told.why().text() == WHY
    assert told.why().text("zh") == WHY_ZH


def test_a_label_that_might_hold_leaves_the_answer_open():
    decision = group(several="all").decide({"orders": 10, "days": None})
    assert (decision.value, decision.rows) == (Undecided(("days",)), ("loyal",))
    assert group(several="first").decide({"orders": 10, "days": None}).undecided == ("days",)
    settled = group(several="all", if_unknown=Fallback(("loyal",))).decide({"orders": 10, "days": None})
    assert (settled.value, settled.how) == (("loyal",), "fallback")


REFUSED = "LabelPolicy 'group' must "


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"several": "some"}, REFUSED + "have several = 'one', 'first' or 'all', got 'some'"),
        ({"when": {}}, REFUSED + "have a condition besides 'otherwise', got ''"),
        ({"when": {"rest": otherwise}}, REFUSED + "have a condition besides 'otherwise', got 'rest'"),
        (
            {"when": {**WHEN, "a": otherwise, "b": otherwise}},
            REFUSED + "have one 'otherwise', got 'a, b'",
        ),
        ({"names": {"lots": "Lost"}}, REFUSED + "name only outcomes that it gives; did you mean 'lost'?, got 'lots'"),
        ({"if_unknown": "new"}, REFUSED + "have if_unknown = Fallback(outcome), got 'new'"),
        (
            {"if_unknown": Fallback("knew")},
            REFUSED + "fall back on an outcome that it gives; did you mean 'new'?, got 'knew'",
        ),
        ({"when": ["lost"]}, "a policy's row must be a Row or Rest, got 'lost'"),
        ({"gives": ""}, "gives must be a name such as 'annual_spend' (letters, digits, _), got ''"),
    ],
)
def test_labels_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(PolicyError) as problem:
        group(**changes)
    assert str(problem.value) == message


def test_the_outcome_is_a_fact_of_one_or_several_labels():
    assert group(title="Groups").outcome == choice("lost", "new", "loyal", none="", label="Groups").named("group")
    assert group(several="all").outcome == labels("lost", "new", "loyal", none="").named("group")
    rows = [Row("a", F.b2b, "new"), Row("b", F.orders > 5, "new"), Rest("lost")]
    assert group(when=rows).outcome.choices == ("new", "lost")


@pytest.mark.parametrize("several", ["one", "first", "all"])
def test_a_policy_after_it_sees_no_label_where_labels_do_not_apply(several):
    """No label is an answer; unknown is not."""
    rules = group(when={"new": F.orders <= 1, "loyal": F.orders > 1}, several=several, applies=F.b2b)
    later = F.with_outcomes(rules)
    asked = later.group.has("new") if several == "all" else later.group == "new"
    after = TablePolicy("gift", gives="gift", table=Table([Row("r", asked, "card")], "first", otherwise="none"))
    book = Handbook("rules", facts=F, policies=(rules, after))
    assert book.decide({"orders": 1, "b2b": True}).outcomes["gift"] == "card"
    assert book.decide({"orders": 1, "b2b": False}).outcomes["gift"] == "none"
    assert not book.decide({"orders": 1, "b2b": None})["gift"]


def test_a_label_policy_is_a_value():
    rules = group(several="all")
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert hash(rules) == hash(group(several="all"))
    assert rules != group()
    assert repr(rules) == "<label policy 'group': all of 3>"
    assert str(rules) == "group: group from days, orders"
    assert text().named("x") != rules.outcome
