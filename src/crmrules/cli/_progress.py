"""How far a long reading is, told now and then."""

from __future__ import annotations

from crmrules._words import say
from crmrules.cli._console import Console

__all__ = ["Progress"]


class Progress:
    """Tells how many rows of the present file were read, about every hundred thousand.

    Args:
        console: Where it is told.
        every: How many rows lie between two tellings.
    """

    def __init__(self, console: Console, every: int = 100_000) -> None:
        self._console, self._every = console, every
        self._told = 0

    def __call__(self, rows: int) -> None:
        """Take note of how many rows of the present file were read."""
        step = rows // self._every
        if step > self._told:
            self._console.tell(say("{rows:,} rows read", self._console.language, rows=rows))
        self._told = step
