"""Timing contestants side by side, and the figures that come of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import process_time
from typing import Any, Literal

__all__ = ["Clocked", "Contestant", "Figure", "clocked", "parsed", "race", "report"]

MICRO = 1_000_000
MILLI = 1_000
PASS_SECONDS = 0.1
"""About as long as one pass of a contestant takes; slow ones get a part of the records."""

FEWEST = 200


@dataclass(frozen=True)
class Clocked:
    """CPU seconds of one thing, over several rounds."""

    middle: float
    least: float

    @staticmethod
    def of(seconds: Iterable[float]) -> Clocked:
        found = list(seconds)
        return Clocked(median(found), min(found))


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Args:
        name: What was measured.
        measured: The median.
        least: The best round, for times; of a ratio, the one of the best rounds.
        unit: ``us``, ``ms``, ``s``, ``x`` for a ratio, or a word.
        target: What it should be; none if the figure is there to read only.
        should_be: Which side of the target is good.
        note: What a reader should know.
    """

    name: str
    measured: float
    least: float
    unit: str
    target: float | None = None
    should_be: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        good = self.measured <= self.target if self.should_be == "at most" else self.measured >= self.target
        return "ok" if good else "short"

    def line(self) -> str:
        sign = "<=" if self.should_be == "at most" else ">="
        target = "" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        measured = f"{self.measured:,.3g}" if self.measured < MILLI else f"{self.measured:,.0f}"
        least = f"{self.least:,.3g}" if self.least < MILLI else f"{self.least:,.0f}"
        told = f"{self.name:<62} {measured:>9} {self.unit:<3} (min {least:>7}) {target:>12} {self.verdict:<5}"
        return f"{told} {self.note}".rstrip()


@dataclass(frozen=True)
class Contestant:
    """Something that answers records one by one.

    Args:
        name: Its name in the report.
        answer: Takes a record, returns the answer.
        records: The records in the form it takes.
        batch: Takes many records at once, in place of ``answer`` while the clock runs.
    """

    name: str
    answer: Callable[[Any], Any]
    records: Sequence[Any]
    batch: Callable[[Sequence[Any]], Any] | None = None

    def run(self, count: int) -> Callable[[], float]:
        """Return a pass over evenly spread records, which returns its CPU seconds a record."""
        chosen = self.records[:: max(1, len(self.records) // count)]
        answer, batch, number = self.answer, self.batch, len(chosen)

        def one_pass() -> float:
            start = process_time()
            if batch is None:
                deque(map(answer, chosen), maxlen=0)
            else:
                batch(chosen)
            return (process_time() - start) / number

        return one_pass

    def count(self) -> int:
        """Return how many records make a pass of about the wanted length."""
        each = self.run(FEWEST)()
        return max(FEWEST, min(len(self.records), int(PASS_SECONDS / max(each, 1e-7))))


def race(contestants: Sequence[Contestant], rounds: int) -> dict[str, Clocked]:
    """Time contestants in interleaved rounds, each round in another order; return seconds a record by name."""
    passes = [(each.name, each.run(each.count())) for each in contestants]
    return _rounds(passes, rounds)


def clocked(tasks: dict[str, Callable[[], Any]], rounds: int, calls: int = 1) -> dict[str, Clocked]:
    """Time tasks in interleaved rounds of some calls each; return CPU seconds a call by name."""

    def timed(task: Callable[[], Any]) -> Callable[[], float]:
        def one_round() -> float:
            start = process_time()
            for _ in range(calls):
                task()
            return (process_time() - start) / calls

        return one_round

    return _rounds([(name, timed(task)) for name, task in tasks.items()], rounds)


def _rounds(passes: list[tuple[str, Callable[[], float]]], rounds: int) -> dict[str, Clocked]:
    found: dict[str, list[float]] = {name: [] for name, _ in passes}
    for number in range(rounds):
        turn = number % len(passes)
        for name, one_pass in passes[turn:] + passes[:turn]:
            found[name].append(one_pass())
    return {name: Clocked.of(seconds) for name, seconds in found.items()}


def parsed(description: str | None) -> argparse.Namespace:
    """Return the options that every benchmark takes: ``as_json`` and ``quick``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", dest="as_json", help="print the figures as JSON")
    parser.add_argument("--quick", action="store_true", help="fewer records and rounds")
    return parser.parse_args()


def report(figures: Iterable[Figure], *, as_json: bool) -> None:
    """Print figures as they come, or all of them as JSON."""
    found = []
    for figure in figures:
        found.append(figure)
        if not as_json:
            print(figure.line(), flush=True)
    if as_json:
        told = [{**asdict(figure), "verdict": figure.verdict} for figure in found]
        print(json.dumps({"python": sys.version.split()[0], "figures": told}, indent=2))
    else:
        short = [figure.name for figure in found if figure.verdict == "short"]
        print(f"{len(short)} of {sum(bool(figure.verdict) for figure in found)} targets missed")
