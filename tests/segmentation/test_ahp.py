"""AHP: weights from pairwise judgements, and how consistent they are."""

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.segmentation import Judgements, hierarchy

LEADER = Judgements(
    {
        "experience/education": 4,
        "experience/charisma": 3,
        "experience/age": 7,
        "education/charisma": "1/3",
        "education/age": 3,
        "charisma/age": 5,
    }
)


def test_published_weights_and_consistency():
    assert LEADER.priorities() == pytest.approx(
        {"experience": 0.548, "charisma": 0.270, "education": 0.127, "age": 0.056}, abs=5e-4
    )
    assert LEADER.consistency_ratio("saaty") == pytest.approx(0.04435, abs=5e-6)
    assert LEADER.consistency_ratio("donegan-dodd") == pytest.approx(0.04764, abs=5e-6)


def test_weights_for_a_score_add_up_to_one_exactly():
    found = LEADER.weights()
    assert (sum(found.values()), found["experience"]) == (1, Decimal("0.5476"))
    thirds = Judgements({"a/b": 1, "a/c": 1, "b/c": 1}).weights(decimals=2)
    assert thirds == {"a": Decimal("0.34"), "b": Decimal("0.33"), "c": Decimal("0.33")}


def weights():
    return st.lists(st.integers(1, 9), min_size=2, max_size=6)


@given(weights(), st.sampled_from(["eigenvector", "geometric mean"]))
def test_judgements_without_contradiction_give_back_the_weights_they_were_made_from(found, by):
    names = "abcdef"[: len(found)]
    pairs = {
        (one, other): Fraction(found[i], found[j])
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if i < j
    }
    judged = Judgements(pairs)
    expected = {name: weight / sum(found) for name, weight in zip(names, found, strict=True)}
    assert judged.priorities(by) == pytest.approx(expected)
    assert judged.consistency_ratio("saaty") == pytest.approx(0, abs=1e-9)
    assert sum(judged.weights(by).values()) == 1


def test_the_two_ways_differ_where_judgements_contradict():
    odd = Judgements({"a/b": 9, "b/c": 9, "a/c": "1/9"})
    assert odd.consistency_ratio("saaty") > 0.1
    assert odd.priorities() == pytest.approx(odd.priorities("geometric mean"))
    assert LEADER.priorities("geometric mean")["age"] != LEADER.priorities()["age"]


def test_judgements_that_contradict_beyond_all_measure_have_no_eigenvector():
    thousand, million = 1_000, 1_000_000
    wild = Judgements(
        {
            "a/b": 1, "a/c": thousand, "a/d": thousand, "a/e": million, "b/c": "1/1000", "b/d": million,
            "b/e": "1/1000", "c/d": "1/1000", "c/e": "1/1000", "d/e": "1/1000000",
        }
    )  # fmt: skip
    for ask in (wild.weights, wild.priorities, lambda: wild.consistency_ratio("saaty")):
        with pytest.raises(PolicyError) as caught:
            ask()
        assert str(caught.value) == (
            "the judgements contradict one another too far for a principal eigenvector (none found in 1,000 rounds). "
            "Judge again, or take weights by 'geometric mean'."
        )
    means = {"a": 10**2.4, "b": 1, "c": 10**-1.2, "d": 10**-2.4, "e": 10**1.2}
    expected = {name: mean / sum(means.values()) for name, mean in means.items()}
    assert wild.priorities("geometric mean") == pytest.approx(expected)


def test_two_elements_cannot_contradict():
    assert Judgements({"a/b": 3}).consistency_ratio("saaty") == 0
    assert Judgements({"a/b": 3}).weights() == {"a": Decimal("0.75"), "b": Decimal("0.25")}


def test_a_hierarchy_weighs_what_was_judged_under_each_criterion():
    under = {name: Judgements({"moll/nell": times}) for name, times in (("price", 3), ("looks", 1))}
    found = hierarchy(Judgements({"price/looks": 3}), under)
    assert found == pytest.approx({"moll": 0.75 * 0.75 + 0.25 * 0.5, "nell": 0.75 * 0.25 + 0.25 * 0.5})


def test_judgements_are_values():
    assert pickle.loads(pickle.dumps(LEADER)) == LEADER
    assert hash(Judgements({"a/b": 3})) == hash(Judgements({("a", "b"): "3"}))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Judgements([]), "Judgements must be a mapping such as {'price/quality': 3}, got []"),
        (lambda: Judgements({"a": 3}), "a judgement must compare two elements, such as 'price/quality', got 'a'"),
        (lambda: Judgements({"a/a": 3}), "a judgement must compare two elements, such as 'price/quality', got 'a/a'"),
        (lambda: Judgements({"a/b": 0}), "a judgement must be above 0, such as 3 or '1/3', got 0"),
        (lambda: Judgements({"a/b": 0.5}), "0.5 is not exact: write it as a string, such as '0.5'"),
        (lambda: Judgements({"a/b": 2, "b/c": 2}), "Judgements must judge every pair, got 'none of a and c'"),
        (lambda: Judgements({"a/b": 2, "b/a": 2}), "Judgements must judge each pair once, got 'a and b, b and a'"),
        (lambda: LEADER.priorities("mean"), "weights must be by 'eigenvector' or 'geometric mean', got 'mean'"),
        (lambda: LEADER.consistency_ratio("own"), "random_index must be 'saaty' or 'donegan-dodd', got 'own'"),
        (
            lambda: hierarchy(Judgements({"a/b": 2}), {"a": LEADER}),
            "hierarchy must have judgements under every criterion, got 'none under b'",
        ),
        (
            lambda: hierarchy(Judgements({"a/b": 2}), {"a": Judgements({"x/y": 1}), "b": Judgements({"x/z": 1})}),
            "hierarchy must judge the same options under every criterion, got ",
        ),
    ],
)
def test_what_is_wrong_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value).startswith(message) if message.endswith("got ") else str(caught.value) == message
