"""From the text of a field to the value of a column, each distinct text read once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from crmrules.book import _faults as faults
from crmrules.book._dates import date_sample, in_zone, local_date, moment_reader
from crmrules.book._faults import Refused
from crmrules.book._fitted import fitted
from crmrules.book._map import Column
from crmrules.book._numbers import DIGITS, digits_in, number_reader, number_sample
from crmrules.book._schema import ColumnType

__all__ = ["Values", "reader_of"]

_KEPT = 65_536
_FLAGS = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}

Reader = Callable[[str], Any]


class Values(dict[str, Any]):
    """The values of the texts met so far; asked for another text, it reads it.

    Files repeat their dates, prices and identifiers, so most texts cost one look-up. The memory is bounded:
    when it is full it starts again.
    """

    __slots__ = ("_read",)

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) >= _KEPT:
            self.clear()
        self[text] = value
        return value


def reader_of(column: Column, type_: ColumnType, zone: tzinfo) -> Reader:
    """Return a function that reads the texts of a column, None for unknown; it raises ``Refused``."""
    read = _translation(column, type_, zone) if column.values else _READERS[type_](column, zone)
    unknown = frozenset(text.strip() for text in column.empty)
    suffix = column.drop_suffix

    def read_known(text: str) -> Any:
        bare = text.removesuffix(suffix)
        return None if bare.strip() in unknown else read(bare)

    return read_known


def _translation(column: Column, type_: ColumnType, zone: tzinfo) -> Reader:
    meanings = {text.strip(): fitted(column.name, type_, value, zone) for text, value in column.values}

    def read(text: str) -> Any:
        if text.strip() not in meanings:
            raise Refused(faults.not_one_of(column.name, meanings, text), column.name, text)
        return meanings[text.strip()]

    return read


def _text(column: Column, _: tzinfo) -> Reader:
    def read(text: str) -> str:
        if "\0" in text:
            raise Refused(faults.holds_nul(column.name, text), column.name, text)
        return text.strip()

    return read


def _flag(column: Column, _: tzinfo) -> Reader:
    def read(text: str) -> bool:
        flag = _FLAGS.get(text.strip().lower())
        if flag is None:
            raise Refused(faults.not_one_of(column.name, _FLAGS, text), column.name, text)
        return flag

    return read


def _number(column: Column, _: tzinfo) -> Reader:
    number = number_reader(column)

    def read(text: str) -> Decimal:
        value = number(text)
        if value is None:
            raise _not_a("a number", number_sample(column), column, text, number)
        if digits_in(text) > DIGITS:
            raise Refused(faults.too_many_digits(column.name, DIGITS, text), column.name, text)
        return value

    return read


def _integer(column: Column, zone: tzinfo) -> Reader:
    number = _number(column, zone)

    def read(text: str) -> int:
        value = number(text)
        if value % 1:
            raise _not_a("a whole number", number_sample(column, whole=True), column, text, number)
        return int(value)

    return read


def _date(column: Column, zone: tzinfo) -> Reader:
    moment = moment_reader(column.format, timed=False)

    def day(text: str) -> date | None:
        found = moment(text)
        return local_date(found, zone) if found else None

    return _checked(day, "a date", column, date_sample(column.format, timed=False))


def _instant(column: Column, zone: tzinfo) -> Reader:
    moment = moment_reader(column.format, timed=True)

    def instant(text: str) -> datetime | None:
        found = moment(text)
        aware = in_zone(found, zone) if found else None
        if found and aware is None:
            raise Refused(faults.no_such_time(column.name, str(zone), text), column.name, text)
        return aware

    return _checked(instant, "a date and time", column, date_sample(column.format, timed=True))


def _checked(read: Reader, expected: str, column: Column, sample: str) -> Reader:
    def checked(text: str) -> Any:
        try:
            value = read(text)
        except OverflowError:
            value = None
        if value is None:
            raise _not_a(expected, sample, column, text, read)
        return value

    return checked


def _not_a(expected: str, sample: str, column: Column, text: str, read: Reader) -> Refused:
    """Return the refusal of a text; a full-width one is told how it could be read."""
    plain = unicodedata.normalize("NFKC", text).strip()
    better = plain if plain != text and _reads(read, plain) else ""
    problem = faults.not_a(expected, sample, column.name, text, better)
    return Refused(problem, column.name, text)


def _reads(read: Reader, text: str) -> bool:
    try:
        return read(text) is not None
    except (Refused, OverflowError):
        return False


_READERS: dict[ColumnType, Callable[[Column, tzinfo], Reader]] = {
    "text": _text,
    "choice": _text,
    "flag": _flag,
    "integer": _integer,
    "number": _number,
    "money": _number,
    "ratio": _number,
    "date": _date,
    "instant": _instant,
}
