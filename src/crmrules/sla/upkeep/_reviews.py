"""What comes round and must be done: reviews of files, items of a checklist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition, always, condition
from crmrules.errors import PolicyError
from crmrules.parameters import Parameter
from crmrules.recurrence import Recurrence
from crmrules.sla._kinds import kinds_of
from crmrules.spans import Span
from crmrules.spans._intake import plain_day

__all__ = ["Review", "Standing", "resolved", "span_of"]

By = Literal["round", "last"]
ONE_DAY = timedelta(days=1)


@final
@frozen
class Standing:
    """How something that comes round stands on a day.

    Args:
        state: ``done`` (in this round), ``open`` (to be done by ``due``) or ``overdue``.
        due: The last day on which it is in time; after ``done``, that of the next one.
        last: When it was last done; None if never.
        missed: Rounds that passed without it, all told.
    """

    state: Literal["done", "open", "overdue"]
    due: date
    last: date | None
    missed: int = 0


def span_of(given: Any) -> Any:
    """Return a span, or a parameter that holds one, from either or from a text."""
    if isinstance(given, Parameter):
        resolved(given)
        return given
    return resolved(given)


def resolved(given: Any) -> Span:
    """Return a span from one, from its text, or from a parameter that holds one."""
    value = given.value if isinstance(given, Parameter) else given
    span: Any = Span.parse(value) if isinstance(value, str) else value
    good = isinstance(span, Span) and span != Span()
    must(good, "the span of a review", "be a calendar span of a day or more, such as '3 months'", value)
    return span  # type: ignore[no-any-return]


def _kinds(given: Any) -> tuple[str, ...]:
    return kinds_of("Review.done", given)


@final
@frozen
class Review:
    """Something to be done again and again.

    Args:
        every: How often: a calendar span such as ``3 months``, or a parameter that holds one.
        by: ``round`` asks for it once in every round, counted from the anchor without drift; ``last`` asks for it
            within the span after it was last done.
        anchor: Where rounds begin, such as 1 January for calendar quarters; by default the start of what is
            reviewed. With an anchor, the first round that counts is the first whole one.
        done: Kinds of the events that record it.
        when: Whom it is for; all by default.
        role: Who does it.

    Raises:
        PolicyError: If a part is not what it should be.

    >>> quarterly = Review("3 months", anchor=date(2026, 1, 1))
    >>> standing = quarterly.standing([date(2026, 2, 3)], start=date(2025, 11, 20), as_of=date(2026, 5, 6))
    >>> standing.state, str(standing.due)
    ('open', '2026-06-30')
    """

    every: Any = field(converter=span_of)
    by: By = field(default="round", kw_only=True)
    anchor: date | None = field(default=None, kw_only=True)
    done: tuple[str, ...] = field(default=("reviewed",), kw_only=True, converter=_kinds)
    when: Condition = field(default=always, kw_only=True, converter=condition)
    role: str = field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(self.by in get_args(By), "Review.by", "be 'round' or 'last'", self.by)
        if self.anchor is not None:
            plain_day("Review.anchor", self.anchor)
            must(self.by == "round", "Review.anchor", "be left out where the last review counts", str(self.anchor))

    def standing(self, done: Iterable[date], *, start: date, as_of: date) -> Standing:
        """Return how it stands on a day.

        Args:
            done: The days on which it was done; those after ``as_of`` do not count.
            start: When what is reviewed began.
            as_of: The day.

        Raises:
            PolicyError: If ``as_of`` is before the start.
        """
        if plain_day("as_of", as_of) < plain_day("start", start):
            raise PolicyError(f"{as_of} is before the start {start}. Nothing is reviewed before it began.")
        days = sorted(day for day in done if day <= as_of)
        return self._by_last(days, start, as_of) if self.by == "last" else self._by_round(days, start, as_of)

    def _by_last(self, days: list[date], start: date, as_of: date) -> Standing:
        span = resolved(self.every)
        own = [start, *(day for day in days if day >= start)]
        missed = sum(later > span.after(earlier) for earlier, later in zip(own, [*own[1:], as_of], strict=True))
        due = span.after(own[-1])
        return Standing("overdue" if as_of > due else "open", due, days[-1] if days else None, missed)

    def _by_round(self, days: list[date], start: date, as_of: date) -> Standing:
        rounds = Recurrence(resolved(self.every), start if self.anchor is None else self.anchor)
        first = max(0, rounds.number(start - ONE_DAY) + 1)
        now = rounds.number(as_of)
        held = {rounds.number(day) for day in days} - {-1}
        last = days[-1] if days else None
        missed = [number for number in range(first, now) if number not in held]
        if now in held:
            return Standing("done", _end(rounds, max(now + 1, first)), last, len(missed))
        since = [number for number in missed if number > max(held, default=-1)]
        if since:
            return Standing("overdue", _end(rounds, since[0]), last, len(missed))
        return Standing("open", _end(rounds, max(now, first)), last, len(missed))


def _end(rounds: Recurrence, number: int) -> date:
    """Return the last day of a round."""
    return rounds.nth(number + 1) - ONE_DAY
