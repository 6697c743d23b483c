"""What a run says about segmentation: the warnings with their signals."""

from __future__ import annotations

from typing import Any

from crmrules.book import Book
from crmrules.handbook._reports import Report, Task, owners_of
from crmrules.handbook._run import Decided, Run
from crmrules.segmentation._warning import EarlyWarning, SignalSeen
from crmrules.tables import Decision
from crmrules.wording import Sentence, sentence

__all__ = ["warnings_report"]

COLUMNS = ("customer", "outcome", "level", "signals", "evidence", "unknown_signals")


def warnings_report(run: Run, book: Book) -> Report | None:
    """Return the warnings of a run, each with its signals; nothing where no policy warns."""
    names = [
        name for name, group in run.handbook.groups.items() if any(isinstance(each, EarlyWarning) for each in group)
    ]
    names = [name for name in names if name in run.asked]
    if not names:
        return None
    owners = owners_of(book)
    raised = [(each, name, each.answers[name]) for name in names for each in run.decided if _warns(each.answers[name])]
    seen = {id(decision): decision.policy.seen(decision) for _, _, decision in raised}
    rows = [_row(each, name, decision, seen[id(decision)]) for each, name, decision in raised]
    tasks = [
        Task(
            run.today,
            "warn",
            each.customer,
            about=str(decision.value),
            owner=owners.get(each.customer, ""),
            reason=_reason(decision, seen[id(decision)]),
            policy=f"segmentation.{decision.policy.name}",
        )
        for each, _, decision in raised
    ]
    levels: dict[str, int] = {}
    for _, _, decision in raised:
        levels[str(decision.value)] = levels.get(str(decision.value), 0) + 1
    line = sentence("warnings: {count:,} customers with signals that they may leave", count=len(raised))
    return Report("warnings", COLUMNS, rows, summary={"levels": levels}, lines=(line,), tasks=tasks)


def _warns(decision: Decision[Any]) -> bool:
    policy = decision.policy
    return isinstance(policy, EarlyWarning) and bool(decision) and decision.value not in (None, policy.calm)


def _row(each: Decided, name: str, decision: Decision[Any], seen: tuple[SignalSeen, ...]) -> tuple[Any, ...]:
    fired = [found for found in seen if found.truth]
    evidence = "; ".join(question.told("en") for found in fired for question in found.evidence if question.truth)
    names = "; ".join(found.signal.name for found in fired)
    unknown = "; ".join(found.signal.name for found in seen if found.truth is None)
    return each.customer, name, decision.value, names, evidence, unknown


def _reason(decision: Decision[Any], seen: tuple[SignalSeen, ...]) -> Sentence:
    first, *others = [found.signal.label or found.signal.name for found in seen if found.truth]
    signals: Any = first
    for more in others:
        signals = sentence("{first}, {more}", first=signals, more=more)
    policy = decision.policy
    level = policy.names.get(decision.value, decision.value)
    return sentence("{policy}: {level} ({signals})", policy=policy.title or policy.name, level=level, signals=signals)
