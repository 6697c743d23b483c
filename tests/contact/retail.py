"""The customers of the Online Retail data set as accounts: tiers by what they bought, the rest added from a seed."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from crmrules.contact import (
    Account,
    AtMost,
    Birthdays,
    Cadence,
    Consent,
    ContactHours,
    ContactPolicy,
    Occasion,
    Owner,
    Person,
    SellingShare,
    Touch,
    WithConsent,
    quiet_hours,
)
from crmrules.facts import choice, facts
from crmrules.spans import days
from crmrules.worktime import WorkCalendar

ZONE = ZoneInfo("Europe/London")
START = datetime(2011, 12, 10, tzinfo=ZONE)
OWNERS = 10
SEED = "online retail"
F = facts(tier=choice("core", "key", "ordinary"))


def spend(source: Path) -> dict[str, Decimal]:
    """Return what each customer bought, lines taken back left out."""
    found: Counter[str] = Counter()
    with gzip.open(source, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            amount = int(row["Quantity"]) * Decimal(row["UnitPrice"])
            if row["CustomerID"] and amount > 0:
                found[row["CustomerID"].removesuffix(".0")] += amount  # type: ignore[assignment]
    return dict(found)


def policy() -> ContactPolicy:
    """Return a policy by tier: monthly, quarterly and half-yearly contact in depth, wishes, and six guards."""
    office = WorkCalendar("Europe/London", week={"mon-fri": "9-12, 13-17"})
    deep = Cadence(
        "in_depth",
        when={"1 month": F.tier == "core", "3 months": F.tier == "key", "6 months": F.tier == "ordinary"},
        depth="in_depth",
        min_gap=days(7),
        early=days(10),
        channels=("visit", "phone"),
        priority=1,
    )
    news = Cadence(
        "news",
        when={"1 month": F.tier.one_of("core", "key")},
        channels="email",
        purpose="information",
        counts="information",
    )
    wishes = Occasion("birthday", on=Birthdays(), channels=("card", "email"), early="3 days", late="3 days", notice=3)
    guards = (
        quiet_hours(),
        ContactHours("office", office, channels=("phone", "visit")),
        WithConsent("consent"),
        AtMost(2, per=days(7)),
        AtMost(1, each="day"),
        SellingShare(Decimal("0.3"), per=days(90)),
    )
    return ContactPolicy(
        "year",
        cadences=(deep, news),
        occasions=(wishes,),
        guards=guards,
        zone="Europe/London",
        calendar=office,
        automatic=("email", "card"),
    )


def owners(per_day: int = 8) -> tuple[Owner, ...]:
    """Return ten owners, each with two weeks of leave at another time."""
    return tuple(
        Owner(f"o{number}", per_day=per_day, leave=[f"2012-{number + 2:02}-05/2012-{number + 2:02}-19"])
        for number in range(OWNERS)
    )


def accounts(bought: dict[str, Decimal], *, every: int = 1) -> Iterator[tuple[Account, tuple[Touch, ...]]]:
    """Yield every n-th customer with a last contact: birthdays, consents, preferences and owners from a seed."""
    chance = Random(SEED)
    ranked = sorted(bought, key=lambda name: (-bought[name], name))
    for place, name in enumerate(ranked):
        share = place / len(ranked)
        tier = "core" if share < 0.05 else "key" if share < 0.2 else "ordinary"
        birthday = f"{chance.randint(1940, 1990)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        lot, prefers = chance.random(), chance.choice(("", "phone", "visit"))
        last = START - timedelta(days=chance.randint(1, 150), hours=10)
        agreed = (Consent("*", granted=START - timedelta(300), withdrawn=None if lot < 0.9 else START + timedelta(60)),)
        consents = agreed if lot < 0.95 else ()
        person = Person(f"p{name}", birthday=birthday if chance.random() < 0.7 else None)
        account = Account(
            name, {"tier": tier}, owner=f"o{place % OWNERS}", people=(person,), consents=consents, prefers=prefers
        )
        if place % every == 0:
            yield account, (Touch(last, "visit", depth="in_depth"),)
