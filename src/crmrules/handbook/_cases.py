"""The cases of a book with their events, for what replays them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from crmrules._frozen import FrozenMapping
from crmrules.book import Book, Rejection, Rows
from crmrules.errors import CrmRulesError
from crmrules.events import Event
from crmrules.facts import UNKNOWN
from crmrules.handbook._run import Run
from crmrules.problems import Problem

__all__ = ["BookCase", "cases_of", "refused_case"]

_OF_CASES = ("case", "customer")
_OF_EVENTS = ("case", "event", "kind", "at", "recorded_at")


@frozen
class BookCase:
    """A case of a book.

    Args:
        case: Identifies the case.
        customer: Whose case it is; empty if nobody's.
        facts: What the book says about it, on top of the record, facts and outcomes of its customer.
        events: Its events.
        line: The line of its record.
    """

    case: str
    customer: str
    facts: Mapping[str, Any] = field(converter=FrozenMapping)
    events: tuple[Event, ...]
    line: int


def cases_of(run: Run, book: Book) -> tuple[tuple[BookCase, ...], dict[str, tuple[Rejection, ...]]]:
    """Return the cases of a book with their events, and the rows that cannot be used, by record kind.

    Args:
        run: The run, which knows the customers.
        book: The book; it holds cases and their events.
    """
    found: dict[str, BookCase] = {}
    customers = {row["customer"]: row for row in records(book.customers)} if "customers" in book.kinds else {}
    events, strays = _events(book.case_events, set(book.cases.column("case")))
    unusable = []
    for row, line in zip(records(book.cases), book.cases.lines, strict=True):
        case = row["case"]
        if case in found:
            told = "case {case!r} has a record already, on line {line}"
            unusable.append(Rejection(Problem("CR711", told, (("case", case), ("line", found[case].line)), line=line)))
            continue
        customer = row.get("customer") or ""
        if customer and not run.knows(customer):
            told = "case {case!r} names customer {customer!r}, of whom the book holds neither a record nor an order"
            parts = (("case", case), ("customer", customer))
            unusable.append(Rejection(Problem("CR716", told, parts, line=line), "customer", customer))
            continue
        own = {name: value for name, value in row.items() if name not in _OF_CASES}
        found[case] = BookCase(
            case, customer, {**_known(run, customers.get(customer, {}), customer), **own}, events.get(case, ()), line
        )
    return tuple(found.values()), {"cases": tuple(unusable), "case_events": strays}


def _known(run: Run, record: Mapping[str, Any], customer: str) -> dict[str, Any]:
    """Return what is known of a case's customer; an outcome that is not decided is unknown, not nothing."""
    unknown = dict.fromkeys(run.asked, UNKNOWN)
    return {**record, **unknown, **run.about(customer), **run.left_open(customer)}


def records(rows: Rows) -> Iterator[dict[str, Any]]:
    """Yield rows as mappings of column to value."""
    return (dict(zip(rows.names, row, strict=True)) for row in rows)


def _events(rows: Rows, cases: set[str]) -> tuple[dict[str, tuple[Event, ...]], tuple[Rejection, ...]]:
    found: dict[str, list[Event]] = {}
    strays = []
    for row, line in zip(records(rows), rows.lines, strict=True):
        if row["case"] not in cases:
            told = "case {case!r} of this event has no record among the cases"
            strays.append(Rejection(Problem("CR710", told, (("case", row["case"]),), line=line), "case"))
            continue
        facts = {name: value for name, value in row.items() if name not in _OF_EVENTS and value is not None}
        id_ = row.get("event") or f"line {line:06}"
        event = Event(row["kind"], row["at"], id_, row.get("recorded_at"), facts)
        found.setdefault(row["case"], []).append(event)
    return {case: tuple(events) for case, events in found.items()}, tuple(strays)


def refused_case(case: BookCase, wrong: CrmRulesError) -> Rejection:
    """Return the reason for which a case cannot be replayed."""
    return Rejection(
        Problem("CR712", "case {case!r}: {what}", (("case", case.case), ("what", str(wrong))), line=case.line)
    )
