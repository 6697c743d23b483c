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
    """Answers as whole microseconds from the row's origin, or ``None`` where the row ends too early."""

    row: Row
    rules: Rules
    open: list[bool] = field(init=False)
    worked_days: set[date] = field(init=False)

    def __post_init__(self) -> None:
        owners = [self.rules.owners(there) for there in self.row.walls]
        self.open = [bool(each) for each in owners]
        self.worked_days = {day for each in owners for day in each}

    def worked(self, start: int, end: int) -> int:
        total, at = 0, start
        while at < end:
            step = min(end, (at // MINUTE + 1) * MINUTE)
            total += (step - at) * self.open[at // MINUTE]
            at = step
        return total

    def add(self, start: int, length: int, *, opening: bool) -> int | None:
        at, left = start, length
        while at < len(self.open) * MINUTE:
            step = (at // MINUTE + 1) * MINUTE
            if self.open[at // MINUTE]:
                if left < step - at or (left == step - at and not opening):
                    return at + left
                left -= step - at
            at = step
        return None

    def subtract(self, start: int, length: int, *, opening: bool) -> int | None:
        at, left = start, length
        while at > 0:
            step = (at - 1) // MINUTE * MINUTE
            if self.open[step // MINUTE]:
                if left < at - step or (left == at - step and opening):
                    return at - left
                left -= at - step
            at = step
        return None

    def edge(self, start: int, *, opening: bool, forward: bool) -> int | None:
        cells = range(start // MINUTE + 1, len(self.open)) if forward else range(-(-start // MINUTE) - 1, 0, -1)
        for cell in cells:
            if self.open[cell] == opening and self.open[cell - 1] != opening:
                return cell * MINUTE
        return None

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
