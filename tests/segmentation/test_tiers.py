"""Tiers: the best one whose condition holds, with the whole story of why."""

import copy
import pickle
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import NoRowError, PolicyError
from crmrules.facts import Undecided, choice, facts, flag, money
from crmrules.parameters import parameter
from crmrules.segmentation import TierPolicy
from crmrules.tables import Fallback, Row, otherwise
from crmrules.tables.policies import Rest

F = facts(spend=money("CNY", minimum=0, label={"zh": "年采购额"}), kind=choice("b2b", "b2c"), vip=flag())
TIERS = ("core", "important", "basic")
WHEN = {"core": F.spend >= 10_000_000, "important": F.spend >= 1_000_000, "basic": otherwise}


def size(**changes):
    return TierPolicy("size", **{"gives": "tier", "tiers": TIERS, "when": WHEN, **changes})


@pytest.mark.parametrize(
    ("spend", "tier"),
    [
        ("10000000.01", "core"),
        ("10000000", "core"),
        ("9999999.9999", "important"),
        ("9999999.99", "important"),
        ("1000000", "important"),
        ("999999.99", "basic"),
        ("0", "basic"),
    ],
)
@pytest.mark.parametrize("written", [Decimal, float])
def test_the_bound_belongs_to_the_better_tier(spend, tier, written):
    assert size().decide({"spend": written(spend)}).value == size().value({"spend": written(spend)}) == tier


def amounts():
    return st.decimals(0, 20_000_000, places=2) | st.sampled_from([0, 999_999, 1_000_000, 10_000_000])


@given(amounts(), amounts())
def test_buying_more_never_lowers_the_tier(before, more):
    rank = [TIERS.index(size().value({"spend": spend})) for spend in (before, before + more)]
    assert rank[1] <= rank[0]


@given(st.permutations(list(WHEN.items())), amounts())
def test_the_order_in_which_conditions_are_written_changes_nothing(when, spend):
    assert size(when=dict(when)).value({"spend": spend}) == size().value({"spend": spend})


WHY = """\
tier is important (key account): row important of Size fired (UPLIFT-01, UPLIFT-02)
  applies:
    yes: kind == 'b2b'  [kind is b2b]
  core: does not hold
    no: spend >= floor  [spend is 9,400,000 CNY; floor is 10,000,000 (UPLIFT-01)]
    yes: not vip  [vip is no]
  important: fired
    yes: spend >= 1_000_000  [spend is 9,400,000 CNY]
  otherwise: not needed"""

WHY_ZH = """\
tier 为 important（重点客户）：规模的 important 行成立 (UPLIFT-01, UPLIFT-02)
  适用条件:
    是: kind == 'b2b'  [kind 为 b2b]
  core: 不成立
    否: spend >= floor  [年采购额（spend） 为 9,400,000 CNY；floor 为 10,000,000 (UPLIFT-01)]
    是: not vip  [vip 为 否]
  important: 成立并决定结果
    是: spend >= 1_000_000  [年采购额（spend） 为 9,400,000 CNY]
  其余情况: 未用到"""


def test_the_whole_story_is_told_in_both_languages():
    told = size(
        when={**WHEN, "core": (F.spend >= parameter("floor", 10_000_000, source="UPLIFT-01")) & ~F.vip},
        applies=F.kind == "b2b",
        source=("UPLIFT-01", "UPLIFT-02"),
        title={"en": "Size", "zh": "规模"},
        names={"important": {"en": "key account", "zh": "重点客户"}},
    ).decide({"spend": 9_400_000, "kind": "b2b", "vip": False})
    assert str(told.why()) == WHY
    assert told.why().text("zh") == WHY_ZH


def test_a_tier_may_have_several_rows():
    rows = [Row("vips", F.vip, "core"), Row("big", F.spend >= 100, "core", source="A-1"), Rest("basic", label="others")]
    tiers = size(tiers=("core", "basic"), when=rows)
    assert tiers.decide({"vip": False, "spend": 100}).rows == ("big",)
    assert tiers.decide({"vip": True, "spend": 100}).rows == ("vips",)
    assert tiers.decide({"vip": False, "spend": 1}).how == "otherwise"
    assert str(tiers.decide({"vip": False, "spend": 1}).why()) == (
        "tier is basic: no row of size fired, so 'otherwise' holds\n"
        "  vips: does not hold\n    no: vip  [vip is no]\n"
        "  big: does not hold\n    no: spend >= 100  [spend is 1 CNY]\n"
        "  otherwise (others): fired"
    )


def test_without_otherwise_somebody_may_have_no_tier():
    tiers = size(tiers=("core",), when={"core": F.vip})
    with pytest.raises(NoRowError) as problem:
        tiers.decide({"vip": False})
    assert str(problem.value) == ("no row of 'size' fired (vip = False). Add a row for this case, or an 'otherwise'.")


def test_unknown_leaves_the_tier_open_unless_a_fallback_is_chosen():
    open_ = size().decide({"spend": None})
    assert (open_.value, bool(open_), open_.undecided) == (Undecided(("spend",)), False, ("spend",))
    chosen = size(if_unknown=Fallback("basic")).decide({"spend": None})
    assert (chosen.value, bool(chosen), chosen.how, chosen.undecided) == ("basic", True, "fallback", ("spend",))


REFUSED = "TierPolicy 'size' must "


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tiers": ()}, REFUSED + "have tiers, got ()"),
        ({"tiers": "core"}, "tiers must be a sequence of names, got 'core'"),
        ({"tiers": ("core", "core")}, "tiers must name each once, got 'core'"),
        ({"tiers": ("core", "")}, "tiers must hold names only, got ''"),
        (
            {"when": {**WHEN, "gold": F.vip}},
            REFUSED + "name one of its tiers in every row, got 'gold' (tiers: core, important, basic)",
        ),
        (
            {"when": {**WHEN, "importent": F.vip}},
            REFUSED
            + "name one of its tiers in every row, got 'importent'; did you mean 'important'? "
            + "(tiers: core, important, basic)",
        ),
        (
            {"when": {"core": F.vip, "basic": otherwise}},
            REFUSED + "say when each tier holds, or drop it, got 'no condition for important'",
        ),
        (
            {"when": {"core": otherwise}, "tiers": ("core",)},
            REFUSED + "have a condition besides 'otherwise', got 'core'",
        ),
        (
            {"when": {"core": F.vip, "important": otherwise, "basic": otherwise}},
            REFUSED + "have one 'otherwise', got 'important, basic'",
        ),
        (
            {"when": [Row("r", F.vip, "core"), Row("r", F.vip, "basic")], "tiers": ("core", "basic")},
            "row ids must differ within a table, got 'r'",
        ),
        ({"when": [("core", F.vip)]}, "a policy's row must be a Row or Rest, got ('core', <fact vip: flag>)"),
        ({"when": 5}, "when must be a mapping from outcome to condition, or a sequence of Row, got 5"),
        ({"when": "vip"}, "when must be a mapping from outcome to condition, or a sequence of Row, got 'vip'"),
        ({"when": [otherwise]}, "a policy's row must be a Row or Rest, got otherwise"),
        (
            {"when": {**WHEN, "core": "spend >= 5"}},
            "a condition must stand here, such as f.annual_spend >= 1_000, got 'spend >= 5'. "
            "Read a text with the sheet's condition().",
        ),
        ({"if_unknown": "basic"}, REFUSED + "have if_unknown = Fallback(outcome), got 'basic'"),
        (
            {"if_unknown": Fallback("basik")},
            REFUSED + "fall back on an outcome that it gives; did you mean 'basic'?, got 'basik'",
        ),
        ({"names": {"gold": "Gold"}}, REFUSED + "name only outcomes that it gives, got 'gold'"),
        ({"names": {"cor": "Core"}}, REFUSED + "name only outcomes that it gives; did you mean 'core'?, got 'cor'"),
        ({"gives": "the tier"}, "gives must be a name such as 'annual_spend' (letters, digits, _), got 'the tier'"),
        ({"valid": 5}, "valid must hold 'from' and 'until', got 5"),
        ({"title": 5}, "a label must be a text or hold texts in 'en' and 'zh', got 5"),
    ],
)
def test_tiers_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(PolicyError) as problem:
        size(**changes)
    assert str(problem.value) == message


@pytest.mark.parametrize("name", ["", "  ", 5, None])
def test_a_policy_has_a_name(name):
    with pytest.raises(PolicyError) as problem:
        TierPolicy(name, gives="tier", tiers=TIERS, when=WHEN)
    assert str(problem.value) == f"a policy's name must be a text, got {name!r}"


def test_a_tier_policy_is_a_value():
    rules = size(source="UPLIFT-01", title="Size")
    rules.decide({"spend": 5})
    for again in (pickle.loads(pickle.dumps(rules)), copy.copy(rules), copy.deepcopy(rules), evolve(rules)):
        assert (again, hash(again), again.fingerprint) == (rules, hash(rules), rules.fingerprint)
        assert again.decide({"spend": 5}) == rules.decide({"spend": 5})
    assert repr(rules) == "<tier policy 'size': core > important > basic>"
    assert str(rules) == "size: tier from spend"
    assert (rules.reads, rules.source) == (("spend",), ("UPLIFT-01",))
    assert rules.outcome == choice(*TIERS, none="", label="Size").named("tier")
