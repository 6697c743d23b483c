"""Weights from pairwise judgements: the analytic hierarchy process (AHP), with its check of consistency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._checks import must, shown
from crmrules._exact import exact
from crmrules.errors import PolicyError
from crmrules.spans._intake import whole

__all__ = ["Judgements", "RandomIndex", "WeightsBy", "hierarchy"]

RandomIndex = Literal["saaty", "donegan-dodd"]
WeightsBy = Literal["eigenvector", "geometric mean"]

_RANDOM: dict[str, dict[int, float]] = {
    # T. L. Saaty, Theory and Applications of the Analytic Network Process, 2005, p. 31.
    "saaty": dict(enumerate((0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59), 3)),
    # H. A. Donegan and F. J. Dodd, A note on Saaty's random indexes, 1991.
    "donegan-dodd": dict(
        enumerate(
            (0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055, 1.4213, 1.4497, 1.4643, 1.4822, 1.4969), 3
        )
    ),
}

MOST = 15
_ROUNDS = 1_000


def _judged(value: Any) -> Fraction:
    """Return how many times one element is the other: a number, or a text such as ``1/3``."""
    if isinstance(value, str) and "/" in value:
        over, under = value.split("/", 1)
        found = Fraction(Decimal(exact(over, "a judgement"))) / Fraction(Decimal(exact(under, "a judgement")))
    else:
        found = value if isinstance(value, Fraction) else Fraction(Decimal(exact(value, "a judgement")))
    must(found > 0, "a judgement", "be above 0, such as 3 or '1/3'", value)
    return found


def _pairs(pairs: Any) -> tuple[tuple[str, str, Fraction], ...]:
    must(isinstance(pairs, Mapping), "Judgements", "be a mapping such as {'price/quality': 3}", pairs)
    found = []
    for pair, times in pairs.items():
        parts = tuple(pair.split("/")) if isinstance(pair, str) else tuple(pair)
        good = len(parts) == 2 and all(part.strip() for part in parts) and parts[0] != parts[1]
        must(good, "a judgement", "compare two elements, such as 'price/quality'", pair)
        found.append((parts[0].strip(), parts[1].strip(), _judged(times)))
    return tuple(found)


@final
@frozen
class Judgements:
    """Judgements of which element counts for more, and how many times, for every pair of elements.

    Args:
        pairs: By pair, ``"price/quality"`` or ``("price", "quality")``, how many times the first one the second is:
            a number, or a text such as ``"1/3"``.

    Raises:
        PolicyError: If a pair is missing, or judged twice.

    >>> judged = Judgements({"spend/orders": 3, "spend/trust": 5, "orders/trust": 2})
    >>> judged.weights()
    {'spend': Decimal('0.6483'), 'orders': Decimal('0.2297'), 'trust': Decimal('0.1220')}
    >>> round(judged.consistency_ratio("saaty"), 3)
    0.004
    """

    pairs: tuple[tuple[str, str, Fraction], ...] = field(converter=_pairs)

    def __attrs_post_init__(self) -> None:
        whole("the number of elements judged", len(self.elements), 2, MOST)
        given = [frozenset(pair[:2]) for pair in self.pairs]
        twice = [" and ".join(pair[:2]) for pair in self.pairs if given.count(frozenset(pair[:2])) > 1]
        must(not twice, "Judgements", "judge each pair once", ", ".join(twice))
        left = [f"{one} and {other}" for one, other in combinations(self.elements, 2) if {one, other} not in given]
        must(not left, "Judgements", "judge every pair", f"none of {', '.join(left)}")

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements, in order of appearance."""
        return tuple(dict.fromkeys(name for pair in self.pairs for name in pair[:2]))

    def _matrix(self) -> list[list[float]]:
        times: dict[tuple[str, str], Fraction] = {(name, name): Fraction(1) for name in self.elements}
        for one, other, judged in self.pairs:
            times[one, other], times[other, one] = judged, 1 / judged
        return [[float(times[row, column]) for column in self.elements] for row in self.elements]

    def priorities(self, by: WeightsBy = "eigenvector") -> dict[str, float]:
        """Return the weights as computed, which add up to 1.

        Args:
            by: The principal ``eigenvector`` of the judgements (Saaty's), or the ``geometric mean`` of each row.

        Raises:
            PolicyError: If the judgements contradict one another so far that no eigenvector is found.
        """
        must(by in ("eigenvector", "geometric mean"), "weights", "be by 'eigenvector' or 'geometric mean'", by)
        matrix = self._matrix()
        found = _geometric(matrix) if by == "geometric mean" else _principal(matrix)[0]
        return dict(zip(self.elements, found, strict=True))

    def weights(self, by: WeightsBy = "eigenvector", *, decimals: int = 4) -> dict[str, Decimal]:
        """Return weights for a score: rounded to so many decimals, and still exactly 1 together.

        What rounding leaves goes to those that lost the most by it.

        Args:
            by: The principal ``eigenvector``, or the ``geometric mean`` of each row.
            decimals: From 1 to 9.
        """
        whole("decimals", decimals, 1, 9)
        exactly = {name: Fraction(weight) * 10**decimals for name, weight in self.priorities(by).items()}
        floors = {name: math.floor(each) for name, each in exactly.items()}
        left = 10**decimals - sum(floors.values())
        most = sorted(exactly, key=lambda name: (floors[name] - exactly[name], self.elements.index(name)))[:left]
        return {name: Decimal(floors[name] + (name in most)).scaleb(-decimals) for name in self.elements}

    def consistency_ratio(self, random_index: RandomIndex) -> float:
        """Return how inconsistent the judgements are, beside random ones; under 0.1 is the usual demand.

        Args:
            random_index: Whose index of random judgements: ``saaty`` (2005) or ``donegan-dodd`` (1991).
        """
        must(random_index in _RANDOM, "random_index", "be 'saaty' or 'donegan-dodd'", random_index)
        size = len(self.elements)
        if size == 2:
            return 0.0
        largest = _principal(self._matrix())[1]
        return max(0.0, (largest - size) / (size - 1) / _RANDOM[random_index][size])


def _geometric(matrix: list[list[float]]) -> list[float]:
    means = [math.exp(math.fsum(map(math.log, row)) / len(row)) for row in matrix]
    return [mean / math.fsum(means) for mean in means]


def _principal(matrix: list[list[float]]) -> tuple[list[float], float]:
    """Return the principal eigenvector, its parts adding up to 1, and its eigenvalue, by repeated multiplication.

    Raises:
        PolicyError: If it does not settle.
    """
    vector = _geometric(matrix)
    largest = 0.0
    for _ in range(_ROUNDS):
        product = [math.fsum(part * weight for part, weight in zip(row, vector, strict=True)) for row in matrix]
        largest, before = math.fsum(product), largest
        vector = [part / largest for part in product]
        if abs(largest - before) <= 1e-15 * largest:
            return vector, largest
    raise PolicyError(
        "the judgements contradict one another too far for a principal eigenvector "
        f"(none found in {_ROUNDS:,} rounds). Judge again, or take weights by 'geometric mean'."
    )


def hierarchy(criteria: Judgements, options: Mapping[str, Judgements]) -> dict[str, float]:
    """Return the priorities of options that were judged under each criterion, the criteria weighed too.

    Args:
        criteria: Judgements of the criteria.
        options: For each criterion, judgements of the options under it.

    Raises:
        PolicyError: If a criterion has no judgements, or options differ between criteria.
    """
    weights = criteria.priorities()
    left = [name for name in weights if name not in options]
    must(not left, "hierarchy", "have judgements under every criterion", f"none under {', '.join(left)}")
    names = {name: set(options[name].elements) for name in weights}
    first = next(iter(names.values()))
    if any(each != first for each in names.values()):
        raise PolicyError(f"hierarchy must judge the same options under every criterion, got {shown(names)}")
    under = {name: options[name].priorities() for name in weights}
    shown_in = options[next(iter(weights))].elements
    return {option: math.fsum(weights[name] * under[name][option] for name in weights) for option in shown_in}
