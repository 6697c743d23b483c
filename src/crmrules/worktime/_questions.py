"""The questions that every calendar answers: those about instants, and those about days."""

from __future__ import annotations

from datetime import date, datetime

from crmrules.worktime._core import Core
from crmrules.worktime._counting import Included, counted, nth
from crmrules.worktime._instants import InstantQuestions, OpenPeriod, zoned
from crmrules.worktime._intake import day_of

__all__ = ["OpenPeriod", "Questions", "core_of", "zoned"]


class Questions(InstantQuestions):
    """What a calendar can be asked, whatever its hours come from; here about days."""

    def hours_on(self, day: date) -> tuple[OpenPeriod, ...]:
        """Return the open periods that belong to a day: a night shift as a whole to the day on which it starts.

        Raises:
            PolicyError: If ``day`` is no date.
            HorizonError: If it lies beyond what the calendar covers.
        """
        core = self._core
        core.horizon.check_days(day_of("day", day), day)
        return tuple((core.axis.at(start), core.axis.at(end)) for start, end in core.source.day(day))

    def working_day(self, day: date) -> bool:
        """Say whether any working time belongs to a day.

        Raises:
            PolicyError: If ``day`` is no date.
            HorizonError: If it lies beyond what the calendar covers.
        """
        return bool(self.hours_on(day))

    def add_working_days(self, n: int, day: date) -> date:
        """Return the n-th working day after a day; the day itself does not count.

        Args:
            n: How many; a negative number goes back. Of 0 the answer is the day itself, or with ``like.off_day``
                ``roll`` the next working day.
            day: A date. Of a day off, ``like.off_day`` says where counting begins.

        Raises:
            PolicyError: If ``n`` is no whole number or ``day`` no date.
            HorizonError: If a day beyond what the calendar covers is needed.
            NoHoursError: If there are not that many working days.
        """
        return nth(self._core, n, day_of("day", day))

    def working_days_later(self, n: int, to: datetime) -> datetime:
        """Return the instant n working days later, at the same wall time.

        An instant outside of hours first moves to working time, in the direction of counting; with
        ``like.off_day`` ``count`` only its day counts, and the wall time stays as it is.

        Args:
            n: How many working days; a negative number goes back.
            to: The instant.

        Raises:
            PolicyError: If ``n`` is no whole number or ``to`` has no zone.
            HorizonError: If a day beyond what the calendar covers is needed.
            NoHoursError: If there are not that many working days.
        """
        roll = (self.roll_back if n < 0 else self.roll_forward) if self.like.off_day == "roll" else self.here
        start = roll(to)
        return roll(self.local(datetime.combine(nth(self._core, n, start.date()), start.time())))

    def working_days(self, start: date, end: date, *, include: Included = "end") -> int:
        """Return how many working days lie between two days.

        Args:
            start: The first day.
            end: The last day; before ``start``, what ``like.reversed`` says.
            include: Which of the two may count: ``end``, ``start``, ``both`` or ``neither``. With ``end``, the
                answer for ``add_working_days(n, start)`` is n.

        Raises:
            PolicyError: If an argument is not what it should be.
            HorizonError: If a day lies beyond what the calendar covers.
        """
        return counted(self._core, day_of("start", start), day_of("end", end), include)


def core_of(calendar: Questions) -> Core:
    """Return what a calendar is asked through, for those that are made of other calendars."""
    return calendar._core  # noqa: SLF001
