"""What a replay gives: visits of stages, items, notices, departures from the process, what is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, final

from attrs import field, frozen

from crmrules._frozen import FrozenMapping
from crmrules.problems import Language
from crmrules.wording import Sentence

if TYPE_CHECKING:
    from crmrules.sla.processes._process import Process

__all__ = ["Aspect", "CaseReplay", "Closing", "Deviation", "Due", "ItemState", "NoticeState", "Visit", "since"]

Aspect = Literal["moves", "items", "limits", "notices"]


def since(start: datetime, end: datetime) -> timedelta:
    """Return the real time between two instants, clock changes included."""
    return end.astimezone(UTC) - start.astimezone(UTC)


@final
@frozen
class ItemState:
    """A service item in one visit of its stage.

    Args:
        name: Name of the item.
        state: ``done``, ``late`` (done after it was due), ``open``, ``overdue``, ``missing`` (the stage was left
            without it) or ``undecided`` (unknown facts leave open whether the case needs it).
        due: When it is due; None without a limit.
        done: When it was done.
        channel: The channel it was done through, as the event says.
    """

    name: str
    state: Literal["done", "late", "open", "overdue", "missing", "undecided"]
    due: datetime | None = None
    done: datetime | None = None
    channel: str = ""


@final
@frozen
class Visit:
    """A stay in one stage.

    Args:
        stage: Name of the stage.
        entered: When the case came into it.
        left: When it left; None while it is there.
        due: When its limit is over; None without one.
        elapsed: Real time there, up to ``as_of`` while it is there.
        worked: Working time of the stage's calendar; real time without one.
        limit: The limit that applied, as text; empty without one.
        undecided: Unknown facts that leave open which limit applies.
        items: The stage's service items.
        late: Whether it stayed longer than its limit.
        told: Kinds of the events that happened in it, in order.
    """

    stage: str
    entered: datetime
    left: datetime | None
    due: datetime | None
    elapsed: timedelta
    worked: timedelta
    limit: str = ""
    undecided: tuple[str, ...] = ()
    items: tuple[ItemState, ...] = ()
    late: bool = False
    told: tuple[str, ...] = ()

    @property
    def state(self) -> Literal["done", "late", "open", "overdue"]:
        """How the stay stands: over and in time, over and late, or going on, in time or not."""
        if self.left is None:
            return "overdue" if self.late else "open"
        return "late" if self.late else "done"


@final
@frozen
class NoticeState:
    """A notice to the customer, told or to be told.

    Args:
        state: ``told``, ``late`` (told after it was due), ``open``, ``overdue``, or ``missing`` (the case ended
            without it, after it was due).
        due: When it is due; None where no time was set.
        told: When it was told.
        expected: The day or instant that was promised with it.
    """

    state: Literal["told", "late", "open", "overdue", "missing"]
    due: datetime | None
    told: datetime | None = None
    expected: date | None = None


@final
@frozen
class Closing:
    """A time during which a case was at an end.

    Args:
        end: Name of the end.
        at: When it ended.
        reopened: When it went on; None if it did not.
    """

    end: str
    at: datetime
    reopened: datetime | None = None


@final
@frozen
class Deviation:
    """Where a case departed from its process.

    Args:
        aspect: What it concerns: ``moves``, ``items``, ``limits`` or ``notices``.
        at: When it happened; of what is still missing, when it was due.
        what: What happened, as a sentence.
        certain: False where unknown facts leave open whether it is one.
    """

    aspect: Aspect
    at: datetime
    what: Sentence
    certain: bool = True

    def __str__(self) -> str:
        return str(self.what)


@final
@frozen
class Due:
    """Something an open case waits for, with the time by which it is due.

    Args:
        what: ``stage`` (to be left), ``item`` (to be done), ``notice`` (to be told) or ``answer`` (the case to be
            closed, as the customer was promised).
        name: Name of the stage or item.
        due: By when.
        role: Who is responsible.
        overdue: Whether that time is over.
    """

    what: Literal["stage", "item", "notice", "answer"]
    name: str
    due: datetime
    role: str = ""
    overdue: bool = False


@final
@frozen(repr=False)
class CaseReplay:
    """One case of a process, as its events tell it up to an instant.

    Args:
        process: The process.
        as_of: The instant.
        visits: The stays in stages, in order.
        closings: The times at an end, in order.
        deviations: Departures from the process, in order of time.
        notices: Notices told and to be told.
        due: What an open case waits for, the earliest first.
        steps: Channel of each event of the steps that the customer takes, where the process measures ease.
        facts: The facts known of the case, by name.
    """

    process: Process
    as_of: datetime
    visits: tuple[Visit, ...]
    closings: tuple[Closing, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    notices: tuple[NoticeState, ...] = ()
    due: tuple[Due, ...] = ()
    steps: tuple[str | None, ...] = ()
    facts: Mapping[str, Any] = field(default=FrozenMapping({}), converter=FrozenMapping)

    @property
    def state(self) -> Literal["waiting", "open", "closed"]:
        """``waiting`` before the first stage, then ``open``, then ``closed``."""
        if self.closings and self.closings[-1].reopened is None:
            return "closed"
        return "open" if self.visits else "waiting"

    @property
    def stage(self) -> str | None:
        """Name of the stage in which an open case stands, else None."""
        return self.visits[-1].stage if self.state == "open" else None

    @property
    def end(self) -> str | None:
        """Name of the end of a closed case, else None."""
        return self.closings[-1].end if self.state == "closed" else None

    @property
    def started(self) -> datetime | None:
        """When the case began; None before."""
        begun = [*(visit.entered for visit in self.visits[:1]), *(each.at for each in self.closings[:1])]
        return min(begun, default=None)

    @property
    def elapsed(self) -> timedelta:
        """Real time from the start to the end, or to ``as_of``; times at an end that was not the last count too."""
        last = self.closings[-1].at if self.state == "closed" else self.as_of
        return since(self.started, last) if self.started else timedelta(0)

    def time_in(self, stage: str) -> timedelta:
        """Return the real time in a stage, all its visits together.

        Raises:
            UnknownNameError: If the process has no such stage.
        """
        self.process.stage_named(stage)
        return sum((visit.elapsed for visit in self.visits if visit.stage == stage), timedelta(0))

    @property
    def overdue(self) -> tuple[Due, ...]:
        """What is over its time, the earliest first."""
        return tuple(each for each in self.due if each.overdue)

    @property
    def conforms(self) -> bool | None:
        """Whether the case kept to the process so far, in the aspects that count; None where facts leave it open."""
        counted = [each for each in self.deviations if each.aspect in self.process.counts]
        if any(each.certain for each in counted):
            return False
        return None if counted else True

    @property
    def open_to(self) -> tuple[str, ...]:
        """The stages and ends to which the case may go now: those whose conditions definitely hold."""
        return self.process.open_to(self)

    def why(self, language: Language = "en") -> str:
        """Return the whole story as text."""
        from crmrules.sla.processes._story import story

        return story(self, language)

    def __repr__(self) -> str:
        place = self.end or self.stage or "not begun"
        return f"<case of {self.process.name!r}: {place}, {len(self.deviations)} deviations>"
