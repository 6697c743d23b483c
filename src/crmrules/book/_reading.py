"""Reading the file of one record kind, quickly and with nothing lost."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import evolve

from crmrules._checks import must
from crmrules.book import _faults as faults
from crmrules.book._columns import Values, reader_of
from crmrules.book._fit import Types, constant_value, map_problems, type_of, zone_of
from crmrules.book._loop import Cell, Field, Fixed, Times
from crmrules.book._map import Column, Constant, FileMap, Product
from crmrules.book._rows import Excluder, Rows
from crmrules.book._run import Run
from crmrules.book._schema import schema_of
from crmrules.book._source import Source, opened, reading
from crmrules.errors import BookError
from crmrules.problems import Problem

__all__ = ["read_rows"]


def read_rows(
    folder: Path,
    file_map: FileMap,
    *,
    types: Types | None = None,
    timezone: str = "UTC",
    excluded_by: Excluder | None = None,
    progress: Callable[[int], None] | None = None,
) -> Rows:
    """Read the file of one record kind.

    Args:
        folder: The folder of the book.
        file_map: How the file is read.
        types: Types of columns by name, on top of those that the kind has by nature; other columns are text.
        timezone: Zone of times that are written without one, and of the days of the others.
        excluded_by: Returns the name of the rule that excludes a row, or None. Needed if the map has rules.
        progress: Called now and then with the number of records read so far.

    Raises:
        BookError: If the file is missing, empty, unreadable or lacks a column, or its map is wrong.
        PolicyError: If the map excludes rows and nobody says which.
    """
    zone = _checked(file_map, types or {}, timezone)
    rules = ", ".join(rule.name for rule in file_map.exclude)
    must(not rules or excluded_by is not None, f"excluded_by of {file_map.kind}", f"tell {rules}", excluded_by)
    with opened(Path(folder), file_map) as lines:
        with reading(file_map):
            source = Source(lines, file_map)
            header = file_map.header or _header(source, file_map)
        mapped = file_map if file_map.columns else _as_headed(file_map, header)
        run = Run(mapped, source, _cells(mapped, header, types or {}, zone), len(header), excluded_by)
        return run.rows(progress)


def _checked(file_map: FileMap, types: Types, timezone: str) -> ZoneInfo:
    """Return the zone if the map is right, else raise all that is wrong."""
    zone = zone_of(timezone)
    problems = map_problems(file_map, types, default="text")
    if zone is None:
        problems.append(faults.misshapen("/timezone", "the name of a time zone", timezone))
    if problems or zone is None:
        raise BookError(tuple(problems))
    return zone


def _header(source: Source, file_map: FileMap) -> tuple[str, ...]:
    """Return the names in the header line and move behind it."""
    records = source.records()
    try:
        for number, fields in enumerate(records, 1):
            if fields:
                source.move(getattr(records, "line_num", number))
                return tuple(name.strip() for name in fields)
    except UnicodeDecodeError as error:
        raise BookError((faults.undecodable_file(file_map.path, 1, source.encoding),)) from error
    except csv.Error as error:
        raise BookError((faults.bad_header(file_map.path, error),)) from error
    raise BookError((faults.empty_file(file_map.path),))


def _as_headed(file_map: FileMap, header: Sequence[str]) -> FileMap:
    """Return the map with every named column of the file under its own name."""
    return evolve(file_map, columns=tuple(Column(name) for name in dict.fromkeys(header) if name))


def _cells(file_map: FileMap, header: Sequence[str], types: Types, zone: ZoneInfo) -> list[Cell]:
    """Return where the values of a row come from, or raise what the file lacks."""
    known = schema_of(file_map.kind)
    problems = list(_header_problems(file_map, header, known.required))
    if problems:
        raise BookError(tuple(problems))
    typed = known.types_with(types)
    return [_cell(column, file_map, header, typed, zone) for column in file_map.columns]


def _header_problems(file_map: FileMap, header: Sequence[str], required: Sequence[str]) -> list[Problem]:
    wanted = [column.header for column in file_map.columns if isinstance(column, Column)]
    wanted += [name for name in required if name not in file_map.names]
    lacking = [faults.no_column(file_map.path, name, header) for name in wanted if name not in header]
    return lacking + [faults.twin_columns(file_map.path, name) for name in wanted if header.count(name) > 1]


def _cell(
    column: Column | Product | Constant,
    file_map: FileMap,
    header: Sequence[str],
    types: Types,
    zone: ZoneInfo,
) -> Cell:
    if isinstance(column, Product):
        return Times(tuple(file_map.names.index(factor) for factor in column.factors))
    type_ = type_of(column, types, "text") or "text"
    if isinstance(column, Constant):
        return Fixed(constant_value(column, type_, zone))
    return Field(header.index(column.header), Values(reader_of(column, type_, zone)))
