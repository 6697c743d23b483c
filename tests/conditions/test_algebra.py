"""The algebra of conditions: joining, flattening, denying, and what may be asked of which fact."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Emitter,
    Has,
    IsTrue,
    IsUnknown,
    Not,
    OneOf,
    all_of,
    alternatives,
    always,
    any_of,
    atoms,
    bare,
    condition,
    evaluate,
    facts_in,
    never,
    normal,
    operand_text,
    parameters_in,
    predicate,
    rebuilt,
    trace,
    with_constants,
)
from crmrules.errors import PolicyError
from crmrules.facts import choice, facts, flag, instant, integer, labels, money, number, text
from crmrules.parameters import parameter
from tests.strategies import condition as said
from tests.strategies import questions, sheet_of

F = facts(
    a=flag(),
    b=flag(),
    c=flag(),
    n=integer(),
    m=integer(),
    score=number(),
    spend=money("CNY"),
    dollars=money("USD"),
    kind=choice("b2b", "b2c"),
    tags=labels("new", "risk"),
    word=text(),
    at=instant(),
)
A, B, C = condition(F.a), condition(F.b), condition(F.c)
TWO = parameter("two", 2)
KINDS = parameter("kinds", ["b2b", "b2c"])


# Joining


def test_joining_flattens_its_own_kind_and_keeps_the_other():
    assert (A & B) & C == A & (B & C) == all_of(A, B, C) == AllOf((A, B, C))
    assert (A | B) | C == A | (B | C) == any_of(A, B, C) == AnyOf((A, B, C))
    assert AnyOf((AllOf((A, B)), C)) == (A & B) | C
    assert AllOf((AnyOf((A, B)), C)) == (A | B) & C


def test_nothing_joined_is_always_or_never_true_and_one_is_itself():
    assert all_of() == always
    assert any_of() == never
    assert all_of(A) == any_of(A) == A
    assert A & always == A
    assert A | never == A
    assert evaluate(always, {}) is True
    assert evaluate(never, {}) is False


def test_handles_join_with_conditions_on_either_side():
    assert F.a & (F.n > 5) == A & (F.n > 5)
    assert (F.n > 5) & F.a == (F.n > 5) & A
    assert F.a | (F.n > 5) == A | (F.n > 5)
    assert (F.n > 5) | F.a == (F.n > 5) | A
    assert F.a & F.b == A & B
    assert F.a | F.b == A | B
    assert ~F.a == Not(A)


def test_a_foreign_operand_joins_through_what_it_stands_for():
    class Mine:
        def __condition__(self):
            return B

    assert A & Mine() == A & B
    assert Mine() & A == B & A
    assert A | Mine() == A | B
    assert Mine() | A == B | A
    assert F.a & Mine() == A & B
    assert Mine() & F.a == B & A
    assert Mine() | F.a == B | A


@pytest.mark.parametrize(
    "join",
    [lambda: A & "b", lambda: "b" & A, lambda: A | "b", lambda: "b" | A, lambda: all_of("b"), lambda: condition("b")],
)
def test_only_conditions_join(join):
    with pytest.raises(PolicyError) as problem:
        join()
    assert str(problem.value) == (
        "a condition must stand here, such as f.annual_spend >= 1_000, got 'b'. "
        "Read a text with the sheet's condition()."
    )


@pytest.mark.parametrize("question", [A, A & B, F.n > 5, always, never])
def test_a_condition_has_no_truth_value(question):
    with pytest.raises(TypeError) as problem:
        bool(question)
    assert str(problem.value) == ("a condition has no truth value; join conditions with & | ~, not and / or / not")


def test_a_fact_has_no_truth_value_and_no_hash():
    with pytest.raises(TypeError) as problem:
        bool(F.a)
    assert str(problem.value) == (
        "a fact has no truth value; compare it, or join conditions with & | ~, not and / or / not"
    )
    with pytest.raises(TypeError):
        hash(F.a)
    assert repr(F.a) == "<fact a: flag>"
    assert repr(F.spend) == "<fact spend: money>"


EACH = [F.n > 5, F.n.one_of(1, 2), F.tags.has("new"), A, F.n.is_unknown(), ~A, A & B, A | B, F.n > F.m, F.n == TWO]


@pytest.mark.parametrize("question", EACH, ids=str)
def test_a_condition_is_a_value(question):
    for again in (pickle.loads(pickle.dumps(question)), copy.copy(question), copy.deepcopy(question)):
        assert again == question
        assert hash(again) == hash(question)
        assert repr(again) == f"<condition {question}>"
    assert question != C


# What may be asked


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: Compare(F.fact("n"), "<>", 5), "a comparison must use one of == != < <= > >=, got '<>'"),
        (lambda: F.tags == "new", "fact 'tags' must be asked with 'in' (labels) or alone (flag), got '=='"),
        (lambda: F.a == 5, "fact 'a' must be asked with 'in' (labels) or alone (flag), got '=='"),
        (lambda: F.a < True, "fact 'a' must be asked with 'in' (labels) or alone (flag), got '<'"),
        (lambda: F.kind >= "b2b", "fact 'kind' must be ordered to be compared with >=, got 'choice'"),
        (lambda: F.word < "b", "fact 'word' must be ordered to be compared with <, got 'text'"),
        (lambda: F.n >= 0.5, "0.5 is not exact: write it as a string, such as '0.5'"),
        (
            lambda: F.n >= None,
            "a value compared with fact 'n' must be an int, a Decimal or a text such as '0.6', got None",
        ),
        (lambda: F.word == 5, "a value compared with fact 'word' must be a text, got 5"),
        (
            lambda: F.kind == "b2",
            "a value compared with fact 'kind' must be one of b2b, b2c, got 'b2'; did you mean 'b2c'?",
        ),
        (lambda: F.kind == 5, "a value compared with fact 'kind' must be one of b2b, b2c, got 5"),
        (lambda: F.kind.one_of("b2b", "x"), "a value compared with fact 'kind' must be one of b2b, b2c, got 'x'"),
        (F.kind.one_of, "the values of fact 'kind' must hold at least one, got ()"),
        (lambda: F.kind.one_of([]), "the values of fact 'kind' must hold at least one, got ()"),
        (lambda: F.a.one_of(True), "fact 'a' must have one value, got 'flag'"),
        (lambda: F.tags.one_of("new"), "fact 'tags' must have one value, got 'labels'"),
        (lambda: F.n.one_of(TWO), "parameter 'two' must be a list, got 2"),
        (
            lambda: F.n.one_of(KINDS),
            "parameter 'kinds' must be an int, a Decimal or a text such as '0.6', got 'b2b'",
        ),
        (lambda: F.n.has("new"), "fact 'n' must be of type labels, got 'integer'"),
        (lambda: F.tags.has("odd"), "a value compared with fact 'tags' must be one of new, risk, got 'odd'"),
        (
            lambda: F.tags.has(TWO),
            "parameter 'two', compared with fact 'tags', must be one of new, risk, got 2",
        ),
        (lambda: IsTrue(F.fact("n")), "fact 'n' must be a flag to stand alone, got 'integer'"),
        (lambda: F.n & F.a, "fact 'n' must be a flag to stand alone, got 'integer'"),
        (
            lambda: F.spend > F.dollars,
            "fact 'spend' must be compared with a fact of its own type and unit (money in CNY), "
            "got 'dollars (money in USD)'",
        ),
        (
            lambda: F.word == F.kind,
            "fact 'word' must be compared with a fact of its own type and unit (text), got 'kind (choice)'",
        ),
        (lambda: AllOf((A,)), "parts must be joined by all_of or any_of, got 1"),
        (lambda: AllOf((A, B & C)), "parts must be joined by all_of or any_of, got 2"),
        (lambda: AnyOf((A, B | C)), "parts must be joined by all_of or any_of, got 2"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, message):
    with pytest.raises(PolicyError) as problem:
        ask()
    assert str(problem.value) == message


def test_values_are_compared_in_their_canonical_form():
    assert (F.n >= "2.50").bound == (F.n >= TWO.changed("2.5")).bound
    assert (F.n == TWO).bound == 2
    assert (F.n > F.m).bound == F.fact("m")
    assert F.kind.one_of(KINDS).bound == F.kind.one_of("b2b", "b2c").bound == ("b2b", "b2c")
    assert F.tags.has(parameter("label", "new")).bound == "new"
    assert F.n.one_of(x for x in (1, 2)) == F.n.one_of((1, 2)) == F.n.one_of(1, 2)
    assert F.word.one_of("ab") == OneOf(F.fact("word"), ("ab",))


# Looking inside


def test_a_condition_knows_its_questions_facts_and_parameters():
    whole = (F.n > F.m) & ~(F.tags.has(parameter("label", "new")) | (F.n == TWO)) & F.kind.one_of(KINDS) & (F.n == TWO)
    assert [str(each) for each in atoms(whole)] == ["n > m", "label in tags", "n == two", "kind in kinds", "n == two"]
    assert whole.reads == ("n", "m", "tags", "kind")
    assert facts_in(whole) == tuple(F.fact(name) for name in whole.reads)
    assert [each.name for each in parameters_in(whole)] == ["label", "two", "kinds"]
    assert always.reads == ()


def test_the_question_inside_a_denial_is_bare():
    assert bare(~A) == A
    assert bare(A) == A
    assert isinstance(F.tags.has("new"), Has)
    assert isinstance(F.n.is_known(), Not)
    assert isinstance(F.n.is_unknown(), IsUnknown)


def test_every_fact_parameter_and_literal_passes_through_a_change():
    whole = (F.n == TWO) & ~(F.tags.has("new") | F.kind.one_of(KINDS)) & F.a & (F.m > 5)

    def change(part):
        if part == TWO:
            return parameter("two", 3)
        return 6 if isinstance(part, int) and part == 5 else part

    assert str(rebuilt(whole, change)) == "n == two and not ('new' in tags or kind in kinds) and a and m > 6"
    assert [each.value for each in parameters_in(rebuilt(whole, change))] == [3, ("b2b", "b2c")]
    assert rebuilt(whole, lambda part: part) == whole


@pytest.mark.parametrize(("value", "told"), [(1234567, "1_234_567"), (TWO, "two"), (F.fact("n"), "n"), ("it", "'it'")])
def test_operands_are_told_as_they_stand_in_a_text(value, told):
    assert operand_text(value) == told


# Normal forms


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("not n < 5", "n >= 5"),
        ("not n <= 5", "n > 5"),
        ("not n > 5", "n <= 5"),
        ("not n >= 5", "n < 5"),
        ("not n == 5", "n != 5"),
        ("not n != 5", "n == 5"),
        ("not not n < 5", "n < 5"),
        ("not a", "not a"),
        ("not not a", "a"),
        ("not n in [1, 2]", "n not in [1, 2]"),
        ("not n is None", "n is not None"),
        ("not 'new' in tags", "'new' not in tags"),
        ("not (a and b)", "not a or not b"),
        ("not (a or b)", "not a and not b"),
        ("not (a and (b or not c))", "not a or not b and c"),
        ("not (a and not (b and c))", "not a or b and c"),
        ("a and not (b or c)", "a and not b and not c"),
        ("not True", "False"),
        ("not False", "True"),
    ],
)
def test_a_denial_moves_into_the_single_questions(question, form):
    assert str(normal(F.condition(question))) == form
    assert normal(normal(F.condition(question))) == normal(F.condition(question))


@pytest.mark.parametrize(
    ("question", "ways"),
    [
        ("a", ["a"]),
        ("a and b", ["a, b"]),
        ("a or b", ["a", "b"]),
        ("(a or b) and c", ["a, c", "b, c"]),
        ("(a or b) and (c or n > 5)", ["a, c", "a, n > 5", "b, c", "b, n > 5"]),
        ("not (a and b)", ["not a", "not b"]),
        ("a and (b or c and (a or n > 5))", ["a, b", "a, c, a", "a, c, n > 5"]),
        ("True", [""]),
        ("False", []),
        ("a and False", []),
    ],
)
def test_a_condition_splits_into_alternatives(question, ways):
    found = alternatives(F.condition(question), 4)
    assert [", ".join(map(str, way)) for way in found] == ways


@pytest.mark.parametrize(
    ("question", "count"),
    [("(a or b) and (b or c)", 4), ("a or b or c", 3), ("(a or b or c) and (a or b)", 6), ("(a and (b or c)) or c", 3)],
)
def test_too_many_alternatives_are_given_up(question, count):
    assert len(alternatives(F.condition(question), count)) == count
    assert alternatives(F.condition(question), count - 1) is None


NAMES = ("spend", "orders", "visits", "vip", "kind", "tags", "word")


@given(st.data())
def test_splitting_keeps_the_answer(data):
    sheet = sheet_of(NAMES)
    question = said(data.draw(questions(NAMES, 3)), sheet)
    record = {
        "spend": data.draw(st.sampled_from([None, 0, 10, 100])),
        "orders": data.draw(st.sampled_from([None, 0, 1, 5])),
        "visits": data.draw(st.sampled_from([None, 0, 1, 5])),
        "vip": data.draw(st.sampled_from([None, True, False])),
        "kind": data.draw(st.sampled_from([None, "b2b", "b2c"])),
        "tags": data.draw(st.sampled_from([None, frozenset(), frozenset({"new"})])),
        "word": data.draw(st.sampled_from([None, "", "a"])),
    }
    truth = evaluate(question, record)
    assert evaluate(normal(question), record) is truth
    ways = alternatives(question, 64)
    if ways is not None:
        assert evaluate(any_of(*(all_of(*way) for way in ways)), record) is truth
    assert predicate(question, NAMES)(tuple(record[name] for name in NAMES)) is (truth is True)


# The interpreted walk and its compiled twin


def test_a_trace_tells_every_single_question():
    traced = trace((A & (F.n > 5)) | ~B, {"a": True, "n": None, "b": True})
    assert traced.truth is None
    assert [(str(each.condition), each.truth) for each in traced.questions()] == [
        ("a", True),
        ("n > 5", None),
        ("b", True),
    ]
    assert [(str(part.condition), part.truth) for part in traced.parts] == [("a and n > 5", None), ("not b", False)]


@pytest.mark.parametrize(
    ("question", "row", "holds"),
    [
        ("n > 5", (True, 6), True),
        ("n > 5", (True, 5), False),
        ("n > 5", (True, None), False),
        ("not n > 5", (True, None), False),
        ("n is None", (True, None), True),
        ("n is not None", (True, None), False),
        ("n is not None", (True, 0), True),
        ("n is None", (True, 0), False),
        ("not a", (False, 0), True),
        ("not a", (None, 0), False),
        ("a or n > 5", (None, 6), True),
        ("True", (None, None), True),
        ("False", (True, 6), False),
    ],
)
def test_a_predicate_holds_only_where_the_answer_is_certain(question, row, holds):
    assert bool(predicate(F.condition(question), ("a", "n"))(row)) is holds


def test_a_predicate_reads_columns_by_their_place():
    spend = predicate((F.n > F.m) & F.kind.one_of("b2b") & F.tags.has("new"), ("kind", "m", "tags", "n"))
    assert spend(("b2b", 5, frozenset({"new"}), 6)) is True
    assert spend(("b2c", 5, frozenset({"new"}), 6)) is False
    assert spend(("b2b", None, frozenset({"new"}), 6)) is False
    assert spend(("b2b", 5, frozenset(), 6)) is False


def test_no_text_of_a_document_stands_in_compiled_source():
    hostile = "'); raise SystemExit('"
    names = facts(word=text(), kind=choice(hostile, "b2b"))
    assert predicate(names.word == hostile, ("word",))((hostile,)) is True
    assert predicate(names.kind.one_of(hostile), ("kind",))(("b2b",)) is False


@given(st.data())
def test_source_tells_certain_from_possible(data):
    """The three readings of one condition: all facts known, certainly true, not certainly false."""
    sheet = sheet_of(NAMES)
    question = said(data.draw(questions(NAMES, 2)), sheet)
    known = {"spend": 10, "orders": 5, "visits": 1, "vip": True, "kind": "b2b", "tags": frozenset({"new"}), "word": "a"}
    record = {name: data.draw(st.sampled_from([value, None])) for name, value in known.items()}

    def answer(mode, values):
        emitter = Emitter({name: name for name in NAMES})
        code = compile(emitter.source(question, mode), "<test>", "eval")
        return bool(eval(with_constants(code, emitter.constants), dict(values)))  # noqa: S307 - source of our own making

    assert answer("certain", record) is (evaluate(question, record) is True)
    assert answer("possible", record) is (evaluate(question, record) is not False)
    assert answer("known", known) is evaluate(question, known)
