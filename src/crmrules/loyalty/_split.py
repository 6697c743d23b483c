"""Splitting an amount over lines, so that the parts sum to the whole to the last cent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, get_args

from crmrules._checks import must
from crmrules.errors import PolicyError
from crmrules.loyalty._amounts import amount_of, signed_amount_of
from crmrules.loyalty._rounding import CENTS, Rounding

__all__ = ["LastCent", "split", "split_units"]

LastCent = Literal["largest_remainder", "first", "last", "largest"]
"""Who gets what is left after every part was cut to the step."""


def split(
    amount: Any,
    weights: Iterable[Any],
    *,
    last_cent: LastCent = "largest_remainder",
    rounding: Rounding = CENTS,
) -> tuple[Decimal, ...]:
    """Split an amount over parts in proportion to weights; the parts sum to the whole.

    Args:
        amount: What is split; a whole number of the rounding's steps.
        weights: A weight of zero or more for each part.
        last_cent: Who gets the steps left over after cutting: ``largest_remainder`` (one each to the parts that
            lost most, the earlier first), ``first`` or ``last`` (all of them to that part), ``largest`` (all to the
            largest weight, the earlier first). A part without weight gets nothing.
        rounding: Its step is the smallest amount.

    Raises:
        PolicyError: If there is no weight above zero, one is negative, or the amount is no whole number of steps.

    >>> split("20", [20, 20, 20])
    (Decimal('6.67'), Decimal('6.67'), Decimal('6.66'))
    """
    whole = signed_amount_of("the amount to split", amount)
    shares = [amount_of("a weight", weight) for weight in weights]
    must(last_cent in get_args(LastCent), "last_cent", f"be one of {', '.join(get_args(LastCent))}", last_cent)
    units = rounding.units(whole)
    if rounding.amount(units) != whole:
        raise PolicyError(
            f"the amount to split must be a whole number of {rounding.step}, got {whole}. Round it first."
        )
    if not any(shares):
        raise PolicyError(
            f"an amount can only be split over weights of which one is above zero, got {len(shares)} parts"
        )
    sign = -1 if units < 0 else 1
    return tuple(rounding.amount(sign * part) for part in split_units(abs(units), shares, last_cent))


def split_units(units: int, weights: Sequence[Decimal], last_cent: LastCent) -> list[int]:
    """Return how many units each weight gets; they sum to ``units``."""
    ratios = [Fraction(weight) for weight in weights]
    total = sum(ratios)
    exact = [units * ratio / total for ratio in ratios]
    parts = [share.numerator // share.denominator for share in exact]
    left = units - sum(parts)
    for place in _SHARING[last_cent](exact, parts, left) if left else ():
        parts[place] += 1
    return parts


def _largest_remainder(exact: list[Fraction], parts: list[int], left: int) -> list[int]:
    lost = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    return lost[:left]


def _first(exact: list[Fraction], _: list[int], left: int) -> list[int]:
    return [next(place for place, share in enumerate(exact) if share)] * left


def _last(exact: list[Fraction], _: list[int], left: int) -> list[int]:
    return [max(place for place, share in enumerate(exact) if share)] * left


def _largest(exact: list[Fraction], _: list[int], left: int) -> list[int]:
    return [max(range(len(exact)), key=lambda place: exact[place])] * left


_SHARING: dict[str, Callable[[list[Fraction], list[int], int], list[int]]] = {
    "largest_remainder": _largest_remainder,
    "first": _first,
    "last": _last,
    "largest": _largest,
}
