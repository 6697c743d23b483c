"""Churn by every definition, from counts and from memberships; and revenue churn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import MissingFactError, PolicyError
from crmrules.metrics import (
    ChurnCounts,
    ChurnRate,
    Fields,
    Metric,
    Rate,
    Ratio,
    RevenueChurn,
    RevenueMoves,
    compare,
    daily_terms,
    monthly_revenue,
)
from crmrules.periods import Month, Period, Quarter

MONTH = ChurnCounts(start=1000, joined=500, churned=62, joined_and_churned=12)
JANUARY = Month(2026, 1)


def membership(customer, joined, left=None):
    return {
        "customer": customer,
        "joined_on": date.fromisoformat(joined),
        "left_on": None if left is None else date.fromisoformat(left),
    }


def test_one_month_has_many_churn_rates():
    rates = {
        "cohort": ChurnRate.cohort(),
        "chartmogul": ChurnRate.chartmogul(),
        "stripe": ChurnRate.stripe(),
        "baremetrics": ChurnRate.baremetrics(),
        "average": ChurnRate("average"),
        "end": ChurnRate("end"),
    }
    assert {name: str(rate.of(MONTH)).split(" (")[0] for name, rate in rates.items()} == {
        "cohort": "50 of 1,000 = 5 %",
        "chartmogul": "50 of 1,000 = 5 %",
        "stripe": "62 of 1,500 = 4.13 %",
        "baremetrics": "62 / 1,000 = 6.2 %",
        "average": "62 / 1,219 = 5.09 %",
        "end": "62 / 1,438 = 4.31 %",
    }


def test_a_rate_has_an_interval_only_where_the_lost_are_among_the_denominator():
    assert isinstance(ChurnRate.cohort().of(MONTH), Rate)
    assert isinstance(ChurnRate.basic().of(MONTH), Ratio)
    assert isinstance(ChurnRate.basic().of(ChurnCounts(start=10, churned=1)), Rate)
    assert ChurnRate.cohort().of(ChurnCounts()).value is None


def test_retention_is_the_rest():
    assert ChurnRate.cohort().retention(MONTH) == Rate(950, 1000)
    assert ChurnRate.basic().retention(MONTH) == Ratio(938, 1000)


@pytest.mark.parametrize(
    ("memberships", "counts"),
    [
        ([membership("a", "2025-01-01")], {"start": 1}),
        ([membership("a", "2025-01-01", "2026-01-01")], {"start": 1, "churned": 1}),
        ([membership("a", "2025-01-01", "2025-12-31")], {}),
        ([membership("a", "2025-01-01", "2026-01-31")], {"start": 1, "churned": 1}),
        ([membership("a", "2025-01-01", "2026-02-01")], {"start": 1}),
        ([membership("a", "2026-01-01")], {"joined": 1}),
        ([membership("a", "2026-01-31")], {"joined": 1}),
        ([membership("a", "2026-02-01")], {}),
        ([membership("a", "2026-01-10", "2026-01-20")], {"joined": 1, "churned": 1, "joined_and_churned": 1}),
        (
            [membership("a", "2025-01-01", "2026-01-10"), membership("a", "2026-01-20")],
            {"start": 1, "churned": 1, "reactivated": 1},
        ),
        (
            [membership("a", "2025-01-01", "2025-06-01"), membership("a", "2026-01-05", "2026-01-20")],
            {"joined": 1, "churned": 1, "joined_and_churned": 1},
        ),
        (
            [membership("a", "2025-01-01", "2026-01-10"), membership("a", "2026-01-12", "2026-01-20")],
            {"start": 1, "churned": 1},
        ),
    ],
)
def test_memberships_are_counted_once_per_customer(memberships, counts):
    assert ChurnCounts.of(memberships, JANUARY) == ChurnCounts(**counts)


spells = st.lists(
    st.tuples(st.integers(0, 5), st.integers(-60, 60), st.one_of(st.none(), st.integers(0, 40))), max_size=12
)


def apart(raw):
    """Return memberships of the drawn spells, without those that overlap one before."""
    found, free = [], {}
    for who, start, length in sorted(raw, key=lambda spell: spell[:2]):
        joined = JANUARY.start + timedelta(days=start)
        if who in free and (free[who] is None or free[who] > joined):
            continue
        left = None if length is None else joined + timedelta(days=length)
        free[who] = left
        found.append({"customer": who, "joined_on": joined, "left_on": left})
    return found


def walked(memberships, period):
    """Return counts of a period, by walking through it day by day."""

    def there(who, day):
        return any(
            each["customer"] == who and each["joined_on"] < day and (each["left_on"] is None or day <= each["left_on"])
            for each in memberships
        )

    customers = {each["customer"] for each in memberships}
    days = [period.start + timedelta(days=number) for number in range(period.days)]
    start = {who for who in customers if there(who, period.start)}
    end = {who for who in customers if there(who, period.end)}
    churned = {each["customer"] for each in memberships if each["left_on"] in days}
    joined = {each["customer"] for each in memberships if each["joined_on"] in days} - start
    return start, joined, churned, end


@given(spells)
def test_counts_are_those_of_a_walk_through_the_days(raw):
    memberships = apart(raw)
    start, joined, churned, end = walked(memberships, JANUARY)
    found = ChurnCounts.of(memberships, JANUARY)
    assert (found.start, found.joined, found.churned) == (len(start), len(joined), len(churned))
    assert found.reactivated == len(churned & end)
    assert found.joined_and_churned == len((churned & joined) - end)
    assert found.end == len(end)
    assert ChurnCounts.of(memberships[::-1], JANUARY) == found


@given(spells)
def test_every_definition_gives_a_share_or_a_reason(raw):
    for rate in (ChurnRate.cohort(), ChurnRate.chartmogul(), ChurnRate.stripe()):
        found = rate.measure(apart(raw), JANUARY)
        assert (found.value is None) == bool(found.reason)
        assert found.value is None or 0 <= found.value <= 1


def test_daily_churn_adds_up_each_day():
    memberships = [
        membership(n, "2025-12-01", "2026-01-01" if n < 5 else "2026-01-02" if n < 10 else None) for n in range(100)
    ]
    found = ChurnRate.shopify().measure(memberships, Period.parse("2026-01-01/2026-01-03"))
    assert found.value == Decimal("0.1026315789473684210526315789")
    assert ChurnRate.shopify().of_days([]).reason == "no value: the denominator is 0"
    assert ChurnRate.shopify().of_days([(0, 0)]).value is None


def test_who_comes_back_the_same_day_is_not_lost_where_that_is_excluded():
    memberships = [membership("a", "2025-12-01", "2026-01-02"), membership("a", "2026-01-02")]
    period = Period.parse("2026-01-02/2026-01-03")
    assert ChurnRate("daily").measure(memberships, period).value == 1
    assert ChurnRate("daily", ("reactivated",)).measure(memberships, period).value == 0


def test_a_comparison_says_where_two_definitions_part():
    assert str(compare(ChurnRate.stripe(), ChurnRate.chartmogul(), MONTH)) == (
        "Stripe: lost of start and joined: 62 of 1,500 = 4.13 % (95 %: 3.2 … 5.3 %)\n"
        "ChartMogul: lost of start, without joined and churned and reactivated: "
        "50 of 1,000 = 5 % (95 %: 3.8 … 6.5 %)\n"
        "12 joined and churned count as lost in the first only\n"
        "the first divides by 1,500 (start and joined), the second by 1,000 (start)"
    )
    again = compare(ChurnRate.cohort(), ChurnRate.basic(), MONTH)
    assert again.reasons == ("12 joined and churned count as lost in the second only",)


def test_definitions_that_agree_say_so():
    memberships = [membership("a", "2025-01-01", "2026-02-03"), membership("b", "2025-01-01")]
    told = str(compare(ChurnRate.stripe(), ChurnRate("start"), memberships, Quarter(2026, 1)))
    assert told.splitlines()[1:] == ["lost of start: 1 of 2 = 50 % (95 %: 9.5 … 90.5 %)", "they agree"]


def test_a_metric_measures_churn_or_retention_of_a_period():
    rows = [{"customer": n, "from": date(2025, 1, 1), "to": date(2026, 1, 9) if n < 3 else None} for n in range(10)]
    named = Fields("customer", "from", "to")
    churn = Metric("churn", of="memberships", formula=ChurnRate(fields=named), better="lower")
    kept = Metric("kept", of="memberships", formula=ChurnRate(fields=named, gives="retention"))
    assert (churn.measure(rows, JANUARY), kept.measure(rows, JANUARY)) == (Rate(3, 10), Rate(7, 10))
    assert churn.unit == "fraction"
    with pytest.raises(PolicyError, match="a churn rate must be asked about a period, got None"):
        churn.measure(rows)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ChurnCounts(start=-1), "ChurnCounts.start must be a whole number of at least 0, got -1"),
        (
            lambda: ChurnCounts(start=5, churned=1, reactivated=2),
            "ChurnCounts.churned must hold those 2 who are among them, got 1",
        ),
        (
            lambda: ChurnCounts(start=5, churned=6),
            "ChurnCounts.churned must be among the 5 customers of the period, got 6",
        ),
        (
            lambda: ChurnRate("begin"),
            "ChurnRate.denominator must be one of start, average, end, start and joined, daily, got 'begin'",
        ),
        (
            lambda: ChurnRate("start", ("late",)),
            "ChurnRate.exclude must hold joined_and_churned or reactivated, got 'late'",
        ),
        (lambda: ChurnRate(gives="both"), "ChurnRate.gives must be 'churn' or 'retention', got 'both'"),
        (
            lambda: ChurnRate("daily", gives="retention"),
            "ChurnRate.gives must be 'churn' with a daily denominator, got 'retention'",
        ),
        (
            lambda: ChurnRate.shopify().of(MONTH),
            "a daily churn must be asked with of_days or measure, got 'counts of a period'",
        ),
        (lambda: daily_terms([(5, 6)]), "the end of a day must lie between 0 and its start 5, got 6"),
        (
            lambda: compare(ChurnRate(), ChurnRate(), []),
            "compare must be given the period of the memberships, got None",
        ),
        (
            lambda: ChurnCounts.of([membership("a", "2026-01-05", "2026-01-01")], JANUARY),
            "the day customer 'a' left must be at least the day of joining 2026-01-05, got datetime.date(2026, 1, 1)",
        ),
        (
            lambda: ChurnCounts.of([membership("a", "2025-01-05"), membership("a", "2026-01-01")], JANUARY),
            "customer 'a' must have left before joining again, got '2026-01-01 after None'",
        ),
        (lambda: RevenueMoves(start=-5), "RevenueMoves.start must be at least 0, got -5"),
        (lambda: RevenueChurn("nett"), "RevenueChurn.kind must be 'gross' or 'net', got 'nett'"),
        (
            lambda: monthly_revenue([(1, 10, "fortnight")]),
            "the interval of a price must be one of month, quarter, half-year, year, got 'fortnight'",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(make, sentence):
    with pytest.raises(PolicyError) as wrong:
        make()
    assert str(wrong.value) == sentence


def test_a_membership_without_its_fields_says_what_is_missing():
    with pytest.raises(MissingFactError, match="fact 'left_on' is needed"):
        ChurnCounts.of([{"customer": 1, "joined_on": date(2026, 1, 1)}], JANUARY)


# ------------------------------------------------------------------ revenue


def test_net_churn_may_leave_out_revenue_won_back():
    moves = RevenueMoves(start=1000, churned=100, contraction=50, expansion=30, reactivation=20, new=500)
    assert RevenueChurn("gross").of(moves) == Ratio(150, 1000)
    assert RevenueChurn.chartmogul().of(moves) == Ratio(100, 1000)
    assert RevenueChurn("net", reactivation=False).of(moves) == Ratio(120, 1000)
    assert RevenueChurn("net").retention(moves) == Ratio(900, 1000)
    assert RevenueChurn("gross").of(RevenueMoves(churned=5)).value is None


def test_growth_of_old_customers_makes_net_churn_negative():
    assert RevenueChurn("net").of(RevenueMoves(start=100, churned=5, expansion=20)).value == Decimal("-0.15")


def test_revenue_churn_day_by_day():
    assert RevenueChurn().of_days([(100, 95), (95, "85.5")]).value == Decimal("0.15")
