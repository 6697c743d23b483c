"""Laws of clocks: what may never happen, whatever the events."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from crmrules.events import Event
from crmrules.sla import CLOCK_HOURS, Pause, Promise, SlaPolicy
from tests.sla.builders import OFFICE, at

START = at("03-05 16:00")
NOW = START + timedelta(days=30)
MOMENTS = st.integers(0, 6 * 1440).map(lambda minutes: START + timedelta(minutes=minutes))
LENGTHS = st.integers(1, 3_000).map(lambda minutes: timedelta(minutes=minutes))
PAUSES = st.lists(st.tuples(MOMENTS, LENGTHS), max_size=3)
CALENDARS = st.sampled_from([OFFICE, CLOCK_HOURS])


def replayed(pauses, calendar, within, *more):
    """Replay a case that is opened at the start, with pauses of their own names so that they may overlap."""
    kinds = [Pause(f"held_{number}", ends=f"went_on_{number}") for number in range(4)]
    events = [Event("opened", START, "a"), *more]
    for number, (start, length) in enumerate(pauses):
        events.append(Event(f"held_{number}", start, f"h{number}"))
        events.append(Event(f"went_on_{number}", start + length, f"w{number}"))
    promise = Promise("resolution", within, until="solved", calendar=calendar, escalate={"50%": "lead"})
    return SlaPolicy("sla", promises=promise, pauses=kinds).replay(events, as_of=NOW)["resolution"]


@settings(max_examples=60)
@given(PAUSES, st.tuples(MOMENTS, LENGTHS), CALENDARS, LENGTHS)
def test_one_more_pause_never_brings_a_due_instant_forward(pauses, one_more, calendar, within):
    assert replayed([*pauses, one_more], calendar, within).due >= replayed(pauses, calendar, within).due


@settings(max_examples=60)
@given(PAUSES, CALENDARS, LENGTHS, LENGTHS)
def test_a_longer_promise_is_never_due_earlier(pauses, calendar, within, more):
    assert replayed(pauses, calendar, within + more).due >= replayed(pauses, calendar, within).due


@settings(max_examples=60)
@given(PAUSES, CALENDARS, LENGTHS, MOMENTS)
def test_a_promise_is_met_exactly_if_it_stops_by_its_due_instant(pauses, calendar, within, stopped):
    found = replayed(pauses, calendar, within, Event("solved", stopped, "z"))
    assert (found.state == "met") == (stopped <= found.due)


@settings(max_examples=60)
@given(PAUSES, CALENDARS, LENGTHS)
def test_what_is_used_until_the_due_instant_is_what_was_promised(pauses, calendar, within):
    due = replayed(pauses, calendar, within).due
    assert replayed(pauses, calendar, within, Event("solved", due, "~")).elapsed == within


@settings(max_examples=60)
@given(PAUSES, CALENDARS, LENGTHS)
def test_half_of_a_promise_is_used_up_before_the_whole(pauses, calendar, within):
    found = replayed(pauses, calendar, within)
    assert START <= found.escalations[0].at <= found.due


@settings(max_examples=60)
@given(PAUSES, CALENDARS, LENGTHS)
def test_the_stretches_of_a_clock_leave_nothing_out(pauses, calendar, within):
    found = replayed(pauses, calendar, within)
    stretches = found.last.leg.stretches
    assert stretches[0].start == START
    assert stretches[-1].end == NOW
    assert all(one.end == other.start for one, other in pairwise(stretches))
    assert sum((line.length for line in found.why().lines[0]), timedelta(0)) == NOW - START
