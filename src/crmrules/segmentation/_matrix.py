"""Matrices: two ordered outcomes that together say what to do, such as current by potential value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmrules._checks import must
from crmrules.conditions import Compare
from crmrules.segmentation._population import fact_of
from crmrules.tables import Row, Table, TablePolicy

__all__ = ["matrix"]


def matrix(
    name: str, *, gives: str, rows: Any, columns: Any, cells: Mapping[tuple[str, str], str], **more: Any
) -> TablePolicy:
    """Return a table policy with one row for each cell of a matrix.

    Args:
        name: Stable identifier.
        gives: Name of the fact that the cell's outcome becomes.
        rows: A choice, such as the band of the current value.
        columns: Another choice, such as the band of the potential.
        cells: The outcome of each pair of choices.
        more: Anything else about the policy.

    Raises:
        PolicyError: If a pair is missing, or is none.

    >>> from crmrules.facts import choice, facts
    >>> f = facts(now=choice("high", "low"), later=choice("high", "low"))
    >>> plan = matrix("plan", gives="plan", rows=f.now, columns=f.later, cells={
    ...     ("high", "high"): "invest", ("high", "low"): "keep", ("low", "high"): "grow", ("low", "low"): "serve"})
    >>> plan.decide({"now": "low", "later": "high"}).value
    'grow'
    """
    down, across = fact_of(rows), fact_of(columns)
    where = f"matrix {name!r}"
    for fact in (down, across):
        must(fact.type == "choice", where, "stand on choices", f"{fact.name}, a {fact.type}")
    pairs = [(row, column) for row in down.choices for column in across.choices if row and column]
    left = [f"{row} x {column}" for row, column in pairs if (row, column) not in cells]
    must(not left, where, "name every cell", f"none for {', '.join(left)}")
    odd = [" x ".join(map(str, pair)) for pair in cells if pair not in pairs]
    must(not odd, where, "name only cells of its choices", ", ".join(odd))
    table = Table(
        [
            Row(f"{row}_{column}", Compare(down, "==", row) & Compare(across, "==", column), cells[row, column])
            for row, column in pairs
        ]
    )
    return TablePolicy(name, gives=gives, table=table, **more)
