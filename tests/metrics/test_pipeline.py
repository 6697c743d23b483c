"""Win rates, league tables, forecasts, the funnel, cohorts and forecast accuracy."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.metrics import (
    Amount,
    Cohort,
    Figure,
    Forecast,
    ForecastAccuracy,
    Funnel,
    Metric,
    Rate,
    Ratio,
    StageFigure,
    WinRate,
    allocated,
    cohorts,
    league,
    period_of,
    sales_velocity,
)
from crmrules.periods import Period

DEALS = [
    {"owner": "ann", "stage": stage, "amount": amount}
    for stage, amount in (("won", 100), ("won", 50), ("lost", 80), ("talks", 40), ("new", 10))
]
COUNTED = {"won": 2, "lost": 1, "worked": 1, "untouched": 1}


def refused(make):
    with pytest.raises(PolicyError) as wrong:
        make()
    return str(wrong.value)


@pytest.mark.parametrize(("reading", "rate"), [("closed", Rate(2, 3)), ("worked", Rate(2, 4)), ("all", Rate(2, 5))])
def test_a_win_rate_has_three_readings(reading, rate):
    definition = WinRate(reading, untouched=("new",))
    assert definition.measure(DEALS) == definition.of(**COUNTED) == rate
    assert definition.by("owner", DEALS) == {"ann": rate}
    assert Metric("won", of="deals", formula=definition).measure(DEALS) == rate
    assert definition.unit == "fraction"


def test_a_league_does_not_rank_noise():
    team = {"ann": Rate(90, 100), "bob": Rate(70, 100), "cid": Rate(68, 100), "dan": Rate(40, 100), "new": Rate(0, 0)}
    assert [(each.name, each.differs) for each in league(team)] == [
        ("ann", "above"),
        ("bob", ""),
        ("cid", ""),
        ("dan", "below"),
        ("new", ""),
    ]
    assert [each.differs for each in league(team, against="others")] == ["above", "", "", "below", ""]
    assert league({}) == ()


def test_one_may_differ_from_the_others_and_not_from_the_team():
    """The interval of 158 of 275 just holds the team's 63.15 percent; that of the difference just excludes 0."""
    pair = {"donn": Rate(158, 275), "rest": Rate(4080, 6436)}
    assert [each.differs for each in league(pair) if each.name == "donn"] == [""]
    assert [each.differs for each in league(pair, against="others") if each.name == "donn"] == ["below"]


def test_the_forecast_weighs_stages_and_resources_follow_it():
    forecast = Forecast({"won": 1, "talks": "0.4", "new": "0.1", "lost": 0}, unit="CNY")
    assert forecast.measure(DEALS) == Amount(167, "CNY")
    assert forecast.by("owner", DEALS) == {"ann": Amount(167, "CNY")}
    assert Metric("forecast", of="deals", formula=forecast).measure(DEALS) == Amount(167, "CNY")


@given(st.integers(0, 50), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_all_units_are_allocated_and_nobody_is_off_by_one(units, amounts):
    forecasts = {str(place): Amount(amount) for place, amount in enumerate(amounts)}
    found = allocated(units, forecasts)
    assert sum(found.values()) == units
    for name, count in found.items():
        share = Fraction(units * forecasts[name].value, sum(amounts))
        assert share - 1 < count < share + 1


def test_ties_go_to_the_name_that_comes_first():
    assert allocated(3, {"b": Amount(1), "a": Amount(1)}) == {"b": 1, "a": 2}


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: WinRate("open"), "WinRate.reading must be one of closed, worked, all, got 'open'"),
        (lambda: WinRate(won=("x",), lost=("x",)), "WinRate must name each stage once, got ('x', 'x')"),
        (lambda: WinRate().of(won=-1, lost=0), "deals won must be a whole number of at least 0, got -1"),
        (lambda: league({}, against="best"), "against must be 'team' or 'others', got 'best'"),
        (lambda: Forecast({"won": 2}), "the weight of stage 'won' must lie between 0 and 1, got 2"),
        (lambda: Forecast({"won": 1}).measure(DEALS), "the stage of a deal must have a weight (won), got 'lost'"),
        (
            lambda: Forecast({"won": 1}).measure([{"stage": "won", "amount": "10"}]),
            "the amount of a deal must be a number, got '10'",
        ),
        (lambda: allocated(-1, {"a": Amount(1)}), "units to allocate must be a whole number of at least 0, got -1"),
        (lambda: allocated(1, {"a": Amount(-1)}), "the forecast of 'a' must be at least 0, got Decimal('-1')"),
        (lambda: allocated(1, {"a": Amount(0)}), "the forecasts must hold one above 0, got Decimal('0')"),
        (lambda: Funnel(("lead",)), "Funnel.stages must be at least two, got ('lead',)"),
        (lambda: StageFigure(Funnel(("a", "b")), "b"), "StageFigure.stage must be one of a, got 'b'"),
        (
            lambda: StageFigure(Funnel(("a", "b")), "a", "time"),
            "StageFigure.gives must be 'conversion' or 'days', got 'time'",
        ),
        (
            lambda: sales_velocity(1, Rate(1, 2), Ratio(1, 1, "CNY"), Ratio(1, 1, "hours")),
            "the length of the cycle must be in days, got 'hours'",
        ),
        (
            lambda: period_of(date(2026, 1, 1), "day"),
            "a grain must be one of week, month, quarter, half-year, year, got 'day'",
        ),
        (
            lambda: ForecastAccuracy("mae"),
            "ForecastAccuracy.measure must be one of mape, wape, bias, got 'mae'",
        ),
        (
            lambda: ForecastAccuracy(zero="skip"),
            "ForecastAccuracy.zero must be one of no value, leave out, epsilon, got 'skip'",
        ),
        (lambda: ForecastAccuracy(epsilon=0), "ForecastAccuracy.epsilon must be above 0, got 0"),
        (lambda: ForecastAccuracy().measure([1], [1, 2]), "forecasts must be as many as the 1 actuals, got 2"),
        (lambda: ForecastAccuracy().measure(["x"], [1]), "an actual must be a number, got 'x'"),
        (lambda: ForecastAccuracy().measure([True], [1]), "an actual must be a number, got True"),
    ],
)
def test_what_makes_no_sense_is_refused(make, sentence):
    assert refused(make) == sentence


# ------------------------------------------------------------------ the funnel


def entries(*told):
    return [{"deal": deal, "stage": stage, "on": date(2026, 3, day)} for deal, stage, day in told]


FUNNEL = Funnel(("lead", "offer", "won"))


def test_a_funnel_counts_the_furthest_stage_and_the_days_in_each():
    told = entries(
        (1, "lead", 1), (1, "offer", 5), (1, "won", 15), (2, "lead", 2), (2, "offer", 4), (2, "lost", 9), (3, "lead", 3)
    )
    lead, offer, won = FUNNEL.measure(told)
    assert (lead.reached, lead.conversion, lead.days.value, lead.waiting) == (3, Rate(2, 3), 3, 1)
    assert (offer.reached, offer.conversion, offer.days.value, offer.waiting) == (2, Rate(1, 2), Decimal("7.5"), 0)
    assert (won.reached, won.conversion, won.waiting) == (1, Rate(0, 0), 0)


def test_a_stage_that_was_skipped_was_passed_and_going_back_is_no_progress():
    skipped = FUNNEL.measure(entries((1, "lead", 1), (1, "won", 9)))
    assert [stage.reached for stage in skipped] == [1, 1, 1]
    back = FUNNEL.measure(entries((1, "offer", 1), (1, "lead", 9)))
    assert [(stage.reached, stage.waiting) for stage in back] == [(1, 1), (1, 0), (0, 0)]
    assert [stage.reached for stage in FUNNEL.measure(entries((1, "spam", 1)))] == [0, 0, 0]


@given(st.permutations(entries((1, "lead", 1), (1, "offer", 5), (2, "lead", 2), (2, "lost", 9), (3, "offer", 3))))
def test_the_order_of_entries_changes_nothing(told):
    assert FUNNEL.measure(told) == FUNNEL.measure(sorted(told, key=lambda entry: entry["on"]))


def test_a_figure_of_a_stage_is_a_metric():
    told = entries((1, "lead", 1), (1, "offer", 5), (2, "lead", 2))
    passed = Metric("passed", of="stage_entries", formula=StageFigure(FUNNEL, "lead"))
    days = Metric("days", of="stage_entries", formula=StageFigure(FUNNEL, "lead", "days"))
    assert (passed.measure(told), passed.unit) == (Rate(1, 2), "fraction")
    assert (days.measure(told).value, days.unit) == (4, "days")


def test_velocity_multiplies_what_flows_by_what_is_won():
    found = sales_velocity(50, Rate(1, 4), Ratio(120_000, 12, "CNY"), Ratio(1200, 20, "days"))
    assert (found.unit, round(found.value, 2)) == ("CNY per days", Decimal("2083.33"))
    nothing = sales_velocity(50, Rate(0, 0), Ratio(1, 1, "CNY"), Ratio(1, 1, "days"))
    assert nothing == Figure(None, "CNY per days", "no value: the denominator is 0")


# ------------------------------------------------------------------ cohorts


def test_cohorts_follow_those_who_came_together():
    bought = [
        ("a", date(2026, 1, 5)),
        ("a", date(2026, 3, 9)),
        ("b", date(2026, 1, 7)),
        ("c", date(2026, 2, 1)),
        ("c", date(2026, 4, 1)),
        ("b", date(2026, 1, 5)),
    ]
    assert cohorts(bought, until=date(2026, 3, 31)) == (
        Cohort(Period.parse("2026-01"), 2, (Rate(2, 2), Rate(0, 2), Rate(1, 2))),
        Cohort(Period.parse("2026-02"), 1, (Rate(1, 1), Rate(0, 1))),
    )


@pytest.mark.parametrize(
    ("grain", "name"),
    [("week", "2026-W21"), ("month", "2026-05"), ("quarter", "2026-Q2"), ("half-year", "2026-H1"), ("year", "2026")],
)
def test_a_day_lies_in_a_calendar_period(grain, name):
    assert str(period_of(date(2026, 5, 20), grain)) == name
    assert period_of(date(2026, 5, 20), grain).contains(date(2026, 5, 20))


# ------------------------------------------------------------------ accuracy


@pytest.mark.parametrize(
    ("measure", "value"),
    [("mape", "0.15"), ("wape", "0.1333333333333333333333333333"), ("bias", "-0.1333333333333333333333333333")],
)
def test_accuracy_is_measured_as_named(measure, value):
    found = ForecastAccuracy(measure).measure([100, 50], [90, 40.0])
    assert found.value == Decimal(value)


def test_actuals_below_zero_count_by_their_size():
    assert ForecastAccuracy("mape").measure([-10], [-5]).value == Decimal("0.5")
    assert ForecastAccuracy("wape").measure([-10, 10], [-5, 10]).value == Decimal("0.25")
    assert ForecastAccuracy("bias").measure([-10], [-5]).value == Decimal("0.5")


@pytest.mark.parametrize(
    ("definition", "actual", "reason"),
    [
        (ForecastAccuracy("mape"), [1, 0], "no value: 1 actual is 0"),
        (ForecastAccuracy("mape"), [0, 0], "no value: 2 actuals are 0"),
        (ForecastAccuracy("mape", zero="leave out"), [0, 0], "no value: nothing to compare"),
        (ForecastAccuracy("mape"), [], "no value: nothing to compare"),
        (ForecastAccuracy("wape"), [0, 0], "no value: all actuals are 0"),
        (ForecastAccuracy("bias"), [], "no value: nothing to compare"),
    ],
)
def test_without_an_actual_there_is_a_reason(definition, actual, reason):
    assert definition.measure(actual, [1] * len(actual)).reason == reason


def test_zeros_may_be_left_out_or_divided_by_epsilon():
    assert ForecastAccuracy("mape", zero="leave out").measure([100, 0], [90, 5]).value == Decimal("0.1")
    assert ForecastAccuracy.scikit_learn().measure([0], [1]).value == 2**52


def test_accuracy_is_measured_over_records():
    metric = Metric("off", of="forecasts", formula=ForecastAccuracy())
    assert (metric.measure([{"actual": 100, "forecast": 80}]).value, metric.unit) == (Decimal("0.2"), "fraction")
