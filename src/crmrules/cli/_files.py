"""Files of results: written whole or not at all, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

__all__ = ["csv_rows", "safe", "written_together"]

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


def safe(cell: str) -> str:
    """Return a cell's text so that no spreadsheet takes it for a formula; plain numbers stay as they are."""
    return f"'{cell}" if cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell) else cell


def csv_rows(rows: Iterable[Iterable[str]]) -> Callable[[TextIO], None]:
    """Return what writes rows of texts as CSV."""

    def write(file: TextIO) -> None:
        csv.writer(file, lineterminator="\n").writerows(map(safe, row) for row in rows)

    return write


def written_together(folder: Path, writers: Mapping[str, Callable[[TextIO], Any]]) -> None:
    """Write several files into a folder: all of them appear under their names, or none does.

    Args:
        folder: The folder; it is made if it is not there.
        writers: What writes each file, by its name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        drafts = {name: stack.enter_context(_draft(folder, name, write)) for name, write in writers.items()}
        for name, draft in drafts.items():
            os.replace(draft, folder / name)


@contextmanager
def _draft(folder: Path, name: str, write: Callable[[TextIO], Any]) -> Iterator[Path]:
    """Write a file under a passing name, which is gone in the end."""
    path = folder / f".{name}.{os.getpid()}.part"
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            write(file)
        yield path
    finally:
        path.unlink(missing_ok=True)
