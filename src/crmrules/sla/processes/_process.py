"""The staged process: stages, the moves between them, ends, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, final

from attrs import field, frozen

from crmrules._frozen import FrozenMapping, PickledByFields
from crmrules.conditions import Condition, always, condition, evaluate, facts_in
from crmrules.errors import UnknownNameError
from crmrules.events import Event
from crmrules.sla._amount import Calendar, calendar_of
from crmrules.sla._case import Case
from crmrules.sla._kinds import kinds_of
from crmrules.sla.processes._ease import Ease
from crmrules.sla.processes._pains import Threshold
from crmrules.sla.processes._parts import End, Item, Move, Notice, Stage, moves_of
from crmrules.sla.processes._results import Aspect, CaseReplay
from crmrules.tables.policies import name_field, note_field, source_field, title_field, valid_field
from crmrules.validity import Validity
from crmrules.wording import Wording

__all__ = ["Meaning", "Process"]


@final
@frozen
class Meaning:
    """What a kind of event means to a process.

    Args:
        role: ``stage``, ``end``, ``item``, ``notice`` or ``note`` (its facts count, nothing else).
        stage: The stage, or the stage of the item.
        end: The end.
        item: The item.
    """

    role: Literal["stage", "end", "item", "notice", "note"]
    stage: Stage | None = None
    end: End | None = None
    item: Item | None = None


def _stages(given: Iterable[Any]) -> tuple[Stage, ...]:
    return tuple(Stage(each) if isinstance(each, str) else each for each in given)


def _ends(given: Iterable[Any]) -> tuple[End, ...]:
    return tuple(End(each) if isinstance(each, str) else each for each in given)


def _moves(given: Mapping[str, Any] | None) -> FrozenMapping[tuple[Move, ...]] | None:
    return None if given is None else FrozenMapping({name: moves_of(moves) for name, moves in given.items()})


def _start(given: Any) -> tuple[str, ...]:
    return kinds_of("Process.start", given)


def _notes(given: Any) -> tuple[str, ...]:
    return kinds_of("Process.notes", given)


def _counts(given: Any) -> tuple[Aspect, ...]:
    return kinds_of("Process.counts", given)  # type: ignore[return-value]


def _calendar(given: Any) -> Calendar | None:
    return calendar_of("the calendar of a stage or process", given)


@final
@frozen(slots=False, repr=False)
class Process(PickledByFields):
    """A process in stages, which the events of a case go through.

    Args:
        name: Stable identifier.
        stages: Stages, or their names, in their usual order.
        ends: How a case ends: ``End`` or names; ``closed`` by default.
        moves: For each stage or end, where a case may go from there: names or ``Move``. By default each stage leads
            to the next one, and the last to every end. An end that leads somewhere may be reopened.
        start: Stages in which a case may begin; the first one by default.
        notice: What the customer is told on the way.
        calendar: The working calendar of limits in hours and in working days; without one, hours are clock time.
        notes: Kinds of events that only tell facts.
        others: An event of any other kind: ``refuse`` raises, ``ignore`` takes its facts and goes on.
        counts: What conformance looks at: ``moves`` and ``items`` by default, also ``limits`` and ``notices``.
        thresholds: From where a measure of a stage is a pain point.
        ease: How easy the process is meant to be for the customer.
        applies: The cases the process is meant for.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
        valid: The days on which it is in force; always by default.

    Raises:
        PolicyError: If parts do not fit together.

    >>> dispute = Process("dispute", stages=("negotiation", "mediation", "litigation"), ends=("settled",), moves={
    ...     "negotiation": ("settled", Move("mediation", after="negotiation_failed")),
    ...     "mediation": ("settled", Move("litigation", after="mediation_failed")),
    ...     "litigation": "settled",
    ... })
    >>> dispute.known
    ('negotiation', 'mediation', 'litigation', 'settled', 'negotiation_failed', 'mediation_failed')
    """

    name: str = name_field()
    stages: tuple[Stage, ...] = field(kw_only=True, converter=_stages)
    ends: tuple[End, ...] = field(default=("closed",), kw_only=True, converter=_ends)
    moves: Mapping[str, tuple[Move, ...]] | None = field(default=None, kw_only=True, converter=_moves)
    start: tuple[str, ...] = field(default=(), kw_only=True, converter=_start)
    notice: Notice | None = field(default=None, kw_only=True)
    calendar: Calendar | None = field(default=None, kw_only=True, converter=_calendar)
    notes: tuple[str, ...] = field(default=(), kw_only=True, converter=_notes)
    others: Literal["refuse", "ignore"] = field(default="refuse", kw_only=True)
    counts: tuple[Aspect, ...] = field(default=("moves", "items"), kw_only=True, converter=_counts)
    thresholds: tuple[Threshold, ...] = field(default=(), kw_only=True, converter=tuple)
    ease: Ease | None = field(default=None, kw_only=True)
    applies: Condition = field(default=always, kw_only=True, converter=condition)
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()
    valid: Validity = valid_field()

    def __attrs_post_init__(self) -> None:
        from crmrules.sla.processes._fit import check

        check(self)
        if self.moves is None:
            object.__setattr__(self, "moves", self._in_a_row())
        if not self.start:
            object.__setattr__(self, "start", (self.stages[0].name,))

    def _in_a_row(self) -> FrozenMapping[tuple[Move, ...]]:
        names = [stage.name for stage in self.stages]
        steps = {name: (Move(later),) for name, later in pairwise(names)}
        return FrozenMapping({**steps, names[-1]: tuple(Move(end.name) for end in self.ends)})

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """What each kind of event means."""
        from crmrules.sla.processes._fit import meanings

        return meanings(self)

    @property
    def known(self) -> tuple[str, ...]:
        """The kinds of events that mean something to the process."""
        return tuple(self.meanings)

    def stage_named(self, name: str) -> Stage:
        """Return one stage.

        Raises:
            UnknownNameError: If there is none of that name.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise UnknownNameError("stage", name, tuple(stage.name for stage in self.stages))

    @cached_property
    def facts(self) -> tuple[Any, ...]:
        """The facts that its conditions and limits read; the facts of a case and of its events answer them."""
        from crmrules.sla.processes._fit import conditions_of, limits_of

        asked = (fact for each in conditions_of(self) for fact in facts_in(each))
        chosen = (fact for limit in limits_of(self) for fact in limit.facts)
        return tuple(dict.fromkeys((*asked, *chosen)))

    def meant_for(self, facts: Mapping[str, Any]) -> bool | None:
        """Say whether the process is meant for a case; None where unknown facts leave it open.

        Args:
            facts: Facts of the case; those that are not given are unknown.
        """
        from crmrules.sla.processes._walk import known_facts

        return evaluate(self.applies, known_facts(self, facts))

    def replay(self, events: Iterable[Event], *, as_of: datetime, facts: Mapping[str, Any] | None = None) -> CaseReplay:
        """Return where a case stands, from its events alone.

        Events count in the order of their times; deliveries of the same event count once; what happened or was
        recorded after ``as_of`` does not count. A fact that no event has told yet is unknown.

        Args:
            events: The events of one case, in any order, or the case itself.
            as_of: The instant at which it is looked at.
            facts: Facts of the case that are known from the start, on top of its own.

        Raises:
            PolicyError: If an event is of a kind the process does not know (see ``others``), an id stands for two
                events, or ``as_of`` has no zone.
            FactError: If a fact of the case or of an event is refused.
        """
        from crmrules.sla.processes._walk import replay

        if isinstance(events, Case):
            return replay(self, events.events, as_of, {**events.facts, **(facts or {})})
        return replay(self, events, as_of, facts or {})

    def open_to(self, case: CaseReplay) -> tuple[str, ...]:
        """Return the stages and ends to which a case may go now.

        Args:
            case: A replay of this process.
        """
        from crmrules.sla.processes._walk import ways

        return ways(self, case)

    def __str__(self) -> str:
        return f"{self.name}: {' > '.join(stage.name for stage in self.stages)}"

    def __repr__(self) -> str:
        return f"<process {self.name!r}: {len(self.stages)} stages>"
