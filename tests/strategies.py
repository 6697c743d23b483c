"""Sheets, questions, tables and records to draw from, shared by the tests of conditions and tables.

A question is drawn as the oracle's own tree; ``condition`` says the same with the library's handles. So the
oracle and the library share nothing but the draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import cache, reduce
from random import Random
from types import SimpleNamespace
from typing import Any

import attrs
from hypothesis import strategies as st

from crmrules import conditions
from crmrules.facts import choice, facts, flag, instant, integer, labels, money, number, ratio, text, years_since
from crmrules.facts import date as day
from crmrules.parameters import parameter
from crmrules.tables import Fallback, Row, Table, TablePolicy
from tests.tables import oracle
from tests.tables.oracle import Against, Among, Between, Blank, Carries, Denied, Grid, Holds, Joined, Line

AS_OF = date(2026, 2, 28)
CHINA = timezone(timedelta(hours=8))

# name -> how the fact is declared; 'years' also needs 'since'.
CATALOGUE = {
    "spend": lambda: money("CNY"),
    "budget": lambda: money("CNY"),
    "score": number,
    "share": ratio,
    "orders": integer,
    "visits": integer,
    "vip": flag,
    "kind": lambda: choice("b2b", "b2c", "partner"),
    "tags": lambda: labels("new", "risk", "gift"),
    "word": text,
    "on": day,
    "at": instant,
    "since": day,
    "years": lambda: years_since("since"),
}
NUMBERS = {"spend", "budget", "score", "share", "orders", "visits", "years"}
ORDERED = NUMBERS | {"on", "at", "since"}
SAME_SCALE = [("spend", "budget"), ("score", "orders"), ("orders", "visits"), ("score", "share"), ("on", "since")]
SINCE = {"years": "since"}

# Few literals, so that facts and questions meet at the bounds.
LITERALS: dict[str, list[Any]] = {
    "spend": [0, 10, Decimal("10.5"), Decimal("99.99"), 100, 1_000_000],
    "budget": [0, 10, Decimal("99.99"), 100],
    "score": [-1, 0, Decimal("0.3"), Decimal("2.5"), 10, 999_999_999_999_999],
    "share": [0, Decimal("0.3"), Decimal("0.6"), 1],
    "orders": [0, 1, 5, Decimal("2.5"), 100],
    "visits": [-3, 0, 1, 5],
    "years": [0, 1, 2, 5],
    "kind": ["b2b", "b2c", "partner"],
    "tags": ["new", "risk", "gift"],
    "word": ["", "a", "b2b", "it's", 'say "yes"', "客户", "a\\n\n"],
    "on": [date(2024, 2, 29), date(2025, 12, 31), AS_OF],
    "since": [date(2024, 2, 29), date(2025, 2, 28), AS_OF],
    "at": [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 8, 30, tzinfo=CHINA)],
}
STEPS: dict[str, list[Any]] = {
    "spend": [0, Decimal("0.01"), Decimal("-0.01"), 1, -1],
    "budget": [0, Decimal("0.01"), Decimal("-0.01"), 1, -1],
    "score": [0, Decimal("0.01"), Decimal("-0.01"), 1, -1],
    "share": [0, Decimal("0.01"), Decimal("-0.01")],
    "orders": [0, 1, -1],
    "visits": [0, 1, -1],
    "on": [timedelta(0), timedelta(1), timedelta(-1)],
    "since": [timedelta(0), timedelta(1), timedelta(-1)],
    "at": [timedelta(0), timedelta(seconds=1), timedelta(microseconds=-1), timedelta(days=1)],
}
# Numbers that only exact comparison tells from a literal.
AWKWARD = [0.1 + 0.2, -0.0, 1e-7, 1e16, Decimal("0.30000000000000001"), Decimal("1E+2")]
STYLES = ("int", "float", "Decimal", "mixed")
TIERS = ("gold", "silver", "bronze")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")
HITS = ("unique", "first", "any", "priority", "rule_order", "output_order", "collect")
AGGREGATES = ("list", "distinct", "sum", "min", "max", "count")


@cache
def sheet_of(names: tuple[str, ...]):
    """Return the sheet of these facts, in this order."""
    return facts({name: CATALOGUE[name]() for name in names})


def complete(names: list[str]) -> tuple[str, ...]:
    """Add the date that a counted fact counts from."""
    needed = ["since"] if "years" in names and "since" not in names else []
    return (*names, *needed)


def names(at_least: int = 2, most: int = 5) -> st.SearchStrategy[tuple[str, ...]]:
    """Names of the facts of a sheet."""
    drawn = st.lists(st.sampled_from(list(CATALOGUE)), min_size=at_least, max_size=most, unique=True)
    return drawn.map(complete)


# Questions


def pairs(chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    return [pair for pair in SAME_SCALE if set(pair) <= set(chosen)]


@cache
def atoms(chosen: tuple[str, ...], blanks: bool = True, links: bool = True) -> st.SearchStrategy[Any]:
    """Questions about one fact (``blanks``: is it known?), or about two of the same scale (``links``)."""
    kinds = [atom_of(name) for name in chosen]
    if blanks:
        kinds.append(st.sampled_from(chosen).map(Blank))
    if links and pairs(chosen):
        couple = st.sampled_from(pairs(chosen))
        kinds.append(st.builds(lambda two, sign: Against(two[0], sign, other=two[1]), couple, OPERATOR))
    return st.one_of(kinds)


OPERATOR = st.sampled_from(OPERATORS)


@cache
def atom_of(name: str) -> st.SearchStrategy[Any]:
    if name == "vip":
        return st.just(Holds(name))
    literal = st.sampled_from(LITERALS[name])
    if name == "tags":
        return st.builds(Carries, st.just(name), literal)
    few = st.lists(literal, min_size=1, max_size=3).map(tuple)
    among = st.builds(Among, st.just(name), few)
    if name not in ORDERED:
        return st.builds(Against, st.just(name), st.sampled_from(["==", "!="]), literal) | among
    against = st.builds(Against, st.just(name), OPERATOR, literal, named=st.booleans())
    between = st.builds(Between, st.just(name), literal, literal)
    return against | against | between | among


@cache
def questions(
    chosen: tuple[str, ...], depth: int = 4, blanks: bool = True, links: bool = True
) -> st.SearchStrategy[Any]:
    """Trees of questions, nested at most ``depth`` deep."""
    leaf = atoms(chosen, blanks, links)
    if depth == 0:
        return leaf
    deeper = questions(chosen, depth - 1, blanks, links)
    parts = st.lists(deeper, min_size=2, max_size=3).map(tuple)
    joined = st.builds(Joined, st.sampled_from(["and", "or"]), parts)
    return leaf | leaf | joined | deeper.map(Denied)


def named(value: Any) -> Any:
    """Return the parameter that stands for a literal; equal literals have one parameter."""
    return parameter("p_" + "".join(sign if sign.isalnum() else "_" for sign in str(value)), value)


def condition(question: Any, sheet: Any) -> Any:
    """Say a question with the handles of a sheet."""
    return conditions.condition(handled(question, sheet))


def handled(question: Any, sheet: Any) -> Any:
    match question:
        case Denied(part):
            return ~handled(part, sheet)
        case Joined(word, parts):
            said = [handled(part, sheet) for part in parts]
            return reduce(lambda left, right: left & right if word == "and" else left | right, said)
        case Against(fact, operator, literal, other, name):
            right = getattr(sheet, other) if other else literal
            return compare(getattr(sheet, fact), operator, named(right) if name else right)
        case Between(fact, low, high):
            return getattr(sheet, fact).between(low, high)
        case Holds(fact):
            return getattr(sheet, fact)
        case Among(fact, values):
            return getattr(sheet, fact).one_of(*values)
        case Carries(fact, label):
            return getattr(sheet, fact).has(label)
        case Blank(fact):
            return getattr(sheet, fact).is_unknown()
    raise TypeError(question)


def compare(handle: Any, operator: str, right: Any) -> Any:
    return {
        "==": lambda: handle == right,
        "!=": lambda: handle != right,
        "<": lambda: handle < right,
        "<=": lambda: handle <= right,
        ">": lambda: handle > right,
        ">=": lambda: handle >= right,
    }[operator]()


def parameters_of(question: Any) -> list[Any]:
    """Return the parameters that a question names."""
    match question:
        case Denied(part):
            return parameters_of(part)
        case Joined(_, parts):
            return [each for part in parts for each in parameters_of(part)]
        case Against(_, _, literal, _, True):
            return [named(literal)]
    return []


# Tables


OUTCOMES = {"sum": [0, 1, 2, Decimal("0.5"), -1], "min": [1, 2, Decimal("2.5")], "max": [1, 2, Decimal("2.5")]}


@st.composite
def grids(draw: Any, chosen: tuple[str, ...], *, hit: str = "", depth: int = 2, most: int = 8, **details: bool):
    """Tables of one to eight rows, of any hit policy. ``details`` go to ``atoms``."""
    hit = hit or draw(st.sampled_from(HITS))
    when = draw(st.lists(questions(chosen, depth, **details), min_size=1, max_size=most))
    return draw(framed(when, hit, chosen))


@st.composite
def framed(draw: Any, when: list[Any], hit: str, chosen: tuple[str, ...]):
    """Put questions into a table: draw the outcomes and what else a table has."""
    aggregate = draw(st.sampled_from(AGGREGATES)) if hit == "collect" else "list"
    pool = OUTCOMES.get(aggregate, TIERS)
    outcomes = draw(st.lists(st.sampled_from(pool), min_size=len(when), max_size=len(when)))
    return Grid(
        lines=tuple(Line(f"r{at}", ask, give) for at, (ask, give) in enumerate(zip(when, outcomes, strict=True))),
        hit=hit,
        aggregate=aggregate,
        otherwise=draw(st.sampled_from([oracle.NOTHING, pool[0], "none", None])),
        order=TIERS if hit in ("priority", "output_order") else (),
        fallback=draw(st.sampled_from([oracle.NOTHING, oracle.NOTHING, pool[0], "ask"])),
        applies=draw(atoms(chosen)) if draw(st.integers(0, 5)) == 5 else None,
        since={counted: start for counted, start in SINCE.items() if counted in chosen},
    )


@st.composite
def large_grids(draw: Any, chosen: tuple[str, ...], *, hit: str = "", rows: int = 80):
    """Tables of 25 to 80 rows: bands and crossings like a real rate card, with some odd rows between."""
    hit = hit or draw(st.sampled_from(HITS))
    chance = Random(draw(st.integers(0, 10**6)))
    odd = draw(st.lists(questions(chosen, 2), min_size=1, max_size=4))
    count = draw(st.integers(25, rows))
    shape = draw(st.sampled_from(["bands", "cross", "equal", "mixed"]))
    when = [chance.choice(odd) if chance.random() < 0.1 else card(chance, chosen, shape) for _ in range(count)]
    return draw(framed(when, hit, chosen))


def card(chance: Random, chosen: tuple[str, ...], shape: str) -> Any:
    """Return the question of one row of a rate card."""
    how_many = {"bands": 1, "equal": 1, "cross": 2, "mixed": 3}[shape]
    picked = chance.sample(chosen[:3], min(how_many, len(chosen[:3]))) if shape != "bands" else [chosen[0]]
    parts = tuple(cell(chance, name, equal=shape == "equal") for name in picked)
    return parts[0] if len(parts) == 1 else Joined("and", parts)


def cell(chance: Random, name: str, equal: bool = False) -> Any:
    """Return one cell of a rate card: a value, or a band."""
    if name == "vip":
        return chance.choice([Holds(name), Denied(Holds(name))])
    if name == "tags":
        return Carries(name, chance.choice(LITERALS[name]))
    near = [nudged(name, value, step) for value in LITERALS[name] for step in STEPS.get(name, [None])]
    near = [value for value in near if usable(name, value)]
    if equal or name not in ORDERED:
        few = tuple(chance.choices(near, k=2))
        return chance.choice([Against(name, "==", few[0]), Against(name, "==", few[0]), Among(name, few)])
    low, high = sorted(chance.choices(near, k=2))
    return chance.choice(
        [Between(name, low, high), Against(name, chance.choice(OPERATORS), low), Against(name, ">=", low)]
    )


def nudged(name: str, value: Any, step: Any) -> Any:
    return value if step is None else value + step


def usable(name: str, value: Any) -> bool:
    """Say whether a literal has at most 15 digits."""
    return name not in NUMBERS or len(Decimal(value).as_tuple().digits) <= 15


def table(grid: Grid, sheet: Any) -> Table:
    """Build the table of the library that says what the grid says."""
    details: dict[str, Any] = {} if grid.otherwise is oracle.NOTHING else {"otherwise": grid.otherwise}
    if grid.fallback is not oracle.NOTHING:
        details["if_unknown"] = Fallback(grid.fallback)
    if grid.order:
        details["order"] = grid.order
    if grid.hit == "collect":
        details["aggregate"] = grid.aggregate
    rows = [Row(line.id, condition(line.when, sheet), line.outcome) for line in grid.lines]
    return Table(rows, grid.hit, **details)


def policy(grid: Grid, sheet: Any) -> TablePolicy:
    """Build the policy of the library that says what the grid says."""
    applies = {} if grid.applies is None else {"applies": condition(grid.applies, sheet)}
    return TablePolicy("drawn", gives="drawn", table=table(grid, sheet), **applies)


# Records


@st.composite
def records(draw: Any, chosen: tuple[str, ...], *, style: str = "", unknown: bool = True):
    """Values on, just below and just above the literals, written as one kind of number or mixed."""
    style = style or draw(st.sampled_from(STYLES))
    asked = [name for name in chosen if name not in SINCE]
    record = {name: draw(values(name, style)) for name in asked}
    gaps = draw(st.sets(st.sampled_from(asked), min_size=1, max_size=3)) if unknown and draw(st.booleans()) else ()
    return {name: None if name in gaps else value for name, value in record.items()}


@cache
def values(name: str, style: str = "mixed") -> st.SearchStrategy[Any]:
    """Values of a fact."""
    if name == "vip":
        return st.booleans()
    if name == "tags":
        few = st.lists(st.sampled_from(LITERALS[name]), max_size=3)
        return few | few.map(set) | few.map(frozenset) | few.map(tuple)
    near = [nudged(name, value, step) for value in LITERALS[name] for step in STEPS.get(name, [None])]
    if name == "since":
        near += [
            each.replace(year=each.year - 2) - timedelta(days)
            for each in near
            for days in (0, 1)
            if (each.month, each.day) != (2, 29)
        ]
        near = [each for each in near if each <= AS_OF]
    if name not in NUMBERS:
        return st.sampled_from(near)
    return st.sampled_from([written for value in near for written in spellings(name, value, style)])


def spellings(name: str, value: Any, style: str) -> list[Any]:
    """Write a number as int, float or Decimal (or all three), where the fact admits it."""
    exact = Fraction(value)
    if name in ("orders", "visits") and exact.denominator != 1:
        value, exact = exact.__floor__(), Fraction(exact.__floor__())
    if name == "share" and not 0 <= exact <= 1:
        return []
    whole = [int(exact)] if exact.denominator == 1 else []
    odd = [each for each in AWKWARD if name in ("score", "spend")]
    as_float = [float(value), *(each for each in odd if isinstance(each, float))]
    as_decimal = [Decimal(value), Decimal(value) + Decimal("0.00"), *(e for e in odd if isinstance(e, Decimal))]
    mixed = [*whole, *as_float, *as_decimal]
    return {"int": whole or [exact.__floor__()], "float": as_float, "Decimal": as_decimal, "mixed": mixed}[style]


class Borrowed(Mapping):
    """A mapping that is no dict."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self):
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@cache
def slotted(names: tuple[str, ...]) -> type:
    return attrs.make_class("Customer", names, frozen=True, slots=True, eq=False)


def as_attrs(values: dict[str, Any]) -> Any:
    """Return an attrs object with slots."""
    return slotted(tuple(values))(**values)


SHAPES = {
    "dict": dict,
    "attrs": as_attrs,
    "namespace": lambda values: SimpleNamespace(**values),
    "mapping": Borrowed,
}
