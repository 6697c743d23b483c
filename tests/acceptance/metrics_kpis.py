"""The key performance indicators among the published figures, by the metric's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Any

from crmrules.metrics import (
    ChurnCounts,
    ChurnRate,
    EffortScore,
    ForecastAccuracy,
    NetScore,
    PerTime,
    Rate,
    RevenueChurn,
    RevenueMoves,
    Satisfaction,
    Scale,
    SimpleValue,
    WinRate,
    aligned,
    daily_terms,
    monthly_revenue,
    proportion_interval,
)
from crmrules.periods import Period

CHURN_RULES = {
    "start_cohort": ChurnRate.cohort(),
    "all_churns_over_start": ChurnRate.basic(),
    "exclude_joined_and_reactivated": ChurnRate.chartmogul(),
    "all_churns_over_start_and_joined": ChurnRate.stripe(),
}
"""The rules of the file, as presets of the library."""


def interval(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the ends of the interval of a share."""
    found = proportion_interval(
        inputs["successes"],
        inputs["trials"],
        method=inputs["method"],
        confidence=str(inputs["confidence"]),
        sides=inputs["sides"],
        clip=inputs.get("clip", True),
    )
    return [found.low, found.high]


def net_promoter_score(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the score of 100 answers, of which the shares are given."""
    for_it, against = inputs["pct_promoters"], inputs["pct_detractors"]
    return NetScore(for_it, 100 - for_it - against, against).value


def percent(rate: Any) -> Any:
    """Return a fraction in percent, as the publishers of rates print it."""
    return rate.value * 100


def satisfaction(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the share of satisfied answers in percent."""
    return percent(Satisfaction().of(**inputs))


def satisfaction_scale(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return how a vendor reads the answers of its scales."""
    vendor = getattr(Scale, inputs["vendor"])
    sides = ("negative", "neutral", "positive")
    scales = {points: vendor(int(points)) for points in inputs["scales"]}
    return {points: {side: list(getattr(scale, side)) for side in sides} for points, scale in scales.items()}


def effort(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the mean answer about effort."""
    return EffortScore("average").measure(inputs["counts"]).value


def churn_counts(inputs: dict[str, Any]) -> ChurnCounts:
    """Return the counts of a case; some publishers give those lost of the start alone."""
    later = inputs.get("joined_and_churned", 0)
    churned = inputs["churned"] if "churned" in inputs else inputs["churned_from_start"] + later
    joined = inputs.get("joined", later)
    return ChurnCounts(
        start=inputs["start"],
        joined=joined,
        churned=churned,
        joined_and_churned=later,
        reactivated=inputs.get("reactivated", 0),
    )


def churn(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the customers lost in percent."""
    return percent(CHURN_RULES[inputs["rule"]].of(churn_counts(inputs)))


def retention(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the customers kept in percent."""
    return percent(CHURN_RULES[inputs["rule"]].retention(churn_counts(inputs)))


def daily_percent(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the share lost each day, in percent."""
    return [term * 100 for term in daily_terms(inputs["days"]) if term is not None]


def revenue_churn(kind: str) -> Callable[[dict[str, Any], Path | None], Any]:
    """Return what gives the share of revenue lost, gross or net."""

    def churned(inputs: dict[str, Any], _: Path | None) -> Any:
        definition = RevenueChurn.chartmogul(kind)  # type: ignore[arg-type]
        if inputs["formula"] == "shopify_daily_sum":
            return definition.of_days(inputs["days"]).value
        parts = {name.removesuffix("_mrr"): amount for name, amount in inputs.items() if name.endswith("_mrr")}
        return definition.of(RevenueMoves(**parts)).value

    return churned


def recurring_revenue(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return recurring revenue a month."""
    return monthly_revenue((line["subscribers"], line["amount"], line["interval"]) for line in inputs["lines"]).value


def simple_value(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return revenue over churn."""
    return SimpleValue.chartmogul().of(*monthly(inputs)).value


def simple_value_without_churn(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return what one vendor showed without churn, before and now."""
    before, now = SimpleValue.chartmogul_before().of(*monthly(inputs)), SimpleValue.chartmogul().of(*monthly(inputs))
    return {"help_page_old": before.value, "help_page_current": now.reason}


def monthly(inputs: dict[str, Any]) -> tuple[PerTime, PerTime]:
    """Return revenue and churn a month."""
    return PerTime(inputs["arpa"], "month"), PerTime(str(inputs["monthly_churn"]), "month")


def win_rate(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the deals won in percent."""
    counts = {name: count for name, count in inputs.items() if name != "rule"}
    return percent(WinRate(inputs["rule"]).of(**counts))


def mape(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the mean absolute percentage error."""
    return ForecastAccuracy("mape").measure(inputs["actual"], inputs["forecast"]).value


def mape_over_epsilon(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the error as scikit-learn computes it for an actual of 0; by default there is none."""
    base, power = map(int, inputs["epsilon"].split("**"))
    assert ForecastAccuracy("mape").measure(inputs["actual"], inputs["forecast"]).value is None
    definition = ForecastAccuracy("mape", zero="epsilon", epsilon=Decimal(base) ** power)
    return definition.measure(inputs["actual"], inputs["forecast"]).value


def ratio_without_denominator(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return an unguarded quotient, as its publisher once showed it, and the rate of nothing, which has no value."""
    rate = Rate(inputs["numerator"], inputs["denominator"])
    with localcontext() as unguarded:
        unguarded.traps[InvalidOperation] = False
        quotient = Decimal(inputs["numerator"]) / inputs["denominator"]
    return {"gitlab_before": str(quotient).lower(), "gitlab_after": rate.value}


def prior_period(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the first and last day of the period to compare with."""
    last = date.fromisoformat(inputs["end"])
    found = aligned(Period(date.fromisoformat(inputs["start"]), last + timedelta(days=1)), inputs["rule"])
    return [str(found.start), str(found.last_day)]


OPERATIONS: dict[str, Callable[[dict[str, Any], Path | None], Any]] = {
    "ces_average": effort,
    "csat": satisfaction,
    "csat_scale": satisfaction_scale,
    "customer_churn_rate": churn,
    "customer_retention_rate": retention,
    "daily_churn_terms": daily_percent,
    "gross_mrr_churn_rate": revenue_churn("gross"),
    "ltv_simple": simple_value,
    "ltv_simple_edge": simple_value_without_churn,
    "mape": mape,
    "mape_epsilon": mape_over_epsilon,
    "mrr": recurring_revenue,
    "net_mrr_churn_rate": revenue_churn("net"),
    "nps": net_promoter_score,
    "prior_period": prior_period,
    "proportion_interval": interval,
    "ratio_edge": ratio_without_denominator,
    "win_rate": win_rate,
}
