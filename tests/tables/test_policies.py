"""Tables and table policies: what is refused when they are built, and what their outcome is to later policies."""

import copy
import pickle
from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from crmrules import tables
from crmrules.errors import NotInForce, PolicyError
from crmrules.facts import choice, facts, flag, labels, money, number, text
from crmrules.handbook import Handbook
from crmrules.parameters import parameter
from crmrules.tables import NO_OUTCOME, Fallback, Row, Table, TablePolicy, otherwise, settle
from crmrules.tables.policies import Rest

F = facts(spend=money("CNY", label="spend"), vip=flag(), kind=choice("b2b", "b2c"))
ROW = Row("r", F.vip, "core")


def policy(table=None, **changes):
    return TablePolicy(
        "size", **{"gives": "tier", "table": table or Table([ROW], "first", otherwise="basic"), **changes}
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Table([]), "a table must have 1 to 10,000 rows, got 0"),
        (
            lambda: Table([Row(f"r{at}", F.vip, "a") for at in range(10_001)]),
            "a table must have 1 to 10,000 rows, got 10001",
        ),
        (lambda: Table(["r"]), "a table's row must be a Row, got 'r'"),
        (
            lambda: Table([ROW], "best"),
            "hit must be one of unique, first, any, priority, rule_order, output_order, collect, got 'best'",
        ),
        (
            lambda: Table([ROW], "collect", aggregate="mean"),
            "aggregate must be one of list, distinct, sum, min, max, count, got 'mean'",
        ),
        (lambda: Table([ROW], "first", aggregate="count"), "aggregate must go with collect, got 'count'"),
        (lambda: Table([ROW], if_unknown="ask"), "if_unknown must be a Fallback, got 'ask'"),
        (lambda: Table([ROW, ROW]), "row ids must differ within a table, got 'r'"),
        (lambda: Table([ROW], "priority"), "order must be given for priority and output_order, and only there, got ()"),
        (
            lambda: Table([ROW], "first", order=("core",)),
            "order must be given for priority and output_order, and only there, got (('', ('core',)),)",
        ),
        (lambda: Table([ROW], "priority", order=("gold",)), "order must list every outcome, but 'core' is not in it"),
        (
            lambda: Table([ROW], "collect", aggregate="sum"),
            "row 'r' of a sum must have a number as its outcome, got 'core'",
        ),
        (
            lambda: Table([Row("r", F.vip, True)], "collect", aggregate="max"),
            "row 'r' of a max must have a number as its outcome, got True",
        ),
        (lambda: Table([ROW], rest_label=5), "a label must be a text or hold texts in 'en' and 'zh', got 5"),
        (lambda: Row("", F.vip, "a"), "a row's id must be a text, got ''"),
        (lambda: Row(5, F.vip, "a"), "a row's id must be a text, got 5"),
        (
            lambda: Row("r", "vip", "a"),
            "a condition must stand here, such as f.annual_spend >= 1_000, got 'vip'. Read a text "
            "with the sheet's condition().",
        ),
        (lambda: Row("r", F.vip, 0.5), "an outcome must be exact, got 0.5. Write it as Decimal('0.5')."),
        (lambda: Row("r", F.vip, {"rate": 0.5}), "an outcome must be exact, got 0.5. Write it as Decimal('0.5')."),
        (
            lambda: Row("r", F.vip, 10**16),
            "an outcome must have at most 15 digits and lie within 2**53, got 10000000000000000",
        ),
        (lambda: Row("r", F.vip, "a", source=5), "source must be a sequence of names, got 5"),
        (lambda: Fallback(0.5), "an outcome must be exact, got 0.5. Write it as Decimal('0.5')."),
        (
            lambda: Table([ROW, Row("s", facts(vip=flag(label="VIP")).vip, "core")]),
            "fact 'vip' must be one declaration in all rows, got 'several'",
        ),
        (
            lambda: policy(gives="the tier"),
            "gives must be a name such as 'annual_spend' (letters, digits, _), got 'the tier'",
        ),
        (
            lambda: policy(applies="vip"),
            "a condition must stand here, such as f.annual_spend >= 1_000, got 'vip'. Read a text "
            "with the sheet's condition().",
        ),
        (lambda: policy(valid={"to": 5}), "valid must hold 'from' and 'until', got {'to': 5}"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message


def test_a_table_may_have_ten_thousand_rows():
    large = policy(Table([Row(f"r{at}", F.spend == at, at) for at in range(10_000)], "first", otherwise=-1))
    assert large.value({"spend": 9_999}) == 9_999
    assert large.value({"spend": 10_000}) == -1


def test_a_row_keeps_its_sources():
    assert Row("r", F.vip, "a", source="A-1").source == ("A-1",)
    assert Row("r", F.vip, "a", source=["A-1", "A-2"]).source == ("A-1", "A-2")


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        ("core", "core"),
        (Decimal("1.50"), Decimal("1.5")),
        (Decimal("2.0"), 2),
        (True, True),
        (None, None),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (["a", "b"], ("a", "b")),
        ({"days": Decimal("5.0")}, {"days": 5}),
    ],
)
def test_outcomes_are_kept_in_their_canonical_form(outcome, kept):
    for found in (
        Row("r", F.vip, outcome).outcome,
        Fallback(outcome).outcome,
        Table([ROW], otherwise=outcome).otherwise,
    ):
        assert found == kept
        assert isinstance(found, dict) or type(found) is type(kept) or isinstance(kept, dict)
        hash(found)


def test_outcomes_of_several_outputs_are_ranked_output_by_output():
    rows = [
        Row("r1", F.vip, {"tier": "basic", "gift": "card"}),
        Row("r2", F.spend > 5, {"tier": "core", "gift": "none"}),
        Row("r3", F.spend > 7, {"tier": "core", "gift": "card"}),
    ]
    order = {"tier": ("core", "basic"), "gift": ["card", "none"]}
    best = policy(Table(rows, "priority", order=order))
    assert best.decide({"vip": True, "spend": 6}).rows == ("r2",)
    assert best.decide({"vip": True, "spend": 8}).rows == ("r3",)
    every = policy(Table(rows, "output_order", order=order))
    assert every.decide({"vip": True, "spend": 8}).rows == ("r3", "r2", "r1")
    assert best.table.rank({"tier": "basic", "gift": "none"}) == (1, 1)
    assert best.table.winning_order == (2, 1, 0)
    assert every.table.winning_order == (0, 1, 2)


def test_a_sum_is_exact_however_many_rows():
    rows = [Row(f"r{at}", F.vip, Decimal("123456.123456789")) for at in range(200)]
    table = Table([*rows, Row("last", F.vip, Decimal("-0.8"))], "collect", aggregate="sum")
    assert settle(table, tuple(range(200))).value == Decimal("24691224.6913578")
    assert settle(table, tuple(range(201))).value == Decimal("24691223.8913578")
    assert settle(table, ()).value == 0
    halves = Table([Row("a", F.vip, Decimal("0.5")), Row("b", F.vip, Decimal("1.5"))], "collect", aggregate="sum")
    assert (settle(halves, (0, 1)).value, type(settle(halves, (0, 1)).value)) == (2, int)


@pytest.mark.parametrize(
    ("table", "fact"),
    [
        (Table([ROW], otherwise="basic"), choice("core", "basic")),
        (Table([ROW, Row("s", F.vip, "core")], otherwise=None), choice("core")),
        (Table([ROW, Row("s", F.vip, "new")], "collect"), labels("core", "new")),
        (Table([ROW], "rule_order"), labels("core")),
        (Table([ROW], "output_order", order=("core",)), labels("core")),
        (Table([ROW], "collect", aggregate="distinct"), labels("core")),
        (Table([ROW], "collect", aggregate="count"), number()),
        (Table([Row("r", F.vip, 5)], otherwise=0), number()),
        (Table([Row("r", F.vip, 5)], "collect", aggregate="sum"), number()),
        (Table([Row("r", F.vip, 5)], "collect"), text()),
        (Table([Row("r", F.vip, True)], otherwise=False), flag()),
    ],
)
def test_the_outcome_of_a_table_is_a_fact_of_its_own_type(table, fact):
    assert policy(table).outcome == fact.named("tier")


def test_a_policy_knows_what_it_reads_and_refers_to():
    floor, gate = parameter("floor", 5), parameter("gate", 1)
    rules = policy(
        Table([Row("r", (F.spend > floor) & F.vip, "a"), Row("s", F.spend > 7, "b")], "first", otherwise="c"),
        applies=(F.kind == "b2b") & (F.spend > gate),
    )
    assert rules.reads == ("kind", "spend", "vip")
    assert [each.name for each in rules.parameters] == ["gate", "floor"]
    assert rules.facts == rules.inputs == tuple(F.fact(name) for name in rules.reads)
    assert rules.table.outcomes == ("a", "b", "c")
    assert str(rules) == "size: tier from kind, spend, vip"
    assert repr(rules) == "<table policy 'size': 2 rows, first>"


def test_one_parameter_has_one_value_throughout_a_policy():
    rules = policy(
        Table([Row("r", F.spend > parameter("x", 5), "a"), Row("s", F.spend > parameter("x", 6), "b")], "first")
    )
    with pytest.raises(PolicyError) as problem:
        _ = rules.parameters
    assert str(problem.value) == "parameter 'x' must have one value, got 6 too"


def test_a_change_reaches_every_row_and_the_gate():
    floor = parameter("floor", 5)
    rules = policy(Table([Row("r", F.spend > floor, "a")], otherwise="b"), applies=F.spend < floor)
    changed = rules.rebuilt(lambda part: floor.changed(7) if part == floor else part)
    assert [each.value for each in changed.parameters] == [7]
    assert changed.decide({"spend": 6}).value == "b"
    assert rules.decide({"spend": 6}).how == "does_not_apply"
    assert rules.rebuilt(lambda part: part) == rules


def test_a_table_policy_is_a_value():
    rules = policy(source=["A-1"], title="Size", names={"core": "Core"})
    rules.decide({"vip": True})
    for again in (pickle.loads(pickle.dumps(rules)), copy.copy(rules), copy.deepcopy(rules), evolve(rules)):
        assert (again, hash(again)) == (rules, hash(rules))
        assert again.decide({"vip": True}) == rules.decide({"vip": True})
    assert rules != policy()


@pytest.mark.parametrize(("marker", "word"), [(otherwise, "otherwise"), (NO_OUTCOME, "no outcome")])
def test_a_marker_is_one_of_a_kind(marker, word):
    assert repr(marker) == word
    assert pickle.loads(pickle.dumps(marker)) is marker
    assert copy.deepcopy(marker) is marker


def test_no_text_collides_with_a_marker():
    rules = policy(Table([Row("r", F.vip, "otherwise")], otherwise="no outcome", if_unknown=Fallback("undecided")))
    assert rules.value({"vip": True}) == "otherwise"
    assert rules.value({"vip": False}) == "no outcome"
    assert rules.value({"vip": None}) == "undecided"
    assert rules.decide({"vip": None})


def test_rows_of_a_mapping_have_the_ids_of_their_outcomes():
    from crmrules.tables.policies import rows_from, split_rows

    rows = rows_from({"core": F.vip, "basic": otherwise})
    assert rows == (Row("core", F.vip, "core"), Rest("basic"))
    assert split_rows("x", rows) == ((Row("core", F.vip, "core"),), Rest("basic"))
    assert split_rows("x", rows[:1]) == ((Row("core", F.vip, "core"),), Rest(NO_OUTCOME))


def test_a_policy_in_force_on_some_days_is_asked_on_them():
    rules = policy(valid={"from": "2026-01-01"})
    assert date(2026, 1, 1) in rules.valid
    book = Handbook("rules", facts=F, policies=(rules,))
    assert book.decide({"vip": True}, date(2026, 1, 1)).outcomes == {"tier": "core"}
    with pytest.raises(NotInForce) as problem:
        book.decide({"vip": True}, date(2025, 12, 31))
    assert str(problem.value) == "'tier' is not in force on 2025-12-31 (in force: 2026-01-01 to open end)."


@pytest.mark.parametrize("name", tables.__all__)
def test_every_public_name_is_there(name):
    assert getattr(tables, name) is not None


def test_other_names_are_not():
    with pytest.raises(AttributeError) as problem:
        _ = tables.nothing
    assert str(problem.value) == "module 'crmrules.tables' has no attribute 'nothing'"


def gathered(*rows, **details):
    sheet = facts(a=flag(), b=flag())
    lines = [Row(name, sheet[name], outcome) for name, outcome in rows]
    return policy(Table(lines, "collect", **details))


@pytest.mark.parametrize(
    ("rules", "outcome", "undecided"),
    [
        (gathered(("a", 3), aggregate="sum", otherwise=3), 3, ()),
        (gathered(("a", 1), aggregate="count", otherwise=1), 1, ()),
        (gathered(("a", "gold"), otherwise=["gold"]), ("gold",), ()),
        (gathered(("a", 3), ("b", 3), aggregate="min", otherwise=3), 3, ()),
        (gathered(("a", 3), ("b", 4), aggregate="min", otherwise=3), None, ("b",)),
        (gathered(("a", "gold"), ("b", "gold"), aggregate="distinct", otherwise=["gold"]), ("gold",), ()),
        (gathered(("a", 3), ("b", 3), aggregate="sum", otherwise=3), None, ("a", "b")),
        (gathered(("a", 3), ("b", 3), aggregate="count", otherwise=1), None, ("a", "b")),
        (gathered(("a", "gold"), ("b", "gold"), otherwise=["gold"]), None, ("a", "b")),
    ],
)
def test_unknown_rows_matter_only_where_one_or_all_of_them_change_the_answer(rules, outcome, undecided):
    decision = rules.decide({"a": None, "b": None})
    assert decision.undecided == undecided
    assert undecided or decision.value == outcome


def test_an_unknown_row_that_adds_nothing_to_a_sum_is_not_named():
    rules = gathered(("a", 1), ("b", 0), aggregate="sum")
    assert rules.decide({"a": True, "b": None}).value == 1
    sheet = facts(a=flag(), b=flag(), c=flag())
    three = policy(
        Table([Row("a", sheet.a, 1), Row("b", sheet.b, 0), Row("c", sheet.c, 2)], "collect", aggregate="sum")
    )
    assert three.decide({"a": True, "b": None, "c": None}).undecided == ("c",)


@pytest.mark.parametrize(("hit", "expected"), [("first", "even"), ("collect", ("even", "rest"))])
def test_a_large_table_asks_what_its_index_cannot_split_row_by_row(hit, expected):
    from crmrules.facts import facts, integer
    from crmrules.tables import Row, Table, TablePolicy

    f = facts(a=integer(), b=integer())
    rows = [Row("above", f.a > f.b, "above"), Row("even", f.a == f.b, "even")]
    rows += [Row(f"r{number}", f.a == number, "other") for number in range(100, 130)]
    table = Table([*rows, Row("last", f.a < 50, "rest")], hit)
    policy = TablePolicy("wide", gives="x", table=table)
    assert policy.decide({"a": 7, "b": 7}).value == expected
    assert policy.value({"a": 7, "b": 7}) == expected


KINDS_OF_QUESTIONS = [
    "n < 3", "n <= 3", "n > 5", "n >= 5", "n == 4", "n != 4", "n in [1, 7]", "n not in [1, 7]", "n is None",
    "n is not None", "3 <= n < 6", "n < 2 or n > 6", "n > 3 and n < 3", "kind == 'a'", "kind != 'a'",
    "kind in ['a', 'b']", "kind not in ['a', 'b']", "kind is None", "kind is not None and kind == 'c'", "vip",
    "not vip", "'x' in tags", "'x' not in tags", "n > m", "word == 'hi'", "word in ['hi', 'ho'] and n > 2",
    "kind == 'a' and kind == 'b'", "not (n > 2 and vip)", "n == 2 and n not in [2, 3]", "True", "False",
]  # fmt: skip


@pytest.mark.parametrize("n", range(9))
@pytest.mark.parametrize("kind", ["a", "b", "c"])
@pytest.mark.parametrize("word", ["hi", "hu"])
def test_every_kind_of_question_is_answered_by_the_index_as_by_the_walk(n, kind, word):
    from crmrules.conditions import evaluate
    from crmrules.facts import choice, facts, flag, integer, labels, text
    from crmrules.tables import Row, Table, TablePolicy

    f = facts(n=integer(), m=integer(), kind=choice("a", "b", "c"), vip=flag(), tags=labels("x", "y"), word=text())
    rows = [Row(str(place), f.condition(asked), place) for place, asked in enumerate(KINDS_OF_QUESTIONS)]
    policy = TablePolicy("wide", gives="x", table=Table(rows, "collect"))
    record = {"n": n, "m": 4, "kind": kind, "vip": n % 2 == 0, "tags": frozenset("x" if n > 4 else "y"), "word": word}
    assert policy.decide(record).value == tuple(row.outcome for row in rows if evaluate(row.when, record))
