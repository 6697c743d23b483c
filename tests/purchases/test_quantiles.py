"""Quantiles: nine published definitions, exactly."""

import statistics
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.purchases._quantiles import METHODS, quantile, rounded

# R's own answers for x = c(1, 2, 4, 7, 11), probs = 0.3, types 1 to 9.
R_ANSWERS = ["2", "2", "2", "1.5", "2", "1.8", "2.4", "1.9333333333", "1.95"]


@pytest.mark.parametrize(("method", "expected"), list(zip(METHODS, R_ANSWERS, strict=True)))
def test_each_definition_gives_its_own_answer(method, expected):
    found = quantile([1, 2, 4, 7, 11], Fraction(3, 10), method)
    assert float(found) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("method", "expected"), [("quantile-1", 2), ("quantile-2", 3), ("quantile-3", 2), ("quantile-4", 2)]
)
def test_a_share_that_falls_between_two_values(method, expected):
    assert quantile([1, 2, 4, 7], Fraction(1, 2), method) == expected


def numbers():
    return st.lists(st.integers(-50, 50), min_size=1, max_size=25)


@given(numbers(), st.fractions(0, 1), st.sampled_from(METHODS))
def test_a_quantile_lies_within_the_values_and_never_falls_as_the_share_grows(values, share, method):
    ordered = sorted(values)
    found = [quantile(ordered, each, method) for each in (share / 2, share)]
    assert ordered[0] <= found[0] <= found[1] <= ordered[-1]


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=25), st.integers(2, 9))
def test_types_6_and_7_are_those_of_the_standard_library(values, parts):
    for method, name in (("quantile-6", "exclusive"), ("quantile-7", "inclusive")):
        theirs = statistics.quantiles(values, n=parts, method=name)
        ours = [quantile(sorted(values), Fraction(number, parts), method) for number in range(1, parts)]
        # The standard library goes beyond the outermost values where type 6 stops at them.
        within = [min(max(each, min(values)), max(values)) for each in theirs]
        assert [float(each) for each in ours] == pytest.approx(within, abs=1e-9)


@given(numbers(), st.fractions(0, 1))
def test_types_1_to_3_are_read_off_the_steps_of_the_distribution(values, share):
    ordered, count = sorted(values), len(values)
    at = share * count
    first = next(each for each in ordered if Fraction(sum(value <= each for value in ordered)) >= at)
    assert quantile(ordered, share, "quantile-1") == first
    high = ordered[min(floor(at), count - 1)] if at == floor(at) else first
    assert quantile(ordered, share, "quantile-2") == Fraction(first + high, 2)
    nearest = [place for place in (floor(at), ceil(at)) if abs(place - at) <= Fraction(1, 2)]
    place = next((each for each in nearest if each % 2 == 0), nearest[0]) if len(set(nearest)) > 1 else nearest[0]
    assert quantile(ordered, share, "quantile-3") == ordered[min(max(place, 1), count) - 1]


def test_fractions_are_rounded_half_even_to_nine_decimals():
    assert [str(rounded(Fraction(*each))) for each in ((1, 3), (5, 1), (1, 2 * 10**9), (3, 2 * 10**9))] == [
        "0.333333333",
        "5",
        "0",
        "2E-9",
    ]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: quantile([], Fraction(1, 2)), "a quantile must be taken of values, got []"),
        (
            lambda: quantile([1], Fraction(1, 2), "quantile-10"),
            "a quantile's method must be one of quantile-1 to quantile-9, got 'quantile-10'",
        ),
    ],
)
def test_what_has_no_quantile_is_refused(ask, message):
    with pytest.raises(PolicyError) as caught:
        ask()
    assert str(caught.value) == message
