"""Rounding of money: to which step, and which way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules._exact import Number, plain
from crmrules.loyalty._amounts import EXACTLY, positive

__all__ = ["CENTS", "Rounding"]

Mode = Literal["half_up", "half_even", "half_down", "up", "down"]

_GOES_UP: dict[str, Callable[[int, Fraction], bool]] = {
    "half_up": lambda _, rest: rest >= Fraction(1, 2),
    "half_even": lambda whole, rest: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
    "half_down": lambda _, rest: rest > Fraction(1, 2),
    "up": lambda _, rest: rest > 0,
    "down": lambda _whole, _rest: False,
}


def _step(step: Any) -> Number:
    return positive("Rounding.step", step)


@final
@frozen
class Rounding:
    """Where an amount ends, and which way it is rounded there.

    Args:
        step: The smallest amount: ``'0.01'`` for cents, ``1`` for whole units, ``'0.05'`` for coins of five.
        mode: ``half_up`` (half away from zero), ``half_even``, ``half_down``, ``up`` (away from zero) or ``down``
            (towards zero).

    Raises:
        PolicyError: If the step is not above zero or the mode is none of these.

    >>> Rounding().of(Decimal("2.675")), Rounding(1, "down").of(Fraction(47, 10))
    (Decimal('2.68'), Decimal('4'))
    """

    step: Number = field(default=Decimal("0.01"), converter=_step)
    mode: Mode = "half_up"

    def __attrs_post_init__(self) -> None:
        must(self.mode in _GOES_UP, "Rounding.mode", f"be one of {', '.join(get_args(Mode))}", self.mode)

    def of(self, amount: Decimal | Fraction | int) -> Decimal:
        """Return an amount rounded to a multiple of the step."""
        return self.amount(self.units(amount))

    def units(self, amount: Decimal | Fraction | int) -> int:
        """Return how many steps the rounded amount holds."""
        steps = Fraction(amount) / Fraction(self.step)
        whole, rest = divmod(abs(steps), 1)
        whole += _GOES_UP[self.mode](whole, rest)
        return -whole if steps < 0 else whole

    def quotient(self, number: Decimal | Fraction | int, divisor: Decimal | Fraction | int = 1) -> Number:
        """Return ``number / divisor`` rounded, as an int where it is whole; nothing inexact lies in between.

        >>> Rounding(1, "down").quotient(1999, 200), Rounding("0.01").quotient(2, 3)
        (9, Decimal('0.67'))
        """
        if self.mode == "down" and self.step == 1 and not isinstance(number, Fraction) and number >= 0:
            return int(number // divisor) if isinstance(number, int) else int(EXACTLY.divide_int(number, divisor))  # type: ignore[arg-type]
        return plain(self.amount(self.units(Fraction(number) / Fraction(divisor))))

    def amount(self, units: int) -> Decimal:
        """Return the amount of so many steps."""
        return EXACTLY.multiply(Decimal(units), Decimal(self.step))

    def __str__(self) -> str:
        return f"to {self.step}, {self.mode.replace('_', ' ')}"


CENTS = Rounding()
"""To the hundredth, half up: what money is rounded to where nothing else is said."""
