"""Clocks against a clock that is stepped minute by minute: a state machine, and seeded cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crmrules.events import Event
from crmrules.sla import CLOCK_HOURS, Pause, Promise, SlaPolicy
from crmrules.worktime import Conventions, WorkCalendar
from tests.sla.oracle import Rules, Stepper
from tests.worktime.oracle import Oracle, Row
from tests.worktime.oracle import Rules as Hours

pytestmark = pytest.mark.long

KINDS = ("opened", "solved", "wait", "waited", "hold", "held", "reset", "cancelled", "reopened", "note")
PAUSES = (Pause("wait", ends="waited"), Pause("hold", ends="held"))
OFFICE = {day: [(540, 720), (780, 1080)] if day < 5 else [] for day in range(7)}
WEEKS = [OFFICE, {day: [(0, 1440)] for day in range(7)}]
ZONES = [
    ("Asia/Shanghai", date(2026, 3, 2)),
    ("America/New_York", date(2026, 3, 4)),
    ("Europe/London", date(2026, 10, 21)),
    ("Australia/Lord_Howe", date(2026, 4, 1)),
]
MINUTE = timedelta(minutes=1)


def cells(zone: str, first: date, week: dict[int, list[tuple[int, int]]], days: int) -> list[bool]:
    return Oracle(Row(zone, first, days), Hours(week, set(), {}, [])).open


def text(hours: list[tuple[int, int]]) -> str:
    told = [f"{low // 60}:{low % 60:02}-{high // 60}:{high % 60:02}" for low, high in hours]
    return ", ".join(told) or "closed"


def policy(zone: str, week: dict[int, list[tuple[int, int]]], rules: Rules) -> SlaPolicy:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    like = Conventions(deadline="opening" if rules.opening else "closing")
    calendar = WorkCalendar(zone, week={names[day]: text(hours) for day, hours in week.items()}, like=like)
    promise = Promise(
        "resolution",
        rules.target * MINUTE,
        until="solved",
        reset="reset",
        reopen="reopened",
        reopened="restarts" if rules.restarts else "continues",
        repeats=rules.repeats,
        calendar=calendar,
        escalate={"50%": "lead"},
    )
    return SlaPolicy("sla", promises=promise, pauses=PAUSES)


def same(made: SlaPolicy, stepper: Stepper, origin: datetime, events: list[Event], now: int) -> None:
    """Hold a clock equal to the stepped one, in every number."""
    clock = made.replay(events, as_of=origin + now * MINUTE)["resolution"]
    stepper.run(now)
    assert clock.state == stepper.state(now)
    assert len(clock.rounds) == len(stepper.rounds)
    for number, (ours, theirs) in enumerate(zip(clock.rounds, stepper.rounds, strict=True)):
        assert (ours.start - origin) // MINUTE == theirs.start
        assert ours.elapsed // MINUTE == theirs.used
        assert (ours.due - origin) / MINUTE == stepper.due(now, number)
        assert ours.late == stepper.late(now, number)
        assert ours.stopped == (None if theirs.end is None else origin + theirs.end * MINUTE)


def origin_of(first: date) -> datetime:
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


class ClockMachine(RuleBasedStateMachine):
    """Events come in, in any order of delivery and sometimes twice; the clock is what stepping gives."""

    @initialize(
        place=st.sampled_from(ZONES),
        week=st.sampled_from(WEEKS),
        length=st.sampled_from([1, 30, 60, 180, 480, 960]),
        opening=st.booleans(),
        restarts=st.booleans(),
        repeats=st.booleans(),
    )
    def begin(self, place, week, length, opening, restarts, repeats):
        zone, first = place
        self.rules = Rules(length, opening, restarts, repeats)
        self.policy, self.open = policy(zone, week, self.rules), cells(zone, first, week, 16)
        self.origin, self.now = origin_of(first), 0
        self.events: list[tuple[int, str]] = []

    @rule(kind=st.sampled_from(KINDS), later=st.sampled_from([0, 1, 29, 60, 180, 420]))
    def happen(self, kind, later):
        self.now = min(self.now + later, 4 * 1440)
        self.events.append((self.now, kind))

    @rule(later=st.sampled_from([0, 1, 90, 600]))
    def wait(self, later):
        self.now = min(self.now + later, 4 * 1440)

    @invariant()
    def the_clock_is_what_stepping_gives(self):
        made = [
            Event(kind, self.origin + when * MINUTE, f"e{number:04}") for number, (when, kind) in enumerate(self.events)
        ]
        mixed = [*made, *made[::3]]
        Random(len(made)).shuffle(mixed)
        if mixed:
            same(self.policy, Stepper(self.rules, self.open, self.events), self.origin, mixed, self.now)


TestClockMachine = ClockMachine.TestCase
TestClockMachine.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, phases=(Phase.explicit, Phase.generate)
)


@pytest.mark.parametrize("number", range(4))
def test_seeded_clocks_are_what_stepping_gives(number: int) -> None:
    random = Random(f"clocks {number}")
    zone, first = ZONES[number]
    open_cells = [cells(zone, first, week, 16) for week in WEEKS]
    for _ in range(40):
        place = random.randrange(len(WEEKS))
        rules = Rules(random.choice((1, 45, 120, 500)), *(random.random() < 0.4 for _ in range(3)))
        moments = sorted(random.choice((0, 5, 60)) + random.randrange(4 * 96) * 15 for _ in range(11))
        events = [(moments[0], "opened"), *((moment, random.choice(KINDS)) for moment in moments[1:])]
        made = [Event(kind, origin_of(first) + when * MINUTE, f"e{n:04}") for n, (when, kind) in enumerate(events)]
        now = random.choice((moments[-1], moments[-1] + random.randrange(3000)))
        stepper = Stepper(rules, open_cells[place], events)
        same(policy(zone, WEEKS[place], rules), stepper, origin_of(first), made, now)


def test_clock_hours_are_stepped_alike() -> None:
    rules = Rules(600)
    events = [(10, "opened"), (100, "wait"), (700, "waited"), (900, "solved")]
    made = [Event(kind, origin_of(date(2026, 3, 2)) + when * MINUTE, f"e{when}") for when, kind in events]
    promise = Promise("resolution", "10h", until="solved", calendar=CLOCK_HOURS)
    sla = SlaPolicy("sla", promises=promise, pauses=PAUSES)
    same(sla, Stepper(rules, [True] * 3000, events), origin_of(date(2026, 3, 2)), made, 2000)
