"""Working time counted minute by minute. It shares no code with the library: a row of cells, and loops over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60_000_000
ONE = timedelta(days=1)


@dataclass
class Rules:
    """A calendar as plain data; hours are (start, end) in minutes, an end beyond 1,440 is after midnight."""

    weekly: dict[int, list[tuple[int, int]]]
    holidays: set[date]
    overrides: dict[date, list[tuple[int, int]]]
    closures: list[tuple[datetime, datetime]]
    order: tuple[str, str, str] = ("override", "holiday", "closure")
    by_day: bool = False

    def owners(self, there: datetime) -> list[date]:
        """Return the days whose hours a wall time belongs to."""
        today = there.date()
        minute = 60 * there.hour + there.minute
        return [
            day
            for day, at in ((today, minute), (today - ONE, minute + 1440))
            if any(start <= at < end for start, end in self.overrides.get(day, self.weekly[day.weekday()]))
            and not self.closed(day, today, there)
        ]

    def closed(self, day: date, today: date, there: datetime) -> bool:
        own = day in self.overrides
        beats = self.order.index
        if self.by_day and day != today:
            off = today in self.holidays or today in self.overrides
        else:
            off = day in self.holidays and not (own and beats("override") < beats("holiday"))
        shut = any(start <= there < end for start, end in self.closures)
        return off or (shut and not (own and beats("override") < beats("closure")))


@dataclass
class Row:
    """Some days of a zone, minute by minute."""

    zone: str
    first: date
    days: int
    origin: datetime = field(init=False)
    walls: list[datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.origin = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)
        place, second = ZoneInfo(self.zone), int(self.origin.timestamp())
        self.walls = [
            datetime.fromtimestamp(second + 60 * number, place).replace(tzinfo=None)
            for number in range(1440 * self.days)
        ]


@dataclass
class Oracle:
    """Answers as whole microseconds from the row's origin, or ``None`` where the row ends too early.

    The row is stepped once, minute by minute, and what each minute sees is kept for all questions: how much was open
    before it, which open minute is the n-th, where the nearest opening and closing are.
    """

    row: Row
    rules: Rules
    open: list[bool] = field(init=False)
    worked_days: set[date] = field(init=False)

    def __post_init__(self) -> None:
        owners = [self.rules.owners(there) for there in self.row.walls]
        self.open = [bool(each) for each in owners]
        self.worked_days = {day for each in owners for day in each}
        self.before = [0]
        self.nth_open = []
        for minute, cell in enumerate(self.open):
            self.before.append(self.before[-1] + cell)
            if cell:
                self.nth_open.append(minute)
        self.ahead = {kind: self.nearest(kind, range(len(self.open) - 1, 0, -1)) for kind in (True, False)}
        self.behind = {kind: self.nearest(kind, range(1, len(self.open))) for kind in (True, False)}

    def nearest(self, opening: bool, cells: range) -> dict[int, int]:
        """Return for each minute the last opening, or closing, that was stepped over on the way to it."""
        found: dict[int, int] = {}
        seen: int | None = None
        for cell in cells:
            if self.open[cell] == opening and self.open[cell - 1] != opening:
                seen = cell
            if seen is not None:
                found[cell] = seen
        return found

    def total(self, at: int) -> int:
        minute, rest = divmod(at, MINUTE)
        return self.before[minute] * MINUTE + (rest if rest and self.open[minute] else 0)

    def worked(self, start: int, end: int) -> int:
        return self.total(end) - self.total(start)

    def add(self, start: int, length: int, *, opening: bool) -> int | None:
        return self.reached(self.total(start) + length, opening=opening)

    def subtract(self, start: int, length: int, *, opening: bool) -> int | None:
        return self.reached(self.total(start) - length, opening=opening)

    def reached(self, total: int, *, opening: bool) -> int | None:
        """Where this much has been open: at the end of an open minute, or at the start of the next open one."""
        number = (total if opening else total - 1) // MINUTE
        if not 0 <= number < len(self.nth_open):
            return None
        return self.nth_open[number] * MINUTE + total - number * MINUTE

    def edge(self, start: int, *, opening: bool, forward: bool) -> int | None:
        cell = start // MINUTE + 1 if forward else -(-start // MINUTE) - 1
        found = (self.ahead if forward else self.behind)[opening].get(cell)
        return None if found is None else found * MINUTE

    def nth(self, day: date, count: int) -> date:
        step = ONE if count > 0 else -ONE
        while count:
            day += step
            count -= (step.days) * (day in self.worked_days)
        return day

    def days_between(self, start: date, end: date) -> int:
        total = 0
        while start < end:
            start += ONE
            total += start in self.worked_days
        return total
