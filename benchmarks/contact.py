"""Contact: the next touch, a book's plan, caps and recurrences: ``./dev bench contact [--json] [--quick]``.

Times are CPU times, medians over rounds. The customers, their tiers, birthdays and histories are drawn from a
seed. Caps and recurrences are compared with counting and with ``dateutil.rrule``; answers are compared first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, rrule

from benchmarks._timing import MICRO, Figure, clocked, parsed, report
from crmrules.contact import (
    Account,
    AtMost,
    Birthdays,
    Cadence,
    ContactHours,
    ContactPolicy,
    History,
    Occasion,
    Owner,
    Person,
    SellingShare,
    Touch,
    WithConsent,
    certified,
    plan_book,
    quiet_hours,
)
from crmrules.facts import choice, facts
from crmrules.periods import Period
from crmrules.recurrence import Recurrence
from crmrules.spans import days, months
from crmrules.worktime import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 5, 20, 30, tzinfo=ZONE)
PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1))
F = facts(tier=choice("core", "key", "ordinary"))


def main() -> None:
    options = parsed(__doc__)
    report(figures(quick=options.quick), as_json=options.as_json)


def figures(*, quick: bool) -> Iterator[Figure]:
    yield from next_touch(3 if quick else 9)
    yield from caps(3 if quick else 9)
    yield from recurrences(3 if quick else 9)
    sizes = (500, 1_000) if quick else (10_000, 50_000)
    yield from books(sizes)


def policy() -> ContactPolicy:
    """Return a policy with two cadences, birthdays and five guards."""
    office = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-12, 13-18"})
    deep = Cadence(
        "in_depth",
        when={"1 month": F.tier.one_of("core", "key"), "3 months": F.tier == "ordinary"},
        depth="in_depth",
        min_gap=days(7),
        early=days(5),
        channels=("visit", "online_meeting"),
    )
    call = Cadence("call", when={"1 week": F.tier == "core"}, channels=("phone", "email"), reading="calendar")
    birthday = Occasion("birthday", on=Birthdays(), channels=("card", "phone"), early="3 days", notice=5)
    guards = (
        quiet_hours(),
        ContactHours("office", office, channels=("phone", "visit", "online_meeting")),
        WithConsent("consent"),
        AtMost(3, per=days(7)),
        SellingShare(Decimal("0.3"), per=days(90)),
    )
    return ContactPolicy(
        "care", cadences=(deep, call), occasions=(birthday,), guards=guards, zone="Asia/Shanghai", calendar=office
    )


def customer(number: int, chance: Random, owners: int) -> Account:
    tier = chance.choices(("core", "key", "ordinary"), (5, 15, 80))[0]
    born = date(chance.randint(1950, 2000), chance.randint(1, 12), chance.randint(1, 28))
    who = (Person(f"p{number}", birthday=born),)
    return Account(f"C{number:05}", {"tier": tier}, owner=f"o{number % owners}", people=who)


def next_touch(rounds: int) -> Iterator[Figure]:
    """Measure the next touch for one customer with five guards and 200 past touches."""
    care, chance = policy(), Random(1)
    account = customer(0, chance, 1)
    made = [
        Touch(NOW - timedelta(days=chance.uniform(1, 700)), chance.choice(("phone", "email")), depth="routine")
        for _ in range(200)
    ]
    made.append(Touch(NOW - timedelta(days=20), "visit", depth="in_depth"))
    history = History(made)
    care.next(account, history, NOW)
    told = clocked({"warm": lambda: care.next(account, history, NOW)}, rounds, 200)["warm"]
    yield Figure("next touch, 5 guards, 200 touches", told.middle * MICRO, told.least * MICRO, "us", 200)
    fresh = clocked({"cold": lambda: care.next(account, History(made), NOW)}, rounds, 50)["cold"]
    yield Figure("the same, the history read anew each time", fresh.middle * MICRO, fresh.least * MICRO, "us")


def caps(rounds: int) -> Iterator[Figure]:
    """Measure a cap beside counting the window, for histories of growing length."""
    care = ContactPolicy("caps", guards=(AtMost(3, per=days(7)),), zone="UTC")
    account = Account("C")
    times: dict[int, float] = {}
    for count in (100, 1_000, 10_000):
        start = datetime(2020, 1, 1, tzinfo=UTC)
        made = [Touch(start + timedelta(hours=5 * number), "sms") for number in range(count)]
        history, at = History(made), start + timedelta(hours=5 * count)
        instants = [touch.at for touch in made]

        def counted(at: datetime = at, instants: list[datetime] = instants) -> bool:
            return sum(at - timedelta(7) < each <= at for each in instants) >= 3

        def asked(history: History = history, at: datetime = at) -> bool:
            return care.held(account, history, at, channel="sms") is not None

        assert asked() == counted()
        ours, theirs = (clocked({"it": each}, rounds, 50)["it"] for each in (asked, counted))
        times[count] = ours.middle
        yield Figure(f"cap over {count:,} touches", ours.middle * MICRO, ours.least * MICRO, "us")
        yield Figure(f"cap over {count:,} touches: counting / ours", theirs.middle / ours.middle, 0, "x")
    yield Figure("cap over 10,000 / 100 touches", times[10_000] / times[100], 0, "x", 2)


def recurrences(rounds: int) -> Iterator[Figure]:
    """Measure plain recurrences beside ``dateutil.rrule``: 100 days from an anchor, and the next one after a day."""
    anchor = date(2020, 1, 15)
    begin = datetime(2020, 1, 15)  # noqa: DTZ001  # rrule keeps the wall time it is given
    for name, every, freq, interval in (("month", months(1), MONTHLY, 1), ("10 days", days(10), DAILY, 10)):
        ours = Recurrence(every, anchor)
        mine = [ours.nth(number) for number in range(100)]
        assert mine == [each.date() for each in rrule(freq, begin, interval=interval, count=100)]
        late = datetime(2027, 6, 1)  # noqa: DTZ001

        def rivals(freq: int = freq, interval: int = interval) -> Any:
            return rrule(freq, begin, interval=interval)

        assert ours.next(late.date()) == rivals().after(late).date()
        pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            f"100 times every {name}": (
                lambda ours=ours: [ours.nth(number) for number in range(100)],  # type: ignore[misc]
                lambda freq=freq, interval=interval: list(rrule(freq, begin, interval=interval, count=100)),  # type: ignore[misc]
            ),
            f"next after seven years, every {name}": (
                lambda ours=ours: ours.next(date(2027, 6, 1)),  # type: ignore[misc]
                lambda rivals=rivals, late=late: rivals().after(late),  # type: ignore[misc]
            ),
        }
        for what, (us, them) in pairs.items():
            took = clocked({"ours": us, "rrule": them}, rounds, 20)
            yield Figure(what, took["ours"].middle * MICRO, took["ours"].least * MICRO, "us")
            yield Figure(f"{what}: rrule / ours", took["rrule"].middle / took["ours"].middle, 0, "x", 1, "at least")


def books(sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Measure a plan of 90 days for many customers, levelled over owners, and its certificate."""
    care, took = policy(), {}
    for count in sizes:
        chance, owners = Random(7), max(1, count // 500)
        accounts = [customer(number, chance, owners) for number in range(count)]
        histories = {
            account.id: History(
                [
                    Touch(
                        datetime(2025, chance.randint(10, 12), chance.randint(1, 28), 10, tzinfo=ZONE),
                        "visit",
                        depth="in_depth",
                    )
                ]
            )
            for account in accounts
        }
        staff = [Owner(f"o{number}", per_day=40) for number in range(owners)]
        start = process_time()
        plan = plan_book(care, accounts, histories, PERIOD, staff)
        took[count] = process_time() - start
        told = f"{len(plan):,} contacts, {len(plan.late):,} late, {len(plan.dropped):,} dropped"
        goal = 30.0 if count == 10_000 else None
        yield Figure(f"{count:,} customers x 90 days, {owners} owners", took[count], took[count], "s", goal, note=told)
        start = process_time()
        assert certified(care, accounts, histories, plan, staff)
        checked = process_time() - start
        yield Figure(f"{count:,} customers: certificate", checked, checked, "s")
    least, most = min(sizes), max(sizes)
    growth = took[most] / took[least]
    yield Figure(f"growth from {least:,} to {most:,} customers ({most / least:g} times)", growth, growth, "x")


if __name__ == "__main__":
    main()
