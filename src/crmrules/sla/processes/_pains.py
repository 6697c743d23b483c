"""Pain points: where a measure of a journey is worse than its threshold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules._exact import exact, spell
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter
from crmrules.sla._amount import amount_of, amount_text
from crmrules.spans import Span
from crmrules.wording import Sentence, sentence

__all__ = ["Measured", "PainPoint", "Pains", "Threshold", "pains"]

Value = int | Decimal | Fraction | timedelta
_WHERE = "a value of a measure, or its bound,"


def _measure(name: Any) -> str:
    return name_of("the measure of a threshold", name)


def _bound(given: Any) -> Any:
    """Return a bound: a number or a duration, or a parameter that holds one."""
    if given is None:
        return None
    plain = _plain(given.value if isinstance(given, Parameter) else given)
    return given if isinstance(given, Parameter) else plain


def _plain(given: Any) -> Any:
    if isinstance(given, timedelta):
        return given
    try:
        return exact(given, _WHERE)
    except PolicyError:
        if not isinstance(given, str):
            raise
    length = amount_of(_WHERE, given)
    must(isinstance(length, timedelta), _WHERE, "be a number, or a duration such as '48h'", given)
    return length


def _value(given: Any) -> Any:
    return given if given is None or isinstance(given, Fraction) else _plain(given)


@final
@frozen
class Threshold:
    """From where a measure hurts: the direction is the measure's own.

    Args:
        measure: What is measured: ``conversion``, ``satisfaction``, ``time``, …
        stage: The stage it is measured in; empty for every stage.
        touchpoint: The touchpoint it is measured at; empty for the stage as a whole.
        at_least: More is better; a value under it is a pain point, the bound itself is not.
        at_most: Less is better; a value above it is a pain point, the bound itself is not.

    Raises:
        PolicyError: If it has no bound, or both.

    >>> str(Threshold("conversion", stage="trial", at_least="0.3")), str(Threshold("time", at_most="48h"))
    ('conversion of trial at least 0.3', 'time at most 48h')
    """

    measure: str = field(converter=_measure)
    stage: str = field(default="", kw_only=True)
    touchpoint: str = field(default="", kw_only=True)
    at_least: Any = field(default=None, kw_only=True, converter=_bound)
    at_most: Any = field(default=None, kw_only=True, converter=_bound)

    def __attrs_post_init__(self) -> None:
        both = (self.at_least, self.at_most)
        must(both.count(None) == 1, f"threshold {self.measure!r}", "have at_least or at_most, and not both", both)

    @property
    def bound(self) -> Value:
        """The bound itself."""
        given = self.at_most if self.at_least is None else self.at_least
        found: Value = _plain(given.value if isinstance(given, Parameter) else given)
        return found

    def concerns(self, measured: Measured) -> bool:
        """Say whether it is meant for a measurement."""
        place = self.stage in ("", measured.stage) and self.touchpoint == measured.touchpoint
        return place and self.measure == measured.measure

    def hurts(self, value: Value) -> bool:
        """Say whether a value is worse than the bound.

        Raises:
            PolicyError: If a duration meets a number.
        """
        clash = isinstance(value, timedelta) is not isinstance(self.bound, timedelta)
        must(not clash, f"a value of {self.measure!r}", f"be measured as its bound is ({_text(self.bound)})", value)
        seen, bound = _comparable(value), _comparable(self.bound)
        return bool(seen < bound if self.at_most is None else seen > bound)

    def __str__(self) -> str:
        place = " at ".join(part for part in (self.stage, self.touchpoint) if part)
        word = "at least" if self.at_most is None else "at most"
        return f"{self.measure}{f' of {place}' if place else ''} {word} {_text(self.bound)}"


@final
@frozen
class Measured:
    """A measure of a stage or touchpoint.

    Args:
        stage: The stage.
        measure: What was measured.
        value: A number, a ``Fraction`` or a ``timedelta``; None where it is unknown. A float is refused.
        touchpoint: The touchpoint; empty for the stage as a whole.
    """

    stage: str
    measure: str
    value: Value | None = field(converter=_value)
    touchpoint: str = ""


@final
@frozen
class PainPoint:
    """A measure that is worse than its threshold.

    Args:
        measured: The measurement.
        threshold: The threshold.
    """

    measured: Measured
    threshold: Threshold

    @property
    def what(self) -> Sentence:
        """What hurts, as a sentence."""
        told = "{name} of {place} is {value}, above {bound}"
        if self.threshold.at_most is None:
            told = "{name} of {place} is {value}, under {bound}"
        place = " / ".join(part for part in (self.measured.stage, self.measured.touchpoint) if part)
        value, bound = _text(self.measured.value), _text(self.threshold.bound)
        return sentence(told, name=self.measured.measure, place=place, value=value, bound=bound)

    def __str__(self) -> str:
        return str(self.what)


@final
@frozen
class Pains:
    """The pain points of a journey.

    Args:
        points: What is worse than its threshold.
        unknown: Measurements whose value is not known, though there is a threshold for them.
        unmeasured: Thresholds for which nothing was measured.
    """

    points: tuple[PainPoint, ...]
    unknown: tuple[Measured, ...] = ()
    unmeasured: tuple[Threshold, ...] = ()


def pains(thresholds: Iterable[Threshold], measured: Iterable[Measured]) -> Pains:
    """Return where measurements are worse than their thresholds.

    Args:
        thresholds: The thresholds of a journey.
        measured: What was measured.

    >>> found = pains([Threshold("conversion", at_least="0.3")], [Measured("trial", "conversion", Fraction(1, 4))])
    >>> str(found.points[0])
    'conversion of trial is 0.25, under 0.3'
    """
    asked, found = tuple(thresholds), tuple(measured)
    pairs = [(each, one) for one in asked for each in found if one.concerns(each)]
    points = (PainPoint(each, one) for each, one in pairs if each.value is not None and one.hurts(each.value))
    unknown = dict.fromkeys(each for each, _ in pairs if each.value is None)
    met = [one for _, one in pairs]
    return Pains(tuple(points), tuple(unknown), tuple(one for one in asked if one not in met))


def _comparable(value: Value) -> Any:
    """Return a number as a fraction, since Python compares no fraction with a decimal."""
    return value if isinstance(value, timedelta) else Fraction(value)


def _text(value: Value | Span | None) -> str:
    """Return a value for people: shares as decimals of at most four places."""
    if isinstance(value, timedelta):
        return amount_text(value)
    if isinstance(value, Fraction):
        return spell(Decimal(str(round(float(value), 4))))
    return spell(value) if isinstance(value, int | Decimal) else str(value)
