"""Proving, comparing and telling the impact of rules: ``./dev bench analysis [--json] [--quick]``.

Times are CPU times, medians over rounds. There is no peer to race: the one that proves tables does it in another
language, without customers. The tables of another engine's samples are read from ``shared`` beside the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from attrs import evolve

from benchmarks._timing import MILLI, Clocked, Figure, clocked, parsed, report
from crmrules.analysis import Subject, check, diff
from crmrules.book import Book
from crmrules.documents import packaged
from crmrules.facts import Sheet, choice, facts, number
from crmrules.handbook import run
from crmrules.tables import Row, Table

ROOT = Path(__file__).resolve().parent.parent
ZEN = ROOT.parent / "shared" / "acceptance" / "zen_tables.json"
CUSTOMERS, ORDERS = 4_338, 20_000
AS_OF = date(2026, 6, 30)


def main() -> None:
    options = parsed(__doc__)
    report(figures(rounds=3 if options.quick else 9), as_json=options.as_json)


def figures(*, rounds: int) -> Iterator[Figure]:
    yield from samples(rounds)
    yield from random_tables(rounds)
    yield from versions(rounds)
    yield from impacts(rounds)
    names = ("core", "cq", "sales", "strat", "uplift")
    rules = {name: packaged(name) for name in names}
    for name, found in clocked({name: partial(check, rules[name]) for name in names}, rounds).items():
        yield millis(f"check the packaged handbook {name}", found)


def millis(name: str, found: Clocked, most: float | None = None) -> Figure:
    return Figure(name, found.middle * MILLI, found.least * MILLI, "ms", most)


def samples(rounds: int) -> Iterator[Figure]:
    """Check every table of the other engine's samples."""
    if not ZEN.is_file():
        return
    from tests.acceptance.zen_tables import facts_of, table_of

    document = json.loads(ZEN.read_text(encoding="utf-8"))
    tables = [each for each in document["tables"] if each.get("analysed")]
    subjects = [Subject(each["id"], table_of(each, facts_of(each))) for each in tables]
    rows = sum(len(each.table.rows) for each in subjects)
    found = clocked({"all": lambda: [check(each) for each in subjects]}, rounds)["all"]
    yield millis(f"check {len(subjects)} sample tables, {rows} rows", found, 300)


def drawn(rows: int, columns: int, seed: int, blank: float) -> tuple[Sheet, Table]:
    """Return a random table: every other column a choice of six, the rest ranges of numbers; some cells blank."""
    draw = Random(seed)
    sheet = facts(
        {f"n{n}": number(unknown=False) if n % 2 else choice(*"abcdef", unknown=False) for n in range(columns)}
    )
    made = []
    for place in range(rows):
        cells = [_cell(draw, n) for n in range(columns) if draw.random() >= blank]
        made.append(Row(f"r{place}", sheet.condition(" and ".join(cells) or "n1 > 0"), draw.choice("ABCD")))
    return sheet, Table(tuple(made), "first", otherwise="Z")


def _cell(draw: Random, column: int) -> str:
    if column % 2:
        low = draw.randint(0, 90)
        return f"{low} <= n{column} < {low + draw.randint(5, 60)}"
    return f"n{column} in {draw.sample('abcdef', draw.randint(1, 4))}"


def random_tables(rounds: int) -> Iterator[Figure]:
    """Check random tables of 100 rows and 8 columns, from sparse to dense."""
    for blank in (0.3, 0.5, 0.6, 0.7, 0.8):
        tables = [drawn(100, 8, seed, blank)[1] for seed in range(3)]
        times = clocked({str(n): partial(check, table) for n, table in enumerate(tables)}, min(rounds, 3))
        slowest = max(times.values(), key=lambda each: each.middle)
        left = sum(len(check(table).of("undecided")) for table in tables)
        yield millis(f"check 100 rows x 8 columns, {blank:.0%} blank, {left} questions open", slowest, 2_000)


def versions(rounds: int) -> Iterator[Figure]:
    """Compare two versions of a table of 200 rows, five of which have changed."""
    for blank in (0.3, 0.5, 0.7):
        sheet, old = drawn(200, 8, 7, blank)
        rows: list[Any] = list(old.rows)
        for place in (10, 60, 120, 180):
            rows[place] = evolve(rows[place], outcome="Q")
        rows[150] = evolve(rows[150], when=sheet.condition("n1 > 50"))
        new = evolve(old, rows=tuple(rows))
        found = clocked({"diff": partial(diff, old, new)}, rounds)["diff"]
        change = diff(old, new)
        told = f"{len(change)} changes{', not all listed' if change.open else ''}"
        yield millis(f"diff of 200 rows, {blank:.0%} blank: {told}", found, 1_000)


def impacts(rounds: int) -> Iterator[Figure]:
    """Decide 4,338 customers by two versions of a handbook."""
    draw = Random(3)
    customers = [
        {
            "customer": f"C{n}",
            "business_type": draw.choice(["b2b", "b2c"]),
            "strategic_fit": draw.choice(["high", "low"]),
        }
        for n in range(CUSTOMERS)
    ]
    orders = [
        {
            "customer": f"C{draw.randrange(CUSTOMERS)}",
            "order": str(n),
            "at": AS_OF - timedelta(days=draw.randrange(800)),
            "amount": draw.randrange(10, 400_000),
        }
        for n in range(ORDERS)
    ]
    book = Book(currency="CNY", customers=customers, orders=orders)
    old = packaged("uplift")
    policies = tuple(policy for policy in old.policies)
    old = evolve(old, policies=policies, parts={})
    change = diff(old, old.with_changes({"b2b_core_floor": 500_000, "loyal_rate": "0.5"}))
    before = run(old, book, AS_OF)
    tasks = {
        f"impact on {CUSTOMERS:,} customers, once they are decided": lambda: change.impact(before, AS_OF),
        f"impact on {CUSTOMERS:,} customers and {ORDERS:,} orders, from the book": lambda: change.impact(book, AS_OF),
    }
    for name, found in clocked(tasks, rounds).items():
        yield millis(name, found, 1_000)


if __name__ == "__main__":
    main()
