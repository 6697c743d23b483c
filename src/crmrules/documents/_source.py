"""The text of a document, and where in it a character stands."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from attrs import frozen

__all__ = ["Format", "Lines", "Source"]

Format = Literal["toml", "json", "yaml"]


@frozen
class Source:
    """The text of a document, its format and its name.

    Args:
        text: The whole text, already decoded.
        format: ``toml``, ``json`` or ``yaml``.
        file: Name of the file for messages; may be empty.
    """

    text: str
    format: Format
    file: str = ""


class Lines:
    """Lines of a text; turns an offset into line and column and back.

    Args:
        text: The text; only a line feed ends a line.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, both counted from 1."""
        line = bisect_right(self._starts, offset, hi=len(self._starts) - 1)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of the character at a line and column."""
        return self._starts[line - 1] + column - 1
