"""Quantiles by each of the nine published definitions, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal, get_args

from crmrules._checks import must
from crmrules._exact import Number, plain

__all__ = ["METHODS", "QuantileMethod", "quantile"]

QuantileMethod = Literal[
    "quantile-1",
    "quantile-2",
    "quantile-3",
    "quantile-4",
    "quantile-5",
    "quantile-6",
    "quantile-7",
    "quantile-8",
    "quantile-9",
]
METHODS: tuple[str, ...] = get_args(QuantileMethod)

_SHIFTS: dict[str, Callable[[Fraction], Fraction]] = {
    "quantile-4": lambda share: Fraction(0),
    "quantile-5": lambda share: Fraction(1, 2),
    "quantile-6": lambda share: share,
    "quantile-7": lambda share: 1 - share,
    "quantile-8": lambda share: (share + 1) / 3,
    "quantile-9": lambda share: share / 4 + Fraction(3, 8),
}


def quantile(ordered: Sequence[Any], share: Fraction, method: QuantileMethod = "quantile-7") -> Fraction:
    """Return the value below which a share of the values lies, as an exact fraction.

    Args:
        ordered: The values, ascending; at least one.
        share: From 0 to 1.
        method: The definition, by its number in Hyndman and Fan (1996) and in R: 1 to 3 give a value that occurs
            (2 the mean of two where the share falls between them), 4 to 9 lie on a line between two values; 7 is
            the usual one of R, NumPy, pandas and spreadsheets.

    Raises:
        PolicyError: If there are no values, or the method is unknown.

    >>> float(quantile([1, 2, 3, 10], Fraction(1, 2)))
    2.5
    """
    must(method in METHODS, "a quantile's method", f"be one of {METHODS[0]} to {METHODS[-1]}", method)
    must(len(ordered) > 0, "a quantile", "be taken of values", ordered)
    place, weight = _placed(len(ordered), Fraction(share), method)
    low, high = (Fraction(ordered[min(max(at, 1), len(ordered)) - 1]) for at in (place, place + 1))
    return low + weight * (high - low)


def _placed(count: int, share: Fraction, method: str) -> tuple[int, Fraction]:
    """Return the place (from 1) of the value at or before the quantile, and the weight of the next one."""
    at = count * share
    if method in _SHIFTS:
        place = math.floor(at + _SHIFTS[method](share))
        return place, at + _SHIFTS[method](share) - place
    if method == "quantile-3":
        place = math.floor(at - Fraction(1, 2))
        stays = at - Fraction(1, 2) == place and place % 2 == 0
        return place, Fraction(0 if stays else 1)
    place = math.floor(at)
    if at > place:
        return place, Fraction(1)
    return place, Fraction(1, 2) if method == "quantile-2" else Fraction(0)


def rounded(value: Fraction) -> Number:
    """Return a fraction as a policy holds it: rounded half-even to 9 decimals."""
    from decimal import Decimal

    return plain(Decimal(round(value * 10**9)).scaleb(-9))
