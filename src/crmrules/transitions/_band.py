"""Dead bands: how far a fact must lie beyond a bound before a tier moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from itertools import product
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import did_you_mean, must, shown
from crmrules._exact import Number, exact, plain
from crmrules.conditions import NUMERIC, Fact
from crmrules.errors import PolicyError

__all__ = ["Width", "bands", "corners", "width"]

MOST = 4
_PERCENT = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)%", re.ASCII)
_QUOTIENT = Context(prec=40, rounding=ROUND_HALF_EVEN)


@final
@frozen
class Width:
    """How wide a band is: a number in the fact's own unit, or a share of the bound.

    Args:
        number: The amount, or the percent.
        percent: Whether it is a percentage of the bound.
    """

    number: Number = field()
    percent: bool = False

    def ends(self, value: Number) -> tuple[Number, Number]:
        """Return the readings with which a value on either side of a bound moved by the band would meet the bound."""
        if not self.percent:
            return value - self.number, value + self.number
        share = Decimal(self.number) / 100
        ends = sorted(_QUOTIENT.divide(Decimal(value), factor) for factor in (1 + share, 1 - share))
        return ends[0], ends[1]

    def __str__(self) -> str:
        return f"{self.number}%" if self.percent else str(self.number)


def width(written: Any) -> Width:
    """Return the width that was written: ``"20%"``, a number, or a ``Width``.

    Raises:
        PolicyError: If it is none, or not above zero.
    """
    if isinstance(written, Width):
        return written
    match = _PERCENT.fullmatch(written) if isinstance(written, str) else None
    number = exact(match[1] if match else written, "a band")
    must(number > 0, "a band", "be above zero, such as '20%' or 5000", written)
    return Width(number, match is not None)


def bands(written: Mapping[str, Any]) -> Mapping[str, Width]:
    """Return the widths by fact, in the order of their names."""
    must(isinstance(written, Mapping), "band", "be a mapping from fact to width, such as {'spend': '20%'}", written)
    must(len(written) <= MOST, "band", f"name at most {MOST} facts", ", ".join(written))
    return {name: width(written[name]) for name in sorted(written)}


def check_banded(where: str, names: Mapping[str, Width], inputs: tuple[Fact, ...]) -> None:
    """Refuse a band for what the policy does not read from the record as a number."""
    have = {fact.name: fact for fact in inputs}
    for name in names:
        if name not in have:
            known = ", ".join(have)
            near = did_you_mean(name, have)
            raise PolicyError(f"{where} must band a fact that its policy reads, got {name!r}{near} (reads: {known})")
        if have[name].type not in NUMERIC:
            raise PolicyError(f"{where} must band a number, got {name!r}, which is a {have[name].type}")


def corners(
    bands: Mapping[str, Width], inputs: tuple[Fact, ...], read: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield the records at the corners of the band round the values that were read; unknown values stay."""
    facts = {fact.name: fact for fact in inputs}
    known = [name for name in bands if read.get(name) is not None]
    for ends in product(*(bands[name].ends(read[name]) for name in known)):
        yield {**read, **{name: _held(facts[name], end) for name, end in zip(known, ends, strict=True)}}


def _held(fact: Fact, value: Number) -> Any:
    """Return a reading that a record could hold: whole where the fact is whole, within its minimum and maximum."""
    if fact.type == "integer":
        value = int(Decimal(value).to_integral_value(ROUND_FLOOR))
    if fact.minimum is not None and value < fact.minimum:
        return fact.minimum
    if fact.maximum is not None and value > fact.maximum:
        return fact.maximum
    return plain(value)


def told(bands: Mapping[str, Width]) -> str:
    """Return bands for people: ``annual_spend 20%``."""
    return ", ".join(f"{name} {each}" for name, each in bands.items()) or shown(None)
