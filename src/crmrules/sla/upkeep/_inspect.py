"""Looking at one file: field by field, check by check, duty by duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from crmrules.conditions import evaluate
from crmrules.errors import FactError
from crmrules.facts import admitted, bases, counted, from_text
from crmrules.sla.upkeep._duties import duties_of
from crmrules.sla.upkeep._fields import FileField
from crmrules.sla.upkeep._file import CustomerFile
from crmrules.sla.upkeep._formats import fits
from crmrules.sla.upkeep._results import Duty, FieldState, Finding, Inspection
from crmrules.sla.upkeep._reviews import resolved
from crmrules.wording import Sentence, sentence

if TYPE_CHECKING:
    from crmrules.sla.upkeep._policy import UpkeepPolicy

__all__ = ["applies_to", "inspect"]


def applies_to(policy: UpkeepPolicy, file: CustomerFile, as_of: date) -> bool | None:
    """Say whether a policy is meant for a customer."""
    return evaluate(policy.applies, _facts(policy, file, as_of)[0])


def inspect(policy: UpkeepPolicy, file: CustomerFile, as_of: date) -> Inspection:
    """Return how a file stands on a day."""
    facts, odd = _facts(policy, file, as_of)
    fields = tuple(_field(policy, each, file, facts, as_of, odd=each.name in odd) for each in policy.fields)
    checks = tuple((check.name, evaluate(check.holds, facts)) for check in policy.checks)
    duties = tuple(duties_of(policy, file, facts, as_of))
    found = (
        *_field_findings(policy, file, fields, odd),
        *_check_findings(policy, checks),
        *_duty_findings(policy, file, fields, duties),
    )
    return Inspection(file.customer, file.owner, as_of, fields, checks, duties, found)


def _facts(policy: UpkeepPolicy, file: CustomerFile, as_of: date) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the facts that a policy reads, and what is wrong with those that cannot be used, by field."""
    found: dict[str, Any] = {}
    odd: dict[str, str] = {}
    for fact in bases(policy.facts):
        value = file.values.get(fact.name) if file.has(fact.name) else None
        try:
            found[fact.name] = (from_text if isinstance(value, str) else admitted)(fact, value)
        except FactError as wrong:
            found[fact.name] = None
            odd[fact.name] = wrong.problem.sentence()
    for fact in policy.facts:
        if fact.since is not None:
            found[fact.name] = counted(fact, found[fact.since.fact.name], as_of)
    return found, odd


def _field(
    policy: UpkeepPolicy, asked: FileField, file: CustomerFile, facts: Mapping[str, Any], as_of: date, *, odd: bool
) -> FieldState:
    required = evaluate(asked.required, facts)
    if not file.has(asked.name):
        return FieldState(asked.name, required, False)
    accurate = None if not asked.format else fits(asked.format, file.values[asked.name])
    channel = file.channels.get(asked.name)
    origin = channel in asked.channels if asked.channels and channel else None
    current = _current(policy, asked, file, as_of)
    return FieldState(asked.name, required, True, False if odd else accurate, current, origin)


def _current(policy: UpkeepPolicy, asked: FileField, file: CustomerFile, as_of: date) -> bool | None:
    """Say whether a field is younger than it may be; on the last day it is."""
    if asked.max_age is None:
        return None
    day = file.updated.get(asked.name)
    if day is None or day > as_of:
        return False if policy.undated == "stale" else None
    return bool(resolved(asked.max_age).after(day) >= as_of)


def _field_findings(
    policy: UpkeepPolicy, file: CustomerFile, fields: tuple[FieldState, ...], odd: Mapping[str, str]
) -> Iterator[Finding]:
    for asked, state in zip(policy.fields, fields, strict=True):
        name = asked.name
        if not state.filled:
            if state.required is not False:
                yield Finding("completeness", name, _missing(name, state), bool(state.required))
            continue
        if state.accurate is False:
            yield Finding("accuracy", name, _inaccurate(asked, odd.get(name, "")))
        yield from _age_findings(asked, state, file)
        yield from _origin_findings(asked, state, file)
    asked_for = {each.name for each in policy.fields}
    for name in sorted(set(odd) - asked_for):
        yield Finding("accuracy", name, sentence("{field} cannot be used: {what}", field=name, what=odd[name]))


def _missing(name: str, state: FieldState) -> Sentence:
    if state.required is None:
        return sentence("{field} is not filled, and unknown facts leave open whether it must be", field=name)
    return sentence("{field} is not filled", field=name)


def _inaccurate(asked: FileField, odd: str) -> Sentence:
    if odd:
        return sentence("{field} cannot be used: {what}", field=asked.name, what=odd)
    return sentence("{field} is not written as {format}", field=asked.name, format=asked.format)


def _age_findings(asked: FileField, state: FieldState, file: CustomerFile) -> Iterator[Finding]:
    if asked.max_age is None or state.current:
        return
    day = file.updated.get(asked.name)
    if day is None:
        told = sentence("{field} has no day, so nobody knows how old it is", field=asked.name)
        yield Finding("timeliness", asked.name, told, state.current is False)
        return
    told = sentence("{field} is of {day}, older than {age}", field=asked.name, day=day, age=resolved(asked.max_age))
    yield Finding("timeliness", asked.name, told)


def _origin_findings(asked: FileField, state: FieldState, file: CustomerFile) -> Iterator[Finding]:
    if not asked.channels or state.origin:
        return
    channels = ", ".join(asked.channels)
    if state.origin is None:
        told = sentence("nobody knows where {field} came from ({channels})", field=asked.name, channels=channels)
        yield Finding("origin", asked.name, told, certain=False)
        return
    channel = file.channels[asked.name]
    told = sentence(
        "{field} came through {channel}, not through {channels}", field=asked.name, channel=channel, channels=channels
    )
    yield Finding("origin", asked.name, told)


def _check_findings(policy: UpkeepPolicy, checks: tuple[tuple[str, bool | None], ...]) -> Iterator[Finding]:
    for check, (_, holds) in zip(policy.checks, checks, strict=True):
        if holds is False:
            told = sentence("{check}: {condition} does not hold", check=check.name, condition=str(check.holds))
            yield Finding("consistency", check.name, told)


def _duty_findings(
    policy: UpkeepPolicy, file: CustomerFile, fields: tuple[FieldState, ...], duties: tuple[Duty, ...]
) -> Iterator[Finding]:
    if policy.steps and file.first_contact is None:
        told = sentence("nobody knows the day of first contact, so no deadline counts")
        yield Finding("deadline", policy.steps[0].name, told, certain=False)
    missing = ", ".join(each.name for each in fields if each.required and not each.filled)
    for duty in duties:
        yield from _duty_finding(duty)
        step = next((each for each in policy.steps if duty.action == "complete" and each.name == duty.name), None)
        if step and step.complete and duty.done and missing:
            contradicted = "{step} was recorded on {day}, but {fields} is missing"
            what = sentence(contradicted, step=step.name, day=duty.done, fields=missing)
            yield Finding("consistency", step.name, what)


def _duty_finding(duty: Duty) -> Iterator[Finding]:
    if duty.state not in ("late", "overdue"):
        return
    parts = {"kind": duty.name, "day": duty.due, "done": duty.done, "since": duty.since}
    if duty.action == "review":
        yield Finding("review", "", sentence("the file should have been reviewed by {day}", day=duty.due))
    elif duty.action == "update":
        told = "the file was updated on {done}, after {day}, as the {kind} of {since} had asked"
        if duty.state == "overdue":
            told = "the file should have been updated by {day}, after the {kind} of {since}"
        yield Finding("update", duty.name, sentence(told, **parts))
    else:
        told = "{kind} was done on {done}, after {day}"
        if duty.state == "overdue":
            told = "{kind} should have been done by {day}"
        yield Finding("deadline", duty.name, sentence(told, **parts))
