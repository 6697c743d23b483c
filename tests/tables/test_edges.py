"""Truth tables and hit policies case by case, and small tables that once went wrong or could."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crmrules.errors import HitPolicyError, MissingFactError, NoRowError
from crmrules.facts import Undecided, facts, flag, integer, number, text, years_since
from crmrules.facts import date as day
from crmrules.segmentation import LabelPolicy, TierPolicy
from crmrules.tables import Fallback, Row, Table, TablePolicy, otherwise
from crmrules.tables._audit import verify

F = facts(a=flag(), b=flag(), c=flag(), n=integer(), score=number(), word=text(), on=day(), years=years_since("on"))
TODAY = date(2026, 1, 1)
T, N, U = True, False, None


def policy(*rows: tuple[str, Any, Any], hit: str = "first", applies: Any = None, **details: Any) -> TablePolicy:
    """A table policy; its rows are (id, condition, outcome)."""
    if hit in ("priority", "output_order"):
        details.setdefault("order", ("gold", "silver", "bronze"))
    extra = {} if applies is None else {"applies": applies}
    return TablePolicy("p", gives="x", table=Table([Row(*row) for row in rows], hit, **details), **extra)


def truth(condition: Any, **record: Any) -> bool | None:
    value = policy(("yes", condition, "yes"), otherwise="no").decide(record).value
    return None if isinstance(value, Undecided) else value == "yes"


def short(decision: Any) -> tuple[Any, ...]:
    value = "undecided" if isinstance(decision.value, Undecided) else decision.value
    return value, decision.rows, decision.how, decision.undecided


# Kleene's tables, in full


@pytest.mark.parametrize(("value", "denied"), [(T, N), (N, T), (U, U)])
def test_not_turns_yes_and_no_and_leaves_unknown(value, denied):
    assert truth(~F.a, a=value) is denied
    assert truth(~~F.a, a=value) is value
    assert truth(F.condition("not a"), a=value) is denied


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, T, T),
        (T, N, N, T),
        (T, U, U, T),
        (N, T, N, T),
        (N, N, N, N),
        (N, U, N, U),
        (U, T, U, T),
        (U, N, N, U),
        (U, U, U, U),
    ],
)
def test_and_is_the_lesser_and_or_the_greater_of_two_truths(left, right, both, either):
    assert truth(F.a & F.b, a=left, b=right) is both
    assert truth(F.a | F.b, a=left, b=right) is either
    assert truth(F.condition("a and b"), a=left, b=right) is both
    assert truth(F.condition("a or b"), a=left, b=right) is either


@pytest.mark.parametrize("value", [T, N, U])
def test_only_asking_whether_a_fact_is_known_always_has_an_answer(value):
    assert truth(F.a.is_unknown(), a=value) is (value is None)
    assert truth(F.a.is_known(), a=value) is (value is not None)


@pytest.mark.parametrize("condition", ["n == 1", "n != 1", "n < 1", "n >= 1", "0 <= n < 5", "n in [1]", "n not in [1]"])
def test_every_comparison_with_the_unknown_is_unknown(condition):
    assert truth(F.condition(condition), n=None) is None
    assert truth(~F.condition(condition), n=None) is None


@pytest.mark.parametrize(
    ("n", "inside"), [(0, False), (1, True), (4, True), (5, False), (Decimal("1.0"), True), (4.0, True)]
)
def test_a_band_holds_its_lower_bound_and_not_its_upper(n, inside):
    assert truth(F.n.between(1, 5), n=n) is inside


@pytest.mark.parametrize("score", [0.3, Decimal("0.3"), Decimal("0.30"), Decimal("3E-1")])
def test_a_float_meets_the_decimal_it_is_written_as(score):
    assert truth(F.score >= Decimal("0.3"), score=score) is True
    assert truth(F.score > Decimal("0.3"), score=score) is False


def test_a_float_that_is_written_longer_is_another_number():
    assert truth(F.score > Decimal("0.3"), score=0.1 + 0.2) is True


# Hit policies: one row, several, none, unknown. a, b, c give gold, silver, gold.

GRID = [("r1", F.a, "gold"), ("r2", F.b, "silver"), ("r3", F.c, "gold")]
NO_ROW = "no row of 'p' fired (a = False, b = False, c = False). Add a row for this case, or an 'otherwise'."


@pytest.mark.parametrize(
    ("hit", "values", "expected"),
    [
        ("unique", (T, N, N), ("gold", ("r1",), "row", ())),
        ("unique", (N, N, U), ("undecided", (), "undecided", ("c",))),
        ("unique", (U, U, N), ("undecided", (), "undecided", ("a", "b"))),
        ("unique", (T, U, U), ("gold", ("r1",), "row", ())),
        ("first", (T, T, N), ("gold", ("r1",), "row", ())),
        ("first", (N, T, T), ("silver", ("r2",), "row", ())),
        ("first", (T, U, U), ("gold", ("r1",), "row", ())),
        ("first", (U, T, T), ("undecided", ("r2",), "undecided", ("a",))),
        ("first", (U, N, T), ("gold", ("r3",), "row", ())),
        ("first", (N, U, T), ("undecided", ("r3",), "undecided", ("b",))),
        ("first", (N, N, U), ("undecided", (), "undecided", ("c",))),
        ("any", (T, N, T), ("gold", ("r1", "r3"), "row", ())),
        ("any", (N, T, N), ("silver", ("r2",), "row", ())),
        ("any", (T, U, N), ("gold", ("r1",), "row", ())),
        ("any", (U, N, N), ("undecided", (), "undecided", ("a",))),
        ("priority", (N, T, T), ("gold", ("r3",), "row", ())),
        ("priority", (T, T, T), ("gold", ("r1",), "row", ())),
        ("priority", (T, U, U), ("gold", ("r1",), "row", ())),
        ("priority", (N, T, U), ("undecided", ("r2",), "undecided", ("c",))),
        ("priority", (N, U, N), ("undecided", (), "undecided", ("b",))),
        ("rule_order", (T, T, T), (("gold", "silver", "gold"), ("r1", "r2", "r3"), "row", ())),
        ("rule_order", (N, N, T), (("gold",), ("r3",), "row", ())),
        ("rule_order", (N, N, N), ((), (), "row", ())),
        ("rule_order", (T, U, N), ("undecided", ("r1",), "undecided", ("b",))),
        ("output_order", (T, T, T), (("gold", "gold", "silver"), ("r1", "r3", "r2"), "row", ())),
        ("output_order", (N, T, N), (("silver",), ("r2",), "row", ())),
        ("output_order", (N, N, N), ((), (), "row", ())),
        ("output_order", (T, U, N), ("undecided", ("r1",), "undecided", ("b",))),
        ("collect", (T, T, T), (("gold", "silver", "gold"), ("r1", "r2", "r3"), "row", ())),
        ("collect", (N, N, N), ((), (), "row", ())),
        ("collect", (U, N, N), ("undecided", (), "undecided", ("a",))),
    ],
)
def test_each_hit_policy_reads_its_rows_in_its_own_way(hit, values, expected):
    record = dict(zip("abc", values, strict=True))
    assert short(policy(*GRID, hit=hit).decide(record)) == expected
    decided = short(policy(*GRID, hit=hit, if_unknown=Fallback("ask")).decide(record))
    assert decided == (("ask", (), "fallback", expected[3]) if expected[2] == "undecided" else expected)


@pytest.mark.parametrize("hit", ["unique", "first", "any", "priority", "rule_order", "output_order", "collect"])
def test_otherwise_is_for_the_case_that_no_row_fired(hit):
    table = policy(*GRID, hit=hit, otherwise="gold")
    assert short(table.decide({"a": N, "b": N, "c": N})) == ("gold", (), "otherwise", ())


@pytest.mark.parametrize("hit", ["unique", "first", "any", "priority"])
def test_an_unknown_row_that_gives_what_otherwise_gives_changes_nothing(hit):
    table = policy(*GRID, hit=hit, otherwise="gold")
    assert short(table.decide({"a": U, "b": N, "c": U})) == ("gold", (), "otherwise", ())
    assert short(table.decide({"a": U, "b": U, "c": N})) == ("undecided", (), "undecided", ("b",))


@pytest.mark.parametrize("hit", ["unique", "first", "any", "priority"])
def test_no_row_and_no_otherwise_is_an_error(hit):
    with pytest.raises(NoRowError) as problem:
        policy(*GRID, hit=hit).decide({"a": N, "b": N, "c": N})
    assert str(problem.value) == NO_ROW


@pytest.mark.parametrize(
    ("hit", "values", "rows", "promise"),
    [
        ("unique", (T, T, N), ("r1", "r2"), "one row"),
        ("unique", (T, U, T), ("r1", "r3"), "one row"),
        ("unique", (T, T, T), ("r1", "r2", "r3"), "one row"),
        ("any", (T, T, U), ("r1", "r2"), "rows that agree"),
        ("any", (T, T, T), ("r1", "r2", "r3"), "rows that agree"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"otherwise": "none"}, {"if_unknown": Fallback("ask")}])
def test_a_broken_promise_names_the_rows(hit, values, rows, promise, more):
    table = policy(*GRID, hit=hit, **more)
    for answer in (table.decide, table.value):
        with pytest.raises(HitPolicyError) as problem:
            answer(dict(zip("abc", values, strict=True)))
        assert problem.value.rows == rows
        assert str(problem.value) == (
            f"hit policy '{hit}' of 'p' promises {promise}, but these fired together: {', '.join(rows)}. "
            "Make their conditions exclude each other, or choose another hit policy."
        )


@pytest.mark.parametrize(
    ("aggregate", "values", "expected"),
    [
        ("sum", (T, T, N), Decimal("2.5")),
        ("sum", (N, N, N), 0),
        ("sum", (T, N, U), 1),
        ("sum", (N, U, N), "undecided"),
        ("min", (T, T, N), 1),
        ("min", (N, N, N), None),
        ("min", (T, U, N), 1),
        ("min", (U, T, N), "undecided"),
        ("max", (T, T, N), Decimal("1.5")),
        ("max", (N, N, N), None),
        ("max", (U, T, N), Decimal("1.5")),
        ("max", (T, U, N), "undecided"),
        ("max", (N, N, U), "undecided"),
        ("count", (T, T, T), 3),
        ("count", (N, N, N), 0),
        ("count", (T, T, U), "undecided"),
    ],
)
def test_numbers_are_collected_into_one(aggregate, values, expected):
    """Rows give 1, 1.5 and 0: an unknown row that adds nothing to a sum is of no matter."""
    rows = [("r1", F.a, 1), ("r2", F.b, Decimal("1.5")), ("r3", F.c, 0)]
    decided = policy(*rows, hit="collect", aggregate=aggregate).decide(dict(zip("abc", values, strict=True)))
    assert short(decided)[0] == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((T, T, T), ("gold", "silver")),
        ((N, T, T), ("silver", "gold")),
        ((N, N, N), ()),
        ((T, T, U), ("gold", "silver")),
        ((U, T, T), "undecided"),
        ((U, N, T), ("gold",)),
    ],
)
def test_distinct_outcomes_stand_where_each_came_first(values, expected):
    decided = policy(*GRID, hit="collect", aggregate="distinct").decide(dict(zip("abc", values, strict=True)))
    assert short(decided)[0] == expected


# Where a policy applies


@pytest.mark.parametrize(
    ("a", "expected"),
    [
        (T, ("gold", ("r",), "row", ())),
        (N, (None, (), "does_not_apply", ())),
        (U, ("undecided", (), "undecided", ("a",))),
    ],
)
def test_a_table_is_asked_only_where_it_applies(a, expected):
    table = policy(("r", F.b, "gold"), otherwise="none", applies=F.a)
    assert short(table.decide({"a": a, "b": T})) == expected


@pytest.mark.parametrize("a", [N, U])
def test_the_rows_of_a_table_that_was_not_asked_are_not_told(a):
    """Whether the rows read the same facts as ``applies`` or others makes no difference."""
    for condition in (F.a, F.b):
        told = policy(("r", condition, "gold"), otherwise="none", applies=F.a).decide({"a": a, "b": T}).why()
        assert told.rows == ()


# What the record must have


def test_a_fact_of_a_row_that_is_not_reached_is_needed_all_the_same():
    with pytest.raises(MissingFactError) as problem:
        policy(("r1", F.a, "gold"), ("r2", F.b, "silver"), otherwise="none").decide({"a": T, "c": N})
    assert str(problem.value) == (
        "fact 'b' is needed but was not supplied (have: a, c). Supply it, or pass None for unknown."
    )


def test_a_counted_fact_is_undecided_by_its_date():
    decision = policy(("r", F.years >= 3, "gold"), otherwise="none").decide({"on": None}, TODAY)
    assert short(decision) == ("undecided", (), "undecided", ("on",))


@pytest.mark.parametrize(
    ("start", "as_of", "years"),
    [
        (date(2024, 2, 29), date(2025, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2028, 2, 28), 3),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2023, 1, 1), date(2025, 12, 31), 2),
        (date(2023, 1, 1), date(2026, 1, 1), 3),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_years_are_counted_by_anniversaries(start, as_of, years):
    assert policy(("r", F.years == years, "yes"), otherwise="no").value({"on": start}, as_of) == "yes"


# Tiers and labels are tables too


@pytest.mark.parametrize(
    ("a", "b", "tier"), [(T, T, "core"), (T, U, "core"), (N, T, "important"), (N, N, "basic"), (U, N, "undecided")]
)
def test_a_tier_is_the_best_whose_condition_holds(a, b, tier):
    tiers = TierPolicy(
        "size",
        gives="tier",
        tiers=("core", "important", "basic"),
        when={"basic": otherwise, "important": F.b, "core": F.a},
    )
    assert short(tiers.decide({"a": a, "b": b}))[0] == tier


@pytest.mark.parametrize(("several", "expected"), [("first", "x"), ("all", ("x", "y")), ("one", HitPolicyError)])
def test_a_policy_says_what_several_labels_mean(several, expected):
    labels = LabelPolicy("group", gives="group", when={"x": F.a, "y": F.b}, several=several)
    if expected is HitPolicyError:
        with pytest.raises(HitPolicyError) as problem:
            labels.decide({"a": T, "b": T})
        assert problem.value.rows == ("x", "y")
    else:
        assert labels.value({"a": T, "b": T}) == expected


# Small tables that the oracle found


@pytest.mark.parametrize("hit", ["unique", "any"])
def test_a_table_without_otherwise_compiles_without_a_warning(hit, recwarn):
    assert policy(("r", F.a, "gold"), hit=hit).value({"a": T}) == "gold"
    assert [str(each.message) for each in recwarn] == []


@pytest.mark.parametrize("again", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_a_copied_table_without_otherwise_still_has_none(again):
    with pytest.raises(NoRowError):
        again(policy(("r", F.a, "gold"))).decide({"a": N})


@pytest.mark.parametrize(
    "score", [0.30000000000000004, 1e-30, 5e-324, 1e100, Decimal("0.30000000000000000000000000001"), 10**20]
)
def test_every_number_that_is_decided_can_be_verified(score):
    table = policy(("r", F.score > 0, "gold"), otherwise="none")
    saved = json.loads(json.dumps(table.decide({"score": score}).record()))
    assert verify(saved, table).differences == ()


def test_two_unknown_rows_that_together_change_a_sum_are_not_settled():
    """Each alone gives 3, as otherwise does; both together give 6."""
    rows = [("r1", F.a, 3), ("r2", F.b, 3)]
    decided = policy(*rows, hit="collect", aggregate="sum", otherwise=3).decide({"a": U, "b": U})
    assert short(decided) == ("undecided", (), "undecided", ("a", "b"))


def ways(decision: Any, outcome: str) -> set[tuple[tuple[str, Any], ...]]:
    """Return the paths: the facts that change, and to what."""
    found = decision.to(outcome).paths
    return {tuple(sorted((each.fact.name, each.then) for each in path.changes)) for path in found}


@pytest.mark.parametrize("hit", ["unique", "any"])
def test_a_path_does_not_lead_through_rows_that_may_not_fire_together(hit):
    table = policy(("r1", F.a, "gold"), ("r2", F.n > 0, "silver"), hit=hit, otherwise="none")
    assert ways(table.decide({"a": T, "n": 0}), "silver") == {(("a", False), ("n", 1))}


@pytest.mark.parametrize("hit", ["unique", "any"])
def test_a_table_without_any_path_through_says_so(hit):
    table = policy(("r1", F.a, "gold"), ("r2", F.a, "silver"), ("r3", F.b, "bronze"), hit=hit)
    assert ways(table.decide({"a": N, "b": T}), "gold") == set()


def test_a_path_does_not_lead_to_two_rows_where_one_is_promised():
    table = policy(("r1", ~F.a, "silver"), ("r2", F.a, "gold"), ("r3", F.a, "gold"), hit="unique")
    assert ways(table.decide({"a": N}), "gold") == set()


@pytest.mark.parametrize(
    ("condition", "then"), [("n > 1.5", 2), ("n >= 1.5", 2), ("n in [100, 2.5]", 100), ("1.5 <= n < 2.5", 2)]
)
def test_a_path_gives_a_whole_number_to_a_whole_fact(condition, then):
    table = policy(("r", F.condition(condition), "gold"), otherwise="none")
    assert ways(table.decide({"n": 1}), "gold") == {(("n", then),)}


def test_no_path_asks_for_a_date_after_the_day_of_the_decision():
    table = policy(("r", F.years < 0, "gold"), otherwise="none")
    assert ways(table.decide({"on": date(2020, 1, 1)}, TODAY), "gold") == set()


def test_a_path_does_not_move_a_date_and_keep_the_years_counted_from_it():
    """No date is both after the start of 2025 and three years before the start of 2026."""
    table = policy(("r", (F.on >= date(2025, 1, 1)) & (F.years >= 3), "gold"), otherwise="none")
    assert ways(table.decide({"on": date(2020, 1, 1)}, TODAY), "gold") == set()


def test_a_path_that_another_makes_needless_is_left_out():
    rows = [("r1", ~F.a, "none"), ("r2", F.n == 0, "gold"), ("r3", F.word == "x", "gold")]
    assert ways(policy(*rows).decide({"a": N, "n": 0, "word": "y"}), "gold") == {(("a", True),)}


def test_of_two_paths_along_one_fact_the_shorter_is_kept():
    rows = [("r1", F.score == 0, "none"), ("r2", F.score.between(10, 20), "gold"), ("r3", F.n == 0, "gold")]
    table = policy(*rows, otherwise="none")
    assert ways(table.decide({"score": 0, "n": 0}), "gold") == {(("score", Decimal("0.01")),)}
