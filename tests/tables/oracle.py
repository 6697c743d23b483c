"""What a table must answer, written from the description alone: no line of the library is used here.

Questions are little trees of frozen records; numbers are fractions; the truth tables are spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

NOTHING = "<nothing>"  # no 'otherwise', no fallback
UNDECIDED = "<undecided>"

# Kleene's strong logic in full: True, False, and None for unknown.
NOT = {True: False, False: True, None: None}
AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, True): False,
    (False, False): False,
    (False, None): False,
    (None, True): None,
    (None, False): False,
    (None, None): None,
}
OR = {
    (True, True): True,
    (True, False): True,
    (True, None): True,
    (False, True): True,
    (False, False): False,
    (False, None): None,
    (None, True): True,
    (None, False): None,
    (None, None): None,
}


@dataclass(frozen=True)
class Against:
    """Is the fact ``operator`` the literal, or another fact? A parameter may stand for the literal."""

    fact: str
    operator: str
    literal: Any = None
    other: str = ""
    named: bool = False


@dataclass(frozen=True)
class Holds:
    """Is the flag set?"""

    fact: str


@dataclass(frozen=True)
class Among:
    """Is the fact one of these values?"""

    fact: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Carries:
    """Does the set of labels hold this one?"""

    fact: str
    label: str


@dataclass(frozen=True)
class Between:
    """Is ``low <= fact < high``?"""

    fact: str
    low: Any
    high: Any


@dataclass(frozen=True)
class Blank:
    """Is the fact unknown?"""

    fact: str


@dataclass(frozen=True)
class Denied:
    """Not the part."""

    part: Any


@dataclass(frozen=True)
class Joined:
    """All of the parts (``and``), or some (``or``)."""

    word: str
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    id: str
    when: Any
    outcome: Any


@dataclass(frozen=True)
class Grid:
    """A table as the oracle sees it. ``since`` says which date a counted fact counts from."""

    lines: tuple[Line, ...]
    hit: str
    aggregate: str = "list"
    otherwise: Any = NOTHING
    order: tuple[Any, ...] = ()
    fallback: Any = NOTHING
    applies: Any = None
    since: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What to expect of a decision; ``broken`` names the rows that break the hit policy."""

    value: Any = None
    rows: tuple[str, ...] = ()
    how: str = "row"
    undecided: frozenset[str] = frozenset()
    states: tuple[tuple[str, str], ...] = ()
    broken: tuple[str, ...] = ()
    no_row: bool = False


def plain(value: Any) -> Any:
    """Return a number as a fraction; a float by its shortest decimal."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return Fraction(repr(value))
    if isinstance(value, int | Decimal):
        return Fraction(value)
    return frozenset(value) if isinstance(value, list | tuple | set) else value


def completed_years(start: date, as_of: date) -> int:
    """Return the anniversaries up to ``as_of``; one of 29 February falls on the 28th in a common year."""
    years = as_of.year - start.year
    return years if anniversary(start, as_of.year) <= as_of else years - 1


def anniversary(start: date, year: int) -> date:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 2, 28) if (start.month, start.day) == (2, 29) and not leap else start.replace(year=year)


def seen(record: Mapping[str, Any], since: Mapping[str, str], as_of: date | None) -> dict[str, Any]:
    """Return what the questions compare: plain values, and the counted facts."""
    values = {name: plain(value) for name, value in record.items()}
    for counted, start in since.items():
        known = start in values and values[start] is not None
        values[counted] = Fraction(completed_years(values[start], as_of)) if known else None
    return values


def compared(left: Any, operator: str, right: Any) -> bool:
    return {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }[operator]()


def truth(question: Any, values: Mapping[str, Any]) -> bool | None:
    """Answer a question: yes, no, or None for unknown."""
    match question:
        case Denied(part):
            return NOT[truth(part, values)]
        case Joined(word, parts):
            table, answer = (AND, True) if word == "and" else (OR, False)
            for part in parts:
                answer = table[answer, truth(part, values)]
            return answer
        case Blank(fact):
            return values[fact] is None
        case Against(fact, operator, literal, other):
            left, right = values[fact], values[other] if other else plain(literal)
            return None if left is None or right is None else compared(left, operator, right)
        case Between(fact, low, high):
            value = values[fact]
            return None if value is None else plain(low) <= value < plain(high)
        case Holds(fact):
            return values[fact]
        case Among(fact, choices):
            value = values[fact]
            return None if value is None else any(value == plain(choice) for choice in choices)
        case Carries(fact, label):
            value = values[fact]
            return None if value is None else label in value
    raise TypeError(question)


def reads(question: Any) -> tuple[str, ...]:
    """Return the names of the facts in a question."""
    match question:
        case None:
            return ()
        case Denied(part):
            return reads(part)
        case Joined(_, parts):
            return tuple(name for part in parts for name in reads(part))
        case Against(fact, _, _, other) if other:
            return (fact, other)
        case _:
            return (question.fact,)


def decide(grid: Grid, values: Mapping[str, Any]) -> Answer:
    """Answer a table, row by row, for values that ``seen`` returned."""
    applies = True if grid.applies is None else truth(grid.applies, values)
    if applies is False:
        return Answer(how="does_not_apply")
    if applies is None:
        return Answer(UNDECIDED, (), "undecided", unknown_in([grid.applies], grid, values))
    truths = [truth(line.when, values) for line in grid.lines]
    fired = [line for line, answer in zip(grid.lines, truths, strict=True) if answer is True]
    maybe = [line for line, answer in zip(grid.lines, truths, strict=True) if answer is None]
    broken = violation(grid.hit, fired)
    if broken:
        return Answer(broken=broken)
    matter = [line for line in maybe if matters(grid, line, fired)]
    rows = tuple(line.id for line in chosen(grid, fired))
    if matter:
        undecided = unknown_in([line.when for line in matter], grid, values)
        if grid.fallback is not NOTHING:
            return Answer(grid.fallback, (), "fallback", undecided, states(grid, truths, (), "fallback"))
        return Answer(UNDECIDED, rows, "undecided", undecided, states(grid, truths, rows, "undecided"))
    if not fired and grid.otherwise is not NOTHING:
        return Answer(grid.otherwise, (), "otherwise", frozenset(), states(grid, truths, (), "otherwise"))
    if not fired and grid.hit in ("unique", "first", "any", "priority"):
        return Answer(no_row=True)
    return Answer(result(grid, fired), rows, "row", frozenset(), states(grid, truths, rows, "row"))


def unknown_in(questions: list[Any], grid: Grid, values: Mapping[str, Any]) -> frozenset[str]:
    names = {name for question in questions for name in reads(question)}
    return frozenset(grid.since.get(name, name) for name in names if values[name] is None)


def violation(hit: str, fired: list[Line]) -> tuple[str, ...]:
    several = len(fired) > 1
    differ = any(line.outcome != fired[0].outcome for line in fired)
    broken = (hit == "unique" and several) or (hit == "any" and differ)
    return tuple(line.id for line in fired) if broken else ()


def matters(grid: Grid, line: Line, fired: list[Line]) -> bool:
    """Say whether this row, were it to fire, could change the answer."""
    if grid.hit in ("rule_order", "output_order", "collect"):
        more = [row for row in grid.lines if row in fired or row is line]
        return answer_of(grid, more) != answer_of(grid, fired)
    if not fired:
        return grid.otherwise is NOTHING or line.outcome != grid.otherwise
    if grid.hit == "first":
        above = grid.lines.index(line) < grid.lines.index(fired[0])
        return above and line.outcome != fired[0].outcome
    if grid.hit == "priority":
        best = min(grid.order.index(row.outcome) for row in fired)
        return grid.order.index(line.outcome) < best
    return False


def answer_of(grid: Grid, fired: list[Line]) -> Any:
    return grid.otherwise if not fired and grid.otherwise is not NOTHING else result(grid, fired)


def chosen(grid: Grid, fired: list[Line]) -> list[Line]:
    """Return the rows a decision names: the one that won, or all, in the order of the value."""
    if grid.hit == "first":
        return fired[:1]
    if grid.hit == "priority":
        return sorted(fired, key=lambda row: grid.order.index(row.outcome))[:1]
    if grid.hit == "output_order":
        return sorted(fired, key=lambda row: grid.order.index(row.outcome))
    return fired


def result(grid: Grid, fired: list[Line]) -> Any:
    outcomes = [line.outcome for line in chosen(grid, fired)]
    if grid.hit in ("unique", "first", "any", "priority"):
        return outcomes[0]
    if grid.aggregate == "count":
        return len(outcomes)
    if grid.aggregate == "sum":
        return sum(map(plain, outcomes), Fraction(0))
    if grid.aggregate in ("min", "max"):
        ranked = sorted(map(plain, outcomes), reverse=grid.aggregate == "max")
        return ranked[0] if ranked else None
    if grid.aggregate == "distinct":
        return tuple(one for at, one in enumerate(outcomes) if one not in outcomes[:at])
    return tuple(outcomes)


def states(grid: Grid, truths: list[bool | None], rows: tuple[str, ...], how: str) -> tuple:
    """Return what the explanation must say of every row."""
    told = []
    for line, answer in zip(grid.lines, truths, strict=True):
        held = "fired" if line.id in rows else "held"
        told.append((line.id, {True: held, False: "failed", None: "open"}[answer]))
    if grid.otherwise is not NOTHING:
        told.append(("otherwise", {"otherwise": "fired", "undecided": "open"}.get(how, "rest")))
    return tuple(sorted(told))
