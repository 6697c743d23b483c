"""What a poller has to act on: nothing missed, nothing twice."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.events import Event
from crmrules.sla import Case, Pause, Promise, ServiceStandard, SlaPolicy
from crmrules.tables import otherwise
from tests.sla.builders import OFFICE, at, case, f, happened

PROMISE = Promise("resolution", "2h", until="solved", calendar=OFFICE, escalate={"50%": "lead", "1h after": "head"})
POLICY = SlaPolicy("sla", promises=PROMISE, pauses=Pause("held"))
OPENED = "03-06 17:30 opened"


def told(alarms):
    return [(each.case, each.what, each.to, each.at) for each in alarms]


def test_escalations_and_breaches_come_by_time():
    cases = [case("A", OPENED), case("B", "03-06 17:00 opened")]
    assert told(POLICY.due_between(cases, at("03-06 00:00"), at("03-09 11:00"))) == [
        ("B", "escalation", "lead", at("03-06 18:00")),
        ("A", "escalation", "lead", at("03-09 09:30")),
        ("B", "breach", "", at("03-09 10:00")),
        ("A", "breach", "", at("03-09 10:30")),
        ("B", "escalation", "head", at("03-09 11:00")),
    ]


def test_the_due_instant_itself_is_no_breach_yet():
    cases = [case("A", OPENED)]
    due, after = at("03-09 10:30"), at("03-09 10:30") + timedelta(microseconds=1)
    assert told(POLICY.due_between(cases, at("03-09 09:30"), due)) == []
    assert told(POLICY.due_between(cases, due, after)) == [("A", "breach", "", due)]


def test_of_two_at_once_the_higher_priority_is_first():
    standards = (
        ServiceStandard("vip", PROMISE, priority=1),
        ServiceStandard("usual", PROMISE),
    )
    policy = SlaPolicy("sla", standards=standards, when={"vip": f.tier == "core", "usual": otherwise})
    cases = [case("A", OPENED, tier="basic"), case("B", OPENED, tier="core")]
    found = policy.due_between(cases, at("03-06 00:00"), at("03-09 10:00"))
    assert [(each.case, each.priority) for each in found] == [("B", 1), ("A", 0)]


def test_a_case_that_was_answered_in_time_raises_nothing():
    assert POLICY.due_between([case("A", OPENED, "03-06 17:45 solved")], at("03-06 00:00"), at("03-12 00:00")) == ()


def test_a_breach_of_an_earlier_round_stays_an_alarm():
    policy = SlaPolicy("sla", promises=Promise("notice", "2h", until="told", repeats=True))
    cases = [case("A", OPENED, "03-06 20:00 told")]
    found = policy.due_between(cases, at("03-06 00:00"), at("03-06 20:30"))
    assert [(each.what, each.round, each.at) for each in found] == [("breach", 1, at("03-06 19:30"))]


def test_a_poller_cannot_go_back():
    with pytest.raises(PolicyError, match=r"^until must not be before 2026-03-07 00:00:00"):
        POLICY.due_between([], at("03-07 00:00"), at("03-06 00:00"))


KINDS = ("opened", "solved", "held", "resumed", "reopened", "noted")
MOMENTS = st.integers(0, 5 * 96).map(lambda quarter: at("03-05 16:00") + timedelta(minutes=15 * quarter))


@st.composite
def cases_with_late_news(draw):
    events = [Event("opened", draw(MOMENTS), "e0")]
    for number in range(draw(st.integers(0, 7))):
        when, lag = draw(MOMENTS), draw(st.sampled_from([0, 0, 30, 600]))
        events.append(Event(draw(st.sampled_from(KINDS)), when, f"e{number + 1}", when + timedelta(minutes=lag)))
    return Case("A", events)


@settings(max_examples=60)
@given(cases_with_late_news(), st.lists(MOMENTS, min_size=1, max_size=5))
def test_polls_that_follow_each_other_find_what_one_poll_finds(one, moments):
    """What a long poll finds, the short ones find too; what they find twice had been taken back in between."""
    promise = Promise(
        "resolution", "2h", until="solved", calendar=OFFICE, reopen="reopened", escalate={"50%": "lead", "30m": "desk"}
    )
    policy = SlaPolicy("sla", promises=promise, pauses=Pause("held"))
    polls = sorted([at("03-05 00:00"), *moments, at("03-12 00:00")])
    whole = {each.key for each in policy.due_between([one], polls[0], polls[-1])}
    parts = [policy.due_between([one], start, end) for start, end in pairwise(polls)]
    assert whole <= {each.key for part in parts for each in part}
    assert [policy.due_between([one], start, end) for start, end in pairwise(polls)] == parts
    punctual = Case("A", [Event(each.kind, each.at, each.id) for each in one.events if each.kind != "reopened"])
    keys = [each.key for start, end in pairwise(polls) for each in policy.due_between([punctual], start, end)]
    assert len(keys) == len(set(keys))


def test_news_that_comes_late_is_acted_on_once():
    events = [*happened(OPENED, "03-06 17:45 held"), Event("resumed", at("03-06 17:50"), "r", at("03-10 12:00"))]
    late = [Case("A", events)]
    assert POLICY.due_between(late, at("03-06 00:00"), at("03-10 11:00")) == ()
    assert len(POLICY.due_between(late, at("03-10 11:00"), at("03-10 13:00"))) == 3
    assert POLICY.due_between(late, at("03-10 13:00"), at("03-11 13:00")) == ()
