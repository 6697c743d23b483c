"""The loop over the lines of a file, written out as Python source once for every file.

The source holds positions and names of our own only (``c0``, ``f3``); what the map says is bound as values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any

from attrs import frozen

__all__ = ["Field", "Fixed", "Times", "loop_over"]


@frozen
class Field:
    """A value that is read from the field at a position, through ``values``."""

    position: int
    values: Any


@frozen
class Fixed:
    """A value that is the same in every row."""

    value: Any


@frozen
class Times:
    """A value that is the product of the values at some places of the row, None if one is."""

    factors: tuple[int, ...]


Cell = Field | Fixed | Times

_SOURCE = """\
def loop(records, reader, base, line):
    try:
        for fields in records:
            if len(fields) != {width}:
                if fields:
                    if {here} > line + 1:
                        return line, len(fields)
                    misfit(line + 1, fields)
                line = {here}
                continue
            {fields} = fields
            try:
{cells}
            except Refused as refused:
                refuse(line + 1, refused)
                line = {here}
                continue
            row = ({row})
{fate}
            line = {here}
    except (CsvError, UnicodeDecodeError) as fault:
        return line, fault
    return line, None
"""

_EXCLUDE = """\
            reason = exclude(row)
            if reason is not None:
                leave_out(reason)
                line = {here}
                continue
"""

_KEEP = """\
            if {unknown}:
                lacking(line + 1, row)
            else:
                keep(row)
                keep_line(line + 1)"""


def loop_over(
    cells: Sequence[Cell],
    *,
    width: int,
    required: Sequence[int],
    excluding: bool,
    single: bool,
    bound: dict[str, Any],
) -> Callable[..., tuple[int, Any]]:
    """Return the loop for a file.

    Args:
        cells: What stands in each place of a row.
        width: How many fields a line has.
        required: Places whose values must be known.
        excluding: Whether ``bound`` holds a function ``exclude``.
        single: Whether every record is one line.
        bound: What the loop calls by name: CsvError, Refused, exclude, keep, keep_line, lacking, leave_out,
            misfit, refuse, times.

    Returns:
        A function that takes the records, their reader, the line the reader started after and the line it
        has come to. It returns the line it came to and what stopped it: None at the end of the records, an
        error, or the number of fields of a record that spans lines and does not fit.
    """
    here = "line + 1" if single else "base + reader.line_num"
    source = _SOURCE.format(
        width=width,
        here=here,
        fields=_fields(cells, width),
        cells="\n".join(f"{' ' * 16}{line}" for line in _statements(cells)),
        row="".join(f"c{place}, " for place in range(len(cells))),
        fate=_fate(required, excluding=excluding, here=here),
    )
    names = {**bound, **_values(cells)}
    exec(_compiled(source), names)  # noqa: S102  the source holds names of our own only
    made: Callable[..., tuple[int, Any]] = names["loop"]
    return made


@lru_cache(maxsize=256)
def _compiled(source: str) -> CodeType:
    return compile(source, "<crmrules.book>", "exec")


def _fields(cells: Sequence[Cell], width: int) -> str:
    used = {cell.position for cell in cells if isinstance(cell, Field)}
    return "".join(f"f{place}, " if place in used else "_, " for place in range(width))


def _statements(cells: Sequence[Cell]) -> list[str]:
    """Return the assignments of a row's values, products last."""
    simple = [f"c{place} = {_simple(place, cell)}" for place, cell in enumerate(cells) if not isinstance(cell, Times)]
    products = [f"c{place} = {_product(cell)}" for place, cell in enumerate(cells) if isinstance(cell, Times)]
    return simple + products


def _simple(place: int, cell: Field | Fixed) -> str:
    return f"v{place}[f{cell.position}]" if isinstance(cell, Field) else f"v{place}"


def _product(cell: Times) -> str:
    first, *others = cell.factors
    product = f"c{first}"
    for other in others:
        product = f"times({product}, c{other})"
    return f"None if {_any_unknown(cell.factors)} else {product}"


def _any_unknown(places: Sequence[int]) -> str:
    return " or ".join(f"c{place} is None" for place in places) or "False"


def _fate(required: Sequence[int], *, excluding: bool, here: str) -> str:
    exclude = _EXCLUDE.format(here=here) if excluding else ""
    return exclude + _KEEP.format(unknown=_any_unknown(required))


def _values(cells: Sequence[Cell]) -> dict[str, Any]:
    simple = {f"v{place}": cell for place, cell in enumerate(cells) if not isinstance(cell, Times)}
    return {name: cell.values if isinstance(cell, Field) else cell.value for name, cell in simple.items()}
