"""From the file of a book's map to the map, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crmrules.book import BookMap, excluders, read_map
from crmrules.book._fit import Types
from crmrules.documents._positions import locate_keys, placed
from crmrules.documents._source import Format, Source
from crmrules.documents._syntax import decode, parse
from crmrules.errors import BookError, PolicyError
from crmrules.problems import Problem

__all__ = ["load_map"]

_FORMATS: dict[str, Format] = {".toml": "toml", ".json": "json"}
_OF_KEYS = ("CR601",)


def load_map(path: str | Path, *, types: Mapping[str, Types] | None = None) -> BookMap:
    """Return the map in a file; its exclusion rules are read too, so that they can be relied on.

    Args:
        path: A ``.toml`` or ``.json`` file.
        types: Types of columns by record kind and name, as ``read_book`` takes them.

    Raises:
        DocumentError: If the text is not correct TOML or JSON.
        BookError: If anything is wrong with the map; ``problems`` lists all of it with its line and column.
        OSError: If the file cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() not in _FORMATS:
        raise PolicyError(f"a map's file must end in {' or '.join(_FORMATS)}, got {path.name!r}")
    source = Source(decode(path.read_bytes(), file=str(path)), _FORMATS[path.suffix.lower()], str(path))
    try:
        found = read_map(parse(source), types=types)
        excluders(found, types=types)
    except BookError as wrong:
        raise BookError(_reported(source, wrong.problems)) from None
    return found


def _reported(source: Source, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    keys = locate_keys(source, {problem.pointer for problem in problems if problem.code in _OF_KEYS})
    return placed(source, (_at_key(source, problem, keys) for problem in problems))


def _at_key(source: Source, problem: Problem, keys: Mapping[str, tuple[int, int]]) -> Problem:
    """Return the problem of a key with the place of the key, not of its value."""
    if problem.code not in _OF_KEYS:
        return problem
    line, column = keys[problem.pointer]
    return problem.at(file=source.file, line=line, column=column)
