"""The planner as a machine: touches, snoozes, consents taken back and leave come and go, and every plan still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crmrules.contact import (
    Account,
    AtMost,
    Cadence,
    Consent,
    ContactPolicy,
    EachYear,
    Occasion,
    Owner,
    Touch,
    WithConsent,
    certified,
    plan_book,
)
from crmrules.periods import Period
from crmrules.spans import days

IDS = ("A", "B", "C")
START = datetime(2026, 3, 2, tzinfo=UTC)
POLICY = ContactPolicy(
    "care",
    cadences=(Cadence("call", every=days(5), min_gap=days(2), early=days(1), channels="phone"),),
    occasions=(Occasion("wish", on=EachYear(3, 12), channels=("card", "phone"), early="1 day", late="1 day"),),
    guards=(WithConsent("consent"), AtMost(2, per=days(4))),
)


class Planner(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.histories: dict[str, list[Touch]] = {name: [Touch(START - timedelta(2), "phone")] for name in IDS}
        self.withdrawn: dict[str, datetime] = {}
        self.snoozed: dict[str, dict] = {}
        self.leave: set = set()
        self.plan = None

    def accounts(self):
        for name in IDS:
            agreed = Consent("*", granted=START - timedelta(30), withdrawn=self.withdrawn.get(name))
            yield Account(name, owner="li", consents=(agreed,))

    def planned(self, previous=None):
        first = self.now.date()
        period = Period(first, first + timedelta(14))
        owners = (Owner("li", per_day=2, leave=sorted(self.leave)),)
        return plan_book(
            POLICY,
            list(self.accounts()),
            self.histories,
            period,
            owners,
            snoozed=self.snoozed,
            previous=previous,
            after=self.now,
        ), owners

    @rule(name=st.sampled_from(IDS), channel=st.sampled_from(["phone", "card"]))
    def touch(self, name, channel):
        self.histories[name].append(Touch(self.now, channel))
        self.now += timedelta(minutes=1)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(name=st.sampled_from(IDS), later=st.integers(1, 20))
    def snooze(self, name, later):
        self.snoozed[name] = {"call": self.now.date() + timedelta(later)}

    @rule(name=st.sampled_from(IDS))
    def withdraw(self, name):
        self.withdrawn.setdefault(name, self.now)

    @rule(ahead=st.integers(0, 10))
    def take_leave(self, ahead):
        self.leave.add(self.now.date() + timedelta(ahead))

    @invariant()
    def every_plan_holds(self):
        plan, owners = self.planned(self.plan)
        assert certified(POLICY, list(self.accounts()), self.histories, plan, owners)
        assert plan == self.planned(self.plan)[0]
        for slot in plan.slots:
            assert slot.account not in self.withdrawn
            assert slot.day not in self.leave
            assert slot.day >= self.now.date()
        if not self.leave and not self.snoozed:
            self.no_gap_is_too_long(plan)
        self.plan = plan

    def no_gap_is_too_long(self, plan):
        """Say that nobody waits longer than the cadence allows, but for contacts that are told to be late."""
        for name in IDS:
            if name in self.withdrawn:
                continue
            calls = sorted(
                [
                    *(each.at.date() for each in self.histories[name] if each.channel == "phone"),
                    *(slot.day for slot in plan.of(name) if slot.channel == "phone"),
                ]
            )
            late = {slot.day for slot in plan.of(name) if slot.late}
            known = max(each.at.date() for each in self.histories[name] if each.channel == "phone")
            for before, after in pairwise(calls):
                assert after <= known or after in late or (after - before).days <= 5 or plan.unmet
                assert after <= known or after in late or (after - before).days <= 5 or plan.unmet or plan.shortages


TestPlanner = Planner.TestCase
TestPlanner.settings = settings(
    max_examples=5, stateful_step_count=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
