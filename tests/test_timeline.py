"""Timelines: each decision follows the rules of its day."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from crmrules.errors import AbsentError, NotInForce, PolicyError, UnknownNameError
from crmrules.facts import facts, money
from crmrules.handbook import Handbook
from crmrules.segmentation import TierPolicy
from crmrules.tables import otherwise, verify
from crmrules.timeline import Timeline

F = facts(spend=money("CNY"))


def version(floor, start=None, until=None, name="size"):
    return TierPolicy(
        name,
        gives="tier",
        tiers=("core", "basic"),
        when={"core": F.spend >= floor, "basic": otherwise},
        valid={"from": start, "until": until},
    )


OLD = version(100, until="2026-01-01")
NEW = version(200, start="2026-02-01")
RULES = Timeline(NEW, OLD)


@pytest.mark.parametrize(
    ("day", "tier"),
    [
        (date(2020, 5, 5), "core"),
        (date(2025, 12, 31), "core"),
        (date(2026, 2, 1), "basic"),
        (date(2030, 1, 1), "basic"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "core"),
        (datetime(2026, 2, 1, 0, 0, tzinfo=timezone(timedelta(hours=8))), "basic"),
    ],
)
def test_the_version_of_the_day_decides(day, tier):
    assert RULES.decide({"spend": 150}, day).value == tier


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 1, 31), datetime(2026, 1, 15, tzinfo=UTC)])
def test_a_day_in_a_gap_has_no_rules(day):
    with pytest.raises(NotInForce) as problem:
        RULES.decide({"spend": 150}, day)
    shown = day.date() if isinstance(day, datetime) else day
    assert str(problem.value) == (
        f"'size' is not in force on {shown} (in force: always to before 2026-01-01; 2026-02-01 to open end)."
    )
    assert isinstance(problem.value, AbsentError)


def test_versions_are_kept_by_their_first_day_whatever_the_order():
    assert RULES.versions == (OLD, NEW) == Timeline(OLD, NEW).versions
    assert Timeline(OLD, NEW) == RULES
    assert hash(RULES) == hash(Timeline(OLD, NEW))
    assert pickle.loads(pickle.dumps(RULES)) == RULES


def test_versions_that_touch_do_not_overlap():
    touching = Timeline(OLD, version(200, start="2026-01-01"))
    assert touching.at(date(2026, 1, 1)).valid.start == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Timeline, "a timeline must have versions, got ()"),
        (lambda: Timeline("size"), "a version must say when it is valid, got 'size'"),
        (
            lambda: Timeline(OLD, version(1, start="2025-12-31")),
            "versions of a timeline must not overlap, got 'size' always to before 2026-01-01 and 2025-12-31 to open "
            "end. Give the earlier one an 'until'.",
        ),
        (
            lambda: Timeline(version(1), version(2)),
            "versions of a timeline must not overlap, got 'size' always to open end and always to open end. "
            "Give the earlier one an 'until'.",
        ),
        (
            lambda: RULES.decide({"spend": 150}, None),
            "as_of must be given, since a timeline decides by the version of the day",
        ),
    ],
)
def test_a_timeline_without_an_answer_for_each_day_is_refused(make, message):
    with pytest.raises(PolicyError) as problem:
        make()
    assert str(problem.value) == message


def test_a_policy_is_found_by_name_in_the_version_of_the_day():
    assert RULES.policy_named("size", date(2020, 1, 1)) is OLD
    assert RULES.policy_named("size", date(2026, 3, 1)) is NEW


def test_handbooks_have_versions_too():
    books = Timeline(
        Handbook("rules", facts=F, policies=(version(100),), valid={"until": "2026-01-01"}),
        Handbook("rules", facts=F, policies=(version(200),), valid={"from": "2026-01-01"}),
    )
    day = date(2025, 6, 30)
    assert books.decide({"spend": 150}, day, ask=("tier",))["tier"].value == "core"
    assert books.decide({"spend": 150}, date(2026, 6, 30)).outcomes == {"tier": "basic"}
    assert books.policy_named("size", day) == version(100)
    with pytest.raises(UnknownNameError) as problem:
        books.policy_named("sise", day)
    assert str(problem.value) == "unknown policy 'sise'; did you mean 'size'? (have: size)"
    saved = books.decide({"spend": 150}, day)["tier"].record()
    assert verify(saved, books)


def test_a_stored_decision_is_verified_by_the_rules_of_its_day():
    saved = RULES.decide({"spend": 150}, date(2025, 6, 30)).record()
    assert str(verify(saved, RULES)) == "the same answer"
    assert verify(saved, NEW).differences[0] == f'fingerprint was "{OLD.fingerprint}", is "{NEW.fingerprint}"'
    moved = {**saved, "as_of": "2026-01-15"}
    assert str(verify(moved, RULES)) == (
        "it cannot be decided again: 'size' is not in force on 2026-01-15 "
        "(in force: always to before 2026-01-01; 2026-02-01 to open end)."
    )
