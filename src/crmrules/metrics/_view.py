"""The records that a metric looks at: their columns, and which of them a condition holds for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from crmrules._checks import must
from crmrules.book import Book, Rows
from crmrules.conditions import Condition, Fact, always, predicate
from crmrules.errors import MissingFactError
from crmrules.facts import admitter, fetch, from_text
from crmrules.periods import Period

__all__ = ["About", "View", "column_of", "view_of"]

About = Callable[[Any], Mapping[str, Any]]
"""Returns the facts and outcomes of a customer."""


def _nobody(_customer: Any) -> Mapping[str, Any]:
    return {}


@frozen(eq=False)
class View:
    """Records of one kind, some of them, with what is known about their customers.

    Args:
        records: The records: mappings, objects, or rows of a book.
        names: Names of the columns, for rows of a book.
        about: Returns what is known about a customer; serves facts that the records lack.
        zone: Zone in which instants become days.
        texts: Whether numbers and dates may be texts.
        book: The book that the records are of, for formulas that look at records of another kind too.
    """

    records: Sequence[Any]
    names: tuple[str, ...] | None = None
    about: About = _nobody
    zone: str = "UTC"
    texts: bool = False
    book: Book | None = None

    def __len__(self) -> int:
        return len(self.records)

    def values(self, name: str) -> list[Any]:
        """Return a value of each record as it stands there, else of its customer.

        Raises:
            MissingFactError: If neither has it.
        """
        if self.names is not None:
            if name in self.names:
                place = self.names.index(name)
                return [row[place] for row in self.records]
            return [self._of_customer(who, name, self.names) for who in self._customers()]
        return [self._of_record(record, name) for record in self.records]

    def column(self, fact: Fact) -> list[Any]:
        """Return the value of a fact of each record, in canonical form."""
        if self.texts:
            return [from_text(fact, value) for value in self.values(fact.name)]
        admit = admitter(fact)
        return [admit(value) for value in self.values(fact.name)]

    def truths(self, condition: Condition) -> list[bool | None]:
        """Return of each record whether a condition holds, or None where that is unknown."""
        if condition == always:
            return [True] * len(self)
        rows = self._rows(condition)
        holds, fails = predicate(condition, condition.reads), predicate(~condition, condition.reads)
        return [True if holds(row) else False if fails(row) else None for row in rows]

    def where(self, condition: Condition) -> View:
        """Return the records for which a condition definitely holds."""
        return self if condition == always else self.picked(self.truths(condition))

    def during(self, period: Period, on: str) -> View:
        """Return the records whose day lies in a period; those without a day are left out.

        Args:
            period: The period.
            on: The column with their dates or instants.
        """
        zone = ZoneInfo(self.zone)
        days = (_day(value, zone, on) for value in self.values(on))
        return self.picked(day is not None and day in period for day in days)

    def picked(self, keep: Iterable[Any]) -> View:
        """Return the records that are to be kept."""
        return evolve(self, records=[record for record, kept in zip(self.records, keep, strict=True) if kept])

    def groups(self, by: str) -> dict[Hashable, View]:
        """Return the records of each value of a column, or of a fact of their customers."""
        places: dict[Hashable, list[Any]] = {}
        for record, value in zip(self.records, self.values(by), strict=True):
            places.setdefault(value, []).append(record)
        ordered = sorted(places, key=lambda name: (name is None, str(name)))
        return {name: evolve(self, records=places[name]) for name in ordered}

    def mappings(self) -> list[Any]:
        """Return the records as mappings or objects."""
        if self.names is None:
            return list(self.records)
        return [dict(zip(self.names, row, strict=True)) for row in self.records]

    def _rows(self, condition: Condition) -> Iterable[tuple[Any, ...]]:
        from crmrules.conditions import facts_in

        return zip(*(self.column(fact) for fact in facts_in(condition)), strict=True)

    def _customers(self) -> list[Any]:
        return self.values("customer") if self.names and "customer" in self.names else [None] * len(self)

    def _of_customer(self, who: Any, name: str, have: tuple[str, ...]) -> Any:
        known = self.about(who)
        if name not in known:
            raise MissingFactError(name, (*have, *known))
        return known[name]

    def _of_record(self, record: Any, name: str) -> Any:
        try:
            return fetch(record, (name,))[0]
        except MissingFactError as missing:
            try:
                who = fetch(record, ("customer",))[0]
            except MissingFactError:
                raise missing from None
            return self._of_customer(who, name, missing.have)


def view_of(
    source: Any, kind: str, *, about: About | Mapping[Any, Mapping[str, Any]] | None = None, texts: bool = False
) -> View:
    """Return the records of a kind: of a book, rows of one, or any records.

    Args:
        source: A book, rows of a book, a view, or mappings or objects.
        kind: The record kind.
        about: What is known about customers, by customer.
        texts: Whether numbers and dates may be texts.
    """
    if isinstance(source, View):
        return source
    known = _nobody if about is None else about if callable(about) else _looked_up(about)
    zone = source.timezone if isinstance(source, Book) else "UTC"
    rows = getattr(source, kind) if isinstance(source, Book) else source
    if isinstance(rows, Rows):
        return View(rows.rows, rows.names, known, zone, book=source if isinstance(source, Book) else None)
    return View(list(rows), None, known, zone, texts)


def column_of(given: Any) -> str:
    """Return the name of a column: a text, or that of a fact or its handle; none is empty."""
    found = getattr(given, "__fact__", given)
    name = found.name if isinstance(found, Fact) else "" if found is None else found
    must(isinstance(name, str), "a column", "be a name", given)
    return str(name)


def _looked_up(about: Mapping[Any, Mapping[str, Any]]) -> About:
    return lambda who: about.get(who, {})


def _day(value: Any, zone: ZoneInfo, on: str) -> date | None:
    if value is None or type(value) is date:
        return value
    good = isinstance(value, datetime) and value.tzinfo is not None
    must(good, f"the {on!r} of a record", "be a date or an aware instant", value)
    return value.astimezone(zone).date()  # type: ignore[no-any-return]
