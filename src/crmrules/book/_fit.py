"""Whether the parts of a file's map fit together: options and types, products and columns."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from zoneinfo import ZoneInfo

from crmrules.book import _faults as faults
from crmrules.book._columns import reader_of
from crmrules.book._dates import format_fault
from crmrules.book._faults import Refused
from crmrules.book._fitted import fitted
from crmrules.book._map import Column, Constant, FileMap, Product
from crmrules.book._schema import NUMERIC, ColumnType, schema_of
from crmrules.problems import Problem, pointer_to

__all__ = ["map_problems", "zone_of"]

_FACTORS = 8
_OPTIONS: dict[str, tuple[ColumnType, ...]] = {
    "format": ("date", "instant"),
    "thousands": NUMERIC,
    "decimal": NUMERIC,
    "strip": NUMERIC,
    "scale": NUMERIC,
    "drop_suffix": ("text", "choice"),
}
_UTC = ZoneInfo("UTC")

Types = Mapping[str, ColumnType]
Cell = Column | Product | Constant


def map_problems(file_map: FileMap, types: Types, *, default: ColumnType | None) -> list[Problem]:
    """Return everything that is wrong with a file's map.

    Args:
        file_map: The map.
        types: The types of its columns, as far as they are known.
        default: Type of the other columns; None leaves their options unchecked for now.
    """
    types = schema_of(file_map.kind).types_with(types)
    at = pointer_to(file_map.kind)
    found = [*_file_problems(file_map, at), *_list_problems(file_map, at)]
    for column in file_map.columns:
        where = f"{at}{pointer_to('columns', column.name)}"
        found += _column_problems(column, file_map, {**types}, default, where)
    return found


def zone_of(name: str) -> ZoneInfo | None:
    """Return the time zone of a name, or None."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def type_of(column: Cell, types: Types, default: ColumnType | None) -> ColumnType | None:
    """Return the type of a column: its own, else the one by its name, else the default."""
    return column.type or types.get(column.name) or (_type_told(column) if default else None) or default


def _type_told(column: Cell) -> ColumnType | None:
    """Return the type that a column's translations tell: a flag, where all of them are true or false."""
    meanings = [meaning for _, meaning in getattr(column, "values", ())]
    return "flag" if meanings and all(isinstance(each, bool) for each in meanings) else None


def is_text_encoding(name: str) -> bool:
    """Say whether files can be in an encoding of this name."""
    try:
        codecs.getincrementaldecoder(name)
        b"\n".decode(name, "replace")
        "\n".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _file_problems(file_map: FileMap, at: str) -> Iterator[Problem]:
    if not _stays_inside(file_map.path):
        yield faults.misshapen(f"{at}/file", "a path inside the folder of the book", file_map.path)
    if not is_text_encoding(file_map.encoding):
        yield faults.misshapen(f"{at}/encoding", "the name of a character encoding", file_map.encoding)
    if file_map.delimiter not in ("tab", "whitespace") and not _is_delimiter(file_map.delimiter):
        expected = "one character, 'tab' or 'whitespace'"
        yield faults.misshapen(f"{at}/delimiter", expected, file_map.delimiter)


def _stays_inside(path: str) -> bool:
    steps = PureWindowsPath(path)
    return not (PurePosixPath(path).is_absolute() or steps.drive or steps.root or ".." in steps.parts or "\0" in path)


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and text not in '"\r\n\0'


def _list_problems(file_map: FileMap, at: str) -> Iterator[Problem]:
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("header", file_map.header),
        ("columns", file_map.names),
        ("exclude", [rule.name for rule in file_map.exclude]),
    )
    for key, names in lists:
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield faults.twice(f"{at}/{key}", name)
    if file_map.exclude and not file_map.columns:
        yield faults.unlisted_columns(at)
    for name in schema_of(file_map.kind).required if file_map.columns else ():
        if name not in file_map.names:
            yield faults.missing_meaning(f"{at}/columns", file_map.kind, name)


def _column_problems(
    column: Cell, file_map: FileMap, types: Types, default: ColumnType | None, at: str
) -> Iterator[Problem]:
    type_ = type_of(column, types, default)
    if isinstance(column, Product):
        yield from _product_problems(column, file_map, types, default, at)
    elif type_ is not None and isinstance(column, Constant):
        yield from _constant_problems(column, type_, at)
    elif type_ is not None and isinstance(column, Column):
        yield from _option_problems(column, type_, at)


def _product_problems(
    product: Product, file_map: FileMap, types: Types, default: ColumnType | None, at: str
) -> Iterator[Problem]:
    if not 2 <= len(product.factors) <= _FACTORS:
        yield faults.misshapen(f"{at}/product", f"a list of 2 to {_FACTORS} columns", list(product.factors))
    if type_of(product, types, "number") not in ("number", "money", "ratio"):
        yield faults.useless(f"{at}/product", "product", str(type_of(product, types, "number")))
    others = [cell for cell in file_map.columns if not isinstance(cell, Product)]
    numbers = [cell.name for cell in others if type_of(cell, types, default) in (*NUMERIC, None)]
    for factor in product.factors:
        if factor not in numbers:
            yield faults.bad_factor(f"{at}/product", factor, numbers)


def _constant_problems(constant: Constant, type_: ColumnType, at: str) -> Iterator[Problem]:
    try:
        constant_value(constant, type_, _UTC)
    except Refused as refused:
        yield refused.problem.below(f"{at}/value")


def constant_value(constant: Constant, type_: ColumnType, zone: ZoneInfo) -> object:
    """Return the value of a constant column, a text read the way a text of the file would be."""
    if isinstance(constant.value, str):
        return reader_of(Column(constant.name), type_, zone)(constant.value)
    return fitted(constant.name, type_, constant.value, zone)


def _option_problems(column: Column, type_: ColumnType, at: str) -> Iterator[Problem]:
    for option, good_for in _OPTIONS.items():
        if getattr(column, option) not in ("", (), 1) and (type_ not in good_for or column.values):
            yield faults.useless(f"{at}/{option}", option, type_)
    if column.thousands == (column.decimal or ".") and column.thousands:
        yield faults.misshapen(f"{at}/thousands", "another character than the decimal point", column.thousands)
    fault = format_fault(column.format, timed=type_ == "instant") if type_ in ("date", "instant") else ""
    if fault:
        yield faults.bad_format(f"{at}/format", column.format, fault)
    yield from _meaning_problems(column, type_, at)


def _meaning_problems(column: Column, type_: ColumnType, at: str) -> Iterator[Problem]:
    for text, value in column.values:
        try:
            fitted(column.name, type_, value, _UTC)
        except Refused as refused:
            yield refused.problem.below(f"{at}{pointer_to('values', text)}")
