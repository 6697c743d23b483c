"""A clock that is stepped minute by minute. It shares no code with the library."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Rules:
    """A promise as plain data, in minutes."""

    target: int
    opening: bool = False
    restarts: bool = False
    repeats: bool = False
    begins: tuple[str, ...] = ("wait", "hold")
    ends: tuple[str, ...] = ("waited", "held")


@dataclass
class Round:
    start: int
    used: int = 0
    exact: int | None = None
    """The minute at which the target was used up."""
    due: int | None = None
    end: int | None = None
    how: str = ""


@dataclass
class Stepper:
    """The clock, stepped over the cells of ``open``; an event is (minute, kind)."""

    rules: Rules
    open: list[bool]
    events: list[tuple[int, str]]
    phase: str = "waiting"
    paused: set[str] = field(default_factory=set)
    rounds: list[Round] = field(default_factory=list)
    early: int | None = None

    def run(self, now: int) -> Stepper:
        for minute in range(now + 1):
            for when, kind in self.events:
                if when == minute:
                    self.happen(minute, kind)
            if minute < now and self.phase == "running" and not self.paused:
                self.cell(self.rounds[-1], minute)
        return self

    def cell(self, now: Round, minute: int) -> None:
        if not self.open[minute]:
            return
        if now.used == self.rules.target and now.due is None:
            now.due = minute
        now.used += 1
        if now.used == self.rules.target and not self.rules.opening:
            now.due = minute + 1

    def happen(self, minute: int, kind: str) -> None:
        if kind in self.rules.ends:
            self.paused.discard(self.rules.begins[self.rules.ends.index(kind)])
        if kind in self.rules.begins:
            self.paused.add(kind)
        last = self.rounds[-1] if self.rounds else None
        if kind == "opened" and self.phase == "waiting":
            self.begin(minute)
            if self.early == minute:
                self.happen(minute, "solved")
        elif kind == "solved" and self.phase == "waiting":
            self.early = minute
        elif kind == "solved" and self.phase == "running":
            self.close(last, minute, "stop")
            self.phase = "stopped"
            if self.rules.repeats:
                self.begin(minute)
        elif kind == "reset" and self.phase == "running":
            self.close(last, minute, "reset")
            self.begin(minute)
        elif kind == "cancelled" and self.phase in ("running", "waiting"):
            if self.phase == "running":
                self.close(last, minute, "cancel")
            self.phase = "cancelled"
        elif kind == "reopened" and self.phase == "stopped":
            if self.rules.restarts:
                self.begin(minute)
            else:
                last.end, last.how = None, ""
                self.phase = "running"

    def begin(self, minute: int) -> None:
        self.rounds.append(Round(minute))
        self.phase = "running"

    def close(self, last: Round, minute: int, how: str) -> None:
        last.end, last.how = minute, how

    # what it says at the end

    def due(self, now: int, number: int = -1) -> int:
        """When the round is due: as reached, or as if it went on from where it stands."""
        found = self.rounds[number]
        if found.due is not None:
            return found.due
        end = now if found.end is None else found.end
        going = Round(found.start, found.used)
        minute = end
        while going.due is None:
            self.cell(going, minute)
            minute += 1
        return going.due

    def late(self, now: int, number: int = -1) -> bool:
        found = self.rounds[number]
        return found.due is not None and found.due < (now if found.end is None else found.end)

    def state(self, now: int) -> str:
        if not self.rounds:
            return "waiting" if self.phase == "waiting" else "cancelled"
        last = self.rounds[-1]
        if self.late(now):
            return "breached"
        if last.how:
            return "met" if last.how == "stop" else "cancelled"
        return "paused" if self.paused else "running"
