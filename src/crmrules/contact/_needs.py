"""The needs of one customer: what occasions and cadences ask for, day by day, and the slots that serve them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import final

from attrs import evolve

from crmrules.contact._attempt import utc
from crmrules.contact._cadence import Cadence, Due, span_of
from crmrules.contact._content import choice_of
from crmrules.contact._desk import Desk
from crmrules.contact._gap import DayGap, start_of
from crmrules.contact._occasions import Occasion
from crmrules.contact._rules_of_days import Dated
from crmrules.contact._slots import Need, Slot
from crmrules.events import Event
from crmrules.periods import Period
from crmrules.recurrence import Recurrence
from crmrules.spans import Span
from crmrules.wording import Sentence, sentence

__all__ = ["Rhythm", "cadence_need", "occasion_needs"]

ONE_DAY = timedelta(days=1)
Course = Generator[tuple[Need, Slot | None], Slot | None, None]


def occasion_needs(
    occasion: Occasion, desk: Desk, events: Sequence[Event], period: Period, snoozed: Mapping[str, date]
) -> Iterator[Need]:
    """Yield the needs of an occasion in a period that have not been served yet."""
    account, today = desk.account, desk.today
    if not occasion.is_for(account.facts, today):
        return
    channels = occasion.channels_for(account.facts, today)
    wide = Period(occasion.late.before(period.start), occasion.early.after(period.end))
    found = occasion.on.days(account, events, wide, desk.policy.calendar)
    for dated in sorted(found, key=lambda each: (each.day, each.person.id if each.person else "", each.of)):
        if dated.day not in occasion.valid or _served(occasion, dated, desk):
            continue
        if dated.person is not None:
            dated.person.born_before(today)
        need = _occasion_need(occasion, dated, desk, channels, snoozed.get(occasion.name))
        if period.start <= need.latest and need.ideal < period.end:
            yield need


def _occasion_need(
    occasion: Occasion, dated: Dated, desk: Desk, channels: tuple[str, ...] | None, snoozed: date | None
) -> Need:
    day, earliest, latest = dated.day, occasion.early.before(dated.day), occasion.late.after(dated.day)
    if snoozed is not None:
        earliest = min(max(earliest, snoozed), latest)
        day = min(max(day, snoozed), latest)
    notice = None
    if occasion.notice:
        working = desk.policy.calendar
        notice = (
            working.add_working_days(-occasion.notice, dated.day) if working else dated.day - occasion.notice * ONE_DAY
        )
    return Need(
        occasion.name,
        "occasion",
        earliest,
        earliest,
        day,
        latest,
        channels,
        occasion.purpose,
        occasion.depth or "routine",
        people=(dated.person,) if dated.person else (),
        not_before=dated.since,
        content=choice_of(occasion.told, desk.account.facts, desk.today),
        notice_on=notice,
        priority=occasion.priority,
        keeps=False,
        why=_reason(dated),
        title=occasion.title,
    )


def _reason(dated: Dated) -> Sentence:
    if dated.of:
        return sentence("after event {event}", event=dated.of)
    who = (dated.person.name or dated.person.id) if dated.person else ""
    parts = {"day": dated.day, "person": who, "years": dated.years}
    if who and dated.years:
        return sentence("{day} is the day of {person}, {years} years", **parts)
    if who:
        return sentence("{day} is the day of {person}", **parts)
    if dated.years:
        return sentence("{day} is the day, {years} years", **parts)
    return sentence("{day} is the day", **parts)


def _served(occasion: Occasion, dated: Dated, desk: Desk) -> bool:
    """Say whether a touch was made for an occasion already."""
    first, last = occasion.early.before(dated.day), occasion.late.after(dated.day)
    for touch in desk.diary.for_(occasion.name):
        who = not dated.person or touch.person in ("", dated.person.id)
        if who and first <= touch.at.astimezone(desk.zone).date() <= last:
            return True
    return False


def cadence_need(cadence: Cadence, due: Due, desk: Desk) -> Need:
    """Return the need of a due contact."""
    survey = cadence.survey
    channels = (survey.method,) if survey and survey.method else cadence.channels
    return Need(
        cadence.name,
        "cadence",
        due.earliest,
        due.ideal if cadence.reading == "apart" or cadence.early is not None else due.earliest,
        due.ideal,
        due.latest,
        channels,
        cadence.purpose,
        cadence.depth or "routine",
        people=desk.account.with_roles(cadence.roles) if cadence.roles else (),
        at=survey.at if survey else None,
        content=survey.questionnaire if survey else choice_of(cadence.told, desk.account.facts, desk.today),
        priority=cadence.priority,
        gap=DayGap(cadence.name, gap_of(cadence), cadence.scope, cadence.title),
        every=due.every if cadence.reading == "apart" else None,
        why=_since(due),
        title=cadence.title,
    )


def _since(due: Due) -> Sentence:
    if due.anchor is None:
        return sentence("every {every}, and no contact so far", every=str(due.every))
    return sentence("every {every} since {anchor}", every=str(due.every), anchor=due.anchor)


def gap_of(cadence: Cadence) -> Span:
    """Return how far apart two contacts of a cadence are at least; on different days in any case."""
    return Span(days=1) if cadence.min_gap is None else span_of(cadence.min_gap)


@final
class Rhythm:
    """The contacts that one cadence asks for in a row.

    Windows are such that wherever in its window each contact is made, the cadence is kept: the next one is
    counted from the first day of the window before. Without a window to choose from, days are counted from the
    one anchor, so months do not drift.
    """

    def __init__(self, cadence: Cadence, every: Span, desk: Desk, until: date, snoozed: date | None) -> None:
        self._cadence, self._every, self._desk, self._until = cadence, every, desk, until
        self._snoozed = snoozed

    def served(self, slots: list[Slot]) -> Course:
        """Yield each need with a slot that serves it already, or None; ``send`` the slot in which it is made."""
        if self._cadence.reading == "calendar":
            yield from self._by_unit(slots)
        else:
            yield from self._apart(slots)

    def _due(self, anchor: date | None, as_of: date, *, contacted: bool) -> Due:
        return self._cadence.due_after(self._every, anchor, as_of, contacted=contacted)

    def _anchor(self) -> tuple[date | None, bool]:
        last = self._cadence.last(self._desk.diary, self._desk.today, self._desk.zone)
        made = last is not None
        return (last, True) if made else (self._desk.account.since, False)

    def _put_off(self, due: Due) -> Due:
        """Return a due contact, put off as far as somebody asked, up to the ceiling."""
        until, self._snoozed = self._snoozed, None
        if until is None or until <= due.ideal:
            return due
        until = min(until, span_of(self._cadence.snooze).after(due.latest))
        latest = max(due.latest, until)
        return evolve(due, earliest=max(due.earliest, min(until, latest)), ideal=max(due.ideal, until), latest=latest)

    # ------------------------------------------------------------------ never longer apart

    def _apart(self, slots: list[Slot]) -> Course:
        today = self._desk.today
        anchor, contacted = self._anchor()
        due = self._due(anchor, today, contacted=contacted)
        grid, number = anchor or today, 1
        if due.missed and self._cadence.missed == "skip":
            number = Recurrence(self._every, grid).number(due.latest)
        arrears = due.missed if self._cadence.missed == "compress" else 0
        due = self._put_off(due)
        booked = self._booked(slots)
        while due.ideal < self._until:
            made = self._booked_in(booked, due)
            if made is None:
                slot = self._serving(slots, due)
                own = yield cadence_need(self._cadence, due, self._desk), slot
                made = self._soonest(own, due) if slot is None else max(slot.opens, due.earliest)
            if arrears > 1:
                arrears -= 1
                due = self._window(grid, number, after=made)
                continue
            if due.latest < today and self._cadence.missed in ("once", "compress"):
                number = Recurrence(self._every, grid).number(max(made, today)) + 1
            elif made == due.latest == self._every.after(grid, number):
                number += 1
            else:
                grid, number = made, 1
            arrears = 0
            due = self._window(grid, number, after=made)

    def _booked(self, slots: list[Slot]) -> list[date]:
        """Return the days of contacts that are in the history for later: appointments that are made already."""
        planned = {utc(slot.at) for slot in slots}
        later = start_of(self._desk.today + ONE_DAY, self._desk.zone)
        times = self._desk.diary.times(self._cadence.scope)
        return [at.astimezone(self._desk.zone).date() for at in times if at >= later and at not in planned]

    @staticmethod
    def _booked_in(booked: list[date], due: Due) -> date | None:
        """Return the day of an appointment that serves a due contact, if there is one."""
        while booked and booked[0] < due.earliest:
            booked.pop(0)
        return booked.pop(0) if booked and booked[0] <= due.latest else None

    @staticmethod
    def _soonest(slot: Slot | None, due: Due) -> date:
        """Return the first day on which a contact may be made, wherever it is moved; if it is not, the last."""
        if slot is None:
            return due.latest
        return slot.day if slot.late else min(slot.opens, slot.day)

    def _window(self, grid: date, number: int, *, after: date) -> Due:
        latest = self._every.after(grid, number)
        gap = gap_of(self._cadence).after(after)
        early = self._cadence.early
        opens = latest if early is None else span_of(early).before(latest)
        earliest = min(gap, latest)
        return Due(self._cadence.name, self._every, after, earliest, max(opens, earliest), latest)

    def _serving(self, slots: list[Slot], due: Due) -> Slot | None:
        """Return a slot that is planned for something else and serves a due contact as well."""
        scope = self._cadence.scope
        for slot in sorted(slots, key=lambda slot: slot.at):
            fits = due.earliest <= slot.day <= due.latest and self._cadence.name not in slot.for_
            if fits and scope.holds(slot.touch()):
                return slot
        return None

    # ------------------------------------------------------------------ once in every unit

    def _by_unit(self, slots: list[Slot]) -> Course:
        anchor, contacted = self._anchor()
        due = self._put_off(self._due(anchor, self._desk.today, contacted=contacted))
        booked = self._booked(slots)
        while due.ideal < self._until:
            made = self._booked_in(booked, due)
            if made is None:
                slot = self._serving(slots, due)
                own = yield cadence_need(self._cadence, due, self._desk), slot
                taken = slot if slot is not None else own
                made = due.ideal if taken is None else taken.day
            due = self._due(made, due.latest, contacted=True)
