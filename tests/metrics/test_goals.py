"""Goals, scorecards, reviews and the evaluation calendar."""

import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError, UnknownNameError
from crmrules.metrics import (
    Band,
    Evaluation,
    Figure,
    Goal,
    Judged,
    Milestone,
    NetScore,
    Rate,
    Ratio,
    Review,
    Scorecard,
    ScoreItem,
    slipped,
)
from crmrules.parameters import parameter
from crmrules.periods import HalfYear, Period, Quarter
from crmrules.spans import days, months


def refused(make, kind=PolicyError):
    with pytest.raises(kind) as wrong:
        make()
    return str(wrong.value)


# ------------------------------------------------------------------ met or missed


@pytest.mark.parametrize(
    ("goal", "value", "status"),
    [
        (Goal("g", at_least="0.9"), "0.9", "met"),
        (Goal("g", at_least="90%"), "0.8999999", "missed"),
        (Goal("g", at_least=" 90 % "), "0.9", "met"),
        (Goal("g", at_most="5%"), "0.05", "met"),
        (Goal("g", at_most="5%"), "0.0501", "missed"),
        (Goal("g", at_least=1), 1, "met"),
        (Goal("g", at_least=parameter("floor", "0.9")), Rate(9, 10), "met"),
        (Goal("g", at_least="0.9"), Rate(899, 1000), "missed"),
        (Goal("g", at_least=40), NetScore(60, 20, 20), "met"),
        (Goal("g", at_most=24), Ratio(49, 2, "hours"), "missed"),
        (Goal("g", at_most=0), Ratio(-1, 2), "met"),
    ],
)
def test_the_point_value_decides(goal, value, status):
    judged = goal.judge(value)
    assert (judged.status, judged.goal) == (status, "g")


def test_a_quotient_is_compared_by_its_parts():
    """1/3 to 28 digits is below 1/3; three of nine against two of six must be met all the same."""
    third = Goal("g", uplift=0, uplift_is="points")
    assert third.judge(Rate(3, 9), baseline=Rate(2, 6)).status == "met"
    assert Goal("g", at_least="0.333333333").judge(Rate(1, 3)).status == "met"


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(0, 100), st.booleans())
def test_status_is_that_of_exact_fractions_and_monotone_in_the_value(hits, misses, percent, strict):
    level = Decimal(percent) / 100
    rate, better = Rate(hits, hits + misses), Rate(hits + 1, hits + misses)
    judged = Goal("g", at_least=level, strict=strict).judge(rate)
    reached = Fraction(hits, hits + misses) >= Fraction(percent, 100)
    if judged.status == "cannot tell":
        assert strict
        assert level in rate.interval
    else:
        assert judged.status == ("met" if reached else "missed")
    if judged.status == "met":
        assert Goal("g", at_least=level).judge(better).status == "met"


def test_only_a_strict_goal_cannot_tell():
    rate = Rate(18, 20)
    assert Goal("g", at_least="0.85").judge(rate).status == "met"
    assert Goal("g", at_least="0.85").judge(rate).certain is False
    assert Goal("g", at_least="0.85", strict=True).judge(rate).status == "cannot tell"
    assert Goal("g", at_least="0.5", strict=True).judge(rate).status == "met"
    assert Goal("g", at_least="0.99", strict=True).judge(rate).status == "missed"
    assert Goal("g", at_least=5, strict=True).judge(Figure(6)).status == "met"


@pytest.mark.parametrize(
    ("goal", "baseline", "value", "status", "level"),
    [
        (Goal("g", uplift="20%"), "0.40", "0.48", "met", "0.48"),
        (Goal("g", uplift="20%"), "0.40", "0.479", "missed", "0.48"),
        (Goal("g", uplift="0.2", uplift_is="points"), "0.40", "0.59", "missed", "0.6"),
        (Goal("g", uplift="-10%"), 50, 45, "met", 45),
        (Goal("g", uplift="-10%"), 50, 46, "missed", 45),
        (Goal("g", uplift="20%", baseline="0.5"), "0.1", "0.6", "met", "0.6"),
        (Goal("g", uplift=parameter("up", "0.2")), Rate(2, 5), Rate(48, 100), "met", "0.48"),
        (Goal("g", uplift="0.1", uplift_is="points"), 0, "0.1", "met", "0.1"),
    ],
)
def test_an_uplift_is_held_against_its_baseline(goal, baseline, value, status, level):
    judged = goal.judge(value, baseline=baseline)
    assert (judged.status, judged.level) == (status, Decimal(level))


@pytest.mark.parametrize(
    ("judged", "reason"),
    [
        (Goal("g", uplift="20%").judge("0.5"), "no value: the goal is an uplift and its baseline is not known"),
        (
            Goal("g", uplift="20%").judge("0.5", baseline=Rate(0, 0)),
            "no value: the goal is an uplift and its baseline is not known",
        ),
        (
            Goal("g", uplift="20%").judge("0.5", baseline=0),
            "no value: the goal is an uplift and relative to a baseline of 0",
        ),
        (Goal("g", at_least=1).judge(Rate(0, 0)), "no value: the denominator is 0"),
        (Goal("g", at_least=1).judge(None), "no value: it was not measured"),
    ],
)
def test_without_a_value_or_a_baseline_there_is_a_reason(judged, reason):
    assert (judged.status, judged.reason, str(judged)) == ("no value", reason, f"g: {reason}")


def test_what_became_of_a_goal_is_told():
    assert str(Goal("churn", at_most="5%").judge("0.04")) == "churn: met (0.04 against 0.05)"


def test_milestones_are_reached_one_after_the_other():
    goal = Goal(
        "g",
        at_least="0.9",
        by="1 year",
        starts="2026-01-01",
        milestones=[Milestone("6 months", "0.7"), Milestone(date(2026, 12, 1), parameter("near", "0.8"))],
    )
    assert goal.due == date(2027, 1, 1)
    levels = [goal.level(as_of=day) for day in (date(2026, 7, 1), date(2026, 7, 2), date(2026, 12, 2))]
    assert levels == [Decimal("0.7"), Decimal("0.8"), Decimal("0.9")]
    assert goal.judge("0.75", as_of=date(2026, 6, 30)).status == "met"
    assert refused(lambda: goal.judge("0.75")) == (
        "goal 'g' has milestones, so it must be judged as of a day. Give as_of."
    )
    late = Goal("g", at_least=1, milestones=[Milestone(months(6), "0.7")])
    assert refused(lambda: late.judge(1, as_of=date(2026, 1, 1))) == (
        "goal 'g' has milestones 6 months after its start. Say when it starts."
    )
    assert (late.due, Goal("g", at_least=1, by="6 months").due, Goal("g", at_least=1, by=date(2027, 1, 1)).due) == (
        None,
        None,
        date(2027, 1, 1),
    )


def test_a_scope_is_named():
    assert Goal("g", at_least=1, scope="core by share", share="0.3").share_of_revenue == Decimal("0.3")
    assert Goal("g", at_least=1).share_of_revenue == 1
    assert Goal("g", at_least=1, scope="core by tier", tier="core").tier == "core"
    assert pickle.loads(pickle.dumps(Goal("g", at_least=1))) == Goal("g", at_least=1)


def test_what_slipped_since_last_time():
    goal = Goal("g", at_least=1)
    assert slipped([goal.judge(1)], [goal.judge(0)]) == ("g",)
    assert slipped({"g": "missed"}, [goal.judge(0)]) == ()
    assert slipped([goal.judge(1)], [goal.judge(1)]) == ()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Goal("g"), "goal 'g' must have one of 'at_least', 'at_most' and 'uplift', got 'none'"),
        (
            lambda: Goal("g", at_least=1, at_most=2),
            "goal 'g' must have one of 'at_least', 'at_most' and 'uplift', got 'at_least, at_most'",
        ),
        (lambda: Goal("g", at_least=0.9), "0.9 is not exact: write it as a string, such as '0.9'"),
        (lambda: Goal("g", at_least="nine%"), "a goal's level must be a number, got 'nine'"),
        (
            lambda: Goal("g", at_least=parameter("floor", "high")),
            "parameter 'floor' must be an int, a Decimal or a text such as '0.6', got 'high'",
        ),
        (
            lambda: Goal("g", uplift=1, uplift_is="times"),
            "goal 'g': uplift_is must be 'relative' or 'points', got 'times'",
        ),
        (
            lambda: Goal("g", uplift=1, against="last week"),
            "goal 'g': against must be one of same_period_last_year, previous_period, got 'last week'",
        ),
        (
            lambda: Goal("g", at_least=1, scope="core"),
            "goal 'g': scope must be one of all customers, core by share, core by tier, got 'core'",
        ),
        (
            lambda: Goal("g", at_least=1, share="0.3"),
            "goal 'g' must have 'share' with scope 'core by share' only, got Decimal('0.3')",
        ),
        (
            lambda: Goal("g", at_least=1, scope="core by tier"),
            "goal 'g' must have 'tier' with scope 'core by tier' only, got ''",
        ),
        (lambda: Goal("g", at_least=1, baseline=5), "goal 'g' must have a baseline only with 'uplift', got 5"),
        (lambda: Goal("g", at_least=1, milestones=[5]), "goal 'g': milestones must hold milestones, got 5"),
        (
            lambda: Goal("g", uplift=1, milestones=[Milestone("1 year", 1)]),
            "goal 'g' must have milestones without 'uplift', got 'both'",
        ),
        (
            lambda: Goal("g", at_least=1, milestones=[Milestone("2026-02-01", 1), Milestone("2026-01-01", 1)]),
            "goal 'g': milestones must be in order of their days, got "
            "[datetime.date(2026, 2, 1), datetime.date(2026, 1, 1)]",
        ),
        (lambda: Goal("g", at_least=1, starts=5), "goal 'g': starts must be a date, got 5"),
        (
            lambda: Goal("g", at_least=1).judge(0.5),
            "a value to judge must be exact, got 0.5; write it as a string",
        ),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused(make, sentence):
    assert refused(make) == sentence


# ------------------------------------------------------------------ scorecards

GOALS = {"csat": Goal("csat", at_least="0.8"), "churn": Goal("churn", at_most="0.05")}
BANDS = (Band(90, "bonus"), Band(60, "none"), Band(0, "training"))


def card(**more):
    return Scorecard("s", items=[ScoreItem("csat", "0.6"), ScoreItem("churn", "0.4")], bands=BANDS, **more)


@pytest.mark.parametrize(
    ("scoring", "csat", "churn", "score", "outcome"),
    [
        ("attainment", "0.8", "0.05", 100, "bonus"),
        ("attainment", "0.95", "0.01", 100, "bonus"),
        ("attainment", "0.4", "0.05", 70, "none"),
        ("attainment", "0.8", "0.1", 80, "none"),
        ("attainment", 0, 1, 2, "training"),
        ("met", "0.79", "0.05", 40, "training"),
        ("met", "0.8", "0.06", 60, "none"),
    ],
)
def test_a_score_weighs_goals_and_leads_to_an_outcome(scoring, csat, churn, score, outcome):
    found = card(scoring=scoring).score(GOALS, {"csat": csat, "churn": churn})
    assert (found.value, found.outcome) == (score, outcome)
    assert str(found) == f"s: {score} ({outcome})"


@pytest.mark.parametrize(
    ("missing", "score", "reason"),
    [
        ("no score", None, "no score: churn has no value: it was not measured"),
        ("left out", 100, ""),
        ("zero", 60, ""),
    ],
)
def test_a_goal_without_a_value_is_a_named_choice(missing, score, reason):
    found = card(missing=missing).score(GOALS.values(), {"csat": "0.9"})
    assert (found.value, found.reason) == (score, reason)
    assert found.lines[1].judged.status == "no value"


def test_without_any_value_there_is_no_score():
    found = card(missing="left out").score(GOALS, {})
    assert (found.value, found.outcome, str(found)) == (None, "", "s: no score: csat has no value: it was not measured")
    weightless = Scorecard("s", items=[ScoreItem("csat", 1), ScoreItem("churn", 0)], missing="left out")
    assert weightless.score(GOALS, {"churn": 0}).reason == "no score: the goals with a value have no weight"


def test_a_goal_of_zero_is_attained_or_not():
    goals = {"csat": Goal("csat", at_least="0.8"), "churn": Goal("churn", at_most=0)}
    assert card().score(goals, {"csat": "0.8", "churn": "0.1"}).value == 60
    negative = {"csat": Goal("csat", at_least=0), "churn": Goal("churn", at_most="0.1")}
    assert card().score(negative, {"csat": -1, "churn": "0.1"}).value == 40


def test_uplifts_are_scored_against_their_baselines():
    goals = [Goal("csat", uplift="10%"), Goal("churn", at_most="0.05")]
    assert card().score(goals, {"csat": "0.55", "churn": 0}, baselines={"csat": "0.5"}).value == 100


def test_scores_outside_all_bands_lead_to_nothing():
    bare = Scorecard("s", items=[ScoreItem("csat", 1)], bands=[Band(parameter("good", 90), "bonus")])
    assert (bare.outcome(89), bare.outcome(90), bare.outcome(Rate(0, 0))) == ("", "bonus", "")


def test_several_assessors_are_combined_by_their_weights():
    review = card(assessors={"self": "0.2", "superior": "0.5", "third_party": "0.3"})
    found = review.combined({"self": 95, "superior": 85, "third_party": 80})
    assert (found.value, found.outcome) == (Decimal("85.5"), "none")
    assert review.combined({"self": 95, "superior": 85}).reason == "no score: third_party has not assessed"
    assert refused(lambda: review.combined({"boss": 1}), UnknownNameError).startswith("unknown assessor 'boss'")
    assert refused(lambda: card().combined({"self": 1})) == "scorecard 's' must have assessors to combine, got {}"


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_a_combined_score_lies_between_the_assessors(scores):
    review = card(assessors={"a": "0.2", "b": "0.5", "c": "0.3"})
    found = review.combined(dict(zip("abc", scores, strict=True))).value
    assert min(scores) <= found <= max(scores)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Scorecard("s", items=[]), "scorecard 's' must have goals, got ()"),
        (
            lambda: Scorecard("s", items=[ScoreItem("a", "0.5"), ScoreItem("a", "0.5")]),
            "scorecard 's' must name each goal once, got 'a, a'",
        ),
        (
            lambda: Scorecard("s", items=[ScoreItem("a", "0.5"), ScoreItem("b", "0.4")]),
            "scorecard 's': its weights must sum to 1, got '0.9'",
        ),
        (
            lambda: Scorecard("s", items=[ScoreItem("a", "1.5"), ScoreItem("b", "-0.5")]),
            "scorecard 's': the weight of 'a' must lie between 0 and 1, got Decimal('1.5')",
        ),
        (
            lambda: card(assessors={"self": "0.5"}),
            "scorecard 's': assessors: its weights must sum to 1, got '0.5'",
        ),
        (lambda: card(scoring="points"), "scorecard 's': scoring must be 'attainment' or 'met', got 'points'"),
        (lambda: card(missing="skip"), "scorecard 's': missing must be one of no score, left out, zero, got 'skip'"),
        (
            lambda: Scorecard("s", items=[ScoreItem("a", 1)], bands=[Band(0, "x"), Band(90, "y")]),
            "scorecard 's': bands must go from the highest down, got [Fraction(0, 1), Fraction(90, 1)]",
        ),
        (lambda: ScoreItem("a", 0.5), "0.5 is not exact: write it as a string, such as '0.5'"),
    ],
)
def test_a_scorecard_that_makes_no_sense_is_refused(make, sentence):
    assert refused(make) == sentence


def test_a_scorecard_needs_its_goals():
    assert refused(lambda: card().score({}, {}), UnknownNameError) == "unknown goal 'csat'"


# ------------------------------------------------------------------ evaluation and review


@pytest.mark.parametrize(
    ("every", "period", "due"),
    [
        ("quarter", "2026-Q1", date(2026, 4, 15)),
        ("half-year", "2025-H2", date(2026, 1, 15)),
        ("year", "2025", date(2026, 1, 15)),
        ("month", "2026-05", date(2026, 6, 15)),
    ],
)
def test_the_evaluation_calendar_says_what_is_evaluated_and_by_when(every, period, due):
    evaluation = Evaluation("e", every=every, within="15 days")
    assert (str(evaluation.period_at(date(2026, 6, 30))), evaluation.due(date(2026, 6, 30))) == (period, due)


def test_a_year_has_four_quarters_to_evaluate():
    found = Evaluation("e", every="quarter").periods(Period.parse("2026"))
    assert [str(each) for each in found] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert Evaluation("e", every="year").periods(HalfYear(2026, 1)) == ()
    assert Evaluation("e", every="week", within=days(3)).within == days(3)


def test_an_evaluation_that_makes_no_sense_is_refused():
    assert refused(lambda: Evaluation("e", every="day")) == (
        "evaluation 'e': every must be one of week, month, quarter, half-year, year, got 'day'"
    )
    assert refused(lambda: Evaluation("e", every="week", within=5)) == (
        "evaluation 'e': within must be a calendar span such as '15 days', got 5"
    )


def test_a_review_keeps_results_what_slipped_and_what_is_changed():
    goal, other = Goal("csat", at_least="0.8"), Goal("new", at_least=1)
    review = Review.of(
        Quarter(2026, 2),
        [goal.judge("0.7"), other.judge(1)],
        [goal.judge("0.9")],
        version="2026-01",
        next_version="2026-07",
        changes={"satisfaction_floor": (Decimal("0.8"), Decimal("0.85"))},
    )
    assert (review.slipped, review.missed) == (("csat",), ("csat",))
    assert [str(line.change) for line in review.lines] == ["0.9 to 0.7 (-22.2 %)", "no change can be told"]
    assert review.changes["satisfaction_floor"] == (Decimal("0.8"), Decimal("0.85"))
    assert Review.of(Quarter(2026, 2), [Judged("x", "no value")]).missed == ()
