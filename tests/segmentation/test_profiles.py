"""Profiles: several sources for one fact, resolved by stated precedence or recency, conflicts reported."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmrules.errors import FactError, PolicyError
from crmrules.facts import facts, integer
from crmrules.segmentation import Observation, Profile
from crmrules.spans import months

AS_OF = date(2026, 6, 30)
F = facts(employees=integer(minimum=0))
OLD_CRM = Observation("crm", 300, date(2025, 1, 1))
NEW_CRM = Observation("crm", 310, date(2025, 9, 1))
WEB = Observation("web", 320, date(2026, 5, 1))


def profile(**more):
    return Profile(F.employees, **{"sources": ("crm", "service", "web"), **more})


def test_the_most_trusted_source_wins_and_among_its_own_the_latest():
    found = profile().resolve([WEB, OLD_CRM, NEW_CRM], AS_OF)
    assert (found.value, found.chosen, found.conflicts) == (310, NEW_CRM, (OLD_CRM, WEB))


def test_the_latest_wins_and_of_one_day_the_most_trusted():
    same_day = Observation("service", 315, WEB.on)
    found = profile(prefer="recency").resolve([NEW_CRM, WEB, same_day], AS_OF)
    assert (found.value, found.conflicts) == (315, (WEB, NEW_CRM))


def test_who_says_the_same_is_no_conflict():
    assert profile().resolve([NEW_CRM, Observation("web", 310, AS_OF)], AS_OF).conflicts == ()


def test_what_is_later_stale_or_silent_does_not_count():
    said = [NEW_CRM, WEB, Observation("crm", None, AS_OF), Observation("crm", 999, date(2026, 7, 1))]
    assert profile(fresh=months(6)).resolve(said, AS_OF).value == 320
    assert profile(fresh=months(1)).resolve(said, AS_OF).value is None


@given(st.permutations([OLD_CRM, NEW_CRM, WEB]), st.sampled_from(["precedence", "recency"]))
def test_the_order_of_observations_changes_nothing(said, prefer):
    expected = profile(prefer=prefer).resolve([OLD_CRM, NEW_CRM, WEB], AS_OF)
    assert profile(prefer=prefer).resolve(said, AS_OF) == expected


def test_profiles_are_values():
    assert pickle.loads(pickle.dumps(profile())) == profile()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: profile(sources=()), "Profile of 'employees' must have sources, got ()"),
        (
            lambda: profile(prefer="vote"),
            "Profile of 'employees'.prefer must be 'precedence' or 'recency', got 'vote'",
        ),
        (
            lambda: profile().resolve([Observation("wep", 1, AS_OF)], AS_OF),
            "Profile of 'employees' must be told by its sources, got 'wep'; did you mean 'web'? (crm, service, web)",
        ),
    ],
)
def test_what_is_wrong_is_refused(make, message):
    with pytest.raises(PolicyError) as caught:
        make()
    assert str(caught.value) == message


def test_a_value_that_the_fact_cannot_have_is_refused():
    with pytest.raises(FactError):
        profile().resolve([Observation("crm", -1, AS_OF)], AS_OF)
