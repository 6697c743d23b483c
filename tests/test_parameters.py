"""Parameters: named values of a handbook that a host may override."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from crmrules._checks import shown
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter, distinct, override, parameter
from crmrules.wording import Wording

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Kind(StrEnum):
    B2B = "b2b"


class Holiday(date):
    """A date of a library of one's own."""


@pytest.mark.parametrize(
    ("value", "kept", "text"),
    [
        (10_000_000, 10_000_000, "floor = 10,000,000"),
        ("0.6", "0.6", "floor = 0.6"),
        (Decimal("0.60"), Decimal("0.6"), "floor = 0.6"),
        (True, True, "floor = true"),
        ("b2b", "b2b", "floor = b2b"),
        (Kind.B2B, "b2b", "floor = b2b"),
        (date(2026, 1, 1), date(2026, 1, 1), "floor = 2026-01-01"),
        (NOON, NOON, "floor = 2026-01-01 12:00:00+00:00"),
        (["b2b", "b2c"], ("b2b", "b2c"), "floor = b2b, b2c"),
        ((1, Decimal("2.50"), False), (1, Decimal("2.5"), False), "floor = 1, 2.5, false"),
        ([], (), "floor = "),
    ],
)
def test_a_parameter_holds_one_plain_value_or_a_list(value, kept, text):
    made = parameter("floor", value)
    assert (made.value, type(made.value)) == (kept, type(kept))
    assert str(made) == text
    assert pickle.loads(pickle.dumps(made)) == made
    assert hash(made) == hash(parameter("floor", value))


def test_a_parameter_says_its_unit_and_where_it_comes_from():
    made = parameter("floor", 5, unit="CNY", source="UPLIFT-01", label={"zh": "门槛"})
    assert str(made) == "floor = 5 CNY"
    assert (made.source, made.ours, made.label) == (("UPLIFT-01",), "", Wording(zh="门槛"))
    assert parameter("floor", 5, source=["A", "B"]).source == ("A", "B")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: parameter("core floor", 5),
            "a parameter's name must be a name such as 'annual_spend' (letters, digits, _), got 'core floor'",
        ),
        (
            lambda: parameter("class", 5),
            "a parameter's name must be a name such as 'annual_spend' (letters, digits, _), got 'class'",
        ),
        (lambda: parameter("x", 0.6), "0.6 is not exact: write it as a string, such as '0.6'"),
        (
            lambda: parameter("x", None),
            "a parameter's value must be an int, a Decimal or a text such as '0.6', got None",
        ),
        (
            lambda: parameter("x", [{}]),
            "a parameter's value must be an int, a Decimal or a text such as '0.6', got {}",
        ),
        (lambda: parameter("x", 5, source=5), "source must be a sequence of names, got 5"),
        (lambda: parameter("x", 5, source=["A", " "]), "source must hold names only, got ' '"),
        (lambda: parameter("x", 5, source=["A", "A"]), "source must name each once, got 'A'"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message


@pytest.mark.parametrize(
    ("value", "new", "kept"),
    [
        (5, "0.6", Decimal("0.6")),
        (Decimal("0.6"), 1, 1),
        (True, False, False),
        ("a", "b", "b"),
        (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2)),
        (date(2026, 1, 1), Holiday(2026, 1, 2), date(2026, 1, 2)),
        (Holiday(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2)),
        (NOON, NOON.replace(hour=13), NOON.replace(hour=13)),
        (("a",), ["b", "c"], ("b", "c")),
    ],
)
def test_a_host_overrides_a_value_by_one_of_its_kind(value, new, kept):
    changed = parameter("x", value).changed(new)
    assert (changed.value, changed.before) == (kept, value)


def test_the_first_value_is_remembered_and_going_back_is_no_change():
    once = parameter("x", 5).changed(6)
    assert (once.changed(7).value, once.changed(7).before) == (7, 5)
    assert once.changed(5) == parameter("x", 5)


@pytest.mark.parametrize(
    ("value", "new", "message"),
    [
        (5, True, "parameter 'x' must be a number, got True"),
        (5, "five", "parameter 'x' must be an int, a Decimal or a text such as '0.6', got 'five'"),
        (5, 0.5, "0.5 is not exact: write it as a string, such as '0.5'"),
        (True, 1, "parameter 'x' must be true or false, got 1"),
        ("a", 5, "parameter 'x' must be a text, got 5"),
        (date(2026, 1, 1), NOON, f"parameter 'x' must be a date, got {shown(NOON)}"),
        (NOON, date(2026, 1, 1), "parameter 'x' must be an instant, got datetime.date(2026, 1, 1)"),
        (("a",), "a", "parameter 'x' must be a list, got 'a'"),
    ],
)
def test_a_value_of_another_kind_is_refused(value, new, message):
    with pytest.raises(PolicyError) as problem:
        parameter("x", value).changed(new)
    assert str(problem.value) == message


def test_only_the_parameters_that_are_named_are_overridden():
    changed = override((parameter("x", 5), parameter("y", 6)), {"y": 7})
    assert [(each.name, each.value, each.before) for each in changed] == [("x", 5, None), ("y", 7, 6)]


def test_one_name_stands_for_one_value():
    one = parameter("x", 5)
    assert distinct((one, parameter("x", 5), parameter("y", 6))) == (one, parameter("y", 6))
    with pytest.raises(PolicyError) as problem:
        distinct((one, parameter("x", 6)))
    assert str(problem.value) == "parameter 'x' must have one value, got 6 too"


def test_a_parameter_is_a_value():
    assert parameter("x", 5) == Parameter("x", Decimal("5.0"))
    assert parameter("x", 5) != parameter("x", 6)
