"""The account of a clock: each running, paused and closed stretch of it, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from typing import Literal

from attrs import frozen

from crmrules._words import say
from crmrules.problems import Language
from crmrules.sla._amount import CLOCK_HOURS, amount_text, length_text
from crmrules.sla._clock import Clock
from crmrules.sla._round import Leg, Round, Stretch

__all__ = ["Account", "Line", "account"]

MOST_LINES = 40

State = Literal["running", "closed", "paused", "stopped"]


@frozen
class Line:
    """A stretch of a clock's life.

    Args:
        state: ``running``; ``closed`` where its calendar is; ``paused``; ``stopped`` between a stop and a reopening.
        start: Its beginning.
        end: Its end.
        reasons: Names of the pauses that were open.
    """

    state: State
    start: datetime
    end: datetime
    reasons: tuple[str, ...] = ()

    @property
    def length(self) -> timedelta:
        """How long it lasted on the clock."""
        return self.end - self.start

    def told(self, language: Language) -> str:
        """Return the stretch as text."""
        because = f" ({', '.join(self.reasons)})" if self.reasons else ""
        return f"  {_at(self.start)} – {_at(self.end)}  {say(self.state, language)} {length_text(self.length)}{because}"


@frozen
class Account:
    """Why a clock is where it is. ``str()`` tells it in English, ``told("zh")`` in Chinese.

    Args:
        clock: The clock.
        lines: The stretches of all its rounds, by round.
    """

    clock: Clock
    lines: tuple[tuple[Line, ...], ...]

    def told(self, language: Language = "en") -> str:
        """Return the whole account as text; of very many stretches the last ones."""
        parts = [_head(self.clock, language)]
        for each, lines in zip(self.clock.rounds, self.lines, strict=True):
            parts.append(_round(self.clock, each, language))
            left = len(lines) - MOST_LINES
            if left > 0:
                parts.append(say("  … {left} stretches before", language, left=left))
            parts += [line.told(language) for line in lines[-MOST_LINES:]]
            parts += _end(self.clock, each, language)
        parts += [_due(each, language) for each in self.clock.escalations]
        return "\n".join(parts)

    def __str__(self) -> str:
        return self.told()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.told())}</pre>"


def account(clock: Clock) -> Account:
    """Return the account of a clock."""
    return Account(clock, tuple(tuple(_lines(clock, each)) for each in clock.rounds))


def _lines(clock: Clock, found: Round) -> Iterator[Line]:
    for leg in found.legs:
        for stretch in leg.stretches:
            yield from _split(clock, leg, stretch)


def _split(clock: Clock, leg: Leg, stretch: Stretch) -> Iterator[Line]:
    """Yield a stretch, a running one parted where its calendar opens and closes."""
    here = clock.told
    if stretch.state != "running" or leg.calendar is CLOCK_HOURS:
        yield Line(stretch.state, here(stretch.start), here(stretch.end), stretch.reasons)
        return
    at = stretch.start
    for opening, closing in leg.calendar.open_periods(stretch.start, stretch.end):
        if opening > at:
            yield Line("closed", here(at), here(opening))
        yield Line("running", here(opening), here(closing))
        at = closing
    if at < stretch.end:
        yield Line("closed", here(at), here(stretch.end))


def _head(clock: Clock, language: Language) -> str:
    title = clock.promise.title.told(language, clock.name)
    state = say(clock.state, language)
    if clock.due is None:
        return say("{title}: {state}", language, title=title, state=state)
    return say("{title}: {state}, due {due}", language, title=title, state=state, due=_at(clock.due, zone=True))


def _round(clock: Clock, found: Round, language: Language) -> str:
    return say(
        "round {number}: {amount} from {start}, {used} used",
        language,
        number=found.number,
        amount=amount_text(found.leg.promise.amount),
        start=_at(clock.told(found.start)),
        used=length_text(found.elapsed),
    )


def _end(clock: Clock, found: Round, language: Language) -> Iterator[str]:
    if found.stopped is not None:
        at = _at(clock.told(found.stopped))
        yield say(ENDS[found.how], language, at=at, event=found.event, reason=found.reason)
    if found.late:
        yield say("  due {at}: missed", language, at=_at(clock.told(found.due)))


def _due(due: object, language: Language) -> str:
    from crmrules.sla._clock import Due

    assert isinstance(due, Due)
    if due.at is None:
        return say("{when}: {to} is not told, the clock stands still", language, when=due.when, to=due.to)
    told = "{when}: {to} was told at {at}" if due.reached else "{when}: {to} is told at {at}"
    return say(told, language, when=due.when, to=due.to, at=_at(due.at))


def _at(moment: datetime, *, zone: bool = False) -> str:
    """Return an instant as people write it: seconds only where there are any."""
    text = moment.replace(tzinfo=None).isoformat(" ", "auto" if moment.microsecond else "seconds")
    text = text.removesuffix(":00") if not moment.second and not moment.microsecond else text
    offset = f"{moment:%z}"
    return f"{text} {offset[:3]}:{offset[3:]}" if zone else text


ENDS: dict[str, str] = {
    "stop": "  {at} kept by event {event!r}",
    "ends": "  {at} nothing more owed since event {event!r}",
    "cancel": "  {at} called off by event {event!r}",
    "excuse": "  {at} excused by event {event!r}: {reason}",
    "reset": "  {at} begun anew by event {event!r}",
}
