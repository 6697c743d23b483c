"""An index of a large table: which rows admit a value, as one bit set per stretch of each fact's values.

A row is split into alternatives that are plain conjunctions of questions about single facts; each alternative is a
line of the index. The lines that fire for a record are the intersection of one bit set per fact, so the cost
grows with the number of facts, not of rows. What cannot be split is asked one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from attrs import define, field, frozen

from crmrules.conditions import (
    ORDERED,
    Compare,
    Condition,
    Fact,
    Has,
    IsTrue,
    IsUnknown,
    Not,
    OneOf,
    alternatives,
    bare,
    evaluate,
)
from crmrules.tables._rows import Table

__all__ = ["Index"]

MOST_ALTERNATIVES = 16


@frozen
class Index:
    """The lines of a table by the values they admit.

    Args:
        names: Names of the facts, in the order in which values come.
        dimensions: For each fact that any line asks about: its place, and the bit sets of its values.
        all_lines: The bit set of every line.
        row_of: The position of each line's row; lines stand in the order in which their rows win.
        asked: The lines whose condition cannot be split, with the condition.
    """

    names: tuple[str, ...]
    dimensions: tuple[tuple[int, Any], ...]
    all_lines: int
    row_of: tuple[int, ...]
    asked: dict[int, Condition]

    @staticmethod
    def of(table: Table, names: tuple[str, ...], order: tuple[int, ...]) -> Index:
        """Return the index of a table whose rows win in ``order``."""
        lines: list[tuple[Condition, ...]] = []
        row_of: list[int] = []
        asked: dict[int, Condition] = {}
        for position in order:
            for questions in _split(table.rows[position].when):
                if questions is None:
                    asked[len(lines)] = table.rows[position].when
                lines.append(questions or ())
                row_of.append(position)
        return Index(names, _dimensions(table, lines, names), (1 << len(lines)) - 1, tuple(row_of), asked)

    def lines(self, values: tuple[Any, ...]) -> int:
        """Return the bit set of the lines that admit the values, not yet asking what could not be split."""
        found = self.all_lines
        for place, dimension in self.dimensions:
            found &= dimension.admitting(values[place])
        return found

    def first(self, values: tuple[Any, ...]) -> int:
        """Return the position of the row that wins, or -1."""
        found = self.lines(values)
        while found:
            low = found & -found
            line = low.bit_length() - 1
            if line not in self.asked or self.holds(line, values):
                return self.row_of[line]
            found ^= low
        return -1

    def fired(self, values: tuple[Any, ...]) -> int:
        """Return the bit set of the rows that fire."""
        found, rows = self.lines(values), 0
        while found:
            low = found & -found
            line = low.bit_length() - 1
            if line not in self.asked or self.holds(line, values):
                rows |= 1 << self.row_of[line]
            found ^= low
        return rows

    def holds(self, line: int, values: tuple[Any, ...]) -> bool:
        """Say whether a condition that could not be split holds."""
        return evaluate(self.asked[line], dict(zip(self.names, values, strict=True))) is True


def _split(when: Condition) -> Iterator[tuple[Condition, ...] | None]:
    ways = alternatives(when, MOST_ALTERNATIVES)
    if ways is None or any(not _plain(question) for way in ways for question in way):
        yield None
    else:
        yield from ways


def _plain(question: Any) -> bool:
    inner = bare(question)
    return not isinstance(inner, Has) and not isinstance(getattr(inner, "value", None), Fact)


def _dimensions(table: Table, lines: list[tuple[Any, ...]], names: tuple[str, ...]) -> tuple[tuple[int, Any], ...]:
    asked: dict[str, dict[int, list[Any]]] = {}
    for line, questions in enumerate(lines):
        for question in questions:
            name = bare(question).fact.name
            asked.setdefault(name, {}).setdefault(line, []).append(question)
    facts = {fact.name: fact for fact in table.facts}
    return tuple((names.index(name), _dimension(facts[name], found, len(lines))) for name, found in asked.items())


def _dimension(fact: Fact, asked: dict[int, list[Any]], count: int) -> Any:
    kind = _Scale if fact.type in ORDERED else _Names
    rest = (1 << count) - 1
    for line in asked:
        rest ^= 1 << line
    return kind.of(asked, rest)


@define
class _Scale:
    """An ordered fact, cut at every bound: below the first, on it, between it and the next, and so on."""

    cuts: list[Any]
    admitted: list[int]

    @staticmethod
    def of(asked: dict[int, list[Any]], rest: int) -> _Scale:
        cuts = sorted({value for questions in asked.values() for each in questions for value in _values(each)})
        place = {cut: 2 * number + 1 for number, cut in enumerate(cuts)}
        turns = [0] * (2 * len(cuts) + 2)
        for line, questions in asked.items():
            for start, end in _stretches(questions, place, 2 * len(cuts)):
                turns[start] ^= 1 << line
                turns[end + 1] ^= 1 << line
        return _Scale(cuts, _running(turns, rest))

    def admitting(self, value: Any) -> int:
        """Return the lines that admit a value."""
        cuts = self.cuts
        place = bisect_left(cuts, value)
        on_cut = place < len(cuts) and cuts[place] == value
        return self.admitted[2 * place + on_cut]


def _running(turns: list[int], rest: int) -> list[int]:
    admitted, now = [], rest
    for turn in turns[:-1]:
        now ^= turn
        admitted.append(now)
    return admitted


def _values(question: Any) -> tuple[Any, ...]:
    inner = bare(question)
    if isinstance(inner, OneOf):
        return inner.bound
    return (inner.bound,) if isinstance(inner, Compare) else ()


def _stretches(questions: list[Any], place: dict[Any, int], last: int) -> list[tuple[int, int]]:
    """Return the stretches of values that all questions of a line admit."""
    found = [(0, last)]
    for question in questions:
        found = [cut for low, high in found for cut in _cut(low, high, _admitted(question, place, last))]
    return found


def _cut(low: int, high: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in ranges:
        if max(low, start) <= min(high, end):
            yield max(low, start), min(high, end)


def _admitted(question: Any, place: dict[Any, int], last: int) -> list[tuple[int, int]]:
    if isinstance(question, Compare) and question.operator in ("<", "<=", ">", ">="):
        return [_side(question.operator, place[question.bound], last)]
    if isinstance(question, IsUnknown):
        return []
    if isinstance(question, Not) and isinstance(question.part, IsUnknown):
        return [(0, last)]
    points = sorted(place[value] for value in set(_values(question)))
    wanted = not (isinstance(question, Not) or getattr(question, "operator", "") == "!=")
    return [(point, point) for point in points] if wanted else _between(points, last)


def _side(operator: str, point: int, last: int) -> tuple[int, int]:
    if operator in ("<", "<="):
        return 0, point - (operator == "<")
    return point + (operator == ">"), last


def _between(points: list[int], last: int) -> list[tuple[int, int]]:
    starts = [0, *(point + 1 for point in points)]
    ends = [*(point - 1 for point in points), last]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start <= end]


@define
class _Names:
    """An unordered fact: the lines for each value that any line names, and for all others."""

    others: int
    named: dict[Any, int] = field(factory=dict)

    @staticmethod
    def of(asked: dict[int, list[Any]], rest: int) -> _Names:
        found = _Names(rest)
        turns: dict[Any, int] = {}
        for line, questions in asked.items():
            admits_others = all(_admits(question, _ANOTHER) for question in questions)
            found.others |= admits_others << line
            for value in {value for question in questions for value in _named(question)}:
                if all(_admits(question, value) for question in questions) != admits_others:
                    turns[value] = turns.get(value, 0) ^ (1 << line)
        found.named = {value: found.others ^ turn for value, turn in turns.items()}
        return found

    def admitting(self, value: Any) -> int:
        """Return the lines that admit a value."""
        return self.named.get(value, self.others)


_ANOTHER = object()


def _named(question: Any) -> tuple[Any, ...]:
    inner = bare(question)
    return (True, False) if isinstance(inner, IsTrue) else _values(question)


def _admits(question: Any, value: Any) -> bool:
    if isinstance(question, Not):
        return not _admits(question.part, value)
    if isinstance(question, IsUnknown):
        return False
    if isinstance(question, IsTrue):
        return value is True
    return (value in _values(question)) != (getattr(question, "operator", "") == "!=")
