"""The clauses of the sources about promises of time, each by a worked example of its packaged handbook."""

import tomllib
from datetime import timedelta

import pytest

from crmrules.documents import packaged
from crmrules.events import Event
from crmrules.sla import Case, FeedbackLoop, Recurrence, SlaPolicy
from tests.sla.builders import at, happened

CLAUSES = (
    *("CORE-06", "CQ-08", "CQ-09", "CQ-14", "STRAT-07", "SALES-10"),
    *("UPLIFT-10", "UPLIFT-12", "UPLIFT-13", "UPLIFT-22"),
)
HANDBOOKS = {name: packaged(name) for name in ("core", "cq", "sales", "strat", "uplift")}
OPENED = "03-06 17:30 opened"  # a Friday


def sla(name):
    (policy,) = HANDBOOKS[name].of(SlaPolicy)
    return policy


def replayed(name, *told, now="03-06 17:30", **facts):
    policy = sla(name)
    known = {**{fact.name: None for fact in policy.followed}, **facts}
    return policy.replay(Case("C-1", happened(*told), facts=known), as_of=at(now))


def dues(clocks):
    return {
        name: clock.due and clock.due.replace(tzinfo=None).isoformat(" ", "minutes") for name, clock in clocks.items()
    }


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_carried_by_a_part_of_its_handbook(clause, shared):
    ledger = tomllib.loads((shared / "clauses.toml").read_text(encoding="utf-8"))["clause"]
    assert clause in {each["id"] for each in ledger}
    handbook = HANDBOOKS[clause.split("-")[0].lower()]
    parts = [part for named in handbook.parts.values() for part in named.values()]
    standards = [each for policy in handbook.of(SlaPolicy) for each in policy.standards]
    assert clause in {each for part in (*parts, *standards) for each in part.source}


@pytest.mark.parametrize(
    ("behaviour", "due"), [(("loyal",), "03-06 21:30"), (("potential",), "03-07 17:30"), ((), "03-07 17:30")]
)
def test_core_06_a_standard_states_response_time_content_and_channel(behaviour, due):
    found = replayed("core", OPENED, behaviour=behaviour)
    assert found["response"].due == at(due)
    (standard,) = sla("core").standards_of(found.standards[0])
    assert standard.content[0].zh
    assert "email" in standard.channels


def test_cq_08_an_inquiry_is_answered_within_24_clock_hours_with_named_exceptions():
    found = replayed("cq", OPENED, kind="inquiry", tier="general")
    assert dues(found) == {"response": "2026-03-07 17:30"}
    excused = Event("excused", at("03-07 09:00"), "x", facts={"reason": "expert_opinion_needed"})
    facts = {"kind": "inquiry", "tier": "general"}
    case = Case("C-1", [*happened(OPENED), excused], facts=facts)
    assert sla("cq").replay(case, as_of=at("03-09 09:00"))["response"].state == "cancelled"
    unnamed = Event("excused", at("03-07 09:00"), "x", facts={"reason": "too_much_work"})
    case = Case("C-1", [*happened(OPENED), unnamed], facts=facts)
    assert sla("cq").replay(case, as_of=at("03-09 09:00"))["response"].state == "breached"


def test_cq_09_a_complaint_gets_a_preliminary_opinion_within_48_clock_hours():
    found = replayed("cq", OPENED, "03-08 17:30 opinion_given", kind="complaint", tier="general", now="03-09 09:00")
    assert dues(found) == {"preliminary_opinion": "2026-03-08 17:30"}
    assert found["preliminary_opinion"].state == "met"


def test_cq_14_of_two_that_wait_the_high_value_customer_is_served_first():
    waiting = [
        Case(name, happened(OPENED), facts={"kind": "inquiry", "tier": tier})
        for name, tier in (("A", "general"), ("B", "high_value"))
    ]
    alarms = sla("cq").due_between(waiting, at("03-06 00:00"), at("03-08 00:00"))
    assert [alarm.case for alarm in alarms] == ["B", "A"]


def test_uplift_10_a_core_customers_complaint_is_answered_in_2_hours_and_solved_in_48():
    found = replayed("uplift", OPENED, tier="core", kind="complaint", severity="minor")
    assert dues(found) == {
        "response": "2026-03-06 19:30",
        "resolution": "2026-03-08 17:30",
        "progress_notice": "2026-03-07 17:30",
        "follow_up": None,
    }
    assert found.assigned_to is None
    assert replayed("uplift", OPENED, tier="core", kind="complaint", severity="major").assigned_to == "executive"


def test_uplift_12_a_complex_problem_goes_to_a_joint_team_and_is_solved_in_72_hours():
    found = replayed("uplift", OPENED, tier="important", kind="problem", complexity="complex", severity="minor")
    assert found["resolution"].due == at("03-09 17:30")
    assert found.assigned_to == "cross_department_team"
    simple = replayed("uplift", OPENED, tier="important", kind="problem", complexity="simple", severity="minor")
    assert "resolution" not in simple
    assert simple.assigned_to is None


@pytest.mark.parametrize(
    ("opened", "due"),
    [("03-07 10:00", "03-07 12:00"), ("03-07 20:00", "03-08 10:00"), ("03-07 23:00", "03-08 11:00")],
)
def test_uplift_13_a_basic_customers_inquiry_is_answered_in_the_hours_of_the_online_service(opened, due):
    """7 x 12: a Saturday evening's inquiry runs on into Sunday morning."""
    found = replayed("uplift", f"{opened} opened", now=opened, tier="basic", kind="inquiry")
    assert found["response"].due == at(due)
    longer = HANDBOOKS["uplift"].with_changes({"online_hours": "8-24"})
    (policy,) = longer.of(SlaPolicy)
    assert policy.standards[2].promises[0].calendar.week.seconds == 7 * 16 * 3600


def test_uplift_22_progress_is_told_within_24_hours_and_a_visit_follows_within_3_days():
    events = (OPENED, "03-07 12:00 progress_told", "03-09 10:00 resolved", "03-12 10:00 followed_up")
    found = replayed("uplift", *events, tier="basic", kind="feedback", now="03-13 09:00")
    assert dues(found) == {"progress_notice": "2026-03-07 17:30", "follow_up": "2026-03-12 10:00"}
    assert [clock.state for clock in found.values()] == ["met", "met"]
    assert "3" in sla("uplift").note.en


def test_sales_10_complaints_are_accepted_at_once_solved_fed_back_and_followed_up():
    events = (OPENED, "03-06 17:40 accepted", "03-07 10:00 resolved", "03-07 11:00 result_told")
    found = replayed("sales", *events, kind="complaint", now="03-09 09:00")
    assert dues(found) == {
        "acceptance": "2026-03-06 17:45",
        "resolution": "2026-03-08 17:30",
        "feedback": "2026-03-08 10:00",
        "follow_up": "2026-03-14 10:00",
    }
    assert [clock.state for clock in found.values()] == ["met", "met", "met", "running"]


def test_sales_10_the_same_kind_of_complaint_within_90_days_is_found():
    (rule,) = HANDBOOKS["sales"].of(Recurrence)
    facts = {"kind": "complaint", "customer": "K-1", "category": "late delivery"}
    first = Case("A", happened("03-06 09:00 opened", "03-07 09:00 resolved"), facts=facts)
    again = Case("B", happened("06-05 09:00 opened"), facts=facts)
    late = Case("C", happened("06-05 09:01 opened"), facts=facts)
    assert [each.case for each in rule.find([first, again], as_of=at("2026-07-01 00:00"))] == ["B"]
    assert rule.find([first, late], as_of=at("2026-07-01 00:00")) == ()
    inquiry = Case("D", happened("03-08 09:00 opened"), facts={**facts, "kind": "inquiry"})
    assert rule.find([first, inquiry], as_of=at("2026-07-01 00:00")) == ()


def test_strat_07_feedback_is_answered_in_time_and_feeds_improvement():
    (loop,) = HANDBOOKS["strat"].of(FeedbackLoop)
    facts = {"kind": "feedback", "asks_for_change": True, "category": "packaging"}
    told = Case("A", happened(OPENED, "03-07 09:00 replied", "03-20 09:00 improvement_recorded"), facts=facts)
    silent = Case("B", happened(OPENED), facts=facts)
    review = loop.review([told, silent], as_of=at("04-20 09:00"))
    assert (review.unanswered, review.not_turned) == (("B",), ("B",))
    clocks = sla("strat").replay(told, as_of=at("04-20 09:00"))
    assert dues(clocks) == {"answer": "2026-03-07 17:30", "improvement": "2026-04-05 17:30"}
    assert [clock.kept for clock in clocks.values()] == [True, True]
    late = sla("strat").replay(silent, as_of=at("04-20 09:00"))
    assert [clock.last.elapsed > timedelta(days=30) for clock in late.values()] == [True, True]
