"""Survey scores: scales, readings, and answers that are off the scale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.metrics import (
    Dispositions,
    EffortScore,
    Metric,
    NetPromoterScore,
    Rate,
    Ratio,
    ResponseRate,
    Satisfaction,
    Scale,
)


@pytest.mark.parametrize(
    ("points", "top", "scale"),
    [
        (2, 0, Scale((1,), (), (2,))),
        (4, 0, Scale((1, 2), (), (3, 4))),
        (5, 0, Scale((1, 2), (3,), (4, 5))),
        (5, 1, Scale((1, 2), (3, 4), (5,))),
        (7, 2, Scale((1, 2, 3), (4, 5), (6, 7))),
    ],
)
def test_a_scale_has_two_sides_and_a_middle(points, top, scale):
    assert Scale.of(points, top=top) == scale
    assert sorted(scale.answers) == list(range(1, points + 1))


@pytest.mark.parametrize(
    ("answers", "counted", "left_out"),
    [
        ([5, 4, 4, 3, 1], Rate(3, 5), Rate(3, 4)),
        ([3, 3], Rate(0, 2), Rate(0, 0)),
        ([None, None], Rate(0, 0), Rate(0, 0)),
        ({"5": 7, "3": 1, "1": 2}, Rate(7, 10), Rate(7, 9)),
        ({5: 1, None: 4}, Rate(1, 1), Rate(1, 1)),
        (["5", Decimal(4)], Rate(2, 2), Rate(2, 2)),
    ],
)
def test_the_middle_stays_or_is_left_out(answers, counted, left_out):
    assert Satisfaction().measure(answers) == counted
    assert Satisfaction(middle="left out").measure(answers) == left_out


@pytest.mark.parametrize(
    ("answers", "score"),
    [([10, 9, 9, 8, 3], 40), ([10], 100), ([0, 6], -100), ([7, 8], 0), ([], None)],
)
def test_promoters_less_detractors(answers, score):
    assert NetPromoterScore().measure(answers).value == score


@pytest.mark.parametrize(
    ("reading", "value", "unit"), [("average", "4.08", "points"), ("agree", "0.46", "fraction"), ("net", 3, "points")]
)
def test_effort_has_three_readings(reading, value, unit):
    counts = {1: 80, 2: 210, 3: 140, 4: 110, 5: 160, 6: 180, 7: 120}
    score = EffortScore(reading)
    assert (score.measure(counts).value, score.unit) == (Decimal(value), unit)


def test_silence_is_no_answer():
    assert EffortScore("average").measure({7: 1, None: 9}) == Ratio(7, 1, "points")


@given(st.lists(st.integers(1, 5)))
def test_the_order_of_answers_changes_nothing(answers):
    assert Satisfaction().measure(answers) == Satisfaction().measure(sorted(answers))
    assert Satisfaction().measure(answers).denominator == len(answers)


def test_a_vendors_map_of_five_answers():
    assert Scale.simplesat(5) == Scale.of(5)


def test_scores_are_measured_over_records():
    rows = [{"score": 9}, {"score": 10}, {"score": 3}, {"score": None}]
    assert Metric("nps", of="surveys", formula=NetPromoterScore()).measure(rows).value == Decimal(100) / 3
    low = [{"score": 1}, {"score": 5}]
    assert Metric("csat", of="surveys", formula=Satisfaction()).measure(low) == Rate(1, 2)
    assert Metric("ces", of="surveys", formula=EffortScore("agree")).measure(low) == Rate(1, 2)
    assert (NetPromoterScore().unit, Satisfaction().unit) == ("points", "fraction")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Satisfaction().measure([6]), "a survey answer must be on the scale (1, 2, 3, 4, 5), got 6"),
        (lambda: Satisfaction().measure([0]), "a survey answer must be on the scale (1, 2, 3, 4, 5), got 0"),
        (lambda: Satisfaction().measure(["good"]), "a survey answer must be on the scale (1, 2, 3, 4, 5), got 'good'"),
        (lambda: Satisfaction().measure([True]), "a survey answer must be on the scale (1, 2, 3, 4, 5), got True"),
        (lambda: Satisfaction().measure({5: -1}), "the count of answer 5 must be a whole number of at least 0, got -1"),
        (
            lambda: NetPromoterScore().measure([11]),
            "a survey answer must be on the scale (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), got 11",
        ),
        (
            lambda: Satisfaction().of(positive=-1, negative=1),
            "positive answers must be a whole number of at least 0, got -1",
        ),
        (lambda: Satisfaction(middle="gone"), "Satisfaction.middle must be 'counted' or 'left out', got 'gone'"),
        (lambda: EffortScore("mean"), "EffortScore.reading must be one of average, agree, net, got 'mean'"),
        (lambda: Scale((1,), (1,), (2,)), "the answers of a scale must each stand in one place, got (1, 1, 2)"),
        (lambda: Scale((1,), (), ()), "a scale must have answers on both sides, got (1,)"),
        (lambda: Scale(("a",), (), (2,)), "an answer of a scale must be a whole number, got 'a'"),
        (lambda: Scale.of(1), "points of a scale must be 2 to 11, got 1"),
        (lambda: Scale.of(5, top=3), "top of a scale must be at most 2, got 3"),
        (lambda: Scale.simplesat(7), "Simplesat's scale must have 5 points here, got 7"),
    ],
)
def test_answers_and_scales_that_make_no_sense_are_refused(make, sentence):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == sentence


ASKED = Dispositions(complete=600, partial=50, refused=200, not_contacted=60, other=40, unknown=50)


@pytest.mark.parametrize(
    ("definition", "eligible", "rate"),
    [
        ("RR1", None, Ratio(600, 1000)),
        ("RR2", None, Ratio(650, 1000)),
        ("RR3", "0.4", Ratio(600, 970)),
        ("RR4", "0.4", Ratio(650, 970)),
        ("RR5", None, Ratio(600, 950)),
        ("RR6", None, Ratio(650, 950)),
    ],
)
def test_response_rates_after_aapor(definition, eligible, rate):
    assert ResponseRate(definition, eligible=eligible).of(ASKED) == rate


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ResponseRate("RR7"), "ResponseRate.definition must be one of RR1, RR2, RR3, RR4, RR5, RR6, got 'RR7'"),
        (lambda: ResponseRate("RR3"), "ResponseRate.eligible must be given for RR3 and RR4 only, got None"),
        (lambda: ResponseRate("RR3", eligible=2), "ResponseRate.eligible must lie between 0 and 1, got 2"),
        (lambda: Dispositions(refused=-1), "Dispositions.refused must be a whole number of at least 0, got -1"),
    ],
)
def test_a_response_rate_that_makes_no_sense_is_refused(make, sentence):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == sentence
