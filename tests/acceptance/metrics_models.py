"""The models of repeat buying among the published figures, by the metric's name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from crmrules.purchases import (
    BgBb,
    BgNbd,
    FutureValue,
    GammaGamma,
    Holdout,
    Occasions,
    ParetoNbd,
    PurchaseHistory,
    RepeatSpend,
    cumulative_purchases,
    spend_independence,
)
from crmrules.spans import days

Operation = Callable[[dict[str, Any], Path | None], Any]
DAY_ONE = date(2000, 1, 1)


@cache
def rows(data: Path) -> list[dict[str, str]]:
    """Return the rows of a file."""
    with data.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def histories(data: Path | None, unit: Any = "week") -> list[PurchaseHistory]:
    """Return the histories of a file, under either set of column names."""
    assert data is not None
    names = ("x", "t_x") if "x" in rows(data)[0] else ("frequency", "recency")
    return [PurchaseHistory(int(row[names[0]]), float(row[names[1]]), float(row["T"]), unit) for row in rows(data)]


def spending(data: Path | None) -> list[RepeatSpend]:
    """Return what the customers of a file spend."""
    assert data is not None
    return [RepeatSpend(int(row["x"]), float(row["zbar"])) for row in rows(data)]


@cache
def bgnbd(data: Path | None, unit: Any = "week") -> Any:
    """Return the fit of BG/NBD to a file."""
    return BgNbd.fit(histories(data, unit))


@cache
def pareto(data: Path | None) -> Any:
    """Return the fit of Pareto/NBD to a file."""
    return ParetoNbd.fit(histories(data))


def parameters(fit: Any, *names: str) -> dict[str, Any]:
    """Return the parameters of a fit, and its log-likelihood."""
    return {**{name: getattr(fit.model, name) for name in names}, "log_likelihood": fit.log_likelihood}


def fitted(fit: Callable[[Path | None], Any], *names: str) -> Operation:
    """Return what gives the parameters of a fit; the log-likelihood too where the publisher prints one."""
    return lambda _, data: parameters(fit(data), *names)


def gamma_gamma(data: Path | None) -> Any:
    """Return the fit of Gamma-Gamma to a file."""
    return GammaGamma.fit(spending(data))


def donors(data: Path | None) -> Any:
    """Return the fit of BG/BB to a file of counted histories."""
    assert data is not None
    counts = {
        Occasions(int(row["frequency"]), int(row["recency"]), int(row["periods"])): int(row["weights"])
        for row in rows(data)
    }
    return BgBb.fit(counts)


def model_of(inputs: dict[str, Any], kind: Any, *names: str) -> Any:
    """Return a model with the parameters of a case."""
    return kind(*(str(inputs[name]) for name in names))


def bgnbd_path(inputs: dict[str, Any], data: Path | None) -> Any:
    """Return the purchases of a new customer up to several times."""
    return [bgnbd(data).model.expected(time) for time in inputs["t"]]


def history(inputs: dict[str, Any], x: int) -> PurchaseHistory:
    """Return the history of a case."""
    return PurchaseHistory(x, inputs["t_x"], inputs["T"])


def bgnbd_conditional(inputs: dict[str, Any], data: Path | None) -> Any:
    """Return the purchases to expect of a customer."""
    return bgnbd(data).model.expected(inputs["t"], history(inputs, inputs["x"]))


def bgnbd_probabilities(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the chances of so many purchases."""
    model = model_of(inputs, BgNbd, "r", "alpha", "a", "b")
    return [model.probability(x, inputs["t"]) for x in inputs["x"]]


def bgnbd_alive(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the chance that a customer is still one."""
    return model_of(inputs, BgNbd, "r", "alpha", "a", "b").alive(history(inputs, inputs["x"]))


def pareto_alive(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the chance that a customer is still one."""
    return model_of(inputs, ParetoNbd, "r", "alpha", "s", "beta").alive(history(inputs, inputs["x"]))


def pareto_conditional(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the purchases to expect of customers."""
    model = model_of(inputs, ParetoNbd, "r", "alpha", "s", "beta")
    return [model.expected(inputs["t"], history(inputs, x)) for x in inputs["x"]]


def expected_spend(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return the spending to expect of customers."""
    model = model_of(inputs, GammaGamma, "p", "q", "gamma")
    pairs = zip(inputs["x"], inputs["mean_spend"], strict=True)
    return [model.expected(RepeatSpend(x, mean)) for x, mean in pairs]


def future_values(inputs: dict[str, Any], data: Path | None) -> Any:
    """Return discounted values as the page computes them: its weekly data is declared as days, of 30 a month."""
    model = FutureValue(
        bgnbd(data, "day").model,
        gamma_gamma(data).model,
        monthly_discount=str(inputs["monthly_discount"]),
        month="30 days",
    )
    pairs = list(zip(histories(data, "day"), spending(data), strict=True))[: inputs["first"]]
    return [model.of(bought, spent, months=inputs["months"]) for bought, spent in pairs]


@cache
def purchase_days(data: Path) -> dict[int, list[date]]:
    """Return the days of purchase of each customer of a file of transactions."""
    found: dict[int, list[date]] = {}
    for row in rows(data):
        found.setdefault(int(row["id"]), []).append(date.fromisoformat(row["date"][:10]))
    return found


def summaries(inputs: dict[str, Any], data: Path | None) -> Any:
    """Return repeats, recency and age of customers."""
    assert data is not None
    end = date.fromisoformat(inputs["observation_end"])
    known = (PurchaseHistory.of(purchase_days(data)[who], end, inputs["unit"]) for who in inputs["ids"])
    return [[each.repeats, each.recency, each.age] for each in known]


def summaries_in_two(inputs: dict[str, Any], data: Path | None) -> Any:
    """Return repeats, recency and age up to a day, and repeats and time after it."""
    assert data is not None
    cut, end = (date.fromisoformat(inputs[name]) for name in ("calibration_end", "observation_end"))
    parts = (Holdout.of(purchase_days(data)[who], cut, end, inputs["unit"]) for who in inputs["ids"])
    return [[each.known.repeats, each.known.recency, each.known.age, each.repeats, each.duration] for each in parts]


def adding_up(inputs: dict[str, Any], _: Path | None) -> Any:
    """Return purchases as they add up."""
    events = [(who, DAY_ONE + timedelta(days=day)) for who, day in inputs["events"]]
    return list(cumulative_purchases(events, every=days(inputs["by"]), count_first=inputs["count_first"]))


def repeaters(_: dict[str, Any], data: Path | None) -> Any:
    """Return how many customers bought again."""
    return sum(each.repeats > 0 for each in histories(data))


def mean_spend(_: dict[str, Any], data: Path | None) -> Any:
    """Return the mean of what customers with a repeat spend per purchase."""
    known = [each.mean for each in spending(data) if each.repeats]
    return sum(known) / len(known)


OPERATIONS: dict[str, Operation] = {
    "bgbb_fit": fitted(donors, "alpha", "beta", "gamma", "delta"),
    "bgnbd_conditional_expected": bgnbd_conditional,
    "bgnbd_expected": bgnbd_path,
    "bgnbd_fit": fitted(bgnbd, "r", "alpha", "a", "b"),
    "bgnbd_p_alive": bgnbd_alive,
    "bgnbd_pmf": bgnbd_probabilities,
    "clv_dcf": future_values,
    "cumulative_repeat_by_week": adding_up,
    "gamma_gamma_conditional_mean": expected_spend,
    "gamma_gamma_fit": fitted(gamma_gamma, "p", "q", "gamma"),
    "mean_repeat_spend": mean_spend,
    "pareto_nbd_conditional_expected": pareto_conditional,
    "pareto_nbd_fit": fitted(pareto, "r", "alpha", "s", "beta"),
    "pareto_nbd_p_alive": pareto_alive,
    "pearson": lambda _, data: spend_independence(spending(data)),
    "repeat_customer_count": repeaters,
    "repeat_summary": summaries,
    "repeat_summary_split": summaries_in_two,
}
