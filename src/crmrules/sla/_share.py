"""A part of a whole that keeps both numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import final

from attrs import frozen

from crmrules._checks import must

__all__ = ["Share"]


@final
@frozen
class Share:
    """How many of how many. Two shares add up by their parts, so an average over groups is never one of rates.

    Args:
        part: How many.
        whole: Of how many; 0 where there was nothing to count, and the share then has no value.

    Raises:
        PolicyError: If the part exceeds the whole, or a number is negative.

    >>> share = Share(9, 12)
    >>> str(share), share.value, str(share + Share(0, 3))
    ('9 of 12 (75.0%)', Fraction(3, 4), '9 of 15 (60.0%)')
    """

    part: int
    whole: int

    def __attrs_post_init__(self) -> None:
        must(0 <= self.part <= self.whole, "Share.part", f"be from 0 to the whole {self.whole}", self.part)

    @property
    def value(self) -> Fraction | None:
        """The exact share, or None where there was nothing to count."""
        return Fraction(self.part, self.whole) if self.whole else None

    def rounded(self, places: int = 4) -> Decimal | None:
        """Return the share with so many decimals, half to even; None where there was nothing to count.

        >>> Share(2, 3).rounded()
        Decimal('0.6667')
        """
        if not self.whole:
            return None
        return (Decimal(self.part) / self.whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    def __str__(self) -> str:
        if not self.whole:
            return "0 of 0"
        percent = (100 * Decimal(self.part) / self.whole).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
        return f"{self.part} of {self.whole} ({percent}%)"
