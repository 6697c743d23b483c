"""A brute-force oracle for the prover: small random tables judged at every corner of their inputs.

It shares no code with the library: questions are trees of plain tuples, numbers are Fractions, and what a hit policy
says is written out again. The library gets the same tables as texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from random import Random
from typing import Any

AS_OF = date(2026, 1, 1)

# name -> (kind, values a question may name, whether it may be unknown)
FACTS: dict[str, tuple[str, list[Any], bool]] = {
    "score": ("number", [Fraction(0), Fraction(5, 2), Fraction(3)], True),
    "spend": ("number", [Fraction(10), Fraction(20)], False),
    "budget": ("number", [Fraction(10), Fraction(15)], True),
    "share": ("share", [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)], False),
    "orders": ("integer", [Fraction(0), Fraction(1), Fraction(5, 2), Fraction(3)], True),
    "visits": ("small", [Fraction(-1), Fraction(0), Fraction(2), Fraction(3), Fraction(9)], False),
    "kind": ("choice", ["a", "b", "c"], True),
    "plan": ("choice", ["a", "b"], False),
    "vip": ("flag", [], True),
    "word": ("text", ["x", "y"], True),
    "tags": ("labels", ["x", "y"], True),
    "on": ("date", [date(2025, 1, 1), date(2025, 1, 2)], False),
    "years": ("years", [0, 1, 2], True),
}
COMPARED = [("spend", "budget"), ("orders", "visits"), ("score", "orders")]
HITS = ["first", "first", "first", "unique", "any", "priority", "collect", "rule_order"]
OUTCOMES = ["p", "q", "r"]
SIGNS = ["<", "<=", ">", ">=", "==", "!="]

Tree = tuple[Any, ...]


class RandomTable:
    """A table drawn from a seed."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)
        self.names = draw.sample(list(FACTS), draw.choice([1, 1, 2, 2, 2, 3]))
        self.pairs = [(a, b) for a, b in COMPARED if a in self.names and b in self.names]
        self.hit = draw.choice(HITS)
        self.rows = [(self._tree(draw, 2), draw.choice(OUTCOMES)) for _ in range(draw.randint(1, 5))]
        self.rest = draw.choice([None, None, "p", "s"])
        self.applies = self._tree(draw, 1) if draw.random() < 0.2 else None

    def _tree(self, draw: Random, depth: int) -> Tree:
        kind = draw.choice(["atom", "and", "and", "or", "not"]) if depth else "atom"
        if kind == "atom":
            return self._atom(draw)
        if kind == "not":
            return ("not", self._tree(draw, depth - 1))
        return (kind, *(self._tree(draw, depth - 1) for _ in range(draw.choice([2, 2, 3]))))

    def _atom(self, draw: Random) -> Tree:
        if self.pairs and draw.random() < 0.4:
            return ("compare", *draw.choice(self.pairs), draw.choice(SIGNS))
        name = draw.choice(self.names)
        kind, values, unknown = FACTS[name]
        if unknown and draw.random() < 0.1:
            return ("unknown", name)
        if kind == "flag":
            return ("true", name)
        if kind == "labels":
            return ("has", name, draw.choice(values))
        if draw.random() < 0.2:
            return ("in", name, tuple(draw.sample(values, draw.randint(1, len(values)))))
        signs = SIGNS[4:] if kind in ("choice", "text") else SIGNS
        return ("literal", name, draw.choice(values), draw.choice(signs))

    # -------------------------------------------------------------- as the library reads it

    def sheet(self) -> Any:
        return sheet_of_all()

    def table(self) -> Any:
        from crmrules.tables import NO_OUTCOME, Row, Table

        sheet = self.sheet()
        rows = tuple(Row(f"r{n}", sheet.condition(text(tree)), outcome) for n, (tree, outcome) in enumerate(self.rows))
        order = ("q", "r", "p", "s") if self.hit == "priority" else ()
        return Table(rows, self.hit, order=order, otherwise=NO_OUTCOME if self.rest is None else self.rest)

    def gate(self) -> Any:
        from crmrules.conditions import always

        return always if self.applies is None else self.sheet().condition(text(self.applies))

    # -------------------------------------------------------------- judged at every corner

    def points(self) -> Iterator[dict[str, Any]]:
        """Yield a record for every corner: each named value, those beside it, and unknown."""
        for values in product(*(corners(name, self._named_with(name)) for name in self.names)):
            yield dict(zip(self.names, values, strict=True))

    @cached_property
    def judged(self) -> list[tuple[dict[str, Any], list[bool | None], Any]]:
        """Every corner with the truths there and the answer; what is alike is settled once."""
        known: dict[tuple[bool | None, ...], Any] = {}
        found = []
        for point in self.points():
            truths = self.truths(point)
            alike = tuple(truths)
            if alike not in known:
                known[alike] = self.answer(truths)
            found.append((point, truths, known[alike]))
        return found

    def _named_with(self, name: str) -> tuple[Any, ...]:
        """Return the values named for a fact, and for those it is compared with, and whole numbers around them."""
        found = [value for pair in self.pairs if name in pair for each in pair for value in FACTS[each][1]]
        return (*found, Fraction(-1), Fraction(2), Fraction(4)) if found else ()

    def truths(self, point: dict[str, Any]) -> list[bool | None]:
        """Return the truth of ``applies``, then of each row."""
        gate = True if self.applies is None else truth(self.applies, point)
        return [gate, *(truth(tree, point) for tree, _ in self.rows)]

    def answer(self, truths: list[bool | None], skip: int = -1) -> Any:
        """Return ('value', …), 'undecided', 'none' or 'clash', and the rows that decided."""
        gate, *rows = truths
        if gate is not True:
            return ("undecided" if gate is None else ("value", None)), ()
        left = [(n, t) for n, t in enumerate(rows) if n != skip]
        return self._settled([n for n, t in left if t], [n for n, t in left if t is None])

    def _settled(self, fired: list[int], possible: list[int]) -> Any:
        gives = [outcome for _, outcome in self.rows]
        if self.hit in ("collect", "rule_order"):
            return self._gathered(fired, possible)
        if self.hit in ("unique", "any"):
            if len(fired) > 1 and (self.hit == "unique" or len({gives[n] for n in fired}) > 1):
                return "clash", ()
            winner, before = (fired[0] if fired else None), ([] if fired else possible)
        else:
            rank = {"q": 0, "r": 1, "p": 2, "s": 3}
            key = (lambda n: (rank[gives[n]], n)) if self.hit == "priority" else (lambda n: (0, n))
            winner = min(fired, key=key) if fired else None
            before = [n for n in possible if winner is None or key(n) < key(winner)]
        value = self.rest if winner is None else gives[winner]
        if any(gives[n] != value for n in before):
            return "undecided", ()
        if value is None:
            return "none", ()
        deciding = fired if self.hit == "any" else [] if winner is None else [winner]
        return ("value", value), tuple(deciding)

    def _gathered(self, fired: list[int], possible: list[int]) -> Any:
        gives = [outcome for _, outcome in self.rows]
        value: Any = tuple(gives[n] for n in fired)
        if not fired and self.rest is not None:
            value = self.rest
        ways = {self._list(fired, [n for n, on in zip(possible, bits, strict=True) if on], gives)
                for bits in product([False, True], repeat=len(possible))}  # fmt: skip
        return (("value", value), tuple(fired)) if len(ways) == 1 else ("undecided", ())

    def _list(self, fired: list[int], more: list[int], gives: list[str]) -> Any:
        rows = sorted([*fired, *more])
        return tuple(gives[n] for n in rows) if rows or self.rest is None else self.rest


@cache
def sheet_of_all() -> Any:
    """Return the facts as the library declares them, the same for every table."""
    from crmrules import facts as f

    made = {
        "score": f.number(),
        "spend": f.money("CNY", unknown=False),
        "budget": f.money("CNY"),
        "share": f.ratio(unknown=False),
        "orders": f.integer(),
        "visits": f.integer(minimum=0, maximum=3, unknown=False),
        "kind": f.choice("a", "b", "c"),
        "plan": f.choice("a", "b", none="", unknown=False),
        "vip": f.flag(),
        "word": f.text(),
        "tags": f.labels("x", "y", "z"),
        "on": f.date(unknown=False),
        "since": f.date(minimum="2020-01-01"),
        "years": f.years_since("since"),
    }
    return f.facts(made)


@cache
def corners(name: str, compared: tuple[Any, ...]) -> list[Any]:
    """Return the values of a fact at which something can change, and enough beside them."""
    kind, named, unknown = FACTS[name]
    found: list[Any] = {
        "flag": [True, False],
        "choice": [*named, ""] if name == "plan" else list(named),
        "text": [*named, "z"],
        "labels": [frozenset(), frozenset("x"), frozenset("y"), frozenset("xy")],
        "date": sorted({day + timedelta(days=step) for day in named if isinstance(day, date) for step in (-1, 0, 1)}),
        "years": [0, 1, 2, 3, 5],
        "small": [Fraction(n) for n in range(4)],
        "integer": [Fraction(n) for n in range(-2, 6)],
    }.get(kind, [])
    if kind in ("number", "share"):
        steps = [Fraction(-1, 4), Fraction(0), Fraction(1, 4)]
        steps += [Fraction(-1, 8), Fraction(1, 8)] if compared else []
        found = sorted({value + step for value in (*named, *compared) for step in steps})
        found = [value for value in found if kind == "number" or 0 <= value <= 1]
    return [*found, *([None] if unknown else [])]


def truth(tree: Tree, point: dict[str, Any]) -> bool | None:
    kind = tree[0]
    if kind in ("and", "or"):
        truths = [truth(part, point) for part in tree[1:]]
        deciding = kind == "or"
        if deciding in truths:
            return deciding
        return None if None in truths else not deciding
    if kind == "not":
        inner = truth(tree[1], point)
        return None if inner is None else not inner
    value = point[tree[1]]
    if kind == "unknown":
        return value is None
    if value is None:
        return None
    return _asked(tree, value, point)


def _asked(tree: Tree, value: Any, point: dict[str, Any]) -> bool | None:
    kind = tree[0]
    if kind == "true":
        return bool(value)
    if kind == "has":
        return tree[2] in value
    if kind == "in":
        return value in tree[2]
    other = point[tree[2]] if kind == "compare" else tree[2]
    if other is None:
        return None
    sign = tree[3]
    ways = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}[sign]
    if value == other:
        return "=" in ways
    if sign in ("==", "!="):
        return sign == "!="
    return ("<" if value < other else ">") in ways


def text(tree: Tree) -> str:
    """Return a question as the library reads it."""
    kind = tree[0]
    if kind in ("and", "or"):
        return f" {kind} ".join(f"({text(part)})" for part in tree[1:])
    if kind == "not":
        return f"not ({text(tree[1])})"
    name = tree[1]
    if kind == "unknown":
        return f"{name} is None"
    if kind == "true":
        return name
    if kind == "has":
        return f"{tree[2]!r} in {name}"
    if kind == "in":
        return f"{name} in [{', '.join(map(written, tree[2]))}]"
    return f"{name} {tree[3]} {tree[2] if kind == 'compare' else written(tree[2])}"


def written(value: Any) -> str:
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else str(float(value))
    return repr(value.isoformat()) if isinstance(value, date) else repr(value)


def canonical(point: dict[str, Any]) -> dict[str, Any]:
    """Return a point as the library's canonical values; years become the date they count from, too."""
    from decimal import Decimal

    found: dict[str, Any] = {}
    for name, value in point.items():
        if isinstance(value, Fraction):
            whole = value.denominator == 1
            found[name] = int(value) if whole else Decimal(value.numerator) / Decimal(value.denominator)
        else:
            found[name] = value
        if name == "years":
            found["since"] = None if value is None else date(2026 - value, 1, 1)
    return found
