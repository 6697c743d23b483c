"""Real incidents: replayed whole, each incident judged once, against counting by hand where that can be done."""

from collections import Counter

import pytest

from crmrules.sla import attainment
from tests.sla import incidents

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(shared):
    return shared / "data" / "incidents"


def test_890_incidents_of_a_servicenow_log_are_judged_once_each(folder):
    found = [(incidents.TARGETS.replay(case, as_of=incidents.NOW), said) for case, said in incidents.servicenow(folder)]
    (share,) = attainment(clocks for clocks, _ in found)
    assert len(found) == 890
    assert share.counted + sum(number for _, number in share.left_out) == 890
    cells = incidents.matrix(found)
    assert Counter(said for _, said in found) == {True: 495, False: 395}
    assert sum(cells.values()) == 890
    assert {state for state, _ in cells} <= {"met", "breached", "running", "paused"}


def test_a_clock_of_an_incident_is_what_counting_its_minutes_gives(folder):
    """The incident's states minute by minute: awaiting ones stand still, resolved ones end it."""
    for number, (case, _) in enumerate(incidents.servicenow(folder)):
        if number % 45 == 0:
            clock = incidents.TARGETS.replay(case, as_of=incidents.NOW)["resolution"]
            assert clock.elapsed.total_seconds() == 60 * minutes_used(case), case.id


def minutes_used(case):
    changes = sorted(case.events[1:], key=lambda event: (event.at, event.id))
    opened = case.events[0].at
    used, state, over = 0, case.facts["state"], False
    moments = [opened, *(event.at for event in changes), incidents.NOW]
    for place, start in enumerate(moments[:-1]):
        if place:
            state = changes[place - 1].facts["state"]
            over = state in incidents.OVER
        if not over and not state.startswith("Awaiting"):
            used += max(0, (moments[place + 1] - max(start, opened)).total_seconds()) // 60
    return used


def test_65533_events_of_volvo_are_replayed(folder):
    events = rounds = 0
    for case in incidents.volvo(folder):
        clock = incidents.UPDATE.replay(case, as_of=case.events[-1].at)["update"]
        judged = Counter(each.kept for each in clock.rounds)
        assert (judged[True], judged[False]) == incidents.gaps(case)
        events += len(case.events)
        rounds += len(clock.rounds)
    assert events == 65_533
    assert rounds == 65_533
