"""What calendars disagree about, each a named option, and presets that say whose convention it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, final, get_args, get_type_hints

from attrs import field, fields, frozen

from crmrules._checks import must
from crmrules.errors import UnknownNameError

__all__ = ["Conventions"]

Bound = Literal["closing", "opening"]
Precedence = Literal[
    "override > holiday > closure",
    "closure > override > holiday",
    "holiday > override > closure",
    "holiday > closure > override",
]


@final
@frozen(kw_only=True)
class Conventions:
    """How a calendar counts where people count differently.

    Args:
        deadline: Where an addition lands that uses up an interval exactly: at its ``closing``, or at the next
            ``opening``.
        back: Where a subtraction lands that uses up an interval exactly: at its ``opening``, or at the
            ``closing`` before.
        closing_is_open: Whether ``is_open`` says yes at the very instant of closing.
        zero: What adding nothing does outside of hours: ``roll`` to working time, or ``stay``.
        reversed: Time worked from a later to an earlier instant: ``signed`` (negative), ``zero`` or ``refuse``.
        negative: A negative duration: ``back`` goes the other way, ``refuse`` raises.
        count: ``elapsed`` counts real time, also in nights when clocks change; ``wall`` counts what the clock
            on the wall shows, so that every day has 24 hours.
        gap: Hours that begin or end at a time which a clock change skips: ``skip`` takes the moment of the
            change, ``shift`` the same time later by the length of the gap.
        fold: Hours that begin or end at a time that comes twice: ``both`` are worked, or the bound is the
            ``first`` or the ``last`` of them.
        night: A night shift belongs to the ``start`` day also after midnight, so that day's holiday closes all
            of it and the next day's none; or each ``day`` closes its own hours.
        precedence: What wins on a day; all of them win over the weekly hours.
        off_day: Counting from a day off: ``count`` takes the next working day as the first, ``roll`` moves to
            it before counting.
        unit: Time worked is cut to whole units of this length.
        least: What a span without time worked counts as.

    Raises:
        PolicyError: If an option has another value.

    >>> Conventions.like("biz").deadline
    'opening'
    """

    deadline: Bound = "closing"
    back: Bound = "opening"
    closing_is_open: bool = False
    zero: Literal["roll", "stay"] = "roll"
    reversed: Literal["signed", "zero", "refuse"] = "signed"
    negative: Literal["back", "refuse"] = "back"
    count: Literal["elapsed", "wall"] = "elapsed"
    gap: Literal["skip", "shift"] = "skip"
    fold: Literal["both", "first", "last"] = "both"
    night: Literal["start", "day"] = "start"
    precedence: Precedence = "override > holiday > closure"
    off_day: Literal["count", "roll"] = "count"
    unit: timedelta = field(default=timedelta(microseconds=1))
    least: timedelta = field(default=timedelta(0))

    def __attrs_post_init__(self) -> None:
        for each in fields(Conventions):
            _check(each.name, getattr(self, each.name))
        must(self.unit > timedelta(0), "Conventions.unit", "be longer than nothing", self.unit)
        must(self.least >= timedelta(0), "Conventions.least", "not be negative", self.least)

    @staticmethod
    def like(name: str) -> Conventions:
        """Return the conventions of a well-known library or product, by its name.

        Args:
            name: ``biz``, ``business_time``, ``working_hours`` (Ruby), ``pandas``, ``zammad`` or ``frappe``.

        Raises:
            UnknownNameError: If there is no preset of that name.
        """
        if name not in _PRESETS:
            raise UnknownNameError("preset of conventions", str(name), tuple(_PRESETS))
        return Conventions(**_PRESETS[name])


def _check(name: str, value: Any) -> None:
    hint = _HINTS[name]
    choices = get_args(hint)
    if choices:
        must(value in choices, f"Conventions.{name}", f"be one of {choices}", value)
    else:
        must(isinstance(value, hint), f"Conventions.{name}", f"be a {hint.__name__}", value)


_HINTS = get_type_hints(Conventions)

_PRESETS: dict[str, dict[str, Any]] = {
    "biz": {
        "deadline": "opening",
        "reversed": "zero",
        "negative": "refuse",
        "gap": "shift",
        "fold": "first",
        "precedence": "holiday > closure > override",
        "off_day": "roll",
    },
    "business_time": {"off_day": "roll"},
    "working_hours": {"count": "wall", "off_day": "roll"},
    "pandas": {"deadline": "opening", "back": "closing", "closing_is_open": True, "off_day": "roll"},
    "zammad": {"unit": timedelta(minutes=1)},
    "frappe": {"least": timedelta(seconds=1)},
}
