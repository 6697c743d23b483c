"""Reading the book in a folder for a handbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crmrules.book import COLUMN_TYPES, KINDS, Book, BookMap, excluders, read_book
from crmrules.book._schema import schema_of
from crmrules.cli._usage import UsageError
from crmrules.documents import load_map
from crmrules.handbook import Handbook

__all__ = ["book_in", "map_of", "types_for"]


def types_for(handbook: Handbook) -> dict[str, dict[str, Any]]:
    """Return the types of columns that are facts of the handbook, for all kinds of records but orders.

    A column that a kind of records has by nature, such as the instant ``at`` of an event, keeps its own type.
    """
    facts = {each.name: each.type if each.type in COLUMN_TYPES else "text" for each in handbook.facts.declarations}
    return {kind: _not_its_own(kind, facts) for kind in KINDS if kind != "orders"}


def _not_its_own(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the types of facts without those of columns that a record kind has by nature."""
    own = schema_of(kind).types_with({})
    return {name: each for name, each in facts.items() if name not in own}


def map_of(folder: Path, file: Path | None, handbook: Handbook) -> BookMap:
    """Return the map of a book: the one that was named, else ``book.toml`` in the folder, else an empty one."""
    if not folder.is_dir():
        raise UsageError(f"--book must be a folder, got {str(folder)!r}")
    usual = folder / "book.toml"
    found = file or (usual if usual.is_file() else None)
    return load_map(found, types=types_for(handbook)) if found else BookMap()


def book_in(folder: Path, book_map: BookMap, handbook: Handbook, progress: Callable[[int], None] | None = None) -> Book:
    """Return the book in a folder, the customers' columns typed as the handbook's facts."""
    types = types_for(handbook)
    rules = excluders(book_map, types=types)
    book = read_book(folder, book_map, types=types, excluded_by=rules, progress=progress)
    if not {"customers", "orders"} & set(book.kinds):
        raise UsageError(
            f"{str(folder)!r} holds neither customers nor orders. Say in book.toml, or with --map, which files do."
        )
    return book
