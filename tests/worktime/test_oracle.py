"""Every question against the oracle that counts minutes: seeded cases around nights when clocks change."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from crmrules.worktime import Conventions, WorkCalendar
from tests.worktime.oracle import MINUTE, ONE, Oracle, Row, Rules

pytestmark = pytest.mark.long

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
CALENDARS, ROUNDS = (16, 400) if NIGHTLY else (4, 160)
CASES = 100_000
DAYS = 36
ROWS = [
    ("Asia/Shanghai", date(2026, 9, 15)),
    ("Asia/Shanghai", date(2025, 12, 20)),
    ("America/New_York", date(2026, 2, 20)),
    ("America/New_York", date(2026, 10, 15)),
    ("Europe/London", date(2026, 3, 12)),
    ("Europe/London", date(2026, 10, 10)),
    ("Australia/Lord_Howe", date(2026, 3, 20)),
    ("Australia/Lord_Howe", date(2026, 9, 18)),
    ("Africa/Casablanca", date(2026, 2, 1)),
    ("Africa/Casablanca", date(2026, 3, 5)),
    ("Pacific/Apia", date(2011, 12, 15)),
    ("Pacific/Apia", date(2011, 9, 10)),
    ("America/Sao_Paulo", date(2018, 2, 3)),
    ("America/Sao_Paulo", date(2018, 10, 20)),
]
MENUS = [
    [(540, 720), (780, 1080)],
    [(540, 720)],
    [(1320, 1800)],
    [(0, 1440)],
    [(90, 150), (1410, 1500)],
    [],
    [(540, 1080)],
]
ORDERS = [
    ("override", "holiday", "closure"),
    ("closure", "override", "holiday"),
    ("holiday", "override", "closure"),
    ("holiday", "closure", "override"),
]


def text(hours: list[tuple[int, int]]) -> str:
    def told(minute: int) -> str:
        return f"{minute // 60}:{minute % 60:02}"

    return ", ".join(f"{told(start)}-{told(end if end <= 1440 else end - 1440)}" for start, end in hours) or "closed"


def drawn(random: Random, first: date) -> Rules:
    menus = [random.choice(MENUS) for _ in range(random.choice((1, 2, 3)))]
    days = [first + random.randrange(DAYS) * ONE for _ in range(9)]
    starts = [datetime.combine(day, time()) + random.randrange(1440) * timedelta(minutes=1) for day in days[:2]]
    weekly = {weekday: random.choice(menus) for weekday in range(7)}
    if not any(weekly.values()):
        weekly[0] = MENUS[0]
    return Rules(
        weekly=weekly,
        holidays=set(days[2:6]),
        overrides={day: random.choice(MENUS) for day in days[5:]},
        closures=[(start, start + random.randrange(1, 3000) * timedelta(minutes=1)) for start in starts],
        order=random.choice(ORDERS),
        by_day=random.random() < 0.3,
    )


def calendar(zone: str, rules: Rules, like: Conventions) -> WorkCalendar:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return WorkCalendar(
        zone,
        week={names[weekday]: text(hours) for weekday, hours in rules.weekly.items()},
        holidays=rules.holidays,
        overrides={day: text(hours) for day, hours in rules.overrides.items()},
        closures=rules.closures,
        covers="always",
        like=like,
    )


class Both:
    """A calendar and its oracle, asked the same; an instant is a number of microseconds from the row's origin."""

    def __init__(self, row: Row, random: Random) -> None:
        rules = drawn(random, row.first)
        self.deadline, self.back = random.choice(("closing", "opening")), random.choice(("closing", "opening"))
        like = Conventions(
            deadline=self.deadline,
            back=self.back,
            precedence=" > ".join(rules.order),
            night="day" if rules.by_day else "start",
        )
        self.row, self.random, self.asked = row, random, 0
        self.ours, self.oracle = calendar(row.zone, rules, like), Oracle(row, rules)

    def instant(self, number: int) -> datetime:
        return self.row.origin + timedelta(microseconds=number)

    def number(self, instant: datetime) -> int:
        return (instant - self.row.origin) // timedelta(microseconds=1)

    def some(self, low: int, high: int) -> int:
        """Return an instant, often on a minute or next to one."""
        number = self.random.randrange(low * 1440, high * 1440) * MINUTE
        return number + self.random.choice((0, 0, 0, 1, -1, self.random.randrange(MINUTE)))

    def check(self) -> None:
        start, length = (
            self.some(8, DAYS - 8),
            self.random.choice((1, MINUTE, 60 * MINUTE)) * self.random.randrange(1, 30),
        )
        at, span = self.instant(start), timedelta(microseconds=length)
        later = self.oracle.add(start, length, opening=self.deadline == "opening")
        if later is not None:
            self.same(self.number(self.ours.add(span, to=at)), later)
        sooner = self.oracle.subtract(start, length, opening=self.back == "opening")
        if sooner is not None:
            self.same(self.number(self.ours.subtract(span, before=at)), sooner)
            self.same(self.number(self.ours.add(-span, to=at)), sooner)
        end = start + self.random.randrange(1, 6 * 1440) * MINUTE + self.random.randrange(1000)
        self.same(self.ours.worked(at, self.instant(end)), timedelta(microseconds=self.oracle.worked(start, end)))
        self.same(self.ours.is_open(at), self.oracle.open[start // MINUTE])
        self.check_edges(start, at)
        self.check_days()

    def check_edges(self, start: int, at: datetime) -> None:
        for ask, opening, forward in (
            (self.ours.next_open, True, True),
            (self.ours.next_close, False, True),
            (self.ours.previous_open, True, False),
            (self.ours.previous_close, False, False),
        ):
            expected = self.oracle.edge(start, opening=opening, forward=forward)
            if expected is not None:
                self.same(self.number(ask(at)), expected)

    def check_days(self) -> None:
        day, other = (self.row.first + self.random.randrange(10, DAYS - 10) * ONE for _ in range(2))
        low, high = min(day, other), max(day, other)
        self.same(self.ours.working_day(day), (day in self.oracle.worked_days))
        self.same(self.ours.working_days(low, high), self.oracle.days_between(low, high))
        for count in (1, -1):
            reach = {self.row.first + number * ONE for number in range(2, DAYS - 2)} & self.oracle.worked_days
            if any((other_day - day).days * count > 0 for other_day in reach):
                self.same(self.ours.add_working_days(count, day), self.oracle.nth(day, count))

    def same(self, found: object, expected: object) -> None:
        self.asked += 1
        assert found == expected


@pytest.mark.parametrize(("zone", "first"), ROWS, ids=str)
def test_every_answer_is_what_counting_minutes_gives(zone: str, first: date) -> None:
    random = Random(f"{zone} {first}")
    row, asked = Row(zone, first, DAYS), 0
    for _ in range(CALENDARS):
        both = Both(row, random)
        for _ in range(ROUNDS):
            both.check()
        asked += both.asked
    assert asked * len(ROWS) >= CASES
