"""What is late and what is still due: stages, items, notices, the answer a customer was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from crmrules.conditions import evaluate
from crmrules.events import Event
from crmrules.sla.processes._parts import Notice
from crmrules.sla.processes._results import CaseReplay, Deviation, Due, NoticeState
from crmrules.sla.processes._stay import due_by, over
from crmrules.wording import sentence

__all__ = ["due_of", "late_notices", "late_visits", "notices_of"]


def notices_of(case: CaseReplay, told: Iterable[Event]) -> tuple[NoticeState, ...]:
    """Return the notices of a case, told and to be told; none where the case needs none."""
    notice = case.process.notice
    if notice is None or case.started is None:
        return ()
    calendar = notice.calendar or case.process.calendar
    limit, start, found = notice.within, case.started, []
    for event in told:
        due = due_by(limit, start, case.facts, calendar)
        found.append(NoticeState("late" if over(due, event.at) else "told", due, event.at, _expected(notice, event)))
        limit, start = notice.every, event.at
    if evaluate(notice.when, case.facts) is False:
        return tuple(found)
    return (*found, *_next(case, due_by(limit, start, case.facts, calendar)))


def _next(case: CaseReplay, due: datetime | None) -> tuple[NoticeState, ...]:
    """Return the notice that is next, or that a closed case should have had."""
    if due is None:
        return ()
    if case.state == "closed":
        return (NoticeState("missing", due),) if over(due, case.closings[-1].at) else ()
    return (NoticeState("overdue" if over(due, case.as_of) else "open", due),)


def _expected(notice: Notice, event: Event) -> date | None:
    value = event.facts.get(notice.expected) if notice.expected else None
    return value if isinstance(value, date) else None


def late_visits(case: CaseReplay) -> Iterator[Deviation]:
    """Yield what took longer than its limit, stage by stage."""
    for visit in case.visits:
        if visit.late and visit.due:
            told = sentence("{stage} took longer than {limit}", stage=visit.stage, limit=visit.limit)
            yield Deviation("limits", visit.due, told)
        if visit.undecided:
            facts = ", ".join(visit.undecided)
            told = sentence(
                "unknown facts leave open how long {stage} may take: {facts}", stage=visit.stage, facts=facts
            )
            yield Deviation("limits", visit.entered, told, certain=False)
        for item in visit.items:
            if item.due and item.state in ("late", "overdue"):
                told = sentence("{item} of {stage} was not done in time", item=item.name, stage=visit.stage)
                yield Deviation("limits", item.due, told)


def late_notices(case: CaseReplay, notices: tuple[NoticeState, ...]) -> Iterator[Deviation]:
    """Yield what the customer was not told in time, or not told at all."""
    notice = case.process.notice
    if notice is None:
        return
    certain = evaluate(notice.when, case.facts) is True
    for each in notices:
        if each.due and each.state in ("late", "overdue", "missing"):
            yield Deviation("notices", each.due, sentence("the customer was not told in time"), certain)
        if each.told and notice.expected and each.expected is None:
            told = sentence("a notice did not say what the customer can expect ({fact})", fact=notice.expected)
            yield Deviation("notices", each.told, told, certain)
    promised = _promised(case, notices)
    closed = case.closings[-1].at if case.state == "closed" else case.as_of
    if promised and over(promised, closed):
        late = sentence("the customer was not answered by the time that was promised")
        yield Deviation("notices", promised, late)


def _promised(case: CaseReplay, notices: tuple[NoticeState, ...]) -> datetime | None:
    """Return the instant by which the customer was last promised an answer; of a day, its end."""
    given = [each.expected for each in notices if each.expected]
    if not given:
        return None
    if isinstance(given[-1], datetime):
        return given[-1]
    calendar: Any = case.process.calendar
    here = calendar.here(case.as_of) if calendar else case.as_of
    return datetime.combine(given[-1] + timedelta(days=1), time(), here.tzinfo)


def due_of(case: CaseReplay, notices: tuple[NoticeState, ...]) -> tuple[Due, ...]:
    """Return what an open case waits for, the earliest first."""
    if case.state != "open":
        return ()
    return tuple(sorted(_waiting(case, notices), key=lambda each: (each.due.astimezone(UTC), each.what, each.name)))


def _waiting(case: CaseReplay, notices: tuple[NoticeState, ...]) -> Iterator[Due]:
    visit = case.visits[-1]
    stage = case.process.stage_named(visit.stage)
    needed = [item.name for item in stage.items if item.required]
    if visit.due:
        yield Due("stage", visit.stage, visit.due, stage.role, visit.late)
    for item in visit.items:
        if item.due and item.state in ("open", "overdue") and item.name in needed:
            yield Due("item", item.name, item.due, stage.role, item.state == "overdue")
    notice = case.process.notice
    if notice and evaluate(notice.when, case.facts):
        role = notice.role or stage.role
        pending = (each for each in notices if each.due and each.state in ("open", "overdue"))
        yield from (Due("notice", "", each.due, role, each.state == "overdue") for each in pending if each.due)
    promised = _promised(case, notices)
    if promised:
        yield Due("answer", "", promised, stage.role, over(promised, case.as_of))
