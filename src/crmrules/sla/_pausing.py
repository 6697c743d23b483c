"""Which pauses of a case are open after each of its events."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from crmrules.conditions import evaluate
from crmrules.errors import PolicyError
from crmrules.sla._pause import Pause, Unended
from crmrules.sla._trail import Note, Step, Trail

__all__ = ["Held", "held"]

Held = tuple[tuple[str, ...], ...]
"""The names of the pauses that are open after each step, in the order of their beginning."""


@define
class _Holding:
    """Pauses while the steps of a case are walked; ``since`` holds the step at which each open one began."""

    pauses: tuple[Pause, ...]
    notes: list[Note]
    since: dict[str, int] = field(factory=dict)

    def along(self, steps: tuple[Step, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the names of the open pauses after each step."""
        named = {kind for pause in self.pauses for kind in (*pause.begins, *pause.ends)}
        lasting = [pause for pause in self.pauses if pause.during is not None]
        now: tuple[str, ...] = ()
        for number, step in enumerate(steps):
            if step.kind in named:
                self._end(step)
                for pause in self.pauses:
                    if step.kind in pause.begins:
                        self._begin(pause, number, step)
                now = tuple(self.since)
            if lasting and step.facts is not None:
                for pause in lasting:
                    self._follow(pause, number, step)
                now = tuple(self.since)
            yield now

    def _begin(self, pause: Pause, number: int, step: Step) -> None:
        if pause.name in self.since:
            self.notes.append(Note(step.id, step.kind, "pause_twice"))
            return
        self.since[pause.name] = number

    def _end(self, step: Step) -> None:
        ended = [pause for pause in self.pauses if step.kind in pause.ends]
        found = [pause.name for pause in ended if pause.name in self.since]
        if ended and not found:
            self.notes.append(Note(step.id, step.kind, "not_paused"))
        for name in found:
            del self.since[name]

    def _follow(self, pause: Pause, number: int, step: Step) -> None:
        assert pause.during is not None
        assert step.facts is not None
        if evaluate(pause.during, step.facts):
            self.since.setdefault(pause.name, number)
        else:
            self.since.pop(pause.name, None)


def held(pauses: tuple[Pause, ...], trail: Trail, unended: Unended) -> tuple[Held, tuple[Note, ...]]:
    """Return the pauses that are open after each step, and what did not fit.

    Args:
        pauses: The pauses.
        trail: The steps of a case.
        unended: What a pause counts for that has not ended.

    Raises:
        PolicyError: If a pause has not ended and that is refused.
    """
    notes: list[Note] = []
    holding = _Holding(pauses, notes)
    found = list(holding.along(trail.steps))
    if unended == "refused" and holding.since:
        name, number = next(iter(holding.since.items()))
        raise PolicyError(
            f"pause {name!r} of case {trail.case!r} must end, but nothing after event "
            f"{trail.steps[number].id!r} ends it. Add the event that does, or say what counts with 'unended'."
        )
    if unended == "ignored":
        for name, number in holding.since.items():
            for place in range(number, len(found)):
                found[place] = tuple(each for each in found[place] if each != name)
    return tuple(found), tuple(notes)
