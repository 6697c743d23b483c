"""Decisions, explanations, handbooks, large tables, start-up and documents: ``./dev bench tables [--json] [--quick]``.

Times are CPU times, medians over interleaved rounds with the garbage collector on; ``min`` is the best round.
A speed of 0.45 x beside hand-written code means that it takes 1 / 0.45 of its time.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random
from typing import Any

from benchmarks._customers import by_hand, by_hand_exact, by_hand_of_objects, policy, records_of
from benchmarks._documents import SIZES, grid, misspelt_document, row_document, unknown_key_document, words
from benchmarks._peers import PEERS, TABLES, peers
from benchmarks._timing import MICRO, MILLI, Clocked, Contestant, Figure, clocked, parsed, race, report
from crmrules.conditions import Fact
from crmrules.documents import loads, packaged
from crmrules.errors import DocumentError

AS_OF = date(2026, 6, 30)
EXTRAS = ("cattrs", "yaml", "tomli_w", "pydantic", "narwhals", "altair")
ASKED = "from crmrules.segmentation import TierPolicy"
EQUAL = 2_000
"""So many records are compared with slow peers before the race; the quick contestants are compared on all."""


def machine(rounds: int) -> Iterator[Figure]:
    """Yield the time of a fixed piece of work: where it differs between runs, so do all other times, not the ratios."""
    seconds = clocked({"loop": lambda: sum(number & 7 for number in range(1_000_000))}, rounds)["loop"]
    yield _time("this machine: a million steps of a generator", seconds, MILLI, "ms")


def tiers(records: int, rounds: int) -> Iterator[Figure]:
    """Yield the seven-row table beside hand-written code and its peers, for each kind of amount."""
    made = records_of(records)
    tuned = Contestant("if/else with Decimal bounds", by_hand_exact, made.exact)
    yield from _beside("Decimal", by_hand, made.exact, [*peers(made.exact, made.floats), tuned], rounds)
    yield from _beside("int", by_hand, made.whole, peers(made.whole, made.whole), rounds)
    yield from _beside("float", by_hand, made.floats, peers(made.floats, made.floats), rounds)
    yield from _beside("Decimal, objects", by_hand_of_objects, made.objects, [], rounds)


def _beside(
    kind: str, hand: Callable[[Any], str], records: Sequence[Any], others: Sequence[Contestant], rounds: int
) -> Iterator[Figure]:
    size = policy()
    ours = [
        Contestant("if/else", hand, records),
        Contestant("decide()", lambda record: size.decide(record).value, records),
        Contestant("value()", size.value, records),
    ]
    check_equal(ours, others)
    ours[1] = Contestant("decide()", size.decide, records)
    found = race([*ours, *others], rounds)
    for name, seconds in found.items():
        yield _time(f"{kind}: {name}", seconds, MICRO, "us")
    hand_written = found["if/else"]
    yield _speed(f"{kind}: decide() beside if/else", hand_written, found["decide()"], 0.45)
    yield _speed(f"{kind}: value() beside if/else", hand_written, found["value()"], 0.8)
    rivals = [name for name in PEERS if name in found]
    if rivals:
        table = min(TABLES, key=lambda name: found[name].middle)
        fastest = min(rivals, key=lambda name: found[name].middle)
        yield _speed(f"{kind}: decide() beside the fastest peer with rows", found[table], found["decide()"], 4, table)
        yield _speed(f"{kind}: decide() beside the fastest peer of all", found[fastest], found["decide()"], 4, fastest)
        yield _speed(f"{kind}: value() beside the fastest peer of all", found[fastest], found["value()"], None, fastest)


def check_equal(ours: Sequence[Contestant], others: Sequence[Contestant]) -> None:
    """Stop if any contestant answers a record differently from the hand-written code."""
    hand, *rest = ours
    expected = [hand.answer(record) for record in hand.records]
    for each in (*rest, *others):
        step = 1 if each in rest else max(1, len(expected) // EQUAL)
        for right, record in zip(expected[::step], each.records[::step], strict=True):
            got = each.answer(record)
            if got != right:
                sys.exit(f"{each.name} answers {got!r}, not {right!r}, for {record!r}")


def explanations(rounds: int) -> Iterator[Figure]:
    """Yield the time of the explanation tree of the seven-row table, and of its text."""
    size = policy()
    decisions = [size.decide(record) for record in records_of(200).exact]
    trees = [decision.why() for decision in decisions]
    found = clocked(
        {
            "tree": lambda: [decision.why() for decision in decisions],
            "text": lambda: [tree.text() for tree in trees],
            "chinese": lambda: [tree.text("zh") for tree in trees],
        },
        rounds,
    )
    each = MICRO / len(decisions)
    yield _time("explanation: decision.why()", found["tree"], each, "us", 60)
    yield _time("explanation: its text, in English", found["text"], each, "us")
    yield _time("explanation: its text, in Chinese", found["chinese"], each, "us")


def handbooks(rounds: int) -> Iterator[Figure]:
    """Yield the time of one tier by a packaged handbook, and of all it answers."""
    uplift = packaged("uplift")
    records = list(_records_for([uplift.facts.fact(name) for name in uplift.reads()], 2_000))
    ask = partial(uplift.decide, as_of=AS_OF, ask=("tier",))
    found = race(
        [Contestant("tier", ask, records), Contestant("all", partial(uplift.decide, as_of=AS_OF), records)], rounds
    )
    yield _time('handbook "uplift": decide(ask=("tier",))', found["tier"], MICRO, "us", 8)
    yield _time(f'handbook "uplift": decide(), all {len(uplift.outcomes)} outcomes', found["all"], MICRO, "us")


def _records_for(facts: Sequence[Fact], number: int) -> Iterator[dict[str, Any]]:
    random = Random(3)
    for _ in range(number):
        yield {fact.name: _value_for(fact, random) for fact in facts}


def _value_for(fact: Fact, random: Random) -> Any:
    """Return a plausible value of a fact."""
    match fact.type:
        case "choice":
            return random.choice(fact.choices)
        case "labels":
            return frozenset(fact.choices[: random.randint(0, 2)])
        case "money" | "number":
            return Decimal(int(10 ** random.uniform(4, 9))).scaleb(-2)
        case "integer":
            return random.randint(int(fact.minimum or 0), int(fact.maximum or 30))
        case "ratio":
            return Decimal(random.randint(0, 100)).scaleb(-2)
        case "flag":
            return random.random() < 0.5
        case "date":
            return date(random.randint(2015, 2025), random.randint(1, 12), 15)
        case _:
            return "x"


def large_tables(rounds: int) -> Iterator[Figure]:
    """Yield the times of tables of 30, 300 and 3,000 rows, and how they grow."""
    random = Random(4)
    for kind, make, records in (
        ("choice x 2 intervals", grid, [_cell(random) for _ in range(5_000)]),
        ("text keys", words, [{"item": f"SKU-{random.randrange(3_300):05}"} for _ in range(5_000)]),
    ):
        policies = {rows: make(rows) for rows in SIZES}
        check_rows(policies[30], records)
        found = race([Contestant(str(rows), each.decide, records) for rows, each in policies.items()], rounds)
        for rows in SIZES:
            yield _time(f"{kind}: decide() by {rows:,} rows", found[str(rows)], MICRO, "us")
        small, large = found["30"], found["3000"]
        grown = Figure(
            f"{kind}: 3,000 rows beside 30",
            large.middle / small.middle,
            large.least / small.least,
            "x",
            10,
            note="linear: 100 x",
        )
        yield grown


def _cell(random: Random) -> dict[str, Any]:
    return {
        "region": f"region-{random.randrange(10)}",
        "annual_spend": Decimal(random.randrange(2_200_000)).scaleb(-2),
        "purchases": random.randrange(33),
    }


def check_rows(policy: Any, records: Sequence[Any]) -> None:
    """Stop if the table does not answer as its rows, walked one by one, say."""
    from crmrules.conditions import evaluate

    for record in records[:200]:
        fired = (row.id for row in policy.table.rows if evaluate(row.when, record))
        expected = tuple(row for row in (next(fired, None),) if row is not None)
        if policy.decide(record).rows != expected:
            sys.exit(f"the table fires {policy.decide(record).rows}, not {expected}, for {record!r}")


def imports(rounds: int) -> Iterator[Figure]:
    """Yield the CPU time of the import above that of the bare interpreter, each in a process of its own."""
    tasks = {"bare": "pass", "ours": ASKED, "documents": "import crmrules.documents"}
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            found[name].append(float(_python(f"{task}; import time; print(time.process_time())")))
    bare, ours, documents = (Clocked.of(found[name]) for name in tasks)
    for name, seconds, target in ((ASKED, ours, 150), ("import crmrules.documents", documents, None)):
        above = Clocked(seconds.middle - bare.middle, seconds.least - bare.least)
        yield _time(name, above, MILLI, "ms", target, f"above {bare.middle * MILLI:.0f} ms")
    loaded = _python(f"{ASKED}; import sys; print(*(name for name in {EXTRAS} if name in sys.modules))").strip()
    number = len(loaded.split())
    yield Figure("modules of documents and extras that it loads", number, number, "", 0, note=loaded)


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def documents(rounds: int) -> Iterator[Figure]:
    """Yield the times of large documents; each round reads texts that were never read before."""
    shifts = count()
    record = {"business_type": "b2b", "annual_spend": Decimal("1500.50"), "purchases": 3}
    tasks: dict[str, Callable[[], Any]] = {
        "load a handbook of 1,000 rows and decide": lambda: loads(row_document(1_000, next(shifts))).decide(record),
        "report 1,000 misspelt facts": lambda: _problems(misspelt_document(1_000, next(shifts))),
        "report 1,000 unknown keys": lambda: _problems(unknown_key_document(1_000, next(shifts))),
    }
    for name, seconds in clocked(tasks, rounds).items():
        yield _time(f"document: {name}", seconds, MILLI, "ms", 500)


def _problems(document: str) -> None:
    try:
        loads(document)
    except DocumentError as wrong:
        unplaced = [problem for problem in wrong.problems[:100] if not problem.line]
        if len(wrong.problems) != 101 or unplaced:
            sys.exit(f"expected 100 problems with positions and a count of the rest, got {wrong.problems}")
    else:
        sys.exit("a wrong document was accepted")


def _time(name: str, seconds: Clocked, scale: float, unit: str, target: float | None = None, note: str = "") -> Figure:
    return Figure(name, seconds.middle * scale, seconds.least * scale, unit, target, note=note)


def _speed(name: str, other: Clocked, ours: Clocked, target: float | None, note: str = "") -> Figure:
    return Figure(name, other.middle / ours.middle, other.least / ours.least, "x", target, "at least", note)


def main() -> None:
    options = parsed(__doc__)
    records, rounds = (20_000, 3) if options.quick else (100_000, 9)

    def figures() -> Iterator[Figure]:
        yield from machine(rounds)
        yield from tiers(records, rounds)
        yield from explanations(rounds)
        yield from handbooks(rounds)
        yield from large_tables(rounds)
        yield from imports(5 if options.quick else 15)
        yield from documents(3 if options.quick else 5)

    report(figures(), as_json=options.as_json)


if __name__ == "__main__":
    main()
