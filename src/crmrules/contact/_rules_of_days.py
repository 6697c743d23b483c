"""The days on which occasions fall: birthdays, anniversaries, festivals, and days counted from events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol, final, get_args, runtime_checkable

from attrs import field, frozen

from crmrules._checks import must, name_of
from crmrules.contact._accounts import Account, Birthday, Person
from crmrules.contact._lunar import LeapMonth, ShortMonth, lunar_days
from crmrules.contact._scoped import names
from crmrules.errors import PolicyError
from crmrules.events import Event
from crmrules.periods import Period
from crmrules.spans import Span, anniversary, days
from crmrules.spans._intake import plain_day, whole

__all__ = ["Anniversary", "Birthdays", "Dated", "DayRule", "EachYear", "FromEvent", "LunarDay", "OnDates"]

LeapDay = Literal["feb28", "mar1", "skip"]
ONE_DAY = timedelta(days=1)


@final
@frozen
class Dated:
    """A day on which an occasion falls.

    Args:
        day: The day.
        person: Whose it is, where it is somebody's.
        years: How many years it has come round; None where it is not known.
        since: The instant of the event it follows, where it follows one.
        of: Id of that event.
    """

    day: date
    person: Person | None = None
    years: int | None = None
    since: datetime | None = None
    of: str = ""


@runtime_checkable
class DayRule(Protocol):
    """What says on which days an occasion falls. Rules of your own have this one method."""

    def days(self, account: Account, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the days of a period, in any order.

        Args:
            account: The customer.
            events: What happened to the customer.
            period: The days that matter.
            working: The calendar of working days, or None.
        """


def _leap_day(value: Any) -> Any:
    must(value in get_args(LeapDay), "leap_day", "be 'feb28', 'mar1' or 'skip'", value)
    return value


def annual(day: date, year: int, leap_day: str) -> date | None:
    """Return a day's anniversary in a year, or None where a 29 February is skipped."""
    if leap_day == "skip":
        found = anniversary(day, year)
        return found if found.day == day.day else None
    return anniversary(day, year, leap_day=leap_day)  # type: ignore[arg-type]


def _years(period: Period) -> range:
    return range(period.start.year, period.last_day.year + 1)


@final
@frozen
class Birthdays:
    """The birthdays of the people at an account.

    Args:
        roles: Of people in one of these roles; of everybody by default.
        leap_day: A birthday on 29 February falls on ``feb28`` or ``mar1`` of common years, or is left out (``skip``).
        leap_month: A lunar birthday in a year with a leap month of that number: in the ``regular`` month, the
            ``leap`` month, or ``both``. Who was born in a leap month has it there, where the year has one.
        short_month: A lunar birthday on a 30th that a month lacks: its ``last`` day, the ``next`` day, or ``skip``.
    """

    roles: tuple[str, ...] = field(default=(), converter=names)
    leap_day: LeapDay = field(default="feb28", kw_only=True, converter=_leap_day)
    leap_month: LeapMonth = field(default="regular", kw_only=True)
    short_month: ShortMonth = field(default="last", kw_only=True)

    def days(self, account: Account, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the birthdays that fall in a period."""
        for person in account.with_roles(self.roles):
            birthday = person.birthday
            if birthday is None:
                continue
            for day in self._of(birthday, period):
                years = None if birthday.year is None else day.year - birthday.year
                if day in period and (years is None or years > 0):
                    yield Dated(day, person, years)

    def _of(self, birthday: Birthday, period: Period) -> Iterator[date]:
        if birthday.lunar:
            month: LeapMonth = "leap" if birthday.leap else self.leap_month
            for year in range(period.start.year - 1, period.last_day.year + 1):
                yield from lunar_days(year, birthday.month, birthday.day, leap=month, short=self.short_month)
            return
        for year in _years(period):
            leap = birthday.year or 2000  # a leap year, so that 29 February stands
            day = annual(date(leap, birthday.month, birthday.day), year, self.leap_day)
            if day is not None:
                yield day


@final
@frozen
class Anniversary:
    """The day of a date among the customer's facts, such as the founding of the company, year by year.

    Args:
        fact: Name of the fact, a date.
        leap_day: What becomes of 29 February in common years: ``feb28``, ``mar1`` or ``skip``.
    """

    fact: str
    leap_day: LeapDay = field(default="feb28", kw_only=True, converter=_leap_day)

    def __attrs_post_init__(self) -> None:
        name_of("the fact of an anniversary", self.fact)

    def days(self, account: Account, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the anniversaries that fall in a period; nothing where the date is unknown."""
        began = account.facts.get(self.fact)
        if began is None:
            return
        began = began.date() if isinstance(began, datetime) else began
        if not isinstance(began, date):
            raise PolicyError(f"fact {self.fact!r} of account {account.id!r} must be a date, got {began!r}")
        for year in _years(period):
            day = annual(began, year, self.leap_day)
            if day is not None and day in period and year > began.year:
                yield Dated(day, None, year - began.year)


@final
@frozen
class EachYear:
    """A day of the sun's year, such as 1 January.

    Args:
        month: 1 to 12.
        day: 1 to 31.
        leap_day: What becomes of 29 February in common years: ``feb28``, ``mar1`` or ``skip``.

    >>> festival = EachYear(12, 24)
    >>> [str(each.day) for each in festival.days(None, (), Period.parse("2026"), None)]
    ['2026-12-24']
    """

    month: int
    day: int
    leap_day: LeapDay = field(default="feb28", kw_only=True, converter=_leap_day)

    def __attrs_post_init__(self) -> None:
        Birthday(self.month, self.day)

    def days(self, account: Any, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the day in each year of a period."""
        for year in _years(period):
            day = annual(date(2000, self.month, self.day), year, self.leap_day)
            if day is not None and day in period:
                yield Dated(day)


@final
@frozen
class LunarDay:
    """A day of the Chinese lunar year, such as the first of the first month. Needs the extra ``china``.

    Args:
        month: 1 to 12.
        day: 1 to 30.
        leap_month: In a year with a leap month of that number: the ``regular`` month, the ``leap`` month or ``both``.
        short_month: Of a 30th that a month lacks: its ``last`` day, the ``next`` day, or ``skip``.
    """

    month: int
    day: int
    leap_month: LeapMonth = field(default="regular", kw_only=True)
    short_month: ShortMonth = field(default="last", kw_only=True)

    def __attrs_post_init__(self) -> None:
        Birthday(self.month, self.day, lunar=True)
        must(self.leap_month in get_args(LeapMonth), "leap_month", "be 'regular', 'leap' or 'both'", self.leap_month)
        must(self.short_month in get_args(ShortMonth), "short_month", "be 'last', 'next' or 'skip'", self.short_month)

    def days(self, account: Any, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the day in each lunar year that meets a period."""
        for year in range(period.start.year - 1, period.last_day.year + 1):
            for day in lunar_days(year, self.month, self.day, leap=self.leap_month, short=self.short_month):
                if day in period:
                    yield Dated(day)


def _dates(given: Any) -> tuple[date, ...]:
    found = (date.fromisoformat(each) if isinstance(each, str) else each for each in given)
    return tuple(plain_day("a day of OnDates", each) for each in found)


@final
@frozen
class OnDates:
    """Days that are listed, such as a company's events.

    Args:
        dates: Dates, or their texts.
    """

    dates: tuple[date, ...] = field(converter=_dates)

    def days(self, account: Any, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the days that belong to a period."""
        return (Dated(day) for day in self.dates if day in period)


def _spans(given: Any) -> Span:
    found = Span.parse(given) if isinstance(given, str) else given
    must(isinstance(found, Span), "FromEvent.after or before", "be a calendar span such as days(3)", given)
    return found


@final
@frozen
class FromEvent:
    """Days counted from events: some days after goods were shipped, or before a contract ends.

    Args:
        kind: Kind of the events.
        after: How long after the event; the very day by default.
        before: How long before it, in place of ``after``; the event must be known by then.
        working_days: How many working days after it, in place of ``after``.
        first: Whether only the first event of the kind counts, such as a first order.

    Raises:
        PolicyError: If more than one distance is given.
    """

    kind: str
    after: Span = field(default=days(0), kw_only=True, converter=_spans)
    before: Span = field(default=days(0), kw_only=True, converter=_spans)
    working_days: int = field(default=0, kw_only=True)
    first: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        must(isinstance(self.kind, str) and bool(self.kind), "FromEvent.kind", "name a kind of event", self.kind)
        whole("FromEvent.working_days", self.working_days, 0, 1_000)
        given = [name for name in ("after", "before", "working_days") if getattr(self, name) not in (0, Span())]
        must(len(given) < 2, "FromEvent", "have one of after, before and working_days", ", ".join(given))

    @property
    def ahead(self) -> bool:
        """Whether the day lies before the event."""
        return self.before != Span()

    def days(self, account: Any, events: Sequence[Event], period: Period, working: Any) -> Iterator[Dated]:
        """Yield the days of a period that are counted from events, each in the event's own zone."""
        held = sorted((each for each in events if each.kind == self.kind), key=lambda event: event.at)
        for event in held[:1] if self.first else held:
            day = self._day(event.at.date(), working)
            if day in period:
                yield Dated(day, None, None, None if self.ahead else event.at, event.id)

    def _day(self, day: date, working: Any) -> date:
        if self.working_days:
            must(working is not None, "FromEvent.working_days", "have a calendar of working days in the policy", None)
            return working.add_working_days(self.working_days, day)  # type: ignore[no-any-return]
        return self.before.before(day) if self.ahead else self.after.after(day)
