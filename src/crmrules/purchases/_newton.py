"""Newton's method with damping, for a likelihood of few parameters."""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["Likelihood", "climbed"]

Vector = list[float]
Matrix = list[list[float]]
Likelihood = Callable[[Vector], tuple[float, Vector, Matrix]]
"""The logarithm of a likelihood at positive parameters, with its first and second derivatives."""

MOST_STEPS = 400
_FLAT, _STUCK = 1e-12, 1e9
_LARGEST, _SMALLEST = math.log(1e9), math.log(1e-9)
_LONGEST_STEP = 2.0


def climbed(likelihood: Likelihood, start: Vector) -> tuple[Vector, float, int]:
    """Return the parameters of the highest likelihood, that likelihood, and the steps it took.

    The search is over the logarithms of the parameters, which keeps them above zero, within 1e-9 and 1e9.
    """
    place = [math.log(each) for each in start]
    damping = 1e-3
    best, slope, curve = _in_logarithms(likelihood, place)
    steps = 0
    while steps < MOST_STEPS:
        move = _solved([[-each for each in row] for row in curve], slope, damping)
        gain = math.fsum(each * part for each, part in zip(slope, move, strict=True))
        if damping > _STUCK or (0 <= gain < _FLAT and damping <= 1):
            break
        steps += 1
        there = _bounded([at + part for at, part in zip(place, move, strict=True)])
        found = _in_logarithms(likelihood, there)
        if gain > 0 and found[0] > best:
            place, (best, slope, curve), damping = there, found, damping / 5
        else:
            damping = max(damping * 6, 1e-3)
    return [math.exp(each) for each in place], best, steps


def _bounded(place: Vector) -> Vector:
    return [min(max(each, _SMALLEST), _LARGEST) for each in place]


def _in_logarithms(likelihood: Likelihood, place: Vector) -> tuple[float, Vector, Matrix]:
    """Return likelihood, slope and curvature by the logarithms of the parameters."""
    at = [math.exp(each) for each in place]
    value, slope, curve = likelihood(at)
    steep = [part * each for part, each in zip(slope, at, strict=True)]
    bent = [[part * at[i] * at[j] for j, part in enumerate(row)] for i, row in enumerate(curve)]
    for i, part in enumerate(steep):
        bent[i][i] += part
    return value, steep, bent


def _solved(matrix: Matrix, right: Vector, damping: float) -> Vector:
    """Return the step that solves the damped equations, shortened to a trusted length."""
    size = len(right)
    rows = [[*row, side] for row, side in zip(matrix, right, strict=True)]
    for place in range(size):
        rows[place][place] = abs(rows[place][place]) * (1 + damping) + damping * 1e-6
    for place in range(size):
        pivot = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        for row in range(place + 1, size):
            factor = rows[row][place] / rows[place][place]
            rows[row] = [each - factor * part for each, part in zip(rows[row], rows[place], strict=True)]
    step = [0.0] * size
    for place in reversed(range(size)):
        known = math.fsum(rows[place][j] * step[j] for j in range(place + 1, size))
        step[place] = (rows[place][size] - known) / rows[place][place]
    longest = max(map(abs, step))
    return [each * _LONGEST_STEP / longest for each in step] if longest > _LONGEST_STEP else step
