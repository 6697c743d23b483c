"""Run files of outside cases: ``python -m tests.acceptance FILE…``.

Each file's schema is told by its cases, never by its name or the ids in it. Prints the failing ids with what was
expected and found, the disputed ones with what the library holds to, then ``N passed, N failed``; exits 1 on a
failure, 2 if a file cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from tests.acceptance import (
    country_days,
    decision_tables,
    handbooks,
    loyalty,
    metrics,
    service_levels,
    table_analysis,
    working_time,
    zen_tables,
)


@frozen
class Suite:
    """One schema of cases: how to recognise it and how to run a case.

    Args:
        fits: Says whether a case is of this schema.
        supports: Says whether the library can do what the case asks, as yet.
        run: Returns what the library answers, and what is expected in the same form.
        position: Says what the library holds to where a case is disputed; nothing where it is not.
    """

    fits: Callable[[dict[str, Any]], bool]
    supports: Callable[[dict[str, Any]], bool]
    run: Callable[[dict[str, Any]], tuple[Any, Any]]
    position: Callable[[dict[str, Any]], str] = lambda _: ""


SUITES = (
    Suite(handbooks.fits, handbooks.supports, handbooks.run),
    Suite(decision_tables.fits, lambda _: True, decision_tables.run),
    Suite(country_days.fits, country_days.supports, country_days.run),
    Suite(service_levels.fits, lambda _: True, service_levels.run),
    Suite(working_time.fits, working_time.supports, working_time.run),
    Suite(metrics.fits, metrics.supports, metrics.run),
    Suite(loyalty.fits, loyalty.supports, loyalty.run, loyalty.position),
    Suite(table_analysis.fits, table_analysis.supports, table_analysis.run),
    Suite(zen_tables.fits, zen_tables.supports, zen_tables.run),
)
EXPANDERS = (zen_tables.expanded, table_analysis.expanded)
"""Return the cases of documents that hold some beside their ``cases``; nothing for others."""


def outcomes(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each case's id, its fate (passed, failed, disputed, later) and what to say about it.

    A case finds what the file says once for all under ``shared``, and the file's folder under ``folder``.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    beside = {name: part for name, part in document.items() if name != "cases"}
    expanded = next((cases for each in EXPANDERS if (cases := each(document))), None)
    for each in document["cases"] if expanded is None else expanded:
        case = {"shared": beside, "folder": str(path.parent), **each}
        suite = next((each for each in SUITES if each.fits(case)), None)
        name = str(case.get("id", "?"))
        if suite is None or not suite.supports(case):
            yield name, "later", ""
            continue
        if position := suite.position(case):
            yield name, "disputed", f"{', '.join(judged(suite, case)).removesuffix(', ')}; {position}"
            continue
        yield (name, *judged(suite, case))


def judged(suite: Suite, case: dict[str, Any]) -> tuple[str, str]:
    """Return whether a case passes, with the difference if not."""
    try:
        found, expected = suite.run(case)
    except Exception as wrong:
        return "failed", f"raised {type(wrong).__name__}: {wrong}"
    if found == expected:
        return "passed", ""
    return "failed", f"expected {expected!r}, got {found!r}"


def main(arguments: list[str]) -> int:
    """Run the files and return the exit code."""
    counts = {"passed": 0, "failed": 0, "disputed": 0, "later": 0}
    for argument in arguments:
        try:
            results = list(outcomes(Path(argument)))
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            print(f"{argument}: cannot be read as a file of cases: {wrong}", file=sys.stderr)
            return 2
        for name, fate, told in results:
            counts[fate] += 1
            if fate in ("failed", "disputed"):
                print(f"{fate.upper()} {name}: {told}")
    if counts["later"]:
        print(f"not yet supported: {counts['later']}")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
