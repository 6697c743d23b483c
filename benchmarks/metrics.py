"""Key figures of orders beside pandas, and growth with the records: ``./dev bench metrics [--json] [--quick]``.

One pass over 400,000 order lines in memory, ours as tuples, those of pandas as a frame with the same columns and
whole numbers of the minor unit, so that both are exact: revenue, lines, purchases, buyers, repeat-purchase rate and
the share of the largest fifth. Answers are compared first. Times are CPU times, medians over rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from benchmarks._timing import MILLI, Figure, clocked, parsed, report
from crmrules.metrics import ContributionShare, Metric, Rate, ShareOf, order_figures
from crmrules.metrics import usual_metric as usual
from crmrules.periods import Period

LINES = 400_000
YEAR = Period.parse("2025")


def main() -> None:
    options = parsed(__doc__)
    report(figures(quick=options.quick), as_json=options.as_json)


def figures(*, quick: bool) -> Iterator[Figure]:
    rounds = 3 if quick else 7
    lines = drawn(LINES)
    frame = framed(lines)
    assert ours(lines) == theirs(frame), (ours(lines), theirs(frame))
    times = clocked({"crmrules": lambda: ours(lines), "pandas": lambda: theirs(frame)}, rounds)
    for name, took in times.items():
        yield Figure(f"order figures of {LINES:,} lines: {name}", took.middle * MILLI, took.least * MILLI, "ms")
    mine, rival = times["crmrules"], times["pandas"]
    yield Figure("order figures: ours / pandas", mine.middle / rival.middle, mine.least / rival.least, "x", 2.5)
    exact = [(who, order, day, Decimal(amount) / 100, item) for who, order, day, amount, item in lines]
    took = clocked({"decimals": lambda: ours(exact)}, rounds)["decimals"]
    yield Figure("the same with Decimal amounts", took.middle * MILLI, took.least * MILLI, "ms", note="pandas has none")
    yield from growth(rounds, most=100_000 if quick else 1_000_000)


def growth(rounds: int, most: int) -> Iterator[Figure]:
    """Measure how the time grows from few records to many; 1 is linear."""
    metric: Metric = usual("first_contact_resolution")
    assert isinstance(metric.formula, ShareOf)
    for what, make, ask in (
        ("order figures", drawn, ours),
        ("a rate of cases", cases, metric.measure),
    ):
        least = most // 100
        few, many = make(least), make(most)
        times = clocked(
            {"few": lambda few=few, ask=ask: ask(few), "many": lambda many=many, ask=ask: ask(many)}, rounds
        )  # type: ignore[misc]
        each = [took / count for took, count in ((times["few"].middle, least), (times["many"].middle, most))]
        yield Figure(f"{what}, {most:,} records", times["many"].middle * MILLI, times["many"].least * MILLI, "ms")
        yield Figure(f"{what}: time a record, {most:,} / {least:,}", each[1] / each[0], each[1] / each[0], "x", 1.6)


def drawn(count: int) -> list[Any]:
    """Return order lines of a year: about two a purchase, ten a customer, one in fifty a return."""
    chance = Random("orders")
    start = YEAR.start
    found = []
    for number in range(count):
        order = number // 2
        customer = f"C{chance.randrange(count // 10 + 1) if number % 2 == 0 else int(found[-1][0][1:])}"
        day = start + timedelta(days=order % 365)
        amount = chance.randrange(100, 100_000) * (-1 if chance.random() < 0.02 else 1)
        found.append((customer, order, day, amount, "item"))
    return found


def cases(count: int) -> list[Any]:
    chance = Random("cases")
    return [{"resolved": chance.random() < 0.9, "contacts": chance.randrange(1, 4)} for _ in range(count)]


def ours(lines: list[Any]) -> tuple[Any, ...]:
    found = order_figures(lines, YEAR)
    spent: dict[Any, Any] = {}
    for who, _, _, amount, _ in lines:
        spent[who] = spent.get(who, 0) + amount
    share = ContributionShare("0.2").of(spent)
    rate: Rate = found.repeat_purchase_rate
    return (
        *(int(found.revenue.value), int(found.lines.value), int(found.purchases.value)),
        *(rate.numerator, rate.denominator, int(share.numerator)),
    )


def framed(lines: list[Any]) -> Any:
    import pandas as pd

    frame = pd.DataFrame(lines, columns=["customer", "order", "day", "amount", "item"])
    return frame.astype({"day": "datetime64[ns]"})


def theirs(frame: Any) -> tuple[Any, ...]:
    inside = frame[(frame["day"] >= str(YEAR.start)) & (frame["day"] < str(YEAR.end))]
    sold = inside[inside["amount"] > 0]
    counts = sold.drop_duplicates(["customer", "order"]).groupby("customer").size()
    spent = inside.groupby("customer")["amount"].sum().sort_values(ascending=False)
    top = -(-len(spent) // 5)
    return (
        *(int(inside["amount"].sum()), len(inside), int(counts.sum())),
        *(int((counts > 1).sum()), len(counts), int(spent.iloc[:top].sum())),
    )


if __name__ == "__main__":
    main()
