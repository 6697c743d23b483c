"""Scores, reviews and purchase models beside pandas and lifetimes: ``./dev bench segmentation [--json] [--quick]``.

RFM with segments and the repeat rate in plain Python and in pandas on the same prepared rows (CDNOW and Online Retail
from the folder ``shared`` beside the project), one customer scored with frozen cut points, 24 monthly reviews of
4,338 customers, and BG/NBD on 2,357 customers. Times are CPU times, medians over rounds; answers are compared first.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks._timing import MICRO, MILLI, Figure, parsed, report
from crmrules.facts import facts, number
from crmrules.purchases import BgNbd, PurchaseHistory
from crmrules.segmentation import Rfm, TierPolicy
from crmrules.spans import months
from crmrules.tables import otherwise
from crmrules.transitions import Steady

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
Orders = list[tuple[str, str, date, float]]


def main() -> None:
    options = parsed(__doc__)
    report(figures(quick=options.quick), as_json=options.as_json)


def figures(*, quick: bool) -> Iterator[Figure]:
    rounds = 1 if quick else 5
    for name, orders, as_of in (
        ("cdnow", cdnow(), date(1998, 7, 1)),
        ("online retail", online_retail(), date(2011, 12, 10)),
    ):
        yield from beside(name, orders, as_of, rounds)
    yield from scored(rounds)
    yield from reviewed(rounds)
    yield from fitted(rounds)


def timed(call: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Return the median and the least CPU seconds of a call."""
    found = []
    for _ in range(rounds):
        start = process_time()
        call()
        found.append(process_time() - start)
    return sorted(found)[len(found) // 2], min(found)


def cdnow() -> Orders:
    rows = (line.split() for line in (SHARED / "cdnow" / "CDNOW_master.txt").read_text().splitlines()[1:])
    return [
        (row[0], str(place), date(int(row[1][:4]), int(row[1][4:6]), int(row[1][6:])), float(row[3]))
        for place, row in enumerate(rows)
        if len(row) == 4
    ]


def online_retail() -> Orders:
    """One row an invoice: the usual clean set."""
    spent: dict[tuple[str, str], list[Any]] = {}
    with gzip.open(SHARED / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            amount = int(row["Quantity"]) * float(row["UnitPrice"])
            if row["CustomerID"] and amount > 0:
                key = (row["CustomerID"], row["InvoiceNo"])
                spent.setdefault(key, [date.fromisoformat(row["InvoiceDate"][:10]), 0.0])[1] += amount
    return [(customer, order, day, amount) for (customer, order), (day, amount) in spent.items()]


def plainly(orders: Orders, as_of: date) -> tuple[Counter[str], float]:
    """Return the segments and the repeat rate, in plain Python."""
    last: dict[str, date] = {}
    count: defaultdict[str, int] = defaultdict(int)
    spend: defaultdict[str, float] = defaultdict(float)
    for customer, _, day, amount in orders:
        if customer not in last or day > last[customer]:
            last[customer] = day
        count[customer] += 1
        spend[customer] += amount
    records = [
        {"days_since_last_order": (as_of - last[each]).days, "orders": count[each], "spend": round(spend[each], 2)}
        for each in last
    ]
    model = Rfm().fit(records, as_of)
    return Counter(map(model.value, records)), sum(each > 1 for each in count.values()) / len(count)


def in_pandas(frame: Any, as_of: date) -> tuple[Counter[str], float]:
    """Return the same with pandas: groups, quantile cuts, and the map by score."""
    import pandas as pd

    found = frame.groupby("customer").agg(day=("day", "max"), orders=("order", "size"), spend=("amount", "sum"))
    found["days"] = (pd.Timestamp(as_of) - found["day"]).dt.days
    found["spend"] = found["spend"].round(2)
    scores = {}
    for column in ("days", "orders", "spend"):
        cuts = found[column].quantile([0.2, 0.4, 0.6, 0.8]).to_numpy()
        scores[column] = cuts.searchsorted(found[column], side="left") + 1
    cells = pd.Series((6 - scores["days"]) * 100 + scores["orders"] * 10 + scores["spend"])
    usual = Rfm().segments
    names = {r * 100 + f * 10 + m: usual.segment(r, f, m) for r, f, m in usual.cells()}
    return Counter(cells.map(names)), float((found["orders"] > 1).mean())


def beside(name: str, orders: Orders, as_of: date, rounds: int) -> Iterator[Figure]:
    import pandas as pd

    frame = pd.DataFrame(orders, columns=["customer", "order", "day", "amount"])
    frame["day"] = pd.to_datetime(frame["day"])
    ours, theirs = plainly(orders, as_of), in_pandas(frame, as_of)
    if ours != theirs:
        raise SystemExit(f"{name}: the answers differ: {ours} and {theirs}")
    mine = timed(lambda: plainly(orders, as_of), rounds)
    peer = timed(lambda: in_pandas(frame, as_of), rounds)
    yield Figure(f"RFM and repeat rate, {name}", mine[0] * MILLI, mine[1] * MILLI, "ms")
    yield Figure(f"RFM and repeat rate, {name}: beside pandas", mine[0] / peer[0], mine[1] / peer[1], "x", 2)


def scored(rounds: int) -> Iterator[Figure]:
    records = [{"days_since_last_order": n, "orders": n % 17, "spend": n * 7 % 1_000} for n in range(1_000)]
    model = Rfm().fit(records, date(2026, 6, 30))
    decide = model.decide
    middle, least = (each / 20_000 * MICRO for each in timed(lambda: [decide(each) for each in records * 20], rounds))
    yield Figure("one customer scored with frozen cut points", middle, least, "us", 5)


def reviewed(rounds: int) -> Iterator[Figure]:
    dice = random.Random(7)
    f = facts(spend=number(minimum=0))
    when = {"core": f.spend >= 2_000, "important": f.spend >= 500, "basic": otherwise}
    size = TierPolicy("size", gives="tier", tiers=tuple(when), when=when)
    steady = Steady(size, band={"spend": "20%"}, confirm=2, hold=months(6))
    days = [months(1).after(date(2010, 1, 31), month) for month in range(24)]
    histories = [[(day, {"spend": round(dice.lognormvariate(6.5, 1.2), 2)}) for day in days] for _ in range(4_338)]
    middle, least = timed(lambda: [steady.replay(history) for history in histories], rounds)
    yield Figure("24 monthly reviews of 4,338 customers", middle, least, "s", 3, note="facts prepared")


def fitted(rounds: int) -> Iterator[Figure]:
    with (SHARED / "cdnow" / "cdnow_customers_summary.csv").open(encoding="utf-8") as text:
        rows = [(int(row["frequency"]), float(row["recency"]), float(row["T"])) for row in csv.DictReader(text)]
    histories = [PurchaseHistory(*row) for row in rows]
    mine = timed(lambda: BgNbd.fit(histories), rounds)
    try:
        import pandas as pd
        from lifetimes import BetaGeoFitter
    except ImportError:
        yield Figure("BG/NBD fitted to 2,357 customers", mine[0] * MILLI, mine[1] * MILLI, "ms", note="no lifetimes")
        return
    frame = pd.DataFrame(rows, columns=["x", "recency", "age"])
    theirs = BetaGeoFitter().fit(frame["x"], frame["recency"], frame["age"])
    ours = BgNbd.fit(histories).model
    for name in ("r", "alpha", "a", "b"):
        if abs(float(getattr(ours, name)) - theirs.params_[name]) > 1e-3:
            raise SystemExit(f"BG/NBD: the parameters differ: {ours} and {theirs.params_}")
    peer = timed(lambda: BetaGeoFitter().fit(frame["x"], frame["recency"], frame["age"]), rounds)
    yield Figure("BG/NBD fitted to 2,357 customers", mine[0] * MILLI, mine[1] * MILLI, "ms")
    yield Figure("BG/NBD fitted: beside lifetimes", mine[0] / peer[0], mine[1] / peer[1], "x", 1.2)


if __name__ == "__main__":
    main()
