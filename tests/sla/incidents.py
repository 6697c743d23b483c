"""Real incidents as cases: a ServiceNow log and Volvo's. ``python -m tests.sla.incidents FOLDER`` shows the figures.

The logs name no zone and no targets, so both are stated here: instants are read as UTC, targets by priority in clock
hours, and a clock stands still while an incident awaits somebody.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

from crmrules.events import Event
from crmrules.facts import facts, text
from crmrules.sla import Case, CaseClocks, Pause, Promise, ServiceStandard, SlaPolicy, attainment
from crmrules.tables import otherwise

__all__ = ["NOW", "OVER", "TARGETS", "UPDATE", "gaps", "matrix", "servicenow", "volvo"]

f = facts(state=text(), priority=text())
AWAITING = ("Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence")
OVER = ("Resolved", "Closed")
NOW = datetime(2016, 6, 1, tzinfo=UTC)


def _resolved(within: str) -> Promise:
    return Promise("resolution", within, until="resolved", reopen="reopened")


TARGETS = SlaPolicy(
    "stated-targets",
    standards=tuple(
        ServiceStandard(name, _resolved(within))
        for name, within in (("critical", "4h"), ("high", "24h"), ("moderate", "120h"), ("low", "240h"))
    ),
    when={
        "critical": f.priority == "1 - Critical",
        "high": f.priority == "2 - High",
        "moderate": f.priority == "3 - Moderate",
        "low": otherwise,
    },
    pauses=Pause("awaiting", during=f.state.one_of(*AWAITING)),
)
GAP = timedelta(days=5)
UPDATE = SlaPolicy("updates", promises=Promise("update", GAP, until="updated", repeats=True))


def servicenow(folder: Path) -> Iterator[tuple[Case, bool]]:
    """Yield the incidents of the ServiceNow log with what the log itself says in the end about its SLA."""
    with (folder / "uci_incident_event_log_subset.csv").open(encoding="utf-8", newline="") as file:
        for number, rows in groupby(csv.DictReader(file), key=lambda row: row["number"]):
            yield _incident(number, list(rows))


def _incident(number: str, rows: list[dict[str, str]]) -> tuple[Case, bool]:
    events = [Event("opened", _day_first(rows[0]["opened_at"]), f"{number} opened")]
    before = ""
    for place, row in enumerate(rows):
        state = row["incident_state"]
        kind = "resolved" if state in OVER else "reopened" if before in OVER else "state"
        told = {"state": state, "priority": row["priority"]}
        events.append(Event(kind, _day_first(row["sys_updated_at"]), f"{number} {place:03}", facts=told))
        before = state
    first = {"state": rows[0]["incident_state"], "priority": rows[0]["priority"]}
    return Case(number, events, facts=first), rows[-1]["made_sla"] == "TRUE"


def _day_first(told: str) -> datetime:
    return datetime.strptime(told, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def volvo(folder: Path) -> Iterator[Case]:
    """Yield the incidents of Volvo's log: the first event opens one, every later one updates it."""
    with (folder / "bpi13_incidents_events.csv").open(encoding="utf-8", newline="") as file:
        for name, rows in groupby(csv.DictReader(file), key=lambda row: row["CaseID"]):
            times = [datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=UTC) for row in rows]
            kinds = ["opened", *["updated"] * (len(times) - 1)]
            yield Case(
                name, [Event(kind, at, f"{n:04}") for n, (kind, at) in enumerate(zip(kinds, times, strict=True))]
            )


def gaps(case: Case) -> tuple[int, int]:
    """Return how many updates of an incident came in time and how many late, counted by hand."""
    times = sorted(event.at for event in case.events)
    late = sum(later - sooner > GAP for sooner, later in pairwise(times))
    return len(times) - 1 - late, late


def matrix(found: list[tuple[CaseClocks, bool]]) -> Counter[tuple[str, bool]]:
    """Return how many incidents have each state under the stated targets and each word of the log."""
    return Counter((clocks["resolution"].state, recorded) for clocks, recorded in found)


def _show(folder: Path) -> None:
    found = [(TARGETS.replay(case, as_of=NOW), recorded) for case, recorded in servicenow(folder)]
    print(f"{len(found)} incidents; recorded made_sla across, stated targets down")
    cells = matrix(found)
    print(f"{'':12}{'made_sla':>10}{'missed':>10}")
    for state in sorted({state for state, _ in cells}):
        print(f"{state:12}{cells[state, True]:10}{cells[state, False]:10}")
    for each in attainment(clocks for clocks, _ in found):
        print(each)


if __name__ == "__main__":
    _show(Path(sys.argv[1]))
