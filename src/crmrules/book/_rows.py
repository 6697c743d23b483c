"""Rows of a file, with a place for every line: kept, excluded on purpose, or rejected with a reason."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from crmrules._checks import must
from crmrules._frozen import FrozenMapping
from crmrules.errors import shorten
from crmrules.problems import Problem

__all__ = ["Excluder", "Rejection", "Row", "Rows"]

Row = tuple[Any, ...]
Excluder = Callable[[Row], str | None]


@frozen
class Rejection:
    """A line of a file that could not be read.

    Args:
        problem: What is wrong with it, and where.
        column: Name of the column of the book that has no value; empty if the line as a whole is broken.
        text: What the file says there, shortened.
    """

    problem: Problem
    column: str = ""
    text: str = field(default="", converter=shorten)

    @property
    def file(self) -> str:
        """Return the file, relative to the folder of the book."""
        return self.problem.file

    @property
    def line(self) -> int:
        """Return the line on which the record starts, counted from 1."""
        return self.problem.line

    @property
    def code(self) -> str:
        """Return the stable code of the problem."""
        return self.problem.code

    def __str__(self) -> str:
        return self.problem.text()


def _counts(counts: Mapping[str, int]) -> Mapping[str, int]:
    return FrozenMapping(counts)


@frozen
class Rows:
    """The records of one kind.

    Every record of the file is in one place: ``read == len(rows) + sum(excluded.values()) + len(rejected)``.

    Args:
        kind: The record kind, such as ``orders``.
        names: Names of the columns, in the order of a row's values.
        rows: The values of every record that was kept.
        lines: The line on which each kept record starts; for records in memory their places, counted from 1.
        excluded: How many records each exclusion rule left out.
        rejected: The records that could not be read.
    """

    kind: str
    names: tuple[str, ...]
    rows: tuple[Row, ...] = field(default=(), repr=False)
    lines: array[int] = field(factory=lambda: array("Q"), repr=False)
    excluded: Mapping[str, int] = field(factory=dict, converter=_counts)
    rejected: tuple[Rejection, ...] = field(default=(), repr=lambda found: str(len(found)))

    @property
    def read(self) -> int:
        """Return how many records the file holds."""
        return len(self.rows) + sum(self.excluded.values()) + len(self.rejected)

    def column(self, name: str) -> tuple[Any, ...]:
        """Return the values of a column, row by row.

        Raises:
            PolicyError: If there is no such column.
        """
        place = self.place(name)
        return tuple(row[place] for row in self.rows)

    def place(self, name: str) -> int:
        """Return where in a row the values of a column stand.

        Raises:
            PolicyError: If there is no such column.
        """
        must(name in self.names, f"column of {self.kind}", f"be one of {', '.join(self.names)}", name)
        return self.names.index(name)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)
