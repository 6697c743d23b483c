"""The replay of a case: one fold over its events, in the order of their times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, evolve, field

from crmrules._checks import did_you_mean
from crmrules.conditions import evaluate
from crmrules.errors import PolicyError
from crmrules.events import Event, distinct, in_order, known_by
from crmrules.facts import admitted
from crmrules.sla.processes._due import due_of, late_notices, late_visits, notices_of
from crmrules.sla.processes._parts import End, Item, Move, Stage
from crmrules.sla.processes._process import Process
from crmrules.sla.processes._results import CaseReplay, Closing, Deviation, Visit
from crmrules.sla.processes._stay import Stay, visit_of
from crmrules.wording import Sentence, sentence

__all__ = ["known_facts", "replay", "ways"]


def known_facts(process: Process, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that a process reads, in canonical form; those that are not given are unknown."""
    found = dict(given)
    for fact in process.facts:
        found[fact.name] = admitted(fact, given.get(fact.name))
    return found


def replay(process: Process, events: Iterable[Event], as_of: datetime, facts: Mapping[str, Any]) -> CaseReplay:
    """Return where a case stands at an instant."""
    known = known_by(events, as_of)
    happened = [event for event in in_order(distinct(known)) if event.at.astimezone(UTC) <= as_of.astimezone(UTC)]
    walk = _Walk(process, known_facts(process, facts))
    for event in happened:
        walk.take(event)
    return walk.result(as_of)


def ways(process: Process, case: CaseReplay) -> tuple[str, ...]:
    """Return where a case may go now."""
    if case.state == "waiting":
        return process.start
    place = case.stage or case.end or ""
    told = case.visits[-1].told if case.stage else ()
    moves = (process.moves or {}).get(place, ())
    facts = known_facts(process, case.facts)
    return tuple(move.to for move in moves if evaluate(move.when, facts) and _opened(move, told))


def _opened(move: Move, told: Iterable[str]) -> bool:
    return not move.after or any(kind in told for kind in move.after)


@define
class _Walk:
    """What is known of a case after some of its events."""

    process: Process
    facts: dict[str, Any]
    visits: list[Visit] = field(factory=list)
    stay: Stay | None = None
    closings: list[Closing] = field(factory=list)
    deviations: list[Deviation] = field(factory=list)
    notices: list[Event] = field(factory=list)
    steps: list[str | None] = field(factory=list)

    def take(self, event: Event) -> None:
        """Go on by one event: its facts first, then what it means."""
        self._learn(event)
        if self.process.ease and event.kind in self.process.ease.steps:
            self.steps.append(_channel(event) or None)
        meaning = self.process.meanings.get(event.kind)
        if meaning is None:
            self._stranger(event)
        elif meaning.stage and meaning.item:
            self._done(meaning.stage, meaning.item, event)
        elif meaning.stage:
            self._enter(meaning.stage, event)
        elif meaning.end:
            self._close(meaning.end, event)
        else:
            self._noted(meaning.role, event)

    def _learn(self, event: Event) -> None:
        read = {fact.name: fact for fact in self.process.facts}
        for name, value in event.facts.items():
            self.facts[name] = admitted(read[name], value) if name in read else value

    def _stranger(self, event: Event) -> None:
        if self.process.others == "refuse":
            near = did_you_mean(event.kind, self.process.known)
            raise PolicyError(
                f"process {self.process.name!r} knows no event {event.kind!r}{near} (event {event.id!r}). "
                "Name it in its notes, or let others = 'ignore'."
            )

    def _noted(self, role: str, event: Event) -> None:
        if self.stay:
            self.stay.told.append(event.kind)
        if role == "notice":
            self.notices.append(event)

    # ------------------------------------------------------------------ moves

    @property
    def place(self) -> str:
        """Name of the stage or end where the case is; empty before it begins."""
        if self.stay:
            return self.stay.stage.name
        return self.closings[-1].end if self.closings else ""

    def _enter(self, stage: Stage, event: Event) -> None:
        again = self.stay is not None and self.stay.stage == stage
        if self.stay and again and self._move(stage.name) is None:
            self.stay.told.append(event.kind)
            return
        self._check(stage.name, event)
        self._leave(event.at)
        if self.closings and self.closings[-1].reopened is None:
            last = self.closings[-1]
            self.closings[-1] = Closing(last.end, last.at, event.at)
        self.stay = Stay(stage, event.at, [event.kind])

    def _close(self, end: End, event: Event) -> None:
        if self.stay is None and self.closings:
            if self.place != end.name:
                told = sentence("the case ended as {place} and then as {to}", place=self.place, to=end.name)
                self._depart(event, told)
            return
        self._check(end.name, event)
        self._leave(event.at)
        self.closings.append(Closing(end.name, event.at))

    def _leave(self, at: datetime) -> None:
        if self.stay is None:
            return
        visit = visit_of(self.process, self.stay, at, self.facts, left=True)
        self.stay = None
        self.visits.append(visit)
        for item in visit.items:
            if item.state in ("missing", "undecided"):
                self._lack(item.name, item.state, visit.stage, at)

    def _lack(self, item: str, state: str, stage: str, at: datetime) -> None:
        told = "{stage} was left without {item}"
        if state == "undecided":
            told = "{stage} was left without {item}, and unknown facts leave open whether it was needed"
        what = sentence(told, stage=stage, item=item)
        self.deviations.append(Deviation("items", at, what, state == "missing"))

    def _move(self, to: str) -> Move | None:
        return next((move for move in (self.process.moves or {}).get(self.place, ()) if move.to == to), None)

    def _check(self, to: str, event: Event) -> None:
        """Note where a move departs from the process; the case moves all the same."""
        if not self.place:
            if to not in self.process.start:
                self._depart(event, sentence("the case began with {to}", to=to))
            return
        moves = [move for move in (self.process.moves or {}).get(self.place, ()) if move.to == to]
        if not moves:
            told = "the case went from {place} to {to}, which the process does not allow"
            self._depart(event, sentence(told, place=self.place, to=to))
            return
        faults = [self._fault(move) for move in moves]
        if None not in faults:
            what, certain = min((fault for fault in faults if fault), key=lambda fault: fault[1])
            self._depart(event, what, certain)

    def _fault(self, move: Move) -> tuple[Sentence, bool] | None:
        """Return what is wrong with taking a move, and whether that is certain; None if nothing is."""
        place, to, truth = self.place, move.to, evaluate(move.when, self.facts)
        if not _opened(move, self.stay.told if self.stay else ()):
            after = ", ".join(move.after)
            told = "the case went from {place} to {to} without {after}"
            return sentence(told, place=place, to=to, after=after), True
        if truth is False:
            told = "the case went from {place} to {to}, though {when} does not hold"
            return sentence(told, place=place, to=to, when=str(move.when)), True
        if truth is None:
            told = "the case went from {place} to {to}, and unknown facts leave open whether {when}"
            return sentence(told, place=place, to=to, when=str(move.when)), False
        return None

    def _depart(self, event: Event, what: Sentence, certain: bool = True) -> None:
        self.deviations.append(Deviation("moves", event.at, what, certain))

    # ------------------------------------------------------------------ items

    def _done(self, stage: Stage, item: Item, event: Event) -> None:
        self._check_channel(item, event)
        if self.stay:
            self.stay.told.append(event.kind)
        if self.stay and self.stay.stage == stage:
            self.stay.done.setdefault(item.name, event)
            return
        what = sentence("{item} was done outside of {stage}", item=item.name, stage=stage.name)
        self.deviations.append(Deviation("items", event.at, what))

    def _check_channel(self, item: Item, event: Event) -> None:
        channel = _channel(event)
        if not item.channels or channel in item.channels:
            return
        channels = ", ".join(item.channels)
        told = "{item} was done through {channel}, which is not one of {channels}"
        what = sentence(told, item=item.name, channel=channel, channels=channels)
        if not channel:
            told = "{item} was done through an unknown channel, not known to be one of {channels}"
            what = sentence(told, item=item.name, channels=channels)
        self.deviations.append(Deviation("items", event.at, what, bool(channel)))

    # ------------------------------------------------------------------ the result

    def result(self, as_of: datetime) -> CaseReplay:
        """Return the case as it stands."""
        visits = [*self.visits]
        if self.stay:
            visits.append(visit_of(self.process, self.stay, as_of, self.facts, left=False))
        case = CaseReplay(
            self.process, as_of, tuple(visits), tuple(self.closings), steps=tuple(self.steps), facts=self.facts
        )
        notices = notices_of(case, self.notices)
        found = (*self.deviations, *late_visits(case), *late_notices(case, notices))
        ordered = tuple(sorted(found, key=lambda each: each.at.astimezone(UTC)))
        return evolve(case, notices=notices, deviations=ordered, due=due_of(case, notices))


def _channel(event: Event) -> str:
    return str(event.facts.get("channel") or "")
