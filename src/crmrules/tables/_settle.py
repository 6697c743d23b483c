"""What the rows that fired, and those that unknown facts leave open, add up to.

The matcher and the explanation share this one place.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from crmrules.errors import HitPolicyError
from crmrules.tables._rows import NO_OUTCOME, Row, Table, total

__all__ = ["Settled", "settle"]


@frozen
class Settled:
    """What a table's rows add up to.

    Args:
        value: The outcome; ``NO_OUTCOME`` where no row fired and there is no ``otherwise``.
        rows: Positions of the rows that gave it; empty for ``otherwise``.
        open: Positions of the rows that could still change it, were the unknown facts known.
    """

    value: Any
    rows: tuple[int, ...] = ()
    open: tuple[int, ...] = ()


def settle(table: Table, fired: tuple[int, ...], possible: tuple[int, ...] = (), name: str = "table") -> Settled:
    """Return what the rows add up to.

    Args:
        table: The table.
        fired: Positions of the rows whose condition definitely holds, ascending.
        possible: Positions of the rows whose answer is unknown, ascending.
        name: Name of the policy, for errors.

    Raises:
        HitPolicyError: If rows fired together that ``unique`` or ``any`` promises not to.
    """
    if table.hit in ("unique", "any"):
        return _agreed(table, fired, possible, name)
    if table.hit == "first":
        return _first(table, fired, possible)
    if table.hit == "priority":
        return _best(table, fired, possible)
    return _several(table, fired, possible)


def _agreed(table: Table, fired: tuple[int, ...], possible: tuple[int, ...], name: str) -> Settled:
    rows = [table.rows[position] for position in fired]
    if len(rows) > 1 and (table.hit == "unique" or len({row.outcome for row in rows}) > 1):
        raise HitPolicyError(name, table.hit, tuple(row.id for row in rows))
    if fired:
        return Settled(rows[0].outcome, fired)
    return Settled(table.otherwise, (), _differing(table, possible, table.otherwise))


def _first(table: Table, fired: tuple[int, ...], possible: tuple[int, ...]) -> Settled:
    if not fired:
        return Settled(table.otherwise, (), _differing(table, possible, table.otherwise))
    winner = fired[0]
    before = tuple(position for position in possible if position < winner)
    return Settled(table.rows[winner].outcome, (winner,), _differing(table, before, table.rows[winner].outcome))


def _best(table: Table, fired: tuple[int, ...], possible: tuple[int, ...]) -> Settled:
    if not fired:
        return Settled(table.otherwise, (), _differing(table, possible, table.otherwise))
    winner = min(fired, key=lambda position: _rank(table, position))
    better = tuple(each for each in possible if _rank(table, each) < _rank(table, winner))
    return Settled(table.rows[winner].outcome, (winner,), better)


def _several(table: Table, fired: tuple[int, ...], possible: tuple[int, ...]) -> Settled:
    if table.hit == "output_order":
        fired = tuple(sorted(fired, key=lambda position: _rank(table, position)))
    value = _collected(table, fired)
    if not fired and len(possible) > 1 and table.aggregate in ("list", "sum", "count"):
        return Settled(value, fired, possible)
    changing = (each for each in possible if _collected(table, tuple(sorted((*fired, each)))) != value)
    return Settled(value, fired, tuple(changing))


def _collected(table: Table, fired: tuple[int, ...]) -> Any:
    if not fired and table.otherwise is not NO_OUTCOME:
        return table.otherwise
    outcomes = tuple(table.rows[position].outcome for position in fired)
    if table.aggregate == "count":
        return len(outcomes)
    if table.aggregate == "sum":
        return total(outcomes)
    if table.aggregate in ("min", "max"):
        extreme = min if table.aggregate == "min" else max
        return extreme(outcomes) if outcomes else None
    return tuple(dict.fromkeys(outcomes)) if table.aggregate == "distinct" else outcomes


def _differing(table: Table, positions: tuple[int, ...], outcome: Any) -> tuple[int, ...]:
    return tuple(position for position in positions if table.rows[position].outcome != outcome)


def _rank(table: Table, position: int) -> tuple[int, ...]:
    row: Row = table.rows[position]
    return table.rank(row.outcome)
