"""Events: two times, a total order, and each counted once."""

import pickle
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import PolicyError
from crmrules.events import Event, distinct, in_order, known_by

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANTS = st.builds(
    lambda minutes, zone: (NOON + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 3_000),
    st.sampled_from([UTC, SHANGHAI]),
)
FACTS = st.dictionaries(
    st.sampled_from(["points", "channel", "客户"]),
    st.none()
    | st.integers()
    | st.text()
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates(),
)
EVENTS = st.builds(
    Event,
    st.sampled_from(["earned", "spent"]),
    INSTANTS,
    st.text("ab", min_size=1),
    st.none() | INSTANTS,
    FACTS,
)


def event(at=NOON, id="e-1", recorded_at=None, kind="earned", **facts):
    return Event(kind, at, id, recorded_at, facts)


def test_an_event_keeps_the_zone_it_was_given_in():
    at = datetime(2026, 3, 1, 20, tzinfo=SHANGHAI)
    assert event(at).at.tzinfo is SHANGHAI
    assert event(at) == event(NOON)
    assert hash(event(at)) == hash(event(NOON))


def test_the_two_hours_of_a_clock_change_are_different_instants():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert event(first) != event(second)
    assert [each.at.fold for each in in_order([event(second, "a"), event(first, "b")])] == [0, 1]


def test_facts_are_an_immutable_mapping_in_the_order_of_their_names():
    given = {"points": 200, "channel": "store"}
    made = Event("earned", NOON, "e-1", facts=given)
    given["points"] = 0
    assert made.facts == {"channel": "store", "points": 200}
    assert list(made.facts) == ["channel", "points"]
    assert "level" not in made.facts
    assert made == event(channel="store", points=200)
    with pytest.raises(TypeError):
        made.facts["points"] = 0


@pytest.mark.parametrize(
    "value",
    ["store", "", 7, 1.5, Decimal("9999.9999"), True, None, date(2026, 3, 1), NOON, timedelta(hours=2)],
)
def test_a_fact_is_any_plain_value(value):
    assert event(value=value).facts["value"] == value


@given(EVENTS)
def test_an_event_is_hashable_and_survives_a_pickle(made):
    copy = pickle.loads(pickle.dumps(made))
    assert copy == made
    assert hash(copy) == hash(made)
    assert copy.facts == made.facts


def test_an_event_is_known_when_it_was_recorded_or_else_at_once():
    later = NOON + timedelta(days=1)
    assert event().known_at == NOON
    assert event(recorded_at=later).known_at == later


def test_a_replay_leaves_out_what_was_recorded_later():
    booked_late = event(NOON, "late", NOON + timedelta(days=2))
    announced = event(NOON + timedelta(days=9), "announced", NOON)
    plain = event(NOON + timedelta(days=1), "plain")
    events = [booked_late, announced, plain]
    known = [[each.id for each in known_by(events, NOON + timedelta(days=n))] for n in (-1, 0, 1, 2)]
    assert known == [[], ["announced"], ["announced", "plain"], ["late", "announced", "plain"]]
    assert known_by(events, NOON - timedelta(microseconds=1)) == ()


@given(st.lists(EVENTS), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(events, random_: random.Random):
    shuffled = list(events)
    random_.shuffle(shuffled)
    places = [(each.at, each.known_at, each.id) for each in in_order(shuffled)]
    assert places == sorted((each.at, each.known_at, each.id) for each in events)


@given(st.lists(EVENTS), INSTANTS)
def test_what_is_known_only_grows(events, instant):
    known = known_by(events, instant)
    assert set(known) <= set(known_by(events, instant + timedelta(hours=1)))
    assert all(each.known_at <= instant for each in known)


def test_a_second_delivery_of_an_event_is_dropped():
    again = event(datetime(2026, 3, 1, 20, tzinfo=SHANGHAI), points=200)
    other = event(id="e-2")
    assert distinct([event(points=200), other, again]) == (event(points=200), other)
    assert distinct([]) == ()


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (event(points=20), "fact 'points': 10 and 20"),
        (event(points=10, channel=None), "fact 'channel': nothing and None"),
        (event(), "fact 'points': 10 and nothing"),
        (event(kind="spent", points=10), "kind: 'earned' and 'spent'"),
        (
            event(NOON + timedelta(hours=1), points=10),
            "at: 2026-03-01 12:00:00+00:00 and 2026-03-01 13:00:00+00:00",
        ),
        (event(recorded_at=NOON, points=10), "recorded_at: nothing and 2026-03-01 12:00:00+00:00"),
        (event(kind="spent", points=11), "kind: 'earned' and 'spent', fact 'points': 10 and 11"),
    ],
)
def test_one_id_for_two_events_is_refused(other, difference):
    with pytest.raises(PolicyError) as caught:
        distinct([event(points=10), event(points=10), other])
    assert str(caught.value) == (
        f"event 'e-1' came twice with different contents ({difference}). Give each event an id of its own."
    )


ADD_ZONE = "Add the one it was written in: .replace(tzinfo=ZoneInfo('Asia/Shanghai'))."
NAIVE = datetime(2026, 3, 1, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: event(kind=" "), "Event.kind must be a text that is not blank, got ' '"),
        (lambda: event(id=17), "Event.id must be a text that is not blank, got 17"),
        (lambda: event(id=""), "Event.id must be a text that is not blank, got ''"),
        (
            lambda: event(date(2026, 3, 1)),
            "Event.at must be a datetime with a zone, got datetime.date(2026, 3, 1)",
        ),
        (
            lambda: event(NAIVE),
            f"Event.at must have a zone, got datetime.datetime(2026, 3, 1, 9, 0). {ADD_ZONE}",
        ),
        (
            lambda: event(recorded_at=NAIVE),
            f"Event.recorded_at must have a zone, got datetime.datetime(2026, 3, 1, 9, 0). {ADD_ZONE}",
        ),
        (
            lambda: event(datetime.min.replace(tzinfo=SHANGHAI)),
            "Event.at must be on the calendar (real days of the years 1 to 9999)",
        ),
        (
            lambda: Event("earned", NOON, "e-1", facts=[("points", 1)]),
            "Event.facts must be a mapping of names to values, got [('points', 1)]",
        ),
        (
            lambda: Event("earned", NOON, "e-1", facts={"annual spend": 1}),
            "the name of an event's fact must be a name such as 'annual_spend' (letters, digits, _), "
            "got 'annual spend'",
        ),
        (
            lambda: event(items=["tea"]),
            "the event's fact 'items' must be a single plain value, or None, got ['tea']",
        ),
        (
            lambda: event(rate=float("nan")),
            "the event's fact 'rate' must be finite, or None for unknown, got nan",
        ),
        (
            lambda: event(rate=Decimal("sNaN")),
            "the event's fact 'rate' must be finite, or None for unknown, got Decimal('sNaN')",
        ),
        (
            lambda: event(due=NAIVE),
            f"the event's fact 'due' must have a zone, got datetime.datetime(2026, 3, 1, 9, 0). {ADD_ZONE}",
        ),
        (
            lambda: known_by([], NAIVE),
            f"the instant of known_by must have a zone, got datetime.datetime(2026, 3, 1, 9, 0). {ADD_ZONE}",
        ),
        (lambda: evolve(event(), id=" "), "Event.id must be a text that is not blank, got ' '"),
    ],
)
def test_an_event_that_cannot_be_placed_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message
