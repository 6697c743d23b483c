"""A case told as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crmrules._words import say
from crmrules.problems import Language
from crmrules.sla._amount import length_text
from crmrules.sla.processes._results import CaseReplay, Due, ItemState, Visit

__all__ = ["story"]


def story(case: CaseReplay, language: Language) -> str:
    """Return where a case stands and how it came there."""
    return "\n".join(_lines(case, language))


def _lines(case: CaseReplay, language: Language) -> Iterator[str]:
    title = case.process.title.told(language, case.process.name)
    yield say("{what}: {state}", language, what=title, state=_standing(case, language))
    for visit in case.visits:
        yield f"  {_visit(visit, language)}"
        yield from (f"    {_item(item, language)}" for item in visit.items)
    for each in case.deviations:
        told = each.what.told(language)
        yield f"  ! {told}" if each.certain else f"  ? {told}"
    for due in case.due:
        yield f"  > {_due(due, language)}"


def _standing(case: CaseReplay, language: Language) -> str:
    if case.end:
        return say("ended as {end} on {at}", language, end=case.end, at=moment(case.closings[-1].at))
    if case.stage:
        return say("in {stage} since {at}", language, stage=case.stage, at=moment(case.visits[-1].entered))
    return say("not begun", language)


def _visit(visit: Visit, language: Language) -> str:
    left = say("now", language) if visit.left is None else moment(visit.left)
    told = "{stage}: {entered} to {left}, {worked}"
    if visit.limit:
        told = "{stage}: {entered} to {left}, {worked} of {limit}"
    line = say(
        told,
        language,
        stage=visit.stage,
        entered=moment(visit.entered),
        left=left,
        worked=length_text(visit.worked),
        limit=visit.limit,
    )
    return say("{line} ({state})", language, line=line, state=visit.state) if visit.limit else line


def _item(item: ItemState, language: Language) -> str:
    state = say(item.state, language)
    return say(
        "{what}: {state}", language, what=item.name, state=f"{state} {moment(item.done)}" if item.done else state
    )


def _due(due: Due, language: Language) -> str:
    told = {
        "stage": "{name} is due on {at}",
        "item": "{name} is to be done by {at}",
        "notice": "the customer is to be told by {at}",
        "answer": "the customer was promised an answer by {at}",
    }[due.what]
    line = say(told, language, name=due.name, at=moment(due.due))
    return say("{line} ({state})", language, line=line, state="overdue") if due.overdue else line


def moment(at: date) -> str:
    """Return an instant to the minute with its offset, as people write it."""
    return f"{at:%Y-%m-%d %H:%M %z}"
