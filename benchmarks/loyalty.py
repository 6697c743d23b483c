"""Points ledgers: ``./dev bench loyalty [--json] [--quick]``.

One programme: a point a yuan, twelve months to the end of the month, redemptions cut to the balance. The batch takes
plain tuples, de-duplicates ids and traces each redemption to its lots; the replay takes event objects and makes full
entries. CPU times; both must answer alike before anything is timed. There is no other library to stand beside.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import process_time
from typing import Any

from benchmarks._timing import MILLI, Figure, clocked, parsed, report
from crmrules.events import Event
from crmrules.loyalty import Earn, Expiry, PointsProgram, replay_batch

PROGRAM = PointsProgram(
    "bench",
    currency="CNY",
    earn=Earn(1, per=1),
    expires=Expiry(months=12, at_end_of="month"),
    over="clamp",
    timezone="Asia/Shanghai",
)
START = date(2023, 1, 1)
DAYS = 1_000
END = date(2025, 12, 31)
Row = tuple[str, str, date, str, int]


def main() -> None:
    options = parsed(__doc__)
    report(figures(quick=options.quick), as_json=options.as_json)


def figures(*, quick: bool) -> Iterator[Figure]:
    most = 100_000 if quick else 1_000_000
    agree(rows(20_000))
    yield from speeds(most)
    yield from objects(20_000 if quick else 200_000)
    yield from one_account()
    yield memory(50_000)


def rows(number: int) -> list[Row]:
    """Return events of a tenth as many customers: the first of each buys, then three in ten spend."""
    chance, customers = Random(7), number // 10
    days = [START + timedelta(days=place * DAYS // number) for place in range(number)]
    return [
        (
            f"c{place if place < customers else chance.randrange(customers)}",
            f"e{place:07}",
            days[place],
            "redeem" if place >= customers and chance.random() < 0.3 else "purchase",
            chance.randrange(1, 500),
        )
        for place in range(number)
    ]


def events(given: list[Row]) -> list[Event]:
    """Return the same as event objects, at noon."""
    moments = {row[2]: datetime(row[2].year, row[2].month, row[2].day, 4, tzinfo=UTC) for row in given}
    facts = {"redeem": "points", "purchase": "amount"}
    return [
        Event(kind, moments[day], name, facts={"customer": customer, facts[kind]: number})
        for customer, name, day, kind, number in given
    ]


def agree(given: list[Row]) -> None:
    """Stop unless the batch and the replay of events answer alike."""
    batch = replay_batch(PROGRAM, given, as_of=END)
    accounts = PROGRAM.replay_all(events(given), as_of=END)
    assert batch.balances == {name: account.balance for name, account in accounts.items()}
    assert batch.totals == accounts.totals
    assert batch.totals.gap == 0


def speeds(most: int) -> Iterator[Figure]:
    """Measure the batch at growing sizes, and that it grows in step with them."""
    each: dict[int, float] = {}
    for number in (most // 100, most // 10, most):
        given = rows(number)
        seconds = least(lambda given=given: replay_batch(PROGRAM, given, as_of=END), 3)  # type: ignore[misc]
        each[number] = seconds / number
        target = 250_000 if number == most else None
        name = f"batch of {number:,} tuples, events a second"
        yield Figure(name, 1 / each[number], 1 / each[number], "", target, "at least")
    ratio = each[most] / each[most // 100]
    yield Figure(f"time an event, {most:,} / {most // 100:,}", ratio, ratio, "x", 2)


def objects(number: int) -> Iterator[Figure]:
    """Measure the replay of event objects with full entries."""
    given = events(rows(number))
    gc.collect()
    gc.freeze()  # the events themselves are the caller's, not what is measured
    seconds = least(lambda: PROGRAM.replay_all(given, as_of=END), 3)
    gc.unfreeze()
    name = f"replay of {number:,} event objects, events a second"
    yield Figure(name, number / seconds, number / seconds, "", 50_000, "at least")


def one_account() -> Iterator[Figure]:
    """Measure one account with a thousand events."""
    given = [Event(each.kind, each.at, each.id, facts=each.facts) for each in events(rows(1_000))]
    found = clocked({"one": lambda: PROGRAM.replay(given, as_of=END)}, 15)["one"]
    yield Figure("one account with 1,000 events", found.middle * MILLI, found.least * MILLI, "ms", 10)


def memory(number: int) -> Figure:
    """Measure what an open lot takes once a batch is done."""
    given = rows(number)
    tracemalloc.start()
    batch = replay_batch(PROGRAM, given, as_of=date(2023, 12, 1))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    lots = sum(lot[3] > 0 for lot in batch.lots)
    return Figure("memory an open lot, batch", size / lots, size / lots, "B", note=f"{lots:,} open lots")


def least(call: Callable[[], Any], rounds: int) -> float:
    """Return the CPU seconds of the best round."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        call()
        best = min(best, process_time() - start)
    return best


if __name__ == "__main__":
    main()
