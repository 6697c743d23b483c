"""Tables against an evaluator that shares no code with them (see ``oracle``)."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.errors import HitPolicyError, NoRowError
from crmrules.facts import Undecided
from crmrules.tables import Row, Table, TablePolicy
from crmrules.tables._audit import verify
from tests import strategies as draw_from
from tests.strategies import AS_OF
from tests.tables import oracle
from tests.tables.oracle import Answer, Blank, Denied, Grid, Joined, Line

SINGLE = ("unique", "first", "any", "priority")


@st.composite
def situations(draw: Any, grids: Any = draw_from.grids, unknown: bool = True, **details: Any):
    """A table and a record for it."""
    chosen = draw(draw_from.names())
    grid = draw(grids(chosen, **details))
    return Situation(grid, chosen, draw(draw_from.records(chosen, unknown=unknown)))


class Situation:
    """A table, said twice, and a record."""

    def __init__(self, grid: Grid, chosen: tuple[str, ...], record: dict[str, Any]) -> None:
        self.grid, self.chosen, self.record = grid, chosen, record
        self.policy = draw_from.policy(grid, draw_from.sheet_of(chosen))

    def __repr__(self) -> str:
        rows = [f"{row.id}: {row.when} -> {row.outcome!r}" for row in self.policy.table.rows]
        return f"<{self.grid} | {rows} | applies {self.policy.applies} | {self.record}>"

    def expected(self, record: dict[str, Any] | None = None) -> Answer:
        values = oracle.seen(record or self.record, self.grid.since, AS_OF)
        return oracle.decide(self.grid, values)


def decided(policy: Any, record: Any) -> Any:
    """Return the decision, or the error where the table promised too much."""
    try:
        return policy.decide(record, AS_OF)
    except (HitPolicyError, NoRowError) as problem:
        return problem


def told(policy: Any, record: Any) -> Answer:
    """Return what the library answers, in the oracle's words."""
    decision = decided(policy, record)
    if isinstance(decision, HitPolicyError):
        return Answer(broken=decision.rows)
    if isinstance(decision, NoRowError):
        return Answer(no_row=True)
    rows = tuple(sorted((row.id, row.state) for row in decision.why().rows)) if was_asked(decision) else ()
    value = decision.value
    if isinstance(value, Undecided):
        assert not value
        assert set(value.facts) == set(decision.undecided)
        value = oracle.UNDECIDED
    return Answer(oracle.plain(value), decision.rows, decision.how, frozenset(decision.undecided), rows)


def was_asked(decision: Any) -> bool:
    """Say whether the table was asked at all: where it does not apply, what its rows say is of no matter."""
    return all(question.truth is True for question in decision.why().applies)


def said(answer: Answer) -> Answer:
    return replace(answer, value=oracle.plain(answer.value))


# The table against the oracle


@settings(max_examples=250)
@given(situations())
def test_a_table_answers_as_its_description_says(case):
    assert told(case.policy, case.record) == said(case.expected())


@settings(max_examples=120)
@given(situations(depth=4, most=2))
def test_deeply_nested_conditions_answer_as_their_description_says(case):
    assert told(case.policy, case.record) == said(case.expected())


@settings(max_examples=120)
@given(situations(draw_from.large_grids))
def test_a_large_table_answers_as_its_description_says(case):
    assert told(case.policy, case.record) == said(case.expected())


@settings(max_examples=60)
@given(situations(), st.integers(25, 60), st.randoms(use_true_random=False))
def test_rows_that_never_hold_change_nothing(case, count, chance):
    """The same table, made large enough for the index, answers alike."""
    never = Joined("and", (Blank(case.chosen[0]), Denied(Blank(case.chosen[0]))))
    lines = list(case.grid.lines)
    for number in range(count):
        lines.insert(chance.randint(0, len(lines)), Line(f"never{number}", never, lines[0].outcome))
    large = Situation(replace(case.grid, lines=tuple(lines)), case.chosen, case.record)
    answer = told(large.policy, case.record)
    kept = tuple(state for state in answer.states if not state[0].startswith("never"))
    assert replace(answer, states=kept) == told(case.policy, case.record)


@settings(max_examples=120)
@given(situations())
def test_the_value_alone_is_the_value_of_the_decision(case):
    decision = decided(case.policy, case.record)
    if isinstance(decision, Exception):
        with pytest.raises(type(decision)) as problem:
            case.policy.value(case.record, AS_OF)
        assert str(problem.value) == str(decision)
    else:
        value = case.policy.value(case.record, AS_OF)
        assert value == decision.value
        assert type(value) is type(decision.value)


@settings(max_examples=60)
@given(situations(draw_from.large_grids))
def test_the_value_alone_of_a_large_table_is_the_value_of_the_decision(case):
    decision = decided(case.policy, case.record)
    if isinstance(decision, Exception):
        with pytest.raises(type(decision)) as problem:
            case.policy.value(case.record, AS_OF)
        assert str(problem.value) == str(decision)
    else:
        assert case.policy.value(case.record, AS_OF) == decision.value


@settings(max_examples=120)
@given(situations(blanks=False), st.data())
def test_a_decided_answer_stays_when_the_unknown_becomes_known(case, data):
    """Where no question asks whether a fact is known, a decision despite unknowns is safe."""
    known = data.draw(draw_from.records(case.chosen, unknown=False))
    filled = {name: known[name] if value is None else value for name, value in case.record.items()}
    before, after = told(case.policy, case.record), told(case.policy, filled)
    asks_blank = isinstance(case.grid.applies, Blank)
    if before.how in ("row", "otherwise", "does_not_apply") and not before.broken and not asks_blank:
        assert (
            after.broken
            or after.no_row
            or (after.value, after.how == "does_not_apply")
            == (
                before.value,
                before.how == "does_not_apply",
            )
        )


@settings(max_examples=100)
@given(situations())
def test_the_shape_of_a_record_changes_nothing(case):
    answers = {shape: told(case.policy, made(case.record)) for shape, made in draw_from.SHAPES.items()}
    assert set(answers.values()) == {answers["dict"]}


@settings(max_examples=100)
@given(situations(), st.data())
def test_how_a_number_is_written_changes_nothing(case, data):
    """Whole numbers as int, float and Decimal; others as float and Decimal."""
    known = {name: value for name, value in case.record.items() if name in draw_from.NUMBERS and value is not None}
    again = dict(case.record)
    for name, value in known.items():
        exact = oracle.plain(value)
        ways = [value, Decimal(str(value)) + Decimal("0.000")]
        ways += [int(exact), float(exact)] if exact.denominator == 1 and abs(exact) < 2**53 else []
        again[name] = data.draw(st.sampled_from([way for way in ways if oracle.plain(way) == exact]))
    assert told(case.policy, again) == told(case.policy, case.record)


# What a decision says of itself


@settings(max_examples=120)
@given(situations())
def test_a_policy_and_its_decision_survive_pickling(case):
    policy = pickle.loads(pickle.dumps(case.policy))
    assert policy == case.policy
    assert hash(policy) == hash(case.policy)
    assert told(policy, case.record) == told(case.policy, case.record)
    decision = decided(case.policy, case.record)
    again = pickle.loads(pickle.dumps(decision))
    if isinstance(decision, Exception):
        assert str(again) == str(decision)
    else:
        assert again == decision
        assert hash(again) == hash(decision)
        assert str(again.why()) == str(decision.why())


@settings(max_examples=120)
@given(situations())
def test_a_stored_decision_is_verified(case):
    decision = decided(case.policy, case.record)
    if not isinstance(decision, Exception):
        checked = verify(json.loads(json.dumps(decision.record())), case.policy)
        assert checked.differences == (), str(checked)


@settings(max_examples=120)
@given(situations())
def test_a_decision_names_the_values_it_read(case):
    decision = decided(case.policy, case.record)
    if not isinstance(decision, Exception):
        read = {name: oracle.plain(value) for name, value in decision.read.items() if name in case.record}
        assert read == {name: oracle.plain(case.record[name]) for name in read}


# Conditions


@st.composite
def asked(draw: Any, depth: int = 4, count: int = 1):
    """Questions about one sheet, and a record."""
    chosen = draw(draw_from.names())
    drawn = [draw(draw_from.questions(chosen, depth)) for _ in range(count)]
    return chosen, drawn, draw(draw_from.records(chosen))


def truth(condition: Any, record: dict[str, Any]) -> bool | None:
    """Return the truth of a condition, through a policy."""
    yes = Table([Row("yes", condition, "yes")], "first", otherwise="no")
    value = TablePolicy("truth", gives="truth", table=yes).decide(record, AS_OF).value
    return None if isinstance(value, Undecided) else value == "yes"


@settings(max_examples=120)
@given(asked())
def test_a_condition_and_its_text_are_one(case):
    chosen, (question,), record = case
    sheet = draw_from.sheet_of(chosen)
    condition = draw_from.condition(question, sheet)
    again = sheet.condition(str(condition), draw_from.parameters_of(question))
    assert again == condition
    assert hash(again) == hash(condition)
    assert str(again) == str(condition)
    values = oracle.seen(record, {"years": "since"} if "years" in chosen else {}, AS_OF)
    assert truth(again, record) is oracle.truth(question, values)


@settings(max_examples=120)
@given(asked(depth=3))
def test_denying_twice_says_the_same(case):
    chosen, (question,), record = case
    condition = draw_from.condition(question, draw_from.sheet_of(chosen))
    before = truth(condition, record)
    assert truth(~~condition, record) is before
    assert truth(~condition, record) is oracle.NOT[before]


@settings(max_examples=40)
@given(asked(depth=1, count=3))
def test_the_laws_of_and_or_not_hold(case):
    chosen, drawn, record = case
    a, b, c = (draw_from.condition(question, draw_from.sheet_of(chosen)) for question in drawn)
    laws = [
        (~(a & b), ~a | ~b),
        (~(a | b), ~a & ~b),
        (a & b, b & a),
        (a | b, b | a),
        (a & (b & c), (a & b) & c),
        (a | (b | c), (a | b) | c),
        (a & (b | c), a & b | a & c),
        (a | b & c, (a | b) & (a | c)),
        (a & (a | b), a),
        (a | a & b, a),
        (a & a, a),
    ]
    for left, right in laws:
        assert truth(left, record) is truth(right, record), f"{left} / {right}"


# Paths to another outcome


def after(record: dict[str, Any], changes: Any) -> dict[str, Any]:
    """Return the record with these changes; a counted fact changes by moving its date."""
    changed = dict(record)
    for change in changes:
        if change.fact.name == "years":
            changed["since"] = years_before(change.then)
        else:
            changed[change.fact.name] = change.then
    return changed


def spelled(path: Any) -> str:
    return ", ".join(f"{each.fact.name} from {each.now!r} to {each.then!r}" for each in path.changes)


def years_before(count: Any) -> date:
    return date(AS_OF.year - int(count), AS_OF.month, AS_OF.day)


def moves_twice(case: Situation) -> bool:
    """Say whether a date is asked directly and also counted, so that one change is two."""
    asked = {name for line in case.grid.lines for name in oracle.reads(line.when)}
    asked |= set(oracle.reads(case.grid.applies))
    return {"years", "since"} <= asked


def is_reachable(case: Situation, outcome: str) -> bool:
    return outcome in {line.outcome for line in case.grid.lines} and not moves_twice(case)


PATHS = st.sampled_from(SINGLE).flatmap(lambda hit: situations(hit=hit, depth=1, most=5))
SURE = st.sampled_from(SINGLE).flatmap(lambda hit: situations(hit=hit, depth=1, most=5, unknown=False, links=False))
OUTCOME = st.sampled_from(draw_from.TIERS)


@settings(max_examples=250)
@given(PATHS, OUTCOME)
def test_every_path_leads_where_it_says(case, outcome):
    decision = decided(case.policy, case.record)
    if isinstance(decision, Exception) or not is_reachable(case, outcome):
        return
    paths = decision.to(outcome)
    assert paths.reached is (case.expected().value == outcome)
    for path in paths.paths:
        assert path.changes
        there = after(case.record, path.changes)
        assert case.policy.decide(there, AS_OF).value == outcome, spelled(path)
        assert case.expected(there).value == outcome, spelled(path)


SMALL = {
    "spend": Fraction(1, 100),
    "budget": Fraction(1, 100),
    "score": Fraction(1, 100),
    "share": Fraction(1, 100),
    "orders": 1,
    "visits": 1,
    "years": 1,
    "on": timedelta(1),
    "since": timedelta(1),
    "at": timedelta(seconds=1),
}


def nearer(change: Any) -> Any:
    """Return the value one step closer to where the fact was, or None where there is none between."""
    name = change.fact.name
    if name not in SMALL or change.now is None:
        return None
    now, then = oracle.plain(change.now), oracle.plain(change.then)
    close = then - SMALL[name] if then > now else then + SMALL[name]
    return close if now < close < then or then < close < now else None


@settings(max_examples=250)
@given(SURE, OUTCOME)
def test_a_path_changes_every_fact_as_little_as_will_do(case, outcome):
    decision = decided(case.policy, case.record)
    if isinstance(decision, Exception) or not is_reachable(case, outcome):
        return
    for path in decision.to(outcome).paths:
        values = oracle.seen(after(case.record, path.changes), case.grid.since, AS_OF)
        for change in path.changes:
            close = nearer(change)
            if close is not None:
                almost = oracle.decide(case.grid, {**values, change.fact.name: close})
                assert almost.value != outcome, f"{spelled(path)}: {change.fact.name} = {close} would do"


@settings(max_examples=120)
@given(SURE, OUTCOME)
def test_no_change_of_a_path_is_idle(case, outcome):
    decision = decided(case.policy, case.record)
    if isinstance(decision, Exception) or not is_reachable(case, outcome):
        return
    for path in decision.to(outcome).paths:
        for left_out in path.changes:
            fewer = [change for change in path.changes if change is not left_out]
            reached = case.expected(after(case.record, fewer)).value == outcome
            assert not reached, f"{spelled(path)}: idle {left_out.fact.name}"
