"""A company's data in memory, by record kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules.book._exclude import excluders
from crmrules.book._fit import Types
from crmrules.book._map import BookMap
from crmrules.book._reading import read_rows
from crmrules.book._records import rows_of
from crmrules.book._rows import Excluder, Rejection, Rows
from crmrules.book._schema import USUAL
from crmrules.errors import AbsentError

__all__ = ["Book", "NoRecordsError", "read_book"]


class NoRecordsError(AbsentError, AttributeError):
    """A book holds no records of the kind that was asked for.

    Attributes:
        kind: The record kind that was asked for.
        have: The record kinds of the book.
    """

    def __init__(self, kind: str, have: tuple[str, ...]) -> None:
        super().__init__(kind, have)
        self.kind, self.have = kind, have

    def __str__(self) -> str:
        have = ", ".join(self.have) or "nothing"
        return f"the book has no {self.kind!r} (have: {have}). Give them to the book."

    def __reduce__(self) -> Any:
        return type(self), (self.kind, self.have)


@frozen(init=False)
class Book:
    """A company's records, each kind under its own name: ``book.orders``, ``book.customers``.

    Args:
        name: Name of the book.
        currency: Currency of all amounts.
        timezone: IANA zone of its days.
        kinds: Rows as ``read_rows`` returns them, or mappings or objects, by record kind.

    Raises:
        BookError: If a value is not of its column's type.

    Examples:
        >>> from datetime import date
        >>> order = {"customer": "C1", "order": "1", "at": date(2026, 1, 5), "amount": 120}
        >>> book = Book(orders=[order])
        >>> book.orders.column("amount")
        (Decimal('120'),)
    """

    name: str
    currency: str
    timezone: str
    records: tuple[Rows, ...] = field(repr=lambda found: ", ".join(map(_counted, found)))

    def __init__(
        self, *, name: str = "", currency: str = "", timezone: str = "UTC", **kinds: Rows | Iterable[Any]
    ) -> None:
        records = tuple(_as_rows(kind, given, timezone) for kind, given in kinds.items())
        self.__attrs_init__(name, currency, timezone, records)  # pyright: ignore[reportCallIssue]

    def __getattr__(self, kind: str) -> Rows:
        if kind.startswith("_"):
            raise AttributeError(kind)
        for rows in self.records:
            if rows.kind == kind:
                return rows
        raise NoRecordsError(kind, self.kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the record kinds that the book holds."""
        return tuple(rows.kind for rows in self.records)

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        """Return every record that could not be read, kind by kind."""
        return tuple(rejection for rows in self.records for rejection in rows.rejected)


def read_book(
    folder: Path,
    book_map: BookMap | None = None,
    *,
    types: Mapping[str, Types] | None = None,
    excluded_by: Mapping[str, Excluder] | None = None,
    kinds: Iterable[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Book:
    """Read the files of a folder.

    Without a map of its own, a record kind is the file ``<kind>.csv`` with columns under their own names; the
    kinds whose columns are known, such as customers and orders, are read from such files where there are any.

    Args:
        folder: The folder of the book.
        book_map: How its files are read.
        types: Types of columns by record kind and name, on top of those that the kinds have by nature.
        excluded_by: By record kind, what returns the name of the rule that excludes a row, or None; the map's own
            rules by default.
        kinds: Further record kinds to read.
        progress: Called now and then with the number of records read so far of the present file.

    Raises:
        BookError: If a file cannot be read at all. Single records that cannot be are in ``book.rejected``.
    """
    book_map = book_map or BookMap()
    ruled = excluders(book_map, types=types) if excluded_by is None else excluded_by
    rows = {
        kind: read_rows(
            folder,
            book_map.file(kind),
            types=(types or {}).get(kind),
            timezone=book_map.timezone,
            excluded_by=ruled.get(kind),
            progress=progress,
        )
        for kind in _kinds_in(Path(folder), book_map, kinds)
    }
    return Book(name=book_map.name, currency=book_map.currency, timezone=book_map.timezone, **rows)


def _counted(rows: Rows) -> str:
    return f"{len(rows)} {rows.kind}"


def _kinds_in(folder: Path, book_map: BookMap, more: Iterable[str]) -> tuple[str, ...]:
    usual = [kind for kind in USUAL if (folder / f"{kind}.csv").is_file()]
    return tuple(dict.fromkeys((*(file.kind for file in book_map.files), *more, *usual)))


def _as_rows(kind: str, given: Rows | Iterable[Any], timezone: str) -> Rows:
    name_of("record kind", kind)
    must(kind not in ("kinds", "records", "rejected"), "record kind", "have a name of its own", kind)
    if not isinstance(given, Rows):
        return rows_of(kind, given, timezone=timezone)
    must(given.kind == kind, f"rows of {kind}", "be of that kind", given.kind)
    return given
