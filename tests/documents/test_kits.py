"""Policy kinds of your own: in documents, explained, changed, written and verified like the built-in ones."""

import json
from datetime import date
from decimal import Decimal

import pytest
from attrs import NOTHING, define, field, fields, frozen

from crmrules.conditions import Condition, Fact, always, facts_in
from crmrules.documents import Kit, PolicyKind, as_data, dumps, loads
from crmrules.errors import DocumentError, PolicyError
from crmrules.facts import UNKNOWN, choice
from crmrules.tables import JudgedPolicy, verify
from crmrules.validity import Validity
from crmrules.wording import Wording
from tests.documents.samples import HEAD, changed, problems, refusals


@frozen
class Late:
    """A customer whose next order is late."""

    days: Fact
    spared: Condition
    times: Decimal
    least: int = 3
    word: str = "late"
    strict: bool = False
    exempt: tuple[str, ...] = ()
    gap: Fact | None = None
    doubt: Condition | None = None

    outcome = choice("on_time", "late")

    @property
    def reads(self):
        return (self.days, *facts_in(self.spared), *((self.gap,) if self.gap else ()))

    def judge(self, values, why):
        days = values[self.days.name]
        if why(self.spared):
            return "on_time"
        if days is None:
            return UNKNOWN
        late = why(f"{days} is more than {self.times * self.least}", days > self.times * self.least)
        return "late" if late else "on_time"


def kit():
    """Return a kit, made anew each time, as a test of how kits are made must be."""
    return Kit("ours", policies=[PolicyKind.own("late", Late, section="warnings")])


TEXT = (
    HEAD
    + """
[parameters]
much = 1_000

[warnings.late]
kind = "late"
gives = "late"
applies = "segment == 'b2b'"
source = "W-1"
title = { zh = "逾期" }
note = "ours"
names = { late = "late" }
valid = { from = 2026-01-01 }
days = "orders"
spared = "spend >= much"
times = 2.5
"""
)
FULL = (
    TEXT
    + """
least = 2
word = "x"
strict = true
exempt = ["a", "b"]
gap = "spend"
doubt = "vip"
"""
)
RECORD = {"orders": 8, "spend": 10, "segment": "b2b"}
DAY = date(2026, 6, 1)


def read(text=TEXT, kind="toml"):
    return loads(text, kind, kits=[kit()])


def rule(text=TEXT):
    return read(text).policy_named("late").rule


def test_a_policy_of_a_kit_is_read_and_decides():
    handbook = read()
    assert isinstance(handbook.policy_named("late"), JudgedPolicy)
    assert handbook.decide(RECORD, DAY).outcomes == {"late": "late"}
    assert handbook.decide({**RECORD, "orders": 7}, DAY).outcomes == {"late": "on_time"}
    assert handbook.decide({**RECORD, "segment": "b2c"}, DAY).outcomes == {"late": None}
    assert handbook.decide({**RECORD, "orders": None}, DAY)["late"].undecided == ("orders",)


def test_every_field_is_read_in_the_type_it_is_declared_with():
    facts = read(FULL).facts
    made = rule(FULL)
    assert made.days == facts.fact("orders")
    assert str(made.spared) == "spend >= much"
    assert (made.times, made.least, made.word, made.strict, made.exempt) == (Decimal("2.5"), 2, "x", True, ("a", "b"))
    assert (type(made.times), type(made.least)) == (Decimal, int)
    assert made.gap == facts.fact("spend")
    assert str(made.doubt) == "vip"


def test_a_field_that_is_left_out_has_its_default():
    made = rule()
    assert (made.least, made.word, made.strict, made.exempt, made.gap, made.doubt) == (3, "late", False, (), None, None)


def test_what_every_policy_says_is_read():
    policy = read().policy_named("late")
    assert (policy.source, str(policy.note), policy.title.zh) == (("W-1",), "ours", "逾期")
    assert str(policy.names["late"]) == "late"
    assert str(policy.applies) == "segment == 'b2b'"
    assert str(policy.valid) == "2026-01-01 to open end"


def test_its_outcome_is_a_fact_for_other_policies():
    text = TEXT + "[segmentation.care]\nkind = 'labels'\ngives = 'care'\nwhen = { call = \"late == 'late'\" }\n"
    assert read(text).decide(RECORD, DAY).outcomes == {"late": "late", "care": "call"}
    (found,) = problems(changed(text, ("late == 'late'", "late == 'never'")), kits=[kit()])
    assert found.code == "CR303"


def test_its_decision_is_explained():
    told = str(read().decide(RECORD, DAY)["late"].why()).splitlines()
    assert told == [
        "late is late (late): judged by 逾期 (W-1)",
        "  applies:",
        "    yes: segment == 'b2b'  [segment is b2b]",
        "  judged: fired",
        "    no: spend >= much  [spend is 10 CNY; much is 1,000]",
        "    yes: 8 is more than 7.5",
    ]


def test_its_decision_is_verified_years_later():
    handbook = read()
    saved = json.loads(json.dumps(handbook.decide(RECORD, DAY)["late"].record()))
    assert verify(saved, handbook)
    assert not verify(saved, handbook.with_changes({"much": 5}))


def test_a_parameter_in_its_condition_can_be_changed():
    handbook = read().with_changes({"much": 10})
    assert handbook.decide(RECORD, DAY).outcomes == {"late": "on_time"}
    assert handbook.fingerprint != read().fingerprint
    assert read().decide(RECORD, DAY).outcomes == {"late": "late"}


@pytest.mark.parametrize("kind", ["json", "toml"])
@pytest.mark.parametrize("text", [TEXT, FULL])
def test_it_is_written_and_read_back(text, kind):
    if kind == "toml":
        pytest.importorskip("tomli_w")
    assert read(dumps(read(text), kind, kits=[kit()]), kind) == read(text)


def test_it_is_written_as_a_document_says_it():
    assert as_data(read(), kits=[kit()])["warnings"]["late"] == {
        "kind": "late",
        "gives": "late",
        "applies": "segment == 'b2b'",
        "days": "orders",
        "spared": "spend >= much",
        "times": Decimal("2.5"),
        "least": 3,
        "word": "late",
        "strict": False,
        "exempt": (),
        "source": ["W-1"],
        "title": {"zh": "逾期"},
        "note": {"en": "ours"},
        "valid": {"from": DAY.replace(month=1)},
        "names": {"late": {"en": "late"}},
    }


def test_a_policy_for_everybody_is_written_without_applies():
    text = changed(TEXT, ("applies = \"segment == 'b2b'\"\n", ""))
    assert read(text).policy_named("late").applies == always
    assert "applies" not in as_data(read(text), kits=[kit()])["warnings"]["late"]


def test_it_cannot_be_written_or_read_without_its_kit():
    with pytest.raises(PolicyError) as caught:
        dumps(read())
    assert str(caught.value) == "policy 'late' must be of a kind that a kit knows, got Late"
    with pytest.raises(DocumentError):
        loads(TEXT)


def test_numbers_of_yaml_are_read_in_the_type_of_the_field():
    pytest.importorskip("yaml")
    text = """
crmrules: 1
name: x
facts: {orders: {type: integer}}
warnings:
  late: {kind: late, gives: late, days: orders, spared: orders > 9, times: 2, least: 4, strict: true, exempt: a}
"""
    made = read(text, "yaml").policy_named("late").rule
    assert (made.times, made.least, made.strict, made.exempt) == (2, 4, True, ("a",))
    assert (type(made.times), type(made.least)) == (Decimal, int)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("times = 2.5", "times = 'many'", "26:9: $.warnings.late.times: must be a number, got text 'many' [CR202]"),
        ("times = 2.5", "times = true", "26:9: $.warnings.late.times: must be a number, got flag true [CR202]"),
        (
            "times = 2.5",
            "times = 2\nleast = 2.5",
            "27:9: $.warnings.late.least: must be a whole number, got number 2.5 [CR202]",
        ),
        (
            "times = 2.5",
            "times = 2\nleast = 'x'",
            "27:9: $.warnings.late.least: must be a whole number, got text 'x' [CR202]",
        ),
        ("times = 2.5", "times = 2\nword = 5", "27:8: $.warnings.late.word: must be a text, got number 5 [CR202]"),
        (
            "times = 2.5",
            "times = 2\nstrict = 1",
            "27:10: $.warnings.late.strict: must be true or false, got number 1 [CR202]",
        ),
        (
            "times = 2.5",
            "times = 2\nexempt = [1]",
            "27:10: $.warnings.late.exempt: must be a text or a list of texts, got list [1] [CR202]",
        ),
        ("times = 2.5", "", "15:1: $.warnings.late: the key 'times' is missing [CR203]"),
        (
            "times = 2.5",
            "times = 2\ntime = 3",
            "27:1: $.warnings.late.time: unknown key 'time'; did you mean 'times'? [CR201]",
        ),
        (
            'days = "orders"',
            'days = "order"',
            "24:8: $.warnings.late.days: unknown fact 'order'; did you mean 'orders'? [CR206]",
        ),
        (
            "spend >= much",
            "spned >= much",
            "25:10: $.warnings.late.spared: unknown fact 'spned'; did you mean 'spend'? "
            "(in 'spned >= much', column 1) [CR302]",
        ),
        (
            'gives = "late"',
            'gives = "the late"',
            "15:1: $.warnings.late: gives must be a name such as 'annual_spend' (letters, digits, _), "
            "got 'the late' [CR304]",
        ),
    ],
)
def test_its_mistakes_are_told_like_those_of_any_policy(old, new, told):
    assert refusals(changed(TEXT, (old, new)), kits=[kit()]) == [told]


def test_a_broken_fact_is_not_held_against_it():
    text = changed(TEXT, ('orders = { type = "integer" }', 'orders = { type = "intger" }'))
    assert [problem.code for problem in problems(text, kits=[kit()])] == ["CR202"]
    lost = changed(TEXT, ("[facts]", "[fakts]"))
    assert [problem.code for problem in problems(lost, kits=[kit()])] == ["CR201"]


def test_what_a_rule_refuses_is_told_at_its_policy():
    @frozen
    class Picky:
        limit: int = field(default=1)

        outcome = choice("yes", "no")
        reads = ()

        def __attrs_post_init__(self):
            if self.limit > 5:
                raise PolicyError("a limit must be at most 5")

        def judge(self, values, why):
            return "yes"

    kits = [Kit("ours", policies=[PolicyKind.own("picky", Picky)])]
    text = "crmrules = 1\nname = 'x'\n[policies.p]\nkind = 'picky'\ngives = 'p'\nlimit = 6\n"
    assert refusals(text, kits=kits) == ["3:1: $.policies.p: a limit must be at most 5 [CR304]"]
    assert loads(text.replace("6", "5"), kits=kits).decide({}).outcomes == {"p": "yes"}


def test_a_fact_that_a_rule_brings_along_must_be_declared():
    @frozen
    class Own:
        outcome = choice("yes", "no")
        reads = (Fact("elsewhere", "integer"),)

        def judge(self, values, why):
            return "yes"

    kits = [Kit("ours", policies=[PolicyKind.own("own", Own)])]
    text = "crmrules = 1\nname = 'x'\n[policies.p]\nkind = 'own'\ngives = 'p'\n"
    told = "policy 'p' reads 'elsewhere', which the handbook does not declare as integer"
    assert refusals(text, kits=kits) == [f"1:1: {told} [CR304]"]


def test_a_fault_of_a_kits_own_code_is_not_blamed_on_the_document():
    def fail(instance, attribute, value):
        raise RuntimeError("a fault of the kit")

    @frozen
    class Shape:
        gives: str = field(validator=fail)
        kind: str = ""

    kind = PolicyKind("odd", "policies", object, Shape, None, None, None)
    text = "crmrules = 1\nname = 'x'\n[policies.p]\nkind = 'odd'\ngives = 'p'\n"
    with pytest.raises(RuntimeError, match="a fault of the kit"):
        loads(text, kits=[Kit("ours", policies=[kind])])


# --- making kinds -----------------------------------------------------------------------------------------


def test_a_rule_must_be_an_attrs_class():
    class Plain:
        outcome = choice("x")

    with pytest.raises(PolicyError) as caught:
        PolicyKind.own("plain", Plain)
    assert str(caught.value).startswith("rule Plain must be an attrs class, got <class ")


def test_a_rule_must_say_what_it_gives():
    @define
    class Silent:
        days: int

        @property
        def outcome(self):
            return choice("x")

    with pytest.raises(PolicyError) as caught:
        PolicyKind.own("silent", Silent)
    assert str(caught.value).startswith("rule Silent must have a class attribute 'outcome' with a fact, got <property")


def test_what_a_rule_class_makes_is_described():
    shape = kit().policies[0].shape
    assert shape.__name__ == "LateShape"
    assert {each.name: each.metadata["about"] for each in fields(shape)} == {
        "kind": "Kind of the policy.",
        "gives": "Name of the fact that the outcome becomes.",
        "applies": "For whom the policy is meant.",
        "source": "Clauses it comes from.",
        "title": "What it is called.",
        "note": "How a source was read.",
        "names": "What outcomes are called, by outcome.",
        "valid": "The days on which it is in force.",
        **{name: f"{name} of the rule" for name in ("days", "spared", "times", "least", "word", "strict", "exempt")},
        **{name: f"{name} of the rule" for name in ("gap", "doubt")},
    }
    assert [each.name for each in fields(shape) if each.default is NOTHING] == [
        "kind",
        "gives",
        "days",
        "spared",
        "times",
    ]


def test_the_name_of_a_field_is_told_in_words():
    @define
    class Slow:
        usual_gap: int

        outcome = choice("x")

    shape = PolicyKind.own("slow", Slow).shape
    assert fields(shape).usual_gap.metadata["about"] == "usual gap of the rule"
    assert PolicyKind.own("slow", Slow).section == "policies"


def test_a_policy_with_no_remarks_has_none():
    text = "crmrules = 1\nname = 'x'\nfacts = { orders = { type = 'integer' } }\n[warnings.w]\nkind = 'late'\n"
    text += "gives = 'w'\ndays = 'orders'\nspared = 'orders > 9'\ntimes = 1\n"
    policy = read(text).policy_named("w")
    assert (policy.applies, policy.source, policy.title, policy.note) == (always, (), Wording(), Wording())
    assert (policy.names, policy.valid) == ({}, Validity())


def test_a_field_must_be_of_a_type_that_a_document_can_write():
    @define
    class Odd:
        weight: complex

        outcome = choice("x")

    with pytest.raises(PolicyError) as caught:
        PolicyKind.own("odd", Odd)
    assert str(caught.value) == (
        "field 'weight' of rule Odd must be a Fact, Condition, Decimal, int, str, bool or tuple[str, ...] to be "
        "written in a document, got <class 'complex'>"
    )


@pytest.mark.parametrize("name", ["kind", "gives", "applies", "source", "title", "note", "names", "valid"])
def test_a_field_must_not_take_a_key_that_every_policy_has(name):
    made = define(type("Greedy", (), {"__annotations__": {name: str}, "outcome": choice("x")}))
    with pytest.raises(PolicyError) as caught:
        PolicyKind.own("greedy", made)
    assert str(caught.value).startswith(
        f"field {name!r} of rule Greedy must differ from the keys that every policy has"
    )


@pytest.mark.parametrize(
    ("kind", "section", "told"),
    [
        (
            "late one",
            "policies",
            "a policy kind must be a name such as 'annual_spend' (letters, digits, _), got 'late one'",
        ),
        ("late", "my rules", "a section must be a name such as 'annual_spend' (letters, digits, _), got 'my rules'"),
    ],
)
def test_a_kind_and_its_section_are_names(kind, section, told):
    with pytest.raises(PolicyError) as caught:
        PolicyKind.own(kind, Late, section=section)
    assert str(caught.value) == told


def test_two_kits_may_not_use_one_word():
    other = Kit("theirs", policies=[PolicyKind.own("late", Late)])
    with pytest.raises(PolicyError) as caught:
        loads(TEXT, kits=[kit(), other])
    assert str(caught.value) == "policy kind 'late' must belong to one kit, got 'theirs'"


def test_kits_may_share_a_section():
    other = Kit("theirs", policies=[PolicyKind.own("later", Late, section="warnings")])
    text = changed(TEXT, ('kind = "late"', 'kind = "later"'))
    assert loads(text, kits=[kit(), other]).outcomes == ("late",)
    (told,) = refusals(changed(TEXT, ('kind = "late"', 'kind = "laet"')), kits=[kit(), other])
    assert told == "16:8: $.warnings.late.kind: unknown policy kind 'laet'; did you mean 'late'? [CR206]"


def test_a_kit_keeps_its_kinds_as_a_tuple():
    kind = kit().policies[0]
    assert Kit("ours", policies=[kind]) == Kit("ours", policies=(kind,))
    assert (kind.kind, kind.section, kind.policy) == ("late", "warnings", Late)
    assert Kit("empty").policies == ()
