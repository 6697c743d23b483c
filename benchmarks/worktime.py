"""Deadlines and time worked beside other libraries: ``./dev bench worktime [--json] [--quick]``.

Monday to Friday 9-18 with a lunch break and 30 holidays a year; then a case whose promises are replayed.
Times are CPU times, medians over rounds, one library after the other; a ratio beside a peer says how many times
its time is ours. Answers are compared first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks._cases import DUES, NOW, case, policy
from benchmarks._desks import Desk, desks, ours
from benchmarks._timing import MICRO, MILLI, Clocked, Figure, clocked, parsed, report

START = datetime(2026, 3, 2, 15, 20, 7, tzinfo=UTC)
HOURS = (2, 48, 72, 2000)
SPANS = {"1 day": 1, "1 month": 30, "1 year": 365, "10 years": 3650}
MOST_SECONDS = 0.2


def main() -> None:
    options = parsed(__doc__)
    report(figures(quick=options.quick), as_json=options.as_json)


def figures(*, quick: bool) -> Iterator[Figure]:
    yield from cold()
    rivals = list(desks())
    rounds = 3 if quick else 9
    for hours in HOURS:
        calls = {desk.name: partial(desk.add, START, hours) for desk in rivals if desk.add is not None}
        yield from beside(f"add {hours} h", calls, rivals, rounds, aim=True)
    flat: dict[str, Clocked] = {}
    for name, days in SPANS.items():
        end = START + timedelta(days=days, hours=1)
        calls = {desk.name: partial(desk.worked, START, end) for desk in rivals if desk.worked is not None}
        for figure in beside(f"worked over {name}", calls, rivals, rounds, aim=days >= 30):
            if figure.unit == "us" and figure.name.endswith(": crmrules"):
                flat[name] = Clocked(figure.measured, figure.least)
            yield figure
    ratio = flat["10 years"].middle / flat["1 day"].middle
    yield from replays(rounds)
    yield Figure("worked over 10 years / 1 day", ratio, flat["10 years"].least / flat["1 day"].least, "x", 1.5)


def cold() -> Iterator[Figure]:
    """Measure a new calendar and its first answer, over one and over ten years."""
    for years in (1, 10):
        end = START + timedelta(days=300 if years == 1 else 3650)
        found = clocked({"cold": lambda end=end: ours().worked(START, end)}, 9)["cold"]  # type: ignore[misc]
        middle, least = (seconds * MILLI / years for seconds in (found.middle, found.least))
        yield Figure(f"cold calendar and first answer, {years} years, per year", middle, least, "ms", 2)


def replays(rounds: int) -> Iterator[Figure]:
    """Measure the replay of a case with all its clocks asked; the answers are compared first."""
    promised, happened = policy(), case()

    def replay() -> dict[str, Any]:
        clocks = promised.replay(happened, as_of=NOW)
        return {name: (clock.due, clock.state, clock.remaining)[0] for name, clock in clocks.items()}

    found = replay()
    if found != DUES:
        raise AssertionError(f"a case of {len(happened.events)} events: expected {DUES}, got {found}")
    took = clocked({"replay": replay}, rounds, repeats(replay))["replay"]
    what = f"a case with {len(happened.events)} events and {len(found)} promises replayed"
    yield Figure(what, took.middle * MICRO, took.least * MICRO, "us", 250)


def beside(
    what: str, calls: dict[str, Callable[[], Any]], rivals: list[Desk], rounds: int, *, aim: bool
) -> Iterator[Figure]:
    """Time every library that answers as we do; a peer that differs is named and not compared."""
    expected = calls["crmrules"]()
    differing = {name: answer for name, call in calls.items() if (answer := call()) != expected}
    for name, answer in differing.items():
        print(f"{what}: {name} answers {answer}, we {expected}", file=sys.stderr)
    same = {name: call for name, call in calls.items() if name not in differing}
    counts = {name: repeats(call) for name, call in same.items()}
    times = {name: clocked({name: call}, rounds, counts[name])[name] for name, call in same.items()}
    mine = times["crmrules"]
    zoned = {desk.name for desk in rivals if desk.zoned}
    for name, took in times.items():
        yield Figure(f"{what}: {name}", took.middle * MICRO, took.least * MICRO, "us")
        if name != "crmrules":
            target = 1.0 if aim and name in zoned else None
            yield Figure(
                f"{what}: {name} / ours", took.middle / mine.middle, took.least / mine.least, "x", target, "at least"
            )


def repeats(call: Callable[[], Any]) -> int:
    """Return how many calls take about as long as a round should."""
    once = clocked({"once": call}, 3)["once"].middle
    return max(1, min(5_000, int(MOST_SECONDS / max(once, 1e-6))))


if __name__ == "__main__":
    main()
