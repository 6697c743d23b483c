"""The evaluation calendar, and the record of a review: results against goals, and what is changed after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, final

from attrs import field, frozen

from crmrules._checks import as_tuple, must
from crmrules._frozen import FrozenMapping
from crmrules.metrics._cohorts import Grain, period_of
from crmrules.metrics._comparison import Change, change
from crmrules.metrics._goals import Judged, slipped
from crmrules.periods import Period
from crmrules.spans import Span
from crmrules.tables.policies import name_field, note_field, source_field, title_field
from crmrules.wording import Wording

__all__ = ["Evaluation", "Review", "ReviewLine"]

LONG: tuple[Grain, ...] = ("week", "month", "quarter", "half-year", "year")


def _span(given: Any) -> Span:
    return Span.parse(given) if isinstance(given, str) else given


@final
@frozen
class Evaluation:
    """When results are evaluated: every quarter, half-year or year, some time after its end.

    Args:
        name: Stable identifier.
        every: The period that is evaluated: ``week``, ``month``, ``quarter``, ``half-year`` or ``year``.
        within: How long after the end of a period its evaluation is due.
        scorecards: Names of the scorecards that are looked at; all by default.
        assessors: Who assesses: ``self``, ``superior``, ``third_party``.
        told: To whom the results go.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.

    >>> quarterly = Evaluation("kpis", every="quarter", within="15 days")
    >>> str(quarterly.period_at(date(2026, 5, 20))), str(quarterly.due(date(2026, 5, 20)))
    ('2026-Q1', '2026-04-15')
    """

    name: str = name_field()
    every: Grain = field(kw_only=True)
    within: Span = field(factory=Span, kw_only=True, converter=_span)
    scorecards: tuple[str, ...] = field(default=(), kw_only=True, converter=as_tuple)
    assessors: tuple[str, ...] = field(default=(), kw_only=True, converter=as_tuple)
    told: tuple[str, ...] = field(default=(), kw_only=True, converter=as_tuple)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        where = f"evaluation {self.name!r}"
        must(self.every in LONG, f"{where}: every", f"be one of {', '.join(LONG)}", self.every)
        must(isinstance(self.within, Span), f"{where}: within", "be a calendar span such as '15 days'", self.within)

    def period_at(self, as_of: date) -> Period:
        """Return the latest period that had ended before a day."""
        return period_of(as_of, self.every).previous()

    def due(self, as_of: date) -> date:
        """Return by when that period is to be evaluated: so long after its last day."""
        return self.within.after(self.period_at(as_of).last_day)

    def periods(self, within: Period) -> tuple[Period, ...]:
        """Return the periods that end within a longer one, in order.

        >>> [str(each) for each in Evaluation("x", every="half-year").periods(Period.parse("2026"))]
        ['2026-H1', '2026-H2']
        """
        found = []
        each = period_of(within.start, self.every)
        while each.last_day < within.end:
            found.append(each)
            each = period_of(each.end, self.every)
        return tuple(found)


@final
@frozen
class ReviewLine:
    """A goal in a review.

    Args:
        judged: What became of it.
        change: How its value moved since last time.
    """

    judged: Judged
    change: Change


@final
@frozen
class Review:
    """The record of a review: results against goals, what slipped, and what is changed after it.

    Args:
        period: The period that was reviewed.
        lines: The goals, with how they moved.
        slipped: Goals that were met last time and are missed now.
        version: The version of the rules that was in force.
        next_version: The version that follows; empty if nothing changes.
        changes: What is changed, by name: the value before and the new one.
        note: What was said.
    """

    period: Period
    lines: tuple[ReviewLine, ...] = field(converter=as_tuple)
    slipped: tuple[str, ...] = field(default=(), converter=as_tuple)
    version: str = field(default="", kw_only=True)
    next_version: str = field(default="", kw_only=True)
    changes: Mapping[str, tuple[Any, Any]] = field(factory=dict, kw_only=True, converter=FrozenMapping)
    note: str = field(default="", kw_only=True)

    @classmethod
    def of(cls, period: Period, now: Iterable[Judged], before: Iterable[Judged] = (), **more: Any) -> Review:
        """Return the record from what became of the goals, now and last time.

        >>> from crmrules.metrics import Goal
        >>> goal = Goal("churn", at_most="5%")
        >>> review = Review.of(Period.parse("2026-H1"), [goal.judge("0.06")], [goal.judge("0.04")])
        >>> review.slipped, str(review.lines[0].change)
        (('churn',), '0.04 to 0.06 (+50.0 %)')
        """
        results, earlier = tuple(now), {each.goal: each for each in before}
        lines = tuple(ReviewLine(each, change(_value(earlier.get(each.goal)), each.value)) for each in results)
        return cls(period, lines, slipped(earlier.values(), results), **more)

    @property
    def missed(self) -> tuple[str, ...]:
        """The goals that are missed."""
        return tuple(line.judged.goal for line in self.lines if line.judged.status == "missed")


def _value(judged: Judged | None) -> Any:
    return None if judged is None else judged.value
