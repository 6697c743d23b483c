"""One file being read: the loop over its lines, and what to do where it stops."""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from crmrules.book import _faults as faults
from crmrules.book._faults import Refused
from crmrules.book._loop import Cell, loop_over
from crmrules.book._map import FileMap
from crmrules.book._numbers import EXACT
from crmrules.book._rows import Excluder, Rejection, Row, Rows
from crmrules.book._schema import schema_of
from crmrules.book._source import Source, reading
from crmrules.problems import Problem

__all__ = ["Run"]

_BATCH = 10_000


class Run:
    """The records of a file on their way to a place: kept, excluded or rejected."""

    def __init__(
        self,
        file_map: FileMap,
        source: Source,
        cells: Sequence[Cell],
        width: int,
        excluded_by: Excluder | None,
    ) -> None:
        self._map = file_map
        self._source = source
        self._width = width
        self._single = file_map.delimiter == "whitespace"
        self._required = [file_map.names.index(name) for name in schema_of(file_map.kind).required]
        self._kept: list[Row] = []
        self._lines = array("Q")
        self._excluded = Counter({rule.name: 0 for rule in file_map.exclude})
        self._rejected: list[Rejection] = []
        self._loop = self._loop_over(cells, excluded_by)

    def rows(self, progress: Callable[[int], None] | None) -> Rows:
        """Read the file to its end."""
        records, base = self._source.records(), self._source.line
        while True:
            with reading(self._map):
                line, fault = self._loop(islice(records, _BATCH), records, base, self._source.line)
            if fault is None and line == self._source.line:
                return self._result()
            self._source.move(line)
            if fault is not None:
                self._source.move(self._mend(fault, spans=not self._single and base + records.line_num > line + 1))
                records, base = self._source.records(), self._source.line
            if progress is not None:
                progress(len(self._kept) + self._excluded.total() + len(self._rejected))

    def _loop_over(self, cells: Sequence[Cell], excluded_by: Excluder | None) -> Callable[..., tuple[int, Any]]:
        bound = {
            "CsvError": csv.Error,
            "Refused": Refused,
            "exclude": excluded_by,
            "keep": self._kept.append,
            "keep_line": self._lines.append,
            "lacking": self._lacking,
            "leave_out": self._leave_out,
            "misfit": self._misfit,
            "refuse": self._refuse,
            "times": EXACT.multiply,
        }
        return loop_over(
            cells,
            width=self._width,
            required=self._required,
            excluding=excluded_by is not None,
            single=self._single,
            bound=bound,
        )

    def _result(self) -> Rows:
        kept, rejected = tuple(self._kept), tuple(self._rejected)
        return Rows(self._map.kind, self._map.names, kept, self._lines, dict(self._excluded), rejected)

    def _leave_out(self, rule: str) -> None:
        self._excluded[rule] += 1

    def _refuse(self, line: int, refused: Refused) -> None:
        self._reject(line, refused.problem, refused.text, refused.column)

    def _misfit(self, line: int, fields: Sequence[str]) -> None:
        self._reject(line, faults.wrong_width(len(fields), self._width), ",".join(fields))

    def _lacking(self, line: int, row: Row) -> None:
        column = next(self._map.names[place] for place in self._required if row[place] is None)
        self._reject(line, faults.unknown_value(column), column=column)

    def _reject(self, line: int, problem: Problem, text: str = "", column: str = "") -> None:
        self._rejected.append(Rejection(problem.at(file=self._map.path, line=line), column, text))

    def _mend(self, fault: Any, *, spans: bool) -> int:
        """Reject the record that starts on the present line; return the line to go on after."""
        text = self._source.text()
        strange = isinstance(fault, UnicodeDecodeError)
        lines = self._lines_of_record() if strange else 0
        if strange and (lines or "\ufffd" in text):
            problem = faults.undecodable(self._source.encoding)
        else:
            problem = self._broken(fault, text, spans=spans or strange)
        self._reject(self._source.line + 1, problem, text)
        return self._source.line + max(lines, 1)

    def _lines_of_record(self) -> int:
        """Return how many lines the present record has, bad bytes aside; 0 if it is broken too."""
        records = self._source.records("replace")
        try:
            next(records)
        except csv.Error:
            return 0
        return 1 if self._single else int(records.line_num)

    def _broken(self, fault: Any, text: str, *, spans: bool) -> Problem:
        if isinstance(fault, int):
            return faults.spanning_misfit(fault, self._width)
        if len(text) > csv.field_size_limit():
            return faults.too_long(csv.field_size_limit())
        return faults.unclosed() if spans or "end of data" in str(fault) else faults.bad_quotes(fault)
