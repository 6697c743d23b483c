"""Cadences: how often a customer of some kind is contacted, and when the next contact is due."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, final, get_args
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from crmrules._checks import must
from crmrules._frozen import PickledByFields
from crmrules.conditions import always, condition
from crmrules.contact._caps import window_of
from crmrules.contact._content import content_field, content_policy
from crmrules.contact._diary import Diary, Scope
from crmrules.contact._gap import start_of
from crmrules.contact._scoped import channels_field, depth_field, names, purposes_field
from crmrules.contact._surveys import Survey
from crmrules.contact._touches import PURPOSES, as_history
from crmrules.facts import Undecided
from crmrules.parameters import Parameter
from crmrules.recurrence import Recurrence
from crmrules.spans import Span, days
from crmrules.spans._intake import whole
from crmrules.tables import NO_OUTCOME, Decision, Row, Table, TablePolicy
from crmrules.tables.policies import (
    name_field,
    note_field,
    rows_from,
    source_field,
    split_rows,
    title_field,
    valid_field,
)
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["Cadence", "Due", "Missed", "Reading"]

Reading = Literal["apart", "calendar"]
Missed = Literal["restart", "once", "skip", "compress"]
ONE_DAY = timedelta(days=1)
UNITS: dict[Span, str] = {
    Span(days=1): "day",
    Span(days=7): "week",
    Span(months=1): "month",
    Span(months=3): "quarter",
    Span(months=6): "half-year",
    Span(months=12): "year",
}


def span_of(given: Any) -> Span:
    """Return a span from one, from its text, or from a parameter that holds the text."""
    plain = given.value if isinstance(given, Parameter) else given
    found: Any = Span.parse(plain) if isinstance(plain, str) else plain
    must(isinstance(found, Span), "a cadence's span", "be a calendar span such as months(1)", given)
    return found  # type: ignore[no-any-return]


def _every(given: Any) -> Any:
    return given if given is None or isinstance(given, Parameter) else span_of(given)


def _optional(given: Any) -> Any:
    return None if given is None else _every(given)


def _when(given: Any) -> Any:
    if isinstance(given, Mapping):
        given = rows_from({str(span_of(every)): asked for every, asked in given.items()})
    if isinstance(given, tuple) and given:
        return tuple(row if row.outcome is None else evolve(row, outcome=str(span_of(row.outcome))) for row in given)
    return condition(given)


@final
@frozen
class Due:
    """When one contact of a cadence is due; all days are the customer's own, and belong to it.

    Args:
        cadence: Name of the cadence.
        every: How often it asks for a contact.
        anchor: The day it counts from: that of the last contact that counts, or on which the relationship began.
        earliest: The first day on which a contact would be in order.
        ideal: The day on which it is planned, if nothing speaks against it.
        latest: The last day.
        missed: How many contacts were due in the time before, and were not made.
    """

    cadence: str
    every: Span
    anchor: date | None
    earliest: date
    ideal: date
    latest: date
    missed: int = 0

    def late(self, today: date) -> int:
        """Return how many days late it is; 0 until the latest day is over."""
        return max(0, (today - self.latest).days)

    def score(self, today: date) -> Fraction:
        """Return how much of the time allowed has passed: 1 on the latest day, 2 when twice as much has passed."""
        start = self.anchor or self.latest - (self.every.after(self.latest) - self.latest)
        return Fraction((today - start).days, max(1, (self.latest - start).days))


@final
@frozen(slots=False)
class Cadence(PickledByFields):
    """How often a customer is contacted, by tier, stage and preference.

    Two readings of "once a month": never longer than a month between two contacts (``apart``), or once in every
    calendar month (``calendar``). A customer whom no row describes has no cadence.

    Args:
        name: Stable identifier; appears in plans and touches.
        every: How often: ``months(1)``, or a parameter with its text; left out where the rows of ``when`` say it.
        when: Whom it is for: a condition, or spans by condition: ``{"1 month": f.tier == "key", …}``.
        reading: ``apart`` or ``calendar``.
        channels: Channels by which the contact may be made, best first; only touches by these count. All by default.
        purpose: What the contact is for.
        depth: ``in_depth`` where only an in-depth contact counts.
        counts: Purposes of the touches that count; all by default.
        roles: People at the customer with whom the contact is made: the first of these roles who may be reached.
        min_gap: The least time between two contacts of it.
        early: How long before the latest day a contact may be planned, to spread the load. By default not at all
            for ``apart``; for ``calendar`` anywhere in the unit.
        missed: After a contact that was not made in time: ``restart`` counts from the one that makes up for it;
            ``once`` makes up for all at once and goes on with the old days; ``skip`` waits for the next of the old
            days; ``compress`` makes up for each, as close as the least gap allows.
        snooze: How far a contact may be put off beyond its latest day, at most.
        priority: Goes first where not all contacts can be made; more is more important.
        survey: The questionnaire, where the contact is a survey.
        content: What the contact is about, by the customer's facts: a mapping from topic to condition.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        valid: The days on which it is in force; always by default.

    Raises:
        PolicyError: If the least gap is beyond the span, or the span is no calendar unit where one is needed.

    >>> from crmrules.facts import choice, facts
    >>> from crmrules.spans import months
    >>> f = facts(tier=choice("core", "key", "ordinary"))
    >>> key = Cadence("in_depth", when={"1 month": f.tier.one_of("core", "key"), "3 months": f.tier == "ordinary"})
    >>> str(key.due({"tier": "ordinary"}, (), date(2026, 2, 1), since=date(2025, 11, 30)).latest)
    '2026-02-28'
    """

    name: str = name_field()
    every: Any = field(default=None, kw_only=True, converter=_every)
    when: Any = field(default=always, kw_only=True, converter=_when)
    reading: Reading = field(default="apart", kw_only=True)
    channels: tuple[str, ...] = channels_field()
    purpose: str = field(default="care", kw_only=True)
    depth: str = depth_field()
    counts: tuple[str, ...] = purposes_field()
    roles: tuple[str, ...] = field(default=(), kw_only=True, converter=names)
    min_gap: Any = field(default=None, kw_only=True, converter=_optional)
    early: Any = field(default=None, kw_only=True, converter=_optional)
    missed: Missed = field(default="restart", kw_only=True)
    snooze: Any = field(default=days(14), kw_only=True, converter=_every)
    priority: int = field(default=0, kw_only=True)
    survey: Survey | None = field(default=None, kw_only=True)
    content: tuple[Any, ...] = content_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    valid: Validity = valid_field()

    def __attrs_post_init__(self) -> None:
        where = f"cadence {self.name!r}"
        rows = isinstance(self.when, tuple)
        must((self.every is None) == rows, where, "have either every, or spans in the rows of when", self.every)
        must(self.reading in get_args(Reading), where, "have reading = 'apart' or 'calendar'", self.reading)
        must(self.missed in get_args(Missed), where, f"have missed = {_either(get_args(Missed))}", self.missed)
        must(self.purpose in PURPOSES, where, f"have a purpose ({', '.join(PURPOSES)})", self.purpose)
        whole(f"the priority of {where}", self.priority, -1_000, 1_000)
        must(self.survey is None or isinstance(self.survey, Survey), where, "have a Survey", self.survey)
        for every in self.spans:
            self._check_span(where, every)
        _ = self.table

    def _check_span(self, where: str, every: Span) -> None:
        must(every != Span(), where, "ask for contact every day or less often", str(every))
        if self.reading == "calendar":
            told = f"ask for contact once in a calendar unit ({', '.join(str(unit) for unit in UNITS)})"
            must(every in UNITS, where, told, str(every))
        if self.min_gap is not None:
            gap = span_of(self.min_gap)
            told = f"have a min_gap that is not beyond its span ({every})"
            must(not longer(gap, every), where, told, str(gap))

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans that the cadence may ask for."""
        if self.every is not None:
            return (span_of(self.every),)
        return tuple(dict.fromkeys(Span.parse(row.outcome) for row in self.when if row.outcome is not None))

    @cached_property
    def table(self) -> TablePolicy:
        """What picks the span from the customer's facts."""
        when = (Row(self.name, self.when, str(span_of(self.every))),) if self.every is not None else self.when
        rows, rest = split_rows(f"cadence {self.name!r}", when)
        default = None if rest.outcome is NO_OUTCOME else rest.outcome
        table = Table(rows, "first", otherwise=default)
        return TablePolicy(self.name, gives="every", table=table, source=self.source, title=self.title)

    @cached_property
    def told(self) -> TablePolicy | None:
        """What picks the content from the customer's facts."""
        return content_policy(self.name, self.content)

    def decide(self, facts: Any, as_of: date | None = None) -> Decision[Any]:
        """Return the decision on the span for a customer; its value is a text such as ``1 month``, or None."""
        return self.table.decide(facts, as_of)

    def span(self, facts: Any, as_of: date | None = None) -> Span | None:
        """Return how often a customer is contacted; None for a customer without this cadence, or undecided."""
        found = self.table.value(facts, as_of)
        return None if found is None or isinstance(found, Undecided) else self._parsed[found]

    @cached_property
    def _parsed(self) -> dict[str, Span]:
        return {str(span): span for span in self.spans}

    @cached_property
    def scope(self) -> Scope:
        """Which touches count as a contact of this cadence."""
        depths = ("in_depth",) if self.depth == "in_depth" else ()
        return Scope(self.channels, self.counts, depths)

    def due(self, facts: Any, history: Any, as_of: date, *, since: date | None = None, zone: str = "UTC") -> Due | None:
        """Return when the next contact is due; None for a customer without this cadence.

        Args:
            facts: The customer's facts.
            history: The touches so far; those after ``as_of`` do not count.
            as_of: The day of asking.
            since: The day on which the relationship began, for a customer without contact so far.
            zone: The zone in which instants become days.

        Raises:
            MissingFactError: If a fact is needed that the facts lack.
        """
        every = self.span(facts, as_of)
        if every is None:
            return None
        last = self.last(as_history(history).diary, as_of, ZoneInfo(zone))
        return self.due_after(every, last or since, as_of, contacted=last is not None)

    def last(self, diary: Diary, as_of: date, zone: ZoneInfo) -> date | None:
        """Return the day of the last touch that counts, up to a day."""
        times = diary.times(self.scope)
        place = bisect_left(times, start_of(as_of + ONE_DAY, zone))
        return times[place - 1].astimezone(zone).date() if place else None

    def due_after(self, every: Span, anchor: date | None, as_of: date, *, contacted: bool = True) -> Due:
        """Return the due contact after an anchor.

        Args:
            every: How often.
            anchor: The day to count from; None for a customer of whom nothing is known, who is due at once.
            as_of: The day of asking.
            contacted: Whether there was a contact on the anchor, so that its calendar unit is served.
        """
        if self.reading == "calendar":
            return self._in_unit(every, anchor, as_of, contacted=contacted)
        if anchor is None:
            return Due(self.name, every, None, as_of, as_of, as_of)
        latest = every.after(anchor)
        missed = max(0, Recurrence(every, anchor).number(as_of - ONE_DAY))
        if missed and self.missed == "skip":
            latest = Recurrence(every, anchor).due(as_of)
        return self._window(every, anchor, latest, missed)

    def _window(self, every: Span, anchor: date, latest: date, missed: int) -> Due:
        earliest = min(latest, self._after_gap(anchor))
        early = span_of(self.early) if self.early is not None else Span()
        return Due(self.name, every, anchor, earliest, max(earliest, early.before(latest)), latest, missed)

    def _after_gap(self, day: date) -> date:
        return span_of(self.min_gap).after(day) if self.min_gap is not None else day + ONE_DAY

    def _in_unit(self, every: Span, anchor: date | None, as_of: date, *, contacted: bool) -> Due:
        unit = UNITS[every]
        start, end = window_of(as_of, unit)
        if anchor is None:
            return Due(self.name, every, None, as_of, as_of, end - ONE_DAY)
        missed = _units_between(anchor, start, unit, contacted=contacted)
        if contacted and anchor >= start:
            start, end = window_of(end, unit)
        latest = end - ONE_DAY
        earliest = min(latest, max(start, self._after_gap(anchor)))
        usual = min(max(earliest, every.after(anchor)), latest)
        ideal = usual if self.early is None else max(earliest, span_of(self.early).before(latest))
        return Due(self.name, every, anchor, earliest, ideal, latest, missed)

    def __repr__(self) -> str:
        return f"<cadence {self.name!r}: {' or '.join(str(span) for span in self.spans)}, {self.reading}>"


def _units_between(anchor: date, start: date, unit: str, *, contacted: bool) -> int:
    """Return how many whole calendar units lie between the one of the anchor and the present one."""
    count, first = 0, window_of(anchor, unit)[1 if contacted else 0]
    while first < start:
        count, first = count + 1, window_of(first, unit)[1]
    return count


def longer(one: Span, other: Span) -> bool:
    """Say whether one span may reach further than another, from some day or other."""
    if bool(one.months) == bool(other.months):
        return (one.months, one.days) > (other.months, other.days)
    return any(one.after(day) > other.after(day) for day in _ANCHORS)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(repr(name) for name in names)


_ANCHORS = tuple(date(2023, 12, 1) + timedelta(day) for day in range(457))
