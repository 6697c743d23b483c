"""A new policy while cases are open."""

import re
from datetime import datetime, timedelta

import pytest

from crmrules.errors import PolicyError
from crmrules.sla import PolicyChange, Promise, SlaPolicy
from tests.sla.builders import OFFICE, at, case


def sla(within, **parts):
    return SlaPolicy("sla", promises=Promise("resolution", within, until="solved", **parts))


OLD, NEW = sla("8h"), sla("4h")
CASE = case("A", "03-06 09:00 opened")
NOON = at("03-06 12:00")


def change(live, *, new=NEW, old=OLD):
    return PolicyChange(old, new, at=NOON, live=live)


@pytest.mark.parametrize(
    ("live", "due"),
    [
        ("frozen", "03-06 17:00"),
        ("seconds", "03-06 13:00"),
        ("share", "03-06 14:30"),
        ("retroactive", "03-06 13:00"),
    ],
)
def test_a_live_case_keeps_its_policy_its_time_or_its_share(live, due):
    """Three of eight hours are used at noon: one of four is left, or five eighths of four."""
    assert change(live).replay(CASE, as_of=at("03-06 12:30"))["resolution"].due == at(due)


@pytest.mark.parametrize(("live", "due"), [("seconds", "03-06 17:00"), ("retroactive", "03-06 15:00")])
def test_time_used_is_that_of_the_old_hours_or_of_the_new(live, due):
    """From noon to one the office is closed: the old clock had used four hours by one o'clock, the new one three."""
    one = PolicyChange(sla("8h"), sla("5h", calendar=OFFICE), at=at("03-06 13:00"), live=live)
    assert one.replay(CASE, as_of=at("03-06 13:00"))["resolution"].due == at(
        "03-06 14:00" if live == "seconds" else due
    )


@pytest.mark.parametrize("live", ["frozen", "seconds", "share", "retroactive"])
def test_before_the_change_the_old_policy_holds_and_cases_after_it_have_the_new(live):
    assert change(live).replay(CASE, as_of=at("03-06 11:59"))["resolution"].due == at("03-06 17:00")
    later = case("B", "03-06 12:00 opened")
    assert change(live).replay(later, as_of=at("03-06 12:30"))["resolution"].due == at("03-06 16:00")


def test_events_after_the_change_go_on_under_the_new_policy():
    going = case("A", "03-06 09:00 opened", "03-06 12:30 noted", "03-06 13:30 solved")
    found = change("seconds").replay(going, as_of=at("03-06 14:00"))["resolution"]
    assert (found.due, found.state) == (at("03-06 13:00"), "breached")
    assert [leg.promise.amount for leg in found.last.legs] == [timedelta(hours=8), timedelta(hours=4)]


def test_a_promise_that_only_the_new_policy_makes_begins_with_it():
    new = SlaPolicy(
        "sla", promises=(Promise("resolution", "8h", until="solved"), Promise("notice", "4h", until="told"))
    )
    assert change("seconds", new=new).replay(CASE, as_of=NOON)["notice"].due == at("03-06 16:00")
    assert change("retroactive", new=new).replay(CASE, as_of=NOON)["notice"].due == at("03-06 13:00")
    assert "notice" not in change("frozen", new=new).replay(CASE, as_of=NOON)


def test_the_open_cases_whose_due_instant_moves_are_listed():
    cases = [
        CASE,
        case("B", "03-06 11:00 opened"),
        case("done", "03-06 09:00 opened", "03-06 10:00 solved"),
        case("new", "03-06 12:15 opened"),
    ]
    moves = change("share").moved(cases, as_of=at("03-06 12:30"))
    assert [str(move) for move in moves] == [
        "A resolution: 2026-03-06 17:00+08:00 -> 2026-03-06 14:30+08:00",
        "B resolution: 2026-03-06 19:00+08:00 -> 2026-03-06 15:30+08:00",
        "new resolution: 2026-03-06 20:15+08:00 -> 2026-03-06 16:15+08:00",
    ]
    assert [move.case for move in change("frozen").moved(cases, as_of=at("03-06 12:30"))] == ["new"]
    assert change("share", new=OLD).moved(cases, as_of=at("03-06 12:30")) == ()


def test_a_promise_that_falls_away_or_is_made_is_a_move_too():
    new = SlaPolicy("sla", promises=Promise("notice", "4h", until="told"))
    moves = change("seconds", new=new).moved([CASE], as_of=at("03-06 12:30"))
    assert [(move.promise, move.before, move.after, move.state) for move in moves] == [
        ("notice", None, at("03-06 16:00"), "running"),
        ("resolution", at("03-06 17:00"), None, "cancelled"),
    ]
    assert str(moves[0]) == "A notice: nothing -> 2026-03-06 16:00+08:00"
    gone = change("retroactive", new=new).moved([CASE], as_of=at("03-06 12:30"))
    assert gone[-1].state == "cancelled"


def test_polls_take_the_change_into_account():
    found = change("seconds").due_between([CASE], at("03-06 12:30"), at("03-06 13:30"))
    assert [(alarm.what, alarm.at) for alarm in found] == [("breach", at("03-06 13:00"))]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"live": "now"},
            "PolicyChange.live must be one of frozen, seconds, share, retroactive, got 'now'",
        ),
        (
            {"at": datetime(2026, 3, 6)},  # noqa: DTZ001
            "PolicyChange.at must have a zone, got datetime.datetime(2026, 3, 6, 0, 0). Add the one it was written in: "
            ".replace(tzinfo=ZoneInfo('Asia/Shanghai')).",
        ),
        ({"after": "new"}, "a PolicyChange must be from one SlaPolicy to another, got 'new'"),
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_refused(parts, message):
    with pytest.raises(PolicyError, match=f"^{re.escape(message)}$"):
        PolicyChange(**{"before": OLD, "after": NEW, "at": NOON, "live": "frozen", **parts})


def test_a_share_is_rounded_up_to_a_microsecond():
    third = PolicyChange(sla("3h"), sla(timedelta(microseconds=100)), at=at("03-06 10:00"), live="share")
    found = third.replay(CASE, as_of=at("03-06 10:00"))["resolution"]
    assert found.elapsed == timedelta(microseconds=34)
