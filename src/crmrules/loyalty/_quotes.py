"""A programme asked ahead: what a purchase would earn, what to spend for so many points, where more earns less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from crmrules._checks import must
from crmrules._exact import Number, exact, plain, spell
from crmrules.conditions import Compare, OneOf, atoms
from crmrules.errors import PolicyError
from crmrules.events import Event
from crmrules.loyalty._award import NOTHING, Award
from crmrules.loyalty._caps import Cap
from crmrules.loyalty._earn import Earn
from crmrules.loyalty._settings import value_of

if TYPE_CHECKING:
    from crmrules.loyalty._program import PointsProgram

__all__ = ["Cliff", "award", "cliffs", "spend_for"]

MOST = 10**12


@frozen
class Cliff:
    """An amount from which a purchase earns less than just below it.

    Args:
        below: The amount just below.
        points_below: What it earns.
        amount: The amount.
        points: What it earns.
    """

    below: Number
    points_below: Number
    amount: Number
    points: Number

    def __str__(self) -> str:
        return (
            f"{spell(self.amount)} earns {spell(self.points)} points, "
            f"{spell(self.below)} earns {spell(self.points_below)}"
        )


def award(program: PointsProgram, facts: Mapping[str, Any], as_of: date | datetime, kind: str = "purchase") -> Award:
    """Return what an event would earn in an account without a history; see ``PointsProgram.award``."""
    at = as_of if isinstance(as_of, datetime) else datetime.combine(as_of, time(12), program.zone)
    account = program.replay([Event(kind, at, "quote", facts=facts)], as_of=at)
    return next((entry.award for entry in account.entries if entry.award), NOTHING)


def spend_for(
    program: PointsProgram, points: Number, facts: Mapping[str, Any], as_of: date | datetime, unit: Any
) -> Number:
    """Return the smallest amount that earns so many points; see ``PointsProgram.spend_for``."""
    wanted, step = exact(points, "points"), exact(unit, "unit")
    must(wanted > 0, "points", "be above 0", wanted)
    earned = _earner(program, facts, as_of)
    growing = _earner(_without_rejection(program), facts, as_of)
    for low, high in _segments(program, step):
        found = _least(growing, wanted, low, high, step)
        if found is not None and earned(found) >= wanted:
            return plain(found)
    raise PolicyError(
        f"no amount up to {MOST:,} earns {spell(wanted)} points at once under {program.name!r}. "
        "Look at its caps, or spend in several purchases."
    )


def cliffs(program: PointsProgram, facts: Mapping[str, Any], as_of: date | datetime, unit: Any) -> tuple[Cliff, ...]:
    """Return the amounts at which spending more earns less; see ``PointsProgram.cliffs``."""
    step = exact(unit, "unit")
    earned = _earner(program, facts, as_of)
    edges = {low for low, _ in _segments(program, step) if low > 0}
    for part, most in _rejecting(program):
        edges |= set(_first_beyond(program, _earner(part, facts, as_of), most + program.smallest, step))
    found = []
    for edge in sorted(edges):
        below = plain(edge - step)
        before, after = earned(below), earned(edge)
        if after < before:
            found.append(Cliff(below, before, plain(edge), after))
    return tuple(found)


def _earner(program: PointsProgram, facts: Mapping[str, Any], as_of: Any) -> Callable[[Number], Number]:
    return lambda amount: award(program, {**facts, "amount": amount}, as_of).points


def _without_rejection(program: PointsProgram) -> PointsProgram:
    """Return a programme without the caps that give nothing at all; what is left never falls within a stretch."""
    rules = tuple(evolve(rule, caps=_reducing(rule.caps)) if isinstance(rule, Earn) else rule for rule in program.earn)
    return evolve(program, earn=rules, caps=_reducing(program.caps))


def _reducing(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    return tuple(cap for cap in caps if value_of(cap.over) == "reduce")


def _segments(program: PointsProgram, step: Number) -> list[tuple[Number, Number]]:
    """Return the stretches of amounts within which no condition changes its answer, the last one without end.

    Within one, an amount that is larger never earns less, caps apart.
    """
    asked = {bound for rule in program.earn for bound in _bounds(rule.when)} | set(_bounds(program.applies))
    starts: set[Number] = {exact(0)}
    for bound in asked:
        up = -(-bound // step) * step  # the first amount that is not below the bound
        starts |= {up, up + step} if up == bound else {up}
    ordered = sorted(start for start in starts if start >= 0)
    return list(zip(ordered, [*(each - step for each in ordered[1:]), exact(MOST)], strict=True))


def _bounds(condition: Any) -> Iterable[Number]:
    """Yield the amounts that a condition compares an amount with."""
    for atom in atoms(condition):
        if isinstance(atom, Compare | OneOf) and atom.fact.name in ("amount", "basis"):
            values = (atom.value,) if isinstance(atom, Compare) else atom.values
            for value in map(value_of, values if isinstance(values, tuple) else (value_of(values),)):
                yield from (each for each in (value if isinstance(value, tuple) else (value,)) if _is_number(each))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _least(
    earned: Callable[[Number], Number], wanted: Number, low: Number, high: Number, step: Number
) -> Number | None:
    """Return the smallest amount of a stretch that earns enough, by halving; None if none does."""
    first, last = 0, int((high - low) // step)
    if last < 0 or earned(low + last * step) < wanted:
        return None
    while first < last:
        middle = (first + last) // 2
        if earned(low + middle * step) >= wanted:
            last = middle
        else:
            first = middle + 1
    return low + first * step


def _rejecting(program: PointsProgram) -> Iterable[tuple[PointsProgram, Number]]:
    """Yield each cap that gives nothing beyond it: what is earned under it, and its points."""
    whole = _without_rejection(program)
    held = [(whole, cap) for cap in program.caps]
    for rule in program.earn:
        if isinstance(rule, Earn):
            held += [(evolve(whole, earn=(evolve(rule, caps=()),), caps=()), cap) for cap in rule.caps]
    for part, cap in held:
        if value_of(cap.over) == "reject" and cap.points is not None:
            yield part, value_of(cap.points)


def _first_beyond(
    program: PointsProgram, earned: Callable[[Number], Number], wanted: Number, step: Number
) -> Iterable[Number]:
    """Yield, stretch by stretch, the first amount that earns so much."""
    found = (_least(earned, wanted, low, high, step) for low, high in _segments(program, step))
    return (each for each in found if each)
