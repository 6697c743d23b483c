"""Orders read beside a bare ``csv.reader``, and the whole way to tiers: ``./dev bench books [--json] [--quick]``.

Times are CPU times, medians over interleaved rounds; ``min`` is the best round. The rows of a pass are kept until
it ends, by all contestants alike, since this is what a book does.
"""

from __future__ import annotations

import csv
import gzip
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

from benchmarks._customers import policy
from benchmarks._timing import Clocked, Figure, clocked, parsed, report
from crmrules.book import BookMap, Row, Rows, read_map, read_rows
from crmrules.cli import main as main_of_crmrules
from crmrules.purchases import OrderFact, summarise

ROOT = Path(__file__).resolve().parent.parent
RETAIL = ROOT.parent / "shared" / "data" / "online_retail"
RETAIL_MAP = ROOT / "tests" / "data_maps" / "online_retail.toml"
AS_OF = date(2026, 6, 30)
FEWEST_ORDERS, CUSTOMERS = 20_000, 5_000
MOST = 2.5

BOOK_MAP = """\
crmrules_book = 1
name = "bench"
currency = "CNY"
timezone = "Asia/Shanghai"

[orders]
file = "orders.csv"

[orders.columns]
customer = "customer"
order = "order"
item = "item"
at = "at"
quantity = { type = "integer" }
price = "price"
amount = { product = ["quantity", "price"] }
"""


def write_book(folder: Path, lines: int) -> None:
    """Write a map and an order file: 5,000 customers and 3,000 items, each at its price or a tenth off."""
    random = Random(5)
    prices = [Decimal(random.randrange(50, 90_000)).scaleb(-2) for _ in range(3_000)]
    (folder / "book.toml").write_text(BOOK_MAP, encoding="utf-8")
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("order", "customer", "at", "item", "name", "quantity", "price", "country"))
        writer.writerows(_order_line(random, number, prices) for number in range(lines))


def _order_line(random: Random, number: int, prices: Sequence[Decimal]) -> tuple[object, ...]:
    item = random.randrange(len(prices))
    price = prices[item] if random.random() < 0.8 else (prices[item] * 9 / 10).quantize(Decimal("0.01"))
    day = AS_OF - timedelta(days=random.randrange(500))
    customer, quantity = f"C{random.randrange(CUSTOMERS):06}", random.randrange(1, 40)
    return (100_000 + number // 4, customer, day, f"SKU-{item}", f"Gift, no. {item}", quantity, price, "CN")


def orders_by_hand(path: Path) -> list[Row]:
    """Read the generated file, as a competent person would write it."""
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for order, customer, at, item, _, quantity, price, _ in reader:
            count, each = int(quantity), Decimal(price)
            rows.append((customer, order, item, date.fromisoformat(at), count, each, count * each))
    return rows


def retail_by_hand(path: Path) -> list[Row]:
    """Read Online Retail, as a competent person would write it."""
    rows: list[Row] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for order, item, _, quantity, at, price, customer, _ in reader:
            if not customer:
                continue
            count, each = int(quantity), Decimal(price)
            if count < 0 or each <= 0:
                continue
            day = date.fromisoformat(at[:10])
            rows.append((customer.removesuffix(".0"), order, item, day, count, each, count * each))
    return rows


def map_in(file: Path) -> BookMap:
    return read_map(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))


def excluded(row: Row) -> str | None:
    """Say which rule leaves a row of Online Retail out; columns are in the order of its map."""
    if row[0] is None:
        return "no-customer"
    if row[4] < 0:
        return "cancelled"
    return "free" if row[5] <= 0 else None


def beside(name: str, by_hand: Callable[[], list[Row]], ours: Callable[[], Rows], rounds: int) -> Iterator[Figure]:
    """Yield how long it takes to read a file both ways, once the rows are found to be the same."""
    rows = ours()
    if list(rows) != by_hand():
        sys.exit(f"{name}: the rows differ")
    number = rows.read
    del rows
    found = clocked({"hand": by_hand, "ours": ours}, rounds)
    hand, mine = found["hand"], found["ours"]
    yield _seconds(f"{name}: csv.reader by hand, {number:,} lines", hand)
    yield _seconds(f"{name}: read_rows", mine)
    yield Figure(f"{name}: read_rows beside csv.reader", mine.middle / hand.middle, mine.least / hand.least, "x", MOST)


def whole(name: str, rows: Callable[[], Rows], as_of: date, rounds: int) -> Iterator[Figure]:
    """Yield how long the way from a file to the tier of every customer takes, and its steps."""
    read = rows()
    definitions = {
        "annual_spend": OrderFact("spend", over="trailing 12 months"),
        "purchases": OrderFact("orders", over="trailing 12 months"),
    }
    line_of = itemgetter(*(read.place(column) for column in ("customer", "order", "at", "amount", "item")))

    def facts(found: Rows) -> Sequence[dict[str, Any]]:
        summary = summarise(map(line_of, found), definitions, as_of)
        return [{"business_type": "b2c", **each} for each in summary.customers.values()]

    size = policy()
    made = facts(read)
    tasks: dict[str, Callable[[], Any]] = {
        f"compute facts of {len(made):,} customers": lambda: facts(read),
        "decide": lambda: [size.decide(each) for each in made],
        "whole: read, compute, decide": lambda: [size.decide(each) for each in facts(rows())],
    }
    for task, seconds in clocked(tasks, rounds).items():
        yield _seconds(f"{name}: {task}", seconds)


def _seconds(name: str, seconds: Clocked) -> Figure:
    return Figure(name, seconds.middle, seconds.least, "s")


def command(name: str, folder: Path, book_map: Path, as_of: date, rounds: int) -> Iterator[Figure]:
    """Yield how long ``crmrules run`` takes, results written."""
    with tempfile.TemporaryDirectory() as out:
        told = ["run", "uplift", "--book", str(folder), "--map", str(book_map), "--as-of", as_of.isoformat()]
        told += ["--currency-of", "book", "--out", out, "--format", "json"]

        def run() -> None:
            with redirect_stdout(StringIO()) as talk, redirect_stderr(talk):
                code = main_of_crmrules(told)
            if code > 1:
                sys.exit(f"crmrules {' '.join(told)} failed: {talk.getvalue()}")

        yield _seconds(f"{name}: whole: crmrules run uplift", clocked({"run": run}, rounds)["run"])


def generated(lines: int, rounds: int) -> Iterator[Figure]:
    """Yield the figures of a generated file."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_book(folder, lines)
        orders = map_in(folder / "book.toml").file("orders")
        ours = partial(read_rows, folder, orders)
        yield from beside("generated orders", lambda: orders_by_hand(folder / orders.path), ours, rounds)
        yield from whole("generated orders", ours, AS_OF, rounds)
        yield from command("generated orders", folder, folder / "book.toml", AS_OF, rounds)


def retail(rounds: int) -> Iterator[Figure]:
    """Yield the figures of Online Retail, if it is here."""
    if not RETAIL.exists():
        print(f"{RETAIL} is not here: Online Retail is skipped", file=sys.stderr)
        return
    book_map = map_in(RETAIL_MAP)
    orders = book_map.file("orders")
    ours = partial(read_rows, RETAIL, orders, timezone=book_map.timezone, excluded_by=excluded)
    as_of = date(2011, 12, 9)
    yield from beside("online retail", lambda: retail_by_hand(RETAIL / orders.path), ours, rounds)
    yield from whole("online retail", ours, as_of, rounds)
    yield from command("online retail", RETAIL, RETAIL_MAP, as_of, rounds)


def main() -> None:
    options = parsed(__doc__)
    lines, rounds = (FEWEST_ORDERS, 3) if options.quick else (200_000, 5)

    def figures() -> Iterator[Figure]:
        yield from generated(lines, rounds)
        yield from retail(1 if options.quick else 3)

    report(figures(), as_json=options.as_json)


if __name__ == "__main__":
    main()
