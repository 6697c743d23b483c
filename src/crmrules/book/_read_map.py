"""A book's map from the plain data of its document, with everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import Factory, define

from crmrules._checks import is_identifier
from crmrules.book import _faults as faults
from crmrules.book._fit import Types, map_problems, zone_of
from crmrules.book._map import BookMap, Column, Constant, Exclusion, FileMap, Product
from crmrules.book._schema import COLUMN_TYPES, KINDS
from crmrules.errors import BookError
from crmrules.problems import Problem, pointer_to

__all__ = ["read_map"]

Shape = tuple[str, Callable[[Any], bool]]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(text, str) for text in value)


def _is_mark(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and not value.isalnum() and value not in "+-"


def _is_scale(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 < value <= 10**18


def _is_wording(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) <= {"en", "zh"} and all(map(_is_text, value.values()))
    return _is_text(value)


_TEXT: Shape = ("a text", _is_text)
_TEXTS: Shape = ("a list of texts", _is_texts)
_SIGNS: Shape = (
    "a text or a list of texts",
    lambda value: _is_text(value) or (_is_texts(value) and all(value)),
)
_MARK: Shape = ("one character that is no letter, digit or sign", _is_mark)
_SCALE: Shape = ("a number above 0", _is_scale)
_TYPE: Shape = (f"one of {', '.join(COLUMN_TYPES)}", lambda value: value in COLUMN_TYPES)
_TABLE: Shape = ("a table", lambda value: isinstance(value, Mapping) and bool(value))
_ROWS: Shape = ("a list of tables", lambda value: isinstance(value, list | tuple))
_PLAIN: Shape = (
    "a text, number, date, true or false",
    lambda value: isinstance(value, str | int | Decimal | date),
)
_HEADER: Shape = (
    "true or a list of column names",
    lambda value: value is True or (_is_texts(value) and bool(value)),
)
_ZONE: Shape = (
    "the name of a time zone",
    lambda value: isinstance(value, str) and zone_of(value) is not None,
)
_VERSION: Shape = ("1", lambda value: value == 1 and not isinstance(value, bool))
_WHY: Shape = ("a text, or texts in en and zh", _is_wording)

_BOOK = {"crmrules_book": _VERSION, "name": _TEXT, "currency": _TEXT, "timezone": _ZONE}
_FILE = {
    "file": _TEXT,
    "encoding": _TEXT,
    "delimiter": ("a text", lambda value: isinstance(value, str)),
    "header": _HEADER,
    "columns": _TABLE,
    "exclude": _ROWS,
}
_COLUMN = {
    "column": _TEXT,
    "type": _TYPE,
    "format": _TEXT,
    "thousands": _MARK,
    "decimal": _MARK,
    "strip": _SIGNS,
    "scale": _SCALE,
    "drop_suffix": _TEXT,
    "values": _TABLE,
    "empty": _TEXTS,
}
_PRODUCT = {"product": _TEXTS, "type": _TYPE}
_CONSTANT = {"value": _PLAIN, "type": _TYPE}
_EXCLUDE = {"name": _TEXT, "when": _TEXT, "why": _WHY}


def read_map(
    raw: Mapping[str, Any],
    *,
    file: str = "",
    types: Mapping[str, Types] | None = None,
    kinds: Iterable[str] = KINDS,
) -> BookMap:
    """Return a book's map from plain data, such as ``tomllib`` returns with ``parse_float=Decimal``.

    Args:
        raw: The document.
        file: Its name, for messages.
        types: Types of columns by record kind and name, on top of those that the kinds have by nature.
        kinds: The record kinds that a map may describe.

    Raises:
        BookError: With everything that is wrong with the map.
    """
    reading = _Reading()
    found = reading.book(raw, tuple(kinds))
    for file_map in found.files:
        reading.problems += map_problems(file_map, (types or {}).get(file_map.kind, {}), default=None)
    if reading.problems:
        raise BookError(tuple(problem.at(file=file) for problem in reading.problems))
    return found


@define
class _Reading:
    """A map being read, and what was found wrong with it so far."""

    problems: list[Problem] = Factory(list)

    def book(self, raw: Mapping[str, Any], kinds: tuple[str, ...]) -> BookMap:
        head = self.taken({key: raw[key] for key in raw if key not in kinds}, _BOOK, "", (*_BOOK, *kinds))
        if "crmrules_book" not in raw:
            self.problems.append(faults.missing_key("", "crmrules_book"))
        head.pop("crmrules_book", None)
        return BookMap(**head, files=[self.file(kind, raw[kind]) for kind in raw if kind in kinds])

    def file(self, kind: str, raw: Any) -> FileMap:
        at = pointer_to(kind)
        good = self.table(raw, _FILE, at)
        header = good.pop("header", True)
        columns = good.pop("columns", {})
        excluded = good.pop("exclude", ())
        return FileMap(
            kind,
            **good,
            header=() if header is True else header,
            columns=list(self.columns(columns, f"{at}/columns")),
            exclude=tuple(self.exclusion(rule, f"{at}/exclude/{place}") for place, rule in enumerate(excluded)),
        )

    def columns(self, raw: Mapping[str, Any], at: str) -> Iterable[Column | Product | Constant]:
        for name, written in raw.items():
            where = at + pointer_to(name)
            if not is_identifier(name):
                self.problems.append(faults.misshapen(where, "named like 'annual_spend' (letters, digits, _)", name))
            yield self.column(name, {"column": written} if isinstance(written, str) else written, where)

    def column(self, name: str, raw: Any, at: str) -> Column | Product | Constant:
        if isinstance(raw, Mapping) and "product" in raw:
            good = self.table(raw, _PRODUCT, at)
            return Product(name, good.get("product", ()), type=good.get("type"))
        if isinstance(raw, Mapping) and "value" in raw:
            good = self.table(raw, _CONSTANT, at)
            return Constant(name, good.get("value"), type=good.get("type"))
        return Column(name, **self.table(raw, _COLUMN, at))

    def exclusion(self, raw: Any, at: str) -> Exclusion:
        good = self.table(raw, _EXCLUDE, at)
        for key in ("name", "when"):
            if isinstance(raw, Mapping) and key not in raw:
                self.problems.append(faults.missing_key(at, key))
        return Exclusion(good.get("name", at), good.get("when", ""), good.get("why"))

    def table(self, raw: Any, shapes: Mapping[str, Shape], at: str) -> dict[str, Any]:
        if isinstance(raw, Mapping):
            return self.taken(raw, shapes, at, tuple(shapes))
        self.problems.append(faults.misshapen(at, "a table", raw))
        return {}

    def taken(
        self, raw: Mapping[str, Any], shapes: Mapping[str, Shape], at: str, known: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return the entries that have their shape; the others become problems."""
        good = {}
        for key, value in raw.items():
            if key not in shapes:
                self.problems.append(faults.unknown_key(at + pointer_to(key), str(key), known))
            elif not shapes[key][1](value):
                self.problems.append(faults.misshapen(at + pointer_to(key), shapes[key][0], value))
            else:
                good[key] = value
        return good
