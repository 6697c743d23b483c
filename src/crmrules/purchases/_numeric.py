"""Derivatives of a likelihood by differences, where the exact ones would be longer than the model."""

from __future__ import annotations

from collections.abc import Callable

from crmrules.purchases._newton import Likelihood, Matrix, Vector

__all__ = ["by_differences"]

_STEP = 1e-4


def by_differences(value: Callable[[Vector], float]) -> Likelihood:
    """Return a likelihood with its first and second derivatives, taken by central differences.

    Args:
        value: The logarithm of the likelihood at positive parameters.
    """

    def likelihood(at: Vector) -> tuple[float, Vector, Matrix]:
        steps = [_STEP * each for each in at]
        middle = value(at)
        up = [value(_moved(at, (i, step))) for i, step in enumerate(steps)]
        down = [value(_moved(at, (i, -step))) for i, step in enumerate(steps)]
        slope = [(high - low) / (2 * step) for high, low, step in zip(up, down, steps, strict=True)]
        curve = [[0.0] * len(at) for _ in at]
        for i, step in enumerate(steps):
            curve[i][i] = (up[i] - 2 * middle + down[i]) / step**2
            for j in range(i):
                both = value(_moved(at, (i, step), (j, steps[j]))) + value(_moved(at, (i, -step), (j, -steps[j])))
                mixed = (both - up[i] - down[i] - up[j] - down[j] + 2 * middle) / (2 * step * steps[j])
                curve[i][j] = curve[j][i] = mixed
        return middle, slope, curve

    return likelihood


def _moved(at: Vector, *moves: tuple[int, float]) -> Vector:
    found = list(at)
    for place, step in moves:
        found[place] += step
    return found
