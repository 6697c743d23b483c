"""Every error: its sentence, its parts, its bases and its survival of pickling."""

import copy
import pickle
from datetime import date
from decimal import Decimal

import pytest

from crmrules import errors
from crmrules.errors import (
    AbsentError,
    BookError,
    ConditionError,
    CrmRulesError,
    CycleError,
    DocumentError,
    FactError,
    HitPolicyError,
    HorizonError,
    MissingFactError,
    NoHoursError,
    NoRowError,
    NotInForce,
    PolicyError,
    RecordError,
    RuleError,
    UnknownNameError,
    shorten,
)
from crmrules.problems import Problem

WRONG = Problem("CR402", "{fact} must be a text", (("fact", "name"),), "/name")
OTHER = Problem("CR401", "{fact} must be known, got None", (("fact", "spend"),), "/spend", hint="supply its value")

EACH = [
    (CrmRulesError("why"), "why", (Exception,), {}),
    (PolicyError("x must be y, got z"), "x must be y, got z", (CrmRulesError, ValueError), {}),
    (
        ConditionError("what is wrong", "spend >> 5", 6, "CR302"),
        "what is wrong (in 'spend >> 5', column 7)",
        (PolicyError, ValueError),
        {"message": "what is wrong", "text": "spend >> 5", "offset": 6, "code": "CR302"},
    ),
    (
        ConditionError("what is wrong", "a" * 70),
        f"what is wrong (in '{'a' * 59}…', column 1)",
        (PolicyError,),
        {"offset": 0, "code": "CR301", "text": "a" * 70},
    ),
    (
        CycleError(("a", "b", "a")),
        "policies need each other's outcomes in a circle: a -> b -> a. Break it at one of them.",
        (PolicyError,),
        {"cycle": ("a", "b", "a")},
    ),
    (FactError(WRONG), "$.name: name must be a text [CR402]", (CrmRulesError, ValueError), {"problem": WRONG}),
    (AbsentError("gone"), "gone", (CrmRulesError, LookupError), {}),
    (
        MissingFactError("spend", ("age", "orders")),
        "fact 'spend' is needed but was not supplied (have: age, orders). Supply it, or pass None for unknown.",
        (AbsentError, KeyError, LookupError),
        {"fact": "spend", "have": ("age", "orders")},
    ),
    (
        MissingFactError("spend", ()),
        "fact 'spend' is needed but was not supplied. Supply it, or pass None for unknown.",
        (KeyError,),
        {"have": ()},
    ),
    (
        NoRowError("size", (("spend", Decimal("1.50")), ("vip", None))),
        "no row of 'size' fired (spend = 1.50, vip = None). Add a row for this case, or an 'otherwise'.",
        (AbsentError, LookupError),
        {"policy": "size", "values": (("spend", Decimal("1.50")), ("vip", None))},
    ),
    (
        NoRowError("size", ()),
        "no row of 'size' fired (no facts). Add a row for this case, or an 'otherwise'.",
        (AbsentError,),
        {"values": ()},
    ),
    (
        HitPolicyError("size", "unique", ("r1", "r2")),
        "hit policy 'unique' of 'size' promises one row, but these fired together: r1, r2. "
        "Make their conditions exclude each other, or choose another hit policy.",
        (CrmRulesError, ValueError),
        {"policy": "size", "hit": "unique", "rows": ("r1", "r2")},
    ),
    (
        HitPolicyError("size", "any", ("r1", "r2")),
        "hit policy 'any' of 'size' promises rows that agree, but these fired together: r1, r2. "
        "Make their conditions exclude each other, or choose another hit policy.",
        (ValueError,),
        {"hit": "any"},
    ),
    (
        HitPolicyError("tier", "applies", ("size", "rank")),
        "policies 'size' and 'rank' both decide 'tier' for this record. "
        "Give each an 'applies' that excludes the other.",
        (ValueError,),
        {"hit": "applies", "rows": ("size", "rank")},
    ),
    (
        RuleError("risk", "Late", "raised ZeroDivisionError: division by zero"),
        "policy 'risk': its rule Late raised ZeroDivisionError: division by zero",
        (RuntimeError,),
        {"policy": "risk", "rule": "Late", "what": "raised ZeroDivisionError: division by zero"},
    ),
    (
        NotInForce("size", date(2026, 1, 1), ("always to before 2025-01-01", "2027-01-01 to open end")),
        "'size' is not in force on 2026-01-01 (in force: always to before 2025-01-01; 2027-01-01 to open end).",
        (AbsentError, LookupError),
        {
            "name": "size",
            "as_of": date(2026, 1, 1),
            "periods": ("always to before 2025-01-01", "2027-01-01 to open end"),
        },
    ),
    (
        UnknownNameError("tier", "cor", ("core", "basic")),
        "unknown tier 'cor'; did you mean 'core'? (have: core, basic)",
        (AbsentError, KeyError),
        {"what": "tier", "name": "cor", "have": ("core", "basic")},
    ),
    (
        HorizonError(date(2027, 1, 1), "2026"),
        "the answer needs 2027-01-01, but the calendar covers 2026 only. Add the holidays up to then and widen "
        "'covers', or take the weekly hours with beyond='warn'.",
        (AbsentError, LookupError),
        {"day": date(2027, 1, 1), "covers": "2026"},
    ),
    (
        NoHoursError("opening", date(2026, 1, 1), "200 years ahead"),
        "the calendar has no opening from 2026-01-01 on (looked 200 years ahead). Look at its hours.",
        (AbsentError, LookupError),
        {"what": "opening", "at": date(2026, 1, 1), "until": "200 years ahead"},
    ),
    (
        UnknownNameError("tier", "x", tuple(f"t{n}" for n in range(42))),
        f"unknown tier 'x' (have: {', '.join(f't{n}' for n in range(40))} and 2 more)",
        (KeyError,),
        {},
    ),
    (UnknownNameError("tier", "x", ()), "unknown tier 'x'", (KeyError,), {"have": ()}),
    *[
        (
            kind((WRONG, OTHER)),
            "$.name: name must be a text [CR402]\n$.spend: spend must be known, got None; supply its value [CR401]",
            (CrmRulesError, ValueError),
            {"problems": (WRONG, OTHER)},
        )
        for kind in (DocumentError, RecordError, BookError)
    ],
]


@pytest.mark.parametrize(("error", "message", "bases", "parts"), EACH, ids=lambda each: type(each).__name__)
def test_an_error_says_what_happened_and_keeps_its_parts(error, message, bases, parts):
    assert str(error) == message
    assert all(isinstance(error, base) for base in (CrmRulesError, *bases))
    assert {name: getattr(error, name) for name in parts} == parts


@pytest.mark.parametrize(("error", "message", "bases", "parts"), EACH, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("again", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_an_error_survives_the_way_to_another_process(error, message, bases, parts, again):
    copied = again(error)
    assert (type(copied), str(copied)) == (type(error), message)
    assert {name: getattr(copied, name) for name in parts} == parts


def test_every_error_is_tried_here():
    assert {type(error).__name__ for error, *_ in EACH} == set(errors.__all__)


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (59, 59), (60, 60), (61, 60), (5000, 60)])
def test_long_texts_are_cut_and_the_cut_is_marked(length, kept):
    short = shorten("x" * length)
    assert len(short) == kept
    assert short.endswith("…") is (length > 60)
