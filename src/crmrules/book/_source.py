"""The lines of a file, which can be taken up again after a line that turned out to be broken."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice, repeat, tee
from pathlib import Path
from typing import Any, BinaryIO

from crmrules.book import _faults as faults
from crmrules.book._map import FileMap
from crmrules.errors import BookError

__all__ = ["Source", "opened", "reading"]

_BUFFER = 1 << 18


class Source:
    """A file's lines from some line on.

    The lines are decoded one by one, so a broken one spoils no other. A record may turn out broken only after
    many lines (an open quote swallows what follows), so lines stay at hand until ``move`` gives them up.

    Attributes:
        line: How many lines were given up so far.
    """

    def __init__(self, lines: Iterator[bytes], file_map: FileMap) -> None:
        encoding = codecs.lookup(file_map.encoding).name.replace("utf-8-sig", "utf-8")
        whole = "\n".encode(encoding) == b"\n"
        self.line = 0
        self.encoding = encoding if whole else "utf-8"
        self._delimiter = file_map.delimiter
        plain = lines if whole else _transcoded(lines, file_map)
        (self._behind,) = tee(_without_mark(plain, self.encoding), 1)

    def records(self, errors: str = "strict") -> Any:
        """Return the records from the present line on: an iterator of lists of fields with ``line_num``."""
        if self._delimiter == "whitespace":
            return map(str.split, self._lines(errors))
        delimiter = "\t" if self._delimiter == "tab" else self._delimiter
        return csv.reader(self._lines(errors), delimiter=delimiter, strict=True)

    def move(self, line: int) -> None:
        """Give up the lines before a line."""
        deque(islice(self._behind, line - self.line), maxlen=0)
        self.line = line

    def text(self) -> str:
        """Return the present line, whatever can be read of it."""
        return next(self._lines("replace"), "").rstrip("\r\n")

    def _lines(self, errors: str) -> Iterator[str]:
        self._behind, ahead = tee(self._behind)
        return map(bytes.decode, ahead, repeat(self.encoding), repeat(errors))


@contextmanager
def opened(folder: Path, file_map: FileMap) -> Iterator[BinaryIO]:
    """Open a file of a book's folder, unpacked.

    Raises:
        BookError: If there is no such file in the folder.
    """
    path = (folder / file_map.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BookError((faults.outside(file_map.path),))
    if not path.is_file():
        raise BookError((faults.no_file(file_map.path, _files_in(folder)),))
    with reading(file_map):
        packed = path.suffix.lower() == ".gz"
        file = gzip.open(path, "rb") if packed else path.open("rb", buffering=0)  # noqa: SIM115  closed below
    with file, io.BufferedReader(file, _BUFFER) as buffered:
        yield buffered


@contextmanager
def reading(file_map: FileMap) -> Iterator[None]:
    """Turn what the system or the packing says into a ``BookError``."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise BookError((faults.unreadable(file_map.path, 0, error),)) from error


def _files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _without_mark(lines: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Return the lines without a byte order mark before the first one."""
    first = [line.removeprefix(_mark(encoding)) for line in islice(lines, 1)]
    return chain(first, lines)


def _mark(encoding: str) -> bytes:
    try:
        return "\ufeff".encode(encoding)
    except UnicodeError:
        return b""


def _transcoded(lines: Iterator[bytes], file_map: FileMap) -> Iterator[bytes]:
    """Yield the lines of a file whose encoding hides line ends from a reader of bytes."""
    given, rest = 0, ""
    try:
        for text in codecs.iterdecode(lines, file_map.encoding):
            *whole, rest = (rest + text).split("\n")
            yield from (f"{line}\n".encode() for line in whole)
            given += len(whole)
    except UnicodeError as error:
        problem = faults.undecodable_file(file_map.path, given + 1, file_map.encoding)
        raise BookError((problem,)) from error
    if rest:
        yield rest.encode()
