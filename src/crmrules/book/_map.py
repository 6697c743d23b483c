"""The map of a book: which file holds which records, and which column means what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from crmrules.book._schema import ColumnType
from crmrules.wording import Wording, wording

__all__ = ["BookMap", "Column", "Constant", "Exclusion", "FileMap", "Product"]


def _all(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(parts)


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _meanings(given: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple(dict(given).items())


@frozen
class Column:
    """A column of the book that is read from a column of the file.

    Args:
        name: Name in the book.
        column: Name in the file; the same name if empty.
        type: Type of its values; by default that of the record kind or of the fact, else text.
        format: How dates are written: ``iso`` or directives of ``strptime`` such as ``%Y/%m/%d``; empty is
            iso. Directives are Y y m d H I M S f b B p z; month names are English.
        thousands: Character between groups of three digits; empty for none.
        decimal: Character before the decimals; empty is a point.
        strip: Texts such as currency signs that may stand before or after a number.
        scale: What a number is multiplied by, such as 10,000 for amounts in 万元.
        drop_suffix: Ending that is cut off a text, such as ``.0`` of the identifier ``17850.0``.
        values: Texts of the file and what they mean; any other text is refused. Empty for no translation.
        empty: Texts that mean unknown. Blanks around them do not count.
    """

    name: str
    column: str = ""
    type: ColumnType | None = field(default=None, kw_only=True)
    format: str = field(default="", kw_only=True)
    thousands: str = field(default="", kw_only=True)
    decimal: str = field(default="", kw_only=True)
    strip: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts)
    scale: int | Decimal = field(default=1, kw_only=True)
    drop_suffix: str = field(default="", kw_only=True)
    values: tuple[tuple[str, Any], ...] = field(default=(), kw_only=True, converter=_meanings)
    empty: tuple[str, ...] = field(default=("",), kw_only=True, converter=_texts)

    @property
    def header(self) -> str:
        """Return the name of the column in the file."""
        return self.column or self.name


@frozen
class Product:
    """A column of the book that is the product of other columns of the same row.

    Args:
        name: Name in the book.
        factors: Names of the columns that are multiplied; the product is unknown when one of them is.
        type: Type of the product.
    """

    name: str
    factors: tuple[str, ...] = field(converter=_texts)
    type: ColumnType | None = field(default=None, kw_only=True)


@frozen
class Constant:
    """A column of the book that has the same value in every row.

    Args:
        name: Name in the book.
        value: The value; a text is read the way a text of the file would be.
        type: Type of the value.
    """

    name: str
    value: Any
    type: ColumnType | None = field(default=None, kw_only=True)


@frozen
class Exclusion:
    """A rule that leaves rows out on purpose.

    Args:
        name: Name under which the rows are counted.
        when: Condition about the row, in the library's condition language.
        why: The reason, in English, Chinese or both.
    """

    name: str
    when: str
    why: Wording = field(default=None, converter=wording)


@frozen
class FileMap:
    """How the file of one record kind is read.

    Args:
        kind: The record kind, such as ``orders``.
        file: Path relative to the folder of the book; ``<kind>.csv`` if empty. ``.gz`` is unpacked.
        encoding: Name of the character encoding.
        delimiter: One character, ``tab``, or ``whitespace`` for runs of blanks.
        header: The column names of a file without a header line; empty if the file has one.
        columns: The columns of the book; empty takes every column of the file under its own name.
        exclude: Rules that leave rows out.
    """

    kind: str
    file: str = ""
    encoding: str = field(default="utf-8", kw_only=True)
    delimiter: str = field(default=",", kw_only=True)
    header: tuple[str, ...] = field(default=(), kw_only=True, converter=_texts)
    columns: tuple[Column | Product | Constant, ...] = field(default=(), kw_only=True, converter=_all)
    exclude: tuple[Exclusion, ...] = field(default=(), kw_only=True, converter=_all)

    @property
    def path(self) -> str:
        """Return the path of the file, relative to the folder."""
        return self.file or f"{self.kind}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in the order in which a row holds its values."""
        return tuple(column.name for column in self.columns)


@frozen
class BookMap:
    """How the files of a folder become a book.

    Args:
        name: Name of the book.
        currency: Currency of all amounts.
        timezone: IANA zone of times that are written without one.
        files: How the files are read, at most one for each record kind.
    """

    name: str = ""
    currency: str = ""
    timezone: str = "UTC"
    files: tuple[FileMap, ...] = field(default=(), converter=_all)

    def file(self, kind: str) -> FileMap:
        """Return how a record kind is read; by default ``<kind>.csv`` with columns under their own names."""
        return next((file for file in self.files if file.kind == kind), FileMap(kind))
